"""What a search asks is read strictly: what is not known is handed back, what is not offered is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from fullcourse.adapters.fhir.search.query import COUNT, MOST, patient_asked, read_query
from fullcourse.adapters.fhir.served.resource import served
from fullcourse.clinical.errors import InputError

BASE = "https://clinic.example/fhir"
AT = datetime(2026, 11, 3, 8, 5, tzinfo=UTC)
OWN = f"5f0c.{'a' * 26}"


def query(kind="Observation", **asked):
    return read_query(kind, {name: it if isinstance(it, tuple) else (it,) for name, it in asked.items()}, BASE)


def refused(told, kind="Observation", **asked):
    with pytest.raises(InputError, match=told):
        query(kind, **asked)


def test_a_search_of_nothing_more_asks_for_the_first_page_by_date():
    read = query(patient="5f0c")
    assert (read.kind, read.patient, read.wanted, read.count) == ("Observation", "5f0c", (), COUNT)
    assert (read.sort, read.newest_first, read.wants_total, read.cursor) == ("date", False, False, "")
    assert (read.unknown, read.understood) == ((), (("patient", "5f0c"),))


@pytest.mark.parametrize(
    ("written", "count"),
    [("0", 0), ("1", 1), ("500", MOST), ("501", MOST), ("999999999", MOST), ("1000000000", MOST), ("0" * 20, MOST)],
)
def test_a_page_holds_as_many_as_are_asked_for_and_no_more_than_the_most(written, count):
    assert query(_count=written).count == count


@pytest.mark.parametrize("written", ["-1", "x", "", "1.5", "٣"])
def test_a_count_that_is_no_number_is_refused(written):
    refused("^_count: ", _count=written)


def test_the_total_is_told_where_it_is_asked_for_or_nothing_else_is():
    assert query(_total="accurate").wants_total is True
    assert query(_total="none").wants_total is False
    assert query(_summary="count").wants_total is True
    assert query(_summary="count", _count="7").count == 0
    assert query(_summary="false", _count="7").count == 7
    assert query(_count="0").wants_total is True
    refused("^_summary: ", _summary="true")
    refused("^_total: ", _total="estimate")


@pytest.mark.parametrize(
    ("kind", "written", "sort"),
    [
        ("Observation", "date", ("date", False)),
        ("Observation", "-date", ("date", True)),
        ("Observation", "-_lastUpdated", ("_lastUpdated", True)),
        ("MedicationAdministration", "effective-time", ("date", False)),
        ("Patient", "_lastUpdated", ("_lastUpdated", False)),
        ("Patient", "date", ("date", False)),
    ],
)
def test_a_search_is_sorted_by_the_dates_of_its_type(kind, written, sort):
    read = query(kind, _sort=written)
    assert (read.sort, read.newest_first) == sort


@pytest.mark.parametrize("written", ["status", "--date", "date,status", "", "effective-time"])
def test_a_sort_that_is_not_offered_is_refused(written):
    refused("^_sort: only date, _lastUpdated is offered", _sort=written)


def test_what_is_not_known_is_handed_back_by_its_name():
    read = query(patient="5f0c", colour="red", **{"encounter:Encounter": "1"})
    assert read.unknown == ("colour", "encounter:Encounter")
    assert read.understood == (("patient", "5f0c"),)


def test_what_is_about_the_answer_changes_no_search_and_stands_in_no_link():
    read = query(_format="json", _pretty="true", _count="7")
    assert (read.unknown, read.understood) == ((), (("_count", "7"),))


@pytest.mark.parametrize("name", ["_count", "_sort", "_total", "_summary", "_cursor", "_format"])
def test_what_can_be_meant_once_is_refused_twice(name):
    refused(f"^{name}: it stands more than once", **{name: ("a", "b")})


def test_a_modifier_that_is_not_offered_is_refused():
    refused("^status: the modifier ':not' is not offered", **{"status:not": "final"})
    refused("^patient: the modifier ':identifier'", **{"patient:identifier": "1"})
    refused(f"^code: the modifier ':{'x' * 20}' is not", **{f"code:{'x' * 30}": "1"})
    refused("^code: the modifier ':Patient' is not", **{"code:Patient": "1"})
    assert query(**{"subject:Patient": "5f0c"}).patient == "5f0c"


def test_a_parameter_without_a_value_is_refused():
    refused("^code: it is empty", code="")
    refused("^date: it is empty", date=",")


@pytest.mark.parametrize(
    ("asked", "patient"),
    [
        ({"patient": ("5f0c",)}, "5f0c"),
        ({"patient": ("Patient/5f0c",)}, "5f0c"),
        ({"subject": (f"{BASE}/Patient/5f0c",)}, "5f0c"),
        ({"patient:Patient": ("5f0c",)}, "5f0c"),
        ({"patient": ("5f0c",), "_id": (OWN,)}, "5f0c"),
        ({"patient": ("5f0c,5f0c",)}, "5f0c"),
        ({"_id": (f"{OWN},{OWN}",)}, "5f0c"),
        ({"_id": ("elsewhere",)}, ""),
        ({"code": ("1",)}, None),
        ({}, None),
    ],
)
def test_whom_a_search_is_about_is_named_by_a_reference_or_an_id(asked, patient):
    assert patient_asked("Observation", asked, BASE) == patient


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"patient": ("5f0c,6f0c",)}, "more than one patient"),
        ({"patient": ("5f0c", "6f0c")}, "more than one patient"),
        ({"patient": ("6f0c",), "_id": (OWN,)}, "more than one patient"),
        ({"patient": ("5f0c",), "subject": ("6f0c",)}, "more than one patient"),
        ({"patient": ("",)}, "^patient: it is no reference to a Patient"),
        ({"patient": ("Group/5f0c",)}, "^patient: it is no reference to a Patient"),
        ({"subject:Group": ("5f0c",)}, "^subject: it is no reference to a Patient"),
        ({"patient": ("https://other.example/fhir/Patient/5f0c",)}, "^patient: it refers to a patient of another"),
    ],
)
def test_a_search_about_several_or_nobody_here_is_refused(asked, told):
    with pytest.raises(InputError, match=told):
        patient_asked("Observation", asked, BASE)


def observation(**more):
    return {"resourceType": "Observation", "id": OWN, "status": "final", "code": {"coding": [{"code": "c"}]}, **more}


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({}, True),
        ({"status": "final"}, True),
        ({"status": "amended,final"}, True),
        ({"status": "amended"}, False),
        ({"status": ("final", "amended")}, False),
        ({"status": "final", "code": "c"}, True),
        ({"status": "final", "code": "d"}, False),
        ({"_id": OWN}, True),
        ({"date": "2026-11-03"}, True),
        ({"date": "2026-11-04"}, False),
        ({"_lastUpdated": "2026-11-05T10:00:00Z"}, True),
        ({"_lastUpdated": "2026-11-03"}, False),
        ({"_lastUpdated": "gt2026-11-05T10:00:00Z"}, False),
    ],
)
def test_a_resource_is_asked_for_where_it_passes_every_test(asked, is_found):
    updated = datetime(2026, 11, 5, 10, tzinfo=UTC)
    it = served(observation(), updated, AT, AT + timedelta(microseconds=1))
    assert query(patient="5f0c", **asked).matches(it) is is_found


@pytest.mark.parametrize(
    "targets", [{"reference": "Observation/1"}, [{"reference": "x"}, {"reference": "Observation/1"}]]
)
def test_what_a_resource_refers_to_is_found_by_the_reference_as_it_stands(targets):
    it = served({"resourceType": "Provenance", "id": OWN, "target": targets}, AT)
    assert query("Provenance", target="Observation/1").matches(it)
    assert not query("Provenance", target="Observation/2").matches(it)
    assert not query("Provenance", target="Observation/1").matches(
        served({"resourceType": "Provenance", "id": OWN}, AT)
    )


def test_pages_of_one_search_are_told_from_those_of_another():
    one = query(patient="5f0c", status="final", _count="7")
    assert one.digest == query(status="final", patient="5f0c", _count="9", _total="accurate", _cursor="x").digest
    assert len(one.digest) == 16
    others = [
        query(patient="5f0c"),
        query(patient="5f0c", status="final", _sort="-date"),
        query("CarePlan", patient="5f0c", status="final"),
    ]
    assert one.digest not in {it.digest for it in others}

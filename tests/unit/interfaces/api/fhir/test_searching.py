"""Search: what is asked is found, what is not known is named, and pages tell of one moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from course_events import event, new_id
from fhir_service import ENGINES, MINE, NOW, PATIENT, SOUTH, THEIRS, as_of, clinic, sample, schema
from fullcourse.clinical.event_bodies import DoseTaken, Result, Retracted

OURS = f"patient={MINE}"


@pytest.fixture(scope="module", params=ENGINES)
def north(request):
    with clinic(request.param) as opened:
        yield opened


def ids(resources):
    return [it["id"] for it in resources]


def test_the_ways_of_naming_a_patient_are_one(north):
    base = "http://127.0.0.1:8080/fhir"
    ways = (f"patient={MINE}", f"patient=Patient/{MINE}", f"subject={MINE}", f"subject:Patient={MINE}")
    found = [ids(north.found(f"/fhir/Observation?{way}")) for way in (*ways, f"patient={base}/Patient/{MINE}")]
    assert len(found[0]) == 4
    assert all(it == found[0] for it in found)


@pytest.mark.parametrize(
    "way",
    [
        f"patient={THEIRS}", f"patient=Patient/{THEIRS}", f"subject={THEIRS}", f"subject:Patient={THEIRS}",
        f"patient=http://127.0.0.1:8080/fhir/Patient/{THEIRS}", f"_id={THEIRS}.aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "patient=nobody", "_id=nonsense",
    ],
)  # fmt: skip
def test_a_stranger_is_not_found_however_named(north, way):
    answer = north.get(f"/fhir/Observation?{way}")
    assert answer.status_code == 404
    assert THEIRS not in answer.text


@pytest.mark.parametrize(
    "way",
    [
        f"patient={MINE},{THEIRS}", f"patient={MINE}&subject={THEIRS}", f"patient={MINE}&patient={THEIRS}",
        f"patient={MINE}&_id={THEIRS}.aaaaaaaaaaaaaaaaaaaaaaaaaa", f"patient=https://other.example/fhir/Patient/{MINE}",
        f"patient=Group/{MINE}", "patient=", f"patient:missing={MINE}",
    ],
)  # fmt: skip
def test_two_patients_at_once_and_what_is_none_are_refused(north, way):
    answer = north.get(f"/fhir/Observation?{way}")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "invalid")


def test_without_a_patient_only_what_the_caller_reaches_is_found(north):
    assert ids(north.found("/fhir/Patient")) == [MINE]
    assert ids(north.found("/fhir/Patient", as_of("clinician", SOUTH))) == [THEIRS]
    assert ids(north.found("/fhir/Patient", PATIENT)) == [MINE]
    assert north.found("/fhir/Patient", as_of("clinician", "clinic-west")) == []
    for resource in north.found("/fhir/MedicationAdministration?_count=20"):
        assert resource["subject"]["reference"] == f"Patient/{MINE}"


@pytest.mark.parametrize("more", ["_include=Observation:subject", "_revinclude=Provenance:target", "_has:Patient=x"])
def test_includes_open_nothing_and_are_named(north, more):
    answer = north.get(f"/fhir/Observation?{OURS}&{more}").json()
    assert {it["resource"]["resourceType"] for it in answer["entry"]} == {"Observation", "OperationOutcome"}


def test_what_is_not_known_is_named_or_refused_as_the_caller_wishes(north):
    lenient = north.get(f"/fhir/Observation?{OURS}&colour=blue")
    assert lenient.status_code == 200
    told = lenient.json()["entry"][-1]
    assert told["search"]["mode"] == "outcome"
    assert "colour" in told["resource"]["issue"][0]["diagnostics"]
    assert "colour" not in lenient.json()["link"][0]["url"]
    strict = north.get(f"/fhir/Observation?{OURS}&colour=blue", Prefer="handling=strict")
    assert (strict.status_code, "colour" in strict.text) == (400, True)
    assert north.get(f"/fhir/Observation?{OURS}", Prefer="handling=strict").status_code == 200


@pytest.mark.parametrize(
    "asked", ["status:not=final", "code:text=x", "date:missing=true", "_sort=code", "_summary=text"]
)
def test_what_would_change_the_answer_is_refused_and_never_passed_over(north, asked):
    assert north.get(f"/fhir/Observation?{OURS}&{asked}").status_code == 400


def test_a_code_is_found_with_and_without_its_system(north):
    system = "http://www.whocc.no/atc"
    found = {
        asked: len(north.found(f"/fhir/MedicationAdministration?{OURS}&code={asked}"))
        for asked in ("J04AB01", f"{system}|J04AB01", f"{system}|", "|J04AB01", "other|J04AB01", "J04AB01,J01MA12")
    }
    every = len(north.found(f"/fhir/MedicationAdministration?{OURS}"))
    assert found["J04AB01"] == found[f"{system}|J04AB01"] == 38
    assert found[f"{system}|"] == every == 76
    assert found["|J04AB01"] == found["other|J04AB01"] == 0
    assert found["J04AB01,J01MA12"] > 38


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("2026-11-02", 4),
        ("ge2026-11-02&effective-time=lt2026-11-03", 4),
        ("2026-11-02T08:05:00%2B02:00", 2),
        ("2026-11-02T08:05:00+02:00", 2),
        ("2026-11-02T06:05:00Z", 2),
        ("2026-11-02T08:05", 2),
        ("lt2026-11-02T08:05:00%2B02:00", 0),
        ("le2026-11-02T08:05:00%2B02:00", 2),
        ("sa2026-11-02", 72),
        ("eb2026-11-02", 0),
        ("ne2026-11-02", 72),
        ("2026-11-02,2026-11-03", 8),
        ("1999", 0),
    ],
)
def test_dates_are_spans_by_the_clock_of_the_patient(north, asked, count):
    found = north.found(f"/fhir/MedicationAdministration?{OURS}&effective-time={asked}")
    assert len(found) == count


@pytest.mark.parametrize(
    "asked",
    ["0-03-04T10:45:33", "201111111-03-04T10:45:33", "2011jasdlka-03-04T10:45:33", "lt2025-01-1", "2025-02-30",
     "xx2025", "ap2025", "9999-12-31", "0000", "2025-01-01T25:00:00Z", "", "2025-01-01T", "\u0662\u0660\u0662\u0665"],
)  # fmt: skip
def test_what_is_no_date_is_refused(north, asked):
    answer = north.get(f"/fhir/MedicationAdministration?{OURS}&effective-time={asked}")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "invalid")


@pytest.mark.parametrize(("count", "shown"), [("0", 0), ("1", 1), ("500", 76), ("100000000000000000000000000000", 76)])
def test_a_page_holds_what_was_asked_and_the_total_is_true(north, count, shown):
    bundle = north.get(f"/fhir/MedicationAdministration?{OURS}&_count={count}").json()
    assert (bundle["total"], len(bundle.get("entry", []))) == (76, shown)
    schema().validate(bundle)


@pytest.mark.parametrize("count", ["-1", "x", "1.5", "", "%C2%B2"])
def test_a_count_that_is_none_is_refused(north, count):
    assert north.get(f"/fhir/MedicationAdministration?{OURS}&_count={count}").status_code == 400


def test_the_newest_comes_first_where_it_is_asked_for(north):
    dates = [
        it["effectiveDateTime"] for it in north.found(f"/fhir/MedicationAdministration?{OURS}&_sort=-date&_count=7")
    ]
    assert (dates, len(dates)) == (sorted(dates, reverse=True), 76)
    forwards = ids(north.found(f"/fhir/MedicationAdministration?{OURS}&_sort=effective-time&_count=7"))
    assert forwards == ids(north.found(f"/fhir/MedicationAdministration?{OURS}&_count=500"))


def test_a_search_by_post_is_the_same_and_its_next_page_is_had_by_get(north):
    kind = "MedicationAdministration"
    answer = north.client.post(
        f"/fhir/{kind}/_search", data={"patient": MINE, "_count": "30"}, headers=as_of("clinician", "clinic-north")
    )
    assert answer.status_code == 200
    bundle = answer.json()
    rest = north.found(next(it["url"] for it in bundle["link"] if it["relation"] == "next"))
    assert [it["resource"]["id"] for it in bundle["entry"]] + ids(rest) == ids(north.found(f"/fhir/{kind}?{OURS}"))
    strange = north.client.post(
        f"/fhir/{kind}/_search", data={"patient": THEIRS}, headers=as_of("clinician", "clinic-north")
    )
    assert (strange.status_code, THEIRS in strange.text) == (404, False)
    both = north.client.post(
        f"/fhir/{kind}/_search?{OURS}", data={"patient": THEIRS}, headers=as_of("clinician", "clinic-north")
    )
    assert both.status_code == 400


def test_a_cursor_belongs_to_its_search_alone(north):
    def cursor_of(path, headers=None):
        bundle = (north.get(path) if headers is None else north.get(path, headers)).json()
        return next(it["url"] for it in bundle["link"] if it["relation"] == "next").rpartition("_cursor=")[2]

    mine = cursor_of(f"/fhir/MedicationAdministration?{OURS}&_count=2")
    theirs = cursor_of(f"/fhir/MedicationAdministration?patient={THEIRS}&_count=2", as_of("clinician", SOUTH))
    for path in (
        f"/fhir/MedicationAdministration?{OURS}&_count=2&_cursor={theirs}",
        f"/fhir/MedicationAdministration?{OURS}&status=completed&_cursor={mine}",
        f"/fhir/Observation?{OURS}&_cursor={mine}",
        f"/fhir/MedicationAdministration?_cursor={theirs}",
        f"/fhir/MedicationAdministration?{OURS}&_cursor={mine[:-3]}",
        f"/fhir/MedicationAdministration?{OURS}&_cursor=%00",
        f"/fhir/MedicationAdministration?{OURS}&_cursor={'W10' * 400}",
    ):
        assert north.get(path).status_code == 400, path
    assert north.get(f"/fhir/MedicationAdministration?patient={THEIRS}&_count=2&_cursor={theirs}").status_code == 404


@pytest.mark.parametrize("engine", ENGINES)
def test_pages_tell_of_one_moment_whatever_is_written_meanwhile(engine):
    now = [NOW]
    with clinic(engine, clock=lambda: now[0]) as north:
        path = f"/fhir/MedicationAdministration?{OURS}&_count=20"
        before = ids(north.found(f"/fhir/MedicationAdministration?{OURS}&_count=500"))
        first = north.get(path).json()
        old = sample()[4]
        written = [
            replace(
                old, id=new_id(), occurred_at=old.occurred_at - timedelta(days=1), body=DoseTaken("cycloserine", 250.0)
            ),
            replace(old, id=new_id(), body=Retracted(), supersedes=old.id, recorded_at=NOW, actor="clinician"),
        ]
        now[0] = NOW + timedelta(minutes=1)
        north.store.append([replace(it, patient=MINE) for it in written], now[0])
        rest = north.found(next(it["url"] for it in first["link"] if it["relation"] == "next"))
        assert [it["resource"]["id"] for it in first["entry"]] + ids(rest) == before
        assert "entered-in-error" not in {it["status"] for it in rest}
        after = north.found(f"/fhir/MedicationAdministration?{OURS}&_count=20")
        assert len(after) == len(before) + 1
        assert [it["status"] for it in after].count("entered-in-error") == 1
        standing = north.found(f"/fhir/MedicationAdministration?{OURS}&status=completed")
        assert ids(standing) == [it["id"] for it in after if it["status"] == "completed"]
        changed = ids(north.found(f"/fhir/MedicationAdministration?{OURS}&_lastUpdated=gt2026-11-30T09:00:30Z"))
        assert len(changed) == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_of_many_patients_every_page_ends_where_the_next_begins(engine):
    with clinic(engine) as north:
        for number in range(7):
            patient = f"synthetic-{number}"
            north.door.clinics[patient] = "clinic-north" if number % 2 == 0 else "clinic-south"
            result = event(Result("creatinine", 1.0 + number, "mg/dL"), "2026-11-20T08:00", patient=patient)
            north.store.append(
                [*(replace(it, patient=patient) for it in sample()[:5]), result], NOW - timedelta(days=1)
            )
        mine = {MINE, *(f"synthetic-{number}" for number in (0, 2, 4, 6))}
        assert set(ids(north.found("/fhir/Patient?_count=2"))) == mine
        assert north.get("/fhir/Patient").json()["total"] == 5
        assert north.get("/fhir/Patient?_count=2&_total=accurate").json()["total"] == 5
        assert north.get("/fhir/Patient?_summary=count").json()["total"] == 5
        paged = ids(north.found("/fhir/MedicationAdministration?_count=3"))
        assert paged == ids(north.found("/fhir/MedicationAdministration?_count=500"))
        assert len(set(paged)) == len(paged) == 76 + 4
        north.store.erase("synthetic-2", NOW)
        assert set(ids(north.found("/fhir/Patient"))) == mine - {"synthetic-2"}
        told = north.get("/fhir/Patient").json()["entry"][-1]["resource"]["issue"][0]["diagnostics"]
        assert told == "1 of the courses that you may see could not be read and are not in this answer: erased."
        north.damage("synthetic-4")
        bundle = north.get("/fhir/Patient").json()
        assert bundle["total"] == 3
        told = bundle["entry"][-1]["resource"]["issue"][1]["diagnostics"]
        assert told == "1 of the courses that you may see could not be read and are not in this answer: damaged."
        assert north.get("/fhir/Observation?patient=synthetic-4").status_code == 409
        north.door.log.clear()
        north.get("/fhir/Patient?_count=2")
        assert [it[2] for it in north.door.log] == sorted(mine - {"synthetic-2"})[:2]


def test_an_event_that_another_contradicts_is_an_issue_and_never_lost(north):
    with clinic() as clinic_north:
        old = replace(sample()[4], patient=MINE)
        clinic_north.store.append([replace(old, body=DoseTaken(old.body.drug, 999.0))], NOW - timedelta(hours=1))
        issues = clinic_north.found(f"/fhir/DetectedIssue?{OURS}")
        assert [it["code"]["text"] for it in issues] == ["two events under one id"]


def test_identifiers_and_targets_lead_back(north):
    one = north.get(f"/fhir/MedicationAdministration?{OURS}&_count=1").json()["entry"][0]["resource"]
    name = one["identifier"][0]["value"]
    assert ids(north.found(f"/fhir/MedicationAdministration?{OURS}&identifier=urn:fullcourse:event|{name}")) == [
        one["id"]
    ]
    (made,) = north.found(f"/fhir/Provenance?{OURS}&target=MedicationAdministration/{one['id']}")
    assert made["target"] == [
        {"reference": f"MedicationAdministration/{one['id']}", "type": "MedicationAdministration"}
    ]
    assert ids(north.found(f"/fhir/Patient?identifier=urn:fullcourse:patient|{MINE}")) == [MINE]
    assert north.found(f"/fhir/Patient?identifier=urn:fullcourse:patient|{THEIRS}") == []

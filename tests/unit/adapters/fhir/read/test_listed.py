"""The entries of a list that no reader reads: which are named, what they are called, and which list stays open."""

from typing import Any

import pytest

from fhir_records import ABOUT, LOINC, SNOMED, coded, condition, fact, only, read
from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.listed import lists_named, lists_of
from fullcourse.clinical.patient import Unrecognised
from fullcourse.knowledge.vocabulary import Found

PROBLEMS, ALLERGIES = coded(LOINC, "11450-4", "Problem list"), coded(LOINC, "48765-2", "Allergies")
TEXT = {"status": "generated", "div": "<div>Epilepsy in childhood</div>"}


def composition(**section: Any) -> dict[str, Any]:
    return {
        "resourceType": "Composition",
        "id": "d",
        "status": "final",
        "subject": ABOUT,
        "date": "2024-05-02",
        "section": [section],
    }


def named(*resources: dict[str, Any]) -> list[Unrecognised]:
    return list(read(*resources).unrecognised)


def test_a_section_that_a_fact_is_found_in_is_a_list_only_where_the_fact_is_that_a_list_is_whole() -> None:
    section = Found("Section", {"loinc": ("11450-4",)})
    matches = [Match(fact(name, "state", section), section) for name in ("smoker", "problems_complete", "smoker")]
    assert lists_of(matches) == ("problem",)
    assert lists_of(matches[:1]) == ()


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Current MEDICATIONS", ("medicine",)),
        ("Past illnesses", ("problem",)),
        ("Drug allergies and intolerances", ("allergy", "medicine")),
        ("Vital signs", ()),
        ("", ("problem", "allergy", "medicine")),
    ],
)
def test_a_section_without_a_code_may_hold_what_its_title_says_and_without_a_title_anything(title, kinds) -> None:
    assert lists_named(title) == kinds


def test_text_is_named_where_it_may_say_what_no_entry_says() -> None:
    (unread,) = named(composition(code=PROBLEMS, title="Problems", text=TEXT))
    assert (unread.kind, unread.text, unread.why) == (
        "problem", "Problems", "it has text and no entries that can be read",
    )  # fmt: skip
    more = {"status": "additional", "div": "<div/>"}
    (unread,) = named(
        composition(code=PROBLEMS, entry=[{"reference": "Condition/c"}], text=more),
        condition(coded(SNOMED, "84757009", "Epilepsy")),
    )
    assert (unread.text, unread.why) == ("Problem list", "its text says more than its entries")


@pytest.mark.parametrize(
    "section",
    [
        {},
        {"text": {"status": "empty", "div": "<div>No text</div>"}},
        {"text": TEXT, "emptyReason": coded("x", "nilknown")},
        {"text": TEXT, "section": [{"title": "Active"}]},
    ],
)
def test_text_that_says_no_more_is_not_named(section: dict[str, Any]) -> None:
    assert named(composition(code=PROBLEMS, **section)) == []


def test_the_text_of_a_whole_list_sums_it_up() -> None:
    problems = {"resourceType": "List", "id": "l", "status": "current", "mode": "working", "subject": ABOUT}
    assert named({**problems, "code": PROBLEMS, "text": TEXT}) == []


def test_an_entry_is_named_with_the_list_that_it_stands_in() -> None:
    gone = [{"reference": "Condition/gone"}]
    (unread,) = named(composition(code=PROBLEMS, title="Active problems", entry=gone))
    assert (unread.text, unread.origin) == ("a problem without a name", "Composition/d")
    assert unread.why == "it stands in 'Active problems' and is not in the record"
    (unread,) = named(composition(code=coded(LOINC, "11450-4"), entry=gone))
    assert "it stands in '11450-4'" in unread.why
    unnamed = [it.why for it in named(composition(entry=gone))]
    assert [why.partition("'")[2].partition("'")[0] for why in unnamed] == [
        "a list of problem entries", "a list of allergy entries", "a list of medicine entries",
    ]  # fmt: skip


def test_an_entry_is_called_what_the_list_calls_it_then_what_it_calls_itself_then_by_its_type() -> None:
    seen = {"resourceType": "Observation", "id": "o", "status": "final", "subject": ABOUT}
    display = [{"reference": "Observation/o", "display": "Gout"}]
    bare = [{"reference": "Observation/o"}]
    fits = {**seen, "code": {"text": "Fits"}}
    for entry, resource, words in (
        (display, fits, "Gout"),
        (bare, fits, "Fits"),
        (bare, {**seen, "code": {"coding": [{}]}}, "a Observation"),
        (bare, seen, "a Observation"),
    ):
        (unread,) = named(composition(code=PROBLEMS, entry=entry), resource)
        assert (unread.kind, unread.text, unread.origin) == ("problem", words, "Observation/o")
        assert unread.why == "it stands in 'Problem list' as a Observation, which is not read as an entry of it"


@pytest.mark.parametrize(("code", "kind"), [(PROBLEMS, "problem"), (ALLERGIES, "allergy")])
def test_a_product_in_a_list_of_something_else_is_no_medicine_and_leaves_that_list_open(code, kind) -> None:
    product = {"resourceType": "Medication", "id": "x", "code": {"text": "isoniazid 300 MG Oral Tablet"}}
    record = read(composition(code=code, entry=[{"reference": "Medication/x"}]), product)
    assert record.medicines == ()
    assert [(it.kind, it.text) for it in record.unrecognised] == [(kind, "isoniazid 300 MG Oral Tablet")]


def test_a_medicine_of_a_list_is_read_once_and_is_not_named() -> None:
    statement = {
        "resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": ABOUT,
        "medicationCodeableConcept": {"text": "isoniazid 300 MG Oral Tablet"},
    }  # fmt: skip
    medicines = composition(code=coded(LOINC, "10160-0"), entry=[{"reference": "MedicationStatement/s"}])
    record = read(medicines, statement)
    assert [it.ingredients for it in record.medicines] == [("isoniazid",)]
    assert record.unrecognised == ()


def test_an_entry_that_says_a_fact_of_no_list_stays_named_in_the_list_that_it_stands_in() -> None:
    record = read(
        composition(code=ALLERGIES, entry=[{"reference": "Condition/c"}]),
        condition(coded(SNOMED, "35489007", "Depression")),
    )
    assert only(record, "depression").value is True
    assert [(it.kind, it.origin) for it in record.unrecognised] == [("allergy", "Condition/c")]


def test_an_entry_inside_the_document_is_called_what_the_list_calls_it_and_is_named() -> None:
    inside = {"resourceType": "Condition", "id": "in", "code": {"text": "Falling sickness"}}
    for more, words in (({"display": "Fits"}, "Fits"), ({}, "Falling sickness")):
        document = composition(code=PROBLEMS, entry=[{"reference": "#in", **more}])
        told = [(it.text, it.why) for it in named({**document, "contained": [inside]})]
        why = "it stands in 'Problem list' inside another resource; only resources that stand alone are read"
        assert (words, why) in told

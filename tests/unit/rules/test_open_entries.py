"""Which entries an answer by name can settle, and what is asked about each."""

from datetime import date

import pytest

from fullcourse.clinical import Evidence, Medicine, Record, Standing, Taken, Unrecognised, parse_moment
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.rules.establish import establish
from fullcourse.rules.on_file import set_aside
from fullcourse.rules.open_entries import open_entries
from patients import knowledge
from small_knowledge import small

AT = date(2026, 6, 15)
ON = parse_moment("2026-06-10", "on")
RAISED = Evidence("fits", None, ON, "Condition/1", "Fits", "", Standing.UNSURE, "it is provisional")
UNKNOWN = Unrecognised("problem", "Falling sickness", "Condition/2", "its code is none that is known")


def entries(record: Record, *needed: str) -> tuple[OpenEntry, ...]:
    patient = establish(record, small(), AT)
    return open_entries(patient, small(), set_aside(patient, small()), needed)


def test_what_raises_a_needed_fact_comes_first_then_what_was_not_understood():
    first, second = entries(Record({"fits": (RAISED,)}, unrecognised=(UNKNOWN,)), "fits")
    label = small().facts["fits"].label
    assert (first.kind, first.facts, first.by_text) == ("evidence", ("fits",), "")
    assert first.ask == f"“Fits” [Condition/1] (it is provisional): is it {label}?"
    assert (second.kind, second.origin, second.facts) == ("problem", "Condition/2", ("fits",))


def test_a_fact_that_no_statement_needs_or_that_is_known_asks_nothing():
    assert entries(Record({"fits": (RAISED,)})) == ()
    yes = Evidence("fits", True, ON, "Condition/3", "Fits")
    assert entries(Record({"fits": (RAISED, yes)}), "fits") == ()


def test_an_entry_that_raises_and_was_not_understood_is_one_entry():
    same = Unrecognised("problem", "Fits", "Condition/1", "its code is none that is known")
    (entry,) = entries(Record({"fits": (RAISED,)}, unrecognised=(same,)), "fits")
    assert (entry.kind, entry.facts) == ("problem", ("fits",))


def test_several_entries_of_one_origin_are_named_by_their_text_too():
    other = Unrecognised("problem", "Ague", "Condition/2", "its code is none that is known")
    assert [entry.by_text for entry in entries(Record({}, unrecognised=(UNKNOWN, other)), "fits")] == [
        "Falling sickness",
        "Ague",
    ]


def test_a_medicine_on_the_list_is_asked_whether_it_is_taken():
    unknown = Unrecognised("medicine", "xyzzy", "MedicationRequest/1", "not recognised")
    listed = Medicine("xyzzy", (), (), "", Taken.NOW, None, None, "MedicationRequest/1")
    (entry,) = entries(Record({}, (listed,), (unknown,)), "fits")
    assert entry.is_medicine
    assert entry.ask == "“xyzzy” [MedicationRequest/1] (not recognised): is it taken?"
    (elsewhere,) = entries(Record({}, (), (unknown,)), "fits")
    assert not elsewhere.is_medicine


def test_an_entry_without_a_name_is_named_by_its_origin():
    nameless = Unrecognised("problem", "", "Condition/9", "it has no code")
    first, second = entries(Record({}, unrecognised=(nameless, UNKNOWN)), "fits")
    assert (first.text, second.text) == ("Condition/9", "Falling sickness")
    assert first.ask.startswith("[Condition/9] (it has no code): ")


def test_what_no_vocabulary_holds_or_is_known_hides_nothing_that_is_needed_behind_it():
    pregnant = Evidence("pregnant", None, ON, "Condition/5", "Expecting", "", Standing.UNSURE, "its wording")
    record = Record({"fits": (Evidence("fits", True, ON, "Condition/3", "Fits"),), "pregnant": (pregnant,)})
    (entry,) = entries(record, "nobody", "weight", "fits", "pregnant")
    assert entry.facts == ("pregnant",)


def test_only_what_raises_a_fact_is_asked_and_not_what_was_stated_or_a_medicine_is_ordered_for():
    later = Evidence("fits", True, parse_moment("2026-07-01", "on"), "Condition/4", "Fits")
    reason = RAISED._replace(origin="MedicationRequest/1")
    assert entries(Record({"fits": (later,)}), "fits") == ()
    assert entries(Record({"fits": (reason,)}), "fits") == ()


def test_an_entry_that_could_concern_nothing_that_is_needed_is_asked_about_all():
    (entry,) = entries(Record({}, unrecognised=(UNKNOWN,)))
    assert entry.ask.endswith("): is it about anything that matters for these drugs?")


@pytest.mark.parametrize(("count", "more"), [(1, ""), (2, ""), (6, ""), (7, " and 1 more"), (9, " and 3 more")])
def test_at_most_six_facts_are_asked_by_name_and_the_rest_are_counted(count, more):
    known = knowledge()
    problems = [it for it in known.facts.values() if it.listed_in == "problems" and it.kind == "history"]
    needed = [it.id for it in problems if it.derived == ""][:count]
    patient = establish(Record({}, unrecognised=(UNKNOWN,)), known, AT)
    (entry,) = open_entries(patient, known, set_aside(patient, known), needed)
    labels = ", ".join(known.facts[name].label for name in needed[:6])
    assert entry.ask.endswith(f"): is it {'one of these: ' if count > 1 else ''}{labels}{more}?")

"""Which entries an answer by name can settle, and what is asked about each."""

from datetime import date

from fullcourse.clinical import Evidence, Medicine, Record, Standing, Taken, Unrecognised, parse_moment
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.rules.establish import establish
from fullcourse.rules.on_file import set_aside
from fullcourse.rules.open_entries import open_entries
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

"""An answer about one entry by its name settles that entry, for the facts that it names and for every other."""

from datetime import date

import pytest

from fullcourse.clinical import (
    Evidence,
    InputError,
    Medicine,
    Record,
    SettledEntry,
    Standing,
    Taken,
    Unrecognised,
    parse_moment,
)
from fullcourse.clinical.patient import Patient
from fullcourse.rules.establish import establish
from fullcourse.rules.settle import settle
from small_knowledge import small

AT = date(2026, 6, 15)
ENTRY = Unrecognised("problem", "Falling sickness", "Condition/1", "its code is none that is known")
COMPLETE = {"problems_complete": (Evidence("problems_complete", True, parse_moment("2026-06-10", "on"), "answers"),)}


def settled(*answers: SettledEntry, record: Record | None = None) -> Patient:
    return establish((record or Record(COMPLETE, unrecognised=(ENTRY,))).plus(Record({}, settled=answers)), small(), AT)


def answer(text: str = "", origin: str = "", concerns: tuple[str, ...] = ()) -> SettledEntry:
    return SettledEntry(text, origin, concerns, "answers, entry 1")


@pytest.mark.parametrize("named", [answer("falling SICKNESS"), answer(origin="Condition/1")])
def test_an_entry_about_nothing_that_is_asked_leaves_its_list_open_no_longer(named: SettledEntry) -> None:
    assert settled().facts["fits"].value is None
    patient = settled(named)
    assert patient.facts["fits"].value is False
    assert patient.unrecognised == ()


def test_an_entry_states_the_facts_that_it_concerns() -> None:
    fact = settled(answer("Falling sickness", concerns=("fits",))).facts["fits"]
    assert fact.value is True
    assert [(piece.origin, piece.recorded) for piece in fact.because] == [("answers, entry 1", "Falling sickness")]


def test_what_the_words_of_an_entry_only_raised_is_answered_with_it() -> None:
    raised = Evidence("fits", None, None, "Condition/1", "Falling sickness", "", Standing.UNSURE, "its wording")
    record = Record({**COMPLETE, "fits": (raised,)}, unrecognised=(ENTRY,))
    assert settled(record=record).facts["fits"].value is None
    assert settled(answer("Falling sickness"), record=record).facts["fits"].value is False


def test_an_entry_that_was_understood_and_leaves_its_fact_open_is_settled_by_name() -> None:
    raised = Evidence(
        "fits", None, None, "Condition/1", "Fits", "", Standing.UNSURE, "verificationStatus is 'provisional'"
    )
    no = Evidence("fits", False, parse_moment("2026-06-10", "on"), "answers")
    record = Record({**COMPLETE, "fits": (raised,)})
    assert settled(record=Record({**COMPLETE, "fits": (raised, no)})).facts["fits"].value is None
    assert settled(answer(origin="Condition/1"), record=record).facts["fits"].value is False
    assert settled(answer("fits", "Condition/1", ("fits",)), record=record).facts["fits"].value is True
    with pytest.raises(InputError):
        settled(answer("fits", "Condition/2"), record=record)


def test_why_a_medicine_is_ordered_is_not_settled_with_the_medicine() -> None:
    raised = Evidence("fits", None, None, "MedicationRequest/1", "Fits", "", Standing.UNSURE, "not running")
    medicine = Unrecognised("medicine", "xyzzy", "MedicationRequest/1", "not recognised")
    record = Record({**COMPLETE, "fits": (raised,)}, unrecognised=(medicine,))
    patient = settled(answer(origin="MedicationRequest/1"), record=record)
    assert patient.unrecognised == ()
    assert patient.facts["fits"].value is None


def test_an_answer_that_names_no_open_entry_is_refused_with_the_near_one() -> None:
    with pytest.raises(InputError, match=r"answers, entry 1: .*Did you mean 'Falling sickness'"):
        settled(answer("Faling sickness"))
    with pytest.raises(InputError, match="Every entry of the record was understood"):
        settled(answer("x"), record=Record(COMPLETE))


@pytest.mark.parametrize(("fact", "why"), [("fit", "there is no fact"), ("weight", "cannot say what weight is")])
def test_an_entry_concerns_only_facts_that_are_yes_or_no(fact: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        settled(answer("Falling sickness", concerns=(fact,)))


def listed(name: str, origin: str, *ingredients: str) -> Medicine:
    return Medicine(name, ingredients, (), "name" if ingredients else "", Taken.NOW, None, None, origin)


def test_a_medicine_that_is_settled_leaves_the_list_and_every_other_stays_on_it() -> None:
    unknown = Unrecognised("medicine", "xyzzy", "MedicationRequest/1", "not recognised")
    in_part = listed("xyzzy plus", "MedicationRequest/1", "examplam")
    other = listed("plugh", "MedicationRequest/2")
    record = Record(COMPLETE, (listed("xyzzy", "MedicationRequest/1"), in_part, other), (unknown,))
    patient = settled(answer("xyzzy", concerns=("fits",)), record=record)
    assert patient.medicines == (in_part, other)
    assert patient.facts["fits"].value is True


def test_a_problem_that_is_settled_takes_no_medicine_of_its_document_off_the_list() -> None:
    problem = Unrecognised("problem", "Falling sickness", "Composition/1", "it has text and no entries")
    medicine = listed("plugh", "Composition/1")
    patient = settled(answer("Falling sickness"), record=Record(COMPLETE, (medicine,), (problem,)))
    assert patient.medicines == (medicine,)


def test_a_fact_of_which_nothing_is_left_is_no_longer_on_record() -> None:
    raised = Evidence("fits", None, None, "Condition/1", "Falling sickness", "", Standing.UNSURE, "its wording")
    kept = Evidence("fits", False, None, "Condition/1", "none")
    for left in ((), (kept,)):
        record = Record({"fits": (raised, *left)}, unrecognised=(ENTRY,), settled=(answer("Falling sickness"),))
        assert settle(record, small()).evidence == ({"fits": left} if left else {})
        assert settle(record, small()).settled == ()


def test_long_names_are_cut_and_at_most_eight_open_entries_are_told() -> None:
    entries = tuple(Unrecognised("problem", f"entry {number}", f"Condition/{number}", "why") for number in range(9))
    with pytest.raises(InputError) as refused:
        settled(answer("x" * 90), record=Record(COMPLETE, unrecognised=entries))
    assert f"has the text '{'x' * 80}', so" in str(refused.value)
    assert "entry 7." in str(refused.value)
    with pytest.raises(InputError, match=f"there is no fact '{'x' * 40}'"):
        settled(answer("Falling sickness", concerns=("x" * 50,)))
    with pytest.raises(InputError, match=r"has the origin 'Condition/7', .*Open entries: Condition/1"):
        settled(answer(origin="Condition/7"))

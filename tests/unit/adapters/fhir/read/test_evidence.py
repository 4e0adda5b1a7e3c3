import pytest

from fhir_records import ICD10, SNOMED, coded, condition, only, order, read
from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.evidence import Gathered, holds
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.patient import NotUsed, Taken, Unrecognised

EPILEPSY, PREGNANT = coded(SNOMED, "84757009", "Epilepsy"), coded(SNOMED, "77386006", "Pregnant")


def test_a_coded_answer_is_held_by_code_or_by_exact_wording() -> None:
    assert holds({"icd-10": ("A15.0",)}, (), Concept((("icd-10", "A150"),), ()))
    assert holds({}, ("never",), Concept((), ("Never",)))
    assert not holds({}, ("never",), Concept((), ("never again",)))


def test_what_was_gathered_is_counted_and_in_order() -> None:
    gathered = Gathered()
    gathered.skip("Claim", "no fact uses it")
    gathered.skip("Claim", "no fact uses it")
    gathered.unrecognised += 2 * [Unrecognised("medicine", "x", "MedicationRequest/1", "why")]
    record = gathered.record()
    assert record.not_used == (NotUsed("Claim", "no fact uses it", 2),)
    assert len(record.unrecognised) == 1


@pytest.mark.parametrize(
    ("written", "taken"),
    [(" completed ", Taken.SUPPLIED), ("\tactive", Taken.NOW), ("", Taken.MAYBE), (" ", Taken.MAYBE)],
)
def test_a_status_is_the_same_with_space_around_it_and_none_where_there_is_nothing_else(written, taken) -> None:
    (medicine,) = read(order(coded(SNOMED, "387472004", "isoniazid"), status=written)).medicines
    assert medicine.taken is taken


def test_of_a_status_with_several_codings_the_one_that_is_known_counts_wherever_it_stands() -> None:
    local, known = {"system": "https://example.org", "code": "A"}, {"code": "resolved"}
    for codings in ([local, known], [known, local]):
        piece = only(read(condition(EPILEPSY) | {"clinicalStatus": {"coding": codings}}), "epilepsy")
        assert piece.standing is Standing.UNSURE
        assert "'resolved'" in piece.reason
    active = only(read(condition(EPILEPSY) | {"clinicalStatus": {"coding": [local, {"code": "active"}]}}), "epilepsy")
    assert (active.value, active.standing) == (True, Standing.STATED)


def test_a_problem_that_is_refuted_denies_every_fact_of_its_codes_and_raises_none() -> None:
    raised, stated = coded(SNOMED, "703151001")["coding"], coded(SNOMED, "35489007")["coding"]
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    for codings in ([*raised, *stated], [*stated, *raised]):
        record = read(condition({"coding": codings}, **refuted))
        assert (only(record, "depression").value, only(record, "depression").standing) == (False, Standing.OVER)
        assert "epilepsy" not in record.evidence


def test_what_is_over_says_that_it_has_no_date_only_where_a_date_would_settle_it() -> None:
    history = only(read(condition(EPILEPSY, "resolved")), "epilepsy").reason
    assert history == "recorded as resolved (clinicalStatus is 'resolved')"
    state = only(read(condition(PREGNANT, "resolved")), "pregnant").reason
    assert state == "recorded as resolved without a date (clinicalStatus is 'resolved')"


def test_a_day_of_its_end_that_is_none_is_named_and_leaves_a_state_open() -> None:
    record = read(condition(PREGNANT, "resolved", abatementDateTime="2024-02-30"))
    piece = only(record, "pregnant")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)
    (note,) = record.notes
    assert "Condition/c.abatementDateTime" in note
    assert "2024-02-30" in note


def test_two_codes_that_contradict_one_another_leave_the_fact_open() -> None:
    both = {"coding": [*coded(ICD10, "F41.0")["coding"], *coded(ICD10, "F41.9")["coding"]]}
    assert only(read(condition(both)), "severe_anxiety").value is True

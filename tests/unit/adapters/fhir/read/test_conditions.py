from typing import Any

import pytest

from fhir_records import ABOUT, ABSENT, ICD10, SNOMED, coded, condition, only, read, unused
from fullcourse.clinical.fact import Standing

EPILEPSY = coded(SNOMED, "84757009", "Epilepsy")


def test_a_coded_problem_says_yes_with_its_date_and_origin() -> None:
    piece = only(read(condition(EPILEPSY)), "epilepsy")
    assert (piece.value, piece.origin, piece.recorded) == (True, "Condition/c", "Epilepsy")
    assert piece.on is not None
    assert piece.on.text == "2024-05-01"


@pytest.mark.parametrize("status", ["active", "recurrence", "relapse"])
def test_a_problem_that_is_there_is_stated(status: str) -> None:
    assert only(read(condition(EPILEPSY, status)), "epilepsy").value is True


@pytest.mark.parametrize("status", ["inactive", "remission", "resolved"])
def test_a_history_that_is_over_is_unsure_and_never_no(status: str) -> None:
    piece = only(read(condition(EPILEPSY, status)), "epilepsy")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)
    assert "recorded as resolved" in piece.reason


@pytest.mark.parametrize("status", ["unconfirmed", "provisional", "differential", "perhaps"])
def test_a_problem_that_is_not_confirmed_is_unsure(status: str) -> None:
    more = {"verificationStatus": {"coding": [{"code": status}]}}
    piece = only(read(condition(EPILEPSY, **more)), "epilepsy")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)
    assert status in piece.reason


def test_a_refuted_problem_is_a_no() -> None:
    piece = only(read(condition(EPILEPSY, verificationStatus={"coding": [{"code": "refuted"}]})), "epilepsy")
    assert (piece.value, piece.standing) == (False, Standing.OVER)


def test_a_problem_entered_in_error_is_not_seen_and_is_counted() -> None:
    record = read(condition(EPILEPSY, verificationStatus={"coding": [{"code": "entered-in-error"}]}))
    assert "epilepsy" not in record.evidence
    assert unused(record) == {"Condition: verificationStatus is 'entered-in-error'": 1}


def test_a_clinical_status_that_nobody_knows_is_unsure() -> None:
    assert only(read(condition(EPILEPSY, "sleeping")), "epilepsy").standing is Standing.UNSURE


def test_a_status_that_is_no_code_at_all_is_set_aside_by_its_place_and_leaves_the_problem_open() -> None:
    record = read({**condition(EPILEPSY), "clinicalStatus": 7})
    assert only(record, "epilepsy").standing is Standing.UNSURE
    assert "Condition/c.clinicalStatus" in record.notes[0]


def test_an_extension_that_changes_the_meaning_makes_it_unsure() -> None:
    piece = only(read(condition(EPILEPSY, modifierExtension=[{"url": "https://example.org/not"}])), "epilepsy")
    assert piece.standing is Standing.UNSURE


def test_a_state_that_has_ended_is_a_no_on_the_day_it_ended() -> None:
    pregnant = coded(SNOMED, "77386006", "Pregnant")
    piece = only(read(condition(pregnant, "resolved", abatementDateTime="2024-08-02")), "pregnant")
    assert (piece.value, piece.standing) == (False, Standing.OVER)
    assert piece.on is not None
    assert piece.on.text == "2024-08-02"


@pytest.mark.parametrize("more", [{}, {"abatementString": "in summer"}])
def test_a_state_that_ended_on_an_unknown_day_is_unsure(more: dict[str, Any]) -> None:
    piece = only(read(condition(coded(SNOMED, "77386006"), "resolved", **more)), "pregnant")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)


def test_a_state_with_an_end_is_over_unless_its_status_says_that_it_is_there() -> None:
    pregnant = condition(coded(SNOMED, "77386006", "Pregnant"), abatementDateTime="2024-08-02")
    without = only(read({**pregnant, "clinicalStatus": None}), "pregnant")
    assert (without.value, without.standing, without.on and without.on.text) == (False, Standing.OVER, "2024-08-02")
    active = only(read(pregnant), "pregnant")
    assert (active.value, active.standing, active.reason) == (None, Standing.UNSURE, "it is active and has an end")


def test_a_problem_that_is_active_and_has_ended_is_unsure() -> None:
    assert only(read(condition(EPILEPSY, abatementDateTime="2020")), "epilepsy").standing is Standing.UNSURE


def test_a_problem_with_an_end_and_no_status_is_over() -> None:
    record = read({**condition(EPILEPSY, abatementDateTime="2020"), "clinicalStatus": None})
    assert only(record, "epilepsy").standing is Standing.UNSURE


@pytest.mark.parametrize("code", ["G40", "G40.9", "G409", "g40.3"])
def test_icd_codes_are_prefixes_with_or_without_the_dot(code: str) -> None:
    assert only(read(condition(coded(ICD10, code))), "epilepsy").value is True


@pytest.mark.parametrize("code", ["G4", "G41", "G04.0"])
def test_an_icd_code_outside_the_prefix_is_another_matter(code: str) -> None:
    assert "epilepsy" not in read(condition(coded(ICD10, code))).evidence


def test_of_two_prefixes_of_one_fact_the_longer_speaks() -> None:
    assert only(read(condition(coded(ICD10, "F41.0"))), "severe_anxiety").value is True
    assert only(read(condition(coded(ICD10, "F41.9"))), "severe_anxiety").standing is Standing.UNSURE


def test_icd_10_cm_is_read_as_icd_10() -> None:
    assert only(read(condition(coded("http://hl7.org/fhir/sid/icd-10-cm", "G40.909"))), "epilepsy").value is True


def test_a_code_that_raises_a_matter_does_not_settle_it() -> None:
    piece = only(read(condition(coded(SNOMED, "703151001", "History of single seizure"))), "epilepsy")
    assert piece.standing is Standing.UNSURE
    assert "leaves it open" in piece.reason


def test_a_refuted_code_that_only_raises_a_matter_says_nothing() -> None:
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    assert "epilepsy" not in read(condition(coded(SNOMED, "703151001"), **refuted)).evidence


def test_a_code_that_states_counts_before_one_that_raises() -> None:
    both = {"coding": [*coded(SNOMED, "703151001")["coding"], *EPILEPSY["coding"]]}
    assert only(read(condition(both)), "epilepsy").value is True


def test_a_code_that_is_known_to_mean_something_else_is_counted_and_understood() -> None:
    record = read(condition(coded(SNOMED, "38341003", "Hypertension")))
    assert unused(record) == {"Condition: no fact uses it": 1}
    assert record.unrecognised == ()


def test_a_code_of_a_known_system_that_nobody_knows_is_listed() -> None:
    (listed,) = read(condition(coded(SNOMED, "86406008"))).unrecognised
    assert (listed.kind, listed.text, listed.why) == ("problem", "86406008", "its code is none that is known")


@pytest.mark.parametrize(("code", "is_understood"), [("H66", True), ("H66.9", True), ("h669", True), ("H67", False)])
def test_an_icd_code_of_another_matter_is_a_prefix(code: str, is_understood: bool) -> None:
    assert (read(condition(coded(ICD10, code))).unrecognised == ()) is is_understood


def test_the_prefix_of_a_fact_beats_that_of_another_matter_even_where_it_is_shorter() -> None:
    # F41 is the fact's, F41.8 stands in the other matter of the small vocabulary.
    assert only(read(condition(coded(ICD10, "F41.8"))), "severe_anxiety").standing is Standing.UNSURE


@pytest.mark.parametrize(
    ("system", "code"),
    [(ICD10, "G4O.3"), (ICD10, "H66.9OOOO"), (SNOMED, "38341004"), (SNOMED, "3834100"), (ICD10, "G4")],
)
def test_a_code_that_cannot_be_one_is_not_understood_and_its_wording_raises_the_fact(system: str, code: str) -> None:
    record = read(condition(coded(system, code, "Epilepsy")))
    assert only(record, "epilepsy").standing is Standing.UNSURE
    assert [entry.kind for entry in record.unrecognised] == ["problem"]
    assert "cannot be one" in record.unrecognised[0].why


def test_a_wording_that_speaks_of_another_fact_than_the_code_raises_that_fact() -> None:
    record = read(condition(coded(ICD10, "G40.9", "Depression with epilepsy")))
    assert only(record, "epilepsy").value is True
    assert only(record, "depression").standing is Standing.UNSURE
    assert record.unrecognised == ()


def test_a_wording_that_contradicts_a_code_of_another_matter_raises_the_fact() -> None:
    piece = only(read(condition(coded(SNOMED, "38341003", "Epilepsy"))), "epilepsy")
    assert (piece.standing, piece.recorded) == (Standing.UNSURE, "Epilepsy")


@pytest.mark.parametrize("words", ["No known problems", "No current problems or disability", "No medical conditions"])
def test_words_that_deny_every_problem_are_no_problem_that_is_not_understood(words: str) -> None:
    assert read(condition({"text": words})).unrecognised == ()


@pytest.mark.parametrize("words", ["No known problems except fits", "No known cause of falls", "No pulse"])
def test_words_that_go_on_after_a_denial_deny_nothing(words: str) -> None:
    assert [entry.kind for entry in read(condition({"text": words})).unrecognised] == ["problem"]


def test_words_that_name_the_problem_exactly_count_where_there_is_no_code() -> None:
    assert only(read(condition({"text": "Epilepsy"})), "epilepsy").value is True


@pytest.mark.parametrize("code", [{"text": "Falling sickness"}, coded("https://example.org/codes", "77", "Fits"), {}])
def test_a_problem_that_is_not_understood_is_listed(code: dict[str, Any]) -> None:
    record = read(condition(code))
    (listed,) = record.unrecognised
    assert (listed.kind, listed.origin) == ("problem", "Condition/c")
    assert listed.why


def test_a_subtype_that_no_code_set_holds_raises_the_matter_by_its_wording() -> None:
    piece = only(read(condition(coded(SNOMED, "193000002", "Temporal lobe epilepsy"))), "epilepsy")
    assert piece.standing is Standing.UNSURE


def test_free_text_that_speaks_of_the_matter_raises_it_and_is_listed() -> None:
    record = read(condition({"text": "No epilepsy as far as known"}))
    assert only(record, "epilepsy").standing is Standing.UNSURE
    assert [one.kind for one in record.unrecognised] == ["problem"]


def test_no_known_problems_completes_the_list_and_no_information_does_not() -> None:
    assert only(read(condition(coded(ABSENT, "no-known-problems"))), "problems_complete").value is True
    record = read(condition(coded(ABSENT, "no-problem-info")))
    assert "problems_complete" not in record.evidence
    assert record.unrecognised == ()
    assert sum(unused(record).values()) == 1


def test_control_characters_of_a_record_do_not_reach_an_output() -> None:
    (listed,) = read(condition({"text": "\x1b[31mred\u202e" + 300 * "x"})).unrecognised
    assert "\x1b" not in listed.text
    assert len(listed.text) <= 200


@pytest.mark.parametrize("day", ["2023-02-30", "2023-13", "yesterday"])
def test_a_date_that_is_none_is_set_aside_by_its_place_and_the_problem_counts(day: str) -> None:
    record = read(condition(EPILEPSY, recordedDate=day))
    assert only(record, "epilepsy")[:3] == ("epilepsy", True, None)
    assert "Condition/c.recordedDate" in record.notes[0]
    assert day in record.notes[0]


def test_a_year_alone_is_kept_as_a_range() -> None:
    on = only(read(condition(EPILEPSY, recordedDate="2019")), "epilepsy").on
    assert on is not None
    assert (on.first_day.isoformat(), on.last_day.isoformat()) == ("2019-01-01", "2019-12-31")


@pytest.mark.parametrize("words", ["Hemodialysis", "Haemodialysis, three times a week"])
def test_a_procedure_is_read_by_its_words_too(words: str) -> None:
    assert "dialysis" in read({**procedure("completed"), "code": {"text": words}}).evidence


def test_a_procedure_by_a_code_alone_that_nobody_knows_leaves_the_problem_list_open() -> None:
    unknown = {**procedure("completed"), "code": coded(SNOMED, "86406008")}
    assert [entry.kind for entry in read(unknown).unrecognised] == ["problem"]
    named = {**procedure("completed"), "code": coded(SNOMED, "86406008", "Removal of stitches")}
    assert read(named).unrecognised == ()
    assert unused(read(named)) == {"Procedure: no fact uses it": 1}
    assert unused(read(procedure("completed"))) == {}


def test_a_procedure_whose_code_cannot_be_one_leaves_the_problem_list_open_whatever_it_is_called() -> None:
    slip = {**procedure("completed"), "code": coded(SNOMED, "86406009", "Removal of stitches")}
    (entry,) = read(slip).unrecognised
    assert (entry.kind, entry.text, entry.why) == (
        "problem",
        "Removal of stitches",
        "its code cannot be one of its code system",
    )


def procedure(status: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": "d",
        "status": status,
        "code": coded(SNOMED, "265764009", "Dialysis"),
        "subject": ABOUT,
        "performedPeriod": {"start": "2024-04-01", "end": "2024-05-01"},
        **more,
    }


def test_a_procedure_says_yes_on_the_day_it_ended() -> None:
    piece = only(read(procedure("completed")), "dialysis")
    assert piece.value is True
    assert piece.on is not None
    assert piece.on.text == "2024-05-01"


@pytest.mark.parametrize("status", ["preparation", "on-hold", "stopped", "unknown"])
def test_a_procedure_that_was_not_finished_is_unsure(status: str) -> None:
    assert only(read(procedure(status)), "dialysis").standing is Standing.UNSURE


@pytest.mark.parametrize("status", ["not-done", "entered-in-error"])
def test_a_procedure_that_was_not_done_is_counted_only(status: str) -> None:
    record = read(procedure(status))
    assert "dialysis" not in record.evidence
    assert unused(record) == {f"Procedure: status is '{status}'": 1}

from datetime import date

import pytest

from fhir_records import PATIENT, READER, bundle, only, read
from fullcourse.clinical.fact import Standing


def test_birth_date_and_sex_come_from_the_patient_and_name_nobody() -> None:
    record = read(patient={**PATIENT, "name": [{"text": "Jane Doe"}]})
    born, sex = only(record, "birth_date"), only(record, "sex")
    assert (born.value, born.origin, born.on) == ("1984-03-09", "Patient", None)
    assert (sex.value, sex.origin) == ("female", "Patient")
    assert "Jane" not in repr(record)


@pytest.mark.parametrize("born", ["1984", "1984-03"])
def test_a_partial_birth_date_stays_partial(born: str) -> None:
    assert only(read(patient={**PATIENT, "birthDate": born}), "birth_date").value == born


@pytest.mark.parametrize("born", ["2023-02-30", 7])
def test_a_birth_date_that_is_none_is_set_aside_by_name_and_leaves_the_age_open(born: object) -> None:
    record = read(patient={**PATIENT, "birthDate": born})
    assert only(record, "birth_date").standing is Standing.UNUSABLE
    assert only(record, "sex").value == "female"
    assert "Patient.birthDate" in record.notes[0]


def test_a_birth_on_the_day_of_the_check_can_be_and_one_day_later_cannot() -> None:
    patient = {**PATIENT, "birthDate": "2026-11-20"}
    assert only(read(patient=patient, at=date(2026, 11, 20)), "birth_date").standing is Standing.STATED
    piece = only(read(patient=patient, at=date(2026, 11, 19)), "birth_date")
    assert (piece.value, piece.standing, piece.recorded) == (None, Standing.ABSURD, "on record")


def test_a_birth_after_the_recorded_death_cannot_be() -> None:
    record = read(patient={**PATIENT, "deceasedDateTime": "1980"})
    assert only(record, "birth_date").standing is Standing.ABSURD


@pytest.mark.parametrize(("gender", "standing"), [("other", Standing.UNSURE), ("F", Standing.UNUSABLE)])
def test_a_gender_that_does_not_say_the_sex_leaves_it_open(gender: str, standing: Standing) -> None:
    piece = only(read(patient={**PATIENT, "gender": gender}), "sex")
    assert (piece.value, piece.standing) == (None, standing)


def test_an_unknown_gender_is_no_evidence() -> None:
    assert "sex" not in read(patient={**PATIENT, "gender": "unknown"}).evidence


@pytest.mark.parametrize("died", [{"deceasedBoolean": True}, {"deceasedDateTime": "2024-05"}])
def test_a_recorded_death_is_noted(died: dict[str, object]) -> None:
    assert read(patient={**PATIENT, **died}).notes == ("the record says that the patient has died",)


def test_a_patient_that_is_no_longer_in_use_is_noted() -> None:
    assert "no longer in use" in read(patient={**PATIENT, "active": False}).notes[0]


def test_a_birth_on_the_day_of_death_can_be() -> None:
    for died, standing in (("1984-03-09", Standing.STATED), ("1984-03-08", Standing.ABSURD)):
        piece = only(read(patient={**PATIENT, "deceasedDateTime": died}), "birth_date")
        assert piece.standing is standing
        assert piece.reason == ("" if standing is Standing.STATED else "it lies after the recorded death")


def test_a_flag_that_is_none_is_noted_and_the_person_is_read() -> None:
    record = read(patient={**PATIENT, "active": "no"})
    assert "Patient.active" in record.notes[0]
    assert only(record, "sex").value == "female"


def test_a_day_that_is_known_later_judges_the_birth_date_of_the_person_alone() -> None:
    answered = {
        "resourceType": "QuestionnaireResponse", "id": "q", "status": "completed",
        "questionnaire": "urn:fullcourse:intake|1", "subject": {"reference": "Patient/p"}, "authored": "2024-05-03",
        "item": [{"linkId": "birth_date", "answer": [{"valueDate": "2025-01-01"}]}],
    }  # fmt: skip
    nobody = {name: value for name, value in PATIENT.items() if name != "birthDate"}
    for patient in (PATIENT, {**PATIENT, "birthDate": "2025-01-01"}, {**PATIENT, "birthDate": "never"}, nobody):
        for more in ((), (answered,)):
            data = bundle(*more, patient=patient)
            for at in (date(2024, 6, 1), date(2026, 6, 1)):
                assert READER.as_of(READER.read(data), at) == READER.read(data, at)

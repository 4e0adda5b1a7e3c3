"""Input, record and log in one report: what fills what is empty, and what differs openly."""

from dataclasses import replace
from datetime import date

import pytest

from course_events import event
from fullcourse.clinical import Evidence, Medicine, Record, Taken, parse_moment
from fullcourse.clinical.event_bodies import Dispensed, DoseTaken, Held, Resumed, Symptom
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.patient import NotUsed, Unrecognised
from fullcourse.clinical.quantity import exactly
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacovigilance.causality import Challenge
from reports import NOW, drafted, log

INPUT = '[[reaction]]\nwords = "fit"\nstart = 2026-11-03\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'


def day(text: str):
    return parse_moment(text, "day")


def number(fact: str, value: float, unit: str, on: str | None) -> Evidence:
    return Evidence(fact, exactly(value), day(on) if on else None, f"Observation/{fact}", value, unit)


def medicine(name: str, *ingredients: str, **more: object) -> Medicine:
    given = {"taken": Taken.NOW, "since": None, "until": None, "origin": f"MedicationStatement/{name}", **more}
    return Medicine(name, ingredients, (), "name" if ingredients else "", **given)


def record(*medicines: Medicine, **evidence: Evidence) -> Record:
    return Record({name: (piece,) for name, piece in evidence.items()}, medicines)


BORN = Evidence("birth_date", "1992-11-04", day("1992-11-04"), "Patient", "1992-11-04")
FEMALE = Evidence("sex", "female", None, "Patient", "female")


def conflicts(report) -> dict[str, tuple[str, str]]:
    return {it.what: (it.given, it.on_file) for it in report.conflicts}


def test_a_record_fills_age_at_the_onset_sex_weight_and_height():
    read = record(
        birth_date=BORN,
        sex=FEMALE,
        weight=number("weight", 52.0, "kg", "2026-11-01"),
        height=number("height", 160.0, "cm", "2026-01-01"),
    )
    patient = drafted(INPUT, read).patient
    assert (str(patient.age.value), patient.age.unit, patient.age.origin) == ("33", "a", "Patient")
    assert (patient.sex, patient.sex_origin) == ("female", "Patient")
    assert (str(patient.weight.value), str(patient.height.value)) == ("52", "160")
    assert (patient.birth_date, patient.initials, patient.record_number) == (None, "", "")


def test_without_an_onset_the_age_is_that_of_the_day_of_the_report():
    patient = drafted(INPUT.replace("start = 2026-11-03\n", ""), record(birth_date=BORN)).patient
    assert str(patient.age.value) == "34"


def test_an_infant_has_its_age_in_months():
    born = Evidence("birth_date", "2026-01-20", day("2026-01-20"), "Patient", "2026-01-20")
    patient = drafted(INPUT, record(birth_date=born)).patient
    assert (str(patient.age.value), patient.age.unit) == ("9", "mo")


def test_a_weight_that_was_taken_after_the_onset_stands_with_its_day():
    read = record(weight=number("weight", 52.0, "kg", "2026-11-10"))
    assert drafted(INPUT, read).patient.weight.on.text == "2026-11-10"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("age_years = 40", "age"),
        ("age_months = 120", "age"),
        ('sex = "male"', "sex"),
        ("weight_kg = 60", "weight"),
        ("height_cm = 150", "height"),
        ("pregnant = true", "pregnant"),
        ("no_history = true", "history"),
    ],
)
def test_where_the_input_says_something_else_both_are_shown_and_the_input_stands(line, what):
    read = record(
        birth_date=BORN,
        sex=FEMALE,
        weight=number("weight", 52.0, "kg", "2026-11-01"),
        height=number("height", 160.0, "cm", "2026-01-01"),
        pregnant=Evidence("pregnant", False, day("2026-11-01"), "Observation/p", False),
        epilepsy=Evidence("epilepsy", True, day("2020-01-01"), "Condition/e", True),
    )
    report = drafted(f"[patient]\n{line}\n{INPUT}", read)
    assert list(conflicts(report)) == [what]


@pytest.mark.parametrize("line", ["age_years = 33", "age_months = 400", 'sex = "female"', "weight_kg = 52"])
def test_where_both_say_the_same_nothing_differs(line):
    read = record(birth_date=BORN, sex=FEMALE, weight=number("weight", 52.0, "kg", "2026-11-01"))
    assert drafted(f"[patient]\n{line}\n{INPUT}", read).conflicts == ()


def test_a_person_may_weigh_something_else_on_another_day():
    read = record(weight=number("weight", 52.0, "kg", "2026-11-01"))
    text = f"[patient]\nweight_kg = 60\nweight_on = 2026-08-01\n{INPUT}"
    assert drafted(text, read).conflicts == ()


def test_conditions_on_file_are_history_and_what_is_unknown_is_neither_history_nor_none():
    read = record(epilepsy=Evidence("epilepsy", True, day("2020-01-01"), "Condition/e", True))
    patient = drafted(INPUT, read).patient
    assert [(it.words, it.origin, it.since) for it in patient.history] == [("epilepsy", "Condition/e", None)]
    assert patient.no_history is False


def test_a_medicine_of_the_record_is_the_same_drug_under_its_brand():
    read = record(medicine("Seromycin", "cycloserine", since=day("2026-10-01")))
    report = drafted(INPUT, read)
    assert [(drug.name, drug.first_dose.text) for drug in report.drugs] == [("cycloserine", "2026-10-01")]


def test_the_day_of_an_order_is_not_that_of_a_dose_and_given_doses_are():
    ordered = medicine("Seromycin", "cycloserine", since=day("2026-10-01"), ordered=True)
    assert drafted(INPUT, record(ordered)).drugs[0].first_dose is None
    doses = tuple(TakenDose(NOW.replace(day=number), 250.0, drug="cycloserine") for number in (2, 1))
    drug = drafted(INPUT, replace(record(ordered), doses=doses)).drugs[0]
    assert (drug.first_dose.text, drug.last_dose.text) == ("2026-11-01T23:59:59+00:00", "2026-11-02T23:59:59+00:00")


def test_every_other_medicine_stands_without_a_role_and_is_asked_for():
    report = drafted(INPUT, record(medicine("amlodipine", "amlodipine"), medicine("lung tea")))
    assert [(drug.name, drug.role) for drug in report.others] == [("amlodipine", None), ("lung tea", None)]
    assert any("amlodipine, lung tea" in lack.what for lack in report.lacks)


def test_one_that_was_over_or_not_yet_begun_at_the_onset_is_no_co_medicine():
    read = record(
        medicine("old", "amlodipine", taken=Taken.PAST, until=day("2026-11-02")),
        medicine("same day", "enalapril", taken=Taken.PAST, until=day("2026-11-03")),
        medicine("new", "diazepam", since=day("2026-11-04")),
        medicine("same day too", "valproic acid", since=day("2026-11-03")),
        medicine("to come", "metformin", since=day("2026-12-04")),
    )
    report = drafted(INPUT, read)
    assert [drug.name for drug in report.others] == ["same day", "same day too"]
    assert [drug.name for drug in report.earlier_drugs] == ["old"]
    assert [drug.name for drug in report.later_drugs] == ["new"]


def test_results_since_the_last_before_the_first_dose_stand_with_the_laboratorys_limit():
    pieces = (
        number("alt", 30.0, "U/L", "2026-08-01"),
        number("alt", 31.0, "U/L", "2026-09-30"),
        number("alt", 90.0, "U/L", "2026-11-03"),
        number("alt", 95.0, "U/L", "2026-12-03"),
        Evidence("alt", None, day("2026-11-04"), "Observation/bad", 5.0, "", Standing.UNUSABLE, "it has no unit"),
    )
    limit = Evidence("alt_upper_limit", exactly(40.0), day("2026-11-03"), "Observation/alt", 40.0, "U/L")
    text = INPUT.replace('role = "suspect"\n', 'role = "suspect"\nstart = 2026-10-01\n')
    report = drafted(text, Record({"alt": pieces, "alt_upper_limit": (limit,)}))
    assert [(str(test.value), test.high) for test in report.patient.tests] == [("31", "40"), ("90", "40")]
    assert len(report.not_read) == 2


def test_a_result_that_is_no_plain_number_stands_as_it_was_recorded():
    piece = Evidence("alt", exactly(30.0), None, "Observation/alt", "<30", "U/L")
    (test,) = drafted(INPUT, Record({"alt": (piece,)})).patient.tests
    assert (test.value, test.words, test.on) == (None, "<30 U/L", None)


def test_what_was_not_understood_is_named_and_never_passes_for_nothing():
    read = replace(
        record(),
        unrecognised=(Unrecognised("problem", "Fallsucht", "Condition/f", "its code is not known"),),
        not_used=(
            NotUsed("Media", "no code", 2, may_matter=True),
            NotUsed("Condition", "no fact uses it", 3),
            NotUsed("Claim", "not read", 9),
        ),
    )
    assert drafted(INPUT, read).not_read == (
        "problem 'Fallsucht' (Condition/f): its code is not known",
        "2 × Media, not in this report: no code",
        "3 × Condition, not in this report: no fact uses it; add what matters under [[history]]",
    )


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("first_dose = 2026-09-15", "first dose of cycloserine"),
        ("last_dose = 2026-10-15", "last dose of cycloserine"),
        ("last_dose_before_onset = 2026-11-01", "last dose before the onset of cycloserine"),
        ('action = "dose not changed"', "action taken with cycloserine"),
        ('action = "withdrawn"\naction_on = 2026-11-09', "day of the action taken of cycloserine"),
        ('amount = 750\nunit = "mg"\nevery = 1\ninterval = "days"', "dose of cycloserine"),
    ],
)
def test_where_the_log_says_something_else_of_a_drug_both_are_shown(line, what):
    held = event(Held(("cycloserine",), "side effects"), "2026-11-03T22:30", actor="clinician")
    report = drafted(f"{INPUT}{line}\n", events=log(held))
    assert list(conflicts(report)) == [what]


@pytest.mark.parametrize(
    ("days", "what"),
    [
        ("start = 2026-11-03", []),
        ("start = 2026-11-01", []),
        ("start = 2026-11-04", ["start of 'fit'"]),
        ("start = 2026-11-01\nend = 2026-11-03", []),
        ("start = 2026-11-01\nend = 2026-11-02", ["end of 'fit'"]),
    ],
)
def test_a_symptom_that_is_told_of_before_it_began_or_after_it_ended_is_shown(days, what):
    told = (
        event(Symptom("symptom_seizure"), "2026-11-03T21:30"),
        event(Symptom("symptom_seizure", False), "2026-11-06T10:00"),
    )
    report = drafted(INPUT.replace("start = 2026-11-03", days), events=log(*told))
    assert list(conflicts(report)) == what
    assert report.reactions[0].start.text == days[8:18]


def test_where_the_log_says_something_else_of_stopping_both_are_shown():
    more = (
        event(Symptom("symptom_seizure"), "2026-11-03T21:30"),
        event(Held(("cycloserine",), "side effects"), "2026-11-03T22:30", actor="clinician"),
        event(Symptom("symptom_seizure", False), "2026-11-06T10:00"),
    )
    text = INPUT.replace("start = 2026-11-03\n", "") + "[[challenge]]\nimproved = false\n"
    report = drafted(text, events=log(*more))
    assert list(conflicts(report)) == ["cycloserine and 'fit': improved after stopping"]
    assert report.facts[0].challenge.improved is False


def test_a_log_and_a_record_agree_on_the_month():
    read = record(medicine("Seromycin", "cycloserine", since=day("2026-10")))
    assert drafted(INPUT, read, log()).conflicts == ()


def test_what_it_was_made_from_is_said():
    assert drafted(INPUT, record(), log()).sources == ("input", "record", "course")
    assert drafted(INPUT).sources == ("input",)
    assert drafted(INPUT).reported_on.first_day == date(2026, 11, 20)


def test_a_person_says_that_it_was_not_given_again_and_the_log_says_that_it_was():
    more = (
        event(Symptom("symptom_seizure"), "2026-11-03T21:30"),
        event(Held(("cycloserine",), "side effects"), "2026-11-03T22:30", actor="clinician"),
        event(Symptom("symptom_seizure", False), "2026-11-06T10:00"),
        event(Resumed(("cycloserine",)), "2026-11-10T08:00", actor="clinician"),
        event(DoseTaken("cycloserine", 250.0), "2026-11-10T09:00"),
        event(Symptom("symptom_seizure"), "2026-11-11T09:00"),
    )
    report = drafted(INPUT + "[[challenge]]\ngiven_again = false\n", events=log(*more))
    assert list(conflicts(report)) == ["cycloserine and 'fit': given again"]
    assert report.facts[0].challenge == Challenge(True, False, None)


def test_a_medicine_that_nobody_recognised_is_matched_by_its_name():
    text = '[[drug]]\nname = "Lung tea"\nrole = "suspect"\n'
    report = drafted(text, record(medicine("lung tea"), medicine("other tea")))
    assert [drug.name for drug in report.drugs] == ["Lung tea", "other tea"]


def test_a_lot_of_the_log_goes_with_the_dosage_of_the_input_and_another_lot_is_shown():
    lot = event(Dispensed("cycloserine", "capsule 250 mg", 60.0, lot="L1"), "2026-10-01T09:00")
    dose = 'amount = 500\nunit = "mg"\nevery = 12\ninterval = "hours"\n'
    report = drafted(INPUT + dose, events=log(lot))
    assert ([it.batch for it in report.drugs[0].dosages], report.conflicts) == (["L1"], ())
    assert list(conflicts(drafted(f'{INPUT}{dose}batch = "L2"\n', events=log(lot)))) == ["batch of cycloserine"]


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2025-12-01", "11 mo"),
        ("2024-11-03", "2 a"),
        ("2024-11-04", "23 mo"),
        ("1992-11-03", "34 a"),
        ("1992", "None"),
        ("2026-11-10", "None"),
    ],
)
def test_a_birth_date_that_the_user_writes_gives_the_age_at_the_onset(born, age):
    patient = drafted(f'[patient]\nbirth_date = "{born}"\n{INPUT}').patient
    assert (f"{patient.age.value} {patient.age.unit}" if patient.age else "None") == age


def test_an_unknown_age_is_none():
    year = Evidence("birth_date", "1992", day("1992"), "Patient", "1992")
    assert str(drafted(INPUT, record(birth_date=year)).patient.age.value) == "33 to 34"
    assert drafted(INPUT, record()).patient.age is None


def test_that_a_man_is_not_pregnant_is_reported_by_nobody():
    assert drafted(INPUT, record(sex=Evidence("sex", "male", None, "Patient", "male"))).patient.pregnant is None

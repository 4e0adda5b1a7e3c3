"""What a log tells of an event: doses, holds, changes, what came of stopping and of giving again."""

from datetime import date

import pytest

from course_events import event, plan
from fullcourse.clinical.event_bodies import (
    Dispensed,
    DoseTaken,
    Held,
    PlanChanged,
    PlanStopped,
    Result,
    Resumed,
    Symptom,
)
from reports import drafted, log

INPUT = '[[reaction]]\nwords = "fit"\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'
FIT = event(Symptom("symptom_seizure"), "2026-11-03T21:30")
GONE = event(Symptom("symptom_seizure", False), "2026-11-06T10:00")
BACK = event(Symptom("symptom_seizure"), "2026-11-11T09:00")
HELD = event(Held(("cycloserine",), "side effects"), "2026-11-03T22:30", actor="clinician")
RESUMED = event(Resumed(("cycloserine",)), "2026-11-10T08:00", actor="clinician")
AGAIN = event(DoseTaken("cycloserine", 250.0), "2026-11-10T09:00")


def facts(*more):
    report = drafted(INPUT, events=log(*more))
    return report, report.facts[0]


def test_the_onset_doses_and_the_last_change_come_from_the_log():
    report, bearing = facts(FIT)
    drug = report.drugs[0]
    assert report.reactions[0].start.text == "2026-11-03T21:30:00+00:00"
    assert drug.first_dose.text == "2026-10-01T08:00:00+00:00"
    assert drug.last_dose_before_onset.text == "2026-11-03T08:00:00+00:00"
    assert (drug.cumulative_mg, drug.cumulative_is_least) == (38 * 250.0 + 29 * 500.0, True)
    assert [(it.amount, it.every, it.interval, it.start.text) for it in drug.dosages] == [
        (250.0, 12.0, "h", "2026-10-01"),
        (500.0, 12.0, "h", "2026-10-20"),
    ]
    assert [
        str(it) for it in (bearing.days_from_first_dose, bearing.days_from_last_dose, bearing.days_from_dose_change)
    ] == [
        "33",
        "0",
        "14",
    ]


def test_a_hold_for_side_effects_is_a_dechallenge_and_one_for_a_procedure_is_not():
    assert facts(FIT, HELD)[1].dechallenge is True
    other = event(Held(("cycloserine",), "procedure"), "2026-11-03T22:30", actor="clinician")
    assert facts(FIT, other)[1].dechallenge is None
    before = event(Held(("cycloserine",), "side effects"), "2026-11-02T22:30", actor="clinician")
    assert facts(FIT, before)[1].dechallenge is None


def test_a_hold_that_only_a_supporter_tells_of_is_none():
    told = event(Held(("cycloserine",), "side effects"), "2026-11-03T22:30", actor="supporter")
    assert facts(FIT, told)[1].dechallenge is None


@pytest.mark.parametrize(
    ("more", "improved", "rechallenge"),
    [
        ((FIT, HELD), None, None),
        ((FIT, HELD, GONE), True, None),
        ((FIT, HELD, GONE, RESUMED), True, None),
        ((FIT, HELD, GONE, RESUMED, AGAIN), True, "given again, and nobody knows what came of it"),
        ((FIT, HELD, GONE, RESUMED, AGAIN, BACK), True, "given again, and it came back"),
        (
            (FIT, HELD, GONE, RESUMED, AGAIN, event(Symptom("symptom_seizure", False), "2026-11-12T09:00")),
            True,
            "given again, and it did not come back",
        ),
        ((FIT, GONE), None, None),
    ],
)
def test_what_came_of_stopping_is_what_was_told_after_it(more, improved, rechallenge):
    _, bearing = facts(*more)
    word = bearing.challenge.rechallenge
    assert (bearing.challenge.improved, word.value if word else None) == (improved, rechallenge)


def test_what_went_after_the_drug_was_given_again_says_nothing_of_stopping():
    late = event(Symptom("symptom_seizure", False), "2026-11-12T10:00")
    _, bearing = facts(FIT, HELD, RESUMED, AGAIN, late)
    assert (bearing.challenge.improved, bearing.challenge.came_back) == (None, None)


def changed(text: str, on: str = "2026-11-04"):
    new = plan(text, start=date.fromisoformat(on))
    return event(PlanChanged(new, "Dr A"), f"{on}T06:00", actor="clinician")


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("cycloserine: 250 mg q12h", "dose reduced"),
        ("cycloserine: 500 mg q12h", None),
        ("cycloserine: 750 mg morning + 500 mg evening", "dose increased"),
        ("linezolid: 600 mg daily", "withdrawn"),
    ],
)
def test_a_change_of_the_plan_after_the_onset_is_what_was_done(text, action):
    report, _ = facts(FIT, changed(text))
    stated = report.drugs[0].action
    assert (stated.value if stated else None) == action


def test_a_stop_of_the_whole_treatment_withdraws_each_drug_and_a_patients_wish_does_not():
    stop = event(PlanStopped("clinician"), "2026-11-04T06:00", actor="clinician")
    assert facts(FIT, stop)[0].drugs[0].action.value == "withdrawn"
    wish = event(PlanStopped("patient"), "2026-11-04T06:00")
    assert facts(FIT, wish)[0].drugs[0].action is None


def test_lots_results_and_other_symptoms_of_the_log_stand_in_the_report():
    report, _ = facts(
        FIT,
        event(Dispensed("cycloserine", "capsule 250 mg", 60.0, lot="L1"), "2026-10-01T09:00"),
        event(Symptom("symptom_tremor"), "2026-11-01T10:00"),
        event(Result("haemoglobin", 11.2, "g/dL"), "2026-09-29T10:00", actor="clinician"),
        event(Result("haemoglobin", 12.0, "g/dL"), "2026-09-01T10:00", actor="clinician"),
        event(Result("cycloserine_level", 41.0, "mg/L"), "2026-11-03T23:00", actor="clinician"),
        event(Result("no_such_fact", 1.0, "mg/L"), "2026-11-03T23:00", actor="clinician"),
        event(Result("haemoglobin", 11.0, "mmHg"), "2026-11-04T10:00", actor="clinician"),
    )
    assert {it.batch for it in report.drugs[0].dosages} == {"L1"}
    assert [(it.fact, str(it.value)) for it in report.patient.tests] == [
        ("haemoglobin", "11.2"),
        ("cycloserine_level", "41"),
    ]
    assert len(report.beside) == 1
    assert len(report.not_read) == 2


def test_without_an_onset_nothing_is_said_to_have_been_done_because_of_it():
    report = drafted(INPUT.replace("fit", "an odd knee"), events=log(HELD))
    assert (report.drugs[0].action, report.drugs[0].last_dose_before_onset) == (None, None)


def test_on_a_day_without_a_time_only_the_doses_of_earlier_days_came_before():
    report = drafted(INPUT.replace('"fit"\n', '"fit"\nstart = 2026-11-03\n'), events=log())
    assert report.drugs[0].last_dose_before_onset.text == "2026-11-02T20:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "rhythm"),
    [
        ("cycloserine: 500 mg daily", (500.0, 1.0, "d")),
        ("cycloserine: 250 mg q12h", (250.0, 12.0, "h")),
        ("cycloserine: 500 mg every 36 hours", (500.0, 36.0, "h")),
        ("cycloserine: 500 mg every other day", (500.0, 2.0, "d")),
        ("cycloserine: 500 mg M-W-F", (None, None, "")),
        ("cycloserine: 250 mg morning + 500 mg evening", (None, None, "")),
        ("cycloserine: 250 mg alternating with 500 mg", (None, None, "")),
    ],
)
def test_a_rhythm_is_one_amount_and_one_interval_or_words_alone(text, rhythm):
    report, _ = facts(FIT, changed(text, "2026-11-10"))
    last = report.drugs[0].dosages[-1]
    assert (last.amount, last.every, last.interval) == rhythm
    assert last.text.startswith("planned: ")


def test_steps_of_a_titration_are_dosages_one_after_another_and_one_to_come_is_none():
    text = "cycloserine: 250 mg q12h for 5 days then 500 mg q12h for 30 days then 250 mg daily"
    report, _ = facts(FIT, changed(text, "2026-11-10"))
    assert [(it.start.text, it.end.text if it.end else None, it.goes_on) for it in report.drugs[0].dosages[2:]] == [
        ("2026-11-10", "2026-11-14", False),
        ("2026-11-15", None, True),
    ]

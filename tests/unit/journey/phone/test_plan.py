"""What a phone is handed: enough to advise by until it expires, and nothing of other people's or other drugs' rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

import course_cases
from course_events import event, plan, started
from fullcourse.clinical.event_bodies import DoseTaken, PlanChanged, Result, Retracted, Symptom
from fullcourse.course.schedule import slots_between
from fullcourse.journey.phone import DAYS_AHEAD, MOST_DAYS_VALID, PhonePlan, phone_plan
from patients import knowledge

NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
ONE = "cycloserine: 250 mg q12h"


def handed(log: list, at: datetime = NOW, days: int = 14) -> PhonePlan:
    return phone_plan(course_cases.course(log), "FC-TEST-1", knowledge(), at, days, "us")


@pytest.mark.parametrize("days", [0, MOST_DAYS_VALID + 1])
def test_a_plan_is_valid_so_long_that_its_last_day_still_sees_far_enough(days: int) -> None:
    with pytest.raises(ValueError, match="outside 1 to 28"):
        handed([started(ONE)], days=days)
    assert DAYS_AHEAD - MOST_DAYS_VALID >= 32  # so far advice looks ahead


def test_it_expires_after_the_days_that_were_set() -> None:
    assert handed([started(ONE)], days=3).expires_at == NOW + timedelta(days=3)


def test_it_holds_sixty_days_of_doses_and_a_month_back() -> None:
    slots = handed([started(ONE, days=400)]).parts[0].slots
    assert slots[0].due == datetime(2026, 3, 18, 20, tzinfo=UTC)
    assert slots[-1].due == datetime(2026, 6, 19, 8, tzinfo=UTC)


def test_a_plan_of_the_past_stays_as_long_as_its_doses_are_looked_at() -> None:
    second = PlanChanged(plan("linezolid: 600 mg once a day", start=date(2026, 4, 1)), "synthetic clinician")
    log = [started(ONE), event(second, "2026-03-30T09:00", actor="clinician")]
    both = handed(log)
    assert [len(it.slots) > 0 for it in both.parts] == [True, True]
    assert both.drugs == ("linezolid", "cycloserine")
    assert both.current_drugs == ("linezolid",)
    ends = both.parts[0].plan.ends
    assert ends is not None
    assert all(due >= ends for due in both.parts[0].beyond["cycloserine"])
    later = handed(log, NOW + timedelta(days=20))
    assert [it.plan.plan.drugs[0].drug for it in later.parts] == ["linezolid"]


def test_before_its_plan_begins_nothing_is_taken_and_all_statements_of_triage_count() -> None:
    log = [started(ONE, start=date(2027, 3, 1))]
    early = handed(log)
    assert early.parts[0].first == {"cycloserine": datetime(2027, 3, 1, 8, tzinfo=UTC)}
    assert early.current_drugs == ()
    assert {"linezolid", "cycloserine", ""} <= {it.drug for it in early.triage}
    begun = handed([started(ONE)])
    assert {it.drug for it in begun.triage} == {"cycloserine", ""}


def test_events_are_those_that_advice_reads_with_what_corrects_them() -> None:
    old = event(DoseTaken("cycloserine", 250.0), NOW - timedelta(days=33, minutes=1))
    dose = event(DoseTaken("cycloserine", 250.0), NOW - timedelta(days=32))
    back = event(Retracted(), NOW - timedelta(days=1), supersedes=dose.id)
    again = event(Retracted(), NOW - timedelta(hours=1), supersedes=back.id)
    rash = event(Symptom("symptom_rash"), NOW - timedelta(days=40))
    level = event(Result("cycloserine_level", 12.0, "mg/L"), NOW - timedelta(days=40))
    height = event(Result("height", 170.0, "cm"), NOW - timedelta(days=1))
    made = handed([started(ONE), old, dose, back, again, rash, level, height])
    assert {it.id for it in made.events} == {dose.id, back.id, again.id, rash.id, level.id}
    assert {name: (it.low, it.high) for name, it in made.results.items()} == {level.id: (12.0, 12.0)}


def test_days_done_and_the_next_visit_are_those_of_the_course() -> None:
    log = [started(ONE, days=200)]
    slots = slots_between(course_cases.course(log).timeline, NOW - timedelta(days=60), NOW)
    log += [event(DoseTaken(it.drug, it.mg, it.id), it.due) for it in slots if it.due < NOW - timedelta(days=3)]
    made = handed(log)
    assert made.adherence is not None
    assert made.adherence.days_complete == 46
    assert made.visits
    assert all(date(2026, 4, 20) <= day <= date(2026, 6, 19) and tests for day, tests in made.visits)


def test_a_course_without_a_plan_hands_out_none() -> None:
    made = handed([event(Symptom("symptom_rash"), NOW - timedelta(days=1))])
    assert (made.parts, made.drugs, made.current, made.visits) == ((), (), None, ())

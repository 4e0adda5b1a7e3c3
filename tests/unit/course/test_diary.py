"""What a log says of how somebody feels: the last word counts, days are counted once, nothing after the moment."""

from datetime import timedelta

import pytest

from course_events import at, event, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Resumed, Symptom
from fullcourse.course.diary import Diary, diary_of
from fullcourse.journey.course import course_from
from patients import knowledge

PLAN = started("cycloserine: 250 mg q12h")


def told(name: str, when: str, present: bool = True) -> Event:
    return event(Symptom(name, present), when)


def diary(*events: Event, now: str = "2026-03-20T12:00") -> Diary:
    return diary_of(course_from([PLAN, *events], knowledge(), load_zone, at(now)), at(now))


def test_the_last_word_counts_and_what_is_to_come_does_not():
    read = diary(
        told("symptom_rash", "2026-03-05T08:00"),
        told("symptom_rash", "2026-03-06T08:00", present=False),
        told("symptom_fever", "2026-03-21T08:00"),
    )
    assert read.symptoms == {"symptom_rash": False}


def test_low_mood_is_counted_by_days():
    days = ["2026-03-05T08:00", "2026-03-05T20:00", "2026-03-09T08:00"]
    assert diary(*(told("symptom_low_mood", day) for day in days)).low_mood_days == 2


def test_what_a_clinician_looked_at_before_resuming_is_over():
    resumed = event(Resumed(("cycloserine",)), "2026-03-10T08:00", actor="clinician")
    assert diary(told("symptom_low_mood", "2026-03-05T08:00"), resumed).symptoms == {}
    assert diary(told("symptom_low_mood", "2026-03-11T08:00"), resumed).low_mood_days == 1


@pytest.mark.parametrize(("now", "weeks"), [("2026-03-15T23:59", 13), ("2026-03-16T00:00", 14)])
def test_weeks_without_improvement_count_from_the_first_day_of_the_plan(now, weeks):
    read = diary(told("symptoms_not_better", "2026-03-10T08:00"), now=now)
    assert read.weeks_not_better is not None
    assert int(timedelta(weeks=read.weeks_not_better) / timedelta(days=1)) == weeks


def test_they_count_anew_from_the_day_that_something_was_better():
    read = diary(
        told("symptoms_not_better", "2026-03-06T12:00", present=False), told("symptoms_not_better", "2026-03-13T12:00")
    )
    assert read.weeks_not_better == 2.0
    assert diary().weeks_not_better is None

"""What a day comes to, from the doses of the day; expected words were written down before it was run."""

from datetime import date, timedelta

import pytest

from course_events import START, at, event, started
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited, Held
from fullcourse.journey.course import course_from
from fullcourse.journey.desk import CourseDay, DayStanding, doses_between, share_taken, standings_since
from fullcourse.journey.desk.seen_days import seen_days

NOW = at("2026-03-05T12:00")
MORNING, EVENING = "2026-03-02T08:05", "2026-03-02T20:05"
TAKEN, SKIPPED = DoseTaken("cycloserine", 250.0), DoseSkipped("cycloserine")


def seen(*told):
    log = [started("cycloserine: 250 mg q12h"), *told]
    course = course_from(log, knowledge_here(), load_zone, NOW)
    return course, standings_since(course, NOW, None).standings


def first_day(*told) -> CourseDay:
    course, standings = seen(*told)
    return seen_days(course, standings)[0]


@pytest.mark.parametrize(
    ("morning", "evening", "standing", "counts"),
    [
        (TAKEN, TAKEN, DayStanding.ALL, (2, 2, 0)),
        (TAKEN, SKIPPED, DayStanding.SOME, (1, 2, 0)),
        (SKIPPED, SKIPPED, DayStanding.NONE, (0, 2, 0)),
        (TAKEN, None, DayStanding.UNKNOWN, (1, 2, 1)),
        (None, None, DayStanding.UNKNOWN, (0, 2, 2)),
        (SKIPPED, None, DayStanding.SOME, (0, 2, 1)),
        (TAKEN, DosePartlyTaken("cycloserine", 125.0), DayStanding.SOME, (1, 2, 0)),
        (TAKEN, DoseVomited("cycloserine", 250.0), DayStanding.UNKNOWN, (1, 2, 1)),
    ],
)
def test_a_day_comes_to_what_its_doses_come_to(morning, evening, standing, counts):
    told = [event(body, on) for body, on in ((morning, MORNING), (evening, EVENING)) if body is not None]
    day = first_day(*told)
    assert (day.on, day.standing, (day.taken, day.planned, day.unknown)) == (START, standing, counts)


def test_a_day_of_which_every_dose_was_held_is_no_day_without_a_dose():
    held = event(Held((), "side effects"), "2026-03-01T10:00", actor="clinician")
    day = first_day(held)
    assert (day.standing, day.planned) == (DayStanding.HELD, 0)


def test_two_who_say_different_things_are_seen_and_counted_as_not_known():
    day = first_day(event(TAKEN, MORNING), event(SKIPPED, "2026-03-02T08:30", actor="supporter"), event(TAKEN, EVENING))
    assert day.disputed
    assert (day.standing, day.taken, day.unknown) == (DayStanding.UNKNOWN, 1, 1)


def test_a_day_with_a_dose_still_due_is_open_and_that_dose_is_not_counted():
    course, standings = seen(event(TAKEN, "2026-03-05T08:05"))
    today = seen_days(course, standings)[-1]
    assert (today.on, today.standing, today.taken, today.planned) == (date(2026, 3, 5), DayStanding.ALL, 1, 1)
    course, standings = seen()
    today = seen_days(course, standings)[-1]
    assert (today.standing, today.planned) == (DayStanding.OPEN, 0)


def test_the_share_of_doses_is_a_range_while_something_is_not_known():
    days = [CourseDay(START, DayStanding.SOME, 6, 10, 1, False), CourseDay(START, DayStanding.ALL, 10, 10, 0, False)]
    assert share_taken(days) == (0.8, 0.85)
    assert share_taken([]) is None


def test_a_dose_names_every_claim_about_it_in_order_of_time():
    course, standings = seen(
        event(SKIPPED, "2026-03-02T08:30", actor="supporter"), event(TAKEN, MORNING), event(TAKEN, "2026-03-03T08:00")
    )
    doses = doses_between(standings, course.timeline[-1].zone, START, START)
    assert [(dose.due.hour, dose.standing, dose.disputed) for dose in doses] == [
        (8, "disputed", True),
        (20, "unknown", False),
    ]
    assert [claim.actor for claim in doses[0].claims] == ["patient", "supporter"]


def test_a_dose_after_midnight_belongs_to_the_evening_before():
    course, standings = seen()
    days = {day.on for day in seen_days(course, standings)}
    assert min(days) == START
    assert max(days) == START + timedelta(days=3)

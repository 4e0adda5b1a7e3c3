"""What was taken by the log, beside the plan: a late dose is none too many, what stands close together is at once."""

from datetime import datetime

from course_events import at, event, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import DoseTaken
from fullcourse.clinical.quantity import exactly
from fullcourse.course.amounts import AmountsTaken, amounts_taken
from fullcourse.course.course import Course
from fullcourse.journey.course import course_from
from patients import knowledge

PLAN = started("cycloserine: 250 mg q12h")
NOW = at("2026-03-02T21:00")


def course(*times: str) -> Course:
    doses = [event(DoseTaken("cycloserine", 250.0), f"2026-03-02T{time}") for time in times]
    return course_from([PLAN, *doses], knowledge(), load_zone, NOW)


def amounts(*times: str, now: datetime = NOW) -> AmountsTaken:
    found = amounts_taken(course(*times), "cycloserine", now)
    assert found is not None
    return found


def test_a_day_as_planned():
    found = amounts("08:00", "20:00")
    assert (found.taken_mg, found.planned_mg, found.at_once_mg) == (exactly(500.0), exactly(500.0), 250.0)
    assert found.one_dose_mg == 250.0
    assert [it.at.hour for it in found.last] == [20, 8]


def test_a_third_dose_is_more_than_planned():
    assert amounts("08:00", "12:00", "20:00").taken_mg == exactly(750.0)


def test_doses_within_an_hour_are_at_once():
    assert amounts("08:00", "08:30", "08:59").at_once_mg == 750.0
    assert amounts("08:00", "09:00").at_once_mg == 250.0


def test_a_drug_that_is_not_planned_has_no_amounts():
    assert amounts_taken(course(), "linezolid", NOW) is None

"""When the next phase of a course is due, as its newest plan names it."""

from datetime import date

import pytest

from course_cases import course
from course_events import at, started
from fullcourse.course.next_phase import NextPhase, next_phase_of

NOW = at("2026-03-10T12:00")


def test_the_next_phase_is_due_the_day_after_the_last_of_this_one_and_asked_for_a_week_before():
    begun = started("rifampin: 600 mg once a day", phase_ends_on=date(2026, 4, 26))
    assert next_phase_of(course([begun]), NOW) == NextPhase(due_on=date(2026, 4, 27), asked_from=date(2026, 4, 20))


def test_without_a_day_there_is_none():
    assert next_phase_of(course([started("rifampin: 600 mg once a day")]), NOW) is None
    assert next_phase_of(course([]), NOW) is None


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 4, 19), "coming"),
        (date(2026, 4, 20), "asked for"),
        (date(2026, 4, 26), "asked for"),
        (date(2026, 4, 27), "due"),
        (date(2026, 5, 27), "due"),
    ],
)
def test_how_it_stands_on_a_day(today, standing):
    assert NextPhase(date(2026, 4, 27), date(2026, 4, 20)).standing(today) == standing

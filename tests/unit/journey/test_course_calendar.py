"""The window of a calendar: a week back, so many days ahead; and no calendar without a plan."""

import pytest

from course_cases import course
from course_events import at, started
from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.journey.course_calendar import calendar_of


def test_a_week_back_and_some_days_ahead_are_told():
    calendar = calendar_of(course([started("cycloserine: 250 mg q24h")]), load_zone, at("2026-03-20T08:00"), 3)
    assert [f"{entry.due:%m-%d}" for entry in calendar.entries] == [f"03-{day}" for day in range(13, 23)]
    assert calendar.edition == EDITION


def test_a_log_without_a_plan_is_refused():
    with pytest.raises(InputError, match="holds no plan"):
        calendar_of(course([]), load_zone, at("2026-03-20"), 3)

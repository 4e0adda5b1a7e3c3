"""The day that a command is asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.days import day_asked


def test_the_day_is_the_one_given():
    assert day_asked("2026-11-22") == date(2026, 11, 22)
    with pytest.raises(InputError, match="--at: '2026-11-31' is not a date"):
        day_asked("2026-11-31")


def test_without_one_it_is_today():
    before = datetime.now(UTC).astimezone().date()
    assert before <= day_asked(None) <= before + timedelta(days=1)

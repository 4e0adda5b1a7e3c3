"""Times of day: clock times and the four words, and nothing else."""

import pytest

from fullcourse.clinical.dose_plan.clock import clock_hours, clock_text
from fullcourse.clinical.errors import InputError


@pytest.mark.parametrize(
    ("at", "hour"),
    [("08:00", 8.0), ("8:45", 8.75), ("23:59", 23 + 59 / 60), ("00:00", 0.0), ("24:00", 0.0), ("evening", 20.0)],
)
def test_a_time_of_day_is_an_hour(at: str, hour: float):
    assert clock_hours(at) == hour


@pytest.mark.parametrize(
    ("at", "written"),
    [("8:00", "08:00"), (8.0, "08:00"), (24.0, "00:00"), (8.75, "08:45"), ("24:00", "00:00"), ("morning", "morning")],
)
def test_a_time_of_day_has_one_form_and_a_word_stays(at: str | float, written: str):
    assert clock_text(at) == written


@pytest.mark.parametrize("at", ["25:00", "8", "08:60", "", "٠٨:٠٠"])
def test_what_is_no_time_of_day_is_refused(at: str):
    with pytest.raises(InputError, match="is not understood"):
        clock_hours(at)


def test_a_long_text_is_cut_in_the_message():
    with pytest.raises(InputError, match=f"dose time '{'x' * 20}' is not"):
        clock_hours("x" * 30)

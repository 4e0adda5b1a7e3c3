"""Times of day move and intervals hold; on the way no two doses come closer than the least gap."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.course.moving import even_gaps, moved_step, travel


@pytest.mark.parametrize(
    ("dose", "gaps"),
    [
        ("250 mg q12h", (12.0, 12.0)),
        ("250 mg q8h", (8.0, 8.0, 8.0)),
        ("250 mg at 08:00 + 250 mg at 18:00", (10.0, 14.0)),
        ("250 mg at 08:20 + 250 mg at 20:20", (12.0, 12.0)),
        ("250 mg at 08:20 + 250 mg at 20:21", (721 / 60, 719 / 60)),
        ("250 mg at 00:01 + 250 mg at 08:01 + 250 mg at 16:01", (8.0, 8.0, 8.0)),
        ("600 mg once a day", (24.0,)),
        ("200 mg M-W-F", ()),
    ],
)
def test_gaps_are_those_of_the_clock_with_the_night_last(dose: str, gaps: tuple[float, ...]):
    assert even_gaps(parse_dose_plan(dose)[0]) == gaps


def test_a_moved_step_keeps_amounts_and_gaps_across_midnight():
    step = moved_step(parse_dose_plan("250 mg morning + 500 mg evening")[0], 6)
    assert say_dose_plan((step,)) == "500 mg at 02:00 + 250 mg at 14:00"
    assert even_gaps(step) == (12.0, 12.0)


@given(st.sampled_from([2, 3, 4, 6, 8]), st.integers(0, 1439))
def test_doses_that_are_evenly_spaced_to_the_minute_have_one_gap_wherever_they_begin(doses: int, begin: int):
    minutes = [(begin + number * 1440 // doses) % 1440 for number in range(doses)]
    dose = " + ".join(f"100 mg at {minute // 60:02d}:{minute % 60:02d}" for minute in minutes)
    assert set(even_gaps(parse_dose_plan(dose)[0])) == {24.0 / doses}


@given(
    st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Apia"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - it becomes UTC below
    st.sampled_from([(8.0, 20.0), (6.0, 14.0, 22.0), (8.0,)]),
)
def test_no_two_doses_on_the_way_are_closer_than_the_least_gap(zone: str, last: datetime, hours: tuple[float, ...]):
    interval = 24.0 / len(hours)
    way = travel(last.replace(tzinfo=UTC), hours, load_zone(zone), interval, 0.5)
    assert len(way.doses) > 2
    for before, after in pairwise(way.doses):
        assert after - before >= timedelta(hours=interval / 2)
    assert way.longest_h <= 1.5 * interval + 1.0

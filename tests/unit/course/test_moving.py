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

"""Single values on their way into E2B: dates as exact as known, numbers without invented digits, ranges never cut."""

import math

import pytest

from fullcourse.adapters.e2b.mapping.values import hl7_date, number, qualified, yes
from fullcourse.adapters.e2b.sections import Null
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.quantity import Interval, compared, exactly


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026", "2026"),
        ("2026-11", "202611"),
        ("2026-11-05", "20261105"),
        ("2026-11-05T08:30:00+02:00", "20261105083000+0200"),
        ("2026-11-05T08:30:00Z", "20261105083000+0000"),
        ("2026-11-05T08:30:00.500-05:00", "20261105083000-0500"),
    ],
)
def test_a_date_keeps_what_is_known_and_gains_nothing(text, date):
    assert hl7_date(parse_moment(text, "x")) == date


@pytest.mark.parametrize(
    ("value", "text"), [(250.0, "250"), (0.5, "0.5"), (1e-3, "0.001"), (None, None), (0.1 + 0.2, "0.3")]
)
def test_a_number_is_written_as_a_person_writes_it(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (exactly(36.0), "36"),
        (compared("<", 30.0), "<30"),
        (compared("<=", 30.0), "<=30"),
        (compared(">", 30.0), ">30"),
        (compared(">=", 30.0), ">=30"),
        (Interval(20.0, 35.0), None),
        (Interval(-math.inf, math.inf), None),
    ],
)
def test_a_result_beyond_a_limit_has_its_sign_and_a_range_is_no_number(value, text):
    assert qualified(value) == text


def test_no_and_not_said_are_no_information():
    assert [yes(answer) for answer in (True, False, None)] == ["true", Null("NI"), Null("NI")]

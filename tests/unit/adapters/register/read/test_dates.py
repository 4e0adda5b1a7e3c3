"""Dates of many lines are what the reader of one date makes of each."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fullcourse.adapters.register.read.dates import NO_DAY, moments_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_moment

DAYS = st.dates().map(str) | st.from_regex(r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]", fullmatch=True)
CLOCKS = st.from_regex(
    r"T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,30})?(Z|[+-][01][0-9]:[0-6][0-9])?", fullmatch=True
)
TEXTS = DAYS | st.tuples(DAYS, CLOCKS).map("".join) | st.text("0123456789T:+.Z-", max_size=30) | st.text(max_size=50)


def expected(text: str) -> tuple[int, int, float, float, bool]:
    if not text:
        return NO_DAY, NO_DAY, 0.0, 0.0, False
    try:
        moment = parse_moment(text, "date")
    except InputError:
        return NO_DAY, NO_DAY, 0.0, 0.0, True
    epoch = 719163
    first, last = moment.first_day.toordinal() - epoch, moment.last_day.toordinal() - epoch
    return first, last, moment.start_s, moment.end_s, False


@settings(deadline=None)  # other work on the machine is no fault
@given(texts=st.lists(TEXTS, max_size=30))
def test_many_dates_are_read_as_each_is(texts: list[str]):
    # A surrogate is no letter of a line that was read, and a line's text ends before a NUL.
    texts = [text.encode("utf-8", "ignore").decode().replace("\0", "") for text in texts]
    found = moments_of(texts)
    rows = zip(found.first, found.last, found.start, found.end, found.bad, strict=True)
    assert [tuple(row) for row in rows] == [expected(text) for text in texts]


def test_the_leap_day_is_a_day_in_leap_years_alone():
    found = moments_of(["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29"])
    assert found.bad.tolist() == [False, True, True, False]


def test_the_edges_of_a_clock_are_kept():
    times = ["2026-01-01T23:59:59Z", "2026-01-01T24:00:00Z", "2026-01-01T08:00:00+14:59", "2026-01-01T08:00:00+15:00"]
    assert moments_of(times).bad.tolist() == [False, True, False, True]
    assert np.diff(moments_of(["2026-01-01T00:00:00+02:00", "2026-01-01T00:00:00-02:00"]).start)[0] == 4 * 3600

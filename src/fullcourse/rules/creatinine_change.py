"""Whether two of many creatinine values are too far apart for a stable one, without laying each beside every other.

A record may hold thousands of values of one day, so that the work grows with their number and hardly faster.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence

from fullcourse.clinical.acute_kidney_injury import KDIGO_LONGER_WINDOW_HOURS, meets_kdigo_creatinine_criterion
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval

__all__ = ["is_unstable"]

_SHORTER_WINDOW_S = 48 * 3600

_Value = tuple[Moment, Interval]


def is_unstable(dated: Sequence[_Value]) -> bool:
    """Return whether two values within KDIGO's longer window before the newest differ by its criterion.

    Args:
        dated: Each value with when it was so, mg/dL. Ranges count by the smallest change they allow, and days without
            a time by the shortest distance.
    """
    newest = max((on.end_s for on, _ in dated), default=-math.inf)
    recent = [(on, value) for on, value in dated if newest - on.end_s <= KDIGO_LONGER_WINDOW_HOURS * 3600]
    lower = sorted((pair for pair in recent if pair[1].high > 0), key=lambda pair: pair[0].start_s)
    higher = sorted((pair for pair in recent if pair[1].low < math.inf), key=lambda pair: pair[0].end_s)
    if not lower or not higher:
        return False
    # Any two of them lie in the longer window, so that of the ratio the least and the greatest decide.
    least, greatest = min(lower, key=lambda pair: pair[1].high), max(higher, key=lambda pair: pair[1].low)
    return _meets(least, greatest) or _in_shorter_window(lower, higher)


def _in_shorter_window(lower: Sequence[_Value], higher: Sequence[_Value]) -> bool:
    """Lay each higher value beside the lowest that lies in the shorter window around it."""
    ends = sorted({on.end_s for on, _ in lower})
    lowest: list[_Value | None] = [None] * (len(ends) + 1)
    taken = 0
    for pair in higher:
        on = pair[0]
        while taken < len(lower) and lower[taken][0].start_s <= on.end_s + _SHORTER_WINDOW_S:
            _put(lowest, len(ends) - bisect_left(ends, lower[taken][0].end_s), lower[taken])
            taken += 1
        beside = _lowest_of(lowest, len(ends) - bisect_left(ends, on.start_s - _SHORTER_WINDOW_S))
        if beside is not None and _meets(beside, pair):
            return True
    return False


def _put(lowest: list[_Value | None], place: int, pair: _Value) -> None:
    """Note a value at a place, counted from 1, of a binary indexed tree of least values."""
    while place < len(lowest):
        known = lowest[place]
        if known is None or pair[1].high < known[1].high:
            lowest[place] = pair
        place += place & -place


def _lowest_of(lowest: Sequence[_Value | None], place: int) -> _Value | None:
    """Return the lowest value of the places from 1 to this one."""
    least: _Value | None = None
    while place > 0:
        known = lowest[place]
        if known is not None and (least is None or known[1].high < least[1].high):
            least = known
        place -= place & -place
    return least


def _meets(one: _Value, other: _Value) -> bool:
    (one_on, lower), (other_on, higher) = one, other
    return lower.high <= higher.low and meets_kdigo_creatinine_criterion(
        lower.high, higher.low, _hours_between(one_on, other_on)
    )


def _hours_between(first: Moment, other: Moment) -> float:
    """Return the shortest time that can lie between two moments, h."""
    return max(0.0, first.start_s - other.end_s, other.start_s - first.end_s) / 3600

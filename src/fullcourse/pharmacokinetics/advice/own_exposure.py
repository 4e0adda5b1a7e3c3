"""What a patient's own curve comes to on the day that was sampled, and what one more sample of that day would settle.

The day is the 24 hours from the first of the doses of the last day before the sample; its visit's own effects hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from fullcourse.clinical.level import Level
from fullcourse.pharmacokinetics.advice.attainment import interval
from fullcourse.pharmacokinetics.advice.history_table import hours_since
from fullcourse.pharmacokinetics.advice.own_course import OwnCourse
from fullcourse.pharmacokinetics.model import F64

__all__ = ["NextSettles", "OwnExposure", "next_settles", "own_exposure"]

DAY_H: Final = 24.0
_FEWEST: Final = 5
"""Draws that an explanation needs."""

_APART_H: Final = 4.0
"""How long after a sample the next is drawn at the earliest: 2 and 6 hours after a dose are the usual pair
(ATS, CDC and IDSA 2016, Table 11)."""

_THREE: Final = (0.05, 0.5, 0.95)

_LATEST_H: Final = 8.0
"""A sample that tells slow from poor absorption is looked for until so many hours after the dose."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnExposure:
    """Exposure of one patient over 24 hours, for every draw, ``(D,)`` each.

    Attributes:
        begins: When the 24 hours begin.
        auc24: Area under the curve, mg.h/L.
        peak: Highest level, mg/L.
        trough: Lowest level just before a dose of the day, or at its end, mg/L.
        half_life_h: Half-life of the fall over the second half of the last dose's interval, h; infinite where it rises.
        time_h: Hours since ``begins``, from 0 to 24.
        mg_per_l: Levels, ``(D, M)``.
    """

    begins: datetime
    auc24: F64
    peak: F64
    trough: F64
    half_life_h: F64
    time_h: F64
    mg_per_l: F64

    def percent_above(self, mg_per_l: float) -> F64:
        """Return the percentage of the 24 hours spent above a level, by straight lines between points; ``(D,)``."""
        left, right = self.mg_per_l[:, :-1] - mg_per_l, self.mg_per_l[:, 1:] - mg_per_l
        size = np.abs(left) + np.abs(right)
        mixed = np.maximum(np.maximum(left, right), 0.0) / np.where(size > 0.0, size, 1.0)
        share = np.where((left > 0.0) == (right > 0.0), (left > 0.0).astype(np.float64), mixed)
        return np.asarray(100.0 * (share * np.diff(self.time_h)).sum(axis=1) / DAY_H)


@dataclass(frozen=True, slots=True)
class NextSettles:
    """Two explanations of a low level, and the sample that tells them apart.

    Attributes:
        late: Probability, by the model, that the level still rises at the sample: the drug is absorbed late.
        hours: Hours after the dose at which a sample tells most.
        if_late, if_little: What that sample would be, mg/L at 5, 50 and 95 per cent, by explanation.
    """

    late: float
    hours: float
    if_late: tuple[float, ...]
    if_little: tuple[float, ...]


def own_exposure(course: OwnCourse, output: str, start: datetime) -> OwnExposure:
    """Return what the day that was sampled comes to.

    Args:
        course: The patient's own curve.
        output: Of the model.
        start: Hours count from here.
    """
    begin, day = course.day[0], course.day
    inside = (course.time_h >= begin - 1e-9) & (course.time_h <= begin + DAY_H + 1e-9)
    time_h, levels = course.time_h[inside] - begin, course.mg_per_l[output][:, inside]
    before = [int(np.argmin(np.abs(time_h - (hour - begin)))) for hour in day[1:]]
    last = day[-1] - begin
    middle = int(np.argmin(np.abs(time_h - (last + DAY_H) / 2.0)))
    fall = np.log(np.maximum(levels[:, middle], 1e-12) / np.maximum(levels[:, -1], 1e-12))
    with np.errstate(divide="ignore"):
        half_life = np.where(fall > 0.0, np.log(2.0) * (time_h[-1] - time_h[middle]) / fall, np.inf)
    return OwnExposure(
        start + timedelta(hours=begin),
        _area(levels, time_h),
        levels.max(axis=1),
        levels[:, [*before, -1]].min(axis=1),
        half_life,
        time_h,
        levels,
    )


def _area(levels: F64, time_h: F64) -> F64:
    """Return the area under each curve: linear trapezoids up, logarithmic down, mg.h/L."""
    left, right, width = levels[:, :-1], levels[:, 1:], np.diff(time_h)
    falling = (right < left) & (right > 0.0)
    ratio = np.where(falling, left / np.where(falling, right, 1.0), np.e)
    return np.asarray((np.where(falling, (left - right) / np.log(ratio), 0.5 * (left + right)) * width).sum(axis=1))


def next_settles(
    exposure: OwnExposure, course: OwnCourse, levels: Sequence[Level], start: datetime
) -> NextSettles | None:
    """Return what one more sample would settle about a low level: whether the drug is absorbed late, or little.

    Late: the draws that still rise at the sample. Little: what was measured is the top, and falls with the patient's
    own half-life; no model here knows poor absorption, so that their draws do not say it.

    Args:
        exposure: Of the day that was sampled.
        course: The patient's own curve.
        levels: As measured; the last is the low one.
        start: Hours count from here.

    Returns:
        None where the last dose was sampled twice, or the sample leaves no room for a later one that tells.
    """
    begin, last = course.day[0], course.day[-1]
    after = [hour for hour in (hours_since(start, level.at) for level in levels) if hour >= last]
    if len(after) != 1:
        return None
    at = after[0] - begin
    window = np.flatnonzero((exposure.time_h >= at + _APART_H) & (exposure.time_h <= last - begin + _LATEST_H))
    sampled = exposure.mg_per_l[:, int(np.argmin(np.abs(exposure.time_h - at)))]
    if not window.size:
        return None
    rising = exposure.mg_per_l[:, window].max(axis=1) > sampled
    if rising.sum() < _FEWEST:
        return None
    gone = (exposure.time_h[window] - at)[None, :] / np.maximum(exposure.half_life_h, 1e-9)[:, None]
    late, little = exposure.mg_per_l[rising][:, window], sampled[:, None] * 0.5**gone
    logs = [np.log(np.maximum(group, 1e-9)) for group in (late, little)]
    apart = np.abs(logs[0].mean(axis=0) - logs[1].mean(axis=0))
    spread = np.sqrt(0.5 * (logs[0].var(axis=0) + logs[1].var(axis=0)) + 1e-9)
    place = int(np.argmax(apart / spread))
    hours = float(exposure.time_h[window[place]] - (last - begin))
    share = float(rising.mean())
    return NextSettles(share, hours, interval(late[:, place], _THREE), interval(little[:, place], _THREE))

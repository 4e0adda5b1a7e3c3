"""What 1 mg does in every draw, from which all plans of a linear model follow by adding and shifting.

Amounts add in a linear model. So the steady state of any daily plan, a missed dose, a late dose and the way from one
plan to another are sums of two curves: the response to 1 mg once, and to 1 mg once a day for ever. Both are asked of
the engine once; ten plans then cost little more than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import clock_hours
from fullcourse.pharmacokinetics.advice.exposure import Draws, Exposure, response_to_1_mg
from fullcourse.pharmacokinetics.inputs.plan_rhythm import DAY_H
from fullcourse.pharmacokinetics.model import F64

__all__ = ["UnitResponse", "can_superpose", "unit_response"]

PER_HOUR = 4
"""Points of the uniform grid in an hour."""

HORIZON_DAYS = 28
"""How far a change of plan is followed."""

RISE = np.arange(0.0, 6.0, 1.0 / PER_HOUR)
FALL = np.arange(6.0, DAY_H, 1.0)
LATER = np.concatenate(
    [np.arange(DAY_H, 2.0 * DAY_H, 2.0), np.arange(2.0 * DAY_H, (HORIZON_DAYS + 1) * DAY_H + 1.0, 12.0)]
)


def can_superpose(draws: Draws, steps: Sequence[DoseStep]) -> bool:
    """Return whether plans follow by adding: a linear model with one site, no effect of dose or day, daily plans."""
    model = draws.model
    changing = any(relation.covariate in {"dose_mg", "treatment_day"} for relation in model.relations)
    daily = all(step.is_daily for step in steps)
    on_grid = all(clock_hours(dose.at) * PER_HOUR % 1 == 0 for step in steps for dose in step.doses)
    at_once = all(step.over_h is None for step in steps)
    return model.is_linear and not changing and len(model.sites) == 1 and daily and on_grid and at_once


@dataclass(frozen=True, slots=True, eq=False)
class UnitResponse:
    """Responses of N draws to 1 mg.

    Attributes:
        ages_h: Hours after one dose, ascending, ``(A,)``.
        once: Levels after 1 mg once, mg/L, ``(N, A)``.
        steady: Levels under 1 mg once a day for ever, at every quarter of an hour after the dose, ``(N, 96)``.
        auc: AUC of 24 hours under 1 mg a day, mg.h/L, ``(N,)``.
    """

    ages_h: F64
    once: F64
    steady: F64
    auc: F64

    def single(self, age_h: F64) -> F64:
        """Return levels after 1 mg once; straight lines in the logarithm between points, 0 before the dose.

        Args:
            age_h: Hours since the dose, any order, ``(M,)``.
        """
        return _interpolated(self.ages_h, self.once, age_h)

    def exposure(self, step: DoseStep) -> Exposure:
        """Return levels under a daily plan at steady state, from midnight to midnight."""
        total = self._day(step)
        levels = np.concatenate([total, total[:, :1]], axis=1)
        time_h = np.arange(levels.shape[1]) / PER_HOUR
        auc24 = self.auc * step.mg_per_dosing_day
        return Exposure(time_h, levels, levels.max(axis=1), levels.min(axis=1), auc24, DAY_H)

    def disturbed(self, step: DoseStep, late_h: float | None) -> tuple[F64, F64, float]:
        """Return levels from the time of the largest dose of a day, that dose missed (None) or late.

        Returns:
            Hours since it was due, ``(M,)``; levels, mg/L, ``(N, M)``; hours to the next dose.
        """
        due, mg, gap = largest_dose(step)
        time_h = np.arange(0.0, gap + 6.0, 1.0 / PER_HOUR)
        index = ((due + time_h) * PER_HOUR).round().astype(np.int64) % int(DAY_H * PER_HOUR)
        levels = self._day(step)[:, index] - mg * self.single(time_h)
        if late_h is not None:
            levels = levels + mg * self.single(time_h - late_h)
        return time_h, np.maximum(levels, 0.0), gap

    def arrival_days(self, step: DoseStep, before: DoseStep | None, part: float) -> F64:
        """Return the day on which the level before the first dose of the day nears its steady state.

        Args:
            step: The plan from day 1 on.
            before: The plan until then, at steady state; None: no dose before.
            part: Near enough, for example 0.95 from below, its inverse from above.

        Returns:
            Days, ``(N,)``; infinite when not within four weeks.
        """
        first = min(clock_hours(dose.at) for dose in step.doses)
        aim = self._at(step, first)
        level = np.zeros(aim.shape) if before is None else self._at(before, first)
        arrived = np.full(aim.shape, np.inf)
        for day in range(1, HORIZON_DAYS + 1):
            for plan, sign in ((step, 1.0), (before, -1.0)):
                for dose in plan.doses if plan else ():
                    since = first - clock_hours(dose.at) + DAY_H * day
                    level = level + sign * dose.mg * self.single(np.array([since]))[:, 0]
            near = (level >= part * aim) & (level <= aim / part)
            arrived = np.where(near & np.isinf(arrived), float(day), arrived)
        return np.asarray(arrived)

    def _day(self, step: DoseStep) -> F64:
        """Return levels of a plan at steady state every quarter of an hour of the day, ``(N, 96)``."""
        total = np.zeros(self.steady.shape)
        for dose in step.doses:
            total += dose.mg * np.roll(self.steady, int(clock_hours(dose.at) * PER_HOUR), axis=1)
        return total

    def _at(self, step: DoseStep, hour: float) -> F64:
        return np.asarray(self._day(step)[:, int(hour * PER_HOUR)])


def unit_response(draws: Draws) -> UnitResponse:
    """Ask the engine for the two responses of every draw.

    Args:
        draws: N draws of a model for which ``can_superpose`` holds.
    """
    day = np.concatenate([RISE, FALL])
    ages = np.concatenate([day, LATER])
    once, _ = response_to_1_mg(draws, ages, steady=False)
    steady, auc = response_to_1_mg(draws, day, steady=True)
    cycle = np.concatenate([steady, steady[:, :1]], axis=1)
    grid = np.arange(int(DAY_H * PER_HOUR)) / PER_HOUR
    whole = _interpolated(np.append(day, DAY_H), cycle, grid)
    whole[:, 0] = steady[:, 0]
    return UnitResponse(ages, once, whole, auc)


def largest_dose(step: DoseStep) -> tuple[float, float, float]:
    """Return clock hour and amount (mg) of the largest dose of a day, and the hours to the next dose."""
    day = sorted((clock_hours(dose.at), dose.mg) for dose in step.doses)
    index = max(range(len(day)), key=lambda at: day[at][1])
    after = day[index + 1][0] if index + 1 < len(day) else day[0][0] + DAY_H
    return day[index][0], day[index][1], after - day[index][0]


def _interpolated(ages_h: F64, levels: F64, age_h: F64) -> F64:
    """Return levels at any ages by straight lines in the logarithm (plain ones next to zero); 0 up to age 0."""
    right = np.clip(np.searchsorted(ages_h, age_h, side="right"), 1, ages_h.size - 1)
    left = right - 1
    share = (age_h - ages_h[left]) / (ages_h[right] - ages_h[left])
    low, high = levels[:, left], levels[:, right]
    both = (low > 0.0) & (high > 0.0)
    safe_low, safe_high = np.where(both, low, 1.0), np.where(both, high, 1.0)
    curved = safe_low * np.exp(share * np.log(safe_high / safe_low))
    straight = low + share * (high - low)
    return np.where(age_h > 0.0, np.where(both, curved, straight), 0.0)

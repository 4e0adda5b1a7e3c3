"""What a missed dose or a late dose does to levels, for every draw.

Each question is laid out as doses at steady state followed by single doses, one of them left out or moved, and read at
points that catch the rise after each dose and the fall before the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import clock_hours
from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.advice.exposure import (
    WEEKS_WHEN_NOT_LINEAR,
    Draws,
    concentrations,
    has_steady_state,
)
from fullcourse.pharmacokinetics.events import EventTable, event_table
from fullcourse.pharmacokinetics.inputs.plan_rhythm import DAY_H, check_same_every_day
from fullcourse.pharmacokinetics.model import F64

__all__ = ["Disturbance", "late_dose", "missed_dose"]

RISE_H = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Hours after a dose at which a peak is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Disturbance:
    """Levels of N draws after something went otherwise than planned.

    Attributes:
        peak: Highest level of the following day, mg/L, ``(N,)``.
        lowest: Lowest level until the next planned dose has been absorbed, mg/L, ``(N,)``.
        time_h: Hours since the planned dose, ``(M,)``.
        mg_per_l: Levels, ``(N, M)``.
    """

    peak: F64
    lowest: F64
    time_h: F64
    mg_per_l: F64


def missed_dose(draws: Draws, step: DoseStep) -> Disturbance:
    """Return levels when the largest dose of a day at steady state is missed and the next is taken on time.

    Args:
        draws: N draws.
        step: A daily plan.

    Raises:
        InputError: The plan is not the same every day.
    """
    check_same_every_day(step, "a missed dose")
    return _followed(draws, step, late_h=None)


def late_dose(draws: Draws, step: DoseStep, late_h: float) -> Disturbance:
    """Return levels when the largest dose of a day is taken late and the next one on time.

    Args:
        draws: N draws.
        step: A daily plan.
        late_h: Hours late, above 0 and before the next dose.

    Raises:
        InputError: The plan is not the same every day, or ``late_h`` is out of that range.
    """
    check_same_every_day(step, "a late dose")
    gap = _gap(step)
    if not 0.0 < late_h < gap:
        raise InputError(
            f"late: {late_h:g} h is not between 0 and the {gap:g} h to the next dose. "
            "At the time of the next dose only that one is taken; never two together."
        )
    return _followed(draws, step, late_h)


def _day(step: DoseStep) -> list[tuple[float, float]]:
    return sorted((clock_hours(dose.at), dose.mg) for dose in step.doses)


def _largest(step: DoseStep) -> int:
    day = _day(step)
    return max(range(len(day)), key=lambda index: day[index][1])


def _gap(step: DoseStep) -> float:
    """Return hours from the largest dose of a day to the dose after it."""
    day, index = _day(step), _largest(step)
    after = day[index + 1][0] if index + 1 < len(day) else day[0][0] + DAY_H
    return after - day[index][0]


def _followed(draws: Draws, step: DoseStep, late_h: float | None) -> Disturbance:
    """Lay out a day of steady state, the day of the disturbance, and one more; read from the planned dose on.

    Without a steady state that is reached soon, four weeks of doses stand in its place.
    """
    day, index = _day(step), _largest(step)
    steady = has_steady_state(draws.model)
    days = 1 if steady else WEEKS_WHEN_NOT_LINEAR * 7
    due = days * DAY_H + day[index][0]
    rows: list[tuple[float, float, int, int]] = [
        (time, mg, (1 if n == 0 else 2) if steady else 0, 0 if steady else days - 1) for n, (time, mg) in enumerate(day)
    ]
    # What is planned between the steady day and the disturbance, and two days after it.
    for later in range(days, days + 3):
        for number, (time, mg) in enumerate(day):
            at = later * DAY_H + time
            if later == days and number == index:
                if late_h is None:
                    continue
                at += late_h
            rows.append((at, mg, 0, 0))
    rows.sort()
    gap = _gap(step)
    taken = [due + gap] if late_h is None else [due + late_h, due + gap]
    points = sorted(
        {due + 1e-6, due + gap - 1e-6, *np.arange(due, due + gap, 1.0).tolist()}
        | {at + after for at in taken for after in RISE_H}
    )
    levels = concentrations(draws, _table(rows, points, draws.covariates, step.over_h or 0.0))
    time_h = np.asarray(points) - due
    before_next = time_h <= gap
    return Disturbance(levels.max(axis=1), levels[:, before_next].min(axis=1), time_h, levels)


def _table(
    rows: Sequence[tuple[float, float, int, int]],
    points: Sequence[float],
    covariates: Mapping[str, float | F64],
    over_h: float,
) -> EventTable:
    """Return doses (time, mg, ss, additional ones) and points as one table; a dose at steady state repeats daily."""
    time = np.array([row[0] for row in rows] + list(points))
    is_dose = np.array([True] * len(rows) + [False] * len(points))
    kind = np.array([row[2] for row in rows] + [0] * len(points))
    more = np.array([row[3] for row in rows] + [0] * len(points))
    order = np.lexsort((~is_dose, time))
    return event_table(
        time[order],
        evid=is_dose.astype(np.int64)[order],
        amt=np.array([row[1] for row in rows] + [0.0] * len(points))[order],
        duration_h=np.where(is_dose, over_h, 0.0)[order],
        ss=kind[order],
        ii=np.where((kind != 0) | (more > 0), DAY_H, 0.0)[order],
        addl=more[order],
        covariates={name: float(np.asarray(value).reshape(-1)[0]) for name, value in covariates.items()},
    )

"""Lay a schedule out as intervals between events, with what changes at the start of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.nonlinear.schedule import (
    BOLUS,
    NOTHING,
    RATE,
    RESET,
    SWITCH,
    Delayed,
    Schedule,
)
from fullcourse.pharmacokinetics.kernels.dual import Dual, value_of, where
from fullcourse.pharmacokinetics.model import F64, I64, Bool, Model

_BEYOND_H = 1e-6
_CARRY_SLOPES = ("start", "amount", "shape", "ktr", "constant")


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Intervals of every subject; ``(B, K)`` each, arrays or duals.

    Attributes:
        bounds: Begin of each interval and end of the last, h, ``(B, K + 1)``.
        finish: End of the last interval, h, ``(B,)``.
        state: Parameter state.
        keep: False where a reset empties the body at the start of the interval.
        bolus: What enters each site at once at the start, mg, by site; None: never.
        rate: Constant rate of entry into each site, mg/h, by site; None: never.
        started: By site, how many doses have entered its delay.
        delayed: Doses through delays, by site.
    """

    bounds: Any
    finish: F64
    state: I64
    keep: Bool
    bolus: tuple[Any, ...]
    rate: tuple[Any, ...]
    started: tuple[I64, ...]
    delayed: dict[int, Delayed]

    def plain(self) -> Timeline:
        """Return the timeline without slopes."""
        delayed = {
            site: replace(x, **{name: value_of(getattr(x, name)) for name in _CARRY_SLOPES})
            for site, x in self.delayed.items()
        }
        bolus, rate = (tuple(value_of(x) for x in part) for part in (self.bolus, self.rate))
        return replace(self, bounds=value_of(self.bounds), bolus=bolus, rate=rate, delayed=delayed)


def timeline(model: Model, schedule: Schedule, first_state: I64, begin: F64, finish: F64) -> Timeline:
    """Return the intervals of a schedule.

    Args:
        model: For its sites.
        schedule: Events of the batch.
        first_state: Parameter state before any event, ``(B,)``.
        begin: Time from which to follow, h, ``(B,)``.
        finish: Time of the last point, h, ``(B,)``.
    """
    size = begin.size
    end = finish + _BEYOND_H
    soon = np.asarray(value_of(schedule.time)) < end[:, None]
    clipped = where(soon, schedule.time, np.broadcast_to(end[:, None], soon.shape))
    bounds = _framed(clipped, begin[:, None], end[:, None])
    kind = np.where(soon, schedule.kind, -1)
    resets = kind == RESET
    bolus, rate, started = [], [], []
    for i in range(len(model.sites)):
        here = schedule.site == i
        given, changes = here & (kind == BOLUS), here & (kind == RATE)
        bolus.append(_led(schedule.amount * np.where(given, 1.0, 0.0)) if given.any() else None)
        rate.append(_led(_running(schedule.amount * np.where(changes, 1.0, 0.0), resets)) if changes.any() else None)
        started.append(np.asarray(_led(np.cumsum(here & (kind == NOTHING), axis=1)), dtype=np.int64))
    place = _latest(kind == SWITCH)
    switched = np.take_along_axis(schedule.state, np.maximum(place, 0), 1)
    state = np.where(place >= 0, switched, first_state[:, None])
    state = np.concatenate([first_state[:, None], state], axis=1)
    keep = np.concatenate([np.ones((size, 1), dtype=bool), ~resets], axis=1)
    by_site = {delayed.site: delayed for delayed in schedule.delayed}
    return Timeline(bounds, end, state, keep, tuple(bolus), tuple(rate), tuple(started), by_site)


def picked(value: Any, row: I64, state: I64) -> Any:
    """Return values ``(batch or 1, states or 1)`` at broadcastable indices of rows and states."""
    rows, states = np.shape(value_of(value))
    return value[row if rows > 1 else np.zeros(1, dtype=np.int64), state if states > 1 else np.zeros(1, dtype=np.int64)]


def parameters_at(parameters: Parameters, row: I64, state: I64) -> Parameters:
    """Return every parameter at broadcastable indices of rows and states, with an axis of nodes appended."""
    return {name: picked(value, row, state)[..., None] for name, value in parameters.items()}


def _latest(flag: Bool) -> I64:
    """Return the column of the latest True at or before each column; -1: none."""
    return np.asarray(np.maximum.accumulate(np.where(flag, np.arange(flag.shape[1]), -1), axis=1))


def _running(change: Any, resets: Bool) -> Any:
    """Return running sums along time, from 0 again at each reset."""
    total: Any = np.cumsum(value_of(change), axis=1)
    if isinstance(change, Dual):
        shape = (change.tangent.shape[0], *change.value.shape)
        total = Dual(total, np.cumsum(np.broadcast_to(change.tangent, shape), axis=2))
    if not resets.any():
        return total
    place = _latest(resets)
    row = np.arange(place.shape[0])[:, None]
    return total - where(place >= 0, total[row, np.maximum(place, 0)], 0.0)


def _led(x: Any) -> Any:
    """Return ``(B, E)`` with a column of zeros before it."""
    zero = np.zeros((np.shape(value_of(x))[0], 1))
    return _framed(x, zero, np.zeros((zero.shape[0], 0)))


def _framed(x: Any, before: F64, after: F64) -> Any:
    """Return an array or dual ``(B, E)`` with constant columns before and after it."""
    value = np.concatenate([before, value_of(x), after], axis=1)
    if not isinstance(x, Dual):
        return value
    full = np.broadcast_to(x.tangent, (x.tangent.shape[0], *x.value.shape))
    return Dual(value, np.pad(full, ((0, 0), (0, 0), (before.shape[1], after.shape[1]))))

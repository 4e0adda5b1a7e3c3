"""List, subject by subject and in order of time, what happens to a non-linear system between its smooth stretches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import site_doses
from fullcourse.pharmacokinetics.kernels.dual import Dual, expanded, log, side_by_side, take, tangent_of, value_of
from fullcourse.pharmacokinetics.kernels.gamma_delay import log_gamma, window_h
from fullcourse.pharmacokinetics.model import F64, I64, Model

_MOST_EVENTS = 20_000
APART_H = 1e-9
"""By how much what is recorded at one time is moved apart: a point before a dose, a reset before that point."""
NOTHING, BOLUS, RATE, RESET, SWITCH = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True, eq=False)
class Delayed:
    """Doses into one site through a gamma delay; arrays or duals ``(batch, n)``, in order of start.

    ``constant`` is ``shape * ln(ktr) - ln Gamma(shape)``; ``window`` the time after which a chain is empty, h;
    ``until`` the time at which a reset empties it, h; ``overlap`` the largest number of doses in it at once.
    """

    site: int
    start: Any
    amount: Any
    shape: Any
    ktr: Any
    constant: Any
    window: F64
    until: F64
    overlap: int


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Events of every subject, ``(batch, E)``, ascending in time; padded with times of infinity.

    Attributes:
        time: h; array or dual.
        kind: What happens: nothing (a dose through a delay begins), bolus, change of rate, reset, switch of state.
        site: Of a bolus or a rate.
        amount: mg, or mg/h; array or dual.
        state: State index of the parameters from a switch on.
        delayed: Doses through gamma delays.
    """

    time: Any
    kind: I64
    site: I64
    amount: Any
    state: I64
    delayed: tuple[Delayed, ...]


def build_schedule(model: Model, history: History, parameters: Parameters, size: int) -> Schedule:
    """Return the schedule of a history, for a batch of ``size``.

    Raises:
        SolverStopped: There are too many single doses to follow one by one.
    """
    rows: list[tuple[Any, Any, int, int]] = []  # time, amount, kind, site
    delayed: dict[int, list[tuple[Any, ...]]] = {}
    events = 0
    cancel = _cancel_time(history)
    for doses in site_doses(model, history, parameters):
        columns = doses.columns
        first = doses.lag + history.dose_time[:, columns]
        number = np.arange(int(history.dose_count[:, columns].max()))
        events += columns.size * number.size
        if events > _MOST_EVENTS:
            raise SolverStopped("more than 20000 doses in one history of a non-linear model: shorten the history")
        time = _flat(expanded(first, 1) + number * history.dose_interval[:, columns, None])
        taken = _flat((number < history.dose_count[:, columns, None]).astype(np.float64)) > 0.0
        limit = np.repeat(cancel[:, columns], number.size, axis=1)
        used = taken & (np.asarray(value_of(time)) < limit + APART_H)
        amount = _each(doses.amount, number.size) * np.where(used, 1.0, 0.0)
        when = _masked(time, used)
        if doses.ktr is not None:
            constant = doses.shape * log(doses.ktr) - _log_gamma(doses.shape)  # once a train: it costs most here
            shape, ktr, constant = (_each(x, number.size) + amount * 0.0 for x in (doses.shape, doses.ktr, constant))
            delayed.setdefault(doses.site, []).append((when, amount, shape, ktr, limit, constant))
            rows.append((when, amount * 0.0, NOTHING, doses.site))
        elif doses.duration is None:
            rows.append((when, amount, BOLUS, doses.site))
        else:
            duration = _each(doses.duration, number.size)
            rate = amount / duration
            rows.append((when, rate, RATE, doses.site))
            finish = time + duration
            ends = used & (np.asarray(value_of(finish)) < limit + APART_H)  # a reset ends an input as well
            rows.append((_masked(finish, ends), -rate, RATE, doses.site))
    return _sorted(history, rows, delayed, size)


def _flat(x: Any) -> Any:
    """Return ``(batch, trains, doses)`` as ``(batch, trains * doses)``."""
    shape = np.shape(value_of(x))
    flat = (shape[0], shape[1] * shape[2])
    if isinstance(x, Dual):
        directions = x.tangent.shape[0]
        return Dual(x.value.reshape(flat), tangent_of(x, directions).reshape(directions, *flat))
    return np.asarray(x).reshape(flat)


def _each(x: Any, times: int) -> Any:
    """Return ``(batch, trains or 1)`` with every train's value repeated for its doses."""
    if np.shape(value_of(x))[1] == 1:
        return x
    return _flat(expanded(x, 1) + np.zeros(times))


def _cancel_time(history: History) -> F64:
    """Return when a reset cancels what is left of each dose train, h (infinity: never)."""
    result = np.full(history.dose_time.shape, np.inf)
    for run in range(history.run_end.shape[1]):
        here = history.run_reset[:, run, None] & (history.run_end_row[:, run, None] == history.dose_cancel_row)
        result = np.where(here, _reset_time(history)[:, run, None], result)
    return result


def _reset_time(history: History) -> F64:
    """Return the time of the reset of each run, between the points recorded at that time before and after it."""
    return history.run_reset_time - 2.0 * APART_H


def _masked(time: Any, used: Any) -> Any:
    """Return times, infinite where there is no event (slopes kept finite)."""
    value = np.where(used, value_of(time), np.inf)
    if isinstance(time, Dual):
        tangent = tangent_of(time, time.tangent.shape[0])
        return Dual(value, np.where(used, tangent, 0.0))
    return value


def _sorted(
    history: History, rows: list[tuple[Any, Any, int, int]],
    delayed: dict[int, list[tuple[Any, ...]]],
    size: int,
) -> Schedule:  # fmt: skip
    """Return everything sorted by time within each subject."""
    times, amounts, kinds, sites, states = [], [], [], [], []
    for time, amount, kind, site in rows:
        width = np.shape(value_of(time))[1]
        times.append(time)
        amounts.append(amount)
        kinds.append(np.full((1, width), kind))
        sites.append(np.full((1, width), site))
        states.append(np.zeros((history.n_subjects, width), dtype=np.int64))
    runs = history.run_end.shape[1]
    zero = np.zeros((history.n_subjects, 1))
    for run in range(runs):
        following = min(run + 1, runs - 1)
        reset = np.where(history.run_reset[:, [run]], _reset_time(history)[:, [run]], np.inf)
        switch = history.run_end[:, [run]] if runs > 1 else zero + np.inf
        for time, kind in ((reset, RESET), (switch, SWITCH)):
            times.append(time)
            amounts.append(zero)
            kinds.append(np.full((1, 1), kind))
            sites.append(np.zeros((1, 1), dtype=np.int64))
            states.append(history.run_state[:, [following]])
    time, amount = side_by_side(times, size), side_by_side(amounts, size)
    kind, site, state = (side_by_side(x, size).astype(np.int64) for x in (kinds, sites, states))
    rank = np.where(kind == RESET, 0, 1)
    order = _once(np.lexsort((rank, np.round(np.asarray(value_of(time)), 9)), axis=1))
    inputs = []
    for index, parts in delayed.items():
        columns = [side_by_side([part[i] for part in parts], size) for i in range(6)]
        by_start = _once(np.argsort(np.asarray(value_of(columns[0])), axis=1, kind="stable"))
        start, given, shape, ktr, until, constant = (take(column, by_start, 1) for column in columns)
        window = window_h(np.asarray(value_of(shape)), np.asarray(value_of(ktr)))
        overlap = _overlap(np.asarray(value_of(start)), window)
        inputs.append(Delayed(index, start, given, shape, ktr, constant, window, until, overlap))
    return Schedule(
        take(time, order, 1), take(kind, order, 1), take(site, order, 1), take(amount, order, 1), take(state, order, 1),
        tuple(inputs),
    )  # fmt: skip


def _once(order: I64) -> I64:
    """Return an order ``(batch, n)`` as ``(1, n)`` where it is the same for every subject."""
    return order[:1] if (order == order[:1]).all() else order


def _overlap(start: F64, window: F64) -> int:
    """Return the largest number of doses in a delay at once."""
    if (start == start[:1]).all():  # everybody's doses begin at the same times
        start = start[:1]
    longest, finite = window.max(), np.isfinite(start)
    begins = np.where(finite, start, 1e300)
    for ahead in range(1, start.shape[1]):
        gap = np.where(finite[:, ahead:], begins[:, ahead:] - begins[:, :-ahead], np.inf)
        if not (gap < longest).any():
            return ahead
    return int(start.shape[1])


def _log_gamma(x: Any) -> Any:
    """Return ``ln Gamma`` with its slope."""
    value = np.asarray(value_of(x))
    if not isinstance(x, Dual):
        return log_gamma(value)
    step = 1e-3
    slope = (log_gamma(value + step) - log_gamma(value - step)) * (2 / 3) - (
        log_gamma(value + 2 * step) - log_gamma(value - 2 * step)
    ) / 12
    return Dual(log_gamma(value), x.tangent * (slope / step))

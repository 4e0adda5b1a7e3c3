"""List, subject by subject and in order of time, what happens to a non-linear system between its smooth stretches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import site_doses
from fullcourse.pharmacokinetics.kernels.dual import Dual, log, side_by_side, take, tangent_of, value_of
from fullcourse.pharmacokinetics.kernels.gamma_delay import log_gamma, window_h
from fullcourse.pharmacokinetics.model import F64, I64, Model

_MOST_EVENTS = 20_000
NOTHING, BOLUS, RATE, RESET, SWITCH = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True, eq=False)
class Delayed:
    """Doses into one site through a gamma delay; arrays or duals ``(batch, n)``, in order of start.

    ``constant`` is ``shape * ln(ktr) - ln Gamma(shape)``; ``window`` the time after which a chain is empty, h.
    """

    site: int
    start: Any
    amount: Any
    shape: Any
    ktr: Any
    constant: Any
    window: F64


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
    delayed: dict[int, list[tuple[Any, Any, Any, Any]]] = {}
    cancel = _cancel_time(history)
    for doses in site_doses(model, history, parameters):
        columns = doses.columns
        first = doses.lag + history.dose_time[:, columns]
        counts = history.dose_count[:, columns]
        limit = cancel[:, columns]
        for j in range(int(counts.max())):
            time = first + j * history.dose_interval[:, columns]
            used = (j < counts) & (np.asarray(value_of(time)) < limit - 1e-9)
            amount = doses.amount * np.where(used, 1.0, 0.0)
            when = _masked(time, used)
            if doses.ktr is not None:
                delayed.setdefault(doses.site, []).append(
                    (when, amount, doses.shape + amount * 0.0, doses.ktr + amount * 0.0)
                )
                rows.append((when, amount * 0.0, NOTHING, doses.site))
            elif doses.duration is None:
                rows.append((when, amount, BOLUS, doses.site))
            else:
                rate = amount / doses.duration
                rows.append((when, rate, RATE, doses.site))
                rows.append((_masked(time + doses.duration, used), -rate, RATE, doses.site))
        if len(rows) > _MOST_EVENTS:
            raise SolverStopped("more than 20000 doses in one history of a non-linear model: shorten the history")
    return _sorted(history, rows, delayed, size)


def _cancel_time(history: History) -> F64:
    """Return when a reset cancels what is left of each dose train, h (infinity: never)."""
    result = np.full(history.dose_time.shape, np.inf)
    for run in range(history.run_end.shape[1]):
        here = history.run_reset[:, run, None] & (history.run_end_row[:, run, None] == history.dose_cancel_row)
        result = np.where(here, history.run_end[:, run, None], result)
    return result


def _masked(time: Any, used: Any) -> Any:
    """Return times, infinite where there is no event (slopes kept finite)."""
    value = np.where(used, value_of(time), np.inf)
    if isinstance(time, Dual):
        tangent = tangent_of(time, time.tangent.shape[0])
        return Dual(value, np.where(used, tangent, 0.0))
    return value


def _sorted(
    history: History, rows: list[tuple[Any, Any, int, int]],
    delayed: dict[int, list[tuple[Any, Any, Any, Any]]],
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
        reset = np.where(history.run_reset[:, [run]], history.run_end[:, [run]], np.inf)
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
    order = np.lexsort((rank, np.round(np.asarray(value_of(time)), 9)), axis=1)
    inputs = []
    for index, parts in delayed.items():
        columns = [side_by_side([part[i] for part in parts], size) for i in range(4)]
        by_start = np.argsort(np.asarray(value_of(columns[0])), axis=1, kind="stable")
        start, given, shape, ktr = (take(column, by_start, 1) for column in columns)
        window = window_h(np.asarray(value_of(shape)), np.asarray(value_of(ktr)))
        inputs.append(Delayed(index, start, given, shape, ktr, shape * log(ktr) - _log_gamma(shape), window))
    return Schedule(
        take(time, order, 1), np.take_along_axis(kind, order, 1), np.take_along_axis(site, order, 1),
        take(amount, order, 1), np.take_along_axis(state, order, 1), tuple(inputs),
    )  # fmt: skip


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

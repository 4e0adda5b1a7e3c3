"""Say how much of each recorded dose enters where, when and how fast, from the model's dose parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.history import AHEAD, IF_LAGGED, History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.kernels.dual import Dual, Real, take, value_of, where
from fullcourse.pharmacokinetics.model import F64, I64, Bool, Model, Site

DOSE_SHIFT = "dose_shift"
"""Reserved parameter: by how much each dose was later than recorded, h, ``(batch, K)``."""

_SAME_TIME_H = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SiteDoses:
    """All doses that enter one site in one manner; arrays or duals broadcast over ``(batch, K)``.

    Attributes:
        site: Index of the site.
        columns: Columns of the history's dose arrays.
        amount: After bioavailability, mg; 0 where the dose is not for this site or manner.
        duration: h, or None when drug enters at once.
        shape, ktr: Gamma delay or None.
        lag: h.
        lagged: Where the dose enters at another time than the recorded one.
    """

    site: int
    columns: I64
    amount: Any
    duration: Any
    shape: Any
    ktr: Any
    lag: Any
    lagged: Bool

    def only(self, chosen: Bool) -> SiteDoses:
        """Return some of the columns."""

        def part(x: Any) -> Any:
            wide = x is not None and np.shape(value_of(x))[-1] == chosen.size
            return x[:, chosen] if wide else x

        names = ("amount", "duration", "shape", "ktr", "lag", "lagged")
        parts = {name: part(getattr(self, name)) for name in names}
        return replace(self, columns=self.columns[chosen], **parts)


def at_state(parameter: Real, index: I64) -> Any:
    """Return the values of a parameter at state indices; shape ``(batch, n)``, or ``(batch, 1)`` if constant."""
    value = np.asarray(value_of(parameter))
    if value.ndim < 2 or value.shape[1] == 1:
        return parameter
    rows = max(value.shape[0], index.shape[0])
    where_to = np.broadcast_to(index, (rows, index.shape[1]))
    if isinstance(parameter, Dual):
        tangent = np.broadcast_to(parameter.tangent, (parameter.tangent.shape[0], rows, value.shape[1]))
        return take(Dual(np.broadcast_to(value, (rows, value.shape[1])), tangent), where_to, 1)
    return np.take_along_axis(np.broadcast_to(value, (rows, value.shape[1])), where_to, 1)


def site_doses(model: Model, history: History, parameters: Parameters) -> list[SiteDoses]:
    """Return the doses of every site, those that enter at once apart from those that take time."""
    result = []
    for index, site in enumerate(model.sites):
        mine = (history.dose_cmt == site.cmt) & (history.dose_amount > 0.0)
        timed = history.dose_rate != 0.0
        if site.always_modelled:
            timed = np.ones_like(mine)
        for slow in (False, True):
            used = mine & (timed == slow)
            columns = np.flatnonzero(used.any(axis=0))
            if columns.size:
                result.append(_doses(model, history, parameters, index, columns, used[:, columns], slow))
    return result


def _doses(
    model: Model, history: History, parameters: Parameters, index: int, columns: I64, used: Bool, slow: bool
) -> SiteDoses:
    """Return the doses of one site and manner.

    Sites of one compartment share each dose; a rate that the dose has is that of all of it, so they share the rate.
    """
    site = model.sites[index]
    state = history.dose_state[:, columns]
    lag = at_state(parameters[site.lag], state) if site.lag else np.zeros((1, 1))
    if DOSE_SHIFT in parameters:
        lag = lag + parameters[DOSE_SHIFT][:, columns]
    state = _state_at_entry(history, columns, state, np.asarray(value_of(lag)))

    def of(name: str | None) -> Any:
        return None if name is None else at_state(parameters[name], state)

    given = history.dose_amount[:, columns]
    amount: Any = np.where(used, given, 0.0)
    if site.bioavailability:
        amount = of(site.bioavailability) * amount
    whole = amount
    if site.fraction:
        share = of(site.fraction)
        amount = (1.0 - share if site.complement else share) * amount
    duration = None
    if slow:
        drug = whole if _shares_doses(model, site) else amount
        duration = _durations(history.dose_rate[:, columns], drug, of(site.duration), of(site.rate), used)
    shape = ktr = None
    if site.transit:
        n, mtt = of(site.transit.n), of(site.transit.mtt)
        shape = n + site.transit.shape_plus
        ktr = (n + site.transit.rate_plus) / mtt
    lagged = np.asarray(value_of(lag)) != 0.0
    return SiteDoses(index, columns, amount, duration, shape, ktr, lag, lagged)


def _shares_doses(model: Model, site: Site) -> bool:
    """Return whether other sites take a part of the same doses."""
    return sum(other.cmt == site.cmt for other in model.sites) > 1


def share_of_rate(model: Model, index: int, parameters: Parameters, state: I64) -> Any:
    """Return the part of a constant rate into a compartment that one of its sites takes, ``(batch, n)`` or 1."""
    site = model.sites[index]
    if not (site.fraction and _shares_doses(model, site)):
        return 1.0
    share = at_state(parameters[site.fraction], state)
    return 1.0 - share if site.complement else share


def _state_at_entry(history: History, columns: I64, state: I64, lag: F64) -> I64:
    """Return the state whose parameters a dose takes: that of its record, or of the record at or after its entry."""
    if history.dose_ahead is None:
        return state
    kind = history.dose_ahead[:, columns]
    ahead = (kind == AHEAD) | ((kind == IF_LAGGED) & (lag != 0.0))
    if not ahead.any():
        return state
    entry = history.dose_time[:, columns] + lag
    passed = (history.run_end[:, None, :] < entry[:, :, None] - _SAME_TIME_H).sum(axis=2)
    run = np.minimum(passed, history.run_end.shape[1] - 1)
    states = np.broadcast_to(history.run_state, (run.shape[0], history.run_state.shape[1]))
    return np.where(ahead, np.take_along_axis(states, run, 1), state)


def _durations(rate: F64, amount: Any, modelled: Any, modelled_rate: Any, used: Bool) -> Any:
    """Return durations of input: bioavailability shortens or lengthens an input of known rate, as in NONMEM."""
    result = amount / np.where(rate > 0.0, rate, 1.0)
    if modelled_rate is not None:
        result = where(rate == -1.0, amount / modelled_rate, result)
    if modelled is not None:
        result = where((rate == -2.0) | (rate == 0.0), modelled, result)
    tiny = np.asarray(value_of(result)) <= 1e-12
    return where(used & ~tiny, result, np.where(used, 1e-12, 1.0))


def entered(history: History, doses: SiteDoses, start: F64, time: F64, row: I64) -> F64:
    """Return how many doses of each train have entered by a time.

    Args:
        history: Of the subjects.
        doses: Trains of one site.
        start: Entry time of each train's first dose, values only, ``(batch, K)``.
        time: Points, ``(S, M)``.
        row: Row of each point: a dose at the same time enters before it only if its record stands before it, or if
            it is an additional or a lagged dose.

    Returns:
        Counts, ``(batch, M, K)``; for a steady train also below 0: doses of the past that are still to come.
    """
    columns = doses.columns
    interval = train_interval(history, columns)[:, None, :]
    steady = history.dose_steady[:, columns][:, None, :]
    elapsed = time[:, :, None] - start[:, None, :]
    count = np.floor((elapsed + _SAME_TIME_H) / interval) + 1.0
    own_time = (np.abs(elapsed) <= _SAME_TIME_H) & ~doses.lagged[:, None, :]
    before_record = own_time & (row[:, :, None] < history.dose_row[:, columns][:, None, :])
    count = np.where(before_record, 0.0, count)
    count = np.where(steady, count, np.maximum(count, 0.0))
    return np.asarray(np.minimum(count, history.dose_count[:, columns][:, None, :]))


def train_interval(history: History, columns: I64) -> F64:
    """Return the interval of each train, h; for a single dose longer than any history."""
    interval = history.dose_interval[:, columns]
    alone = (history.dose_count[:, columns] <= 1) & ~history.dose_steady[:, columns]
    return np.where(alone, 1e9, interval)

"""Give the rate at which drug enters a non-linear system: infusions, and doses still in their delay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.schedule import Schedule
from fullcourse.pharmacokinetics.kernels.dual import Dual, exp, log, value_of, where
from fullcourse.pharmacokinetics.kernels.gamma_delay import log_gamma, window_h
from fullcourse.pharmacokinetics.model import I64


def entry_rates(schedule: Schedule, who: I64, time: Any, rate: Any, n_sites: int) -> Callable[[Any], list[Any]]:
    """Return a function of the time since now that gives the rate of entry at every site, mg/h.

    Args:
        schedule: Of all subjects.
        who: Which of them are asked for.
        time: The present of each, h; array or dual ``(len(who),)``.
        rate: Constant rates, ``(n_sites, len(who))``.
        n_sites: Number of sites.
    """
    active: list[tuple[int, Any, Any, tuple[Any, Any], Any]] = []
    now = np.asarray(value_of(time))
    for delayed in schedule.delayed:
        start = np.asarray(value_of(delayed.start))[who]
        shape, ktr = (np.asarray(value_of(x))[who] for x in (delayed.shape, delayed.ktr))
        with np.errstate(invalid="ignore"):
            live = (start <= now[:, None] + 1e-11) & (now[:, None] - start < window_h(shape, ktr))
        count = int(live.sum(axis=1).max(initial=0))
        order = np.argsort(~live, axis=1, kind="stable")[:, :count]
        row = np.arange(who.size)
        for k in range(count):
            column = order[:, k]
            mine = live[row, column]
            amount = delayed.amount[who, column] * np.where(mine, 1.0, 0.0)
            step_rate = where(mine, delayed.ktr[who, column], 1.0)
            n = where(mine, delayed.shape[who, column], 1.0)
            age = time - where(mine, delayed.start[who, column], 0.0)
            constant = n * log(step_rate) - _log_gamma(n)
            active.append((delayed.site, amount, constant, (n, step_rate), age))

    def entering(since: Any) -> list[Any]:
        result = [rate[i] for i in range(n_sites)]
        for site, amount, constant, (n, step_rate), age in active:
            elapsed = age + since
            positive = np.asarray(value_of(elapsed)) > 0.0
            elapsed = where(positive, elapsed, 1.0)
            density = exp(constant + (n - 1.0) * log(elapsed) - step_rate * elapsed)
            result[site] = result[site] + density * amount * np.where(positive, 1.0, 0.0)
        return result

    return entering


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

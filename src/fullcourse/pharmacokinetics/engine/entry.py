"""Give the rate at which drug enters a non-linear system: infusions, and doses still in their delay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.schedule import Schedule
from fullcourse.pharmacokinetics.kernels.dual import exp, log, value_of, where
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
        with np.errstate(invalid="ignore"):
            live = (start <= now[:, None] + 1e-11) & (now[:, None] - start < delayed.window[who])
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
            constant = where(mine, delayed.constant[who, column], 0.0)
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

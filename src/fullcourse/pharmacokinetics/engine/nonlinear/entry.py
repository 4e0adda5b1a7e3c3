"""Give the rate at which drug enters a non-linear system: constant inputs, and doses still in their delay."""

from __future__ import annotations

from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.nonlinear.schedule import Delayed
from fullcourse.pharmacokinetics.engine.nonlinear.timeline import Timeline
from fullcourse.pharmacokinetics.kernels.dual import Dual, exp, log, value_of, where
from fullcourse.pharmacokinetics.model import I64


def entry_rate(line: Timeline, site: int, row: I64, interval: I64, time: Any) -> Any:
    """Return the rate of entry at a site, mg/h; None where nothing ever enters so.

    Args:
        line: Of the whole batch.
        site: Index of the site.
        row, interval: Indices that broadcast to the shape of the elements.
        time: Times within the elements, h; array or dual of the shape of the elements and one axis more.
    """
    constant, delayed = line.rate[site], line.delayed.get(site)
    result: Any = None if constant is None else constant[row, interval][..., None]
    if delayed is not None:
        row, last = np.broadcast_arrays(row, line.started[site][row, interval])
        chain = _delayed_rate(delayed, row, last, time)
        result = chain if result is None else chain + result
    return result


def _delayed_rate(delayed: Delayed, row: I64, last: I64, time: Any) -> Any:
    """Return the sum of the gamma densities of the last doses begun."""
    now = np.asarray(value_of(time))
    total = np.zeros(now.shape)
    duals = [x for x in (time, delayed.start, delayed.amount, delayed.shape, delayed.ktr) if isinstance(x, Dual)]
    tangent = np.zeros((duals[0].tangent.shape[0], *now.shape)) if duals else None
    start = np.asarray(value_of(delayed.start))
    for back in range(1, delayed.overlap + 1):
        dose = np.maximum(last - back, 0)
        age = now[..., 0] - start[row, dose]
        live = (last >= back) & (age < delayed.window[row, dose]) & (now[..., 0] < delayed.until[row, dose])
        if not live.any():
            continue
        r, d = row[live], dose[live]
        elapsed = time[live] - delayed.start[r, d][:, None]
        elapsed = where(np.asarray(value_of(elapsed)) > 1e-300, elapsed, 1e-300)
        n, ktr = delayed.shape[r, d][:, None], delayed.ktr[r, d][:, None]
        density = exp((n - 1.0) * log(elapsed) - ktr * elapsed + delayed.constant[r, d][:, None])
        part = density * delayed.amount[r, d][:, None]
        total[live] += value_of(part)
        if tangent is not None and isinstance(part, Dual):
            tangent[:, live] += part.tangent
    return total if tangent is None else Dual(total, tangent)

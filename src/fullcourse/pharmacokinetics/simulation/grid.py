"""Fill an even time grid for many subjects, one compartment, without an exponential a step.

Between two grid points a subject's amounts change by the same factors at every step, so that those factors are
computed once. A dose that enters inside a cell adds amounts that are the same each time it falls at that place in
the cell. Points are written time by time; a summary can read them as they pass without the whole being stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fullcourse.pharmacokinetics.kernels.exponentials import cascade_value
from fullcourse.pharmacokinetics.model import F64, I64

_BLOCK = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class OralGrid:
    """A regimen of instantaneous doses on an even grid.

    Attributes:
        step_h: Distance of grid points, h.
        n_points: Points 0, step, 2 step, ...
        dose_time: Times of the doses, h, ascending, shape ``(K,)``.
        dose_amount: Bioavailable amounts, mg, ``(K,)``, one for all subjects.
    """

    step_h: float
    n_points: int
    dose_time: F64
    dose_amount: F64


def oral_curve(grid: OralGrid, ka: F64 | None, loss: F64, volume: F64, lag: F64, share: F64) -> F64:
    """Return concentrations of a one-compartment model on the grid.

    Args:
        grid: The regimen.
        ka: Absorption rate, 1/h, ``(B,)``; None: doses enter central at once.
        loss: Elimination rate, 1/h, ``(B,)``.
        volume: L, ``(B,)``.
        lag: h, ``(B,)``.
        share: Bioavailability over volume factor, dimensionless, ``(B,)``.

    Returns:
        Shape ``(n_points, B)``, mg/L; a dose that enters exactly at a point counts there.
    """
    size = loss.size
    result = np.empty((grid.n_points, size))
    scale = share / volume
    for begin in range(0, size, _BLOCK):
        part = slice(begin, min(begin + _BLOCK, size))
        absorption = None if ka is None else ka[part]
        entries = _entries(grid, absorption, loss[part], scale[part], lag[part])
        _fill(result[:, part], grid, absorption, loss[part], entries)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What a dose adds at the first grid point after it entered; ``who`` None means every subject of the block."""

    who: I64 | None
    depot: F64
    central: F64


def _fill(target: F64, grid: OralGrid, ka: F64 | None, loss: F64, entries: dict[int, list[_Entry]]) -> None:
    """Write the concentrations of a block of subjects, point by point."""
    keep = np.exp(-loss * grid.step_h)
    absorb = cross = np.zeros_like(loss)
    if ka is not None:
        absorb = np.exp(-ka * grid.step_h)
        cross = ka * cascade_value([ka, loss], np.asarray(grid.step_h))
    depot, work = np.zeros_like(loss), np.empty_like(loss)
    target[0] = 0.0
    for index in range(grid.n_points):
        row = target[index]
        if index:
            np.multiply(target[index - 1], keep, out=row)
            if ka is not None:
                np.multiply(depot, cross, out=work)
                np.add(row, work, out=row)
                np.multiply(depot, absorb, out=depot)
        for entry in entries.get(index, ()):
            if entry.who is None:
                np.add(depot, entry.depot, out=depot)
                np.add(row, entry.central, out=row)
            else:
                depot[entry.who] += entry.depot
                row[entry.who] += entry.central


def _entries(grid: OralGrid, ka: F64 | None, loss: F64, scale: F64, lag: F64) -> dict[int, list[_Entry]]:
    """Return what doses add at each grid point; equal doses at equal places in a cell share their arrays."""
    cache: dict[tuple[float, float], list[tuple[int, _Entry]]] = {}
    result: dict[int, list[_Entry]] = {}
    for time, amount in zip(grid.dose_time.tolist(), grid.dose_amount.tolist(), strict=True):
        whole = int(np.floor(time / grid.step_h + 1e-9))
        rest = max(round(time - whole * grid.step_h, 9), 0.0)
        if (rest, amount) not in cache:
            cache[rest, amount] = _arrivals(grid.step_h, lag + rest, amount * scale, ka, loss)
        for cells, entry in cache[rest, amount]:
            result.setdefault(whole + cells, []).append(entry)
    return result


def _arrivals(step: float, delay: F64, dose: F64, ka: F64 | None, loss: F64) -> list[tuple[int, _Entry]]:
    """Return, by the number of cells until a dose is seen, what it has become by then."""
    cells: I64 = np.ceil(delay / step - 1e-9).astype(np.int64)
    age = np.maximum(cells * step - delay, 0.0)
    if ka is None:
        depot, central = np.zeros_like(dose), dose * np.exp(-loss * age)
    else:
        depot = dose * np.exp(-ka * age)
        central = dose * ka * cascade_value([ka, loss], age)
    result = []
    for cell in np.unique(cells).tolist():
        mine = cells == cell
        if 2 * np.count_nonzero(mine) > cells.size:
            result.append((cell, _Entry(None, np.where(mine, depot, 0.0), np.where(mine, central, 0.0))))
        else:
            who = np.flatnonzero(mine)
            result.append((cell, _Entry(who, depot[who], central[who])))
    return result

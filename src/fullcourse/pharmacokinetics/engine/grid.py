"""Fill an even time grid for many subjects, one compartment, without an exponential a step.

Between two grid points a subject's amounts change by the same factors at every step, so that those factors are
computed once. A dose that enters inside a cell adds amounts that are the same each time it falls at that place in
the cell. Points are written time by time; a summary can read them as they pass without the whole being stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fullcourse.pharmacokinetics.engine.exponentials import cascade_value
from fullcourse.pharmacokinetics.model import F64, I64

_BLOCK = 2048


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
    for begin in range(0, size, _BLOCK):
        part = slice(begin, min(begin + _BLOCK, size))
        order = np.argsort(np.ceil(lag[part] / grid.step_h), kind="stable")
        rows = _block(
            grid, None if ka is None else ka[part][order], loss[part][order],
            (share[part] / volume[part])[order], lag[part][order], order.size,
        )  # fmt: skip
        identical = bool(np.all(order[1:] > order[:-1]))
        back = np.empty_like(order)
        back[order] = np.arange(order.size)
        target = result[:, part]
        for index, row in rows:
            target[index] = row if identical else row[back]
    return result


def _block(
    grid: OralGrid, ka: F64 | None, loss: F64, scale: F64, lag: F64, size: int
) -> Iterator[tuple[int, F64]]:
    """Yield the concentration of a block of subjects, point by point; the array is reused."""
    entries = _entries(grid, ka, loss, scale, lag)
    keep = np.exp(-loss * grid.step_h)
    central, work = np.zeros(size), np.empty(size)
    if ka is None:
        for index in range(grid.n_points):
            if index:
                np.multiply(central, keep, out=central)
            for begin, end, _, into_central in entries.get(index, ()):
                central[begin:end] += into_central
            yield index, central
        return
    absorb = np.exp(-ka * grid.step_h)
    cross = ka * cascade_value([ka, loss], np.asarray(grid.step_h))
    depot = np.zeros(size)
    for index in range(grid.n_points):
        if index:
            np.multiply(central, keep, out=central)
            np.multiply(depot, cross, out=work)
            np.add(central, work, out=central)
            np.multiply(depot, absorb, out=depot)
        for begin, end, into_depot, into_central in entries.get(index, ()):
            depot[begin:end] += into_depot
            central[begin:end] += into_central
        yield index, central


def _entries(
    grid: OralGrid, ka: F64 | None, loss: F64, scale: F64, lag: F64
) -> dict[int, list[tuple[int, int, F64, F64]]]:
    """Return, for each grid point, the slices of subjects in whom a dose has entered since the last point."""
    cache: dict[tuple[float, float], list[tuple[int, int, int, F64, F64]]] = {}
    result: dict[int, list[tuple[int, int, F64, F64]]] = {}
    for time, amount in zip(grid.dose_time.tolist(), grid.dose_amount.tolist(), strict=True):
        whole = int(np.floor(time / grid.step_h + 1e-9))
        rest = round(time - whole * grid.step_h, 9)
        key = (rest, amount)
        if key not in cache:
            cache[key] = _arrivals(grid.step_h, max(rest, 0.0), amount, ka, loss, scale, lag)
        for begin, end, cells, into_depot, into_central in cache[key]:
            result.setdefault(whole + cells, []).append((begin, end, into_depot, into_central))
    return result


def _arrivals(
    step: float, rest: float, amount: float, ka: F64 | None, loss: F64, scale: F64, lag: F64
) -> list[tuple[int, int, int, F64, F64]]:
    """Return slices of subjects by the number of cells until the dose is seen, with the amounts then."""
    since_cell = lag + rest
    cells: I64 = np.ceil(since_cell / step - 1e-9).astype(np.int64)
    age = np.maximum(cells * step - since_cell, 0.0)
    dose = amount * scale
    if ka is None:
        depot, central = np.zeros_like(dose), dose * np.exp(-loss * age)
    else:
        depot = dose * np.exp(-ka * age)
        central = dose * ka * cascade_value([ka, loss], age)
    edges = np.flatnonzero(np.diff(cells)) + 1
    bounds = np.concatenate([[0], edges, [cells.size]]).astype(np.int64)
    return [
        (int(a), int(b), int(cells[a]), depot[a:b], central[a:b])
        for a, b in zip(bounds[:-1], bounds[1:], strict=True)
        if b > a
    ]

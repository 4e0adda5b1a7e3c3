"""Carry many individuals from point to point through one history, without a sum over doses at every point.

Where the disposition is constant and every dose enters at once, what is in the depot and in each central mode changes
between two points by factors that depend on their distance alone, and a dose adds amounts that are the same wherever
it falls in the same way among the points. Even grids and regular doses have few such distances and places: most steps
are then a multiplication and an addition. The same curves as by superposition, to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fullcourse.pharmacokinetics.compiled.walk import Added, walk_on
from fullcourse.pharmacokinetics.engine.disposition import System
from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.inputs import SiteDoses, entered, train_interval
from fullcourse.pharmacokinetics.kernels.dose_trains import train_through_one, train_through_two
from fullcourse.pharmacokinetics.kernels.dual import Dual
from fullcourse.pharmacokinetics.kernels.exponentials import cascade_value
from fullcourse.pharmacokinetics.model import F64, I64, Model

_FEWEST_AT_ONCE = 100
"""Below so many individuals the steps of Python outweigh what they save."""

_BLOCK, _MOST_DISTANCES = 10_000, 64
_SAME_TIME_H = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Addition:
    """What a dose has become by the first point after it entered, for those individuals whose first point that is."""

    who: I64 | slice
    depot: F64 | float
    modes: tuple[F64, ...]


def can_walk(model: Model, history: History, system: System, inputs: list[SiteDoses]) -> bool:
    """Return whether ``walked`` knows this case: one history of instantaneous doses, many individuals, no slopes."""
    if history.n_subjects != 1 or model.links or history.dose_constant.any() or not inputs:
        return False
    values = [*system.ka, *system.modes, *system.into["central"]]
    for doses in inputs:
        if doses.duration is not None or doses.ktr is not None or model.sites[doses.site].target != "central":
            return False
        values += [doses.amount, doses.lag]
    if any(isinstance(value, Dual) for value in values):
        return False
    time = history.point_time[0]
    return (
        max(np.shape(value)[0] for value in values if np.ndim(value)) >= _FEWEST_AT_ONCE
        and bool(history.point_valid.all())
        and bool((np.diff(time) >= 0.0).all())
        and bool((history.dose_cancel_row > history.point_row.max()).all())
        and bool((history.point_row[0, 0] >= history.dose_row[history.dose_steady]).all())
    )


def walked(history: History, system: System, inputs: list[SiteDoses]) -> F64:
    """Return the central amount of every individual at every point, mg, ``(B, M)``.

    Args:
        history: Of one subject.
        system: Of all individuals, entries ``(B or 1, 1)`` or numbers.
        inputs: The doses of every site; see ``can_walk``.
    """
    parts = [*system.ka, *system.modes, *system.into["central"]]
    parts += [value for doses in inputs for value in (doses.amount, doses.lag)]
    size = max(np.shape(value)[0] for value in parts if np.ndim(value))
    by_time = np.zeros((history.point_time.shape[1], size))
    for begin in range(0, size, _BLOCK):
        block = slice(begin, min(begin + _BLOCK, size))
        for doses in inputs:
            _SiteWalk.of(history, system, doses, block).add_to(by_time[:, block])
    return by_time.T


@dataclass(slots=True, eq=False)
class _SiteWalk:
    """One site's doses on their way through one block of individuals.

    Attributes:
        history: Of one subject.
        doses: Into this site.
        ka: Absorption rate, 1/h, ``(B,)``; None: doses enter the central compartment at once.
        modes: Decay rates, 1/h, each ``(B,)``.
        weights: Share of an amount that goes to each mode.
        amount: mg, ``(B, K)``.
        lag: h, ``(B, K)``.
        factors: What a distance of points comes to.
        places: Where a dose's first points lie, and what 1 mg has become there.
    """

    history: History
    doses: SiteDoses
    ka: F64 | None
    modes: tuple[F64, ...]
    weights: tuple[F64, ...]
    amount: F64
    lag: F64
    factors: dict[float, tuple[F64 | float, list[F64], list[F64]]] = field(default_factory=dict)
    places: dict[tuple[int, int, bytes], list[tuple[int, _Addition]]] = field(default_factory=dict)

    @classmethod
    def of(cls, history: History, system: System, doses: SiteDoses, block: slice) -> _SiteWalk:
        """Return the walk of one site for a block of individuals."""
        size, width = block.stop - block.start, doses.columns.size

        def column(value: object) -> F64:
            array = np.asarray(value, dtype=np.float64)
            flat = array[block, 0] if array.ndim and array.shape[0] > 1 else array.reshape(-1)
            return np.broadcast_to(flat, (size,))

        def table(value: object) -> F64:
            array = np.atleast_2d(np.asarray(value, dtype=np.float64))
            return np.broadcast_to(array[block] if array.shape[0] > 1 else array, (size, width))

        ka = system.ka[doses.site]
        return cls(
            history, doses, None if ka is None else column(ka), tuple(map(column, system.modes)),
            tuple(map(column, system.into["central"])), table(doses.amount), table(doses.lag),
        )  # fmt: skip

    def add_to(self, target: F64) -> None:
        """Add the central amounts to an array, ``(M, B)``."""
        count = self._entered_by_the_first_point()
        depot, modes = self._start(count)
        additions = self._additions(count)
        time = self.history.point_time[0]
        for mode in modes:
            target[0] += mode
        if self._compiled(target, depot, modes, additions):
            return
        work = np.empty_like(depot)
        for index in range(1, time.size):
            distance = float(time[index] - time[index - 1])
            if distance > 0.0:
                absorb, keep, cross = self._factors(distance)
                for mode, kept, crossed in zip(modes, keep, cross, strict=True):
                    np.multiply(mode, kept, out=mode)
                    if self.ka is not None:
                        np.multiply(depot, crossed, out=work)
                        np.add(mode, work, out=mode)
                np.multiply(depot, absorb, out=depot)
            for addition in additions.get(index, ()):
                depot[addition.who] += addition.depot
                for mode, more in zip(modes, addition.modes, strict=True):
                    mode[addition.who] += more
            for mode in modes:
                np.add(target[index], mode, out=target[index])

    def _compiled(self, target: F64, depot: F64, modes: list[F64], additions: dict[int, list[_Addition]]) -> bool:
        """Do the same by the compiled kernel; False where there is none."""
        distances, distance = np.unique(np.diff(self.history.point_time[0]), return_inverse=True)
        if distances.size > _MOST_DISTANCES:  # what each comes to for everybody is kept side by side
            return False
        parts = [self._factors(gap) for gap in distances.tolist()]
        absorb = None if self.ka is None else np.array([part[0] for part in parts])
        keep, cross = (np.array([part[i] for part in parts]) for i in (1, 2))
        added = [
            Added(
                index,
                addition.who if isinstance(addition.who, np.ndarray) else None,
                addition.depot if isinstance(addition.depot, np.ndarray) else None,
                addition.modes,
            )
            for index in sorted(additions)
            for addition in additions[index]
        ]
        before = np.concatenate([[-1], np.where(distances > 0.0, np.arange(distances.size), -1)[distance]])
        held = None if self.ka is None else depot
        return walk_on(target, held, np.array(modes), before.astype(np.int64), (absorb, keep, cross), added)

    def _entered_by_the_first_point(self) -> F64:
        """Return how many doses of each train have entered by the first point, ``(B, K)``."""
        start = self.lag + self.history.dose_time[:, self.doses.columns]
        lagged = SiteDoses(
            self.doses.site, self.doses.columns, self.amount, None, None, None, self.lag, self.lag != 0.0
        )
        return entered(self.history, lagged, start, self.history.point_time[:, :1], self.history.point_row[:, :1])[:, 0]

    def _start(self, count: F64) -> tuple[F64, list[F64]]:
        """Return depot and modes at the first point, by the closed sums of the trains."""
        columns = self.doses.columns
        interval = train_interval(self.history, columns)
        steady = self.history.dose_steady[:, columns]
        given = np.where(steady, np.inf, np.maximum(count, 0.0))
        since = self.history.point_time[0, 0] - self.history.dose_time[:, columns] - self.lag - (count - 1.0) * interval
        since = np.where((given > 0.0) & (since > 0.0), since, 0.0)
        depot = np.zeros(count.shape[0])
        if self.ka is not None:
            ka = self.ka[:, None]
            depot = (self.amount * train_through_one(ka, since, given, interval)).sum(axis=1)
        modes = []
        for rate, weight in zip(self.modes, self.weights, strict=True):
            if self.ka is None:
                through = train_through_one(rate[:, None], since, given, interval)
            else:
                through = train_through_two(ka, rate[:, None], since, given, interval) * ka
            modes.append(weight * (self.amount * through).sum(axis=1))
        return depot, modes

    def _factors(self, distance: float) -> tuple[F64 | float, list[F64], list[F64]]:
        """Return what of depot and modes is kept over a distance, and what of the depot reaches each mode."""
        if distance not in self.factors:
            gap = np.asarray(distance)
            keep = [np.exp(-rate * gap) for rate in self.modes]
            if self.ka is None:
                self.factors[distance] = (1.0, keep, keep)
            else:
                cross = [
                    weight * self.ka * cascade_value([self.ka, rate], gap)
                    for rate, weight in zip(self.modes, self.weights, strict=True)
                ]
                self.factors[distance] = (np.exp(-self.ka * gap), keep, cross)
        return self.factors[distance]

    def _additions(self, count: F64) -> dict[int, list[_Addition]]:
        """Return what doses add at each point after the first."""
        time = self.history.point_time[0]
        additions: dict[int, list[_Addition]] = {}
        for k, column in enumerate(self.doses.columns.tolist()):
            if not self.amount[:, k].any():
                continue
            interval = float(self.history.dose_interval[0, column])
            from_number = int(count[:, k].min())
            for number in range(from_number, int(self.history.dose_count[0, column])):
                when = float(self.history.dose_time[0, column]) + number * interval
                if when > time[-1] + _SAME_TIME_H:
                    break
                waiting = count[:, k] <= number
                for index, addition in self._places(k, column, number, when, None if waiting.all() else waiting):
                    additions.setdefault(index, []).append(addition)
        return additions

    def _places(
        self, k: int, column: int, number: int, when: float, waiting: np.ndarray | None
    ) -> list[tuple[int, _Addition]]:
        """Return the first points after a dose entered, with what it adds there; doses that lie alike share it."""
        time = self.history.point_time[0]
        lag = self.lag[:, k]
        first = int(np.searchsorted(time, when - _SAME_TIME_H))
        last = int(np.searchsorted(time, when + lag.max() + _SAME_TIME_H)) + 1
        window = time[first:last] - when
        # At its own time a dose counts from its record on; additional and lagged doses count at once.
        own = np.abs(window) <= _SAME_TIME_H
        earlier = own & (self.history.point_row[0, first:last] < self.history.dose_row[0, column])
        skipped = int(earlier.sum()) if number == 0 else 0
        key = (k, skipped, window.tobytes())
        if waiting is not None or key not in self.places:
            cells = np.searchsorted(window, lag - _SAME_TIME_H)
            cells = np.where(lag == 0.0, np.maximum(cells, skipped), cells)
            additions = self._became(k, cells, window, waiting)
            if waiting is not None:
                return [(max(first + cell, 1), addition) for cell, addition in additions if first + cell < time.size]
            self.places[key] = additions
        return [(first + cell, addition) for cell, addition in self.places[key] if first + cell < time.size]

    def _became(self, k: int, cells: I64, window: F64, waiting: np.ndarray | None) -> list[tuple[int, _Addition]]:
        """Return what a dose has become at each of the points by which it entered for somebody."""
        places: list[tuple[int, _Addition]] = []
        for cell in np.unique(cells).tolist():
            if cell >= window.size:
                continue  # for them no point follows
            mine = cells == cell if waiting is None else (cells == cell) & waiting
            who: I64 | slice = slice(None) if mine.all() else np.flatnonzero(mine)
            age = np.maximum(window[cell] - self.lag[who, k], 0.0)
            amount = self.amount[who, k]
            if self.ka is None:
                depot: F64 | float = 0.0
                through = [np.exp(-rate[who] * age) for rate in self.modes]
            else:
                ka = self.ka[who]
                depot = amount * np.exp(-ka * age)
                through = [ka * cascade_value([ka, rate[who]], age) for rate in self.modes]
            modes = tuple(amount * weight[who] * part for weight, part in zip(self.weights, through, strict=True))
            places.append((cell, _Addition(who, depot, modes)))
        return places

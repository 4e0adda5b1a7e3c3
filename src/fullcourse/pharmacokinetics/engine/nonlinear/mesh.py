"""Cut the intervals between events into elements on which input and decay are smooth enough for one polynomial."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.nonlinear.entry import entry_rate
from fullcourse.pharmacokinetics.engine.nonlinear.rates import Rates
from fullcourse.pharmacokinetics.engine.nonlinear.timeline import Timeline, picked
from fullcourse.pharmacokinetics.kernels.collocation import NODES, POSITION, left_out
from fullcourse.pharmacokinetics.model import F64, I64, Bool, Model

_MOST_ELEMENTS = 100_000
_MOST_HALVINGS = 48
_OF_INPUT = 0.2
_ROWS_AT_ONCE, _ALIKE = 256, 1.5
"""Rows of one rectangle, and how many times the elements of its smallest row its largest may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """Elements of some rows of the batch, in order of time; ``(R, E)`` each, the last ones of no length.

    Attributes:
        rows: Which rows of the batch, ``(R,)``.
        interval: Interval of the timeline.
        low, high: Begin and end, as parts of the interval from 0 to 1. What changes at the start of the interval
            happens where ``low`` is 0.
    """

    rows: I64
    interval: I64
    low: F64
    high: F64

    def columns(self, begin: int, end: int) -> Elements:
        """Return a stretch of the elements."""
        part = slice(begin, end)
        return Elements(self.rows, self.interval[:, part], self.low[:, part], self.high[:, part])

    def only(self, chosen: Bool) -> Elements:
        """Return the elements of chosen rows."""
        return Elements(self.rows[chosen], self.interval[chosen], self.low[chosen], self.high[chosen])

    def halved(self, rough: Bool) -> Elements:
        """Return the elements with the marked ones cut in half."""
        middle = 0.5 * (self.low + self.high)
        row = np.broadcast_to(np.arange(self.rows.size)[:, None], rough.shape)
        cut = row[rough], self.interval[rough]
        return _rectangle(
            self.rows,
            np.concatenate([row.ravel(), cut[0]]),
            np.concatenate([self.interval.ravel(), cut[1]]),
            np.concatenate([self.low.ravel(), middle[rough]]),
            np.concatenate([np.where(rough, middle, self.high).ravel(), self.high[rough]]),
        )

    def span(self, line: Timeline) -> tuple[Any, Any]:
        """Return begin and length of every element, h; arrays or duals."""
        row = self.rows[:, None]
        begin = line.bounds[row, self.interval]
        whole = line.bounds[row, self.interval + 1] - begin
        return begin + whole * self.low, whole * (self.high - self.low)


def cut(model: Model, line: Timeline, parameters: Parameters, largest: F64, relative: float) -> list[Elements]:
    """Return elements for a whole batch, fine enough for what is known before anything is solved.

    Rows that need about as many elements stand together, so that no row is padded to the worst of the batch.

    Args:
        model: For its structure.
        line: Intervals of the batch, without slopes.
        parameters: Values, ``(batch or 1, states or 1)``.
        largest: Largest dose of each row, mg, ``(B,)``.
        relative: Error to be left in an element, relative to the largest dose.

    Raises:
        SolverStopped: An input is too abrupt to be cut into elements on which it is smooth.
    """
    look = _Look(model, line, parameters, Rates(model, parameters).fastest(), largest, relative)
    live = line.bounds[:, :-1] < line.finish[:, None]
    live[:, 0] = True
    row, interval = np.nonzero(live)
    low, high = np.zeros(row.size), np.ones(row.size)
    kept: list[tuple[I64, I64, F64, F64]] = []
    for _ in range(_MOST_HALVINGS):
        rough = look.rough(row, interval, low, high)
        kept.append((row[~rough], interval[~rough], low[~rough], high[~rough]))
        row, interval, low, high = row[rough], interval[rough], low[rough], high[rough]
        if not 0 < row.size < _MOST_ELEMENTS * line.keep.shape[0]:
            break
        middle = 0.5 * (low + high)
        row, interval = np.tile(row, 2), np.tile(interval, 2)
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    if row.size:
        raise SolverStopped(
            f"model '{model.name}': the input of a dose is too abrupt to be followed; a parameter of absorption is far "
            "outside its range: check doses and covariates"
        )
    every = [np.concatenate(parts) for parts in zip(*kept, strict=True)]
    return _by_size(line.keep.shape[0], *every)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What is known of a batch before it is solved; see ``cut``. ``fastest`` is the fastest rate of the core, 1/h."""

    model: Model
    line: Timeline
    parameters: Parameters
    fastest: F64
    largest: F64
    relative: float

    def rough(self, row: I64, interval: I64, low: F64, high: F64) -> Bool:
        """Return which elements are too long for an input, for the decay in a depot, or for elimination."""
        bounds = self.line.bounds
        whole = bounds[row, interval + 1] - bounds[row, interval]
        age, length = whole * low, whole * (high - low)
        result = np.zeros(row.size, dtype=bool)
        for site in range(len(self.model.sites)):
            todo = np.flatnonzero(~result & (length > 0.0))
            result[todo] = self._rough_at(site, row[todo], interval[todo], age[todo], length[todo])
        return result

    def _rough_at(self, site: int, row: I64, interval: I64, age: F64, length: F64) -> Bool:
        """Return the same for one site; ``age`` is the time since the interval began, h."""
        state = self.line.state[row, interval]
        begin = self.line.bounds[row, interval] + age
        delayed, ka = self.line.delayed.get(site), self.model.sites[site].ka
        fastest = np.broadcast_to(picked(self.fastest, row, state), row.shape)
        rough = np.zeros(row.size, dtype=bool)
        if delayed is not None:
            last = self.line.started[site][row, interval]
            dose = np.maximum(last - 1, 0)
            shape, ktr = delayed.shape[row, dose], delayed.ktr[row, dose]
            spread = np.sqrt(shape) / ktr
            since = begin - delayed.start[row, dose]
            rough = (last > 0) & (since < shape / ktr + 5.0 * spread) & (length > 3.0 * spread)
            ended = shape / ktr + 3.0 * spread - (since - age)
            age = age - np.where(last > 0, np.maximum(ended, 0.0), 0.0)
        age = np.maximum(age, 0.0)
        slowest = fastest
        if ka:
            rate = picked(self.parameters[ka], row, state)
            rough = rough | (rate * length > self._longest(rate * age))
            slowest = np.minimum(rate, fastest)
        follows = fastest * age * (fastest > slowest)  # faster than what it follows: only its transients matter
        rough = rough | (fastest * length > self._longest(follows))
        if delayed is not None:
            look = np.flatnonzero((last > 0) & ~rough)
            times = begin[look, None] + length[look, None] * POSITION
            entering = entry_rate(self.line, site, row[look], interval[look], times)
            allowed = _OF_INPUT * self.relative * self.largest[row[look]]
            rough[look] = length[look] * left_out(entering) > allowed
        return np.asarray(rough)

    def _longest(self, decayed: F64) -> F64:
        """Return how long a decay may be followed by one polynomial, given how far it is, in its time constants."""
        order = NODES + 1
        left_then = np.exp(-np.minimum(decayed, 60.0))
        return np.asarray(4.0 * (0.5 * math.factorial(order) * self.relative / left_then) ** (1.0 / order))


def _by_size(size: int, row: I64, interval: I64, low: F64, high: F64) -> list[Elements]:
    """Return flat elements as rectangles of rows that need about as many, those with the most elements last."""
    many = np.bincount(row, minlength=size)
    order = np.argsort(many, kind="stable")
    groups, begin = [], 0
    while begin < size:
        alike = int(np.searchsorted(many[order], _ALIKE * max(int(many[order[begin]]), 1), side="right"))
        end = min(alike, begin + _ROWS_AT_ONCE)
        groups.append(np.sort(order[begin:end]))
        begin = end
    place, group_of = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for number, rows in enumerate(groups):
        place[rows], group_of[rows] = np.arange(rows.size), number
    result = []
    for number, rows in enumerate(groups):
        here = np.flatnonzero(group_of[row] == number)
        result.append(_rectangle(rows, place[row[here]], interval[here], low[here], high[here]))
    return result


def _rectangle(rows: I64, row: I64, interval: I64, low: F64, high: F64) -> Elements:
    """Return flat elements as rectangles, in order of time; elements of no length at an interval's end are dropped."""
    whole = (low < high) | (low == 0.0)
    row, interval, low, high = row[whole], interval[whole], low[whole], high[whole]
    order = np.lexsort((low, interval, row))
    row, interval, low, high = row[order], interval[order], low[order], high[order]
    count = np.bincount(row, minlength=rows.size)
    column = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    shape = (rows.size, int(count.max(initial=1)))
    last = np.zeros(rows.size, dtype=np.int64)
    np.maximum.at(last, row, interval)
    wide = np.broadcast_to(last[:, None], shape).copy()
    begin, end = np.ones(shape), np.ones(shape)
    wide[row, column], begin[row, column], end[row, column] = interval, low, high
    return Elements(rows, wide, begin, end)

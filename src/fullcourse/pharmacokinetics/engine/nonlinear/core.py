"""Solve central, peripherals and memory over a stretch of elements at once; only they act on one another.

Each iteration takes every element's response to its start and strings the elements together, so a curve of many days
needs a handful of iterations and no step in time. Without peripherals an iteration is Newton's for central alone, by
an integrating factor, with the memory of the iteration before; otherwise, or where that does not settle, Newton's
for all. Sensitivities are the exact derivatives of the collocation equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.nonlinear.stretch import Stretch, Tolerance, slopes_last, too_long
from fullcourse.pharmacokinetics.kernels.collocation import (
    DIFFERENCE,
    FROM_START,
    INTEGRAL,
    NODES,
    POSITION,
    decay_inverse,
    strung,
    strung_decay,
)
from fullcourse.pharmacokinetics.kernels.dual import Dual, tangent_of, value_of
from fullcourse.pharmacokinetics.model import F64, Bool

_MOST_ITERATIONS = 30
_NEWTON = 1e-4
_MOST_RELAXATIONS, _RELAXED = 40, 1e-6
_MOST_LOST, _MOST_GROWN = 8.0, 300.0
"""Time constants of elimination in one element up to which an integrating factor is followed well by a polynomial."""
COMPARTMENT = {"central": 0, "vp": 1, "vp2": 2}
"""Index among the core states of where a site sends drug."""


@dataclass(slots=True, eq=False)
class _Driven:
    """A decay ``x' = gain - loss x`` on the elements: a peripheral compartment or the memory."""

    inverse: F64 = field(init=False)
    from_start: F64 = field(init=False)
    h: F64
    loss: F64
    gain: Callable[[F64], Any]
    gain_slope: Callable[[F64], Any]
    now: F64
    ready: bool = False

    def prepare(self) -> None:
        """Compute the solution operator, which only Newton's method for all states and slopes need."""
        if self.ready:
            return
        self.ready = True
        self.inverse = decay_inverse(self.h * self.loss[..., 0])
        self.from_start = self.inverse @ FROM_START


class Core:
    """Newton's method for central, peripherals and memory."""

    def __init__(self, stretch: Stretch, into: list[Any], begin: F64) -> None:
        """Take the rate of entry into each compartment at the nodes, and the core states before the first element.

        Args:
            stretch: The elements.
            into: By compartment, arrays or duals ``(R, E, NODES)``, mg/h.
            begin: ``(R, n, 1 + P)``.
        """
        self.stretch, self.into, self.begin = stretch, into, begin
        self.forced = [np.asarray(value_of(x)) for x in into]
        self.h = stretch.h[..., None]
        shape = (*stretch.h.shape, NODES)
        rates = stretch.rates
        self.out, self.back = [k for k, _ in rates.exchanges()], [k for _, k in rates.exchanges()]
        self.y = np.zeros(shape)
        self.typical = np.broadcast_to(0.2 * stretch.largest[:, None, None], shape)
        self.jump = self._jumps(0)
        self.grown = np.ones((1, 1, 1))
        self.driven = [self._peripheral(i) for i in range(len(self.out))]
        if rates.has_memory:
            self.driven.append(self._memory())
        self.starts: list[Any] = []
        self.end: F64 = begin

    def _jumps(self, direction: int | None) -> F64:
        """Return what is added to the core states at starts: values ``(R, E, n, 1)``, or slopes ``(R, E, n, P)``."""
        s = self.stretch
        shape = (*s.h.shape, s.rates.n_core)
        result = np.zeros((*shape, 1 if direction == 0 else s.directions))
        if direction == 0:
            result[..., 0] = np.where(s.keep[..., None], 0.0, s.rates.resting())
        for i, site in enumerate(s.model.sites):
            given = s.bolus(i)
            if site.ka or isinstance(given, float) or site.target not in COMPARTMENT:
                continue
            place = COMPARTMENT[site.target]
            if direction == 0:
                result[..., place, 0] += value_of(given)
            else:
                result[..., place, :] += np.moveaxis(tangent_of(given, s.directions), 0, -1)
        return result

    def _peripheral(self, i: int) -> _Driven:
        out, force = self.out[i], self.forced[1 + i]
        return self._driven(self.back[i], lambda y: out * y + force, lambda _: out, np.zeros(self.y.shape))

    def _memory(self) -> _Driven:
        rates = self.stretch.rates
        driven = self._driven(rates.memory_rate(), rates.memory_gain, rates.memory_gain_slope, self.y)
        self.grown = np.exp(np.minimum(driven.loss * self.h * POSITION, _MOST_GROWN))
        self._remember(driven, self.typical)
        return driven

    def _remember(self, memory: _Driven, amount: F64) -> tuple[F64, F64]:
        """Set the memory to what an amount in central would have made of it; return its starts and end."""
        factor = self.grown
        own = ((memory.gain(amount) * factor * self.h) @ INTEGRAL.T) / factor
        left = np.broadcast_to(1.0 / factor[..., -1], self.stretch.h.shape)
        starts, end = strung_decay(left, own[:, :, -1:], self.jump[:, :, -1], self.stretch.keep, self.begin[:, -1, :1])
        memory.now = starts / factor + own
        return starts, end

    def _driven(self, loss: Any, gain: Any, slope: Any, now: F64) -> _Driven:
        return _Driven(self.stretch.h, np.asarray(loss), gain, slope, now)

    def iterate(self, *, thorough: bool) -> Bool:
        """Iterate until every row stands still; return which do.

        Args:
            thorough: With Newton's method for all states, which also settles where rates are fast.
        """
        if not (thorough or self.out):
            return self._relax()
        try:
            return self._newton()
        except np.linalg.LinAlgError:  # a parameter far outside its range, or not a number
            return np.zeros(self.h.shape[0], dtype=bool)

    def _newton(self) -> Bool:
        """Iterate with all states at once; return which rows stand still."""
        for driven in self.driven:
            driven.prepare()
        first = True
        for _ in range(_MOST_ITERATIONS):
            memory = self.driven[-1].now if self.stretch.rates.has_memory else None
            own, by_memory = self.stretch.rates.leaving_slopes(self.y, memory)
            if first:  # elimination as if linear, at the rate of a typical amount
                own = self.stretch.rates.leaving(self.typical, memory) / self.typical
            matrix, pulls, slopes = self._linear(own, by_memory)
            const = self.forced[0] - self.stretch.rates.leaving(self.y, memory)
            const = const + own * self.y
            if memory is not None:
                const = const + pulls[-1] * memory
            known = []
            for driven, pull, slope in zip(self.driven, pulls, slopes, strict=True):
                gain = (driven.gain(self.y) - slope * self.y) * self.h
                free = np.matmul(driven.inverse, np.broadcast_to(gain, self.y.shape)[..., None])
                known.append(free)
                const = const - pull * free[..., 0]
            y, others, self.starts, self.end = self._string(
                matrix, pulls, slopes, (const * self.h)[..., None], known, self.jump, self.begin[:, :, :1]
            )
            change = np.abs(y[..., 0] - self.y)
            self.y = y[..., 0]
            for driven, now in zip(self.driven, others, strict=True):
                driven.now = now[..., 0]
            if first and self.stretch.rates.has_memory:
                self._remember(self.driven[-1], self.y)
            first = False
            size = np.abs(self.y).max(axis=2)
            allowed = _NEWTON * size + 1e-3 * _NEWTON * self.stretch.largest[:, None]
            settled = (change.max(axis=2) <= allowed).all(axis=1)
            if settled.all() or not np.isfinite(self.y).all(axis=(1, 2)).any():
                break
        self.starts = [x[..., 0] for x in self.starts]
        return np.asarray(settled & np.isfinite(self.y).all(axis=(1, 2)))

    def _relax(self) -> Bool:
        """Iterate with the memory of the iteration before, where there is no peripheral compartment.

        Each iteration is Newton's for central alone, by an integrating factor: no equations need solving.
        """
        s, rates = self.stretch, self.stretch.rates
        memory = self.driven[-1] if rates.has_memory else None
        jump = self.jump[:, :, 0]
        force = np.broadcast_to(self.forced[0], self.y.shape)
        for iteration in range(_MOST_RELAXATIONS):
            now = memory.now if memory else None
            if iteration:
                rate = np.asarray(rates.leaving_slopes(self.y, now)[0])
                gain = force - rates.leaving(self.y, now) + rate * self.y
            else:
                rate, gain = rates.leaving(self.typical, now) / self.typical, force
            lost = np.broadcast_to((rate * self.h), self.y.shape) @ INTEGRAL.T
            factor = np.exp(np.minimum(lost, _MOST_GROWN))
            own = ((gain * factor * self.h) @ INTEGRAL.T) / factor
            starts, end = strung_decay(1.0 / factor[..., -1], own[:, :, -1:], jump, s.keep, self.begin[:, 0, :1])
            y = starts / factor + own
            change = np.abs(y - self.y).max(axis=2)
            self.y = y
            begun, ends = [starts], [end]
            if memory:
                other, last = self._remember(memory, y)
                begun.append(other)
                ends.append(last)
            calm = (lost[..., -1].max(axis=1) < _MOST_LOST) & (self.grown.max(axis=(1, 2)) < np.exp(_MOST_LOST))
            settled = calm & (change <= _RELAXED * (np.abs(y).max(axis=2) + 1e-3 * s.largest[:, None])).all(axis=1)
            if (settled | ~calm).all():
                break
        self.starts, self.end = [x[..., 0] for x in begun], np.stack(ends, axis=1)
        slope = force - rates.leaving(self.y, memory.now if memory else None)
        self.y = begun[0] + (slope * self.h) @ INTEGRAL.T  # a polynomial fits the curve better than the factor times it
        return np.asarray(settled)

    def _linear(self, own: Any, by_memory: Any) -> tuple[F64, list[Any], list[Any]]:
        """Return the matrix of every element, how each driven state pulls on central, and how central drives it."""
        s = self.stretch
        pulls: list[Any] = [-back for back in self.back]
        if s.rates.has_memory:
            pulls.append(by_memory)
        slopes = [driven.gain_slope(self.y) for driven in self.driven]
        matrix = np.empty((*s.h.shape, NODES, NODES))
        matrix[:] = DIFFERENCE
        for driven, pull, slope in zip(self.driven, pulls, slopes, strict=True):
            coupling = driven.inverse * np.asarray(slope)[..., None, :]
            coupling *= (np.asarray(pull) * self.h * self.h)[..., None]
            matrix += coupling
        diagonal = np.broadcast_to((own + sum(self.out, 0.0)) * self.h, self.y.shape)
        matrix.reshape(*s.h.shape, NODES * NODES)[..., :: NODES + 1] += diagonal
        return matrix, pulls, slopes

    def _string(
        self, matrix: F64, pulls: list[Any], slopes: list[Any], forced: F64, known: list[F64], jump: F64, begin: F64
    ) -> tuple[F64, list[F64], list[F64], F64]:
        """Return central ``(R, E, NODES, k)``, the driven states alike, starts, and the end ``(R, n, k)``.

        Args:
            matrix, pulls, slopes: Of ``_linear``.
            forced: Right-hand side of central for k columns, ``(R, E, NODES, k)``.
            known: What each driven state is apart from start and central, ``(R, E, NODES, k)``.
            jump: ``(R, E, n, k)``.
            begin: ``(R, n, k)``.
        """
        columns, h = forced.shape[-1], self.h
        start_columns = [np.broadcast_to(FROM_START, self.y.shape)]
        start_columns += [-h * pull * driven.from_start for driven, pull in zip(self.driven, pulls, strict=True)]
        right = np.concatenate([forced, np.stack(start_columns, axis=-1)], axis=-1)
        answer = np.linalg.solve(matrix, right)
        last = [answer[..., -1, :]]
        for i, (driven, slope, free) in enumerate(zip(self.driven, slopes, known, strict=True)):
            row = driven.inverse[..., -1, :] * np.asarray(slope) * h
            ended = np.matmul(row[..., None, :], answer)[..., 0, :]
            ended[..., :columns] += free[..., -1, :]
            ended[..., columns + 1 + i] += driven.from_start[..., -1]
            last.append(ended)
        ends = np.stack(last, axis=-2)
        starts, end = strung(ends[..., columns:], ends[..., :columns], jump, self.stretch.keep, begin)
        y = answer[..., :columns] + np.matmul(answer[..., columns:], starts)
        others = []
        for i, (driven, slope, free) in enumerate(zip(self.driven, slopes, known, strict=True)):
            moved = np.matmul(driven.inverse, (np.asarray(slope) * h)[..., None] * y)
            others.append(moved + free + driven.from_start[..., None] * starts[..., 1 + i, None, :])
        return y, others, list(np.moveaxis(starts, 2, 0)), end

    def with_slopes(self) -> tuple[list[Any], list[Any], F64]:
        """Return starts and nodes as duals, and the end with its slopes."""
        s, many = self.stretch, self.stretch.directions
        length = s.length[..., None]
        memory = self.driven[-1].now if s.rates.has_memory else None
        slope_y: Any = self.into[0] - s.at.leaving(self.y, memory)
        gains = []
        for i, (out, back) in enumerate(s.at.exchanges()):
            slope_y = slope_y - out * self.y + back * self.driven[i].now
            gains.append(out * self.y + self.into[1 + i] - back * self.driven[i].now)
        if memory is not None:
            gains.append(s.at.memory_gain(self.y) - s.at.memory_rate() * memory)
        for driven in self.driven:
            driven.prepare()
        matrix, pulls, slopes = self._linear(*s.rates.leaving_slopes(self.y, memory))
        forced = slopes_last(slope_y * length, many, self.y.shape)
        known = []
        for driven, pull, gain in zip(self.driven, pulls, gains, strict=True):
            free = np.matmul(driven.inverse, slopes_last(gain * length, many, self.y.shape))
            known.append(free)
            forced = forced - (self.h * pull)[..., None] * free
        y, others, starts, end = self._string(
            matrix, pulls, slopes, forced, known, self._jumps(None), self.begin[:, :, 1:]
        )
        nodes = [Dual(self.y, np.moveaxis(y, -1, 0))]
        nodes += [Dual(driven.now, np.moveaxis(x, -1, 0)) for driven, x in zip(self.driven, others, strict=True)]
        begun = [Dual(value, np.moveaxis(x, -1, 0)) for value, x in zip(self.starts, starts, strict=True)]
        return begun, nodes, np.concatenate([self.end, end], axis=2)

    def rough(self, tolerance: Tolerance) -> Bool:
        """Return which elements are too long for the tolerance."""
        s = self.stretch
        memory = self.driven[-1].now if s.rates.has_memory else None
        slope = self.forced[0] - s.rates.leaving(self.y, memory)
        result = np.zeros(s.h.shape, dtype=bool)
        for i, driven in enumerate(self.driven):
            gain = driven.gain(self.y) - driven.loss * driven.now
            if i < len(self.out):
                slope = slope - self.out[i] * self.y + self.back[i] * driven.now
            scale = np.abs(driven.now).max(axis=(1, 2))
            result |= too_long(s.h, np.broadcast_to(gain, self.y.shape), driven.now, scale, tolerance)
        return result | too_long(s.h, slope, self.y, s.largest, tolerance)

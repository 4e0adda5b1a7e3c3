"""Gather a stretch of elements with what is known of it before central is solved, and follow decays along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.nonlinear.entry import entry_rate
from fullcourse.pharmacokinetics.engine.nonlinear.mesh import Elements
from fullcourse.pharmacokinetics.engine.nonlinear.rates import Rates, drifted, drifts
from fullcourse.pharmacokinetics.engine.nonlinear.timeline import Timeline, parameters_at
from fullcourse.pharmacokinetics.kernels.collocation import (
    FROM_START,
    NODES,
    POSITION,
    decay_inverse,
    left_out,
    strung_decay,
)
from fullcourse.pharmacokinetics.kernels.dual import Dual, tangent_of, value_of
from fullcourse.pharmacokinetics.model import F64, Bool, Model


@dataclass(frozen=True, slots=True, eq=False)
class Tolerance:
    """Error allowed in an element: relative to the state, and relative to its scale."""

    relative: float
    absolute: float


class Stretch:
    """Elements of some rows with everything that is known before they are solved."""

    def __init__(
        self, model: Model, line: Timeline, parameters: Parameters, elements: Elements, largest: F64, first_dose: F64
    ) -> None:
        """Gather parameters, lengths and what happens at the starts.

        Args:
            model: For its structure.
            line: Intervals of the whole batch.
            parameters: Arrays or duals ``(batch or 1, states or 1)``.
            elements: Of the rows to be solved.
            largest: Largest dose of each of these rows, mg, ``(R,)``.
            first_dose: Time of their first dose, h, ``(R,)``.
        """
        self.model, self.line, self.elements, self.largest = model, line, elements, largest
        row = elements.rows[:, None]
        state = line.state[row, elements.interval]
        self.begin, self.length = elements.span(line)
        self.time = self.begin[..., None] + self.length[..., None] * POSITION
        self.p = parameters_at(parameters, row, state)
        if drifts(model):
            self.p = drifted(model, self.p, self.time - first_dose[:, None, None])
        self.values: Parameters = {name: np.asarray(value_of(x)) for name, x in self.p.items()}
        self.rates, self.at = Rates(model, self.values), Rates(model, self.p)
        self.h = np.asarray(value_of(self.length))
        self.first = elements.low == 0.0
        self.keep = line.keep[row, elements.interval] | ~self.first
        self.directions = _directions([*self.p.values(), line.bounds, *[x for x in line.bolus if x is not None]])

    def bolus(self, site: int) -> Any:
        """Return what enters a site at once at the start of each element, mg; 0.0 if nothing ever does."""
        given = self.line.bolus[site]
        if given is None:
            return 0.0
        return given[self.elements.rows[:, None], self.elements.interval] * self.first

    def entering(self, site: int) -> Any:
        """Return the rate of entry at a site at the nodes, mg/h; 0.0 if nothing ever enters so."""
        rate = entry_rate(self.line, site, self.elements.rows[:, None], self.elements.interval, self.time)
        return 0.0 if rate is None else rate

    def decay(self, gain: Any, loss: Any, jump: Any, begin: F64) -> tuple[Any, Any, F64]:
        """Follow a decay that nothing else depends on in return.

        Args:
            gain: At the nodes; array or dual.
            loss: Rate constant; array or dual.
            jump: Added at the start of each element; array, dual or 0.0.
            begin: State and slopes before the first element, ``(R, 1 + P)``.

        Returns:
            Starts ``(R, E)``, nodes ``(R, E, NODES)``, and the state after the last element ``(R, 1 + P)``.
        """
        h = self.h[..., None]
        rate = np.asarray(value_of(loss))
        inverse = decay_inverse(self.h * rate[..., 0])
        from_start = inverse @ FROM_START
        forced = np.broadcast_to(value_of(gain) * h, (*self.h.shape, NODES))
        own = np.matmul(inverse, forced[..., None])
        starts, end = self.string(
            from_start, own, np.broadcast_to(value_of(jump), self.h.shape)[..., None], begin[:, :1]
        )
        nodes = from_start * starts + own[..., 0]
        if not self.directions:
            return starts[..., 0], nodes, end
        defect = tangent_of((gain - loss * nodes) * self.length[..., None], self.directions)
        defect = np.broadcast_to(defect, (self.directions, *nodes.shape))
        moved = np.matmul(inverse, np.moveaxis(defect, 0, -1))
        jumps = np.moveaxis(
            np.broadcast_to(
                tangent_of(jump, self.directions) if isinstance(jump, Dual) else 0.0, (self.directions, *self.h.shape)
            ),
            0,
            -1,
        )
        slopes, end_slopes = self.string(from_start, moved, jumps, begin[:, 1:])
        node_slopes = from_start[..., None] * slopes[..., None, :] + moved
        return (
            Dual(starts[..., 0], np.moveaxis(slopes, -1, 0)),
            Dual(nodes, np.moveaxis(node_slopes, -1, 0)),
            np.concatenate([end, end_slopes], axis=1),
        )

    def string(self, from_start: F64, own: F64, jump: F64, begin: F64) -> tuple[F64, F64]:
        """Return starts ``(R, E, k)`` and the end ``(R, k)`` of a decay."""
        transfer = np.broadcast_to(from_start[..., -1], self.h.shape)
        return strung_decay(transfer, own[:, :, -1], jump, self.keep, begin)


def too_long(h: F64, slope: F64, state: F64, scale: F64, tolerance: Tolerance) -> Bool:
    """Return where an element leaves out more of a state than the tolerance."""
    allowed = tolerance.relative * np.abs(state).max(axis=2) + tolerance.absolute * scale[:, None]
    return np.asarray(h * left_out(slope) > allowed)


def slopes_last(x: Any, directions: int, shape: tuple[int, ...]) -> F64:
    """Return tangents with the directions as the last axis, ``(*shape, P)``."""
    if not isinstance(x, Dual):
        return np.zeros((*shape, directions))
    return np.moveaxis(np.broadcast_to(x.tangent, (directions, *shape)), 0, -1)


def _directions(items: list[Any]) -> int:
    """Return the number of tangents that anything carries."""
    return max((x.tangent.shape[0] for x in items if isinstance(x, Dual)), default=0)

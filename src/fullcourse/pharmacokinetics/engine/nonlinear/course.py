"""Solve a stretch of elements: depots before, central and what acts on it together, links after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.nonlinear.core import COMPARTMENT, Core
from fullcourse.pharmacokinetics.engine.nonlinear.stretch import Stretch, Tolerance, too_long
from fullcourse.pharmacokinetics.kernels.dual import value_of
from fullcourse.pharmacokinetics.model import F64, Bool


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Amounts between elements: core, depots and links; ``(R, n, 1 + P)``, the value and its P slopes."""

    core: F64
    depots: F64
    links: F64

    def only(self, chosen: Bool) -> Body:
        """Return chosen rows."""
        return Body(self.core[chosen], self.depots[chosen], self.links[chosen])

    def replaced(self, chosen: Bool, other: Body) -> Body:
        """Return this with chosen rows taken from another."""
        core, depots, links = self.core.copy(), self.depots.copy(), self.links.copy()
        core[chosen], depots[chosen], links[chosen] = other.core, other.depots, other.links
        return Body(core, depots, links)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Solution of a stretch.

    Attributes:
        starts: State at the start of each element, by source; array or dual ``(R, E)``.
        nodes: State at the nodes; array or dual ``(R, E, NODES)``.
        body: What is there at the end.
        converged: Which rows were solved, ``(R,)``.
        rough: Which elements are too long for the tolerance, ``(R, E)``.
    """

    starts: dict[str, Any]
    nodes: dict[str, Any]
    body: Body
    converged: Bool
    rough: Bool


def solve(stretch: Stretch, body: Body, tolerance: Tolerance, *, thorough: bool) -> Course:
    """Return the solution of a stretch that begins with a given body; see ``Core.iterate`` for ``thorough``."""
    into, formed, depots = _inflow(stretch, body)
    core = Core(stretch, into, body.core)
    converged = core.iterate(thorough=thorough)
    if stretch.directions:
        starts, nodes, end = core.with_slopes()
    else:
        starts, nodes, end = core.starts, [core.y, *[driven.now for driven in core.driven]], core.end
    rough = core.rough(tolerance)
    memory = nodes[-1] if stretch.rates.has_memory else None
    found_starts: dict[str, Any] = {"central": starts[0]}
    found_nodes: dict[str, Any] = {"central": nodes[0]}
    ends: list[F64] = []

    def follow(gain: Any, loss: Any) -> Any:
        nonlocal rough
        name = stretch.model.links[len(ends)].name
        given, jump = formed.get(name, (0.0, 0.0))
        gain = given + gain
        start, state, last = stretch.decay(gain, loss, jump, body.links[:, len(ends)])
        ends.append(last)
        found_starts[name], found_nodes[name] = start, state
        values = np.asarray(value_of(state))
        slope = value_of(gain) - value_of(loss) * values
        scale = np.abs(values).max(axis=(1, 2))
        rough = rough | too_long(stretch.h, slope, values, scale, tolerance)
        return state

    stretch.at.follow_links(nodes[0], memory, follow)
    links = np.stack(ends, axis=1) if ends else body.links
    after = Body(end, depots, links)
    return Course(found_starts, found_nodes, after, converged, rough)


def _inflow(stretch: Stretch, body: Body) -> tuple[list[Any], dict[str, tuple[Any, Any]], F64]:
    """Return what enters from outside, and what is left in the depots at the end.

    That is the rate of entry into each compartment at the nodes; and into each metabolite that is given or formed on
    the way in, the rate at the nodes and what enters it at once at the starts.
    """
    into: list[Any] = [0.0] * stretch.model.compartments
    formed: dict[str, tuple[Any, Any]] = {}
    ends: list[F64] = []
    for i, site in enumerate(stretch.model.sites):
        rate = stretch.entering(i)
        if site.ka:
            _, drug, end = stretch.decay(rate, stretch.p[site.ka], stretch.bolus(i), body.depots[:, len(ends)])
            ends.append(end)
            rate = drug * stretch.p[site.ka]
        if site.target in COMPARTMENT:
            into[COMPARTMENT[site.target]] = rate + into[COMPARTMENT[site.target]]
        else:
            before, jump = formed.get(site.target, (0.0, 0.0))
            formed[site.target] = (rate + before, jump if site.ka else stretch.bolus(i) + jump)
    return into, formed, np.stack(ends, axis=1) if ends else body.depots

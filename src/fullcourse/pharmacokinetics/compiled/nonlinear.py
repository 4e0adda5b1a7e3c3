"""Lay a non-linear model, its intervals and inputs out for the compiled kernel, and read back amounts at the points.

Events, delays and what a reset cancels are those of the reference (``engine.nonlinear.timeline``); only the way between
two events is another: steps of a Runge-Kutta method instead of elements of a collocation.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

import numpy as np

from fullcourse.pharmacokinetics.compiled.library import address, library
from fullcourse.pharmacokinetics.compiled.packing import pack, width_of
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.nonlinear.core import COMPARTMENT
from fullcourse.pharmacokinetics.engine.nonlinear.rates import MEMORY, Rates, drifts
from fullcourse.pharmacokinetics.engine.nonlinear.timeline import Timeline
from fullcourse.pharmacokinetics.kernels.dual import Dual, value_of
from fullcourse.pharmacokinetics.model import F64, I64, Bool, Elimination, LinkKind, Model

__all__ = ["ACCURACY", "is_compiled", "nonlinear_amounts"]

ACCURACY = (1e-6, 1e-7)
"""Error allowed in a step: relative to the state, and to the largest dose."""

_MOST_WIDTH, _MOST_STATES, _MOST_SITES = 64, 12, 4
_KIND: Final = {
    Elimination.MICHAELIS_MENTEN: 0,
    Elimination.AUTO_INHIBITION: 1,
    Elimination.AUTO_INDUCTION: 2,
    Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION: 3,
}
_BY_SITE: Final = ("delayed", "overlap")


class _Problem(ctypes.Structure):
    """As in ``nonlinear.c``."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in (
            "batch", "points", "intervals", "width", "parameters", "systems", "states", "compartments", "memory",
            "elimination", "sites", "links", "sources",
        )),
        *((name, ctypes.c_int64 * _MOST_SITES) for name in _BY_SITE),
        ("relative", ctypes.c_double), ("absolute", ctypes.c_double),
        *((name, ctypes.c_void_p) for name in (
            "depot", "target", "link_source", "link_from_leaving", "source_state", "order", "point_time",
            "point_column", "bounds", "finish", "largest", "values", "state", "keep",
        )),
        *((name, ctypes.c_void_p * _MOST_SITES) for name in (
            "bolus", "rate", "started", "start", "amount", "shape", "ktr", "constant", "until",
        )),
        ("result", ctypes.c_void_p), ("failed", ctypes.c_void_p),
    ]  # fmt: skip


def is_compiled() -> bool:
    """Return whether there is a compiled kernel to ask."""
    return library() is not None


def nonlinear_amounts(
    model: Model, line: Timeline, parameters: Parameters, points: F64, largest: F64
) -> tuple[dict[str, Any], Bool] | None:
    """Return the amounts of every output's source at the points, array or dual ``(batch, M)`` each.

    Args:
        model: Without a closed form.
        line: Intervals of the batch.
        parameters: Arrays or duals ``(batch or 1, states or 1)``.
        points: Times of the points, h, infinite where there is none, ``(batch, M)``.
        largest: Largest dose of each member, mg, ``(batch,)``.

    Returns:
        The amounts, and which members of the batch the kernel leaves to the reference, ``(batch,)``; None where there
        is no compiled kernel, or it does not know this case.
    """
    opened = library()
    sites = len(model.sites)
    if opened is None or drifts(model) or sites > _MOST_SITES:
        return None
    if any(np.any(np.asarray(value_of(delayed.shape)) < 1.0) for delayed in line.delayed.values()):
        return None  # it comes in endlessly fast at first
    batch = points.shape[0]
    width = width_of([*parameters.values(), line.bounds, *line.bolus, *line.rate])
    memory = model.elimination in MEMORY
    core = model.compartments + memory
    depots = [site.ka is not None for site in model.sites]
    first_link = core + sum(depots)
    states = first_link + len(model.links)
    if width > _MOST_WIDTH or states > _MOST_STATES:
        return None
    place = {"central": 0, **{link.name: first_link + n for n, link in enumerate(model.links)}}
    sources = list(dict.fromkeys(output.source for output in model.outputs))
    order = np.argsort(points, axis=1, kind="stable")
    values = _values(model, parameters)
    systems = max(np.shape(value_of(value))[1] for value in parameters.values())
    result = np.zeros((batch, len(sources), points.shape[1], width))
    arrays: dict[str, Any] = {
        "depot": np.array([core + sum(depots[:i]) if has else -1 for i, has in enumerate(depots)], dtype=np.int32),
        "target": np.array([(COMPARTMENT | place)[site.target] for site in model.sites], dtype=np.int32),
        "link_source": np.array([place[link.source] for link in model.links], dtype=np.int32),
        "link_from_leaving": np.array([_from_leaving(link) for link in model.links], dtype=np.int32),
        "source_state": np.array([place[source] for source in sources], dtype=np.int32),
        "order": _order(line, batch),
        "point_time": np.take_along_axis(points, order, 1),
        "point_column": order,
        "bounds": pack(line.bounds, (batch, line.keep.shape[1] + 1), width),
        "finish": line.finish,
        "largest": np.ascontiguousarray(largest),
        "values": np.stack([pack(value, (batch, systems), width) for value in values], axis=2),
        "state": line.state,
        "keep": line.keep.astype(np.uint8),
        "result": result,
        "failed": np.zeros(batch, dtype=np.uint8),
    }
    shape = line.keep.shape
    by_site: dict[str, list[Any]] = {
        "bolus": [None if x is None else pack(x, shape, width) for x in line.bolus],
        "rate": [None if x is None else pack(x, shape, width) for x in line.rate],
        "started": list(line.started),
    }
    delays = [line.delayed.get(site) for site in range(sites)]
    for name in ("start", "amount", "shape", "ktr", "constant", "until"):
        by_site[name] = [
            None if one is None else pack(getattr(one, name), np.shape(value_of(one.start)), width) for one in delays
        ]
    by_site["until"] = [None if one is None else np.ascontiguousarray(one.until) for one in delays]
    for name, items in by_site.items():
        by_site[name] = [None if item is None else np.ascontiguousarray(item) for item in items]
    problem = _Problem(
        batch, points.shape[1], shape[1], width, len(values), systems, states, model.compartments, int(memory),
        _KIND[model.elimination], sites, len(model.links), len(sources),
        relative=ACCURACY[0], absolute=ACCURACY[1],
    )  # fmt: skip
    for name, array in arrays.items():
        arrays[name] = np.ascontiguousarray(array)
        setattr(problem, name, address(arrays[name]))
    for site, one in enumerate(delays):
        problem.delayed[site] = 0 if one is None else np.shape(value_of(one.start))[1]
        problem.overlap[site] = 0 if one is None else one.overlap
        for name, items in by_site.items():
            getattr(problem, name)[site] = address(items[site])
    if opened.fullcourse_nonlinear(ctypes.byref(problem)):
        return None
    found: dict[str, Any] = {}
    for index, source in enumerate(sources):
        value = np.ascontiguousarray(result[:, index, :, 0])
        found[source] = Dual(value, np.moveaxis(result[:, index, :, 1:], -1, 0)) if width > 1 else value
    return found, arrays["failed"] > 0


def _order(line: Timeline, batch: int) -> I64:
    """Return the members of a batch in an order in which neighbours need steps of about the same length.

    A group takes the steps of the member who needs the shortest: the one to whom a dose comes in the most at once.
    """
    if not line.delayed:
        return np.arange(batch)
    spread = [np.sqrt(value_of(one.shape)) / value_of(one.ktr) for one in line.delayed.values()]
    least = [np.broadcast_to(np.min(one, axis=1), (batch,)) for one in spread]
    return np.argsort(np.min(least, axis=0), kind="stable").astype(np.int64)


def _from_leaving(link: Any) -> bool:
    """Return whether a link is formed from what is eliminated from central."""
    return link.kind is LinkKind.METABOLITE and link.source == "central"


def _values(model: Model, parameters: Parameters) -> list[Any]:
    """Return the quantities of ``enum parameter`` in ``nonlinear.c``, then those of sites and links."""
    p, nothing = parameters, np.zeros((1, 1))
    turnover = "kic" if model.elimination is Elimination.AUTO_INHIBITION else "kenz"
    first = p["cl"] / p["vc"] if "cl" in p else nothing
    exchanges = [rate for pair in Rates(model, p).exchanges() for rate in pair]
    core = [1.0 / p["vc"], first, *(p.get(name, nothing) for name in ("vmax", "km", "rclf", "ic50"))]
    core += [p.get(turnover, nothing), p.get("emax", nothing), p.get("ec50", nothing)]
    core += [*exchanges, *[nothing] * (4 - len(exchanges))]
    core += [p[site.ka] if site.ka else nothing for site in model.sites]
    loss_of: dict[str, Any] = {}
    volume_of: dict[str, Any] = {"central": p["vc"]}
    for link in model.links:
        loss = p[link.rate_out] if link.rate_out else p[link.clearance or ""] / p[link.volume or ""]
        share: Any = p[link.fraction] if link.fraction else 1.0
        if link.kind is LinkKind.METABOLITE:
            gain = share if link.source == "central" else share * loss_of[link.source]
        elif link.kind is LinkKind.EFFECT:
            gain = share * loss / volume_of[link.source]
        else:
            gain = share * p[link.rate_in or ""]
        loss_of[link.name] = loss
        volume_of[link.name] = p[link.volume] if link.volume else 1.0
        core += [loss, gain]
    return core

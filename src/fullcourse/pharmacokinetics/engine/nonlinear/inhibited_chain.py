"""Advance a clearance that inhibits itself on an even grid, the absorption chain being propagated exactly.

Transit chain, depot and central compartment are linear but for one rate, which drifts slowly with an effect
concentration. Over a step the chain's propagator is computed once a subject; what reaches central is a short
Taylor series in the drifting rate. The rate is taken at the middle of the step; two step lengths are compared and
extrapolated, and halved for the subjects in whom they differ by more than 2e-5 of the peak: the error left is
about 1e-6. A fast chain needs no shorter steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import site_doses
from fullcourse.pharmacokinetics.kernels.dual import any_dual
from fullcourse.pharmacokinetics.kernels.exponentials import cascade_value
from fullcourse.pharmacokinetics.model import F64, I64, Elimination, Model

LARGEST_GAP = 2e-5
"""Largest difference of two step lengths, relative to the peak; the extrapolated error is below a tenth of it."""

_STEPS_H = (1.0, 0.5, 0.25)
_ORDER = 5
_MOST_HALVINGS = 4
_MOST_STEPS = 60_000
_LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """What one step does to every subject.

    Attributes:
        within: Chain and depot to chain and depot, ``(n, n, B)``: from the second index to the first.
        into: Taylor terms of chain and depot into central, ``(_ORDER, n, B)``.
        centre: Rate about which they are expanded, 1/h, ``(B,)``.
    """

    within: F64
    into: F64
    centre: F64


def even_step(model: Model, history: History, parameters: Parameters) -> float | None:
    """Return the grid step of a history this module can follow, h; None if it cannot."""
    site = model.sites[0]
    plain = (
        model.elimination is Elimination.AUTO_INHIBITION
        and model.compartments == 1
        and len(model.sites) == 1
        and not model.links
        and site.ka is not None
        and site.lag is None
        and not site.always_modelled
        and history.n_subjects == 1
        and history.run_end.shape[1] == 1
        and not any_dual(list(parameters.values()))
        and all(np.shape(value)[1] == 1 for value in parameters.values())
    )
    if not plain or history.dose_steady.any() or history.dose_constant.any() or history.dose_rate.any():
        return None
    if site.transit is not None:
        shape = np.asarray(parameters[site.transit.n]) + site.transit.shape_plus
        if shape.size != 1 or shape.flat[0] != round(shape.flat[0]) or not 1 <= shape.flat[0] <= _LONGEST_CHAIN:
            return None
    times = np.r_[history.point_time[history.point_valid], history.dose_time.ravel(), history.dose_interval.ravel()]
    times = times - np.r_[np.full(times.size - history.dose_interval.size, history.run_start[0, 0]),
                          np.zeros(history.dose_interval.size)]  # fmt: skip
    for step in _STEPS_H:
        whole = np.abs(times / step - np.round(times / step)) < 1e-9
        if whole.all():
            last = float(history.point_time[history.point_valid].max()) - float(history.run_start[0, 0])
            return step if last / step < _MOST_STEPS else None
    return None


def inhibited_curve(model: Model, history: History, parameters: Parameters, step: float) -> F64 | None:
    """Return concentrations at the points, ``(B, M)``; None where the steps do not agree."""
    p = {name: np.asarray(value)[:, 0] for name, value in parameters.items()}
    size = max(value.size for value in p.values())
    p = {name: np.broadcast_to(value, (size,)) for name, value in p.items()}
    start = float(history.run_start[0, 0])
    wanted = np.round((history.point_time[0] - start) / step).astype(np.int64)
    given = _doses(model, history, parameters, start, step, int(wanted.max()))
    result = np.empty((wanted.size, size))
    who = np.arange(size)
    previous = _walk(model, p, given, step, 1, wanted)
    for halving in range(1, _MOST_HALVINGS + 1):
        part = {name: value[who] for name, value in p.items()}
        doses = {index: amount if np.size(amount) == 1 else amount[who] for index, amount in given.items()}
        finer = _walk(model, part, doses, step, 2**halving, wanted)
        result[:, who] = finer + (finer - previous) / 3.0
        gap = np.abs(finer - previous).max(axis=0)
        apart = np.flatnonzero(gap > LARGEST_GAP * np.maximum(finer.max(axis=0), 1e-12))
        if apart.size == 0:
            return np.asarray(np.maximum(result, 0.0).T * model.outputs[0].factor)
        who, previous = who[apart], finer[:, apart]
    return None


def _doses(
    model: Model, history: History, parameters: Parameters, start: float, step: float, last: int
) -> dict[int, Any]:
    """Return the amounts that enter at each grid point."""
    result: dict[int, Any] = {}
    for doses in site_doses(model, history, parameters):
        for position, column in enumerate(doses.columns):
            amount = np.asarray(doses.amount)[:, position]
            first, interval = float(history.dose_time[0, column]) - start, float(history.dose_interval[0, column])
            for k in range(int(history.dose_count[0, column])):
                index = round((first + k * interval) / step)
                if index <= last:
                    result[index] = result.get(index, 0.0) + amount
    return result


def _chain(model: Model, p: dict[str, F64], step: float) -> _Chain:
    """Return the propagator of one step."""
    site = model.sites[0]
    ka = p[site.ka or ""]
    length, ktr = 0, ka
    if site.transit is not None:
        n = p[site.transit.n]
        length = round(float(n[0] + site.transit.shape_plus))
        ktr = (n + site.transit.rate_plus) / p[site.transit.mtt]
    rates = [ktr] * length + [ka]
    count = length + 1
    time = np.asarray(step)
    highest = p["cl"] / p["vc"]
    centre = 0.5 * highest * (1.0 + p["rclf"])
    within = np.zeros((count, count, ka.size))
    into = np.zeros((_ORDER, count, ka.size))
    for source in range(count):
        for target in range(source, count):
            flow = np.prod(np.stack([np.ones_like(ka), *rates[source:target]]), axis=0)
            within[target, source] = flow * cascade_value(rates[source : target + 1], time)
        flow = np.prod(np.stack(rates[source:]), axis=0)
        for order in range(_ORDER):
            into[order, source] = flow * cascade_value([*rates[source:], *[centre] * (order + 1)], time)
    return _Chain(within, into, centre)


def _walk(model: Model, p: dict[str, F64], given: dict[int, Any], step: float, parts: int, wanted: I64) -> F64:
    """Return concentrations at the wanted grid points, ``(M, B)``."""
    short = step / parts
    chain = _chain(model, p, short)
    size = chain.centre.size
    held = np.zeros((chain.within.shape[0], size))
    central, effect = np.zeros(size), np.zeros(size)
    full = p["cl"] / p["vc"]
    half_kept, kept = np.exp(-0.5 * p["kic"] * short), np.exp(-p["kic"] * short)
    gain = p["kic"] * half_kept / p["vc"]
    curve = np.zeros((int(wanted.max()) + 1, size))
    for index in range(curve.shape[0]):
        if index:
            for _ in range(parts):
                following = np.einsum("tsb,sb->tb", chain.within, held)
                terms = np.einsum("osb,sb->ob", chain.into, held)
                entered = held.sum(axis=0) - following.sum(axis=0)
                middle = effect
                for _ in range(2):
                    share = p["rclf"] + (1.0 - p["rclf"]) * p["ic50"] / (p["ic50"] + middle)
                    rate = full * share
                    off = chain.centre - rate
                    reached = terms[_ORDER - 1]
                    for order in range(_ORDER - 2, -1, -1):
                        reached = reached * off + terms[order]
                    later = central * np.exp(-rate * short) + reached
                    area = (central + entered - later) / rate
                    new_effect = effect * kept + gain * area
                    middle = 0.5 * (effect + new_effect)
                held, central, effect = following, later, new_effect
        if index in given:
            held[0] += given[index]
        curve[index] = central / p["vc"]
    return curve[wanted]

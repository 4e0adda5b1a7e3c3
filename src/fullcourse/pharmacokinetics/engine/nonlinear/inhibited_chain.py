"""Advance a clearance that inhibits itself from event to event, the absorption chain being propagated exactly.

Transit chain, depot and central compartment are linear but for one rate, which drifts slowly with an effect
concentration. The time between two events is walked in even steps of some hours. For each length of step the chain's
propagator is computed once a subject; what reaches central is a short Taylor series in the drifting rate. The rate is
taken at the middle of the step; two step lengths are compared and extrapolated, and halved for the subjects in whom
they differ by more than 2e-5 of the peak: the error left is about 1e-6. A fast chain needs no shorter steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import site_doses
from fullcourse.pharmacokinetics.kernels.dual import any_dual
from fullcourse.pharmacokinetics.model import F64, I64, Elimination, Model

LARGEST_GAP = 2e-5
"""Largest difference of two step lengths, relative to the peak; the extrapolated error is below a tenth of it."""

_LONGEST_STEP_H = 8.0
_ORDER = 5
_MOST_HALVINGS = 4
_MOST_STEPS, _MOST_LENGTHS = 60_000, 24
_LONGEST_CHAIN = 12
_SERIES_OVER, _SERIES_TERMS = 0.5, 12
"""Over so many time constants of the fastest rate a series of so many terms leaves out less than 1e-13."""

_SAME_H = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """From event to event.

    Attributes:
        length: Of one step before each event, h; 0 where the event is at the start.
        steps: How many before it.
        given: What enters at each event, mg; None: nothing.
        point: Event of each point, ``(M,)``.
    """

    length: list[float]
    steps: list[int]
    given: list[Any]
    point: I64


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


def can_follow(model: Model, history: History, parameters: Parameters) -> bool:
    """Return whether this module can follow a history."""
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
        return False
    if site.transit is None:
        return True
    shape = np.asarray(parameters[site.transit.n]) + site.transit.shape_plus
    return bool(shape.size == 1 and shape.flat[0] == round(shape.flat[0]) and 1 <= shape.flat[0] <= _LONGEST_CHAIN)


def inhibited_curve(model: Model, history: History, parameters: Parameters) -> F64:
    """Return concentrations at the points, ``(B, M)``; not a number in rows that must be solved otherwise.

    These are the rows whose steps do not agree, or all where steps are too many or of too many lengths.
    """
    p = {name: np.asarray(value)[:, 0] for name, value in parameters.items()}
    size = max(value.size for value in p.values())
    p = {name: np.broadcast_to(value, (size,)) for name, value in p.items()}
    way = _way(model, history, parameters)
    result = np.full((way.point.size, size), np.nan)
    if sum(way.steps) > _MOST_STEPS or len(set(way.length)) > _MOST_LENGTHS:
        return result.T
    who = np.arange(size)
    previous = _walk(model, p, way, 1)
    for halving in range(1, _MOST_HALVINGS + 1):
        part = {name: value[who] for name, value in p.items()}
        given = [amount if np.size(amount) == 1 or amount is None else amount[who] for amount in way.given]
        finer = _walk(model, part, replace(way, given=given), 2**halving)
        result[:, who] = finer + (finer - previous) / 3.0
        gap = np.abs(finer - previous).max(axis=0)
        apart = np.flatnonzero(~(gap <= LARGEST_GAP * np.maximum(finer.max(axis=0), 1e-12)))
        if apart.size == 0:
            break
        who, previous = who[apart], finer[:, apart]
    else:
        result[:, who] = np.nan
    return np.asarray(np.maximum(result, 0.0).T * model.outputs[0].factor)


def _way(model: Model, history: History, parameters: Parameters) -> _Way:
    """Return the events of a history, doses and points, with the steps between them."""
    start = float(history.run_start[0, 0])
    points = np.where(history.point_valid[0], history.point_time[0], start)
    last = float(points.max())
    entries: list[tuple[float, Any]] = []
    for doses in site_doses(model, history, parameters):
        for position, column in enumerate(doses.columns):
            amount = np.asarray(doses.amount)[:, position]
            times = history.dose_time[0, column] + history.dose_interval[0, column] * np.arange(
                history.dose_count[0, column]
            )
            entries += [(float(time), amount) for time in times[times <= last + _SAME_H]]
    every = np.unique(np.r_[start, points, [time for time, _ in entries]])
    events = every[np.r_[True, np.diff(every) > _SAME_H]]
    gaps = np.round(np.r_[0.0, np.diff(events)], 9)
    steps = np.ceil(gaps / _LONGEST_STEP_H - _SAME_H).astype(int)
    length = np.where(steps > 0, np.round(gaps / np.maximum(steps, 1), 9), 0.0)
    given: list[Any] = [None] * events.size
    for time, amount in entries:
        place = _event_of(events, np.array([time]))[0]
        given[place] = amount if given[place] is None else given[place] + amount
    return _Way(length.tolist(), steps.tolist(), given, _event_of(events, points))


def _event_of(events: F64, times: F64) -> I64:
    """Return the event of each time."""
    return np.asarray(np.searchsorted(events, times + 2.0 * _SAME_H, side="right") - 1, dtype=np.int64)


def _chain(model: Model, p: dict[str, F64], step: float) -> _Chain:
    """Return the propagator of one step."""
    site = model.sites[0]
    ka = p[site.ka or ""]
    length, ktr = 0, ka
    if site.transit is not None:
        n = p[site.transit.n]
        length = round(float(n[0] + site.transit.shape_plus))
        ktr = (n + site.transit.rate_plus) / p[site.transit.mtt]
    centre = 0.5 * p["cl"] / p["vc"] * (1.0 + p["rclf"])
    leaving = np.stack([*[ktr] * length, ka, *[centre] * _ORDER], axis=1)
    entering = np.concatenate([leaving[:, : length + 1], np.ones((ka.size, _ORDER - 1))], axis=1)
    moved = _propagator(leaving, entering, step).transpose(1, 2, 0)
    held = length + 1
    return _Chain(np.ascontiguousarray(moved[:held, :held]), np.ascontiguousarray(moved[held:, :held]), centre)


def _propagator(leaving: F64, entering: F64, step: float) -> F64:
    """Return what a step makes of the compartments of a chain, ``(B, n, n)``: from the second index to the first.

    Args:
        leaving: Rate at which each compartment is left, 1/h, ``(B, n)``.
        entering: Rate at which it feeds the next, 1/h, ``(B, n - 1)``.
        step: h.

    Source:
        Uniformisation: with the fastest rate added to the diagonal every entry of the series is positive, so that
        nothing cancels; the step is halved until the series is short, and its result squared (Moler and Van Loan, SIAM
        Review 45:3, 2003).
    """
    size = leaving.shape[1]
    fastest = leaving.max(axis=1)
    halvings = max(0, int(np.ceil(np.log2(max(float(fastest.max()) * step, 1e-300) / _SERIES_OVER))))
    short = step / 2.0**halvings
    matrix = np.zeros((*leaving.shape, size))
    matrix[:, np.arange(size), np.arange(size)] = (fastest[:, None] - leaving) * short
    matrix[:, np.arange(1, size), np.arange(size - 1)] = entering * short
    eye = np.eye(size)
    result = np.broadcast_to(eye, matrix.shape)
    for term in range(_SERIES_TERMS, 0, -1):
        result = eye + matrix @ result / term
    result = result * np.exp(-fastest * short)[:, None, None]
    for _ in range(halvings):
        result = result @ result
    return np.asarray(result)


def _walk(model: Model, p: dict[str, F64], way: _Way, parts: int) -> F64:
    """Return concentrations at the points, ``(M, B)``; each step of the way in so many parts."""
    size = p["cl"].size
    chains = {length: _chain(model, p, length / parts) for length in set(way.length) if length}
    first = next(iter(chains.values()), None)
    held = np.zeros((1 if first is None else first.within.shape[0], size))
    central, effect = np.zeros(size), np.zeros(size)
    curve = np.zeros((len(way.length), size))
    for index, (length, steps, given) in enumerate(zip(way.length, way.steps, way.given, strict=True)):
        for _ in range(steps * parts):
            held, central, effect = _stepped(p, chains[length], length / parts, held, central, effect)
        if given is not None:
            held[0] += given
        curve[index] = central / p["vc"]
    return curve[way.point]


def _stepped(
    p: dict[str, F64], chain: _Chain, step: float, held: F64, central: F64, effect: F64
) -> tuple[F64, F64, F64]:
    """Return chain and depot, central amount and effect concentration after one step."""
    following = np.einsum("tsb,sb->tb", chain.within, held)
    terms = np.einsum("osb,sb->ob", chain.into, held)
    entered = held.sum(axis=0) - following.sum(axis=0)
    full = p["cl"] / p["vc"]
    half_kept, kept = np.exp(-0.5 * p["kic"] * step), np.exp(-p["kic"] * step)
    gain = p["kic"] * half_kept / p["vc"]
    middle = later = new_effect = effect
    for _ in range(2):
        share = p["rclf"] + (1.0 - p["rclf"]) * p["ic50"] / (p["ic50"] + middle)
        rate = full * share
        off = chain.centre - rate
        reached = terms[_ORDER - 1]
        for order in range(_ORDER - 2, -1, -1):
            reached = reached * off + terms[order]
        later = central * np.exp(-rate * step) + reached
        area = (central + entered - later) / rate
        new_effect = effect * kept + gain * area
        middle = 0.5 * (effect + new_effect)
    return following, later, new_effect

"""Summarise curves over a window without keeping them: area, peak, trough, time above thresholds.

The area comes from a compartment that collects what passes through and loses nothing: exact for every linear
structure. Peaks and crossings come from the closed form of each interval where there is one compartment; elsewhere
from a fine grid over the window, whose cells are then refined with the curve itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.engine.history import History, compile_history, pick
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.predict import constant_system
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.events import EventTable, with_points
from fullcourse.pharmacokinetics.model import F64, Elimination, Link, LinkKind, Model, Output
from fullcourse.pharmacokinetics.simulation.interval_summaries import has_interval_form, interval_summary
from fullcourse.pharmacokinetics.simulation.population import individuals

_CELLS_PER_HOUR, _CELLS_WITHOUT_REFINING = 4.0, 20.0
_FEWEST_CELLS, _MOST_CELLS = 96, 2000
_BLOCK_ELEMENTS = 400_000
_BISECTIONS = 10
_AREA = "area under the curve"


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Summaries of B individuals over one window.

    Attributes:
        auc: Area under the curve, mg h/L, ``(B,)``.
        cmax: Peak, mg/L, ``(B,)``.
        tmax: Time of the peak on the history's clock, h, ``(B,)``.
        cmin: Lowest concentration, mg/L, ``(B,)``.
        above_h: Time above each threshold, h, ``(B, n_thresholds)``.
    """

    auc: F64
    cmax: F64
    tmax: F64
    cmin: F64
    above_h: F64


def summarise(
    model: Model,
    table: EventTable,
    effects: F64 | None = None,
    *,
    window_h: tuple[float, float],
    thresholds: Sequence[float] | F64 = (),
    covariates: Mapping[str, F64] | None = None,
    output: int = 0,
) -> Summary:
    """Return summaries of every individual over a window.

    Args:
        model: The population model.
        table: Doses of one subject shared by all individuals, or of as many subjects as individuals.
        effects: ``(B, P)``; None: typical individuals.
        window_h: Begin and end of the window, h, on the table's clock.
        thresholds: Concentrations, mg/L: ``(n,)`` for all individuals, or ``(B, n)``.
        covariates: One value for each individual, replacing the table's.
        output: Index of the output.

    Returns:
        The summaries. Memory does not grow with the length of the history.

    Raises:
        InputError: The window is empty, or there is no dose.
    """
    begin, end = window_h
    if not (np.isfinite(begin) and np.isfinite(end) and end > begin):
        raise InputError(f"the window from {begin} h to {end} h is empty: give its begin before its end")
    if not np.any(table.evid != 0):
        raise InputError("there is no dose, so there is no curve to summarise: give a dose")
    levels = np.asarray(thresholds, dtype=np.float64)
    levels = levels[None, :] if levels.ndim == 1 else levels
    short = compile_history(model, with_points(table, [begin, end]))
    parameters = individuals(model, short, effects, covariates)
    if output == 0 and has_interval_form(model, short, parameters):
        return Summary(*interval_summary(model, short, parameters, begin, end, levels))
    smooth = model.is_linear and constant_system(model, parameters)
    pieces = int(np.ceil((end - begin) * _CELLS_PER_HOUR / _MOST_CELLS))
    if smooth and pieces > 1:  # a long window in parts: memory stays, and no cell grows so long that a peak is lost
        edges = np.linspace(begin, end, pieces + 1)
        return _joined([
            summarise(model, table, effects, window_h=part, thresholds=thresholds, covariates=covariates, output=output)
            for part in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        ])  # fmt: skip
    cells_per_hour = _CELLS_PER_HOUR if smooth else _CELLS_WITHOUT_REFINING
    cells = int(np.clip(np.ceil((end - begin) * cells_per_hour), _FEWEST_CELLS, _MOST_CELLS))
    wide = with_points(table, np.linspace(begin, end, cells + 1))
    collects = model.elimination is not Elimination.AUTO_INHIBITION  # its even grid has no place for a collector
    collecting = _collecting(model, output) if collects else model
    history = compile_history(collecting, wide, wide.evid == 0)
    parameters = individuals(collecting, history, effects, covariates)
    size = max([history.n_subjects, levels.shape[0], *(np.shape(v)[0] for v in parameters.values())])
    block = max(8, _BLOCK_ELEMENTS // (history.point_time.shape[1] * max(history.dose_time.shape[1], 1)))
    parts = []
    for first in range(0, size, block):
        rows = slice(first, min(first + block, size))
        part = {name: v if np.shape(v)[0] == 1 else v[rows] for name, v in parameters.items()}
        mine = history if history.n_subjects == 1 else pick(history, np.arange(rows.start, rows.stop))
        limit = levels if levels.shape[0] == 1 else levels[rows]
        parts.append(_block(collecting, mine, part, output, limit, rows.stop - rows.start))
    return Summary(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _joined(parts: Sequence[Summary]) -> Summary:
    """Return the summaries of windows that follow one another as those of the whole."""
    peaks = np.stack([part.cmax for part in parts])
    highest = peaks.argmax(axis=0)
    return Summary(
        auc=np.sum([part.auc for part in parts], axis=0),
        cmax=peaks.max(axis=0),
        tmax=np.stack([part.tmax for part in parts])[highest, np.arange(highest.size)],
        cmin=np.min([part.cmin for part in parts], axis=0),
        above_h=np.sum([part.above_h for part in parts], axis=0),
    )


def _collecting(model: Model, output: int) -> Model:
    """Return the model with a compartment that collects the chosen output's source."""
    chosen = model.outputs[output]
    link = Link(_AREA, LinkKind.TRANSFER, chosen.source, rate_in=_AREA + " in", rate_out=_AREA + " out")
    area = Output(_AREA, -1, None, _AREA, chosen.volume, chosen.factor)
    parameters = {**model.parameters, _AREA + " in": 1.0, _AREA + " out": 0.0}
    links, outputs = (*model.links, link), (*model.outputs, area)
    return dataclasses.replace(model, parameters=parameters, links=links, outputs=outputs)


def _block(
    model: Model, history: History, parameters: Parameters, output: int, levels: F64, size: int
) -> tuple[F64, F64, F64, F64, F64]:
    """Return summaries of one block of individuals."""
    exact = model.is_linear and constant_system(model, parameters)
    steady = bool(history.dose_steady.any())
    finite = _finite_past(model, history, parameters) if exact and steady else history
    curves = predict(model, finite, parameters)
    curve = np.broadcast_to(np.maximum(curves[output], 0.0), (size, history.point_time.shape[1]))
    time = history.point_time
    collected = model.outputs[-1].name == _AREA and (exact or not steady)
    auc = curves[-1][:, -1] - curves[-1][:, 0] if collected else _simpson(time, curve)
    auc = np.broadcast_to(auc, (size,))

    def at(times: F64) -> F64:
        row = np.full(times.shape, int(history.point_row.max()))
        state = np.zeros(times.shape, dtype=np.int64)
        points = dataclasses.replace(finite, point_time=times, point_row=row, point_state=state)
        return np.asarray(predict(model, points, parameters)[output])

    refine = at if exact else None
    time = np.broadcast_to(time, curve.shape)
    cmax, tmax = _highest(time, curve, 1.0, refine)
    cmin, _ = _highest(time, curve, -1.0, refine)
    above = np.zeros((size, levels.shape[1]))
    for i in range(levels.shape[1]):
        above[:, i] = _time_above(time, curve, np.broadcast_to(levels[:, [i]], (size, 1)), refine)
    return auc, cmax, tmax, cmin, above


def _finite_past(model: Model, history: History, parameters: Parameters) -> History:
    """Return the history with infinite pasts cut where nothing of them is left."""
    rates = [parameters["cl"] / parameters["vc"]]
    if model.compartments > 1:
        rates.append(parameters["q"] / parameters["vp"])
    if model.compartments > 2:
        rates.append(parameters["q2"] / parameters["vp2"])
    names = [site.ka for site in model.sites if site.ka]
    names += [link.rate_out for link in model.links[:-1] if link.rate_out]
    rates += [parameters[name] for name in names]
    rates += [
        parameters[link.clearance] / parameters[link.volume]
        for link in model.links
        if link.clearance and link.volume and not link.rate_out
    ]
    for link in model.links:
        if link.q and link.vp and link.clearance and link.volume:  # at most the slower rate of the two compartments
            leave, out = (parameters[name] / parameters[link.volume] for name in (link.clearance, link.q))
            back = parameters[link.q] / parameters[link.vp]
            rates.append(leave * back / (leave + out + back))
    slowest = min(float(np.min(rate)) for rate in rates) / (1.0 if model.compartments == 1 else 8.0)
    interval = np.where(history.dose_interval > 0.0, history.dose_interval, 1.0)
    extra = np.where(history.dose_steady, np.ceil(45.0 / (max(slowest, 1e-12) * interval)) + 1.0, 0.0)
    return dataclasses.replace(
        history,
        dose_time=history.dose_time - extra * history.dose_interval,
        dose_count=history.dose_count + extra.astype(np.int64),
        dose_steady=np.zeros_like(history.dose_steady),
    )


def _simpson(time: F64, curve: F64) -> F64:
    """Return the area by Simpson's rule, for structures without a closed form."""
    if curve.shape[1] % 2 == 0:
        last = 0.5 * (curve[:, -1] + curve[:, -2]) * (time[:, -1] - time[:, -2])
        return _simpson(time[:, :-1], curve[:, :-1]) + last
    step = (time[:, -1] - time[:, 0]) / (curve.shape[1] - 1)
    weight = np.ones(curve.shape[1])
    weight[1:-1:2], weight[2:-1:2] = 4.0, 2.0
    return np.asarray(curve @ weight * step / 3.0)


def _highest(time: F64, curve: F64, sign: float, refine: Callable[[F64], F64] | None) -> tuple[F64, F64]:
    """Return the highest (sign 1) or lowest (sign -1) value and its time."""
    at = np.arange(curve.shape[0])
    best = (sign * curve).argmax(axis=1)
    value, when = curve[at, best], time[at, best]
    if refine is None:
        return value, when
    left = time[at, np.maximum(best - 1, 0)]
    right = time[at, np.minimum(best + 1, time.shape[1] - 1)]
    for _ in range(5):
        inner = left[:, None] + (right - left)[:, None] * np.linspace(0.0, 1.0, 9)
        values = refine(inner)
        k = (sign * values).argmax(axis=1)
        better = sign * values[at, k] > sign * value
        value, when = np.where(better, values[at, k], value), np.where(better, inner[at, k], when)
        left, right = inner[at, np.maximum(k - 1, 0)], inner[at, np.minimum(k + 1, 8)]
    return value, when


def _time_above(time: F64, curve: F64, level: F64, refine: Callable[[F64], F64] | None) -> F64:
    """Return how long each curve is above its level; crossings are refined by bisection."""
    over = curve > level
    step = np.diff(time, axis=1)
    result = np.where(over[:, 1:] & over[:, :-1], step, 0.0).sum(axis=1)
    changes = over[:, 1:] != over[:, :-1]
    if refine is not None:
        result = result + _at_turns(time, curve, level, refine)
    most = int(changes.sum(axis=1).max(initial=0))
    if most == 0:
        return np.asarray(result)
    index = np.argsort(~changes, axis=1, kind="stable")[:, :most]
    live = np.take_along_axis(changes, index, 1)

    def of(values: F64, ahead: int) -> F64:
        return np.take_along_axis(values, index + ahead, 1)

    a, b, fa, fb = of(time, 0), of(time, 1), of(curve, 0) - level, of(curve, 1) - level
    rising = fb > fa
    begin, finish = a, b
    for _ in range(_BISECTIONS):
        if refine is None:
            break
        middle = 0.5 * (a + b)
        value = refine(middle) - level
        same = np.sign(value) == np.sign(fa)
        a, fa = np.where(same, middle, a), np.where(same, value, fa)
        b, fb = np.where(same, b, middle), np.where(same, fb, value)
    crossing = a - fa * (b - a) / np.where(live & (fb != fa), fb - fa, 1.0)
    part = np.where(rising, finish - crossing, crossing - begin)
    return np.asarray(result + np.where(live, part, 0.0).sum(axis=1))


def _at_turns(time: F64, curve: F64, level: F64, refine: Callable[[F64], F64]) -> F64:
    """Return the time that peaks and troughs between grid points spend on the other side of the level.

    Every turn of the grid curve whose neighbours lie on its own side is looked at again on a finer grid; the time
    below the level counts negative.
    """
    left, middle, right = curve[:, :-2], curve[:, 1:-1], curve[:, 2:]
    over = curve > level
    peak = (middle >= left) & (middle > right) & ~(over[:, :-2] | over[:, 1:-1] | over[:, 2:])
    trough = (middle <= left) & (middle < right) & over[:, :-2] & over[:, 1:-1] & over[:, 2:]
    turns = peak | trough
    most = int(turns.sum(axis=1).max(initial=0))
    result = np.zeros(curve.shape[0])
    index = np.argsort(~turns, axis=1, kind="stable")[:, :most]
    live = np.take_along_axis(turns, index, 1)
    for j in range(most):
        begin = np.take_along_axis(time, index[:, [j]], 1)
        end = np.take_along_axis(time, index[:, [j]] + 2, 1)
        fine = begin + (end - begin) * np.linspace(0.0, 1.0, 33)
        values = refine(fine)
        found = _time_above(fine, np.broadcast_to(values, fine.shape), level, None)
        coarse = np.where(np.take_along_axis(trough, index[:, [j]], 1), end - begin, 0.0)[:, 0]
        result += np.where(live[:, j], found - coarse, 0.0)
    return result

"""Solve models whose elimination saturates, inhibits or induces itself, all subjects and a stretch of time at once.

Histories are cut into elements between events (``mesh``) and a stretch of elements is solved at once (``course``).
Elements that leave out more than ``1e-6`` of a state plus ``1e-8`` of the largest dose are halved, and the stretch is
solved again. The error of a curve stays below 1e-6 of its peak (tests against DOP853 at a tolerance of 1e-10).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.history import History, pick
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import at_state
from fullcourse.pharmacokinetics.engine.nonlinear.course import Body, Course, solve
from fullcourse.pharmacokinetics.engine.nonlinear.endless_past import without_endless_past
from fullcourse.pharmacokinetics.engine.nonlinear.inhibited_chain import can_follow, inhibited_curve
from fullcourse.pharmacokinetics.engine.nonlinear.mesh import Elements, cut
from fullcourse.pharmacokinetics.engine.nonlinear.rates import Rates, first_dose_h
from fullcourse.pharmacokinetics.engine.nonlinear.schedule import APART_H, build_schedule
from fullcourse.pharmacokinetics.engine.nonlinear.stretch import Stretch, Tolerance
from fullcourse.pharmacokinetics.engine.nonlinear.timeline import Timeline, timeline
from fullcourse.pharmacokinetics.kernels.collocation import basis, basis_slope, coefficients
from fullcourse.pharmacokinetics.kernels.dual import Dual, value_of
from fullcourse.pharmacokinetics.model import F64, I64, Bool, LinkKind, Model

TOLERANCE = Tolerance(1e-6, 1e-8)
_MESH = 1e-6
_ELEMENTS_AT_ONCE = 6000
_SHORTEST_H = 1e-13
_EVEN_FROM = 16
"""Rows from which even steps are faster for a chain whose clearance inhibits itself."""


def predict_nonlinear(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return the concentration of every output at every point, like ``predict_linear``.

    Raises:
        SolverStopped: A parameter is so far outside its range that no step is short enough.
    """
    from fullcourse.pharmacokinetics.compiled.nonlinear import is_compiled  # which reads this package's timeline

    size = max([history.n_subjects, *(np.shape(value_of(v))[0] for v in parameters.values())])
    if size >= _EVEN_FROM and not is_compiled() and can_follow(model, history, parameters):
        curve = inhibited_curve(model, history, parameters)
        left = np.flatnonzero(np.isnan(curve).any(axis=1))
        if left.size:
            some = {name: value if np.shape(value)[0] == 1 else value[left] for name, value in parameters.items()}
            curve[left] = _solved(model, history, some, left.size)[0]
        return [curve]
    return _solved(model, history, parameters, size)


def _solved(model: Model, history: History, parameters: Parameters, size: int) -> list[Any]:
    """Return the same by the solver for every kind of model, compiled or not."""
    compiled = _compiled(model, history, parameters, size)
    if compiled is not None:
        return compiled
    history = without_endless_past(model, history, parameters)
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        return _Run(model, history, parameters, size).outputs()


def _compiled(model: Model, history: History, parameters: Parameters, size: int) -> list[Any] | None:
    """Return the same by the compiled kernel; what it leaves is solved here. None where there is none."""
    from fullcourse.pharmacokinetics.compiled import nonlinear as kernel  # which reads this package's timeline

    if not kernel.is_compiled():
        return None
    history = without_endless_past(model, history, parameters)
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        run = _Run(model, history, parameters, size)
        found = kernel.nonlinear_amounts(model, run.line, parameters, run.points, run.largest)
        if found is None:
            return run.outputs()
        amounts, left = found
        if left.any():
            some = _Run(*_of_rows(model, history, parameters, np.flatnonzero(left)))
            some.outputs()
            for name in run.sources:
                _replace(amounts[name], left, some.found[name], some.slopes.get(name))
        return [run.measured(index, amounts[output.source]) for index, output in enumerate(model.outputs)]


def _of_rows(
    model: Model, history: History, parameters: Parameters, rows: I64
) -> tuple[Model, History, Parameters, int]:
    """Return what is to be solved for some members of a batch alone."""
    part = history if history.n_subjects == 1 else pick(history, rows)
    some = {name: value if np.shape(value_of(value))[0] == 1 else value[rows] for name, value in parameters.items()}
    return model, part, some, rows.size


def _replace(amounts: Any, rows: Bool, values: F64, slopes: F64 | None) -> None:
    """Write what was found for some members of a batch into the whole."""
    value_of(amounts)[rows] = values
    if slopes is not None:
        amounts.tangent[:, rows] = slopes


class _Run:
    """One prediction of a whole batch."""

    def __init__(self, model: Model, history: History, parameters: Parameters, size: int) -> None:
        self.model, self.history, self.parameters, self.size = model, history, parameters, size
        schedule = build_schedule(model, history, parameters, size)
        points = _point_times(history)
        valid = np.where(np.isfinite(points), points, -np.inf)
        first = np.asarray(value_of(schedule.time))[:, :1].min(axis=1, initial=np.inf)
        begin = np.minimum(np.minimum(history.run_start[:, 0], points.min(axis=1)), first)
        finish = np.maximum(np.broadcast_to(valid.max(axis=1), (size,)), begin)
        state = np.broadcast_to(history.run_state[:, 0], (size,))
        self.line: Timeline = timeline(model, schedule, state, begin, finish)
        self.points = np.broadcast_to(points, (size, points.shape[1]))
        largest = history.dose_amount.max(axis=1, initial=1e-9)
        self.largest = np.broadcast_to(largest, (size,))
        self.first_dose = np.broadcast_to(first_dose_h(history), (size,))
        self.sources = list(dict.fromkeys(output.source for output in model.outputs))
        duals = [x for x in (*parameters.values(), schedule.time) if isinstance(x, Dual)]
        self.directions = duals[0].tangent.shape[0] if duals else 0
        self.found = {name: np.zeros(self.points.shape) for name in self.sources}
        shape = (self.directions, *self.points.shape)
        self.slopes = {name: np.zeros(shape) for name in self.sources} if duals else {}

    def outputs(self) -> list[Any]:
        """Solve everything and return concentrations at the points."""
        values = {name: np.asarray(value_of(x)) for name, x in self.parameters.items()}
        for part in cut(self.model, self.line.plain(), values, self.largest, _MESH):
            count = int((part.high > part.low).sum(axis=1).max())
            width = max(_ELEMENTS_AT_ONCE // part.rows.size, 8)
            body = self._resting(part.rows.size)
            for begin in range(0, count, width):
                stretch = part.columns(begin, min(begin + width, count))
                live = stretch.low[:, 0] < stretch.high[:, 0]
                part, body = part.only(live), self._advance(stretch.only(live), body.only(live))
        return [self._concentration(index) for index in range(len(self.model.outputs))]

    def _resting(self, rows: int) -> Body:
        """Return bodies before any dose."""
        resting = Rates(self.model, {}).resting()
        columns = 1 + self.directions
        core = np.zeros((rows, resting.size, columns))
        core[:, :, 0] = resting
        depots = sum(1 for site in self.model.sites if site.ka)
        return Body(core, np.zeros((rows, depots, columns)), np.zeros((rows, len(self.model.links), columns)))

    def _advance(self, elements: Elements, body: Body, *, thorough: bool = False) -> Body:
        """Solve a stretch, finer or in parts where needed; record the points and return the bodies after it."""
        rows = elements.rows
        stretch = Stretch(self.model, self.line, self.parameters, elements, self.largest[rows], self.first_dose[rows])
        course = solve(stretch, body, TOLERANCE, thorough=thorough)
        rough = course.rough.any(axis=1)
        fine = course.converged & ~rough
        self._record(stretch, course, fine)
        if fine.all():
            return course.body
        after = course.body
        for chosen in (course.converged & rough, ~course.converged):
            if not chosen.any():
                continue
            part, begin = elements.only(chosen), body.only(chosen)
            if course.converged[chosen].all():
                finer = self._finer(part, course.rough[chosen], stretch.h[chosen])
                later = self._advance(finer, begin, thorough=thorough)
            elif not thorough:
                later = self._advance(part, begin, thorough=True)
            else:
                later = self._in_parts(part, begin, stretch.h[chosen])
            after = after.replaced(chosen, later)
        return after

    def _finer(self, elements: Elements, rough: Bool, length: F64) -> Elements:
        """Return elements with the rough ones halved."""
        if not length[rough].min(initial=np.inf) > _SHORTEST_H:
            raise SolverStopped(
                f"model '{self.model.name}': the solver's step became too small; a parameter is far outside its range"
            )
        return elements.halved(rough)

    def _in_parts(self, elements: Elements, body: Body, length: F64) -> Body:
        """Solve a stretch that did not settle: one half after the other, or a single element as two."""
        count = elements.low.shape[1]
        if count == 1:
            return self._advance(self._finer(elements, length > 0.0, length), body, thorough=True)
        middle = count // 2
        half_way = self._advance(elements.columns(0, middle), body, thorough=True)
        return self._advance(elements.columns(middle, count), half_way, thorough=True)

    def _record(self, stretch: Stretch, course: Course, rows: Bool) -> None:
        """Keep the states at the points that lie in the elements of chosen rows."""
        who = stretch.elements.rows
        begin = np.asarray(value_of(stretch.begin))
        end = begin[:, -1:] + stretch.h[:, -1:]
        times = self.points[who]
        rounding = 4.0 * np.spacing(np.abs(end))
        inside = (times >= begin[:, :1] - rounding) & (times < end + rounding) & rows[:, None]
        columns = np.flatnonzero(inside.any(axis=0))
        if columns.size == 0:
            return
        times, inside = times[:, columns], inside[:, columns]
        at = np.nonzero(inside)
        element = _elements_of(begin, times)[at]
        row = at[0]
        length = stretch.length[row, element]
        safe = np.asarray(value_of(length)) > 0.0
        position = (times[at] - stretch.begin[row, element]) / _where_positive(length, safe)
        values = basis(np.asarray(value_of(position)))
        for name in self.sources:
            start, nodes = course.starts[name], course.nodes[name]
            series = coefficients(np.asarray(value_of(start)), np.asarray(value_of(nodes)))[row, element]
            self.found[name][who[row], columns[at[1]]] = (series * values).sum(axis=1)
            if self.directions:
                moved = coefficients(start.tangent, nodes.tangent)[:, row, element]
                slope = (moved * values).sum(axis=2)
                if isinstance(position, Dual):
                    rise = (series * basis_slope(position.value)).sum(axis=1)
                    slope = slope + rise * position.tangent
                self.slopes[name][:, who[row], columns[at[1]]] = slope

    def _concentration(self, index: int) -> Any:
        """Return the concentration of one output at the points."""
        source = self.model.outputs[index].source
        amount: Any = self.found[source]
        return self.measured(index, Dual(amount, self.slopes[source]) if self.directions else amount)

    def measured(self, index: int, amount: Any) -> Any:
        """Return the concentration of one output from the amount in its source."""
        output = self.model.outputs[index]
        links = {link.name: link for link in self.model.links}
        effect = output.source in links and links[output.source].kind is LinkKind.EFFECT
        if output.volume and not effect:
            amount = amount / at_state(self.parameters[output.volume], self.history.point_state)
        return amount * output.factor


def _where_positive(length: Any, safe: Bool) -> Any:
    """Return lengths, 1 where there is none."""
    return length + np.where(safe, 0.0, 1.0)


def _elements_of(begin: F64, times: F64) -> I64:
    """Return the last element that begins at or before each time, row by row."""
    count = begin.shape[1]
    order = np.argsort(np.concatenate([begin, times], axis=1), axis=1, kind="stable")
    before = np.cumsum(order < count, axis=1) - 1
    result = np.empty(order.shape, dtype=np.int64)
    np.put_along_axis(result, order, before, axis=1)
    return np.maximum(result[:, count:], 0)


def _point_times(history: History) -> F64:
    """Return times of the points, apart from what happens at the same time by records before and after theirs."""
    time, row = history.point_time, history.point_row
    moved = np.full(time.shape, 1.0)
    for j in range(history.dose_time.shape[1]):
        later = (history.dose_row[:, [j]] > row) & (history.dose_time[:, [j]] <= time)
        moved = np.where(later, -1.0, moved)
    for j in range(history.run_end.shape[1]):
        later = history.run_reset[:, [j]] & (history.run_end_row[:, [j]] > row)
        later &= history.run_reset_time[:, [j]] <= time
        moved = np.where(later, -3.0, moved)
    return np.where(history.point_valid, time + moved * APART_H, np.inf)

"""Predict concentrations at the points of a history, exactly, for linear models.

Where the disposition of a subject is constant, every point is a superposition of dose trains. Where covariates or
occasions change it, amounts are carried from stretch to stretch and superposed within each: a recursion over
stretches, not over time steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.alike import alike, of_individuals
from fullcourse.pharmacokinetics.engine.disposition import (
    State,
    System,
    added,
    added_up,
    advance,
    central_amount,
    constant_input,
    empty_state,
    in_new_modes,
    linear_system,
    scaled,
)
from fullcourse.pharmacokinetics.engine.history import FOR_EVER, History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import (
    SiteDoses,
    at_state,
    entered,
    share_of_rate,
    site_doses,
    train_interval,
)
from fullcourse.pharmacokinetics.engine.response import Train, central_only, train_state
from fullcourse.pharmacokinetics.engine.walk import can_walk, walked
from fullcourse.pharmacokinetics.kernels.dual import Dual, Real, side_by_side, take, total, value_of, where
from fullcourse.pharmacokinetics.kernels.gamma_delay import window_h
from fullcourse.pharmacokinetics.model import F64, I64, Bool, LinkKind, Model

_ROUNDING_H = 1e-6


def system_parameters(model: Model) -> set[str]:
    """Return the names of parameters that act on drug already in the body (not only on a dose as it is given)."""
    names = {"cl", "vc", "q", "vp", "q2", "vp2"} & set(model.parameters)
    names |= {site.ka for site in model.sites if site.ka}
    for link in model.links:
        names |= set(link.named)
    return names


def constant_system(model: Model, parameters: Parameters) -> bool:
    """Return whether no parameter of the disposition changes between states."""
    shapes = (np.shape(value_of(parameters[name])) for name in system_parameters(model))
    return all(len(shape) < 2 or shape[1] == 1 for shape in shapes)


def predict_linear(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return the concentration of every output at every point.

    Args:
        model: With a linear elimination.
        history: S subjects; either the batch equals S or S is 1.
        parameters: Of shape ``(batch or 1, states or 1)``.

    Returns:
        One array or dual of shape ``(batch, M)`` per output of the model, in the output's unit.
    """
    constant = constant_system(model, parameters)
    if not (constant and _summed_in_closed_form(model, history)):
        # Loaded by whoever needs it: most models are summed in closed form, which no loop is faster than.
        from fullcourse.pharmacokinetics.compiled.linear import linear_amounts

        amounts = linear_amounts(model, history, parameters, constant)
        if amounts is not None:
            return [_measured(model, history, parameters, i, amounts[o.source]) for i, o in enumerate(model.outputs)]
    groups = alike(model, history, parameters)
    if not groups:
        return _together(model, history, parameters)
    size = sum(who.size for who in groups)
    result = [np.empty((size, history.point_time.shape[1])) for _ in model.outputs]
    for who in groups:
        for target, levels in zip(result, _together(model, history, of_individuals(parameters, who)), strict=True):
            target[who] = levels
    return result


def _summed_in_closed_form(model: Model, history: History) -> bool:
    """Return whether all doses enter at once and nothing follows central, so that trains are closed sums."""
    timed = any(site.transit or site.always_modelled for site in model.sites) or history.dose_rate.any()
    return not (model.links or timed)


def _measured(model: Model, history: History, parameters: Parameters, index: int, amount: Any) -> Any:
    """Return the concentration of an output from the amount in its source."""
    output = model.outputs[index]
    if output.volume and not _is_effect(model, output.source):
        amount = amount / at_state(parameters[output.volume], history.point_state)
    return amount if output.factor == 1.0 else amount * output.factor


def _together(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return the concentrations of all individuals, computed in the same arrays."""
    if constant_system(model, parameters):
        state, system = _superposed(model, history, parameters)
        return _concentrations(model, history, parameters, system, state)
    return _by_runs(model, history, parameters)


def _train(history: History, doses: SiteDoses, valid: Bool) -> Train:
    """Return the trains of one site with a point axis in the middle; invalid ones carry no amount."""
    columns = doses.columns

    def lifted(x: Any) -> Any:
        return None if x is None else _with_points(x)

    start = doses.lag + history.dose_time[:, columns]
    return Train(
        site=doses.site,
        amount=lifted(doses.amount) * np.where(valid, 1.0, 0.0),
        duration=lifted(doses.duration),
        shape=lifted(doses.shape),
        ktr=lifted(doses.ktr),
        start=lifted(start),
        interval=train_interval(history, columns)[:, None, :],
        doses=history.dose_count[:, columns][:, None, :],
        steady=history.dose_steady[:, columns][:, None, :],
    )


def _with_points(x: Real) -> Any:
    """Return ``(batch, K)`` as ``(batch, 1, K)``."""
    if isinstance(x, Dual):
        return Dual(x.value[:, None, :], x.tangent[:, :, None, :])
    return np.asarray(x)[:, None, :]


def _superposed(model: Model, history: History, parameters: Parameters) -> tuple[State, System]:
    """Return amounts at every point when the disposition never changes; shape ``(batch, M)``."""
    flat, inputs = linear_system(model, parameters), site_doses(model, history, parameters)
    if can_walk(model, history, flat, inputs):
        walked_state = empty_state(flat)
        walked_state[len(flat.ka)] = walked(history, flat, inputs)
        return walked_state, flat
    system = linear_system(model, parameters, axes=1)
    result = empty_state(system)
    for doses in inputs:
        columns = doses.columns
        steady = history.dose_steady[:, columns][:, None, :]
        row = history.point_row[:, :, None]
        valid = row < history.dose_cancel_row[:, columns][:, None, :]
        valid &= ~steady | (row >= history.dose_row[:, columns][:, None, :])
        train = _train(history, doses, valid)
        start = np.asarray(value_of(doses.lag)) + history.dose_time[:, columns]
        count = entered(history, doses, start, history.point_time, history.point_row)
        before = np.where(steady, -np.inf, 0.0)
        most = int(history.dose_count[:, columns].max())
        if train.duration is None and train.ktr is None and not model.links:
            state = central_only(system, train, history.point_time[:, :, None], count, before)
        else:
            state = train_state(system, train, history.point_time[:, :, None], count, before, None, most)
        result = added(result, [None if a is None else total(a, -1) for a in state])
    return added(result, _constant_past(history, flat, model, parameters)), flat


def _constant_past(history: History, system: System, model: Model, parameters: Parameters) -> State:
    """Return what is left at each point of constant infusions that ended at a steady-state record."""
    result = empty_state(system)
    for column in np.flatnonzero(history.dose_constant.any(axis=0)):
        here = history.dose_constant[:, column]
        for index, site in enumerate(model.sites):
            rate = np.where(here & (history.dose_cmt[:, column] == site.cmt), history.dose_rate[:, column], 0.0)
            part = share_of_rate(model, index, parameters, history.dose_state[:, [column]])
            amounts = constant_input(system, index, part * rate[:, None])
            since = np.maximum(history.point_time - history.dose_time[:, column, None], 0.0)
            row = history.point_row
            valid = (row >= history.dose_row[:, column, None]) & (row < history.dose_cancel_row[:, column, None])
            left = advance(system, amounts, since)
            result = added(result, scaled(left, np.where(valid, 1.0, 0.0)))
    return result


def _concentrations(model: Model, history: History, parameters: Parameters, system: System, state: State) -> list[Any]:
    """Return concentrations from amounts at the points, one array for each output."""
    result = []
    shape = np.broadcast_shapes((system_batch(system), 1), history.point_time.shape)
    for index, output in enumerate(model.outputs):
        amount = amount_of(model, system, state, output.source)
        if amount is None:
            amount = np.zeros(shape)
        result.append(_measured(model, history, parameters, index, amount))
    return result


def system_batch(system: System) -> int:
    """Return the size of the batch axis of a system."""
    sizes = [np.shape(value_of(mode)) for mode in system.modes]
    return max((size[0] for size in sizes if size), default=1)


def _is_effect(model: Model, source: str) -> bool:
    """Return whether a source is an effect site, whose state already is a concentration."""
    return any(link.name == source and link.kind is LinkKind.EFFECT for link in model.links)


def amount_of(model: Model, system: System, state: State, source: str) -> Any:
    """Return the state of central or of a link."""
    if source == "central":
        return central_amount(system, state)
    names = [link.name for link in model.links]
    modes = state[system.link_at(names.index(source))]
    return None if all(amount is None for amount in modes) else added_up(modes)


def _by_runs(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return concentrations when the disposition changes: a recursion over stretches."""
    runs = history.run_end.shape[1]
    inputs = site_doses(model, history, parameters)
    state: State = []
    system: System | None = None
    parts: dict[str, list[Any]] = {output.name: [] for output in model.outputs}
    order: list[I64] = []
    previous_row = np.full(history.n_subjects, -1, dtype=np.int64)
    for run in range(runs):
        here = {name: at_state(value, history.run_state[:, run, None]) for name, value in parameters.items()}
        following = linear_system(model, here)
        state = in_new_modes(system, following, state) if system else empty_state(following)
        system = following
        index, points, rows = _points_of_run(history, run, previous_row)
        at_points = _within_run(model, history, here, inputs, system, state, run, previous_row, points, rows)
        end = [None if a is None else _column(a, -1) for a in at_points]
        if history.run_reset[:, run].any():
            keep = np.where(history.run_reset[:, run], 0.0, 1.0)[:, None]
            end = scaled(end, keep)
        end = added(end, _set_at_end(model, history, here, inputs, system, run))
        last = rows == history.run_end_row[:, run, None]
        for output in model.outputs:
            inside = amount_of(model, system, at_points, output.source)
            final = amount_of(model, system, end, output.source)
            amount = where(last, 0.0 if final is None else final, 0.0 if inside is None else inside)
            parts[output.name].append(amount[:, :-1])
        order.append(index)
        state, previous_row = end, history.run_end_row[:, run]
    return _gathered(model, history, parameters, parts, order)


def _column(x: Real, index: int) -> Any:
    """Return one column of ``(batch, n)`` as ``(batch, 1)``."""
    return x[:, [index]] if not isinstance(x, float) else x


def _points_of_run(history: History, run: int, previous_row: I64) -> tuple[I64, F64, I64]:
    """Return the point indices in a run (-1 pads), and times and rows with the end of the run appended."""
    row = history.point_row
    inside = (row > previous_row[:, None]) & (row <= history.run_end_row[:, run, None]) & history.point_valid
    most = int(inside.sum(axis=1).max())
    index = np.argsort(~inside, axis=1, kind="stable")[:, :most]
    live = np.take_along_axis(inside, index, 1)
    end, end_row = history.run_end[:, run, None], history.run_end_row[:, run, None]
    times = np.where(live, np.take_along_axis(history.point_time, index, 1), end)
    rows = np.where(live, np.take_along_axis(row, index, 1), end_row)
    return (
        np.where(live, index, -1),
        np.concatenate([times, end], axis=1),
        np.concatenate([rows, end_row], axis=1),
    )


def _within_run(
    model: Model, history: History, here: Parameters, inputs: list[SiteDoses], system: System, state: State,
    run: int, previous_row: I64, points: F64, rows: I64,
) -> State:  # fmt: skip
    """Return amounts at the points of a run: what was there, advanced, plus what entered."""
    begin = history.run_start[:, run]
    result = advance(system, state, points - begin[:, None])
    lifted = linear_system(model, here, axes=1)
    for every in inputs:
        start, count, before, valid = _entries_of_run(history, every, run, previous_row, points, rows)
        live = _enter(history, every, start, count, before, valid, begin)
        if not live.any():
            continue
        doses = every.only(live)
        train = _train(history, doses, valid[:, None, live])
        most = int(history.dose_count[:, doses.columns].max())
        entering = train_state(
            lifted, train, points[:, :, None], count[:, :, live], before[:, :, live], begin[:, None, None], most
        )
        result = added(result, [None if a is None else total(a, -1) for a in entering])
    return result


def _entries_of_run(
    history: History, doses: SiteDoses, run: int, previous_row: I64, points: F64, rows: I64
) -> tuple[F64, F64, F64, Bool]:
    """Return entry times of trains, how many doses entered by the points and before the run, and which trains count."""
    columns = doses.columns
    steady = history.dose_steady[:, columns]
    valid = previous_row[:, None] < history.dose_cancel_row[:, columns]
    valid &= ~steady | (previous_row[:, None] >= history.dose_row[:, columns])
    start = np.asarray(value_of(doses.lag)) + history.dose_time[:, columns]
    count = entered(history, doses, start, points, rows)
    if run == 0:
        before = np.zeros((1, 1, columns.size))
    else:
        before = entered(history, doses, start, history.run_start[:, run, None], previous_row[:, None])
    return start, count, before, valid


def _enter(history: History, doses: SiteDoses, start: F64, count: F64, before: F64, valid: Bool, begin: F64) -> Bool:
    """Return which trains put in something within a run: by a dose that enters, or one that has not yet ended."""
    new = (count > before).any(axis=1)
    if doses.duration is not None or doses.ktr is not None:
        length = np.zeros((1, 1)) if doses.duration is None else np.asarray(value_of(doses.duration))
        if doses.ktr is not None:
            length = length + window_h(np.asarray(value_of(doses.shape)), np.asarray(value_of(doses.ktr)))
        ago = begin[:, None] - start - (before[:, 0, :] - 1.0) * train_interval(history, doses.columns)
        new = new | (ago <= length + _ROUNDING_H)
    return np.asarray((new & valid).any(axis=0))


def _set_at_end(
    model: Model, history: History, here: Parameters, inputs: list[SiteDoses], system: System, run: int
) -> State:
    """Return what a record at the end of the run sets, with the parameters of that run.

    That is its steady state, and the dose that a record gives which empties the body first.
    """
    result = empty_state(system)
    end_row = history.run_end_row[:, run, None]
    lifted = linear_system(model, here, axes=1)
    for every in inputs:
        columns = every.columns
        steady = history.dose_steady[:, columns]
        now = (steady | history.run_reset[:, run, None]) & (history.dose_row[:, columns] == end_row)
        if not now.any():
            continue
        live = now.any(axis=0)
        doses, columns, steady, now = every.only(live), columns[live], steady[:, live], now[:, live]
        start = np.asarray(value_of(doses.lag)) + history.dose_time[:, columns]
        end = history.run_end[:, run, None]
        count = entered(history, doses, start, end, np.full_like(end_row, FOR_EVER))
        train = _train(history, doses, now[:, None, :])
        before = np.where(now, np.where(steady, -np.inf, 0.0), np.inf)[:, None, :]
        entering = train_state(lifted, train, end[:, :, None], count, before, None, 1)
        result = added(result, [None if a is None else total(a, -1) for a in entering])
    constant = history.dose_constant & (history.dose_row == end_row)
    for column in np.flatnonzero(constant.any(axis=0)):
        for index, site in enumerate(model.sites):
            mine = constant[:, column] & (history.dose_cmt[:, column] == site.cmt)
            rate = np.where(mine, history.dose_rate[:, column], 0.0)[:, None]
            part = share_of_rate(model, index, here, np.zeros((1, 1), dtype=np.int64))
            result = added(result, constant_input(system, index, part * rate))
    return result


def _gathered(
    model: Model, history: History, parameters: Parameters, parts: Mapping[str, list[Any]], order: list[I64]
) -> list[Any]:
    """Return amounts of all runs put back at their points, as concentrations."""
    chosen = np.concatenate(order, axis=1)
    place: I64 = np.zeros(history.point_time.shape, dtype=np.int64)
    subject, column = np.nonzero(chosen >= 0)
    place[subject, chosen[subject, column]] = column
    result = []
    for index, output in enumerate(model.outputs):
        rows = max(int(np.asarray(value_of(part)).shape[0]) for part in parts[output.name])
        joined = side_by_side(parts[output.name], rows)
        amount = take(joined, np.broadcast_to(place, (rows, place.shape[1])), 1)
        result.append(_measured(model, history, parameters, index, amount))
    return result

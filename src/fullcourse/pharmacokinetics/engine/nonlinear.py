"""Solve models whose elimination saturates, inhibits or induces itself, all subjects at once.

Dormand and Prince's pair of orders 5 and 4 (Journal of Computational and Applied Mathematics 6:19, 1980) with its
continuous extension of order 4; every subject has its own clock and its own step. Depots are carried with an
integrating factor, so that fast absorption does not shorten the steps once it is over. The local error of every step
is held below ``1e-7`` of the state plus ``1e-9`` of the largest dose.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.elimination import Flow
from fullcourse.pharmacokinetics.engine.entry import entry_rates
from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inhibited_chain import even_step, inhibited_curve
from fullcourse.pharmacokinetics.engine.inputs import at_state
from fullcourse.pharmacokinetics.engine.schedule import BOLUS, RATE, RESET, SWITCH, build_schedule
from fullcourse.pharmacokinetics.kernels.dual import Dual, exp, value_of, where
from fullcourse.pharmacokinetics.model import F64, I64, Elimination, Model

RELATIVE, ABSOLUTE = 1e-7, 1e-9
_MOST_STEPS = 400_000
_MOST_PAST_DOSES = 4000
_C = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
_A = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_E = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
_D = (
    -12715105075 / 11282082432, 0.0, 87487479700 / 32700410799, -10690763975 / 1880347072,
    701980252875 / 199316789632, -1453857185 / 822651844, 69997945 / 29380423,
)  # fmt: skip


class _Run:
    """What the solver carries for the subjects that are not finished; arrays or duals over the batch, last axis."""

    def __init__(self, model: Model, history: History, parameters: Parameters, size: int) -> None:
        self.model = model
        self.schedule = build_schedule(model, history, parameters, size)
        self.all_parameters = {name: _rows(value, size) for name, value in parameters.items()}
        self.who: I64 = np.arange(size)
        self.point_time = np.broadcast_to(_point_times(history), (size, history.point_time.shape[1]))
        self.state = np.broadcast_to(history.run_state[:, 0], (size,)).copy()
        self.event, self.point = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        self.flow = self._flow()
        self.y: Any = self.flow.start(size)
        self.depots = [i for i, site in enumerate(model.sites) if site.ka]
        self.d: Any = np.zeros((len(self.depots), size))
        self.rate: Any = np.zeros((len(model.sites), size))
        largest = np.max(history.dose_amount, axis=1, initial=1e-9)
        self.largest = np.broadcast_to(largest, (size,)).copy()
        self.scale = self.flow.scales(self.largest)
        first = np.asarray(value_of(_rows(self.schedule.time, size)))[:, 0]
        self.t: Any = np.minimum(np.minimum(history.run_start[:, 0], first), self.point_time[:, 0])
        self.h = np.full(size, 0.05)

    def _flow(self) -> Flow:
        """Return the rates of change for the parameter state of each subject."""
        here = {}
        for name, value in self.all_parameters.items():
            part = at_state(_pick_rows(value, self.who), self.state[:, None])
            here[name] = part[:, 0]
        return Flow(self.model, here)

    def keep(self, rows: I64) -> None:
        """Drop the subjects that are not in ``rows``."""
        self.who, self.state = self.who[rows], self.state[rows]
        self.point_time = self.point_time[rows]
        self.event, self.point, self.h = self.event[rows], self.point[rows], self.h[rows]
        self.y, self.d, self.rate = self.y[:, rows], self.d[:, rows], self.rate[:, rows]
        self.t, self.scale, self.largest = self.t[rows], self.scale[:, rows], self.largest[rows]
        self.flow = self._flow()


def predict_nonlinear(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return the concentration of every output at every point, like ``predict_linear``.

    Raises:
        SolverStopped: The step became too small, or there were too many.
    """
    step = even_step(model, history, parameters)
    if step is not None:
        curve = inhibited_curve(model, history, parameters, step)
        if curve is not None:
            return [curve]
    history = _without_endless_past(model, history, parameters)
    size = max([history.n_subjects, *(np.shape(value_of(v))[0] for v in parameters.values())])
    run = _Run(model, history, parameters, size)
    valid = np.isfinite(run.point_time).sum(axis=1)
    found = _Found(run.flow.size, size, history.point_time.shape[1], parameters)
    for _ in range(_MOST_STEPS):
        _happen(run)
        _take_points_now(run, found)
        live = np.flatnonzero(run.point < valid[run.who])
        if live.size == 0:
            return _outputs(model, history, parameters, found)
        if live.size < 0.8 * run.who.size:
            run.keep(live)
        _step(run, found)
    raise SolverStopped(
        f"model '{model.name}' could not be solved within {_MOST_STEPS} steps; check doses, times and parameters"
    )


class _Found:
    """States at the points, filled as the solver passes them."""

    def __init__(self, states: int, size: int, points: int, parameters: Parameters) -> None:
        self.value = np.zeros((states, size, points))
        duals = [v for v in parameters.values() if isinstance(v, Dual)]
        self.tangent = np.zeros((duals[0].tangent.shape[0], *self.value.shape)) if duals else None

    def put(self, who: I64, point: I64, states: Any) -> None:
        """Keep the states ``(n, len(who))`` of subjects at their points."""
        self.value[:, who, point] = value_of(states)
        if self.tangent is not None and isinstance(states, Dual):
            self.tangent[:, :, who, point] = states.tangent


def _rows(value: Any, size: int) -> Any:
    """Return ``(1 or size, n)`` with all rows present."""
    shape = (size, np.shape(value_of(value))[1])
    if isinstance(value, Dual):
        return Dual(
            np.broadcast_to(value.value, shape), np.broadcast_to(value.tangent, (value.tangent.shape[0], *shape))
        )
    return np.broadcast_to(value, shape)


def _pick_rows(value: Any, rows: I64) -> Any:
    """Return chosen rows of ``(size, n)``."""
    return value[rows]


def _point_times(history: History) -> F64:
    """Return times of the points; one that comes after a dose at the same time is moved behind it."""
    time = history.point_time.copy()
    for j in range(history.dose_time.shape[1]):
        later = (history.dose_row[:, [j]] > history.point_row) & (history.dose_time[:, [j]] <= time)
        time = np.where(later, time - 2e-9, time)
    return np.where(history.point_valid, time + 1e-9, np.inf)


def _happen(run: _Run) -> None:
    """Apply every event that is due."""
    while True:
        index = np.minimum(run.event, run.schedule.kind.shape[1] - 1)
        when = run.schedule.time[run.who, index]
        due = (np.asarray(value_of(when)) <= np.asarray(value_of(run.t)) + 1e-11) & (
            run.event < run.schedule.kind.shape[1]
        )
        if not due.any():
            return
        kind = np.where(due, run.schedule.kind[run.who, index], -1)
        amount, site = run.schedule.amount[run.who, index], run.schedule.site[run.who, index]
        for i, place in enumerate(run.model.sites):
            here = (site == i) & due
            given = amount * np.where(here & (kind == BOLUS), 1.0, 0.0)
            if (here & (kind == BOLUS)).any():
                if i in run.depots:
                    run.d = _added_row(run.d, run.depots.index(i), given)
                else:
                    run.y = _added_row(run.y, {"central": 0, "vp": 1, "vp2": 2}[place.target], given)
            if (here & (kind == RATE)).any():
                run.rate = _added_row(run.rate, i, amount * np.where(here & (kind == RATE), 1.0, 0.0))
        if (kind == RESET).any():
            blank = run.flow.start(run.who.size)
            clear = kind == RESET
            run.y, run.d = where(clear, blank, run.y), where(clear, 0.0, run.d)
            run.rate = where(clear, 0.0, run.rate)
        switches = kind == SWITCH
        run.h = np.where(due & (kind != SWITCH), np.minimum(run.h, 0.05), run.h)
        run.event = run.event + due
        if switches.any():
            run.state = np.where(switches, run.schedule.state[run.who, index], run.state)
            run.flow = run._flow()


def _added_row(matrix: Any, row: int, extra: Any) -> Any:
    """Return a matrix ``(n, batch)`` with something added to one row."""
    place = np.zeros((np.shape(value_of(matrix))[0], 1))
    place[row] = 1.0
    return matrix + _as_row(extra) * place


def _as_row(x: Any) -> Any:
    """Return ``(batch,)`` as ``(1, batch)``."""
    if isinstance(x, Dual):
        return Dual(x.value[None, :], x.tangent[:, None, :])
    return np.asarray(x)[None, :]


def _take_points_now(run: _Run, found: _Found) -> None:
    """Record points that lie at or before the present of their subject."""
    while True:
        index = np.minimum(run.point, run.point_time.shape[1] - 1)
        when = run.point_time[np.arange(run.who.size), index]
        now = (run.point < run.point_time.shape[1]) & (when <= np.asarray(value_of(run.t)) + 1e-11)
        if not now.any():
            return
        rows = np.flatnonzero(now)
        found.put(run.who[rows], index[rows], run.y[:, rows])
        run.point = run.point + now


def _step(run: _Run, found: _Found) -> None:
    """Try one step of every subject; keep it where the error allows."""
    index = np.minimum(run.event, run.schedule.kind.shape[1] - 1)
    due = run.schedule.time[run.who, index]
    last = np.where(np.isfinite(run.point_time), run.point_time, -np.inf).max(axis=1)
    ahead = np.where(run.event < run.schedule.kind.shape[1], np.asarray(value_of(due)), np.inf)
    now = np.asarray(value_of(run.t))
    to_event = ahead - now
    room = np.minimum(to_event, np.maximum(last - now, 1e-6) + 1e-6)
    clipped = run.h >= room
    length = np.where(clipped, room, run.h)
    h: Any = length
    if isinstance(due, Dual):
        finite = np.isfinite(due.value)
        gap = where(finite, due, 0.0) - run.t
        h = where(clipped & (to_event <= room) & finite, gap, length)
    stages, y, d, error = _stages(run, h)
    size = np.maximum(np.abs(value_of(run.y)), np.abs(value_of(y)))
    ratio = np.abs(value_of(error[0])) / (RELATIVE * size + ABSOLUTE * run.scale)
    worst = ratio.max(axis=0)
    if run.depots:
        size = np.maximum(np.abs(value_of(run.d)), np.abs(value_of(d)))
        worst = np.maximum(worst, (np.abs(value_of(error[1])) / (RELATIVE * size + ABSOLUTE * run.largest)).max(axis=0))
    accepted = worst <= 1.0
    factor = 0.9 * np.maximum(worst, 1e-10) ** -0.2
    growth = np.clip(np.where(np.isfinite(factor), factor, 0.1), 0.15, 6.0)
    following = length * growth
    run.h = np.where(accepted & clipped, np.maximum(run.h, following), following)
    if np.any(run.h < 1e-12):
        raise SolverStopped(
            f"model '{run.model.name}': the solver's step became too small; a parameter is far outside its range"
        )
    _dense(run, found, stages, y, h, accepted)
    run.t = where(accepted, run.t + h, run.t)
    run.y, run.d = where(accepted, y, run.y), where(accepted, d, run.d)


def _stages(run: _Run, h: Any) -> tuple[list[Any], Any, Any, tuple[Any, Any]]:
    """Return the seven slopes, the states after the step, and the estimated errors."""
    ka = [run.flow.p[run.model.sites[i].ka or ""] for i in run.depots]
    inputs = entry_rates(run.schedule, run.who, run.t, run.rate, len(run.model.sites))
    slopes: list[Any] = []
    grown: list[list[Any]] = [[] for _ in run.depots]
    y, depot = run.y, [run.d[j] for j in range(len(run.depots))]
    for stage in range(7):
        for part, weight in zip(slopes, _A[stage], strict=False):
            if weight:
                y = part * (h * weight) + (run.y if part is slopes[0] else y)
        entering = inputs(h * _C[stage])
        inflow: Any = run.rate[0] * 0.0
        for i, site in enumerate(run.model.sites):
            if i not in run.depots and site.target == "central":
                inflow = inflow + entering[i]
        for j, i in enumerate(run.depots):
            decay = ka[j] * (h * _C[stage])
            gathered: Any = run.d[j]
            for part, weight in zip(grown[j], _A[stage], strict=False):
                if weight:
                    gathered = part * (h * weight) + gathered
            depot[j] = gathered * exp(-decay)
            grown[j].append(entering[i] * exp(where(np.asarray(value_of(decay)) < 600.0, decay, 600.0)))
            inflow = inflow + depot[j] * ka[j]
        slopes.append(run.flow.rates(y, inflow))
    error_y: Any = 0.0
    for slope, weight in zip(slopes, _E, strict=True):
        if weight:
            error_y = np.asarray(value_of(slope)) * weight + error_y
    error_d = []
    for j in range(len(run.depots)):
        total = sum(np.asarray(value_of(g)) * w for g, w in zip(grown[j], _E, strict=True))
        shrink = np.exp(-np.asarray(value_of(ka[j])) * value_of(h))
        error_d.append(total * value_of(h) * shrink)
    d = _stack_depots(depot, run.d)
    return slopes, y, d, (error_y * value_of(h), np.array(error_d) if error_d else np.zeros((0, 1)))


def _stack_depots(depot: list[Any], like: Any) -> Any:
    """Return depots as ``(n, batch)``."""
    if not depot:
        return like
    result = like * 0.0
    for j, row in enumerate(depot):
        result = _added_row(result, j, row)
    return result


def _dense(run: _Run, found: _Found, slopes: list[Any], y: Any, h: Any, accepted: F64) -> None:
    """Record the points inside the accepted steps by the continuous extension."""
    now, length = np.asarray(value_of(run.t)), np.asarray(value_of(h))
    while True:
        index = np.minimum(run.point, run.point_time.shape[1] - 1)
        when = run.point_time[np.arange(run.who.size), index]
        inside = accepted & (run.point < run.point_time.shape[1]) & (when <= now + length)
        if not inside.any():
            return
        rows = np.flatnonzero(inside)
        step = h[rows]
        theta = (when[rows] - run.t[rows]) / step
        before, after = run.y[:, rows], y[:, rows]
        rise = after - before
        bend = slopes[0][:, rows] * step - rise
        twist = rise - slopes[6][:, rows] * step - bend
        rest: Any = 0.0
        for slope, weight in zip(slopes, _D, strict=True):
            if weight:
                rest = slope[:, rows] * (step * weight) + rest
        back = 1.0 - theta
        states = before + theta * (rise + back * (bend + theta * (twist + back * rest)))
        found.put(run.who[rows], index[rows], states)
        run.point = run.point + inside


def _outputs(model: Model, history: History, parameters: Parameters, found: _Found) -> list[Any]:
    """Return concentrations from the recorded states."""
    result = []
    names = [link.name for link in model.links]
    for output in model.outputs:
        row = 0 if output.source == "central" else model.compartments + names.index(output.source)
        amount: Any = found.value[row]
        if found.tangent is not None:
            amount = Dual(amount, found.tangent[:, row])
        effect = row > 0 and model.links[row - model.compartments].kind.value == "effect"
        if output.volume and not effect:
            amount = amount / at_state(parameters[output.volume], history.point_state)
        result.append(amount * output.factor)
    return result


def _without_endless_past(model: Model, history: History, parameters: Parameters) -> History:
    """Return the history with steady states reached by giving the doses before, from an empty body.

    Raises:
        SolverStopped: A constant infusion at steady state, or a past too long to follow dose by dose.
    """
    if history.dose_constant.any():
        raise SolverStopped(
            f"model '{model.name}' is not linear, so a constant infusion at steady state has no closed form: give "
            "the infusion as a long one with its begin"
        )
    if not history.dose_steady.any():
        return history
    first_row = history.dose_row.min(axis=1)
    if np.any(history.dose_steady & (history.dose_row != first_row[:, None])):
        raise SolverStopped(
            f"model '{model.name}' is not linear, so a steady state cannot be put on top of earlier doses: let the "
            "steady-state record be the first dose, or give the real dose history"
        )
    volume = np.asarray(value_of(parameters["vc"]))
    kind = model.elimination
    if kind in (Elimination.MICHAELIS_MENTEN, Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION):
        slowest = float(np.min(value_of(parameters["vmax"]) / value_of(parameters["km"]) / volume))
    else:
        share = np.asarray(value_of(parameters["rclf"])) if kind is Elimination.AUTO_INHIBITION else 1.0
        slowest = float(np.min(value_of(parameters["cl"]) * share / volume))
    if kind is not Elimination.MICHAELIS_MENTEN:
        memory = "kic" if kind is Elimination.AUTO_INHIBITION else "kenz"
        slowest = min(slowest, float(np.min(value_of(parameters[memory]))))
    interval = np.where(history.dose_interval > 0.0, history.dose_interval, 1.0)
    extra = np.where(history.dose_steady, np.ceil(25.0 / (slowest * interval)), 0.0)
    if not np.all(extra < _MOST_PAST_DOSES):
        raise SolverStopped(
            f"model '{model.name}' reaches steady state only after more than {_MOST_PAST_DOSES} doses: give the real "
            "dose history instead"
        )
    return dataclasses.replace(
        history,
        dose_time=history.dose_time - extra * history.dose_interval,
        dose_count=history.dose_count + extra.astype(np.int64),
        dose_steady=np.zeros_like(history.dose_steady),
        run_reset=history.run_reset & (history.run_end_row != first_row[:, None]),
    )

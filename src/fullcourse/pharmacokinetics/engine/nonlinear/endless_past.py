"""Reach the steady state of a non-linear model by giving the doses before, one by one, from an empty body.

A steady-state record that replaces what was there may stand anywhere: what follows it is moved on along the clock,
and the doses of its past are given in the gap. How many are needed follows from the slowest rate of the system, with
elimination as slow as the highest level makes it.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.nonlinear.rates import MEMORY, SATURABLE, drifts
from fullcourse.pharmacokinetics.kernels.dual import value_of
from fullcourse.pharmacokinetics.model import F64, Elimination, Model

_MOST_PAST_DOSES = 4000
_FOLDINGS = 25.0
"""Time constants of the slowest rate after which nothing of the start is left."""


def without_endless_past(model: Model, history: History, parameters: Parameters) -> History:
    """Return the history with steady states reached by giving the doses before.

    Raises:
        SolverStopped: A constant infusion at steady state, a steady state on top of earlier doses, or a past too long
            to follow dose by dose.
    """
    if history.dose_constant.any():
        raise SolverStopped(
            f"model '{model.name}' is not linear, so a constant infusion at steady state has no closed form: give "
            "the infusion as a long one with its begin"
        )
    if not history.dose_steady.any():
        return history
    if drifts(model):
        raise SolverStopped(
            f"model '{model.name}' changes with the time since the first dose, so it has no steady state: give the "
            "real dose history"
        )
    resets = np.where(history.run_reset, history.run_end_row, -1)
    replaces = (history.dose_row[:, :, None] == resets[:, None, :]).any(axis=2)
    first = history.dose_row == history.dose_row.min(axis=1)[:, None]
    if np.any(history.dose_steady & ~replaces & ~first):
        raise SolverStopped(
            f"model '{model.name}' is not linear, so a steady state cannot be put on top of earlier doses: let the "
            "steady-state record be the first dose or replace what was there (SS 1), or give the real dose history"
        )
    interval = np.where(history.dose_interval > 0.0, history.dose_interval, 1.0)
    extra = np.where(history.dose_steady, np.ceil(_FOLDINGS / (_slowest(model, history, parameters) * interval)), 0.0)
    if not np.all(extra < _MOST_PAST_DOSES):
        raise SolverStopped(
            f"model '{model.name}' reaches steady state only after more than {_MOST_PAST_DOSES} doses: give the real "
            "dose history instead"
        )
    return _moved_on(history, extra)


def _moved_on(history: History, extra: F64) -> History:
    """Return the history with ``extra`` doses given before each steady one, ``(S, K)``, and what follows moved on."""
    gap = extra * history.dose_interval

    def later(row: np.ndarray, *, own: bool) -> F64:
        reached = history.dose_row[:, None, :] <= row[:, :, None] if own else (
            history.dose_row[:, None, :] < row[:, :, None]
        )  # fmt: skip
        return np.asarray(np.where(reached, gap[:, None, :], 0.0).sum(axis=2))

    end = history.run_end + later(history.run_end_row, own=True)
    return dataclasses.replace(
        history,
        dose_time=history.dose_time
        + np.where(history.dose_steady, later(history.dose_row, own=False), later(history.dose_row, own=True)),
        dose_count=history.dose_count + extra.astype(np.int64),
        dose_steady=np.zeros_like(history.dose_steady),
        point_time=history.point_time + later(history.point_row, own=True),
        run_start=np.concatenate([history.run_start[:, :1], end[:, :-1]], axis=1),
        run_end=end,
        run_reset_time=history.run_reset_time + later(history.run_end_row, own=False),
    )


def _slowest(model: Model, history: History, parameters: Parameters) -> float:
    """Return the slowest rate constant by which a steady state is approached, 1/h; the least of the batch."""
    p = {name: np.asarray(value_of(value)) for name, value in parameters.items()}
    kind = model.elimination
    rates = [_slowest_exchange(model, p, _elimination(model, history, p))]
    if kind in MEMORY:
        rates.append(p["kic" if kind is Elimination.AUTO_INHIBITION else "kenz"])
    given = set(history.dose_cmt[history.dose_steady].tolist())
    for site in model.sites:
        if site.cmt in given:
            rates += [p[site.ka]] if site.ka else []
            rates += [1.0 / p[site.transit.mtt]] if site.transit else []
    for link in model.links:
        rates.append(p[link.rate_out] if link.rate_out else p[link.clearance or ""] / p[link.volume or ""])
    return min(float(np.min(rate)) for rate in rates)


def _elimination(model: Model, history: History, p: dict[str, F64]) -> F64:
    """Return a lower bound of the rate constant of elimination near the steady state, 1/h."""
    if model.elimination not in SATURABLE:
        share = p["rclf"] if model.elimination is Elimination.AUTO_INHIBITION else 1.0
        return np.asarray(p["cl"] * share / p["vc"])
    clearance = p["cl"] if "cl" in p and model.elimination is Elimination.MICHAELIS_MENTEN else np.zeros((1, 1))
    per_hour = np.where(history.dose_steady, history.dose_amount / np.maximum(history.dose_interval, 1e-9), 0.0)
    speed = per_hour.max(axis=1, initial=0.0)[:, None]
    largest = np.where(history.dose_steady, history.dose_amount, 0.0).max(axis=1, initial=0.0)[:, None]
    # vmax C / (km + C) + cl C = speed, solved for the mean level C
    spare = p["vmax"] + clearance * p["km"] - speed
    with np.errstate(divide="ignore"):
        mean = 2.0 * speed * p["km"] / (spare + np.sqrt(spare**2 + 4.0 * clearance * speed * p["km"]))
    level = mean + largest / p["vc"]
    saturated = np.where(np.isfinite(level), p["vmax"] * p["km"] / (p["km"] + level) ** 2, 0.0)
    return np.asarray((saturated + clearance) / p["vc"])


def _slowest_exchange(model: Model, p: dict[str, F64], leave: F64) -> F64:
    """Return the slowest rate constant of central and peripherals with a given elimination, 1/h."""
    if model.compartments == 1:
        return leave
    pairs = [("q", "vp"), ("q2", "vp2")][: model.compartments - 1]
    exchanges = [(p[q] / p["vc"], p[q] / p[v]) for q, v in pairs]
    shape = np.broadcast_shapes(leave.shape, *(rate.shape for pair in exchanges for rate in pair))
    matrix = np.zeros((*shape, model.compartments, model.compartments))
    matrix[..., 0, 0] = leave + sum(out for out, _ in exchanges)
    for i, (out, back) in enumerate(exchanges, start=1):
        matrix[..., i, i] = back
        matrix[..., 0, i] = matrix[..., i, 0] = -np.sqrt(out * back)  # symmetric: the same roots
    return np.asarray(np.linalg.eigvalsh(matrix)[..., 0])

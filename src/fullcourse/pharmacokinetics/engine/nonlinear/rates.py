"""Give the rates of change of a non-linear model: how drug leaves, and what follows the central compartment.

The central amount is the only state whose equation is not linear in itself. Peripheral compartments and the state
that changes clearance (memory) are decays driven by it, and act back; links are decays driven by it that do not.
Parameters of a saturable elimination may drift with the time since the first dose, from moment to moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.kernels.dual import exp, value_of, where
from fullcourse.pharmacokinetics.model import (
    ELAPSED,
    F64,
    CovariateRelation,
    Elimination,
    LinkKind,
    Model,
    RelationKind,
)

INDUCED = (Elimination.AUTO_INDUCTION, Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION)
SATURABLE = (Elimination.MICHAELIS_MENTEN, Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION)
MEMORY = (Elimination.AUTO_INHIBITION, *INDUCED)
_PERIPHERALS = (("q", "vp"), ("q2", "vp2"))


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates of one model at given parameters; arrays or duals that broadcast against the states.

    Below an amount of zero, which only an iteration can visit, rates continue with the sign changed.
    """

    model: Model
    p: Parameters

    @property
    def has_memory(self) -> bool:
        """Whether a state changes clearance."""
        return self.model.elimination in MEMORY

    @property
    def n_core(self) -> int:
        """Number of states that act on one another: central, peripherals, memory."""
        return self.model.compartments + self.has_memory

    def resting(self) -> F64:
        """Return the core states before any dose: an enzyme is at 1, the rest at 0."""
        result = np.zeros(self.n_core)
        result[-1] = 1.0 if self.model.elimination in INDUCED else 0.0
        return result

    def leaving(self, amount: Any, memory: Any) -> Any:
        """Return the rate of elimination from central, mg/h."""
        p, kind = self.p, self.model.elimination
        c = amount / p["vc"]
        if kind in SATURABLE:
            out = p["vmax"] * c / (p["km"] + _size(c))
            if kind is Elimination.MICHAELIS_MENTEN:
                return out + p["cl"] * c if "cl" in p else out
            return out * memory
        out = p["cl"] * c
        if kind is Elimination.AUTO_INHIBITION:
            return out * (p["rclf"] + (1.0 - p["rclf"]) * p["ic50"] / (p["ic50"] + _size(memory)))
        return out * memory

    def leaving_slopes(self, amount: F64, memory: Any) -> tuple[Any, Any]:
        """Return the slopes of ``leaving`` in the amount and in the memory; values only."""
        p, kind = self.p, self.model.elimination
        if kind in SATURABLE:
            c = amount / p["vc"]
            room = p["km"] + np.abs(c)
            slope = p["vmax"] * p["km"] / (room * room * p["vc"])
            if kind is Elimination.MICHAELIS_MENTEN:
                return slope + (p["cl"] / p["vc"] if "cl" in p else 0.0), 0.0
            return slope * memory, p["vmax"] * c / room
        first = p["cl"] / p["vc"]
        if kind is Elimination.AUTO_INHIBITION:
            free = p["ic50"] / (p["ic50"] + np.abs(memory))
            part = 1.0 - p["rclf"]
            return first * (p["rclf"] + part * free), -first * amount * part * free * free / p["ic50"]
        return first * memory, first * amount

    def memory_rate(self) -> Any:
        """Return the rate constant of the memory, 1/h."""
        return self.p["kenz" if self.model.elimination in INDUCED else "kic"]

    def memory_gain(self, amount: Any) -> Any:
        """Return what drives the memory, per hour."""
        p = self.p
        c = amount / p["vc"]
        if self.model.elimination in INDUCED:
            return p["kenz"] * (1.0 + p["emax"] * c / (p["ec50"] + _size(c)))
        return p["kic"] * c

    def memory_gain_slope(self, amount: F64) -> Any:
        """Return the slope of ``memory_gain`` in the amount; values only."""
        p = self.p
        if self.model.elimination in INDUCED:
            room = p["ec50"] + np.abs(amount / p["vc"])
            return p["kenz"] * p["emax"] * p["ec50"] / (room * room * p["vc"])
        return p["kic"] / p["vc"]

    def exchanges(self) -> list[tuple[Any, Any]]:
        """Return the rate constants of each peripheral compartment: from central, and back, 1/h."""
        p = self.p
        names = _PERIPHERALS[: self.model.compartments - 1]
        return [(p[q] / p["vc"], p[q] / p[v]) for q, v in names]

    def fastest(self) -> F64:
        """Return about the fastest rate constant of the core, 1/h; values only."""
        p, kind = self.p, self.model.elimination
        rate = p["vmax"] / (p["km"] * p["vc"]) if kind in SATURABLE else p["cl"] / p["vc"]
        if kind is Elimination.MICHAELIS_MENTEN and "cl" in p:
            rate = rate + p["cl"] / p["vc"]
        if kind in INDUCED:
            rate = rate * (1.0 + p["emax"])
        for out, back in self.exchanges():
            rate = rate + out + back
        return np.asarray(rate)

    def follow_links(self, amount: Any, memory: Any, solve: Callable[[Any, Any], Any]) -> dict[str, Any]:
        """Return the states of all links, by name.

        Args:
            amount: In central.
            memory: The state that changes clearance.
            solve: From a gain and a rate constant of loss to the state of the decay so driven.
        """
        p, model = self.p, self.model
        flux: dict[str, Any] = {}
        amounts: dict[str, Any] = {"central": amount}
        levels: dict[str, Any] = {"central": amount / p["vc"]}
        for link in model.links:
            loss = p[link.rate_out] if link.rate_out else p[link.clearance or ""] / p[link.volume or ""]
            share = p[link.fraction] if link.fraction else 1.0
            if link.kind is LinkKind.METABOLITE:
                source = self.leaving(amount, memory) if link.source == "central" else flux[link.source]
                gain = source * share
            elif link.kind is LinkKind.EFFECT:
                gain = levels[link.source] * share * loss
            else:
                gain = amounts[link.source] * share * p[link.rate_in or ""]
            state = solve(gain, loss)
            flux[link.name], amounts[link.name] = state * loss, state
            levels[link.name] = state / p[link.volume] if link.volume else state
        return {link.name: amounts[link.name] for link in model.links}


def _size(x: Any) -> Any:
    """Return the absolute value, with its slope."""
    return x * np.where(np.asarray(value_of(x)) < 0.0, -1.0, 1.0)


def drifts(model: Model) -> bool:
    """Return whether a parameter of the model changes from moment to moment."""
    return any(relation.covariate == ELAPSED for relation in model.relations)


def first_dose_h(history: History) -> F64:
    """Return the time of each subject's first dose as recorded, h, ``(S,)``; of the first record without one."""
    times = np.where(history.dose_amount > 0.0, history.dose_time, np.inf).min(axis=1, initial=np.inf)
    return np.where(np.isfinite(times), times, history.run_start[:, 0])


def drifted(model: Model, parameters: Parameters, elapsed: Any) -> Parameters:
    """Return the parameters at moments; those that drift have the shape of the moments.

    Args:
        model: For its relations with the time that passes.
        parameters: That broadcast with ``elapsed``.
        elapsed: Time since the first dose, h; array or dual.

    Raises:
        SolverStopped: A relation makes a parameter negative or leads over its pole.
    """
    result = dict(parameters)
    for relation in model.relations:
        if relation.covariate == ELAPSED:
            result[relation.parameter] = _factor(relation, elapsed) * result[relation.parameter]
    return result


def _factor(relation: CovariateRelation, elapsed: Any) -> Any:
    """Return by what a relation multiplies its parameter at moments."""
    now = np.asarray(value_of(elapsed))
    kept = where(now < relation.low, relation.low, where(now > relation.high, relation.high, elapsed))
    beyond = kept - relation.reference
    if relation.kind is RelationKind.EXPONENTIAL:
        return exp(beyond * relation.coefficient)
    if relation.kind is RelationKind.EMAX:
        room = beyond + relation.half
        factor = beyond / room * relation.coefficient + 1.0
        safe = np.all(np.asarray(value_of(room)) > 0.0)
    else:
        factor, safe = beyond * relation.coefficient + 1.0, np.True_
    if not (safe and np.all(np.asarray(value_of(factor)) >= 0.0)):
        raise SolverStopped(
            f"the relation of '{relation.parameter}' with the time since the first dose makes it negative or endless "
            "within this history: check its numbers, or end it by 'at_most'"
        )
    return factor

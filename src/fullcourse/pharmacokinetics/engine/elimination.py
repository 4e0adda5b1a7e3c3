"""Give the rates of change of a non-linear model: how drug leaves, spreads, and feeds what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.kernels.dual import Dual, value_of
from fullcourse.pharmacokinetics.model import F64, Elimination, LinkKind, Model

_INHIBITED = (Elimination.AUTO_INHIBITION,)
_INDUCED = (Elimination.AUTO_INDUCTION, Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION)
_SATURABLE = (Elimination.MICHAELIS_MENTEN, Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION)


@dataclass(frozen=True, slots=True)
class Flow:
    """Rates of change of central, peripherals, links and the state that changes clearance, in this order.

    Attributes:
        model: Whose structure it is.
        p: Parameters of shape ``(batch,)`` or numbers.
    """

    model: Model
    p: Parameters

    @property
    def size(self) -> int:
        """Number of states."""
        return self.model.compartments + len(self.model.links) + (1 if self._has_memory else 0)

    @property
    def _has_memory(self) -> bool:
        return self.model.elimination in (*_INHIBITED, *_INDUCED)

    def start(self, batch: int) -> F64:
        """Return the states before any dose, ``(size, batch)``: an enzyme starts at 1, the rest at 0."""
        result = np.zeros((self.size, batch))
        if self.model.elimination in _INDUCED:
            result[-1] = 1.0
        return result

    def scales(self, largest_dose: F64) -> F64:
        """Return the size of each state that counts as large, ``(size, batch)``."""
        volume = np.asarray(value_of(self.p["vc"]))
        result = np.broadcast_to(largest_dose, (self.size, largest_dose.size)).copy()
        for i, link in enumerate(self.model.links):
            if link.kind is LinkKind.EFFECT:
                result[self.model.compartments + i] = largest_dose / volume
        if self.model.elimination in _INHIBITED:
            result[-1] = largest_dose / volume
        if self.model.elimination in _INDUCED:
            result[-1] = 1.0
        return result

    def rates(self, y: Any, inflow: Any) -> Any:
        """Return rates of change.

        Args:
            y: States, ``(size, batch)``.
            inflow: Rate of entry into central, mg/h, ``(batch,)``.
        """
        p, model = self.p, self.model
        amount = y[0]
        concentration = amount / p["vc"]
        leaving = self._leaving(y, concentration)
        result: list[Any] = [inflow - leaving]
        for i, (q, v) in enumerate((("q", "vp"), ("q2", "vp2"))[: model.compartments - 1]):
            exchange = p[q] * (concentration - y[1 + i] / p[v])
            result[0] = result[0] - exchange
            result.append(exchange)
        result += self._links(y, amount, concentration, leaving)
        if model.elimination in _INHIBITED:
            result.append(p["kic"] * (concentration - y[self.size - 1]))
        elif model.elimination in _INDUCED:
            made = 1.0 + p["emax"] * concentration / (p["ec50"] + concentration)
            result.append(p["kenz"] * (made - y[self.size - 1]))
        return stacked(result)

    def _leaving(self, y: Any, concentration: Any) -> Any:
        """Return the rate of elimination, mg/h."""
        p, kind = self.p, self.model.elimination
        if kind in _SATURABLE:
            leaving = p["vmax"] * concentration / (p["km"] + concentration)
            if kind is Elimination.MICHAELIS_MENTEN:
                return leaving + p["cl"] * concentration if "cl" in p else leaving
            return leaving * y[self.size - 1]
        leaving = p["cl"] * concentration
        if kind in _INHIBITED:
            left = p["rclf"] + (1.0 - p["rclf"]) * p["ic50"] / (p["ic50"] + y[self.size - 1])
            return leaving * left
        return leaving * y[self.size - 1] if kind in _INDUCED else leaving

    def _links(self, y: Any, amount: Any, concentration: Any, leaving: Any) -> list[Any]:
        """Return rates of change of metabolites, effect sites and saliva."""
        p, model = self.p, self.model
        flux: dict[str, Any] = {"central": leaving}
        amounts: dict[str, Any] = {"central": amount}
        levels: dict[str, Any] = {"central": concentration}
        result = []
        for i, link in enumerate(model.links):
            state = y[model.compartments + i]
            loss = p[link.rate_out] if link.rate_out else p[link.clearance or ""] / p[link.volume or ""]
            share = p[link.fraction] if link.fraction else 1.0
            if link.kind is LinkKind.METABOLITE:
                gain = flux[link.source] * share
            elif link.kind is LinkKind.EFFECT:
                gain = levels[link.source] * share * loss
            else:
                gain = amounts[link.source] * share * p[link.rate_in or ""]
            flux[link.name], amounts[link.name] = state * loss, state
            levels[link.name] = state / p[link.volume] if link.volume else state
            result.append(gain - state * loss)
        return result


def stacked(rows: list[Any]) -> Any:
    """Return rows ``(batch,)`` as one array or dual ``(n, batch)``."""
    width = max(np.shape(value_of(row))[-1] for row in rows)
    value = np.stack([np.broadcast_to(value_of(row), (width,)) for row in rows])
    duals = [row for row in rows if isinstance(row, Dual)]
    if not duals:
        return value
    directions = duals[0].tangent.shape[0]
    tangent = np.zeros((directions, *value.shape))
    for i, row in enumerate(rows):
        if isinstance(row, Dual):
            tangent[:, i] = row.tangent
    return Dual(value, tangent)

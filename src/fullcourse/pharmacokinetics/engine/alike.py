"""Put individuals of one history together whose doses take about as long to enter.

What the sum over overlapping doses costs, in time and in memory, is decided by the slowest individual of a batch: the
one whose absorption or infusion takes longest. A posterior's draws have a few that are slower than the rest by far.
Apart from those the rest is quick, and the curves of each are the same as in any other company, to rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import SiteDoses, site_doses, train_interval
from fullcourse.pharmacokinetics.kernels.dual import Dual
from fullcourse.pharmacokinetics.kernels.gamma_delay import window_h
from fullcourse.pharmacokinetics.model import F64, I64, Model

__all__ = ["alike", "of_individuals"]

_MOST_ELEMENTS = 20_000
"""Individuals by points by trains that are summed at once: more no longer fit a processor's cache."""

_FEWEST_ELEMENTS = 1_000
"""Below so many, parting individuals costs more than it saves."""


def alike(model: Model, history: History, parameters: Parameters) -> list[I64]:
    """Return the individuals in groups, by how many of their latest doses may still be entering.

    Args:
        model: With a linear elimination.
        history: Of one subject; of several, all are one group.
        parameters: Of shape ``(batch or 1, states or 1)``.

    Returns:
        Indices of individuals; one group where parting them has no gain. Empty: nothing differs between individuals.
    """
    size = max((np.shape(value)[0] for value in parameters.values() if np.ndim(value)), default=1)
    if history.n_subjects != 1 or any(isinstance(value, Dual) for value in parameters.values()):
        return []
    cells = history.point_time.shape[1] * history.dose_time.shape[1]
    if size * cells <= _FEWEST_ELEMENTS:
        return []
    slow = [d for d in site_doses(model, history, parameters) if d.duration is not None or d.ktr is not None]
    if not slow:
        return []
    entering = np.max([np.broadcast_to(_overlapping(history, doses), (size,)) for doses in slow], axis=0)
    order = np.argsort(entering, kind="stable")
    twice = np.ceil(np.log2(np.maximum(entering[order], 1.0)))
    groups = np.split(order, np.flatnonzero(np.diff(twice)) + 1)
    at_most = max(1, _MOST_ELEMENTS // cells)
    return [part for group in groups for part in np.array_split(group, -(-group.size // at_most))]


def of_individuals(parameters: Parameters, who: I64) -> Parameters:
    """Return the parameters of some individuals; what is common to all stays."""

    def part(value: Any) -> Any:
        return value[who] if np.ndim(value) and np.shape(value)[0] > 1 else value

    return {name: part(value) for name, value in parameters.items()}


def _overlapping(history: History, doses: SiteDoses) -> F64:
    """Return how many intervals the input of one dose lasts, at most as many as there are doses, ``(batch or 1,)``."""
    length = 0.0 if doses.duration is None else doses.duration
    if doses.ktr is not None:
        length = length + window_h(doses.shape, doses.ktr)
    columns = doses.columns
    with np.errstate(all="ignore"):
        ratio = np.where(np.asarray(doses.amount) > 0.0, length / train_interval(history, columns), 0.0)
    ratio = np.where(history.dose_steady[:, columns], ratio, np.minimum(ratio, history.dose_count[:, columns]))
    return np.asarray(ratio.max(axis=1))

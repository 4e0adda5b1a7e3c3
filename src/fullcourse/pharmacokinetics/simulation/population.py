"""Predict any history for typical individuals, or for individuals with given effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.engine.history import History, compile_history, pick
from fullcourse.pharmacokinetics.engine.individual import Parameters, check_parameters, individual_parameters
from fullcourse.pharmacokinetics.engine.inputs import at_state
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.events import EventTable
from fullcourse.pharmacokinetics.model import F64, Bool, Model

_BLOCK_ELEMENTS = 1_000_000


def individuals(
    model: Model, history: History, effects: F64 | None, covariates: Mapping[str, F64] | None = None
) -> Parameters:
    """Return the parameters of individuals that share one history (or have one each).

    Args:
        model: The population model.
        history: Of one subject, or of as many as there are effects.
        effects: ``(B, P)``, those between subjects first, then those of each occasion; None: typical individuals (all
            effects zero).
        covariates: Name to one value for each individual, ``(B,)``; replaces the history's.

    Returns:
        Name to array ``(B or 1, states or 1)``.

    Raises:
        InputError: A parameter comes out without meaning.
    """
    given = {name: np.asarray(v, dtype=np.float64)[:, None] for name, v in (covariates or {}).items()}
    values = {**history.covariates, **given}
    n, m = model.between_subjects.count, model.between_occasions.count
    occasions = history.n_occasions if m else 0
    if effects is None:
        result = individual_parameters(model, values)
    else:
        if effects.ndim != 2 or effects.shape[1] != n + m * occasions:
            raise InputError(
                f"effects have shape {effects.shape}, but model '{model.name}' with {occasions} occasions needs "
                f"(individuals, {n + m * occasions})"
            )
        eta = [effects[:, [i]] for i in range(n)]
        kappa: list[Any] = []
        for j in range(m):
            columns = effects[:, [n + k * m + j for k in range(occasions)]]
            kappa.append(columns if occasions == 1 else at_state(columns, history.occasion))
        result = individual_parameters(model, values, eta, kappa)
    check_parameters(model, result)
    return result


def simulate(
    model: Model,
    table: EventTable,
    effects: F64 | None = None,
    *,
    covariates: Mapping[str, F64] | None = None,
    points: Bool | None = None,
    output: int | None = None,
) -> F64:
    """Return predicted concentrations for any history.

    Args:
        model: The population model.
        table: Events of one subject shared by all individuals, or of as many subjects as individuals.
        effects: ``(B, P)``; None: typical individuals.
        covariates: One value for each individual, ``(B,)``, replacing the table's.
        points: Rows wanted, ``(n_rows,)``; None: every row.
        output: Index of the output; None: the one whose compartment the row names, else the first.

    Returns:
        Shape ``(B, M)``: individuals by wanted rows (padded with zeros where subjects have fewer), in the output's
        unit (mg/L unless it has a factor). Finite and not negative.

    Raises:
        InputError: The history or a parameter has no meaning.
        SolverStopped: A non-linear model could not be solved.
    """
    history = compile_history(model, table, points)
    parameters = individuals(model, history, effects, covariates)
    size = max(
        [history.n_subjects, *(np.shape(v)[0] for v in parameters.values()), 0 if effects is None else len(effects)]
    )
    width = history.point_time.shape[1]
    load = width * max(history.dose_time.shape[1], 1)
    block = max(16, _BLOCK_ELEMENTS // max(load, 1)) if model.is_linear else 4000
    result = np.empty((width, size)).T  # point by point, as curves of many are worked out and looked at
    for begin in range(0, size, block):
        rows = slice(begin, min(begin + block, size))
        part = {name: value if np.shape(value)[0] == 1 else value[rows] for name, value in parameters.items()}
        mine = history if history.n_subjects == 1 else pick(history, np.arange(rows.start, rows.stop))
        with np.errstate(all="ignore"):
            outputs = predict(model, mine, part)
        np.maximum(_chosen(mine, outputs, output), 0.0, out=result[rows])
        np.copyto(result[rows], 0.0, where=~mine.point_valid)
    if not np.isfinite(result).all():
        raise InputError(
            f"model '{model.name}': a predicted concentration is not finite; check doses, times and covariates"
        )
    return result


def _chosen(history: History, outputs: list[Any], output: int | None) -> F64:
    """Return the concentrations of one output; None: at each point those of the output that its row names."""
    if output is not None:
        return np.asarray(outputs[output])
    chosen = np.asarray(outputs[0])
    for index, values in enumerate(outputs[1:], start=1):
        chosen = np.where(history.point_output == index, values, chosen)
    return chosen

"""Choose the closed form or the solver, so that callers need not know which a model needs."""

from __future__ import annotations

from typing import Any

from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.predict import predict_linear
from fullcourse.pharmacokinetics.model import Model


def predict(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return the concentration of every output at every point.

    Args:
        model: Linear or not.
        history: S subjects; either the batch equals S or S is 1.
        parameters: Of shape ``(batch or 1, states or 1)``, arrays or duals.

    Returns:
        One array or dual of shape ``(batch, M)`` per output of the model, in the output's unit.

    Raises:
        SolverStopped: A non-linear model could not be solved.
    """
    if model.is_linear:
        return predict_linear(model, history, parameters)
    # Few models need the solver, and whoever waits for the others need not wait for its import.
    from fullcourse.pharmacokinetics.engine.nonlinear import predict_nonlinear

    return predict_nonlinear(model, history, parameters)

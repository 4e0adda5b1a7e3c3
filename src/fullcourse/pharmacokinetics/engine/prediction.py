"""Choose the closed form or the solver, so that callers need not know which a model needs."""

from __future__ import annotations

from typing import Any

from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.predict import predict_linear
from fullcourse.pharmacokinetics.model import Model


def predict(model: Model, history: History, parameters: Parameters) -> list[Any]:
    """Return the concentration of every output at every point; see ``predict_linear``."""
    return predict_linear(model, history, parameters)

"""Levels of people under a dose plan, from its first day on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.advice.exposure import Draws, every_concentration
from fullcourse.pharmacokinetics.advice.history_table import history_table
from fullcourse.pharmacokinetics.inputs.plan_rhythm import modelled_doses
from fullcourse.pharmacokinetics.model import F64

__all__ = ["plan_curves"]

_MONDAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001  # a clock without a place: day 1 of a plan is a Monday


def plan_curves(draws: Draws, steps: Sequence[DoseStep], days: int, time_h: F64) -> dict[str, F64]:
    """Return the levels of everybody by the output of the model, the main analyte first, mg/L, ``(N, M)`` each.

    Args:
        draws: People with one set of covariates.
        steps: The plan.
        days: How many of its days are taken.
        time_h: Hours since midnight of day 1, ``(M,)``.
    """
    planned = modelled_doses(steps, days, _MONDAY.weekday())
    doses = [TakenDose(_MONDAY + timedelta(hours=dose.time_h), dose.mg, over_h=dose.over_h) for dose in planned]
    scalars = {name: float(np.asarray(value).reshape(-1)[0]) for name, value in draws.covariates.items()}
    return every_concentration(draws, history_table(draws.model, scalars, doses, (), _MONDAY, time_h.tolist()))

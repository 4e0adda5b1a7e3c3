"""When the next samples would tell most about one patient, within the hours of a clinic."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.advice.history_table import history_table
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate
from fullcourse.pharmacokinetics.estimation.sampling_times import sampling_plan
from fullcourse.pharmacokinetics.inputs.plan_rhythm import following_doses

__all__ = ["NextSamples", "next_samples"]

DRAWS = 60
STEP_H = 0.5


@dataclass(frozen=True, slots=True)
class NextSamples:
    """One set of times.

    Attributes:
        at: When to draw.
        hours_after_dose: Hours since the dose before each.
        gain: How much the volume of uncertainty is expected to shrink, as a logarithm (nats).
    """

    at: tuple[datetime, ...]
    hours_after_dose: tuple[float, ...]
    gain: float


def next_samples(
    estimate: PatientEstimate,
    step: DoseStep,
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    after: datetime,
    clinic_hours: tuple[float, float],
    samples: int = 2,
) -> tuple[NextSamples, ...]:
    """Return the best sets of sampling times on the next clinic day, best first.

    Args:
        estimate: Of the patient.
        step: The plan that is taken until then.
        doses: As taken.
        levels: As measured.
        after: Now; the next day is looked at.
        clinic_hours: Opening and closing, hours of the day.
        samples: How many samples.

    Raises:
        InputError: The doses do not say when the plan goes on.
    """
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    last = max(doses, key=lambda dose: dose.at)
    future = [TakenDose(at, mg, over_h=last.over_h) for at, mg in following_doses(step, last.at, last.mg, midnight, 3)]
    table = history_table(
        estimate.draws.model,
        {**estimate.covariates.values, **estimate.settings},
        [*doses, *future],
        levels,
        estimate.start,
        over_time=estimate.covariates.over_time,
    )
    latest = int(estimate.table.occasion.max())
    table = dataclasses.replace(table, occasion=np.minimum(table.occasion, latest))
    tomorrow = (midnight + timedelta(days=1) - estimate.start).total_seconds() / 3600.0
    candidates = tomorrow + np.arange(clinic_hours[0], clinic_hours[1] + 1e-9, STEP_H)
    weights = np.full(DRAWS, 1.0 / DRAWS)
    plan = sampling_plan(
        estimate.draws.model,
        table,
        estimate.posterior.resampled(DRAWS, 1),
        weights,
        estimate.effects.covariance[0],
        candidates,
        samples=samples,
        keep=3,
    )
    given = sorted((dose.at - estimate.start).total_seconds() / 3600.0 for dose in [*doses, *future])
    choices = []
    for times, gain in zip(plan.times_h, plan.gain, strict=True):
        since = tuple(float(time - max((dose for dose in given if dose <= time), default=time)) for time in times)
        at = tuple(estimate.start + timedelta(hours=float(time)) for time in times)
        choices.append(NextSamples(at, since, float(gain)))
    return tuple(choices)

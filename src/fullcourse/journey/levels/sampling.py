"""When a patient's next samples are best drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.journey.levels.current_step import current_step
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.knowledge.pk.targets import LevelTargets, SamplingTimes
from fullcourse.pharmacokinetics.advice.next_samples import NextSamples, next_samples
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate

__all__ = ["CLINIC_HOURS", "NextSamples", "Sampling", "next_best", "when_to_sample"]

CLINIC_HOURS: Final = (8.0, 17.0)
"""First and last hour of a day at which samples are drawn where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Times for the next samples.

    Attributes:
        stated: What sources say.
        computed: What would tell most about this patient, best first; empty where the plan taken now is not known.
    """

    stated: tuple[SamplingTimes, ...]
    computed: tuple[NextSamples, ...]


def next_best(estimate: PatientEstimate, patient: LevelPatient) -> NextSamples | None:
    """Return the one sample of the next day that would settle most, within the usual hours of a clinic.

    Returns:
        None where the plan taken now is not known, and for a model that takes a solver, of which ``levels sampling``
        says it: an estimate does not wait for it.
    """
    step = current_step(patient.plan, patient.doses)
    if step is None or not estimate.draws.model.is_linear:
        return None
    best = next_samples(estimate, step, patient.doses, patient.levels, patient.at, CLINIC_HOURS, samples=1)
    return best[0] if best else None


def when_to_sample(
    estimate: PatientEstimate,
    step: DoseStep | None,
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    after: datetime,
    clinic_hours: tuple[float, float],
    targets: LevelTargets,
) -> Sampling:
    """Return when to sample next.

    Args:
        estimate: Of the patient.
        step: The plan taken now, where it is known.
        doses: As taken, in order.
        levels: As measured, in order.
        after: The moment after which samples can be drawn.
        clinic_hours: First and last hour of a day at which they can be drawn, 0 to 24.
        targets: What sources say of the drug's levels.
    """
    stated = tuple(targets.sampling)
    if step is None:
        return Sampling(stated, ())
    return Sampling(stated, next_samples(estimate, step, doses, levels, after, clinic_hours))

"""When a patient's next samples are best drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.pk.targets import LevelTargets, SamplingTimes
from fullcourse.pharmacokinetics.advice.next_samples import NextSamples, next_samples
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate

__all__ = ["Sampling", "when_to_sample"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Times for the next samples.

    Attributes:
        stated: What sources say.
        computed: What would tell most about this patient, best first; empty where the plan taken now is not known.
    """

    stated: tuple[SamplingTimes, ...]
    computed: tuple[NextSamples, ...]


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

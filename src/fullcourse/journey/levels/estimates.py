"""What a patient's levels say about that patient, under one model or under every model for the age."""

from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import FullcourseError
from fullcourse.journey.levels.models import choose_model, refuse_other_way_in
from fullcourse.journey.levels.over_time import covariates_over_time
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.knowledge.pk.model_choice import offered_models
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.advise import CANNOT_BE
from fullcourse.pharmacokinetics.advice.model_average import model_weights
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate, estimate_patient

__all__ = ["CANNOT_BE", "Estimates", "PatientEstimate", "estimates_of"]


@dataclass(frozen=True, slots=True)
class Estimates:
    """The estimates of one patient.

    Attributes:
        of_models: One for each model used, the one chosen first.
        weights: How far the levels speak for each, in order; they add up to 1.
        skipped: Why other models were not used.
    """

    of_models: tuple[PatientEstimate, ...]
    weights: tuple[float, ...]
    skipped: tuple[str, ...]

    @property
    def first(self) -> PatientEstimate:
        """The estimate under the model chosen."""
        return self.of_models[0]

    @property
    def best(self) -> PatientEstimate:
        """The estimate for which the levels speak most."""
        return self.of_models[int(np.argmax(self.weights))]


def estimates_of(
    patient: LevelPatient, wanted: PkModelFile | str | None, seed: int, *, average: bool = False, use: str = "estimate"
) -> Estimates:
    """Return the estimate under the model chosen, or under every model for the patient's age.

    Args:
        patient: Whose levels.
        wanted: A model handed in or named; None for the default of the age.
        seed: Of the random numbers.
        average: Whether every model for the age is used.
        use: What for, a word of ``USES``; a model that is not for it is not averaged.

    Raises:
        FullcourseError: The model chosen cannot be used for this patient; another is skipped.
    """
    age = patient.facts.number("age", "a")
    first = choose_model(patient.drug, wanted, age)
    files = [first]
    if average and age is not None:
        files += [file for file in offered_models(read_pk_models(drug=patient.drug), age) if file.id != first.id]
    estimates, skipped = [], []
    for number, file in enumerate(files):
        if number and use not in file.uses:
            skipped.append(f"{file.id} not used: it is not for '{use}'")
            continue
        try:
            refuse_other_way_in(file, (dose.over_h for dose in patient.doses))
            covariates = covariates_over_time(file, patient.facts, patient.over_time)
            estimates.append(estimate_patient(file, covariates, patient.doses, patient.levels, seed=seed))
        except FullcourseError as error:
            if number == 0:
                raise
            skipped.append(f"{file.id} not used: {error}")
    weights = tuple(float(weight) for weight in model_weights(estimates))
    return Estimates(tuple(estimates), weights, tuple(skipped))

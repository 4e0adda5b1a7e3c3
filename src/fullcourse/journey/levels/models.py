"""Which published model answers for a drug and a patient."""

from collections.abc import Iterable
from typing import Final

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_choice import default_of, offered_models, why_not_at_age
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["ANY_ADULT_YEARS", "choose_model", "drug_name", "model_named", "refuse_other_way_in"]

ANY_ADULT_YEARS: Final = 40.0
"""The age for which a model is chosen where nobody's is given: that of any adult."""

_ADULT_YEARS: Final = 18.0


def drug_name(text: str, knowledge: Knowledge) -> str:
    """Return the INN of a drug that has models, by any of its names.

    Raises:
        InputError: No model is of that drug.
    """
    wanted, drugs = text.strip().lower(), sorted(modelled_drugs())
    if wanted in drugs:
        return wanted
    drug = _known_drug(text, knowledge)
    if drug is not None:
        for name in (drug.inn, *drug.synonyms):  # a model is filed under the INN, a drug under its US name
            if name.casefold() in drugs:
                return name.casefold()
        raise InputError(
            f"{drug.inn} has no published model here, so nothing is said of its levels. There are models of: "
            f"{', '.join(drugs)}."
        )
    raise InputError(f"drug '{text[:40]}' has no published model here. {did_you_mean(wanted, drugs)}")


def model_named(text: str, knowledge: Knowledge) -> str:
    """Return the id of a published model whose drug is called by any of its names; unchanged where none is meant.

    Example:
        ``rifampin.svensson-2018`` is ``rifampicin.svensson-2018``.
    """
    wanted = text.strip().lower()
    name, dot, paper = wanted.partition(".")
    if not dot or name in modelled_drugs():
        return wanted
    try:
        return f"{drug_name(name, knowledge)}.{paper}"
    except InputError:
        return wanted


def _known_drug(text: str, knowledge: Knowledge) -> DrugIdentity | None:
    try:
        return knowledge.drug(text)
    except InputError:
        return None


def choose_model(drug: str, wanted: PkModelFile | str | None, age_a: float | None) -> PkModelFile:
    """Return the model that was handed in or named, or the default of the patient's age.

    Args:
        drug: INN that has models.
        wanted: A model of the user's own, the id of a published one, or none.
        age_a: Age, years; None where it is not known.

    Raises:
        InputError: The model named does not exist, is of another drug, or the age is not known.
        OutsideLabel: No model of the drug is for people of this age.
    """
    files = read_pk_models(drug=drug)
    if isinstance(wanted, PkModelFile):
        return wanted
    if wanted:
        if wanted not in files:
            raise InputError(f"model '{wanted[:60]}' is none of {drug}. {did_you_mean(wanted, files)}")
        return files[wanted]
    if age_a is None:
        raise InputError("age is not known for this patient, and the model depends on it. Record the birth date.")
    chosen = default_of(offered_models(files, age_a))
    if chosen is None:
        kind = "a child" if age_a < _ADULT_YEARS else "an adult"
        reasons = "; ".join(why_not_at_age(file, age_a) for file in files.values())
        raise OutsideLabel(
            f"no model of {drug} here is for {kind} of {age_a:g} years: {reasons}. "
            "A model fitted to others would give a wrong dose; nothing is estimated."
        )
    return chosen


def refuse_other_way_in(file: PkModelFile, over_h: Iterable[float]) -> None:
    """Refuse doses whose way in is not that of the model.

    Args:
        file: The model.
        over_h: How long each dose is infused, h; 0 for one that is taken at once, or where nothing says it.

    Raises:
        InputError: A dose by infusion lacks its duration, or a model of doses by mouth is asked about an infusion.
    """
    infused = [hours > 0.0 for hours in over_h]
    if file.structure.absorption == "infusion" and not all(infused):
        raise InputError(
            f"{file.drug} is given by infusion, and how long one lasts is not known, which decides the peak. Write it: "
            "--dose '750 mg over 30 min every 24 h', over_min or rate_mg_per_h in the dose log, or rateQuantity or "
            "effectivePeriod in the record."
        )
    if file.structure.absorption != "infusion" and not file.dose_sites and any(infused):
        raise InputError(
            f"{file.id} is a model of {file.drug} by mouth, and a dose is given by infusion. What reaches the blood "
            "differs, so no level is predicted."
        )

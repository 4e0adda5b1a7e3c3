"""With which drugs it happened: each with its role, how it was taken, and what was done with it after the event.

What was done is a fact that somebody states or a course holds; whether it proves anything is a clinician's judgement.
"""

from dataclasses import dataclass
from enum import Enum

from fullcourse.clinical.moment import Moment
from fullcourse.pharmacovigilance.reaction import MeddraTerm

__all__ = ["ActionTaken", "Dosage", "DrugRole", "ReportedDrug", "Substance"]


class DrugRole(Enum):
    """What the reporter thinks of a drug's part in it (E2B G.k.1)."""

    SUSPECT = "suspect"
    CONCOMITANT = "concomitant"
    INTERACTING = "interacting"
    NOT_ADMINISTERED = "not administered"

    @property
    def is_suspected(self) -> bool:
        """Return whether it makes a case: suspect or interacting."""
        return self in (DrugRole.SUSPECT, DrugRole.INTERACTING)


class ActionTaken(Enum):
    """What was done with a drug because of the event (E2B G.k.8)."""

    WITHDRAWN = "withdrawn"
    REDUCED = "dose reduced"
    INCREASED = "dose increased"
    NOT_CHANGED = "dose not changed"
    UNKNOWN = "unknown"
    """Somebody said that nobody knows."""
    NOT_APPLICABLE = "not applicable"
    """For example because the patient had died, or the drug was over before."""

    @property
    def is_dechallenge(self) -> bool:
        """Return whether less of the drug was taken from then on."""
        return self in (ActionTaken.WITHDRAWN, ActionTaken.REDUCED)


@dataclass(frozen=True, slots=True)
class Substance:
    """One active ingredient.

    Attributes:
        name: INN.
        strength: In one unit of the product; None where nobody gave it.
        unit: UCUM code of the strength.
    """

    name: str
    strength: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Dosage:
    """One way in which a drug was taken for some time.

    Attributes:
        amount: Of one dose; None where nobody gave it.
        unit: UCUM code of the amount.
        every: How many of ``interval`` lie between two doses, for example 12; None where nobody gave it.
        interval: ``min``, ``h``, ``d``, ``wk``, ``mo`` or ``a``; or ``{asnecessary}``, ``{cyclical}``, ``{total}``.
        start: First dose of this way.
        end: Last dose of this way; None while it goes on, and where nobody said.
        goes_on: Whether it is still taken so; None where nobody said.
        text: The dosage in words.
        form: Dosage form.
        route: Route of administration in words.
        batch: Lot number.
        expires: Expiry date.
        origin: ``input``, or which record or plan.
    """

    amount: float | None = None
    unit: str = ""
    every: float | None = None
    interval: str = ""
    start: Moment | None = None
    end: Moment | None = None
    goes_on: bool | None = None
    text: str = ""
    form: str = ""
    route: str = ""
    batch: str = ""
    expires: Moment | None = None
    origin: str = "input"


@dataclass(frozen=True, slots=True)
class ReportedDrug:
    """One drug of a report.

    Attributes:
        name: As reported: a brand, a generic name, a fixed-dose combination.
        role: Its part; None where nobody said, so that it is neither suspect nor cleared of it.
        inn: The drug of the knowledge that it is, in lower case; empty where it is none, or more than one.
        substances: Active ingredients.
        manufacturer: As given.
        ndc: National drug code (US), or another number of the product.
        authorisation: Number of the authorisation.
        authorisation_country: ISO 3166 two letters.
        holder: Name of the holder of the authorisation.
        obtained_in: Country where it was obtained, ISO 3166 two letters.
        dosages: How it was taken, the first first.
        indication: In words.
        indication_meddra: Term; None where the user gives none.
        action: What was done with it; None where nobody said.
        action_on: When.
        first_dose: The first of all; None where nobody knows.
        last_dose: The last before the end of treatment, or the last known; None where nobody knows.
        last_dose_before_onset: The last before the first reaction; None where nobody knows.
        cumulative_mg: Taken from the first dose to the first reaction, mg; None where nobody knows.
        cumulative_is_least: Whether more may have been taken than is on file.
        additional: What else is to be known, in words: overdose, medication error, off label, counterfeit.
        comment: In the user's words.
        origin: ``input``, or which record or plan.
    """

    name: str
    role: DrugRole | None
    inn: str = ""
    substances: tuple[Substance, ...] = ()
    manufacturer: str = ""
    ndc: str = ""
    authorisation: str = ""
    authorisation_country: str = ""
    holder: str = ""
    obtained_in: str = ""
    dosages: tuple[Dosage, ...] = ()
    indication: str = ""
    indication_meddra: MeddraTerm | None = None
    action: ActionTaken | None = None
    action_on: Moment | None = None
    first_dose: Moment | None = None
    last_dose: Moment | None = None
    last_dose_before_onset: Moment | None = None
    cumulative_mg: float | None = None
    cumulative_is_least: bool = True
    additional: tuple[str, ...] = ()
    comment: str = ""
    origin: str = "input"

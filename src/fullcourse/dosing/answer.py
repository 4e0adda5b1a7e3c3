"""The answer of dosing: steps in whole units, what was chosen between, what speaks otherwise, and what is not known."""

from dataclasses import dataclass
from enum import Enum

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.fact import Evidence
from fullcourse.rules.kleene import Truth

__all__ = ["Conflict", "DosePlan", "DoseStatus", "Dosed", "Offer", "PlannedStep", "Supplement", "Wait", "Watch"]


class DoseStatus(Enum):
    """What an answer is; only the first is a dose."""

    DOSE = "dose"
    CONTRAINDICATED = "contraindicated"
    CANNOT_ASSESS = "cannot_assess"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True)
class Wait:
    """What a step waits for: it begins when this is known to be so.

    Attributes:
        fact: Id of the fact.
        says: In words, for example ``cycloserine level below 30 mg/L``.
        holds: Whether it is so on the day of the check; None while that is not known.
    """

    fact: str
    says: str
    holds: Truth


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan.

    Attributes:
        step: When and how much.
        mg_per_kg_per_day: Amount of a dosing day for each kilogram, mg/kg; None where the weight is not one number.
        waits_for: What it waits for beside its day.
        prepare: How the form is prepared, as the source describes it; empty where it is taken as it is.
        holds_mg: Of a combination: what a dosing day holds of each ingredient, mg by INN.
        days_per_week: Dosing days a week, on average.
        phase: Of the regimen; empty for all of it. Days of a step are then counted from the first day of the phase.
        lasts: Length of its phase or of the course, as a number and ``wk`` or ``mo``; None where no regimen gives it.
        note: What the source adds.
    """

    step: DoseStep
    mg_per_kg_per_day: float | None = None
    waits_for: tuple[Wait, ...] = ()
    prepare: str = ""
    holds_mg: tuple[tuple[str, float], ...] = ()
    days_per_week: float = 7.0
    phase: str = ""
    lasts: tuple[int, str] | None = None
    note: str = ""

    @property
    def average_mg_per_day(self) -> float:
        """Return the amount a day on average over the weeks, mg."""
        step = self.step
        if step.every_h is not None:
            return sum(dose.mg for dose in step.doses) * 24.0 / step.every_h
        mg = sum(step.cycle) / len(step.cycle) if step.cycle else step.mg_per_dosing_day
        return mg * self.days_per_week / 7.0


@dataclass(frozen=True, slots=True)
class DosePlan:
    """One way to give a drug by one claim.

    Attributes:
        steps: In order of their days.
        fits: Whether the amounts lie in the claim's own range; False for a neighbour of a range that holds no whole
            number of units.
        name: What the source calls it, for example ``high dose``; empty for the usual.
        range_mg: The range of a dosing day from which it was made, mg; None for an amount that the source fixes.
        range_mg_per_kg: The same for each kilogram; None where the source gives no such range.
    """

    steps: tuple[PlannedStep, ...]
    fits: bool = True
    name: str = ""
    range_mg: tuple[float, float] | None = None
    range_mg_per_kg: tuple[float, float] | None = None

    @property
    def most_mg_per_day(self) -> float:
        """Return the highest amount of one day, mg."""
        return max(planned.step.mg_per_dosing_day for planned in self.steps)

    @property
    def average_mg_per_day(self) -> float:
        """Return the highest amount a day on average over the weeks of a step, mg."""
        return max(planned.average_mg_per_day for planned in self.steps)

    @property
    def first_mg_per_day(self) -> float:
        """Return the amount a day on average with which it begins, mg."""
        return self.steps[0].average_mg_per_day


@dataclass(frozen=True, slots=True)
class Offer:
    """What one claim comes to for one patient.

    Attributes:
        claim: Its id.
        point: The matter it is about.
        says: The claim.
        citation: Where it comes from.
        lead: How far it leads.
        adjusts_for: What it adjusts the usual dose for; empty for the usual dose.
        optional: Whether it is only one of the prescriber's options.
        plans: Ways to give it, the first proposed; empty where it cannot be made or gives none.
        because: The patient's facts that decided it.
        why_none: Why there is no plan; empty where there is one.
        specialist: Whether a specialist decides.
        max_mg_per_day: Highest daily amount by the same claim, mg.
        regimens: Ids of the regimens it belongs to; empty for any.
        phases: Phases of these.
        days_per_week: Dosing days a week for which it was made; None for its own rhythm.
        notes: What a prescriber is told beside it.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    claim: str
    point: str
    says: str
    citation: Citation
    lead: int
    adjusts_for: str
    optional: bool
    plans: tuple[DosePlan, ...]
    because: tuple[Evidence, ...]
    why_none: str = ""
    specialist: bool = False
    max_mg_per_day: float | None = None
    regimens: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    days_per_week: int | None = None
    notes: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What another source says otherwise, or a limit that a dose passes.

    Attributes:
        kind: ``dose``, ``maximum`` or ``range``.
        says: In words, with both figures.
        claim: Id of the statement, table or limit.
        citation: Where it comes from.
        blocks: Whether it blocks the dose; only a maximum does.
        overridden: The reason that a clinician recorded for passing it; empty for none.
    """

    kind: str
    says: str
    claim: str
    citation: Citation
    blocks: bool = False
    overridden: str = ""


@dataclass(frozen=True, slots=True)
class Supplement:
    """Something that the prescriber may add; it is never added by itself.

    Attributes:
        name: ``pyridoxine``, ``folic acid``, ``cobalamin``.
        says: The claim.
        claim: Id of the statement.
        citation: Where it comes from.
        mg_per_day: Least and most amount a day that follow from the source for this dose, mg; None where it gives none.
        option: Who decides; empty where the source states it for everybody.
        because: The patient's facts that decided it.
    """

    name: str
    says: str
    claim: str
    citation: Citation
    mg_per_day: tuple[float, float | None] | None
    option: str
    because: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """A test that comes with a dose of this size."""

    name: str
    says: str
    claim: str
    citation: Citation
    every_days: int | None


@dataclass(frozen=True, slots=True)
class Dosed:
    """What dosing alone comes to, before the check of the patient is laid beside it.

    Attributes:
        status: Without regard to the check.
        why: In words, where it is no dose.
        leading: The claim that leads; None without a dose.
        plan: How it is proposed to be given; None without a dose.
        alternatives: Other ways, each with its offer: other forms, other options, neighbours.
        offers: Every claim that speaks of this patient.
        conflicts: What other sources say otherwise, and limits.
        supplements: The prescriber's options.
        watch: Tests that come with it.
        missing: Facts that would settle it, most decisive first, each with the claim that waits for it.
    """

    status: DoseStatus
    why: str = ""
    leading: Offer | None = None
    plan: DosePlan | None = None
    alternatives: tuple[tuple[Offer, DosePlan], ...] = ()
    offers: tuple[Offer, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    watch: tuple[Watch, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

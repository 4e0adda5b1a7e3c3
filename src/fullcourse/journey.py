"""The one place where the steps meet: it hands one step's result to the next. Order only: no number, no condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.patient import NotUsed, Patient, Record, Taken, Unrecognised
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.rules.establish import establish
from fullcourse.screening.company import TB_DRUGS, company_findings
from fullcourse.screening.questions import Question, find_questions
from fullcourse.screening.screen import DrugCheck, Screener

__all__ = ["CheckResult", "check", "ordered_drugs"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check of one record says.

    Attributes:
        at: Date of the check.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        patient: What was established.
        drugs: One check for each drug asked about.
        regimen_findings: What holds for the drugs ordered together; it is no drug's decision.
        questions: What to ask, most decisive first.
        not_checked: What could not be checked, and why.
        not_used: What in the record no fact uses, counted.
        notes: Remarks on the record.
    """

    at: date
    profile: str
    knowledge: str
    patient: Patient
    drugs: tuple[DrugCheck, ...]
    regimen_findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    not_checked: tuple[Unrecognised, ...]
    not_used: tuple[NotUsed, ...]
    notes: tuple[str, ...]


def check(
    record: Record, knowledge: Knowledge, profile: Profile, at: date, drugs: Sequence[DrugIdentity] = ()
) -> CheckResult:
    """Check a record against drugs, or against the TB drugs it already orders.

    Args:
        record: What an adapter read.
        knowledge: What the sources say.
        profile: Which of them lead.
        at: Date of the check.
        drugs: Which drugs; empty for those that the record orders.

    Raises:
        InputError: No drug is given and the record orders none, or a value that would count cannot be.
    """
    patient = establish(record, knowledge, at)
    screener = Screener(knowledge, profile)
    not_covered: tuple[Unrecognised, ...] = ()
    regimen: tuple[Finding, ...] = ()
    if not drugs:
        drugs, not_covered = ordered_drugs(patient, knowledge)
        regimen = tuple(company_findings(screener, patient))
    checks = tuple(screener.screen(patient, drug) for drug in drugs)
    return CheckResult(
        at=at,
        profile=profile.id,
        knowledge=knowledge.digest,
        patient=patient,
        drugs=checks,
        regimen_findings=regimen,
        questions=find_questions(checks, knowledge),
        not_checked=(*patient.unrecognised, *not_covered),
        not_used=record.not_used,
        notes=record.notes,
    )


def ordered_drugs(patient: Patient, knowledge: Knowledge) -> tuple[tuple[DrugIdentity, ...], tuple[Unrecognised, ...]]:
    """Return the TB drugs that a record orders, and those of them that are not covered.

    Raises:
        InputError: It orders none.
    """
    covered: dict[str, DrugIdentity] = {}
    missing: dict[str, Unrecognised] = {}
    for medicine in patient.medicines:
        if medicine.taken is Taken.PAST:
            continue
        for ingredient in medicine.ingredients:
            if ingredient in knowledge.drugs:
                covered[ingredient] = knowledge.drugs[ingredient]
            elif knowledge.in_class(ingredient, {}, TB_DRUGS):
                missing[ingredient] = Unrecognised(
                    "drug", ingredient, medicine.origin, "it is not covered yet: nothing was checked for it"
                )
    if not covered and not missing:
        raise InputError("the record orders no TB drug, so there is nothing to check. Name one with --drug.")
    return tuple(covered.values()), tuple(missing.values())

"""The one place where the steps meet: it hands one step's result to the next. Order only: no number, no condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Decision, Finding
from fullcourse.clinical.listed_medicine import ListedMedicine
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.on_file import NotCleared, OnFile
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.clinical.patient import NotUsed, Patient, Record, Unrecognised
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.rules.establish import establish
from fullcourse.rules.listed_medicines import list_medicines
from fullcourse.rules.medicine_list import taken_within
from fullcourse.rules.on_file import on_file, set_aside
from fullcourse.rules.open_entries import open_entries
from fullcourse.screening.cards import Card, cards_of, counts
from fullcourse.screening.clearance import facts_spoken_of
from fullcourse.screening.company import REGIMEN, TB_DRUGS, Company, Pair, with_regimen
from fullcourse.screening.decision import Open, decide, known_of, open_of
from fullcourse.screening.glances import Glance
from fullcourse.screening.question_groups import QuestionGroup, group_questions
from fullcourse.screening.questions import Question, find_questions
from fullcourse.screening.reminders import reminded, value_of
from fullcourse.screening.screen import DrugCheck, Screener

__all__ = [
    "Card",
    "CheckResult",
    "Checker",
    "DrugCheck",
    "Glance",
    "NotCleared",
    "OnFile",
    "Open",
    "OpenEntry",
    "Pair",
    "Question",
    "QuestionGroup",
    "Together",
    "check",
    "counts",
    "ordered_drugs",
    "proposed_drugs",
    "value_of",
]


class Together(NamedTuple):
    """What is said of drugs as a regimen: it is beside the decision on each drug, and may be stricter than all of them.

    Attributes:
        decision: What is known; `CANNOT_ASSESS` where nothing is known and something decisive is open.
        known: What the findings that apply come to.
        open: What is not known and would count.
    """

    decision: Decision
    known: Decision
    open: Open


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
        pairs: Every pair of the drugs ordered or proposed together.
        question_groups: The questions in a few groups, each of which one answer may settle.
        medicines: Every medicine that was read, what may be taken first.
        on_file: What is on file about facts that statements on these drugs need, and was not used.
        open_entries: What leaves something open while a decision can still change, each with the question that settles
            it by name.
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
    pairs: tuple[Pair, ...] = ()
    question_groups: tuple[QuestionGroup, ...] = ()
    medicines: tuple[ListedMedicine, ...] = ()
    on_file: tuple[OnFile, ...] = ()
    open_entries: tuple[OpenEntry, ...] = ()

    @property
    def together(self) -> Together | None:
        """Return what the findings on the drugs together come to; None where no drugs were looked at together."""
        if not self.regimen_findings and not self.pairs:
            return None
        known, left_open = known_of(self.regimen_findings), open_of(self.regimen_findings)
        return Together(decide(known, left_open), known, left_open)

    @property
    def cards(self) -> tuple[Card, ...]:
        """Return what applies and counts, over all drugs and the regimen: one card a mechanism, strictest first."""
        return cards_of(self.drugs, self.regimen_findings)


class Checker:
    """Checks records with one knowledge and one profile; what does not depend on the record is worked out once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self._screener = Screener(knowledge, profile)
        self._company: Company | None = None

    def check(
        self, record: Record, at: date, drugs: Sequence[DrugIdentity] = (), regimen: Sequence[Medicine] = ()
    ) -> CheckResult:
        """Check a record against drugs, against a proposed regimen, or against the TB drugs it already orders.

        Args:
            record: What an adapter read.
            at: Date of the check.
            drugs: Which drugs, each for itself; empty for those of the regimen, or for those that the record orders.
            regimen: Medicines proposed together, in ingredients: each is checked as if the others were taken.

        Raises:
            InputError: Nothing is given and the record orders no TB drug, or a value that would count cannot be.
        """
        patient = establish(record, self.knowledge, at)
        if drugs:
            return self._result(patient, tuple(self._screener.screen(patient, drug) for drug in drugs))
        company = self._company = self._company or Company(self._screener)
        if regimen:
            together = with_regimen(patient, regimen)
            named, not_covered = proposed_drugs(regimen, self.knowledge)
            checks = tuple(company.check(together, drug, regimen) for drug in named)
        else:
            together = patient
            named, not_covered = ordered_drugs(patient, self.knowledge)
            checks = tuple(self._screener.screen(patient, drug) for drug in named)
        return self._result(
            together,
            checks,
            not_covered,
            regimen=tuple(company.findings(together, checks, proposed=bool(regimen))),
            pairs=company.pairs(checks, [*(drug.inn for drug in named), *(other.text for other in not_covered)]),
        )

    def _result(
        self,
        patient: Patient,
        checks: tuple[DrugCheck, ...],
        not_covered: tuple[Unrecognised, ...] = (),
        regimen: tuple[Finding, ...] = (),
        pairs: tuple[Pair, ...] = (),
    ) -> CheckResult:
        held, entries = self._on_file(patient, checks, regimen)
        asked = find_questions(checks, self.knowledge, regimen, patient)
        is_open = bool(asked) or any(check.decision is not check.known for check in checks)
        return CheckResult(
            at=patient.at,
            profile=self.profile.id,
            knowledge=self.knowledge.digest,
            patient=patient,
            drugs=checks,
            regimen_findings=regimen,
            questions=reminded(asked, held),
            question_groups=reminded(group_questions(asked, self.knowledge, patient.unrecognised), held),
            not_checked=(*patient.unrecognised, *not_covered),
            not_used=patient.record.not_used,
            notes=patient.record.notes,
            pairs=pairs,
            medicines=list_medicines(patient.record, patient.at),
            on_file=held,
            open_entries=entries if is_open else (),
        )

    def _on_file(
        self, patient: Patient, checks: Sequence[DrugCheck], regimen: Sequence[Finding]
    ) -> tuple[tuple[OnFile, ...], tuple[OpenEntry, ...]]:
        aside = set_aside(patient, self.knowledge)
        if not aside and not patient.unrecognised:
            return (), ()
        spoken_of = facts_spoken_of([*(it for check in checks for it in check.findings), *regimen], self.knowledge)
        # How many drugs are effective is counted over results of tests that the statement itself does not name.
        needed = tuple(dict.fromkeys((*spoken_of, *(name for it in regimen for name in it.missing))))
        held = on_file(patient, self.knowledge, aside, needed)
        return held, open_entries(patient, self.knowledge, aside, needed)


def check(
    record: Record,
    knowledge: Knowledge,
    profile: Profile,
    at: date,
    drugs: Sequence[DrugIdentity] = (),
    regimen: Sequence[Medicine] = (),
) -> CheckResult:
    """Check one record; see `Checker.check`, which many records share."""
    return Checker(knowledge, profile).check(record, at, drugs, regimen)


def proposed_drugs(
    regimen: Sequence[Medicine], knowledge: Knowledge
) -> tuple[tuple[DrugIdentity, ...], tuple[Unrecognised, ...]]:
    """Return the covered drugs of a regimen, and the other ingredients, in the order given."""
    names = dict.fromkeys(ingredient for medicine in regimen for ingredient in medicine.ingredients)
    covered = tuple(knowledge.drugs[name] for name in names if name in knowledge.drugs)
    others = tuple(
        Unrecognised("drug", name, REGIMEN, "it is not covered: it counts as taken, and nothing was checked for it")
        for name in names
        if name not in knowledge.drugs
    )
    return covered, others


def ordered_drugs(patient: Patient, knowledge: Knowledge) -> tuple[tuple[DrugIdentity, ...], tuple[Unrecognised, ...]]:
    """Return the TB drugs that a record orders, with their companions, and those of them that are not covered.

    Raises:
        InputError: It orders none.
    """
    covered: dict[str, DrugIdentity] = {}
    missing: dict[str, Unrecognised] = {}
    ordered = False
    for medicine in patient.medicines:
        if medicine.route is Route.LOCAL or taken_within(medicine, patient.at, None) is Taken.PAST:
            continue
        for ingredient in medicine.ingredients:
            against_tb = knowledge.in_class(ingredient, {}, TB_DRUGS)
            ordered |= against_tb  # a companion such as clavulanate alone is no treatment of tuberculosis
            if ingredient in knowledge.drugs:
                covered[ingredient] = knowledge.drugs[ingredient]
            elif against_tb:
                missing[ingredient] = Unrecognised(
                    "drug", ingredient, medicine.origin, "it is not covered yet: nothing was checked for it"
                )
    if not ordered:
        raise InputError("the record orders no TB drug, so there is nothing to check. Name one with --drug.")
    return tuple(covered.values()), tuple(missing.values())

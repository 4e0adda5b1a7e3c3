"""Doses for one patient: the check of each drug is laid beside what dosing works out, and one answer comes of both.

A number beside an unfinished check would be read as a go. While the check, or a fact that decides the dose, is open,
the answer is `cannot_assess`: it has no steps, and what was worked out stands apart, under a name that says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fullcourse.clinical.dose import WEEKDAYS
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.patient import Override, Patient, Record, Unrecognised
from fullcourse.clinical.quantity import Interval
from fullcourse.clinical.stock import Stock
from fullcourse.dosing.answer import (
    Conflict,
    Dosed,
    DosePlan,
    DoseStatus,
    Offer,
    PlannedStep,
    Supplement,
    Wait,
    Watch,
)
from fullcourse.dosing.choice import DoseQuestion, Dosing
from fullcourse.dosing.disagree import amount_words
from fullcourse.dosing.making import stock_of
from fullcourse.dosing.phases import PhaseLength
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimen_names import regimens_named
from fullcourse.knowledge.regimens import Construction, StandardRegimen
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.regimens.results import conflicts_as_resistant
from fullcourse.rules.establish import establish
from fullcourse.rules.on_file import Aside, on_file, set_aside
from fullcourse.rules.situation import Situation
from fullcourse.screening.clearance import facts_spoken_of
from fullcourse.screening.question_groups import QuestionGroup, group_questions
from fullcourse.screening.questions import Question, find_questions
from fullcourse.screening.screen import FORBIDDING, DrugCheck, Screener

__all__ = [
    "Conflict",
    "DoseAnswer",
    "DosePlan",
    "DoseRequest",
    "DoseStatus",
    "Doser",
    "Offer",
    "PlannedStep",
    "Supplement",
    "Wait",
    "Watch",
    "amount_words",
    "with_overrides",
]

_UNFINISHED: Final = "the check of this patient is not finished"
_BY: Final = "the person who asked"


@dataclass(frozen=True, slots=True)
class DoseRequest:
    """What is asked beside the record, for one drug or for all drugs of a plan.

    Attributes:
        regimen: Id of the regimen that the drug is part of; empty for none.
        form: Dosage form and strength that is asked for; empty for any.
        in_stock: The list of forms at hand; None where nobody said.
        days_per_week: Dosing days a week; None for the source's own.
        overrides: Reasons by the id of the statement or limit that a clinician sets aside.
    """

    regimen: str = ""
    form: str = ""
    in_stock: Stock | None = None
    days_per_week: int | None = None
    overrides: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DoseAnswer:
    """The dose of one drug for one patient.

    Attributes:
        at: Date of the check.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        drug: INN.
        regimen: Id of the regimen asked for; empty for none.
        status: Whether it is a dose.
        why: In words, where it is none.
        decision: What the check of the drug decides.
        reasons: Findings that forbid the drug; empty elsewhere.
        cautions: Findings that apply and count and forbid nothing.
        dosed: What dosing worked out, without regard to the check.
        overrides: What a clinician set aside, with the reason.
        questions: What to ask, most decisive first.
        question_groups: The questions in a few groups.
        asked_beside: What is asked that is no fact of a record: the regimen, the forms in stock.
        weight: The weight that it was made for, as recorded.
        clearance: The clearance that was used, unrounded, with what it was worked out from; None where it is not known.
        set_aside: Findings against the drug that a clinician has overridden.
        on_file: What the record holds about facts that were needed, and that was not used.
        not_checked: What could not be checked, and why.
    """

    at: date
    profile: str
    knowledge: str
    drug: str
    regimen: str
    status: DoseStatus
    why: str
    decision: Decision
    reasons: tuple[Finding, ...]
    cautions: tuple[Finding, ...]
    dosed: Dosed
    overrides: tuple[Override, ...]
    questions: tuple[Question, ...]
    question_groups: tuple[QuestionGroup, ...]
    asked_beside: tuple[str, ...]
    weight: tuple[Evidence, ...]
    clearance: Fact | None
    set_aside: tuple[Finding, ...]
    on_file: tuple[OnFile, ...]
    not_checked: tuple[Unrecognised, ...]

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """Return the steps of a dose; none where the answer is no dose."""
        return self.worked_out if self.status is DoseStatus.DOSE else ()

    @property
    def worked_out(self) -> tuple[PlannedStep, ...]:
        """Return what was worked out, also while the check is not finished.

        None where the drug is forbidden, or where a fact that decides the dose itself is not known: that would be a
        number for somebody else.
        """
        settled = self.dosed.status is DoseStatus.DOSE and self.status is not DoseStatus.CONTRAINDICATED
        return self.dosed.plan.steps if settled and self.dosed.plan is not None else ()


class Doser:
    """Doses patients by one knowledge and one profile; what does not depend on the patient is worked out once."""

    def __init__(self, knowledge: Knowledge, profile: Profile, screener: Screener | None = None) -> None:
        """Take what the sources say and which of them lead, and a screener of both where one is at hand."""
        self.knowledge, self.profile = knowledge, profile
        self.screener = screener or Screener(knowledge, profile)
        self._dosings: dict[str, Dosing] = {}
        self._unused: tuple[Patient, Aside] | None = None

    def doses(
        self, record: Record, at: date, drugs: Sequence[DrugIdentity], request: DoseRequest = DoseRequest()
    ) -> tuple[DoseAnswer, ...]:
        """Return the dose of each drug for a record, which is established once.

        Args:
            record: What an adapter read.
            at: Date of the check.
            drugs: Which drugs, each for itself.
            request: What is asked beside the record.

        Raises:
            InputError: A regimen, form or override is none, or a value of the record that would count cannot be.
        """
        if request.regimen:
            request = replace(request, regimen=self._known_regimen(request.regimen, drugs))
        record = with_overrides(record, request.overrides, at)
        patient = establish(record, self.knowledge, at)
        # Results of one day that disagree count as resistant here as in composition.
        patient = replace(patient, facts={**patient.facts, **conflicts_as_resistant(patient.facts, self.knowledge)})
        answers = tuple(self.dose_plan(patient, self.screener.screen(patient, drug), request) for drug in drugs)
        self.refuse_idle_overrides(answers, request)
        return answers

    def dose_plan(self, patient: Patient, check: DrugCheck, request: DoseRequest = DoseRequest()) -> DoseAnswer:
        """Return the dose of the drug of one check.

        Args:
            patient: As established at a date, overrides included.
            check: Of the drug, by the same knowledge and profile.
            request: What is asked beside the record.

        Raises:
            InputError: The form that is asked for is none of the drug's.
        """
        drug = self.knowledge.drugs[check.drug]
        at_hand = None if request.in_stock is None else request.in_stock.of(drug.inn)
        dosing = self._dosing(drug)
        limited = request.form or at_hand is not None
        stock = stock_of(drug, self.knowledge, request.form, at_hand) if limited else dosing.stock
        overridden = {it.finding: it.reason for it in patient.record.overrides}
        question = DoseQuestion(
            stock,
            request.regimen,
            request.days_per_week,
            tuple(overridden.items()),
            self._phases(drug, request.regimen),
        )
        dosed = dosing.dose(Situation(patient, self.knowledge), question)
        return self._answer(patient, check, dosed, request)

    def _dosing(self, drug: DrugIdentity) -> Dosing:
        if drug.inn not in self._dosings:
            self._dosings[drug.inn] = Dosing(drug, self.knowledge, self.profile)
        return self._dosings[drug.inn]

    def _answer(self, patient: Patient, check: DrugCheck, dosed: Dosed, request: DoseRequest) -> DoseAnswer:
        decision = check.decision
        status, why = _status(check, dosed)
        counted = [it for it in check.findings if it.leads and it.override is None and it.status is Status.APPLIES]
        forbidding = tuple(it for it in counted if it.comes_to in FORBIDDING)
        questions = self._questions(check, dosed, status)
        waits = [] if status is DoseStatus.CONTRAINDICATED else [name for name, _ in dosed.missing]
        facts = patient.facts
        clearance = facts["creatinine_clearance"]
        return DoseAnswer(
            at=patient.at,
            profile=self.profile.id,
            knowledge=self.knowledge.digest,
            drug=check.drug,
            regimen=request.regimen,
            status=status,
            why=why,
            decision=decision,
            reasons=forbidding if status is DoseStatus.CONTRAINDICATED else (),
            cautions=tuple(it for it in counted if it not in forbidding and it.severity >= Severity.MODERATE),
            dosed=dosed,
            overrides=patient.record.overrides,
            questions=questions,
            question_groups=group_questions(questions, self.knowledge, patient.unrecognised),
            asked_beside=tuple(name for name in waits if name not in self.knowledge.facts),
            weight=facts["weight"].because[:1],
            clearance=clearance if isinstance(clearance.value, Interval) else None,
            set_aside=tuple(it for it in check.findings if it.override and it.status is not Status.DOES_NOT_APPLY),
            on_file=self._on_file(patient, check, dosed),
            not_checked=patient.unrecognised,
        )

    def _questions(self, check: DrugCheck, dosed: Dosed, status: DoseStatus) -> tuple[Question, ...]:
        """Return what is asked: facts that decide the dose, then those that the check waits for."""
        if status is DoseStatus.CONTRAINDICATED:
            return ()
        by_claim: dict[str, list[str]] = {}
        for fact, claim in dosed.missing:
            if fact in self.knowledge.facts:
                by_claim.setdefault(claim, []).append(fact)
        waiting = [_as_finding(claim, tuple(facts)) for claim, facts in by_claim.items()]
        of_dose = find_questions([], self.knowledge, waiting)
        asked = {fact for question in of_dose for fact in question.facts}
        of_check = () if status is DoseStatus.NOT_COVERED else find_questions([check], self.knowledge)
        return (*of_dose, *(it for it in of_check if not asked.issuperset(it.facts)))

    def _on_file(self, patient: Patient, check: DrugCheck, dosed: Dosed) -> tuple[OnFile, ...]:
        aside = self._aside(patient)
        if not aside and not patient.unrecognised:
            return ()
        needed = (*facts_spoken_of(check.findings, self.knowledge), *(fact for fact, _ in dosed.missing))
        known = tuple(dict.fromkeys(name for name in (*needed, "weight") if name in self.knowledge.facts))
        return on_file(patient, self.knowledge, aside, known)

    def _aside(self, patient: Patient) -> Aside:
        """Return the evidence of a patient that did not count: worked out once for all drugs of a plan."""
        if self._unused is None or self._unused[0] is not patient:
            self._unused = (patient, set_aside(patient, self.knowledge))
        return self._unused[1]

    def _phases(self, drug: DrugIdentity, regimen: str) -> tuple[PhaseLength, ...]:
        """Return the phases of a regimen in which a drug is taken, with how long it is taken in each."""
        if not regimen:
            return ()
        guidelines = self.knowledge.guidelines
        of = guidelines.regimens.get(regimen) or guidelines.constructions[regimen]
        phases = []
        for phase in of.phases:
            part = next((it for it in phase.drugs if drug.inn in it.one_of), None)
            if phase.drugs and part is None:
                continue
            months = part.months if part is not None and part.months is not None else phase.months
            if months is not None:
                phases.append(PhaseLength(phase.name, months, "mo", phase.days_per_week or len(WEEKDAYS)))
            elif phase.weeks is not None:
                phases.append(PhaseLength(phase.name, phase.weeks, "wk", phase.days_per_week or len(WEEKDAYS)))
        return tuple(phases)

    def _known_regimen(self, asked: str, drugs: Sequence[DrugIdentity]) -> str:
        """Return the id of a regimen by its id or name: that of this profile where several guidelines call it so."""
        guidelines = self.knowledge.guidelines
        known: dict[str, StandardRegimen | Construction] = {**guidelines.regimens, **guidelines.constructions}
        named = regimens_named(asked, {id_: it.name for id_, it in known.items()})
        named = tuple(id_ for id_ in named if self.profile.id in known[id_].profiles) or named
        if len(named) > 1:
            raise InputError(f"--regimen: '{asked[:60]}' is called {', '.join(named)} here. Name one of them.")
        if not named:
            raise InputError(
                f"--regimen: '{asked[:60]}' is no regimen of the guidelines. There are: {', '.join(known)}."
            )
        name = named[0]
        members = (guidelines.regimens.get(name) or guidelines.constructions[name]).members
        if other := [drug.label for drug in drugs if drug.inn not in members]:
            holds = ", ".join(dict.fromkeys(members))
            raise InputError(f"--regimen: {', '.join(other)} is no drug of {name}, which holds {holds}.")
        return name

    def refuse_idle_overrides(self, answers: Sequence[DoseAnswer], request: DoseRequest) -> None:
        """Refuse an override that sets nothing aside: its name may be a slip, and somebody would rely on it.

        Raises:
            InputError: There is one.
        """
        for name, _ in request.overrides:
            if any(_sets_aside(answer, name) for answer in answers):
                continue
            may = sorted({it.id for answer in answers for it in answer.reasons})
            may += sorted({it.claim for answer in answers for it in answer.dosed.conflicts if it.blocks})
            mend = f"What may be overridden here: {', '.join(may)}." if may else "Nothing here needs an override."
            raise InputError(f"--override: '{name[:80]}' forbids nothing for this patient. {mend}")


def _sets_aside(answer: DoseAnswer, name: str) -> bool:
    passed = any(it.claim == name and it.overridden for it in answer.dosed.conflicts)
    return passed or any(it.id == name for it in answer.set_aside)


def _status(check: DrugCheck, dosed: Dosed) -> tuple[DoseStatus, str]:
    """Return what an answer is, strictest first, and why it is no dose."""
    if check.known in FORBIDDING:
        return DoseStatus.CONTRAINDICATED, ""
    if dosed.status is not DoseStatus.DOSE:
        return dosed.status, dosed.why
    if check.is_unsettled:
        return DoseStatus.CANNOT_ASSESS, _UNFINISHED
    return DoseStatus.DOSE, ""


def with_overrides(record: Record, overrides: Iterable[tuple[str, str]], at: date) -> Record:
    """Return the record with what a clinician sets aside for this question, dated to the day of the check.

    Raises:
        InputError: An override has no reason.
    """
    on = parse_moment(at.isoformat(), "--at")
    added = []
    for name, reason in overrides:
        if not reason.strip():
            raise InputError(f"--override '{name[:80]}' has no reason. Give --reason TEXT: it is recorded.")
        added.append(Override(name, reason.strip(), _BY, on))
    return replace(record, overrides=(*record.overrides, *added)) if added else record


def _as_finding(claim: str, facts: tuple[str, ...]) -> Finding:
    """Return a dose that waits for facts as the finding that questions are made from."""
    return Finding(
        id=claim,
        kind="dose",
        status=Status.CANNOT_ASSESS,
        severity=Severity.MAJOR,
        weight=Severity.MAJOR,
        says="",
        patient="",
        because=(),
        missing=facts,
        citations=(),
    )

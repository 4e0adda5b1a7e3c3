"""The whole way for one record: which regimen, how much of each drug, which tests. It joins steps and chooses nothing.

The regimen is the best of the composition, or the one that is asked for. Each of its drugs is checked in the company of
the others, and dosed as a part of it. A plan is a proposal only when its regimen may be proposed and every drug has a
dose; what is open is asked once for all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.dosing.together import at_odds
from fullcourse.journey.dose import DoseAnswer, Doser, DoseRequest, DoseStatus, with_overrides
from fullcourse.journey.regimen import Composed, Composer, RegimenAnswer, RegimenRequest, RegimenStatus
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimen_names import regimens_named
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.monitoring.asked import Asked, DoseSpan, Watcher
from fullcourse.monitoring.planned import PlannedTest, Visit, plan_tests, visits
from fullcourse.screening.question_groups import QuestionGroup, group_questions
from fullcourse.screening.questions import Question

__all__ = ["PlanAnswer", "PlanRequest", "PlanStatus", "PlannedTest", "Planner", "Visit"]


class PlanStatus(Enum):
    """What a plan is; only the first may be put before a prescriber as it stands."""

    PROPOSED = "proposed"
    INCOMPLETE = "incomplete"
    """No source that was read gives the dose of a drug, or the doses do not go together."""
    CANNOT_ASSESS = "cannot_assess"
    INELIGIBLE = "ineligible"
    """The regimen that was asked for, or a drug of it, is not for this patient."""
    NO_REGIMEN = "no_regimen"


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What is asked beside the record.

    Attributes:
        compose: What composition is asked.
        dose: What dosing is asked; its regimen is the one that is chosen.
        regimen: Id or name of the regimen that is wanted; empty for the best.
        drugs: In its place, all of its drugs by INN; empty where it is named, or the best is wanted.
    """

    compose: RegimenRequest = field(default_factory=RegimenRequest)
    dose: DoseRequest = field(default_factory=DoseRequest)
    regimen: str = ""
    drugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A plan for one record.

    Attributes:
        status: What it is.
        composition: What composition said, the other regimens included.
        regimen: The regimen of the plan; None where none may be proposed.
        doses: Of each of its drugs, in its order.
        tests: What its drugs ask for, each test once.
        visits: The days of these tests; empty without a start.
        questions: What to ask for all of it, most decisive first; results of a laboratory are ``test_next`` of the
            composition.
        question_groups: The questions in a few groups.
        at_odds: Drugs that a combination of the plan holds and that another dose of it gives otherwise on these days.
    """

    status: PlanStatus
    composition: RegimenAnswer
    regimen: Composed | None
    doses: tuple[DoseAnswer, ...]
    tests: tuple[PlannedTest, ...]
    visits: tuple[Visit, ...]
    questions: tuple[Question, ...]
    question_groups: tuple[QuestionGroup, ...]
    at_odds: tuple[str, ...] = ()


class Planner:
    """Plans with one knowledge and one profile; what does not depend on the record is worked out once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self._composer = Composer(knowledge, profile)
        self._doser = Doser(knowledge, profile, self._composer.screener)
        self._watcher = Watcher(knowledge)

    def plan(self, record: Record, at: date, request: PlanRequest = PlanRequest()) -> PlanAnswer:
        """Return the plan for a record.

        Args:
            record: What an adapter read.
            at: Date of the check.
            request: What is asked beside the record.

        Raises:
            InputError: A regimen, drug, form or override is none, or a value that would count cannot be.
        """
        record = with_overrides(record, request.dose.overrides, at)
        composition = self._composer.compose(record, at, request.compose)
        regimen = _chosen(composition.regimens, request.regimen, frozenset(request.drugs))
        doses: tuple[DoseAnswer, ...] = ()
        tests: tuple[PlannedTest, ...] = ()
        if regimen is not None:
            doses, tests = self._treatment(record, at, request, regimen)
        self._doser.refuse_idle_overrides(doses, request.dose)
        questions = self._questions(composition, doses)
        unrecognised = composition.not_checked
        clashing = at_odds({answer.drug: answer.worked_out for answer in doses}, _phases(regimen))
        return PlanAnswer(
            status=_status(regimen, doses, clashing),
            composition=composition,
            regimen=regimen,
            doses=doses,
            tests=tests,
            visits=_visits(regimen, tests),
            questions=questions,
            question_groups=group_questions(questions, self.knowledge, unrecognised),
            at_odds=clashing,
        )

    def _treatment(
        self, record: Record, at: date, request: PlanRequest, regimen: Composed
    ) -> tuple[tuple[DoseAnswer, ...], tuple[PlannedTest, ...]]:
        """Return the doses of a regimen, and the tests that its drugs ask for at these doses."""
        patient, checks = self._composer.taking(record, at, request.compose, regimen.names)
        asked_of_dose = replace(request.dose, regimen=guideline_id(regimen))
        doses = tuple(self._doser.dose_plan(patient, checks[name], asked_of_dose) for name in regimen.names)
        asked: list[Asked] = []
        for answer in doses:
            spans = [DoseSpan(it.step.from_day, it.step.mg_per_dosing_day) for it in answer.worked_out]
            asked += self._watcher.asked(patient, self.knowledge.drugs[answer.drug], spans)
        return doses, plan_tests(asked)

    def _questions(self, composition: RegimenAnswer, doses: Iterable[DoseAnswer]) -> tuple[Question, ...]:
        """Return what is asked for all of the plan: each fact once, those that choose the regimen first."""
        facts = self.knowledge.facts
        seen: set[str] = set()
        questions: list[Question] = []
        for question in (*composition.questions, *(it for answer in doses for it in answer.questions)):
            new = tuple(name for name in question.facts if name not in seen and facts[name].speaks_of is None)
            seen.update(new)
            if new:
                questions.append(replace(question, facts=new))
        return tuple(questions)


def guideline_id(regimen: Composed) -> str:
    """Return the guideline's own id of a regimen: combinations of a construction are counted behind it."""
    return regimen.id.split("/", 1)[0]


def _chosen(regimens: Sequence[Composed], wanted: str, drugs: frozenset[str]) -> Composed | None:
    """Return the regimen that was asked for, or the best that may be proposed; None where none may.

    Raises:
        InputError: The one asked for is not among them.
    """
    if not wanted and not drugs:
        return next((it for it in regimens if it.drugs and it.status is not RegimenStatus.INELIGIBLE), None)
    named = regimens_named(wanted, {it.id: it.name for it in regimens})
    found = [it for it in regimens if (drugs == frozenset(it.names) if drugs else it.id in named)]
    wanted = wanted or ",".join(sorted(drugs))
    found = [it for it in found if it.leads] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"--regimen: '{wanted[:60]}' is called {', '.join(it.id for it in found)} here. Name one of them."
        )
    known = ", ".join(dict.fromkeys(it.id for it in regimens))
    raise InputError(f"--regimen: '{wanted[:60]}' is none of the regimens of this profile. There are: {known}.")


def _phases(regimen: Composed | None) -> dict[str, set[str]]:
    """Return the phases in which each drug of a regimen is taken."""
    taken: dict[str, set[str]] = {}
    for phase in regimen.phases if regimen is not None else ():
        for drug in phase.drugs:
            taken.setdefault(drug.drug, set()).add(phase.name)
    return taken


def _status(regimen: Composed | None, doses: Sequence[DoseAnswer], clashing: Sequence[str]) -> PlanStatus:
    if regimen is None:
        return PlanStatus.NO_REGIMEN
    statuses = {answer.status for answer in doses}
    if regimen.status is RegimenStatus.INELIGIBLE or DoseStatus.CONTRAINDICATED in statuses:
        return PlanStatus.INELIGIBLE
    if regimen.status is RegimenStatus.CANNOT_ASSESS or DoseStatus.CANNOT_ASSESS in statuses:
        return PlanStatus.CANNOT_ASSESS
    return PlanStatus.INCOMPLETE if clashing or DoseStatus.NOT_COVERED in statuses else PlanStatus.PROPOSED


def _visits(regimen: Composed | None, tests: Sequence[PlannedTest]) -> tuple[Visit, ...]:
    """Return the visits of a regimen with dates; none while it has no start."""
    ends = [phase.ends_at_latest or phase.ends for phase in regimen.phases] if regimen is not None else []
    start = regimen.phases[0].starts if regimen is not None and regimen.phases else None
    last = max((day for day in ends if day is not None), default=None)
    return () if start is None or last is None else visits(tests, (last - start).days + 1, start)

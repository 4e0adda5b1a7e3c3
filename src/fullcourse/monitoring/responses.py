"""What results call for, drug by drug: each statement on a result, what it says to do, and what leads.

What cannot be assessed is never milder than what is known: it carries the strictest that it could still come to.
Nothing here supports a higher dose.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Final, NamedTuple

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Severity
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.actions import as_on_file
from fullcourse.knowledge.consequences import Action, Consequence, FindingOf, GradeOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import (
    Atom,
    FactCondition,
    FirstOf,
    Multiple,
    Statement,
)
from fullcourse.knowledge.walk import facts_of, thens_of, with_atoms
from fullcourse.monitoring.asked import owned_by
from fullcourse.monitoring.held import held_days
from fullcourse.monitoring.treatment import HANDED, HELD
from fullcourse.rules.explain import judge_of
from fullcourse.rules.kleene import all_of
from fullcourse.rules.one_patient import NONE, evaluate, truth_of
from fullcourse.rules.situation import Situation

__all__ = [
    "AT_THRESHOLD",
    "CONTRAINDICATED",
    "Do",
    "Grade",
    "Response",
    "ResultReader",
    "Seen",
    "does",
    "measured_by",
    "reads_results",
]

AT_THRESHOLD: Final = "I-1406"
"""That a value which is exactly a threshold is read as having reached it."""


class Do(IntEnum):
    """What is to be done, mildest first."""

    CONTINUE = 0
    REPEAT = 1
    REDUCE = 2
    CONSIDER_STOPPING = 3
    HOLD = 4
    STOP = 5
    STOP_THE_REGIMEN = 6

    @property
    def word(self) -> str:
        """Return the word that outputs use."""
        return self.name.replace("_", " ").lower()


_DOES: Final = {
    "keep_dose": Do.CONTINUE, "level_low": Do.CONTINUE, "review_level": Do.REPEAT,
    "repeat_electrocardiogram": Do.REPEAT, "repeat_in_two_weeks": Do.REPEAT, "correct_electrolytes": Do.REPEAT,
    "treat_hypothyroidism": Do.REPEAT, "test_susceptibility_again": Do.REPEAT, "reduce_dose": Do.REDUCE,
    "consider_stop": Do.CONSIDER_STOPPING, "hold": Do.HOLD, "work_out_clearance": Do.HOLD,
    "stop_and_review": Do.STOP, "stop_regimen_and_review": Do.STOP_THE_REGIMEN,
}  # fmt: skip
"""What is done at each action on a result."""

CONTRAINDICATED: Final = "contraindicated"
"""The action of a result by which the drug is contraindicated: it is stopped, and no dose is taken before a review."""

_OF_ALL: Final = ("sputum",)
_GRADES: Final = "grade"


@dataclass(frozen=True, slots=True)
class Response:
    """What one statement says about results.

    Attributes:
        drug: INN; empty where the whole treatment is meant.
        statement: Its id.
        point: The matter; statements of several sources on one share it.
        says: What it says.
        do: What is to be done; of what cannot be assessed, the strictest that it could come to.
        action: The word of the statement for it.
        severity: How serious it is.
        known: Whether it applies; else it cannot be assessed.
        as_last_known: Of what cannot be assessed: what it came to by the newest results, stale ones included.
        weighs: Of what cannot be assessed: whether some result of it is on file. Else nobody measured it.
        at_threshold: Whether it applies only because a value is exactly a threshold (I-1406).
        hold: Whether no dose is taken until a clinician says so.
        ask_for: What is asked for.
        because: The evidence that decided it.
        missing: The facts that would settle it.
        conflicts_with: Ids of statements on the same matter that say something else.
        citation: Where it comes from.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    drug: str
    statement: str
    point: str
    says: str
    do: Do
    action: str
    severity: Severity
    known: bool
    as_last_known: Do | None
    weighs: bool
    at_threshold: bool
    hold: bool
    ask_for: tuple[str, ...]
    because: tuple[Evidence, ...]
    missing: tuple[str, ...]
    conflicts_with: tuple[str, ...]
    citation: Citation
    interpretation: str
    review: str


@dataclass(frozen=True, slots=True)
class Grade:
    """How bad a result is by a published scale.

    Attributes:
        of: What is graded, for example ``anaemia``.
        degree: 1 mild to 4 life-threatening.
        says: The scale.
        because: The evidence.
        statement: Id of the statement.
        stale: Whether it is that of a result which is too old to count.
        citation: Where the scale comes from.
    """

    of: str
    degree: int
    says: str
    because: tuple[Evidence, ...]
    statement: str
    stale: bool
    citation: Citation


class Seen(NamedTuple):
    """One patient under one drug, as statements on results look at it.

    Attributes:
        patient: As established today.
        facts: Its facts, with what is handed in.
        situation: The same patient as rules look at one.
        last: The same with the last results that are too old to count; None where there are none.
        earlier: Returns the patient as of an earlier day, for statements that ask how long.
    """

    patient: Patient
    facts: Mapping[str, Fact]
    situation: Situation
    last: Situation | None
    earlier: Callable[[date], Situation]


class ResultReader:
    """Reads results by the statements of one knowledge; sorts them out once."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what the sources say."""
        self._knowledge = knowledge
        self._measured = measured_by(knowledge)
        self._of: dict[str, tuple[Statement, ...]] = {}

    def responses(self, drug: str, seen: Seen) -> tuple[Response, ...]:
        """Return what is said of one drug's results, strictest first; of the whole treatment where no drug is named.

        Args:
            drug: INN, or empty.
            seen: The patient under it.
        """
        found: list[Response] = []
        for statement in self.statements_on_results(drug):
            looked_at = seen
            if (held := held_days(statement, seen.patient, seen.situation, seen.earlier)) is not None:
                facts = {**seen.facts, held.id: held}
                longer = Situation(seen.patient, self._knowledge, facts, seen.situation.medicines)
                looked_at = seen._replace(facts=facts, situation=longer)
            response = self._response(statement, drug, looked_at)
            if response is not None:
                found.append(response)
        by_point: dict[str, list[Response]] = {}
        for response in found:
            if response.known:
                by_point.setdefault(response.point, []).append(response)
        told = [replace(it, conflicts_with=_others(it, by_point.get(it.point, ()))) for it in found]
        return tuple(sorted(told, key=lambda it: (not it.known, -it.do, -it.severity)))

    def grades(self, situation: Situation, last: Situation | None) -> tuple[Grade, ...]:
        """Return the grades of results that have one; of one that is too old to count, that of the last."""
        found: list[Grade] = []
        for statement in self.statements_on_results(_GRADES):
            outcome, because, _ = judge_of(statement)(situation)
            stale = outcome is None and last is not None
            if stale and last is not None:
                outcome, because, _ = judge_of(statement)(last)
            then = None if outcome is None or outcome == NONE else thens_of(statement.body)[outcome]
            if isinstance(then, GradeOf):
                citation = self._knowledge.citation(statement)
                found.append(Grade(then.value, then.degree, statement.says, because, statement.id, stale, citation))
        return tuple(found)

    def statements_on_results(self, drug: str) -> tuple[Statement, ...]:
        """Return the statements on results of a drug, of the whole treatment, or of grades."""
        known = self._of.get(drug)
        if known is None:
            owners = (drug.replace(" ", "-"),) if drug else _OF_ALL
            every = (statement for owner in owners for _, statement in owned_by(self._knowledge, owner))
            known = self._of[drug] = tuple(
                it for it in every if drug == _GRADES or reads_results(it, self._knowledge, self._measured)
            )
        return known

    def _response(self, statement: Statement, drug: str, seen: Seen) -> Response | None:
        situation = seen.situation
        outcome, because, missing = judge_of(statement)(situation)
        thens, reached = thens_of(statement.body), False
        if outcome is None or outcome == NONE:
            at_least = judge_of(as_reached(statement))(situation)
            reached = at_least[0] is not None and at_least[0] != NONE
            outcome, because, missing = at_least if reached else (outcome, because, missing)
        if outcome == NONE or (outcome is None and not _possible(statement, situation)):
            return None
        then = thens[outcome] if outcome is not None else max(_possible(statement, situation), key=_strictness)
        if not isinstance(then, Action | FindingOf):
            return None
        if isinstance(then, FindingOf) and outcome is None and self._measured.isdisjoint(missing):
            return None  # it waits for what no test measures, which is a check's question
        return Response(
            drug=drug,
            statement=statement.id,
            point=statement.point,
            says=statement.says,
            do=does(then),
            action=then.value if isinstance(then, Action) else CONTRAINDICATED,
            severity=then.severity,
            known=outcome is not None,
            as_last_known=_last_known(statement, seen.last) if outcome is None else None,
            weighs=outcome is not None or _weighs(statement, seen, self._measured),
            at_threshold=reached,
            hold=then.hold if isinstance(then, Action) else True,
            ask_for=then.ask_for if isinstance(then, Action) else (),
            because=because,
            missing=missing,
            conflicts_with=(),
            citation=self._knowledge.citation(statement),
            interpretation=statement.interpretation or (AT_THRESHOLD if reached else ""),
            review=statement.review,
        )


def measured_by(knowledge: Knowledge) -> frozenset[str]:
    """Return the facts that tests of monitoring answer."""
    return frozenset(name for test in knowledge.tests.values() for name in test.facts)


def reads_results(statement: Statement, knowledge: Knowledge, measured: frozenset[str]) -> bool:
    """Return whether a statement says what to do about a result or a state, by nothing that monitoring cannot hand in.

    A number by which a drug is contraindicated says it too: above it the drug that is taken is stopped.

    Args:
        statement: Any.
        knowledge: Holds the vocabulary.
        measured: Facts that tests of monitoring answer.
    """
    thens = thens_of(statement.body)
    read = facts_of(statement.body)
    if thens and all(_contraindicates(then) for then in thens):
        return any(name in measured and knowledge.facts[name].kind == "number" for name in read)
    if not thens or not all(isinstance(then, Action) and then.value in _DOES for then in thens):
        return False
    given = {name for name in read if knowledge.facts[name].kind == "given"}
    states = {
        name for name in read if knowledge.facts[name].kind == "state"
    }  # found at a visit, where no test is ordered
    return given <= HANDED and any(name in measured or name in HANDED or name in states for name in read)


def does(then: Consequence) -> Do:
    """Return what is to be done by a consequence of a statement on results."""
    return _DOES[then.value] if isinstance(then, Action) else Do.STOP


def _contraindicates(then: Consequence) -> bool:
    return isinstance(then, FindingOf) and then.severity is Severity.CONTRAINDICATED


def _last_known(statement: Statement, last: Situation | None) -> Do | None:
    """Return what a statement came to by the last results, stale ones included; None where it came to nothing."""
    outcome = NONE if last is None else evaluate(statement, last)
    return None if outcome is None or outcome == NONE else does(thens_of(statement.body)[outcome])


def _others(response: Response, at_point: Iterable[Response]) -> tuple[str, ...]:
    if not response.known:
        return ()
    return tuple(it.statement for it in at_point if it.do != response.do)


def _strictness(then: Action | FindingOf) -> tuple[int, int]:
    return does(then), then.severity


def _possible(statement: Statement, situation: Situation) -> list[Action | FindingOf]:
    """Return what a statement may still come to."""
    match statement.body:
        case FirstOf(rows):
            possible: list[Action | FindingOf] = []
            for row in rows:
                truth = all_of([truth_of(condition, situation) for condition in row.conditions])
                if truth is not False and isinstance(row.then, Action | FindingOf):
                    possible.append(row.then)
                if truth:
                    break
            return possible
    return [then for then in thens_of(statement.body) if isinstance(then, Action | FindingOf)]


def _weighs(statement: Statement, seen: Seen, measured: frozenset[str]) -> bool:
    """Return whether something is on file of what is open; where nobody measured it, the plan of tests says so."""
    facts, situation, on_file = seen.facts, seen.situation, seen.patient.record.evidence
    results = [name for name in facts_of(statement.body) if name in measured]
    if results and not any(on_file.get(name) or facts[name].value is not None for name in results):
        return False
    if evaluate(as_on_file(statement), situation) != NONE:
        return True
    read = (name for name in facts_of(statement.body) if name != HELD)
    return any(on_file.get(name) and facts[name].value is None for name in read)


@cache
def as_reached(statement: Statement) -> Statement:
    """Return a statement in which "above so many times" another number holds at exactly that number too (I-1406)."""
    return with_atoms(statement, _reached)


def _reached(atom: Atom) -> Atom:
    if isinstance(atom, FactCondition) and isinstance(atom.above, Multiple):
        return replace(atom, above=None, at_least=atom.above)
    return atom

"""The definitions of outcomes by one edition, compiled once, and what they say of a treatment; nothing is decided.

`Definitions.proposed` answers with the outcome alone, as a register asks; `Definitions.judge` gives of every outcome
what speaks for it, what against it, and what is open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Fact
from fullcourse.knowledge.consequences import Interruption, OutcomeOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import AnyOf, Condition, FactCondition, Statement, When
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.knowledge.walk import facts_of as facts_read
from fullcourse.outcomes.bacteriology import Criterion, Specimen
from fullcourse.outcomes.episode import Episode
from fullcourse.outcomes.facts import Laboratory, facts_of, laboratory_of, said, unread_last, unresolved_positives
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import evaluator, truth_of
from fullcourse.rules.situation import Situation, nobody

__all__ = ["LOST", "WHO_2021", "Definitions", "Judged", "OutcomeAnswer", "Reason", "is_definition", "is_other_lost"]

WHO_2021: Final = "who-tb-outcomes-2021"
"""The edition that stands where a profile or a choice names no other."""

LOST: Final = "lost to follow-up"
_LOST_AFTER: Final = "lost_to_follow_up"
_CONVERTED, _REVERTED = "converted", "reverted"
_RESIDUAL: Final = "not evaluated"
_ORDER: Final = ("died", "failed", LOST, "cured", "completed", _RESIDUAL)
"""Which outcome is proposed where several are met: the graver first, and what ended treatment before its end."""

_MET, _NOT_MET, _OPEN = "met", "not met", "open"


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of a definition, with what is known of it.

    Attributes:
        fact: Id of the fact.
        expected: What the definition asks: ``yes``, ``no``, or a limit in words.
        why: What is known of it; empty where nothing is.
    """

    fact: str
    expected: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What one definition says.

    Attributes:
        outcome: One of WHO's outcomes, or what is derived from a recorded one.
        status: ``met``, ``not met``, or ``open``.
        speaks_for: Conditions that hold.
        against: Conditions that do not.
        open: Conditions of which nobody knows.
        statement: The definition.
        citation: Where it comes from.
    """

    outcome: str
    status: str
    speaks_for: tuple[Reason, ...]
    against: tuple[Reason, ...]
    open: tuple[Reason, ...]
    statement: Statement
    citation: Citation


@dataclass(frozen=True, slots=True)
class OutcomeAnswer:
    """What the definitions of one edition say of a treatment.

    Attributes:
        edition: Id of the source of the definitions.
        judged: Each outcome.
        derived: What follows from a recorded outcome: success, and success that lasts.
        proposed: The outcome that is proposed; None for none.
        laboratory: Conversion and reversion.
        episode: What was judged.
        converted_by: The definition of conversion.
        reverted_by: The definition of reversion.
        unresolved: Positive results after the start that no conversion follows, or that are the newest; empty for none.
        is_at_least_completed: Whether treatment was completed without failure for certain, and only cured is open.
    """

    edition: str
    judged: tuple[Judged, ...]
    derived: tuple[Judged, ...]
    proposed: Judged | None
    laboratory: Laboratory
    episode: Episode
    converted_by: Statement
    reverted_by: Statement
    unresolved: tuple[Specimen, ...]
    is_at_least_completed: bool


class Definitions:
    """The definitions of one edition."""

    def __init__(self, knowledge: Knowledge, edition: str = "", profile: str = "") -> None:
        """Take the definitions of an edition.

        Args:
            knowledge: What the sources say.
            edition: Id of the source whose definitions stand; empty for those that lead under the profile.
            profile: Which sources lead.

        Raises:
            InputError: There is no such edition.
        """
        self._knowledge = knowledge
        self._medicines = MedicineList(nobody(), knowledge)
        chosen = _chosen(knowledge, edition, profile)
        if edition and "cured" not in chosen:
            editions = sorted({it.source for it in knowledge.statements.values() if _outcome(it) == "cured"})
            raise InputError(
                f"--definitions: no definitions are of '{edition[:60]}'. Give one of {', '.join(editions)}."
            )
        self.edition = edition or chosen["cured"].source
        self._rules: dict[str, Statement] = {it: chosen[it] for it in _ORDER if it in chosen}
        self._derived = {it: chosen[it] for it in chosen if it not in (*_ORDER, _CONVERTED, _REVERTED)}
        self._converted, self._reverted = chosen[_CONVERTED], chosen[_REVERTED]
        self._asked = frozenset(fact for rule in self._rules.values() for fact in facts_read(rule.body))
        self._negatives, self._positives = _criterion(self._converted), _criterion(self._reverted)

    def proposed(self, episode: Episode) -> str:
        """Return the outcome that is proposed, without the reasons; empty for none."""
        _, situation, statuses = self._statuses(episode)
        return self._first(statuses, situation)

    def judge(self, episode: Episode) -> OutcomeAnswer:
        """Return of every outcome what speaks for it, what against it, and what is open."""
        laboratory, situation, statuses = self._statuses(episode)
        judged = {it: self._judged(it, rule, statuses[it], situation) for it, rule in self._rules.items()}
        derived = tuple(
            self._judged(it, rule, _truth(rule, situation), situation) for it, rule in self._derived.items()
        )
        proposed = self._first(statuses, situation)
        return OutcomeAnswer(
            self.edition,
            tuple(judged.values()),
            derived if episode.recorded else (),
            judged.get(proposed),
            laboratory,
            episode,
            self._converted,
            self._reverted,
            unresolved_positives(laboratory),
            self._is_at_least_completed(statuses, situation),
        )

    def _statuses(self, episode: Episode) -> tuple[Laboratory, Situation, dict[str, bool | None]]:
        laboratory = laboratory_of(episode, self._negatives, self._positives)
        facts = facts_of(episode, laboratory, self._asked)
        situation = Situation(nobody(), self._knowledge, facts, self._medicines)
        statuses: dict[str, bool | None] = {}
        for outcome in self._rules:
            if outcome == "cured":
                facts["evidence_of_failure"] = _failure(statuses.get("failed"), laboratory, episode)
            if outcome == "completed":
                met = statuses["cured"]
                facts["meets_cured"] = Fact("meets_cured", met, reason="" if met is not None else "cured is open")
            statuses[outcome] = _truth(self._rules[outcome], situation)
        return laboratory, situation, statuses

    def _first(self, statuses: Mapping[str, bool | None], situation: Situation) -> str:
        """Return the first outcome that is met; a treatment that was completed at least is not called not evaluated."""
        first = next((outcome for outcome in self._rules if statuses[outcome] is True), "")
        return "" if first == _RESIDUAL and self._is_at_least_completed(statuses, situation) else first

    def _is_at_least_completed(self, statuses: Mapping[str, bool | None], situation: Situation) -> bool:
        if statuses["cured"] is not None or statuses["completed"] is not None:
            return False
        without = {**situation.facts, "meets_cured": Fact("meets_cured", False)}
        return _truth(self._rules["completed"], Situation(nobody(), self._knowledge, without, self._medicines)) is True

    def _judged(self, outcome: str, rule: Statement, truth: bool | None, situation: Situation) -> Judged:
        found: dict[bool | None, list[Reason]] = {True: [], False: [], None: []}
        body = rule.body
        for condition in body.conditions if isinstance(body, When) else ():
            held = truth_of(condition, situation)
            for atom, its in _atoms(condition, held, situation):
                found[its].append(_reason(atom, situation.facts.get(atom.fact)))
        status = _OPEN if truth is None else _MET if truth else _NOT_MET
        citation = self._knowledge.citation(rule)
        return Judged(outcome, status, tuple(found[True]), tuple(found[False]), tuple(found[None]), rule, citation)


def is_definition(statement: Statement) -> bool:
    """Return whether a statement is one of the definitions of outcomes."""
    return any(isinstance(then, OutcomeOf) for then in thens_of(statement.body))


def is_other_lost(statement: Statement, knowledge: Knowledge, profile: str) -> bool:
    """Return whether a statement defines lost to follow-up for another edition than the one that leads."""
    return _is_lost(statement) and statement.source != _leading(statement, knowledge, profile)


def _is_lost(statement: Statement) -> bool:
    return any(isinstance(then, Interruption) and then.value == _LOST_AFTER for then in thens_of(statement.body))


def _leading(statement: Statement, knowledge: Knowledge, profile: str) -> str:
    point = knowledge.points.get(statement.point)
    return point.leads.get(profile, WHO_2021) if point else WHO_2021


def _chosen(knowledge: Knowledge, edition: str, profile: str) -> dict[str, Statement]:
    """Return the definition of each outcome: of the edition, else of the source that leads, else WHO's of 2021."""
    by_outcome: dict[str, list[Statement]] = {}
    for statement in knowledge.statements.values():
        if outcome := _outcome(statement):
            by_outcome.setdefault(outcome, []).append(statement)
    chosen = {}
    for outcome, statements in by_outcome.items():
        source = edition or _leading(statements[0], knowledge, profile)
        own = next((it for it in statements if it.source == source), None)
        if own is None and (not edition or outcome not in _ORDER):
            own = statements[0]
        if own is not None:
            chosen[outcome] = own
    return chosen


def _outcome(statement: Statement) -> str:
    for then in thens_of(statement.body):
        if isinstance(then, OutcomeOf):
            return then.value
    return LOST if _is_lost(statement) else ""


def _criterion(statement: Statement) -> Criterion:
    """Return how many results in a row a definition asks for, and how far apart."""
    least = {it.fact: it.at_least for it in atoms_of(statement.body) if isinstance(it, FactCondition)}
    results, days = least["results_in_a_row"], least["days_between_results"]
    if not isinstance(results, int | float) or not isinstance(days, int | float):
        raise LookupError(statement.id)
    return Criterion(int(results), int(days))


def _truth(rule: Statement, situation: Situation) -> bool | None:
    number = evaluator(rule)(situation)
    return None if number is None else number == 0


def _failure(failed: bool | None, laboratory: Laboratory, episode: Episode) -> Fact:
    """Return whether there is evidence of failure: failed by definition, or positive results that nothing resolves."""
    if failed:
        return Fact("evidence_of_failure", True, reason="the definition of failed is met")
    if failed is None:
        return Fact("evidence_of_failure", None, reason="failed is open")
    if episode.not_read:
        why = f"{episode.not_read} results on file are not read: one may be a smear or a culture"
        return Fact("evidence_of_failure", None, reason=why)
    unread = () if episode.all_results else unread_last(laboratory)
    if unread:
        return Fact("evidence_of_failure", None, reason=f"newer than what can be read: {said(unread)}")
    positives = unresolved_positives(laboratory)
    return Fact("evidence_of_failure", None if positives else False, reason=said(positives))


def _atoms(
    condition: Condition, held: bool | None, situation: Situation
) -> Iterable[tuple[FactCondition, bool | None]]:
    """Yield the single conditions that decide one: of alternatives those that hold, else those that may, else all."""
    if isinstance(condition, FactCondition):
        yield condition, held
    elif isinstance(condition, AnyOf):
        for atom in condition.conditions:
            if isinstance(atom, FactCondition) and truth_of(atom, situation) is held:
                yield atom, held


def _reason(atom: FactCondition, fact: Fact | None) -> Reason:
    expected = ", ".join(atom.among)
    if isinstance(atom.equals, bool):
        expected = "yes" if atom.equals else "no"
    for word, limit in (("at least", atom.at_least), ("below", atom.below)):
        if isinstance(limit, int | float):
            expected = f"{word} {limit:g}"
    why = "" if fact is None else fact.reason
    if not why and fact is not None and fact.value is not None and not isinstance(fact.value, bool):
        why = str(fact.value)
    return Reason(atom.fact, expected, why)

"""What follows from an interruption, by each source that has a rule for it: doses owed, a new start, tests, or nothing.

A source's edges are its own. Where it leaves one out, or where a number is known as a range that has a limit inside,
the answer is that it cannot be assessed; no other source's limit is put in its place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import Interval
from fullcourse.course.completion import month_later
from fullcourse.course.drug_rules import Rule, nobodys_situation, rule_of
from fullcourse.knowledge.consequences import Interruption
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.walk import thens_of

__all__ = [
    "BEDAQUILINE_OFF",
    "Interrupted",
    "InterruptionAnswer",
    "Owed",
    "ProposedOutcome",
    "interruption_answers",
    "interruption_rules",
    "months_between",
    "owed_in_all",
    "proposed_outcome",
]

_OWES: Final = "days missed"
_LOST: Final = "lost_to_follow_up"
BEDAQUILINE_OFF: Final = "bedaquiline_off_days"
"""The fact of a rule that asks how long bedaquiline alone was off, whatever became of the other drugs."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An interruption with what is known around it; what nobody knows is None.

    Attributes:
        days: Days in a row without a dose.
        months: The same in months of the calendar.
        total_days: All such days of the phase together.
        total_months: The same in months.
        months_before: Months of treatment before it.
        treatment_day: Day of treatment on which it began.
        as_susceptible: Whether the disease is treated as drug-susceptible: a rifamycin is in the regimen.
        has_pretomanid: Whether pretomanid is in the regimen.
        regimen: Id of the regimen in its guideline.
        phase: ``intensive`` or ``continuation``.
        share_taken: Share of the phase's doses that were taken, 0 to 1.
        smear_positive_at_start: Whether the first smear was positive.
        can_finish_in_time: Whether all doses still fit into the time that the source gives.
        for_side_effects: Whether it was ordered because of side effects.
        bedaquiline_days: Days in a row without bedaquiline, whatever became of the other drugs.
    """

    days: Interval
    months: Interval
    total_days: Interval
    total_months: Interval
    months_before: Interval | None = None
    treatment_day: int | None = None
    as_susceptible: bool | None = None
    has_pretomanid: bool | None = None
    regimen: str = ""
    phase: str = ""
    share_taken: Interval | None = None
    smear_positive_at_start: bool | None = None
    can_finish_in_time: bool | None = None
    for_side_effects: bool | None = None
    bedaquiline_days: Interval | None = None

    def facts(self) -> dict[str, Fact]:
        """Return it as facts that rules ask for."""
        day = self.treatment_day
        known: Mapping[str, bool | str | Interval | None] = {
            "interruption_days": self.days,
            "interruption_months": self.months,
            "interruption_total_days": self.total_days,
            "interruption_total_months": self.total_months,
            "treatment_months_before": self.months_before,
            "treatment_day": None if day is None else Interval(float(day), float(day)),
            "treated_as_susceptible": self.as_susceptible,
            "pretomanid_in_regimen": self.has_pretomanid,
            "course_regimen": self.regimen or None,
            "course_phase": self.phase or None,
            "share_of_doses_taken": self.share_taken,
            "smear_positive_at_start": self.smear_positive_at_start,
            "can_finish_in_time": self.can_finish_in_time,
            "stopped_for_side_effects": self.for_side_effects,
            BEDAQUILINE_OFF: self.bedaquiline_days,
        }
        return {name: Fact(name, value, days=0) for name, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True)
class InterruptionAnswer:
    """What one source says of an interruption.

    Attributes:
        statement: Id of the statement.
        status: ``applies``, ``does not apply``, or ``cannot be assessed``.
        goes_on: How treatment goes on; empty unless it applies.
        owes: Days of the regimen that are added, the least and the most; None where the source does not say.
        new_end: The first and the last day on which the regimen can end then; None where nothing is known of it.
        also: What is done beside it.
        reload_days: Days of a daily dose before the usual rhythm; None for none.
        missing: Facts that are not known and were asked for.
        says: The claim.
        citation: Where it comes from.
        interpretation: The page of our reading; empty where the source needs none.
    """

    statement: str
    status: str
    goes_on: str
    owes: tuple[int, int] | None
    new_end: tuple[date, date] | None
    also: str
    reload_days: int | None
    missing: tuple[str, ...]
    says: str
    citation: Citation
    interpretation: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What one statement owes for every interruption together.

    Attributes:
        days: Days of the regimen, the least and the most.
        new_end: The first and the last day on which the regimen can end then; None where no end is planned.
    """

    days: tuple[int, int]
    new_end: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class ProposedOutcome:
    """An outcome that a definition calls for; a clinician confirms it.

    Attributes:
        outcome: One of WHO's outcomes.
        definition: Which edition of the definitions: the source of the statement.
        statement: Its id.
    """

    outcome: str
    definition: str
    statement: str


@lru_cache(maxsize=4)
def interruption_rules(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Return every rule on interruptions, in the order of the files."""
    return tuple(
        rule_of(statement, knowledge)
        for statement in knowledge.statements.values()
        if any(isinstance(then, Interruption) for then in thens_of(statement.body))
    )


def interruption_answers(
    rules: Iterable[Rule], knowledge: Knowledge, interrupted: Interrupted, planned_end: date | None
) -> tuple[InterruptionAnswer, ...]:
    """Return what every source says of an interruption.

    Args:
        rules: On interruptions.
        knowledge: That they were read from.
        interrupted: The interruption.
        planned_end: Last day of the plan; None where it is open.
    """
    facts = interrupted.facts()
    situation = nobodys_situation(knowledge, facts)
    days = interrupted.days
    answers = []
    for rule in rules:
        then = rule.follows(situation)
        said, missing = rule.statement, tuple(sorted(name for name in rule.facts if name not in facts))
        if isinstance(then, Interruption):
            owes = (int(days.low), int(days.high)) if then.owes == _OWES else (0, 0) if then.owes else None
            ends = None
            if owes is not None and planned_end is not None and then.value.startswith("continue"):
                ends = planned_end + timedelta(days=owes[0]), planned_end + timedelta(days=owes[1])
            status, goes_on, also, reload = "applies", then.value, then.also, then.reload_days
        else:
            is_open = rule.is_open(situation) or rule.is_left_out(situation)
            status, goes_on, also, reload = "cannot be assessed" if is_open else "does not apply", "", "", None
            owes = ends = None
        answers.append(
            InterruptionAnswer(
                said.id,
                status,
                goes_on,
                owes,
                ends,
                also,
                reload,
                missing,
                said.says,
                rule.citation,
                said.interpretation,
            )
        )
    return tuple(answers)


def owed_in_all(
    rules: Iterable[Rule], knowledge: Knowledge, interrupted: Sequence[Interrupted], planned_end: date | None
) -> dict[str, Owed]:
    """Return what each statement owes for all interruptions together, by its id.

    A statement that asks for a new start somewhere owes nothing. One that cannot be assessed for an interruption may
    owe all of its days.

    Args:
        rules: On interruptions.
        knowledge: That they were read from.
        interrupted: Every interruption.
        planned_end: Last day of the plan; None where it is open.
    """
    situations = [(nobodys_situation(knowledge, one.facts()), one) for one in interrupted]
    owed = {}
    for rule in rules:
        if not any(isinstance(then, Interruption) and then.owes == _OWES for then in rule.thens):
            continue
        low = high = 0
        applies = goes_on = False
        for situation, one in situations:
            then = rule.follows(situation)
            if isinstance(then, Interruption):
                applies, goes_on = True, then.value.startswith(("continue", "restart_allowed"))
                if not goes_on:
                    break
                low += int(one.days.low) if then.owes == _OWES else 0
                high += int(one.days.high) if then.owes == _OWES else 0
            elif rule.is_open(situation) or rule.is_left_out(situation):
                high += int(one.days.high)
        if applies and goes_on:
            ends = None
            if planned_end is not None:
                ends = planned_end + timedelta(days=low), planned_end + timedelta(days=high)
            owed[rule.statement.id] = Owed((low, high), ends)
    return owed


def proposed_outcome(answers: Iterable[InterruptionAnswer]) -> ProposedOutcome | None:
    """Return the outcome that a source's definition calls for after an interruption; None for none."""
    lost = next((it for it in answers if it.goes_on == _LOST), None)
    return (
        None
        if lost is None
        else ProposedOutcome(
            _LOST.replace("_", " ").replace("follow up", "follow-up"), lost.citation.source, lost.statement
        )
    )


def months_between(first: date, until: date) -> float:
    """Return the months of the calendar from one day until another, the part of the last month by its days.

    Example:
        >>> months_between(date(2026, 1, 31), date(2026, 3, 31))
        2.0
        >>> round(months_between(date(2026, 1, 15), date(2026, 2, 1)), 3)
        0.548
    """
    months = (until.year - first.year) * 12 + until.month - first.month
    if month_later(first, months) > until:
        months -= 1
    begins, ends = month_later(first, months), month_later(first, months + 1)
    return months + (until - begins).days / (ends - begins).days

"""The statements that say what to do at a symptom or after too much, compiled once for a knowledge."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Statement, When
from fullcourse.knowledge.walk import atoms_of, facts_of, thens_of
from fullcourse.rules.one_patient import Outcome, evaluator
from fullcourse.rules.situation import Situation
from fullcourse.triage.report import symptoms_of

__all__ = ["AMOUNTS", "DRIVING", "TIERS", "TriageRule", "command_of_triage", "triage_rules"]

TIERS: Final = ("mention_at_next_visit", "contact_today", "emergency_now")
"""The actions that are urgencies, the mildest first."""

DRIVING: Final = "do_not_drive"

AMOUNTS: Final = "mg_taken_in_24_hours"
"""The fact by which a statement on an amount taken is known."""

_DIARY: Final = frozenset(("weeks_without_improvement", "visits_with_low_mood"))


@dataclass(frozen=True, slots=True, eq=False)
class TriageRule:
    """A statement with its compiled outcome.

    Attributes:
        statement: What the source says.
        drug: INN of the drug whose statement it is; empty for what holds whatever the drug.
        action: What follows.
        outcome: Returns whether it follows.
        citation: Where it comes from.
        symptoms: The symptoms that it reads.
        others: The other facts that it waits for; a condition that holds only for certain waits for none.
    """

    statement: Statement
    drug: str
    action: Action
    outcome: Callable[[Situation], Outcome]
    citation: Citation
    symptoms: tuple[str, ...]
    others: tuple[str, ...]


def command_of_triage(statement: Statement) -> str:
    """Return the command that executes a statement of triage: ``overdose`` for one on amounts; empty for any other."""
    if not _is_of_triage(statement):
        return ""
    return "overdose" if AMOUNTS in facts_of(statement.body) else "triage"


def _is_of_triage(statement: Statement) -> bool:
    """Return whether a statement says what to do at a symptom, at what a diary shows, or after too much."""
    thens = thens_of(statement.body)
    facts = facts_of(statement.body)
    return (
        len(thens) == 1
        and isinstance(thens[0], Action)
        and thens[0].value in (*TIERS, DRIVING)
        and (bool(symptoms_of(facts)) or AMOUNTS in facts or not _DIARY.isdisjoint(facts))
    )


@cache
def triage_rules(knowledge: Knowledge) -> tuple[TriageRule, ...]:
    """Return every statement of triage, of whatever drug, in the order of the files."""
    owners = {drug.inn.replace(" ", "-"): drug.inn for drug in knowledge.drugs.values()}
    stated = (it for action in (*TIERS, DRIVING) for it in knowledge.following("action", action))
    found = {it.id: it for it in stated if _is_of_triage(it)}
    return tuple(_rule(it, owners.get(it.id.split(".", 1)[0], ""), knowledge) for it in found.values())


def _rule(statement: Statement, drug: str, knowledge: Knowledge) -> TriageRule:
    (action,) = (then for then in thens_of(statement.body) if isinstance(then, Action))
    symptoms = symptoms_of(facts_of(statement.body))
    waited_for = [it for it in atoms_of(statement.body) if not (isinstance(it, FactCondition) and it.for_certain)]
    others = tuple(name for name in facts_of(When(tuple(waited_for), action)) if name not in symptoms)
    citation = knowledge.citation(statement)
    return TriageRule(statement, drug, action, evaluator(statement), citation, symptoms, others)

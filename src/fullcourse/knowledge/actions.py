"""Statements that say what to do about a number that a record holds, and how they read when that number is absent.

A source that says "stop above 500 ms" does not say that the drug may not be taken without an electrocardiogram. So such
a statement weighs on a decision as far as its number is on file: when the number is there and something else is open,
it holds the decision up; when nobody measured it, the statement cannot be assessed and is said so, no more.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final, TypeGuard

from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.statements import (
    Atom,
    FactCondition,
    Statement,
)
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.knowledge.walk import facts_of, thens_of, with_atoms

__all__ = ["HEADLINES", "acts_on_numbers", "as_on_file", "stops_a_dose"]

_STOPPING: Final = frozenset(
    (
        "emergency_now", "contact_today", "stop_and_review", "stop_regimen_and_review", "hold", "reduce_dose",
        "consider_stop",
    )
)  # fmt: skip
"""Actions before which no dose is advised, where what they are about is so."""

HEADLINES: Final[Mapping[str, str]] = {
    "stop_and_review": "Stop it, and have it reviewed",
    "stop_regimen_and_review": "Stop the whole regimen, and have it reviewed",
    "consider_stop": "Consider stopping it",
    "hold": "Withhold it",
    "reduce_dose": "Lower the dose",
    "keep_dose": "Keep the dose",
    "level_low": "The level is low",
    "review_level": "Review the level",
    "repeat_electrocardiogram": "Repeat the electrocardiogram more often",
    "repeat_in_two_weeks": "Repeat the test; stop if it is still so after two weeks",
    "correct_electrolytes": "Correct potassium, magnesium and calcium",
    "treat_hypothyroidism": "Replace thyroid hormone",
    "work_out_clearance": "Withhold it until the clearance is worked out",
}
"""What to do, in words, for each action on a number of the record."""


def acts_on_numbers(statement: Statement, facts: Mapping[str, FactDefinition]) -> bool:
    """Return whether a statement says what to do, and reads a number and nothing that a step must hand in.

    Args:
        statement: Any.
        facts: The vocabulary.
    """
    thens = thens_of(statement.body)
    if not thens or not all(isinstance(then, Action) for then in thens):
        return False
    kinds = [facts[name].kind for name in facts_of(statement.body)]
    return "number" in kinds and "given" not in kinds


def stops_a_dose(then: object) -> TypeGuard[Action]:
    """Return whether a consequence is that no dose is advised before somebody was called."""
    if not isinstance(then, Action):
        return False
    return then.hold or (then.value in _STOPPING and then.severity >= Severity.MAJOR)


@cache
def as_on_file(statement: Statement) -> Statement:
    """Return a statement in which a number that is not on file makes its condition fail, instead of leaving it open."""
    return with_atoms(statement, _if_on_file)


def _if_on_file(atom: Atom) -> Atom:
    if isinstance(atom, FactCondition) and atom.bounds and not isinstance(atom.equals, bool | str):
        return replace(atom, on_file=True)
    return atom

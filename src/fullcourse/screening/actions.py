"""Whether a statement on a number holds a decision up: not where it is open only because nobody measured it."""

from collections.abc import Callable, Mapping

from fullcourse.knowledge.actions import acts_on_numbers, as_on_file
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.one_patient import NONE, evaluator
from fullcourse.rules.situation import Situation

__all__ = ["weighs_of"]


def weighs_of(statement: Statement, facts: Mapping[str, FactDefinition]) -> Callable[[Situation], bool] | None:
    """Return what tells whether an open statement weighs on the decision; None where it always does.

    Args:
        statement: One that a check executes.
        facts: The vocabulary.
    """
    if not acts_on_numbers(statement, facts):
        return None
    outcome = evaluator(as_on_file(statement))
    return lambda situation: outcome(situation) != NONE

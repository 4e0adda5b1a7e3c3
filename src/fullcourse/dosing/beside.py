"""What comes with a dose: vitamins that the prescriber may add, and tests that a dose of this size asks for."""

from collections.abc import Iterable, Iterator

from fullcourse.dosing.answer import Supplement, Watch
from fullcourse.dosing.limits import DAILY, with_dose
from fullcourse.knowledge import consequences
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.walk import facts_of, thens_of
from fullcourse.rules.explain import judge_of
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["names_a_supplement", "supplements_for", "watch_for", "watches_a_dose"]

_PER_MG = 250.0
"""The amount of the drug that ``mg_per_250_mg`` counts by: part of the key's own name."""


def names_a_supplement(statement: Statement) -> bool:
    """Return whether a statement names something that is taken beside the drug."""
    return any(isinstance(then, consequences.Supplement) for then in thens_of(statement.body))


def watches_a_dose(statement: Statement) -> bool:
    """Return whether a statement asks for a test by the size of the dose."""
    tests = any(isinstance(then, consequences.TestOf) for then in thens_of(statement.body))
    return tests and DAILY in facts_of(statement.body)


def supplements_for(
    statements: Iterable[Statement], situation: Situation, knowledge: Knowledge, mg: float, weight_kg: float | None
) -> Iterator[Supplement]:
    """Yield what the prescriber may add to so much a day of the drug; nothing is added by itself."""
    for statement in statements:
        thens = thens_of(statement.body)
        outcome, because, _ = judge_of(statement)(situation)
        if outcome is None or outcome == NONE:
            continue
        then = thens[outcome]
        if isinstance(then, consequences.Supplement):
            yield Supplement(
                name=then.value,
                says=statement.says,
                claim=statement.id,
                citation=knowledge.citation(statement),
                mg_per_day=_amount(then, mg, weight_kg),
                option=then.option,
                because=because,
            )


def _amount(then: consequences.Supplement, mg: float, weight_kg: float | None) -> tuple[float, float | None] | None:
    """Return the least and most a day, mg, that follow for a dose; the most is None without an upper end."""
    if then.mg_per_day is not None:
        return then.mg_per_day, then.mg_per_day
    low, high = then.mg_per_day_low, then.mg_per_day_high
    if then.mg_per_kg_per_day_low is not None and then.mg_per_kg_per_day_high is not None and weight_kg is not None:
        by_weight = then.mg_per_kg_per_day_low * weight_kg, then.mg_per_kg_per_day_high * weight_kg
        if low is None or high is None:
            return by_weight
        return min(max(by_weight[0], low), high), min(max(by_weight[1], low), high)
    if then.mg_per_250_mg is not None:
        by_dose = then.mg_per_250_mg * mg / _PER_MG
        if low is not None and high is not None:
            return low, max(high, by_dose)
        least = then.mg_per_day_at_least
        return (by_dose, by_dose) if least is None else (max(least, by_dose), None)
    return None if low is None else (low, high)


def watch_for(
    statements: Iterable[Statement], situation: Situation, knowledge: Knowledge, mg: float, weight_kg: float | None
) -> Iterator[Watch]:
    """Yield the tests that the size of a dose asks for."""
    dosed = with_dose(situation, knowledge, mg, weight_kg)
    for statement in statements:
        thens = thens_of(statement.body)
        outcome, _, _ = judge_of(statement)(dosed)
        if outcome is None or outcome == NONE:
            continue
        then = thens[outcome]
        if isinstance(then, consequences.TestOf):
            citation = knowledge.citation(statement)
            yield Watch(then.value, statement.says, statement.id, citation, then.every_days)

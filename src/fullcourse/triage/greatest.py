"""The most that sources give of a drug: the lowest daily maximum, and the most for each kilogram of any range.

A maximum for children alone is none for everybody: what a child takes is held against the range for each kilogram.
"""

from collections.abc import Iterator

from fullcourse.knowledge.consequences import Action, DoseAdvice
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Steps
from fullcourse.knowledge.walk import thens_of

__all__ = ["greatest_mg_per_kg", "least_daily_maximum_mg"]


def least_daily_maximum_mg(knowledge: Knowledge, drug: str) -> float | None:
    """Return the lowest daily maximum that a source states of a drug, mg; None where none does.

    Args:
        knowledge: What the sources say.
        drug: INN.
    """
    limits = [it.max_mg_per_day for it in knowledge.doses_of(drug).limits.values() if it.drug == drug]
    stated = [most for statement in _own(knowledge, drug) for most in _maxima(statement)]
    return min((most for most in (*limits, *stated) if most is not None), default=None)


def greatest_mg_per_kg(knowledge: Knowledge, drug: str) -> float | None:
    """Return the upper end of the highest range for each kilogram a day, mg/kg; None where no source gives one.

    Args:
        knowledge: What the sources say.
        drug: INN.
    """
    limits = [it.mg_per_kg_high for it in knowledge.doses_of(drug).limits.values() if it.drug == drug]
    rows = [
        row.mg_per_kg_per_day_high
        for statement in _own(knowledge, drug)
        for then in thens_of(statement.body)
        if isinstance(then, DoseAdvice)
        for row in then.rows
    ]
    return max((most for most in (*limits, *rows) if most is not None), default=None)


def _own(knowledge: Knowledge, drug: str) -> Iterator[Statement]:
    owner = drug.replace(" ", "-")
    for statement in knowledge.about(knowledge.drugs[drug], frozenset((owner,))):
        if statement.id.split(".", 1)[0] == owner:
            yield statement


def _maxima(statement: Statement) -> Iterator[float | None]:
    if isinstance(statement.body, Steps):
        yield statement.body.max_mg_per_day
    for then in thens_of(statement.body):
        if isinstance(then, Action) or (isinstance(then, DoseAdvice) and then.population != "children"):
            yield then.max_mg_per_day

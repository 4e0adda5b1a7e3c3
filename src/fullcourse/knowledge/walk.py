"""Walking through a statement: the conditions and consequences that stand in it, whatever its form."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from fullcourse.knowledge.consequences import Consequence, FindingOf
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Atom,
    Bands,
    Body,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    Statement,
    Steps,
    When,
)

__all__ = [
    "TREATMENT_DAY", "atoms_of", "facts_of", "is_by_mechanism", "is_general_emergency", "rows_of_steps", "thens_of",
    "with_atoms",
]  # fmt: skip

TREATMENT_DAY = "treatment_day"
"""The fact that says on which day of a plan somebody is, 1 for the first."""


_GENERAL = "emergency."


def is_general_emergency(statement: Statement) -> bool:
    """Return whether a statement says what is an emergency whatever the drug."""
    return statement.id.startswith(_GENERAL) and bool(thens_of(statement.body))


def is_by_mechanism(statement: Statement) -> bool:
    """Return whether a statement speaks of one way only: it says that nothing is expected through metabolism."""
    thens = thens_of(statement.body)
    return bool(thens) and all(
        isinstance(it, FindingOf) and it.management is not None and it.management.is_by_mechanism for it in thens
    )


def thens_of(body: Body) -> tuple[Consequence, ...]:
    """Return every consequence of a body, in order."""
    match body:
        case When():
            return (body.then,)
        case FirstOf():
            return tuple(row.then for row in body.rows)
        case Bands():
            return tuple(band.then for band in body.bands)
    return ()


def atoms_of(body: Body) -> Iterator[Atom]:
    """Yield every single condition of a body; the number of bands is not one."""
    match body:
        case When():
            yield from _atoms(body.conditions)
        case FirstOf():
            for row in body.rows:
                yield from _atoms(row.conditions)
        case Steps():
            yield from _atoms(rows_of_steps(body)[0][1])


def rows_of_steps(body: Steps) -> tuple[tuple[int, tuple[Condition, ...]], ...]:
    """Return a titration as a decision table: the number of each step and what must hold for it, the last step first.

    A step begins when its day has come, its own conditions hold, and every step before it has begun. Read as a table
    whose first row that holds decides, an unknown condition of a later step makes the step unknown, never higher.
    """
    rows: list[tuple[int, tuple[Condition, ...]]] = []
    needed: dict[Condition, None] = {}
    for number, step in enumerate(body.steps):
        needed |= dict.fromkeys(step.conditions)
        day = (FactCondition(TREATMENT_DAY, at_least=float(step.from_day)),) if step.from_day > 1 else ()
        rows.append((number, (*day, *needed)))
    return tuple(reversed(rows))


def facts_of(body: Body) -> tuple[str, ...]:
    """Return the ids of the facts that a body reads, each once, in order."""
    facts: dict[str, None] = {}
    for atom in atoms_of(body):
        if isinstance(atom, FactCondition):
            facts[atom.fact] = None
            for bound in (atom.below, atom.at_most, atom.above, atom.at_least):
                if isinstance(bound, Multiple):
                    facts[bound.of] = None
    if isinstance(body, Bands):
        facts[body.by] = None
    return tuple(facts)


def _atoms(conditions: Iterable[Condition]) -> Iterator[Atom]:
    for condition in conditions:
        if isinstance(condition, AnyOf | AtLeast):
            yield from condition.conditions
        else:
            yield condition


def with_atoms(statement: Statement, change: Callable[[Atom], Atom]) -> Statement:
    """Return a statement with every single condition of a rule or a decision table changed; others stay as they are."""
    match statement.body:
        case When(conditions):
            return replace(statement, body=replace(statement.body, conditions=_changed(conditions, change)))
        case FirstOf(rows):
            read = tuple(replace(row, conditions=_changed(row.conditions, change)) for row in rows)
            return replace(statement, body=FirstOf(read))
    return statement


def _changed(conditions: Iterable[Condition], change: Callable[[Atom], Atom]) -> tuple[Condition, ...]:
    return tuple(
        replace(condition, conditions=tuple(map(change, condition.conditions)))
        if isinstance(condition, AnyOf | AtLeast)
        else change(condition)
        for condition in conditions
    )

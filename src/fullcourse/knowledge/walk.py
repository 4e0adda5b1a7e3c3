"""Walking through a statement: the conditions and consequences that stand in it, whatever its form."""

from collections.abc import Iterable, Iterator

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
    Steps,
    Then,
    When,
)

__all__ = ["atoms_of", "facts_of", "thens_of"]


def thens_of(body: Body) -> tuple[Then, ...]:
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
            for step in body.steps:
                yield from _atoms(step.conditions)


def facts_of(body: Body) -> tuple[str, ...]:
    """Return the ids of the facts that a body reads, each once, in order."""
    found: dict[str, None] = {}
    for atom in atoms_of(body):
        if isinstance(atom, FactCondition):
            found[atom.fact] = None
            for bound in (atom.below, atom.at_most, atom.above, atom.at_least):
                if isinstance(bound, Multiple):
                    found[bound.of] = None
    if isinstance(body, Bands):
        found[body.by] = None
    return tuple(found)


def _atoms(conditions: Iterable[Condition]) -> Iterator[Atom]:
    for condition in conditions:
        if isinstance(condition, AnyOf | AtLeast):
            yield from condition.conditions
        else:
            yield condition

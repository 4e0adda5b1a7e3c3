"""Prints every executed statement in one row, for a pharmacist to read what a change moved.

    python tools/make_statement_table.py > tests/golden/statements.tsv

A row says what follows, how serious it is, how serious it is that it cannot be told, each limit with its operator and
unit, and whatever else is asked. Several consequences of one statement are parted by ``|``, in the order in which they
are tried.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Atom,
    Bands,
    Condition,
    FirstOf,
    Multiple,
    NotFormalised,
    Statement,
    Steps,
    TakingCondition,
    Tells,
    When,
)
from fullcourse.knowledge.walk import thens_of
from patients import knowledge
from statement_rows import said

COLUMNS = ("statement", "follows", "severity", "where it cannot be told", "limits", "and", "source", "section")
OPERATORS = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


def rows() -> Iterator[str]:
    """Yield the lines of the table, the first of which names the columns."""
    yield "\t".join(COLUMNS)
    for statement in sorted(knowledge().statements.values(), key=lambda it: it.id):
        if not isinstance(statement.body, Tells | NotFormalised):
            yield "\t".join(cells(statement))


def cells(statement: Statement) -> tuple[str, ...]:
    """Return the cells of one statement."""
    thens = thens_of(statement.body)
    follows = [_follows(it) for it in thens]
    if isinstance(statement.body, Steps):
        follows = _steps(statement.body)
    parts = _parts(statement)
    return (
        statement.id,
        " | ".join(follows),
        " | ".join(it.severity.word if it.severity else "-" for it in thens),
        " | ".join(it.unresolved.word if it.unresolved else "-" for it in thens),
        " | ".join(limits or "-" for limits, _ in parts),
        " | ".join(others or "-" for _, others in parts),
        statement.source,
        statement.section,
    )


def _follows(then: object) -> str:
    management = getattr(then, "management", None)
    done = "" if management is None else f" ({management.do.value})"
    return f"{said(then)}{done}"  # type: ignore[arg-type]


def _steps(titration: Steps) -> list[str]:
    return [" and ".join(f"{dose.mg:g} mg {dose.at}" for dose in step.doses) for step in titration.steps]


def _parts(statement: Statement) -> list[tuple[str, str]]:
    """Return limits and the other conditions, for each thing that can follow."""
    match statement.body:
        case When(conditions):
            return [_sorted_out(conditions)]
        case FirstOf(decision_rows):
            return [_sorted_out(row.conditions) for row in decision_rows]
        case Bands(by, bands):
            unit = knowledge().facts[by].unit
            ends = [(("at_least", band.from_value), ("below", band.below)) for band in bands]
            return [
                ("; ".join(_limit(by, kind, end, unit) for kind, end in pair if end is not None), "") for pair in ends
            ]
        case Steps(steps):
            days = [f"treatment_day >= {step.from_day}" for step in steps]
            found = [_sorted_out(step.conditions) for step in steps]
            return [
                ("; ".join(filter(None, (day, limits))), others)
                for day, (limits, others) in zip(days, found, strict=True)
            ]
    return []


def _sorted_out(conditions: tuple[Condition, ...]) -> tuple[str, str]:
    limits, others = [], []
    for condition in conditions:
        words, has_limit = _words(condition)
        (limits if has_limit else others).append(words)
    return "; ".join(limits), "; ".join(others)


def _words(condition: Condition) -> tuple[str, bool]:
    match condition:
        case AnyOf(conditions):
            words = [_atom(it) for it in conditions]
            return f"any of ({', '.join(word for word, _ in words)})", any(has for _, has in words)
        case AtLeast(count, conditions):
            words = [_atom(it) for it in conditions]
            return f">= {count} of ({', '.join(word for word, _ in words)})", True
    return _atom(condition)


def _atom(atom: Atom) -> tuple[str, bool]:
    if isinstance(atom, TakingCondition):
        number = f" >= {atom.at_least}" if atom.at_least > 1 else ""
        within = f" <= {atom.within_days} d" if atom.within_days is not None else ""
        no = "" if atom.expected else "not "
        listed = " (listed)" if atom.listed else ""
        return f"{no}taking {atom.target}{number}{within}{listed}", bool(number or within)
    unit = knowledge().facts[atom.fact].unit
    certain = " (for certain)" if atom.for_certain else ""
    within = f" within {atom.within_days} d" if atom.within_days is not None else ""
    if isinstance(atom.equals, bool | str) or atom.among:
        words = {True: "yes", False: "no"}.get(atom.equals, atom.equals) if not atom.among else "/".join(atom.among)
        return f"{atom.fact} = {words}{within}{certain}", False
    bounds = [(kind, bound) for kind, bound in atom.bounds if not isinstance(bound, bool | str)]
    return " and ".join(_limit(atom.fact, kind, bound, unit) for kind, bound in bounds) + within + certain, True


def _limit(fact: str, kind: str, bound: float | Multiple, unit: str) -> str:
    if isinstance(bound, Multiple):
        return f"{fact} {OPERATORS[kind]} {bound.times:g} x {bound.of}"
    return f"{fact} {OPERATORS[kind]} {bound:g} {unit}".rstrip()


if __name__ == "__main__":
    for line in rows():
        print(line)

"""Every small change of a statement that would be a mistake: a severity one step off, a limit just past its value, ...

Used by ``mutate_knowledge`` (does a case notice?) and by ``export_statement_rows`` (which patient would show it?). A
change is made in a copy of one row of the knowledge, which is read again; no file is written.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.errors import Fault, InputError
from fullcourse.clinical.finding import Severity
from fullcourse.clinical.units import convert, known_units
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.moieties import with_moieties
from fullcourse.knowledge.read_statements import StatementReader
from fullcourse.knowledge.reader import parse, read_files
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["KINDS", "Mutant", "Place", "StatedRow", "counts_whole", "mutants_of", "reread", "stated_rows"]

KINDS: Final = ("severity", "unresolved", "threshold", "operator", "unit", "window", "count", "yes or no")
"""What is changed: how serious it is, or how serious it is that it cannot be told; a number that is compared, how, and
in which unit; a number of days; how many of several; and whether something is asked for or its absence."""

Place = tuple[str | int, ...]
"""Where something stands in the row of a statement: keys and numbers, from the outside in."""

_OTHER_OPERATOR: Final = {"below": "at_most", "at_most": "below", "above": "at_least", "at_least": "above"}
_WHOLE_UNITS: Final = frozenset({"a", "mo", "d"})
_WHOLE_FACTS: Final = frozenset(
    (
        "bedaquiline_off_days", "days_between_results", "days_from_due", "days_held", "effective_drugs_in_regimen",
        "interruption_days", "interruption_total_days", "latest_positive_month", "month_of_treatment",
        "neuropathy_grade", "repeats_left", "results_in_a_row", "supply_days_left", "treatment_day",
        "visits_with_low_mood", "weeks_without_improvement",
    )
)  # fmt: skip
"""Facts that are counted, in which a change of less than one is none."""

_PART: Final = 0.01
"""By which part of itself a limit is moved that is measured and not counted."""


@dataclass(frozen=True, slots=True)
class StatedRow:
    """One row of the knowledge from which a statement is read."""

    file: str
    row: Mapping[str, object]

    @property
    def id(self) -> str:
        """Id of the statement."""
        return str(self.row["id"])


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change.

    Attributes:
        statement: As it reads with the change.
        kind: One of `KINDS`.
        place: What is changed; the changes of one limit share it.
        words: The change in words.
    """

    statement: Statement
    kind: str
    place: Place
    words: str


def stated_rows() -> list[StatedRow]:
    """Return the rows of all statements that ship, those that hold through an active moiety among them."""
    tables = parse(read_files())
    rows = [(file, row) for file, table in tables.items() for row in table.get("statement", ())]
    drugs = [(file, table["drug"]) for file, table in tables.items() if "drug" in table]
    flat = [(file, one) for file, drug in drugs for one in (drug if isinstance(drug, list) else [drug])]
    return [StatedRow(file, row) for file, row in with_moieties(rows, flat)]


def mutants_of(stated: StatedRow, known: Knowledge) -> Iterator[Mutant]:
    """Yield every change of one statement that the reader takes.

    What it refuses needs no case: nobody can load it.
    """
    for kind, place, words, row in _changes(stated, known):
        statement = reread(stated.file, row, known)
        if statement is not None:
            yield Mutant(statement, kind, place, words)


def reread(file: str, row: Mapping[str, object], known: Knowledge) -> Statement | None:
    """Return the statement of a row; None where the reader refuses it."""
    faults: list[Fault] = []
    statement = StatementReader(known.facts, known.classes, faults).statement(row, file)
    return None if faults else statement


def counts_whole(fact: FactDefinition) -> bool:
    """Return whether a number is counted, so that it moves by one."""
    return fact.unit in _WHOLE_UNITS or fact.id in _WHOLE_FACTS


Change = tuple[str, Place, str, Mapping[str, object]]


def _changes(stated: StatedRow, known: Knowledge) -> Iterator[Change]:
    for place, node in _walk(stated.row, ()):
        if "fact" in node:
            yield from _of_fact(stated.row, place, node, known)
        elif "taking" in node:
            yield from _counted(stated.row, place, node, "at_least", "count")
            yield from _counted(stated.row, place, node, "within_days", "window")
            yield from _turned(stated.row, place, node)
        elif isinstance(node.get("of"), list):
            yield from _counted(stated.row, place, node, "at_least", "count")
        for key in ("severity", "unresolved"):
            if key in node:
                yield from _graded(stated.row, place, node, key)
        if place[:1] == ("bands",):
            yield from _moved(stated.row, place, node, ("from", "below"), known.facts[str(stated.row["by"])])
        if "from_day" in node:
            yield from _counted(stated.row, place, node, "from_day", "window")


def _walk(node: object, place: Place) -> Iterator[tuple[Place, Mapping[str, object]]]:
    if isinstance(node, Mapping):
        yield place, node
        for key, inner in node.items():
            yield from _walk(inner, (*place, key))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for number, inner in enumerate(node):
            yield from _walk(inner, (*place, number))


def _of_fact(row: Mapping[str, object], place: Place, node: Mapping[str, object], known: Knowledge) -> Iterator[Change]:
    fact = known.facts[str(node["fact"])]
    yield from _counted(row, place, node, "within_days", "window")
    yield from _turned(row, place, node)
    yield from _moved(row, place, node, tuple(_OTHER_OPERATOR), fact)
    for key, other in _OTHER_OPERATOR.items():
        if key in node and other not in node:
            changed = {(other if name == key else name): value for name, value in node.items()}
            yield "operator", (*place, key), f"'{key}' becomes '{other}'", _put(row, place, changed)
    if any(isinstance(node.get(key), int | float) for key in _OTHER_OPERATOR):
        unit = str(node.get("unit", fact.unit))
        for other in _other_units(unit, fact):
            changed = {**node, "unit": other}
            key = next(key for key in _OTHER_OPERATOR if key in node)
            yield "unit", (*place, key), f"unit '{unit}' becomes '{other}'", _put(row, place, changed)


def _other_units(unit: str, fact: FactDefinition) -> list[str]:
    """Return units that measure the same and are not the same; one of each size."""
    sizes: dict[float, str] = {}
    for other in known_units():
        try:
            sizes.setdefault(convert(1.0, other.code, unit, *fact.substance), other.code)
        except InputError:
            continue
    return [code for size, code in sizes.items() if size != 1.0]


def _moved(
    row: Mapping[str, object], place: Place, node: Mapping[str, object], keys: Sequence[str], fact: FactDefinition
) -> Iterator[Change]:
    for key in keys:
        value = node.get(key)
        if isinstance(value, Mapping):
            times = float(value["times"])
            for moved in (times * (1.0 + _PART), times * (1.0 - _PART)):
                words = f"'{key}' {times:g} times becomes {moved:g} times"
                yield "threshold", (*place, key), words, _put(row, (*place, key, "times"), moved)
        elif isinstance(value, int | float):
            by = 1.0 if counts_whole(fact) else abs(value) * _PART or _PART
            for moved in (value + by, value - by):
                yield (
                    "threshold",
                    (*place, key),
                    f"'{key}' {value:g} becomes {moved:g}",
                    _put(row, (*place, key), moved),
                )


def _counted(
    row: Mapping[str, object], place: Place, node: Mapping[str, object], key: str, kind: str
) -> Iterator[Change]:
    value = node.get(key)
    if isinstance(value, int):
        for moved in (value + 1, value - 1):
            yield kind, (*place, key), f"'{key}' {value} becomes {moved}", _put(row, (*place, key), moved)


def _turned(row: Mapping[str, object], place: Place, node: Mapping[str, object]) -> Iterator[Change]:
    value = node.get("is", True if "taking" in node else None)
    if isinstance(value, bool):
        words = f"'{node.get('fact', node.get('taking'))}' is {value} becomes {not value}"
        yield "yes or no", (*place, "is"), words, _put(row, (*place, "is"), not value)


def _graded(row: Mapping[str, object], place: Place, node: Mapping[str, object], key: str) -> Iterator[Change]:
    severity = Severity.of(str(node[key]))
    for step in (1, -1):
        if Severity.INFO <= severity + step <= Severity.CONTRAINDICATED:
            moved = Severity(severity + step).word
            yield key, (*place, key), f"{key} '{node[key]}' becomes '{moved}'", _put(row, (*place, key), moved)


def _put(row: Mapping[str, object], place: Place, value: object) -> Mapping[str, object]:
    changed = copy.deepcopy(row)
    node: object = changed
    for step in place[:-1]:
        node = node[step]  # type: ignore[index]
    if place:
        node[place[-1]] = value  # type: ignore[index]
    return changed

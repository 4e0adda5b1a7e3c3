"""Writes a row for each limit of a statement that has none yet; what stands is never written again.

    PYTHONPATH=tests python tools/export_statement_rows.py [--check]

The patients are looked for: one just inside the limit and one just outside, alike in all else. What follows is written
down as it came out, so a new row freezes what stands and proves nothing until somebody reads it beside the source.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product
from pathlib import Path
from typing import Final

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import (
    Bands,
    FactCondition,
    Multiple,
    Statement,
    Steps,
    TakingCondition,
)
from fullcourse.knowledge.walk import TREATMENT_DAY, atoms_of
from fullcourse.rules.one_patient import NONE, evaluate
from patients import knowledge
from statement_rows import COLUMNS, ROWS, Row, came_of, differences, person_of, read_rows, without

sys.path.insert(0, str(Path(__file__).parent))
from knowledge_mutants import Mutant, Place, StatedRow, counts_whole, mutants_of, stated_rows

HEAD: Final = (
    "# Each limit of each executed statement, and what follows from it: a patient just inside, one just outside.",
    "# Exported from statements as they stood: a row freezes what stands and proves nothing until somebody reads it",
    "# beside the source. tools/export_statement_rows.py adds rows for new statements and never changes one.",
    "\t".join(COLUMNS),
)
_MOST_TRIED: Final = 60_000
_MOST_PEOPLE: Final = 200
_DEFAULTS: Final = {
    "alt_upper_limit": 40.0, "ast_upper_limit": 40.0, "bilirubin_upper_limit": 1.2, "dose_interval_hours": 12.0,
    "mg_planned_in_7_days": 3500.0, "greatest_mg_per_kg_per_day": 20.0, "mg_of_one_dose": 250.0,
    "least_daily_maximum_mg": 1000.0, "mg_planned_in_24_hours": 500.0,
}  # fmt: skip
"""What the number is of which a limit is a multiple; an example, not a norm."""

Value = str | float | bool | Interval | tuple[str, ...] | None
"""What a thing is for one patient: a number or a range, a word, a yes or no, phrases on medicines, or not known."""


@dataclass(frozen=True)
class _Count:
    number: Interval


class _Sketch:
    """A patient as far as the rules look, made quickly; whoever is found is then made properly."""

    def __init__(self, values: Mapping[str, Value], definitions: Knowledge) -> None:
        self.facts = {
            name: Fact(name, exactly(value) if isinstance(value, float) else value)
            for name, value in values.items()
            if not isinstance(value, tuple) and value is not None
        }
        self._taken = {name: value for name, value in values.items() if isinstance(value, tuple)}

    def taking(self, target: str, within_days: int | None) -> _Count:
        phrases = self._taken.get(target, ())
        counted = [it for it in phrases if it.startswith("takes") or _days(it) <= (within_days or -1)]
        return _Count(exactly(float(len(counted))))


def _days(phrase: str) -> int:
    return int(phrase.split()[-3])


def rows_for(stated: StatedRow, statement: Statement, present: Iterable[Row], known: Knowledge) -> Iterator[str]:
    """Yield lines for what no row of a statement notices yet."""
    groups: dict[Place, list[Mutant]] = {}
    for mutant in mutants_of(stated, known):
        if not any(differences(row, mutant.statement, known) for row in present):
            groups.setdefault(mutant.place, []).append(mutant)
    search = _Search(statement, known)
    made: list[Row] = []
    for mutants in sorted(groups.values(), key=lambda it: it[0].kind == "severity"):
        left = [it for it in mutants if not any(differences(row, it.statement, known) for row in made)]
        while left:
            found = search.row(left)
            if found is None:
                print(f"no row notices: {statement.id}: {'; '.join(it.words for it in left)}", file=sys.stderr)
                break
            row, noticed = found
            made.append(row)
            yield _line(row)
            left = [it for it in left if it not in noticed]
    if not groups and not any(True for _ in present):
        row = search.plain()
        if row is None:
            print(f"nobody is found for: {statement.id}", file=sys.stderr)
        else:
            yield _line(row)


class _Search:
    """Looks for patients of one statement."""

    def __init__(self, statement: Statement, known: Knowledge) -> None:
        self.statement, self.known = statement, known
        self.values = _values(statement, known)
        self.takes_open = False

    def row(self, mutants: list[Mutant]) -> tuple[Row, list[Mutant]] | None:
        """Return the row that notices the most of some changes, and those that it notices.

        People of whom everything is known come first; a change that none of them shows may show where something is not.
        """
        found = self._best(mutants)
        if found is None and _asks_for_certain(self.statement):
            known_values = self.values
            self.values, self.takes_open = _with_open(known_values, self.statement), True
            found = self._best(mutants)
            self.values, self.takes_open = known_values, False
        return found

    def _best(self, mutants: list[Mutant]) -> tuple[Row, list[Mutant]] | None:
        best: tuple[Row, list[Mutant]] | None = None
        for inside, outside, name in islice(self._pairs(mutants), _MOST_PEOPLE):
            row = self._row(inside, outside, name)
            if row is None:
                continue
            noticed = [it for it in mutants if differences(row, it.statement, self.known)]
            if len(noticed) == len(mutants):
                return row, noticed
            if noticed and (best is None or len(noticed) > len(best[1])):
                best = row, noticed
        return best

    def plain(self) -> Row | None:
        """Return a row on somebody for whom something follows."""
        for inside, outside, name in islice(self._pairs([]), _MOST_PEOPLE):
            row = self._row(inside, outside, name)
            if row is not None:
                return row
        return None

    def _pairs(self, mutants: list[Mutant]) -> Iterator[tuple[Mapping[str, Value], Mapping[str, Value] | None, str]]:
        """Yield two who differ in one thing, and of whom a change makes another of at least one."""
        for values in islice(self._people(), _MOST_TRIED):
            came = self._came(self.statement, values)
            if came == NONE or (came is None and not self.takes_open):
                continue
            graded = [it for it in mutants if it.kind in {"severity", "unresolved"}]
            here = graded or not mutants or self._differ(mutants, values, came)
            for name in self._order():
                for value in _nearest_first(self.values[name], values[name]):
                    if value is None or (values[name] is None and not isinstance(value, tuple)):
                        continue
                    other = {**values, name: value}
                    elsewhere = self._came(self.statement, other)
                    if value == values[name] or elsewhere == came or elsewhere is None:
                        continue
                    if here or self._differ(mutants, other, elsewhere):
                        yield values, other, name
            if not self.values or all(not it for it in self.values.values()):
                yield values, None, ""
        for values in islice(self._people(), 50):
            if self._came(self.statement, values) not in {None, NONE}:
                yield values, None, ""

    def _differ(self, mutants: list[Mutant], values: Mapping[str, Value], came: int | None) -> bool:
        return any(self._came(it.statement, values) != came for it in mutants)

    def _order(self) -> list[str]:
        numbers = [name for name, choices in self.values.items() if choices and isinstance(choices[0], float)]
        return [*numbers, *(name for name in self.values if name not in numbers)]

    def _came(self, statement: Statement, values: Mapping[str, Value]) -> int | None:
        return evaluate(statement, _Sketch(values, self.known))  # type: ignore[arg-type]

    def _people(self) -> Iterator[dict[str, Value]]:
        """Yield patients: all at the first value, then more and more things otherwise."""
        base = {name: choices[0] for name, choices in self.values.items()}
        for size in range(min(len(base), 7) + 1):
            for names in combinations(base, size):
                for chosen in product(*(self.values[name][1:] for name in names)):
                    yield {**base, **dict(zip(names, chosen, strict=True))}

    def _row(self, inside: Mapping[str, Value], outside: Mapping[str, Value] | None, name: str) -> Row | None:
        given = [it for key, value in inside.items() if key != name for it in self._phrases(key, value)]
        if any(isinstance(value, tuple) for value in inside.values()):
            given.append("medicines_complete = yes")
        varied = self._phrases(name, inside[name]) if name else ()
        if name and inside[name] is None:
            return None
        if name and not varied:  # inside is to take none: then it is said of the medicine outside
            return None if outside is None else self._of_absence(given, outside, name)
        other = self._phrases(name, outside[name]) if outside is not None else ()
        if outside is not None and not other:
            other = ("medicines_complete = yes",)
        return self._made(tuple(dict.fromkeys(given)), varied, other)

    def _of_absence(self, given: list[str], outside: Mapping[str, Value], name: str) -> Row | None:
        kept = tuple(it for it in dict.fromkeys(given) if it != "medicines_complete = yes")
        return self._made(
            kept, ("medicines_complete = yes",), ("medicines_complete = yes", *self._phrases(name, outside[name]))
        )

    def _made(self, given: tuple[str, ...], inside: tuple[str, ...], outside: tuple[str, ...]) -> Row | None:
        came = came_of(self.statement, person_of((*given, *inside)), self.known).words
        elsewhere = came_of(self.statement, person_of((*given, *outside)), self.known).words if outside else ""
        if came == elsewhere or came == "does_not_apply" or "cannot_assess" in elsewhere:
            return None
        says, severity, decision = came.rsplit(", ", 2)
        row = Row("", self.statement.id, given, inside, outside, says, severity, decision, elsewhere, "")
        left_out = came_of(self.statement, person_of(without(row)), self.known).words if inside else ""
        return Row("", self.statement.id, given, inside, outside, says, severity, decision, elsewhere, left_out)

    def _phrases(self, name: str, value: Value) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        if isinstance(value, bool):
            return (f"{name} = {'yes' if value else 'no'}",)
        if value is None:
            return ()
        if isinstance(value, Interval):
            return (f"{name} = {_number(value.low)} to {_number(value.high)} {self.known.facts[name].unit}".rstrip(),)
        if isinstance(value, float):
            return (f"{name} = {_number(value)} {self.known.facts[name].unit}".rstrip(),)
        return (f"{name} = {value}",)


def _nearest_first(choices: tuple[Value, ...], to: Value) -> list[Value]:
    """Return choices with the numbers nearest to one first, so that two patients differ by as little as possible."""
    return sorted(choices, key=lambda it: abs(it - to) if isinstance(it, float) and isinstance(to, float) else 0.0)


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _values(statement: Statement, known: Knowledge) -> dict[str, tuple[Value, ...]]:
    """Return what each thing may be that a statement asks for: both sides of each limit, yes and no, taken or not."""
    found: dict[str, list[Value]] = {}
    atoms = list(atoms_of(statement.body))
    for atom in atoms:
        if isinstance(atom, TakingCondition):
            found.setdefault(atom.target, [()]).extend(_taken(atom, known, atoms))
        elif isinstance(atom.equals, bool):
            found.setdefault(atom.fact, [not atom.equals, atom.equals])
        elif atom.equals is not None or atom.among:
            words = [str(atom.equals)] if atom.equals is not None else list(atom.among)
            others = [word for word in known.facts[atom.fact].values if word not in words]
            if known.facts[atom.fact].kind == "given" and not others:
                others = ["something else"]  # a step hands it in, and no file lists its words
            found.setdefault(atom.fact, []).extend([*others[:1], *words])
    for name, limits in _limits(statement, atoms, known).items():
        found[name] = [value for limit in limits for value in _around(limit, name, known)]
    return {name: tuple(dict.fromkeys(choices)) for name, choices in found.items()}


def _asks_for_certain(statement: Statement) -> bool:
    return any(getattr(atom, "for_certain", False) for atom in atoms_of(statement.body))


def _with_open(values: Mapping[str, tuple[Value, ...]], statement: Statement) -> dict[str, tuple[Value, ...]]:
    """Return values with what is not known, and ranges over the limits of what is asked for certain."""
    found = dict(values)
    for name in {atom.fact for atom in atoms_of(statement.body) if getattr(atom, "for_certain", False)}:
        for limit in (it for it in values[name] if isinstance(it, float)):
            by = _little(limit)
            found[name] += (Interval(round(limit - by, 6), limit), Interval(limit, round(limit + by, 6)))
    return {name: (*choices, None) for name, choices in found.items()}


def _limits(statement: Statement, atoms: list[object], known: Knowledge) -> dict[str, list[float]]:
    limits: dict[str, list[float]] = {}
    multiples: list[tuple[str, Multiple]] = []
    for atom in atoms:
        if not isinstance(atom, FactCondition):
            continue
        for _, bound in atom.bounds:
            if isinstance(bound, Multiple):
                multiples.append((atom.fact, bound))
            elif isinstance(bound, float | int) and not isinstance(bound, bool):
                limits.setdefault(atom.fact, []).append(float(bound))
    if isinstance(statement.body, Bands):
        ends = [end for band in statement.body.bands for end in (band.from_value, band.below) if end is not None]
        limits[statement.body.by] = ends
    if isinstance(statement.body, Steps):
        limits[TREATMENT_DAY] = [float(step.from_day) for step in statement.body.steps]
    # A multiple of a multiple: the inner one is settled first.
    for fact, bound in sorted(multiples, key=lambda it: any(it[1].of == other for other, _ in multiples)):
        of = limits.get(bound.of) or [_DEFAULTS.get(bound.of, 10.0)]
        if any(bound.of == other for other, _ in multiples):
            of = [value for limit in of for value in _around(limit, bound.of, known)]
        limits.setdefault(fact, []).extend(value * bound.times for value in of)
        limits.setdefault(bound.of, of)
    return limits


def _around(limit: float, name: str, known: Knowledge) -> Iterator[float]:
    by = 1.0 if counts_whole(known.facts[name]) else _little(limit)
    for value in (limit, limit - by, limit + by):
        if value >= 0.0:
            yield round(value, 6)


def _little(limit: float) -> float:
    """Return the largest power of ten that is at most half a hundredth of a limit."""
    power = 1000.0
    while power > abs(limit) * 0.005 and power > 1e-6:
        power /= 10.0
    return power


def _taken(atom: TakingCondition, known: Knowledge, atoms: list[object]) -> Iterator[tuple[str, ...]]:
    members = _members(atom.target, known, atoms)
    for count in {1, atom.at_least, max(atom.at_least - 1, 1)}:
        yield tuple(f"takes {name}" for name in members[:count])
    if atom.within_days is not None:
        yield (f"took {members[0]} {atom.within_days} days ago",)
        yield (f"took {members[0]} {atom.within_days + 1} days ago",)


def _members(target: str, known: Knowledge, atoms: list[object]) -> list[str]:
    if target.startswith("drug."):
        return [target.removeprefix("drug.")]
    others = [it.target for it in atoms if isinstance(it, TakingCondition) and it.target != target]
    names = sorted(known.classes[target].ingredients)
    return sorted(names, key=lambda name: sum(known.in_class(name, {}, other) for other in others))


def _line(row: Row) -> str:
    cells = (
        row.statement, "; ".join(row.given), "; ".join(row.inside), "; ".join(row.outside), row.says, row.severity,
        row.decision, row.outside_is, row.left_out_is,
    )  # fmt: skip
    return "\t".join(cells)


def main() -> None:
    """Write the rows that lack; with ``--check`` only say how many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--only", default="", help="first part of the ids of statements")
    arguments = parser.parse_args()
    known = knowledge()
    present: dict[str, list[Row]] = {}
    for row in read_rows() if ROWS.exists() else ():
        present.setdefault(row.statement, []).append(row)
    ROWS.mkdir(exist_ok=True)
    made: dict[str, list[str]] = {}
    for stated in stated_rows():
        statement = known.statements[stated.id]
        owner = stated.id.split(".", 1)[0]
        if arguments.only and not stated.id.startswith(arguments.only):
            continue
        if not {"tells", "not_formalised"} & stated.row.keys():
            made.setdefault(owner, []).extend(rows_for(stated, statement, present.get(stated.id, ()), known))
    for owner, lines in made.items():
        path = ROWS / f"{owner}.tsv"
        if lines and not arguments.check:
            standing = path.read_text("utf-8").splitlines() if path.exists() else list(HEAD)
            path.write_text("\n".join([*standing, *lines]) + "\n", "utf-8")
        print(f"{owner}: {len(lines)} rows")


if __name__ == "__main__":
    main()

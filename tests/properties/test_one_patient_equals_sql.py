"""The two readers of the forms agree: one patient, and SQL over many, for every statement there is."""

import csv
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import duckdb

from fullcourse.clinical import Fact, Interval, Medicine, Patient, Record, Taken, parse_moment
from fullcourse.knowledge.actions import acts_on_numbers, as_on_file
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Bands, FactCondition, NotFormalised, TakingCondition, Tells
from fullcourse.knowledge.walk import atoms_of, facts_of
from fullcourse.rules.one_patient import evaluate
from fullcourse.rules.situation import Situation
from fullcourse.rules.sql import columns, outcome_expression, taking_name
from patients import AT, knowledge

PATIENTS = 20_000


def thresholds(known: Knowledge) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for statement in known.statements.values():
        for atom in atoms_of(statement.body):
            if isinstance(atom, FactCondition):
                for bound in (atom.below, atom.at_most, atom.above, atom.at_least, atom.equals):
                    if isinstance(bound, float):
                        found.setdefault(atom.fact, []).append(bound)
        if isinstance(statement.body, Bands):
            for band in statement.body.bands:
                found.setdefault(statement.body.by, []).extend(
                    end for end in (band.from_value, band.below) if end is not None
                )
    return found


def near(chance: random.Random, values: list[float]) -> float:
    value = chance.choice(values)
    return chance.choice(
        [value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf), value * chance.uniform(0.2, 3.0)]
    )


def some_fact(chance: random.Random, known: Knowledge, name: str, ends: dict[str, list[float]], yes: set[str]) -> Fact:
    definition = known.facts[name]
    days = chance.choice([None, 0, 1, 13, 14, 15, 400])
    if chance.random() < 0.35:
        return Fact(name, None, definition.unit, days=days)
    if definition.kind == "choice":
        return Fact(name, chance.choice(definition.values), days=days)
    if definition.kind == "number" or (definition.kind == "given" and name not in yes):
        values = ends.get(name, [1.0])
        low, high = sorted((near(chance, values), near(chance, values)))
        shape = chance.random()
        if shape < 0.6:
            high = low
        elif shape < 0.75:
            low = -math.inf
        elif shape < 0.9:
            high = math.inf
        return Fact(name, Interval(low, high), definition.unit, days=days)
    if definition.kind == "date":
        return Fact(name, "1970-01-01", days=days)
    return Fact(name, chance.random() < 0.5, days=days)


def some_medicines(chance: random.Random, names: list[str]) -> tuple[Medicine, ...]:
    day = parse_moment(chance.choice(["2026-11-01", "2026-11-20", "2026-11", "2025"]), "until")
    return tuple(
        Medicine(
            name,
            (name,),
            (),
            "name",
            chance.choice(list(Taken)),
            None,
            chance.choice([None, day]),
            "MedicationStatement/1",
        )
        for name in chance.sample(names, chance.randint(0, 4))
    )


def test_both_readers_agree_on_every_statement_for_thousands_of_patients(tmp_path: Path):
    known = knowledge()
    chance = random.Random(20261122)
    ends = thresholds(known)
    atoms = [atom for statement in known.statements.values() for atom in atoms_of(statement.body)]
    yes = {atom.fact for atom in atoms if isinstance(atom, FactCondition) and isinstance(atom.equals, bool)}
    targets = sorted(
        {(a.target, a.within_days) for a in atoms if isinstance(a, TakingCondition)},
        key=lambda pair: (pair[0], pair[1] or -1),
    )
    names = sorted(
        {"metformin", *(t.removeprefix("drug.") for t, _ in targets if t.startswith("drug."))}
        | {name for members in known.classes.values() for name in members.ingredients}
    )
    # What is only told has no outcome in either reader.
    statements = [item for item in known.statements.values() if not isinstance(item.body, Tells | NotFormalised)]
    acting = [item for item in statements if acts_on_numbers(item, known.facts)]
    assert acting
    statements += [replace(as_on_file(item), id=f"{item.id}.on-file") for item in acting]
    wanted = columns(statements)
    read = sorted({fact for statement in statements for fact in facts_of(statement.body)})
    cells = [cell_of(column, dict.fromkeys(targets)) for column in wanted]
    single: list[list[int | None]] = []
    table = tmp_path / "patients.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patient", *wanted])
        for number in range(PATIENTS):
            facts = {name: some_fact(chance, known, name, ends, yes) for name in read}
            facts["medicines_complete"] = some_fact(chance, known, "medicines_complete", ends, yes)
            person = Patient(AT, facts, some_medicines(chance, names), (), Record({}))
            situation = Situation(person, known)
            single.append([evaluate(statement, situation) for statement in statements])
            writer.writerow([number, *[as_text(cell(situation)) for cell in cells]])

    types = {"patient": "INTEGER", **wanted}
    shape = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    select = ", ".join(f'{outcome_expression(statement).sql("duckdb")} AS "{statement.id}"' for statement in statements)
    rows = duckdb.sql(
        f"SELECT {select} FROM read_csv('{table}', header = true, nullstr = '', columns = {{{shape}}}) ORDER BY patient"  # noqa: S608 - our own names
    ).fetchall()

    assert len(rows) == PATIENTS
    for statement_number, statement in enumerate(statements):
        one = [outcomes[statement_number] for outcomes in single]
        many = [row[statement_number] for row in rows]
        assert one == many, statement.id


def cell_of(column: str, targets: Iterable[tuple[str, int | None]]) -> Callable[[Situation], object]:
    """Return what reads the value of a column from a situation."""
    stem, _, end = column.rpartition("__")
    name = stem.removeprefix("fact__")
    if column.startswith("taking__"):
        target = next(pair for pair in targets if taking_name(*pair) == stem)
        return lambda situation: getattr(situation.taking(*target).number, end)
    if end in {"low", "high"}:
        return lambda situation: (
            getattr(value, end) if isinstance(value := situation.facts[name].value, Interval) else None
        )
    if end == "days":
        return lambda situation: situation.facts[name].days
    return lambda situation: situation.facts[column.removeprefix("fact__")].value


def as_text(value: object) -> str:
    if value is None or value in (math.inf, -math.inf):
        return ""
    return repr(value) if isinstance(value, float) else str(value)

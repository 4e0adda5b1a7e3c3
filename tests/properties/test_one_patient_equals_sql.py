"""The two readers of the forms agree: one patient, and SQL over many, for every statement there is."""

import csv
import math
import random
from pathlib import Path

import duckdb

from fullcourse.clinical import Fact, Interval, Medicine, Patient, Record, Taken, parse_moment
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Bands, FactCondition, TakingCondition
from fullcourse.knowledge.walk import atoms_of
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
    statements = list(known.statements.values())
    wanted = columns(statements)
    single: list[list[int | None]] = []
    table = tmp_path / "patients.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patient", *wanted])
        for number in range(PATIENTS):
            facts = {name: some_fact(chance, known, name, ends, yes) for name in known.facts}
            person = Patient(AT, facts, some_medicines(chance, names), (), Record({}))
            situation = Situation(person, known)
            single.append([evaluate(statement, situation) for statement in statements])
            writer.writerow([number, *(cell(column, situation, targets) for column in wanted)])

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


def cell(column: str, situation: Situation, targets: list[tuple[str, int | None]]) -> str:
    stem, _, end = column.rpartition("__")
    value: object
    if column.startswith("taking__"):
        target = next(pair for pair in targets if taking_name(*pair) == stem)
        number = situation.taking(*target).number
        value = number.low if end == "low" else number.high
    elif end in {"low", "high"}:
        fact = situation.facts[stem.removeprefix("fact__")]
        interval = fact.value if isinstance(fact.value, Interval) else Interval(-math.inf, math.inf)
        value = interval.low if end == "low" else interval.high
    elif end == "days":
        value = situation.facts[stem.removeprefix("fact__")].days
    else:
        value = situation.facts[column.removeprefix("fact__")].value
    return (
        ""
        if value is None or value in (math.inf, -math.inf)
        else repr(value)
        if isinstance(value, float)
        else str(value)
    )

"""A register gives each patient what a single check gives, whatever is wrong with the records; nothing is lost.

Records are mutated one element at a time, and some lines are damaged so that they are no JSON. A line that cannot be
used is the error of its patient, and never silence.
"""

import json
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import FactFolder, make_facts
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.facts import fact_row
from fullcourse.rules.establish import establish
from patients import AT, knowledge
from registers import Register, reader_of, written

DATA = Path(__file__).parents[1] / "data"
FOLDERS = ("records_tried", "records_damaged", "checks_tried")
OTHER: list[Any] = [None, "", " ", "x", 0, -1, 1.5, 10**400, True, [], {}, [{}], ["x"], {"x": 1}, "2026-02-30",
                    "2026-11-01", "Patient/other", "urn:uuid:other", "entered-in-error"]  # fmt: skip
Facts = dict[str, dict[str, object]]


def singles(people: dict[str, list[bytes]]) -> Facts:
    known, found = knowledge(), {}
    for name, lines in people.items():
        try:
            record = reader_of(known).read(b"\n".join(dict.fromkeys(lines)), AT)
        except InputError as error:
            found[name] = {"error": str(error)}
        else:
            found[name] = {"error": None, **fact_row(establish(record, known, AT), known)}
    return found


def in_register(people: dict[str, list[bytes]], folder: Path, processes: int = 1) -> tuple[Facts, FactFolder]:
    export, facts = folder / "export.ndjson", folder / f"facts-{processes}"
    export.write_bytes(b"\n".join(line for lines in people.values() for line in lines))
    made = make_facts(find_register([str(export)]), knowledge(), AT, facts, processes, lambda *_: None)
    table = duckdb.sql(f"SELECT * FROM '{facts}/facts-*.parquet'")  # noqa: S608 - our own file
    return {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}, made


def differing(alone: Facts, found: Facts) -> list[tuple[object, ...]]:
    return [
        (name, column, cell, found[name][column])
        for name, row in alone.items()
        for column, cell in row.items()
        if found[name][column] != cell
    ]


def mutated(resource: Any, chance: random.Random) -> Any:
    """Return a resource with one element or value that is another, is not there, or stands for itself twice."""
    copy = json.loads(json.dumps(resource))
    places = [place for place in _places(copy) if place[1] not in ("resourceType", "subject", "patient", "reference")]
    inside, key = chance.choice(places)
    change = chance.random()
    if change < 0.25:
        del inside[key]
    elif change < 0.7:
        inside[key] = chance.choice(OTHER)
    elif change < 0.85:
        inside[key] = [inside[key]]
    elif isinstance(inside, dict):
        inside[chance.choice(["contained", "valueOdd", "focus", "modifierExtension", "note"])] = chance.choice(OTHER)
    return copy


def _places(element: Any) -> list[tuple[Any, Any]]:
    inner = element.items() if isinstance(element, dict) else enumerate(element) if isinstance(element, list) else ()
    return [place for key, value in inner for place in [(element, key), *_places(value)]]


@pytest.mark.parametrize("seed", [101, 102])
def test_mutated_patients_are_as_in_single_checks(seed: int, tmp_path: Path):
    chance, register = random.Random(seed), Register(seed)
    people: dict[str, list[bytes]] = {}
    for number in range(500):
        resources = register.patient(f"p{number}")
        at = chance.randrange(len(resources))
        if at or chance.random() < 0.1:  # a Patient keeps the id by which lines are gathered
            resources[at] = {
                **mutated(resources[at], chance),
                **({"id": f"p{number}"} if resources[at]["resourceType"] == "Patient" else {}),
            }
        people[f"p{number}"] = list(map(written, resources))

    found, made = in_register(people, tmp_path)

    wrong = differing(singles(people), found)
    assert not wrong, (len(wrong), wrong[:5], made.routed)


def test_a_line_that_cannot_be_read_is_the_error_of_its_patient(tmp_path: Path):
    chance, register = random.Random(7), Register(7)
    people = {f"p{number}": list(map(written, register.patient(f"p{number}"))) for number in range(120)}
    damaged = []
    for name, lines in people.items():
        at = chance.randrange(len(lines))
        if at == 0 or chance.random() < 0.5:
            continue
        lines[at] = chance.choice([
            lines[at][:-1] + b',"note":[],"note":[]}', lines[at][:-1] + b',"x":NaN}', lines[at] + b"}",
            lines[at][:-1] + b',"x":"\xff"}', lines[at][:-1] + b',"x":"\\ud800"}', lines[at][:-1] + b',"x":1e999}',
        ])  # fmt: skip
        damaged.append(name)

    found, made = in_register(people, tmp_path)

    assert len(damaged) > 20
    assert [name for name in damaged if not found[name]["error"]] == []
    whole = {name: lines for name, lines in people.items() if name not in damaged}
    assert differing(singles(whole), found) == []
    assert len(made.aside) == len(damaged)
    assert not any(line.is_of_nobody for line in made.aside)
    assert not any(name in line.reason for line in made.aside for name in damaged)


def lines_of(path: Path) -> tuple[str, list[bytes]] | None:
    """Return the patient of a file of records and its resources as lines; None where it is no FHIR record of one."""
    try:
        values = [json.loads(path.read_text("utf-8"))]
    except ValueError:
        values = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    resources = [
        resource
        for value in values
        for resource in ([entry["resource"] for entry in value.get("entry", ()) if "resource" in entry] or [value])
        if resource.get("resourceType") != "Bundle"
    ]
    names = [resource.get("id") for resource in resources if resource.get("resourceType") == "Patient"]
    if len(names) != 1 or not isinstance(names[0], str):
        return None
    return names[0], list(map(written, resources))


@pytest.mark.parametrize(
    "path",
    [path for folder in FOLDERS for path in sorted((DATA / folder).iterdir()) if path.suffix in (".json", ".ndjson")],
    ids=lambda path: path.name,
)
def test_every_record_that_was_tried_is_alike_as_lines(path: Path, tmp_path: Path):
    record = lines_of(path)
    if record is None:
        pytest.skip("no record of one patient with an id")
    name, lines = record

    found, made = in_register({name: lines}, tmp_path)

    # A line that names nobody belongs to nobody in a register, and to the one patient in a single check.
    assert name in found, made.aside
    if not made.aside:
        assert differing(singles({name: lines}), found) == []


def test_two_processes_give_what_one_gives(tmp_path: Path):
    register = Register(17)
    people = {f"p{number}": list(map(written, register.patient(f"p{number}"))) for number in range(60)}

    one, _ = in_register(people, tmp_path)
    two, _ = in_register(people, tmp_path, 2)

    assert one == two

"""A register read by columns gives each patient what the one-patient reader gives, whatever stands in the records."""

import gzip
import json
import random
import re
from itertools import zip_longest
from pathlib import Path

import duckdb
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.cohort.facts import fact_row
from fullcourse.rules.establish import establish
from patients import AT, knowledge
from registers import Register, facts_of, reader_of, written

PATIENTS = 1_000


def one_by_one(
    people: dict[str, list[dict[str, object]]], products: list[dict[str, object]]
) -> dict[str, dict[str, object]]:
    reader, known = reader_of(knowledge()), knowledge()
    found: dict[str, dict[str, object]] = {}
    for name, resources in people.items():
        lines = [written(resource) for resource in [*resources, *products]]
        try:
            found[name] = dict(fact_row(establish(reader.read(b"\n".join(lines), AT), known, AT), known))
        except InputError as error:
            found[name] = {"error": str(error)}
    return found


def by_columns(paths: list[Path], folder: Path) -> tuple[dict[str, dict[str, object]], dict[str, int]]:
    folder.mkdir()
    assembler = facts_of(paths, folder / "rows")
    routed: dict[str, int] = {}
    found: dict[str, dict[str, object]] = {}
    for bucket in range(2):
        part = assembler.write(bucket, folder / f"facts-{bucket}.parquet")
        for reason, count in part.routed.items():
            routed[reason] = routed.get(reason, 0) + count
        rows = duckdb.sql(f"SELECT * FROM '{folder}/facts-{bucket}.parquet'")  # noqa: S608
        found |= {str(row[0]): dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()}
    return found, routed


def same(one: dict[str, object], many: dict[str, object]) -> list[str]:
    if "error" in one:
        return [] if many["error"] == one["error"] else [f"error: {one['error']} / {many['error']}"]
    return [f"{name}: {value} / {many[name]}" for name, value in one.items() if many[name] != value] + (
        [f"error {many['error']}"] if many["error"] else []
    )


def differences(alone: dict[str, dict[str, object]], found: dict[str, dict[str, object]]) -> dict[str, list[str]]:
    assert alone.keys() == found.keys()
    return {name: wrong for name, one in alone.items() if (wrong := same(one, found[name]))}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thousands_of_odd_patients_get_the_same_facts_either_way(tmp_path: Path, seed: int):
    register = Register(seed)
    people = {f"p{number}": register.patient(f"p{number}") for number in range(PATIENTS)}
    lines = [written(resource) for resources in people.values() for resource in [*resources]]
    lines += [written(resource) for resource in register.products()]
    (tmp_path / "all.ndjson").write_bytes(b"\n".join(lines) + b"\n")

    found, routed = by_columns([tmp_path], tmp_path / "out")

    wrong = differences(one_by_one(people, register.products()), found)
    assert not wrong, (len(wrong), list(wrong.items())[:5], routed)
    assert sum(routed.values()) < PATIENTS * 0.6, routed


@pytest.mark.parametrize("seed", [31, 32])
def test_odd_lines_that_many_patients_share_are_read_alike_too(tmp_path: Path, seed: int):
    register = Register(seed)
    people: dict[str, list[dict[str, object]]] = {}
    for number in range(60):
        text = json.dumps(register.patient(f"p{number}"))
        for copy in range(20):
            name = f"p{number}.{copy}"
            people[name] = json.loads(re.sub(rf'p{number}(?=["-])', name, text))
    turns = zip_longest(
        *people.values()
    )  # a line of each patient in turn: their own order decides which fault is named
    lines = [written(resource) for turn in turns for resource in turn if resource is not None]
    lines += [written(resource) for resource in register.products()]
    (tmp_path / "all.ndjson").write_bytes(b"\n".join(lines) + b"\n")

    found, _ = by_columns([tmp_path], tmp_path / "out")

    wrong = differences(one_by_one(people, register.products()), found)
    assert not wrong, (len(wrong), list(wrong.items())[:5])


def test_lines_in_any_order_and_twice_in_many_packed_files_change_nothing(tmp_path: Path):
    register = Register(3)
    people = {f"p{number}": register.patient(f"p{number}") for number in range(300)}
    lines = [written(resource) for resources in people.values() for resource in resources]
    products = [written(resource) for resource in register.products()]
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "all.ndjson").write_bytes(b"\n".join([*lines, *products]))
    random.Random(4).shuffle(lines)
    (tmp_path / "many").mkdir()
    for number in range(3):
        some = [*lines[number::3], *[line for line in lines[: len(lines) // 2] if b'"id":' in line], *products]
        (tmp_path / "many" / f"{number}.ndjson.gz").write_bytes(gzip.compress(b"\r\n".join(some)))

    first, _ = by_columns([tmp_path / "one"], tmp_path / "first")
    second, _ = by_columns([tmp_path / "many"], tmp_path / "second")

    for name, row in first.items():
        if row["error"] is None:
            assert second[name] == row, name
        else:
            assert second[name]["error"], name

"""A register in parts, as executors read it: the rows are those of one machine, however its lines are divided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'fullcourse[cohort,spark]'")

import pyarrow as pa

from cluster_cases import AS_TWIN, CASES, CLEAR, ERROR, NAMED, OPEN, TWIN, YES, lay_out
from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.register.cluster.chunks import FACTS, establish, unpacked
from fullcourse.adapters.register.cluster.here import Asked, here
from fullcourse.adapters.register.cluster.routing import ASIDE, BLOCK, LINE, ROUTED, products_of, route
from fullcourse.adapters.register.cluster.set_aside import LineNumbers
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.extract import ranges_of, whole_lines
from fullcourse.adapters.register.read.fact_folder import FactFolder, make_facts
from fullcourse.clinical.errors import InputError
from patients import AT

Rows = list[dict[str, Any]]
Facts = dict[str, dict[str, Any]]


def asked() -> Asked:
    return Asked(__version__, knowledge_here().digest, AT)


def line_batches(folder: Path, size: int = 7) -> tuple[list[Any], dict[str, int]]:
    """Return what Spark hands over of files: batches of lines with their file and block."""
    rows, files = [], find_register([str(folder)]).files
    for file in files:
        for part in ranges_of([file]):
            for lines in whole_lines(part):
                data = lines.data.removesuffix(b"\n").split(b"\n") if lines.data else []
                rows += [(line, f"file://{file}".replace(" ", "%20"), 0, None) for line in data]
    schema = pa.schema([("line", pa.binary()), ("path", pa.string()), ("block", pa.int64()), ("number", pa.int64())])
    batches = [_batch(rows[at : at + size], schema) for at in range(0, len(rows), size)]
    return batches, {f"file:{file}": number for number, file in enumerate(files)}


def _batch(rows: Sequence[tuple[Any, ...]], schema: Any) -> Any:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, of.type) for values, of in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def in_parts(folder: Path, parts: int, chunk_bytes: int = 1 << 20) -> tuple[Facts, Rows]:
    """Return the facts and the notes of a register that is divided by patient."""
    batches, files = line_batches(folder)
    products: dict[str, list[bytes]] = {}
    for batch in products_of(iter(batches), files, asked()):
        for row in batch.to_pylist():
            products.setdefault(row["name"], []).append(row["body"])
    routed = [row for batch in route(iter(batches), files, asked()) for row in batch.to_pylist()]
    names = [name.removeprefix("file:") for name in files]
    numbers = LineNumbers(names, {(file, 0): 0 for file in range(len(names))})  # every file here is one block
    facts: Facts = {}
    notes: Rows = []
    for part in range(parts):
        mine = [row for row in routed if sum(row["patient"].encode()) % parts == part]
        mine.sort(key=lambda row: (row["patient"], row["file"], row["block"], row["place"]))
        for batch in establish(_ordered(mine), products, asked(), chunk_bytes):
            for row in batch.to_pylist():
                if row["kind"] == FACTS:
                    found = unpacked(row["facts"], numbers).to_pylist()
                    assert not facts.keys() & {each["patient"] for each in found}
                    facts |= {each["patient"]: each for each in found}
                else:
                    notes.append(row)
    return facts, notes


def _ordered(rows: Rows, size: int = 5) -> Iterator[Any]:
    for at in range(0, len(rows), size):
        yield pa.RecordBatch.from_pylist(rows[at : at + size], schema=ROUTED)


def on_one_machine(folder: Path, out: Path) -> tuple[Facts, FactFolder]:
    made = make_facts(find_register([str(folder)]), knowledge_here(), AT, out, 1, lambda *_: None)
    table = duckdb.from_parquet(str(out / "facts-*.parquet"))
    return {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}, made


def asides(notes: Rows, files: Sequence[Path]) -> list[tuple[str, int, str, bool]]:
    """Return lines that are not used as one machine tells them; every file here is one block."""
    found = [row for row in notes if row["kind"] == ASIDE]
    return sorted((str(files[row["file"]]), row["place"] + 1, row["reason"], row["is_of_nobody"]) for row in found)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    lay_out(folder)
    return folder


@pytest.fixture(scope="module")
def alone(register: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, FactFolder]:
    return on_one_machine(register, tmp_path_factory.mktemp("facts"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_comes_to_what_was_expected(case: Any, register: Path):
    facts, _ = parts_of(register)
    row, twin = facts[case.name], facts[TWIN]
    said = {
        ERROR: row["error"] is not None,
        YES: (row["error"], row["fact__epilepsy"]) == (None, True),
        OPEN: (row["error"], row["fact__epilepsy"], row["fact__medicines_complete"]) == (None, None, None),
        CLEAR: (row["error"], row["record__not_clear"]) == (None, False),
        NAMED: (row["error"], row["record__not_clear"]) == (None, True),
        AS_TWIN: {**row, "patient": TWIN} == twin,
    }
    assert said[case.expected], {name: value for name, value in row.items() if value is not None}


_PARTS: dict[Path, tuple[Facts, Rows]] = {}


def parts_of(folder: Path) -> tuple[Facts, Rows]:
    if folder not in _PARTS:
        _PARTS[folder] = in_parts(folder, 3)
    return _PARTS[folder]


def test_the_rows_are_those_of_one_machine(register: Path, alone: tuple[Facts, FactFolder]):
    facts, notes = parts_of(register)

    assert facts == alone[0]
    made = alone[1]
    counted = [row for row in notes if row["kind"] == BLOCK]
    assert (sum(row["lines"] for row in counted), sum(row["others"] for row in counted)) == (made.lines, made.others)
    assert asides(notes, find_register([str(register)]).files) == sorted(
        (line.file, line.line, line.reason, line.is_of_nobody) for line in made.aside
    )


@pytest.mark.parametrize(("parts", "chunk_bytes"), [(1, 1), (1, 1 << 30), (2, 1 << 30), (8, 5_000)])
def test_rows_do_not_depend_on_how_patients_are_divided(parts: int, chunk_bytes: int, register: Path):
    facts, notes = in_parts(register, parts, chunk_bytes)

    assert facts == parts_of(register)[0]
    assert asides(notes, find_register([str(register)]).files) == asides(
        parts_of(register)[1], find_register([str(register)]).files
    )


def test_a_line_that_came_to_another_than_its_patient_fails_the_run(register: Path):
    batches, files = line_batches(register)
    rows = [row for batch in route(iter(batches), files, asked()) for row in batch.to_pylist()]
    astray = [{**row, "patient": "c08"} for row in rows if row["kind"] == LINE and row["patient"] == "c01"]

    with pytest.raises(InputError, match="routed to somebody else"):
        list(establish(_ordered(astray), {}, asked()))


def test_a_file_that_was_not_there_when_the_run_began_fails_it(register: Path):
    batches, files = line_batches(register)
    del files[next(iter(files))]

    with pytest.raises(InputError, match="not there when the run began"):
        list(route(iter(batches), files, asked()))


@pytest.mark.parametrize("other", [{"knowledge": "0" * 64}, {"version": "0.0.1"}])
def test_an_executor_with_another_edition_refuses(other: Mapping[str, str]):
    with pytest.raises(InputError, match="Install the same wheel on every node"):
        here(replace(asked(), **other))

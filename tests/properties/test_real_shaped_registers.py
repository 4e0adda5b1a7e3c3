"""Registers as real systems export them come to the facts of single checks, whatever their references are like."""

import sys
from pathlib import Path

import duckdb
import pytest

from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.facts import fact_row
from fullcourse.rules.establish import establish
from patients import knowledge
from registers import reader_of

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from real_shaped_register import AT, KINDS, Patients, generate

PATIENTS = 300


def single(patients: Patients, number: int) -> dict[str, object]:
    lines = [line for _, line in [*patients.lines(number), *patients.products()]]
    known = knowledge()
    try:
        record = reader_of(known).read("\n".join(lines).encode(), AT)
    except InputError as error:
        return {"error": str(error)}
    return {"error": None, **fact_row(establish(record, known, AT), known)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_register_comes_to_the_facts_of_single_checks(kind: str, tmp_path: Path):
    patients = Patients(kind)
    generate(patients, PATIENTS, tmp_path / "register")

    made = make_facts(
        find_register([str(tmp_path / "register")]), knowledge(), AT, tmp_path / "facts", 1, lambda *_: None
    )

    table = duckdb.sql(f"SELECT * FROM '{tmp_path}/facts/facts-*.parquet'")  # noqa: S608 - our own file
    rows = {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}
    assert len(rows) == PATIENTS
    differing = [
        (number, name, cell, rows[patients.name(number)][name])
        for number in range(PATIENTS)
        for name, cell in single(patients, number).items()
        if rows[patients.name(number)][name] != cell
    ]
    assert not differing, (len(differing), differing[:5], made.routed)
    assert made.errors == 0
    assert not made.aside

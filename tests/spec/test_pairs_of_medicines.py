"""Two medicines together are rated as the strictest source that was read rates them, and harmless pairs stay silent."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.clinical.finding import Status
from fullcourse.journey.matrix import Cell, CellState, interaction_matrix
from patients import knowledge

FOLDER = Path(__file__).parent / "pairs"
SILENT = "silent"


def rows() -> list[tuple[str, ...]]:
    found = []
    for path in sorted(FOLDER.glob("*.tsv")):
        lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        found += [tuple(line.split("\t")) for line in lines[1:]]
    return found


ROWS = rows()


@cache
def cells() -> dict[tuple[str, str], Cell]:
    named = load_co_medicines()
    matrix = interaction_matrix(
        knowledge(), knowledge().profile("who"), date(2026, 11, 22), named, list(knowledge().drugs.values())
    )
    return {(cell.drug, row.co_medicine.name): cell for row in matrix.rows for cell in row.cells}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} with {row[1]}" for row in ROWS])
def test_a_pair_is_rated_as_its_strictest_source_rates_it(row):
    drug, medicine, severity, *_ = row
    cell = cells()[drug, medicine]
    applies = [it for it in cell.findings if it.status is Status.APPLIES]
    strictest = max((it.severity for it in applies), default=None)
    rated = strictest.word if cell.state is CellState.FINDING and strictest is not None else SILENT
    assert rated == severity


@pytest.mark.parametrize("row", [row for row in ROWS if row[3]], ids=lambda row: f"{row[0]} with {row[1]}")
def test_the_source_of_the_rating_is_among_those_shown(row):
    drug, medicine, _, source, _ = row
    shown = {knowledge().statements[it.id].source for it in cells()[drug, medicine].findings}
    assert source in shown


def test_there_are_enough_pairs_on_both_sides_and_none_twice():
    assert len({row[:2] for row in ROWS}) == len(ROWS)
    assert sum(row[2] != SILENT for row in ROWS) >= 50
    assert sum(row[2] == SILENT for row in ROWS) >= 15

"""The table of a need: sums in full, months in order, and no cell that a spreadsheet works out."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from fullcourse.adapters.register.engine.need_table import COLUMNS, write_need
from fullcourse.cohort.need.total import NeedTotal, Row
from fullcourse.cohort.need.units import Product


def table(total: NeedTotal, folder: Path) -> list[list[str]]:
    write_need(total, folder / "need.csv")
    with (folder / "need.csv").open(newline="") as file:
        return list(csv.reader(file))


def test_a_row_says_month_product_units_and_patients(tmp_path: Path):
    total = NeedTotal(
        rows={
            ("2027-01", Product(("a", "b"), "tablet 1/2 mg", "unit")): Row(
                Fraction(5, 2), Fraction(1), Fraction(4), 1, 2
            ),
            ("2026-12", Product(("c",), "oral suspension 20 mg/mL", "mL")): Row(
                possible=Fraction(62), patients_possible=1
            ),
        }
    )
    assert table(total, tmp_path) == [
        list(COLUMNS),
        ["2026-12", "c", "oral suspension 20 mg/mL", "mL", "0", "0", "62", "0", "1"],
        ["2027-01", "a + b", "tablet 1/2 mg", "unit", "2.5", "1", "4", "1", "2"],
    ]
    assert not list(tmp_path.glob("*.draft"))


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_begins_as_a_formula_does(words: str, tmp_path: Path):
    total = NeedTotal(rows={("2026-12", Product((words,), words, "unit")): Row()})
    (_, cells) = table(total, tmp_path)
    told = words.replace("\r", "\n")  # a return alone would overwrite what stands before it on a terminal
    assert (cells[1], cells[2]) == (f"'{told}", f"'{told}")

"""The need of a register as a table that a spreadsheet opens: nothing in it is taken for a formula."""

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

from fullcourse.adapters.spreadsheet import shown_cell, shown_row
from fullcourse.cohort.need.total import NeedTotal

__all__ = ["COLUMNS", "need_rows", "units_written", "write_need"]

COLUMNS: Final = (
    "month", "drug", "product", "unit", "units_certain", "units_waiting", "units_possible", "patients_certain",
    "patients_possible",
)  # fmt: skip


def need_rows(total: NeedTotal) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each month and product, by month, in the order of the drugs."""
    for (month, product), row in sorted(total.rows.items()):
        cells = [
            month, " + ".join(product.drugs), product.words, product.unit, units_written(row.certain),
            units_written(row.waiting), units_written(row.possible), str(row.patients_certain),
            str(row.patients_possible),
        ]  # fmt: skip
        yield tuple(map(shown_cell, cells))


def units_written(units: Fraction) -> str:
    """Return a number of units, in full.

    >>> units_written(Fraction(248)), units_written(Fraction(5, 2))
    ('248', '2.5')
    """
    return str(units.numerator) if units.denominator == 1 else f"{float(units):.12g}"


def write_need(total: NeedTotal, target: Path) -> None:
    """Write the table; the file appears when it is whole."""
    draft = target.with_name(target.name + ".draft")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(map(shown_row, need_rows(total)))
    draft.replace(target)

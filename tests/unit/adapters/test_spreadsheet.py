"""No cell that people wrote is worked out by a spreadsheet; numbers stay numbers."""

import csv
import io

import pytest

from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.adapters.published.matrix import matrix_csv
from fullcourse.adapters.spreadsheet import shown_cell, shown_row
from fullcourse.journey.matrix import interaction_matrix
from patients import AT, knowledge


@pytest.mark.parametrize(
    ("begins", "shown"), [("=", "="), ("+", "+"), ("-", "-"), ("@", "@"), ("\t", "\t"), ("\r", "\n"), ("=\x00", "= ")]
)
def test_a_cell_that_would_be_worked_out_is_quoted(begins: str, shown: str):
    assert shown_cell(f"{begins}cmd|' /C calc'!A0") == f"'{shown}cmd|' /C calc'!A0"


def test_other_cells_stay_as_they_are():
    assert shown_row(("cured", "", "a=b", -1.5, 3, None)) == ("cured", "", "a=b", -1.5, 3, None)


def test_no_cell_of_the_matrix_is_worked_out():
    known = knowledge()
    made = interaction_matrix(known, known.profile("us"), AT, load_co_medicines(), [known.drug("rifampin")])
    cells = [cell for row in csv.reader(io.StringIO(matrix_csv(made))) for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]

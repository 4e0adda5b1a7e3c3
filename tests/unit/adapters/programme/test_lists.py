"""The list behind a number: CSV that no spreadsheet works out, JSON, Parquet."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from fullcourse.adapters.programme.lists import COLUMNS, FORMS, list_csv, write_lists
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.table import Behind, Number

CASES = [Case(patient, 1, date(2026, 8, 3)) for patient in ("p-2", "=HYPERLINK(1)", "+1", "p-1")]
NUMBER = Number("final.long.died", "died", [Behind(case, date(2026, 9, 1), "@died", "e-1") for case in CASES])
EMPTY = Number("final.long.cured", "cured")


def test_no_cell_is_worked_out_by_a_spreadsheet():
    rows = list(csv.reader(list_csv(NUMBER).splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [row[2] for row in rows[1:]] == ["'+1", "'=HYPERLINK(1)", "p-1", "p-2"]
    assert {row[7] for row in rows[1:]} == {"'@died"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_every_row(tmp_path: Path, form: str):
    target = write_lists([EMPTY, NUMBER], tmp_path / "lists", form)
    assert [path.name for path in target.parent.iterdir()] == [f"lists.{form}"]
    if form == "csv":
        assert len(target.read_text("utf-8").splitlines()) == 5
    elif form == "ndjson":
        rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
        assert [(row["patient"], row["case"]) for row in rows] == [
            ("+1", 1),
            ("=HYPERLINK(1)", 1),
            ("p-1", 1),
            ("p-2", 1),
        ]
    else:
        duckdb = pytest.importorskip("duckdb")
        found = duckdb.connect().execute(
            'SELECT patient, "case", registered_on, starts_on FROM read_parquet(?)', [str(target)]
        )
        assert found.fetchall()[2] == ("p-1", 1, date(2026, 8, 3), None)


def test_parquet_of_nobody_is_a_table_without_rows(tmp_path: Path):
    duckdb = pytest.importorskip("duckdb")
    target = write_lists([EMPTY], tmp_path, "parquet")
    assert duckdb.connect().execute("SELECT count(*) FROM read_parquet(?)", [str(target)]).fetchall() == [(0,)]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="--open"):
        write_lists([NUMBER], tmp_path / "file" / "lists", "csv")

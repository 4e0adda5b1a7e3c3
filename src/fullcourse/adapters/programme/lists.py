"""The list behind a number: as CSV of which no spreadsheet works anything out, as lines of JSON, as Parquet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from fullcourse.adapters.extras import needed
from fullcourse.adapters.spreadsheet import shown_cell
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.programme.table import Behind, Number

__all__ = ["COLUMNS", "FORMS", "list_csv", "list_rows", "write_lists"]

COLUMNS: Final = (
    "number", "counts", "patient", "case", "registered_on", "starts_on", "day", "says", "event",
)  # fmt: skip
_KINDS: Final = {
    name: {"case": "INTEGER", "registered_on": "DATE", "starts_on": "DATE", "day": "DATE"}.get(name, "VARCHAR")
    for name in COLUMNS
}
FORMS: Final = ("csv", "ndjson", "parquet")


def list_rows(number: Number) -> Iterator[tuple[str, ...]]:
    """Yield a row for each case behind a number, by their random ids."""
    for behind in sorted(number.behind, key=lambda one: (one.case.patient, one.case.number)):
        yield _row(number, behind)


def list_csv(number: Number) -> str:
    """Return the list behind a number as CSV."""
    text = io.StringIO()
    _write_csv(text, [number])
    return text.getvalue()


def write_lists(numbers: Iterable[Number], folder: Path, form: str) -> Path:
    """Write the lists behind all numbers, in one file; it appears when it is whole.

    Args:
        numbers: Of the report; those of 0 have no row.
        folder: In which the file is written; it is made where there is none.
        form: One of `FORMS`.

    Raises:
        InputError: It cannot be written, or a package that it needs is not installed.
    """
    target = folder / f"lists.{form}"
    draft = target.with_name(f"{target.name}.draft")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if form == "parquet":
            _write_parquet(numbers, draft)
        else:
            with draft.open("w", newline="", encoding="utf-8") as file:
                if form == "csv":
                    _write_csv(file, numbers)
                else:
                    file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in _objects(numbers))
        draft.replace(target)
    except OSError as error:
        raise InputError(f"--open: {target.name} cannot be written ({error.strerror}). Name another folder.") from None
    return target


def _row(number: Number, behind: Behind) -> tuple[str, ...]:
    case = behind.case
    days = [day.isoformat() if day else "" for day in (case.registered_on, case.starts_on, behind.day)]
    return number.id, number.label, case.patient, str(case.number), *days, behind.says, behind.event


def _objects(numbers: Iterable[Number]) -> Iterator[dict[str, object]]:
    for number in numbers:
        for row in list_rows(number):
            yield {**dict(zip(COLUMNS, row, strict=True)), "case": int(row[3])}


def _write_csv(file: io.TextIOBase | io.StringIO, numbers: Iterable[Number]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number in numbers:
        writer.writerows(tuple(map(shown_cell, row)) for row in list_rows(number))


def _write_parquet(numbers: Iterable[Number], target: Path) -> None:
    duckdb = needed("duckdb", "cohort", "a list as Parquet")
    rows: Sequence[tuple[str, ...]] = [row for number in numbers for row in list_rows(number)]
    read = ", ".join(f"nullif({_column(name)}, '')::{kind} AS {_column(name)}" for name, kind in _KINDS.items())
    held = {name: np.array([row[place] for row in rows], dtype=object) for place, name in enumerate(COLUMNS)}
    connection = duckdb.connect()
    try:
        connection.execute(f"CREATE TABLE held ({', '.join(_column(name) + ' VARCHAR' for name in COLUMNS)})")
        if rows:
            connection.register("given", held)
            connection.execute("INSERT INTO held SELECT * FROM given")
        connection.execute(f"COPY (SELECT {read} FROM held) TO '{_quoted(target)}' (FORMAT parquet)")  # noqa: S608 - our own names
    finally:
        connection.close()


def _column(name: str) -> str:
    return f'"{name}"'


def _quoted(target: Path) -> str:
    return str(target).replace("'", "''")

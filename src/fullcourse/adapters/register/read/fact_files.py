"""Facts wherever they lie: the folder that ``cohort facts`` wrote, or its Parquet files moved elsewhere.

Each file of facts says in its metadata of which date, edition and register it is a part, so that a file that is
missing, or that belongs to other facts, is noticed without the folder's own description.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from fullcourse.adapters.register.input.tables import LEGEND, kind_of
from fullcourse.adapters.register.read.fact_folder import ABOUT, FactFolder, open_facts
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.screen_sql import LINES_SET_ASIDE

__all__ = ["are_facts", "open_fact_files"]


def are_facts(path: Path) -> bool:
    """Return whether a path is a folder of facts, or a folder of their files."""
    if not path.is_dir():
        return False
    if (path / ABOUT).exists():
        return True
    first = next(iter(sorted(path.glob("*.parquet"))), None)
    return first is not None and kind_of(first) == "facts"


def open_fact_files(path: Path) -> FactFolder:
    """Return facts that were made before.

    Raises:
        InputError: They are not whole, not of one register, date and edition, or of an earlier version.
    """
    facts = open_facts(path) if (path / ABOUT).exists() else _by_legends(path)
    if not facts.parts:
        raise InputError("the folder describes facts and holds none of their files. Copy it whole, or make them again.")
    try:
        rows, columns = _rows_and_columns(facts.parts)
    except duckdb.Error:
        return facts  # a file that is broken is said by what reads it
    if LINES_SET_ASIDE not in columns:
        raise InputError(
            "these facts were made by an earlier version, which did not count the lines set aside. Make them again "
            "with 'cohort facts'."
        )
    if rows < facts.patients:
        raise InputError(
            f"these facts are of {facts.patients:,} patients, and their files hold {rows:,}: a part is missing. Copy "
            "the folder whole, or make them again with 'cohort facts'."
        )
    return facts


def _by_legends(path: Path) -> FactFolder:
    """Return facts by what their files say of themselves; how many lines were read for them is not known."""
    files = sorted(path.glob("*.parquet"))
    legends = [_legend_of(file) for file in files]
    edition = {(legend["knowledge"], legend["at"], legend["register"], legend["parts"]) for legend in legends}
    if len(edition) > 1:
        raise InputError(
            "these files of facts are of different registers, dates or editions of the knowledge. Hand in those of one."
        )
    ((knowledge, at, _, parts),) = edition
    there = sorted(int(str(legend["part"])) for legend in legends)
    if there != list(range(int(str(parts)))):
        raise InputError(
            f"these facts are in {parts} files, and {len(set(there))} of them are handed in ({len(there)} with "
            "repetitions): patients would be missing or counted twice. Hand in each once."
        )
    patients, errors = _counts(files)
    return FactFolder(files, str(knowledge), date.fromisoformat(str(at)), patients, 0, 0, (), {}, errors)


def _legend_of(file: Path) -> dict[str, object]:
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
    try:
        legend: dict[str, object] = json.loads(dict(rows)[LEGEND.encode()])
        if legend["kind"] == "facts" and {"knowledge", "at", "register", "part", "parts"} <= legend.keys():
            return legend
    except (KeyError, ValueError, TypeError):
        pass  # said below
    raise InputError(
        f"'{file.name}' does not say of which facts it is a part: facts belong to a date and an edition of the "
        "knowledge. Hand in the files that 'cohort facts' wrote, as they are."
    )


def _counts(files: Iterable[Path]) -> tuple[int, int]:
    """Return how many patients there are, and how many of them have a record that cannot be used."""
    with duckdb.connect() as connection:
        connection.from_parquet([str(file) for file in files]).create_view("facts")
        row = connection.execute("SELECT count(*), count(error) FROM facts").fetchone() or (0, 0)
    return int(row[0]), int(row[1])


def _rows_and_columns(files: Sequence[Path]) -> tuple[int, Sequence[str]]:
    with duckdb.connect() as connection:
        facts = connection.from_parquet([str(file) for file in files])
        facts.create_view("facts")
        row = connection.execute("SELECT count(*) FROM facts").fetchone() or (0,)
        return int(row[0]), facts.columns

"""Read data sets in NONMEM's format into an event table.

Column names are matched without regard to case; a dot, an empty field and ``NA`` mean missing. Columns that NONMEM
does not define are covariates, if the model asks for them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.events import EventTable, event_table
from fullcourse.pharmacokinetics.model import F64, I64

_DEFINED = {
    "evid": "evid", "amt": "amt", "cmt": "cmt", "ii": "ii", "addl": "addl", "ss": "ss", "rate": "rate", "dv": "dv",
    "mdv": "mdv", "blq": "blq", "lloq": "lloq", "occ": "occasion", "occasion": "occasion",
}  # fmt: skip
_MISSING = {"", ".", "na", "nan"}


def read_nonmem(lines: Iterable[str], covariates: Sequence[str] = ()) -> EventTable:
    """Return the event table of a data set.

    Args:
        lines: The text of the file, line by line, comma separated, the first line a header.
        covariates: Names of the covariates to keep (any case).

    Returns:
        The table; ``labels`` holds the identifiers of the data set. Records of one subject must stand together, as in
        NONMEM; EVID is taken from AMT where the column is missing.

    Raises:
        InputError: A column is missing, or a field is not a number; the line is named, its content is not.
    """
    rows = list(csv.reader(line.lstrip("\ufeff") for line in lines if line.strip()))
    if len(rows) < 2:
        raise InputError("the data set has no records: its first line must be a header, then one record a line")
    header = [name.strip().strip("#").lower() for name in rows[0]]
    for needed in ("id", "time"):
        if needed not in header:
            raise InputError(f"the data set has no column {needed.upper()}; its columns are {', '.join(header)}")
    columns = {name: _numbers(rows[1:], header.index(name), name) for name in header if _wanted(name, covariates)}
    identifiers = [row[header.index("id")].strip() for row in rows[1:]]
    starts = [i for i, label in enumerate(identifiers) if i == 0 or label != identifiers[i - 1]]
    if len({identifiers[i] for i in starts}) != len(starts):
        raise InputError("the records of a subject do not stand together: sort the data set by ID, then TIME")
    subject = np.zeros(len(identifiers), dtype=np.int64)
    subject[starts[1:]] = 1
    subject = np.cumsum(subject)
    given = {_DEFINED[name]: values for name, values in columns.items() if name in _DEFINED}
    if "evid" not in given:
        given["evid"] = (np.nan_to_num(given.get("amt", np.zeros(len(identifiers)))) > 0.0).astype(np.float64)
    for name, values in given.items():
        if name != "dv":
            given[name] = np.nan_to_num(values)
    for name in ("mdv", "blq"):
        if name in given:
            given[name] = given[name] != 0.0
    known = {name.lower(): name for name in covariates}
    extra = {known[name]: _filled(values, subject) for name, values in columns.items() if name in known}
    labels = [identifiers[i] for i in starts]
    return event_table(columns["time"], subject=subject, covariates=extra, labels=labels, **given)


def _wanted(name: str, covariates: Sequence[str]) -> bool:
    """Return whether a column is read."""
    return name == "time" or name in _DEFINED or name in {covariate.lower() for covariate in covariates}


def _numbers(rows: Sequence[Sequence[str]], column: int, name: str) -> F64:
    """Return one column as numbers, nan where missing."""
    result = np.empty(len(rows))
    for i, row in enumerate(rows):
        field = row[column].strip() if column < len(row) else ""
        try:
            result[i] = np.nan if field.lower() in _MISSING else float(field)
        except ValueError:
            raise InputError(f"line {i + 2} of the data set: column {name.upper()} is not a number") from None
    return result


def _filled(values: F64, subject: I64) -> F64:
    """Return a covariate with gaps filled from the subject's earlier record, else from a later one."""
    result = values.copy()
    for order in (range(1, values.size), range(values.size - 2, -1, -1)):
        step = 1 if order.step > 0 else -1
        for i in order:
            if np.isnan(result[i]) and subject[i] == subject[i - step]:
                result[i] = result[i - step]
    return result

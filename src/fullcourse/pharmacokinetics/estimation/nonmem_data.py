"""Read data sets in NONMEM's format into an event table, and write down which model parts their numbers mean.

Column names are matched without regard to case; a dot, an empty field and ``NA`` mean missing. Columns that NONMEM
does not define are covariates, if the model asks for them.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.events import OBSERVATION, EventTable, event_table, is_dosing
from fullcourse.pharmacokinetics.model import F64, I64, Model

_DEFINED = {
    "evid": "evid", "amt": "amt", "cmt": "cmt", "ii": "ii", "addl": "addl", "ss": "ss", "rate": "rate", "dv": "dv",
    "mdv": "mdv", "blq": "blq", "cens": "blq", "lloq": "lloq", "occ": "occasion", "occasion": "occasion",
}  # fmt: skip
_WHOLE = {"evid", "cmt", "addl", "ss", "occasion"}
_MISSING = {"", ".", "na", "nan"}


def read_nonmem(lines: Iterable[str], covariates: Sequence[str] = (), *, occasion: str = "") -> EventTable:
    """Return the event table of a data set.

    Args:
        lines: The text of the file, line by line, the first line a header; fields are separated by commas, or by
            white space or semicolons where the header has no comma.
        covariates: Names of the covariates to keep (any case).
        occasion: Name of the column that holds the number of the occasion; OCC and OCCASION are found without it.

    Returns:
        The table; ``labels`` holds the identifiers of the data set. Records of one subject must stand together, as in
        NONMEM; EVID is taken from AMT where the column is missing, the limit of a level below quantification from DV
        where LLOQ is missing, and a gap in a covariate from the record before, else from a later one.

    Raises:
        InputError: A column is missing, or a field is not a number; the line is named, its content is not.
    """
    rows = _rows(lines)
    if len(rows) < 2:
        raise InputError("the data set has no records: its first line must be a header, then one record a line")
    header = [name.strip().strip("#\ufeff").lower() for name in rows[0]]
    names = {**_DEFINED, **({occasion.lower(): "occasion"} if occasion else {})}
    for needed in ("id", "time", *(name.lower() for name in (*covariates, occasion) if name)):
        if needed not in header:
            raise InputError(
                f"the data set has no column {needed.upper()}; its columns are {', '.join(header)}. Without it the "
                "records would say something else: add it, or correct its name"
            )
    wanted = {"time", *names, *(covariate.lower() for covariate in covariates)}
    columns = {name: _numbers(rows[1:], header.index(name), name) for name in header if name in wanted}
    identifiers = [row[header.index("id")].strip() for row in rows[1:]]
    starts = [i for i, label in enumerate(identifiers) if i == 0 or label != identifiers[i - 1]]
    if len({identifiers[i] for i in starts}) != len(starts):
        raise InputError("the records of a subject do not stand together: sort the data set by ID, then TIME")
    subject = np.zeros(len(identifiers), dtype=np.int64)
    subject[starts[1:]] = 1
    subject = np.cumsum(subject)
    given = {names[name]: values for name, values in columns.items() if name in names}
    known = {name.lower(): name for name in covariates}
    extra = {known[name]: _filled(values, subject) for name, values in columns.items() if name in known}
    labels = [identifiers[i] for i in starts]
    return event_table(
        columns["time"], subject=subject, covariates=extra, labels=labels, reads_ahead=True, **_records(given)
    )


def _rows(lines: Iterable[str]) -> list[list[str]]:
    """Return the fields of every line that is not empty."""
    kept = [line for line in lines if line.strip()]
    if kept and "," not in kept[0]:
        return [line.replace(";", " ").split() for line in kept]
    return list(csv.reader(kept))


def _records(given: dict[str, F64]) -> dict[str, np.ndarray]:
    """Return the columns of an event table from those of a data set."""
    result: dict[str, np.ndarray] = {}
    if "evid" not in given:
        size = next(iter(given.values())).size if given else 0
        given = {**given, "evid": (np.nan_to_num(given.get("amt", np.zeros(size))) > 0.0).astype(np.float64)}
    for name, values in given.items():
        filled = values if name == "dv" else np.nan_to_num(values)
        if name in _WHOLE and np.any(filled != np.round(filled)):
            line = int(np.flatnonzero(filled != np.round(filled))[0]) + 2
            raise InputError(f"line {line} of the data set: {name.upper()} must be a whole number; correct the record")
        result[name] = filled != 0.0 if name in {"mdv", "blq"} else filled
    if "blq" in result:
        limit = result.get("lloq", np.zeros(result["blq"].size))
        level = np.nan_to_num(result.get("dv", np.zeros(limit.size)))
        result["lloq"] = np.where(result["blq"] & (limit <= 0.0), level, limit)
    return result


def with_compartments(table: EventTable, model: Model, *, numbered: bool) -> EventTable:
    """Return a table whose compartment numbers are those of a model.

    Args:
        table: As read.
        model: Its sites and outputs.
        numbered: The model's file says which numbers records use; they then are taken as they stand. Otherwise a
            model with one way in takes every dose there, and one that measures one thing takes every level as that,
            whatever their number, as long as it is one number.

    Raises:
        InputError: Records use several numbers, and the model has no word on what they mean.
    """
    if numbered:
        return table
    cmt = table.cmt.copy()
    given, measured = is_dosing(table.evid), (table.evid == OBSERVATION) & ~table.mdv
    for rows, known, number, what in (
        (given, {site.cmt for site in model.sites}, model.sites[0].cmt, "doses go into"),
        (measured, {output.cmt for output in model.outputs}, model.outputs[0].cmt, "levels are of"),
    ):
        if len(known) > 1:
            continue
        numbers = sorted(set(cmt[rows].tolist()) - {0})
        if len(numbers) > 1:
            raise InputError(
                f"{what} compartments {numbers}, but model '{model.name}' knows one: whichever was meant, the others "
                "would be misread. Give the model rows of dose_site and observations with 'compartment'"
            )
        cmt[rows] = number
    return dataclasses.replace(table, cmt=cmt)


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

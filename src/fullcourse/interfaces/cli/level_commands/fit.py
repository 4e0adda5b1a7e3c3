"""``fullcourse levels fit``: every subject of a NONMEM data file, estimated at once."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.level_commands.answer import echo_lines
from fullcourse.knowledge.pk.model_reader import read_pk_model_file, read_pk_models
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.events import EventTable, event_table
from fullcourse.pharmacokinetics.inputs.model_files import engine_model

__all__ = ["fit", "nonmem_table"]

COLUMNS = {"TIME": "time", "EVID": "evid", "CMT": "cmt", "AMT": "amt", "RATE": "rate", "II": "ii", "ADDL": "addl",
           "SS": "ss", "DV": "dv", "MDV": "mdv", "OCC": "occasion", "BLQ": "blq", "LLOQ": "lloq"}  # fmt: skip
WHOLE = {"evid", "cmt", "addl", "ss", "occasion"}


@click.command()
@click.argument("data", metavar="DATA.csv")
@click.option("--model", required=True, metavar="FILE", help="A model file, or the id of a published model.")
@click.option("--out", metavar="FILE", help="Write the random effects as CSV.")
@click.option("--starts", default=4, show_default=True, help="Starting points for each subject.")
def fit(data: str, model: str, out: str | None, starts: int) -> None:
    """Estimate every subject of DATA.csv, in NONMEM's format, under a model.

    Columns: ID, TIME, DV, AMT, and where needed EVID, MDV, CMT, RATE, II, ADDL, SS, OCC, BLQ, LLOQ; the model's
    covariates by name.
    """
    if Path(model).suffix == ".toml":
        file = read_pk_model_file(Path(model))
    else:
        found = read_pk_models()
        if model not in found:
            raise InputError(f"model '{model[:60]}' does not exist. {did_you_mean(model, found)}")
        file = found[model]
    if "estimate" not in file.uses:
        raise InputError(f"{file.id} can simulate and cannot estimate: its paper prints no residual error.")
    engine = engine_model(file)
    table = nonmem_table(_rows(data), engine.covariates, single=len(engine.outputs) == 1 and len(engine.sites) == 1)
    problem = estimation_problem(engine, table)
    result = estimate(problem, starts=starts)
    names = [f"ETA({name})" for name in engine.between_subjects.names]
    count = len(names)
    if out:
        _write(out, table, names, result.effects[:, :count], result.objective)
    lines = [
        f"{table.n_subjects} subjects by {file.id}; {int((~table.mdv).sum())} levels",
        f"Objective: median {np.median(result.objective):.4f}; converged: {int(result.converged.sum())}",
        f"Starts that agree: least {int(result.starts_agreed.min())} of {result.starts}",
    ]
    for index, name in enumerate(names):
        column = result.effects[:, index]
        lines.append(f"  {name:<16} mean {column.mean():8.4f}  SD {column.std():.4f}")
    echo_lines(lines)


def _rows(path: str) -> list[Mapping[str, str]]:
    try:
        data = Path(path).read_bytes()
        text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8")
    except (OSError, UnicodeDecodeError, EOFError):
        raise InputError("the data file cannot be read. Check the path; it is a CSV with a header.") from None
    rows: list[Mapping[str, str]] = list(csv.DictReader(text.splitlines()))
    names = {name.upper() for name in rows[0]} if rows else set()
    if not {"ID", "TIME"} <= names:
        raise InputError("the data file has no rows with the columns ID and TIME. NONMEM's names are expected.")
    return rows


def nonmem_table(rows: Sequence[Mapping[str, str]], covariates: Sequence[str], *, single: bool = True) -> EventTable:
    """Return rows of a NONMEM data file as an event table.

    Args:
        rows: Column to text; a dot or nothing is missing.
        covariates: Names that the model needs; a column of the same name, in either case, holds them.
        single: The model has one way in and one analyte, so that CMT says nothing.

    Raises:
        InputError: A value is not a number, or a covariate has no column.
    """
    columns = {key.upper(): key for key in rows[0]}
    ids = [row[columns["ID"]] for row in rows]
    subject: list[int] = []
    numbers: dict[str, int] = {}
    for number, name in enumerate(ids):
        if number and name != ids[number - 1] and name in numbers:
            raise InputError(f"row {number + 1}: subject appears again after another. Sort the data by ID.")
        subject.append(numbers.setdefault(name, len(numbers)))
    found: dict[str, np.ndarray] = {}
    for name, column in COLUMNS.items():
        if name in columns:
            missing = np.nan if column == "dv" else 0.0
            values = np.array([_value(row[columns[name]], missing, name, at) for at, row in enumerate(rows, start=1)])
            found[column] = values.astype(np.int64) if column in WHOLE else values
    if "evid" not in found:
        found["evid"] = (found.get("amt", np.zeros(len(rows))) > 0.0).astype(np.int64)
    for flag in ("mdv", "blq"):
        if flag in found:
            found[flag] = found[flag] > 0
    if single:
        found["cmt"] = np.where(found["evid"] == 0, 0, 1)
    found["dv"] = np.where(found["evid"] == 0, found.get("dv", np.full(len(rows), np.nan)), np.nan)
    known = {}
    for name in covariates:
        if name.upper() not in columns:
            raise InputError(f"the model needs the covariate '{name}', which has no column. Add it to the data file.")
        known[name] = np.array(
            [_value(row[columns[name.upper()]], np.nan, name, at) for at, row in enumerate(rows, start=1)]
        )
    time = found.pop("time")
    return event_table(time, subject=np.array(subject), covariates=known, labels=tuple(numbers), **found)


def _value(text: str | None, missing: float, column: str, row: int) -> float:
    if text is None or text.strip() in {"", ".", "NA"}:
        return missing
    try:
        return float(text)
    except ValueError:
        raise InputError(f"row {row}: {column} '{text[:20]}' is not a number. Correct the data file.") from None


def _write(path: str, table: EventTable, names: Sequence[str], effects: np.ndarray, objective: np.ndarray) -> None:
    try:
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["ID", *names, "OBJ"])
            for label, row, value in zip(table.labels, effects, objective, strict=True):
                writer.writerow([label, *(f"{effect:.9g}" for effect in row), f"{value:.9g}"])
    except OSError:
        raise InputError("--out: the file cannot be written. Check the folder.") from None

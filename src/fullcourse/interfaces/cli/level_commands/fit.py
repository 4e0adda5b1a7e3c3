"""``fullcourse levels fit`` and ``predict``: every subject of a data file in NONMEM's format."""

import csv
import gzip
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import click
import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.level_commands.answer import echo_lines
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_model_file, read_pk_models
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import MapEstimate, estimate
from fullcourse.pharmacokinetics.estimation.nonmem_data import read_nonmem, with_compartments
from fullcourse.pharmacokinetics.estimation.occasion_effects import EffectColumns, effect_columns
from fullcourse.pharmacokinetics.events import EventTable
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import F64, Model
from fullcourse.pharmacokinetics.simulation.population import simulate

__all__ = ["fit", "predict"]

_OCCASION = click.option("--occasion", default="", metavar="COLUMN", help="Column of the occasion; OCC is found.")
_MODEL = click.option("--model", required=True, metavar="FILE", help="A model file, or the id of a published model.")

_LINEAR, _SOLVED = (10, 200), (4, 24)
"""Starts for each subject, and points of the prior that are looked at for them; a solver takes longer for each."""


@click.command()
@click.argument("data", metavar="DATA.csv")
@_MODEL
@click.option("--out", metavar="FILE", help="Write effects, conditional variances and objective as CSV.")
@click.option("--starts", type=int, metavar="N", help="Starting points for each subject; 10, or 4 where a solver runs.")
@_OCCASION
def fit(data: str, model: str, out: str | None, starts: int | None, occasion: str) -> None:
    """Estimate every subject of DATA.csv, in NONMEM's format, under a model.

    Columns: ID, TIME, DV, AMT, and where needed EVID, MDV, CMT, RATE, II, ADDL, SS, OCC, BLQ, LLOQ; the model's
    covariates by name. DV is never a logarithm.
    """
    if starts is not None and starts < 1:
        raise InputError(f"--starts {starts}: at least one starting point is needed.")
    file = _model_file(model)
    if "estimate" not in file.uses:
        raise InputError(f"{file.id} can simulate and cannot estimate: its paper prints no residual error.")
    engine = engine_model(file)
    table = _table(data, file, engine, occasion)
    problem = estimation_problem(engine, table)
    usual, candidates = _LINEAR if engine.is_linear else _SOLVED
    result = estimate(problem, starts=starts or usual, candidates=candidates)
    columns = effect_columns(engine, table, problem)
    if out:
        _write(out, _fitted_rows(table, columns, problem, result))
    lines = [
        f"{table.n_subjects} subjects by {file.id}; {int((~table.mdv).sum())} levels",
        f"Objective: median {np.median(result.objective):.4f}; converged: {int(result.converged.sum())}",
        f"Starts that agree: least {int(result.starts_agreed.min())} of {result.starts}",
    ]
    effects = columns.effects(result.effects)
    for name, column in zip(columns.names, effects.T, strict=True):
        lines.append(f"  {f'ETA({name})':<16} mean {column.mean():8.4f}  SD {column.std():.4f}")
    echo_lines(lines)


@click.command()
@click.argument("data", metavar="DATA.csv")
@_MODEL
@click.option("--effects", metavar="FILE", help="Effects of each subject, as 'fit --out' writes them.")
@click.option("--out", metavar="FILE", help="Write the table there instead of to the screen.")
@_OCCASION
def predict(data: str, model: str, effects: str | None, out: str | None, occasion: str) -> None:
    """Predict every record of DATA.csv, in NONMEM's format, under a model.

    PRED is the level of a typical person with the subject's doses and covariates, in the unit of what the record's CMT
    names; IPRED is the subject's own, where effects are given.
    """
    file = _model_file(model)
    engine = engine_model(file)
    table = _table(data, file, engine, occasion)
    head, values = ["ID", "TIME", "EVID", "CMT", "PRED"], [_by_record(table, simulate(engine, table))]
    if effects:
        problem = estimation_problem(engine, table)
        own = effect_columns(engine, table, problem).placed(_read_effects(effects, table))
        head.append("IPRED")
        values.append(_by_record(table, simulate(engine, table, own)))
    rows = (
        [table.labels[subject], f"{at:.9g}", evid, cmt, *(f"{column[i]:.12g}" for column in values)]
        for i, (subject, at, evid, cmt) in enumerate(
            zip(table.subject, table.time_h, table.evid, table.cmt, strict=True)
        )
    )
    _write(out, [head, *rows])


def _model_file(model: str) -> PkModelFile:
    if Path(model).suffix == ".toml":
        return read_pk_model_file(Path(model))
    found = read_pk_models()
    if model not in found:
        raise InputError(f"model '{model[:60]}' does not exist. {did_you_mean(model, found)}")
    return found[model]


def _table(path: str, file: PkModelFile, engine: Model, occasion: str) -> EventTable:
    """Return the records of a data file, their compartment numbers those of the model."""
    try:
        data = Path(path).read_bytes()
        text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, EOFError):
        raise InputError("the data file cannot be read. Check the path; it is a CSV with a header.") from None
    table = read_nonmem(text.splitlines(), engine.covariates, occasion=occasion)
    numbered = bool(file.dose_sites) or any(row.compartment for row in file.observations)
    return with_compartments(table, engine, numbered=numbered)


def _by_record(table: EventTable, levels: F64) -> F64:
    """Return predictions ``(S, M)`` record by record, ``(n_rows,)``."""
    first = np.searchsorted(table.subject, np.arange(table.n_subjects))
    return np.asarray(levels[table.subject, np.arange(table.n_rows) - first[table.subject]])


def _fitted_rows(
    table: EventTable, columns: EffectColumns, problem: Problem, result: MapEstimate
) -> Iterable[Sequence[object]]:
    """Yield the header and a row for each subject: effects, objective, conditional variances, how it was found."""
    names = columns.names
    pairs = [(i, j) for i in range(len(names)) for j in range(i)]
    yield [
        "ID", *(f"ETA({name})" for name in names), "OBJ", *(f"VAR({name})" for name in names),
        *(f"COV({names[j]},{names[i]})" for i, j in pairs), "GRADIENT", "STARTS_AGREED", "CONVERGED",
    ]  # fmt: skip
    effects = columns.effects(result.effects)
    covariance = columns.covariance(result.covariance, problem.covariance)
    for k, label in enumerate(table.labels):
        numbers = [*effects[k], result.objective[k], *np.diagonal(covariance[k])]
        numbers += [covariance[k, i, j] for i, j in pairs] + [result.gradient_norm[k]]
        yield [label, *(f"{x:.12g}" for x in numbers), int(result.starts_agreed[k]), int(result.converged[k])]


def _read_effects(path: str, table: EventTable) -> dict[str, F64]:
    """Return effects by name, ``(S,)`` each, in the order of the table's subjects.

    Raises:
        InputError: The file is not one that 'fit' writes, or lacks a subject.
    """
    try:
        rows = list(csv.DictReader(Path(path).read_text("utf-8").splitlines()))
        by_id = {row["ID"]: row for row in rows}
        names = [name for name in rows[0] if name.startswith("ETA(")]
        found = {name[4:-1]: np.array([float(by_id[label][name]) for label in table.labels]) for name in names}
    except (OSError, UnicodeDecodeError):
        raise InputError("--effects: the file cannot be read. Check the path.") from None
    except (KeyError, ValueError, IndexError, TypeError):
        raise InputError("--effects: it is no table of 'levels fit --out' for all these subjects. Fit them.") from None
    return found


def _write(path: str | None, rows: Iterable[Sequence[object]]) -> None:
    def into(file: IO[str]) -> None:
        csv.writer(file, lineterminator="\n").writerows(rows)

    if path is None:
        into(sys.stdout)
        return
    try:
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            into(file)
    except OSError:
        raise InputError("--out: the file cannot be written. Check the folder.") from None

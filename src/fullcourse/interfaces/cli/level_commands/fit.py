"""``fullcourse levels fit`` and ``predict``: every subject of a data file in NONMEM's format."""

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import click
import numpy as np
import numpy.typing as npt

from fullcourse.adapters.input_file import read_bytes, refuse_no_file
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.spreadsheet import shown_cell
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.level_commands.answer import echo_lines
from fullcourse.interfaces.cli.out_file import force_option, write_out
from fullcourse.journey.levels.data_file import DataFile, Fit, fit_subjects, predict_records, read_data
from fullcourse.journey.levels.models import model_named
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_model_file, read_pk_models
from fullcourse.knowledge.tables import did_you_mean

__all__ = ["fit", "predict"]

_MOST_BYTES = 512 * 1024 * 1024
"""The largest data file that is read."""
_OCCASION = click.option("--occasion", default="", metavar="COLUMN", help="Column of the occasion; OCC is found.")
_MODEL = click.option("--model", required=True, metavar="FILE", help="A model file, or the id of a published model.")


@click.command()
@click.argument("data", metavar="DATA.csv")
@_MODEL
@click.option("--out", metavar="FILE", help="Write effects, conditional variances and objective as CSV.")
@force_option
@click.option("--starts", type=int, metavar="N", help="Starting points for each subject; 10, or 4 where a solver runs.")
@_OCCASION
def fit(data: str, model: str, out: str | None, starts: int | None, occasion: str) -> None:
    """Estimate every subject of DATA.csv, in NONMEM's format, under a model.

    Columns: ID, TIME, DV, AMT, and where needed EVID, MDV, CMT, RATE, II, ADDL, SS, OCC, BLQ, LLOQ; the model's
    covariates by name. DV is never a logarithm.
    """
    records = read_data(_lines(data), _model_file(model), occasion)
    fitted = fit_subjects(records, starts)
    table, estimated = records.table, fitted.estimate
    if out:
        _write(out, _fitted_rows(records, fitted))
    lines = [
        f"{table.n_subjects} subjects by {records.file.id}; {int((~table.mdv).sum())} levels",
        f"Objective: median {np.median(estimated.objective):.4f}; converged: {int(estimated.converged.sum())}",
        f"Starts that agree: least {int(estimated.starts_agreed.min())} of {estimated.starts}",
    ]
    if odd := int(fitted.misfit.excluded.sum()):
        lines.append(f"CHECK LEVELS: {odd} of {table.n_subjects} subjects have levels that no patient of the model has")
    if fitted.unpredicted:
        lines.append(f"NOT ESTIMATED: {fitted.unpredicted} subjects, of whom the model could predict no level")
    if fitted.shares is not None:
        chances = ", ".join(
            f"{name} {share:.0%}" for name, share in zip(fitted.classes, fitted.shares.mean(axis=0), strict=True)
        )
        lines.append(f"Classes that no column shows, averaged by each subject's probability: {chances} of all")
        lines.append("Objective, gradient and starts are those of each subject's likeliest class.")
    for name, column in zip(fitted.names, fitted.effects.T, strict=True):
        lines.append(f"  {f'ETA({name})':<16} mean {column.mean():8.4f}  SD {column.std():.4f}")
    echo_lines(lines)


@click.command()
@click.argument("data", metavar="DATA.csv")
@_MODEL
@click.option("--effects", metavar="FILE", help="Effects of each subject, as 'fit --out' writes them.")
@click.option("--out", metavar="FILE", help="Write the table there instead of to the screen.")
@force_option
@_OCCASION
def predict(data: str, model: str, effects: str | None, out: str | None, occasion: str) -> None:
    """Predict every record of DATA.csv, in NONMEM's format, under a model.

    PRED is the level of a typical person with the subject's doses and covariates, in the unit of what the record's CMT
    names; IPRED is the subject's own, where effects are given.
    """
    records = read_data(_lines(data), _model_file(model), occasion)
    table = records.table
    values = predict_records(records, _read_effects(effects, table.labels) if effects else None)
    head = ["ID", "TIME", "EVID", "CMT", "PRED", *(["IPRED"] if effects else [])]
    rows = (
        [_shown_id(table.labels[subject]), f"{at:.9g}", evid, cmt, *(f"{column[i]:.12g}" for column in values)]
        for i, (subject, at, evid, cmt) in enumerate(
            zip(table.subject, table.time_h, table.evid, table.cmt, strict=True)
        )
    )
    _write(out, [head, *rows])


def _model_file(model: str) -> PkModelFile:
    if Path(model).suffix == ".toml":
        refuse_no_file(model, "the model file")
        return read_pk_model_file(Path(model))
    models, wanted = read_pk_models(), model_named(model, knowledge_here())
    if wanted not in models:
        raise InputError(f"model '{model[:60]}' does not exist. {did_you_mean(wanted, models)}")
    return models[wanted]


def _lines(path: str) -> list[str]:
    try:
        data = read_bytes(path, limit=_MOST_BYTES, what="the data file")
        text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, EOFError, zlib.error):
        raise InputError("the data file cannot be read. Check the path; it is a CSV with a header.") from None
    return text.splitlines()


def _fitted_rows(records: DataFile, fitted: Fit) -> Iterable[Sequence[object]]:
    """Yield the header and a row for each subject: effects, objective, conditional variances, how it was found."""
    names, estimated = fitted.names, fitted.estimate
    pairs = [(i, j) for i in range(len(names)) for j in range(i)]
    yield [
        "ID", *(f"ETA({name})" for name in names), "OBJ", *(f"VAR({name})" for name in names),
        *(f"COV({names[j]},{names[i]})" for i, j in pairs), "GRADIENT", "STARTS_AGREED", "CONVERGED",
        *(f"P({name})" for name in fitted.classes), "TOGETHER", "CHECK_LEVELS",
    ]  # fmt: skip
    for k, label in enumerate(records.table.labels):
        covariance = fitted.covariance[k]
        numbers = [*fitted.effects[k], estimated.objective[k], *np.diagonal(covariance)]
        numbers += [covariance[i, j] for i, j in pairs] + [estimated.gradient_norm[k]]
        found = [int(estimated.starts_agreed[k]), int(estimated.converged[k])]
        together, excluded = f"{fitted.misfit.together[k]:.4g}", int(fitted.misfit.excluded[k])
        chances = [] if fitted.shares is None else [f"{share:.6g}" for share in fitted.shares[k]]
        yield [_shown_id(label), *(f"{x:.12g}" for x in numbers), *found, *chances, together, excluded]


def _shown_id(label: str) -> str:
    """Return a subject's id as a table may hold it: a number as it is, a text as no spreadsheet works it out."""
    try:
        float(label)
    except ValueError:
        return shown_cell(label)
    return label


def _read_effects(path: str, labels: Sequence[str]) -> dict[str, npt.NDArray[np.float64]]:
    """Return effects by name, ``(S,)`` each, in the order of the subjects.

    Raises:
        InputError: The file is not one that 'fit' writes, or lacks a subject.
    """
    try:
        data = read_bytes(path, limit=_MOST_BYTES, what="the table of effects")
        rows = list(csv.DictReader(data.decode("utf-8").splitlines()))
        by_id = {row["ID"]: row for row in rows}
        names = [name for name in rows[0] if name.startswith("ETA(")]
        effects = {name[4:-1]: np.array([float(by_id[_shown_id(label)][name]) for label in labels]) for name in names}
    except InputError as error:
        raise InputError(f"--effects: {error}") from None
    except UnicodeDecodeError:
        raise InputError("--effects: the file cannot be read. Save it as UTF-8.") from None
    except (KeyError, ValueError, IndexError, TypeError):
        raise InputError("--effects: it is no table of 'levels fit --out' for all these subjects. Fit them.") from None
    return effects


def _write(path: str | None, rows: Iterable[Sequence[object]]) -> None:
    def into(file: IO[str]) -> None:
        csv.writer(file, lineterminator="\n").writerows(rows)

    if path is None:
        into(sys.stdout)
        return
    page = io.StringIO(newline="")
    into(page)
    write_out(path, page.getvalue().encode("utf-8"))

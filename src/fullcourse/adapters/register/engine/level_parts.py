"""The file of exposures: one row a patient, part by part, each part whole or not there; and what its columns mean."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from fullcourse.adapters.register.engine.claim import claim_folder, stamps_of
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.levels.people import NOT_SOLVED, REASONS, Person, columns_read, people_of, words_of
from fullcourse.cohort.levels.predict import EXPOSURES, QUANTILES, Predictor, quantile_column
from fullcourse.cohort.levels.question import LevelQuestion, target_column
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_words import ENGINE_COVARIATES
from fullcourse.rules.sql import high_column, low_column, value_column

__all__ = ["GROUPED", "MARK", "covariate_column", "covariates_of", "legend_of_levels", "predict_parts"]

MARK: Final = "levels.json"
"""File of the folder of parts that says which question they answer."""

GROUPED: Final = {"weight_kg": "weight", "clearance_ml_per_min": "creatinine_clearance", "age_years": "age"}
"""Columns by which a summary groups, with their facts; they are there where the fact is established exactly."""

WORDS: Final = ("model", "reason", "facts", "because", "assumed", "warnings")
ROWS: Final = 20_000
"""Patients held at once."""


def predict_parts(
    question: LevelQuestion,
    knowledge: Knowledge,
    facts: Sequence[Path],
    folder: Path,
    belongs: Mapping[str, object],
    progress: Callable[[int, int, int], None],
) -> list[Path]:
    """Write the exposures of every table of facts to a folder, a file each; what is there already is kept.

    Args:
        question: What is asked.
        knowledge: Whose facts they are.
        facts: Tables of facts.
        folder: For the parts; another question's parts are refused.
        belongs: What else a run that goes on must share with the one before: the facts' date and edition.
        progress: Called with the parts done, the parts in all, and the patients predicted in this run.

    Raises:
        InputError: The folder holds another question's parts, or the facts lack what a model reads.
    """
    claim_folder(folder, MARK, {**question.as_json(), **belongs, "facts": stamps_of(facts)})
    predictor, done = Predictor(question), 0
    targets = [folder / f"levels-{number:05d}.parquet" for number in range(len(facts))]
    for number, (source, target) in enumerate(zip(facts, targets, strict=True)):
        if not target.exists():
            done += _write_part(question, knowledge, predictor, source, target)
        progress(number + 1, len(facts), done)
    return targets


def _write_part(question: LevelQuestion, knowledge: Knowledge, predictor: Predictor, source: Path, target: Path) -> int:
    """Write one part and return its patients."""
    wanted = _wanted(question, knowledge)
    with duckdb.connect() as connection:
        table = connection.from_parquet(str(source))
        lacking = sorted(set(wanted) - set(table.columns))
        if lacking:
            raise InputError(
                f"these facts lack what a model reads: {', '.join(lacking)}. Make them again with 'cohort facts'."
            )
        count = len(table)
        columns = ", ".join(f'"{name}"' for name in wanted)
        query = (
            f"SELECT {columns} FROM read_parquet(?, file_row_number = true) "  # noqa: S608 - our own names
            "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number"
        )
        for first in range(0, max(count, 1), ROWS):
            cells = connection.execute(query, [str(source), first, first + ROWS]).fetchnumpy()
            people = people_of(question, knowledge, cells, len(cells["patient"]))
            exposures, failed = predictor.columns(people)
            for number, because in failed.items():
                people[number] = Person(people[number].model, None, NOT_SOLVED, (), because)
            _keep(connection, _rows(question, people, cells) | exposures)
        draft = target.with_suffix(".draft")
        connection.execute(f"COPY whole TO '{str(draft).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
    draft.replace(target)
    return count


def _wanted(question: LevelQuestion, knowledge: Knowledge) -> tuple[str, ...]:
    grouped = [end(value_column(name)) for name in GROUPED.values() for end in (low_column, high_column)]
    columns = ["patient", "clinic", "error", value_column("sex"), *columns_read(question, knowledge), *grouped]
    return tuple(dict.fromkeys(columns))


def _keep(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Any]) -> None:
    """Add rows to the table of the part."""
    connection.register("rows", dict(rows))
    typed = ", ".join(
        f'CAST("{name}" AS {"VARCHAR" if values.dtype == object else "DOUBLE"}) AS "{name}"'
        for name, values in rows.items()
    )
    connection.execute(f"CREATE TABLE IF NOT EXISTS whole AS SELECT {typed} FROM rows LIMIT 0")  # noqa: S608
    connection.execute(f"INSERT INTO whole SELECT {typed} FROM rows")  # noqa: S608 - our own names
    connection.unregister("rows")


def _rows(question: LevelQuestion, people: Sequence[Person], cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says beside the exposures: whose it is, by which model, from which covariates, or why not."""
    rows: dict[str, Any] = {
        "patient": _words(cells["patient"]),
        "clinic": _words(cells["clinic"]),
        "sex": _words(cells[value_column("sex")]),
    }
    for name, fact in GROUPED.items():
        low, high = (
            np.ma.filled(np.ma.asarray(cells[end(value_column(fact))]).astype(np.float64), np.nan)
            for end in (low_column, high_column)
        )
        rows[name] = np.where(low == high, low, np.nan)
    said = [_said(person) for person in people]
    rows |= {name: np.array([words[at] or None for words in said], object) for at, name in enumerate(WORDS)}
    for name in covariates_of(question):
        rows[covariate_column(name)] = np.array(
            [np.nan if person.found is None else person.found.values.get(name, np.nan) for person in people], np.float64
        )
    return rows


def _said(person: Person) -> tuple[str, ...]:
    assumed = "" if person.found is None else "; ".join(assumption.says for assumption in person.found.assumed)
    warnings = "" if person.found is None else "; ".join(person.found.warnings)
    return person.model, person.reason, ", ".join(person.facts), person.because, assumed, warnings


def _words(values: Any) -> Any:
    return np.array(words_of(values), object)


def covariates_of(question: LevelQuestion) -> tuple[str, ...]:
    """Return the covariates of all models of a question that a patient's facts give."""
    names = [
        row.id
        for file in question.files.values()
        for row in file.covariates.values()
        if row.formula not in ENGINE_COVARIATES
    ]
    return tuple(dict.fromkeys(names))


def covariate_column(name: str) -> str:
    """Return the column of a covariate of a model."""
    return f"covariate_{name}"


def legend_of_levels(
    question: LevelQuestion, knowledge: Knowledge, at: str, more: Mapping[str, object]
) -> dict[str, object]:
    """Return what the columns of exposures mean.

    Args:
        question: What was asked.
        knowledge: Whose facts they rest on.
        at: Date of the facts.
        more: Counts and remarks that belong to the run.
    """
    models = {
        file.id: {
            "title": file.title, "reference": file.reference, "doi": file.doi, "grade": file.grade,
            "review": file.review, "population": file.population.people,
            "covariates": {
                covariate_column(row.id): {"unit": row.unit, "definition": row.definition}
                for row in file.covariates.values() if row.formula not in ENGINE_COVARIATES
            },
        }
        for file in question.files.values()
    }  # fmt: skip
    columns = {
        quantile_column(measure, quantile): {"measure": measure, "quantile": quantile, "unit": unit}
        for measure, unit in EXPOSURES.items()
        for quantile in QUANTILES
    }
    probabilities = {
        target_column(target): {
            "is": "probability that the target is reached: that the measure is inside it, or below a ceiling",
            "target": target.id, "says": target.says, "measure": target.measure, "low": target.low,
            "high": target.high, "unit": target.unit, "source": target.citation.source,
            "section": target.citation.section,
        }
        for target in question.judged
    }  # fmt: skip
    return {
        "kind": "levels",
        "knowledge": knowledge.digest,
        "at": at,
        **question.as_json(),
        "by_model": models,
        "exposures": columns,
        "probabilities": probabilities,
        "reasons": REASONS,
        **more,
    }

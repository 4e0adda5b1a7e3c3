"""Rows of mentions to a table of facts: by columns for almost everybody, one by one for whom that is too odd.

A bucket holds all rows of its patients, whatever files they came from. Lines that stand twice count once; patients
whose lines contradict one another, or whose records hold something that columns cannot say, are read by the
one-patient reader, and counted by the reason.
"""

import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from fullcourse.adapters.cohort.extract import Extracted
from fullcourse.adapters.cohort.plans import Plans
from fullcourse.adapters.cohort.templates import TemplateReader
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Patient
from fullcourse.cohort.evidence import F64, I64, Bools
from fullcourse.cohort.facts import FactTable, fact_row, fact_table
from fullcourse.cohort.plan import fact_columns
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.establish import establish

__all__ = ["Assembler", "FactPart"]

_EPOCH = date(1970, 1, 1).toordinal()
_ROUTED_AT_A_TIME = 2_000
Columns = dict[str, np.ma.MaskedArray[Any, Any]]


@dataclass(frozen=True, slots=True)
class FactPart:
    """A bucket as facts.

    Attributes:
        patients: Number of patients.
        routed: How many were read one by one, by reason.
        errors: How many have a record that cannot be used.
    """

    patients: int
    routed: Mapping[str, int]
    errors: int


class Assembler:
    """Makes tables of facts from the rows of one export, with one knowledge at one date."""

    def __init__(self, extracted: Extracted, reader: FhirReader, knowledge: Knowledge, at: date) -> None:
        """Read every shape of the export once."""
        self._extracted, self._reader, self._knowledge, self._at = extracted, reader, knowledge, at
        numbers: dict[tuple[bytes, str], int] = {}
        self._shape_of = [
            np.array([numbers.setdefault(_without_clinic(*pair), len(numbers)) for pair in shapes], np.int64)
            for shapes in extracted.shapes
        ]
        self._clinics = [
            np.array([*(linked if _is_patient(shape) else "" for shape, linked in shapes), ""], object)
            for shapes in extracted.shapes
        ]
        self._products = TemplateReader(reader, knowledge, extracted.elsewhere)
        self._links = [linked for _, linked in numbers]
        self._plans = Plans([self._products.read(shape, linked) for shape, linked in numbers], knowledge)
        self._connection = duckdb.connect(config={"threads": 2})

    def write(self, bucket: int, target: Path) -> FactPart:
        """Write the facts of a bucket; the file appears when it is whole."""
        rows, ids, clinics = self._rows(bucket)
        count = len(ids)
        table = self._table(rows, count)
        routed = {number: reason for reason, who in table.routed.reasons.items() for number in who.tolist()}
        alone, errors = self._one_by_one(rows, sorted(routed), bucket)
        self._save(table, clinics, alone, errors, target)
        return FactPart(count, Counter(routed.values()), len(errors))

    def _rows(self, bucket: int) -> tuple[Columns, Sequence[str], Sequence[str]]:
        """Return the rows of a bucket with patients by number, in the order of the files and lines."""
        run = self._connection.execute
        run("CREATE OR REPLACE TEMP TABLE bucket_rows (block INTEGER, patient VARCHAR, line INTEGER, start BIGINT, "
            "length INTEGER, shape INTEGER, odd BOOLEAN, id_hash UBIGINT, line_hash UBIGINT, value DOUBLE, "
            "a_first INTEGER, a_last INTEGER, a_start DOUBLE, a_end DOUBLE, b_first INTEGER, b_last INTEGER, "
            "b_start DOUBLE, b_end DOUBLE, bad_date BOOLEAN)")  # fmt: skip
        for block, (path, _) in enumerate(self._extracted.rows):
            quoted = str(path).replace("'", "''")
            run(f"INSERT INTO bucket_rows SELECT {block}, * EXCLUDE bucket FROM '{quoted}' WHERE bucket = {bucket}")  # noqa: S608
        run("CREATE OR REPLACE TEMP TABLE people AS SELECT patient, row_number() OVER () - 1 AS number FROM "
            "(SELECT DISTINCT patient FROM bucket_rows ORDER BY patient)")  # fmt: skip
        rows = run(
            "SELECT number, b.* EXCLUDE patient FROM bucket_rows b JOIN people USING (patient) "
            "ORDER BY number, block, line"
        ).fetchnumpy()
        ids = [name for (name,) in run("SELECT patient FROM people ORDER BY number").fetchall()]
        of_block: I64 = rows["block"].astype(np.int64)
        local: I64 = rows["shape"].astype(np.int64)
        numbers: I64 = rows["number"].astype(np.int64)
        shape, clinics = np.empty(len(local), np.int64), [""] * len(ids)
        for one in np.unique(of_block).tolist():
            chosen = of_block == one
            shape[chosen] = self._shape_of[one][local[chosen]]
            named = self._clinics[one][local[chosen]]
            at = np.flatnonzero(named != "")
            for number, name in zip(numbers[chosen][at].tolist(), named[at].tolist(), strict=True):
                clinics[number] = name
        rows["shape"] = shape
        return {name: np.ma.asarray(values) for name, values in rows.items()}, ids, clinics

    def _table(self, rows: Columns, count: int) -> FactTable:
        plans = self._plans
        number = rows["number"].data.astype(np.int64)
        shape = rows["shape"].data
        keep, contradictory = _deduplicate(number, plans.kind[shape], rows)
        odd = rows["odd"].data | rows["bad_date"].data
        routed: dict[str, I64] = {
            "lines that contradict one another": number[contradictory],
            "a reference or date that is written in an unusual way": number[odd],
        }
        for code, reason in enumerate(plans.reasons):
            routed[reason] = number[plans.reason[shape] == code]
        is_patient = plans.kind[shape] == plans.patient_kind
        with_patient = np.bincount(number[is_patient & keep], minlength=count)
        routed["no Patient, or several"] = np.flatnonzero(with_patient != 1)
        born_after = is_patient & (_filled(rows["a_first"]) > self._at.toordinal() - _EPOCH)
        died_before = is_patient & ~np.ma.getmaskarray(rows["b_last"]) & ~np.ma.getmaskarray(rows["a_first"])
        died_before &= _filled(rows["a_first"]) > _filled(rows["b_last"])
        routed["a birth date that cannot be"] = number[born_after | died_before]
        kept = {name: values[keep] for name, values in rows.items()}
        part = plans.part(kept, count)
        table = fact_table(part, self._knowledge, self._at)
        unreadable = plans.is_measured[kept["shape"].data] & np.ma.getmaskarray(kept["value"])
        routed["a value that is no number"] = kept["number"].data[unreadable].astype(np.int64)
        for reason, who in routed.items():
            table.routed.add(reason, np.unique(who))
        return table

    def _one_by_one(
        self, rows: Columns, numbers: Sequence[int], bucket: int
    ) -> tuple[dict[int, dict[str, object]], dict[int, str]]:
        """Read patients by the one-patient reader; return their rows of facts, and why a record cannot be used."""
        alone: dict[int, dict[str, object]] = {}
        errors: dict[int, str] = {}
        of_row = rows["number"].data
        for at in range(0, len(numbers), _ROUTED_AT_A_TIME):
            some = numbers[at : at + _ROUTED_AT_A_TIME]
            begin, end = np.searchsorted(of_row, some), np.searchsorted(of_row, some, "right")
            picked = np.concatenate([np.arange(b, e) for b, e in zip(begin.tolist(), end.tolist(), strict=True)])
            lines = self._lines(rows, picked)
            for number, b, e in zip(some, begin.tolist(), end.tolist(), strict=True):
                try:
                    patient = self.establish([lines[row] for row in range(b, e)], rows["shape"].data[b:e])
                except InputError as error:
                    errors[number] = str(error)
                else:
                    alone[number] = dict(fact_row(patient, self._knowledge))
        return alone, errors

    def establish(self, lines: Sequence[bytes], shapes: I64) -> Patient:
        """Return a patient as the one-patient reader establishes one from these lines and the products they name."""
        bodies = [line for line in lines if line.strip()]
        for shape in dict.fromkeys(shapes.tolist()):
            bodies += self._products.bodies(self._links[shape]) if self._links[shape] else []
        record = self._reader.read(b"\n".join(dict.fromkeys(bodies)), self._at)
        return establish(record, self._knowledge, self._at)

    def _lines(self, rows: Columns, picked: I64) -> dict[int, bytes]:
        """Return the lines of rows, read from where they stand."""
        found: dict[int, bytes] = {}
        files: dict[Path, list[int]] = {}
        for row in picked.tolist():
            files.setdefault(self._extracted.rows[int(rows["block"].data[row])][1], []).append(row)
        for path, of_file in files.items():
            of_file.sort(key=lambda row: int(rows["start"].data[row]))
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                for row in of_file:
                    file.seek(int(rows["start"].data[row]))
                    found[row] = file.read(int(rows["length"].data[row])).rstrip(b"\r")
        return found

    def _save(
        self,
        table: FactTable,
        clinics: Sequence[str],
        alone: Mapping[int, Mapping[str, object]],
        errors: Mapping[int, str],
        target: Path,
    ) -> None:
        run = self._connection.execute
        wanted = fact_columns(self._knowledge)
        count = len(clinics)
        arrays: dict[str, object] = {"number": np.arange(count), "clinic": _texts(clinics)}
        by_columns = np.ones(count, np.bool_)
        by_columns[[*alone, *errors]] = False
        arrays["by_columns"] = by_columns
        for index, name in enumerate(wanted):
            values = table.columns[name]
            arrays[f"c{index}"] = values.data
            arrays[f"n{index}"] = np.ma.getmaskarray(values)
        cells = ", ".join(
            f'CAST(CASE WHEN NOT n{index} THEN c{index} END AS {kind}) AS "{name}"'
            for index, (name, kind) in enumerate(wanted.items())
        )
        rest: dict[str, object] = {
            "number": np.array([*alone, *errors], np.int64),
            "error": _texts([*(None for _ in alone), *errors.values()]),
        }
        for index, name in enumerate(wanted):
            found = [row[name] for row in alone.values()] + [None] * len(errors)
            rest[f"c{index}"] = _texts([None if value is None else _written(value) for value in found])
        others = ", ".join(f'CAST(c{index} AS {kind}) AS "{name}"' for index, (name, kind) in enumerate(wanted.items()))
        self._connection.register("fact_arrays", arrays)
        self._connection.register("rest_arrays", rest)
        draft = target.with_suffix(".draft")
        run(
            f"""COPY (SELECT p.patient, f.clinic, f.error, f.* EXCLUDE (number, clinic, error) FROM (
                SELECT number, clinic, NULL::VARCHAR AS error, {cells} FROM fact_arrays WHERE by_columns
                UNION ALL SELECT r.number, a.clinic, r.error, {others.replace("CAST(c", "CAST(r.c")}
                FROM rest_arrays r JOIN fact_arrays a USING (number)) f JOIN people p USING (number) ORDER BY number
            ) TO '{str(draft).replace("'", "''")}' (FORMAT parquet)"""  # noqa: S608 - our own column names
        )
        self._connection.unregister("fact_arrays")
        self._connection.unregister("rest_arrays")
        draft.replace(target)


def _without_clinic(shape: bytes, linked: str) -> tuple[bytes, str]:
    return (shape, "" if _is_patient(shape) else linked)


def _is_patient(shape: bytes) -> bool:
    return shape.startswith(b'{"resourceType":"Patient"')


def _texts(values: Sequence[str | None]) -> object:
    return np.array([*values, ""], object)[:-1]


def _written(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _filled(values: np.ma.MaskedArray[Any, Any]) -> F64:
    filled: F64 = np.ma.filled(values.astype(np.float64), -np.inf)
    return filled


def _deduplicate(number: I64, kind: I64, rows: Columns) -> tuple[Bools, Bools]:
    """Return which rows to keep, and which belong to a resource that stands twice with different content."""
    has_id = ~np.ma.getmaskarray(rows["id_hash"])
    identity = np.ma.filled(rows["id_hash"], 0).astype(np.uint64)
    content = rows["line_hash"].data.astype(np.uint64)
    mixed = identity * np.uint64(0x9E3779B97F4A7C15) + number.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed += kind.astype(np.uint64) * np.uint64(0x165667B19E3779F9)
    keep, contradictory = np.ones(len(number), np.bool_), np.zeros(len(number), np.bool_)
    ordered = np.sort(mixed[has_id])
    if not (ordered[1:] == ordered[:-1]).any():
        return keep, contradictory
    order = np.flatnonzero(has_id)[np.argsort(mixed[has_id], kind="stable")]
    same = mixed[order][1:] == mixed[order][:-1]
    keep[order[1:][same]] = False
    contradictory[order[1:][same & (content[order][1:] != content[order][:-1])]] = True
    return keep, contradictory

"""Rows of mentions to a table of facts: by columns for almost everybody, one by one for whom that is too odd.

A bucket holds all rows of its patients, whatever files they came from. Lines that stand twice count once; patients
whose lines contradict one another, or whose records hold something that columns cannot say, are read by the
one-patient reader, and counted by the reason.
"""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from fullcourse import __version__
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.register.input.source import PLAIN, LineSource
from fullcourse.adapters.register.input.tables import LEGEND
from fullcourse.adapters.register.read.extract import Aside, Extracted
from fullcourse.adapters.register.read.lines import DAMAGED
from fullcourse.adapters.register.read.one_record import read_one
from fullcourse.adapters.register.read.plans import Plans
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.rows import ID_WIDTH, U64, Rows, name_sums, read_bucket
from fullcourse.adapters.register.read.templates import TemplateReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import day_number
from fullcourse.clinical.patient import Patient
from fullcourse.cohort.evidence import I64, Bools
from fullcourse.cohort.facts import FactTable, fact_row, fact_table
from fullcourse.cohort.plan import fact_columns
from fullcourse.cohort.screen_sql import LINES_SET_ASIDE, SET_ASIDE
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.establish import establish

__all__ = ["Assembler", "FactPart", "part_legend", "reader_of", "said_of"]

_ROUTED_AT_A_TIME = 2_000
_LONGEST_BLOCK = 2**40
_ASIDE_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FactPart:
    """A bucket as facts.

    Attributes:
        patients: Number of patients.
        routed: How many were read one by one, by reason.
        errors: How many have a record that cannot be used.
        reasons: Why each of those was read one by one.
        aside: The lines that are set aside of each patient who has some.
    """

    patients: int
    routed: Mapping[str, int]
    errors: int
    reasons: Mapping[str, str] = field(default_factory=dict)
    aside: Mapping[str, Sequence[Aside]] = field(default_factory=dict)


def reader_of(knowledge: Knowledge) -> FhirReader:
    """Return the one-patient reader of a knowledge."""
    return FhirReader(
        knowledge.facts.values(),
        tuple(knowledge.readings.values()),
        recognise,
        other_matters=knowledge.other_matters.values(),
    )


def part_legend(knowledge: str, at: date, register: str, part: int, parts: int) -> dict[str, object]:
    """Return what a table of facts says of itself, wherever it lies.

    Args:
        knowledge: Digest of the knowledge whose vocabulary was used.
        at: Date of the check.
        register: What tells this register from others.
        part: Which of the tables it is, from 0.
        parts: How many there are.
    """
    return {
        "kind": "facts",
        "version": __version__,
        "knowledge": knowledge,
        "at": at.isoformat(),
        "register": register,
        "part": part,
        "parts": parts,
    }


class Assembler:
    """Makes tables of facts from the rows of one export, with one knowledge at one date."""

    def __init__(
        self, extracted: Extracted, reader: FhirReader, knowledge: Knowledge, at: date, source: LineSource = PLAIN
    ) -> None:
        """Read every shape of the export once."""
        self._extracted, self._reader, self._knowledge, self._at = extracted, reader, knowledge, at
        self._source = source
        numbers: dict[tuple[bytes, str], int] = {}
        clinics = {"": 0}
        lengths = np.array([len(numbers) for numbers in extracted.shape_of], np.int64)
        self._first_shape = np.cumsum(lengths) - lengths
        number_of = [numbers.setdefault(_without_clinic(*pair), len(numbers)) for pair in extracted.shapes]
        clinic_of = [
            clinics.setdefault(linked, len(clinics)) if _is_patient(shape) else 0 for shape, linked in extracted.shapes
        ]
        of_export = np.concatenate([np.zeros(0, np.int64), *extracted.shape_of])
        self._shape_of = np.array(number_of, np.int64)[of_export]
        self._clinic_of = np.array(clinic_of, np.int64)[of_export]
        self._clinics = list(clinics)
        self._products = Products(extracted.elsewhere)
        templates = TemplateReader(reader, knowledge, self._products)
        self._damaged = numbers.get((DAMAGED, ""), -1)
        self._links = [linked for _, linked in numbers]
        self._plans = Plans([templates.read(shape, linked) for shape, linked in numbers], knowledge)
        self._connection = duckdb.connect(config={"threads": 1})

    def write(self, bucket: int, target: Path, legend: Mapping[str, object] | None = None) -> FactPart:
        """Write the facts of a bucket; the file appears when it is whole.

        Args:
            bucket: Which.
            target: The Parquet file.
            legend: What it says of itself in its metadata.
        """
        rows, clinics = self._rows(bucket)
        aside = self._aside(rows)
        table = self._table(rows)
        routed = {number: reason for reason, who in table.routed.reasons.items() for number in who.tolist()}
        alone, errors = self._one_by_one(rows, sorted(routed))
        # The words are those of a single check; one that took such lines for nothing would clear whom they are about.
        errors |= {number: said_of(lines) for number, lines in aside.items() if number not in errors}
        for number in aside:
            alone.pop(number, None)
        self._save(table, rows.ids, clinics, alone, errors, aside, target, legend or {})
        reasons = {rows.ids[number]: reason for number, reason in routed.items()}
        of_patient = {rows.ids[number]: lines for number, lines in aside.items()}
        return FactPart(len(rows.ids), Counter(routed.values()), len(errors), reasons, of_patient)

    def _rows(self, bucket: int) -> tuple[Rows, Sequence[str]]:
        """Return the rows of a bucket with the shapes of the whole export, and the clinic of each patient."""
        rows = read_bucket(self._extracted.folder, [file for file, _ in self._extracted.rows], bucket)
        place = self._first_shape[rows["block"]] + rows["shape"]
        rows.columns["shape"] = self._shape_of[place]
        named = np.flatnonzero(self._clinic_of[place] > 0)
        clinic = np.zeros(len(rows.ids), np.int64)
        clinic[rows["patient"][named]] = self._clinic_of[place[named]]
        return rows, [self._clinics[number] for number in clinic.tolist()]

    def _aside(self, rows: Rows) -> dict[int, list[Aside]]:
        """Return the lines that are set aside of each patient who has some."""
        aside: dict[int, list[Aside]] = {}
        at = self._extracted.aside_at
        for row in np.flatnonzero(rows["shape"] == self._damaged).tolist():
            line = at[int(rows["block"][row]), int(rows["start"][row])]
            aside.setdefault(int(rows["patient"][row]), []).append(line)
        return aside

    def _table(self, rows: Rows) -> FactTable:
        plans, count = self._plans, len(rows.ids)
        number, shape = rows["patient"], rows["shape"]
        keep, contradictory = self._deduplicate(rows)
        routed: dict[str, I64] = {
            "lines that contradict one another": number[contradictory],
            "a reference or date that is written in an unusual way": number[rows["odd"]],
            "a patient named by an id that another resource has": number[self._is_named_by_another(rows)],
        }
        routed["a list with an entry that is not there"] = number[self._lacks_entries(rows)]
        for code, reason in enumerate(plans.reasons):
            routed[reason] = number[plans.reason[shape] == code]
        is_patient = plans.kind[shape] == plans.patient_kind
        with_patient = np.bincount(number[is_patient & keep], minlength=count)
        routed["no Patient, or several"] = np.flatnonzero(with_patient != 1)
        is_born, has_died = rows.is_dated("a"), rows.is_dated("b")
        born_after = is_patient & is_born & (rows["a_first"] > day_number(self._at))
        died_before = is_patient & is_born & has_died & (rows["a_first"] > rows["b_last"])
        routed["a birth date that cannot be"] = number[born_after | died_before]
        kept = rows.some(keep)
        table = fact_table(plans.part(kept, count), self._knowledge, self._at)
        unreadable = plans.is_measured[kept["shape"]] & np.isnan(kept["value"])
        routed["a value that is no number"] = kept["patient"][unreadable]
        for reason, who in routed.items():
            table.routed.add(reason, np.unique(who))
        return table

    def _deduplicate(self, rows: Rows) -> tuple[Bools, Bools]:
        """Return which rows to keep, and which belong to a resource that stands twice with different content."""
        kind = self._plans.kind[rows["shape"]].astype(np.uint64)
        mixed = _mixed(rows["patient"].astype(np.uint64), kind, rows["id_sum"])
        keep, contradictory = np.ones(len(mixed), np.bool_), np.zeros(len(mixed), np.bool_)
        # Of a type that nobody reads, neither the first nor the second says anything.
        told = np.flatnonzero(rows["has_id"] & (self._plans.kind[rows["shape"]] != self._plans.unread_kind))
        ordered = np.sort(mixed[told])
        if not (ordered[1:] == ordered[:-1]).any():
            return keep, contradictory
        order = told[np.argsort(mixed[told], kind="stable")]
        same = np.flatnonzero(mixed[order][1:] == mixed[order][:-1])
        earlier, other = order[same], order[same + 1]
        lines = self._lines(rows, np.unique(np.concatenate([earlier, other])))
        keep[other] = False
        contradictory[other] = [
            lines[first] != lines[second] for first, second in zip(earlier.tolist(), other.tolist(), strict=True)
        ]
        return keep, contradictory

    def _lacks_entries(self, rows: Rows) -> Bools:
        """Return which lists are to be looked at, since an entry is not there or says that nothing is known."""
        entries, shape = rows.entries, rows["shape"]
        lacks = np.zeros(len(shape), np.bool_)
        if not len(entries["start"]):
            return lacks
        listed = np.flatnonzero(self._plans.is_joined[shape])  # no other row has entries that matter
        lines = rows["block"][listed] * _LONGEST_BLOCK + rows["start"][listed]
        by_line = np.argsort(lines)
        wanted_by = entries["block"] * _LONGEST_BLOCK + entries["start"]
        place = np.searchsorted(lines[by_line], wanted_by)
        place[place == len(lines)] = 0
        is_listed = lines[by_line][place] == wanted_by if len(lines) else np.zeros(len(place), np.bool_)
        of_row = listed[by_line[place[is_listed]]]
        patient = rows["patient"].astype(np.uint64)
        has_list = np.zeros(len(rows.ids), np.bool_)
        has_list[rows["patient"][listed]] = True
        told = np.flatnonzero(rows["has_id"] & has_list[rows["patient"]])
        there = _mixed(patient[told], self._plans.kind_sum[shape[told]], rows["id_sum"][told])
        wanted = _mixed(patient[of_row], entries["kind_sum"][is_listed], entries["id_sum"][is_listed])
        is_silent = self._plans.is_silent[shape[told]]
        is_there = np.isin(wanted, there[~is_silent]) & ~np.isin(wanted, there[is_silent])
        lacks[of_row[~is_there]] = True
        return lacks

    def _is_named_by_another(self, rows: Rows) -> Bools:
        """Return which resources have the id of their patient, where some other names the patient by the id alone."""
        if not rows["by_id"].any():
            return np.zeros(len(rows["shape"]), np.bool_)
        ids = np.array([name.encode() for name in rows.ids], f"S{ID_WIDTH}")
        sums = name_sums(ids.view(np.uint64).reshape(len(ids), ID_WIDTH // 8))
        is_named = np.bincount(rows["patient"][rows["by_id"]], minlength=len(ids)) > 0
        is_alike = rows["has_id"] & (rows["id_sum"] == sums[rows["patient"]])
        another: Bools = (
            is_alike & is_named[rows["patient"]] & (self._plans.kind[rows["shape"]] != self._plans.patient_kind)
        )
        return another

    def _one_by_one(self, rows: Rows, numbers: Sequence[int]) -> tuple[dict[int, dict[str, object]], dict[int, str]]:
        """Read patients by the one-patient reader; return their rows of facts, and why a record cannot be used."""
        alone: dict[int, dict[str, object]] = {}
        errors: dict[int, str] = {}
        of_row = rows["patient"]
        for at in range(0, len(numbers), _ROUTED_AT_A_TIME):
            some = numbers[at : at + _ROUTED_AT_A_TIME]
            begin, end = np.searchsorted(of_row, some), np.searchsorted(of_row, some, "right")
            picked = np.concatenate([np.arange(b, e) for b, e in zip(begin.tolist(), end.tolist(), strict=True)])
            lines = self._lines(rows, picked)
            for number, b, e in zip(some, begin.tolist(), end.tolist(), strict=True):
                try:
                    patient = self.establish([lines[row] for row in range(b, e)], rows["shape"][b:e])
                except InputError as error:
                    errors[number] = str(error)
                else:
                    alone[number] = dict(fact_row(patient, self._knowledge))
        return alone, errors

    def establish(self, lines: Sequence[bytes], shapes: I64) -> Patient:
        """Return a patient as the one-patient reader establishes one from these lines and the products they name."""
        links = [self._links[shape] for shape in shapes.tolist()]
        record = read_one(lines, links, self._reader, self._products, self._at)
        return establish(record, self._knowledge, self._at)

    def _lines(self, rows: Rows, picked: I64) -> dict[int, bytes]:
        """Return the lines of rows, read from where they stand."""
        line_of: dict[int, bytes] = {}
        files: dict[Path, list[tuple[int, int]]] = {}
        for row in picked.tolist():
            path, place = self._extracted.file_of(int(rows["block"][row]), int(rows["start"][row]))
            files.setdefault(path, []).append((place, row))
        for path, of_file in files.items():
            with self._source.open(path) as file:
                for place, row in sorted(of_file):
                    file.seek(place)
                    line_of[row] = file.read(int(rows["length"][row])).rstrip(b"\r")
        return line_of

    def _save(
        self,
        table: FactTable,
        ids: Sequence[str],
        clinics: Sequence[str],
        alone: Mapping[int, Mapping[str, object]],
        errors: Mapping[int, str],
        aside: Mapping[int, Sequence[Aside]],
        target: Path,
        legend: Mapping[str, object],
    ) -> None:
        wanted = fact_columns(self._knowledge)
        by_columns = np.ones(len(ids), np.bool_)
        by_columns[[*alone, *errors]] = False
        arrays: dict[str, object] = {"number": np.arange(len(ids)), "patient": _texts(ids), "clinic": _texts(clinics)}
        arrays |= {"by_columns": by_columns, **{f"c{index}": table.columns[name] for index, name in enumerate(wanted)}}
        rest: dict[str, object] = {
            "number": np.array([*alone, *errors], np.int64),
            "error": _texts([*(None for _ in alone), *errors.values()]),
            "aside": np.array([*(0 for _ in alone), *(len(aside.get(number, ())) for number in errors)], np.int64),
            "which": _texts(
                [
                    *(None for _ in alone),
                    *(said_of(aside[number]) if number in aside else None for number in errors),
                ]
            ),
        }
        for index, name in enumerate(wanted):
            cells = [row[name] for row in alone.values()] + [None] * len(errors)
            rest[f"c{index}"] = _texts([None if value is None else _written(value) for value in cells])
        names = ", ".join(
            f'CAST(f.c{index} AS {kind}) AS "{name}"' for index, (name, kind) in enumerate(wanted.items())
        )
        self._connection.register("fact_arrays", arrays)
        self._connection.register("rest_arrays", rest)
        draft = target.with_suffix(f".{os.getpid()}.draft")
        others = names.replace("CAST(f.", "CAST(r.")
        by_columns_query = (
            f"SELECT f.number, f.patient, f.clinic, NULL::VARCHAR AS error, 0::BIGINT AS {LINES_SET_ASIDE}, "  # noqa: S608 - our own columns
            f"NULL::VARCHAR AS {SET_ASIDE}, {names} "
            "FROM fact_arrays f WHERE f.by_columns"
        )
        one_by_one_query = (
            f" UNION ALL SELECT r.number, a.patient, a.clinic, r.error, r.aside, r.which, {others} "  # noqa: S608
            "FROM rest_arrays r JOIN fact_arrays a USING (number) ORDER BY number"
        )
        query = by_columns_query + (one_by_one_query if alone or errors else "")
        path = str(draft).replace("'", "''")
        said = json.dumps(dict(legend), ensure_ascii=False).replace("'", "''")
        options = f"FORMAT parquet, KV_METADATA {{{LEGEND}: '{said}'}}" if legend else "FORMAT parquet"
        self._connection.execute(
            f"COPY (SELECT * EXCLUDE (number) FROM ({query})) TO '{path}' ({options})"  # noqa: S608
        )
        self._connection.unregister("fact_arrays")
        self._connection.unregister("rest_arrays")
        draft.replace(target)


def said_of(lines: Sequence[Aside]) -> str:
    """Return which lines of a patient are set aside, and why, for whoever looks at the row."""
    each = "; ".join(
        f"line {line.line:,} of {Path(line.file).name}: {line.reason.rstrip('.')}" for line in lines[:_ASIDE_SHOWN]
    )
    more = f"; and {len(lines) - _ASIDE_SHOWN:,} more" if len(lines) > _ASIDE_SHOWN else ""
    count = "a line" if len(lines) == 1 else f"{len(lines):,} lines"
    return f"{count} about this patient cannot be used, so that what is said there is missing: {each}{more}."


def _mixed(patient: U64, kind: U64, identity: U64) -> U64:
    """Return a number for each patient, type and id, alike for equal ones."""
    mixed = identity * np.uint64(0x9E3779B97F4A7C15) + kind * np.uint64(0x165667B19E3779F9)
    mixed += patient * np.uint64(0xC2B2AE3D27D4EB4F)
    return mixed


def _without_clinic(shape: bytes, linked: str) -> tuple[bytes, str]:
    return (shape, "" if _is_patient(shape) else linked)


def _is_patient(shape: bytes) -> bool:
    return shape.startswith(b'{"resourceType":"Patient"')


def _texts(values: Sequence[str | None]) -> object:
    return np.array([*values, ""], object)[:-1]


def _written(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)

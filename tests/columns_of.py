"""Records as columns, for tests: the same evidence, medicines and open entries, handed in either way."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fullcourse.clinical import Evidence, Interval, Medicine, Record, Standing, Taken
from fullcourse.clinical.moment import Moment, day_number, parse_span
from fullcourse.cohort.evidence import (
    ABSURD,
    BESIDE,
    OVER,
    STATED,
    UNSURE,
    Codebook,
    EvidenceColumns,
    MedicineColumns,
    PatientColumns,
)
from fullcourse.cohort.facts import Part
from fullcourse.knowledge.library import Knowledge

_STANDINGS = {
    Standing.STATED: STATED,
    Standing.OVER: OVER,
    Standing.UNSURE: UNSURE,
    Standing.UNUSABLE: UNSURE,
    Standing.ABSURD: ABSURD,
    Standing.BESIDE: BESIDE,
}
_TAKEN = {Taken.NOW: 0, Taken.PAST: 1, Taken.MAYBE: 2, Taken.SUPPLIED: 3}


def part_of(records: Sequence[Record], knowledge: Knowledge) -> Part:
    """Return records as a part of a register; patients are numbered in their order."""
    book = Codebook.of(knowledge)
    pieces = [
        _piece(number, piece, knowledge, book)
        for number, record in enumerate(records)
        for listed in record.evidence.values()
        for piece in listed
    ]
    evidence = EvidenceColumns(*_columns(pieces, (np.int64, np.int32, np.int8, np.int32, np.float64, np.float64,
                                                  np.bool_, np.int64, np.float64, np.float64)))  # fmt: skip
    products: list[Medicine] = []
    entries = []
    for number, record in enumerate(records):
        for medicine in record.medicines:
            entries.append(_entry(number, medicine, len(products), record))
            products.append(medicine)
    medicines = MedicineColumns(*_columns(entries, (np.int64, np.int32, np.int8, np.bool_, np.int64, np.int64, np.bool_,
                                                    np.int64, np.int64, np.int64, np.int64, np.bool_)))  # fmt: skip
    listed = {medicine.origin for record in records for medicine in record.medicines}
    unclear = [
        {it.kind for it in record.unrecognised if it.kind != "medicine" or it.origin not in listed}
        for record in records
    ]
    flags = [np.array([kind in kinds for kinds in unclear], np.bool_) for kind in ("problem", "allergy", "medicine")]
    unread = np.array([any(it.may_matter for it in record.not_used) for record in records], np.bool_)
    return Part(evidence, medicines, products, PatientColumns(*flags, unread))


def _columns(rows: Sequence[Sequence[Any]], kinds: Sequence[type]) -> list[Any]:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    return [np.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]


def _piece(patient: int, piece: Evidence, knowledge: Knowledge, book: Codebook) -> tuple[Any, ...]:
    definition = knowledge.facts[piece.fact]
    word, low, high = -1, -np.inf, np.inf
    if isinstance(piece.value, Interval):
        low, high = piece.value.low, piece.value.high
    elif isinstance(piece.value, bool):
        word = int(piece.value)
    elif definition.kind == "date" and piece.value is not None:
        span = parse_span(piece.value, "date")
        low, high = float(day_number(span.first_day)), float(day_number(span.last_day))
    elif piece.value is not None:
        word = definition.values.index(piece.value)
    on = piece.on
    dated = (True, day_number(on.first_day), on.start_s, on.end_s) if on else (False, 0, 0.0, 0.0)
    return (patient, book.number_of[piece.fact], _STANDINGS[piece.standing], word, low, high, *dated)


def _entry(patient: int, medicine: Medicine, product: int, record: Record) -> tuple[Any, ...]:
    unclear = any(it.kind == "medicine" and it.origin == medicine.origin for it in record.unrecognised)
    return (
        patient, product, _TAKEN[medicine.taken],
        *_span(medicine.since), *_span(medicine.until), *medicine.lasts, unclear,
    )  # fmt: skip


def _span(moment: Moment | None) -> tuple[bool, int, int]:
    return (False, 0, 0) if moment is None else (True, day_number(moment.first_day), day_number(moment.last_day))

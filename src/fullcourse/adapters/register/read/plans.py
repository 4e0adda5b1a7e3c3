"""Templates laid out as arrays, so that what they say is applied to millions of lines at once."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from fullcourse.adapters.register.read.measurement import Measurement
from fullcourse.adapters.register.read.rows import Rows, name_sum
from fullcourse.adapters.register.read.taken_out import DATE_A, DATE_B
from fullcourse.adapters.register.read.templates import UNREAD, Template, Use
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.moment import day_number
from fullcourse.cohort.evidence import (
    ABSURD,
    F64,
    I8,
    I64,
    Bools,
    Codebook,
    EvidenceColumns,
    MedicineColumns,
    PatientColumns,
)
from fullcourse.cohort.facts import Part
from fullcourse.knowledge.library import Knowledge

__all__ = ["Plans"]

_TAKEN = {Taken.NOW: 0, Taken.PAST: 1, Taken.MAYBE: 2, Taken.SUPPLIED: 3}
_FIXED, _AFTER = 3, 4
_SLOTS = {DATE_A: 1, DATE_B: 2}
_LAST_DAY = day_number(date.max)
_DAY_S = 86_400.0
_UNCLEAR = ("problem", "allergy", "medicine", UNREAD)


class Plans:
    """What every shape says, by the number of the shape.

    Attributes:
        kind: Number of the type of resource.
        patient_kind: The number of Patient.
        unread_kind: The number of all types that nobody reads.
        reasons: Why patients are read one by one.
        reason: For each shape the number of the reason; -1 for none.
        is_measured: Whether a line of the shape must have a measured value.
        is_joined: Whether a line of the shape says what it says only where its entries are there.
        is_silent: Whether it says that nothing is known.
        kind_sum: The sum of the name of its type.
    """

    def __init__(self, templates: Sequence[Template], knowledge: Knowledge) -> None:
        """Lay the templates out."""
        book = Codebook.of(knowledge)
        kinds = {"Patient": 0, "": 1}
        self.kind = np.array([kinds.setdefault(template.kind, len(kinds)) for template in templates], np.int64)
        self.patient_kind, self.unread_kind = 0, 1
        self.kind_sum = np.array([name_sum(template.kind) for template in templates], np.uint64)
        self.is_joined = np.array([template.is_joined for template in templates], np.bool_)
        self.is_silent = np.array([template.is_silent for template in templates], np.bool_)
        self.reasons = sorted({template.routed for template in templates if template.routed})
        self.reason = np.array(
            [self.reasons.index(template.routed) if template.routed else -1 for template in templates], np.int64
        )
        # A product on the list that was not understood counts by whether it is taken, which the dates decide.
        unclear = [[word in template.unclear for word in _UNCLEAR] for template in templates]
        for template, flags in zip(templates, unclear, strict=True):
            flags[_UNCLEAR.index("medicine")] &= not template.medicines
        self._unclear = np.array(unclear, np.bool_).reshape(-1, len(_UNCLEAR))
        pieces = [piece for template in templates for piece in template.pieces]
        self._pieces = _Spans([len(template.pieces) for template in templates])
        self._fact = np.array([book.number_of[piece.fact] for piece in pieces], np.int32)
        self._standing = np.array([piece.standing for piece in pieces], np.int8)
        self._word = np.array([piece.word for piece in pieces], np.int32)
        self._low = np.array([piece.low for piece in pieces], np.float64)
        self._high = np.array([piece.high for piece in pieces], np.float64)
        self._is_date = np.array([piece.is_date_of_line for piece in pieces], np.bool_)
        self._on = _Uses([piece.on for piece in pieces])
        self._measurements: list[Measurement] = [piece.measured for piece in pieces if piece.measured is not None]
        numbers = np.cumsum([piece.measured is not None for piece in pieces], dtype=np.int64) - 1
        self._measured = np.where([piece.measured is not None for piece in pieces], numbers, -1).astype(np.int64)
        self.is_measured = np.array(
            [any(piece.measured is not None for piece in template.pieces) for template in templates], np.bool_
        )
        entries = [entry for template in templates for entry in template.medicines]
        self._entries = _Spans([len(template.medicines) for template in templates])
        products: dict[tuple[object, ...], int] = {}
        self._products: list[Medicine] = []
        of_entry = []
        for medicine, _, _ in entries:
            key = (medicine.name, medicine.ingredients, medicine.codes, medicine.route)
            if key not in products:
                products[key] = len(products)
                self._products.append(medicine)
            of_entry.append(products[key])
        self._product = np.array(of_entry, np.int32)
        self._taken = np.array([_TAKEN[medicine.taken] for medicine, _, _ in entries], np.int8)
        self._surely = np.array([medicine.lasts[0] for medicine, _, _ in entries], np.int64)
        self._perhaps = np.array([medicine.lasts[1] for medicine, _, _ in entries], np.int64)
        self._not_understood = np.array(
            ["medicine" in template.unclear for template in templates for _ in template.medicines],
            np.bool_,
        )
        self._since = _Uses([since for _, since, _ in entries])
        self._until = _Uses([until for _, _, until in entries])

    def part(self, rows: Rows, count: int) -> Part:
        """Return the evidence of rows: those that are kept, ordered by patient."""
        number, shape = rows["patient"], rows["shape"]
        row, piece = self._pieces.spread(shape)
        first, _, start, end, dated = self._on.of(piece, rows, row)
        low, high, standing = self._low[piece], self._high[piece], self._standing[piece]
        self._measure(rows, row, piece, low, high, standing)
        born = self._is_date[piece]
        born_on, is_dated = row[born], rows.is_dated("a")[row[born]]
        low[born] = np.where(is_dated, rows["a_first"][born_on], -np.inf)
        high[born] = np.where(is_dated, rows["a_last"][born_on], np.inf)
        evidence = EvidenceColumns(
            number[row], self._fact[piece], standing, self._word[piece], low, high, dated, first, start, end
        )
        unclear = self._unclear[shape]
        flags = [np.bincount(number[unclear[:, at]], minlength=count) > 0 for at in range(len(_UNCLEAR))]
        return Part(evidence, self._list(rows, number, shape), self._products, PatientColumns(*flags))

    def _measure(self, rows: Rows, row: I64, piece: I64, low: F64, high: F64, standing: I8) -> None:
        which = self._measured[piece]
        measured = np.flatnonzero(which >= 0)
        measured = measured[np.argsort(which[measured], kind="stable")]
        cuts = np.flatnonzero(np.diff(which[measured])) + 1
        values = np.where(np.isnan(rows["value"]), 1.0, rows["value"])
        for chosen in np.split(measured, cuts) if measured.size else ():
            how = self._measurements[int(which[chosen[0]])]
            low[chosen], high[chosen], absurd = how.ends(values[row[chosen]])
            if how.may_be_absurd:
                standing[chosen[absurd]] = ABSURD

    def _list(self, rows: Rows, number: I64, shape: I64) -> MedicineColumns:
        row, entry = self._entries.spread(shape)
        since_first, since_last, _, _, has_since = self._since.of(entry, rows, row)
        until_first, until_last, _, _, has_until = self._until.of(entry, rows, row)
        return MedicineColumns(
            number[row], self._product[entry], self._taken[entry],
            has_since, since_first, since_last, has_until, until_first, until_last,
            self._surely[entry], self._perhaps[entry], self._not_understood[entry],
        )  # fmt: skip


class _Spans:
    """Which items of a flat list belong to each shape."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.lengths = np.array(lengths, np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths

    def spread(self, shape: I64) -> tuple[I64, I64]:
        """Return for every row and item of its shape: the row, and the item."""
        times = self.lengths[shape]
        row = np.repeat(np.arange(len(shape)), times)
        within = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        return row, self.starts[shape][row] + within


class _Uses:
    """Where dates come from, item by item."""

    def __init__(self, uses: Sequence[Use]) -> None:
        fixed = [use.fixed for use in uses]
        self.slot = np.array([_slot_of(use) for use in uses], np.int64)
        self.days = np.array([use.days or 0 for use in uses], np.int64)
        self.first = np.array([day_number(template.first_day) if template else 0 for template in fixed], np.int64)
        self.last = np.array([day_number(template.last_day) if template else 0 for template in fixed], np.int64)
        self.start = np.array([template.start_s if template else 0.0 for template in fixed], np.float64)
        self.end = np.array([template.end_s if template else 0.0 for template in fixed], np.float64)

    def of(self, place: I64, rows: Rows, row: I64) -> tuple[I64, I64, F64, F64, Bools]:
        """Return first day, last day, start, end, and whether there is a date, for each item."""
        slot = self.slot[place]
        first, last, start, end = self.first[place], self.last[place], self.start[place], self.end[place]
        dated = slot == _FIXED
        for number, name in ((1, "a"), (2, "b")):
            chosen = np.flatnonzero(slot == number)
            at = row[chosen]
            first[chosen], last[chosen] = rows[f"{name}_first"][at], rows[f"{name}_last"][at]
            start[chosen], end[chosen] = rows[f"{name}_start"][at], rows[f"{name}_end"][at]
            dated[chosen] = rows.is_dated(name)[at]
        chosen = np.flatnonzero(slot == _AFTER)
        at = row[chosen]
        day = rows["a_last"][at] + self.days[place[chosen]]
        first[chosen], last[chosen] = day, day
        start[chosen], end[chosen] = day * _DAY_S, day * _DAY_S + (_DAY_S - 1e-6)
        dated[chosen] = rows.is_dated("a")[at] & (day <= _LAST_DAY)
        return first, last, start, end, dated


def _slot_of(use: Use) -> int:
    if use.fixed is not None:
        return _FIXED
    return _AFTER if use.days is not None else _SLOTS.get(use.slot, 0)

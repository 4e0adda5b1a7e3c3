"""Every drug beside every medicine: a cell is worked out when it is first asked for, and kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from threading import Lock
from typing import Final, final

from fullcourse.adapters.documents.matrix_page import word_of
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.clinical.co_medicine import CoMedicine
from fullcourse.interfaces.api.call import Call
from fullcourse.journey.matrix import Cell, CellState, interaction_matrix
from fullcourse.knowledge.library import Knowledge

__all__ = ["HeldMatrix", "MedicineRow", "kind_of", "matrix_of"]

_PART: Final = "desk.matrix"
_PROFILE: Final = "who"
_NOT_IN_ADDRESS: Final = re.compile(r"[^a-z0-9]+")
_MAKING: Final = Lock()


@dataclass(frozen=True, slots=True)
class MedicineRow:
    """A medicine beside which drugs stand.

    Attributes:
        place: Of its row, from 0.
        slug: Its name as a part of an address; no two have the same.
        name: INN; the ingredients of a combination joined by a stroke.
        group: What it is taken for.
    """

    place: int
    slug: str
    name: str
    group: str


@final
@dataclass(slots=True)
class HeldMatrix:
    """The matrix of what a service knows.

    Attributes:
        knowledge: What the sources say.
        at: Date of the checks.
    """

    knowledge: Knowledge
    at: date
    _medicines: tuple[CoMedicine, ...] = field(default_factory=lambda: tuple(load_co_medicines()))
    _cells: dict[tuple[int, str], Cell] = field(default_factory=dict)
    _door: Lock = field(default_factory=Lock)

    @property
    def rows(self) -> tuple[MedicineRow, ...]:
        """Return every medicine."""
        return _rows(self._medicines)

    def column(self, drug: str) -> Iterator[tuple[MedicineRow, Cell]]:
        """Yield a drug beside each medicine.

        Args:
            drug: INN of a drug of the knowledge.
        """
        return ((row, self.beside((row,), (drug,))[row.place, drug]) for row in self._worked_out((drug,)))

    def beside(self, rows: Sequence[MedicineRow], drugs: Sequence[str]) -> Mapping[tuple[int, str], Cell]:
        """Return the cells of some drugs beside some medicines, by the place of the row and the drug.

        A cell takes a fifth of a millisecond or so the first time that it is asked for; all of them a second or two.
        """
        with self._door:
            lacking = [row.place for row in rows if any((row.place, drug) not in self._cells for drug in drugs)]
            if lacking:
                made = interaction_matrix(
                    self.knowledge, self.knowledge.profile(_PROFILE), self.at,
                    [self._medicines[place] for place in lacking], [self.knowledge.drugs[drug] for drug in drugs],
                )  # fmt: skip
                for place, row in zip(lacking, made.rows, strict=True):
                    self._cells.update(((place, cell.drug), cell) for cell in row.cells)
            return self._cells

    def _worked_out(self, drugs: Sequence[str]) -> tuple[MedicineRow, ...]:
        """Return every row, with the cells of some drugs worked out in one go."""
        rows = self.rows
        self.beside(rows, drugs)
        return rows


@cache
def _rows(medicines: tuple[CoMedicine, ...]) -> tuple[MedicineRow, ...]:
    return tuple(
        MedicineRow(place, _NOT_IN_ADDRESS.sub("-", it.name.lower()).strip("-"), it.name, it.group)
        for place, it in enumerate(medicines)
    )


def matrix_of(call: Call) -> HeldMatrix:
    """Return the matrix that this service keeps in memory for its pages."""
    parts = call.service.parts
    with _MAKING:
        made = parts.get(_PART)
        if not isinstance(made, HeldMatrix):
            made = parts[_PART] = HeldMatrix(call.service.knowledge, call.now.date())
    return made


def kind_of(cell: Cell) -> str:
    """Return the kind of a cell, of `fullcourse.adapters.documents.matrix_page.WORDS`."""
    if cell.leading is None:
        return "gap"
    kind = {CellState.NO_INTERACTION_EXPECTED: "none", CellState.NONE_BY_MECHANISM: "way"}.get(cell.state)
    return kind or word_of(cell.leading)

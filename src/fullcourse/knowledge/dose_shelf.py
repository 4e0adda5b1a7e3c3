"""Dose tables that are built from their files when somebody asks for a dose: a check of a drug does not.

The dose of one drug needs the few tables that name it. Only files that were read before without a fault are read in
parts; new files are built whole, so that all their faults are told.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.read_statements import StatementReader

if TYPE_CHECKING:
    from fullcourse.knowledge.doses import Doses

__all__ = ["DOSE_KINDS", "DoseShelf"]

_PRODUCT = "product"
DOSE_KINDS = (_PRODUCT, "dose_table", "dose_limit")
"""The kinds of tables that make doses."""


class DoseShelf:
    """The tables of dose files, and what was built from them."""

    def __init__(
        self,
        rows: Callable[[], Mapping[str, Sequence[tuple[str, object]]]],
        reader: StatementReader,
        faults: list[Fault],
    ) -> None:
        """Take what returns the tables by kind, the reader of conditions, and the list that faults are noted in."""
        self._rows, self._reader, self._faults = rows, reader, faults
        self._built: Doses | None = None
        self._of_drugs: dict[str, Doses] = {}

    def doses(self) -> "Doses":
        """Return the doses; raises KnowledgeError when their tables have faults."""
        if self._built is None:
            built = self.build()
            if self._faults:
                raise KnowledgeError(self._faults)
            return built
        return self._built

    def of(self, drug: str) -> "Doses":
        """Return the tables and limits that name a drug, with every product; raises KnowledgeError for their faults.

        Args:
            drug: INN.
        """
        if self._built is not None:
            return self._built
        if drug not in self._of_drugs:
            from fullcourse.knowledge.doses_reader import read_doses

            about = {
                kind: [it for it in rows if kind == _PRODUCT or _names(it[1], drug)]
                for kind, rows in self._rows().items()
            }
            built = read_doses(about, self._reader, self._faults)
            if self._faults:
                raise KnowledgeError(self._faults)
            self._of_drugs[drug] = built
        return self._of_drugs[drug]

    def build(self) -> "Doses":
        """Read every table and return what was read, with the faults noted and none raised."""
        from fullcourse.knowledge.doses_reader import read_doses  # a check of a drug does not wait for it

        self._built = built = read_doses(self._rows(), self._reader, self._faults)
        return built


def _names(row: object, drug: str) -> bool:
    return isinstance(row, Mapping) and (row.get("drug") == drug or drug in row.get("drugs", ()))

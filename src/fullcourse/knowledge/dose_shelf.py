"""Dose tables that are built from their files when somebody asks for a dose: a check of a drug does not."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.read_statements import StatementReader

if TYPE_CHECKING:
    from fullcourse.knowledge.doses import Doses

__all__ = ["DOSE_KINDS", "DoseShelf"]

DOSE_KINDS = ("product", "dose_table", "dose_limit")
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

    def doses(self) -> "Doses":
        """Return the doses; raises KnowledgeError when their tables have faults."""
        if self._built is None:
            built = self.build()
            if self._faults:
                raise KnowledgeError(self._faults)
            return built
        return self._built

    def build(self) -> "Doses":
        """Read every table and return what was read, with the faults noted and none raised."""
        from fullcourse.knowledge.doses_reader import read_doses  # a check of a drug does not wait for it

        self._built = built = read_doses(self._rows(), self._reader, self._faults)
        return built

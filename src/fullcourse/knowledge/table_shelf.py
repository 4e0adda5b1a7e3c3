"""What is built from tables when somebody asks for it: regimens and doses, which a check of a drug does not need.

The dose of one drug needs the few tables that name it. Only files that were read before without a fault are read in
parts; new files are built whole, so that all their faults are told.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from fullcourse.clinical.errors import Fault, KnowledgeError

__all__ = ["TableShelf"]

_Built = TypeVar("_Built")
_Rows = Mapping[str, Sequence[tuple[str, object]]]


class TableShelf(Generic[_Built]):
    """Tables by kind, and what was built from them."""

    def __init__(self, rows: Callable[[], _Rows], read: Callable[[_Rows], _Built], faults: list[Fault]) -> None:
        """Take the tables and what builds from them.

        Args:
            rows: Returns the tables by kind, each with its file.
            read: Reads tables and notes their faults.
            faults: The list that faults are noted in.
        """
        self._rows, self._read, self._faults = rows, read, faults
        self._whole: _Built | None = None
        self._parts: dict[str, _Built] = {}

    def whole(self) -> _Built:
        """Return what all tables make; raises KnowledgeError when they have faults."""
        if self._whole is None:
            built = self.build()
            self._raise()
            return built
        return self._whole

    def about(self, drug: str, every: str) -> _Built:
        """Return what the tables make that name a drug, with those of one kind that stand for all drugs.

        Args:
            drug: INN.
            every: The kind of which every table is read.

        Raises:
            KnowledgeError: The tables have faults.
        """
        if self._whole is not None:
            return self._whole
        if drug not in self._parts:
            rows = self._rows()
            about = {kind: [it for it in of if kind == every or _names(it[1], drug)] for kind, of in rows.items()}
            built = self._read(about)
            self._raise()
            self._parts[drug] = built
        return self._parts[drug]

    def build(self) -> _Built:
        """Read every table and return what was read, with the faults noted and none raised."""
        self._whole = built = self._read(self._rows())
        return built

    def _raise(self) -> None:
        if self._faults:
            raise KnowledgeError(self._faults)


def _names(row: object, drug: str) -> bool:
    return isinstance(row, Mapping) and (row.get("drug") == drug or drug in row.get("drugs", ()))

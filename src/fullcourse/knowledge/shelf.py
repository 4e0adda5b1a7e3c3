"""Statements that are built from their tables when somebody asks for them.

A check of one drug needs a small part of a formulary, and a command about serum levels needs none of it. Only knowledge
that was read before without a fault stands on a shelf; new files are built whole, so that all their faults are told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.statements import Statement

__all__ = ["Shelf"]

Row = Mapping[str, object]


class Shelf(Mapping[str, Statement]):
    """Statements by id, in the order of the files; each is built once, on first use."""

    def __init__(
        self, rows: Sequence[tuple[str, Row]], read: Callable[[Row, str], Statement], faults: list[Fault]
    ) -> None:
        """Take the rows with their files, what builds one, and the list that it notes faults in."""
        self._rows = {str(row["id"]): (file, row) for file, row in rows}
        self._read, self._faults = read, faults
        self._built: dict[str, Statement] = {}

    def __getitem__(self, name: str) -> Statement:
        """Return a statement; KeyError when there is none of that id."""
        statement = self._built.get(name)
        if statement is None:
            file, row = self._rows[name]
            statement = self._built[name] = self._read(row, file)
            if self._faults:
                raise KnowledgeError(self._faults)
        return statement

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def about(self, owners: frozenset[str], targets: frozenset[str]) -> Iterator[Statement]:
        """Yield the statements of these owners, and all others that ask whether one of these is taken.

        Args:
            owners: First parts of ids.
            targets: ``drug.x`` or ``class.x``.
        """
        for name, (_, row) in self._rows.items():
            if name.split(".", 1)[0] in owners or _asks_for(row, targets):
                yield self[name]


def _asks_for(row: Row, targets: frozenset[str]) -> bool:
    conditions = row.get("when")
    if not isinstance(conditions, list):
        return False
    return any(
        condition.get("taking") in targets or any(atom.get("taking") in targets for atom in condition.get("any", ()))
        for condition in conditions
        if isinstance(condition, dict)
    )

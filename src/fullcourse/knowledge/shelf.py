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
        self._spoken_of: dict[str, list[int]] | None = None

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
        if self._spoken_of is None:
            self._spoken_of = _places(self._rows)
        places = {place for name in (*owners, *targets) for place in self._spoken_of.get(name, ())}
        names = tuple(self._rows)
        for place in sorted(places):
            yield self[names[place]]

    def following(self, key: str, value: str) -> Iterator[Statement]:
        """Yield the statements of which something follows that has a value under a key: ``finding``, ``company``.

        Args:
            key: A key of ``then``.
            value: What stands under it.
        """
        for name, (_, row) in self._rows.items():
            if any(then.get(key) == value for then in _thens(row)):
                yield self[name]


def _places(rows: Mapping[str, tuple[str, Row]]) -> dict[str, list[int]]:
    """Return, for each owner and each target, the places of the statements that are its own or ask for it."""
    places: dict[str, list[int]] = {}
    for place, (name, (_, row)) in enumerate(rows.items()):
        for spoken_of in (name.split(".", 1)[0], *_asked_for(row)):
            places.setdefault(spoken_of, []).append(place)
    return places


def _asked_for(row: Row) -> frozenset[str]:
    """Return the targets that the conditions of a statement name."""
    conditions = row.get("when")
    if not isinstance(conditions, list):
        return frozenset()
    return frozenset(
        atom["taking"]
        for condition in conditions
        if isinstance(condition, dict)
        for atom in (condition, *condition.get("any", ()))
        if "taking" in atom
    )


def _thens(row: Row) -> Iterator[Row]:
    """Yield all that may follow from a statement, as its file has it."""
    for holder in (row, *(it for key in ("rows", "bands", "steps") for it in _listed(row.get(key)))):
        then = holder.get("then")
        if isinstance(then, dict):
            yield then


def _listed(rows: object) -> Iterator[Row]:
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, dict))

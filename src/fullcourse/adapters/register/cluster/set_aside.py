"""Which lines of a patient are set aside, in the words of one machine.

The words name a line by its number in its file. That is known when the whole register was read: an executor knows the
block of a line, and not how many lines stand before the block. So facts travel with the places, and words are made of
these when the facts are taken up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from fullcourse.adapters.register.read.assemble import said_of
from fullcourse.adapters.register.read.extract import Aside
from fullcourse.cohort.screen_sql import ERROR, SET_ASIDE

__all__ = ["PLACES", "LineNumbers", "Place", "with_places", "worded"]

PLACES: Final = "places"
"""The column of the places of a patient's lines that are set aside; NULL for most. It is in no table of facts."""

_PLACES: Final = pa.list_(
    pa.struct([("file", pa.int32()), ("block", pa.int64()), ("place", pa.int64()), ("reason", pa.string())])
)

Place = tuple[int, int, int]
"""File, block and place; see `routing.ROUTED`."""


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """Tells the number of a line in its file.

    Attributes:
        names: Of the files, in their order.
        before: How many lines of the file stand before a block, by file and block, where lines are set aside.
    """

    names: Sequence[str]
    before: Mapping[tuple[int, int], int]

    def aside(self, file: int, block: int, place: int, reason: str, *, is_of_nobody: bool) -> Aside:
        """Return a line that is not used, by its place."""
        return Aside(self.names[file], self.before[file, block] + place + 1, reason, is_of_nobody)


def with_places(table: Any, aside: Mapping[str, Sequence[tuple[Place, str]]]) -> Any:
    """Return a table of facts with the column `PLACES`.

    Args:
        table: Its words of lines set aside name none of them rightly yet.
        aside: Place and reason of the lines of each patient who has some.
    """
    column = [
        [{"file": file, "block": block, "place": place, "reason": reason} for (file, block, place), reason in lines]
        if (lines := aside.get(patient))
        else None
        for patient in table.column("patient").to_pylist()
    ]
    return table.append_column(PLACES, pa.array(column, _PLACES))


def worded(table: Any, numbers: LineNumbers) -> Any:
    """Return a table of facts whose words name lines by their numbers, without the column `PLACES`."""
    places = table.column(PLACES)
    whole = table.drop_columns([PLACES])
    if places.null_count == len(places):
        return whole
    said, errors = (table.column(name).to_pylist() for name in (SET_ASIDE, ERROR))
    for row, lines in enumerate(places.to_pylist()):
        if lines:
            words = said_of([numbers.aside(**line, is_of_nobody=False) for line in lines])
            if errors[row] == said[row]:  # nothing else is wrong with the record
                errors[row] = words
            said[row] = words
    for name, texts in ((SET_ASIDE, said), (ERROR, errors)):
        whole = whole.set_column(whole.column_names.index(name), name, pa.array(texts, pa.string()))
    return whole

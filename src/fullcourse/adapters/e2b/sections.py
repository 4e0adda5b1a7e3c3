"""Hold the data elements of E2B(R3): what a file says, by element number and repeated group, and nothing of its XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Null", "Section", "Value", "number_order", "walk"]


@dataclass(frozen=True, slots=True)
class Null:
    """Why an element has no value: a null flavour of HL7, for example ``UNK`` (not known to the sender)."""

    flavor: str

    def __str__(self) -> str:
        """Return the flavour in the brackets that E2B guides write it in."""
        return f"[{self.flavor}]"


Value = str | Null


@dataclass(slots=True)
class Section:
    """The elements of one level, and the repeated groups below it, in the order of the file.

    Attributes:
        values: What stands under each element number. A number with ``@`` is a detail of the element before it
            (``G.k.2.1.1b@codeSystem``), or the id by which a group is pointed at (``E.i@id``).
        groups: The repetitions of each group (``E.i``, ``G.k``, ``G.k.4.r``), each a section of its own.
    """

    values: dict[str, Value] = field(default_factory=dict)
    groups: dict[str, list["Section"]] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Tell whether nothing stands here."""
        return not self.values and not any(self.groups.values())

    def add(self, group: str, values: dict[str, Value] | None = None) -> "Section":
        """Add a repetition of a group, and return it."""
        section = Section(dict(values or {}))
        self.groups.setdefault(group, []).append(section)
        return section

    def repeated(self, group: str) -> list["Section"]:
        """Return the repetitions of a group: none, if the file has none."""
        return self.groups.get(group, [])

    def given(self, number: str) -> str | None:
        """Return an element's text, or None where it is absent, empty or a null flavour."""
        value = self.values.get(number)
        return value if isinstance(value, str) and value.strip() else None


def walk(section: Section, place: str = "") -> Iterator[tuple[str, str, Value]]:
    """Yield ``(place, number, value)`` of every element, depth first; a place is ``G.k[2]/G.k.4.r[1]``."""
    for number, value in section.values.items():
        yield place, number, value
    for group, repetitions in section.groups.items():
        for index, below in enumerate(repetitions, start=1):
            yield from walk(below, f"{place}/{group}[{index}]" if place else f"{group}[{index}]")


def number_order(number: str) -> tuple[object, ...]:
    """Return a key that puts element numbers in the order of the guide: N before C, ``C.2`` before ``C.10``."""
    bare = number.removeprefix("FDA.")
    head = "NCDEFGH".find(bare[0])
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[a-zA-Z]+", bare[1:])]
    return (head, tuple(parts), number)

"""Numbers of a report, each with the cases behind it, so that no number can differ from its list."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from fullcourse.cohort.programme.case import Case

__all__ = ["NOT_RECORDED", "Behind", "Number", "Table", "number_id_of", "slug"]

NOT_RECORDED: Final = "not recorded"
"""The label of a number of cases of which a course does not hold something."""

_NOT_IN_ID: Final = re.compile(r"[^a-z0-9+/.]+")


@dataclass(frozen=True, slots=True)
class Behind:
    """A case behind a number.

    Attributes:
        case: The case.
        day: Of what made it count; None where nothing was written down.
        says: What made it count.
        event: Id of the event that says so; empty where none does.
    """

    case: Case
    day: date | None
    says: str
    event: str = ""


@dataclass(slots=True)
class Number:
    """A number with its list.

    Attributes:
        id: By which its list is asked for.
        label: What it counts.
        behind: The cases.
    """

    id: str
    label: str
    behind: list[Behind] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return the number: the length of its list."""
        return len(self.behind)


class Table:
    """Numbers of one kind over one cohort.

    Attributes:
        id: First part of the ids of its numbers.
        title: What is counted.
        each_once: Whether each case of the cohort stands in exactly one number; else in any number of them.
        numbers: By their ids, in the order in which they are shown.
    """

    def __init__(self, id: str, title: str, labels: Iterable[str] = (), *, each_once: bool = True) -> None:
        """Begin with a number of 0 for each label."""
        self.id, self.title, self.each_once = id, title, each_once
        self.numbers: dict[str, Number] = {}
        for label in labels:
            self._number(label)

    def add(self, label: str, behind: Behind) -> None:
        """Count a case under a label; an empty one is `NOT_RECORDED`."""
        self._number(label or NOT_RECORDED).behind.append(behind)

    def sorted_by_count(self) -> "Table":
        """Put the greatest numbers first, those alike by their labels."""
        ordered = sorted(self.numbers.values(), key=lambda number: (-number.count, number.label))
        self.numbers = {number.id: number for number in ordered}
        return self

    @property
    def count(self) -> int:
        """Return the sum of the numbers: of cases, where each stands once."""
        return sum(number.count for number in self.numbers.values())

    def _number(self, label: str) -> Number:
        key = f"{self.id}.{slug(label)}"
        if key not in self.numbers:
            self.numbers[key] = Number(key, label)
        return self.numbers[key]


@lru_cache(maxsize=4096)
def slug(label: str) -> str:
    """Return a label as a part of an id.

    >>> slug("lost to follow-up")
    'lost-to-follow-up'
    """
    return _NOT_IN_ID.sub("-", label.lower()).strip("-")


def number_id_of(text: str) -> str:
    """Return the id that somebody wrote, where the words of a line may stand as they are printed.

    >>> number_id_of("final.long.lost to follow-up")
    'final.long.lost-to-follow-up'
    """
    return ".".join(slug(part) for part in text.split("."))

"""Conversion and reversion, from results in the order of the days on which their specimens were collected.

What nobody can read never helps: a contaminated result breaks a run of negatives, since it may have been positive, and
does not break a run of positives, since it may have been positive too. One day that says both is no negative (I-1431).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

__all__ = ["Bacteriology", "Criterion", "Specimen", "bacteriology_of"]

_NEGATIVE, _POSITIVE = "negative", "positive"


class Specimen(NamedTuple):
    """One result of a smear or a culture.

    Attributes:
        collected: Day on which the specimen was collected, the earliest that it can have been.
        until: The latest that it can have been; the same day where the day is known.
        result: ``negative``, ``positive``, or the word that stands on file and is neither.
        test: Id of the fact, for example ``sputum_culture``.
        origin: Which entry says so.
    """

    collected: date
    until: date
    result: str
    test: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a definition asks of results in a row.

    Attributes:
        results: How many of them, at least.
        days: From the first to the last, at least.
    """

    results: int
    days: int


@dataclass(frozen=True, slots=True)
class Bacteriology:
    """What the results of one test come to.

    Attributes:
        test: Id of the fact.
        converted: The results of the newest conversion that holds, the first and the one that made it; empty for none.
        may_be_converted: Whether it could be one if what nobody can read were not on file.
        reverted: The results of the newest reversion, likewise; empty where there is none, or a later conversion.
        positives: The newest results in a row that are positive and enough for a reversion, whether or not there was a
            conversion before them; empty where there are none, or a conversion follows.
        earlier: Conversions and reversions before that, by the day of their first result, with which it was.
        last: Results of the newest day with a positive or a negative; empty for none.
        unread: Results that are neither positive nor negative, whose day is not known, or that one day contradicts.
    """

    test: str
    converted: tuple[Specimen, ...] = ()
    may_be_converted: bool = False
    reverted: tuple[Specimen, ...] = ()
    positives: tuple[Specimen, ...] = ()
    earlier: tuple[tuple[date, str], ...] = ()
    last: tuple[Specimen, ...] = ()
    unread: tuple[Specimen, ...] = ()

    @property
    def followed(self) -> bool:
        """Return whether any result that can be read was collected after the start of treatment."""
        return bool(self.last)

    @property
    def last_is_positive(self) -> bool:
        """Return whether the newest day with a result has a positive one."""
        return any(one.result == _POSITIVE for one in self.last)


class _Run:
    """Results in a row that say the same."""

    __slots__ = ("_criterion", "_rows")

    def __init__(self, criterion: Criterion) -> None:
        self._criterion = criterion
        self._rows: list[Specimen] = []

    def clear(self) -> None:
        self._rows = []

    def add(self, specimen: Specimen, *, at_most: bool = False) -> tuple[Specimen, ...]:
        """Return the first and this result once they are enough; ``at_most`` counts the most days between."""
        self._rows.append(specimen)
        first = self._rows[0]
        days = (specimen.until - first.collected if at_most else specimen.collected - first.until).days
        enough = len(self._rows) >= self._criterion.results and days >= self._criterion.days
        return (first, specimen) if enough else ()


def bacteriology_of(
    test: str, specimens: Iterable[Specimen], starts_on: date | None, negatives: Criterion, positives: Criterion
) -> Bacteriology:
    """Return what the results of one test come to.

    Args:
        test: Id of the fact, for example ``sputum_culture``.
        specimens: In any order; those of other tests are left out.
        starts_on: First day of treatment: results until then are of the beginning and convert nothing; None where it is
            not known, and then every result counts.
        negatives: What a conversion asks for.
        positives: What a reversion asks for.
    """
    own = sorted({one for one in specimens if one.test == test}, key=lambda one: (one.until, one.collected, one.result))
    later = [one for one in own if starts_on is None or one.until > starts_on]
    days = [_Day(tuple(group)) for _, group in groupby(later, key=lambda one: one.until)]
    converted: tuple[Specimen, ...] = ()
    reverted: tuple[Specimen, ...] = ()
    in_a_row: tuple[Specimen, ...] = ()
    earlier: list[tuple[date, str]] = []
    clear, bad = _Run(negatives), _Run(positives)
    for day in days:
        if day.word == _NEGATIVE:
            bad.clear()
            found = clear.add(day.specimens[0])
            if found and not converted:
                if reverted:
                    earlier.append((reverted[0].collected, "reverted"))
                converted, reverted, in_a_row = found, (), ()
        else:
            clear.clear()
            found = bad.add(day.positive, at_most=True) if day.positive is not None else ()
            in_a_row = found or in_a_row
            if found and converted:
                earlier.append((converted[0].collected, "converted"))
                converted, reverted = (), found
    return Bacteriology(
        test,
        converted,
        bool(converted) or _may_be_converted(days, negatives),
        reverted,
        in_a_row,
        tuple(earlier),
        next((day.specimens for day in reversed(days) if day.is_read), ()),
        tuple(one for day in days for one in day.unread),
    )


class _Day:
    """The results of one day of collection, with what they come to."""

    __slots__ = ("positive", "specimens", "unread", "word")

    def __init__(self, specimens: tuple[Specimen, ...]) -> None:
        self.specimens = specimens
        words = {one.result for one in specimens}
        self.positive = next((one for one in specimens if one.result == _POSITIVE), None)
        exact = all(one.collected == one.until for one in specimens if one.result == _NEGATIVE)
        both = {_NEGATIVE, _POSITIVE} <= words
        self.word = _NEGATIVE if _NEGATIVE in words and self.positive is None and exact else ""
        self.unread: tuple[Specimen, ...] = tuple(
            one
            for one in specimens
            if both or one.result not in (_NEGATIVE, _POSITIVE) or (one.result == _NEGATIVE and not exact)
        )
        if self.word:
            self.specimens = tuple(one for one in specimens if one.result == _NEGATIVE)

    @property
    def is_read(self) -> bool:
        """Return whether the day has a positive, or a negative that counts."""
        return bool(self.word) or self.positive is not None


def _may_be_converted(days: Sequence[_Day], negatives: Criterion) -> bool:
    """Return whether the last results could be a conversion if nothing unreadable lay between them."""
    run, found = _Run(negatives), False
    for day in days:
        negative = next((one for one in day.specimens if one.result == _NEGATIVE), None)
        if negative is not None:
            found = bool(run.add(negative, at_most=True)) or found
        elif day.positive is not None:
            run.clear()
            found = False
    return found

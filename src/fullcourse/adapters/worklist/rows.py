"""The care team's list: one row a person and matter, the urgent and the oldest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.event_bodies import MATTERS
from fullcourse.journey.course.needs import URGENCIES, Need, Needs, PutOff, Reached, hidden_now, now_needed

__all__ = ["Listing", "Row", "Shown", "listing_of", "shown_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one matter.

    Attributes:
        patient: Random id.
        matter: One of `MATTERS`.
        says: What is the matter, in the order of the lines of a course.
        since: When the oldest of it came up.
        by: By when somebody sees to the most urgent of it.
        first: The first line of it.
        last_contact: None where nobody wrote one down.
        put_off: By whom it is hidden; None for a row that is shown.
    """

    patient: str
    matter: str
    says: tuple[str, ...]
    since: datetime
    by: str
    first: Need
    last_contact: Reached | None
    put_off: PutOff | None = None

    @property
    def is_now(self) -> bool:
        """Return whether any of it waits for nothing."""
        return self.by == URGENCIES[0]


@dataclass(frozen=True, slots=True)
class Listing:
    """The list at a moment.

    Attributes:
        rows: Those that are shown, by matter, each in its order.
        put_off: Those that a clinician put off.
        people: How many people have a row that is shown.
        uncounted: How many have a drug of which nobody can say how much is left.
    """

    rows: Mapping[str, tuple[Row, ...]]
    put_off: tuple[Row, ...]
    people: int
    uncounted: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one course, and for how long that stays so while nothing is added to its log.

    Attributes:
        rows: One a matter.
        put_off: Those that a clinician put off.
        is_uncounted: Whether nobody can say how much is left of a medicine.
        begins: From when on it holds.
        ends: Until when; None for good.
    """

    rows: tuple[Row, ...]
    put_off: tuple[Row, ...]
    is_uncounted: bool
    begins: datetime
    ends: datetime | None

    def holds(self, now: datetime) -> bool:
        """Return whether it holds at a moment."""
        return self.begins <= now and (self.ends is None or now < self.ends)


def shown_of(patient: str, needs: Needs, now: datetime) -> Shown:
    """Return what is shown of one course at a moment."""
    lines, _ = now_needed(needs, now)
    rows = tuple(_row(patient, matter, its, needs.last_contact) for matter, its in _by_matter(lines).items())
    put_off = tuple(
        _row(patient, it.put_off.matter, it.lines, needs.last_contact, it.put_off) for it in hidden_now(needs, now)
    )
    moments = (
        *(line.shows_from for line in needs.lines),
        *(line.shows_until for line in needs.lines if line.shows_until is not None),
        *(over.until for over in needs.put_off),
    )
    return Shown(rows, put_off, bool(needs.uncounted), now, min((it for it in moments if it > now), default=None))


def listing_of(shown: Iterable[Shown]) -> Listing:
    """Return the list of what is shown of each course."""
    rows: dict[str, list[Row]] = {matter: [] for matter in MATTERS}
    put_off: list[Row] = []
    people = uncounted = 0
    for one in shown:
        uncounted += one.is_uncounted
        put_off += one.put_off
        if one.rows:
            people += 1
            for row in one.rows:
                rows[row.matter].append(row)
    return Listing(
        {matter: tuple(sorted(listed, key=_order)) for matter, listed in rows.items()},
        tuple(sorted(put_off, key=_order)),
        people,
        uncounted,
    )


def _by_matter(lines: Iterable[Need]) -> dict[str, list[Need]]:
    found: dict[str, list[Need]] = {}
    for line in lines:
        found.setdefault(line.matter, []).append(line)
    return found


def _row(
    patient: str, matter: str, lines: Sequence[Need], contact: Reached | None, put_off: PutOff | None = None
) -> Row:
    by = min([it.by for it in lines], key=URGENCIES.index)
    since = min([it.since for it in lines])
    return Row(patient, matter, tuple([it.says for it in lines]), since, by, lines[0], contact, put_off)


def _order(row: Row) -> tuple[int, int, datetime, str]:
    """Return the place of a row among those of a matter: by when, what its first line is about, the oldest first."""
    return URGENCIES.index(row.by), row.first.rank, row.since, row.patient

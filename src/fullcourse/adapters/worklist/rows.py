"""The care team's list: one row a person and matter, the urgent and the oldest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.event_bodies import MATTERS
from fullcourse.journey.course.queue import Need, Needs, PutOff, Reached, now_needed

__all__ = ["Listing", "Row", "listing_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one matter.

    Attributes:
        patient: Random id.
        matter: One of `MATTERS`.
        says: What is the matter, the urgent and the oldest first.
        since: When the oldest of it came up.
        is_now: Whether any of it waits for nothing.
        last_contact: None where nobody wrote one down.
        put_off: By whom it is hidden; None for a row that is shown.
    """

    patient: str
    matter: str
    says: tuple[str, ...]
    since: datetime
    is_now: bool
    last_contact: Reached | None
    put_off: PutOff | None = None


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


def listing_of(needs: Iterable[tuple[str, Needs]], now: datetime) -> Listing:
    """Return the list.

    Args:
        needs: Of each course, with the patient's random id.
        now: The moment.
    """
    rows: dict[str, list[Row]] = {matter: [] for matter in MATTERS}
    put_off: list[Row] = []
    people = uncounted = 0
    for patient, own in needs:
        uncounted += bool(own.uncounted)
        shown, hiding = now_needed(own, now)
        people += bool(shown)
        for matter, lines in _by_matter(shown).items():
            rows[matter].append(_row(patient, matter, lines, own.last_contact))
        for over in dict.fromkeys(hiding):
            put_off.append(Row(patient, over.matter, (over.because,), over.at, False, own.last_contact, over))
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


def _row(patient: str, matter: str, lines: list[Need], contact: Reached | None) -> Row:
    if len(lines) > 1:
        lines.sort(key=lambda it: (not it.is_now, it.since))
    is_now = lines[0].is_now
    return Row(patient, matter, tuple([it.says for it in lines]), min([it.since for it in lines]), is_now, contact)


def _order(row: Row) -> tuple[bool, datetime, str]:
    return not row.is_now, row.since, row.patient

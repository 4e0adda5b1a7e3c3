"""The check of a whole store: every patient by themselves, so that a damaged one does not hide the others."""

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from fullcourse.adapters.store.durable import StoredBroken, Verified
from fullcourse.adapters.store.keeping import Cursor, Stored
from fullcourse.adapters.store.statements import Statements

__all__ = ["check_courses", "places_broken"]


def check_courses(
    listings: Iterable[Iterable[str]],
    look: Callable[[str], tuple[Stored, tuple[str, ...]]],
    error: type[Exception],
    store: Callable[[], tuple[str, ...]],
    engine: str,
) -> Verified:
    """Look at every patient.

    Args:
        listings: Ids of everybody in a table, for each table; each may fail on the way.
        look: Returns what is stored of a patient, and what else is wrong with it.
        error: What the driver raises where it cannot read.
        store: Says what is wrong beyond single patients.
        engine: Database and version.
    """
    count = events = erased = 0
    damaged: list[StoredBroken] = []
    beyond: list[str] = []
    for patient in _everybody(listings, error, beyond):
        count += 1
        try:
            stored, broken = look(patient)
        except (error, UnicodeError) as failure:
            damaged.append(StoredBroken(patient, (f"it cannot be read ({failure})",)))
            continue
        events += len(stored.rows) + len(stored.asides)
        erased += stored.is_erased
        if stored.broken or broken:
            damaged.append(StoredBroken(patient, (*stored.broken, *broken)))
    damaged.sort(key=lambda broken: broken.patient)
    return Verified(count, events, erased, tuple(damaged), (*beyond, *store()), engine)


def _everybody(listings: Iterable[Iterable[str]], error: type[Exception], beyond: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for patients in listings:
        try:
            for patient in patients:
                if patient not in seen:
                    seen.add(patient)
                    yield patient
        except (error, UnicodeError) as failure:
            beyond.append(f"a list of patients cannot be read to its end ({failure}): more may be damaged")


def places_broken(cursor: Cursor, sql: Statements, patient: str, stored: Stored) -> tuple[str, ...]:
    """Return what is wrong with the index by seq: it must have the places that the rows have."""
    broken = []
    pairs = ("events", sql.event_places, stored.rows), ("events set aside", sql.aside_places, stored.asides)
    for what, statement, rows in pairs:
        cursor.execute(statement, (patient,))
        if [place for (place,) in cast("list[tuple[int]]", cursor.fetchall())] != [row[1] for row in rows]:
            broken.append(f"the index of {what} does not fit them")
    return tuple(broken)

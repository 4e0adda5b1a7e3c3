"""The morning's list as a page that prints: every row of the list, with a box to tick."""

from typing import Final

from fullcourse.adapters.worklist.rows import Row
from fullcourse.clinical.event_bodies import MATTERS
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.matters import MATTER_WORDS
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.queue import line_of
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.desk.worklist import QUEUE_RIGHT, courses_seen, fresh_worklist, subjects_of

__all__ = ["DIGEST"]

_MOST: Final = 300
"""So many rows a matter are printed: what is left out is said."""


def _show(call: Call) -> Reply:
    worklist, seen = fresh_worklist(call), courses_seen(call)
    # Counted first: what is read in between is then shown and counted as waiting too, which misleads nobody.
    waiting, unread = worklist.not_read(seen)
    listing = worklist.listing(seen, call.now)
    printed = {matter: listing.rows[matter][:_MOST] for matter in MATTERS}
    every: tuple[Row, ...] = tuple(row for rows in printed.values() for row in rows)
    subjects = subjects_of(call, every)
    allowed = {subject.patient for subject in subjects}
    parts = [
        (
            t(MATTER_WORDS[matter]),
            len(listing.rows[matter]),
            [line_of(it, call.now) for it in rows if it.patient in allowed],
        )
        for matter, rows in printed.items()
        if rows
    ]
    names = {"parts": parts, "listing": listing, "waiting": waiting, "unread": len(unread), "now": call.now}
    return page(call, "digest.html", t("Today's list"), names, here="queue", reply=Reply(subjects=subjects))


DIGEST: Final[tuple[Route, ...]] = (
    shown("/desk/digest", QUEUE_RIGHT, _show, "Show the list of the day to print.", finds_subjects=True),
)
"""The address of the printed list."""

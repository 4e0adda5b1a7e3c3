"""The morning's list on paper or in a message: what the desk shows at seven, for those who do not sign in every day.

The printed list names people by their random ids alone. A message holds numbers and where to look, and nothing of
anybody: mail is read by others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.adapters.documents.pages import environment
from fullcourse.adapters.messages.message import Message
from fullcourse.adapters.worklist.rows import Listing, Row
from fullcourse.clinical.answer_head import CONTENT_NOTICE
from fullcourse.clinical.event_bodies import MATTERS

__all__ = ["Digest", "age_of", "digest_html", "digest_text", "message_of"]

TITLES: Final = {
    "safety": "Safety",
    "missed": "Missed doses",
    "refills": "Refills",
    "visits": "Visits and tests",
    "silent": "Silent devices",
    "outcome": "Outcome due",
}
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Digest:
    """The list of a morning.

    Attributes:
        clinic: Its id; empty for every course of the store.
        at: The moment it holds for.
        listing: Rows by matter.
        unread: How many courses cannot be read.
    """

    clinic: str
    at: datetime
    listing: Listing
    unread: int

    @property
    def parts(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """Return each matter with its rows, those with none left out."""
        rows = self.listing.rows
        return tuple((TITLES[matter], rows[matter]) for matter in MATTERS if rows[matter])


def age_of(row: Row, at: datetime) -> str:
    """Return for how many whole days a row has been there."""
    days = max((at - row.since) // _DAY, 0)
    return "since today" if days == 0 else f"{days} day{'s' if days != 1 else ''}"


def digest_text(digest: Digest) -> str:
    """Return the list as lines of text that print."""
    where = f" {digest.clinic}" if digest.clinic else ""
    lines = [f"Who needs somebody{where}, {digest.at:%Y-%m-%d %H:%M}: {digest.listing.people} people"]
    if digest.unread:
        lines.append(
            f"! {digest.unread} courses cannot be read, and nothing is said of them: 'course verify' names them."
        )
    for title, rows in digest.parts:
        lines += ["", f"{title}: {len(rows)}"]
        for row in rows:
            mark = "NOW " if row.is_now else ""
            lines.append(f"  [ ] {row.patient}  {age_of(row, digest.at)}  {mark}{row.says[0]}")
            lines += [f"        {says}" for says in row.says[1:]]
    if not digest.parts:
        lines += ["", "Nobody, as far as is written down."]
    if digest.listing.put_off:
        lines += ["", f"Put off: {len(digest.listing.put_off)}"]
    return "\n".join([*lines, "", CONTENT_NOTICE, ""])


def digest_html(digest: Digest) -> str:
    """Return the list as one page that prints."""
    template = environment().get_template("digest.html")
    return template.render(digest=digest, age_of=age_of, notice=CONTENT_NOTICE)


def message_of(digest: Digest, to: str, address: str, said: Sequence[str] = (), key: str = "") -> Message:
    """Return the message of a list: how many, and nothing of anybody.

    Args:
        digest: The list.
        to: Address of who reads it.
        address: Where the desk is; empty to leave it out.
        said: What stands before the numbers.
        key: As of `Message`.
    """
    counts = [f"{title}: {len(rows)}" for title, rows in digest.parts] or ["Nobody today."]
    more = [f"{digest.unread} records cannot be read."] if digest.unread else []
    text = "\n".join([*said, *counts, *more, *([address] if address else []), ""])
    return Message(to, "Today's list", text, digest.at, key)

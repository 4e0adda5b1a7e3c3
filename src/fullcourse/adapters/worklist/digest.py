"""The morning's list on paper or in a message: what the desk shows at seven, for those who do not sign in every day.

The printed list names people by their random ids alone. A message holds numbers and where to look, and nothing of
anybody: mail is read by others.
"""

import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Final, final

from fullcourse.adapters.documents.pages import environment
from fullcourse.adapters.worklist.rows import Listing, Row
from fullcourse.clinical.answer_head import CONTENT_NOTICE
from fullcourse.clinical.event_bodies import MATTERS

__all__ = ["Digest", "FileSender", "Message", "Sender", "age_of", "digest_html", "digest_text", "message_of"]

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


@dataclass(frozen=True, slots=True)
class Message:
    """A message to staff.

    Attributes:
        to: Address.
        subject: It tells nothing of what it is about.
        text: Numbers and where to look.
        at: When it was made.
        key: By which the same message is known however often it is handed over; empty where each is one of its own.
    """

    to: str
    subject: str
    text: str
    at: datetime
    key: str = ""


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


class Sender(ABC):
    """Sends messages to staff."""

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand a message over; raises OSError where it cannot be."""


@final
class FileSender(Sender):
    """Puts each message into a folder as a file (RFC 5322), for a mail server's own program to send."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which has to be there."""
        self._folder = folder

    def send(self, message: Message) -> None:
        """Write the file, whole or not at all; what stands under a key is there already, and is written once.

        One without a key of the same minute and reader is written over by nobody: it raises FileExistsError.
        """
        mail = EmailMessage()
        mail["To"], mail["Subject"], mail["Date"] = message.to, message.subject, message.at
        if message.key:
            mail["Message-ID"] = f"<{message.key}@fullcourse.invalid>"
        mail.set_content(message.text)
        reader = "".join(letter if letter.isalnum() else "-" for letter in message.to)
        name = f"{message.key or f'{message.at:%Y%m%dT%H%M}-{reader}'}.eml"
        with contextlib.suppress(FileExistsError) if message.key else contextlib.nullcontext():
            self._put(name, bytes(mail))

    def _put(self, name: str, content: bytes) -> None:
        """Give the file its name once it is whole, so that nobody takes half a message; raises where it has one."""
        part = self._folder / f".{name}.part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, self._folder / name)
        finally:
            part.unlink()

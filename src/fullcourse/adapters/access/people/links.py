"""One-time links: for the first administrator, for an account's password, for a phone. Used once, or they end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from fullcourse.adapters.access.store.opening import hashed, new_word, us
from fullcourse.adapters.access.store.tables import LINK

__all__ = [
    "ACCOUNT_LINK",
    "INVITATION",
    "SETUP_LINK",
    "Link",
    "LinkKind",
    "find_link",
    "make_link",
    "take_link",
    "void_links",
]

SETUP_LINK: Final = timedelta(hours=1)
"""The link of the first administrator holds for so long."""
ACCOUNT_LINK: Final = timedelta(hours=72)
"""A link by which somebody sets a password holds for so long."""
INVITATION: Final = timedelta(hours=24)
"""An invitation of a phone holds for so long."""


class LinkKind(StrEnum):
    """What a link is for."""

    SETUP = "setup"
    ACCOUNT = "account"
    ACCOUNT_WITHOUT_SECOND = "account-without-second"
    """The same for who has lost the second factor too."""
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link that was used said.

    Attributes:
        kind: What it was for.
        account: Whose; empty for one that is made now.
        patient: Random id; empty for none.
        role: That the account gets; empty where it has one.
    """

    kind: LinkKind
    account: str = ""
    patient: str = ""
    role: str = ""


def make_link(connection: Connection, link: Link, made_by: str, now: datetime, holds: timedelta) -> str:
    """Return the one-time word of a new link; it is kept nowhere.

    Args:
        connection: In a transaction.
        link: What it says.
        made_by: Account of who makes it; empty for the service.
        now: This moment.
        holds: For how long.
    """
    word = new_word()
    connection.execute(delete(LINK).where(LINK.c.ends_us <= us(now)))
    connection.execute(
        insert(LINK).values(
            hash=hashed(word), kind=link.kind.value, account=link.account, patient=link.patient, role=link.role,
            made_by=made_by, ends_us=us(now + holds),
        )
    )  # fmt: skip
    return word


def find_link(connection: Connection, word: str, kinds: frozenset[LinkKind], now: datetime) -> Link | None:
    """Return what a link says, which nobody else uses meanwhile; None for one that is not there, was used, or ended."""
    wanted = select(LINK).where(LINK.c.hash == hashed(word), LINK.c.ends_us > us(now), LINK.c.kind.in_(sorted(kinds)))
    row = connection.execute(wanted.with_for_update()).first()
    if row is None:
        return None
    it = row._mapping
    return Link(LinkKind(it["kind"]), it["account"], it["patient"], it["role"])


def take_link(connection: Connection, word: str, kinds: frozenset[LinkKind], now: datetime) -> Link | None:
    """Use a link up, and return what it said; None for one that is not there, was used, or ended."""
    link = find_link(connection, word, kinds, now)
    if link is None or not connection.execute(delete(LINK).where(LINK.c.hash == hashed(word))).rowcount:
        return None
    return link


def void_links(connection: Connection, kind: LinkKind, account: str = "") -> None:
    """Take back the links of a kind that an account was given and did not use."""
    connection.execute(delete(LINK).where(LINK.c.kind == kind.value, LINK.c.account == account))

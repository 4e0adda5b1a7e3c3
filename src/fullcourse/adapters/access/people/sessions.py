"""Sessions: what a caller holds is random and kept as its hash; each can be listed and ended, and ends by itself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from fullcourse.adapters.access.caller import Caller, Role
from fullcourse.adapters.access.store.opening import hashed, new_word, us
from fullcourse.adapters.access.store.tables import ACCOUNT, GLASS, SESSION

__all__ = [
    "ABSOLUTE",
    "DEVICE_IDLE",
    "PROGRAM",
    "STAFF_IDLE",
    "Kind",
    "Session",
    "begin_session",
    "end_session",
    "end_sessions",
    "find_session",
    "sessions_of",
    "touch",
]

STAFF_IDLE: Final = timedelta(minutes=15)
"""Staff are signed out when they did nothing for so long."""
DEVICE_IDLE: Final = timedelta(minutes=30)
"""A phone asks for the PIN again when it did nothing for so long."""
ABSOLUTE: Final = timedelta(hours=12)
"""Nobody stays signed in for longer, whatever they do."""
PROGRAM: Final = timedelta(minutes=5)
"""A program of others holds what it was given for so long."""

_TOUCH_US: Final = 30_000_000
"""That a session was used is written down once in so many microseconds; the idle limit is shorter by at most that."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """How a session was begun."""

    COOKIE = "cookie"
    BEARER = "bearer"
    DEVICE = "device"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Session:
    """One session, as its owner sees it.

    Attributes:
        id: By which it is ended; it is no proof.
        kind: How it was begun.
        begun_at: When.
        used_at: When it was used last, to half a minute.
        ends_at: When it ends at the latest.
    """

    id: str
    kind: Kind
    begun_at: datetime
    used_at: datetime
    ends_at: datetime


def begin_session(
    connection: Connection,
    account: str,
    kind: Kind,
    now: datetime,
    *,
    idle: timedelta | None,
    ends: timedelta = ABSOLUTE,
    device: str = "",
    scopes: Sequence[str] = (),
) -> str:
    """Begin a session, and return the word that its holder sends; it is kept nowhere."""
    word, at_us = new_word(), us(now)
    connection.execute(delete(SESSION).where(SESSION.c.ends_us <= at_us))
    connection.execute(
        insert(SESSION).values(
            hash=hashed(word), id=str(uuid.uuid4()), account=account, kind=kind.value, device=device,
            scopes=" ".join(sorted(scopes)), made_us=at_us, seen_us=at_us, ends_us=at_us + _us(ends),
            idle_us=0 if idle is None else _us(idle),
        )
    )  # fmt: skip
    return word


def find_session(connection: Connection, word: str, now: datetime) -> Caller | None:
    """Return who holds a word; None where nobody does, it ended, or the account was closed."""
    row = connection.execute(
        select(SESSION, ACCOUNT.c.roles, ACCOUNT.c.clinics, ACCOUNT.c.patients)
        .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account)
        .where(SESSION.c.hash == hashed(word), ACCOUNT.c.closed_us.is_(None))
    ).first()
    if row is None:
        return None
    it, at_us = row._mapping, us(now)
    if at_us >= it["ends_us"] or (it["idle_us"] and at_us >= it["seen_us"] + it["idle_us"]):
        return None
    roles = frozenset(Role(role) for role in it["roles"].split())
    opened = _opened(connection, it["account"], at_us) if Role.CLINICIAN in roles else frozenset()
    return Caller(
        it["account"], roles, frozenset(it["clinics"].split()), frozenset(it["patients"].split()),
        frozenset(it["scopes"].split()), it["id"], it["kind"] == Kind.COOKIE, opened,
        it["idle_us"] > 0 and at_us - it["seen_us"] >= _TOUCH_US,
    )  # fmt: skip


def _opened(connection: Connection, account: str, at_us: int) -> frozenset[str]:
    wanted = select(GLASS.c.patient).where(GLASS.c.account == account, GLASS.c.ends_us > at_us)
    return frozenset(connection.execute(wanted).scalars())


def touch(connection: Connection, session: str, now: datetime) -> None:
    """Write down that a session was used; never that it was used earlier than is known."""
    connection.execute(
        update(SESSION).where(SESSION.c.id == session, SESSION.c.seen_us < us(now)).values(seen_us=us(now))
    )


def sessions_of(connection: Connection, account: str, now: datetime) -> list[Session]:
    """Return the sessions of an account that did not end, oldest first."""
    at_us = us(now)
    rows = connection.execute(
        select(SESSION).where(SESSION.c.account == account, SESSION.c.ends_us > at_us).order_by(SESSION.c.made_us)
    )
    return [
        Session(it["id"], Kind(it["kind"]), _at(it["made_us"]), _at(it["seen_us"]), _at(it["ends_us"]))
        for it in (row._mapping for row in rows)
        if not it["idle_us"] or at_us < it["seen_us"] + it["idle_us"]
    ]


def end_session(connection: Connection, account: str, session: str) -> bool:
    """End a session of an account; False where it has none of this id."""
    done = connection.execute(delete(SESSION).where(SESSION.c.account == account, SESSION.c.id == session))
    return bool(done.rowcount)


def end_sessions(connection: Connection, account: str, but: str = "") -> None:
    """End every session of an account but one."""
    connection.execute(delete(SESSION).where(SESSION.c.account == account, SESSION.c.id != but))


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _at(moment_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment_us)

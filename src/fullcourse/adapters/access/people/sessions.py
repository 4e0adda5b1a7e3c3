"""Sessions: what a caller holds is random and kept as its hash; each can be listed and ended, and ends by itself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from fullcourse.adapters.access.caller import Caller, Role
from fullcourse.adapters.access.store.opening import hashed, new_word, us
from fullcourse.adapters.access.store.tables import ACCOUNT, GLASS, SESSION

__all__ = [
    "ABSOLUTE",
    "DEVICE_IDLE",
    "PROGRAM",
    "STAFF_IDLE",
    "Held",
    "Kind",
    "Session",
    "begin_session",
    "caller_of",
    "end_session",
    "end_sessions",
    "held_session",
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
# Made once, since they are asked with every call.
_HOLDER: Final = (
    select(SESSION, ACCOUNT.c.roles, ACCOUNT.c.clinics, ACCOUNT.c.patients)
    .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account)
    .where(SESSION.c.hash == bindparam("held"), ACCOUNT.c.closed_us.is_(None))
)
_OPENED: Final = select(GLASS.c.patient, GLASS.c.ends_us).where(GLASS.c.account == bindparam("whose"))
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


@dataclass(frozen=True, slots=True)
class Held:
    """A session as it stands in the database, whatever the time is.

    Attributes:
        caller: Who holds it, without what depends on the time.
        seen_us: When it was used last, as far as that was written down, microseconds since 1970.
        ends_us: When it ends at the latest.
        idle_us: It ends when it was not used for so long; 0 for none.
        opened: Random ids of patients of other clinics whose courses were opened in an emergency, and until when.
    """

    caller: Caller
    seen_us: int
    ends_us: int
    idle_us: int
    opened: tuple[tuple[str, int], ...]


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


def held_session(connection: Connection, word: str) -> Held | None:
    """Return the session of which somebody holds the word; None where there is none, or its account was closed."""
    row = connection.execute(_HOLDER, {"held": hashed(word)}).first()
    if row is None:
        return None
    it = row._mapping
    roles = frozenset(Role(role) for role in it["roles"].split())
    opened = connection.execute(_OPENED, {"whose": it["account"]}).all() if Role.CLINICIAN in roles else ()
    caller = Caller(
        it["account"], roles, frozenset(it["clinics"].split()), frozenset(it["patients"].split()),
        frozenset(it["scopes"].split()), it["id"], it["kind"] == Kind.COOKIE,
    )  # fmt: skip
    glass = tuple((str(patient), int(ends_us)) for patient, ends_us in opened)
    return Held(caller, it["seen_us"], it["ends_us"], it["idle_us"], glass)


def caller_of(held: Held, now: datetime) -> Caller | None:
    """Return who holds a session at a moment; None where it ended."""
    at_us = us(now)
    if at_us >= held.ends_us or (held.idle_us and at_us >= held.seen_us + held.idle_us):
        return None
    opened = frozenset(patient for patient, ends_us in held.opened if ends_us > at_us)
    is_stale = held.idle_us > 0 and at_us - held.seen_us >= _TOUCH_US
    return replace(held.caller, opened=opened, is_stale=is_stale) if opened or is_stale else held.caller


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

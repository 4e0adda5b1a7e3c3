"""Phones of patients and supporters: invited by a clinic, bound by a secret that only the phone holds, opened by a PIN.

The PIN alone is worth nothing, nor is the phone: what is kept is made of both, and after a few wrong PINs the phone is
shut out until the clinic invites it anew.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import add_account
from fullcourse.adapters.access.people.courses import subject_of
from fullcourse.adapters.access.people.links import (
    INVITATION,
    Link,
    LinkKind,
    find_link,
    make_link,
    take_link,
    void_links,
)
from fullcourse.adapters.access.people.passwords import has_password, keep_password
from fullcourse.adapters.access.people.sessions import DEVICE_IDLE, Kind, begin_session
from fullcourse.adapters.access.people.signing_in import WrongProof
from fullcourse.adapters.access.people.throttle import count_try, forget_tries
from fullcourse.adapters.access.store.opening import hashed, new_word, us
from fullcourse.adapters.access.store.tables import ACCOUNT, DEVICE, SESSION, SKEW
from fullcourse.clinical.errors import InputError

__all__ = [
    "FLAGGED",
    "PIN_TRIES",
    "Device",
    "Skew",
    "devices_of",
    "end_device",
    "invite",
    "join",
    "note_clock",
    "open_device",
]

PIN_TRIES: Final = 5
"""Wrong PINs one after another; then the phone is shut out."""
FLAGGED: Final = timedelta(minutes=10)
"""A phone's clock that is off by more is flagged."""

_PHONE: Final = frozenset((LinkKind.PHONE,))
_PIN: Final = re.compile(r"[0-9]{4,12}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Device:
    """A phone.

    Attributes:
        id: Random.
        account: Whose.
        made_at: When it joined.
        ended_at: When it was shut out; None for one that was not.
    """

    id: str
    account: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Skew:
    """By how much the clock of a phone was off when it sent something.

    Attributes:
        ahead: Its clock less ours.
        is_flagged: Whether that is more than ten minutes, either way.
    """

    ahead: timedelta
    is_flagged: bool


def invite(access: Access, patient: str, role: Role, made_by: AuditEntry) -> tuple[str, str]:
    """Return the one-time word of an invitation and the account for which it is; empty for one that is made later.

    A supporter has an account at once, so that the patient can consent before the phone joins; without the consent it
    sees nothing.

    Args:
        access: What access has open.
        patient: Random id.
        role: Patient or supporter.
        made_by: Entry of the audit on who invites; its time is now.
    """
    if role not in (Role.PATIENT, Role.SUPPORTER):
        raise InputError("role: a phone is a patient's or a supporter's. Others sign in with a password.")

    def work(connection: Connection) -> tuple[str, str]:
        if role is Role.SUPPORTER:
            account = add_account(connection, access.keys, (role,), made_by.at, patients=(patient,))
        else:
            account = _account_of(connection, patient)
        link = Link(LinkKind.PHONE, account, patient, role.value)
        return make_link(connection, link, made_by.account, made_by.at, INVITATION), account

    return access.write(work, made_by)


def _account_of(connection: Connection, patient: str) -> str:
    wanted = select(ACCOUNT.c.id).where(
        ACCOUNT.c.patients == patient, ACCOUNT.c.roles == Role.PATIENT.value, ACCOUNT.c.closed_us.is_(None)
    )
    return str(connection.execute(wanted).scalar() or "")


def join(access: Access, word: str, pin: str, address: str, now: datetime) -> tuple[str, str]:
    """Bind a phone by an invitation; return its id and the secret that it keeps.

    A supporter's phone may be bound before the patient consents: it sees nothing, and goes on by itself once it may.
    Until then the invitation is not used up: who opened it in the wrong place opens it again, and the phone before is
    shut out.

    Raises:
        InputError: The PIN cannot be taken; the invitation holds still.
        WrongProof: The invitation was used, ended, or never was.
    """
    _check_pin(pin)
    device, secret = str(uuid.uuid4()), new_word()
    kept = keep_password(pin + secret)

    def work(connection: Connection) -> str:
        link = _invited(connection, word, now)
        if link is None:
            return ""
        account = link.account or _account_of(connection, link.patient)
        account = account or add_account(connection, access.keys, (Role(link.role),), now, patients=(link.patient,))
        connection.execute(
            insert(DEVICE).values(
                id=device, account=account, patient=link.patient, secret=hashed(secret), pin=kept, tries=0,
                made_us=us(now),
            )
        )  # fmt: skip
        return account

    account = access.write(work)
    if not account:
        raise WrongProof("the invitation was used, ended, or never was")
    access.audit.write(AuditEntry(now, "device.joined", account, about=device, where=address, status=201)).result()
    return device, secret


def _invited(connection: Connection, word: str, now: datetime) -> Link | None:
    """Return what an invitation says, and use it up unless it is a supporter's to whom the patient did not consent."""
    link = find_link(connection, word, _PHONE, now)
    if link is None or link.role != Role.SUPPORTER.value:
        return take_link(connection, word, _PHONE, now)
    joined = connection.execute(select(DEVICE.c.id).where(DEVICE.c.account == link.account)).scalars().all()
    subject = subject_of(connection, link.patient)
    if subject is None or link.account not in subject.supporters:
        for device in joined:
            _end(connection, device, now)
        return link
    taken = take_link(connection, word, _PHONE, now)
    return None if joined else taken  # the phone that waited for the consent goes on: the link was its


def _check_pin(pin: str) -> None:
    """Refuse a PIN that is none, or one of those that are tried first."""
    if not _PIN.fullmatch(pin):
        raise InputError("pin: it has 4 to 12 digits and nothing else.")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise InputError("pin: the same digit again and again, or digits in a row, are tried first. Take others.")


class _Opening(NamedTuple):
    """A phone that is being opened."""

    pin: str
    account: str
    tries: int


def open_device(
    access: Access, device: str, secret: str, pin: str, address: str, most_by_address: int, now: datetime
) -> str:
    """Begin a session of a phone, and return the word that it sends.

    Raises:
        TooOften: Too many tries came from the address.
        WrongProof: The phone, its secret or its PIN is wrong, or it was shut out; which is not said.
    """
    number = count_try(access, [("address", address, most_by_address)], now)

    def count(connection: Connection) -> _Opening | None:
        """Count the PIN before it is judged, for a phone that holds its secret."""
        is_it = (DEVICE.c.id == device) & (DEVICE.c.secret == hashed(secret)) & DEVICE.c.ended_us.is_(None)
        has_tries = is_it & (DEVICE.c.tries < PIN_TRIES)
        if not connection.execute(update(DEVICE).where(has_tries).values(tries=DEVICE.c.tries + 1)).rowcount:
            return None
        columns = DEVICE.c.pin, DEVICE.c.account, DEVICE.c.tries
        return _Opening(*connection.execute(select(*columns).where(is_it)).one())

    row = access.write(count)
    is_right = has_password(row.pin if row else None, pin + secret)
    if row is None or not is_right:
        if row is not None and row.tries >= PIN_TRIES:
            shut = AuditEntry(now, "device.shut-out", row.account, about=device, where=address)
            access.write(lambda connection: _end(connection, device, now), shut)
        raise WrongProof("the sign-in does not hold")

    def begin(connection: Connection) -> str:
        connection.execute(update(DEVICE).where(DEVICE.c.id == device).values(tries=0))
        forget_tries(connection, access, number, "device", device)
        is_there = connection.execute(select(DEVICE.c.id).where(DEVICE.c.id == device, DEVICE.c.ended_us.is_(None)))
        if is_there.first() is None:
            return ""
        return begin_session(connection, row.account, Kind.DEVICE, now, idle=DEVICE_IDLE, device=device)

    word = access.write(begin, AuditEntry(now, "sign-in", row.account, about=device, where=address, status=200))
    if not word:
        raise WrongProof("the sign-in does not hold")
    return word


def devices_of(connection: Connection, patient: str) -> list[Device]:
    """Return the phones of a patient and of their supporters, oldest first."""
    rows = connection.execute(select(DEVICE).where(DEVICE.c.patient == patient).order_by(DEVICE.c.made_us, DEVICE.c.id))
    return [
        Device(it["id"], it["account"], _at(it["made_us"]), None if it["ended_us"] is None else _at(it["ended_us"]))
        for it in (row._mapping for row in rows)
    ]


def end_device(connection: Connection, patient: str, device: str, now: datetime) -> bool:
    """Shut a phone of a patient or supporter out at once; False where there is none of this id."""
    is_it = select(DEVICE.c.account, ACCOUNT.c.roles).join(ACCOUNT, ACCOUNT.c.id == DEVICE.c.account)
    row = connection.execute(is_it.where(DEVICE.c.id == device, DEVICE.c.patient == patient)).first()
    if row is None:
        return False
    _end(connection, device, now)
    if row.roles == Role.SUPPORTER.value:  # their invitation may hold still, and brings no phone back
        void_links(connection, LinkKind.PHONE, row.account)
    return True


def _end(connection: Connection, device: str, now: datetime) -> None:
    connection.execute(
        update(DEVICE).where(DEVICE.c.id == device, DEVICE.c.ended_us.is_(None)).values(ended_us=us(now))
    )
    connection.execute(delete(SESSION).where(SESSION.c.device == device))


def note_clock(access: Access, account: str, session: str, told: datetime, now: datetime) -> Skew:
    """Keep by how much the clock of a phone is off, and return it.

    Args:
        access: What access has open.
        account: Whose phone.
        session: By which it sent something.
        told: What its clock said when it sent.
        now: When that was received.
    """
    ahead = told - now
    skew = Skew(ahead, abs(ahead) > FLAGGED)
    values = {
        "session": session, "account": account, "received_us": us(now),
        "ahead_ms": ahead // timedelta(milliseconds=1), "is_flagged": int(skew.is_flagged),
    }  # fmt: skip

    def work(connection: Connection) -> None:
        connection.execute(delete(SKEW).where(SKEW.c.session == session, SKEW.c.received_us == us(now)))
        connection.execute(insert(SKEW).values(values))

    access.write(work, is_beside_rights=True)
    return skew


def _at(moment_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment_us)

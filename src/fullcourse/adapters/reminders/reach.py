"""Where somebody is reached with reminders of a patient, and when they are told nothing.

An address is sealed, bound to its patient, and nobody reads it back: it is set, used and removed. The page of a phone
is reached only for as long as the phone has not been shut out, and a supporter only while their account is open.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.store.opening import Keys, us
from fullcourse.adapters.access.store.tables import ACCOUNT, AUDIT, DEVICE, QUIET, REACH
from fullcourse.adapters.languages import ENGLISH
from fullcourse.adapters.messages.message import Way
from fullcourse.adapters.store.sealing import PatientKey, named
from fullcourse.clinical.errors import InputError
from fullcourse.journey.phone import QuietHours

__all__ = [
    "NIGHT",
    "Address",
    "Reached",
    "check_address",
    "forget",
    "forget_person",
    "heard_from_phones",
    "reached",
    "reached_of",
    "set_quiet",
    "set_reach",
    "tidy",
]

NIGHT: Final = QuietHours(time(22), time(7))
"""When somebody is told nothing who said nothing of it: a choice of ours."""

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
"""International numbers of ITU-T E.164: a plus, the country, 15 digits at most."""
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_LONGEST_MAIL: Final = 254
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_MIN: Final = 60


@dataclass(frozen=True, slots=True)
class Address:
    """One address of somebody.

    Attributes:
        way: By which it is reached.
        device: Random id of the phone whose page it is; empty for a number or a mail address.
        to: The address itself.
    """

    way: Way
    device: str
    to: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who can be reached.

    Attributes:
        account: Random id of a supporter; empty for the patient.
        is_supporter: Whether it is a supporter.
        quiet: When they are told nothing.
        language: BCP 47 tag.
        addresses: Those that are alive: pages of phones first, then a number, then a mail address.
    """

    account: str
    is_supporter: bool
    quiet: QuietHours
    language: str
    addresses: tuple[Address, ...]


def check_address(way: Way, to: str) -> None:
    """Refuse a number or a mail address that is none; the message does not repeat it."""
    if way is Way.SMS and not _NUMBER.fullmatch(to):
        raise InputError("sms: a number is written with its country, as +27820000000: a plus and 7 to 15 digits.")
    if way is Way.MAIL and (not _MAIL.fullmatch(to) or len(to) > _LONGEST_MAIL):
        raise InputError("mail: it is no mail address of plain letters, as someone@example.org.")


def set_reach(
    connection: Connection, keys: Keys, patient: str, account: str, addresses: Mapping[tuple[Way, str], str | None]
) -> None:
    """Set addresses of somebody, or remove them.

    Args:
        connection: In a transaction.
        keys: Of access.
        patient: Random id.
        account: Of a supporter; empty for the patient.
        addresses: By way and phone; None removes it. A number or a mail address replaces the one there was, and so
            does the page of a phone.
    """
    for (way, device), to in addresses.items():
        whose = (REACH.c.patient == patient) & (REACH.c.account == account)
        connection.execute(delete(REACH).where(whose, REACH.c.way == way.value, REACH.c.device == device))
        if to is not None:
            place = _place(account, way, device)
            connection.execute(
                insert(REACH).values(
                    patient=patient, account=account, way=way.value, device=device, is_supporter=int(bool(account)),
                    sealed=_key(keys, patient).seal(to.encode(), place),
                )
            )  # fmt: skip


def set_quiet(
    connection: Connection, patient: str, account: str, quiet: QuietHours | None, language: str, now: datetime
) -> None:
    """Set when somebody is told nothing and in which language they are told; what is None or empty stays.

    Args:
        connection: In a transaction.
        patient: Random id.
        account: Of a supporter; empty for the patient.
        quiet: When not.
        language: BCP 47 tag.
        now: The moment.
    """
    is_it = (QUIET.c.patient == patient) & (QUIET.c.account == account)
    values: dict[str, object] = {"changed_us": us(now)}
    if quiet is not None:
        values |= {"begins_min": _minutes(quiet.begins), "ends_min": _minutes(quiet.ends)}
    if language:
        values["language"] = language
    if not connection.execute(update(QUIET).where(is_it).values(**values)).rowcount:
        usual = {"begins_min": _minutes(NIGHT.begins), "ends_min": _minutes(NIGHT.ends), "language": ENGLISH}
        whose = {"patient": patient, "account": account, "is_supporter": int(bool(account))}
        connection.execute(insert(QUIET).values({**usual, **values, **whose}))


def reached(connection: Connection) -> dict[str, int]:
    """Return the patients of whom somebody may be reminded, with when that was changed last, microseconds."""
    rows = connection.execute(select(QUIET.c.patient, func.max(QUIET.c.changed_us)).group_by(QUIET.c.patient))
    return {str(patient): int(changed) for patient, changed in rows}


def reached_of(connection: Connection, keys: Keys, patient: str) -> tuple[Reached, ...]:
    """Return who can be reached with reminders of a patient, the patient first."""
    listed: dict[str, list[Address]] = {}
    live = (
        select(REACH.c.account, REACH.c.way, REACH.c.device, REACH.c.sealed)
        .join(DEVICE, DEVICE.c.id == REACH.c.device, isouter=True)
        .where(REACH.c.patient == patient)
        .where((REACH.c.device == "") | (DEVICE.c.id.is_not(None) & DEVICE.c.ended_us.is_(None)))
        .order_by(REACH.c.account, REACH.c.device)
    )
    key = _key(keys, patient)
    for account, word, device, sealed in connection.execute(live):
        way = Way(word)
        opened = key.open(sealed, _place(account, way, device))
        if opened is not None:
            listed.setdefault(account, []).append(Address(way, device, opened.decode()))
    quiet = select(QUIET, ACCOUNT.c.closed_us, ACCOUNT.c.id.label("known")).join(
        ACCOUNT, ACCOUNT.c.id == QUIET.c.account, isouter=True
    )
    rows = connection.execute(quiet.where(QUIET.c.patient == patient).order_by(QUIET.c.account)).all()
    return tuple(
        Reached(
            row.account,
            bool(row.is_supporter),
            QuietHours(_clock(row.begins_min), _clock(row.ends_min)),
            row.language,
            tuple(sorted(listed.get(row.account, ()), key=lambda it: list(Way).index(it.way))),
        )
        for row in rows
        if not row.account or (row.known is not None and row.closed_us is None)
    )


def heard_from_phones(connection: Connection, patient: str) -> datetime | None:
    """Return when the service last heard from a phone of the patient's own that may still call; None for no phone."""
    accounts = (
        select(DEVICE.c.account, DEVICE.c.made_us)
        .join(ACCOUNT, ACCOUNT.c.id == DEVICE.c.account)
        .where(DEVICE.c.patient == patient, DEVICE.c.ended_us.is_(None), ACCOUNT.c.roles == Role.PATIENT.value)
    )
    phones = connection.execute(accounts).all()
    if not phones:
        return None
    calls = select(func.max(AUDIT.c.at_us)).where(
        AUDIT.c.patient == patient, AUDIT.c.account.in_(sorted({row.account for row in phones}))
    )
    last = max(int(connection.execute(calls).scalar() or 0), *(row.made_us for row in phones))
    return _EPOCH + timedelta(microseconds=last)


def forget(connection: Connection, patients: Iterable[str]) -> None:
    """Remove every address of some patients and of who is told of them: their courses were erased."""
    for patient in patients:
        connection.execute(delete(REACH).where(REACH.c.patient == patient))
        connection.execute(delete(QUIET).where(QUIET.c.patient == patient))


def forget_person(connection: Connection, patient: str, account: str) -> None:
    """Remove every address of somebody, and when they are told nothing.

    Args:
        connection: In a transaction.
        patient: Random id.
        account: Of a supporter; empty for the patient.
    """
    connection.execute(delete(REACH).where(REACH.c.patient == patient, REACH.c.account == account))
    connection.execute(delete(QUIET).where(QUIET.c.patient == patient, QUIET.c.account == account))


def tidy(connection: Connection) -> None:
    """Remove addresses of phones that were shut out and of supporters who are gone: nobody will be reached there."""
    ended = select(DEVICE.c.id).where(DEVICE.c.ended_us.is_not(None))
    connection.execute(delete(REACH).where(REACH.c.device.in_(ended)))
    closed = select(ACCOUNT.c.id).where(ACCOUNT.c.closed_us.is_not(None))
    connection.execute(delete(REACH).where(REACH.c.account.in_(closed)))
    connection.execute(delete(QUIET).where(QUIET.c.account.in_(closed)))


def _key(keys: Keys, patient: str) -> PatientKey:
    return PatientKey(keys.ring.derive(b"reminders"), named(patient))


def _place(account: str, way: Way, device: str) -> bytes:
    return f"{account}/{way.value}/{device}".encode()


def _minutes(clock: time) -> int:
    return clock.hour * _HOUR_MIN + clock.minute


def _clock(minutes: int) -> time:
    return time(*divmod(minutes, _HOUR_MIN))

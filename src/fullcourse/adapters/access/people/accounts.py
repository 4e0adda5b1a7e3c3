"""Accounts of people who sign in with a password: made by an administrator, and removed without a gap in the audit."""

import json
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.store.opening import Keys, us
from fullcourse.adapters.access.store.tables import ACCOUNT, CLINIC, DEVICE, LINK, RECOVERY, SESSION
from fullcourse.adapters.store.sealing import PatientKey, named
from fullcourse.clinical.errors import InputError

__all__ = [
    "STAFF",
    "Account",
    "Taken",
    "account_of_subject",
    "accounts",
    "add_account",
    "change_account",
    "find_account",
    "has_administrator",
    "link_subject",
    "login_hash",
    "remove_account",
    "seal_for",
    "unsealed",
]

STAFF: Final = frozenset(
    (Role.NURSE, Role.CLINICIAN, Role.PHARMACIST, Role.LABORATORY, Role.PROGRAMME, Role.ADMINISTRATOR, Role.AUDITOR)
)
"""Roles of people who sign in with a password."""
_LONGEST: Final = 200


class Taken(InputError):
    """Something of this name or id is there already."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who may call.

    Attributes:
        id: Random.
        roles: What it is.
        clinics: In which it works.
        patients: Of whom it may be.
        name: Of the person; empty once it was removed.
        login: Word with which the person signs in.
        has_second: Whether a second factor was confirmed.
        has_password: Whether a password was set.
        is_closed: Whether it was closed: nobody signs in with it.
        is_removed: Whether its person was taken out of it.
    """

    id: str
    roles: frozenset[Role]
    clinics: frozenset[str]
    patients: frozenset[str] = frozenset()
    name: str = ""
    login: str = ""
    has_second: bool = False
    has_password: bool = False
    is_closed: bool = False
    is_removed: bool = False


def login_hash(keys: Keys, login: str) -> bytes:
    """Return the hash under which a sign-in word is found: case and forms of Unicode make no difference."""
    return keys.blind("login", _same(login))


def _same(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().casefold()


def add_account(
    connection: Connection,
    keys: Keys,
    roles: Iterable[Role],
    now: datetime,
    *,
    name: str = "",
    login: str = "",
    clinics: Iterable[str] = (),
    patients: Iterable[str] = (),
) -> str:
    """Make an account, and return its random id.

    Raises:
        Taken: Somebody has this sign-in word.
        InputError: A clinic is not there, or a text is empty or too long.
    """
    account = str(uuid.uuid4())
    wrapped, key = keys.ring.make(named(account))
    found = None
    if login:
        check_text("login", login)
        check_text("name", name)
        found = login_hash(keys, login)
        if connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.login == found)).first() is not None:
            raise Taken("login: somebody signs in with this word already. Take another.")
    connection.execute(
        insert(ACCOUNT).values(
            id=account, roles=_words(roles), clinics=_words(_known(connection, clinics)), patients=_words(patients),
            login=found, wrapped=wrapped, sealed=_sealed(key, account, name, login), is_long=0, totp_step=0,
            made_us=us(now),
        )
    )  # fmt: skip
    return account


def check_text(field: str, text: str) -> None:
    """Refuse a name that is empty, too long, or holds characters that are not seen."""
    if not text.strip() or len(text) > _LONGEST or any(unicodedata.category(letter)[0] == "C" for letter in text):
        raise InputError(f"{field}: it is empty, longer than {_LONGEST} letters, or holds letters that are not seen.")


def change_account(
    connection: Connection,
    account: str,
    now: datetime,
    *,
    roles: Iterable[Role] | None = None,
    clinics: Iterable[str] | None = None,
    is_closed: bool | None = None,
) -> None:
    """Change what an account may do; its sessions end, so that no old right outlives the change.

    Raises:
        InputError: A clinic is not there, or the last administrator would be gone.
    """
    values: dict[str, object] = {}
    if roles is not None:
        values["roles"] = _words(roles)
    if clinics is not None:
        values["clinics"] = _words(_known(connection, clinics))
    if is_closed is not None:
        values["closed_us"] = us(now) if is_closed else None
    if values:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(values))
        connection.execute(delete(SESSION).where(SESSION.c.account == account))
    _keep_an_administrator(connection)


def remove_account(connection: Connection, account: str, now: datetime) -> None:
    """Take the person out of an account: name, sign-in word, password and key are gone, its random id stays.

    Raises:
        InputError: It is the last administrator's.
    """
    gone = dict.fromkeys(("login", "wrapped", "sealed", "password", "totp", "totp_new", "subject"))
    when = us(now)
    connection.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account)
        .values(**gone, clinics="", patients="", removed_us=when, closed_us=when)
    )
    for table in (SESSION, LINK, RECOVERY):
        connection.execute(delete(table).where(table.c.account == account))
    connection.execute(
        update(DEVICE).where(DEVICE.c.account == account, DEVICE.c.ended_us.is_(None)).values(ended_us=when)
    )
    _keep_an_administrator(connection)


def has_administrator(connection: Connection) -> bool:
    """Return whether somebody can administer the service."""
    rows = connection.execute(select(ACCOUNT.c.roles).where(ACCOUNT.c.closed_us.is_(None))).scalars()
    return any(Role.ADMINISTRATOR in str(roles).split() for roles in rows)


def _keep_an_administrator(connection: Connection) -> None:
    if not has_administrator(connection):
        raise InputError("nobody could administer the service after this. Make another administrator first.")


def find_account(connection: Connection, keys: Keys, account: str) -> Account | None:
    """Return an account by its id; None for one that is not there."""
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account)).first()
    return None if row is None else _account(keys, row)


def account_of_subject(connection: Connection, subject: str) -> str:
    """Return the open account that is linked to a subject of an issuer; empty where none is.

    Args:
        connection: To the database.
        subject: Keyed hash in hexadecimal digits.
    """
    wanted = select(ACCOUNT.c.id).where(ACCOUNT.c.subject == subject, ACCOUNT.c.closed_us.is_(None))
    return str(connection.execute(wanted).scalar() or "")


def link_subject(connection: Connection, account: str, subject: str | None) -> None:
    """Link an account to a subject of an issuer, or to none any more.

    Raises:
        Taken: Another account is linked to it.
    """
    taken = select(ACCOUNT.c.id).where(ACCOUNT.c.subject == subject, ACCOUNT.c.id != account)
    if subject is not None and connection.execute(taken).first() is not None:
        raise Taken("subject: another account is linked to it. Unlink that one first.")
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(subject=subject))
    connection.execute(delete(SESSION).where(SESSION.c.account == account))


def accounts(connection: Connection, keys: Keys) -> Iterator[Account]:
    """Yield every account in order of the ids."""
    for row in connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.id)):
        yield _account(keys, row)


def seal_for(connection: Connection, keys: Keys, account: str, what: str, text: str) -> bytes:
    """Return a text encrypted with the key of an account, bound to what it is."""
    return _key_of(connection, keys, account).seal(text.encode(), what.encode())


def unsealed(connection: Connection, keys: Keys, account: str, what: str, sealed: bytes) -> str:
    """Return what `seal_for` sealed.

    Raises:
        InputError: It is damaged.
    """
    opened = _key_of(connection, keys, account).open(sealed, what.encode())
    if opened is None:
        raise InputError("what is kept of an account is damaged. Restore it from a backup.")
    return opened.decode()


def _key_of(connection: Connection, keys: Keys, account: str) -> PatientKey:
    wrapped = connection.execute(select(ACCOUNT.c.wrapped).where(ACCOUNT.c.id == account)).scalar()
    key = None if wrapped is None else keys.ring.unwrap(bytes(wrapped), named(account))
    if key is None:
        raise InputError("the key of an account is not there, or damaged. Restore it from a backup.")
    return key


def _sealed(key: PatientKey, account: str, name: str, login: str) -> bytes:
    return key.seal(json.dumps([name, login]).encode(), f"person {account}".encode())


def _account(keys: Keys, row: Row[Any]) -> Account:
    it = row._mapping
    name = login = ""
    if it["wrapped"] is not None and it["sealed"] is not None:
        key = keys.ring.unwrap(bytes(it["wrapped"]), named(it["id"]))
        opened = None if key is None else key.open(bytes(it["sealed"]), f"person {it['id']}".encode())
        name, login = json.loads(opened) if opened is not None else ("", "")
    return Account(
        it["id"], frozenset(Role(word) for word in it["roles"].split()), frozenset(it["clinics"].split()),
        frozenset(it["patients"].split()), name, login, it["totp"] is not None, it["password"] is not None,
        it["closed_us"] is not None, it["removed_us"] is not None,
    )  # fmt: skip


def _known(connection: Connection, clinics: Iterable[str]) -> list[str]:
    listed = sorted(set(clinics))
    there = set(connection.execute(select(CLINIC.c.id).where(CLINIC.c.id.in_(listed))).scalars())
    if there != set(listed):
        raise InputError("clinics: one of them is not there. See the list of clinics.")
    return listed


def _words(words: Iterable[str]) -> str:
    return " ".join(sorted(str(word) for word in words))

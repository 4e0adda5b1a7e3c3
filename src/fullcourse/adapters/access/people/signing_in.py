"""Sign-in with a password, and with a second factor where the account has one.

Whoever is not let in learns nothing of why: an unknown word, a closed account and a wrong password give the same answer
after the same work.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import (
    add_account,
    find_account,
    has_administrator,
    login_hash,
    seal_for,
    unsealed,
)
from fullcourse.adapters.access.people.links import SETUP_LINK, Link, LinkKind, make_link, take_link, void_links
from fullcourse.adapters.access.people.passwords import LEAST_ALONE, check_new, has_password, keep_password
from fullcourse.adapters.access.people.second_factor import (
    RECOVERY_CODES,
    new_recovery_code,
    new_secret,
    plain_code,
    step_of,
)
from fullcourse.adapters.access.people.sessions import STAFF_IDLE, Kind, begin_session, end_session, end_sessions
from fullcourse.adapters.access.people.throttle import Try, count_try, forget_tries, forget_try
from fullcourse.adapters.access.store.tables import ACCOUNT, RECOVERY
from fullcourse.clinical.errors import FullcourseError

__all__ = [
    "FAILURES",
    "NeedsCode",
    "Proof",
    "WrongProof",
    "begin_second",
    "change_password",
    "confirm_second",
    "drop_second",
    "make_setup_link",
    "set_password",
    "sign_in",
]

FAILURES: Final = 10
"""Wrong tries of one sign-in word in a quarter of an hour; the next is not looked at."""


class WrongProof(FullcourseError):
    """What was sent as proof does not hold; why is not said."""


class NeedsCode(FullcourseError):
    """The password is right, and the account has a second factor."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody sends to sign in.

    Attributes:
        login: Word with which they sign in.
        password: Theirs.
        code: Of the second factor, or a recovery code; empty for none.
        address: From which it comes.
        most_by_address: Wrong tries that one address has in a quarter of an hour.
    """

    login: str
    password: str
    code: str
    address: str
    most_by_address: int


def sign_in(access: Access, proof: Proof, kind: Kind, now: datetime, before: tuple[str, str] = ("", "")) -> str:
    """Begin a session, and return the word that its holder sends.

    Args:
        access: What access has open.
        proof: What was sent.
        kind: Of the session.
        now: This moment.
        before: Account and session that the caller had until now: it ends, so that nobody else keeps it.

    Raises:
        TooOften: Too many tries were wrong.
        WrongProof: It does not hold.
        NeedsCode: The second factor is asked.
    """
    word = proof.login.strip().casefold()
    number = count_try(access, _tries(proof, word), now)
    row = access.read(lambda connection: _row_of(connection, login_hash(access.keys, proof.login)))
    kept = row.password if row is not None and row.closed_us is None else None
    is_right = has_password(kept, proof.password)
    failed = AuditEntry(now, "sign-in.refused", row.id if row else "", where=proof.address, status=401)
    if row is None or not is_right:
        access.audit.write(failed).result()
        raise WrongProof("the sign-in does not hold")
    if row.totp is not None and not proof.code:
        access.write(lambda connection: forget_try(connection, number))
        raise NeedsCode("send the code of the second factor too")

    def work(connection: Connection) -> str:
        if row.totp is not None and not _takes_code(connection, access, row.id, proof.code, now):
            return ""
        forget_tries(connection, access, number, "account", word)
        end_session(connection, *before)
        return begin_session(connection, row.id, kind, now, idle=STAFF_IDLE)

    done = AuditEntry(now, "sign-in", row.id, roles=tuple(row.roles.split()), where=proof.address, status=200)
    begun = access.write(work)
    access.audit.write(done if begun else failed).result()
    if not begun:
        raise WrongProof("the sign-in does not hold")
    return begun


def _tries(proof: Proof, word: str) -> list[Try]:
    return [("account", word, FAILURES), ("address", proof.address, proof.most_by_address)]


class _Known(NamedTuple):
    """What is known of who signs in."""

    id: str
    roles: str
    password: str | None
    totp: bytes | None
    closed_us: int | None


def _row_of(connection: Connection, login: bytes) -> _Known | None:
    columns = ACCOUNT.c.id, ACCOUNT.c.roles, ACCOUNT.c.password, ACCOUNT.c.totp, ACCOUNT.c.closed_us
    row = connection.execute(select(*columns).where(ACCOUNT.c.login == login)).first()
    return None if row is None else _Known(*row)


def _takes_code(connection: Connection, access: Access, account: str, code: str, now: datetime) -> bool:
    """Use a code up: two that use it at one moment are told apart by the database, and one is let in."""
    sealed = connection.execute(select(ACCOUNT.c.totp).where(ACCOUNT.c.id == account)).scalar()
    if sealed is None:
        return False
    step = step_of(unsealed(connection, access.keys, account, "totp", bytes(sealed)), code.strip(), now)
    if step is not None:
        used = update(ACCOUNT).where(ACCOUNT.c.id == account, ACCOUNT.c.totp_step < step).values(totp_step=step)
        return bool(connection.execute(used).rowcount)
    used_up = delete(RECOVERY).where(RECOVERY.c.account == account, RECOVERY.c.code == _recovery(access, account, code))
    return bool(connection.execute(used_up).rowcount)


def _recovery(access: Access, account: str, code: str) -> bytes:
    return access.keys.blind(f"recovery {account}", plain_code(code))


def make_setup_link(access: Access, now: datetime) -> str:
    """Return the one-time word by which the first administrator is made; empty where there is one. Older ones end."""

    def work(connection: Connection) -> str:
        void_links(connection, LinkKind.SETUP)
        if has_administrator(connection):
            return ""
        return make_link(connection, Link(LinkKind.SETUP), "", now, SETUP_LINK)

    return access.write(work)


def set_password(
    access: Access, word: str, password: str, now: datetime, *, login: str = "", name: str = "", address: str = ""
) -> str:
    """Set the password of an account by a one-time link, and return the account's id.

    Args:
        access: What access has open.
        word: Of the link.
        password: New one.
        now: This moment.
        login: Sign-in word, for the first administrator.
        name: Of the first administrator.
        address: From which it comes.

    Raises:
        WrongProof: The link was used, ended, or never was.
        InputError: The password cannot be taken; the link holds still.
    """
    kinds = frozenset((LinkKind.SETUP, LinkKind.ACCOUNT, LinkKind.ACCOUNT_WITHOUT_SECOND))
    check_new(password, has_second=False, own=(login, name))
    kept = keep_password(password)

    def work(connection: Connection) -> tuple[str, str]:
        link = take_link(connection, word, kinds, now)
        if link is None or (link.kind is LinkKind.SETUP and has_administrator(connection)):
            return "", ""
        account = link.account
        if link.kind is LinkKind.SETUP:
            account = add_account(connection, access.keys, (Role.ADMINISTRATOR,), now, name=name, login=login)
        else:
            _refuse_own(connection, access, account, password)
        values: dict[str, object] = {"password": kept, "is_long": 1}
        if link.kind is LinkKind.ACCOUNT_WITHOUT_SECOND:
            values |= {"totp": None, "totp_new": None}
            connection.execute(delete(RECOVERY).where(RECOVERY.c.account == account))
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(values))
        end_sessions(connection, account)
        return account, link.kind.value

    account, kind = access.write(work)
    if not account:
        raise WrongProof("the link was used, ended, or never was")
    access.audit.write(AuditEntry(now, f"password.by-{kind}", account, where=address, status=201)).result()
    return account


def _refuse_own(connection: Connection, access: Access, account: str, password: str) -> None:
    if found := find_account(connection, access.keys, account):
        check_new(password, has_second=False, own=(found.login, found.name))


def change_password(
    access: Access, account: str, session: str, old: str, new: str, proof: Proof, now: datetime
) -> None:
    """Change one's own password; every other session ends.

    Raises:
        TooOften: The old one was wrong too often.
        WrongProof: The old one is wrong.
        InputError: The new one cannot be taken.
    """
    kept, own, has_second = access.read(lambda connection: _own(connection, access, account))
    _judge_old(access, account, kept, old, proof, now)
    check_new(new, has_second=has_second, own=own)
    made, is_long = keep_password(new), int(len(new) >= LEAST_ALONE)

    def work(connection: Connection) -> None:
        values = {"password": made, "is_long": is_long}
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(values))
        end_sessions(connection, account, session)

    access.write(work, AuditEntry(now, "password.changed", account, where=proof.address))


def _judge_old(access: Access, account: str, kept: str | None, old: str, proof: Proof, now: datetime) -> None:
    number = count_try(access, _tries(proof, account), now)
    if not has_password(kept, old):
        raise WrongProof("the password is wrong")
    access.write(lambda connection: forget_tries(connection, access, number, "account", account))


def _own(connection: Connection, access: Access, account: str) -> tuple[str | None, tuple[str, str], bool]:
    kept = connection.execute(select(ACCOUNT.c.password).where(ACCOUNT.c.id == account)).scalar()
    found = find_account(connection, access.keys, account)
    return kept, (found.login, found.name) if found else ("", ""), bool(found and found.has_second)


def begin_second(access: Access, account: str) -> tuple[str, str]:
    """Return a new secret for the app of an account, and its sign-in word; nothing asks for it before a code came."""
    secret = new_secret()

    def work(connection: Connection) -> str:
        sealed = seal_for(connection, access.keys, account, "totp", secret)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(totp_new=sealed))
        found = find_account(connection, access.keys, account)
        return found.login if found else ""

    return secret, access.write(work)


def confirm_second(access: Access, account: str, session: str, code: str, proof: Proof, now: datetime) -> list[str]:
    """Begin to ask for the second factor, and return new recovery codes; the code that confirms it is used up.

    Raises:
        TooOften: The code was wrong too often.
        WrongProof: The code is none of the new secret.
    """
    number = count_try(access, _tries(proof, account), now)
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]

    def work(connection: Connection) -> bool:
        sealed = connection.execute(select(ACCOUNT.c.totp_new).where(ACCOUNT.c.id == account)).scalar()
        if sealed is None:
            return False
        step = step_of(unsealed(connection, access.keys, account, "totp", bytes(sealed)), code.strip(), now)
        if step is None:
            return False
        values = {"totp": bytes(sealed), "totp_new": None, "totp_step": step}
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(values))
        connection.execute(delete(RECOVERY).where(RECOVERY.c.account == account))
        rows = [{"account": account, "code": _recovery(access, account, made)} for made in codes]
        connection.execute(insert(RECOVERY), rows)
        end_sessions(connection, account, session)
        forget_tries(connection, access, number, "account", account)
        return True

    if not access.write(work):
        raise WrongProof("the code is none of the new secret")
    access.audit.write(AuditEntry(now, "second-factor.begun", account, where=proof.address)).result()
    return codes


def drop_second(access: Access, account: str, password: str, proof: Proof, now: datetime) -> None:
    """Ask for the second factor no more.

    Raises:
        TooOften: The password was wrong too often.
        WrongProof: The password is wrong.
        InputError: The password is too short to stand alone: change it first.
    """
    kept, own, _ = access.read(lambda connection: _own(connection, access, account))
    _judge_old(access, account, kept, password, proof, now)
    check_new(password, has_second=False, own=own)

    def work(connection: Connection) -> None:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(totp=None, totp_new=None, is_long=1))
        connection.execute(delete(RECOVERY).where(RECOVERY.c.account == account))

    access.write(work, AuditEntry(now, "second-factor.ended", account, where=proof.address))

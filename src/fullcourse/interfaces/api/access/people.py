"""Accounts of staff, and clinics: what an administrator makes, changes and ends."""

import re
from typing import Final

from sqlalchemy import Connection, insert, select

from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import (
    STAFF,
    Account,
    Taken,
    accounts,
    add_account,
    change_account,
    check_text,
    find_account,
    link_subject,
    remove_account,
)
from fullcourse.adapters.access.people.links import ACCOUNT_LINK, Link, LinkKind, make_link, void_links
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import CLINIC
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.asked import Form, access_of, entry, json_of, told
from fullcourse.interfaces.api.access.programs import own_address
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Route

__all__ = [
    "PEOPLE",
    "ChangeUserForm",
    "ClinicOf",
    "User",
    "UserForm",
    "change_user",
    "listed_clinics",
    "listed_users",
    "make_clinic",
    "make_password_link",
    "make_user",
]

_CLINIC_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")


class UserForm(Form, frozen=True):
    """A new account of staff. Its roles hold in all its clinics; who is something else elsewhere has two accounts."""

    login: str
    name: str
    roles: tuple[Role, ...]
    clinics: tuple[str, ...] = ()


class ChangeUserForm(Form, frozen=True):
    """What is changed of an account; what is not there stays."""

    roles: tuple[Role, ...] | None = None
    clinics: tuple[str, ...] | None = None
    closed: bool | None = None
    subject: str | None = None
    """By which the issuer of OpenID Connect that is set knows the person; empty to unlink."""


class LinkForm(Form, frozen=True):
    """Whether the second factor is given up too, for who has lost it."""

    without_second_factor: bool = False


class User(Form, frozen=True):
    """An account of staff."""

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    clinics: tuple[str, ...]
    has_password: bool
    has_second_factor: bool
    is_closed: bool
    is_removed: bool


class MadeUser(Form, frozen=True):
    """A new account, and the one-time link by which its person sets a password."""

    id: str
    link: str


class Users(Form, frozen=True):
    """All accounts of staff."""

    users: tuple[User, ...]


class OneLink(Form, frozen=True):
    """A one-time link by which somebody sets a password."""

    link: str


class ClinicOf(Form, frozen=True):
    """A clinic."""

    id: str
    name: str


class Clinics(Form, frozen=True):
    """All clinics."""

    clinics: tuple[ClinicOf, ...]


@told
def _add_user(call: Call) -> Reply:
    made = make_user(call, read_struct(call.body, UserForm))
    return Reply(json_of(made).body, 201, about=made.id)


def make_user(call: Call, form: UserForm) -> MadeUser:
    """Make an account of staff, and return it with the one-time link by which its person sets a password.

    Raises:
        Taken: Somebody signs in with the word.
        InputError: A role is none of staff, a clinic is not there, or a text cannot be.
    """
    access = access_of(call)
    _refuse_others(form.roles)

    def work(connection: Connection) -> tuple[str, str]:
        account = add_account(
            connection, access.keys, form.roles, call.now, name=form.name, login=form.login, clinics=form.clinics
        )
        link = Link(LinkKind.ACCOUNT, account)
        return account, make_link(connection, link, call.caller.id, call.now, ACCOUNT_LINK)

    account, word = access.write(work)
    return MadeUser(account, _link(call, word))


def _link(call: Call, word: str) -> str:
    return f"{own_address(call)}/desk/password#{word}"


def _refuse_others(roles: tuple[Role, ...]) -> None:
    if not roles or not set(roles) <= STAFF:
        raise InputError(
            "roles: an account of staff has one or more of "
            f"{', '.join(sorted(STAFF))}. Patients and supporters join by an invitation, programs by their keys."
        )


@told
def _change_user(call: Call) -> Reply:
    account = change_user(call, read_struct(call.body, ChangeUserForm))
    return Reply(status=204, about=account)


def change_user(call: Call, form: ChangeUserForm) -> str:
    """Change the account that the address names, and return its id.

    Raises:
        NotFound: It is none of staff.
        InputError: A clinic is not there, or nobody could administer the service after it.
    """
    access, account = access_of(call), _staff(call)
    if form.roles is not None:
        _refuse_others(form.roles)

    def work(connection: Connection) -> None:
        change_account(connection, account, call.now, roles=form.roles, clinics=form.clinics, is_closed=form.closed)
        if form.subject is not None:
            link_subject(connection, account, _subject(call, form.subject))

    access.write(work)
    return account


def _subject(call: Call, subject: str) -> str | None:
    """Return the keyed hash of a subject of the issuer that is set; None to unlink."""
    issuer = call.service.settings.text("FULLCOURSE_OIDC_ISSUER")
    if not issuer:
        raise InputError("subject: no issuer is set. Set FULLCOURSE_OIDC_ISSUER first.")
    return access_of(call).keys.blind("subject", f"{issuer}\0{subject}").hex() if subject else None


def _remove_user(call: Call) -> Reply:
    account = _staff(call)
    access_of(call).write(lambda connection: remove_account(connection, account, call.now))
    return Reply(status=204, about=account)


def _make_link(call: Call) -> Reply:
    form = read_struct(call.body, LinkForm)
    account, link = make_password_link(call, without_second_factor=form.without_second_factor)
    return Reply(json_of(OneLink(link)).body, 201, about=account)


def make_password_link(call: Call, *, without_second_factor: bool) -> tuple[str, str]:
    """Return the account that the address names, and a one-time link for a new password; older links end."""
    account = _staff(call)
    kind = LinkKind.ACCOUNT_WITHOUT_SECOND if without_second_factor else LinkKind.ACCOUNT

    def work(connection: Connection) -> str:
        for old in (LinkKind.ACCOUNT, LinkKind.ACCOUNT_WITHOUT_SECOND):
            void_links(connection, old, account)
        return make_link(connection, Link(kind, account), call.caller.id, call.now, ACCOUNT_LINK)

    word = access_of(call).write(work, entry(call, f"link.{kind.value}", about=account, status=201))
    return account, _link(call, word)


def _staff(call: Call) -> str:
    """Return the account that an address names, where it is one of staff."""
    access = access_of(call)
    found = access.read(lambda connection: find_account(connection, access.keys, call.path["user"]))
    if found is None or found.is_removed or not found.roles & STAFF:
        raise NotFound
    return found.id


def _users(call: Call) -> Reply:
    return json_of(Users(listed_users(call)))


def listed_users(call: Call) -> tuple[User, ...]:
    """Return the accounts of staff, in order of their ids."""
    access = access_of(call)
    listed = access.read(lambda connection: tuple(accounts(connection, access.keys)))
    return tuple(_user(it) for it in listed if it.roles & STAFF)


def _user(account: Account) -> User:
    return User(
        account.id, account.login, account.name, tuple(sorted(account.roles)), tuple(sorted(account.clinics)),
        account.has_password, account.has_second, account.is_closed, account.is_removed,
    )  # fmt: skip


@told
def _add_clinic(call: Call) -> Reply:
    form = read_struct(call.body, ClinicOf)
    make_clinic(call, form)
    return Reply(json_of(form).body, 201, about=form.id)


def make_clinic(call: Call, form: ClinicOf) -> None:
    """Add a clinic.

    Raises:
        Taken: One of this id is there.
        InputError: Id or name cannot be.
    """
    if not _CLINIC_ID.fullmatch(form.id):
        raise InputError("id: it has 2 to 63 small letters, digits and hyphens, such as district-north.")
    check_text("name", form.name)

    def work(connection: Connection) -> None:
        if connection.execute(select(CLINIC.c.id).where(CLINIC.c.id == form.id)).first() is not None:
            raise Taken("a clinic of this id is there. Take another id.")
        connection.execute(insert(CLINIC).values(id=form.id, name=form.name, made_us=us(call.now)))

    access_of(call).write(work)


def _clinics(call: Call) -> Reply:
    return json_of(Clinics(listed_clinics(call)))


def listed_clinics(call: Call) -> tuple[ClinicOf, ...]:
    """Return all clinics, in order of their ids."""
    rows = access_of(call).read(
        lambda connection: connection.execute(select(CLINIC.c.id, CLINIC.c.name).order_by(CLINIC.c.id)).all()
    )
    return tuple(ClinicOf(*row) for row in rows)


_DONE = {204: "It is done."}
_MADE = {201: "It is made."}
PEOPLE = (
    Route("GET", "/api/v1/clinics", "clinic.read", _clinics, "All clinics.", gives=Clinics, is_slow=True),
    Route(
        "POST", "/api/v1/clinics", "clinic.manage", _add_clinic, "Add a clinic.", takes=ClinicOf, gives=ClinicOf,
        is_slow=True, statuses=_MADE,
    ),
    Route("GET", "/api/v1/users", "account.manage", _users, "Accounts of staff.", gives=Users, is_slow=True),
    Route(
        "POST", "/api/v1/users", "account.manage", _add_user,
        "Make an account of staff; gives the one-time link by which its person sets a password.",
        takes=UserForm, gives=MadeUser, is_slow=True, statuses=_MADE,
    ),
    Route(
        "PATCH", "/api/v1/users/{user}", "account.manage", _change_user, "Change what an account may do, or close it.",
        takes=ChangeUserForm, is_slow=True, statuses=_DONE,
    ),
    Route(
        "DELETE", "/api/v1/users/{user}", "account.manage", _remove_user,
        "Take the person out of an account; its random id stays in the audit.", is_slow=True, statuses=_DONE,
    ),
    Route(
        "POST", "/api/v1/users/{user}/link", "account.manage", _make_link,
        "Give somebody a one-time link for a new password.",
        takes=LinkForm, gives=OneLink, is_slow=True, statuses=_MADE,
    ),
)  # fmt: skip
"""The addresses of accounts and clinics."""

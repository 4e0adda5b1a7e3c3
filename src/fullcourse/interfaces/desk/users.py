"""Users and rights: who may sign in, what each role may do; accounts are made, closed and given a new link."""

from typing import Final

from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import STAFF, Taken
from fullcourse.adapters.access.rights import rights
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.people import (
    ChangeUserForm,
    ClinicOf,
    UserForm,
    change_user,
    listed_clinics,
    listed_users,
    make_clinic,
    make_password_link,
    make_user,
)
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t

__all__ = ["USERS"]

_ROLES: Final = tuple(role for role in Role if role in STAFF)


def _show(call: Call) -> Reply:
    return _users_page(call)


def _users_page(
    call: Call, *, wrong: str = "", done: str = "", link: str = "", about: str = "", typed: dict[str, str] | None = None
) -> Reply:
    names = {
        "users": [it for it in listed_users(call) if not it.is_removed],
        "clinics": listed_clinics(call),
        "roles": _ROLES,
        "rights": [(it.says, it.reach) for it in rights().values() if any(role in it.reach for role in _ROLES)],
        "own": call.caller.id,
        "wrong": wrong, "done": done, "link": link, "typed": typed or {},
    }  # fmt: skip
    reply = Reply(status=422 if wrong else 200, about=about)
    return page(call, "users.html", t("Users and rights"), names, here="users", reply=reply)


def _invite(call: Call) -> Reply:
    form = posted(call, ("login", "name"), ("roles", "clinics"))
    typed = {"login": form.one("login"), "name": form.one("name")}
    try:
        roles = tuple(Role(word) for word in form.chosen("roles"))
        made = make_user(call, UserForm(typed["login"], typed["name"], roles, form.chosen("clinics")))
    except ValueError:
        return _users_page(call, wrong=t("One of the roles is none of the list."), typed=typed)
    except (InputError, Taken) as error:
        return _users_page(call, wrong=str(error), typed=typed)
    says = t("The account is made. Give its person this link; it holds once, and is shown this one time:")
    return _users_page(call, done=says, link=made.link, about=made.id)


def _close(call: Call) -> Reply:
    return _changed(call, ChangeUserForm(closed=True), t("The account is closed: nobody signs in with it any more."))


def _open(call: Call) -> Reply:
    return _changed(call, ChangeUserForm(closed=False), t("The account is open again."))


def _change(call: Call) -> Reply:
    form = posted(call, (), ("roles", "clinics"))
    try:
        roles = tuple(Role(word) for word in form.chosen("roles"))
    except ValueError:
        return _users_page(call, wrong=t("One of the roles is none of the list."))
    asked = ChangeUserForm(roles=roles, clinics=form.chosen("clinics"))
    says = t("Roles and clinics are changed. Whoever was signed in with the account signs in anew.")
    return _done(call, asked, says)


def _changed(call: Call, asked: ChangeUserForm, says: str) -> Reply:
    posted(call, ())
    return _done(call, asked, says)


def _done(call: Call, asked: ChangeUserForm, says: str) -> Reply:
    try:
        account = change_user(call, asked)
    except InputError as error:
        return _users_page(call, wrong=str(error))
    return _users_page(call, done=says, about=account)


def _link(call: Call) -> Reply:
    form = posted(call, ("without",))
    account, link = make_password_link(call, without_second_factor=form.one("without") == "yes")
    says = t("Give the person this link; links of before hold no more, and this one holds once:")
    return _users_page(call, done=says, link=link, about=account)


def _add_clinic(call: Call) -> Reply:
    form = posted(call, ("id", "name"))
    try:
        make_clinic(call, ClinicOf(form.one("id"), form.one("name")))
    except (InputError, Taken) as error:
        return _users_page(call, wrong=str(error))
    return _users_page(call, done=t("The clinic is there."), about=form.one("id"))


_USER: Final = "/desk/users/{user}"
USERS: Final[tuple[Route, ...]] = (
    shown("/desk/users", "account.manage", _show, "Show accounts of staff, and what each role may do."),
    sent("/desk/users", "account.manage", _invite, "Make an account of staff."),
    sent(f"{_USER}/close", "account.manage", _close, "Close an account."),
    sent(f"{_USER}/open", "account.manage", _open, "Open a closed account again."),
    sent(f"{_USER}/change", "account.manage", _change, "Change roles and clinics of an account."),
    sent(f"{_USER}/link", "account.manage", _link, "Give somebody a one-time link for a new password."),
    sent("/desk/clinics", "clinic.manage", _add_clinic, "Add a clinic."),
)
"""The addresses of users and rights."""

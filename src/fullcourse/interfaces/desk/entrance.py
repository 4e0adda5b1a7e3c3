"""The way in and out: sign-in with a second factor, sign-out, the first administrator, a new password by a link.

The one-time word of a link stands behind the hash sign, where no server sees it: a script puts it into its field, and
without scripts it is typed or pasted there.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from fullcourse.adapters.access.people import signing_in
from fullcourse.adapters.access.people.passwords import LEAST_ALONE
from fullcourse.adapters.access.people.sessions import Kind, end_session
from fullcourse.adapters.access.people.signing_in import NeedsCode, WrongProof
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.asked import access_of, door_of, entry, proof_of, refuse_foreign_page, told
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page, places_of, see_other
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.static_files import FILES_PATH, give_file
from fullcourse.interfaces.desk.words import t

__all__ = ["ENTRANCE"]

_WHOLE_CODE: Final = 64
_NO_LINK: Final = "The one-time word was used, ended, or never was. Ask for a new link."


def _home(call: Call) -> Reply:
    """Lead to the first place where the caller has something to do."""
    return see_other(places_of(call)[0].path)


def _ask(call: Call) -> Reply:
    return _sign_in_page(call, "", "", 200, asks_code=False)


def _sign_in_page(call: Call, wrong: str, login: str, status: int, *, asks_code: bool) -> Reply:
    names = {"wrong": wrong, "login": login, "asks_code": asks_code}
    return page(call, "sign_in.html", t("Sign in"), names, reply=Reply(status=status))


@told
def _sign_in(call: Call) -> Reply:
    refuse_foreign_page(call)
    form, door = posted(call, ("login", "password", "code")), door_of(call)
    login = form.one("login")
    proof = proof_of(call, login, form.secret("password"), form.one("code")[:_WHOLE_CODE])
    before = (call.caller.id, call.caller.session) if call.caller.is_by_cookie else ("", "")
    try:
        word = signing_in.sign_in(door.access, proof, Kind.COOKIE, call.now, before)
    except NeedsCode:
        says = t("This account has a second factor. Type the password again, and the code that your app shows.")
        return _sign_in_page(call, says, login, 401, asks_code=True)
    except WrongProof:
        return _sign_in_page(call, t("That does not fit. Check each field and try again."), login, 401, asks_code=True)
    return see_other("/desk", Set_Cookie=door.cookie.header(word))


def _sign_out(call: Call) -> Reply:
    door = door_of(call)
    posted(call, ())
    door.access.write(
        lambda connection: end_session(connection, call.caller.id, call.caller.session),
        entry(call, "sign-out", status=303),
    )
    return see_other("/desk/sign-in", Set_Cookie=door.cookie.header(""))


def _link_page(call: Call, template: str, title: str, wrong: str = "", **kept: str) -> Reply:
    names = {"wrong": wrong, "least": LEAST_ALONE, "login": "", "name": "", **kept}
    return page(call, template, title, names, reply=Reply(status=422 if wrong else 200))


def _ask_administrator(call: Call) -> Reply:
    return _link_page(call, "set_up.html", t("Set up this service"))


@told
def _set_up(call: Call) -> Reply:
    return _set_by_link(call, ("login", "name"), partial(_link_page, call, "set_up.html", t("Set up this service")))


def _ask_password(call: Call) -> Reply:
    return _link_page(call, "new_password.html", t("Choose a password"))


@told
def _new_password(call: Call) -> Reply:
    return _set_by_link(call, (), partial(_link_page, call, "new_password.html", t("Choose a password")))


def _set_by_link(call: Call, more: tuple[str, ...], again: Callable[..., Reply]) -> Reply:
    """Set a password by the word of a link; what was wrong is said on the same page, and no password is sent back."""
    refuse_foreign_page(call)
    form = posted(call, ("link", "password", "again", *more))
    kept = {name: form.one(name) for name in more}
    if form.secret("password") != form.secret("again"):
        return again(t("The two passwords differ. Type the same one twice."), **kept)
    word = form.one("link").rpartition("#")[2]  # the whole link may have been pasted
    try:
        signing_in.set_password(
            access_of(call), word, form.secret("password"), call.now, address=call.peer,
            login=kept.get("login", ""), name=kept.get("name", ""),
        )  # fmt: skip
    except WrongProof:
        return again(t(_NO_LINK), **kept)
    except InputError as error:
        return again(str(error), **kept)
    return see_other("/desk/sign-in")


ENTRANCE: Final[tuple[Route, ...]] = (
    shown("/desk", "account.own", _home, "Lead to where the caller has something to do."),
    shown("/desk/sign-in", "sign-in.ask", _ask, "Ask who it is."),
    sent("/desk/sign-in", "sign-in.ask", _sign_in, "Sign in."),
    sent("/desk/sign-out", "session.own", _sign_out, "Sign out."),
    shown("/desk/setup", "sign-in.ask", _ask_administrator, "Ask for the first administrator."),
    sent("/desk/setup", "sign-in.ask", _set_up, "Make the first administrator."),
    shown("/desk/password", "sign-in.ask", _ask_password, "Ask for a new password."),
    sent("/desk/password", "sign-in.ask", _new_password, "Set a password by a one-time link."),
    shown(FILES_PATH, "sign-in.ask", give_file, "Give what pages load."),
)
"""The addresses of the way in."""

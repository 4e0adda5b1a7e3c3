"""One's own account: who one is here, another password, the second factor."""

from typing import Final

from markupsafe import Markup

from fullcourse.adapters.access.people import signing_in
from fullcourse.adapters.access.people.accounts import Account, find_account
from fullcourse.adapters.access.people.passwords import LEAST_ALONE
from fullcourse.adapters.access.people.second_factor import setup_address
from fullcourse.adapters.access.people.signing_in import WrongProof
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.asked import access_of, proof_of, told
from fullcourse.interfaces.api.access.sessions import svg_of
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t

__all__ = ["ACCOUNT"]

_WHOLE_CODE: Final = 64


def _show(call: Call) -> Reply:
    return _account_page(call)


def _account_page(call: Call, *, wrong: str = "", done: str = "", codes: tuple[str, ...] = ()) -> Reply:
    names = {
        "account": _own(call), "roles": sorted(call.caller.roles), "clinics": sorted(call.caller.clinics),
        "wrong": wrong, "done": done, "codes": codes, "least": LEAST_ALONE,
    }  # fmt: skip
    return page(
        call, "account.html", t("Your account"), names, here="account", reply=Reply(status=422 if wrong else 200)
    )


def _own(call: Call) -> Account:
    access = access_of(call)
    found = access.read(lambda connection: find_account(connection, access.keys, call.caller.id))
    if found is None:
        raise NotFound
    return found


@told
def _change_password(call: Call) -> Reply:
    form, caller = posted(call, ("old", "password", "again")), call.caller
    new = form.secret("password")
    if new != form.secret("again"):
        return _account_page(call, wrong=t("The two passwords differ. Type the same one twice."))
    old, proof = form.secret("old"), proof_of(call)
    try:
        signing_in.change_password(access_of(call), caller.id, caller.session, old, new, proof, call.now)
    except WrongProof:
        return _account_page(call, wrong=t("The old password is wrong."))
    except InputError as error:
        return _account_page(call, wrong=str(error))
    return _account_page(call, done=t("The password is changed. Every other sign-in of yours has ended."))


@told
def _begin_second(call: Call) -> Reply:
    posted(call, ())
    secret, login = signing_in.begin_second(access_of(call), call.caller.id)
    names = {"secret": secret, "picture": Markup(svg_of(setup_address(secret, login)))}  # noqa: S704 - segno wrote it
    return page(call, "second_factor.html", t("Second factor"), names, here="account")


@told
def _confirm_second(call: Call) -> Reply:
    form, caller = posted(call, ("code",)), call.caller
    code = form.one("code")[:_WHOLE_CODE]
    try:
        codes = signing_in.confirm_second(access_of(call), caller.id, caller.session, code, proof_of(call), call.now)
    except WrongProof:
        return _account_page(call, wrong=t("The code does not fit. Begin again, and type the newest code of the app."))
    return _account_page(call, done=t("From now on a code is asked at each sign-in."), codes=tuple(codes))


@told
def _drop_second(call: Call) -> Reply:
    form = posted(call, ("old",))
    try:
        signing_in.drop_second(access_of(call), call.caller.id, form.secret("old"), proof_of(call), call.now)
    except WrongProof:
        return _account_page(call, wrong=t("The password is wrong."))
    except InputError as error:
        return _account_page(call, wrong=str(error))
    return _account_page(call, done=t("No code is asked any more."))


ACCOUNT: Final[tuple[Route, ...]] = (
    shown("/desk/account", "account.own", _show, "Show one's own account."),
    sent("/desk/account/password", "account.own", _change_password, "Change one's own password."),
    sent("/desk/account/second-factor", "account.own", _begin_second, "Begin with a second factor."),
    sent("/desk/account/second-factor/code", "account.own", _confirm_second, "Confirm the second factor by a code."),
    sent("/desk/account/second-factor/end", "account.own", _drop_second, "Do without a second factor again."),
)
"""The addresses of one's own account."""

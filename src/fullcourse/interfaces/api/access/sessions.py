"""Sign-in, sign-out, one's own sessions, password and second factor."""

from datetime import datetime

import segno

from fullcourse.adapters.access.people import signing_in
from fullcourse.adapters.access.people.second_factor import setup_address
from fullcourse.adapters.access.people.sessions import Kind, end_session, sessions_of
from fullcourse.adapters.access.people.signing_in import NeedsCode
from fullcourse.interfaces.api.access.asked import (
    Form,
    access_of,
    door_of,
    entry,
    json_of,
    proof_of,
    refuse_foreign_page,
    told,
)
from fullcourse.interfaces.api.access.door import PROOF_HEADER
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound, ServiceError
from fullcourse.interfaces.api.routes import Route

__all__ = ["SESSIONS", "svg_of"]

_WHOLE_CODE = 64


class SignInForm(Form, frozen=True):
    """What somebody signs in with."""

    login: str
    password: str
    code: str = ""
    as_bearer: bool = False


class SignedIn(Form, frozen=True):
    """A session that began: its proof goes with each call that changes something; a bearer word goes in the header."""

    csrf: str
    bearer: str


class OwnSession(Form, frozen=True):
    """One of one's own sessions."""

    id: str
    kind: str
    begun_at: datetime
    used_at: datetime
    ends_at: datetime
    is_this: bool


class OwnSessions(Form, frozen=True):
    """All of one's own sessions."""

    sessions: tuple[OwnSession, ...]


class Who(Form, frozen=True):
    """Who is signed in."""

    account: str
    roles: tuple[str, ...]
    clinics: tuple[str, ...]
    patients: tuple[str, ...]
    csrf: str


class SetPasswordForm(Form, frozen=True):
    """A one-time word and a new password; the first administrator also gives a name and a sign-in word."""

    link: str
    password: str
    login: str = ""
    name: str = ""


class ChangePasswordForm(Form, frozen=True):
    """The old password and the new one."""

    old: str
    new: str


class PasswordForm(Form, frozen=True):
    """One's own password."""

    password: str


class CodeForm(Form, frozen=True):
    """A code of the app."""

    code: str


class SecondFactor(Form, frozen=True):
    """What an app reads to give codes; a code of it confirms it."""

    secret: str
    address: str
    svg: str


class RecoveryCodes(Form, frozen=True):
    """Codes for whoever loses the second factor, each once; they are shown this one time."""

    codes: tuple[str, ...]


class AccountId(Form, frozen=True):
    """Random id of an account."""

    account: str


class CodeNeeded(ServiceError):
    """The password is right, and a code is asked."""

    status, word, title = 401, "code_needed", "Send the code of the second factor too"


def svg_of(text: str) -> str:
    """Return a QR code as SVG without style or script."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=4, border=4)


def _sign_in(call: Call) -> Reply:
    refuse_foreign_page(call)
    form, door = read_struct(call.body, SignInForm), door_of(call)
    kind = Kind.BEARER if form.as_bearer else Kind.COOKIE
    before = (call.caller.id, call.caller.session) if call.caller.is_by_cookie and kind is Kind.COOKIE else ("", "")
    proof = proof_of(call, form.login, form.password, form.code[:_WHOLE_CODE])
    try:
        word = signing_in.sign_in(door.access, proof, kind, call.now, before)
    except NeedsCode as error:
        raise CodeNeeded(str(error), {"WWW-Authenticate": "Bearer"}) from None
    if form.as_bearer:
        return json_of(SignedIn("", word))
    return json_of(SignedIn(door.access.keys.proof(word), ""), Set_Cookie=door.cookie.header(word))


def _sign_out(call: Call) -> Reply:
    door = door_of(call)
    door.access.write(
        lambda connection: end_session(connection, call.caller.id, call.caller.session),
        entry(call, "sign-out", status=204),
    )
    return Reply(status=204, headers={"Set-Cookie": door.cookie.header("")} if call.caller.is_by_cookie else {})


def _who(call: Call) -> Reply:
    caller, door = call.caller, door_of(call)
    csrf = door.access.keys.proof(door.word_of(call.headers)) if caller.is_by_cookie else ""
    roles = tuple(sorted(role.value for role in caller.roles))
    return json_of(Who(caller.id, roles, tuple(sorted(caller.clinics)), tuple(sorted(caller.patients)), csrf))


def _list(call: Call) -> Reply:
    listed = access_of(call).read(lambda connection: sessions_of(connection, call.caller.id, call.now))
    return json_of(
        OwnSessions(
            tuple(
                OwnSession(it.id, it.kind.value, it.begun_at, it.used_at, it.ends_at, it.id == call.caller.session)
                for it in listed
            )
        )
    )


def _end(call: Call) -> Reply:
    session = call.path["session"]
    ended = access_of(call).write(
        lambda connection: end_session(connection, call.caller.id, session),
        entry(call, "session.ended", about=call.caller.session, status=204),
    )
    if not ended:
        raise NotFound
    return Reply(status=204)


@told
def _set_password(call: Call) -> Reply:
    refuse_foreign_page(call)
    form = read_struct(call.body, SetPasswordForm)
    account = signing_in.set_password(
        access_of(call), form.link, form.password, call.now, login=form.login, name=form.name, address=call.peer
    )
    return json_of(AccountId(account), 201)


@told
def _change_password(call: Call) -> Reply:
    form, caller = read_struct(call.body, ChangePasswordForm), call.caller
    signing_in.change_password(access_of(call), caller.id, caller.session, form.old, form.new, proof_of(call), call.now)
    return Reply(status=204)


def _begin_second(call: Call) -> Reply:
    secret, login = signing_in.begin_second(access_of(call), call.caller.id)
    address = setup_address(secret, login)
    return json_of(SecondFactor(secret, address, svg_of(address)))


@told
def _confirm_second(call: Call) -> Reply:
    form, caller = read_struct(call.body, CodeForm), call.caller
    code = form.code[:_WHOLE_CODE]
    codes = signing_in.confirm_second(access_of(call), caller.id, caller.session, code, proof_of(call), call.now)
    return json_of(RecoveryCodes(tuple(codes)))


@told
def _drop_second(call: Call) -> Reply:
    form = read_struct(call.body, PasswordForm)
    signing_in.drop_second(access_of(call), call.caller.id, form.password, proof_of(call), call.now)
    return Reply(status=204)


_DONE = {204: "It is done."}
SESSIONS = (
    Route(
        "POST", "/api/v1/sign-in", "sign-in.ask", told(_sign_in),
        f"Sign in. A browser gets a cookie, and sends `csrf` as {PROOF_HEADER} with whatever changes something.",
        takes=SignInForm, gives=SignedIn, is_slow=True,
    ),
    Route("POST", "/api/v1/sign-out", "session.own", _sign_out, "Sign out.", is_slow=True, statuses=_DONE),
    Route("GET", "/api/v1/session", "session.own", _who, "Who is signed in.", gives=Who),
    Route("GET", "/api/v1/sessions", "session.own", _list, "One's own sessions.", gives=OwnSessions, is_slow=True),
    Route(
        "DELETE", "/api/v1/sessions/{session}", "session.own", _end, "End one of one's own sessions.", is_slow=True,
        statuses=_DONE,
    ),
    Route(
        "POST", "/api/v1/password", "sign-in.ask", _set_password,
        "Set a password by a one-time link; with that of the first start the first administrator is made.",
        takes=SetPasswordForm, gives=AccountId, is_slow=True, statuses={201: "It is set."},
    ),
    Route(
        "PUT", "/api/v1/password", "account.own", _change_password, "Change one's own password.",
        takes=ChangePasswordForm, is_slow=True, statuses=_DONE,
    ),
    Route(
        "POST", "/api/v1/second-factor", "account.own", _begin_second,
        "Get the secret of a second factor; a code of it confirms it.", gives=SecondFactor, is_slow=True,
    ),
    Route(
        "PUT", "/api/v1/second-factor", "account.own", _confirm_second,
        "Confirm the second factor by a code; gives recovery codes.",
        takes=CodeForm, gives=RecoveryCodes, is_slow=True,
    ),
    Route(
        "DELETE", "/api/v1/second-factor", "account.own", _drop_second, "Do without a second factor again.",
        takes=PasswordForm, is_slow=True, statuses=_DONE,
    ),
)  # fmt: skip
"""The addresses of signing in."""

"""Sign-in by an issuer of OpenID Connect, where one is set."""

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.people.accounts import account_of_subject
from fullcourse.adapters.access.people.sessions import STAFF_IDLE, Kind, begin_session
from fullcourse.adapters.access.people.signing_in import WrongProof
from fullcourse.adapters.extras import needs
from fullcourse.interfaces.api.access.asked import door_of, json_of, told
from fullcourse.interfaces.api.access.programs import own_address
from fullcourse.interfaces.api.access.sessions import SignedIn
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import Busy, NotFound
from fullcourse.interfaces.api.routes import Route

if TYPE_CHECKING:
    from fullcourse.adapters.access.oidc import Issuer

__all__ = ["VOUCHED"]

_BACK: Final = "/api/v1/oidc/return"
_LONGEST: Final = 2000
_ISSUER: Final = "FULLCOURSE_OIDC_ISSUER"


def _issuer(call: Call) -> "Issuer":
    settings = call.service.settings
    if not settings.text(_ISSUER):
        raise NotFound
    with needs("oidc", "sign-in by an issuer"):
        from fullcourse.adapters.access.oidc import Issuer
    client, secret = settings.text("FULLCOURSE_OIDC_CLIENT"), settings.text("FULLCOURSE_OIDC_SECRET")
    return Issuer(settings.text(_ISSUER), client, secret, own_address(call) + _BACK)


def _cookie_name(call: Call) -> str:
    return f"{door_of(call).cookie.name}-begun"


def _cookie(call: Call, kept: str) -> str:
    """Return the header that keeps what was begun; it comes back from the issuer's page, so it is not strict."""
    parts = [f"{_cookie_name(call)}={kept}", "Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={600 if kept else 0}"]
    return "; ".join(parts + ["Secure"] * door_of(call).cookie.is_secure)


def _begin(call: Call) -> Reply:
    issuer = _issuer(call)
    from fullcourse.adapters.access.oidc import IssuerSilent, begin

    try:
        address, kept = begin(issuer, door_of(call).access.keys, call.now)
    except IssuerSilent:
        raise Busy from None
    return Reply(status=303, headers={"Location": address, "Set-Cookie": _cookie(call, kept)})


@told
def _finish(call: Call) -> Reply:
    issuer, door = _issuer(call), door_of(call)
    from fullcourse.adapters.access.oidc import IssuerSilent, finish

    code, state = call.asked("code") or "", call.asked("state") or ""
    if len(code) > _LONGEST or len(state) > _LONGEST or not code:
        raise WrongProof("nothing came back")
    try:
        subject = finish(issuer, door.access.keys, _kept(call), state, code, call.now)
    except IssuerSilent:
        raise Busy from None
    wanted = door.access.keys.blind("subject", f"{issuer.address}\0{subject}").hex()

    def work(connection: Connection) -> tuple[str, str]:
        account = account_of_subject(connection, wanted)
        if not account:
            return "", ""
        return account, begin_session(connection, account, Kind.COOKIE, call.now, idle=STAFF_IDLE)

    account, word = door.access.write(work)
    did, status = ("sign-in", 200) if account else ("sign-in.refused", 401)
    entry = AuditEntry(call.now, did, account, about="issuer", status=status, call=call.number, where=call.peer)
    door.access.audit.write(entry).result()
    if not account:
        raise WrongProof("no account is linked to this subject")
    return json_of(SignedIn(door.access.keys.proof(word), ""), Set_Cookie=door.cookie.header(word))


def _kept(call: Call) -> str:
    parts = (part.strip().partition("=") for part in call.headers.get("cookie", "").split(";"))
    words = [word for name, _, word in parts if name == _cookie_name(call)]
    return words[0] if len(words) == 1 else ""


VOUCHED = (
    Route(
        "GET", "/api/v1/oidc/begin", "sign-in.ask", _begin, "Sign in at the issuer of OpenID Connect that is set.",
        is_slow=True, statuses={303: "Where the browser goes."},
    ),
    Route(
        "GET", _BACK, "sign-in.ask", _finish, "Where the issuer sends a browser back.", gives=SignedIn, is_slow=True,
        query={"code": "Of the issuer.", "state": "That it was sent.", "iss": "Passed over.",
               "session_state": "Passed over.", "error": "Passed over.", "error_description": "Passed over."},
    ),
)  # fmt: skip
"""The addresses of signing in by an issuer."""

"""Programs of others: their registration, and the token that a signed assertion gets (OAuth 2.0 client credentials)."""

from typing import Final
from urllib.parse import parse_qs

import msgspec

from fullcourse.adapters.access.people.accounts import change_account, find_account
from fullcourse.adapters.access.people.clients import RefusedClient, RefusedScope, add_client, change_keys, grant
from fullcourse.adapters.access.people.sessions import PROGRAM
from fullcourse.adapters.access.people.throttle import count_try
from fullcourse.interfaces.api.access.asked import Form, access_of, entry, json_of, proof_of, told
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Route

__all__ = ["PROGRAMS", "TOKEN_PATH", "own_address"]

TOKEN_PATH: Final = "/api/v1/token"  # noqa: S105 - an address
"""Where an assertion is sent; with the address of the service before it, it is the audience."""
_FORM: Final = "application/x-www-form-urlencoded"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FIELDS: Final = frozenset(("grant_type", "client_assertion_type", "client_assertion", "scope", "client_id"))


class ProgramForm(Form, frozen=True):
    """A program of others: public keys as a JSON Web Key Set, rights that it may ask for, clinics that it may reach."""

    name: str
    jwks: msgspec.Raw
    scopes: tuple[str, ...]
    clinics: tuple[str, ...]


class KeysForm(Form, frozen=True):
    """Other public keys."""

    jwks: msgspec.Raw


class Program(Form, frozen=True):
    """A program that was registered."""

    client_id: str
    audience: str


class Token(Form, frozen=True):
    """What a program sends from then on, as RFC 6749 names it."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def own_address(call: Call) -> str:
    """Return the address by which others reach the service."""
    public = call.service.settings.text("FULLCOURSE_PUBLIC_URL").rstrip("/")
    return public or f"http://{call.headers.get('host', '')}"


@told
def _register(call: Call) -> Reply:
    form = read_struct(call.body, ProgramForm)
    made_by = entry(call, "program.registered", status=201)
    client = add_client(access_of(call), form.name, bytes(form.jwks).decode(), form.scopes, form.clinics, made_by)
    return Reply(msgspec.json.encode(Program(client, own_address(call) + TOKEN_PATH)), 201, about=client)


def _change_keys(call: Call) -> Reply:
    form, client = read_struct(call.body, KeysForm), call.path["program"]
    made_by = entry(call, "program.keys-changed", about=client, status=204)
    if not change_keys(access_of(call), client, bytes(form.jwks).decode(), made_by):
        raise NotFound
    return Reply(status=204, about=client)


def _end(call: Call) -> Reply:
    access, client = access_of(call), call.path["program"]
    found = access.read(lambda connection: find_account(connection, access.keys, client))
    if found is None or "integration" not in found.roles:
        raise NotFound
    access.write(lambda connection: change_account(connection, client, call.now, is_closed=True))
    return Reply(status=204, about=client)


def _token(call: Call) -> Reply:
    try:
        fields = parse_qs(call.body.decode("ascii"), max_num_fields=20, keep_blank_values=True)
    except (UnicodeDecodeError, ValueError):
        return _refused("invalid_request")
    if set(fields) - _FIELDS or any(len(values) != 1 for values in fields.values()):
        return _refused("invalid_request")
    one = {name: values[0] for name, values in fields.items()}
    if one.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type")
    if one.get("client_assertion_type") != _ASSERTION or not one.get("client_assertion"):
        return _refused("invalid_client", 401)
    access, audience = access_of(call), own_address(call) + TOKEN_PATH
    try:
        made = grant(access, one["client_assertion"], audience, one.get("scope", ""), call.now, call.peer)
    except RefusedClient:
        return _count_refused(call)
    except RefusedScope:
        return _refused("invalid_scope")
    seconds = PROGRAM.seconds
    return json_of(Token(made.word, "Bearer", seconds, " ".join(made.scopes)))


@told
def _count_refused(call: Call) -> Reply:
    """Refuse an assertion, and count it by its address."""
    count_try(access_of(call), [("address", call.peer, proof_of(call).most_by_address)], call.now)
    return _refused("invalid_client", 401)


def _refused(word: str, status: int = 400) -> Reply:
    """Return an error as RFC 6749, section 5.2, has it."""
    return json_of({"error": word}, status)


PROGRAMS = (
    Route(
        "POST", TOKEN_PATH, "sign-in.ask", _token,
        "Get a token for a signed assertion (client credentials with a private key, as SMART Backend Services).",
        gives=Token, media_types=(_FORM,), is_slow=True,
    ),
    Route(
        "POST", "/api/v1/programs", "program.manage", _register, "Register a program of others.",
        takes=ProgramForm, gives=Program, is_slow=True, statuses={201: "It is registered."},
    ),
    Route(
        "PUT", "/api/v1/programs/{program}/keys", "program.manage", _change_keys, "Give a program other keys.",
        takes=KeysForm, is_slow=True, statuses={204: "It is done."},
    ),
    Route(
        "DELETE", "/api/v1/programs/{program}", "program.manage", _end, "End a program's right to call.",
        is_slow=True, statuses={204: "It is done."},
    ),
)  # fmt: skip
"""The addresses of programs."""

"""The three endpoints of CDS Hooks: discovery, a service, and feedback on its cards."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role
from fullcourse.adapters.cds_hooks.clients.listed import read_clients
from fullcourse.adapters.cds_hooks.clients.token import NotTrusted, TokenCheck, looks_signed
from fullcourse.adapters.cds_hooks.hooks import SERVICES, CdsHooks, KeptFeedback
from fullcourse.adapters.cds_hooks.kept.feedback_store import FeedbackStore
from fullcourse.adapters.cds_hooks.reading.addresses import base_of
from fullcourse.adapters.cds_hooks.reading.feedback import read_feedback
from fullcourse.adapters.cds_hooks.reading.fetching import Fetcher
from fullcourse.adapters.cds_hooks.reading.request import BadCall, NeededData
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.adapters.store.opening import key_file_of
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest, Lacking, NotFound, NotSignedIn
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.api.service import Service

__all__ = ["CDS_HOOKS", "prepare"]

_PART: Final = "cds_hooks"
_SERVERS: Final = "FULLCOURSE_FHIR_SERVERS"
_HOOKS: Final = {service.id: service.hook for service in SERVICES}
_ASKS: Final = b'"fhirServer"'
_UNREADABLE: Final = (
    "The record that was sent cannot be read safely: an element of it is none of FHIR R4, or a resource is about "
    "another patient. Nothing was checked; check by hand."
)


@dataclass(frozen=True, slots=True)
class _Part:
    """What answers, made at the first call.

    Attributes:
        hooks: Answers.
        discovery: As it is sent.
        tokens: Checks those of clients; None where no client is listed.
        feedback: What is kept of cards; None where nothing is.
        asks_servers: Whether there are servers that may be asked.
    """

    hooks: CdsHooks
    discovery: bytes
    tokens: TokenCheck | None
    feedback: FeedbackStore | None
    asks_servers: bool


def prepare(service: Service) -> None:
    """Make ready what answers, before the first call, so that a wrong list stops the start.

    Raises:
        InputError: A list of clients or of servers cannot be used.
    """
    _part(service)


def _part(service: Service) -> _Part:
    made = service.parts.get(_PART)
    if isinstance(made, _Part):
        return made
    settings = service.settings
    place, clients = settings.text("FULLCOURSE_DATABASE_URL"), settings.text("FULLCOURSE_CDS_CLIENTS")
    servers = tuple(base_of(address, _SERVERS) for address in settings.words(_SERVERS))
    feedback = None
    if service.store is not None and place:
        named = settings.text("FULLCOURSE_KEY_FILE")
        feedback = FeedbackStore(place, key_file_of(place, Path(named) if named else None))
        service.ends.callback(feedback.close)
    kept: KeptFeedback | None = feedback
    profile = service.knowledge.profile(settings.text("FULLCOURSE_PROFILE"))
    hooks = CdsHooks(service.knowledge, profile, Fetcher(servers) if servers else None, kept)
    part = _Part(
        hooks,
        json.dumps(hooks.discovery()).encode(),
        TokenCheck(read_clients(Path(clients))) if clients else None,
        feedback,
        bool(servers),
    )
    service.parts[_PART] = part
    return part


def _proof(service: Service, headers: Mapping[str, str], path: str, at: datetime) -> Caller | None:
    """Return the client that a signed token proves, or None for the doorkeeper to tell.

    Where no client is listed and advice is open to everybody, a token is not looked at: there is nothing to hold it
    against, and whoever calls needs none.
    """
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not looks_signed(token):
        return None
    tokens = _part(service).tokens
    if tokens is None:
        return ANONYMOUS if service.settings.is_on("FULLCOURSE_OPEN_ADVICE") else None
    try:
        client = tokens.client_of(token, f"{_address(service)}{path}", at)
    except NotTrusted:
        raise NotSignedIn from None
    name = hashlib.sha256(client.iss.encode()).hexdigest()[:32]
    return Caller(f"cds-{name}", frozenset((Role.INTEGRATION,)), scopes=frozenset(("advice.ask",)))


def _discovery_proof(service: Service, headers: Mapping[str, str], path: str, at: datetime) -> Caller | None:
    """Return who asks what services there are: anybody may, and a client signs that call as every other.

    Where no client is listed there is nothing to hold its token against, and it learns what everybody may know.
    """
    proven = _proof(service, headers, path, at)
    signed = looks_signed(headers.get("authorization", "").partition(" ")[2])
    return ANONYMOUS if proven is None and signed and _part(service).tokens is None else proven


def _address(service: Service) -> str:
    settings = service.settings
    public = settings.text("FULLCOURSE_PUBLIC_URL").rstrip("/")
    return public or f"http://{settings.text('FULLCOURSE_HOST')}:{settings.number('FULLCOURSE_PORT')}"


def _discovery(call: Call) -> Reply:
    return Reply(_part(call.service).discovery)


def _answer(call: Call) -> Reply:
    hook = _HOOKS.get(call.path["id"])
    if hook is None:
        raise NotFound("There is no such service. See /cds-services for those that there are.")
    value = _body(call)
    try:
        answer = _part(call.service).hooks.answer(value, hook, call.now, call.caller.id)
    except BadCall as error:
        raise BadRequest(f"This is no call of {hook.value}: {error}") from None
    except NeededData as error:
        raise Lacking(str(error)) from None
    except InputError:  # its words may name what was sent
        raise InputError(_UNREADABLE) from None
    cards = answer["cards"]
    assert isinstance(cards, list)  # noqa: S101 - of our own making
    call.service.figures.cards(str(card["indicator"]) for card in cards)
    return Reply(msgspec.json.encode(answer))


def _feedback(call: Call) -> Reply:
    if call.path["id"] not in _HOOKS:
        raise NotFound("There is no such service. See /cds-services for those that there are.")
    kept = _part(call.service).feedback
    try:
        feedback = read_feedback(_body(call))
    except BadCall as error:
        raise BadRequest(f"This is no feedback: {error}") from None
    if kept is None:
        raise NotFound("This service keeps no database, so that it cannot keep feedback. Its cards have no 'uuid'.")
    kept.take(feedback, call.now)
    return Reply(b"{}")


def _body(call: Call) -> object:
    try:
        return parse_json(decode_text(call.body, "the body"), "the body")
    except InputError as error:
        raise BadRequest(str(error)) from None


def _waits(call: Call) -> bool:
    """Return whether a call may wait for a server or a database, and must not hold up the others."""
    part = _part(call.service)
    return part.feedback is not None or (part.asks_servers and _ASKS in call.body)


CDS_HOOKS: Final = (
    Route(
        "GET",
        "/cds-services",
        "knowledge.read",
        _discovery,
        "The services of CDS Hooks, with what each asks a client to send.",
        proof=_discovery_proof,
        is_cross_origin=True,
    ),
    Route(
        "POST",
        "/cds-services/{id}",
        "advice.ask",
        _answer,
        "The cards of one call of CDS Hooks.",
        holds_records=True,
        proof=_proof,
        is_slow_for=_waits,
        is_cross_origin=True,
        statuses={412: "The patient was not sent and cannot be fetched", 404: "There is no such service"},
    ),
    Route(
        "POST",
        "/cds-services/{id}/feedback",
        "advice.ask",
        _feedback,
        "What became of cards.",
        proof=_proof,
        is_slow=True,
        is_cross_origin=True,
        statuses={404: "There is no such service, or feedback is not kept"},
    ),
)
"""Every address of CDS Hooks."""

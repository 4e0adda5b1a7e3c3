"""Asks a client's FHIR server for what it did not send: only a server that is listed, only what the templates name.

No redirect is followed. The token goes to that server alone, is kept nowhere and stands in no message. What cannot be
had stays as it was: it is named as lacking, and never taken for nothing.
"""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from fullcourse.adapters.cds_hooks.reading.addresses import Base
from fullcourse.adapters.cds_hooks.reading.prefetch import Sent, SentState, read_answer_of_search
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.clinical.errors import InputError

__all__ = ["FetchLimits", "Fetcher", "Unreachable", "get_json"]

_OK: Final = 200
_GONE: Final = frozenset({404, 410})
_MOST_PAGES: Final = 10
_LEFT_AS_IT_IS: Final = "/?&=:|,$-._~+"


class Unreachable(Exception):
    """A server did not answer with something that can be read; why is not told."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How long and how much.

    Attributes:
        seconds: For all that is fetched for one call.
        most_bytes: Of one answer.
    """

    seconds: float = 3.0
    most_bytes: int = 5_000_000


def get_json(base: Base, target: str, token: str, accept: str, limits: FetchLimits) -> object:
    """Return what stands at a path of a listed server.

    Args:
        base: The server.
        target: Path and query there.
        token: Sent as a bearer token; empty for none.
        accept: Media types that are read.
        limits: How long and how much.

    Raises:
        Unreachable: It could not be had: no answer in time, another status than 200 (a redirect among them), more
            than the limit, or no JSON.
    """
    connection: http.client.HTTPConnection
    if base.scheme == "https":
        connection = http.client.HTTPSConnection(
            base.host, base.port, timeout=limits.seconds, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(base.host, base.port, timeout=limits.seconds)
    headers = {"Accept": accept, "Accept-Encoding": "identity", "Connection": "close"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("GET", quote(target, safe=f"{_LEFT_AS_IT_IS}%"), headers=headers)
        answer = connection.getresponse()
        if answer.status != _OK:
            raise Unreachable
        body = _read(answer, limits)
        return parse_json(decode_text(body, "the answer"), "the answer")
    except (OSError, http.client.HTTPException, InputError, json.JSONDecodeError, ValueError):
        raise Unreachable from None
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse, limits: FetchLimits) -> bytes:
    """Return the body, within the limits: a server that sends a byte now and then is not waited for."""
    ends = time.monotonic() + limits.seconds
    parts: list[bytes] = []
    length = 0
    while part := answer.read1(65_536):
        length += len(part)
        if length > limits.most_bytes or time.monotonic() > ends:
            raise Unreachable
        parts.append(part)
    return b"".join(parts)


class Fetcher:
    """Fetches from the servers of one list."""

    def __init__(self, servers: tuple[Base, ...], limits: FetchLimits = FetchLimits()) -> None:
        """Take the list."""
        self._servers, self._limits = servers, limits

    def completed(self, sent: dict[str, Sent], server: str, token: str, patient: str) -> dict[str, Sent]:
        """Return what is had after what was lacking was asked for; all as it was where the server is not listed.

        Args:
            sent: What the client sent, by key.
            server: Address that the client named.
            token: For it.
            patient: FHIR id.
        """
        base = next((it for it in self._servers if it.is_at(server)), None)
        if base is None:
            return sent
        ends = time.monotonic() + self._limits.seconds

        def ask(target: str) -> object:
            left = ends - time.monotonic()
            if left <= 0.0:
                raise Unreachable
            limits = FetchLimits(left, self._limits.most_bytes)
            return get_json(base, target, token, "application/fhir+json, application/json", limits)

        return {key: _had(it, base, ask, patient) for key, it in sent.items()}


def _had(sent: Sent, base: Base, ask: Callable[[str], object], patient: str) -> Sent:
    if sent.is_whole:
        return sent
    try:
        if sent.state is not SentState.PAGE:
            target = f"{base.path}/{sent.template.for_patient(patient)}"
            sent = read_answer_of_search(ask(target), sent.template, patient)
        for _ in range(_MOST_PAGES):
            if sent.state is not SentState.PAGE:
                break
            target = base.within(sent.following) or ""
            if not target:  # the next page lies elsewhere: it is not followed, and stays lacking
                break
            sent = sent.continued(read_answer_of_search(ask(target), sent.template, patient))
    except Unreachable:
        return sent
    return sent

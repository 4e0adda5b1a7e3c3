"""The signed token of a client, checked in the order of CDS Hooks 2.0, and once only.

Issuer, audience, times and tenant come before the signature, so that nobody makes this service verify or fetch for a
stranger; the token counts only when all of them hold. Why one does not hold is told to nobody.

Source: CDS Hooks 2.0, "Trusting CDS Clients"; RFC 7515, RFC 7519, RFC 8725.
"""

import base64
import binascii
import hashlib
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from fullcourse.adapters.cds_hooks.clients.listed import Client
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.clinical.errors import InputError

__all__ = ["NotTrusted", "TokenCheck", "looks_signed"]

_ALGORITHMS: Final[Mapping[str, tuple[str, str]]] = {"ES384": ("EC", "P-384"), "RS384": ("RSA", "")}
"""Of each algorithm that is accepted: type of its key, and its curve. None and those with a shared secret are none."""

_FORM: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LONGEST: Final = 8_000
_MOST_AHEAD_S: Final = 300
_SKEW_S: Final = 30
_LEAST_RSA_BITS: Final = 2_048
_MOST_REMEMBERED: Final = 200_000
_REFUSED_HEADERS: Final = frozenset({"crit", "b64", "jwk", "x5u", "zip"})
_LONGEST_WORD: Final = 300


class NotTrusted(Exception):
    """The token does not hold; nothing more is said."""


def looks_signed(token: str) -> bool:
    """Return whether a bearer token has the form of a signed one."""
    return len(token) <= _LONGEST and _FORM.fullmatch(token) is not None


class TokenCheck:
    """Checks tokens, and remembers which were used."""

    def __init__(self, clients: Iterable[Client]) -> None:
        """Take the clients that may call."""
        self._clients = {client.iss: client for client in clients}
        self._used: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def client_of(self, token: str, address: str, at: datetime) -> Client:
        """Return who calls.

        Args:
            token: As it stands after ``Bearer``.
            address: Of the endpoint that was called, exactly as clients know it.
            at: When the call came.

        Raises:
            NotTrusted: It does not hold.
        """
        if not looks_signed(token):
            raise NotTrusted
        head, body, _ = token.split(".")
        header, claims = _object(head), _object(body)
        now = at.timestamp()
        client = self._clients.get(_word(claims, "iss"))
        if client is None:
            raise NotTrusted
        audience = claims.get("aud")
        if audience != address and not (isinstance(audience, list) and address in audience):
            raise NotTrusted
        expires = _times_hold(claims, now)
        if client.tenant and _word(claims, "tenant") != client.tenant:
            raise NotTrusted
        identity = _word(claims, "jti")
        _verify(token, header, client)
        self._use_once(client.iss, identity, expires, int(now))
        return client

    def _use_once(self, iss: str, identity: str, expires: int, now: int) -> None:
        name = hashlib.sha256(f"{len(iss)}:{iss}{identity}".encode()).digest()
        with self._lock:
            if len(self._used) >= _MOST_REMEMBERED:
                self._used = {used: until for used, until in self._used.items() if until + _SKEW_S >= now}
            if len(self._used) >= _MOST_REMEMBERED or name in self._used:
                raise NotTrusted  # where it cannot be remembered, it cannot be used once
            self._used[name] = expires


def _object(part: str) -> Mapping[str, object]:
    try:
        text = decode_text(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True), "a token")
        value = parse_json(text, "a token")
    except (binascii.Error, InputError, ValueError):
        raise NotTrusted from None
    if not isinstance(value, dict):
        raise NotTrusted
    return value


def _word(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_WORD:
        raise NotTrusted
    return value


def _times_hold(claims: Mapping[str, object], now: float) -> int:
    """Return when a token expires, whole seconds since 1970."""
    expires, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    for number in (expires, issued, begins):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise NotTrusted
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        raise NotTrusted
    is_now = now < expires + _SKEW_S and issued <= now + _SKEW_S and issued <= expires
    is_short = expires <= now + _MOST_AHEAD_S + _SKEW_S
    if not is_now or not is_short or (isinstance(begins, int | float) and begins > now + _SKEW_S):
        raise NotTrusted
    return int(expires)


def _verify(token: str, header: Mapping[str, object], client: Client) -> None:
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS or not isinstance(kid, str):
        raise NotTrusted
    if _REFUSED_HEADERS & set(header) or header.get("typ", "JWT") != "JWT":
        raise NotTrusted
    if "jku" in header and header["jku"] != client.jku:  # an address that is not on the list is never asked
        raise NotTrusted
    key = client.key(kid)
    if key is None:
        raise NotTrusted
    kind, curve = _ALGORITHMS[algorithm]
    if key.get("kty") != kind or (curve and key.get("crv") != curve):
        raise NotTrusted
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        raise NotTrusted
    try:
        jws.deserialize_compact(token, _imported(key, kind), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotTrusted from None


def _imported(key: Mapping[str, object], kind: str) -> ECKey | RSAKey:
    plain: dict[str, str | list[str]] = {name: value for name, value in key.items() if isinstance(value, str)}
    if kind == "EC":
        return ECKey.import_key(plain)
    imported = RSAKey.import_key(plain)
    if imported.raw_value.key_size < _LEAST_RSA_BITS:
        raise ValueError(kind)
    return imported

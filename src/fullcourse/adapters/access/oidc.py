"""Sign-in by an account elsewhere (OpenID Connect): authorization code with PKCE, for accounts that were made before.

What the issuer says of a person is believed for one thing: which of the linked accounts signs in. Nobody gets an
account or a role by it. Nothing but the addresses of the issuer that is set is asked, and no redirect is followed.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from fullcourse.adapters.access.people.signing_in import WrongProof
from fullcourse.adapters.access.store.opening import Keys
from fullcourse.adapters.store.sealing import PatientKey
from fullcourse.clinical.errors import FullcourseError

__all__ = ["Issuer", "IssuerSilent", "begin", "finish"]

_HOLDS_S: Final = 600
"""Whoever begins has ten minutes at the issuer."""
_SECONDS: Final = 5.0
_AHEAD_S: Final = 60
_LONGEST: Final = 100_000
_ALGORITHMS: Final = ("RS256", "RS384", "ES256", "ES384", "PS256")
_NEAR: Final = frozenset(("127.0.0.1", "localhost", "::1"))


class IssuerSilent(FullcourseError):
    """The issuer does not answer as OpenID Connect has it."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who vouches for people.

    Attributes:
        address: Of the issuer, as its own description names it.
        client: By which it knows this service.
        secret: That it gave to this service.
        back: Address of this service to which it sends people back.
    """

    address: str
    client: str
    secret: str
    back: str


def begin(issuer: Issuer, keys: Keys, now: datetime) -> tuple[str, str]:
    """Return the address to which a browser goes, and what it keeps until it is back.

    Raises:
        IssuerSilent: The issuer does not answer.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _client(issuer) as client:
        asked = _described(client, issuer)["authorization_endpoint"]
        address, _ = client.create_authorization_url(asked, state=state, code_verifier=verifier, nonce=nonce)
    kept = json.dumps([state, nonce, verifier, now.timestamp()]).encode()
    return address, _key(keys).seal(kept, b"begun").hex()


def finish(issuer: Issuer, keys: Keys, kept: str, state: str, code: str, now: datetime) -> str:
    """Return the subject for whom the issuer vouches.

    Args:
        issuer: That is set.
        keys: Of access.
        kept: What the browser kept.
        state: That came back.
        code: That came back.
        now: This moment.

    Raises:
        WrongProof: It does not hold.
        IssuerSilent: The issuer does not answer.
    """
    try:
        opened = _key(keys).open(bytes.fromhex(kept), b"begun")
    except ValueError:
        opened = None
    if opened is None:
        raise WrongProof("nothing was begun")
    wanted, nonce, verifier, begun = json.loads(opened)
    if not secrets.compare_digest(wanted.encode(), state.encode()) or not 0 <= now.timestamp() - begun < _HOLDS_S:
        raise WrongProof("it was begun elsewhere, or too long ago")
    with _client(issuer) as client:
        described = _described(client, issuer)
        try:
            given = client.fetch_token(described["token_endpoint"], code=code, code_verifier=verifier)
        except Exception as error:  # whatever the issuer answers, its words are its own
            raise WrongProof("the issuer does not know the code") from error
        listed = _read(client, described["jwks_uri"])
    return _subject(issuer, str(given.get("id_token", "")), listed, nonce, now)


def _subject(issuer: Issuer, token: str, listed: Any, nonce: str, now: datetime) -> str:
    try:
        read = jwt.decode(token, KeySet.import_key_set(listed), algorithms=list(_ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError):
        raise WrongProof("the issuer's word is not signed by its keys") from None
    claims, present = read.claims, now.timestamp()
    audience = claims.get("aud")
    for_us = audience == issuer.client or audience == [issuer.client]
    expires, issued = claims.get("exp"), claims.get("iat")
    in_time = (
        isinstance(expires, int) and isinstance(issued, int) and present < expires and issued <= present + _AHEAD_S
    )
    is_right = claims.get("iss") == issuer.address and claims.get("azp", issuer.client) == issuer.client
    subject = claims.get("sub")
    if not (for_us and in_time and is_right and claims.get("nonce") == nonce and isinstance(subject, str) and subject):
        raise WrongProof("the issuer's word is not for this sign-in")
    return subject


def _client(issuer: Issuer) -> OAuth2Client:
    return OAuth2Client(
        issuer.client, issuer.secret, token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - a name
        scope="openid", redirect_uri=issuer.back, code_challenge_method="S256", timeout=_SECONDS,
        follow_redirects=False, trust_env=False,
    )  # fmt: skip


def _described(client: OAuth2Client, issuer: Issuer) -> dict[str, str]:
    """Return the issuer's description of itself, where it is of this very issuer and its addresses may be asked."""
    told = _read(client, f"{issuer.address.rstrip('/')}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(told, dict) or told.get("issuer") != issuer.address:
        raise IssuerSilent("the issuer describes another than itself")
    for name in names:
        parts = urlsplit(str(told.get(name, "")))
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _NEAR):
            raise IssuerSilent("the issuer names an address without https")
    return {name: str(told[name]) for name in names}


def _read(client: OAuth2Client, address: str) -> Any:
    try:
        answer = client.request("GET", address, withhold_token=True)
        if answer.status_code != httpx.codes.OK or len(answer.content) > _LONGEST:
            raise IssuerSilent("the issuer does not answer")
        return answer.json()
    except (httpx.HTTPError, ValueError):
        raise IssuerSilent("the issuer does not answer") from None


def _key(keys: Keys) -> PatientKey:
    return PatientKey(keys.ring.derive(b"access oidc"), b"oidc")

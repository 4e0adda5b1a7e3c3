"""Web push without content (RFC 8030), signed by this service (VAPID, RFC 8292): a phone is woken, and told nothing.

Nothing but the push services that were named is ever called, whatever address a phone hands in, and no redirect is
followed. The signing key is worked out from the key file, so that every process of a store has the same.
"""

import base64
import json
from datetime import datetime, timedelta
from typing import Final, final
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fullcourse.adapters.messages.message import AddressGone, Message, Sender, Way

__all__ = ["PushKey", "PushSender", "is_of_service"]

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (FIPS 186-4, D.1.2.3)."""
_HOLDS: Final = timedelta(hours=12)
"""A signature holds for so long; RFC 8292, 2, allows a day at most."""
_SECONDS: Final = 10.0
_GONE: Final = frozenset((404, 410))
"""RFC 8030, 7.3, and what services answer for a subscription that ended."""
_TAKEN: Final = range(200, 300)
_PART: Final = 32
_LONGEST: Final = 2000
_ANY: Final = "*."


@final
class PushKey:
    """The key by which push services know this service."""

    def __init__(self, secret: bytes) -> None:
        """Take 32 bytes that nobody else has."""
        number = int.from_bytes(secret, "big") % (_ORDER - 1) + 1
        self._key = ec.derive_private_key(number, ec.SECP256R1())

    @property
    def public(self) -> str:
        """Return the public key as a page hands it to its browser: an uncompressed point, base64url without padding."""
        return _text(self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def signed(self, audience: str, contact: str, now: datetime) -> str:
        """Return the header by which a push service knows who sends.

        Args:
            audience: Origin of the push service.
            contact: Where whoever runs this service is reached, ``https:`` or ``mailto:``.
            now: The moment.
        """
        claims = {"aud": audience, "exp": int((now + _HOLDS).timestamp()), "sub": contact}
        said = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        one, other = decode_dss_signature(self._key.sign(said.encode(), ec.ECDSA(SHA256())))
        signature = _text(one.to_bytes(_PART, "big") + other.to_bytes(_PART, "big"))
        return f"vapid t={said}.{signature}, k={self.public}"


def is_of_service(address: str, services: tuple[str, ...]) -> bool:
    """Return whether an address is one of the push services that may be called.

    Args:
        address: As a phone handed it in.
        services: Origins; ``https://*.example.org`` stands for every host below it.
    """
    try:
        parts = urlsplit(address)
        host, is_bare = parts.netloc.lower(), parts.username is None and parts.password is None
    except ValueError:
        return False
    if len(address) > _LONGEST or not address.isascii() or not address.isprintable() or not is_bare or parts.fragment:
        return False
    return any(_is_origin(parts.scheme, host, urlsplit(service)) for service in services)


@final
class PushSender(Sender):
    """Calls push services."""

    def __init__(
        self, key: PushKey, contact: str, services: tuple[str, ...], transport: httpx.BaseTransport | None = None
    ) -> None:
        """Take what it needs.

        Args:
            key: By which services know this one.
            contact: Where whoever runs this service is reached.
            services: Origins that may be called.
            transport: Carries calls in the place of the network.
        """
        self.key = key
        self.services = services
        self._contact = contact
        self._client = httpx.Client(timeout=_SECONDS, follow_redirects=False, transport=transport)

    def send(self, message: Message) -> None:
        """Wake the page of a phone."""
        if message.way is not Way.PUSH or not is_of_service(message.to, self.services):
            raise OSError("the address is of no push service that may be called")
        parts = urlsplit(message.to)
        headers = {
            "Authorization": self.key.signed(f"{parts.scheme}://{parts.netloc}", self._contact, message.at),
            "TTL": str(max(int(message.holds.total_seconds()), 0)),
            "Topic": message.key.replace("-", "")[:_PART],  # one that waits is replaced by the same one, RFC 8030, 5.4
            "Urgency": "high",
            "Content-Length": "0",
        }
        try:
            answer = self._client.post(message.to, headers=headers, content=b"")
        except httpx.HTTPError as error:
            raise OSError(f"the push service does not answer ({type(error).__name__})") from None
        if answer.status_code in _GONE:
            raise AddressGone("the subscription ended")
        if answer.status_code not in _TAKEN:
            raise OSError(f"the push service answers {answer.status_code}")

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()


def _is_origin(scheme: str, host: str, service: object) -> bool:
    named = getattr(service, "netloc", "").lower()
    if scheme != getattr(service, "scheme", ""):
        return False
    return host.endswith(named[1:]) and len(host) >= len(named) if named.startswith(_ANY) else host == named


def _json(value: object) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

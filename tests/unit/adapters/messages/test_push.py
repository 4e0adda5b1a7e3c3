"""Web push: signed as RFC 8292 has it, without content, and to the push services that were named alone."""

import base64
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fullcourse.adapters.messages.message import AddressGone, Message, Way
from fullcourse.adapters.messages.push import PushKey, PushSender, is_of_service

AT = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
SERVICES = ("https://push.example.org", "https://*.push.example.com", "http://127.0.0.1:9000")
ADDRESS = "https://push.example.org/wpush/v1/abc"
WOKEN = Message(ADDRESS, "", "", AT, "0f0e0d0c-0000-5000-8000-000000000001", Way.PUSH, timedelta(minutes=50))
KEY = PushKey(b"1" * 32)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Service(httpx.BaseTransport):
    """A push service that answers with a status and keeps what it was asked."""

    def __init__(self, status: int = 201) -> None:
        self.status, self.asked = status, []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        return httpx.Response(self.status, headers={"Location": "https://elsewhere.example.net/"})


def sent(message: Message = WOKEN, status: int = 201) -> httpx.Request:
    service = Service(status)
    PushSender(KEY, "https://tb.example.org", SERVICES, service).send(message)
    (asked,) = service.asked
    return asked


def test_a_message_has_no_content_and_says_how_long_it_holds():
    asked = sent()
    assert asked.content == b""
    assert (asked.method, str(asked.url)) == ("POST", ADDRESS)
    assert (asked.headers["TTL"], asked.headers["Urgency"]) == ("3000", "high")
    assert asked.headers["Topic"] == "0f0e0d0c000050008000000000000001"  # 32 letters of base64url at most
    assert asked.headers["Content-Length"] == "0"


def test_it_is_signed_for_the_service_that_is_called():
    """https://github.com/web-push-libs/pywebpush/issues/118: signed for another origin; 175: for more than a day."""
    header = sent().headers["Authorization"]
    assert header.startswith("vapid t=")
    token, key = header.removeprefix("vapid t=").split(", k=")
    head, body, signature = token.split(".")
    claims = json.loads(raw(body))
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    assert claims == {
        "aud": "https://push.example.org",
        "exp": int(AT.timestamp()) + 43200,
        "sub": "https://tb.example.org",
    }
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(key))
    pair = raw(signature)
    assert len(pair) == 64
    der = encode_dss_signature(int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big"))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, f"{head}.{head}".encode(), ec.ECDSA(SHA256()))


def test_every_process_has_the_same_key_and_another_store_another():
    assert KEY.public == PushKey(b"1" * 32).public != PushKey(b"2" * 32).public
    assert len(raw(KEY.public)) == 65
    assert len(raw(PushKey(b"\xff" * 32).public)) == 65  # above the order of the curve


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_ended_is_gone(status: int):
    with pytest.raises(AddressGone):
        sent(status=status)


@pytest.mark.parametrize("status", [301, 400, 403, 413, 429, 500, 503])
def test_what_is_not_taken_is_an_error_that_holds_no_address(status: int):
    with pytest.raises(OSError, match=str(status)) as raised:
        sent(status=status)
    assert not isinstance(raised.value, AddressGone)
    assert "abc" not in str(raised.value)


def test_a_service_that_does_not_answer_is_an_error_without_an_address():
    class Away(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectTimeout(f"no answer of {request.url}")

    with pytest.raises(OSError, match="ConnectTimeout") as raised:
        PushSender(KEY, "https://tb.example.org", SERVICES, Away()).send(WOKEN)
    assert "push.example.org" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (ADDRESS, True),
        ("https://PUSH.example.org/x", True),
        ("https://web.push.example.com/x", True),
        ("http://127.0.0.1:9000/x", True),
        ("http://push.example.org/x", False),
        ("https://push.example.org:8443/x", False),
        ("https://push.example.org.evil.example/x", False),
        ("https://evilpush.example.org/x", False),
        ("https://.push.example.com/x", False),
        ("https://push.example.com/x", False),
        ("https://push.example.org@evil.example/x", False),
        ("https://someone@push.example.org/x", False),
        ("https://push.example.org/x#y", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1:9001/x", False),
        ("file:///etc/passwd", False),
        ("https://push.example.org/\nHost: evil", False),
        ("https://[push.example.org/x", False),
        ("https://push.example.org/" + "x" * 2000, False),
        ("", False),
    ],
)
def test_no_other_address_is_ever_called(address: str, expected: bool):
    assert is_of_service(address, SERVICES) is expected


def test_without_a_service_that_was_named_nothing_is_called():
    service = Service()
    with pytest.raises(OSError, match="no push service"):
        PushSender(KEY, "https://tb.example.org", (), service).send(WOKEN)
    assert service.asked == []

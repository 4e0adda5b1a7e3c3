import pytest

from fullcourse.interfaces.api.serving.guard import without_upgrade


@pytest.mark.parametrize(
    ("head", "left"),
    [
        (b"GET / HTTP/1.1\r\nA: b", b"GET / HTTP/1.1\r\nA: b"),
        (b"GET / HTTP/1.1\r\nUPGRADE: h2c\r\nA: b", b"GET / HTTP/1.1\r\nA: b"),
        (b"GET / HTTP/1.1\r\nUpgrade: h2c\r\n more\r\nA: b", b"GET / HTTP/1.1\r\nA: b"),
        (
            b"GET / HTTP/1.1\r\nConnection: keep-alive, Upgrade, HTTP2-Settings\r\nUpgrade: h2c",
            b"GET / HTTP/1.1\r\nConnection: keep-alive",
        ),
        (b"GET /upgrade HTTP/1.1\r\nA: upgrade", b"GET /upgrade HTTP/1.1\r\nA: upgrade"),
        (b"GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1", b"GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1"),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded upgrade", b"GET / HTTP/1.1\r\nA: b\r\n folded upgrade"),
    ],
)
def test_only_what_offers_another_protocol_is_left_out(head: bytes, left: bytes):
    body = b"\r\n\r\nUpgrade: in a body\r\n"
    assert without_upgrade(head + body, len(head)) == left + body

"""Connections to a running service: what is no call, what never ends, and who comes with hundreds of them."""

import socket
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from running_service import RunningService, serving

CASES = tomllib.loads((Path(__file__).parents[1] / "http_cases.toml").read_text("utf-8"))["case"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with serving(tmp_path_factory.mktemp("connections"), HEADER_SECONDS="2", BODY_SECONDS="2") as service:
        yield service


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    parts = []
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_comes_over_a_connection_is_answered_as_its_source_says(running: RunningService, case: dict[str, object]):
    host = f"{running.host}:{running.port}"
    sent = str(case["sent"]).replace("HOST", host).replace("PAD", "a" * 33_000).encode("latin-1")
    began = time.monotonic()
    with running.connect() as connection:
        connection.sendall(sent)
        came = everything(connection)
    took = time.monotonic() - began
    status = int(came.split(b" ", 2)[1]) if came else 0
    wanted = case["status"] if isinstance(case["status"], list) else [case["status"]]
    assert status in wanted, came[:300]
    assert took < float(str(case.get("seconds", 10)))
    if came:
        head, _, body = came.partition(b"\r\n\r\n")
        assert b"server:" not in head.lower()
        assert b"x-content-type-options: nosniff" in head.lower()
        if status >= 400:
            assert b"application/problem+json" in head
            assert b"aaaaaaaa" not in body


def test_a_body_is_not_lost_where_its_sender_offers_another_protocol(running: RunningService):
    sent = (
        b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 2\r\n\r\n{}GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Connection: close\r\n\r\n"
    )
    with running.connect() as connection:
        connection.sendall(sent)
        came = everything(connection)
    assert came.count(b"HTTP/1.1 404") == 1
    assert came.count(b"HTTP/1.1 200") == 1  # so the two bytes were read as the body of the first


def test_a_head_that_comes_byte_by_byte_is_dropped_however_often_a_byte_comes(running: RunningService):
    began = time.monotonic()
    with running.connect() as connection:
        for letter in b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 200:
            try:
                connection.sendall(bytes([letter]))
            except OSError:
                break
            time.sleep(0.05)
        came = everything(connection)
    assert came.startswith(b"HTTP/1.1 408") or came == b""
    assert time.monotonic() - began < 15


def test_the_clock_begins_anew_with_every_call_of_a_connection(running: RunningService):
    with running.connect() as connection:
        for _ in range(4):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            came = b""
            while not came.endswith(b"}"):  # head and body may come apart
                came += (part := connection.recv(65536))
                assert part, "the connection ended"
            assert came.startswith(b"HTTP/1.1 200 OK")
            time.sleep(0.8)
        connection.sendall(b"GET /heal")  # and the last one never ends
        began = time.monotonic()
        came = everything(connection)
    assert came.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began < 5


def test_a_body_that_nobody_reads_ends_too(running: RunningService):
    """A call without a right is answered before its body came; whoever goes on sending it slowly is dropped."""
    began = time.monotonic()
    with running.connect() as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n")
        assert b"404" in connection.recv(65536)
        while time.monotonic() - began < 20:
            try:
                connection.sendall(b"a")
            except OSError:
                break
            time.sleep(0.1)
    assert time.monotonic() - began < 15


def test_whoever_says_that_nothing_follows_still_gets_an_answer(running: RunningService):
    with running.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert b"200 OK" in everything(connection)


def test_a_good_caller_is_served_beside_five_hundred_half_open_connections(running: RunningService):
    attackers = []
    try:
        for number in range(500):
            connection = running.connect()
            part = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " if number % 2 else b""
            connection.sendall(part)
            attackers.append(connection)
        began, waits = time.monotonic(), []
        while time.monotonic() - began < 1.5:
            at = time.monotonic()
            assert running.call("GET", "/healthz").status == 200
            waits.append(time.monotonic() - at)
        assert len(waits) >= 3
        assert max(waits) < 2.0
        for connection in attackers:
            connection.settimeout(15)
            everything(connection)  # each is closed from the other side
        assert time.monotonic() - began < 15
    finally:
        for connection in attackers:
            connection.close()

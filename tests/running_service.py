"""A service as its user starts it: the program in a process of its own, with its log and its end."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import served
from clinic_service import NORTH, as_of
from fullcourse.adapters.published.event import event_line
from fullcourse.clinical.event import Event

__all__ = ["PROGRAM", "SERVED", "Answer", "RunningService", "serving"]

PROGRAM = ("-m", "fullcourse", "serve")
SERVED = (str(served.__file__),)
"""The service behind a door that lets in whoever says who they are: see `served`."""

MANY = {"CALLS_BY_STRANGERS": "1000000", "CALLS_BY_CALLERS": "1000000"}
"""A test or a benchmark calls in a minute as often as a clinic does in a day."""
AS_CLINICIAN = {**as_of("clinician", NORTH), "Content-Type": "application/json"}
_ROOT = Path(__file__).parents[1]


class Answer(NamedTuple):
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        read: dict[str, object] = json.loads(self.body)
        return read


class RunningService:
    """A service that runs."""

    def __init__(self, *options: str, log: Path, program: tuple[str, ...] = PROGRAM, **settings: str) -> None:
        """Start it, and wait until it takes calls.

        Args:
            options: Of the command ``serve``.
            log: Where its standard error goes.
            program: What is run: the command, or a program of the tests.
            settings: Without the prefix of their variables.
        """
        self.log = log
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FULLCOURSE_")}
        kept = {name: os.environ[name] for name in ("FULLCOURSE_CACHE",) if name in os.environ}
        given = {f"FULLCOURSE_{name}": value for name, value in {"PORT": "0", **MANY, **settings}.items()}
        path = os.pathsep.join((str(_ROOT / "src"), *sys.path))
        self.began = time.monotonic()
        with log.open("ab") as errors:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, *program, *options],
                stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**environment, **kept, **given, "PYTHONPATH": path},
            )  # fmt: skip
        self.said: list[str] = []
        self.rest = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("Stop it"):
                break
        self.started_s = time.monotonic() - self.began
        found = re.search(r"http://(127\.0\.0\.1):(\d+)/healthz", "\n".join(self.said))
        assert found, f"it did not start: {self.said} {log.read_text()[-2000:]}"
        self.host, self.port = found[1], int(found[2])

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{self.host}:{self.port}"

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
    ) -> Answer:  # fmt: skip
        """Make one call on a connection of its own."""
        connection = HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            got = answer.read()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, got)
        finally:
            connection.close()

    def curls(self) -> list[Answer]:
        """Make every call that it printed for its user to try, as curl would."""
        text = "\n".join(self.said).replace("\\\n", " ")
        answers = []
        for line in (line for line in text.splitlines() if line.strip().startswith("curl")):
            words, headers, body, address = iter(shlex.split(line)[1:]), {}, None, ""
            for word in words:
                if word == "-H":
                    name, _, value = next(words).partition(":")
                    headers[name] = value.strip()
                elif word == "-d":
                    body = next(words).encode()
                elif word != "-s":
                    address = word
            assert address.startswith(self.url)
            answers.append(self.call("GET" if body is None else "POST", address.removeprefix(self.url), body, headers))
        return answers

    def put(self, event: Event, timeout: float = 60.0) -> Answer:
        """Send an event to its address, as a clinician of the clinic."""
        path = f"/api/v1/courses/{event.patient}/events/{event.id}"
        return self.call("PUT", path, event_line(event).encode(), AS_CLINICIAN, timeout)

    def connect(self) -> socket.socket:
        """Return a connection of its own, of which nothing was sent."""
        return socket.create_connection((self.host, self.port), timeout=30)

    def lines(self) -> list[dict[str, object]]:
        """Return what it logged so far; every line has to be JSON."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def resident_kib(self) -> int:
        """Return the memory that it holds, KiB."""
        told = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", told)[1])  # type: ignore[index]

    def stop(self, how: int = signal.SIGTERM, timeout: float = 60.0) -> tuple[int, str]:
        """End it; return its exit code and what it said to the end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        assert self.process.stdout is not None
        code = self.process.wait(timeout)
        if not self.process.stdout.closed:
            self.rest = self.process.stdout.read()
            self.process.stdout.close()
        return code, self.rest


@contextmanager
def serving(
    folder: Path, *options: str, store: str = "", program: tuple[str, ...] = PROGRAM, **settings: str
) -> Iterator[RunningService]:
    """Run a service over a store in a folder, or over another store, and end it."""
    place = {"DATABASE_URL": store or str(folder / "courses.db")}
    running = RunningService(*options, log=folder / "log", program=program, **{**place, **settings})
    try:
        yield running
    finally:
        running.stop(signal.SIGKILL)

"""The connection of one caller, which has an end: uvicorn by itself closes no call that never comes to its end.

A head must have come within some seconds and bytes, a body within some more, an answer must be read, and there are only
so many connections. What is refused here is told by a problem document as everywhere, and never repeats what came.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from fullcourse.interfaces.api.headers import EVERY_ANSWER
from fullcourse.interfaces.api.problems import (
    BadRequest,
    Busy,
    HeadTooLarge,
    ServiceError,
    TooSlow,
    problem_of,
    problem_reply,
)

__all__ = ["Bounds", "guarded"]

_READ_S: Final = 30.0
"""For so long a caller may leave what was answered unread."""
_AFTER_S: Final = 2.0
"""So much later than a handler a body is given up: a handler's own word on it is the better one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may take.

    Attributes:
        head_s: The head of a call must have come within so many seconds.
        head_bytes: Longest head.
        body_s: A body must have come within so many seconds after its head.
        connections: That may be open at once.
    """

    head_s: float
    head_bytes: int
    body_s: float
    connections: int


def guarded(bounds: Bounds) -> type[HttpToolsProtocol]:
    """Return the protocol of a connection with these bounds."""
    return type("GuardedProtocol", (_Guarded,), {"bounds": bounds})


class _Guarded(HttpToolsProtocol):
    """One connection."""

    bounds: Bounds
    _due: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_in_head = False
    _is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a call; one connection too many is told so and closed."""
        super().connection_made(transport)
        if len(self.connections) > self.bounds.connections:
            self._refuse(Busy())
        else:
            self._wait(self.bounds.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every clock."""
        self._stop_waiting()
        self._stop_unread()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the connection was given up."""
        if self._is_refused:
            return
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > self.bounds.head_bytes:
            self._refuse(self._too_large())
        elif self._due is None and self._is_idle() and not self.transport.is_closing():
            self._wait(self.bounds.head_s)  # bytes came that begin no call, and they ended the wait for the next one

    def on_message_begin(self) -> None:
        """Begin the clock of a head."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0
        if self._due is None:
            self._wait(self.bounds.head_s)

    def on_url(self, url: bytes) -> None:
        """Count an address."""
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._head_bytes += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand a call on, and begin the clock of its body."""
        self._is_in_head = False
        if self._is_refused or self._head_bytes > self.bounds.head_bytes:
            self._refuse(self._too_large())
            return
        super().on_headers_complete()
        self._wait(self.bounds.body_s + _AFTER_S)

    def on_body(self, body: bytes) -> None:
        """Hand a part of a body on."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: the call has come."""
        self._stop_waiting()
        if not self._is_refused:
            super().on_message_complete()

    def pause_writing(self) -> None:
        """Begin to wait for a caller who does not read."""
        super().pause_writing()
        self._stop_unread()
        self._unread = self.loop.call_later(_READ_S, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop that clock."""
        self._stop_unread()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(BadRequest("What came is no call of HTTP that could be read."))

    def _is_idle(self) -> bool:
        return (self.cycle is None or self.cycle.response_complete) and self.timeout_keep_alive_task is None

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._due = self.loop.call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _give_up(self) -> None:
        """Close a connection whose call did not come in time; one that waits for an answer to an earlier call stays."""
        self._due = None
        if self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body:
            self._wait(self.bounds.head_s)
        elif self.cycle is not None and (self.cycle.response_started or self.cycle.response_complete):
            self.transport.close()
        else:
            self._refuse(TooSlow("The call did not come to its end in time."))

    def _too_large(self) -> ServiceError:
        return HeadTooLarge(f"The head of the call is longer than {self.bounds.head_bytes} bytes.")

    def _refuse(self, error: ServiceError) -> None:
        """Answer a problem and close; nothing of this connection is read any more."""
        self._stop_waiting()
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        reply = problem_reply(problem_of(error))
        lines = {
            **EVERY_ANSWER, **reply.headers, "Content-Type": reply.media_type,
            "Content-Length": str(len(reply.body)), "Connection": "close",
        }  # fmt: skip
        head = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in lines.items())
        self.transport.write(STATUS_LINE[reply.status] + head + b"\r\n" + reply.body)
        self.transport.close()

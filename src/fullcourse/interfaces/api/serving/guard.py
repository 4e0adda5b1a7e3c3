"""The connection of one caller, which has an end: uvicorn by itself closes no call that never comes to its end.

A head must have come within some seconds and bytes, a body within some more, an answer must be read, and there are only
so many connections. What is refused here is told by a problem document as everywhere, and never repeats what came.

An offer to go on in another protocol is taken out of a head before it is read: the parser would otherwise take the body
of the call for that protocol's and hand on a call without a body, and Java's HTTP client makes the offer by itself.
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

__all__ = ["Bounds", "guarded", "without_upgrade"]

_READ_S: Final = 30.0
"""For so long a caller may leave what was answered unread."""
_AFTER_S: Final = 2.0
"""So much later than a handler a body is given up: a handler's own word on it is the better one."""
_END: Final = b"\r\n\r\n"
_OFFERS: Final = (b"upgrade", b"http2-settings")


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


def without_upgrade(data: bytes, end: int) -> bytes:
    """Return what came without the lines of its head that offer another protocol.

    Args:
        data: A head, and perhaps what follows it.
        end: Where the head ends: at its empty line.

    Example:
        >>> without_upgrade(b"GET / HTTP/1.1\\r\\nUpgrade: h2c\\r\\nA: b\\r\\n\\r\\nxy", 38)
        b'GET / HTTP/1.1\\r\\nA: b\\r\\n\\r\\nxy'
    """
    if b"upgrade" not in data[:end].lower():
        return data
    kept: list[bytes] = []
    is_left_out = False
    for line in data[:end].split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):  # it goes on from the line before
            if not is_left_out:
                kept.append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.strip().lower()
        is_left_out = bool(colon) and name in _OFFERS
        if is_left_out:
            continue
        if name == b"connection":
            words = [word.strip() for word in value.split(b",")]
            line = b"Connection: " + b", ".join(word for word in words if word.lower() not in _OFFERS)
        kept.append(line)
    return b"\r\n".join(kept) + data[end:]


class _Guarded(HttpToolsProtocol):
    """One connection."""

    bounds: Bounds
    _due: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _is_in_message = False
    """Whether the parser has the beginning of a call, and not its end."""
    _is_in_head = False
    _head_bytes = 0
    """Of a head that the parser reads part by part: one that follows another call in what came at once."""
    _is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a call; one connection too many is told so and closed."""
        super().connection_made(transport)
        self._held = bytearray()
        if len(self.connections) > self.bounds.connections:
            self._refuse(Busy())
        else:
            self._wait(self.bounds.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every clock."""
        self._stop_waiting()
        self._stop_unread()
        super().connection_lost(exc)

    def eof_received(self) -> bool | None:  # type: ignore[override]  # uvicorn never keeps a connection
        """Answer a call that has come whole all the same; its sender only says that nothing follows."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body or self._is_refused:
            return None
        cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the connection was given up; a head is read when it has come whole."""
        if self._is_refused:
            return
        if not self._is_in_message:
            self._held += data
            end = self._held.find(_END)
            if max(end, 0) > self.bounds.head_bytes or (end < 0 and len(self._held) > self.bounds.head_bytes):
                self._refuse(self._too_large())
                return
            if end < 0:
                self._unset_keepalive_if_required()
                if self._due is None:
                    self._wait(self.bounds.head_s)
                return
            data = without_upgrade(bytes(self._held), end)
            self._held.clear()
        elif self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > self.bounds.head_bytes:
            self._refuse(self._too_large())
        elif self._due is None and self._is_idle() and not self.transport.is_closing():
            self._wait(self.bounds.head_s)  # bytes came that begin no call, and they ended the wait for the next one

    def on_message_begin(self) -> None:
        """Begin the clock of a head."""
        super().on_message_begin()
        self._is_in_message, self._is_in_head, self._head_bytes = True, True, 0
        if self._due is None:
            self._wait(self.bounds.head_s)

    def on_headers_complete(self) -> None:
        """Hand a call on, and begin the clock of its body."""
        self._is_in_head = False
        if self._is_refused:
            return
        if self.parser.should_upgrade():  # it came behind another call, where a head is not looked at before
            self._refuse(BadRequest("Another protocol was offered, and this service speaks HTTP/1.1 alone."))
            return
        super().on_headers_complete()
        self._wait(self.bounds.body_s + _AFTER_S)

    def on_body(self, body: bytes) -> None:
        """Hand a part of a body on."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: the call has come."""
        self._is_in_message = False
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
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self._wait(self.bounds.head_s)
        elif self._has_nothing_to_tell():
            self.transport.close()
        else:
            self._refuse(TooSlow("The call did not come to its end in time."))

    def _has_nothing_to_tell(self) -> bool:
        """Return whether nobody waits for a word: nothing of a call came, or its answer has gone out already."""
        if not self._is_in_message:
            return not self._held.strip()
        return not self._is_in_head and (self.cycle.response_started or self.cycle.response_complete)

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

"""Which route an address belongs to, found part by part: asking a hundred patterns one after another took as long as
the rest of a short call.

A part that is written out comes before one that has a name, so that ``/phones/session`` is never a phone.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

__all__ = ["METHODS", "Addresses", "Endpoint"]

Endpoint = Callable[[Request], Awaitable[Response]]

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Methods of HTTP that reach an endpoint, beside HEAD, which is GET's."""
_REACHING: Final = frozenset((*METHODS, "HEAD"))


@dataclass(slots=True)
class _Place:
    """What addresses with the same beginning go on with.

    Attributes:
        written: Parts that are written out, each with what follows it.
        named: What follows a part that has a name; None where there is none.
        endpoint: Of the address that ends here; None where none does.
        names: Of the named parts of that address, in their order.
    """

    written: "dict[str, _Place]" = field(default_factory=dict)
    named: "_Place | None" = None
    endpoint: Endpoint | None = None
    names: tuple[str, ...] = ()


@final
class Addresses(BaseRoute):
    """Every address of a service as one route of Starlette's."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Take the endpoint of each template, such as ``/courses/{patient}/events``."""
        self._root = _Place()
        for path, endpoint in endpoints.items():
            place, names = self._root, list[str]()
            for part in path.split("/"):
                if part.startswith("{"):
                    names.append(part[1:-1])
                    place.named = place = place.named or _Place()
                else:
                    place = place.written.setdefault(part, _Place())
            place.endpoint, place.names = endpoint, tuple(names)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether an address is one of these, with its endpoint and what its named parts hold."""
        if scope["type"] != "http" or scope["method"] not in _REACHING:
            return Match.NONE, {}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        for place, values in _found(self._root, path.split("/"), 0):
            return Match.FULL, {
                "endpoint": place.endpoint,
                "path_params": dict(zip(place.names, values, strict=True)),
            }
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the endpoint answer."""
        response = await scope["endpoint"](Request(scope, receive, send))
        await response(scope, receive, send)


def _found(place: _Place, parts: list[str], at: int) -> Iterator[tuple[_Place, tuple[str, ...]]]:
    """Yield the ends of an address with what its named parts hold, that with the most parts written out first."""
    if at == len(parts):
        if place.endpoint is not None:
            yield place, ()
        return
    part = parts[at]
    if (after := place.written.get(part)) is not None:
        yield from _found(after, parts, at + 1)
    if place.named is not None and part:
        for end, values in _found(place.named, parts, at + 1):
            yield end, (part, *values)

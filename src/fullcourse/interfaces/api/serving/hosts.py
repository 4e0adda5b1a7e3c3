"""Whose name a call gives for this service: a page of others that has its own name point here gets no answer."""

import ipaddress
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from fullcourse.interfaces.api.headers import EVERY_ANSWER
from fullcourse.interfaces.api.problems import WrongHost, problem_of, problem_reply

__all__ = ["KnownHosts"]


class KnownHosts:
    """An application that answers calls under its own names alone.

    A browser sends the name by which it came. Where somebody else's name is made to lead to this computer, a page of
    theirs could read what a service here answers; such a call is refused before anything looks at it.
    """

    def __init__(self, app: ASGIApp, host: str, public_url: str) -> None:
        """Take an application and the names it has.

        Args:
            app: That answers.
            host: On which it listens.
            public_url: By which others reach it; empty for none.
        """
        self._app = app
        named = {host, "localhost", urlsplit(public_url).hostname or ""} - {""}
        self._names = {name.casefold() for name in named}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        if scope["type"] != "http" or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        reply = problem_reply(problem_of(WrongHost()))
        headers = {**EVERY_ANSWER, **reply.headers, "Content-Type": reply.media_type}
        headers["Content-Length"] = str(len(reply.body))
        told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": told})
        await send({"type": "http.response.body", "body": reply.body})

    def _is_ours(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        if not given:
            return scope.get("http_version") == "1.0"
        if len(given) > 1:
            return False
        name = _name(given[0].decode("latin-1"))
        return name in self._names or _is_loopback(name)


def _name(host: str) -> str:
    """Return the name in a host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

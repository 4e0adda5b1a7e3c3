"""The ASGI application: one way that every request goes.

Let in (not more at once than can be answered), read its body, tell who calls, ask the table of rights, answer, write
down who saw what. A route says in its row what is asked of each step; no handler can leave one out.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role, Subject
from fullcourse.adapters.access.rights import permits, rights
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.api.body import read_body
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.headers import EVERY_ANSWER
from fullcourse.interfaces.api.problems import (
    INTERNAL,
    Busy,
    Forbidden,
    NoSuchMethod,
    NotFound,
    NotSignedIn,
    problem_of,
    problem_reply,
)
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.api.service import Seen, Service

__all__ = ["LOG", "make_app"]

LOG: Final = logging.getLogger("fullcourse.service")
"""One line of JSON a call: never an address that was called, only its template."""

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))


def make_app(service: Service, routes: Sequence[Route]) -> Starlette:
    """Return the application.

    Args:
        service: What it has open.
        routes: Every address; two methods of one address are two rows.

    Raises:
        ValueError: A route asks for a right that is not in the table.
    """
    unknown = sorted({route.right for route in routes} - set(rights()))
    if unknown:
        raise ValueError(f"no such right: {', '.join(unknown)}")
    by_path: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_path.setdefault(route.path, {})[route.method] = route
    crowd = _Crowd(service.settings.number("FULLCOURSE_CALLS_AT_ONCE"))
    mounted = [
        StarletteRoute(path, _endpoint(service, methods, crowd), methods=_METHODS)
        for path, methods in sorted(by_path.items(), key=lambda it: it[0].count("{"))
    ]
    return Starlette(routes=mounted, exception_handlers={HTTPException: _unrouted, Exception: _unforeseen})


class _Crowd:
    """How many calls are being answered."""

    def __init__(self, most: int) -> None:
        """Take how many there may be."""
        self.most, self.inside = most, 0

    def __enter__(self) -> None:
        """Let one in; raises Busy where it is full."""
        if self.inside >= self.most:
            raise Busy
        self.inside += 1

    def __exit__(self, *_: object) -> None:
        """Let it out."""
        self.inside -= 1


def _endpoint(service: Service, methods: dict[str, Route], crowd: _Crowd) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call_id, began, at = str(uuid.uuid4()), time.perf_counter(), service.now()
        route = methods.get("GET" if request.method == "HEAD" else request.method)
        caller: Caller | None = None
        try:
            if route is None:
                allow = {"Allow": ", ".join(sorted(methods))}
                if request.method == "OPTIONS":
                    return _response(Reply(status=204, headers=allow), service, request, tuple(methods.values()))
                raise NoSuchMethod("See the description of the service for its methods.", allow)
            with crowd:
                reply, caller = await _answered(service, route, request, call_id, at)
        except FullcourseError as error:
            problem = problem_of(error)
            if problem.status >= INTERNAL.status:
                LOG.error("%s", json.dumps({"call": call_id, "error": type(error).__name__}))
            reply = problem_reply(problem, call_id)
        except Exception as error:  # whatever a caller can bring about, the answer is a problem and names nothing
            LOG.error("%s", json.dumps({"call": call_id, "error": type(error).__name__}), exc_info=_frames(service))
            reply = problem_reply(INTERNAL, call_id)
        _write_line(call_id, request.method, route, reply, caller, time.perf_counter() - began)
        return _response(reply, service, request, tuple(methods.values()))

    return endpoint


def _frames(service: Service) -> bool:
    """Return whether the log shows where an unforeseen error came from: its message may hold what was sent."""
    return bool(service.settings.values.get("FULLCOURSE_TRACEBACK"))


async def _answered(
    service: Service, route: Route, request: Request, call_id: str, at: datetime
) -> tuple[Reply, Caller]:
    headers = dict(request.headers)
    peer = request.client.host if request.client else ""
    caller, subject = await _who(service, route, headers, peer, request.path_params, at)
    patients = () if subject is None else (subject.patient,)
    seen = partial(Seen, caller, route.right, route.has_subject, call=call_id, at=at, peer=peer)
    try:
        _let_in(service, route, caller, subject)
        body = b""
        if route.method in _WITH_BODY:
            longest = "FULLCOURSE_RECORD_BYTES" if route.holds_records else "FULLCOURSE_BODY_BYTES"
            seconds = service.settings.number("FULLCOURSE_BODY_SECONDS")
            body = await read_body(request, service.settings.number(longest), seconds, route.media_types)
        if not rights()[route.right].is_open:  # what is open takes nothing from who calls; a sign-in looks by itself
            service.door.refuse_forged(caller, route.method, headers, body)
        query: dict[str, tuple[str, ...]] = {}
        for name, value in request.query_params.multi_items():
            query[name] = (*query.get(name, ()), value)
        call = Call(service, caller, subject, request.path_params, query, headers, body, at, peer, call_id)
        reply = await run_in_threadpool(route.answer, call) if route.is_slow else route.answer(call)
    except FullcourseError as error:
        await _written(service.door.saw(seen(patients=patients, status=problem_of(error).status)))
        raise
    patients = tuple(dict.fromkeys((*patients, *reply.patients)))
    await _written(service.door.saw(seen(patients=patients, status=reply.status, about=reply.about)))
    return reply, caller


async def _written(future: Future[None] | None) -> None:
    """Wait until an entry of the audit is on the disk; raises where it cannot be, and then nothing is answered."""
    if future is not None:
        await asyncio.wrap_future(future)


async def _who(
    service: Service, route: Route, headers: dict[str, str], peer: str, path: dict[str, str], at: datetime
) -> tuple[Caller, Subject | None]:
    """Return who calls, and whose data it is about; None for no patient, and for one who is not here.

    Credentials that do not hold make a stranger of who sends them: what is open to everybody stays so.
    """

    def ask() -> tuple[Caller, Subject | None]:
        try:
            caller = service.door.caller(headers, peer, at)
        except NotSignedIn:
            if not rights()[route.right].is_open:
                raise
            caller = ANONYMOUS
        known = route.has_subject and Role.ANONYMOUS not in caller.roles
        return caller, service.door.subject(path[PATIENT]) if known else None

    return await run_in_threadpool(ask) if service.door.is_slow else ask()


def _let_in(service: Service, route: Route, caller: Caller, subject: Subject | None) -> None:
    """Refuse a call that the caller may not make.

    A patient that is not there and one that is not the caller's give the same answer.
    """
    is_open = route.right == "advice.ask" and service.settings.is_on("FULLCOURSE_OPEN_ADVICE")
    if not route.has_subject:
        if is_open or permits(caller, route.right):
            return
        raise NotSignedIn if Role.ANONYMOUS in caller.roles else Forbidden("Ask an administrator for the right.")
    if Role.ANONYMOUS in caller.roles:
        raise NotSignedIn
    if subject is None or not permits(caller, route.right, subject):
        raise NotFound


def _write_line(
    call_id: str, method: str, route: Route | None, reply: Reply, caller: Caller | None, seconds: float
) -> None:
    told = {
        "call": call_id,
        "method": method,
        "route": route.path if route else "",
        "status": reply.status,
        "ms": round(seconds * 1000, 1),
        "roles": sorted(caller.roles) if caller else [],
    }
    LOG.info("%s", json.dumps(told))


def _response(reply: Reply, service: Service, request: Request, routes: Sequence[Route]) -> Response:
    headers = {**EVERY_ANSWER, **reply.headers}
    if any(route.is_cross_origin for route in routes):
        headers.update(_cross_origin(service, request.headers.get("origin", ""), routes))
    return Response(reply.body, reply.status, headers, reply.media_type if reply.body else None)


def _cross_origin(service: Service, origin: str, routes: Sequence[Route]) -> dict[str, str]:
    if origin not in service.settings.words("FULLCOURSE_ORIGINS"):
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": ", ".join(sorted(route.method for route in routes)),
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "600",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


async def _unrouted(request: Request, error: Exception) -> Response:
    """Answer a request for which there is no route."""
    del request, error
    reply = problem_reply(problem_of(NotFound()))
    return Response(reply.body, reply.status, {**EVERY_ANSWER, **reply.headers}, reply.media_type)


async def _unforeseen(request: Request, error: Exception) -> Response:
    """Answer what failed outside an endpoint."""
    del request
    LOG.error("%s", json.dumps({"error": type(error).__name__}))
    reply = problem_reply(INTERNAL)
    return Response(reply.body, reply.status, {**EVERY_ANSWER, **reply.headers}, reply.media_type)

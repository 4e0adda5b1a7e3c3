"""The ASGI application: one way that every request goes.

Let in (not more at once than can be answered), read its body, tell who calls, ask the table of rights, answer, write
down who saw what. A route says in its row what is asked of each step; no handler can leave one out.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Final, final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role, Subject
from fullcourse.adapters.access.rights import may_ever, permits, rights
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.api.addresses import METHODS, Addresses, Endpoint
from fullcourse.interfaces.api.body import BodyRoom, read_body
from fullcourse.interfaces.api.call import JSON, Call, Reply
from fullcourse.interfaces.api.headers import EVERY_ANSWER
from fullcourse.interfaces.api.health import HEALTH_RIGHT
from fullcourse.interfaces.api.metrics import METRICS_RIGHT, is_watcher
from fullcourse.interfaces.api.pace import Pace
from fullcourse.interfaces.api.problems import (
    INTERNAL,
    BadRequest,
    Busy,
    Forbidden,
    NoSuchMethod,
    NotFound,
    NotSignedIn,
    problem_of,
    problem_reply,
)
from fullcourse.interfaces.api.routes import Route, SoonHandler
from fullcourse.interfaces.api.service import Seen, Service

__all__ = ["LOG", "make_app"]

LOG: Final = logging.getLogger("fullcourse.service")
"""One line of JSON a call: never an address that was called, only its template."""

_ALWAYS: Final = frozenset((HEALTH_RIGHT, METRICS_RIGHT))
"""Answered however many calls there are: whoever watches has to tell a busy service from a dead one."""
_NAME_SHOWN: Final = 30
_EVERY_ANSWER_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in EVERY_ANSWER.items()]
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
    crowd = _Crowd(service)
    mounted = Addresses({path: _endpoint(service, methods, crowd) for path, methods in by_path.items()})
    handlers = {HTTPException: _unrouted(service, routes), Exception: _unforeseen}
    return Starlette(routes=[mounted], exception_handlers=handlers)


class _Crowd:
    """The calls that are being answered. One whose body is still coming is not among them: it may come slowly."""

    def __init__(self, service: Service) -> None:
        """Take how many there may be."""
        self.most = service.settings.number("FULLCOURSE_CALLS_AT_ONCE")
        self.room = BodyRoom(service.settings.number("FULLCOURSE_BODIES_BYTES"))
        self.figures = service.figures
        self.pace = Pace(service.settings)

    def __enter__(self) -> None:
        """Let one in; raises Busy where it is full."""
        if self.figures.in_flight >= self.most:
            self.figures.refused += 1
            raise Busy
        self.figures.in_flight += 1

    def __exit__(self, *_: object) -> None:
        """Let it out."""
        self.figures.in_flight -= 1


def _endpoint(service: Service, methods: dict[str, Route], crowd: _Crowd) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        call_id, began, at = str(uuid.uuid4()), time.perf_counter(), service.now()
        route = methods.get("GET" if request.method == "HEAD" else request.method)
        tells = (route or next(iter(methods.values()))).tells
        caller: Caller | None = None
        try:
            if route is None:
                allow = {"Allow": ", ".join(sorted(methods))}
                if request.method == "OPTIONS":
                    return _response(Reply(status=204, headers=allow), service, request, tuple(methods.values()))
                raise NoSuchMethod("See the description of the service for its methods.", allow)
            reply, caller = await _answered(service, route, request, call_id, at, crowd)
        except FullcourseError as error:
            problem = problem_of(error)
            if problem.status >= INTERNAL.status:
                LOG.error("%s", json.dumps({"call": call_id, "error": type(error).__name__}))
            reply = tells(problem, call_id)
        except Exception as error:  # whatever a caller can bring about, the answer is a problem and names nothing
            LOG.error("%s", json.dumps({"call": call_id, "error": type(error).__name__}), exc_info=_frames(service))
            reply = tells(INTERNAL, call_id)
        seconds = time.perf_counter() - began
        service.figures.call(route.path if route else "", route.method if route else "", reply.status, seconds)
        _write_line(call_id, request.method, route, reply, caller, seconds)
        return _response(reply, service, request, tuple(methods.values()))

    return endpoint


def _frames(service: Service) -> bool:
    """Return whether the log shows where an unforeseen error came from: its message may hold what was sent."""
    return bool(service.settings.values.get("FULLCOURSE_TRACEBACK"))


async def _answered(
    service: Service, route: Route, request: Request, call_id: str, at: datetime, crowd: _Crowd
) -> tuple[Reply, Caller]:
    # of a header that stands twice the first counts
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(request.scope["headers"])}
    peer = request.client.host if request.client else ""
    query = _query_of(request) if request.scope["query_string"] else {}
    patient = route.named(request.path_params, query)
    caller, subject = await _who(service, route, headers, (peer, request), patient, at)
    patients = () if subject is None else (subject.patient,)
    seen = partial(Seen, caller, route.right, route.has_subject, call=call_id, at=at, peer=peer)
    try:
        if not (route.right == METRICS_RIGHT and is_watcher(headers, peer, service.settings)):
            crowd.pace.count(caller, route.right, peer, at)
            _let_in(service, route, caller, subject, is_named=patient is not None)
        reply = await _handled(service, route, request, crowd, (caller, subject, query, headers, at, peer, call_id))
        for found in reply.subjects:
            if not permits(caller, route.right, found):  # asked again, so that no answer can forget to
                raise NotFound
    except FullcourseError as error:
        await _written(service.door.saw(seen(patients=patients, status=problem_of(error).status)))
        raise
    patients = tuple(dict.fromkeys((*patients, *reply.patients, *(found.patient for found in reply.subjects))))
    await _written(service.door.saw(seen(patients=patients, status=reply.status, about=reply.about)))
    return reply, caller


async def _handled(
    service: Service,
    route: Route,
    request: Request,
    crowd: _Crowd,
    who: tuple[Caller, Subject | None, dict[str, tuple[str, ...]], dict[str, str], datetime, str, str],
) -> Reply:
    """Read the body of a call that was let in, and have its handler answer."""
    caller, subject, query, headers, at, peer, call_id = who
    body = b""
    if route.method in _WITH_BODY:
        is_known = Role.ANONYMOUS not in caller.roles or service.settings.is_on("FULLCOURSE_OPEN_ADVICE")
        longest = "FULLCOURSE_RECORD_BYTES" if route.holds_records and is_known else "FULLCOURSE_BODY_BYTES"
        seconds = service.settings.number("FULLCOURSE_BODY_SECONDS")
        body = await read_body(
            request.receive, headers, service.settings.number(longest), seconds, route.media_types, crowd.room
        )
    try:
        if not rights()[route.right].is_open:  # what is open takes nothing from who calls; a sign-in looks by itself
            service.door.refuse_forged(caller, route.method, headers, body)
        _refuse_unknown(query, route)
        call = Call(service, caller, subject, request.path_params, query, headers, body, at, peer, call_id)
        with nullcontext() if route.right in _ALWAYS else crowd:
            if route.answers_soon is not None and route.is_soon_for(call):
                return await _soon(route.answers_soon, call)
            is_slow = route.is_slow or (route.is_slow_for is not None and route.is_slow_for(call))
            return await run_in_threadpool(route.answer, call) if is_slow else route.answer(call)
    finally:
        crowd.room.give_back(len(body))


async def _soon(answers: SoonHandler, call: Call) -> Reply:
    """Have a call answered by whoever tells of it, and wait without a thread."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[Reply] = loop.create_future()

    def settle(make: Callable[[], Reply]) -> None:
        if told.done():  # the call was given up
            return
        try:
            told.set_result(make())
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
            told.set_exception(error)

    def tell(make: Callable[[], Reply]) -> None:
        loop.call_soon_threadsafe(settle, make)

    answers(call, tell)
    return await told


async def _written(future: Future[None] | None) -> None:
    """Wait until an entry of the audit is on the disk; raises where it cannot be, and then nothing is answered."""
    if future is not None:
        await asyncio.wrap_future(future)


async def _who(
    service: Service,
    route: Route,
    headers: dict[str, str],
    place: tuple[str, Request],
    patient: str | None,
    at: datetime,
) -> tuple[Caller, Subject | None]:
    """Return who calls, and whose data it is about; None for no patient, and for one who is not here.

    Credentials that do not hold make a stranger of who sends them: what is open to everybody stays so, except where
    callers prove themselves in a way of the route's own.
    """

    peer, request = place
    if route.right == METRICS_RIGHT and is_watcher(headers, peer, service.settings):
        return ANONYMOUS, None  # the token for figures is no word of an account

    def ask() -> tuple[Caller, Subject | None]:
        try:
            proven = route.proof(service, headers, request.url.path, at) if route.proof is not None else None
            caller = proven if proven is not None else service.door.caller(headers, peer, at)
        except NotSignedIn:
            if route.proof is not None or not rights()[route.right].is_open:
                raise
            caller = ANONYMOUS
        if patient is None or Role.ANONYMOUS in caller.roles:
            return caller, None
        return caller, service.door.subject(patient)

    return await run_in_threadpool(ask) if service.door.is_slow else ask()


def _query_of(request: Request) -> dict[str, tuple[str, ...]]:
    """Return what stands after the question mark."""
    query: dict[str, tuple[str, ...]] = {}
    for name, value in request.query_params.multi_items():
        query[name] = (*query.get(name, ()), value)
    return query


def _refuse_unknown(query: Iterable[str], route: Route) -> None:
    """Refuse a name that is not known after the question mark; it is never passed over."""
    for name in query:
        if name not in route.query and not route.takes_any_query:
            shown = f"'{name}'" if name.isascii() and name.isidentifier() and len(name) <= _NAME_SHOWN else "a name"
            raise BadRequest(f"{shown} after the question mark is not known here, and nothing follows. Remove it.")


def _let_in(service: Service, route: Route, caller: Caller, subject: Subject | None, *, is_named: bool) -> None:
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
    if not is_named and route.finds_subjects:
        if not may_ever(caller, route.right):
            raise Forbidden("Ask an administrator for the right.")
        return
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
    if LOG.isEnabledFor(logging.INFO):  # where it was called from is not looked up: it is always here
        LOG.handle(LOG.makeRecord(LOG.name, logging.INFO, "", 0, "%s", (json.dumps(told),), None))


def _response(reply: Reply, service: Service, request: Request, routes: Sequence[Route]) -> Response:
    is_cross_origin = any(route.is_cross_origin for route in routes)
    if reply.media_type == JSON and reply.body and not reply.headers and not is_cross_origin:
        return _Plain(reply)
    headers = {**EVERY_ANSWER, **reply.headers}
    if is_cross_origin:
        headers.update(_cross_origin(service, request.headers.get("origin", ""), routes))
    return Response(reply.body, reply.status, headers, reply.media_type if reply.body else None)


@final
class _Plain(Response):
    """An answer in JSON with no headers of its own, as most are: those that every answer has were written out once."""

    def __init__(self, reply: Reply) -> None:
        self.status_code, self.body, self.background = reply.status, reply.body, None
        length = str(len(reply.body)).encode()
        self.raw_headers = [*_EVERY_ANSWER_RAW, (b"content-length", length), (b"content-type", b"application/json")]


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


def _unrouted(service: Service, routes: Sequence[Route]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers a request for which there is no route; it is counted and logged without its address.

    It is told as the callers of the routes beside it read it.
    """
    by_part = {route.path.split("/")[1]: route.tells for route in routes}

    async def answer(request: Request, error: Exception) -> Response:
        del error
        call_id = str(uuid.uuid4())
        reply = by_part.get(request.url.path.split("/")[1], problem_reply)(problem_of(NotFound()), call_id)
        service.figures.call("", "", reply.status, 0.0)
        method = request.method if request.method in METHODS else ""
        _write_line(call_id, method, None, reply, None, 0.0)
        return Response(reply.body, reply.status, {**EVERY_ANSWER, **reply.headers}, reply.media_type)

    return answer


async def _unforeseen(request: Request, error: Exception) -> Response:
    """Answer what failed outside an endpoint."""
    del request
    LOG.error("%s", json.dumps({"error": type(error).__name__}))
    reply = problem_reply(INTERNAL)
    return Response(reply.body, reply.status, {**EVERY_ANSWER, **reply.headers}, reply.media_type)

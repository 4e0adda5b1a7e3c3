"""The server that carries the application: listens, takes calls, and stops so that nothing it accepted is lost."""

import contextlib
import gc
import json
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Final, final

import anyio.to_thread
import uvicorn
from starlette.types import ASGIApp

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.serving.guard import Bounds, guarded
from fullcourse.interfaces.api.serving.hosts import KnownHosts
from fullcourse.interfaces.api.settings import Settings

__all__ = ["listen_on", "run", "worded_address"]

_LOG: Final = logging.getLogger("fullcourse.service")
_SPARE_THREADS: Final = 8
"""For what is answered however many calls there are."""
_BACKLOG: Final = 2048
_SPARE_FILES: Final = 200
"""Files beside connections: the store, its readers, the log."""


def listen_on(settings: Settings) -> socket.socket:
    """Return a socket that listens.

    Raises:
        InputError: Others could reach it without encryption, or the address is taken.
    """
    host, port = settings.text("FULLCOURSE_HOST"), settings.number("FULLCOURSE_PORT")
    _refuse_open(host, settings.text("FULLCOURSE_PUBLIC_URL"))
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
        made.set_inheritable(True)
    except OSError as error:
        made.close()
        raise InputError(
            f"the service cannot listen on {host} port {port} ({error.strerror}). Another program may have the port: "
            "name another with --port, or 0 for any that is free."
        ) from None
    return made


def worded_address(listening: socket.socket) -> str:
    """Return the address of a socket as a browser takes it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    app: ASGIApp,
    settings: Settings,
    listening: socket.socket,
    begun: Callable[[], None],
    each_second: Callable[[], None] | None = None,
) -> None:
    """Answer calls until a signal says to stop; returns when every call that was accepted is answered.

    Args:
        app: That answers.
        settings: What was set.
        listening: Where calls come; closed when this returns.
        begun: Called once calls are taken.
        each_second: Called every second or so, where given.
    """
    connections = settings.number("FULLCOURSE_CONNECTIONS")
    _have_files(connections)
    bounds = Bounds(
        settings.number("FULLCOURSE_HEADER_SECONDS"),
        settings.number("FULLCOURSE_HEADER_BYTES"),
        settings.number("FULLCOURSE_BODY_SECONDS"),
        connections,
    )

    async def noted() -> None:
        if each_second is not None:
            each_second()

    proxies = settings.words("FULLCOURSE_PROXIES")
    config = uvicorn.Config(
        KnownHosts(app, settings.text("FULLCOURSE_HOST"), settings.text("FULLCOURSE_PUBLIC_URL")),
        http=guarded(bounds),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies) or None,
        timeout_keep_alive=settings.number("FULLCOURSE_KEEP_ALIVE_SECONDS"),
        timeout_graceful_shutdown=settings.number("FULLCOURSE_STOP_SECONDS"),
        backlog=_BACKLOG,
        timeout_notify=1,
        callback_notify=noted,
    )
    threads = settings.number("FULLCOURSE_CALLS_AT_ONCE") + _SPARE_THREADS
    gc.freeze()  # knowledge stays, and a look at all of it by the collector would hold up every call
    with _signals_end_here():
        _Server(config, begun, threads).run(sockets=[listening])


@final
class _Server(uvicorn.Server):
    """Says when it has begun, and has as many threads as calls are answered at once."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], None], threads: int) -> None:
        super().__init__(config)
        self._begun, self._threads = begun, threads

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        anyio.to_thread.current_default_thread_limiter().total_tokens = self._threads
        _LOG.info("%s", json.dumps({"event": "begun"}))
        self._begun()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        _LOG.info("%s", json.dumps({"event": "stopping", "calls": len(self.server_state.tasks)}))
        await super().shutdown(sockets)
        _LOG.info("%s", json.dumps({"event": "stopped"}))


def _refuse_open(host: str, public_url: str) -> None:
    try:
        is_near = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_near = False
    if not is_near and not public_url.startswith("https://"):
        raise InputError(
            f"FULLCOURSE_HOST {host}: others could reach the service there, and what it answers about patients would "
            "cross the network unencrypted. Listen on 127.0.0.1, or put a proxy with https in front and name its "
            "address in FULLCOURSE_PUBLIC_URL (https://...) and the proxy in FULLCOURSE_PROXIES."
        )


@contextlib.contextmanager
def _signals_end_here() -> Iterator[None]:
    """Have the signal that stopped the server end nothing else: after it the store has to be closed."""
    handled = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda *_: None) for one in handled}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _have_files(connections: int) -> None:
    """Ask the system for as many open files as connections need: it often allows few until it is asked."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _SPARE_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        told = {"event": "few_files", "files": most, "connections": connections}
        _LOG.warning("%s", json.dumps(told))

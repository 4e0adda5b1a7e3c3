"""A service from its start to its end: in one process, or in several over one database."""

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.cds_hooks import prepare
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.metrics import figures_of
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.serving.jobs import jobs_of
from fullcourse.interfaces.api.serving.opened import opened_service
from fullcourse.interfaces.api.serving.server import run
from fullcourse.interfaces.api.serving.timetable import running
from fullcourse.interfaces.api.serving.workers import Workers
from fullcourse.interfaces.api.settings import Settings
from fullcourse.interfaces.api.shared_figures import SharedFigures

__all__ = ["serve_alone", "serve_together"]


def serve_alone(service: Service, listening: socket.socket, begun: Callable[[], None]) -> None:
    """Answer calls until a signal says to stop; see `run`."""
    prepare(service)
    with running(service, jobs_of(service)):
        run(make_app(service, EVERY_ROUTE), service.settings, listening, begun)


def serve_together(settings: Settings, count: int, listening: socket.socket, begun: Callable[[], None]) -> None:
    """Answer calls by several processes until a signal says to stop.

    Args:
        settings: What was set; the store was opened with them before, so that it can be.
        count: How many processes.
        listening: Where calls come, to all of them.
        begun: Called once every one takes calls.
    """
    first = os.getpid()
    with TemporaryDirectory(prefix="fullcourse-figures-") as folder:

        def work(number: int, ready: Callable[[], None]) -> None:
            shared = SharedFigures(Path(folder), number)
            with opened_service(settings) as opened:
                service = replace(opened, shared=shared)
                prepare(service)

                def each_second() -> None:
                    shared.leave(figures_of(service))
                    if os.getppid() != first:  # whoever would begin this one again is gone
                        os.kill(os.getpid(), signal.SIGTERM)

                with running(service, jobs_of(service)):
                    run(make_app(service, EVERY_ROUTE), settings, listening, ready, each_second)

        Workers(count, work).run(begun)

"""Several processes that take calls from one socket, for a store in a database server; one that dies is begun again.

They are forked from a process that has read the knowledge, so that its memory is held once. Each counts for itself and
leaves what it counted in a folder, where whichever is asked for figures finds that of the others.
"""

import contextlib
import gc
import json
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Final, NoReturn, final

from fullcourse.clinical.errors import InputError

__all__ = ["Workers"]

_LOG: Final = logging.getLogger("fullcourse.service")
_SOON_S: Final = 2.0
"""A process that dies so soon after its start would die again."""
_MOST_SOON: Final = 3
_ENDING: Final = (signal.SIGINT, signal.SIGTERM)
_POLL_S: Final = 0.05


@final
class Workers:
    """The processes, seen from the one that began them."""

    def __init__(self, count: int, work: Callable[[int, Callable[[], None]], None]) -> None:
        """Take what each does.

        Args:
            count: How many.
            work: Answers calls until a signal says to stop; handed its number, and what it calls once it takes calls.

        Raises:
            InputError: The system has no fork.
        """
        if not hasattr(os, "fork"):
            raise InputError("--workers: this system cannot divide a process. Start several, each with its own port.")
        self._count, self._work = count, work
        self._running: dict[int, tuple[int, float]] = {}
        self._is_stopping = False
        self._died_soon = 0

    def run(self, begun: Callable[[], None]) -> None:
        """Begin them, keep them running, and return when all have ended after a signal.

        Args:
            begun: Called once every one takes calls.

        Raises:
            InputError: They die as soon as they begin.
        """
        gc.collect()
        gc.freeze()  # what is there now stays, and a look at it by a child's collector would copy its memory
        ready, told = os.pipe()
        before = {one: signal.signal(one, self._stop) for one in _ENDING}
        try:
            for number in range(1, self._count + 1):
                self._begin(number, told)
            self._keep(ready, told, begun)
        finally:
            self._end_all()
            for one, handler in before.items():
                signal.signal(one, handler)
            os.close(ready)
            os.close(told)

    def _keep(self, ready: int, told: int, begun: Callable[[], None]) -> None:
        os.set_blocking(ready, False)
        waits_for = self._count
        while self._running:
            with contextlib.suppress(BlockingIOError):
                waits_for -= len(os.read(ready, self._count)) if waits_for > 0 else 0
                if waits_for == 0:
                    begun()
                    waits_for = -1
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:
                time.sleep(_POLL_S)
                continue
            number, began = self._running.pop(ended)
            if self._is_stopping:
                continue
            self._died_soon = self._died_soon + 1 if time.monotonic() - began < _SOON_S else 0
            if self._died_soon >= _MOST_SOON:
                raise InputError("the processes of the service end as soon as they begin. The log above says why.")
            _LOG.error("%s", json.dumps({"event": "worker_died", "worker": number}))
            self._begin(number, told)

    def _begin(self, number: int, told: int) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # or a child could stop the others in the parent's place
        pid = os.fork()
        if pid == 0:
            self._child(number, told)
        self._running[pid] = number, time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)

    def _child(self, number: int, told: int) -> NoReturn:
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process says when to stop
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)

            def begun() -> None:
                os.write(told, b".")

            self._work(number, begun)
            code = 0
        except Exception as error:  # noqa: BLE001 - a child never runs on in the parent's place
            _LOG.error("%s", json.dumps({"event": "worker_failed", "error": type(error).__name__}))
        finally:
            os._exit(code)

    def _stop(self, *_: object) -> None:
        self._is_stopping = True
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def _end_all(self) -> None:
        """Stop and wait for whichever still runs."""
        self._stop()
        for pid in tuple(self._running):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        self._running.clear()

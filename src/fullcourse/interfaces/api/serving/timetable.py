"""The timetable of a running service: what it does by itself, and when; one process of several does each piece.

A job that was due while no service ran is done once, when one runs again. One that fails is logged by its name and the
kind of the error alone, since an error's words may hold what it was about, and is tried again after a minute.
"""

import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, final

from fullcourse.adapters.access.turns import Turns
from fullcourse.interfaces.api.service import Service

__all__ = ["AGAIN", "HOLDS", "Job", "MayGoOn", "Timetable", "every", "running"]

_LOG: Final = logging.getLogger("fullcourse.service")

AGAIN: Final = timedelta(minutes=1)
"""After so long a job that failed is tried again."""
HOLDS: Final = timedelta(minutes=15)
"""For so long nobody else begins a job; whoever died with it is waited for no longer."""
_LONGEST_S: Final = 20.0
"""At least so often the timetable is looked at: another process may have done what was due, or the clock was set."""
_SHORTEST_S: Final = 0.2
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

MayGoOn = Callable[[], bool]
"""Tells a job between its pieces whether it may go on: not once the service is stopped. It says so by returning."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of regular work.

    Attributes:
        name: By which it stands in the log and in the store; it names nobody.
        following: Returns the first moment after another at which it is due; `every` makes one.
        work: Does it; handed the moment and what tells whether it may go on. Doing it twice has to be doing it once,
            since a process can die between its end and the note of it.
    """

    name: str
    following: Callable[[datetime], datetime]
    work: Callable[[datetime, MayGoOn], None]


def every(period: timedelta) -> Callable[[datetime], datetime]:
    """Return what says when a job is due that is due again and again, counted from 1970.

    Example:
        >>> every(timedelta(minutes=5))(datetime(2026, 1, 1, 10, 5, tzinfo=UTC)).isoformat()
        '2026-01-01T10:10:00+00:00'
    """
    return lambda after: _EPOCH + ((after - _EPOCH) // period + 1) * period


@final
class Timetable:
    """Jobs of one process, with its turns."""

    def __init__(self, jobs: Sequence[Job], turns: Turns, now: Callable[[], datetime]) -> None:
        """Take the jobs.

        Args:
            jobs: Whose names differ.
            turns: Tell which process has one.
            now: The clock.
        """
        self._jobs = tuple(jobs)
        self._turns = turns
        self._now = now
        self._is_stopped = threading.Event()

    def look(self) -> datetime | None:
        """Do what is due and nobody else does, and return when something is due next; None for an empty timetable."""
        return min((self._look_at(job) for job in self._jobs), default=None)

    def run(self) -> None:
        """Look again and again until it is stopped."""
        while self._jobs and not self._is_stopped.is_set():
            following = self.look()
            wait_s = _LONGEST_S if following is None else (following - self._now()).total_seconds()
            self._is_stopped.wait(min(max(wait_s, _SHORTEST_S), _LONGEST_S))

    def stop(self) -> None:
        """Begin nothing more; a job that runs is told so."""
        self._is_stopped.set()

    def _look_at(self, job: Job) -> datetime:
        """Do a job where it is due, and return when to look at it again."""
        now = self._now()
        try:
            due = job.following(self._turns.done(job.name, now))
            if due > now:
                return due
            if not self._turns.take(job.name, due, now, HOLDS):
                return now + timedelta(seconds=_LONGEST_S)
        except Exception as error:  # noqa: BLE001 - the store is away: the next look may find it again
            self._note(job, error)
            return now + AGAIN
        try:
            job.work(now, lambda: not self._is_stopped.is_set())
            self._turns.finish(job.name, now)
        except Exception as error:  # noqa: BLE001 - one job that fails stops no other
            self._note(job, error)
            self._fail(job, now)
            return now + AGAIN
        return job.following(now)

    def _fail(self, job: Job, now: datetime) -> None:
        try:
            self._turns.fail(job.name, now + AGAIN)
        except Exception as error:  # noqa: BLE001 - the turn ends by itself
            self._note(job, error)

    @staticmethod
    def _note(job: Job, error: Exception) -> None:
        _LOG.error("%s", json.dumps({"event": "job_failed", "job": job.name, "error": type(error).__name__}))


@contextmanager
def running(service: Service, jobs: Sequence[Job]) -> Iterator[None]:
    """Keep the timetable of a service while it takes calls; at the end a job that runs is waited for.

    Args:
        service: That is open.
        jobs: What it does by itself; nothing is kept of a service without accounts.
    """
    if service.access is None or not jobs:
        yield
        return
    timetable = Timetable(jobs, Turns(service.access, str(uuid.uuid4())), service.now)
    thread = threading.Thread(target=timetable.run, name="timetable", daemon=True)
    thread.start()
    try:
        yield
    finally:
        timetable.stop()
        thread.join(service.settings.number("FULLCOURSE_STOP_SECONDS"))

"""Phones that send events to a service one after another, each on one connection, and note what was acknowledged."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from fullcourse.adapters.published.event import event_line
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from running_service import AS_CLINICIAN, RunningService
from store_events import numbered

__all__ = ["Senders", "assert_kept", "sending"]


class Senders:
    """Several phones, each with a course of its own."""

    def __init__(self, services: list[RunningService], count: int, name: str = "sent") -> None:
        """Begin to send.

        Args:
            services: Each phone sends to one of them.
            count: How many phones.
            name: Of their patients.
        """
        self.acknowledged: dict[str, set[str]] = {}
        self.statuses: Counter[int] = Counter()
        self.without_retry_after = 0
        self.broken = 0
        self._ends = threading.Event()
        self._door = threading.Lock()
        self._threads = [
            threading.Thread(target=self._send, args=(services[own % len(services)], f"{name}-{own}"), daemon=True)
            for own in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _send(self, service: RunningService, patient: str) -> None:
        number, connection = 0, HTTPConnection(service.host, service.port, timeout=30)
        while not self._ends.is_set():
            event = numbered(patient, number)
            try:
                path = f"/api/v1/courses/{patient}/events/{event.id}"
                connection.request("PUT", path, event_line(event).encode(), AS_CLINICIAN)
                answer = connection.getresponse()
                answer.read()
            except (OSError, HTTPException):
                connection.close()
                with self._door:
                    self.broken += 1
                time.sleep(0.02)
                continue
            with self._door:
                self.statuses[answer.status] += 1
                if answer.status in (200, 201):
                    self.acknowledged.setdefault(patient, set()).add(event.id)
                elif answer.status == 503 and "Retry-After" not in answer.headers:
                    self.without_retry_after += 1
            if answer.status in (200, 201):
                number += 1
            else:
                time.sleep(0.02)
        connection.close()

    @property
    def count(self) -> int:
        """Return how many events were acknowledged so far."""
        with self._door:
            return sum(map(len, self.acknowledged.values()))

    def wait_for(self, more: int, seconds: float = 60.0) -> None:
        """Wait until so many more were acknowledged."""
        wanted, until = self.count + more, time.monotonic() + seconds
        while self.count < wanted:
            assert time.monotonic() < until, f"only {self.count} acknowledged; {self.statuses}, {self.broken} broken"
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop sending, and wait for what is under way."""
        self._ends.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


@contextmanager
def sending(*services: RunningService, count: int = 8, name: str = "sent") -> Iterator[Senders]:
    """Send while a block runs."""
    senders = Senders(list(services), count, name)
    try:
        yield senders
    finally:
        senders.stop()


def assert_kept(place: str, *all_senders: Senders) -> None:
    """Hold a store that nobody serves any more to what was acknowledged: each is there once, every chain is whole."""
    with open_store(place, wait_s=10) as store:
        lost, twice = lost_and_twice(store, *all_senders)
        checked = store.verify()
    assert (lost, twice, checked.damaged, checked.store) == (0, 0, (), ())


def lost_and_twice(store: DurableStore, *all_senders: Senders) -> tuple[int, int]:
    """Return how many acknowledged events are not in a store, and how many are in it more than once."""
    lost = twice = 0
    for senders in all_senders:
        for patient, ids in senders.acknowledged.items():
            there = [event.id for event in store.events(patient)]
            lost += len(ids - set(there))
            twice += len(there) - len(set(there))
    return lost, twice

"""A program that appends to a store until somebody kills it, and says of each event when it was acknowledged.

    python appending.py PLACE ROUND [early | careless]

Eight threads send calls of one to three events of one patient; every fifth call is sent twice. A line ``NUMBER
PATIENT`` is written for each event after the store answered; with ``early`` before it is asked, and with ``careless`` a
server is taken that does not sync: both must be noticed.
"""

import os
import sys
import threading
from itertools import count

from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.opening import open_store
from store_events import NOW, numbered

__all__ = ["THREADS", "patient_of"]

THREADS = 8
EVERY_ROUND = "patient-of-every-round"


def patient_of(turn: int, thread: int, call: int) -> str:
    """Return whom a call is about: one patient whom every thread of every round writes to, or one of the thread."""
    return EVERY_ROUND if call % 6 == 5 else f"patient-{turn}-{thread}"


def _append(place: str, turn: int, is_early: bool) -> None:
    store = open_store(place)
    ended = threading.Event()

    def send(thread: int) -> None:
        try:
            for call in count():
                patient = patient_of(turn, thread, call)
                first = ((turn * THREADS + thread) * 100_000 + call) * 3
                events = [numbered(patient, first + place) for place in range(1 + call % 3)]
                said = "".join(f"{first + place} {patient}\n" for place in range(len(events))).encode()
                if is_early:
                    os.write(1, said)
                for again in range(2 if call % 5 == 4 else 1):
                    expected = Appended.SAME if again else Appended.NEW
                    answers = store.append(events, NOW)
                    assert set(answers) == {expected}, answers
                if not is_early:
                    os.write(1, said)
        finally:
            ended.set()

    for thread in range(THREADS):
        threading.Thread(target=send, args=(thread,), daemon=True).start()
    ended.wait()


if __name__ == "__main__":
    if "careless" in sys.argv:
        from fullcourse.adapters.store import postgresql

        postgresql._refuse_careless = lambda connection: None  # the planted fault
    _append(sys.argv[1], int(sys.argv[2]), "early" in sys.argv)

"""How many calls a service answers beside a trivial handler of the same framework, and how many events it keeps.

Everything is the program's own door: `fullcourse serve` over SQLite, or over PostgreSQL with ``--postgresql``, driven
over HTTP on the loopback by a clinician who has signed in, every call in the audit before it is answered. The trivial
handler is Starlette's smallest, under the same server with the same guard. The store's own rate is that of
`benchmarks/store.py` in this process, one event a call and batches, from as many threads as there are clients. What is
sent is made before. Rounds take turns, so that what else runs on the machine falls on all. Shares are of events a
second, and of the processor's time of whoever answers or keeps, in which what a busy machine adds falls out; with a
database server the latter is that of this program alone. It asserts right answers, and an overload that loses nothing.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from fullcourse.adapters.published.event import event_json, event_line  # noqa: E402
from fullcourse.adapters.store.opening import open_store  # noqa: E402
from fullcourse.clinical.event import Event  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402
from running_service import SERVED, RunningService, serving  # noqa: E402 - the program of the tests
from senders import assert_kept, sending  # noqa: E402
from service_people import PASSWORD, clinic_at  # noqa: E402
from store_events import numbered  # noqa: E402
from timing import yardstick  # noqa: E402

GOAL_SHARE, GOAL_MIB, GOAL_START_S = 0.6, 300, 2.0
Call = Callable[[HTTPConnection, int, int], int]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Seen(NamedTuple):
    """What was done: things a second, and the processor's time of whoever did them, seconds each."""

    a_second: float
    cpu: float


def rate(service: RunningService, clients: int, seconds: float, call: Call) -> Seen:
    """Return what several clients had done by a service; a call says how many things it did."""
    done = [0] * clients
    until = time.perf_counter() + seconds

    def client(own: int) -> None:
        connection, number = HTTPConnection(service.host, service.port), 0
        while time.perf_counter() < until:
            count = call(connection, own, number)
            if not count:
                break
            done[own] += count
            number += 1
        connection.close()

    began, worked = time.perf_counter(), cpu_s(service)
    in_threads(clients, client)
    return Seen(sum(done) / (time.perf_counter() - began), (cpu_s(service) - worked) / sum(done))


def cpu_s(service: RunningService) -> float:
    """Return the processor's time of a service so far."""
    fields = Path(f"/proc/{service.process.pid}/stat").read_text("ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Have threads do work, and wait for them."""
    threads = [threading.Thread(target=work, args=(own,)) for own in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def answered(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, wanted: int, headers: dict[str, str]
) -> None:
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == wanted, answer.status


def of_store(place: str, clients: int, seconds: float, calls: list[list[list[Event]]]) -> Seen:
    """Return what the store keeps by itself, of calls that were made before."""
    done, left = [0] * clients, [list(reversed(own)) for own in calls]
    with open_store(place) as store:
        until = time.perf_counter() + seconds

        def client(own: int) -> None:
            while left[own] and time.perf_counter() < until:
                done[own] += len(store.append(left[own].pop(), NOW))

        began, worked = time.perf_counter(), time.process_time()
        in_threads(clients, client)
        return Seen(sum(done) / (time.perf_counter() - began), (time.process_time() - worked) / sum(done))


def made(name: str, clients: int, seconds: float, each: int) -> list[list[list[Event]]]:
    """Return more calls of so many events than a client makes in some seconds."""
    most = int(seconds * 15_000 / clients / each) + 2 if each == 1 else int(seconds * 60_000 / clients / each) + 2
    return [
        [[numbered(f"{name}-{own}", number * each + place) for place in range(each)] for number in range(most)]
        for own in range(clients)
    ]


def of_service(
    service: RunningService, clients: int, seconds: float, calls: list[list[list[Event]]], headers: dict[str, str]
) -> Seen:
    """Return what a service keeps, of calls that were made before."""
    sent = [[_sent(events) for events in own] for own in calls]

    def call(connection: HTTPConnection, own: int, number: int) -> int:
        if number >= len(sent[own]):
            return 0
        method, path, body, wanted, count = sent[own][number]
        answered(connection, method, path, body, wanted, headers)
        return count

    return rate(service, clients, seconds, call)


def _sent(events: list[Event]) -> tuple[str, str, bytes, int, int]:
    address = f"/api/v1/courses/{events[0].patient}/events"
    if len(events) == 1:
        return "PUT", f"{address}/{events[0].id}", event_line(events[0]).encode(), 201, 1
    return "POST", address, json.dumps([event_json(one) for one in events]).encode(), 200, len(events)


@contextmanager
def clinic_served(folder: Path, place: str, patients: Iterable[str]) -> Iterator[tuple[RunningService, dict[str, str]]]:
    """Serve a store in which a clinician is at home with some patients, and yield the headers of that clinician."""
    key = {"KEY_FILE": str(folder / "key")}
    with clinic_at(place, Path(key["KEY_FILE"])) as clinic:
        clinic.add("clinician", ("clinician",), ("north",))
        for patient in patients:
            clinic.place(patient, "north")
    with serving(folder, store=place, **key) as service:
        body = json.dumps({"login": "clinician@example.org", "password": PASSWORD, "as_bearer": True}).encode()
        word = service.call("POST", "/api/v1/sign-in", body, {"Content-Type": "application/json"}).json["bearer"]
        yield service, {"Authorization": f"Bearer {word}", "Content-Type": "application/json"}
        service.stop()


def main() -> None:
    settings = argparse.ArgumentParser(description=__doc__)
    settings.add_argument("--clients", type=int, default=16)
    settings.add_argument("--seconds", type=float, default=3.0)
    settings.add_argument("--rounds", type=int, default=3)
    settings.add_argument("--batches", type=int, nargs="*", default=[100, 500], help="Events in a call.")
    settings.add_argument("--postgresql", action="store_true", help="Keep them in a PostgreSQL of the tests.")
    given = settings.parse_args()
    yardstick()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FULLCOURSE_KEY_FILE"] = str(folder / "key")
        server = PostgresServer() if given.postgresql else None
        resident = compare(folder, given, server)
        if server is not None:
            server.remove()
        crowd(folder)
    print(f"memory {resident:.0f} MiB, goal {GOAL_MIB}: {'met' if resident <= GOAL_MIB else 'MISSED'}")


def compare(folder: Path, given: argparse.Namespace, server: PostgresServer | None) -> float:
    """Print what is done a second, in turns, and each share of the store's own; return the memory held, MiB."""
    place = str(folder / "courses.db") if server is None else server.new_database()
    own = str(folder / "own.db") if server is None else server.new_database()
    kinds = (1, *given.batches)
    names = {(each, turn): f"{each}-{turn}" for each in kinds for turn in range(given.rounds)}
    patients = [f"{one}-{client}" for one in names.values() for client in range(given.clients)]
    shares: dict[int, list[tuple[float, float]]] = {each: [] for each in kinds}
    trivials: list[float] = []
    with clinic_served(folder, place, patients) as (service, headers), serving_trivial(folder) as trivial:
        print(f"first answer after start: {service.started_s:.2f} s, goal {GOAL_START_S:g} s on a quiet machine")
        for turn in range(given.rounds):
            bare = rate(trivial, given.clients, given.seconds, _trivial)
            well = rate(service, given.clients, given.seconds, _trivial)
            trivials.append(bare.cpu / well.cpu)
            for what, seen in (("trivial handler", bare), ("health", well)):
                _line(what, seen)
            for each in kinds:
                calls = made(names[each, turn], given.clients, given.seconds, each)
                served = of_service(service, given.clients, given.seconds, calls, headers)
                alone = of_store(own, given.clients, given.seconds, calls)
                _line(f"{each} a call over HTTP", served)
                _line(f"{each} a call, the store", alone)
                shares[each].append((served.a_second / alone.a_second, alone.cpu / served.cpu))
        resident = service.resident_kib() / 1024
    print(f"health, of a trivial handler: {100 * statistics.median(trivials):.0f} per cent of the processor's time")
    for each, both in shares.items():
        a_second, cpu = (100 * statistics.median(values) for values in zip(*both, strict=True))
        met = "met" if a_second >= 100 * GOAL_SHARE else "MISSED"
        print(f"events, {each} a call: {a_second:.0f} per cent of the store's own rate, goal 60: {met}; "
              f"{cpu:.0f} per cent by the processor's time")  # fmt: skip
    return resident


def _line(what: str, seen: Seen) -> None:
    print(f"{what:<24}{seen.a_second:9,.0f} a second{1e6 * seen.cpu:9.0f} us of CPU each")


def crowd(folder: Path) -> None:
    """Send five times as many calls as are let in, and hold what is kept to what was acknowledged."""
    key = {"KEY_FILE": str(folder / "key")}
    with serving(folder, store=str(folder / "crowded.db"), program=SERVED, CALLS_AT_ONCE="8", **key) as crowded:
        with sending(crowded, count=40) as senders:
            senders.wait_for(400, seconds=120)
        ended = time.perf_counter()
        assert crowded.put(numbered("after", 1)).status == 201
        recovered = time.perf_counter() - ended
        crowded.stop()
    assert senders.without_retry_after == 0
    assert_kept(str(folder / "crowded.db"), senders)
    print(f"five times as many calls as are let in: {senders.statuses[503]} of {senders.statuses.total()} told to come "
          f"again, none of {senders.count} acknowledged lost, recovered in {recovered:.2f} s")  # fmt: skip


def serving_trivial(folder: Path) -> AbstractContextManager[RunningService]:
    """Serve the smallest handler under the same server."""
    return serving(folder, program=(str(Path(__file__)), "trivial"))


def _trivial(connection: HTTPConnection, own: int, number: int) -> int:
    answered(connection, "GET", "/healthz", None, 200, {})
    return 1


def run_trivial() -> None:
    """Run the smallest service there is."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from fullcourse.interfaces.api.serving.server import listen_on, run, worded_address
    from fullcourse.interfaces.api.settings import read_settings

    async def smallest(request: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    read = read_settings()
    with listen_on(read) as listening:

        def begun() -> None:
            print(f"{worded_address(listening)}/healthz")
            print("Stop it", flush=True)

        run(Starlette(routes=[Route("/healthz", smallest)]), read, listening, begun)


if __name__ == "__main__":
    run_trivial() if "trivial" in sys.argv else main()

"""How many calls a service answers beside a trivial handler of the same framework, and how many events it keeps.

Everything is the program's own door: a process that serves over SQLite, driven over HTTP on the loopback. The trivial
handler is Starlette's smallest, under the same server with the same guard. The store's own rate is that of
`benchmarks/store.py` in this process, one event a call and batches. Rounds take turns, so that what else runs on the
machine falls on all. Shares are by the processor's time of whoever answers or keeps: what a busy one adds falls out.
It asserts right answers, and an overload that loses nothing.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from fullcourse.adapters.published.event import event_json, event_line  # noqa: E402
from fullcourse.adapters.store.opening import open_store  # noqa: E402
from running_service import AS_CLINICIAN, SERVED, RunningService, serving  # noqa: E402 - the program of the tests
from senders import assert_kept, sending  # noqa: E402
from store_events import numbered  # noqa: E402
from timing import yardstick  # noqa: E402

GOAL_SHARE, GOAL_MIB, GOAL_START_S = 0.6, 300, 2.0
BATCH = 100
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
            done[own] += call(connection, own, number)
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


def answered(connection: HTTPConnection, method: str, path: str, body: bytes | None, wanted: int) -> None:
    connection.request(method, path, body, AS_CLINICIAN)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == wanted, answer.status


def of_store(folder: Path, clients: int, seconds: float, each: int, name: str) -> Seen:
    """Return what the store keeps by itself, so many events a call; they are made before."""
    most = int(seconds * 400 / clients) + 2 if each > 1 else int(seconds * 20_000 / clients)
    made = [
        [[numbered(f"own-{own}", number * each + place) for place in range(each)] for number in range(most)]
        for own in range(clients)
    ]
    done = [0] * clients
    with open_store(folder / f"{name}.db") as store:
        until = time.perf_counter() + seconds

        def client(own: int) -> None:
            while made[own] and time.perf_counter() < until:
                done[own] += len(store.append(made[own].pop(), NOW))

        began, worked = time.perf_counter(), time.process_time()
        in_threads(clients, client)
        return Seen(sum(done) / (time.perf_counter() - began), (time.process_time() - worked) / sum(done))


def main() -> None:
    settings = argparse.ArgumentParser(description=__doc__)
    settings.add_argument("--clients", type=int, default=8)
    settings.add_argument("--seconds", type=float, default=3.0)
    settings.add_argument("--rounds", type=int, default=3)
    given = settings.parse_args()
    yardstick()
    shares: dict[str, list[float]] = {"one": [], "batch": [], "trivial": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder, program=SERVED) as service, serving_trivial(folder) as trivial:
            print(f"first answer after start: {service.started_s:.2f} s, goal {GOAL_START_S:g} s on a quiet machine")
            for turn in range(given.rounds):
                bare = rate(trivial, given.clients, given.seconds, _trivial)
                well = rate(service, given.clients, given.seconds, _well)
                one = rate(service, given.clients, given.seconds, _one(turn))
                many = rate(service, given.clients, given.seconds, _many(turn))
                own_one = of_store(folder, given.clients, given.seconds, 1, f"own-{turn}")
                own_many = of_store(folder, given.clients, given.seconds, BATCH, f"many-{turn}")
                for what, seen in (
                    ("trivial handler", bare), ("health", well), ("one event a call", one), ("the store, one", own_one),
                    (f"batches of {BATCH}", many), ("the store, batches", own_many),
                ):  # fmt: skip
                    print(f"{what:<20}{seen.a_second:9,.0f} a second{1e6 * seen.cpu:9.0f} us of CPU each")
                shares["trivial"].append(bare.cpu / well.cpu)
                shares["one"].append(own_one.cpu / one.cpu)
                shares["batch"].append(own_many.cpu / many.cpu)
            resident = service.resident_kib() / 1024
            service.stop()
        with serving(folder, store=str(folder / "crowded.db"), program=SERVED, CALLS_AT_ONCE="8") as crowded:
            with sending(crowded, count=40) as senders:
                senders.wait_for(400, seconds=120)
            ended = time.perf_counter()
            assert crowded.put(numbered("after", 1)).status == 201
            recovered = time.perf_counter() - ended
            crowded.stop()
        assert senders.without_retry_after == 0
        assert_kept(str(folder / "crowded.db"), senders)
    share = {what: statistics.median(values) for what, values in shares.items()}
    print(f"health, of a trivial handler: {100 * share['trivial']:.0f} per cent")
    print(f"five times as many calls as are let in: {senders.statuses[503]} of {senders.statuses.total()} told to come "
          f"again, none of {senders.count} acknowledged lost, recovered in {recovered:.2f} s")  # fmt: skip
    for what, met in (
        (
            f"one event a call, {100 * share['one']:.0f} per cent of the store's own, goal 60",
            share["one"] >= GOAL_SHARE,
        ),
        (
            f"batches of {BATCH}, {100 * share['batch']:.0f} per cent of the store's own, goal 60",
            share["batch"] >= GOAL_SHARE,
        ),
        (f"memory {resident:.0f} MiB, goal {GOAL_MIB}", resident <= GOAL_MIB),
    ):
        print(f"{what}: {'met' if met else 'MISSED'}")


def serving_trivial(folder: Path) -> AbstractContextManager[RunningService]:
    """Serve the smallest handler under the same server."""
    return serving(folder, program=(str(Path(__file__)), "trivial"))


def _trivial(connection: HTTPConnection, own: int, number: int) -> int:
    answered(connection, "GET", "/healthz", None, 200)
    return 1


_well = _trivial


def _one(turn: int) -> Call:
    def call(connection: HTTPConnection, own: int, number: int) -> int:
        event = numbered(f"one-{turn}-{own}", number)
        answered(
            connection, "PUT", f"/api/v1/courses/{event.patient}/events/{event.id}", event_line(event).encode(), 201
        )
        return 1

    return call


def _many(turn: int) -> Call:
    def call(connection: HTTPConnection, own: int, number: int) -> int:
        patient = f"many-{turn}-{own}"
        events = [event_json(numbered(patient, number * BATCH + place)) for place in range(BATCH)]
        answered(connection, "POST", f"/api/v1/courses/{patient}/events", json.dumps(events).encode(), 200)
        return BATCH

    return call


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

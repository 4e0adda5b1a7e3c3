"""A service that is stopped, killed, crowded or without its database while phones send: what it acknowledged is there.

A service that acknowledges too early must be found by the same test.
"""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from effort import rounds
from fullcourse.adapters.published.event import event_line
from fullcourse.adapters.store.migrate import move_to
from fullcourse.adapters.store.opening import open_store
from postgres_server import PostgresServer
from running_service import AS_CLINICIAN, SERVED, RunningService, serving
from senders import Senders, assert_kept, lost_and_twice, sending
from store_events import NOW, numbered

EACH = rounds(150, 400)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.remove()


def killed(folder: Path, store: str, times: int, *program: str, **settings: str) -> list[Senders]:
    """Kill a service so many times while phones send; return what was acknowledged."""
    all_senders = []
    for turn in range(times):
        given = {"KEY_FILE": str(folder / "key"), **settings}
        with serving(folder, store=store, program=(*SERVED, *program), **given) as service:
            with sending(service, name=f"turn{turn}") as senders:
                senders.wait_for(EACH)
                service.process.send_signal(signal.SIGKILL)
                service.process.wait()
            all_senders.append(senders)
    return all_senders


def test_every_201_is_there_after_a_kill_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "key"))
    place = str(tmp_path / "courses.db")
    assert_kept(place, *killed(tmp_path, place, rounds(2, 50)))


def test_every_201_is_there_after_a_kill_on_postgresql(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "key"))
    place = server.new_database()
    assert_kept(place, *killed(tmp_path, place, rounds(1, 30)))


def test_a_service_that_acknowledges_too_early_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "key"))
    place = str(tmp_path / "courses.db")
    all_senders = killed(tmp_path, place, 1, "early")
    with open_store(place, wait_s=10) as store:
        assert lost_and_twice(store, *all_senders)[0] > 0


def test_a_service_that_is_stopped_answers_what_it_took_and_loses_nothing(tmp_path: Path):
    place = str(tmp_path / "courses.db")
    with serving(tmp_path, program=SERVED) as service, sending(service) as senders:
        senders.wait_for(EACH)
        began = time.monotonic()
        code, said = service.stop(signal.SIGTERM)
        took = time.monotonic() - began
    assert code == 0
    assert "Stopped" in said
    assert took < 20
    assert set(senders.statuses) <= {200, 201}
    assert_kept(place, senders)
    with open_store(place) as store:  # and nothing was kept that nobody was told of
        there = sum(len(store.events(patient)) for patient in store.patients())
    assert there == senders.count


def test_a_call_whose_body_is_still_coming_is_finished_before_the_service_ends(tmp_path: Path):
    event = numbered("slow", 1)
    body = event_line(event).encode()
    head = f"PUT /api/v1/courses/slow/events/{event.id} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in AS_CLINICIAN.items())
    with serving(tmp_path, program=SERVED) as service, service.connect() as connection:
        connection.sendall(head.encode() + b"\r\n" + body[:50])
        time.sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(body[50:])
        assert b" 201 " in connection.recv(65536).splitlines()[0]
        assert service.stop()[0] == 0
    with open_store(tmp_path / "courses.db") as store:
        assert [one.id for one in store.events("slow")] == [event.id]


def test_a_database_that_is_gone_for_ten_seconds_is_said_and_comes_back_without_a_restart(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "key"))
    place = server.new_database()
    with serving(tmp_path, store=place, program=SERVED, KEY_FILE=str(tmp_path / "key")) as service:
        with sending(service, count=4) as senders:
            senders.wait_for(20)
            server.kill()
            gone = time.monotonic()
            while time.monotonic() - gone < rounds(4, 10):
                answers = service.call("GET", "/healthz"), service.put(numbered("gone", 1))
                answers += (service.call("GET", "/api/v1/courses/sent-0/events", headers=AS_CLINICIAN),)
                for answer in answers:
                    assert answer.status == 503, answer.body
                    assert int(answer.headers["retry-after"]) >= 1
                    assert b"postgresql://" not in answer.body
                assert answers[0].json["store"] == "away"
                assert time.monotonic() - gone < 40
                time.sleep(0.2)
            server.start()
            back = time.monotonic()
            senders.wait_for(20, seconds=10)
            assert time.monotonic() - back < 10
            assert service.call("GET", "/healthz").status == 200
        assert senders.without_retry_after == 0
        assert set(senders.statuses) <= {200, 201, 503}
        assert service.stop()[0] == 0
    assert_kept(place, senders)


def test_five_times_as_many_calls_as_are_answered_at_once_are_told_to_come_again(tmp_path: Path):
    place = str(tmp_path / "courses.db")
    with serving(tmp_path, program=SERVED, CALLS_AT_ONCE="8") as service:
        with sending(service, count=40) as senders:
            senders.wait_for(rounds(60, 2000), seconds=300)
            assert service.call("GET", "/healthz").status == 200  # who watches is answered all the same
        ended = time.monotonic()
        assert service.put(numbered("after", 1)).status == 201
        assert time.monotonic() - ended < 10
        figures = service.call("GET", "/metrics").body.decode()
        service.stop()
    assert senders.statuses[503] > 0
    assert senders.without_retry_after == 0
    assert set(senders.statuses) <= {200, 201, 503}
    assert "fullcourse_calls_refused_total 0\n" not in figures
    assert_kept(place, senders)


def test_a_disk_that_is_full_is_said_and_survived(tmp_path: Path):
    """The system is told to let the process write no file beyond a size, and then to let it again."""
    place = str(tmp_path / "courses.db")
    with serving(tmp_path, program=SERVED) as service:
        with sending(service, count=4) as senders:
            senders.wait_for(50)
            _let_write(service, 200_000)
            until = time.monotonic() + 30
            while not senders.statuses[503] and time.monotonic() < until:
                time.sleep(0.05)
            assert senders.statuses[503] > 0
            reading = service.call("GET", "/api/v1/courses/sent-0/events", headers=AS_CLINICIAN)
            assert reading.status == 200  # what is there can be read meanwhile
            _let_write(service, None)
            senders.wait_for(50, seconds=10)
        assert set(senders.statuses) <= {200, 201, 503}
        assert senders.without_retry_after == 0
        service.stop()
    assert_kept(place, senders)


def _let_write(service: RunningService, size: int | None) -> None:
    soft = resource.RLIM_INFINITY if size is None else size
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))


def test_two_processes_over_one_database_keep_one_log_and_count_nothing_twice(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "key"))
    place, key = server.new_database(), str(tmp_path / "key")
    (tmp_path / "other").mkdir()
    with (
        serving(tmp_path, store=place, program=SERVED, KEY_FILE=key) as first,
        serving(tmp_path / "other", store=place, program=SERVED, KEY_FILE=key) as second,
    ):
        with sending(first, count=4, name="same") as one, sending(second, count=4, name="same") as two:
            one.wait_for(60)
            two.wait_for(60)
        for patient in ("same-0", "same-3"):
            logs = [
                service.call("GET", f"/api/v1/courses/{patient}/events", headers=AS_CLINICIAN).json
                for service in (first, second)
            ]
            assert logs[0] == logs[1]
        figures = [service.call("GET", "/metrics").body.decode() for service in (first, second)]
    assert_kept(place, one, two)
    new = sum(int(text.split('became="new"} ')[1].split("\n")[0]) for text in figures)
    with open_store(place) as store:
        assert new == sum(len(store.events(patient)) for patient in store.patients())


def test_several_processes_take_calls_together_and_one_that_dies_is_begun_again(server: PostgresServer, tmp_path: Path):
    place, key = server.new_database(), str(tmp_path / "key")
    with serving(tmp_path, "--workers", "2", store=place, KEY_FILE=key) as service:
        children = _children(service.process.pid)
        assert len(children) == 2
        assert {service.call("GET", "/healthz").status for _ in range(20)} == {200}
        os.kill(children[0], signal.SIGKILL)
        until = time.monotonic() + 30
        while len(set(_children(service.process.pid)) - set(children)) < 1:
            assert time.monotonic() < until
            time.sleep(0.05)
        time.sleep(3)  # each leaves its figures once a second
        assert {service.call("GET", "/healthz").status for _ in range(20)} == {200}
        figures = service.call("GET", "/metrics").body.decode()
        assert 'worker="1"' in figures
        assert 'worker="2"' in figures
        assert figures.count("# TYPE fullcourse_calls_total") == 1
        left = _children(service.process.pid)
        code, said = service.stop()
        assert code == 0
        assert "Stopped" in said
    assert not any(Path(f"/proc/{pid}").exists() for pid in left)
    assert '"worker_died"' in service.log.read_text()


def test_processes_whose_first_one_is_killed_end_by_themselves(server: PostgresServer, tmp_path: Path):
    place, key = server.new_database(), str(tmp_path / "key")
    with serving(tmp_path, "--workers", "2", store=place, KEY_FILE=key) as service:
        children = _children(service.process.pid)
        assert len(children) >= 2
        service.stop(signal.SIGKILL)
        until = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < until
            time.sleep(0.1)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


@pytest.mark.parametrize("edition", ["0001"])
def test_a_service_of_this_version_brings_an_older_store_up_to_date_and_keeps_its_courses(tmp_path: Path, edition: str):
    place = tmp_path / "courses.db"
    with open_store(place) as store:
        store.append([numbered("before", 1)], NOW)
    _move(place, edition)
    with serving(tmp_path, program=SERVED) as service:
        assert service.put(numbered("before", 1)).status == 200
        assert service.put(numbered("before", 2)).status == 201
        service.stop()
    with open_store(place) as store:
        assert len(store.events("before")) == 2
        assert store.verify().damaged == ()


def test_a_store_of_a_newer_version_is_refused_in_words_and_not_touched(tmp_path: Path):
    place = tmp_path / "courses.db"
    with open_store(place) as store:
        store.append([numbered("newer", 1)], NOW)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = place.read_bytes()
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "fullcourse", "serve", "--port", "0", "--store", str(place)],
        capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert ended.returncode == 2
    assert "newer version of this program" in ended.stderr
    assert place.read_bytes() == before


def _move(place: Path, edition: str) -> None:
    engine = create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        move_to(connection, edition)
    engine.dispose()

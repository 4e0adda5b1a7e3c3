"""The store in PostgreSQL keeps to the contract, and says what is wrong with a server, a course or a key."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from course_events import event
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.durable import DamagedCourse, DurableStore, ErasedCourse, NotKept
from fullcourse.adapters.store.migrate import EDITION, move_to
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.store.tables import METADATA
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken
from postgres_server import PostgresServer, new_database
from unit.adapters.store.postgresql_contract import OnPostgresql, plain

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class TestPostgresql(OnPostgresql):
    template = plain


def dose(patient: str) -> Event:
    return replace(event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:05"), patient=patient)


def test_programs_that_add_to_one_course_at_once_make_one_chain(tmp_path: Path):
    address = new_database()
    with open_store(address, key_file=tmp_path / "key") as one, open_store(address, key_file=tmp_path / "key") as two:
        became: list[Appended] = []

        def program(store: DurableStore) -> None:
            for _ in range(10):
                became.extend(store.append([dose("same"), dose("other")], NOW))

        threads = [threading.Thread(target=program, args=(store,)) for store in (one, two) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert became == [Appended.NEW] * 120
        assert len(one.events("same")) == len(two.events("other")) == 60
        assert (one.verify().patients, one.verify().events, one.verify().damaged) == (2, 120, ())


def test_a_damaged_an_erased_and_an_unheard_course_are_told_apart(tmp_path: Path):
    address = new_database()
    with open_store(address, key_file=tmp_path / "key") as store:
        store.append([dose("damaged"), dose("erased"), dose("whole")], NOW)
        with psycopg.connect(address) as connection:
            connection.execute("UPDATE course_event SET received_us = received_us + 1 WHERE patient_id = 'damaged'")
        store.erase("erased", NOW)
        assert [one.patient for one in store.verify().damaged] == ["damaged"]
        assert store.verify().erased == 1
        with pytest.raises(DamagedCourse):
            store.events("damaged")
        with pytest.raises(ErasedCourse):
            store.append([dose("erased")], NOW)
        assert len(store.events("whole")) == 1
        listed = store.unheard_since(NOW + timedelta(microseconds=1))
        assert [one.patient for one in listed] == ["damaged", "whole"]


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_would_lose_what_it_acknowledges_is_refused(tmp_path: Path, setting: str):
    server = PostgresServer(f"{setting}=off")
    try:
        with pytest.raises(InputError, match=f"{setting} = off"):
            open_store(server.url, key_file=tmp_path / "key")
    finally:
        server.remove()


def test_a_server_that_was_killed_is_said_and_found_again(tmp_path: Path):
    server = PostgresServer()
    try:
        with open_store(server.new_database(), key_file=tmp_path / "key") as store:
            store.append([dose("one")], NOW)
            server.kill()
            for call in (lambda: store.events("one"), lambda: list(store.patients()), store.verify):
                with pytest.raises(InputError, match="does not answer"):
                    call()
            with pytest.raises(NotKept):
                store.append([dose("one")], NOW)
            server.start()
            assert store.append([dose("one")], NOW) == (Appended.NEW,)
            assert len(store.events("one")) == 2
    finally:
        server.remove()


def test_the_history_comes_to_the_tables_and_goes_back_and_forth_without_changing_a_row(tmp_path: Path):
    address = new_database()
    with open_store(address, key_file=tmp_path / "key") as store:
        store.append([dose(f"patient-{number % 50}") for number in range(500)], NOW)
    rows = "SELECT * FROM course_event ORDER BY patient_id, id"
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        before = connection.exec_driver_sql(rows).all()
        move_to(connection, "0001")
        move_to(connection, EDITION)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.exec_driver_sql(rows).all() == before
    engine.dispose()

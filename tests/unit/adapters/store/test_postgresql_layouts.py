"""The store in PostgreSQL keeps to the contract under row-level security, and laid out over shards."""

import os
from functools import cache
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import make_url

from course_events import PATIENT
from fullcourse.adapters.store.durable import NotKept
from fullcourse.adapters.store.migrate import EDITION
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.store.tables import METADATA
from postgres_server import new_database, url_as
from store_events import NOW, numbered, some_events
from unit.adapters.store.postgresql_contract import OnPostgresql, plain

CLINIC = f"fullcourse_clinic_{os.getpid()}"
OF_A_PATIENT = ("course_patient", "course_key", "course_event", "course_set_aside")
SHARDS = 4


@cache
def guarded() -> str:
    """Return a database in which the role of a clinic sees and writes only the patients that it cares for."""
    url = new_database(plain())
    with psycopg.connect(url, autocommit=True) as raw:
        if raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (CLINIC,)).fetchone() is None:
            raw.execute(f"CREATE ROLE {CLINIC} LOGIN NOSUPERUSER NOBYPASSRLS")
        raw.execute("CREATE TABLE cares_for (role TEXT, patient_id TEXT, PRIMARY KEY (patient_id, role))")
        raw.execute("INSERT INTO cares_for VALUES (%s, %s), (%s, 'another')", (CLINIC, PATIENT, CLINIC))
        raw.execute(f"GRANT SELECT ON alembic_version, cares_for TO {CLINIC}")
        raw.execute(f"GRANT SELECT, INSERT ON store_about TO {CLINIC}")
        for table in OF_A_PATIENT:
            raw.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {CLINIC}")
            raw.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            raw.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            raw.execute(
                f"CREATE POLICY by_patient ON {table} USING (EXISTS (SELECT 1 FROM cares_for "  # noqa: S608 - our own
                f"WHERE role = current_user AND cares_for.patient_id = {table}.patient_id))"
            )
        raw.execute(f"GRANT DELETE ON course_key TO {CLINIC}")
    return url


@cache
def sharded() -> str:
    """Return a database whose every table of patients is laid out over shards by the hash of the patient.

    PostgreSQL refuses a key or a unique index that does not hold the column by which a table is laid out, as every
    distributed PostgreSQL does.
    """
    url = new_database()
    laid_out = MetaData()
    for table in METADATA.sorted_tables:
        copy = table.to_metadata(laid_out)
        if "patient_id" in copy.c:
            copy.dialect_options["postgresql"]["partition_by"] = "HASH (patient_id)"
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        laid_out.create_all(connection)
        for table in OF_A_PATIENT:
            for shard in range(SHARDS):
                connection.exec_driver_sql(
                    f"CREATE TABLE {table}_{shard} PARTITION OF {table} "
                    f"FOR VALUES WITH (MODULUS {SHARDS}, REMAINDER {shard})"
                )
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{EDITION}')")  # noqa: S608
    engine.dispose()
    return url


class TestUnderRowLevelSecurity(OnPostgresql):
    template = guarded

    def address(self, url: str) -> str:
        return url_as(url, CLINIC)


class TestOverShards(OnPostgresql):
    template = sharded


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key"


def test_a_role_sees_and_writes_only_the_patients_that_it_cares_for(key: Path):
    url = new_database(guarded())
    theirs, others = numbered(PATIENT, 1), numbered("of another clinic", 1)
    with open_store(url, key_file=key) as everything, open_store(url_as(url, CLINIC), key_file=key) as store:
        everything.append([theirs, others], NOW)
        assert list(everything.patients()) == sorted((PATIENT, "of another clinic"))
        assert list(store.patients()) == [PATIENT]
        assert store.events("of another clinic") == ()
        assert store.events(PATIENT) == (theirs,)
        with pytest.raises(NotKept, match="row-level security"):
            store.append([numbered("of another clinic", 2)], NOW)
        with pytest.raises(NotKept, match="row-level security"):
            store.append([numbered("of nobody yet", 2)], NOW)
        assert everything.events("of another clinic") == (others,)
        assert store.verify().patients == 1


def test_patients_are_laid_out_over_the_shards_each_whole_on_one(key: Path):
    url = new_database(sharded())
    with open_store(url, key_file=key) as store, psycopg.connect(url) as raw:
        store.append(list(some_events(20, 3)), NOW)
        for table in OF_A_PATIENT[:3]:
            placed = raw.execute(f"SELECT DISTINCT patient_id, tableoid::regclass::text FROM {table}").fetchall()  # noqa: S608
            assert len(placed) == 20
            assert len({shard for _, shard in placed}) == SHARDS
        assert (store.verify().patients, store.verify().damaged) == (20, ())


def test_a_key_without_the_patient_could_not_be_laid_out():
    with (
        psycopg.connect(new_database(), autocommit=True) as raw,
        pytest.raises(psycopg.errors.FeatureNotSupported, match="partition"),
    ):
        raw.execute("CREATE TABLE planted (patient_id TEXT, id TEXT PRIMARY KEY) PARTITION BY HASH (patient_id)")

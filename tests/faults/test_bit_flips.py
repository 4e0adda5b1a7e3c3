"""A bit of the stored data flips: the check names whom it hits, the others go on, and what is left is not read.

Flips are made in the file of SQLite and in the pages of PostgreSQL, and, where a database would not notice, in single
values of the tables. What changed is told by the tables themselves, read without the store.
"""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from effort import rounds
from fullcourse.adapters.store import keeping
from fullcourse.adapters.store.durable import DamagedCourse, DurableStore, ErasedCourse
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from postgres_server import PostgresServer, new_database
from store_events import NOW, numbered, some_events

FLIPS = rounds(60, 230)
"""So many flips that changed data."""
TABLES = ("course_patient", "course_key", "course_event", "course_set_aside")
PATIENTS = [f"patient-{number}" for number in range(10)]
ERASED = PATIENTS[-1]
Rows = dict[str, frozenset[tuple[object, ...]]]


def fill(store: DurableStore) -> dict[str, tuple[object, ...]]:
    """Fill a store, and return what is read from it of each patient."""
    for one in some_events(len(PATIENTS), 24):
        store.append([one], NOW)
    for patient in PATIENTS[:4]:
        store.append([replace(numbered(patient, 3), zone="Asia/Kathmandu")], NOW)
    store.erase(ERASED, NOW)
    return {patient: read(store, patient) for patient in PATIENTS}


def read(store: DurableStore, patient: str) -> tuple[object, ...]:
    """Return all that the store tells of a patient; nothing for one that is erased."""
    try:
        return (*store.events(patient), *store.set_aside(patient))
    except ErasedCourse:
        return ()


def assert_others_go_on(store: DurableStore, before: dict[str, tuple[object, ...]], damaged: set[str]) -> None:
    """Nothing is read that was not written; whoever is not damaged is read, and written to."""
    for patient in PATIENTS:
        try:
            assert read(store, patient) == before[patient]
        except DamagedCourse:
            assert patient in damaged
    whole = next((it for it in PATIENTS if it not in damaged and it != ERASED), None)
    if whole is not None:
        store.append([numbered(whole, 500)], NOW)


def rows_of(path: Path) -> tuple[Rows, bool]:
    """Return the rows of each patient as SQLite has them, and whether SQLite itself finds nothing wrong."""
    rows: dict[str, set[tuple[object, ...]]] = {}
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        for table in TABLES:
            for row in connection.execute(f"SELECT * FROM {table} NOT INDEXED"):  # noqa: S608 - our own words
                rows.setdefault(str(row[0]), set()).add((table, *row))
        is_well = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()
    return {patient: frozenset(kept) for patient, kept in rows.items()}, is_well


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[object, ...]]]:
    path = tmp_path_factory.mktemp("whole") / "courses.db"
    with open_store(path) as store:
        return path, fill(store)


def flipped(path: Path, folder: Path, chance: random.Random) -> Iterator[tuple[Path, set[str] | None, bool]]:
    """Yield files with one bit flipped that changes data, whom it hits (None: nobody can say), what SQLite says."""
    whole, data = rows_of(path)[0], path.read_bytes()
    shutil.copy(path.with_name(f"{path.name}.key"), folder / f"{path.name}.key")
    while True:
        bit = chance.randrange(8 * len(data))
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        place = folder / path.name
        for left in folder.glob(f"{path.name}-*"):
            left.unlink()
        place.write_bytes(changed)
        try:
            rows, is_well = rows_of(place)
        except (sqlite3.Error, UnicodeError):
            yield place, None, False
            continue
        if hit := {patient for patient in whole | rows if whole.get(patient) != rows.get(patient)}:
            yield place, hit & whole.keys(), is_well


def test_every_flip_in_the_file_that_changes_data_is_named(filled, tmp_path: Path):
    path, before = filled
    unseen_by_sqlite = 0
    flips = flipped(path, tmp_path, random.Random(3))
    for _ in range(FLIPS):
        place, hit, is_well = next(flips)
        unseen_by_sqlite += is_well
        try:
            store = open_store(place)
        except InputError:
            assert not is_well or hit == set(), "a store is refused that is only damaged in part"
            continue
        with store:
            checked = store.verify()
            named = {one.patient for one in checked.damaged}
            assert named or checked.store
            assert hit is None or hit <= named
            if is_well and hit:
                assert named & set(PATIENTS) == hit
            assert_others_go_on(store, before, named if named else set(PATIENTS))
    assert unseen_by_sqlite > FLIPS / 2  # what SQLite's own check does not see


def test_a_check_that_does_not_follow_the_chain_is_seen_to_miss(filled, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(keeping, "broken_links", lambda *_: [])
    flips, missed = flipped(filled[0], tmp_path, random.Random(3)), 0
    for _ in range(40):
        place, _, _ = next(flips)
        try:
            with open_store(place) as store:
                checked = store.verify()
                missed += not (checked.damaged or checked.store)
        except InputError:
            continue
    assert missed > 0


def test_every_flip_in_a_value_on_postgresql_is_named(tmp_path: Path):
    url, chance = new_database(), random.Random(5)
    with open_store(url, key_file=tmp_path / "key") as store, psycopg.connect(url, autocommit=True) as raw:
        before = fill(store)
        before.pop(PATIENTS[0])
        for _ in range(FLIPS):
            patient, undo = _flip_a_value(raw, chance)
            checked = store.verify()
            assert patient in {one.patient for one in checked.damaged}
            others = {one.patient for one in checked.damaged} - {patient}
            assert not others & set(PATIENTS)
            with pytest.raises((DamagedCourse, ErasedCourse)):
                store.events(patient)
            raw.execute(*undo)
        assert store.verify().damaged == ()


def _flip_a_value(raw: psycopg.Connection, chance: random.Random):
    """Flip a bit in a value of a row of a patient; return whom it hits, and what undoes it."""
    columns = {
        "course_event": ("seq", "received_us", "sealed", "prev_hash", "hash"),
        "course_patient": ("last_seq", "last_hash", "aside_seq", "aside_hash", "received_us", "check_hash"),
        "course_set_aside": ("sealed", "hash"),
        "course_key": ("wrapped",),
    }
    table = chance.choice(["course_event"] * 6 + list(columns))
    column = chance.choice(columns[table])
    listed = raw.execute(f"SELECT ctid, patient_id, {column} FROM {table} ORDER BY ctid").fetchall()  # noqa: S608
    ctid, patient, value = chance.choice(listed)
    if isinstance(value, bytes):
        changed = bytearray(value)
        bit = chance.randrange(8 * len(value))
        changed[bit // 8] ^= 1 << bit % 8
        new: object = bytes(changed)
    else:
        new = value ^ 1 << chance.randrange(8, 40)
    set_to = f"UPDATE {table} SET {column} = %s WHERE patient_id = %s AND {column} = %s"  # noqa: S608 - our own words
    if table == "course_event":
        set_to += f" AND ctid = '{ctid}'"
    raw.execute(set_to, (new, patient, value))
    undo = f"UPDATE {table} SET {column} = %s WHERE patient_id = %s AND {column} = %s"  # noqa: S608 - our own words
    return patient, (undo, (value, patient, new))


def test_a_flip_in_a_page_of_postgresql_is_named_and_the_others_go_on(tmp_path: Path):
    server, chance = PostgresServer(), random.Random(6)
    try:
        url = server.new_database()
        with open_store(url, key_file=tmp_path / "key") as store:
            before = fill(store)
            for patient in PATIENTS[:5]:  # so many that they do not all stand on one page
                store.append([numbered(patient, number) for number in range(1000, 1060)], NOW)
                before[patient] = read(store, patient)
        with psycopg.connect(url, autocommit=True) as raw:
            (name,) = raw.execute("SELECT pg_relation_filepath('course_event')").fetchone()
            raw.execute("CHECKPOINT")
        server.stop()
        file = server.data / name
        whole = file.read_bytes()
        for _ in range(rounds(3, 20)):
            changed, bit = bytearray(whole), chance.randrange(8 * len(whole))
            changed[bit // 8] ^= 1 << bit % 8
            file.write_bytes(changed)
            server.start()
            with open_store(url, key_file=tmp_path / "key") as store:
                checked = store.verify()
                named = {one.patient for one in checked.damaged}
                assert named or checked.store
                for patient in PATIENTS:
                    try:
                        assert read(store, patient) == before[patient]
                    except DamagedCourse:
                        assert patient in named
            server.stop()
    finally:
        server.remove()

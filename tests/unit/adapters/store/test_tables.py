"""The tables keep the rules by which a distributed PostgreSQL, and SQLite beside it, can hold them."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Enum, Float, Numeric, Sequence, Table, create_engine
from sqlalchemy.pool import NullPool

from fullcourse.adapters.store.migrate import EDITION, edition_of, move_to
from fullcourse.adapters.store.tables import ABOUT, METADATA

OF_PATIENTS = [table for table in METADATA.tables.values() if table is not ABOUT]
CHAINED = [table for table in OF_PATIENTS if table.name in {"course_event", "course_set_aside"}]


@pytest.mark.parametrize("table", OF_PATIENTS, ids=str)
def test_whatever_belongs_to_a_patient_begins_every_key_and_index_with_the_patient(table: Table):
    assert next(iter(table.primary_key.columns)).name == "patient_id"
    assert [column.name for column in table.primary_key.columns] in (["patient_id"], ["patient_id", "id"])
    for constraint in table.constraints:
        columns = [column.name for column in getattr(constraint, "columns", ())]
        assert not columns or constraint.__visit_name__ == "check_constraint" or columns[0] == "patient_id"
    assert all(next(iter(index.columns)).name == "patient_id" for index in table.indexes)
    for key in table.foreign_key_constraints:
        assert "patient_id" in {element.column.name for element in key.elements}


@pytest.mark.parametrize("table", METADATA.tables.values(), ids=str)
def test_there_are_no_sequences_enumerations_decimals_defaults_or_deferred_checks(table: Table):
    for column in table.columns:
        assert not isinstance(column.type, Enum | Float | Numeric)
        assert not isinstance(column.default, Sequence)
        assert column.server_default is None
        assert column.identity is None
        assert column.autoincrement == "auto" or not column.autoincrement
    assert not any(key.deferrable for key in table.constraints)


@pytest.mark.parametrize("table", CHAINED, ids=str)
def test_events_are_chained_by_patient(table: Table):
    assert {"patient_id", "id", "seq", "prev_hash", "hash"} <= set(table.columns.keys())


def changed(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def filled(connection: Connection, count: int) -> None:
    connection.exec_driver_sql("INSERT INTO course_patient VALUES ('p', ?, x'01', 0, x'00', 5, NULL, x'02')", (count,))
    row = "INSERT INTO course_event VALUES ('p', ?, ?, 1790000000000000, ?, x'00', x'01')"
    connection.exec_driver_sql(row, [(f"id-{seq}", seq, bytes([seq % 256]) * 40) for seq in range(1, count + 1)])


def rows(connection: Connection) -> int:
    return hash(tuple(connection.exec_driver_sql("SELECT * FROM course_event ORDER BY id").all()))


def test_the_history_comes_to_the_tables_and_goes_back_and_forth_without_changing_a_row(tmp_path: Path):
    with create_engine(f"sqlite:///{tmp_path / 'a.db'}", poolclass=NullPool).begin() as connection:
        move_to(connection, EDITION)
        assert edition_of(connection) == EDITION
        assert changed(connection) == []
        filled(connection, 5000)
        before = rows(connection)
        move_to(connection, "0001")
        assert changed(connection) != []
        move_to(connection, EDITION)
        assert changed(connection) == []
        assert rows(connection) == before


def test_the_history_is_not_undone_past_its_beginning_while_an_event_is_there(tmp_path: Path):
    with create_engine(f"sqlite:///{tmp_path / 'a.db'}", poolclass=NullPool).begin() as connection:
        move_to(connection, EDITION)
        filled(connection, 1)
        with pytest.raises(RuntimeError, match="holds events"):
            move_to(connection, "base")
        connection.exec_driver_sql("DELETE FROM course_event")
        move_to(connection, "base")
        assert edition_of(connection) == ""


def test_sqlite_holds_each_column_to_its_type(tmp_path: Path):
    with create_engine(f"sqlite:///{tmp_path / 'a.db'}", poolclass=NullPool).begin() as connection:
        move_to(connection, EDITION)
        with pytest.raises(Exception, match="cannot store TEXT") as refused:
            connection.exec_driver_sql("INSERT INTO course_patient VALUES ('p', 'x', x'', 0, x'', 0, NULL, x'')")
        assert isinstance(refused.value.__cause__, sqlite3.IntegrityError)

"""The tables of access are those that its history makes, forwards and back to the first edition that can be left."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from fullcourse.adapters.access.store import opening
from fullcourse.adapters.access.store.opening import EDITION, EDITION_TABLE
from fullcourse.adapters.access.store.tables import METADATA
from fullcourse.adapters.store.migrate import edition_of, move_to

HISTORY = Path(opening.__file__).parent / "migrations"


def shape(connection):
    """Return columns, keys and indexes of every table of access."""
    seen = inspect(connection)
    return {
        name: (
            {(it["name"], str(it["type"]), it["nullable"]) for it in seen.get_columns(name)},
            tuple(seen.get_pk_constraint(name)["constrained_columns"]),
            {(it["name"], tuple(it["column_names"])) for it in seen.get_indexes(name)},
        )
        for name in seen.get_table_names()
        if name.startswith("access_") and name != EDITION_TABLE
    }


def test_the_history_makes_the_tables_that_are_read_and_written():
    declared, made = (create_engine("sqlite://", poolclass=NullPool) for _ in range(2))
    with declared.begin() as one, made.begin() as other:
        METADATA.create_all(one)
        move_to(other, EDITION, HISTORY, EDITION_TABLE)
        assert shape(one) == shape(other)
        assert "access_reminded" in shape(one)


@pytest.mark.parametrize("edition", ["0001", "0002"])
def test_an_older_edition_is_brought_up_to_date_and_this_one_can_be_left(edition):
    with create_engine("sqlite://", poolclass=NullPool).begin() as connection:
        move_to(connection, edition, HISTORY, EDITION_TABLE)
        before = shape(connection)
        move_to(connection, EDITION, HISTORY, EDITION_TABLE)
        assert edition_of(connection, EDITION_TABLE) == EDITION
        whole = shape(connection)
        move_to(connection, edition, HISTORY, EDITION_TABLE)
        assert shape(connection) == before != whole

"""The statements of a store as SQL text, compiled once from the tables for each engine.

Parameters are by place, in the order in which this file names them: a driver takes a tuple faster than a mapping, and
the writer of SQLite has about fifty microseconds for an event.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

from fullcourse.adapters.store.tables import ABOUT, ASIDE, EVENT, KEY, PATIENT

__all__ = ["PAGE", "POSTGRESQL", "SQLITE", "Statements", "statements_for"]

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"


@dataclass(frozen=True, slots=True)
class Statements:
    """SQL of one engine; after each what its parameters are, and what its rows hold.

    Attributes:
        patient: (patient) -> the row of the patient, without its id.
        lock_patient: The same, and nobody else may change it until the transaction ends.
        add_patient: (patient, last_seq, last_hash, aside_seq, aside_hash, received_us, erased_us, check_hash).
        set_patient: (last_seq, last_hash, aside_seq, aside_hash, received_us, erased_us, check_hash, patient).
        key: (patient) -> wrapped.
        add_key: (patient, wrapped).
        remove_key: (patient).
        add_event: (patient, id, seq, received_us, sealed, prev_hash, hash); nothing where the id is taken.
        add_aside: The same for one set aside.
        event: (patient, id) -> sealed.
        events: (patient) -> id, seq, received_us, sealed, prev_hash, hash; by seq, by way of the primary key.
        asides: The same for those set aside.
        event_places: (patient) -> seq; as the index by seq has them.
        aside_places: The same for those set aside.
        patients: (after) -> the next ids of patients with an event who are not erased.
        every_patient: (after) -> the next ids of anybody who is in a table; one statement for each table, so that a
            damaged one does not hide who is in the others.
        heads: (after) -> patient, the row of the patient, wrapped; of the next patients.
        changed: (since_us, since_us, after) -> the same as `heads`, of those that received something or were erased.
        unheard: (before_us, after) -> patient, received_us.
        about: (name) -> value.
        add_about: (name, value); nothing where the name is taken.
    """

    patient: str
    lock_patient: str
    add_patient: str
    set_patient: str
    key: str
    add_key: str
    remove_key: str
    add_event: str
    add_aside: str
    event: str
    events: str
    asides: str
    event_places: str
    aside_places: str
    patients: str
    every_patient: tuple[str, ...]
    heads: str
    changed: str
    unheard: str
    about: str
    add_about: str


PAGE: Final = 1000
"""So many ids of patients are read at a time."""
_PAGE: Final = f" LIMIT {PAGE}"


@cache
def statements_for(engine: str) -> Statements:
    """Return the statements of an engine: `SQLITE` or `POSTGRESQL`."""
    dialect: Dialect = (
        SQLiteDialect(paramstyle="qmark") if engine == SQLITE else PGDialect(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types
    )

    def text(statement: Executable) -> str:
        assert isinstance(statement, ClauseElement)  # noqa: S101 - every statement is one; the types do not say so
        return str(statement.compile(dialect=dialect))

    def add(table: Table, *unless: str) -> str:
        make = sqlite.insert if engine == SQLITE else postgresql.insert
        return text(make(table).on_conflict_do_nothing(index_elements=list(unless)))

    patient_row = select(*[column for column in PATIENT.c if column.name != "patient_id"]).where(_is(PATIENT))
    changed: dict[str, object] = {
        column.name: bindparam(column.name) for column in PATIENT.c if column.name != "patient_id"
    }
    return Statements(
        patient=text(patient_row),
        lock_patient=text(patient_row.with_for_update()),
        add_patient=add(PATIENT, "patient_id"),
        set_patient=text(update(PATIENT).values(changed).where(_is(PATIENT))),
        key=text(select(KEY.c.wrapped).where(_is(KEY))),
        add_key=text(insert(KEY)),
        remove_key=text(delete(KEY).where(_is(KEY))),
        add_event=add(EVENT, "patient_id", "id"),
        add_aside=add(ASIDE, "patient_id", "id"),
        event=text(select(EVENT.c.sealed).where(_is(EVENT), EVENT.c.id == bindparam("this"))),
        events=text(_chain(EVENT)),
        asides=text(_chain(ASIDE)),
        event_places=text(select(EVENT.c.seq).where(_is(EVENT)).order_by(EVENT.c.seq)),
        aside_places=text(select(ASIDE.c.seq).where(_is(ASIDE)).order_by(ASIDE.c.seq)),
        patients=text(_with_an_event()) + _PAGE,
        every_patient=tuple(text(_everybody(table)) + _PAGE for table in (PATIENT, KEY, EVENT, ASIDE)),
        heads=text(_heads()) + _PAGE,
        changed=text(_changed()) + _PAGE,
        unheard=text(_unheard()) + _PAGE,
        about=text(select(ABOUT.c.value).where(ABOUT.c.name == bindparam("this"))),
        add_about=add(ABOUT, "name"),
    )


def _is(table: Table) -> ColumnElement[bool]:
    return table.c.patient_id == bindparam("whom")


def _chain(table: Table) -> Select[tuple[object, ...]]:
    columns = table.c.id, table.c.seq, table.c.received_us, table.c.sealed, table.c.prev_hash, table.c.hash
    return select(*columns).where(_is(table)).order_by(table.c.seq)


def _living() -> ColumnElement[bool]:
    return (PATIENT.c.last_seq > literal_column("0")) & PATIENT.c.erased_us.is_(None)


def _with_an_event() -> Select[tuple[str]]:
    after = PATIENT.c.patient_id > bindparam("after")
    return select(PATIENT.c.patient_id).where(after, _living()).order_by(PATIENT.c.patient_id)


def _heads() -> Select[tuple[object, ...]]:
    """Return the statement on every patient's row with the wrapped key, which is NULL where there is none."""
    both = PATIENT.outerjoin(KEY, KEY.c.patient_id == PATIENT.c.patient_id)
    columns = *PATIENT.c, KEY.c.wrapped
    after = PATIENT.c.patient_id > bindparam("after")
    return select(*columns).select_from(both).where(after).order_by(PATIENT.c.patient_id)


def _changed() -> Select[tuple[object, ...]]:
    received = PATIENT.c.received_us >= bindparam("since")
    erased = PATIENT.c.erased_us >= bindparam("erased_since")
    both = PATIENT.outerjoin(KEY, KEY.c.patient_id == PATIENT.c.patient_id)
    after = PATIENT.c.patient_id > bindparam("after")
    columns = *PATIENT.c, KEY.c.wrapped
    return select(*columns).select_from(both).where(received | erased, after).order_by(PATIENT.c.patient_id)


def _unheard() -> Select[tuple[str, int]]:
    since = PATIENT.c.received_us < bindparam("before")
    after = PATIENT.c.patient_id > bindparam("after")
    return (
        select(PATIENT.c.patient_id, PATIENT.c.received_us)
        .where(since, after, _living())
        .order_by(PATIENT.c.patient_id)
    )


def _everybody(table: Table) -> Select[tuple[str]]:
    ids = table.c.patient_id
    return select(ids).distinct().where(ids > bindparam("after")).order_by(ids)

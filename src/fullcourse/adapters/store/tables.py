"""The tables of a store of events, the same on SQLite and PostgreSQL.

Whatever belongs to a patient begins its key, and every index, with ``patient_id``, so that a distributed PostgreSQL can
place it; there are no sequences, triggers, enumerations or numbers with a decimal point. What is said of a person
stands only in ``sealed``: encrypted with the patient's own key.

Times are whole microseconds since 1970 in UTC. Hashes are SHA-256.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["ABOUT", "ASIDE", "EVENT", "KEY", "METADATA", "PATIENT"]

METADATA: Final = MetaData()
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")  # ids are put in order alike on every server
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")  # STRICT tables of SQLite know INTEGER alone

PATIENT: Final = Table(
    "course_patient",
    METADATA,
    Column("patient_id", _TEXT, nullable=False),
    Column("last_seq", _WHOLE, nullable=False, comment="seq of the last event, 0 for none"),
    Column("last_hash", LargeBinary, nullable=False, comment="hash of the last event: the head of the chain"),
    Column("aside_seq", _WHOLE, nullable=False, comment="the same for events set aside"),
    Column("aside_hash", LargeBinary, nullable=False),
    Column("received_us", _WHOLE, nullable=False, comment="when the last event was received"),
    Column("erased_us", _WHOLE, nullable=True, comment="when the key was destroyed on demand"),
    Column("check_hash", LargeBinary, nullable=False, comment="hash of this row"),
    PrimaryKeyConstraint("patient_id", name="course_patient_key"),
    CheckConstraint("last_seq >= 0 AND aside_seq >= 0", name="course_patient_seq"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""One row a patient: where each chain ends, so that one that was cut off is seen."""

KEY: Final = Table(
    "course_key",
    METADATA,
    Column("patient_id", _TEXT, nullable=False),
    Column("wrapped", LargeBinary, nullable=False, comment="the patient's key, encrypted with that of the key file"),
    PrimaryKeyConstraint("patient_id", name="course_key_key"),
    ForeignKeyConstraint(["patient_id"], ["course_patient.patient_id"], name="course_key_patient"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""One row a patient that is not erased."""


def _chained(name: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("patient_id", _TEXT, nullable=False),
        Column("id", _TEXT, nullable=False),
        Column("seq", _WHOLE, nullable=False, comment="order of receipt within the patient, from 1"),
        Column("received_us", _WHOLE, nullable=False),
        Column("sealed", LargeBinary, nullable=False, comment="the event, encrypted"),
        Column("prev_hash", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        PrimaryKeyConstraint("patient_id", "id", name=f"{name}_key"),
        UniqueConstraint("patient_id", "seq", name=f"{name}_seq"),
        ForeignKeyConstraint(["patient_id"], ["course_patient.patient_id"], name=f"{name}_patient"),
        CheckConstraint("seq >= 1", name=f"{name}_seq_from_1"),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )


EVENT: Final = _chained("course_event")
"""Events, never changed and never removed."""

ASIDE: Final = _chained("course_set_aside")
"""Events whose id was taken by another, for a person to look at. Their id is that of the event, a slash and seq."""

ABOUT: Final = Table(
    "store_about",
    METADATA,
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("name", name="store_about_key"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""A small reference table about the store itself: which key file it needs."""

"""The tables of the first edition: patients, keys, events, and events set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SQLITE = {"sqlite_with_rowid": False, "sqlite_strict": True}
_TO_PATIENT = ["course_patient.patient_id"]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "course_patient",
        sa.Column("patient_id", _TEXT, nullable=False),
        sa.Column("last_seq", _WHOLE, nullable=False, comment="seq of the last event, 0 for none"),
        sa.Column("last_hash", sa.LargeBinary, nullable=False, comment="hash of the last event: the head of the chain"),
        sa.Column("aside_seq", _WHOLE, nullable=False, comment="the same for events set aside"),
        sa.Column("aside_hash", sa.LargeBinary, nullable=False),
        sa.Column("received_us", _WHOLE, nullable=False, comment="when the last event was received"),
        sa.Column("erased_us", _WHOLE, nullable=True, comment="when the key was destroyed on demand"),
        sa.Column("check_hash", sa.LargeBinary, nullable=False, comment="hash of this row"),
        sa.PrimaryKeyConstraint("patient_id", name="course_patient_key"),
        sa.CheckConstraint("last_seq >= 0 AND aside_seq >= 0", name="course_patient_seq"),
        **_SQLITE,
    )
    op.create_table(
        "course_key",
        sa.Column("patient_id", _TEXT, nullable=False),
        sa.Column(
            "wrapped", sa.LargeBinary, nullable=False, comment="the patient's key, encrypted with that of the key file"
        ),
        sa.PrimaryKeyConstraint("patient_id", name="course_key_key"),
        sa.ForeignKeyConstraint(["patient_id"], _TO_PATIENT, name="course_key_patient"),
        **_SQLITE,
    )
    for name in ("course_event", "course_set_aside"):
        op.create_table(
            name,
            sa.Column("patient_id", _TEXT, nullable=False),
            sa.Column("id", _TEXT, nullable=False),
            sa.Column("seq", _WHOLE, nullable=False, comment="order of receipt within the patient, from 1"),
            sa.Column("received_us", _WHOLE, nullable=False),
            sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the event, encrypted"),
            sa.Column("prev_hash", sa.LargeBinary, nullable=False),
            sa.Column("hash", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("patient_id", "id", name=f"{name}_key"),
            sa.UniqueConstraint("patient_id", "seq", name=f"{name}_seq"),
            sa.ForeignKeyConstraint(["patient_id"], _TO_PATIENT, name=f"{name}_patient"),
            sa.CheckConstraint("seq >= 1", name=f"{name}_seq_from_1"),
            **_SQLITE,
        )


def downgrade() -> None:
    """Remove them; refused while an event is there."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM course_event LIMIT 1")).first() is not None:
        raise RuntimeError("the store holds events, and going back to before its first edition would lose them")
    for name in ("course_set_aside", "course_event", "course_key", "course_patient"):
        op.drop_table(name)

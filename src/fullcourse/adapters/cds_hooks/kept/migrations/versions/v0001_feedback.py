"""The table of feedback on cards."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "cds_feedback",
        sa.Column("card_id", _TEXT, nullable=False, comment="UUID of the card"),
        sa.Column("outcome", _TEXT, nullable=False, comment="accepted or overridden"),
        sa.Column("outcome_us", _WHOLE, nullable=False, comment="when, as the client says; microseconds since 1970"),
        sa.Column("received_us", _WHOLE, nullable=False, comment="when it was received"),
        sa.Column("reason_code", _TEXT, nullable=False, comment="empty for none"),
        sa.Column("reason_system", _TEXT, nullable=False),
        sa.Column("accepted", _TEXT, nullable=False, comment="UUIDs of the suggestions taken, by spaces"),
        sa.Column("sealed_comment", sa.LargeBinary, nullable=True, comment="what somebody wrote, encrypted"),
        sa.PrimaryKeyConstraint("card_id", "outcome", "outcome_us", name="cds_feedback_key"),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Remove it; refused while something is kept there."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM cds_feedback LIMIT 1")).first() is not None:
        raise RuntimeError("feedback on cards is kept, and going back would lose it")
    op.drop_table("cds_feedback")

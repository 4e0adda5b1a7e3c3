"""Whose turn it is to do a piece of regular work."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "access_turn",
        Column("name", _TEXT, nullable=False),
        Column("done_us", _WHOLE, nullable=False),
        Column("holder", _TEXT, nullable=False),
        Column("ends_us", _WHOLE, nullable=False),
        PrimaryKeyConstraint("name", name="access_turn_key"),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Remove it: what is regular begins anew then."""
    op.drop_table("access_turn")

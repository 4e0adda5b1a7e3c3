"""Which key file a store needs, so that a wrong one is refused before anything is read or written with it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the store fills it when it is opened."""
    op.create_table(
        "store_about",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="store_about_key"),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Remove it; nothing of a patient stands in it."""
    op.drop_table("store_about")

"""Where people are reached with reminders, when not, and what became of each reminder."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_KINDS: dict[str, Any] = {"t": _TEXT, "w": _WHOLE, "b": LargeBinary}

_TABLES: dict[str, tuple[str, str]] = {
    "reach": ("patient account way device", "patient:t account:t way:t device:t is_supporter:w sealed:b"),
    "quiet": (
        "patient account",
        "patient:t account:t is_supporter:w begins_min:w ends_min:w language:t changed_us:w",
    ),
    "reminded": ("patient id", "patient:t id:t account:t way:t became:t at_us:w again_us:w tries:w"),
}


def upgrade() -> None:
    """Make the tables."""
    for name, (key, columns) in _TABLES.items():
        op.create_table(
            f"access_{name}",
            *(_column(told) for told in columns.split()),
            PrimaryKeyConstraint(*key.split(), name=f"access_{name}_key"),
            sqlite_with_rowid=False,
            sqlite_strict=True,
        )
    op.create_index("access_reminded_at", "access_reminded", ["at_us"])


def downgrade() -> None:
    """Remove them: nobody is reminded then."""
    op.drop_index("access_reminded_at", "access_reminded")
    for name in _TABLES:
        op.drop_table(f"access_{name}")


def _column(told: str) -> Column:  # type: ignore[type-arg]  # of any kind
    name, kind = told.split(":")
    return Column(name, _KINDS[kind], nullable=False)

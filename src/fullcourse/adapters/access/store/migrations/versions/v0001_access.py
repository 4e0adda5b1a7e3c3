"""The tables of the first edition of access."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_KINDS: dict[str, Any] = {"t": _TEXT, "w": _WHOLE, "b": LargeBinary}

_TABLES: dict[str, tuple[str, str]] = {
    "account": (
        "id",
        """id:t roles:t clinics:t patients:t login:b? wrapped:b? sealed:b? password:t? is_long:w totp:b? totp_new:b?
        totp_step:w subject:t? made_us:w closed_us:w? removed_us:w?""",
    ),
    "recovery": ("account code", "account:t code:b"),
    "session": (
        "hash",
        "hash:b id:t account:t kind:t device:t scopes:t made_us:w seen_us:w ends_us:w idle_us:w",
    ),
    "link": ("hash", "hash:b kind:t account:t patient:t role:t made_by:t ends_us:w"),
    "device": ("id", "id:t account:t patient:t secret:b pin:t tries:w made_us:w ended_us:w?"),
    "clinic": ("id", "id:t name:t made_us:w"),
    "course": ("patient", "patient:t clinic:t since_us:w"),
    "consent": ("patient seq", "patient:t seq:w supporter:t is_given:w said_by:t at_us:w"),
    "glass": ("account patient", "account:t patient:t ends_us:w"),
    "client": ("account", "account:t jwks:t scopes:t"),
    "jti": ("account jti", "account:t jti:b ends_us:w"),
    "failure": ("whose id", "whose:b id:t at_us:w"),
    "skew": ("session received_us", "session:t account:t received_us:w ahead_ms:w is_flagged:w"),
    "audit": ("seq", "seq:w at_us:w account:t patient:t said:t sealed:b prev_hash:b hash:b"),
    "audit_head": ("name", "name:t seq:w hash:b keyed:b"),
    "about": ("name", "name:t value:t"),
}
"""Key and columns of each table: t text, w whole number, b bytes; a question mark where there may be none."""

_INDEXES = (("account", "patients"), ("session", "account"), ("device", "patient"), ("audit", "patient", "seq"))


def upgrade() -> None:
    """Make the tables."""
    for name, (key, columns) in _TABLES.items():
        table = f"access_{name}"
        unique = [UniqueConstraint(of, name=f"{table}_{of}") for of in ("login", "subject") if name == "account"]
        op.create_table(
            table,
            *(_column(told) for told in columns.split()),
            PrimaryKeyConstraint(*key.split(), name=f"{table}_key"),
            *unique,
            sqlite_with_rowid=False,
            sqlite_strict=True,
        )
    for name, *of in _INDEXES:
        op.create_index(f"access_{name}_{of[0]}", f"access_{name}", list(of))


def downgrade() -> None:
    """Refuse: going back would lose the audit, which is kept for good."""
    raise RuntimeError("going back to before the first edition of access would lose accounts and the audit")


def _column(told: str) -> Column:  # type: ignore[type-arg]  # of any kind
    name, kind = told.rstrip("?").split(":")
    return Column(name, _KINDS[kind], nullable=told.endswith("?"))

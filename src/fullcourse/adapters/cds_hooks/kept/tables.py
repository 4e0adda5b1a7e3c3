"""The one table of what is kept of cards. It names nobody: a card's id is made with the secret of the key file.

What somebody wrote about an override may name a person, and stands there encrypted.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

__all__ = ["FEEDBACK", "METADATA"]

METADATA: Final = MetaData()
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")

FEEDBACK: Final = Table(
    "cds_feedback",
    METADATA,
    Column("card_id", _TEXT, nullable=False, comment="UUID of the card"),
    Column("outcome", _TEXT, nullable=False, comment="accepted or overridden"),
    Column("outcome_us", _WHOLE, nullable=False, comment="when, as the client says; microseconds since 1970"),
    Column("received_us", _WHOLE, nullable=False, comment="when it was received"),
    Column("reason_code", _TEXT, nullable=False, comment="empty for none"),
    Column("reason_system", _TEXT, nullable=False),
    Column("accepted", _TEXT, nullable=False, comment="UUIDs of the suggestions taken, by spaces"),
    Column("sealed_comment", LargeBinary, nullable=True, comment="what somebody wrote, encrypted"),
    PrimaryKeyConstraint("card_id", "outcome", "outcome_us", name="cds_feedback_key"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""One row for each time that somebody did something with a card."""

"""The tables of access, the same on SQLite and PostgreSQL: whole numbers, text and bytes, nothing else.

What names a person (a name, the word with which they sign in, an address they came from, a reason) stands only in
``sealed`` columns, encrypted with a key of the account or of the audit. A word that has to be found again stands as its
keyed hash. Whatever a caller holds as proof stands as a hash. Times are whole microseconds since 1970 in UTC.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "ABOUT",
    "ACCOUNT",
    "AUDIT",
    "AUDIT_HEAD",
    "CLIENT",
    "CLINIC",
    "CONSENT",
    "COURSE",
    "DEVICE",
    "FAILURE",
    "GLASS",
    "JTI",
    "LINK",
    "METADATA",
    "RECOVERY",
    "SESSION",
    "SKEW",
    "TURN",
]

METADATA: Final = MetaData()
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _whole(name: str, comment: str = "", *, or_none: bool = False) -> Column[int]:
    return Column(name, _WHOLE, nullable=or_none, comment=comment or None)


def _bytes(name: str, comment: str = "", *, or_none: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=or_none, comment=comment or None)


def _table(name: str, key: tuple[str, ...], *columns: Column[str] | Column[int] | Column[bytes]) -> Table:
    return Table(
        name,
        METADATA,
        *columns,
        PrimaryKeyConstraint(*key, name=f"{name}_key"),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )


ACCOUNT: Final = _table(
    "access_account",
    ("id",),
    _text("id"),
    _text("roles"),
    _text("clinics"),
    _text("patients"),
    _bytes("login", "keyed hash of the word with which the person signs in", or_none=True),
    _bytes("wrapped", "key of the account, itself encrypted; destroyed with the account", or_none=True),
    _bytes("sealed", "name and sign-in word", or_none=True),
    Column("password", _TEXT, nullable=True, comment="Argon2id"),
    _whole("is_long", "whether the password is long enough to stand without a second factor"),
    _bytes("totp", "sealed secret of the second factor", or_none=True),
    _bytes("totp_new", "the same before it was confirmed", or_none=True),
    _whole("totp_step", "last step that was used"),
    Column("subject", _TEXT, nullable=True, comment="keyed hash of issuer and subject of a sign-in elsewhere"),
    _whole("made_us"),
    _whole("closed_us", "when it was closed", or_none=True),
    _whole("removed_us", "when its person was removed from it", or_none=True),
)  # fmt: skip
"""One row a person or program. Roles, clinics and patients are words with spaces between them."""
Index("access_account_patients", ACCOUNT.c.patients)
ACCOUNT.append_constraint(UniqueConstraint("login", name="access_account_login"))
ACCOUNT.append_constraint(UniqueConstraint("subject", name="access_account_subject"))

RECOVERY: Final = _table("access_recovery", ("account", "code"), _text("account"), _bytes("code", "keyed hash"))
"""Codes for who has lost the second factor; a code that was used is not there."""

SESSION: Final = _table(
    "access_session",
    ("hash",),
    _bytes("hash", "of what the caller holds"),
    _text("id"),
    _text("account"),
    _text("kind"),
    _text("device"),
    _text("scopes"),
    _whole("made_us"),
    _whole("seen_us"),
    _whole("ends_us"),
    _whole("idle_us", "it ends when it was not used for so long; 0 for none"),
)
Index("access_session_account", SESSION.c.account)

LINK: Final = _table(
    "access_link",
    ("hash",),
    _bytes("hash", "of the one-time word"),
    _text("kind"),
    _text("account"),
    _text("patient"),
    _text("role"),
    _text("made_by"),
    _whole("ends_us"),
)
"""One-time links that were not used yet."""

DEVICE: Final = _table(
    "access_device",
    ("id",),
    _text("id"),
    _text("account"),
    _text("patient"),
    _bytes("secret", "hash of what the phone holds"),
    _text("pin"),
    _whole("tries", "wrong PINs since the last right one"),
    _whole("made_us"),
    _whole("ended_us", or_none=True),
)
Index("access_device_patient", DEVICE.c.patient)

CLINIC: Final = _table("access_clinic", ("id",), _text("id"), _text("name"), _whole("made_us"))

COURSE: Final = _table("access_course", ("patient",), _text("patient"), _text("clinic"), _whole("since_us"))
"""Which clinic has a course now."""

CONSENT: Final = _table(
    "access_consent",
    ("patient", "seq"),
    _text("patient"),
    _whole("seq"),
    _text("supporter"),
    _whole("is_given"),
    _text("said_by"),
    _whole("at_us"),
)
"""The ledger of consents: a row is never changed and never removed; the last of a supporter holds."""

GLASS: Final = _table(
    "access_glass", ("account", "patient"), _text("account"), _text("patient"), _whole("ends_us")
)  # fmt: skip
"""Who opened a course of another clinic, and until when."""

CLIENT: Final = _table("access_client", ("account",), _text("account"), _text("jwks"), _text("scopes"))
"""Public keys of programs of others, and the rights that they may ask for."""

JTI: Final = _table("access_jti", ("account", "jti"), _text("account"), _bytes("jti", "hash"), _whole("ends_us"))
"""Assertions that were used and would still hold."""

FAILURE: Final = _table("access_failure", ("whose", "id"), _bytes("whose", "keyed hash"), _text("id"), _whole("at_us"))
"""Tries of the last quarter of an hour that were not right."""

SKEW: Final = _table(
    "access_skew",
    ("session", "received_us"),
    _text("session"),
    _text("account"),
    _whole("received_us"),
    _whole("ahead_ms", "by how much the clock of the phone was ahead"),
    _whole("is_flagged"),
)

AUDIT: Final = _table(
    "access_audit",
    ("seq",),
    _whole("seq"),
    _whole("at_us"),
    _text("account"),
    _text("patient"),
    _text("said"),
    _bytes("sealed", "from where, and why"),
    _bytes("prev_hash"),
    _bytes("hash"),
)
"""Who saw or changed what: never changed, never removed, each chained to the one before."""
Index("access_audit_patient", AUDIT.c.patient, AUDIT.c.seq)

AUDIT_HEAD: Final = _table(
    "access_audit_head", ("name",), _text("name"), _whole("seq"), _bytes("hash"), _bytes("keyed", "over both")
)
"""One row: where the audit ends."""

TURN: Final = _table(
    "access_turn",
    ("name",),
    _text("name"),
    _whole("done_us", "until when the work is done"),
    _text("holder"),
    _whole("ends_us", "until when nobody else gets it"),
)
"""Whose turn it is to do a piece of regular work."""

ABOUT: Final = _table("access_about", ("name",), _text("name"), _text("value"))
"""Which key file it needs."""

"""Keeps feedback on cards in the database of the courses, SQLite or PostgreSQL, in a table of its own.

The same feedback twice is one row. Of several on one card the latest outcome counts.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import SQLAlchemyError

from fullcourse.adapters.cds_hooks.hooks import Overridden
from fullcourse.adapters.cds_hooks.kept.tables import FEEDBACK
from fullcourse.adapters.cds_hooks.reading.feedback import Feedback
from fullcourse.adapters.store.durable import NotKept
from fullcourse.adapters.store.key_file import read_key_file
from fullcourse.adapters.store.migrate import edition_of, move_to
from fullcourse.adapters.store.sealing import PatientKey
from fullcourse.clinical.errors import InputError

__all__ = ["EDITION_TABLE", "FeedbackStore"]

EDITION_TABLE: Final = "cds_version"
_EDITION: Final = "0001"
_HISTORY: Final = Path(__file__).parent / "migrations"
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SETTINGS: Final = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA synchronous=FULL",
    "PRAGMA trusted_schema=OFF",
)


class FeedbackStore:
    """A store of feedback."""

    def __init__(self, place: str, key_file: Path) -> None:
        """Open it in the database of a store of courses, which was opened before; beside it where that is a file.

        Args:
            place: Path of a file, ``sqlite:///PATH``, or ``postgresql://...``.
            key_file: Of that store.

        Raises:
            InputError: The key file is not there, or the database cannot be used.
        """
        key = read_key_file(key_file)
        if key is None:
            raise InputError("the key file of the store is not there, and cards cannot be told apart without it.")
        self._key = hmac.digest(key, b"fullcourse cds hooks card", "sha256")
        self._comments = PatientKey(hmac.digest(key, b"fullcourse cds hooks comment", "sha256"), b"cds feedback")
        self._engine = _engine(place)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        try:
            with self._engine.begin() as connection:
                if edition_of(connection, EDITION_TABLE) != _EDITION:
                    move_to(connection, _EDITION, _HISTORY, EDITION_TABLE)
        except BaseException as error:
            self.close()
            if isinstance(error, SQLAlchemyError):
                raise InputError(f"feedback on cards cannot be kept ({type(error).__name__}).") from None
            raise

    @property
    def key(self) -> bytes:
        """Return the secret by which cards are told apart."""
        return self._key

    def take(self, feedback: Sequence[Feedback], now: datetime) -> None:
        """Keep feedback, all of one call or none; what is there already stays as it is.

        Args:
            feedback: Of one call.
            now: When it was received.

        Raises:
            NotKept: It could not be brought to the disk.
        """
        rows = [
            {
                "card_id": it.card,
                "outcome": it.outcome,
                "outcome_us": _microseconds(it.at),
                "received_us": _microseconds(now),
                "reason_code": it.code,
                "reason_system": it.system,
                "accepted": " ".join(it.accepted),
                "sealed_comment": self._comments.seal(it.comment.encode(), it.card.encode()) if it.comment else None,
            }
            for it in feedback
        ]
        make = sqlite.insert if self._is_sqlite else postgresql.insert
        try:
            with self._engine.begin() as connection:
                connection.execute(make(FEEDBACK).on_conflict_do_nothing(), rows)
        except SQLAlchemyError:
            raise NotKept("the feedback was not kept. Send it again, the same.") from None

    def overridden(self, cards: Iterable[str]) -> Mapping[str, Overridden]:
        """Return those of some cards whose latest feedback is that they were overridden."""
        listed = list(cards)
        asked = (
            select(FEEDBACK.c.card_id, FEEDBACK.c.outcome, FEEDBACK.c.outcome_us, FEEDBACK.c.reason_code)
            .where(FEEDBACK.c.card_id.in_(listed))
            .order_by(FEEDBACK.c.outcome_us, FEEDBACK.c.received_us)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        latest = {str(card): (outcome, us, code) for card, outcome, us, code in rows}
        return {
            card: Overridden(_instant(us).date(), str(code))
            for card, (outcome, us, code) in latest.items()
            if outcome == "overridden"
        }

    def comments(self, card: str) -> tuple[str, ...]:
        """Return what was written about a card, in order of time."""
        asked = (
            select(FEEDBACK.c.sealed_comment)
            .where(FEEDBACK.c.card_id == card, FEEDBACK.c.sealed_comment.is_not(None))
            .order_by(FEEDBACK.c.outcome_us)
        )
        with self._engine.connect() as connection:
            sealed = [bytes(row[0]) for row in connection.execute(asked)]
        opened = (self._comments.open(it, card.encode()) for it in sealed)
        return tuple(it.decode() for it in opened if it is not None)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _engine(place: str) -> Engine:
    if place.startswith(("postgresql://", "postgres://")):
        url = make_url(place.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")
        return create_engine(url, pool_pre_ping=True)
    path = Path(place.removeprefix("sqlite:///")).expanduser()
    if not path.exists():
        raise InputError("the database of the courses is not there. Open the store first.")
    engine = create_engine(f"sqlite:///{path.with_name(f'{path.name}.cds')}")  # the file of courses has one writer

    def prepare(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own connection, of either engine
        for setting in _SETTINGS:
            cursor.execute(setting)
        cursor.close()

    listen(engine, "connect", prepare)
    return engine


def _microseconds(at: datetime) -> int:
    return (at - _BEGINNING) // _MICROSECOND


def _instant(microseconds: int) -> datetime:
    return _BEGINNING + microseconds * _MICROSECOND

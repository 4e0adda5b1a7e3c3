"""Whose turn it is: of several processes over one store, one alone does a piece of regular work.

A turn is a row of the database of access, so that it holds between machines too. It has an end, so that one who died
with it keeps nobody from the work for longer than that.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import TURN

__all__ = ["CLOCKS_DIFFER", "Turns"]

CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""The clocks of two machines may differ by so much; what was done further ahead was done by a clock that was wrong."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY: Final = ""


@final
class Turns:
    """The turns of one process."""

    def __init__(self, access: Access, holder: str) -> None:
        """Take what access has open.

        Args:
            access: Keeps the turns.
            holder: Random id of this process.
        """
        self._access = access
        self._holder = holder

    def done(self, name: str, now: datetime) -> datetime:
        """Return until when a piece of work is done: now for one that is asked for the first time ever.

        What was due before anybody asked is nobody's, so that a service that is begun does not make up for its past.

        Args:
            name: Of the work.
            now: The moment.
        """
        kept = self._access.read(lambda connection: _done(connection, name))
        if kept is not None and kept <= now + CLOCKS_DIFFER:
            return kept

        def write(connection: Connection) -> datetime:
            there = _done(connection, name)
            if there is None:
                connection.execute(insert(TURN).values(name=name, done_us=us(now), holder=_NOBODY, ends_us=0))
            elif there > now + CLOCKS_DIFFER:
                connection.execute(update(TURN).where(TURN.c.name == name).values(done_us=us(now), ends_us=0))
            else:
                return there
            return now

        try:
            return self._access.write(write, is_beside_rights=True)
        except IntegrityError:  # another process asked in the same moment
            return now

    def take(self, name: str, due: datetime, now: datetime, holds: timedelta) -> bool:
        """Take the turn, and return whether it was had: nobody else holds it, and it is not done yet.

        Args:
            name: Of the work, which `done` was asked of.
            due: When it was due.
            now: The moment.
            holds: For so long nobody else gets it.
        """
        is_free = (TURN.c.ends_us <= us(now)) | (TURN.c.ends_us > us(now + holds + CLOCKS_DIFFER))
        is_open = (TURN.c.name == name) & (TURN.c.done_us < us(due)) & is_free
        taken = update(TURN).where(is_open).values(holder=self._holder, ends_us=us(now + holds))
        return bool(self._access.write(lambda connection: connection.execute(taken).rowcount, is_beside_rights=True))

    def finish(self, name: str, now: datetime) -> None:
        """Say that the work is done until now; the turn is given back."""
        self._give_back(name, done_us=us(now), ends_us=0)

    def fail(self, name: str, again: datetime) -> None:
        """Say that the work could not be done, and from when on anybody may try it again."""
        self._give_back(name, ends_us=us(again))

    def _give_back(self, name: str, **values: int) -> None:
        is_ours = (TURN.c.name == name) & (TURN.c.holder == self._holder)
        given = update(TURN).where(is_ours).values(holder=_NOBODY, **values)
        self._access.write(lambda connection: connection.execute(given), is_beside_rights=True)


def _done(connection: Connection, name: str) -> datetime | None:
    kept = connection.execute(select(TURN.c.done_us).where(TURN.c.name == name)).scalar()
    return None if kept is None else _EPOCH + timedelta(microseconds=kept)

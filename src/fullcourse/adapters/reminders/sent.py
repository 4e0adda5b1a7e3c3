"""What became of each reminder: taken by one process before it is sent, so that none goes twice.

A process that dies between the two leaves it begun: nobody knows whether it went, it is not sent again, and it counts
as one that could not be sent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import REMINDED
from fullcourse.journey.phone import Reminder

__all__ = ["APART", "KEPT", "Became", "Ledger", "Taken", "Unsent", "prune", "unsent"]

APART: Final = timedelta(minutes=30)
"""Nobody is told twice within so long, whatever is due: a plan that is changed under way brings no second message."""
KEPT: Final = timedelta(days=28)
_DAY: Final = timedelta(days=1)
_AGAIN: Final = timedelta(minutes=5)
_TRIES: Final = 3
_LOST: Final = timedelta(minutes=10)


class Became(Enum):
    """What became of a reminder."""

    BEGUN = "begun"
    SENT = "sent"
    FAILED = "failed"
    """It could not be sent, and is tried again."""
    GIVEN_UP = "given up"
    """It could not be sent."""
    NO_ADDRESS = "no address"
    """There is no address, or none by which this service sends."""
    WITHHELD = "withheld"
    """A message cannot say which medicine to leave out, or the phone's plan is past its expiry."""


class Taken(Enum):
    """Whose a reminder is to send."""

    MINE = "mine"
    DONE = "done"
    """It was sent or given up, or another process is about to send it."""
    LATER = "later"
    """This person was told just now, or it failed just now."""


_NOT_SENT: Final = (Became.FAILED, Became.GIVEN_UP, Became.NO_ADDRESS, Became.WITHHELD)


@dataclass(frozen=True, slots=True)
class Unsent:
    """Reminders that could not be sent.

    Attributes:
        by_patient: How many, by random id.
    """

    by_patient: dict[str, int]

    @property
    def people(self) -> int:
        """Return of how many patients."""
        return len(self.by_patient)

    @property
    def reminders(self) -> int:
        """Return how many."""
        return sum(self.by_patient.values())


class Ledger:
    """The reminders of one patient in the database of access."""

    def __init__(self, access: Access, patient: str, most_a_day: int) -> None:
        """Take what access has open.

        Args:
            access: Keeps the rows.
            patient: Random id.
            most_a_day: So many are sent to one person within 24 hours.
        """
        self._access, self._patient, self._most_a_day = access, patient, most_a_day

    def take(self, reminder: Reminder, now: datetime) -> Taken:
        """Return whether a reminder is now this process's to send: nobody sent it, and nobody else is about to."""

        def work(connection: Connection) -> Taken:
            is_it = (REMINDED.c.patient == self._patient) & (REMINDED.c.id == reminder.id)
            row = connection.execute(select(REMINDED).where(is_it).with_for_update()).first()
            if row is None:
                if self._is_too_much(connection, reminder, now):
                    return Taken.LATER
                connection.execute(
                    insert(REMINDED).values(
                        patient=self._patient, id=reminder.id, account=reminder.account, way="",
                        became=Became.BEGUN.value, at_us=us(now), again_us=0, tries=1,
                    )
                )  # fmt: skip
                return Taken.MINE
            if row.became != Became.FAILED.value:
                return Taken.DONE
            if row.again_us > us(now):
                return Taken.LATER
            values = {"became": Became.BEGUN.value, "at_us": us(now), "tries": row.tries + 1}
            connection.execute(update(REMINDED).where(is_it).values(**values))
            return Taken.MINE

        try:
            return self._access.write(work, is_beside_rights=True)
        except IntegrityError:  # another process took it in the same moment
            return Taken.DONE

    def note(self, reminder: Reminder, became: Became, way: str, now: datetime) -> None:
        """Write down what became of a reminder that was taken; one that failed too often is given up."""
        is_it = (REMINDED.c.patient == self._patient) & (REMINDED.c.id == reminder.id)

        def work(connection: Connection) -> None:
            tries = connection.execute(select(REMINDED.c.tries).where(is_it)).scalar() or 0
            end = Became.GIVEN_UP if became is Became.FAILED and tries >= _TRIES else became
            values = {"became": end.value, "way": way, "again_us": us(now + _AGAIN)}
            connection.execute(update(REMINDED).where(is_it).values(**values))

        self._access.write(work, is_beside_rights=True)

    def _is_too_much(self, connection: Connection, reminder: Reminder, now: datetime) -> bool:
        """Return whether this person was told just now, or as often as is allowed within a day."""
        told = (
            (REMINDED.c.patient == self._patient)
            & (REMINDED.c.account == reminder.account)
            & REMINDED.c.became.in_((Became.BEGUN.value, Became.SENT.value))
        )
        counted = select(func.count()).select_from(REMINDED)
        if connection.execute(counted.where(told, REMINDED.c.at_us > us(now - APART))).scalar():
            return True
        today = connection.execute(counted.where(told, REMINDED.c.at_us > us(now - _DAY))).scalar()
        return int(today or 0) >= self._most_a_day


def unsent(connection: Connection, since: datetime, now: datetime, patients: Collection[str] | None = None) -> Unsent:
    """Return the reminders since a moment that could not be sent, or of which nobody knows whether they went.

    Args:
        connection: To the database of access.
        since: From when on.
        now: The moment.
        patients: Whose alone; None for everybody's.
    """
    is_not_sent = REMINDED.c.became.in_([one.value for one in _NOT_SENT])
    is_lost = (REMINDED.c.became == Became.BEGUN.value) & (REMINDED.c.at_us < us(now - _LOST))
    rows = connection.execute(
        select(REMINDED.c.patient, func.count())
        .where(REMINDED.c.at_us >= us(since), is_not_sent | is_lost)
        .group_by(REMINDED.c.patient)
        .order_by(REMINDED.c.patient)
    )
    return Unsent({str(who): int(count) for who, count in rows if patients is None or who in patients})


def prune(connection: Connection, now: datetime) -> None:
    """Remove what is older than `KEPT`: no dose of then can be told of any more."""
    connection.execute(delete(REMINDED).where(REMINDED.c.at_us < us(now - KEPT)))

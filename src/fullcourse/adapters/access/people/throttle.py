"""How often somebody may be wrong: so many tries in a quarter of an hour by sign-in word, and so many by address.

A try is counted before it is judged, so that a hundred at once are not all let through, and counted alike for words
that nobody has, so that the count tells nobody who is there.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import FAILURE
from fullcourse.clinical.errors import FullcourseError

__all__ = ["WINDOW_S", "TooOften", "Try", "count_try", "forget_tries", "forget_try"]

WINDOW_S: Final = 15 * 60
"""Tries of so many seconds count."""


class TooOften(FullcourseError):
    """Too many wrong tries.

    Attributes:
        again_s: Seconds after which another is looked at.
    """

    def __init__(self, again_s: int) -> None:
        """Keep when to come again."""
        self.again_s = again_s
        super().__init__(f"Too many tries were wrong. Try again in {(again_s + 59) // 60} minutes.")


Try = tuple[str, str, int]
"""What is counted (``account``, ``address``), for whom, and how many tries there may be."""


def count_try(access: Access, tries: Sequence[Try], now: datetime) -> str:
    """Count a try, and return its number, by which it can be forgotten.

    Raises:
        TooOften: As many as there may be were wrong already; this one is not counted, and not looked at.
    """
    number, at_us = str(uuid.uuid4()), us(now)
    since = at_us - WINDOW_S * 1_000_000

    def work(connection: Connection) -> int:
        connection.execute(delete(FAILURE).where(FAILURE.c.at_us <= since))
        wait_us = 0
        for kind, whose, most in sorted(tries):
            key = access.keys.blind(kind, whose)
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key[:8], "big", signed=True))))
            count, first = connection.execute(
                select(func.count(), func.min(FAILURE.c.at_us)).where(FAILURE.c.whose == key)
            ).one()
            if count >= most:
                wait_us = max(wait_us, int(first) - since)
        if not wait_us:
            rows = [{"whose": access.keys.blind(kind, whose), "id": number, "at_us": at_us} for kind, whose, _ in tries]
            connection.execute(insert(FAILURE), rows)
        return wait_us

    if wait_us := access.write(work):
        raise TooOften(-(-wait_us // 1_000_000))
    return number


def forget_try(connection: Connection, number: str) -> None:
    """Forget one try that was right as far as it went, and no other: wrong codes before it count on."""
    connection.execute(delete(FAILURE).where(FAILURE.c.id == number))


def forget_tries(connection: Connection, access: Access, number: str, kind: str, whose: str) -> None:
    """Forget a try that was right, and every wrong one before it of the same account; those of an address stay.

    Otherwise whoever has an account of their own would begin anew at another's after each right try.
    """
    forget_try(connection, number)
    connection.execute(delete(FAILURE).where(FAILURE.c.whose == access.keys.blind(kind, whose)))

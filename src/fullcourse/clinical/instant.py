"""An instant with its zone, as people and records write it, and one clock for instants that are compared.

A time without a zone beside times with one could be hours away from what was meant, so the two are never mixed. Unlike
a `Moment`, an instant is never partial: hours decide what a level means.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from fullcourse.clinical.errors import InputError

__all__ = ["check_clock", "in_zone", "parse_instant", "seconds_since_1970"]


def parse_instant(text: str, field: str) -> datetime:
    """Read an ISO 8601 date and time, with or without an offset.

    Args:
        text: For example ``2026-11-03T10:05+02:00``.
        field: What the time is of, for the error message.

    Raises:
        InputError: It has no time of day, or is no date of the calendar.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{field}: time '{text[:40]}' is not understood. Write it as 2026-11-03T10:05+02:00."
        ) from None
    if "T" not in text and " " not in text:
        raise InputError(
            f"{field}: '{text[:40]}' has no time of day, and hours decide. Write it as {text[:10]}T10:05+02:00."
        )
    return instant


def check_clock(instants: Sequence[tuple[str, datetime]], zone: str | None = None) -> bool:
    """Return whether times are all on one clock without a zone; refuse a mixture.

    Args:
        instants: What each time is, and the time.
        zone: The offset that was given for times without one; None where none was.

    Raises:
        InputError: Some times have a zone and others have none, and no zone was given for these.
    """
    naive = [what for what, at in instants if at.tzinfo is None]
    if not naive or zone is not None:
        return False
    if len(naive) < len(instants):
        raise InputError(
            f"{naive[0]}: the time has no zone, while other times have one; the difference could be hours. "
            "Write the offset, for example 2026-11-03T10:05+02:00, or give --zone."
        )
    return True


def in_zone(at: datetime, zone: tzinfo | None) -> datetime:
    """Return an instant in its own zone, else in the one given, where one is."""
    return at.replace(tzinfo=zone) if at.tzinfo is None else at


def seconds_since_1970(at: datetime) -> float:
    """Return seconds since 1970 in UTC, to put instants in order; a time without a zone is taken as UTC.

    The zone of the computer is never used: the same record would be ordered differently on another one.

    Example:
        >>> seconds_since_1970(datetime(1970, 1, 1, 2))
        7200.0
    """
    return in_zone(at, UTC).timestamp()

"""Times of day: the hours that words stand for, and those of doses at even intervals; readings of ours."""

import re

from fullcourse.clinical.errors import InputError

__all__ = ["CLOCK", "EVERY_H", "TIME_OF_DAY", "clock_hours", "clock_text"]

CLOCK = {"morning": 8.0, "noon": 12.0, "evening": 20.0, "night": 22.0}
"""Hours of the day that the words stand for in simulations; a reading of ours, shown with the plan."""

EVERY_H = {6: (6.0, 12.0, 18.0, 24.0), 8: (6.0, 14.0, 22.0), 12: (8.0, 20.0), 24: (8.0,)}
"""Clock hours of doses at even intervals; 24 is midnight."""

TIME_OF_DAY = rf"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]|{'|'.join(CLOCK)}"
"""How a time of day is written, as a pattern."""

_HOURS_MINUTES = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)


def clock_hours(at: str) -> float:
    """Return the hour of the day of a dose: ``08:00`` is 8, ``evening`` is 20.

    Raises:
        InputError: It is neither a clock time nor one of the four words.
    """
    if at in CLOCK:
        return CLOCK[at]
    written = _HOURS_MINUTES.fullmatch(at)
    if written is None:
        raise InputError(f"dose time '{at[:20]}' is not understood. Use 08:00, or one of: {', '.join(CLOCK)}.")
    return int(written[1]) % 24 + int(written[2]) / 60.0


def clock_text(at: str | float) -> str:
    """Return a time of day in its one form: ``8:00`` and 8.0 are ``08:00``; a word stays as it is.

    Raises:
        InputError: It is no time of day.
    """
    if isinstance(at, str) and at in CLOCK:
        return at
    hour = clock_hours(at) if isinstance(at, str) else at
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

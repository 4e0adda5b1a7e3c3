"""Whether a command was handed a course or a record, and its moment."""

import re
from pathlib import Path
from typing import Final

from fullcourse.clinical.moment import parse_day

__all__ = ["end_of_day", "is_course"]

_EVENT: Final = b'"fullcourse/event/'
_LOOKED_AT: Final = 65_536
_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_course(name: str) -> bool:
    """Return whether this is a course: an id as a store gives it, or a file whose events name their schema."""
    path = Path(name)
    if not path.is_file():
        return _ID.fullmatch(name) is not None
    with path.open("rb") as file:
        return _EVENT in file.read(_LOOKED_AT)


def end_of_day(at: str | None) -> str | None:
    """Return a date as the end of its day in UTC, so that what happened on it is seen."""
    return f"{parse_day(at, '--at').isoformat()}T23:59:59+00:00" if at is not None and "T" not in at else at

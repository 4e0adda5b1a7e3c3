"""Time zones by the rules that ship with the software, never by those of the operating system.

Python looks for the computer's own zone files first, and two computers then put one dose at two times: an edition of
2025 and one of 2026 differ in a dozen zones. Here the files of the package ``tzdata`` are read, whatever the computer
has, and their edition stands in every answer that names a time.
"""

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import tzdata

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import Zone

__all__ = ["EDITION", "load_zone"]

EDITION = tzdata.IANA_VERSION
"""Edition of the time zone database, for example ``2026f``."""


@cache
def load_zone(name: str) -> Zone:
    """Return a zone by its IANA name.

    Raises:
        InputError: There is no zone of that name in this edition.

    Example:
        >>> load_zone("Asia/Kathmandu").name
        'Asia/Kathmandu'
    """
    if name not in _names():
        raise InputError(
            f"zone '{name[:60]}' is not in the time zone database {EDITION}. Write it as Africa/Johannesburg."
        )
    file = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with file.open("rb") as data:
        return Zone(name, ZoneInfo.from_file(data, key=name), EDITION)


@cache
def _names() -> frozenset[str]:
    """Return every name of the database, so that no text of a user ever becomes a path."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("ascii").split())

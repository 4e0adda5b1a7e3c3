"""Ids of events: UUIDv7 (RFC 9562), made where the event happened from a clock and chance that are handed in.

The first 48 bits are milliseconds since 1970, so that ids sort by when they were made; the rest is chance. The time in
an id is no evidence: a phone's clock may be wrong, and nothing is ever decided by it.
"""

import re
from typing import Final
from uuid import UUID

from fullcourse.clinical.errors import InputError

__all__ = ["event_id", "is_event_id", "parse_event_id"]

CHANCE_BITS: Final = 74
_UUID7: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def event_id(unix_ms: int, chance: int) -> str:
    """Return a UUIDv7.

    Args:
        unix_ms: Milliseconds since 1970 in UTC, 0 to 2**48 - 1.
        chance: 74 random bits.

    Raises:
        ValueError: A number is outside its range.

    Example:
        >>> event_id(0x017F22E279B0, (0xCC3 << 62) | 0x18C4DC0C0C07398F)
        '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
    """
    if not 0 <= unix_ms < 1 << 48 or not 0 <= chance < 1 << CHANCE_BITS:
        raise ValueError("an id takes 48 bits of time and 74 of chance")
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    return str(UUID(int=unix_ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low))


def is_event_id(text: str) -> bool:
    """Return whether a text is a UUIDv7 in its one form, lower case with hyphens."""
    return _UUID7.fullmatch(text) is not None


def parse_event_id(text: str, field: str) -> str:
    """Return an id in its one form, lower case with hyphens.

    Raises:
        InputError: It is no UUIDv7. The message does not repeat it.
    """
    lower = text.lower()
    if not _UUID7.fullmatch(lower):
        raise InputError(
            f"{field}: it is no UUIDv7, and an id made from something else could stand twice. Make it where the event "
            "happens, as 0190f3a2-....-7...-8...-............ (RFC 9562)."
        )
    return lower

"""Turn single values of a report into those of E2B: dates, numbers, codes, and why one is not there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fullcourse.adapters.e2b.sections import Null, Section, Value
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval

__all__ = ["Draft", "hl7_date", "joined", "number", "put", "qualified", "ucum", "yes"]

_PARTS = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?"
)
_SIGNS = {"below": "<", "at most": "<=", "above": ">", "at least": ">="}


@dataclass(slots=True)
class Draft:
    """A batch that is being made of a report.

    Attributes:
        batch: The elements.
        left_out: What the report holds and E2B has no element for, so that it is named and not lost in silence.
    """

    batch: Section = field(default_factory=Section)
    left_out: list[str] = field(default_factory=list)


def put(section: Section, values: dict[str, Value | None]) -> Section:
    """Add the elements that are known; an empty text is none."""
    for element, value in values.items():
        if value is not None and value != "":
            section.values[element] = value
    return section


def hl7_date(moment: Moment | None) -> str | None:
    """Return a time as HL7 writes it, as exact as it is known: ``2024``, ``20240305``, ``20240305080000+0100``.

    Example:
        >>> from fullcourse.clinical.moment import parse_moment
        >>> hl7_date(parse_moment("2024-03-05T08:00:00+01:00", "x")), hl7_date(parse_moment("2024-03", "x"))
        ('20240305080000+0100', '202403')
    """
    found = _PARTS.fullmatch(moment.text) if moment else None
    if found is None:
        return None
    zone = {"Z": "+0000", None: ""}.get(found[7], (found[7] or "").replace(":", ""))
    return "".join(part or "" for part in found.groups()[:6]) + zone


def number(value: float | None) -> str | None:
    """Return a number without the zeros that a computer adds: ``250``, ``0.5``."""
    return None if value is None else f"{value:.12g}" if abs(value) < 1e12 else str(value)


def qualified(value: Interval) -> str | None:
    """Return a result as F.r.3.2 has it, ``36`` or ``<0.5``; None for a range with two ends, which it cannot say."""
    if value.is_exact:
        return number(value.low)
    words = str(value)
    for word, sign in _SIGNS.items():
        if words.startswith(word + " ") and "," not in words:
            return sign + words.removeprefix(word + " ")
    return None


def yes(answer: bool | None) -> Value:
    """Return ``true``, or no information: these elements know no "false" (I-1426)."""
    return "true" if answer else Null("NI")


def ucum(unit: str) -> str:
    """Return a unit as UCUM codes it, where a screen writes it with a sign of its own.

    Example:
        >>> ucum("µmol/L")
        'umol/L'
    """
    return unit.replace("µ", "u").replace("μ", "u")


def joined(words: Iterable[str]) -> str:
    """Return texts as one, each on its own line."""
    return "\n".join(word for word in words if word.strip())

"""Whose a line is, by a scan that costs a third of reading it; where the scan cannot be sure, the line is read.

The scan is a hint for the way that a line takes through a cluster, and decides nothing: where the line arrives it is
read strictly, and a line that came to another than its patient fails the run (`chunks.py`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.register.read.lines import ELSEWHERE, Mention, SetAside, read_line
from fullcourse.adapters.register.read.taken_out import Dates

__all__ = ["Way", "may_be_product", "scanned", "way_of"]

_KIND: Final = re.compile(rb'\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]+)"')
_REFERENCE: Final = re.compile(rb'"reference"\s*:\s*"([^"]*)"')
_OF_PATIENT: Final = re.compile(
    rb"\s*(?:[!-~]*/Patient/|urn:uuid:|Patient/)([A-Za-z0-9\-.]{1,64})(?:/_history/[!-.0-~]*)?\s*"
)
_NAMES: Final = (b"Patient/", b"urn:uuid:")
_READ: Final = frozenset(map(str.encode, (*ELSEWHERE, "Patient", "Bundle")))
_PRODUCTS: Final = tuple(f'"{kind}"'.encode() for kind in ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a line goes.

    Attributes:
        patients: To whom; several where a line that cannot be read names several.
        is_told: Whether the line was read here, so that what is wrong with it is told here and not where it arrives.
        reason: Why it is set aside; empty when it is not, or not known yet.
        is_other: Whether it is about no patient, and is counted.
    """

    patients: Sequence[str] = ()
    is_told: bool = False
    reason: str = ""
    is_other: bool = False


def way_of(line: bytes, dates: Dates) -> Way:
    """Return where a line goes.

    Args:
        line: One line, without its end; not blank.
        dates: The dating elements of each type.
    """
    if patient := scanned(line):
        return Way((patient,))
    mention = read_line(line, dates)
    if isinstance(mention, SetAside):
        return Way(mention.patients, True, mention.reason)
    if mention.patient:
        return Way((mention.patient,), True)
    return Way(is_told=True, is_other=not _is_product(mention))


def scanned(line: bytes) -> str:
    """Return the one patient whose a line can be; empty where only reading it tells.

    The reader takes the patient from an element ``reference``. A line without a backslash holds each such text as it
    stands; where they are all whole and one patient alone is named in them, it is about that one or about nobody,
    whether it can be read or not. Types that are nobody's, or are themselves a patient, are read.
    """
    kind = _KIND.match(line)
    if kind is None or kind[1] in _READ or b"\\" in line:
        return ""
    references = _REFERENCE.findall(line)
    if len(references) != line.count(b'"reference"'):
        return ""
    patient = b""
    for reference in references:
        if _NAMES[0] in reference or _NAMES[1] in reference:
            named = _OF_PATIENT.fullmatch(reference)
            if named is None or (patient and named[1] != patient):
                return ""
            patient = named[1]
    return patient.decode()


def may_be_product(line: bytes) -> bool:
    """Return whether a line may be a product or a substance: the name of the type stands in it, or may, in escapes."""
    return any(name in line for name in _PRODUCTS) or b"\\u" in line


def _is_product(mention: Mention) -> bool:
    return mention.kind in ELSEWHERE and bool(mention.shape)

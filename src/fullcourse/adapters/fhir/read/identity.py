"""Who a record is about, for comparing two records by hand: the one place that reads names, and it gives none away.

What is read here is compared and forgotten. It reaches no event, no answer and no message, and is not shown in a
traceback either.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fullcourse.adapters.json_text import decode_text, parse_json, parse_json_lines
from fullcourse.clinical.errors import InputError

__all__ = ["Identity", "read_identity"]

_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LATIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_LAST_LATIN: Final = "\u024f"


@dataclass(frozen=True, slots=True)
class Identity:
    """What two records are compared by.

    Attributes:
        names: Words of each name, without accents and in lower case.
        born: As written, to the year, month or day; empty where it is not there.
        sex: ``male`` or ``female``; empty for anything else.
        identifiers: Values by their system.
        phones: The last eight digits of each number.
    """

    names: frozenset[tuple[str, ...]] = field(repr=False)
    born: str = field(repr=False)
    sex: str = field(repr=False)
    identifiers: Mapping[str, frozenset[str]] = field(repr=False)
    phones: frozenset[str] = field(repr=False)


def read_identity(data: bytes, what: str) -> Identity:
    """Read who a FHIR record is about.

    Args:
        data: JSON or NDJSON, of one patient.
        what: What the record is called in messages.

    Raises:
        InputError: It cannot be read, or holds no Patient, or more than one.
    """
    text = decode_text(data, what)
    try:
        values = [parse_json(text, what)]
    except InputError:
        if text.count("\n{") == 0:
            raise
        values = parse_json_lines(text, what)
    patients = [resource for value in values for resource in _resources(value) if _kind(resource) == "Patient"]
    if len(patients) != 1:
        raise InputError(f"{what} holds {len(patients)} Patients, and one is compared. Hand in one FHIR record each.")
    (patient,) = patients
    identifiers: dict[str, set[str]] = {}
    for entry in _objects(patient.get("identifier")):
        if (system := _text(entry, "system")) and (value := _text(entry, "value").strip()):
            identifiers.setdefault(system, set()).add(value.casefold())
    gender, born = _text(patient, "gender"), _text(patient, "birthDate")
    return Identity(
        frozenset(words for name in _objects(patient.get("name")) if (words := _words(name))),
        born if _DATE.fullmatch(born) else "",
        gender if gender in ("male", "female") else "",
        {system: frozenset(values) for system, values in identifiers.items()},
        frozenset(filter(None, map(_phone, _objects(patient.get("telecom"))))),
    )


def _resources(value: object) -> Iterable[Mapping[str, object]]:
    if not isinstance(value, dict):
        return
    yield value
    for entry in _objects(value.get("entry")):
        if isinstance(resource := entry.get("resource"), dict):
            yield resource


def _kind(resource: Mapping[str, object]) -> object:
    return resource.get("resourceType")


def _objects(value: object) -> list[dict[str, object]]:
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    return value if isinstance(value, str) else ""


def _words(name: Mapping[str, object]) -> tuple[str, ...]:
    given = name.get("given")
    parts = [_text(name, "family"), *(it for it in (given if isinstance(given, list) else []) if isinstance(it, str))]
    written = " ".join(parts).strip() or _text(name, "text")
    return tuple("".join(_letters(written)).split())


def _letters(written: str) -> Iterable[str]:
    """Yield the letters of a name in lower case, others as blanks; a mark falls away from a Latin letter alone."""
    base = ""
    for letter in unicodedata.normalize("NFKD", written.casefold().translate(_LATIN)):
        kind = unicodedata.category(letter)[0]
        if kind == "M":
            if base > _LAST_LATIN:
                yield letter
            continue
        base = letter
        yield letter if kind == "L" else "" if letter in "'’ʼ" else " "


def _phone(telecom: Mapping[str, object]) -> str:
    digits = re.sub(r"\D", "", _text(telecom, "value")) if _text(telecom, "system") in ("phone", "sms") else ""
    return digits[-8:] if len(digits) >= 8 else ""

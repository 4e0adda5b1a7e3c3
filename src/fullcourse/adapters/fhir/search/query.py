"""What a search asks, read from its parameters, and which resources match.

A parameter that is not known is never passed over in silence: it is handed back by name. One that would change which
resources come first, or which are left out, is refused.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fullcourse.adapters.fhir.search.dates import DateAsked, read_date
from fullcourse.adapters.fhir.search.parameters import PARAMETERS, Parameter, ParameterKind, parameters_of
from fullcourse.adapters.fhir.search.tokens import TokenAsked, read_token, split_values
from fullcourse.adapters.fhir.served.resource import Served
from fullcourse.adapters.fhir.write.naming import patient_of_id
from fullcourse.clinical.errors import InputError

__all__ = ["COUNT", "CURSOR", "MOST", "Query", "patient_asked", "read_query"]

Asked = Mapping[str, tuple[str, ...]]
"""Parameters by name, each with all its values."""

CURSOR: Final = "_cursor"
COUNT: Final = 50
"""How many resources a page holds where nobody says."""
MOST: Final = 500
"""How many it holds at most."""

_PAGING: Final = ("_count", "_sort", "_summary", "_total", CURSOR)
_ABOUT_THE_ANSWER: Final = ("_format", "_pretty")
_OWNERS: Final = ("patient", "subject")
_REFERENCE: Final = re.compile(r"(?:(?P<base>https?://.+?)/)?(?:(?P<kind>[A-Z][A-Za-z]+)/)?(?P<id>[A-Za-z0-9.-]{1,64})")
_SORTS: Final = ("date", "_lastUpdated")
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked.

    Attributes:
        kind: Type of the resources.
        patient: Random id of whom it is about; None for whoever the caller may see.
        wanted: Tests that every resource must pass: parameters with values of which one must match.
        count: How many resources a page holds at most; 0 for the total alone.
        sort: ``date`` or ``_lastUpdated``.
        newest_first: Whether it is turned round.
        wants_total: Whether the total is asked for.
        cursor: Where the page begins; empty for the first.
        unknown: Names of parameters that are not known here.
        understood: The parameters that count, as they were written, for the links.
    """

    kind: str
    patient: str | None
    wanted: tuple[tuple[Parameter, tuple[DateAsked | TokenAsked | str, ...]], ...]
    count: int
    sort: str
    newest_first: bool
    wants_total: bool
    cursor: str
    unknown: tuple[str, ...]
    understood: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """Return by which a cursor of another search is told."""
        filters = sorted(it for it in self.understood if it[0] not in ("_count", "_total", CURSOR))
        return hashlib.sha256(json.dumps([self.kind, filters]).encode()).hexdigest()[:16]

    def matches(self, it: Served) -> bool:
        """Return whether a resource is asked for."""
        return all(any(_matches(parameter, value, it) for value in values) for parameter, values in self.wanted)


def _matches(parameter: Parameter, value: DateAsked | TokenAsked | str, it: Served) -> bool:
    match value:
        case DateAsked():
            if parameter.name == "_lastUpdated":
                return value.matches(it.updated, it.updated + timedelta(microseconds=1))
            return value.matches(it.starts, it.ends)
        case TokenAsked():
            return value.matches(it.bare.get(parameter.element))
    references = it.bare.get(parameter.element)
    listed = references if isinstance(references, list) else [references]
    return any(isinstance(one, dict) and one.get("reference") == value for one in listed)


def patient_asked(kind: str, asked: Asked, base: str) -> str | None:
    """Return the random id of the patient whom a search names, by a reference or by the id of a resource.

    Args:
        kind: Type of the resources.
        asked: The parameters.
        base: Address of the service's FHIR, without a slash at its end.

    Raises:
        InputError: It names several, or a reference is none to a patient of this service.
    """
    named = {
        _patient_of(value, name, base)
        for name, values in asked.items()
        if name.partition(":")[0] in _OWNERS
        for text in values
        for value in split_values(text) or ("",)
    }
    ids = [one for text in asked.get("_id", ()) for one in split_values(text)]
    named |= {patient_of_id(kind, read_token(one).code) for one in ids}
    if len(named) > 1:
        raise InputError("the search names more than one patient. Ask for one patient at a time.")
    return next(iter(named), None)


def _patient_of(text: str, name: str, base: str) -> str:
    plain, _, modifier = name.partition(":")
    written = _REFERENCE.fullmatch(text)
    if written is None or modifier not in ("", "Patient") or written["kind"] not in (None, "Patient"):
        raise InputError(f"{plain}: it is no reference to a Patient. Write it as Patient/ID.")
    if written["base"] is not None and written["base"] != base:
        raise InputError(f"{plain}: it refers to a patient of another server, which is nobody here.")
    return str(written["id"])


def read_query(kind: str, asked: Asked, base: str) -> Query:
    """Read what a search asks.

    Args:
        kind: Type of the resources, of `PARAMETERS`.
        asked: The parameters.
        base: Address of the service's FHIR, without a slash at its end.

    Raises:
        InputError: A value cannot be read, or a known parameter is asked in a way that is not offered.
    """
    known, wanted, unknown, understood = parameters_of(kind), [], [], []
    for name, values in asked.items():
        plain, _, modifier = name.partition(":")
        if name in (*_PAGING, *_ABOUT_THE_ANSWER):
            if len(values) > 1:
                raise InputError(f"{name}: it stands more than once, and only one can be meant.")
            understood += [(name, values[0])] if name in _PAGING else []
            continue
        if plain not in known:
            unknown.append(name)
            continue
        if modifier and not (plain in _OWNERS and modifier == "Patient"):
            raise InputError(f"{plain}: the modifier ':{modifier[:20]}' is not offered here.")
        understood += [(name, text) for text in values]
        if plain not in _OWNERS:
            wanted += [(known[plain], _values(known[plain], text)) for text in values]
    sort, newest_first = _sorted_by(kind, asked.get("_sort", ("date",))[0])
    summary = asked.get("_summary", ("false",))[0]
    if summary not in ("false", "count"):
        raise InputError("_summary: only count and false are offered here.")
    total = asked.get("_total", ("none",))[0]
    if total not in ("none", "accurate"):
        raise InputError("_total: only none and accurate are offered here.")
    count = 0 if summary == "count" else _count(asked.get("_count", (str(COUNT),))[0])
    return Query(
        kind=kind,
        patient=patient_asked(kind, asked, base),
        wanted=tuple(wanted),
        count=count,
        sort=sort,
        newest_first=newest_first,
        wants_total=total == "accurate" or count == 0,
        cursor=asked.get(CURSOR, ("",))[0],
        unknown=tuple(unknown),
        understood=tuple(understood),
    )


def _values(parameter: Parameter, text: str) -> tuple[DateAsked | TokenAsked | str, ...]:
    values = split_values(text)
    if not values:
        raise InputError(f"{parameter.name}: it is empty, and could mean anything. Write what is asked for.")
    match parameter.kind:
        case ParameterKind.DATE:
            return tuple(read_date(value, parameter.name) for value in values)
        case ParameterKind.TOKEN:
            return tuple(read_token(value) for value in values)
    return values


def _sorted_by(kind: str, text: str) -> tuple[str, bool]:
    """Return by what is sorted; a sort that is not offered would put another resource first, and is refused."""
    dates: Sequence[str] = [it.name for it in PARAMETERS[kind] if it.kind is ParameterKind.DATE]
    name = text.removeprefix("-")
    if name in dates:
        name = "date"
    if name not in _SORTS:
        raise InputError(f"_sort: only {', '.join((*dates, '_lastUpdated'))} is offered here, with - for newest first.")
    return name, text.startswith("-")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InputError("_count: it is no whole number of 0 or more. Correct it.")
    return min(int(text[:_DIGITS]) if len(text) <= _DIGITS else MOST, MOST)

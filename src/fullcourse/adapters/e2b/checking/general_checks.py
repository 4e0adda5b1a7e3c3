"""Check every element of a report against the table: required, codes, length, kind, dates, null flavours, pointers."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from fullcourse.adapters.e2b.checking.conditions import place_of, repetitions
from fullcourse.adapters.e2b.layout import layout
from fullcourse.adapters.e2b.sections import Null, Section, Value, walk
from fullcourse.adapters.e2b.table import Element, element_of, elements

__all__ = ["CHECKS", "Fault", "moment_of"]

Fault = tuple[str, str, str, str]
"""Element, place, what is wrong, what to do."""

_MOMENT = re.compile(r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d+)?)?)?)?)?)?([+-]\d{4})?")
_NUMBER = re.compile(r"(?:[<>]=?)?-?\d+(?:\.\d+)?")
_POINTER = "G.k.9.i.1"
_ORDER = (
    ("C.1.4", "C.1.5"), ("C.1.5", "C.1.2"), ("D.2.1", "D.9.1"), ("E.i.4", "E.i.5"), ("G.k.4.r.4", "G.k.4.r.5"),
    ("D.7.1.r.2", "D.7.1.r.4"), ("D.8.r.4", "D.8.r.5"), ("D.10.7.1.r.2", "D.10.7.1.r.4"), ("D.10.8.r.4", "D.10.8.r.5"),
)  # fmt: skip


def moment_of(text: str) -> tuple[int, ...] | None:
    """Return year, month, day, hour, minute, second as far as they are given; None where the text is no HL7 date."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    parts = tuple(int(part) for part in found.groups()[:6] if part is not None)
    try:
        date(parts[0], *(*parts[1:3], 1, 1)[:2])
    except ValueError:
        return None
    return parts if all(part < limit for part, limit in zip(parts[3:], (24, 60, 60), strict=False)) else None


def _shown(number: str, value: str) -> str:
    """Return a value to be named in a message, unless it could tell who somebody is."""
    is_of_a_person = number.startswith(("D.1", "D.2.1", "C.2.r.1", "C.2.r.2", "FDA.C.2.r.2"))
    return "something that is not repeated here" if is_of_a_person else f"'{value[:40]}'"


def _each(batch: Section) -> Iterator[tuple[Element, str, Value]]:
    alone = len(batch.repeated(layout().message)) == 1
    for place, number, value in walk(batch):
        element = element_of(number)
        if element is not None:
            yield element, place.removeprefix("N.2.r[1]").removeprefix("/") if alone else place, value


def _required(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    missing_groups: set[str] = set()
    for element in elements().values():
        if not set(element.required_by) & ({"ICH", "FDA"} if receiver == "fda" else {"ICH"}):
            continue
        group = layout().group_of(element.number)
        sections = list(repetitions(group, {"": batch}))
        if not sections and group not in missing_groups:
            missing_groups.add(group)
            yield (
                element.number,
                "",
                f"no {group} is given, and one is required",
                f"give {element.title} and what is beside it",
            )
        for scopes in sections:
            value = scopes[group].values.get(element.number)
            if value is None or (isinstance(value, str) and not value.strip()):
                yield (
                    element.number,
                    place_of(scopes),
                    f"{element.title} is required and missing",
                    f"give {element.number}",
                )


def _codes(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    for element, place, value in _each(batch):
        allowed = [code for code, _ in element.codes]
        if allowed and isinstance(value, str) and value not in allowed:
            listed = ", ".join(allowed)
            yield (
                element.number,
                place,
                f"{element.title} holds {_shown(element.number, value)}, which its list does not have",
                f"use one of {listed}",
            )


def _length(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    for element, place, value in _each(batch):
        if element.length and isinstance(value, str) and len(value) > element.length and element.number != _POINTER:
            what = f"{element.title} has {len(value):,} characters; {element.length:,} are allowed"
            yield element.number, place, what, f"shorten {element.number}; it is never cut here"


def _kind(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    tests: dict[str, tuple[Callable[[str], bool], str]] = {
        "N": (lambda text: _NUMBER.fullmatch(text) is not None, "a number"),
        "A": (lambda text: text.isascii() and text.isalpha(), "letters"),
        "Date/Time": (lambda text: moment_of(text) is not None, "a date of the form CCYYMMDDhhmmss+ZZzz"),
    }
    for element, place, value in _each(batch):
        if element.kind not in tests or element.codes or not isinstance(value, str):
            continue
        fits, name = tests[element.kind]
        if not fits(value):
            yield (
                element.number,
                place,
                f"{element.title} holds {_shown(element.number, value)}, which is not {name}",
                f"write {name}",
            )


def _dates(batch: Section) -> Iterator[tuple[Element, str, str, tuple[int, ...]]]:
    for element, place, value in _each(batch):
        if element.kind == "Date/Time" and isinstance(value, str):
            moment = moment_of(value)
            if moment is not None:
                yield element, place, value, moment


def _future(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    today = (as_of.year, as_of.month, as_of.day)
    for element, place, value, moment in _dates(batch):
        if moment[:3] > today[: len(moment[:3])]:
            yield (
                element.number,
                place,
                f"{element.title} is {_shown(element.number, value)}, which lies after {as_of}",
                "correct the date",
            )


def _exact(precision: str, least: int) -> Callable[[Section, str, date], Iterator[Fault]]:
    def check(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
        for element, place, value, moment in _dates(batch):
            if element.precision == precision and len(moment) < least:
                yield (
                    element.number,
                    place,
                    f"{element.title} is {_shown(element.number, value)}; it must name the {precision}",
                    f"give the {precision}",
                )

    return check


def _null(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    for element, place, value in _each(batch):
        if isinstance(value, Null) and value.flavor not in element.nulls:
            allowed = ", ".join(element.nulls) or "none"
            what = f"{element.title} has the null flavour {value.flavor}; allowed: {allowed}"
            yield element.number, place, what, "give a value, an allowed null flavour, or leave the element out"


def _meddra(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    versions: dict[str, str] = {}
    for element, place, value in _each(batch):
        if not isinstance(value, str):
            continue
        if element.name.startswith("MedDRA Version"):
            versions.setdefault(value, element.number)
        elif "MedDRA code" in element.name and not re.fullmatch(r"\d{8}", value):
            yield (
                element.number,
                place,
                f"{element.title} holds {_shown(element.number, value)}, which is not 8 digits",
                "give the code of the term",
            )
    if len(versions) > 1 and len(batch.repeated(layout().message)) == 1:
        listed = ", ".join(f"{version} in {number}" for version, number in versions.items())
        yield (
            next(iter(versions.values())),
            "",
            f"terms of several versions of MedDRA ({listed}); one is allowed",
            "use one version",
        )


def _pointer(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    for scopes in repetitions("G.k.9.i", {"": batch}):
        target = scopes["G.k.9.i"].values.get(_POINTER)
        known = [reaction.values.get("E.i@id") for reaction in scopes[layout().message].repeated("E.i")]
        if target not in known:
            what = f"{_POINTER} points at {target or 'nothing'}, which is no reaction of this report"
            yield _POINTER, place_of(scopes), what, "point at the id of a reaction"


def _order(batch: Section, receiver: str, as_of: date) -> Iterator[Fault]:
    for earlier, later in _ORDER:
        for scopes in repetitions(layout().group_of(earlier), {"": batch}):
            values = scopes[layout().group_of(earlier)].values
            before, after = (moment_of(str(values.get(number, ""))) for number in (earlier, later))
            shared = min(len(before or ()), len(after or ()), 3)
            if before and after and before[:shared] > after[:shared]:
                what = f"{later} ({_shown(later, str(values[later]))}) lies before {earlier}"
                what += f" ({_shown(earlier, str(values[earlier]))})"
                yield later, place_of(scopes), what, "correct one of the two dates"


CHECKS: dict[str, Callable[[Section, str, date], Iterator[Fault]]] = {
    "required": _required,
    "codes": _codes,
    "length": _length,
    "kind": _kind,
    "future": _future,
    "day": _exact("day", 3),
    "second": _exact("second", 6),
    "null": _null,
    "meddra": _meddra,
    "pointer": _pointer,
    "order": _order,
}

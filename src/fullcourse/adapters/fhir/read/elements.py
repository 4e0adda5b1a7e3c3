"""The elements of a FHIR resource, each taken with the type that FHIR gives it or refused by its place.

A place is written like ``Observation/7.valueQuantity.value``; it never holds a name or an identifier of a person. JSON
null stands for an element that is not there.
"""

import math
from collections.abc import Mapping

from fullcourse.adapters.seen_text import seen_text
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import Moment, parse_moment

__all__ = ["Element", "boolean", "child", "children", "moment_at", "number", "shown", "text", "wrong_type"]

Element = Mapping[str, object]

_SHOWN_CHARACTERS = 200
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}


def wrong_type(place: str, wanted: str, given: object) -> InputError:
    """Return the error of an element that has another type than FHIR R4 gives it."""
    return InputError(
        f"{place}: {_KINDS.get(type(given), 'null')} stands where FHIR R4 has {wanted}; it cannot be read safely. "
        "Correct the record, or export it as FHIR R4."
    )


def child(element: Element, name: str, place: str) -> Element | None:
    """Return an element that is an object; None when it is not there."""
    value = element.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise wrong_type(f"{place}.{name}", "an object", value)


def children(element: Element, name: str, place: str) -> list[Element]:
    """Return an element that is a list of objects; empty when it is not there."""
    value = element.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong_type(f"{place}.{name}", "a list of objects", value)
    for child_element in value:
        if not isinstance(child_element, dict):
            raise wrong_type(f"{place}.{name}", "a list of objects", child_element)
    return value


def text(element: Element, name: str, place: str) -> str:
    """Return an element that is text, without the space around it; empty when it is not there."""
    value = element.get(name)
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    raise wrong_type(f"{place}.{name}", "text", value)


def boolean(element: Element, name: str, place: str) -> bool | None:
    """Return an element that is true or false; None when it is not there."""
    value = element.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise wrong_type(f"{place}.{name}", "true or false", value)


def number(element: Element, name: str, place: str) -> float | None:
    """Return an element that is a number; None when it is not there. A number written as text is refused."""
    value = element.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        shown_value = f" ('{shown(value)[:20]}')" if isinstance(value, str) else ""
        raise InputError(
            f"{place}.{name}: {_KINDS.get(type(value), 'null')}{shown_value} stands where FHIR R4 has a number; it "
            "cannot be read safely. Write the number without quotation marks."
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf


def moment_at(element: Element, path: str, place: str) -> Moment | None:
    """Return the date or dateTime at a dotted path; None when it is not there.

    Raises:
        InputError: It is no date of the calendar.
    """
    if "." not in path:
        written = text(element, path, place)
        return parse_moment(written, f"{place}.{path}") if written else None
    here, where = element, place
    *steps, last = path.split(".")
    for step in steps:
        inner = child(here, step, where)
        if inner is None:
            return None
        here, where = inner, f"{where}.{step}"
    written = text(here, last, where)
    return parse_moment(written, f"{where}.{last}") if written else None


def shown(written: str) -> str:
    """Return text of a record as an output may show it: no control characters, not too long."""
    clean = seen_text(written)
    return clean if len(clean) <= _SHOWN_CHARACTERS else clean[: _SHOWN_CHARACTERS - 1] + "…"

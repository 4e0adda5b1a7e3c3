"""Look up a data element of E2B(R3): its name, length, codes, null flavours, and who requires it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fullcourse.adapters.e2b.sections import Null, Value

__all__ = ["Element", "element_of", "elements", "said"]

_FLAVORS = {
    "NI": "no information",
    "MSK": "masked: known, and not given for privacy",
    "UNK": "not known to the sender",
    "NA": "not applicable",
    "ASKU": "asked, and not known",
    "NASK": "not asked",
    "NINF": "below every number",
    "PINF": "above every number",
    "OTH": "other",
    "NINV": "not there to be looked at",
}


@dataclass(frozen=True, slots=True)
class Element:
    """One data element.

    Attributes:
        number: For example ``E.i.2.1b``.
        name: As the guide has it.
        receiver: ``ICH`` for an element that every receiver knows, ``FDA`` for one of FDA's own.
        kind: ``AN``, ``N``, ``A``, ``Date/Time``, ``Boolean`` or ``B64``; empty where the table does not say.
        length: The most characters; None where the table sets no limit.
        codes: What it may hold, each with its meaning; empty where the table does not list it all.
        nulls: The null flavours it may have.
        required_by: Who requires it in every report: ``ICH``, ``FDA``.
        conditional: Whether it is required under conditions.
        precision: How exact a date must be: ``second``, ``day``, ``year``, or empty.
        path: Its published XPath, in full; empty where the table has none that can be followed.
        null_path: That of its null flavour.
    """

    number: str
    name: str
    receiver: str
    kind: str = ""
    length: int | None = None
    codes: tuple[tuple[str, str], ...] = ()
    nulls: tuple[str, ...] = ()
    required_by: tuple[str, ...] = ()
    conditional: bool = False
    precision: str = ""
    path: str = ""
    null_path: str = ""

    @property
    def title(self) -> str:
        """Return number and name on one line."""
        return f"{self.number} ({self.name})"


@cache
def elements() -> dict[str, Element]:
    """Return all elements by their numbers, in the order of the guide."""
    text = resources.files("fullcourse.adapters.e2b").joinpath("elements.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    bases = dict(table["bases"])
    return {row["number"]: _element(row, bases) for row in table["element"]}


def _element(row: dict[str, object], bases: dict[str, str]) -> Element:
    codes, length = row.get("codes", {}), row.get("length")
    nulls, required = row.get("nulls", []), row.get("required_by", [])
    return Element(
        str(row["number"]),
        str(row["name"]),
        str(row["receiver"]),
        kind=str(row.get("type", "")),
        length=length if isinstance(length, int) else None,
        codes=tuple((str(code), str(meaning)) for code, meaning in codes.items()) if isinstance(codes, dict) else (),
        nulls=tuple(map(str, nulls)) if isinstance(nulls, list) else (),
        required_by=tuple(map(str, required)) if isinstance(required, list) else (),
        conditional=row.get("conditional") is True,
        precision=str(row.get("precision", "")),
        path=_whole(str(row.get("path", "")), bases),
        null_path=_whole(str(row.get("null_path", "")), bases),
    )


def _whole(path: str, bases: dict[str, str]) -> str:
    for name, base in bases.items():
        path = path.replace(f"{{{name}}}", base)
    return path


def element_of(number: str) -> Element | None:
    """Return an element; None for a detail of one (``E.i@id``) or a number that the table does not hold."""
    return elements().get(number)


def said(number: str, value: Value) -> str:
    """Return a value in words: a code with its meaning, a null flavour with what it says, other text as it is."""
    if isinstance(value, Null):
        return f"{value} {_FLAVORS.get(value.flavor, 'a null flavour that HL7 does not list')}"
    element = element_of(number)
    meaning = dict(element.codes).get(value, "") if element else ""
    return f"{value} = {meaning}" if meaning and meaning != value else value

"""The parts of SQL-on-FHIR ViewDefinitions: columns, conditions over codings, and units, as FHIRPath.

Of FHIRPath only what the profile ShareableViewDefinition demands of every runner is used, and ``startsWith`` where a
code set holds prefixes (ICD, ATC), which that profile lacks.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from fullcourse.adapters.fhir.read.codes import addresses_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.units import convert, known_units
from fullcourse.knowledge.codes import PREFIX_SYSTEMS
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["SHAREABLE", "Json", "any_of", "coding_is", "column", "dates_of", "definition", "factors_of", "unit_is"]

Json = dict[str, Any]

SHAREABLE: Final = "https://sql-on-fhir.org/ig/StructureDefinition/ShareableViewDefinition"
_UCUM: Final = "http://unitsofmeasure.org"
_SUFFIXES: Final = {"DateTime": "dateTime", "Instant": "instant", "Period": "Period"}


def definition(name: str, resource: str, title: str, description: str, select: Sequence[Json], where: str) -> Json:
    """Return a ViewDefinition.

    Args:
        name: Of the view; letters, digits and strokes.
        resource: The type of resource that it is over.
        title: What it holds, for people.
        description: How it is read, and what it leaves to whoever reads it.
        select: Its columns.
        where: Which resources are in it; empty for all.
    """
    view: Json = {
        "resourceType": "ViewDefinition",
        "meta": {"profile": [SHAREABLE]},
        "url": f"urn:fullcourse:view:{name}",
        "name": name,
        "title": title,
        "status": "draft",
        "description": description,
        "resource": resource,
        "fhirVersion": ["4.0.1"],
        "select": list(select),
    }
    if where:
        view["where"] = [{"path": where}]
    if "startsWith(" in str(view):
        del view["meta"]
    return view


def column(name: str, path: str, kind: str) -> Json:
    """Return a column."""
    return {"name": name, "path": path, "type": kind}


def dates_of(elements: Sequence[str]) -> list[Json]:
    """Return a column for each element that dates a resource, in the order in which the first that is there counts.

    Args:
        elements: As the knowledge has them: ``effectiveDateTime``, ``onsetPeriod.start``, ``recordedDate``, ...
    """
    return [
        column(f"date_{number}_{element.replace('.', '_')}", _path_of(element), "dateTime")
        for number, element in enumerate(elements, 1)
    ]


def _path_of(element: str) -> str:
    """Return the FHIRPath of an element of JSON, whose choices of type stand in its name there."""
    first, *rest = element.split(".")
    for suffix, kind in _SUFFIXES.items():
        stem = first.removesuffix(suffix)
        if stem != first and stem in ("effective", "onset", "performed"):
            return ".".join((f"{stem}.ofType({kind})", *rest))
    return element


def coding_is(codes: Mapping[str, Iterable[str]], but: Mapping[str, Iterable[str]] | None = None) -> str:
    """Return the condition that a Coding is one of a code set.

    Args:
        codes: By system, under the short names of the knowledge; those of ICD and ATC are prefixes.
        but: Longer prefixes that another code set speaks of.
    """
    return any_of(
        [
            f"({any_of([f'system = {_text(address)}' for address in addresses_of(system)])}"
            f" and {_codes(system, of_system, (but or {}).get(system, ()))})"
            for system, of_system in codes.items()
            if addresses_of(system)
        ]
    )


def _codes(system: str, codes: Iterable[str], but: Iterable[str]) -> str:
    if system not in PREFIX_SYSTEMS:
        return any_of([f"code = {_text(code)}" for code in codes])
    prefixes = tuple(codes)
    longer = [code for code in but if any(code != prefix and code.startswith(prefix) for prefix in prefixes)]
    begins = any_of([_begins(code) for code in prefixes])
    return f"({begins} and {any_of([_begins(code) for code in longer])}.not())" if longer else begins


def _begins(prefix: str) -> str:
    """Return the condition that a code begins so, whether the dot of the classification is written or not."""
    return any_of([f"code.startsWith({_text(one)})" for one in dict.fromkeys((prefix, prefix.replace(".", "")))])


def any_of(conditions: Sequence[str]) -> str:
    """Return that one of some conditions holds, in pairs of pairs: runners recurse, and a chain of hundreds is deep."""
    if len(conditions) <= 2:
        return f"({' or '.join(conditions)})"
    middle = len(conditions) // 2
    return f"({any_of(conditions[:middle])} or {any_of(conditions[middle:])})"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def factors_of(fact: FactDefinition) -> dict[str, list[str]]:
    """Return how a number in each unit becomes one in the unit of a fact: the UCUM codes, by their factor."""
    factors: dict[str, list[str]] = {}
    for unit in known_units():
        try:
            factor = convert(1.0, unit.code, fact.unit, *fact.substance)
        except InputError:
            continue  # it does not measure the same
        factors.setdefault(format(Decimal(repr(factor)), "f"), []).append(unit.code)
    if not any(fact.unit in codes for codes in factors.values()):
        factors.setdefault("1.0", []).append(fact.unit)
    return factors


def unit_is(codes: Iterable[str]) -> str:
    """Return the condition that a Quantity is in one of some UCUM units."""
    return f"system = '{_UCUM}' and {any_of([f'code = {_text(code)}' for code in codes])}"

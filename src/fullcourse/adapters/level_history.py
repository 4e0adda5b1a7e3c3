"""Serum levels and given doses in a FHIR record: Observation and MedicationAdministration, with their hours.

No code for a level of most TB drugs is settled, so an Observation counts as a level when its code or its words name the
drug and its unit is one of mass per volume; what was passed over is counted, never dropped silently. An order or a
dispense says nothing of a dose that was taken, so only administrations count as doses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fullcourse.adapters.json_text import decode_text, parse_json, parse_json_lines
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import parse_instant, seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.inputs.level_text import parse_level

__all__ = ["LevelHistory", "read_level_history"]

SYSTEMS = {"http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm", "http://www.whocc.no/atc": "atc"}
FINAL = {"final", "amended", "corrected"}
MATRICES = {"saliva": "saliva", "csf": "csf", "cerebr": "csf", "plasma": "plasma"}


@dataclass(frozen=True, slots=True)
class LevelHistory:
    """What a record says about one drug.

    Attributes:
        doses: Doses given, in order of time.
        levels: Levels, in order of time.
        passed_over: Why entries that name the drug could not be used, each with its count.
    """

    doses: tuple[TakenDose, ...]
    levels: tuple[Level, ...]
    passed_over: Mapping[str, int]


def read_level_history(data: bytes, drug: str, codes: frozenset[str] = frozenset()) -> LevelHistory:
    """Read the levels and given doses of one drug.

    Args:
        data: FHIR JSON (Bundle or one resource) or NDJSON; other formats hold neither.
        drug: INN in lower case.
        codes: Codes of Observations that are levels of this drug, whatever their words.

    Raises:
        InputError: The record is not JSON.
    """
    text = decode_text(data)
    if not re.match(r"\s*(\{|\[\s*\{)", text):  # TOML begins with [[
        return LevelHistory((), (), {})
    doses: list[TakenDose] = []
    levels: list[Level] = []
    passed: dict[str, int] = {}
    for number, resource in enumerate(_resources(text)):
        kind = resource.get("resourceType")
        origin = f"{kind}/{resource.get('id') or number}"
        try:
            if kind == "MedicationAdministration" and _is_drug(resource, drug):
                doses.append(_dose(resource, origin))
            elif kind == "Observation" and _is_level(resource, drug, codes):
                levels.append(_level(resource, origin))
        except _Unusable as reason:
            passed[str(reason)] = passed.get(str(reason), 0) + 1
    doses.sort(key=lambda dose: seconds_since_1970(dose.at))
    levels.sort(key=lambda level: seconds_since_1970(level.at))
    return LevelHistory(tuple(doses), tuple(levels), passed)


class _Unusable(Exception):
    """An entry names the drug and cannot be used; the message says why."""


Element = Mapping[str, object]


def _resources(text: str) -> Iterator[Element]:
    lines = [line for line in text.split("\n") if line.strip()]
    whole = parse_json_lines(text) if len(lines) > 1 and lines[0].rstrip().endswith("}") else [parse_json(text)]
    for value in whole:
        yield from _unwrapped(value)


def _unwrapped(value: object) -> Iterator[Element]:
    if not isinstance(value, Mapping):
        return
    if value.get("resourceType") == "Bundle":
        for entry in _list(value.get("entry")):
            yield from _unwrapped(entry.get("resource"))
    else:
        yield value


def _list(value: object) -> list[Element]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _map(value: object) -> Element:
    return value if isinstance(value, Mapping) else {}


def _words(concept: object) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return the text, the codes and the displays of a CodeableConcept."""
    found = _map(concept)
    codings = _list(found.get("coding"))
    codes = [
        (SYSTEMS.get(str(c.get("system")), str(c.get("system"))), str(c.get("code"))) for c in codings if c.get("code")
    ]
    displays = [str(coding["display"]) for coding in codings if coding.get("display")]
    return str(found.get("text") or ""), codes, displays


def _is_drug(resource: Element, drug: str) -> bool:
    text, codes, displays = _words(resource.get("medicationCodeableConcept"))
    return drug in recognise(text or next(iter(displays), ""), codes, other_names=displays).ingredients


def _dose(resource: Element, origin: str) -> TakenDose:
    if resource.get("status") != "completed":
        raise _Unusable(f"MedicationAdministration with status {str(resource.get('status'))[:30]}")
    when = resource.get("effectiveDateTime") or _map(resource.get("effectivePeriod")).get("start")
    quantity = _map(_map(resource.get("dosage")).get("dose"))
    unit, value = str(quantity.get("code") or quantity.get("unit") or ""), quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or unit not in {"mg", "g"} or not value > 0:
        raise _Unusable("MedicationAdministration without an amount in mg or g")
    try:
        at = parse_instant(str(when), origin)
    except InputError:
        raise _Unusable("MedicationAdministration without a time of day") from None
    return TakenDose(at, float(value) * (1000.0 if unit == "g" else 1.0), observed=True, origin=origin)


def _is_level(resource: Element, drug: str, codes: frozenset[str]) -> bool:
    text, found, displays = _words(resource.get("code"))
    if any(code in codes for _, code in found):
        return True
    return any(drug in words.lower() for words in (text, *displays)) and "valueQuantity" in resource


def _level(resource: Element, origin: str) -> Level:
    if resource.get("status") not in FINAL:
        raise _Unusable(f"Observation with status {str(resource.get('status'))[:30]}")
    quantity = _map(resource.get("valueQuantity"))
    below = "<" if quantity.get("comparator") in {"<", "<="} else ""
    if quantity.get("comparator") in {">", ">="}:
        raise _Unusable("Observation above the range of the assay")
    unit = quantity.get("code") or quantity.get("unit")
    when = resource.get("effectiveDateTime")
    text, _, displays = _words(resource.get("code"))
    words = " ".join([text, *displays]).lower()
    matrix = next((name for part, name in MATRICES.items() if part in words), "serum")
    try:
        level = parse_level(f"{below}{quantity.get('value')} {unit} @ {when} in {matrix}")
    except InputError:
        raise _Unusable("Observation without a level in mass per volume at a time of day") from None
    return Level(
        level.mg_per_l, level.at, level.below_limit, level.matrix, "", origin, f"{quantity.get('value')} {unit}"
    )

"""Synthetic patients for tests: facts said directly, no record format in between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from fullcourse.clinical import (
    Evidence,
    Fact,
    Interval,
    Medicine,
    Patient,
    Quantity,
    Record,
    Taken,
    exactly,
    parse_moment,
)
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.reader import read_knowledge
from fullcourse.rules.establish import establish

AT = date(2026, 11, 22)

_KNOWLEDGE: list[Knowledge] = []


def knowledge() -> Knowledge:
    """Return the shipped knowledge, read once for all tests."""
    if not _KNOWLEDGE:
        _KNOWLEDGE.append(read_knowledge())
    return _KNOWLEDGE[0]


def medicine(name: str, taken: Taken = Taken.NOW, **more: object) -> Medicine:
    """Return a medicine whose name is its only ingredient."""
    entry = Medicine(name, (name,), (), "name", taken, None, None, f"MedicationStatement/{name.replace(' ', '-')}")
    return replace(entry, **more)  # type: ignore[arg-type]


def evidence(fact: str, value: bool | str | float | Interval, unit: str = "", on: str = AT.isoformat()) -> Evidence:
    """Return one piece of evidence, numbers converted to the unit of the fact."""
    definition = knowledge().facts[fact]
    recorded: bool | float | str
    if isinstance(value, bool | str):
        read: bool | str | Interval = value
        recorded = value
    else:
        interval = value if isinstance(value, Interval) else exactly(float(value))
        recorded = str(interval) if isinstance(value, Interval) else float(value)
        given = unit or definition.unit
        read = Quantity(interval, given).to(definition.unit, *definition.substance).value
    return Evidence(fact, read, parse_moment(on, "on"), f"Observation/{fact}", recorded, unit or definition.unit)


def patient(
    facts: Iterable[Mapping[str, object]] | Mapping[str, object] = (),
    medicines: Sequence[str | Medicine] = (),
    at: date = AT,
    **record: object,
) -> Patient:
    """Return a patient of whom just these facts are known.

    Args:
        facts: ``{fact: value}``, or rows ``{id, value, unit}``.
        medicines: Names of ingredients, or entries.
        at: Date of the check.
        record: Further fields of the record.
    """
    rows = [{"id": key, "value": value} for key, value in facts.items()] if isinstance(facts, Mapping) else list(facts)
    known = knowledge()
    found: dict[str, tuple[Evidence, ...]] = {}
    direct: dict[str, Fact] = {}
    for row in rows:
        name, value = str(row["id"]), row["value"]
        item = evidence(name, value, str(row.get("unit", "")), str(row.get("on", at.isoformat())))  # type: ignore[arg-type]
        definition = known.facts[name]
        if definition.derived or definition.kind == "given":
            missing = () if not isinstance(item.value, Interval) or item.value.is_exact else (name,)
            direct[name] = Fact(name, item.value, definition.unit, (item,), missing, days=0)
        else:
            found[name] = (*found.get(name, ()), item)
    entries = tuple(medicine(item) if isinstance(item, str) else item for item in medicines)
    established = establish(Record(found, entries, **record), known, at)  # type: ignore[arg-type]
    return replace(established, facts={**established.facts, **direct})

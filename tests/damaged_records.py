"""Damages a record as exports, hands and lines do: what is renamed, retyped, lost, cut off or coded in unknown ways.

No damage makes another claim that could be true (another number, another code that is known, an entry less): what is
left of the evidence can be seen to be damaged, so that a reader that says nothing of it has lost it.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["DAMAGES", "damage"]

Resource = dict[str, Any]
_DATES = ("recordedDate", "effectiveDateTime", "authored", "onsetDateTime")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each key or index of it, at every depth."""
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value, index
            yield from _places(value[index])


def _some(chance: random.Random, resource: Resource, kind: type = object) -> tuple[Any, Any]:
    places = [(inside, key) for inside, key in _places(resource) if isinstance(inside[key], kind)]
    return chance.choice(places)


def _rename(chance: random.Random, resource: Resource) -> None:
    """Misspell one key."""
    inside, key = chance.choice([(it, key) for it, key in _places(resource) if isinstance(key, str)])
    inside[chance.choice([f"{key}x", key[:-1] or "x", key.upper(), f"_{key}"])] = inside.pop(key)


def _retype(chance: random.Random, resource: Resource) -> None:
    """Put something of another type in the place of a value."""
    inside, key = _some(chance, resource)
    was = inside[key]
    others: list[Any] = [None, 7, {}, [], "x", [was], {"value": was}, {"x": 1}, [None], ["x", 3]]
    inside[key] = chance.choice([it for it in others if type(it) is not type(was)])


def _lose(chance: random.Random, resource: Resource) -> None:
    """Lose a key and what stands under it."""
    inside, key = chance.choice([(it, key) for it, key in _places(resource) if isinstance(key, str)])
    del inside[key]


def _unknown_code(chance: random.Random, resource: Resource) -> None:
    """Put a code, its system or both into a vocabulary that nobody has."""
    coded = [it for it, key in _places(resource) if isinstance(it, dict) and key == "code" and isinstance(it[key], str)]
    for coding in coded:
        coding["code"] = chance.choice(["X-17", "ZZ", "0000", "not a code", "\u0416"])
        if chance.random() < 0.5:
            coding["system"] = "urn:nobody"


def _misspell(chance: random.Random, resource: Resource) -> None:
    """Change one character of a text that is no number, date or answer."""
    inside, key = _some(chance, resource, str)
    was = str(inside[key])
    at = chance.randrange(len(was)) if was else 0
    inside[key] = f"{was[:at]}{chance.choice('xQ~ é')}{was[at + 1 :]}"


def _date(chance: random.Random, resource: Resource) -> None:
    """Misdate it: later than the check, of no calendar, or not at all."""
    for key in _DATES:
        if key in resource:
            resource[key] = chance.choice(["2126-01-01", "2026-13-45", "soon", "", None, 20261120, "9026-11-20"])


def _status(chance: random.Random, resource: Resource) -> None:
    """Give it a status that nobody knows."""
    for key in ("status", "clinicalStatus", "verificationStatus"):
        if key in resource:
            word = chance.choice(["wibble", "", "ACTIVE ", "unknown"])
            resource[key] = word if isinstance(resource[key], str) else {"coding": [{"code": word}]}


def _type(chance: random.Random, resource: Resource) -> None:
    """Give it a type that does not exist, or another one."""
    kind = str(resource["resourceType"])
    resource["resourceType"] = chance.choice([f"{kind}s", kind.lower(), "", "NaN", "DiagnosticFinding", None, 3])


def _unit(chance: random.Random, resource: Resource) -> None:
    """Give its number a unit that is none, or none."""
    quantities = [it[key] for it, key in _places(resource) if isinstance(it[key], dict) and "value" in it[key]]
    for quantity in quantities:
        for key in ("unit", "code", "system"):
            quantity.pop(key, None)
        if chance.random() < 0.5:
            quantity["unit"] = chance.choice(["wibble", "km", "?", "mg per moon"])


def _swallow(chance: random.Random, resource: Resource) -> None:
    """Move it into another resource, where it does not stand alone."""
    inner = dict(resource)
    resource.clear()
    resource.update({"resourceType": "Basic", "id": "b", "contained": [inner]})


DAMAGES: dict[str, Callable[[random.Random, Resource], None]] = {
    "rename": _rename,
    "retype": _retype,
    "lose": _lose,
    "unknown code": _unknown_code,
    "misspell": _misspell,
    "date": _date,
    "status": _status,
    "type": _type,
    "unit": _unit,
    "swallow": _swallow,
}
"""By name, what happens to the one resource that holds the evidence."""


def damage(bundle: Resource, at: int, chance: random.Random) -> tuple[str, bytes]:
    """Return how a record was damaged, and its bytes.

    Args:
        bundle: Whole.
        at: Which entry holds the evidence.
        chance: Seeded.
    """
    names: list[str] = []
    copy = json.loads(json.dumps(bundle))
    for _ in range(chance.choice([1, 1, 1, 2])):
        if not (resource := copy["entry"][at].get("resource")):
            break
        names.append(chance.choice([*DAMAGES]))
        if any(True for _ in _places(resource)) and resource.get("resourceType"):
            DAMAGES[names[-1]](chance, resource)
        if names[-1] == "swallow":  # what is damaged then is no evidence any more
            break
    if chance.random() < 0.3:
        names.append("reorder")
        chance.shuffle(copy["entry"])
    data = json.dumps(copy, ensure_ascii=chance.random() < 0.5).encode()
    if chance.random() < 0.1:
        names.append("cut off")
        data = data[: chance.randrange(1, len(data))]
    return ", ".join(names), data

"""From the evidence of one fact to what it comes to at a date: which pieces count, and what they say together.

A history that was once yes stays yes. A state or a number is the newest one inside its shelf life; unequal values at
one instant leave it unknown, and both are shown. What is dated after the check does not count, and is no reason for a
no. A register decides by these very functions, once for each shape of evidence (`cohort.establish`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from math import inf
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact, Standing, Value
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.situation import days_between

__all__ = ["asked_for", "found", "left_open", "same_value", "unrecorded"]

_SAYS: Final = frozenset({Standing.STATED, Standing.OVER})


def found(definition: FactDefinition, recorded: Sequence[Evidence], at: date) -> Fact:
    """Return what the evidence of a fact comes to, before anything that follows from other facts.

    Args:
        definition: Of the fact.
        recorded: Every piece that speaks of it, as the record lists them.
        at: Date of the check.
    """
    begun = [evidence for evidence in recorded if evidence.on is None or evidence.on.has_begun(at)]
    seen = [evidence for evidence in begun if evidence.standing is not Standing.BESIDE]
    if seen:
        fact = _of_kind(definition, seen, at)
    else:
        fact = replace(unrecorded(definition), reason="; ".join(map(_said_beside, begun)))
    return fact if len(begun) == len(recorded) else _beside_later(definition, fact, recorded, at)


def _of_kind(definition: FactDefinition, seen: list[Evidence], at: date) -> Fact:
    if definition.kind == "history":
        return _history(definition, seen, at)
    if definition.kind == "state":
        return _state(definition, seen, at)
    return _newest(definition, seen, at)


def _said_beside(evidence: Evidence) -> str:
    """Return in words a value that is near to a fact and is not it; under the name of the fact it would pass for it."""
    on = f" of {evidence.on.text}" if evidence.on else ""
    number = f"{evidence.recorded:g}" if isinstance(evidence.recorded, float) else evidence.recorded
    return f"{number} {evidence.unit}{on} is on file and not used, since {evidence.reason}"


def _beside_later(definition: FactDefinition, fact: Fact, recorded: Iterable[Evidence], at: date) -> Fact:
    """Return a fact beside evidence that is dated after the check, by a slip or by another clock: it is never no."""
    later = [
        evidence
        for evidence in recorded
        if evidence.on is not None and evidence.value is not False and not evidence.on.has_begun(at)
    ]
    if not later or fact.value not in (None, False):
        return fact
    if fact.value is None and fact.because:
        return replace(fact, because=(*fact.because, *later))
    on = later[0].on.text if later[0].on else ""
    return left_open(definition, (*fact.because, *later), f"the record dates it after the check ({on})")


def _history(definition: FactDefinition, seen: list[Evidence], at: date) -> Fact:
    said_yes = [evidence for evidence in seen if evidence.standing is Standing.STATED and evidence.value is True]
    if said_yes:
        said_no = [evidence for evidence in seen if evidence.standing is Standing.STATED and evidence.value is False]
        return _known(definition, True, said_yes, at, contradicted_by=said_no)
    unsure = [evidence for evidence in seen if evidence.standing not in _SAYS]
    if unsure:
        reason = next((evidence.reason for evidence in unsure if evidence.reason), "the record leaves it open")
        return Fact(definition.id, None, definition.unit, tuple(unsure), asked_for(definition), reason)
    limit = definition.valid_days
    over = any(evidence.standing is Standing.OVER for evidence in seen)
    if limit is not None and not over and not any(_fresh(evidence, at, limit) for evidence in seen):
        return left_open(definition, seen, f"the newest record that says no is undated or more than {limit} days old")
    return _known(definition, False, seen, at)


def _fresh(evidence: Evidence, at: date, limit: int) -> bool:
    return evidence.on is not None and (at - evidence.on.first_day).days <= limit


def _state(definition: FactDefinition, seen: list[Evidence], at: date) -> Fact:
    """Return a state: what was stated last. What is only raised, or over, speaks where nothing was stated as yes.

    Otherwise one more entry on a problem list could make a contraindication milder.
    """
    stated = [evidence for evidence in seen if evidence.standing is Standing.STATED]
    newest = _newest(definition, stated, at) if stated else None
    if newest is not None and newest.value is True:
        return newest
    raised = [evidence for evidence in seen if evidence.standing not in _SAYS]
    if raised or newest is not None:
        return _newest(definition, [*(newest.because if newest else ()), *raised], at)
    return _newest(definition, seen, at)


def _newest(definition: FactDefinition, seen: list[Evidence], at: date) -> Fact:
    """Return the newest value that is still valid; what may be as new as the newest counts with it."""
    dated = [evidence for evidence in seen if evidence.on is not None or definition.valid_days is None]
    newest_start = max((evidence.on.start_s for evidence in dated if evidence.on is not None), default=float("-inf"))
    counted = [evidence for evidence in dated if evidence.on is None or evidence.on.end_s >= newest_start]
    limit = definition.valid_days
    if limit is not None:
        fresh = [evidence for evidence in counted if _fresh(evidence, at, limit)]
        if len(fresh) < len(counted):
            return left_open(definition, counted, f"the newest record is more than {limit} days old")
    if not counted:
        return left_open(definition, seen, "the record has no date")
    unsure = [evidence for evidence in counted if evidence.standing not in _SAYS]
    if unsure:
        return left_open(definition, counted, unsure[0].reason or "the record leaves it open")
    values = [evidence.value for evidence in counted]
    value = values[0]
    if any(not same_value(value, other) for other in values[1:]):
        return left_open(definition, counted, "the record holds unequal values for one time")
    earlier = [evidence for evidence in dated if evidence.on is not None and evidence.on.end_s < newest_start]
    older = [evidence for evidence in earlier if evidence.standing is Standing.STATED]
    recent = [evidence for evidence in older if limit is not None and _fresh(evidence, at, limit)]
    return _known(definition, value, [*counted, *(recent if definition.kind == "number" else ())], at)


def _known(
    definition: FactDefinition,
    value: Value | None,
    because: Iterable[Evidence],
    at: date,
    contradicted_by: Iterable[Evidence] = (),
) -> Fact:
    """Return a known fact; what contradicts it is shown beside what counted, and does not make it any newer."""
    kept = tuple(because)
    ages = [days for evidence in kept if (days := days_between(evidence.on, at)) is not None]
    exact = not isinstance(value, Interval) or value.is_exact
    return Fact(
        definition.id,
        value,
        definition.unit,
        (*kept, *contradicted_by),
        () if exact else asked_for(definition),
        days=max(0, min(ages)) if ages else None,
    )


def left_open(definition: FactDefinition, seen: Iterable[Evidence], reason: str) -> Fact:
    """Return a fact that evidence speaks of and leaves unknown, with why."""
    return Fact(definition.id, None, definition.unit, tuple(seen), asked_for(definition), reason)


def asked_for(definition: FactDefinition) -> tuple[str, ...]:
    """Return what to ask for when the fact is open: itself, if it can be asked at all."""
    return (definition.id,) if definition.kind != "given" else ()


def unrecorded(definition: FactDefinition) -> Fact:
    """Return a fact of which nothing is recorded."""
    return Fact(definition.id, None, definition.unit, missing=asked_for(definition))


def same_value(value: Value | None, other: Value | None) -> bool:
    """Whether two pieces of evidence say the same, numbers up to the rounding of a unit."""
    if isinstance(value, Interval) and isinstance(other, Interval):
        return _close(value.low, other.low) and _close(value.high, other.high)
    return value == other


def _close(number: float, other: float) -> bool:
    # Two units of one value may differ in the last binary digit; nothing larger passes as equal, and no open end.
    return number == other or abs(number - other) <= 1e-9 * max(abs(number), abs(other)) < inf

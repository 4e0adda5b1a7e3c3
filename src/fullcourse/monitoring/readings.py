"""Results as a clinician reads them: newest value with its date, beside limit, baseline and the results before it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval, Quantity
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.series import stated_series

__all__ = ["Reading", "readings_of"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is on file of one fact.

    Attributes:
        fact: Its id.
        label: Its name.
        newest: What counts today; None where nothing does.
        unit: Unit of the fact.
        other: The same in the unit that laboratories also give; None where it has none.
        why_open: Why nothing counts, in words; empty where something does.
        stale: Whether the newest result is older than its shelf life.
        contradicted: Whether results of one time disagree.
        upper_limit: The laboratory's upper limit, in the unit; None where it is not known.
        times_limit: How many times the limit it is; None where either is not known.
        baseline: The value before treatment; None where none is on file.
        change: The difference to it; None likewise.
        times_baseline: How many times it; None likewise.
        trend: The stated results, oldest first, at most the last four.
        set_aside: Results that cannot be: impossible, without a unit, undated or after today.
    """

    fact: str
    label: str
    newest: Interval | bool | str | None
    unit: str
    other: Quantity | None
    why_open: str
    stale: bool
    contradicted: bool
    upper_limit: Interval | None
    times_limit: float | None
    baseline: Interval | None
    change: float | None
    times_baseline: float | None
    trend: tuple[Evidence, ...]
    set_aside: tuple[Evidence, ...]


_MOST_RESULTS = 4


def readings_of(patient: Patient, before: Mapping[str, Fact] | None, knowledge: Knowledge) -> tuple[Reading, ...]:
    """Return what is on file of every fact that a test of monitoring measures, in the order of the tests.

    Args:
        patient: As established today.
        before: Facts on the first day of treatment; None without a start.
        knowledge: Holds the tests and the vocabulary.
    """
    units = {fact: unit for test in knowledge.tests.values() for fact, unit in test.shown_in.items()}
    measured = dict.fromkeys(name for test in knowledge.tests.values() for name in test.facts)
    found = (_reading(knowledge.facts[name], patient, before, knowledge, units.get(name, "")) for name in measured)
    return tuple(reading for reading in found if reading is not None)


def _reading(
    definition: FactDefinition,
    patient: Patient,
    before: Mapping[str, Fact] | None,
    knowledge: Knowledge,
    other: str,
) -> Reading | None:
    name, fact = definition.id, patient.facts[definition.id]
    evidence = patient.record.evidence.get(name, ())
    if not evidence and fact.value is None:
        return None
    limit = _number(patient.facts.get(definition.upper_limit)) if definition.upper_limit else None
    value, baseline = _number(fact), _number(before.get(name)) if before is not None else None
    exact = value is not None and value.is_exact
    series = stated_series(patient.record, name, patient.at)
    dated = [piece for piece in series if piece.on is not None]
    return Reading(
        fact=name,
        label=definition.label,
        newest=fact.value,
        unit=definition.unit,
        other=_in_other(value, definition, other),
        why_open="" if fact.value is not None else fact.reason or "no result is on file",
        stale=fact.value is None and bool(dated) and _is_stale(definition, dated[-1], patient),
        contradicted=fact.value is None and _contradict(dated),
        upper_limit=limit,
        times_limit=_times(value, limit) if exact else None,
        baseline=baseline,
        change=value.low - baseline.low if value and exact and baseline and baseline.is_exact else None,
        times_baseline=_times(value, baseline) if exact else None,
        trend=tuple(dated[-_MOST_RESULTS:]),
        set_aside=tuple(piece for piece in evidence if _cannot_be(piece, patient)),
    )


def _number(fact: Fact | None) -> Interval | None:
    return fact.value if fact is not None and isinstance(fact.value, Interval) else None


def _times(value: Interval | None, of: Interval | None) -> float | None:
    if value is None or of is None or not of.is_exact or of.low <= 0.0:
        return None
    return value.low / of.low


def _in_other(value: Interval | None, definition: FactDefinition, unit: str) -> Quantity | None:
    if value is None or not unit or unit == definition.unit:
        return None
    return Quantity(value, definition.unit).to(unit, *definition.substance)


def _is_stale(definition: FactDefinition, newest: Evidence, patient: Patient) -> bool:
    limit = definition.valid_days
    return limit is not None and newest.on is not None and (patient.at - newest.on.first_day).days > limit


def _contradict(dated: list[Evidence]) -> bool:
    """Return whether results that may be of one time say different things."""
    newest = max((piece.on.start_s for piece in dated if piece.on), default=0.0)
    last = [piece.value for piece in dated if piece.on and piece.on.end_s >= newest]
    return any(value != last[0] for value in last[1:])


def _cannot_be(piece: Evidence, patient: Patient) -> bool:
    if piece.standing in (Standing.ABSURD, Standing.UNUSABLE, Standing.BESIDE):
        return True
    return piece.on is None or not piece.on.has_begun(patient.at)

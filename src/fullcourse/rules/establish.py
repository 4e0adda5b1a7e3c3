"""From a record to what is known at a date: which evidence counts, and what it comes to.

A history that was once yes stays yes. A state or a number is the newest one inside its shelf life; unequal values at
one instant leave it unknown, and both are shown. What the record dates after the check does not count, and is no
reason for a no: whoever wrote it may have mistyped the date. A listed fact without a record is no only when somebody
said that its list is complete and everything on it was understood, or was settled by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Fact, Standing, Value
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.begun_medicines import begun, without_what_is_over
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.derived_inputs import Inputs
from fullcourse.rules.one_patient import truth_of
from fullcourse.rules.settle import settle
from fullcourse.rules.situation import Situation, days_between

__all__ = ["establish", "same_value", "supposing"]

_SAYS: Final = frozenset({Standing.STATED, Standing.OVER})
_UNRECOGNISED_IN: Final = {"problems": "problem", "allergies": "allergy", "medicines": "medicine"}


def establish(record: Record, knowledge: Knowledge, at: date) -> Patient:
    """Return what a record establishes at a date.

    Args:
        record: What an adapter read.
        knowledge: Its vocabulary decides what is looked for.
        at: Date of the check; what the record dates later does not count, and leaves open what would else be no.

    Raises:
        InputError: An answer names an entry that is not there.
    """
    medicines, later = begun(record.medicines, at)
    if later:
        record = replace(record, unrecognised=(*record.unrecognised, *later))
    if record.settled:
        record = settle(record, knowledge)
        medicines, _ = begun(record.medicines, at)
    record = without_what_is_over(record, at)
    vocabulary, evidence = _sorted_out(knowledge), record.evidence
    facts = dict(vocabulary.unrecorded)
    for name in evidence:
        definition = knowledge.facts.get(name)
        if definition is not None and not definition.derived and not definition.listed_in:
            facts[name] = _found(definition, record, at)
    for definition in vocabulary.listed:
        unlisted = definition.id not in evidence and not _is_complete(facts, definition.listed_in)
        facts[definition.id] = vocabulary.open[definition.id] if unlisted else _listed(definition, record, facts, at)
    inputs = Inputs(facts, at)  # none of them is derived itself
    for definition in vocabulary.derived:
        facts[definition.id] = _derived(definition, record, inputs)
    patient = Patient(at, facts, medicines, record.unrecognised, record)
    situation = Situation(patient, knowledge)
    for definition in vocabulary.shown:
        facts[definition.id] = _shown(definition, facts[definition.id], situation)
    for definition in vocabulary.sometimes_impossible:
        if facts[definition.id].value is None:
            facts[definition.id] = _never(definition, facts[definition.id], situation)
    return patient


def supposing(patient: Patient, fact: Fact, knowledge: Knowledge) -> Mapping[str, Fact]:
    """Return a patient's facts as they would be if one of them were so, with what follows from it by a formula.

    Args:
        patient: As established.
        fact: In place of the patient's own; it is found in records.
        knowledge: Its vocabulary says what follows from it.
    """
    facts = {**patient.facts, fact.id: fact}
    inputs = Inputs(facts, patient.at)
    for definition in _sorted_out(knowledge).derived:
        if fact.id in _inputs(definition):
            facts[definition.id] = _derived(definition, patient.record, inputs)
    return facts


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What the vocabulary alone says of facts, worked out once: most facts of a record have no evidence.

    Attributes:
        unrecorded: Facts that stand for themselves, as they are without evidence.
        listed: Facts whose absence from a list may mean no.
        open: The same, as they are without evidence while their list is not known to be complete.
        derived: Facts computed from others.
        sometimes_impossible: Facts that cannot be in some patients.
        shown: Facts that numbers may show.
    """

    unrecorded: Mapping[str, Fact]
    listed: tuple[FactDefinition, ...]
    open: Mapping[str, Fact]
    derived: tuple[FactDefinition, ...]
    sometimes_impossible: tuple[FactDefinition, ...]
    shown: tuple[FactDefinition, ...]


@lru_cache(maxsize=8)
def _sorted_out(knowledge: Knowledge) -> _Vocabulary:
    every = tuple(knowledge.facts.values())
    derived = tuple(definition for definition in every if definition.derived)
    listed = tuple(definition for definition in every if definition.listed_in and not definition.derived)
    plain = (definition for definition in every if not definition.listed_in and not definition.derived)
    return _Vocabulary(
        unrecorded={definition.id: _unrecorded(definition) for definition in plain},
        listed=listed,
        open={definition.id: _of_open_list(definition) for definition in listed},
        derived=derived,
        sometimes_impossible=tuple(definition for definition in every if definition.never_when),
        shown=tuple(definition for definition in every if definition.shown_by),
    )


def _unrecorded(definition: FactDefinition) -> Fact:
    return Fact(definition.id, None, definition.unit, missing=_asked(definition))


def _of_open_list(definition: FactDefinition) -> Fact:
    reason = f"nothing recorded, and the list of {definition.listed_in} is not known to be complete"
    return Fact(definition.id, None, definition.unit, (), _asked(definition), reason)


def _is_complete(facts: Mapping[str, Fact], listed_in: str) -> bool:
    complete = facts.get(f"{listed_in}_complete")
    return complete is not None and complete.value is True


def _found(definition: FactDefinition, record: Record, at: date) -> Fact:
    recorded = record.evidence.get(definition.id, ())
    seen = [
        evidence
        for evidence in recorded
        if evidence.on is None or evidence.on.first_day <= at or evidence.on.has_begun(at)
    ]
    beside = [evidence for evidence in seen if evidence.standing is Standing.BESIDE]
    if beside:
        seen = [evidence for evidence in seen if evidence.standing is not Standing.BESIDE]
    if seen:
        fact = _of_kind(definition, seen, at)
    else:
        fact = replace(_unrecorded(definition), reason="; ".join(map(_said_beside, beside)))
    return fact if len(seen) + len(beside) == len(recorded) else _beside_later(definition, fact, recorded, at)


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
    return _open(definition, (*fact.because, *later), f"the record dates it after the check ({on})")


def _history(definition: FactDefinition, seen: list[Evidence], at: date) -> Fact:
    said_yes = [evidence for evidence in seen if evidence.standing is Standing.STATED and evidence.value is True]
    if said_yes:
        said_no = [evidence for evidence in seen if evidence.standing is Standing.STATED and evidence.value is False]
        return _known(definition, True, said_yes, at, contradicted_by=said_no)
    unsure = [evidence for evidence in seen if evidence.standing not in _SAYS]
    if unsure:
        reason = next((evidence.reason for evidence in unsure if evidence.reason), "the record leaves it open")
        return Fact(definition.id, None, definition.unit, tuple(unsure), _asked(definition), reason)
    limit = definition.valid_days
    over = any(evidence.standing is Standing.OVER for evidence in seen)
    if limit is not None and not over and not any(_fresh(evidence, at, limit) for evidence in seen):
        return _open(definition, seen, f"the newest record that says no is undated or more than {limit} days old")
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
    raised = [evidence for evidence in seen if evidence.standing not in _SAYS and not _older(evidence, stated)]
    if raised or newest is not None:
        return _newest(definition, [*(newest.because if newest else ()), *raised], at)
    return _newest(definition, seen, at)


def _older(evidence: Evidence, stated: Iterable[Evidence]) -> bool:
    """Whether something that was stated is certainly newer."""
    ends = evidence.on.end_s if evidence.on else float("inf")
    return any(other.on is not None and other.on.start_s > ends for other in stated)


def _newest(definition: FactDefinition, seen: list[Evidence], at: date) -> Fact:
    """Return the newest value that is still valid; what may be as new as the newest counts with it."""
    undated = [evidence for evidence in seen if evidence.on is None and definition.valid_days is not None]
    dated = [evidence for evidence in seen if evidence.on is not None or definition.valid_days is None]
    newest_start = max((evidence.on.start_s for evidence in dated if evidence.on is not None), default=float("-inf"))
    counted = [evidence for evidence in dated if evidence.on is None or evidence.on.end_s >= newest_start]
    limit = definition.valid_days
    if limit is not None:
        fresh = [evidence for evidence in counted if _fresh(evidence, at, limit)]
        if len(fresh) < len(counted):
            return _open(definition, counted, f"the newest record is more than {limit} days old")
    if not counted:
        return _open(definition, undated, "the record has no date")
    unsure = [evidence for evidence in counted if evidence.standing not in _SAYS]
    if unsure:
        return _open(definition, counted, unsure[0].reason or "the record leaves it open")
    values = [evidence.value for evidence in counted]
    value = values[0]
    if any(not same_value(value, other) for other in values[1:]):
        return _open(definition, counted, "the record holds unequal values for one time")
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
        () if exact else _asked(definition),
        days=max(0, min(ages)) if ages else None,
    )


def _open(definition: FactDefinition, seen: Iterable[Evidence], reason: str) -> Fact:
    return Fact(definition.id, None, definition.unit, tuple(seen), _asked(definition), reason)


def _asked(definition: FactDefinition) -> tuple[str, ...]:
    """Return what to ask for when the fact is open: itself, if it can be asked at all."""
    return (definition.id,) if definition.kind != "given" else ()


def _derived(definition: FactDefinition, record: Record, inputs: Inputs) -> Fact:
    """Return a derived fact: as computed, or as it was measured itself. The newer leads; of one day, the higher."""
    computed = _possible(definition, inputs)
    if definition.id not in record.evidence:
        return computed
    measured = _found(definition, record, inputs.at)
    known, other = measured.value, computed.value
    if not isinstance(known, Interval):
        because = tuple(dict.fromkeys((*computed.because, *measured.because)))
        newest = _newest_days(measured.because, inputs.at)
        if isinstance(other, Interval) and newest < float("inf") and newest <= _days(computed):
            return replace(
                computed, value=None, because=because, missing=_inputs(definition), reason=measured.reason, days=None
            )
        reasons = (measured.reason if other is None else "", computed.reason)
        return replace(computed, because=because, reason="; ".join(filter(None, reasons)))
    measured = replace(measured, missing=computed.missing if measured.missing else (), reason="as measured")
    if not isinstance(other, Interval) or _days(measured) < _days(computed):
        return measured
    if _days(measured) > _days(computed):
        return computed
    value = Interval(max(known.low, other.low), max(known.high, other.high))
    because = tuple(dict.fromkeys((*measured.because, *computed.because)))
    missing = () if value.is_exact else tuple(dict.fromkeys((*measured.missing, *computed.missing)))
    reason = "the higher of the measured and the computed"
    return replace(computed, value=value, because=because, missing=missing, reason=reason)


def _days(fact: Fact) -> float:
    return float("inf") if fact.days is None else fact.days


def _newest_days(pieces: Iterable[Evidence], at: date) -> float:
    """Return how many days old the newest of these is; infinite where none is dated."""
    ages = (days_between(piece.on, at) for piece in pieces)
    return min((float(age) for age in ages if age is not None), default=float("inf"))


def _inputs(definition: FactDefinition) -> tuple[str, ...]:
    return DERIVED[definition.derived].inputs


def _possible(definition: FactDefinition, inputs: Inputs) -> Fact:
    """Return what a derived fact is computed to; unknown where it cannot be, since then one of its inputs cannot be."""
    formula = DERIVED[definition.derived]
    try:
        fact = formula.compute(inputs, definition.id)
    except InputError as error:
        facts = inputs.facts
        because = tuple(piece for name in formula.inputs if name in facts for piece in facts[name].because)
        return Fact(definition.id, None, definition.unit, because, formula.inputs, f"{formula.formula}: {error}")
    limits, value = definition.plausible, fact.value
    if limits and isinstance(value, Interval) and (value.low > limits[1] or value.high < limits[0]):
        reason = (
            f"{formula.formula} comes to {value} {definition.unit}, which cannot be ({limits[0]:g} to {limits[1]:g}): "
            "a value that it follows from is wrong"
        )
        return replace(fact, value=None, missing=formula.inputs, reason=reason, days=None)
    return fact


def _shown(definition: FactDefinition, fact: Fact, situation: Situation) -> Fact:
    """Return yes for a fact that a number shows, and unknown for a no that a number may contradict.

    A number on file that cannot be used may contradict it too. A no that was said of the fact itself stands, unless the
    number is newer.
    """
    said_no = fact.value is False and any(evidence.fact == fact.id for evidence in fact.because)
    for condition in definition.shown_by:
        number = situation.facts[condition.fact]
        if fact.value is True or not number.because or (said_no and _days(fact) <= _days(number)):
            continue
        truth = truth_of(condition, situation)
        if truth:
            return Fact(fact.id, True, fact.unit, number.because, (), f"{condition.fact} shows it", number.days)
        if truth is None and fact.value is False:
            fact = _open(definition, number.because, f"{condition.fact} may show it")
    return fact


def same_value(value: Value | None, other: Value | None) -> bool:
    """Whether two pieces of evidence say the same, numbers up to the rounding of a unit."""
    if isinstance(value, Interval) and isinstance(other, Interval):
        return _close(value.low, other.low) and _close(value.high, other.high)
    return value == other


def _close(number: float, other: float) -> bool:
    # Two units of one value may differ in the last binary digit; nothing larger passes as equal.
    return number == other or abs(number - other) <= 1e-9 * max(abs(number), abs(other))


def _listed(definition: FactDefinition, record: Record, facts: Mapping[str, Fact], at: date) -> Fact:
    established = _found(definition, record, at)
    if established.because:
        return established
    if not _is_complete(facts, definition.listed_in):
        return _of_open_list(definition)
    complete = facts[f"{definition.listed_in}_complete"]
    kind = _UNRECOGNISED_IN[definition.listed_in]
    if any(entry.kind == kind for entry in record.unrecognised):
        reason = f"an entry of the list of {definition.listed_in} was not understood"
        return Fact(definition.id, None, definition.unit, complete.because, _asked(definition), reason)
    reason = f"not on the complete list of {definition.listed_in}"
    return Fact(definition.id, False, definition.unit, complete.because, (), reason, complete.days)


def _never(definition: FactDefinition, fact: Fact, situation: Situation) -> Fact:
    """Return no for a fact that cannot be, unless the record raises it after all."""
    if fact.because:
        return fact
    for condition in definition.never_when:
        if truth_of(condition, situation):
            because = situation.facts[condition.fact].because
            return Fact(fact.id, False, fact.unit, because, (), f"never when {condition.fact} is so")
    return fact

"""From a record to what is known at a date: which evidence counts, and what it comes to.

A history that was once yes stays yes. A state or a number is the newest one inside its shelf life; unequal values at
one instant leave it unknown, and both are shown. What the record dates after the check does not count, and is no
reason for a no: whoever wrote it may have mistyped the date. A listed fact without a record is no only when somebody
said that its list is complete and everything on it was understood, or was settled by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.begun_medicines import begun, without_what_is_over
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.derived_inputs import Inputs
from fullcourse.rules.found import asked_for, found, left_open, unrecorded
from fullcourse.rules.one_patient import truth_of
from fullcourse.rules.settle import settle
from fullcourse.rules.situation import Situation, days_between

__all__ = ["UNRECOGNISED_IN", "derived", "establish", "listed", "never", "shown", "supposing"]

UNRECOGNISED_IN: Final = {"problems": "problem", "allergies": "allergy", "medicines": "medicine"}
"""What an entry of each list is called that was not understood."""


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
            facts[name] = found(definition, evidence[name], at)
    not_understood = {entry.kind for entry in record.unrecognised}
    lists = {
        name: (facts.get(f"{name}_complete"), kind not in not_understood) for name, kind in UNRECOGNISED_IN.items()
    }
    for definition in vocabulary.listed:
        complete, understood = lists[definition.listed_in]
        fact = vocabulary.open[definition.id]
        if pieces := evidence.get(definition.id):
            fact = found(definition, pieces, at)
        elif complete is None or complete.value is not True:
            facts[definition.id] = fact
            continue
        facts[definition.id] = listed(definition, fact, complete, understood=understood)
    inputs = Inputs(facts, at)  # none of them is derived itself
    for definition in vocabulary.derived:
        facts[definition.id] = derived(definition, evidence.get(definition.id, ()), inputs)
    patient = Patient(at, facts, medicines, record.unrecognised, record)
    situation = Situation(patient, knowledge)
    for definition in vocabulary.shown:
        facts[definition.id] = shown(definition, facts[definition.id], situation)
    for definition in vocabulary.sometimes_impossible:
        if facts[definition.id].value is None:
            facts[definition.id] = never(definition, facts[definition.id], situation)
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
            facts[definition.id] = derived(definition, patient.record.evidence.get(definition.id, ()), inputs)
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
        unrecorded={definition.id: unrecorded(definition) for definition in plain},
        listed=listed,
        open={definition.id: _of_open_list(definition) for definition in listed},
        derived=derived,
        sometimes_impossible=tuple(definition for definition in every if definition.never_when),
        shown=tuple(definition for definition in every if definition.shown_by),
    )


def _of_open_list(definition: FactDefinition) -> Fact:
    reason = f"nothing recorded, and the list of {definition.listed_in} is not known to be complete"
    return Fact(definition.id, None, definition.unit, (), asked_for(definition), reason)


def derived(definition: FactDefinition, recorded: Sequence[Evidence], inputs: Inputs) -> Fact:
    """Return a derived fact: as computed, or as it was measured itself. The newer leads; of one day, the higher.

    Args:
        definition: Of the fact; it says by which formula it follows.
        recorded: Every piece that speaks of the fact itself.
        inputs: What it follows from.
    """
    computed = _possible(definition, inputs)
    if not recorded:
        return computed
    measured = found(definition, recorded, inputs.at)
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


def shown(definition: FactDefinition, fact: Fact, situation: Situation) -> Fact:
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
            fact = left_open(definition, number.because, f"{condition.fact} may show it")
    return fact


def listed(definition: FactDefinition, established: Fact, complete: Fact | None, *, understood: bool) -> Fact:
    """Return a fact that stands in a list: no where it is not on a complete list of which everything was understood.

    Args:
        definition: Of the fact.
        established: What its own evidence comes to.
        complete: Whether its list is complete; None where nothing is known of that.
        understood: Whether every entry of the list was.
    """
    if established.because:
        return established
    if complete is None or complete.value is not True:
        return _of_open_list(definition)
    if not understood:
        reason = f"an entry of the list of {definition.listed_in} was not understood"
        return Fact(definition.id, None, definition.unit, complete.because, asked_for(definition), reason)
    reason = f"not on the complete list of {definition.listed_in}"
    return Fact(definition.id, False, definition.unit, complete.because, (), reason, complete.days)


def never(definition: FactDefinition, fact: Fact, situation: Situation) -> Fact:
    """Return no for a fact that cannot be, unless the record raises it after all."""
    if fact.because:
        return fact
    for condition in definition.never_when:
        if truth_of(condition, situation):
            because = situation.facts[condition.fact].because
            return Fact(fact.id, False, fact.unit, because, (), f"never when {condition.fact} is so")
    return fact

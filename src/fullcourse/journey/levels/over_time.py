"""What was known of a patient at each moment of a history of doses: numbers that a record gives more than once.

A creatinine that rises slows a drug down from about then on. Each value holds from its moment until the next; before
the first of a history it is the newest that was not out of date, else the first that came after (I-1821). Nothing is
interpolated: no record says what a value was between two results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.instant import parse_instant, seconds_since_1970
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.pharmacokinetics.inputs.covariates import (
    Covariates,
    CovariateSpan,
    KnownFact,
    PatientFacts,
    patient_covariates,
)
from fullcourse.rules.series import stated_series

__all__ = ["FactsFrom", "covariates_over_time", "facts_over_time"]

_CONSTANT: Final = frozenset({"age", "age_months", "height"})
"""Numbers that are not taken to change: an age follows the birth date, and a height that differs was measured badly."""


@dataclass(frozen=True, slots=True)
class FactsFrom:
    """What was known from a moment on, and which of it is of this span."""

    begins: datetime
    facts: PatientFacts
    changed: Mapping[str, KnownFact]


@dataclass(frozen=True, slots=True)
class _Value:
    at: datetime
    known: KnownFact


def facts_over_time(
    record: Record,
    facts: PatientFacts,
    given: Mapping[str, KnownFact],
    knowledge: Knowledge,
    first: datetime,
    at: datetime,
) -> tuple[tuple[FactsFrom, ...], tuple[str, ...]]:
    """Return what was known from the first dose to the moment of the question, span by span, and notes.

    Args:
        record: As judged at the moment.
        facts: As known at the moment; the last span is that.
        given: Beside the record; it overrules it at every moment.
        knowledge: What facts there are.
        first: Of the first dose.
        at: Of the question.

    Returns:
        No span where nothing changed.
    """
    series: dict[str, list[_Value]] = {}
    notes: list[str] = []
    for name in sorted(record.evidence):
        definition = knowledge.facts.get(name)
        number = definition is not None and definition.kind == "number" and not definition.derived
        if not number or name in given or name in _CONSTANT or name not in facts.facts:
            continue
        values, doubtful = _values(stated_series(record, name, at.date()), facts.facts[name], first, at)
        notes += [f"{name.replace('_', ' ')} of {day}: two results that differ; not used" for day in doubtful]
        if len(values) > 1:
            valid = definition.valid_days if definition is not None else None
            series[name] = _from_the_first_dose(values, first, valid)
    turns = sorted({value.at for values in series.values() for value in values[1:]}, key=seconds_since_1970)
    spans: list[FactsFrom] = []
    for begins in (first, *turns):
        known = {name: _then(values, begins) for name, values in series.items()}
        before = spans[-1].facts.facts if spans else {}
        changed = {name: value for name, value in known.items() if before.get(name) != value}
        spans.append(FactsFrom(begins, replace(facts, facts={**facts.facts, **known}), changed))
    return (tuple(spans) if len(spans) > 1 else ()), tuple(notes)


def covariates_over_time(file: PkModelFile, facts: PatientFacts, spans: Sequence[FactsFrom]) -> Covariates:
    """Return the covariates of a model, with the spans in which they differed.

    Raises:
        InputError: A covariate is not known and may not be assumed.
        OutsideLabel: The patient is, or was in one of the spans, outside the population.
    """
    now = patient_covariates(file, facts)
    found: list[CovariateSpan] = []
    for span in spans:
        then = patient_covariates(file, span.facts)
        changed = {name: fact for name, fact in span.changed.items() if name in then.because}
        if not found or then.values != found[-1].values:
            found.append(CovariateSpan(span.begins, then.values, changed))
    if len(found) < 2:
        return now
    return replace(now, over_time=tuple(found))


def _values(
    pieces: Sequence[Evidence], now: KnownFact, first: datetime, at: datetime
) -> tuple[list[_Value], list[date]]:
    """Return the exact dated values of one fact, oldest first, the last that of the moment; and days that differ."""
    by_moment: dict[datetime, list[_Value]] = {}
    for piece in pieces:
        if piece.on is None or not piece.on.is_exact_day or not isinstance(piece.value, Interval):
            continue
        if piece.value.is_exact:
            when = _moment(piece, first)
            by_moment.setdefault(when, []).append(
                _Value(when, KnownFact(piece.value.low, now.unit, piece.on.text, piece.origin))
            )
    values, doubtful = [], []
    for when in sorted(by_moment, key=seconds_since_1970):
        alike = {value.known.value for value in by_moment[when]}
        if len(alike) > 1:
            doubtful.append(when.date())
        elif seconds_since_1970(when) <= seconds_since_1970(at):
            values.append(by_moment[when][0])
    if values and values[-1].known.value != now.value:
        return [], doubtful  # what holds now was settled otherwise than by the newest result: it holds throughout
    return values, doubtful


def _moment(piece: Evidence, first: datetime) -> datetime:
    """Return when a value begins to hold: its instant, or the beginning of its day on the clock of the doses."""
    text = piece.on.text if piece.on else ""
    try:
        when = parse_instant(text, piece.fact)
    except InputError:
        when = None
    if when is not None and (when.tzinfo is None) is (first.tzinfo is None):
        return when if first.tzinfo is None else when.astimezone(first.tzinfo)
    day = date.fromisoformat(text[:10])
    return datetime(day.year, day.month, day.day, tzinfo=first.tzinfo)


def _from_the_first_dose(values: Sequence[_Value], first: datetime, valid_days: int | None) -> list[_Value]:
    """Return the value of the first dose, and those that came after it."""
    begin = seconds_since_1970(first)
    later = [value for value in values if seconds_since_1970(value.at) > begin]
    earlier = values[: len(values) - len(later)]
    newest = earlier[-1] if earlier else None
    if newest is not None and valid_days is not None and first - newest.at > timedelta(days=valid_days) and later:
        newest = None
    return [newest, *later] if newest is not None else later


def _then(values: Sequence[_Value], at: datetime) -> KnownFact:
    """Return the value that holds at a moment: the newest until then, else the first."""
    until = [value for value in values if seconds_since_1970(value.at) <= seconds_since_1970(at)]
    return (until[-1] if until else values[0]).known

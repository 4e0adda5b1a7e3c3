"""What a record holds for a report: the patient at the onset, results, conditions, medicines with their dates.

A record's birth date gives the age and goes no further; names and numbers of a person were never read.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.clinical.instant import seconds_since_1970
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import NotUsed, Patient, Record
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.pharmacovigilance.on_file import OnFile
from fullcourse.pharmacovigilance.patient import HistoryEntry, Measured, ReportedTest
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug, Substance
from fullcourse.pharmacovigilance.timing import said_when
from fullcourse.rules.establish import establish

__all__ = ["on_file_of", "results_of"]

_INFANT: Final = 2.0
"""Below so many years an age is told in months."""
_ADDED_UNDER: Final = {"Condition": "[[history]]", "AllergyIntolerance": "[[history]]", "Observation": "[[test]]"}
"""Kinds of resources that a report may need although no fact uses them, and where a person adds them."""
_OF_THE_BODY: Final = frozenset(("weight", "height"))
_CONDITIONS: Final = frozenset(("history", "state"))
_SYMPTOM: Final = "symptom"
_COMPLETE: Final = "_complete"
"""How facts end that say of a list that nothing is missing from it."""


def on_file_of(record: Record, knowledge: Knowledge, at: date, onset: Moment | None) -> OnFile:
    """Return what a record holds, results apart.

    Args:
        record: What an adapter read.
        knowledge: Its vocabulary.
        at: The day of the report.
        onset: Of the first reaction, for which the age holds, and weight and height where they are known for it; None
            where nobody knows it, so that the day of the report stands for it.

    Raises:
        InputError: An answer names an entry that is not there.
    """
    patient = establish(record, knowledge, at)
    then = patient if onset is None or onset.last_day >= at else establish(record, knowledge, onset.last_day)
    sex, pregnant = patient.facts["sex"], then.facts["pregnant"]
    begun = [it for it in record.medicines if it.since is None or it.since.has_begun(at)]
    later = [_drug(it, record, knowledge) for it in begun if _is_later(it, onset)]
    listed = [_drug(it, record, knowledge) for it in begun if not _is_later(it, onset)]
    over = [it for it in listed if _is_over(it, onset)]
    return OnFile(
        age=_age(then),
        sex=(sex.value, _origin(sex)) if isinstance(sex.value, str) else ("", ""),
        weight=_number(then.facts["weight"]) or _number(patient.facts["weight"]),
        height=_number(then.facts["height"]) or _number(patient.facts["height"]),
        pregnant=(pregnant.value, _origin(pregnant))
        if isinstance(pregnant.value, bool) and _is_told(pregnant)
        else None,
        history=tuple(_history(patient, knowledge)),
        drugs=tuple(it for it in listed if it not in over),
        earlier=tuple(over),
        later=tuple(later),
        not_read=(
            *(f"{it.kind} '{it.text}' ({it.origin}): {it.why}" for it in record.unrecognised),
            *(_unused(it) for it in record.not_used if it.may_matter or it.what in _ADDED_UNDER),
        ),
    )


def _unused(it: NotUsed) -> str:
    """Return what of a record is not in the report, with where a person adds it."""
    where = f"; add what matters under {_ADDED_UNDER[it.what]}" if it.what in _ADDED_UNDER else ""
    return f"{it.count} × {it.what}, not in this report: {it.why}{where}"


def results_of(
    record: Record, knowledge: Knowledge, at: date, since: Moment | None
) -> tuple[tuple[ReportedTest, ...], tuple[str, ...]]:
    """Return the results on file that bear on an event, in order of time, and what cannot be used.

    Of each test the last result before ``since`` counts as its baseline, and every later one (I-1423).

    Args:
        record: What an adapter read.
        knowledge: Says which facts tests of monitoring are.
        at: The day of the report; what is dated later is left out and named.
        since: The first dose of a suspect drug; None where nobody knows it, so that every result counts.
    """
    names = {name for test in knowledge.tests.values() for name in test.facts} - _OF_THE_BODY
    kept: list[tuple[Moment | None, ReportedTest]] = []
    not_read: list[str] = []
    for name in sorted(names & record.evidence.keys()):
        definition = knowledge.facts[name]
        if definition.kind != "number" or definition.derived:
            continue
        usable = []
        for piece in record.evidence[name]:
            if piece.standing is not Standing.STATED or not isinstance(piece.value, Interval):
                not_read.append(f"{definition.label} ({piece.origin}): {piece.reason or 'it cannot be used'}")
            elif piece.on is not None and not piece.on.has_begun(at):
                not_read.append(f"{definition.label} of {piece.on.text} ({piece.origin}): it is dated after the report")
            else:
                usable.append(piece)
        for piece in _since(usable, since):
            high = _limit(record, definition.upper_limit, piece)
            kept.append((piece.on, _test(piece, definition.label, high)))
    kept.sort(key=lambda row: (row[0] is None, row[0].start_s if row[0] else 0.0, row[1].name))
    return tuple(test for _, test in kept), tuple(dict.fromkeys(not_read))


def _since(pieces: Iterable[Evidence], since: Moment | None) -> list[Evidence]:
    listed = list(pieces)
    if since is None:
        return listed
    before = [it for it in listed if it.on is not None and it.on.last_day < since.first_day]
    newest = max(before, key=lambda it: it.on.start_s if it.on else 0.0, default=None)
    return [it for it in listed if it not in before or it is newest]


def _test(piece: Evidence, label: str, high: str) -> ReportedTest:
    unit = piece.unit
    value = Interval(piece.recorded, piece.recorded) if isinstance(piece.recorded, float) else None
    words = "" if value is not None else f"{piece.recorded} {unit}".strip()
    return ReportedTest(
        label, value, unit if value else "", words, piece.on, high=high, fact=piece.fact, origin=piece.origin
    )


def _limit(record: Record, fact: str, piece: Evidence) -> str:
    """Return the laboratory's own upper limit that stands with a result, as recorded."""
    for other in record.evidence.get(fact, ()):
        if other.origin.split(",")[0] == piece.origin.split(",")[0] and other.unit == piece.unit:
            return f"{other.recorded:g}" if isinstance(other.recorded, float) else ""
    return ""


def _age(patient: Patient) -> Measured | None:
    years, months = patient.facts["age"], patient.facts["age_months"]
    if not isinstance(years.value, Interval) or years.value.is_unknown:
        return None
    in_months = years.value.high < _INFANT and isinstance(months.value, Interval)
    age = months if in_months else years
    if not isinstance(age.value, Interval):
        return None
    return Measured(age.value, age.unit, None, _origin(patient.facts["birth_date"]))


def _number(fact: Fact) -> Measured | None:
    if not isinstance(fact.value, Interval) or fact.value.is_unknown:
        return None
    on = fact.because[0].on if fact.because else None
    return Measured(fact.value, fact.unit, on, _origin(fact))


def _origin(fact: Fact) -> str:
    return fact.because[0].origin if fact.because else "record"


def _is_told(fact: Fact) -> bool:
    """Return whether the record itself speaks of a fact: that a man is not pregnant nobody has to report."""
    return any(it.fact == fact.id for it in fact.because)


def _history(patient: Patient, knowledge: Knowledge) -> Iterator[HistoryEntry]:
    """Yield the conditions and allergies that are known to be so; what is unknown is no condition, and no "none"."""
    for name, fact in patient.facts.items():
        definition = knowledge.facts[name]
        is_condition = definition.kind in _CONDITIONS and not name.startswith(_SYMPTOM) and not definition.derived
        if fact.value is True and is_condition and not name.endswith(_COMPLETE):
            on = fact.because[0].on if fact.because else None
            comment = f"on file, dated {said_when(on)}" if on else "on file, undated"
            continuing = True if definition.kind == "state" else None
            yield HistoryEntry(definition.label, continuing, comment=comment, origin=_origin(fact))


def _drug(medicine: Medicine, record: Record, knowledge: Knowledge) -> ReportedDrug:
    ingredients = medicine.ingredients
    inn = ingredients[0] if len(ingredients) == 1 and ingredients[0] in knowledge.drugs else ""
    goes_on = {Taken.NOW: True, Taken.PAST: False}.get(medicine.taken)
    given = record.doses_of(inn) if inn else ()
    ordered = sorted(given, key=lambda dose: seconds_since_1970(dose.at))
    began = None if medicine.ordered else medicine.since  # the day of an order is not that of a dose
    first = parse_moment(ordered[0].at.isoformat(timespec="seconds"), "dose") if ordered else began
    last = parse_moment(ordered[-1].at.isoformat(timespec="seconds"), "dose") if ordered else None
    dosage = Dosage(
        start=began,
        end=medicine.until,
        goes_on=goes_on,
        text=f"order of {said_when(medicine.since)}" if medicine.ordered and medicine.since else "",
        route=medicine.applied,
        origin=medicine.origin,
    )
    return ReportedDrug(
        name=medicine.name,
        role=None,
        inn=inn,
        substances=tuple(Substance(name) for name in ingredients),
        dosages=(dosage,),
        first_dose=first,
        last_dose=last or medicine.until,
        origin=medicine.origin,
    )


def _is_over(drug: ReportedDrug, onset: Moment | None) -> bool:
    """Return whether a drug was surely over before the onset."""
    end = drug.dosages[0].end if drug.dosages and drug.dosages[0].goes_on is False else None
    return onset is not None and end is not None and end.last_day < onset.first_day


def _is_later(medicine: Medicine, onset: Moment | None) -> bool:
    """Return whether a medicine was surely begun, or ordered, after the onset: it may be treatment of the event."""
    return onset is not None and medicine.since is not None and medicine.since.first_day > onset.last_day

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
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.pharmacovigilance.on_file import OnFile
from fullcourse.pharmacovigilance.patient import HistoryEntry, Measured, ReportedTest
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug, Substance
from fullcourse.rules.establish import establish

__all__ = ["on_file_of", "results_of"]

_INFANT: Final = 2.0
"""Below so many years an age is told in months."""
_OF_THE_BODY: Final = frozenset(("weight", "height"))
_LISTED: Final = frozenset(("problems", "allergies"))


def on_file_of(record: Record, knowledge: Knowledge, at: date, onset: Moment | None) -> OnFile:
    """Return what a record holds, results apart.

    Args:
        record: What an adapter read.
        knowledge: Its vocabulary.
        at: The day of the report.
        onset: Of the first reaction; None where nobody knows it, so that the day of the report stands for it.

    Raises:
        InputError: An answer names an entry that is not there.
    """
    day = onset.last_day if onset is not None else at
    patient = establish(record, knowledge, min(day, at))
    sex, pregnant = patient.facts["sex"], patient.facts["pregnant"]
    listed = [_drug(it, record, knowledge) for it in record.medicines if it.since is None or it.since.has_begun(at)]
    over = [it for it in listed if _is_over(it, onset)]
    return OnFile(
        age=_age(patient),
        sex=(sex.value, _origin(sex)) if isinstance(sex.value, str) else ("", ""),
        weight=_number(patient.facts["weight"]),
        height=_number(patient.facts["height"]),
        pregnant=(pregnant.value, _origin(pregnant)) if isinstance(pregnant.value, bool) else None,
        history=tuple(_history(patient, knowledge)),
        drugs=tuple(it for it in listed if it not in over),
        earlier=tuple(over),
        not_read=tuple(f"{it.kind} '{it.text}' ({it.origin}): {it.why}" for it in patient.unrecognised),
    )


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
    return _number(months if in_months else years)


def _number(fact: Fact) -> Measured | None:
    if not isinstance(fact.value, Interval) or fact.value.is_unknown:
        return None
    on = fact.because[0].on if fact.because else None
    return Measured(fact.value, fact.unit, on, _origin(fact))


def _origin(fact: Fact) -> str:
    return fact.because[0].origin if fact.because else "record"


def _history(patient: Patient, knowledge: Knowledge) -> Iterator[HistoryEntry]:
    """Yield the conditions and allergies that are known to be so; what is unknown is no condition, and no "none"."""
    for name, fact in patient.facts.items():
        definition = knowledge.facts[name]
        if fact.value is True and definition.listed_in in _LISTED and not definition.derived:
            on = fact.because[0].on if fact.because else None
            comment = f"on file, dated {on.text}" if on else "on file, undated"
            continuing = True if definition.kind == "state" else None
            yield HistoryEntry(definition.label, continuing, comment=comment, origin=_origin(fact))


def _drug(medicine: Medicine, record: Record, knowledge: Knowledge) -> ReportedDrug:
    ingredients = medicine.ingredients
    inn = ingredients[0] if len(ingredients) == 1 and ingredients[0] in knowledge.drugs else ""
    goes_on = {Taken.NOW: True, Taken.PAST: False}.get(medicine.taken)
    given = record.doses_of(inn) if inn else ()
    ordered = sorted(given, key=lambda dose: seconds_since_1970(dose.at))
    first = parse_moment(ordered[0].at.isoformat(timespec="seconds"), "dose") if ordered else medicine.since
    last = parse_moment(ordered[-1].at.isoformat(timespec="seconds"), "dose") if ordered else None
    dosage = Dosage(
        start=medicine.since, end=medicine.until, goes_on=goes_on, route=medicine.applied, origin=medicine.origin
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

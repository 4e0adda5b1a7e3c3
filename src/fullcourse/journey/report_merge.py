"""Lays what is on file beside the input of a report: it fills what is empty, and differs openly where both speak.

The input stands in the report, since it is what the reporter says; each difference is named with both words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fullcourse.clinical.ages import age_months
from fullcourse.clinical.formulas import age_years
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval
from fullcourse.pharmacovigilance.case_report import AdverseEventReport, Conflict
from fullcourse.pharmacovigilance.causality import Challenge
from fullcourse.pharmacovigilance.given import GivenChallenge
from fullcourse.pharmacovigilance.on_file import OnFile, ToldSymptom
from fullcourse.pharmacovigilance.patient import Measured, ReportedPatient
from fullcourse.pharmacovigilance.reaction import Reaction
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug
from fullcourse.pharmacovigilance.timing import days_between, first_of, may_agree, said_when

__all__ = ["challenges_of", "is_among", "merged_drugs", "merged_patient", "merged_reactions"]

Conflicts = tuple[Conflict, ...]

_UNIT_WORDS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days"}
_YEARS_EACH = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25}


def merged_reactions(
    given: Sequence[Reaction], told: Mapping[str, ToldSymptom]
) -> tuple[tuple[Reaction, ...], Conflicts]:
    """Return the reactions with the times that the log tells of the same symptom, and where it differs."""
    merged, conflicts = [], []
    for reaction in given:
        log = told.get(reaction.symptom)
        if log is None or not reaction.symptom:
            merged.append(reaction)
            continue
        conflicts += _reaction_conflicts(reaction, log)
        merged.append(replace(reaction, start=reaction.start or log.start, end=reaction.end or log.end))
    return tuple(merged), tuple(conflicts)


def _reaction_conflicts(reaction: Reaction, log: ToldSymptom) -> list[Conflict]:
    """Return where the log tells of a symptom before the onset, or after the end, that the input gives.

    A symptom is told of when there is somebody to tell: later than the onset, or gone later than it ended, is no
    contradiction.
    """
    found = []
    if reaction.start is not None and log.start is not None and log.start.last_day < reaction.start.first_day:
        what = f"start of '{reaction.words}'"
        found.append(Conflict(what, said_when(reaction.start), f"told of {said_when(log.start)}", "course"))
    if reaction.end is not None and log.last_seen is not None and reaction.end.last_day < log.last_seen.first_day:
        what = f"end of '{reaction.words}'"
        found.append(Conflict(what, said_when(reaction.end), f"told of {said_when(log.last_seen)}", "course"))
    return found


def merged_patient(
    given: ReportedPatient, files: Iterable[OnFile], onset: Moment | None
) -> tuple[ReportedPatient, Conflicts]:
    """Return the patient of the input with what is on file, and where they differ."""
    patient, conflicts = given, []
    born = _age_of(given, onset)
    if patient.age is None and born is not None:
        patient = replace(patient, age=born)
    for file in files:
        sex, origin = file.sex
        if sex and patient.sex and sex != patient.sex:
            conflicts.append(Conflict("sex", patient.sex, sex, origin))
        if sex and not patient.sex:
            patient = replace(patient, sex=sex, sex_origin=origin)
        numbers = (
            ("age", patient.age, file.age),
            ("weight", patient.weight, file.weight),
            ("height", patient.height, file.height),
        )
        for name, stands, on_file in numbers:
            if on_file is not None and stands is not None and _differ(stands, on_file):
                conflicts.append(Conflict(name, _said(stands), _said(on_file), on_file.origin))
        age, weight, height = (on_file if stands is None else stands for _, stands, on_file in numbers)
        patient = replace(patient, age=age, weight=weight, height=height)
        if file.pregnant is not None:
            known, origin = file.pregnant
            if patient.pregnant is None:
                patient = replace(patient, pregnant=known)
            elif patient.pregnant is not known:
                conflicts.append(Conflict("pregnant", _yes_no(patient.pregnant), _yes_no(known), origin))
        if file.history and given.no_history:
            named = ", ".join(entry.words for entry in file.history)
            conflicts.append(Conflict("history", "none that matters", named, file.history[0].origin))
        patient = replace(patient, history=(*patient.history, *file.history))
    return patient, tuple(conflicts)


def merged_drugs(
    given: Sequence[ReportedDrug], on_file: Iterable[ReportedDrug]
) -> tuple[tuple[ReportedDrug, ...], Conflicts]:
    """Return the drugs of the input with what is on file of each, then every other drug on file without a role."""
    drugs, conflicts = [_dated(drug) for drug in given], []
    for other in on_file:
        place = next((number for number, drug in enumerate(drugs) if _is_same(drug, other)), None)
        if place is None:
            drugs.append(other)
            continue
        drug = drugs[place]
        conflicts += _drug_conflicts(drug, other)
        drugs[place] = _filled(drug, other)
    return tuple(drugs), tuple(conflicts)


def challenges_of(
    report: AdverseEventReport, given: Iterable[GivenChallenge], files: Iterable[OnFile]
) -> tuple[Mapping[tuple[int, int], Challenge], Conflicts]:
    """Return what came of stopping and of giving again, by the places of drug and reaction, and where words differ."""
    told: dict[tuple[int, int], Challenge] = {}
    for it in given:
        for place in range(len(report.reactions)) if it.reaction is None else (it.reaction,):
            told[it.drug, place] = it.challenge
    conflicts = []
    logged = {key: challenge for file in files for key, challenge in file.challenges.items()}
    for drug_at, drug in enumerate(report.drugs):
        for reaction_at, reaction in enumerate(report.reactions):
            log = logged.get((drug.inn, reaction.symptom))
            if log is None:
                continue
            said = told.get((drug_at, reaction_at), Challenge())
            answers = {}
            for name, words in _CHALLENGE_WORDS.items():
                one, other = getattr(said, name), getattr(log, name)
                answers[name] = other if one is None else one
                if one is not None and other is not None and one is not other:
                    what = f"{drug.name} and '{reaction.words}': {words}"
                    conflicts.append(Conflict(what, _yes_no(one), _yes_no(other), "course"))
            if said.given_again is False and answers["came_back"] is not None:
                answers["came_back"] = None  # the log's word on giving again stands as a conflict, not in the report
            told[drug_at, reaction_at] = Challenge(**answers)
    return told, tuple(conflicts)


_CHALLENGE_WORDS = {
    "improved": "improved after stopping",
    "given_again": "given again",
    "came_back": "came back",
}


def is_among(drug: ReportedDrug, others: Iterable[ReportedDrug]) -> bool:
    """Return whether a drug is one of others, by its ingredients, or by its name where none was recognised."""
    return any(_is_same(drug, other) for other in others)


def _is_same(drug: ReportedDrug, other: ReportedDrug) -> bool:
    """Return whether two entries are one drug: the same ingredients, or the same name where none was recognised."""
    ingredients = {it.name for it in drug.substances}
    if ingredients or other.substances:
        return ingredients == {it.name for it in other.substances}
    return drug.name.casefold() == other.name.casefold()


def _filled(drug: ReportedDrug, other: ReportedDrug) -> ReportedDrug:
    batches = other.dosages[0].batch if other.dosages else ""
    dosages = drug.dosages or other.dosages
    if drug.dosages and batches and not any(it.batch for it in dosages):
        dosages = tuple(replace(it, batch=batches) for it in dosages)
    is_amount_given = drug.cumulative_mg is not None
    return replace(
        drug,
        inn=drug.inn or other.inn,
        dosages=dosages,
        action=drug.action if drug.action is not None else other.action,
        action_on=drug.action_on or (other.action_on if drug.action in (None, other.action) else None),
        first_dose=drug.first_dose or other.first_dose,
        last_dose=drug.last_dose or other.last_dose,
        last_dose_before_onset=drug.last_dose_before_onset or other.last_dose_before_onset,
        cumulative_mg=drug.cumulative_mg if is_amount_given else other.cumulative_mg,
        cumulative_is_least=drug.cumulative_is_least if is_amount_given else other.cumulative_is_least,
        comment="; ".join(filter(None, (drug.comment, other.comment))),
    )


def _dated(drug: ReportedDrug) -> ReportedDrug:
    """Return a drug of the input with the first and the last dose that its dosages say."""
    ends = [it.end for it in drug.dosages]
    last = max((it for it in ends if it is not None), key=lambda it: it.last_day) if ends and None not in ends else None
    first = drug.first_dose or first_of(it.start for it in drug.dosages)
    return replace(drug, first_dose=first, last_dose=drug.last_dose or last)


def _drug_conflicts(drug: ReportedDrug, other: ReportedDrug) -> list[Conflict]:
    moments = (
        ("first dose", drug.first_dose, other.first_dose),
        ("last dose", drug.last_dose, other.last_dose),
        ("last dose before the onset", drug.last_dose_before_onset, other.last_dose_before_onset),
        ("day of the action taken", drug.action_on, other.action_on),
    )
    found = [
        Conflict(f"{name} of {drug.name}", said_when(one), said_when(there), other.origin)
        for name, one, there in moments
        if one is not None and there is not None and not may_agree(one, there)
    ]
    if drug.action is not None and other.action is not None and drug.action is not other.action:
        what = f"action taken with {drug.name}"
        found.append(Conflict(what, drug.action.value, f"{other.action.value} ({other.comment})", other.origin))
    ours, theirs = _rhythms(drug.dosages), _rhythms(other.dosages)
    if ours and theirs and ours.isdisjoint(theirs):
        found.append(Conflict(f"dose of {drug.name}", "; ".join(sorted(ours)), "; ".join(sorted(theirs)), other.origin))
    lots, logged = ({it.batch for it in listed if it.batch} for listed in (drug.dosages, other.dosages))
    if lots and logged and not any(lot in words for lot in lots for words in logged):
        found.append(
            Conflict(f"batch of {drug.name}", "; ".join(sorted(lots)), "; ".join(sorted(logged)), other.origin)
        )
    return found


def _rhythms(dosages: Iterable[Dosage]) -> set[str]:
    """Return each amount with its interval in words, hours where days are whole; those that lack one say nothing."""
    said = set()
    for it in dosages:
        if it.amount is not None and it.every is not None and it.interval in ("h", "d"):
            hours = it.every * (24.0 if it.interval == "d" else 1.0)
            said.add(f"{it.amount:g} {it.unit} every {hours:g} h")
    return said


def _age_of(given: ReportedPatient, onset: Moment | None) -> Measured | None:
    """Return the age at the onset by the birth date that the user wrote; None where one is not known to the day."""
    born = given.birth_date
    if born is None or onset is None or not born.is_exact_day or onset.last_day < born.first_day:
        return None
    days = days_between(born, onset)
    months = [float(age_months(born.first_day, max(day, born.first_day))) for day in (onset.first_day, onset.last_day)]
    if months[1] < 24 and days is not None:
        return Measured(Interval(*months), "mo", onset)
    years = [float(age_years(born.first_day, max(day, born.first_day))) for day in (onset.first_day, onset.last_day)]
    return Measured(Interval(*years), "a", onset)


def _differ(given: Measured, on_file: Measured) -> bool:
    """Return whether two numbers surely say different things; completed years may lie up to one apart from a part."""
    if given.unit in _YEARS_EACH and on_file.unit in _YEARS_EACH:
        factor, other = _YEARS_EACH[given.unit], _YEARS_EACH[on_file.unit]
        slack = 0.0 if given.unit == on_file.unit else max(factor, other)
        return given.value.low * factor > on_file.value.high * other + slack or (
            given.value.high * factor < on_file.value.low * other - slack
        )
    if given.on is not None and on_file.on is not None and not may_agree(given.on, on_file.on):
        return False  # weighed on two days, a person may have two weights
    return given.value.low > on_file.value.high or given.value.high < on_file.value.low


def _said(measured: Measured) -> str:
    on = f" of {said_when(measured.on)}" if measured.on and measured.unit not in _YEARS_EACH else ""
    return f"{measured.value} {_UNIT_WORDS.get(measured.unit, measured.unit)}{on}"


def _yes_no(answer: bool) -> str:
    return "yes" if answer else "no"

"""Who the record is about, as far as a rule may know it: birth date and sex. No name, no identifier."""

from dataclasses import replace
from datetime import date
from typing import Final

from fullcourse.adapters.fhir.read.elements import boolean, moment_at, shown, text
from fullcourse.adapters.fhir.read.evidence import Reading
from fullcourse.adapters.fhir.read.fact_index import FactIndex, Match
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import Record

__all__ = ["BORN_ON_RECORD", "HAS_DIED", "birth_fault", "birth_is_later", "read_patient"]

BORN_ON_RECORD: Final = "on record"
"""What every answer shows in the place of a birth date, which would tell who it is."""
HAS_DIED = "the record says that the patient has died"
"""The remark on the record of somebody who has died."""

_GENDERS = ("male", "female", "other", "unknown")


def read_patient(reading: Reading, at: date | None) -> None:
    """Read the Patient.

    Args:
        reading: The record being read.
        at: Day of the check, after which nobody can be born who is checked then; None to leave that open.
    """
    patient = reading.bundle.patient
    died = reading.moment(patient, "deceasedDateTime")
    has_died = patient.resource.get("deceasedDateTime") is not None or _flag("deceasedBoolean", reading)
    if has_died:
        reading.gathered.notes[HAS_DIED] = None
    if _flag("active", reading) is False:
        reading.gathered.notes["the record's Patient is marked as no longer in use"] = None
    for match in reading.index.ways("Patient"):
        if match.found.field == "birthDate":
            _read_birth(reading, match, died, at)
        elif match.found.field == "gender":
            _read_gender(reading, match)


def _flag(name: str, reading: Reading) -> bool | None:
    try:
        return boolean(reading.bundle.patient.resource, name, "Patient")
    except InputError as error:
        reading.note_set_aside(error)
        return None


def _read_birth(reading: Reading, match: Match, died: Moment | None, at: date | None) -> None:
    try:
        born = moment_at(reading.bundle.patient.resource, "birthDate", "Patient")
    except InputError as error:
        reading.note_set_aside(error)
        reason = "the recorded birth date cannot be read"
        reading.gathered.add(Evidence(match.fact.id, None, None, "Patient", None, "", Standing.UNUSABLE, reason))
        return
    if born is not None:
        _add_birth(reading, match, born, died, at)


def _read_gender(reading: Reading, match: Match) -> None:
    try:
        gender = text(reading.bundle.patient.resource, "gender", "Patient")
    except InputError as error:
        reading.note_set_aside(error)
        return
    _add_gender(reading, match, gender)


def birth_fault(born: Moment, died: Moment | None, at: date | None) -> str:
    """Return why a birth date cannot be, without the date itself; empty when it can."""
    if at is not None and born.first_day > at:
        return f"it lies after the date of the check ({at.isoformat()})"
    if died is not None and born.first_day > died.last_day:
        return "it lies after the recorded death"
    return ""


def birth_is_later(record: Record, index: FactIndex, at: date) -> Record:
    """Return a record in which a birth date of the Patient after a day is absurd, as `read_patient` with that day says.

    Args:
        record: As read without a day, where the day is only known from what the record holds.
        index: From ways of finding to facts.
        at: The day.
    """
    evidence = dict(record.evidence)
    for fact in {match.fact.id for match in index.ways("Patient") if match.found.field == "birthDate"}:
        evidence[fact] = tuple(_judged(piece, at) for piece in evidence.get(fact, ()))
    return replace(record, evidence={fact: pieces for fact, pieces in evidence.items() if pieces})


def _judged(piece: Evidence, at: date) -> Evidence:
    if piece.origin != "Patient" or not isinstance(piece.value, str):
        return piece
    fault = birth_fault(parse_moment(piece.value, "Patient.birthDate"), None, at)
    return piece._replace(value=None, standing=Standing.ABSURD, reason=fault) if fault else piece


def _add_birth(reading: Reading, match: Match, born: Moment, died: Moment | None, at: date | None) -> None:
    fault = birth_fault(born, died, at)
    standing = Standing.ABSURD if fault else Standing.STATED
    value = None if fault else born.text
    reading.gathered.add(Evidence(match.fact.id, value, None, "Patient", BORN_ON_RECORD, "", standing, fault))


def _add_gender(reading: Reading, match: Match, gender: str) -> None:
    if gender in ("", "unknown"):
        return
    if gender in match.fact.values:
        reading.gathered.add(Evidence(match.fact.id, gender, None, "Patient", gender))
        return
    standing = Standing.UNSURE if gender in _GENDERS else Standing.UNUSABLE
    reason = f"the recorded gender is '{shown(gender)[:20]}'"
    reading.gathered.add(Evidence(match.fact.id, None, None, "Patient", shown(gender)[:20], "", standing, reason))

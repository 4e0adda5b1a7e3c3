"""What ``triage`` and ``overdose`` are handed: an emergency is answered though something beside it cannot be read.

A drug, a country, a record or a log that cannot be used is noted and left out; nobody waits for help because of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from fullcourse.adapters.documents.numbers import Call, calls_for, country_code
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.triage.own_words import understood
from fullcourse.adapters.triage.questions import TriageQuestions
from fullcourse.adapters.triage.took import strength_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, open_course
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.journey.course import Course
from fullcourse.journey.log_not_used import not_used_of_log
from fullcourse.journey.triage import Heard, Triage, Urgency, joined
from fullcourse.knowledge.library import Knowledge

__all__ = ["USUAL_PROFILE", "HandedIn", "Told", "calls_of", "handed_in", "noted_strength", "told_symptoms"]


USUAL_PROFILE: Final = "us"
"""Which sources lead where nobody names a profile, or a name that is none."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of symptoms.

    Attributes:
        symptoms: By the fact's id.
        unread: What a person reads.
        notes: What was not understood on the command line, and what to do.
    """

    symptoms: dict[str, Heard]
    unread: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class HandedIn:
    """What is handed in beside symptoms; each is None, or empty, where it is not there or cannot be used.

    Attributes:
        at: The day.
        record: Of the patient.
        course: Of the log.
        now: The moment, for the course.
        drugs: INNs.
        country: Two letters in capitals.
        profile: Which sources lead.
        notes: What could not be used, and why.
    """

    at: date
    record: Record | None = None
    course: Course | None = None
    now: datetime | None = None
    drugs: tuple[str, ...] = ()
    country: str = ""
    profile: str = USUAL_PROFILE
    notes: list[str] = field(default_factory=list)


def told_symptoms(
    asked: TriageQuestions,
    symptoms: Iterable[str],
    words: Iterable[str],
    response: Callable[[], bytes] | None,
    rest_no: bool,
) -> Told:
    """Return what the options of a command tell of symptoms.

    Args:
        asked: The questions.
        symptoms: ``NAME`` or ``NAME=yes|no|unsure``.
        words: Own words.
        response: Reads a QuestionnaireResponse; None for none.
        rest_no: Whether every other symptom was asked about, and is no.
    """
    told: list[tuple[str, Heard]] = []
    unread: list[str] = []
    notes: list[str] = []
    for text in symptoms:
        name, _, word = text.partition("=")
        try:
            told.append((asked.fact(name), Heard((word or "yes").strip().casefold())))
        except InputError as error:
            unread.append(name.strip()[:60])
            notes.append(str(error))
        except ValueError:
            told.append((asked.fact(name), Heard.UNSURE))
            notes.append(f"--symptom: '{text[:60]}' is neither yes, no nor unsure; it counts as not sure.")
    for text in words:
        read = understood(text, asked)
        told += read.symptoms
        unread += read.unread
    if response is not None:
        from fullcourse.adapters.fhir.read.questionnaire_response import read_response  # others do not wait for it

        try:
            answered, left = read_response(response(), asked)
        except InputError as error:
            unread.append("a response that cannot be read")
            notes.append(f"--response: {error}")
        else:
            told += answered
            unread += left
    heard = joined(told)
    if rest_no:
        heard |= {it.fact: Heard.NO for it in asked.questions if it.fact not in heard}
    return Told(heard, tuple(unread), tuple(notes))


def handed_in(
    knowledge: Knowledge,
    *,
    at: str | None,
    record: Callable[[date], Record] | None,
    course: str | None,
    store: str | DurableStore | None,
    drugs: Sequence[str],
    country: str | None,
    profile: str = USUAL_PROFILE,
) -> HandedIn:
    """Return what is handed in beside symptoms, with a note for all that cannot be used.

    Args:
        knowledge: What the sources say.
        at: The day, or with a course the moment; None for now.
        record: Reads the record as of a day; None for none.
        course: By id, or a file; None for none.
        store: Where courses are kept.
        drugs: Names of what is taken.
        country: Two letters.
        profile: Which sources lead.
    """
    notes: list[str] = []
    try:
        now = moment_asked(at) if course is not None else None
        day = now.date() if now is not None else day_asked(at)
    except InputError as error:
        notes.append(f"{error} It counts as now.")
        at = None
        now = moment_asked(None) if course is not None else None
        day = now.date() if now is not None else day_asked(None)
    read = HandedIn(day, now=now, notes=notes)
    try:
        read.profile = knowledge.profile(profile).id
    except InputError as error:
        notes.append(f"{error} '{USUAL_PROFILE}' is used.")
    try:
        read.country = country_code(country)
    except InputError as error:
        read.notes.append(f"{error} No number is given.")
    named = []
    for name in drugs:
        try:
            named.append(knowledge.drug(name).inn)
        except InputError as error:
            read.notes.append(f"--drug: {error}")
    read.drugs = tuple(dict.fromkeys(named)) if len(named) == len(drugs) else ()
    if record is not None:
        try:
            read.record = record(read.at)
        except InputError as error:
            read.notes.append(f"The record was not used: {error}")
    if course is not None:
        try:
            read.course = open_course(course, store, at, read.profile).course
        except InputError as error:
            read.notes.append(f"The log was not used: {error}")
            read.now = None
    if read.course is not None and read.now is not None:
        left = not_used_of_log(read.course, knowledge, read.now)
        read.notes.extend(f"The log, {it.what}: {it.why}." for it in left if not it.what.startswith("result"))
    return read


def calls_of(triage: Triage, knowledge: Knowledge, country: str) -> tuple[Call, ...]:
    """Return whom to call: in an emergency the emergency number is always among them."""
    whom = list(triage.calls)
    if triage.urgency is Urgency.EMERGENCY and "emergency number" not in whom:
        whom.append("emergency number")
    if triage.urgency is Urgency.TODAY and "care team" not in whom:
        whom.append("care team")
    return calls_for(whom, knowledge, country)


def noted_strength(text: str | None, notes: list[str]) -> float | None:
    """Return what one unit holds; one that cannot be read is noted, and the amount is then not known."""
    try:
        return None if text is None else strength_of(text)
    except InputError as error:
        notes.append(str(error))
        return None

"""Triage and overdose: how urgent it is, whom to call, and what about the next dose."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from click import Command, Context

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.adapters.triage.took import amount_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import exactly
from fullcourse.interfaces.cli.triage_input import (
    USUAL_PROFILE,
    HandedIn,
    calls_of,
    handed_in,
    noted_strength,
    told_symptoms,
)
from fullcourse.interfaces.python.records import (
    Answer,
    AnyRecord,
    bytes_of,
    moment_text,
    read_record,
    store_text,
)
from fullcourse.journey.overdose import OverdoseAnswer, OverdoseRequest
from fullcourse.journey.overdose import overdose as overdose_answer
from fullcourse.journey.triage import Report, TriageAnswer, TriageRequest
from fullcourse.journey.triage import triage as triage_report
from fullcourse.knowledge.library import Knowledge

__all__ = ["overdose", "triage"]

Told = Mapping[str, Literal["yes", "no", "unsure"]] | Sequence[str]


def triage(
    symptoms: Told = (),
    *,
    words: Sequence[str] = (),
    response: AnyRecord | None = None,
    rest_no: bool = False,
    weeks: float | None = None,
    drugs: Sequence[str] = (),
    mg_per_day: float | None = None,
    record: AnyRecord | None = None,
    answers: AnyRecord | None = None,
    course: Path | str | None = None,
    store: Path | str | DurableStore | None = None,
    country: str | None = None,
    profile: str = USUAL_PROFILE,
    at: date | str | None = None,
) -> Answer[TriageAnswer]:
    """Say how urgent a symptom is, whom to call, and what about the next dose; as ``fullcourse triage``.

    An emergency waits for nothing: a name, a record or a log that cannot be used is left out and stands in the notes of
    the JSON, and a symptom that is not understood is kept for a person to read.

    Args:
        symptoms: Names that are there, or each with ``yes``, ``no`` or ``unsure``.
        words: How the person feels, in own words, in English or Spanish.
        response: Answers as a FHIR R4 QuestionnaireResponse.
        rest_no: Whether everything else was asked, and is no.
        weeks: Weeks of treatment without getting better, 0 to 200.
        drugs: Names of TB medicines that are taken.
        mg_per_day: With one drug its milligrams a day, 0 to 20,000.
        record: Of the person.
        answers: With a record, what somebody answered beside it, in TOML.
        course: `Path` of a file of events, or the id of a course in the store: its diary counts too.
        store: Where courses are kept; None where the commands keep them.
        country: Two letters, for numbers where a source gives them.
        profile: Which sources lead where a drug is replaced.
        at: The day; with a course the moment with its offset; now without it.

    Raises:
        InputError: Nothing is told, or a number is not in its range.
    """
    if not (symptoms or words or response is not None or course is not None or rest_no):
        raise InputError("nothing is told of how the person is. Give symptoms, words, a response or a course.")
    _within("weeks", weeks, 200.0)
    _within("mg_per_day", mg_per_day, 20_000.0)
    if mg_per_day is not None and len(drugs) != 1:
        raise InputError("mg_per_day is the daily dose of one drug. Give one drug.")
    knowledge = knowledge_here()
    told = told_symptoms(
        read_questions(), _told(symptoms), words, None if response is None else partial(bytes_of, response), rest_no
    )
    read = _handed_in(knowledge, record, answers, course, store, drugs, country, at, profile)
    report = Report(
        told.symptoms,
        {} if weeks is None else {"weeks_without_improvement": exactly(weeks)},
        {} if mg_per_day is None or not read.drugs else {read.drugs[0]: {"dose_mg_per_day": exactly(mg_per_day)}},
        told.unread,
    )
    request = TriageRequest(read.at, read.drugs, read.record, read.course, read.now)
    answer = triage_report(knowledge, knowledge.profile(read.profile), report, request)
    calls, notes = calls_of(answer.triage, knowledge, read.country), (*told.notes, *read.notes)
    from fullcourse.adapters.published.triage import triage_json  # who wants the nouns does not wait for JSON

    return Answer(answer, partial(triage_json, answer, knowledge, calls, notes))


def overdose(
    drug: str,
    *,
    took: str = "",
    strength: str | None = None,
    when: str = "",
    planned_mg: float | None = None,
    weight_kg: float | None = None,
    symptoms: Told = (),
    words: Sequence[str] = (),
    record: AnyRecord | None = None,
    answers: AnyRecord | None = None,
    course: Path | str | None = None,
    store: Path | str | DurableStore | None = None,
    country: str | None = None,
    at: date | str | None = None,
) -> Answer[OverdoseAnswer]:
    """Say how urgent too much of a medicine is, whom to call, and what to read aloud; as ``fullcourse overdose``.

    As with `triage`, what cannot be used is noted and left out.

    Args:
        drug: What was taken, as it is called on the pack.
        took: How much: ``5 capsules`` or ``1250 mg``; with a course its log says it.
        strength: What one capsule or tablet holds: ``250 mg``.
        when: When, in words.
        planned_mg: What was planned for the day, milligrams, 0 to 20,000.
        weight_kg: Body weight, kilograms, above 0 and at most 650.
        symptoms: As of `triage`.
        words: How the person is, in own words.
        record: Of the person.
        answers: With a record, what somebody answered beside it, in TOML.
        course: `Path` of a file of events, or the id of a course in the store.
        store: Where courses are kept; None where the commands keep them.
        country: Two letters, for numbers where a source gives them.
        at: The day; with a course the moment with its offset; now without it.

    Raises:
        InputError: Neither an amount nor a course is given, or a number is not in its range.
    """
    if not took and course is None:
        raise InputError("how much was taken is not said. Give it as took='5 capsules', or give the course.")
    _within("planned_mg", planned_mg, 20_000.0)
    _within("weight_kg", weight_kg, 650.0, above=0.0)
    knowledge = knowledge_here()
    told = told_symptoms(read_questions(), _told(symptoms), words, None, rest_no=False)
    read = _handed_in(knowledge, record, answers, course, store, (drug,), country, at, USUAL_PROFILE)
    identity = knowledge.drugs[read.drugs[0]] if read.drugs else None
    amount = amount_of(took, identity, noted_strength(strength, read.notes)) if took else None
    request = OverdoseRequest(
        at=read.at,
        drug=identity.inn if identity else "",
        called=identity.label if identity else drug[:60],
        said=took[:100],
        mg=amount.mg if amount else None,
        planned_mg=planned_mg,
        weight_kg=weight_kg,
        taken_at=when[:100],
        symptoms=told.symptoms,
        unread=told.unread,
        record=read.record,
        course=read.course,
        now=read.now,
    )
    answer = overdose_answer(knowledge, request)
    calls, notes = calls_of(answer.triage, knowledge, read.country), (*told.notes, *read.notes)
    from fullcourse.adapters.published.triage import overdose_json

    return Answer(answer, partial(overdose_json, answer, knowledge, calls, notes))


def _told(symptoms: Told) -> list[str]:
    if isinstance(symptoms, Mapping):
        return [f"{name}={heard}" for name, heard in symptoms.items()]
    return [symptoms] if isinstance(symptoms, str) else list(symptoms)


def _handed_in(
    knowledge: Knowledge,
    record: AnyRecord | None,
    answers: AnyRecord | None,
    course: Path | str | None,
    store: Path | str | DurableStore | None,
    drugs: Sequence[str],
    country: str | None,
    at: date | str | None,
    profile: str,
) -> HandedIn:
    """Return what is handed in beside symptoms; the store that a course was read from is closed."""
    reads: Callable[[date], Record] | None = None
    if record is not None:
        given = record
        reads = lambda day: read_record(given, answers, day, knowledge)  # noqa: E731 - closed over, and handed on
    with Context(Command("fullcourse")):  # what a command opens is closed with its context
        return handed_in(
            knowledge,
            at=moment_text(at),
            record=reads,
            course=None if course is None else str(course),
            store=store_text(store),
            drugs=drugs,
            country=country,
            profile=profile,
        )


def _within(name: str, number: float | None, most: float, *, above: float | None = None) -> None:
    if number is None:
        return
    if not (0.0 <= number <= most) or number == above:
        least = "above 0" if above is not None else "at least 0"
        raise InputError(f"{name}: {number:g} cannot be. Give a number that is {least} and at most {most:g}.")

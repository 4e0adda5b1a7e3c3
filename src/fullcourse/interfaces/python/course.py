"""Monitor, missed and outcome: a treatment that goes on, from its course or from a record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.course_or_record import end_of_day
from fullcourse.interfaces.cli.monitor import SEED
from fullcourse.interfaces.cli.monitor_input import OfRecord, asked_of_course, asked_of_record, done_of
from fullcourse.interfaces.cli.outcome import treatment_as_asked
from fullcourse.interfaces.python.records import (
    Answer,
    AnyRecord,
    day_of,
    moment_text,
    opened_course,
    read_answers,
    read_record,
    record_reader,
)
from fullcourse.journey.course import Advice, missed_doses
from fullcourse.journey.monitor import Monitor, MonitorAnswer, treatment_on_record
from fullcourse.journey.outcome import (
    Definitions,
    OutcomeAnswer,
    Said,
    episode_of_course,
    episode_of_record,
)
from fullcourse.knowledge.library import Knowledge

__all__ = ["missed", "monitor", "outcome"]


def missed(
    course: Path | str,
    *,
    drugs: Sequence[str] = (),
    store: Path | str | DurableStore | None = None,
    profile: str | None = None,
    at: date | str | None = None,
) -> Answer[Sequence[Advice]]:
    """Say of each drug of a course what to do about a dose now; as ``fullcourse missed``.

    Args:
        course: `Path` of a file of events, or the id of a course in the store.
        drugs: Names; every drug of the plan without them.
        store: Where courses are kept, a file or ``postgresql://``; None where the commands keep them.
        profile: Which sources lead; those of the plan without it.
        at: The moment with its offset, as a datetime or in ISO 8601; now without it.

    Raises:
        InputError: Something cannot be used.
    """
    with opened_course(course, store, moment_text(at), profile) as opened:
        named = [opened.knowledge.drug(name).inn for name in drugs]
        answers = missed_doses(opened.course, named, opened.now)
    from fullcourse.adapters.published.course import missed_json  # who wants the nouns does not wait for JSON

    return Answer(answers, partial(missed_json, answers, opened.knowledge.digest, opened.profile, opened.now, EDITION))


def monitor(
    record: AnyRecord | None = None,
    *,
    course: Path | str | None = None,
    store: Path | str | DurableStore | None = None,
    drugs: Sequence[str] = (),
    plans: Mapping[str, str] | None = None,
    start: date | str | None = None,
    days: int | None = None,
    done: Mapping[str, date | str] | None = None,
    answers: AnyRecord | None = None,
    profile: str | None = None,
    at: date | str | None = None,
    foresee: Literal["trends", "levels", "nothing"] = "trends",
) -> Answer[MonitorAnswer]:
    """Say which tests are due, overdue or done, and what results call for; as ``fullcourse monitor``.

    Args:
        record: Of one person; beside a course, what is known beside its log.
        course: `Path` of a file of events, or the id of a course in the store; None for a record alone.
        store: Where courses are kept; None where the commands keep them.
        drugs: Of the treatment, for a record alone; those it lists without them.
        plans: Doses by drug, for a record alone: ``{"linezolid": "600 mg once a day"}``.
        start: Day 1 of treatment, for a record alone; as recorded without it.
        days: Length of the treatment, for a record alone; open without it.
        done: Days of tests whose result is no number, by test: ``{"vision": "2026-11-02"}``.
        answers: What somebody answered beside the record, in TOML.
        profile: Which sources lead; as the plan says, else ``us``.
        at: Date of the question; of a course also a moment with its offset; now without it.
        foresee: What is followed ahead: ``trends`` of results, ``levels`` too (which takes seconds), or ``nothing``.

    Raises:
        InputError: Something cannot be used.
    """
    knowledge, is_levels = knowledge_here(), foresee == "levels"
    said = OfRecord(
        tuple(drugs), tuple(f"{name}: {dose}" for name, dose in (plans or {}).items()), moment_text(start), days
    )
    if course is not None:
        if said.is_said:
            raise InputError("drugs, plans, start and days: the plan of a course says these. Leave them out.")
        asked_at = moment_text(at)
        with opened_course(course, store, end_of_day(asked_at), profile) as opened:
            asked = asked_of_course(opened, _beside(record, answers, knowledge), asked_at, levels=is_levels)
    elif record is None:
        raise InputError("nobody is asked about. Give a record or a course.")
    else:
        day = day_of(at)
        asked = asked_of_record(read_record(record, answers, day, knowledge), day, profile, said, knowledge)
    treatment = asked.treatment
    tests = tuple(f"{name}={moment_text(when)}" for name, when in (done or {}).items())
    treatment = replace(treatment, done={**treatment.done, **done_of(tests, treatment, knowledge)})
    exposures = {}
    if is_levels:
        from fullcourse.journey.levels.predicted import predicted_exposures  # others do not wait for its library

        exposures = predicted_exposures(asked.record, treatment.drugs, asked.doses, knowledge, asked.now, seed=SEED)
    answer = Monitor(knowledge, knowledge.profile(asked.profile)).monitor(
        asked.record, asked.day, treatment, foresee=foresee != "nothing", exposures=exposures
    )
    from fullcourse.adapters.published.monitor import monitor_json

    return Answer(answer, partial(monitor_json, answer, knowledge))


def outcome(
    record: AnyRecord | None = None,
    *,
    course: Path | str | None = None,
    store: Path | str | DurableStore | None = None,
    drugs: Sequence[str] = (),
    start: date | str | None = None,
    days: int | None = None,
    pulmonary: bool | None = None,
    confirmed: bool | None = None,
    completed: bool | None = None,
    all_results: bool = False,
    definitions: str = "",
    answers: AnyRecord | None = None,
    profile: str | None = None,
    at: date | str | None = None,
) -> Answer[OutcomeAnswer]:
    """Propose the outcome of a treatment, with what speaks for and against it; as ``fullcourse outcome``.

    Args:
        record: Of one person; beside a course, what is known beside its log.
        course: `Path` of a file of events, or the id of a course in the store; None for a record alone.
        store: Where courses are kept; None where the commands keep them.
        drugs: Of the treatment, for a record alone; those it lists without them.
        start: Day 1 of treatment, for a record alone; as recorded without it.
        days: Length of the treatment, for a record alone.
        pulmonary: Whether the lungs had it at the beginning; None as recorded.
        confirmed: Whether it was bacteriologically confirmed at the beginning; None as recorded.
        completed: Whether treatment was completed as recommended; None where nobody says.
        all_results: Whether every smear and culture is on file: what is not read is none.
        definitions: Whose; those of the profile without it.
        answers: What somebody answered beside the record, in TOML.
        profile: Which sources lead; as the plan says, else ``us``.
        at: Date of the question; of a course also a moment with its offset; now without it.

    Raises:
        InputError: Something cannot be used.
    """
    knowledge, told = knowledge_here(), Said(pulmonary, confirmed, completed, all_results)
    first = moment_text(start)
    if course is not None:
        if drugs or start or days:
            raise InputError("drugs, start and days: the plan of a course says these. Leave them out.")
        asked = moment_text(at)
        with opened_course(course, store, end_of_day(asked), profile) as opened:
            if not opened.course.timeline:
                raise InputError("the log holds no plan, so there is no treatment to judge. Begin one first.")
            last, leads = opened.course.timeline[-1], opened.profile
            is_day = asked is not None and "T" not in asked
            day = parse_day(asked, "at") if asked and is_day else last.zone.local(opened.now).date()
            beside = None if record is None and answers is None else _beside(record, answers, knowledge)(day)
            episode = episode_of_course(opened.course, knowledge, opened.now, told, beside, day)
        treated = tuple(drug.drug for drug in last.plan.drugs)
    elif record is None:
        raise InputError("nobody is asked about. Give a record or a course.")
    else:
        day, leads = day_of(at), profile or "us"
        read = read_record(record, answers, day, knowledge)
        treatment = treatment_as_asked(treatment_on_record(read, knowledge, day), knowledge, tuple(drugs), first, days)
        episode, treated = episode_of_record(read, day, treatment, told), treatment.drugs
    answer = Definitions(knowledge, definitions, knowledge.profile(leads).id).judge(episode)
    from fullcourse.adapters.published.outcome import outcome_json

    return Answer(answer, partial(outcome_json, answer, treated, knowledge, leads))


def _beside(record: AnyRecord | None, answers: AnyRecord | None, knowledge: Knowledge) -> Callable[[date], Record]:
    """Return what reads, as of a day, what is known beside the log of a course."""

    def read(day: date) -> Record:
        if record is not None:
            return read_record(record, answers, day, knowledge)
        return Record({}) if answers is None else read_answers(answers, record_reader(knowledge))

    return read

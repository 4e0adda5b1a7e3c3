"""A course as monitoring looks at it: what is taken since when, results as evidence, symptoms, and visits kept."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Result, ResultInWords, Symptom, Visit
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.level import Level
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import Interval, Quantity, exactly
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.course.course import Course
from fullcourse.course.intakes import intakes_of
from fullcourse.course.next_phase import next_phase_of
from fullcourse.course.schedule import slots_of
from fullcourse.course.standing import assigned
from fullcourse.course.timeline import plan_at
from fullcourse.journey.doses_known import DosesOf
from fullcourse.journey.log_not_used import not_used_of_log
from fullcourse.journey.monitor import VISIT, DoseSpan, Treatment, is_for_susceptible
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["course_as_monitored", "course_evidence", "doses_of_course", "why_unusable"]

_NO_NUMBER = frozenset(("history", "state"))


def course_as_monitored(course: Course, knowledge: Knowledge, now: datetime) -> tuple[Record, Treatment]:
    """Return what a course knows of results, and its treatment.

    Args:
        course: The course.
        knowledge: Holds the vocabulary that results are read by.
        now: The moment; what happened later is not seen.

    Raises:
        InputError: The log holds no plan.
    """
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    if current is None:
        raise InputError("the log holds no plan, so nothing is monitored. Start one with 'course start'.")
    record = Record(course_evidence(course, knowledge, now), not_used=not_used_of_log(course, knowledge, now))
    return record, _treatment(course, knowledge, now, current.plan.days)


def course_evidence(course: Course, knowledge: Knowledge, now: datetime) -> dict[str, tuple[Evidence, ...]]:
    """Return what the log of a course says of facts: results in numbers and in words, and symptoms that are facts."""
    evidence: dict[str, tuple[Evidence, ...]] = {}
    words = _in_words(_seen(course, ResultInWords.kind, now), knowledge)
    for piece in (*_results(_seen(course, Result.kind, now), knowledge), *words, *_signs(course, knowledge, now)):
        evidence[piece.fact] = (*evidence.get(piece.fact, ()), piece)
    return evidence


def doses_of_course(course: Course, knowledge: Knowledge, now: datetime) -> dict[str, DosesOf]:
    """Return the doses of each drug that the log says were taken, its plan, and levels measured.

    A dose of which nobody said anything is no dose here, and their number is told. What was brought up again counts
    whole, so that a level is not predicted too low.

    Args:
        course: The course.
        knowledge: Holds the vocabulary that results are read by.
        now: The moment; what happened later is not seen.
    """
    current = plan_at(course.timeline, now)
    if current is None:
        return {}
    found = {}
    for drug in current.plan.drugs:
        slots = [it for plan in course.timeline for it in slots_of(plan, drug.drug, plan.begins, now)]
        claims, extra = assigned(course.state.doses_of(drug.drug), slots, now, current.zone.day_of)
        late_after_h = course.rules[drug.drug].late_after_h if drug.drug in course.rules else course.late_after_h
        intakes = [it for said in (*claims.values(), extra) for it in intakes_of(said, late_after_h)]
        taken = tuple(TakenDose(it.at, it.mg, observed=False, origin="the log of the course") for it in intakes)
        unsaid = sum(slot.id not in claims for slot in slots)
        notes = (f"of {unsaid} planned doses nobody said whether they were taken: they count as not taken",)
        levels = tuple(_levels(course, drug.drug, knowledge, now))
        since = current.plan.starts_on + timedelta(days=drug.from_day - 1)
        found[drug.drug] = DosesOf(taken, drug.steps, since, levels, notes if taken and unsaid else ())
    return found


def _levels(course: Course, drug: str, knowledge: Knowledge, now: datetime) -> Iterable[Level]:
    """Yield the levels of a drug that the log holds as results, with their hour."""
    definition = knowledge.facts.get(f"{drug}_level")
    for event in _seen(course, Result.kind, now) if definition is not None else ():
        body = event.body
        if isinstance(body, Result) and definition is not None and body.fact == definition.id:
            value = _evidence(body, definition, _moment(event), "result").value
            if isinstance(value, Interval) and value.is_exact:
                yield Level(value.low, event.occurred_at, origin=f"result {event.id[-6:]}")


def _treatment(course: Course, knowledge: Knowledge, now: datetime, days: int | None) -> Treatment:
    current = (plan_at(course.timeline, now) or course.timeline[0]).plan
    first = course.timeline[0].plan
    start = first.starts_on - timedelta(days=first.treatment_day - 1)
    drugs = tuple(drug.drug for drug in current.drugs)
    doses: dict[str, tuple[DoseSpan, ...]] = {}
    begun: dict[str, date] = {}
    for in_force in course.timeline:
        plan = in_force.plan
        if plan.starts_on > current.starts_on:
            continue  # a plan whose place was taken by one that begins earlier was never lived
        offset = (plan.starts_on - start).days
        for taken in plan.drugs:
            spans = tuple(DoseSpan(offset + step.from_day, step.mg_per_dosing_day) for step in taken.steps)
            kept = (span for span in doses.get(taken.drug, ()) if span.from_day < spans[0].from_day)
            doses[taken.drug] = (*kept, *spans)
            begun.setdefault(taken.drug, start if plan is first else plan.starts_on)
    following = next_phase_of(course, now)
    return Treatment(
        drugs=drugs,
        doses={drug: doses[drug] for drug in drugs},
        starts_on=start,
        ends_on=None if days is None else current.starts_on + timedelta(days=days - 1),
        done=_done(_seen(course, Visit.kind, now), knowledge),
        symptoms=_symptoms(course, now),
        as_susceptible=is_for_susceptible(drugs),
        begun={drug: begun[drug] for drug in drugs if begun[drug] != start},
        next_phase_on=None if following is None else following.due_on,
    )


def _seen(course: Course, kind: str, now: datetime) -> tuple[Event, ...]:
    return tuple(event for event in course.state.of_kind(kind) if event.occurred_at <= now)


def _results(events: Iterable[Event], knowledge: Knowledge) -> Iterable[Evidence]:
    for event in events:
        body = event.body
        definition = knowledge.facts.get(body.fact) if isinstance(body, Result) else None
        if isinstance(body, Result) and definition is not None:
            yield _evidence(body, definition, _moment(event), f"result {event.id[-6:]}")


def _in_words(events: Iterable[Event], knowledge: Knowledge) -> Iterable[Evidence]:
    """Yield results that are words as evidence; a word that is none of the fact's own is named and never read."""
    for event in events:
        body = event.body
        definition = knowledge.facts.get(body.fact) if isinstance(body, ResultInWords) else None
        if not isinstance(body, ResultInWords) or definition is None:
            continue
        on, origin = _moment(event), f"result {event.id[-6:]}"
        if body.value in definition.values:
            yield Evidence(definition.id, body.value, on, origin, body.value)
        else:
            why = f"it is none of {', '.join(definition.values) or 'the words that are known'}"
            yield Evidence(definition.id, None, on, origin, body.value, "", Standing.UNUSABLE, why)


def _evidence(body: Result, definition: FactDefinition, on: Moment, origin: str) -> Evidence:
    """Return a result as evidence; one in a unit that does not fit, or outside what is possible, is named as that."""
    recorded = (body.value, body.unit)
    if definition.kind in _NO_NUMBER:
        if body.value in (0.0, 1.0):
            return Evidence(definition.id, body.value == 1.0, on, origin, body.value == 1.0)
        why = "yes is 1 and no is 0"
        return Evidence(definition.id, None, on, origin, *recorded, Standing.UNUSABLE, why)
    if definition.values:
        why = f"it is a number, and asked is one of {', '.join(definition.values)}"
        return Evidence(definition.id, None, on, origin, *recorded, Standing.UNUSABLE, why)
    try:
        value = Quantity(exactly(body.value), body.unit).to(definition.unit, *definition.substance).value
    except InputError as error:
        return Evidence(definition.id, None, on, origin, *recorded, Standing.UNUSABLE, str(error))
    least, most = definition.plausible or (value.low, value.high)
    if not least <= value.low <= most:
        why = f"it is outside what is possible, {least:g} to {most:g} {definition.unit}"
        return Evidence(definition.id, None, on, origin, *recorded, Standing.ABSURD, why)
    return Evidence(definition.id, value, on, origin, *recorded)


def why_unusable(event: Event, knowledge: Knowledge) -> str:
    """Return why a result in numbers would not be used; empty for one that would.

    Args:
        event: The result.
        knowledge: Holds the vocabulary that results are read by.
    """
    body = event.body
    definition = knowledge.facts.get(body.fact) if isinstance(body, Result) else None
    if not isinstance(body, Result) or definition is None:
        return "nothing of this name is known"
    return _evidence(body, definition, _moment(event), "").reason


def _signs(course: Course, knowledge: Knowledge, now: datetime) -> Iterable[Evidence]:
    """Yield symptoms that are facts of a record, such as thoughts of suicide."""
    for event in _seen(course, Symptom.kind, now):
        body = event.body
        definition = knowledge.facts.get(body.symptom) if isinstance(body, Symptom) else None
        if isinstance(body, Symptom) and definition is not None and definition.kind in _NO_NUMBER:
            origin = f"symptom {event.id[-6:]}"
            yield Evidence(body.symptom, body.present, _moment(event), origin, body.present)


def _symptoms(course: Course, now: datetime) -> Mapping[str, bool]:
    """Return what is known of each symptom: what was said last."""
    return {
        event.body.symptom: event.body.present
        for event in _seen(course, Symptom.kind, now)
        if isinstance(event.body, Symptom) and event.body.symptom.startswith("symptom_")
    }


def _done(events: Iterable[Event], knowledge: Knowledge) -> dict[str, tuple[date, ...]]:
    """Return the days of visits that were kept, and of the tests that their purpose names."""
    done: dict[str, tuple[date, ...]] = {}
    for event in events:
        if isinstance(event.body, Visit) and event.body.kept:
            day = _moment(event).first_day
            for test in dict.fromkeys((VISIT, event.body.purpose.strip())):
                if test in knowledge.tests:
                    done[test] = (*done.get(test, ()), day)
    return done


def _moment(event: Event) -> Moment:
    return parse_moment(event.occurred_at.isoformat(timespec="seconds"), "occurred_at")

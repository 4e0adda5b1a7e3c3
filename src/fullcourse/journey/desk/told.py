"""Results and symptoms of a course in their order: what was measured, what was read in words, what came and went."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from fullcourse.clinical.event_bodies import ResultInWords, Symptom
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.quantity import Interval
from fullcourse.course.course import Course
from fullcourse.journey.monitor_course import course_evidence
from fullcourse.knowledge.library import Knowledge

__all__ = ["MeasuredOver", "SaidOver", "measured_over", "said_over"]


@dataclass(frozen=True, slots=True)
class MeasuredOver:
    """The results of one fact that is a number.

    Attributes:
        fact: Its id.
        label: Its name.
        unit: Of every value, UCUM.
        values: Day and value of each that can be used, in order; at least one.
        not_used: Of each that cannot be: its day as written, what was recorded, and why.
        usual_to: The newest upper limit of normal that a laboratory gave, with its day; None where none did.
        is_limit: Whether it is itself such a limit, and no result.
    """

    fact: str
    label: str
    unit: str
    values: tuple[tuple[date, float], ...]
    not_used: tuple[tuple[str, str, str], ...]
    usual_to: tuple[date, float] | None = None
    is_limit: bool = False


@dataclass(frozen=True, slots=True)
class SaidOver:
    """What was said of one fact in words: a culture, a symptom.

    Attributes:
        fact: Its id.
        label: Its name.
        said: Day and word of each, in order: for a symptom ``there`` or ``gone``.
        is_symptom: Whether it is a symptom; else a result.
    """

    fact: str
    label: str
    said: tuple[tuple[date, str], ...]
    is_symptom: bool


def measured_over(course: Course, knowledge: Knowledge, now: datetime) -> tuple[MeasuredOver, ...]:
    """Return the results in numbers up to a moment, by the names of their facts.

    Args:
        course: The course.
        knowledge: Holds names and units.
        now: The moment; what happened later is not seen.
    """
    measured = [
        found
        for fact, pieces in sorted(course_evidence(course, knowledge, now).items())
        if (found := _measured(fact, pieces, knowledge)) is not None
    ]
    newest = {it.fact: it.values[-1] for it in measured}
    limits = {it.upper_limit for it in knowledge.facts.values() if it.upper_limit}
    return tuple(
        replace(it, usual_to=newest.get(knowledge.facts[it.fact].upper_limit), is_limit=it.fact in limits)
        for it in measured
    )


def _measured(fact: str, pieces: Iterable[Evidence], knowledge: Knowledge) -> MeasuredOver | None:
    definition = knowledge.facts[fact]
    if definition.kind != "number":
        return None
    values, not_used = [], []
    for piece in pieces:
        if piece.standing is Standing.STATED and isinstance(piece.value, Interval) and piece.on is not None:
            values.append((piece.on.first_day, piece.value.low))
        else:
            not_used.append(("" if piece.on is None else piece.on.text[:10], _recorded(piece), piece.reason))
    values.sort(key=lambda it: it[0])
    if not values:
        return None
    return MeasuredOver(fact, definition.label, definition.unit, tuple(values), tuple(not_used))


def _recorded(piece: Evidence) -> str:
    number = f"{piece.recorded:g}" if isinstance(piece.recorded, float) else str(piece.recorded)
    return f"{number} {piece.unit}".strip()


def said_over(course: Course, knowledge: Knowledge, now: datetime) -> tuple[SaidOver, ...]:
    """Return results in words, then symptoms, up to a moment; each in the order of its first entry.

    A fact that this version does not know is kept under its own id: somebody said it, and it is shown.
    """
    local = course.timeline[-1].zone.local if course.timeline else None
    results: dict[str, list[tuple[date, str]]] = {}
    symptoms: dict[str, list[tuple[date, str]]] = {}
    for kind, told in ((ResultInWords.kind, results), (Symptom.kind, symptoms)):
        for event in course.state.of_kind(kind):
            if event.occurred_at > now:
                continue
            on = (local(event.occurred_at) if local else event.occurred_at).date()
            match event.body:
                case ResultInWords(fact, value):
                    told.setdefault(fact, []).append((on, value))
                case Symptom(symptom, present):
                    told.setdefault(symptom, []).append((on, "there" if present else "gone"))
    return tuple(
        SaidOver(fact, _label(fact, knowledge), tuple(said), is_symptom)
        for told, is_symptom in ((results, False), (symptoms, True))
        for fact, said in told.items()
    )


def _label(fact: str, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(fact)
    return definition.label if definition is not None else fact

"""What the log of a course holds and nothing reads: named, so that it never passes as if it were not there."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Result, ResultInWords, Symptom, UnknownKind
from fullcourse.clinical.patient import NotUsed
from fullcourse.course.course import Course
from fullcourse.knowledge.library import Knowledge

__all__ = ["not_used_of_log"]

_LONGEST: Final = 40


def not_used_of_log(course: Course, knowledge: Knowledge, now: datetime) -> tuple[NotUsed, ...]:
    """Return the results, symptoms and events of unknown kinds that stand and that nothing is read from.

    These are results and symptoms of no fact that is known here, events of a kind that a newer version made, and
    results and symptoms that were written down by now and are dated later: a slip in the date.

    Args:
        course: The course.
        knowledge: Holds the vocabulary that results are read by.
        now: The moment; what was written down later is not looked at.
    """
    state = course.state
    known = (event for kind in (Result, ResultInWords, Symptom) for event in state.of_kind(kind.kind))
    found: Counter[tuple[str, str]] = Counter()
    for event in (*known, *state.unknown()):
        if event.recorded_at <= now:
            found.update(_told(event, knowledge, now))
    return tuple(NotUsed(what, why, count, may_matter=True) for (what, why), count in found.items())


def _told(event: Event, knowledge: Knowledge, now: datetime) -> Iterator[tuple[str, str]]:
    match event.body:
        case Result(fact=name) | ResultInWords(fact=name):
            what = f"result '{name[:_LONGEST]}'"
        case Symptom(symptom=name):
            what = f"symptom '{name[:_LONGEST]}'"
        case UnknownKind():
            yield f"event of kind '{event.kind[:_LONGEST]}'", "this version does not know the kind"
            return
        case _:
            return
    if name not in knowledge.facts:
        yield what, "it is no fact that is known here"
    elif event.occurred_at > now:
        yield what, f"it is dated {event.occurred_at.date()}, after the moment that is asked about"

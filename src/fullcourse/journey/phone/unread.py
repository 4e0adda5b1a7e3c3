"""Results that a drug waits for and nobody can read: until a person has looked, a phone advises no dose of the drug.

A result in a unit that is none of its fact, a word where a number is asked, or a result of a day that has not come may
say that the drug must stop. It is settled by a newer result of the same fact that can be read, or when a clinician
resumes the drug.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Result, ResultInWords, Resumed
from fullcourse.course.course import Course
from fullcourse.course.moment_of_dose import converted
from fullcourse.knowledge.library import Knowledge

__all__ = ["UnreadResult", "unread_results"]


@dataclass(frozen=True, slots=True)
class UnreadResult:
    """A result that nobody can read.

    Attributes:
        drug: That it may stop, INN in lower case.
        fact: Id of the fact that it is about.
        since: When it was written down.
        event: Id of the event.
    """

    drug: str
    fact: str
    since: datetime
    event: str


def unread_results(
    course: Course, drugs: Iterable[str], knowledge: Knowledge, now: datetime
) -> tuple[UnreadResult, ...]:
    """Return the results that drugs wait for and that cannot be read, by drug and in order of time.

    Args:
        course: The course.
        drugs: INNs in lower case.
        knowledge: Holds the vocabulary that results are read by.
        now: The moment; what was written down later is not looked at.
    """
    told = [
        event
        for kind in (Result.kind, ResultInWords.kind)
        for event in course.state.of_kind(kind)
        if event.recorded_at <= now
    ]
    told.sort(key=lambda event: event.order)
    return tuple(it for drug in sorted(drugs) for it in _of_drug(course, drug, told, knowledge, now))


def _of_drug(
    course: Course, drug: str, told: Iterable[Event], knowledge: Knowledge, now: datetime
) -> Iterator[UnreadResult]:
    rules = course.rules.get(drug)
    asked = frozenset(name for rule in rules.danger for name in rule.facts) if rules is not None else frozenset()
    since = max(
        (
            event.recorded_s
            for event in course.state.of_kind(Resumed.kind)
            if isinstance(event.body, Resumed)
            and event.actor == "clinician"
            and (not event.body.drugs or drug in event.body.drugs)
        ),
        default=float("-inf"),
    )
    open_now: dict[str, UnreadResult] = {}
    for event in told:
        fact = event.body.fact if isinstance(event.body, Result | ResultInWords) else ""
        if fact not in asked or event.recorded_s <= since:
            continue
        if event.occurred_at <= now and _is_read(event, knowledge):
            open_now.pop(fact, None)
        else:
            open_now[fact] = UnreadResult(drug, fact, event.recorded_at, event.id)
    yield from open_now.values()


def _is_read(event: Event, knowledge: Knowledge) -> bool:
    match event.body:
        case Result():
            return converted(event.body, knowledge) is not None
        case ResultInWords(fact, value):
            return value in knowledge.facts[fact].values if fact in knowledge.facts else False
    return False

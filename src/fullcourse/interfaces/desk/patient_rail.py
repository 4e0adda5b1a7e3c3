"""What stands beside the things to act on: the next visit and why, visits, contacts, notes and consents of the log."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Consent, Contact, Note, Visit
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.course import Course
from fullcourse.journey.desk import CourseView
from fullcourse.journey.monitor import DueStanding

__all__ = ["PatientRail", "RailLine", "rail_of"]

_SHOWN: Final = 3
"""So many of each are shown; the log has all."""

_OPEN: Final = frozenset((DueStanding.OVERDUE, DueStanding.DUE, DueStanding.COMING))


@dataclass(frozen=True, slots=True)
class RailLine:
    """One line: its day, and what it says."""

    on: date
    says: str


@dataclass(frozen=True, slots=True)
class PatientRail:
    """What stands there, the newest first; of consents the last word on each purpose.

    Attributes:
        next_on: Day of the next visit, or of one that is overdue; None where no test has a day.
        next: Its tests, each with what asks for it.
        visits: That took place, or did not.
        contacts: That were tried.
        notes: In the words of who wrote them.
        consents: What the patient said last on each purpose.
    """

    next_on: date | None
    next: tuple[str, ...]
    visits: tuple[RailLine, ...]
    contacts: tuple[RailLine, ...]
    notes: tuple[RailLine, ...]
    consents: tuple[RailLine, ...]

    @property
    def nothing(self) -> tuple[str, ...]:
        """Return of what nobody wrote anything down."""
        named = ("contact", self.contacts), ("visit", self.visits), ("note", self.notes), ("consent", self.consents)
        return tuple(t(name) for name, lines in named if not lines)


def rail_of(course: Course, view: CourseView) -> PatientRail:
    """Return what stands beside the things to act on.

    Args:
        course: The course.
        view: As it is looked at now.
    """
    on, tests = _next(view)
    said: dict[str, Event] = {}
    for event in _newest(course, Consent.kind):
        if isinstance(event.body, Consent):
            said.setdefault(event.body.purpose, event)
    return PatientRail(
        on,
        tests,
        _lines(_newest(course, Visit.kind)[:_SHOWN], view, _visit),
        _lines(_newest(course, Contact.kind)[:_SHOWN], view, _contact),
        _lines(_newest(course, Note.kind)[:_SHOWN], view, _note),
        _lines(said.values(), view, _consent),
    )


def _newest(course: Course, kind: str) -> Sequence[Event]:
    return sorted(course.state.of_kind(kind), key=lambda event: event.order, reverse=True)


def _lines(events: Iterable[Event], view: CourseView, says: Callable[[object], str]) -> tuple[RailLine, ...]:
    local = view.zone.local if view.zone is not None else (lambda at: at)
    return tuple(RailLine(local(event.occurred_at).date(), says(event.body)) for event in events)


def _next(view: CourseView) -> tuple[date | None, tuple[str, ...]]:
    """Return the earliest day on which a test that is certainly asked for is open, and the tests of that day."""
    watched = view.monitor.watched if view.monitor is not None else ()
    due = [
        (it.due.next_on, it.watch)
        for it in watched
        if it.watch.certain and it.due.standing in _OPEN and it.due.next_on is not None
    ]
    first = min((on for on, _ in due), default=None)
    tests = tuple(
        f"{watch.test} ({', '.join(watch.planned.drugs) or t('whole treatment')})" for on, watch in due if on == first
    )
    return first, tests


def _visit(body: object) -> str:
    match body:
        case Visit(kept, purpose):
            return (t("came") if kept else t("did not come")) + (f": {purpose}" if purpose else "")
    raise TypeError(type(body).__name__)


def _contact(body: object) -> str:
    match body:
        case Contact(how, reached, about):
            return f"{t(how)}, {t('reached') if reached else t('not reached')}" + (f": {about}" if about else "")
    raise TypeError(type(body).__name__)


def _note(body: object) -> str:
    match body:
        case Note(text):
            return text
    raise TypeError(type(body).__name__)


def _consent(body: object) -> str:
    match body:
        case Consent(purpose, given, how=how):
            return f"{t('yes') if given else t('no longer')}: {purpose}" + (f" ({how})" if how else "")
    raise TypeError(type(body).__name__)

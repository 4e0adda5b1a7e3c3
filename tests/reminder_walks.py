"""Walks through time minute by minute, as a service does, and notes each reminder that it would send, once."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import NamedTuple

import course_cases
from course_events import PATIENT, at, event
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Consent
from fullcourse.journey.phone import QuietHours, Rhythm, Told, reminding_at
from fullcourse.journey.phone.reminders import REMINDERS, SUPPORTER_TOLD
from patients import knowledge

__all__ = ["NEVER_QUIET", "NIGHT", "PATIENT_TOLD", "RHYTHM", "SUPPORTER", "Seen", "agreed", "supporter_agreed", "walk"]

NIGHT = QuietHours(time(22), time(7))
NEVER_QUIET = QuietHours(time(0), time(0))
RHYTHM = Rhythm(timedelta(hours=1), timedelta(hours=4))
PATIENT_TOLD = Told("", NIGHT)
SUPPORTER = Told("account-of-a-supporter", NIGHT, is_supporter=True)


class Seen(NamedTuple):
    """A reminder that went out: when by the clock of the place, to whom, which, and whether a bare text may say it."""

    at: str
    to: str
    stage: str
    is_whole: bool


def agreed(when: str = "2026-01-01T08:00", *, given: bool = True, **more: object) -> Event:
    """Return that the patient wants reminders, or no longer does."""
    return event(Consent(REMINDERS, given), when, **more)


def supporter_agreed(when: str = "2026-01-01T08:00", *, given: bool = True, **more: object) -> Event:
    """Return that the patient lets a supporter be told, or no longer does."""
    return event(Consent(SUPPORTER_TOLD, given), when, **more)


def walk(
    log: Iterable[Event] | Callable[[datetime], Iterable[Event]],
    first: str,
    last: str,
    told: tuple[Told, ...] = (PATIENT_TOLD,),
    *,
    minutes: int = 1,
    rhythm: Rhythm = RHYTHM,
    advises_until: datetime | None = None,
) -> list[Seen]:
    """Return what goes out from one moment up to another, each id once.

    Args:
        log: The events; or what returns those that the service has at a moment.
        first: With its offset, or in UTC.
        last: Likewise, not included.
        told: Who may be told.
        minutes: The service looks so often.
        rhythm: After how long it tells again, and a supporter.
        advises_until: Until when the patient's phone advises.
    """
    moment, end, seen, sent = at(first), at(last), [], set()
    while moment < end:
        events = list(log(moment) if callable(log) else log)
        course = course_cases.course(events)
        for one in reminding_at(course, PATIENT, knowledge(), moment, told, rhythm, advises_until).reminders:
            if one.id not in sent:
                sent.add(one.id)
                zone = course.timeline[-1].zone
                seen.append(Seen(zone.local(moment).strftime("%m-%d %H:%M"), one.account, one.stage, one.is_whole))
        moment += timedelta(minutes=minutes)
    return seen

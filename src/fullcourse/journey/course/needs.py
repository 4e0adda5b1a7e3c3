"""What somebody is needed for: the lines of a course, their order, when each is shown, and what was put off.

A line holds the moments at which it begins and ends to be shown, so that what was worked out once stays right while
nothing is added to the log: a course is not opened again to tell that a day has passed. The page of one patient and
the care team's list show the same lines in the same order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Final

from fullcourse.clinical.event_bodies import Snoozed
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course

__all__ = [
    "MISSED",
    "OUTCOME",
    "REFILLS",
    "SAFETY",
    "SILENT",
    "URGENCIES",
    "VISITS",
    "Hidden",
    "Need",
    "Needs",
    "PutOff",
    "Rank",
    "Reached",
    "hidden_now",
    "now_needed",
    "put_off_of",
]

SAFETY, MISSED, REFILLS, VISITS, SILENT, OUTCOME = "safety", "missed", "refills", "visits", "silent", "outcome"

URGENCIES: Final = ("now", "today", "this week", "next contact")
"""By when somebody sees to a line, the most urgent first."""

_SAFETY_IS_BACK: Final = timedelta(days=2)
"""Safety that was put off is back so many days later, whatever day is written: it hides to the end of the next day."""


class Rank(IntEnum):
    """What a line is about, the first first: ours."""

    EMERGENCY = 0
    SAFETY = 1
    RESULT = 2
    GAP = 3
    PHASE = 4
    REFILL = 5
    VISIT = 6
    OUTCOME = 7


@dataclass(frozen=True, slots=True)
class Need:
    """One line: something for which somebody is needed.

    Attributes:
        matter: One of `MATTERS`: under which it stands on the list, and is put off.
        rank: What it is about.
        by: One of `URGENCIES`.
        says: What is the matter.
        since: When it came up.
        shows_from: From when on it is shown.
        shows_until: Until when it is; None for as long as nothing is added to the log.
        more: What stands behind it, and what to do; empty where ``says`` is all.
        newest: When the newest of it came up, where that is later than ``since``.
        statements: Ids of the statements that decided; empty where none did.
    """

    matter: str
    rank: Rank
    by: str
    says: str
    since: datetime
    shows_from: datetime
    shows_until: datetime | None = None
    more: str = ""
    newest: datetime | None = None
    statements: tuple[str, ...] = ()

    @property
    def is_now(self) -> bool:
        """Return whether it waits for nothing, not even for the end of the day."""
        return self.by == URGENCIES[0]

    @property
    def order(self) -> tuple[int, int, datetime]:
        """Return its place among the lines of a course: what it is about, by when, the oldest first."""
        return self.rank, URGENCIES.index(self.by), self.since

    @property
    def is_written_down(self) -> bool:
        """Return whether it is answered by writing down what was done; else by following the patient up."""
        return self.rank in (Rank.RESULT, Rank.REFILL, Rank.VISIT)


@dataclass(frozen=True, slots=True)
class PutOff:
    """A matter that a clinician put off.

    Attributes:
        matter: Which.
        at: When it was put off: what came up later is shown.
        until: From when on it is shown again.
        day: The day on which that is, by the patient's calendar.
        because: Why.
    """

    matter: str
    at: datetime
    until: datetime
    day: date
    because: str

    def hides(self, line: Need, now: datetime) -> bool:
        """Return whether a line is hidden at a moment: all of it was there when its matter was put off."""
        return self.matter == line.matter and (line.newest or line.since) <= self.at <= now < self.until


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a clinician put off, and the lines that are hidden by it, in their order."""

    put_off: PutOff
    lines: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """The last time somebody tried to reach the patient, or met them.

    Attributes:
        at: When.
        how: A way of contact, or ``visit``.
        reached: Whether they were reached, or came.
    """

    at: datetime
    how: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What one course is needed for.

    Attributes:
        lines: In no order that means anything; those of later days among them.
        put_off: What was put off and is not over.
        last_contact: None where nobody wrote one down.
        uncounted: Drugs of which nobody can say how much is left, so that no refill is asked for.
        good_until: When it is worked out again even where nothing was added.
    """

    lines: tuple[Need, ...]
    put_off: tuple[PutOff, ...]
    last_contact: Reached | None
    uncounted: tuple[str, ...]
    good_until: datetime


def now_needed(needs: Needs, now: datetime) -> tuple[tuple[Need, ...], tuple[PutOff, ...]]:
    """Return the lines that are shown at a moment, in their order, and what was put off and hides others."""
    shown, hidden = _split(needs, now)
    return tuple(shown), tuple(hidden)


def hidden_now(needs: Needs, now: datetime) -> tuple[Hidden, ...]:
    """Return what was put off and hides lines at a moment, with those lines."""
    return tuple(Hidden(over, tuple(lines)) for over, lines in _split(needs, now)[1].items())


def _split(needs: Needs, now: datetime) -> tuple[list[Need], dict[PutOff, list[Need]]]:
    shown: list[Need] = []
    hidden: dict[PutOff, list[Need]] = {}
    for line in sorted(needs.lines, key=lambda it: it.order):
        if line.shows_from > now or (line.shows_until is not None and line.shows_until <= now):
            continue
        over = next((it for it in needs.put_off if it.hides(line, now)), None)
        if over is None:
            shown.append(line)
        else:
            hidden.setdefault(over, []).append(line)
    return shown, hidden


def put_off_of(course: Course, zone: Zone, now: datetime) -> Iterator[PutOff]:
    """Yield what a clinician put off and is not over; safety comes back after the next day at the latest."""
    for event in course.state.of_kind(Snoozed.kind):
        body = event.body
        if isinstance(body, Snoozed) and event.actor == "clinician":
            day = body.until
            if body.matter == SAFETY:
                day = min(day, zone.local(event.occurred_at).date() + _SAFETY_IS_BACK)
            until = zone.instant(day, time())
            if until > now:
                yield PutOff(body.matter, event.occurred_at, until, day, body.because)

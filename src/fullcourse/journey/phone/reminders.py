"""Who is to be reminded of a dose at a moment, by the rules of the phone's card, and when that is worth asking again.

A reminder says that there is something to do, and nothing else. One is due only where the card of the patient's page
would show a dose to take: never of a drug that is held, stopped, past its plan or waiting for a result that nobody can
read, never where somebody has to be called first, never by a plan that the phone may no longer advise by. A message
without a page (SMS, e-mail) cannot say which drug to leave out, so it is for doses of which nothing is left out.

The patient agrees in the log (`Consent`): to reminders, and to a supporter being told of a dose that nobody told of.
What was taken back counts at once. When to tell again, and when a supporter, are choices of a clinic, and no source's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from fullcourse.clinical.event_bodies import Consent
from fullcourse.clinical.zone import Zone
from fullcourse.course.advice import Advice, Verdict
from fullcourse.course.course import Course
from fullcourse.course.schedule import Slot, slots_between
from fullcourse.course.standing import standings_of
from fullcourse.course.timeline import DIED, plan_at
from fullcourse.journey.course.opening import missed_doses
from fullcourse.journey.phone.unread import unread_results
from fullcourse.knowledge.library import Knowledge

__all__ = [
    "AGAIN",
    "FIRST",
    "REMINDERS",
    "SUPPORTER",
    "SUPPORTER_TOLD",
    "QuietHours",
    "Reminder",
    "Reminding",
    "Rhythm",
    "Told",
    "has_agreed",
    "reminding_at",
]

REMINDERS: Final = "reminders"
"""Purpose of a consent: the patient wants reminders."""
SUPPORTER_TOLD: Final = "supporter is told"
"""Purpose of a consent: a supporter is told of a dose that nobody told of."""

FIRST, AGAIN, SUPPORTER = "first", "again", "supporter"

_SPEAKERS: Final = frozenset(("patient", "clinician"))
"""Who can give and take back the patient's word: the patient, and who heard it from them."""
_LONGEST: Final = timedelta(hours=1)
"""Advice can change by itself, so that no course is left alone for longer."""
_AROUND: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NAMES: Final = UUID("5b3c0a8e-6d0d-5f0e-9a52-0c4f4f5f7a11")
_WITHHELD: Final = frozenset((Verdict.CALL_FIRST, Verdict.HELD, Verdict.ASK, Verdict.SKIP))


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When somebody is told nothing, by the clock of the patient's place.

    Attributes:
        begins: From when on; the minute itself is quiet.
        ends: Until when; that minute is not. The same as ``begins`` for no quiet hours at all.
    """

    begins: time
    ends: time

    def covers(self, clock: time) -> bool:
        """Return whether a time of the clock is quiet.

        Example:
            >>> QuietHours(time(22), time(7)).covers(time(23, 30))
            True
        """
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


@dataclass(frozen=True, slots=True)
class Rhythm:
    """After how long a dose that nobody told of is told of again.

    Attributes:
        again: After the time of the dose the patient is told once more; None for not at all.
        supporter: After the time of the dose a supporter is told.
    """

    again: timedelta | None
    supporter: timedelta


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who may be told.

    Attributes:
        account: Random id; empty for the patient.
        quiet: When not.
        is_supporter: Whether it is a supporter, who may see this course now.
    """

    account: str
    quiet: QuietHours
    is_supporter: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """That somebody is to be told now.

    Attributes:
        id: Made of patient, person, time of the dose and stage: the same wherever and however often it is worked out.
        account: Who is told; empty for the patient.
        stage: `FIRST`, `AGAIN` or `SUPPORTER`.
        due: When the dose is due, UTC.
        is_whole: Whether no drug of the plan is to be left out now, so that a message without a page may say it too.
    """

    id: str
    account: str
    stage: str
    due: datetime
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Reminding:
    """What is to be told at a moment.

    Attributes:
        reminders: One a person at most. They stay the same until the dose is told or the next stage begins: whoever
            sends them keeps their ids.
        next_at: When to ask again, where nothing is added to the log before.
        quiet_from: By person: when their quiet hours begin next, after which nothing may arrive any more.
        withheld: What would be told and is not, since the plan that the patient's phones have is past its expiry: their
            card says to call the clinic, and the clinic has to know.
    """

    reminders: tuple[Reminder, ...]
    next_at: datetime
    quiet_from: Mapping[str, datetime]
    withheld: tuple[Reminder, ...] = ()


def reminding_at(
    course: Course,
    patient: str,
    knowledge: Knowledge,
    now: datetime,
    people: Sequence[Told],
    rhythm: Rhythm,
    advises_until: datetime | None,
) -> Reminding:
    """Return who is to be reminded at a moment.

    Args:
        course: The course.
        patient: Random id.
        knowledge: What the sources say.
        now: The moment.
        people: The patient and the supporters who may see the course.
        rhythm: After how long somebody is told again.
        advises_until: Until when the patient's phones advise by the plan that they have; None where there is none.
    """
    current, closing = plan_at(course.timeline, now), course.closing
    is_closed = closing is not None and (closing.at <= now or closing.why == DIED)
    if current is None or is_closed:
        return Reminding((), now + _LONGEST, {})
    agreed = {purpose for purpose in (REMINDERS, SUPPORTER_TOLD) if has_agreed(course, purpose, now)}
    heard = [it for it in people if (SUPPORTER_TOLD if it.is_supporter else REMINDERS) in agreed]
    if not heard:
        return Reminding((), now + _LONGEST, {})
    advice, zone = missed_doses(course, (), now), current.zone
    open_dose = _open_dose(course, advice, knowledge, now)
    reminders: tuple[Reminder, ...] = ()
    if open_dose is not None:
        due, is_whole = open_dose
        late, clock = now - due, zone.local(now).time()
        staged = [(it, _stage(it, rhythm, late)) for it in heard if not it.quiet.covers(clock)]
        reminders = tuple(
            Reminder(_id(patient, it.account, due, stage), it.account, stage, due, is_whole)
            for it, stage in staged
            if stage
        )
    moments = _moments(course, now, rhythm, heard, zone, advice)
    quiet = {it.account: _following(zone, it.quiet.begins, now) for it in heard if it.quiet.begins != it.quiet.ends}
    next_at = min(it for it in moments if it > now)
    if advises_until is not None and advises_until <= now:
        return Reminding((), next_at, quiet, reminders)
    return Reminding(reminders, next_at, quiet)


def has_agreed(course: Course, purpose: str, now: datetime) -> bool:
    """Return whether the patient agrees to something: the newest of what was said, and no more once it is taken back.

    A word that is dated ahead is not given yet; one that is taken back is gone from when anybody knows it.
    """
    said = [
        (min(event.occurred_at, now), not event.body.given)
        for event in course.state.of_kind(Consent.kind)
        if isinstance(event.body, Consent) and event.body.purpose == purpose and event.actor in _SPEAKERS
        if event.occurred_at <= now or not event.body.given
    ]
    return bool(said) and not max(said)[1]


def _open_dose(
    course: Course, advice: Sequence[Advice], knowledge: Knowledge, now: datetime
) -> tuple[datetime, bool] | None:
    """Return when the dose is due that the card would show, and whether no drug is left out beside it."""
    unread = {it.drug for it in unread_results(course, [it.drug for it in advice], knowledge, now)}
    if any(it.verdict is Verdict.CALL_FIRST for it in advice):
        return None
    slots = [it.slot for it in advice if it.verdict is Verdict.TAKE_NOW and it.slot and it.drug not in unread]
    dues = [slot.due for slot in slots if not _is_told(course, slot, now)]
    if not dues:
        return None
    return min(dues), not unread and not any(it.verdict in _WITHHELD for it in advice)


def _is_told(course: Course, slot: Slot, now: datetime) -> bool:
    """Return whether anybody said anything of a dose: one that is told as left out may still be taken, unasked."""
    around = slot.due, slot.due + _SECOND
    standings, _ = standings_of(course.state, course.timeline, slot.drug, around, now, course.late_after_h)
    return any(one.claims for one in standings if one.slot.id == slot.id)


def _stage(told: Told, rhythm: Rhythm, late: timedelta) -> str:
    """Return which reminder of a dose is somebody's by now; empty for none."""
    if told.is_supporter:
        return SUPPORTER if late >= rhythm.supporter else ""
    return AGAIN if rhythm.again is not None and late >= rhythm.again else FIRST


def _id(patient: str, account: str, due: datetime, stage: str) -> str:
    return str(uuid5(_NAMES, f"{patient}|{account}|{due.astimezone(UTC):%Y-%m-%dT%H:%M:%S}|{stage}"))


def _moments(
    course: Course, now: datetime, rhythm: Rhythm, people: Iterable[Told], zone: Zone, advice: Iterable[Advice]
) -> Iterator[datetime]:
    """Yield the moments from which on something may have to be told."""
    yield now + _LONGEST
    for slot in slots_between(course.timeline, now - _AROUND, now + _LONGEST):
        yield slot.due
        yield slot.due + rhythm.supporter
        if rhythm.again is not None:
            yield slot.due + rhythm.again
    for told in people:
        yield _following(zone, told.quiet.ends, now)
    for one in advice:
        if one.next_at is not None:
            yield one.next_at


def _following(zone: Zone, clock: time, now: datetime) -> datetime:
    """Return when the clock shows a time next."""
    day = zone.local(now).date()
    today = zone.instant(day, clock)
    return today if today > now else zone.instant(day + _AROUND, clock)

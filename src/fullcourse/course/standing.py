"""What became of each planned dose, and how far doses taken agree with doses planned, as a range.

Unknown is never missed: a slot of which nobody said anything closes when the next is due and is asked about; it is not
offered for catching up. What is claimed against each other is disputed, and counts as unknown in the range.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, DoseVomited
from fullcourse.clinical.zone import Zone
from fullcourse.course.fold import CourseState
from fullcourse.course.schedule import PlanInForce, Slot, slots_of
from fullcourse.course.timeline import holds_of

__all__ = ["Adherence", "SlotStanding", "Standing", "adherence_of", "assigned", "standings_of"]

_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)


class Standing(Enum):
    """What is known of one planned dose."""

    DUE = "due"
    """Its time has come and not gone, and nobody said anything."""
    TAKEN = "taken"
    LATE = "taken late"
    PARTLY = "partly taken"
    VOMITED = "vomited"
    SKIPPED = "not taken"
    """Somebody who knows says that it was not taken."""
    HELD = "held"
    """A clinician held the drug: no missed dose."""
    DISPUTED = "disputed"
    """One claim says taken and another says not."""
    UNKNOWN = "unknown"
    """Its time has gone and nobody said anything."""

    __hash__ = object.__hash__
    """That of an enumeration goes by its name and costs a call; a course of two years asks for it a hundred thousand
    times."""


@dataclass(frozen=True, slots=True)
class SlotStanding:
    """One planned dose with what is said of it.

    Attributes:
        slot: The planned dose.
        standing: What it comes to.
        claims: Every event about it, in order of time.
    """

    slot: Slot
    standing: Standing
    claims: tuple[Event, ...] = ()

    @property
    def is_back_entered(self) -> bool:
        """Return whether a claim was written down more than a day after the fact."""
        return any(claim.is_back_entered for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Adherence:
    """Doses taken against doses planned.

    Attributes:
        due: Slots whose time has gone, held ones among them.
        held: Held by a clinician.
        taken: Taken, late ones among them.
        not_complete: Partly taken, or known not to be taken.
        open: Unknown, disputed or vomited: they may count or not.
        days: Days with a dose due.
        days_held: Days of which every dose was held.
        days_complete: Days of which every dose that was not held was taken.
        days_open: Days that may be complete.
        known_by: Of the doses taken, how many are known by which claim, the strongest that anybody made of each.
    """

    due: int
    held: int
    taken: int
    not_complete: int
    open: int
    days: int
    days_held: int
    days_complete: int
    days_open: int
    known_by: Mapping[str, int]

    @property
    def low(self) -> float | None:
        """Return the least share of doses that can have been taken, 0 to 1; None where none was due."""
        return self.taken / (self.due - self.held) if self.due > self.held else None

    @property
    def high(self) -> float | None:
        """Return the greatest share."""
        return (self.taken + self.open) / (self.due - self.held) if self.due > self.held else None

    @property
    def rate(self) -> tuple[float, float]:
        """Return endTB's adherence rate, per cent, as a range: days complete of days on which a dose was prescribed.

        Source: the calculator of endTB's register (Bahmni, ``BahmniObsValueCalculator``): 100 where all were held.
        """
        prescribed = self.days - self.days_held
        if not prescribed:
            return 100.0, 100.0
        return 100.0 * self.days_complete / prescribed, 100.0 * (self.days_complete + self.days_open) / prescribed

    @property
    def completeness(self) -> tuple[float, float]:
        """Return endTB's completeness rate, per cent, as a range: days complete of all days; 0 where all were held."""
        if self.days == self.days_held:
            return 0.0, 0.0
        return 100.0 * self.days_complete / self.days, 100.0 * (self.days_complete + self.days_open) / self.days


def standings_of(
    state: CourseState,
    timeline: Sequence[PlanInForce],
    drug: str,
    between: tuple[datetime, datetime],
    now: datetime,
    late_after_h: float,
) -> tuple[tuple[SlotStanding, ...], tuple[Event, ...]]:
    """Return what became of the planned doses of a drug, and the claims that belong to none.

    Args:
        state: Of the log.
        timeline: The plans in the order in which they count.
        drug: INN in lower case.
        between: From when up to and without when slots are due.
        now: The moment for which this holds; claims of later doses are left out.
        late_after_h: Real hours after which a dose counts as late.
    """
    first, last = between
    around = [slot for current in timeline for slot in slots_of(current, drug, first - _WEEK, max(last, now) + _WEEK)]
    around.sort(key=lambda slot: slot.due)
    day_of = timeline[-1].zone.day_of if timeline else datetime.date
    claims, extra = assigned(state.doses_of(drug), around, now, day_of)
    holds = holds_of(state, drug)
    standings = []
    for place, slot in enumerate(around):
        if not first <= slot.due < last:
            continue
        said = tuple(claims.get(slot.id, ()))
        closes = around[place + 1].due if place + 1 < len(around) else slot.due + timedelta(days=1)
        is_held = any(hold.covers(slot.due) for hold in holds)
        standings.append(SlotStanding(slot, _standing(slot, said, is_held, closes, now, late_after_h), said))
    first_s, last_s = first.timestamp(), max(last, now).timestamp()
    return tuple(standings), tuple([event for event in extra if first_s <= event.occurred_s < last_s])


def adherence_of(standings: Iterable[SlotStanding], zone: Zone) -> Adherence:
    """Return how far doses taken agree with doses planned; slots that are still due are left out."""
    counts = dict.fromkeys(Standing, 0)
    days: dict[date, int] = {}
    known_by: Counter[str] = Counter()
    day_of = zone.day_of
    for one in standings:
        standing = one.standing
        if standing is Standing.DUE:
            continue
        counts[standing] += 1
        if standing in _TAKEN:
            claims = one.claims
            best = claims[0] if len(claims) == 1 else min(claims, key=_strength)
            known_by[best.claim.value] += 1
        day = day_of(one.slot.due)
        days[day] = days.get(day, 0) | _COUNTS_AS[standing]
    found = Counter(days.values())
    held = found[0]
    complete = found[_COMPLETE]
    incomplete = sum(number for kinds, number in found.items() if kinds & _INCOMPLETE)
    return Adherence(
        due=sum(counts.values()),
        held=counts[Standing.HELD],
        taken=sum(counts[standing] for standing in _TAKEN),
        not_complete=sum(counts[standing] for standing in _NOT_COMPLETE),
        open=sum(counts[standing] for standing in _OPEN),
        days=len(days),
        days_held=held,
        days_complete=complete,
        days_open=len(days) - held - complete - incomplete,
        known_by=dict(known_by),
    )


def _strength(claim: Event) -> int:
    return _STRONGEST.index(claim.claim)


_STRONGEST = (Claim.OBSERVED, Claim.VIDEO, Claim.SUPPORTER, Claim.SELF, Claim.DEVICE, Claim.IMPORT)
_TAKEN = frozenset((Standing.TAKEN, Standing.LATE))
_NOT_COMPLETE = frozenset((Standing.PARTLY, Standing.SKIPPED))
_OPEN = frozenset((Standing.UNKNOWN, Standing.DISPUTED, Standing.VOMITED))
_COMPLETE, _INCOMPLETE, _MAY_BE_COMPLETE = 1, 2, 4
_COUNTS_AS = {
    Standing.HELD: 0,
    **dict.fromkeys(_TAKEN, _COMPLETE),
    **dict.fromkeys(_NOT_COMPLETE, _INCOMPLETE),
    **dict.fromkeys(_OPEN, _MAY_BE_COMPLETE),
}
"""What the doses of a day come to together, as bits: a day of held doses alone is none of them."""


def assigned(
    events: Sequence[Event], slots: Sequence[Slot], now: datetime, day_of: Callable[[datetime], date]
) -> tuple[dict[str, list[Event]], list[Event]]:
    """Return the claims about each slot by its id, and those that are about none.

    A claim that names a slot is about it. Any other is about the nearest slot of the same of the patient's days, which
    end at 03:00: a dose at half past midnight belongs to the evening before. On a day without one it is about the slot
    whose time is nearest, at most half the way to the next or from the one before.
    """
    by_id = {slot.id: slot for slot in slots}
    dues = [slot.due for slot in slots]
    by_day: dict[date, list[int]] = {}
    for number, due in enumerate(dues):
        by_day.setdefault(day_of(due), []).append(number)
    claims: dict[str, list[Event]] = {}
    extra: list[Event] = []
    # No claim is about a slot further away: no gap is longer than all slots together, and one slot reaches a day.
    reach = dues[-1] - dues[0] + timedelta(days=1) if dues else timedelta()
    now_s = now.timestamp()
    first_s, last_s = ((dues[0] - reach).timestamp(), (dues[-1] + reach).timestamp()) if dues else (now_s, 0.0)
    for event in events:
        if event.occurred_s > now_s:
            continue
        named = getattr(event.body, "slot", "")
        if named in by_id:
            claims.setdefault(named, []).append(event)
            continue
        if not first_s <= event.occurred_s <= last_s:
            extra.append(event)
            continue
        at = event.occurred_at
        of_day = by_day.get(day_of(at), ())
        place = min(of_day, key=_distance(dues, at)) if of_day else _nearest(dues, at)
        if place is not None:
            claims.setdefault(slots[place].id, []).append(event)
        else:
            extra.append(event)
    return claims, extra


def _distance(dues: Sequence[datetime], at: datetime) -> Callable[[int], tuple[timedelta, int]]:
    """Return how far a slot is from a time; of two as far, the earlier comes first."""
    return lambda place: (abs(dues[place] - at), place)


def _nearest(dues: Sequence[datetime], at: datetime) -> int | None:
    """Return the place of the slot that a time belongs to; None where it is too far from every one."""
    after = bisect_right(dues, at)
    places = [place for place in (after - 1, after) if 0 <= place < len(dues)]
    if not places:
        return None
    place = min(places, key=_distance(dues, at))
    side = place - 1 if at < dues[place] else place + 1
    if not 0 <= side < len(dues):
        side = 2 * place - side  # before the first and after the last the gap on the other side counts
    gap = abs(dues[side] - dues[place]) if 0 <= side < len(dues) else timedelta(days=1)
    return place if abs(dues[place] - at) <= gap / 2 else None


def _standing(
    slot: Slot, claims: Sequence[Event], is_held: bool, closes: datetime, now: datetime, late_after_h: float
) -> Standing:
    if not claims:
        return Standing.HELD if is_held else Standing.UNKNOWN if closes <= now else Standing.DUE
    kinds = {claim.body.__class__ for claim in claims}
    if DoseSkipped in kinds:
        return Standing.DISPUTED if len(kinds) > 1 else Standing.SKIPPED
    if DoseVomited in kinds:
        return Standing.VOMITED
    if DoseTaken in kinds:
        at = [claim.occurred_at for claim in claims if isinstance(claim.body, DoseTaken)]
        late = all((taken - slot.due) / _HOUR > late_after_h for taken in at)
        return Standing.LATE if late else Standing.TAKEN
    return Standing.PARTLY

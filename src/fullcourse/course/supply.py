"""How long the medicine lasts: by product and lot, from what was handed out, counted and taken, as a range.

What nobody said makes the range: doses of which nothing is known may have been taken or not. A lot counts for nothing
after its last day. A stock below nothing means that something was taken which nobody counted, and it says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Final, Protocol

from fullcourse.clinical.dose import strength_of
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Dispensed, DosePartlyTaken, DoseTaken, DoseVomited, StockCounted
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import Interval
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.drug_rules import Executed, Rule, nobodys_situation
from fullcourse.course.schedule import Slot
from fullcourse.course.standing import SlotStanding, Standing
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.walk import atoms_of

__all__ = ["Coming", "Lot", "Supply", "order_days", "supply_of"]

_DAYS_LEFT: Final = "supply_days_left"
_MAY_BE_TAKEN: Final = frozenset((Standing.UNKNOWN, Standing.DISPUTED))


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one lot.

    Attributes:
        lot: Its number; empty where nobody read it.
        mg_low: At least so much, mg; below 0 where more was taken than was ever counted.
        mg_high: At most so much.
        expires_on: Last day on which it may be used; None where nobody read it.
    """

    lot: str
    mg_low: float
    mg_high: float
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Supply:
    """How long one drug lasts.

    Attributes:
        drug: INN in lower case.
        lots: What is left, the lot that ends first before the others.
        lasts_low: Last day that is covered for certain; the day before today where not even today is.
        lasts_high: Last day that may be covered; the last that was looked at where the stock is not counted.
        is_open_end: Whether the supply lasts to the end of what is planned, as far as it was looked at.
        may_be_open_end: Whether it may.
        is_uncounted: Whether nobody can say what is left: more was taken than was ever handed out or counted, nothing
            ever was, or something was of which nobody knows how much it holds.
        forms_not_counted: Forms handed out or counted whose strength is not written as ``capsule 250 mg``.
        order_on: By when it is ordered; None where nothing has to be.
        urgency: ``none``, ``order`` or ``urgent``.
        executed: The statements that decided.
        repeats_left: How often the prescription can be filled again; None where nobody said.
    """

    drug: str
    lots: tuple[Lot, ...]
    lasts_low: date
    lasts_high: date
    is_open_end: bool
    may_be_open_end: bool
    is_uncounted: bool
    forms_not_counted: tuple[str, ...]
    order_on: date | None
    urgency: str
    executed: tuple[Executed, ...]
    repeats_left: int | None

    def lasts_until(self, day: date) -> str:
        """Return whether it lasts until a day that was looked at: ``yes``, ``no`` or ``cannot be assessed``."""
        if self.is_open_end or self.lasts_low >= day:
            return "yes"
        return "cannot be assessed" if self.may_be_open_end or self.lasts_high >= day else "no"


@dataclass(frozen=True, slots=True)
class _Stock:
    """What is left of a drug, as far as the log says."""

    lots: tuple[Lot, ...]
    repeats_left: int | None
    not_counted: tuple[str, ...]
    is_uncounted: bool


class Coming(Protocol):
    """Planned doses of a drug that are still to be taken, in order, as far as they are looked at."""

    def __iter__(self) -> Iterator[Slot]:
        """Yield them; it can be begun again."""

    def last(self) -> Slot | None:
        """Return the last of them; None where there is none."""


def supply_of(
    course: Course,
    drug: str,
    standings: Sequence[SlotStanding],
    coming: Coming,
    now: datetime,
    zone: Zone,
    rules: Sequence[Rule],
    knowledge: Knowledge,
    is_working_day: Callable[[date], bool],
) -> Supply:
    """Return how long a drug lasts, and by when it is ordered.

    Args:
        course: The course.
        drug: INN in lower case.
        standings: What became of the drug's planned doses until now.
        coming: Planned doses of the drug from now on, in order, as far as they are looked at.
        now: The moment.
        zone: Of the patient's clock.
        rules: Of refills.
        knowledge: That they were read from.
        is_working_day: Whether something can be ordered on a day.
    """
    today = zone.day_of(now)
    stock = _stock(course, drug, standings, now, zone)
    lots, repeats = stock.lots, stock.repeats_left
    low = _lasts(lots, coming, today, zone, is_least=True)
    after = (slot for slot in coming if slot.due > now)  # one that is still due may not be taken any more
    high = max(low, _lasts(lots, after, today, zone, is_least=False))
    last = coming.last()
    last_planned = today if last is None else zone.day_of(last.due)
    if stock.is_uncounted:
        high = max(high, last_planned)
    days_left = max((low - today).days + 1, 0)
    facts = {_DAYS_LEFT: Fact(_DAYS_LEFT, Interval(days_left, days_left), days=0)}
    if repeats is not None:
        facts["repeats_left"] = Fact("repeats_left", Interval(repeats, repeats), days=0)
    is_open_end = last is not None and low >= last_planned
    executed: list[Executed] = []
    order_on: date | None = None
    urgency = "none"
    if last is not None and not is_open_end:
        situation = nobodys_situation(knowledge, facts)
        for rule in rules:
            then = rule.follows(situation)
            if isinstance(then, Action):
                executed.append(rule.executed(then.value))
                urgency = "urgent" if then.value == "order_refill_now" or urgency == "urgent" else "order"
        order_on = _order_on(low, int(max(order_days(rules), default=0.0)), today, is_working_day)
    return Supply(
        drug,
        lots,
        low,
        high,
        is_open_end,
        last is not None and high >= last_planned,
        stock.is_uncounted,
        stock.not_counted,
        order_on,
        urgency,
        tuple(executed),
        repeats,
    )


def order_days(rules: Iterable[Rule]) -> Iterator[float]:
    """Yield the days before the end at which the rules of refills begin to speak."""
    for rule in rules:
        for atom in atoms_of(rule.statement.body):
            if isinstance(atom, FactCondition) and atom.fact == _DAYS_LEFT and isinstance(atom.at_most, int | float):
                yield float(atom.at_most)


@dataclass(slots=True)
class _Left:
    """What is left of one lot while the log is gone through."""

    low: float
    high: float
    expires_on: date | None


def _stock(course: Course, drug: str, standings: Sequence[SlotStanding], now: datetime, zone: Zone) -> _Stock:
    """Return what is left, the lot that ends first before the others; what lies after ``now`` is not there yet."""
    now_s = now.timestamp()
    moves: list[tuple[float, int, Event | Slot]] = []
    for event in (*course.state.of_kind(Dispensed.kind), *course.state.of_kind(StockCounted.kind)):
        if getattr(event.body, "drug", "") == drug and event.occurred_s <= now_s:
            moves.append((event.occurred_s, 0, event))
    is_counted = bool(moves)
    moves += [(event.occurred_s, 1, event) for event in course.state.doses_of(drug) if event.occurred_s <= now_s]
    moves += [(one.slot.due.timestamp(), 1, one.slot) for one in standings if one.standing in _MAY_BE_TAKEN]
    moves.sort(key=itemgetter(0, 1))
    lots: dict[str, _Left] = {}
    repeats: int | None = None
    not_counted: dict[str, None] = {}
    for _, _, moved in moves:
        if isinstance(moved, Slot):
            _take(lots, "", moved.mg, zone, moved.due, is_certain=False)
            continue
        match moved.body:
            case DoseTaken(_, mg, _, lot):
                _take(lots, lot, mg, zone, moved.occurred_at, is_certain=True)
            case DosePartlyTaken(_, mg) | DoseVomited(_, mg):
                _take(lots, "", mg, zone, moved.occurred_at, is_certain=True)
            case Dispensed(_, form, units, lot, expires_on, left):
                repeats = left if left is not None else repeats
                strength = strength_of(form)
                if strength is None:
                    not_counted[form] = None
                    continue
                old, added = lots.get(lot, _Left(0.0, 0.0, expires_on)), units * strength
                lots[lot] = _Left(old.low + added, old.high + added, expires_on or old.expires_on)
            case StockCounted(_, form, units, lot, expires_on):
                strength = strength_of(form)
                if strength is None:
                    not_counted[form] = None
                    continue
                ends = expires_on or _ends_of(lots, lot)
                if not lot:  # nobody read a number: all that is there was counted
                    lots.clear()
                    not_counted.clear()
                lots[lot] = _Left(units * strength, units * strength, ends)
    in_order = tuple([Lot(lot, left.low, left.high, left.expires_on) for lot, left in _in_order(lots)])
    is_short = any(lot.mg_high < 0.0 for lot in in_order)
    return _Stock(in_order, repeats, tuple(not_counted), is_short or bool(not_counted) or not is_counted)


def _ends_of(lots: Mapping[str, _Left], lot: str) -> date | None:
    """Return the last day of a lot; where no number was read, of the lot that ends first of those that are left."""
    if lot:
        return lots[lot].expires_on if lot in lots else None
    return min((it.expires_on for it in lots.values() if it.expires_on and it.high > 0.0), default=None)


def _take(lots: dict[str, _Left], lot: str, mg: float, zone: Zone, at: datetime, *, is_certain: bool) -> None:
    """Take an amount from the lot that is named, else from the usable lots, the one that ends first before the others.

    What is certain and was never counted stands below 0; a dose that may not have been taken leaves nothing below 0.
    """
    chosen = [lot] if lot in lots else _usable(lots, zone, at)
    low_owed, high_owed = mg, mg if is_certain else 0.0
    for name in chosen:
        left = lots[name]
        low, high = min(max(left.low, 0.0), low_owed), min(max(left.high, 0.0), high_owed)
        low_owed, high_owed = low_owed - low, high_owed - high
        left.low, left.high = left.low - low, left.high - high
    if high_owed > 0.0:
        left = lots.setdefault(chosen[-1] if chosen else lot, _Left(0.0, 0.0, None))
        left.low, left.high = left.low - high_owed, left.high - high_owed


def _usable(lots: Mapping[str, _Left], zone: Zone, at: datetime) -> list[str]:
    """Return the lots that are not over on the day of an instant, the one that ends first before the others."""
    in_order = _in_order(lots)
    if all(left.expires_on is None for _, left in in_order):
        return [lot for lot, _ in in_order]
    on = zone.day_of(at)
    return [lot for lot, left in in_order if left.expires_on is None or left.expires_on >= on]


def _in_order(lots: Mapping[str, _Left]) -> list[tuple[str, _Left]]:
    """Return lots, the one that ends first before the others."""
    return sorted(lots.items(), key=lambda one: (one[1].expires_on or date.max, one[0]))


def _lasts(lots: Iterable[Lot], coming: Iterable[Slot], today: date, zone: Zone, *, is_least: bool) -> date:
    """Return the last day whose doses are all covered; the day before today where today's are not."""
    left = {lot.lot: max(lot.mg_low if is_least else lot.mg_high, 0.0) for lot in lots}
    ends = {lot.lot: lot.expires_on for lot in lots}
    covered = today - timedelta(days=1)
    for slot in coming:
        day, needed = zone.day_of(slot.due), slot.mg
        for lot in left:
            expires = ends[lot]
            if expires is not None and expires < day:
                continue
            used = min(left[lot], needed)
            left[lot] -= used
            needed -= used
        if needed > 1e-9 * slot.mg:
            return day - timedelta(days=1)
        covered = day
    return covered


def _order_on(last: date, before: int, today: date, is_working_day: Callable[[date], bool]) -> date:
    """Return by when something is ordered: so many days before it runs out, on a working day, and not in the past."""
    day = max(last + timedelta(days=1 - before), today)
    while not is_working_day(day) and day > today:
        day -= timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day

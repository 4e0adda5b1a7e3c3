"""A sheet to fill a pill organizer from: the planned doses of some days as boxes, and back from boxes to planned doses.

A sheet is a print of what was planned when it was made. Another plan may count when it is typed back in: the sheet is
then found again by laying out the log as it was after each of its events, and its boxes are the doses it was made with.
A drug that is held has no box: it says "ask".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.zone import DAY_ENDS_AT, Zone
from fullcourse.course.box_codes import SheetId, box_codes, sheet_id
from fullcourse.course.fold import CourseState, fold
from fullcourse.course.schedule import PlanInForce, Slot, slots_between
from fullcourse.course.timeline import holds_of, plan_at, timeline_of

__all__ = ["OrganizerSheet", "scan_text", "sheet_of", "sheet_with_id"]

_BEARING: Final = ("plan_activated", "plan_changed", "plan_stopped", "outcome", "transfer", "held", "resumed")


@dataclass(frozen=True, slots=True)
class OrganizerSheet:
    """The planned doses of some days.

    Attributes:
        id: Its id.
        zone: Whose clock it is laid out by.
        boxes: The planned dose of each box, by the box's code, in order of time.
        asks: Planned doses of drugs that are held, in order of time.
    """

    id: SheetId
    zone: Zone
    boxes: dict[str, Slot]
    asks: tuple[Slot, ...]

    def day_of(self, slot: Slot) -> date:
        """Return the day under which a dose stands: a dose at half past midnight belongs to the evening before."""
        return self.zone.day_of(slot.due)

    @property
    def letters(self) -> dict[tuple[str, str], str]:
        """Return the letter of each content, by drug and form: what a sheet names where it names no drug."""
        contents = sorted({(slot.drug, slot.form) for slot in (*self.boxes.values(), *self.asks)})
        return {content: chr(ord("A") + number) for number, content in enumerate(contents)}


def sheet_of(state: CourseState, timeline: tuple[PlanInForce, ...], first: date, days: int) -> OrganizerSheet | None:
    """Return the sheet of some days; None where nothing is due in them.

    Args:
        state: Of the log.
        timeline: Its plans in the order in which they count.
        first: First of the patient's days, which end at 03:00.
        days: 7 or 28.
    """
    if not timeline:
        return None
    noon = timeline[0].zone.instant(first, time(12))
    zone = (plan_at(timeline, noon) or timeline[0]).zone
    begins, ends = (zone.instant(first + timedelta(days=after), DAY_ENDS_AT) for after in (0, days))
    slots = slots_between(timeline, begins, ends)
    if not slots:
        return None
    holds = {drug: holds_of(state, drug) for drug in {slot.drug for slot in slots}}
    asks = tuple(slot for slot in slots if any(hold.covers(slot.due) for hold in holds[slot.drug]))
    held = {slot.id for slot in asks}
    boxes = {slot.id: slot for slot in slots if slot.id not in held}
    name = sheet_id(days, first, (*boxes, *(f"ask {slot}" for slot in held)))
    codes = {slot: code for code, slot in box_codes(name, tuple(boxes)).items()}
    return OrganizerSheet(name, zone, {codes[slot.id]: slot for slot in boxes.values()}, asks)


def sheet_with_id(state: CourseState, zone_of: Callable[[str], Zone], asked: SheetId) -> OrganizerSheet | None:
    """Return the sheet of an id, as it was printed; None where this log never gave it.

    Args:
        state: Of the log.
        zone_of: Returns a zone by its IANA name.
        asked: The id.
    """
    for earlier in _states(state):
        sheet = sheet_of(earlier, timeline_of(earlier, zone_of), asked.first, asked.days)
        if sheet is not None and sheet.id == asked:
            return sheet
    return None


def scan_text(sheet: OrganizerSheet) -> str:
    """Return what a sheet's QR code holds: its id, and for each content the places of its doses in the plan.

    Nothing in it says whose sheet it is, or which drugs are on it; signs are those that a QR code packs best.
    """
    parts = ["FC1", str(sheet.id)]
    for content, letter in sheet.letters.items():
        runs: list[list[int]] = []
        for slot in sheet.boxes.values():
            if (slot.drug, slot.form) != content:
                continue
            if runs and slot.place == runs[-1][1] + 1:
                runs[-1][1] = slot.place
            else:
                runs.append([slot.place, slot.place])
        parts += [f"{letter}:{'+'.join(f'{first}-{last}' for first, last in runs)}"] if runs else []
    return "*".join(parts)


def _states(state: CourseState) -> Iterator[CourseState]:
    """Yield the log as it was after each event that bears on what is due, the newest first.

    Events may have reached this log in another order than that in which they were written down: both are tried.
    """
    bearing = [event for kind in _BEARING for event in state.others.get(kind, ())]
    named = {event.id for event in bearing}
    while more := [
        event
        for name, events in state.corrections.items()
        if name in named
        for event in events
        if event.id not in named
    ]:
        bearing += more
        named |= {event.id for event in more}
    for order in (_recorded, _received):
        bearing.sort(key=order)
        for length in range(len(bearing), 0, -1):
            yield fold(bearing[:length])


def _recorded(event: Event) -> tuple[float, str]:
    return event.recorded_s, event.id


def _received(event: Event) -> tuple[float, str]:
    at: datetime = event.received_at or event.recorded_at
    return at.timestamp(), event.id

"""A printed sheet typed back whole: what is said of each of its boxes, beside what was told of them before.

Paper has no clock: a mark is kept at the planned time, or at the time that somebody told of the same dose, since a
second time could be read as a second dose. Whoever left a box empty said nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import DoseSkipped
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.intakes import is_intake
from fullcourse.course.organizer import OrganizerSheet, sheet_of
from fullcourse.course.schedule import Slot
from fullcourse.journey.organizer import claims_by_slot, refuse_early, refuse_strange, sheet_named

__all__ = ["Mark", "Marked", "PaperBox", "PaperSheet", "Typed", "paper_sheet", "typed_back"]

_SEEN = frozenset((Claim.OBSERVED, Claim.VIDEO))


class Mark(Enum):
    """What stands in a box; an empty one has none."""

    TAKEN = "taken"
    OBSERVED = "observed"
    """A health worker saw it."""
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class PaperBox:
    """One box.

    Attributes:
        code: That is printed beside it.
        slot: The planned dose.
        day: Under which it stands.
        told: What was said of the dose before, in order.
        is_due: Whether its time has come.
    """

    code: str
    slot: Slot
    day: date
    told: tuple[Event, ...]
    is_due: bool


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A sheet as it was printed, with what was told since.

    Attributes:
        sheet: As it was printed.
        boxes: In order of time.
        is_older: Whether another sheet would be printed of these days now: the plan or a hold changed.
    """

    sheet: OrganizerSheet
    boxes: tuple[PaperBox, ...]
    is_older: bool

    @property
    def zone(self) -> Zone:
        """Return whose clock it was laid out by."""
        return self.sheet.zone


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark in a box, and the time that it is kept at."""

    box: PaperBox
    mark: Mark
    at: datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """What the marks of a sheet come to.

    Attributes:
        new: Marks that nobody said before.
        on_record: Those that say what is on record.
        contradicted: Those of ``new`` of which somebody said otherwise; both are kept.
    """

    new: tuple[Marked, ...]
    on_record: tuple[Marked, ...]
    contradicted: tuple[Marked, ...]


def paper_sheet(course: Course, zone_of: Callable[[str], Zone], sheet: str, now: datetime) -> PaperSheet:
    """Return a printed sheet with what was told of its boxes.

    Args:
        course: The course.
        zone_of: Returns a zone by its IANA name.
        sheet: Its id as typed, or what its QR code holds.
        now: The moment.

    Raises:
        InputError: It was not made from this course, or its id was misread.
    """
    found = sheet_named(course, zone_of, sheet)
    claims = claims_by_slot(course, now)
    boxes = tuple(
        PaperBox(code, slot, found.day_of(slot), _each_once(claims.get(slot.id, ())), slot.due <= now)
        for code, slot in sorted(found.boxes.items(), key=lambda it: (it[1].due, it[1].drug))
    )
    today = sheet_of(course.state, course.timeline, found.id.first, found.id.days)
    return PaperSheet(found, boxes, today is None or today.id != found.id)


def typed_back(paper: PaperSheet, marks: Mapping[str, Mark]) -> Typed:
    """Return what the marks of a sheet come to; all of them, or nothing.

    Args:
        paper: The sheet.
        marks: By the codes of their boxes; what is not among them is not known.

    Raises:
        InputError: A box is not on the sheet, or its time has not come.
    """
    boxes = {box.code: box for box in paper.boxes}
    refuse_strange([code for code in marks if code not in boxes], paper.sheet)
    refuse_early([boxes[code].slot for code in marks if not boxes[code].is_due], paper.zone)
    marked = [Marked(box, marks[box.code], _at(box)) for box in paper.boxes if box.code in marks]
    on_record = tuple(it for it in marked if _is_on_record(it))
    new = tuple(it for it in marked if it not in on_record)
    return Typed(new, on_record, tuple(it for it in new if _is_contradicted(it)))


def _at(box: PaperBox) -> datetime:
    """Return the time that somebody told of the dose, the latest; the planned one where nobody did."""
    return max((event.occurred_at for event in box.told if is_intake(event)), default=box.slot.due)


def _is_on_record(it: Marked) -> bool:
    taken = [event for event in it.box.told if is_intake(event)]
    match it.mark:
        case Mark.TAKEN:
            return bool(taken)
        case Mark.OBSERVED:
            return any(event.claim in _SEEN for event in taken)
        case Mark.MISSED:
            return any(isinstance(event.body, DoseSkipped) for event in it.box.told)


def _is_contradicted(it: Marked) -> bool:
    if it.mark is Mark.MISSED:
        return any(map(is_intake, it.box.told))
    return any(isinstance(event.body, DoseSkipped) for event in it.box.told)


def _each_once(events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple({event.id: event for event in sorted(events, key=lambda event: event.order)}.values())

"""A pill-organizer sheet of a course, and what the ticked boxes of one come to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseSkipped
from fullcourse.clinical.zone import Zone
from fullcourse.course.box_codes import DAYS, SheetId, parse_sheet_id, typed_code
from fullcourse.course.course import Course
from fullcourse.course.days import all_standings
from fullcourse.course.fold import CourseState
from fullcourse.course.intakes import is_intake
from fullcourse.course.organizer import OrganizerSheet, scan_text, sheet_of, sheet_with_id
from fullcourse.course.schedule import Gap, Slot, gaps_of
from fullcourse.course.timeline import plan_at
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Tells

__all__ = [
    "SHEET_DAYS",
    "Organizer",
    "StorageLine",
    "Ticked",
    "claims_by_slot",
    "organizer_of",
    "refuse_early",
    "refuse_strange",
    "sheet_named",
    "ticked_of",
]

SHEET_DAYS: Final = tuple(DAYS.values())
"""How many days a sheet can have."""

_CONTAINER: Final = "S019"
_STORAGE: Final = "storage"


@dataclass(frozen=True, slots=True)
class StorageLine:
    """What a source says about keeping a drug.

    Attributes:
        drug: INN in lower case.
        says: In plain words where the statement has some.
        citation: Where it comes from.
        is_warning: Whether it is the warning that a pill organizer calls for.
    """

    drug: str
    says: str
    citation: Citation
    is_warning: bool


@dataclass(frozen=True, slots=True)
class Organizer:
    """A sheet with what belongs on it.

    Attributes:
        sheet: The planned doses.
        storage: What sources say about keeping its drugs, the warning first.
        clock_changes: Gaps in its days in which clocks change.
        made_at: When it was made.
        knowledge: Digest of the knowledge.
    """

    sheet: OrganizerSheet
    storage: tuple[StorageLine, ...]
    clock_changes: tuple[Gap, ...]
    made_at: datetime
    knowledge: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """What ticked boxes come to.

    Attributes:
        sheet: The id of the sheet.
        zone: Whose clock it was laid out by.
        new: Planned doses that are now said to be taken.
        on_record: Planned doses of which somebody said before that something was taken.
        denied: Those of ``new`` of which somebody said that they were not taken; both are kept.
    """

    sheet: SheetId
    zone: Zone
    new: tuple[Slot, ...]
    on_record: tuple[Slot, ...]
    denied: tuple[Slot, ...]


def organizer_of(course: Course, knowledge: Knowledge, now: datetime, days: int) -> Organizer:
    """Return the sheet of the days from the patient's today on.

    Args:
        course: The course.
        knowledge: What the sources say.
        now: The moment it is made.
        days: 7 or 28.

    Raises:
        InputError: Nothing is due in these days.
    """
    current = plan_at(course.timeline, now) or next(iter(course.timeline), None)
    sheet = sheet_of(course.state, course.timeline, current.zone.day_of(now), days) if current else None
    if sheet is None:
        raise InputError(f"nothing is due in the {days} days from --at on, so there is no sheet. See 'schedule'.")
    slots = (*sheet.boxes.values(), *sheet.asks)
    drugs = sorted({slot.drug for slot in slots})
    by_drug = ([slot for slot in sheet.boxes.values() if slot.drug == drug] for drug in drugs)
    changes = [gap for boxes in by_drug for gap in gaps_of(boxes, sheet.zone) if gap.has_clock_change]
    return Organizer(sheet, _storage(knowledge, drugs), tuple(changes), now, knowledge.digest)


def ticked_of(
    course: Course,
    zone_of: Callable[[str], Zone],
    sheet: str,
    boxes: Sequence[str],
    now: datetime,
) -> Ticked:
    """Return what ticked boxes of a sheet come to; all of them, or nothing.

    Args:
        course: The course.
        zone_of: Returns a zone by its IANA name.
        sheet: Id of the sheet, or what its QR code holds.
        boxes: Codes of the ticked boxes, as typed.
        now: The moment.

    Raises:
        InputError: The sheet is not one of this course, a box is not on it, or its time has not come.
    """
    found = sheet_named(course, zone_of, sheet)
    codes = dict.fromkeys(map(typed_code, boxes))
    refuse_strange([code for code in codes if code not in found.boxes], found)
    slots = [found.boxes[code] for code in codes]
    refuse_early([slot for slot in slots if slot.due > now], found.zone)
    claims = claims_by_slot(course, now)
    on_record = [slot for slot in slots if any(map(is_intake, claims.get(slot.id, ())))]
    new = tuple(sorted((slot for slot in slots if slot not in on_record), key=lambda slot: (slot.due, slot.drug)))
    denied = tuple(slot for slot in new if any(isinstance(it.body, DoseSkipped) for it in claims.get(slot.id, ())))
    return Ticked(found.id, found.zone, new, tuple(on_record), denied)


def sheet_named(course: Course, zone_of: Callable[[str], Zone], sheet: str) -> OrganizerSheet:
    """Return a sheet of a course as it was printed.

    Args:
        course: The course.
        zone_of: Returns a zone by its IANA name.
        sheet: Its id as typed, or what its QR code holds.

    Raises:
        InputError: It was not made from this course, or was misread.
    """
    scanned = [part.strip() for part in sheet.upper().split("*")] if "*" in sheet else []
    name = parse_sheet_id(scanned[1] if scanned else sheet)
    found = sheet_with_id(course.state, zone_of, name)
    if found is None or (scanned and "*".join(scanned) != scan_text(found)):
        raise InputError(
            f"sheet {name} was not made from this course: it may be another person's, or its id was misread. "
            "Nothing was kept. Look at the sheet again."
        )
    return found


def refuse_strange(codes: Sequence[str], sheet: OrganizerSheet) -> None:
    """Refuse codes of boxes that are not on a sheet; raises InputError where there is one."""
    if codes:
        raise InputError(
            f"not on sheet {sheet.id}: {', '.join(code[:8] for code in codes[:5])}. Such a box stands on another "
            "sheet, or was misread. Nothing was kept. Look at these boxes again, and type one sheet at a time."
        )


def refuse_early(slots: Sequence[Slot], zone: Zone) -> None:
    """Refuse planned doses whose time has not come; raises InputError where there is one."""
    if slots:
        when = zone.local(min(slot.due for slot in slots))
        raise InputError(
            f"{len(slots)} of the boxes are for doses that are not due yet, the first on {when:%A %d %B %H:%M}. "
            "Nothing was kept. Ask, and type in what was taken."
        )


def claims_by_slot(course: Course, now: datetime) -> dict[str, list[Event]]:
    """Return what was said of each planned dose, by its id: of one that another plan replaced too."""
    late_after_h = max((rules.late_after_h for rules in course.rules.values()), default=0.0)
    claims: dict[str, list[Event]] = {}
    for standing in all_standings(course, now, late_after_h):
        claims.setdefault(standing.slot.id, []).extend(standing.claims)
    for event in _dose_events(course.state):
        claims.setdefault(getattr(event.body, "slot", ""), []).append(event)
    return claims


def _dose_events(state: CourseState) -> list[Event]:
    return [event for drug in state.drugs for event in state.doses_of(drug)]


def _storage(knowledge: Knowledge, drugs: Sequence[str]) -> tuple[StorageLine, ...]:
    """Return what sources say in plain words about keeping drugs.

    The warning is said of one drug, and of the pill box rather than of the drug: it stands on every sheet.
    """
    by_owner = {drug.replace(" ", "-"): drug for drug in drugs}
    lines = [
        StorageLine(
            owner.replace("-", " "),
            statement.patient,
            knowledge.citation(statement),
            _CONTAINER in statement.covers,
        )
        for statement in knowledge.statements.values()
        if isinstance(statement.body, Tells)
        and statement.body.topic == _STORAGE
        and statement.patient
        and ((owner := statement.id.split(".", 1)[0]) in by_owner or _CONTAINER in statement.covers)
    ]
    return tuple(sorted(lines, key=lambda line: (not line.is_warning, line.drug)))

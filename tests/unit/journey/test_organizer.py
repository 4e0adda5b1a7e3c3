"""A sheet of a course and its ticked boxes: kept once, whole or not at all, and never another's."""

from datetime import date

import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, Event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseTaken, PlanChanged
from fullcourse.course.organizer import scan_text
from fullcourse.journey.organizer import Organizer, Ticked, organizer_of, ticked_of
from patients import knowledge

LATER = "2026-03-20T12:00"


def printed(log: list[Event], now: str = "2026-03-02T07:00") -> Organizer:
    return organizer_of(course(log), knowledge(), at(now), 7)


def tick(log: list[Event], sheet: object, *boxes: str, now: str = LATER) -> Ticked:
    return ticked_of(course(log), load_zone, str(sheet), boxes, at(now))


def typed(log: list[Event], ticked: Ticked) -> list[Event]:
    """Return the log with what the ticks make, as the command writes it."""
    made = [
        event(DoseTaken(slot.drug, slot.mg, slot.id), slot.due, recorded_at=at(LATER), device=f"paper {ticked.sheet}")
        for slot in ticked.new
    ]
    return [*log, *made]


@pytest.fixture
def log() -> list[Event]:
    return [started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")]


def test_every_box_ticked_is_every_dose_and_a_second_time_nothing(log):
    sheet = printed(log).sheet
    first = tick(log, sheet.id, *sheet.boxes)
    assert {slot.id for slot in first.new} == {slot.id for slot in sheet.boxes.values()}
    second = tick(typed(log, first), sheet.id, *sheet.boxes)
    assert not second.new and len(second.on_record) == len(sheet.boxes)


def test_a_box_typed_twice_in_small_letters_is_one(log):
    sheet = printed(log).sheet
    code = next(iter(sheet.boxes))
    assert len(tick(log, str(sheet.id).lower(), code, code.lower(), f"{code[0]}-{code[1:]}").new) == 1


def test_a_box_of_another_sheet_refuses_all(log):
    sheet, next_week = printed(log).sheet, printed(log, "2026-03-09T07:00").sheet
    strange = next(code for code in next_week.boxes if code not in sheet.boxes)
    with pytest.raises(InputError, match=rf"not on sheet {sheet.id}: {strange}.*Nothing was kept"):
        tick(log, sheet.id, next(iter(sheet.boxes)), strange)


def test_another_persons_sheet_is_refused(log):
    other = printed([started("cycloserine: 250 mg q12h")]).sheet
    with pytest.raises(InputError, match="another person's"):
        tick(log, other.id, *list(other.boxes)[:1])


def test_a_dose_that_is_not_due_yet_is_refused_and_one_due_now_is_not(log):
    sheet = printed(log).sheet
    evening = [code for code, slot in sheet.boxes.items() if slot.due == at("2026-03-02T20:00")]
    with pytest.raises(InputError, match="not due yet, the first on Monday 02 March 20:00"):
        tick(log, sheet.id, *evening, now="2026-03-02T19:59")
    assert len(tick(log, sheet.id, *evening, now="2026-03-02T20:00").new) == 1


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("body", [DoseTaken, DosePartlyTaken])
def test_what_is_on_record_is_not_said_again(log, named, body):
    sheet = printed(log).sheet
    code, slot = next((code, slot) for code, slot in sheet.boxes.items() if slot.drug == "cycloserine")
    said = event(body("cycloserine", 250.0, slot.id if named else ""), "2026-03-02T08:20")
    ticked = tick([*log, said], sheet.id, code)
    assert not ticked.new and ticked.on_record == (slot,)


def test_what_somebody_denies_is_kept_beside_it_and_named(log):
    sheet = printed(log).sheet
    code, slot = next(iter(sheet.boxes.items()))
    denied = event(DoseSkipped(slot.drug, slot.id), slot.due, claim=Claim.SUPPORTER, actor="supporter")
    ticked = tick([*log, denied], sheet.id, code)
    assert ticked.new == ticked.denied == (slot,)


def test_a_sheet_of_a_plan_that_was_changed_meanwhile_still_counts(log):
    sheet = printed(log).sheet
    change = PlanChanged(plan("cycloserine: 500 mg once a day", start=date(2026, 3, 4)), "Dr A")
    changed = [*log, event(change, "2026-03-03T10:00", actor="clinician")]
    ticked = tick(changed, sheet.id, *sheet.boxes)
    assert len(ticked.new) == 21
    assert not tick(typed(changed, ticked), sheet.id, *sheet.boxes).new


def test_what_the_code_holds_will_do_for_the_id_and_a_misread_one_will_not(log):
    sheet = printed(log).sheet
    code = next(iter(sheet.boxes))
    assert tick(log, scan_text(sheet), code).new
    with pytest.raises(InputError, match="misread"):
        tick(log, scan_text(sheet).replace("A:0-13", "A:0-12"), code)


def test_the_storage_warning_stands_first_on_every_sheet_with_its_source(log):
    for made in (printed(log), printed([started("linezolid: 600 mg once a day")])):
        warning = made.storage[0]
        statement = knowledge().statements["cycloserine.leaflet.storage-container"]
        assert warning.is_warning and warning.says == statement.patient
        assert warning.citation == knowledge().citation(statement)
        assert not any(line.is_warning for line in made.storage[1:])


def test_a_night_of_a_clock_change_is_told():
    log = [started("cycloserine: 250 mg q12h", zone="Europe/Paris")]
    (gap,) = printed(log, "2026-03-27T07:00").clock_changes
    assert gap.hours == 11.0
    assert not printed(log).clock_changes


def test_nothing_due_is_refused(log):
    with pytest.raises(InputError, match="nothing is due"):
        printed([], "2026-03-02T07:00")
    with pytest.raises(InputError, match="nothing is due"):
        printed(log, "2026-01-02T07:00")

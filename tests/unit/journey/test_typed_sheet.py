"""A sheet typed back whole: each box taken, seen, missed or not known; another's sheet refused; no dose twice."""

from datetime import date

import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, Event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, PlanChanged
from fullcourse.journey.organizer import organizer_of
from fullcourse.journey.typed_sheet import Mark, PaperSheet, Typed, paper_sheet, typed_back
from patients import knowledge

PRINTED, LATER = "2026-03-02T07:00", "2026-03-20T12:00"


@pytest.fixture
def log() -> list[Event]:
    return [started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")]


def sheet_id(log: list[Event]) -> str:
    return str(organizer_of(course(log), knowledge(), at(PRINTED), 7).sheet.id)


def opened(log: list[Event], sheet: str, now: str = LATER) -> PaperSheet:
    return paper_sheet(course(log), load_zone, sheet, at(now))


def back(paper: PaperSheet, *marks: Mark) -> Typed:
    """Type marks into the first boxes."""
    return typed_back(paper, dict(zip((box.code for box in paper.boxes), marks, strict=False)))


def told(paper: PaperSheet, *marks: tuple[int, str]) -> list[Event]:
    """Return what a phone told of the doses of some boxes, an hour late."""
    made = []
    for place, what in marks:
        slot = paper.boxes[place].slot
        skipped = DoseSkipped(slot.drug, slot.id)
        body = DoseTaken(slot.drug, slot.mg, slot.id) if what == "taken" else skipped
        made.append(event(body, slot.due, recorded_at=at(LATER), device="phone-1"))
    return made


def test_a_sheet_lays_out_its_boxes_in_order_of_time_with_nothing_told(log):
    paper = opened(log, sheet_id(log))
    assert len(paper.boxes) == 7 * 3
    assert [box.slot.due for box in paper.boxes] == sorted(box.slot.due for box in paper.boxes)
    assert all(box.is_due and not box.told for box in paper.boxes)
    assert not paper.is_older


def test_each_mark_is_one_claim_and_what_is_not_known_is_none(log):
    typed = back(opened(log, sheet_id(log)), Mark.TAKEN, Mark.OBSERVED, Mark.MISSED)
    assert [it.mark for it in typed.new] == [Mark.TAKEN, Mark.OBSERVED, Mark.MISSED]
    assert (typed.on_record, typed.contradicted) == ((), ())


def test_another_persons_sheet_is_refused(log):
    other = [started("levofloxacin: 750 mg once a day")]
    with pytest.raises(InputError, match="was not made from this course"):
        opened(log, sheet_id(other))


def test_a_code_with_one_wrong_sign_is_refused(log):
    sheet = sheet_id(log)
    with pytest.raises(InputError):
        opened(log, sheet[:-1] + ("2" if sheet[-1] != "2" else "3"))


def test_a_sheet_of_an_older_plan_is_read_and_said(log):
    sheet = sheet_id(log)
    body = PlanChanged(plan("cycloserine: 500 mg q12h", start=date(2026, 3, 5)), "Dr A")
    changed = event(body, at("2026-03-04T10:00"))
    paper = opened([*log, changed], sheet)
    assert paper.is_older
    assert {box.slot.drug for box in paper.boxes} == {"cycloserine", "linezolid"}


def test_a_box_that_is_not_due_yet_is_named_and_refused_whole(log):
    paper = opened(log, sheet_id(log), PRINTED)
    assert not any(box.is_due for box in paper.boxes if box.slot.due > at(PRINTED))
    with pytest.raises(InputError, match="not due yet"):
        typed_back(paper, {paper.boxes[-1].code: Mark.TAKEN})


def test_a_box_that_is_not_on_the_sheet_is_refused_whole(log):
    paper = opened(log, sheet_id(log))
    with pytest.raises(InputError, match="not on sheet"):
        typed_back(paper, {"XXX": Mark.TAKEN, paper.boxes[0].code: Mark.TAKEN})


def test_what_a_phone_told_is_shown_beside_its_box_and_not_said_again(log):
    sheet = sheet_id(log)
    phone = told(opened(log, sheet), (0, "taken"), (1, "missed"))
    paper = opened([*log, *phone], sheet)
    assert [box.told for box in paper.boxes[:3]] == [(phone[0],), (phone[1],), ()]
    typed = back(paper, Mark.TAKEN, Mark.MISSED, Mark.TAKEN)
    assert [it.box.code for it in typed.on_record] == [box.code for box in paper.boxes[:2]]
    assert [it.box.code for it in typed.new] == [paper.boxes[2].code]


def test_what_contradicts_the_phone_is_kept_beside_it_and_named(log):
    sheet = sheet_id(log)
    paper = opened([*log, *told(opened(log, sheet), (0, "taken"), (1, "missed"))], sheet)
    typed = back(paper, Mark.MISSED, Mark.TAKEN)
    assert [it.mark for it in typed.new] == [Mark.MISSED, Mark.TAKEN]
    assert [it.box.code for it in typed.contradicted] == [box.code for box in paper.boxes[:2]]


def test_a_dose_that_was_seen_adds_to_the_patients_word_at_the_time_that_was_told(log):
    sheet = sheet_id(log)
    empty = opened(log, sheet)
    slot = empty.boxes[0].slot
    phone = event(DoseTaken(slot.drug, slot.mg, slot.id), at("2026-03-02T11:40"), recorded_at=at(LATER), device="p1")
    typed = back(opened([*log, phone], sheet), Mark.OBSERVED)
    (seen,) = typed.new
    assert seen.at == phone.occurred_at  # the paper has no time: at the planned one it could be a second dose


def test_what_a_health_worker_saw_is_not_said_again(log):
    sheet = sheet_id(log)
    slot = opened(log, sheet).boxes[0].slot
    body = DoseTaken(slot.drug, slot.mg, slot.id)
    seen = event(body, slot.due, recorded_at=at(LATER), claim=Claim.OBSERVED, actor="clinician")
    typed = back(opened([*log, seen], sheet), Mark.OBSERVED)
    assert typed.new == ()
    assert back(opened([*log, seen], sheet), Mark.TAKEN).new == ()

"""A sheet is printed at the desk, and typed back on one page: an event a box, once, with whose word it is."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from lxml import html

from clinic_service import NORTH, NOW, SOUTH, as_of
from course_events import event, plan
from desk_courses import Desk, desk_at
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, PlanActivated
from fullcourse.journey.course import course_from
from fullcourse.journey.organizer import organizer_of

PATIENT, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
BEGUN = NOW - timedelta(days=30)


def begun(drug: str = "cycloserine: 250 mg q12h", patient: str = PATIENT) -> Event:
    body = PlanActivated(plan(drug, start=BEGUN.date()), "Dr A")
    return event(body, BEGUN, actor="clinician", patient=patient)


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def printed(desk: Desk, *log: Event, days: int = 28) -> str:
    course = course_from(log, desk.service.knowledge, load_zone, BEGUN)
    return str(organizer_of(course, desk.service.knowledge, BEGUN, days).sheet.id)


@pytest.fixture
def sheet(desk: Desk) -> str:
    log = [begun()]
    desk.keep(PATIENT, log, BEGUN)
    return printed(desk, *log)


def grid(desk: Desk, sheet: str, patient: str = PATIENT):
    return desk.page(f"/desk/courses/{patient}/sheet?id={sheet}")


def choices(page) -> list[list[str]]:
    """Return what each box can say, in the order of the page, the empty answer left out."""
    return [it.xpath("option/@value")[1:] for it in page.xpath("//select[@name='box']")]


def send(desk: Desk, page, *boxes: str, by: str = "patient", role: str = "nurse", clinic: str = NORTH, **more: str):
    hidden = {it.get("name"): it.get("value") for it in page.xpath("//form[@method='post']//input[@type='hidden']")}
    fields = {**hidden, "box": list(boxes), **({"by": by} if by else {}), **more}
    path = f"/desk/courses/{PATIENT}/sheet"
    return desk.client.post(path, data=fields, headers=as_of(role, clinic), follow_redirects=False)


def doses(desk: Desk) -> list[Event]:
    return [it for it in desk.service.store.events(PATIENT) if it.kind.startswith("dose")]


def test_a_month_is_one_page_of_its_boxes_none_of_them_answered(desk, sheet):
    page = grid(desk, sheet)
    assert len(page.xpath("//table[@data-grid]/tbody/tr")) == 28
    assert len(choices(page)) == 56
    assert page.xpath("//select[@name='box']/option[@selected]") == []
    labels = page.xpath("//select[@name='box']/@aria-label")
    assert len(set(labels)) == 56
    assert re.fullmatch(r"\w{3} \d+ \w{3}, 08:00, cycloserine 250 mg, box \w{3}", labels[0])


def test_what_is_typed_becomes_one_event_a_box_however_often_it_is_sent(desk, sheet):
    page = grid(desk, sheet)
    taken, observed, missed = choices(page)[0][0], choices(page)[1][1], choices(page)[2][2]
    answers = [send(desk, page, taken, observed, missed, "", "") for _ in range(2)]
    assert [it.status_code for it in answers] == [303, 303]
    assert [it.headers["location"].partition("done=")[2] for it in answers] == ["3", "3"]
    kept = doses(desk)
    assert [(it.kind, it.actor, it.claim.value) for it in kept] == [
        ("dose_taken", "patient", "self"),
        ("dose_taken", "clinician", "observed"),
        ("dose_skipped", "patient", "self"),
    ]
    assert kept[2].body.reason == "other"  # the paper does not say why
    assert {it.device for it in kept} == {f"paper {sheet}"}
    assert all("desk, from paper, typed by id-nurse" in it.source for it in kept)


def test_typed_again_from_another_page_it_adds_nothing(desk, sheet):
    page = grid(desk, sheet)
    send(desk, page, choices(page)[0][0])
    again = grid(desk, sheet)
    assert "patient: taken 08:00, on paper" in again.text_content()
    assert send(desk, again, choices(again)[0][0]).headers["location"].endswith("done=0")
    assert len(doses(desk)) == 1


def test_one_page_sent_with_other_words_is_refused(desk, sheet):
    page = grid(desk, sheet)
    assert send(desk, page, choices(page)[0][0]).status_code == 303
    assert send(desk, page, choices(page)[0][2]).status_code == 409
    assert [it.kind for it in doses(desk)] == ["dose_taken"]


def test_what_contradicts_a_phone_is_kept_as_a_disagreement_and_shown(desk, sheet):
    box = grid(desk, sheet)
    (slot,) = {it.slot for it in slots(desk)[:1]}
    phone = event(
        DoseTaken("cycloserine", 250, slot), slots(desk)[0].due, recorded_at=NOW, device="p1", patient=PATIENT
    )
    desk.service.store.append([phone], NOW)
    page = grid(desk, sheet)
    assert "patient: taken" in page.xpath("//table[@data-grid]//small[@class='told']")[0].text_content()
    answer = send(desk, page, choices(box)[0][2])
    assert answer.status_code == 303
    assert {it.kind for it in doses(desk)} == {"dose_taken", "dose_skipped"}
    after = desk.page(answer.headers["location"])
    assert "Of 1 doses two say different things" in after.text_content()
    assert "Differ:" in after.xpath("//td[@class='disputed']")[0].text_content()


def slots(desk: Desk):
    course = course_from(desk.service.store.events(PATIENT), desk.service.knowledge, load_zone, BEGUN)
    sheet = organizer_of(course, desk.service.knowledge, BEGUN, 28).sheet
    return [Due(it.id, it.due) for it in sorted(sheet.boxes.values(), key=lambda it: it.due)]


class Due:
    """A planned dose of the sheet: its id, and when it is due."""

    def __init__(self, slot, due):
        self.slot, self.due = slot, due


def test_each_dose_says_that_it_was_typed_from_a_sheet(desk, sheet):
    page = grid(desk, sheet)
    send(desk, page, choices(page)[0][0])
    month = f"{BEGUN:%Y-%m}"
    assert f"patient, paper {sheet}" in desk.page(f"/desk/courses/{PATIENT}/doses?month={month}").text_content()


def test_a_supporters_ticks_are_the_supporters_word(desk, sheet):
    page = grid(desk, sheet)
    send(desk, page, choices(page)[0][0], by="supporter")
    (kept,) = doses(desk)
    assert (kept.actor, kept.claim.value) == ("supporter", "supporter")


def test_another_persons_sheet_is_refused_and_shows_no_box(desk, sheet):
    strange = printed(desk, begun("levofloxacin: 750 mg once a day", OTHER))
    page = grid_of_refused(desk, strange)
    assert "was not made from this course" in page.xpath("//*[@role='alert']")[0].text_content()
    assert choices(page) == []
    sent = send(desk, grid(desk, sheet), choices(grid(desk, sheet))[0][0], sheet=strange)
    assert sent.status_code == 422
    assert doses(desk) == []


def grid_of_refused(desk: Desk, sheet: str):
    answer = desk.client.get(f"/desk/courses/{PATIENT}/sheet?id={sheet}", headers=as_of("nurse", NORTH))
    assert answer.status_code == 422
    return html.document_fromstring(answer.text)


@pytest.mark.parametrize("typed", ["W260302", "K7QD4", "nothing of the kind"])
def test_what_is_no_number_of_a_sheet_is_said(desk, sheet, typed):
    assert "is no id of a sheet" in grid_of_refused(desk, typed).text_content()


WRONG = {
    "who ticked it is not said": ((0,), {"by": ""}, "Who ticked it"),
    "somebody else ticked it": ((0,), {"by": "neighbour"}, "Who ticked it"),
    "a word that no box has": ((), {"box": "AAA perhaps"}, "no box can say"),
    "a box of another sheet": ((), {"box": "AAA taken"}, "not on sheet"),
    "an id that is none": ((0,), {"id": "1"}, "UUIDv7"),
}


@pytest.mark.parametrize(("places", "more", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_taken_is_said_nothing_is_kept_and_what_was_typed_stays(desk, sheet, places, more, told):
    page = grid(desk, sheet)
    boxes = [choices(page)[place][0] for place in places]
    answer = send(desk, page, *boxes, **more)
    assert answer.status_code == 422
    again = html.document_fromstring(answer.text)
    assert told in again.xpath("//*[@role='alert']")[0].text_content()
    assert doses(desk) == []
    stays = again.xpath("//select[@name='box']/option[@selected]/@value")
    assert stays == boxes


def test_a_dose_that_is_not_due_has_no_box_to_fill(desk):
    log = [begun()]
    desk.keep(PATIENT, log, BEGUN)
    course = course_from(log, desk.service.knowledge, load_zone, NOW)
    now = str(organizer_of(course, desk.service.knowledge, NOW, 7).sheet.id)
    page = grid(desk, now)
    assert len(choices(page)) == 1  # of today 08:00; it is 09:00 now
    assert "not due yet" in page.text_content()


def test_a_dose_that_was_skipped_on_the_phone_and_on_paper_is_one_word(desk, sheet):
    slot = slots(desk)[0]
    phone = event(DoseSkipped("cycloserine", slot.slot), slot.due, recorded_at=NOW, device="p1", patient=PATIENT)
    desk.service.store.append([phone], NOW)
    page = grid(desk, sheet)
    assert send(desk, page, choices(page)[0][2]).headers["location"].endswith("done=0")


@pytest.mark.parametrize("days", [7, 28])
@pytest.mark.parametrize("discreet", ["", "&discreet=yes"])
def test_a_sheet_is_printed_whose_file_says_nothing_of_anybody(desk, sheet, days, discreet):
    answer = desk.client.get(f"/desk/courses/{PATIENT}/sheet.pdf?days={days}{discreet}", headers=as_of("nurse", NORTH))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"] == 'inline; filename="plan.pdf"'


def test_a_sheet_of_another_length_is_refused(desk, sheet):
    answer = desk.client.get(f"/desk/courses/{PATIENT}/sheet.pdf?days=9", headers=as_of("nurse", NORTH))
    assert answer.status_code == 422


@pytest.mark.parametrize(("role", "clinic"), [("laboratory", NORTH), ("programme", NORTH), ("nurse", SOUTH)])
def test_nobody_sees_or_types_a_sheet_without_the_right(desk, sheet, role, clinic):
    page = grid(desk, sheet)
    address = f"/desk/courses/{PATIENT}/sheet"
    for path in (f"{address}?id={sheet}", f"{address}.pdf"):
        assert desk.client.get(path, headers=as_of(role, clinic)).status_code in (403, 404)
    assert send(desk, page, choices(page)[0][0], role=role, clinic=clinic).status_code in (403, 404)
    assert doses(desk) == []

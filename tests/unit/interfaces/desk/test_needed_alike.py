"""The list of a clinic and a patient's page name the same matters, in the same words and order, of each person."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from lxml import html

from clinic_service import NOW
from desk_clinic import Browser, DeskClinic, desk_clinic
from desk_courses import person
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.adapters.worklist.index import Worklist
from fullcourse.adapters.worklist.rows import Listing
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import MATTERS
from fullcourse.journey.course import course_from
from fullcourse.journey.course.queue import needs_of, now_needed
from fullcourse.journey.desk import course_view
from fullcourse.journey.monitor import Monitor

PEOPLE = range(1, 18)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with desk_clinic(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(desk: DeskClinic) -> Browser:
    return desk.at_the_desk("nurse", "nurse")


def listing(desk: DeskClinic, browser: Browser) -> Listing:
    browser.get("/desk/queue")
    worklist = desk.clinic.service.parts["worklist"]
    assert isinstance(worklist, Worklist)
    worklist.finish(desk.clinic.clock())
    return worklist.listing(None, desk.clinic.clock())


def words(browser: Browser, patient: str, where: str) -> list[str]:
    """Return what the lines of a patient's page say, without since when."""
    page = html.document_fromstring(browser.get(f"/desk/courses/{patient}").text)
    said = []
    for line in page.xpath(f"{where}//li[contains(@class, 'act ')]"):
        (told,) = line.xpath("./details/summary") or line.xpath("./span[@class='words']")
        said.append(" ".join("".join(told.xpath("./text()")).split()))
    return said


def shown(browser: Browser, patient: str) -> list[str]:
    return words(browser, patient, "//section[contains(@class, 'today')]/*[not(contains(@class, 'put-off'))]")


@pytest.mark.parametrize("number", PEOPLE)
def test_the_list_and_the_page_of_a_person_say_the_same(desk: DeskClinic, browser: Browser, number: int):
    patient = desk.patients[number - 1].patient
    listed = {
        matter: says
        for matter, rows in listing(desk, browser).rows.items()
        for row in rows
        if row.patient == patient
        for says in [row.says]
    }
    on_the_page = shown(browser, patient)
    assert sorted(on_the_page) == sorted(says for lines in listed.values() for says in lines)
    for lines in listed.values():
        assert [says for says in on_the_page if says in lines] == list(lines)


def test_a_test_that_is_due_stands_there_since_its_day_by_the_patients_calendar(desk: DeskClinic, browser: Browser):
    page = html.document_fromstring(browser.get(f"/desk/courses/{desk.whom('on time, first-line')}").text)
    due = [line.text_content() for line in page.xpath("//ul[@class='acts']/li") if "Due on " in line.text_content()]
    assert due
    for told in due:
        (on,), (since,) = re.findall(r"Due on (\S+):", told)[:1], re.findall(r"since (\S+)", told)[:1]
        assert on == since


def test_the_people_of_the_demonstration_stand_under_most_matters(desk: DeskClinic, browser: Browser):
    rows = listing(desk, browser).rows
    assert {matter for matter in MATTERS if rows[matter]} >= set(MATTERS) - {"outcome"}
    assert len(desk.patients) == len(PEOPLE)
    phase = [it.patient for it in rows["visits"] if any("next phase" in says for says in it.says)]
    assert phase == [desk.whom("the first phase of 2HRZE/4HR is over")]


def test_what_a_clinician_put_off_stands_below_with_the_reason_and_the_day(desk: DeskClinic, browser: Browser):
    patient = desk.whom("nothing logged for five days")
    before = shown(browser, patient)
    given = {"matter": "silent", "until": "2026-12-03", "because": "On a journey <far>"}
    clinician = desk.at_the_desk("doctor", "clinician")
    clinician.get(f"/desk/courses/{patient}/follow-up?matter=silent")
    assert clinician.post(f"/desk/courses/{patient}/snooze", id=clinician.event_id, **given).status_code == 200
    silent = "Nothing was told of any dose since then."
    assert silent in before
    assert shown(browser, patient) == [it for it in before if it != silent]
    assert words(browser, patient, "//div[@class='put-off']") == [silent]
    page = html.document_fromstring(browser.text)
    (summary,) = page.xpath("//div[@class='put-off']/details/summary")
    assert " ".join(summary.text_content().split()) == "Silent devices: until 2026-12-03, On a journey <far>"
    (row,) = [it for it in listing(desk, browser).put_off if it.patient == patient]
    assert list(row.says) == [silent]


@pytest.mark.parametrize("hours", [0, 11, 24, 240])
@pytest.mark.parametrize("number", PEOPLE)
def test_what_was_worked_out_for_the_page_changes_nothing_of_what_is_needed(number: int, hours: int):
    knowledge, now = knowledge_here(), NOW + timedelta(hours=hours)
    course = course_from(person(number).events, knowledge, load_zone, now)
    monitor = Monitor(knowledge, knowledge.profile(course.timeline[-1].plan.profile))
    view = course_view(course, knowledge, monitor, now, every_day_is_open)
    assert view.needs == needs_of(course, knowledge, now, monitor, every_day_is_open)
    assert view.needed == now_needed(view.needs, now)[0]

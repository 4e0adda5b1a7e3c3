"""The page of a patient: what it says, of whom, to whom; its size with two years of events."""

from collections.abc import Iterator

import pytest

from clinic_service import NORTH, NOW, SOUTH, as_of
from course_events import event
from desk_courses import Desk, desk_at, person, two_years
from fullcourse.clinical.event_bodies import Note, Result, Symptom

MOST_BYTES = 100_000


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def shown(desk: Desk, number: int):
    one = person(number)
    return desk.page(desk.keep(one.patient, one.events))


def acts(page) -> list[tuple[str, str, str]]:
    """Return what to act on: by when, of what kind, and what it says."""
    found = []
    for act in page.xpath("//ul[@class='acts']/li"):
        words = act.xpath("./details/summary") or act.xpath("./span[@class='words']")
        parts = (act.xpath("./span[@class='by']")[0], act.xpath("./span[@class='kind']")[0], words[0])
        found.append(tuple(" ".join(it.text_content().split()) for it in parts))
    return found


def test_a_fit_stands_first_and_says_that_it_is_an_emergency(desk):
    found = acts(shown(desk, 7))
    assert found[0][:2] == ("now", "Safety")
    assert found[0][2].startswith("a fit: emergency now (may be cycloserine)")


def test_a_level_above_the_limit_is_withheld_with_its_source_one_click_away(desk):
    page = shown(desk, 6)
    assert any(kind == "Result" and says.startswith("cycloserine: Withhold it") for _, kind, says in acts(page))
    finding = page.xpath("//details[contains(@class, 'finding')][summary[contains(., 'Withhold it')]]")[0]
    assert "36" in finding.text_content()
    assert finding.xpath(".//a[starts-with(@href, 'https://')]")
    assert "Other sources say" in finding.text_content()


def test_five_things_stand_open_and_the_others_are_counted_behind_them(desk):
    page = shown(desk, 7)
    assert len(page.xpath("//section[contains(@class, 'today')]/ul/li")) == 5
    assert page.xpath("//details[@class='more']/summary")[0].text_content() == "1 more"
    assert page.xpath("//h2[@id='today']")[0].text_content() == "Act today (6)"


def test_doses_of_which_nobody_said_anything_are_a_range_and_no_missed_doses(desk):
    page = shown(desk, 10)
    figures = page.xpath("//p[@class='figures']")[0].text_content()
    assert figures.startswith("0 to 100 % of doses, 28 days")
    described = page.xpath("//*[@id='doses-d']")[0].text_content()
    assert "none 3, not known 71, due 1" in described


def test_what_could_not_be_assessed_is_said_where_nothing_is_to_be_done(desk):
    page = shown(desk, 1)
    told = page.xpath("//section[@aria-labelledby='findings']//li")
    assert any("no result on file of" in it.text_content() for it in told)


def test_a_hold_is_drawn_and_stands_in_the_table(desk):
    page = shown(desk, 5)
    rows = [" ".join(row.text_content().split()) for row in page.xpath("//tr[th='linezolid']")]
    assert any("held: side effects" in row for row in rows)
    assert "(held 1 time)" in page.xpath("//*[@id='regimen-d']")[0].text_content()


def test_every_dose_of_a_month_names_who_said_what_of_it(desk):
    one = person(15)
    page = desk.page(f"{desk.keep(one.patient, one.events)}/doses")
    disputed = page.xpath("//tr[td='disputed']")
    assert disputed
    assert "supporter" in disputed[0].text_content()
    assert "patient" in disputed[0].text_content()


def test_the_log_of_a_course_has_each_entry_and_no_dose(desk):
    one = person(5)
    page = desk.page(f"{desk.keep(one.patient, one.events)}/log")
    said = [row.text_content() for row in page.xpath("//tbody/tr")]
    assert len(said) == sum(not it.kind.startswith("dose_") for it in one.events)
    assert any("Held: linezolid (side effects)" in it for it in said)


def test_an_event_that_comes_is_on_the_page_the_next_time(desk):
    one = person(3)
    address = desk.keep(one.patient, one.events)
    desk.page(address)
    fit = event(Symptom("symptom_seizure"), NOW, patient=one.patient, actor="supporter")
    desk.keep(one.patient, [fit])
    assert acts(desk.page(address))[0][2].startswith("a fit: emergency now")


def test_an_erased_course_is_gone_from_the_page_at_once(desk):
    one = person(3)
    address = desk.keep(one.patient, one.events)
    desk.page(address)
    desk.service.store.erase(one.patient, NOW)
    answer = desk.client.get(address, headers=as_of("clinician", NORTH))
    assert answer.status_code >= 400
    assert "Doses taken" not in answer.text


@pytest.mark.parametrize("page", ["", "/doses", "/log"])
@pytest.mark.parametrize(("role", "clinic"), [("clinician", SOUTH), ("programme", NORTH), ("laboratory", NORTH)])
def test_a_course_of_others_is_not_there(desk, page, role, clinic):
    one = person(3)
    address = desk.keep(one.patient, one.events) + page
    assert desk.client.get(address, headers=as_of(role, clinic)).status_code == 404


def test_nobody_who_may_not_change_the_plan_is_offered_to(desk):
    one = person(3)
    address = desk.keep(one.patient, one.events)
    offered = "//a[contains(@href, '/plan')]"
    assert desk.page(address).xpath(offered)
    assert not desk.page(address, role="nurse").xpath(offered)


def test_words_of_others_are_shown_as_words(desk):
    one = person(3)
    note = event(Note("<script>alert(1)</script>"), NOW, patient=one.patient)
    page = desk.page(desk.keep(one.patient, [*one.events, note]))
    assert not page.xpath("//script[contains(., 'alert')]")
    assert "<script>alert(1)</script>" in page.xpath("//section[@aria-labelledby='log']")[0].text_content()


def test_a_result_that_cannot_be_is_shown_as_not_used(desk):
    one = person(3)
    absurd = event(Result("potassium", 4000.0, "mmol/L"), NOW, patient=one.patient)
    good = event(Result("potassium", 4.1, "mmol/L"), NOW, patient=one.patient)
    page = desk.page(desk.keep(one.patient, [*one.events, absurd, good]))
    row = page.xpath("//details[@id='all-results']//tr[contains(th, 'potassium')]")[0].text_content()
    assert "4.1" in row
    assert "4000" in row
    assert "outside what is possible" in row


def test_two_years_of_events_make_a_page_of_a_hundred_kilobytes_at_most(desk):
    one = two_years()
    assert len(one.events) > 3000
    answer = desk.client.get(desk.keep(one.patient, one.events), headers=as_of("clinician", NORTH))
    assert answer.status_code == 200
    assert len(answer.content) < MOST_BYTES
    assert 'data-mark="some"' in answer.text


@pytest.mark.parametrize("asked", ["doses?month=2026-13", "doses?month=x", "log?from=-1", "log?from=x"])
def test_what_is_asked_wrongly_is_told(desk, asked):
    one = person(3)
    address = desk.keep(one.patient, one.events)
    answer = desk.client.get(f"{address}/{asked}", headers=as_of("clinician", NORTH))
    assert answer.status_code in (400, 422)

"""Results that nobody answered: what is shown of each, and what becomes of what was decided."""

from collections.abc import Iterator

import pytest
from lxml import html

from desk_clinic import Browser, DeskClinic, desk_clinic
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Note

AT = "2026-11-30T09:30"
DECIDED = {"decided": "Rifampin and isoniazid held by phone", "by": "Dr A"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with desk_clinic(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(desk: DeskClinic) -> Browser:
    return desk.at_the_desk("clinician", "clinician")


def enter(browser: Browser, patient: str, fact: str, value: str) -> None:
    browser.get(f"/desk/courses/{patient}/enter")
    fields = {"fact": fact, "value": value, "unit": "", "at": AT}
    assert browser.post(f"/desk/courses/{patient}/results", id=browser.event_id, **fields).status_code == 200


def results_on(browser: Browser) -> list[str]:
    return html.document_fromstring(browser.text).xpath("//input[@name='result']/@value")


def send(browser: Browser, patient: str, **fields: object):
    return browser.post(f"/desk/courses/{patient}/results/unanswered", **fields)  # type: ignore[arg-type]


def notes(desk: DeskClinic, patient: str) -> list[Event]:
    store = desk.clinic.service.store
    assert store is not None
    return [it for it in store.events(patient) if isinstance(it.body, Note) and it.body.text.startswith("Results")]


def test_a_result_is_read_with_what_the_rules_say_and_what_was_decided_is_kept_once(desk: DeskClinic, browser: Browser):
    patient = desk.whom("dark urine and vomiting")
    address = f"/desk/courses/{patient}/results/unanswered"
    assert address in browser.get(f"/desk/courses/{patient}").text
    page = html.document_fromstring(browser.get(address).text)
    section = page.xpath("string(//section[@aria-labelledby='results'])")
    assert "245 U/L" in section
    assert page.xpath("//section[@aria-labelledby='results']//p[@class='cite']")
    assert section.count("What sources say stands with the newest result of it.") == 1  # of 28 U/L, three weeks before
    event_id, results = browser.event_id, results_on(browser)
    assert results
    for _ in range(2):
        answer = send(browser, patient, id=event_id, result=results, **DECIDED)
        assert "It is written down." in answer.text
        assert "Every result was followed" in answer.text
    (note,) = notes(desk, patient)
    assert isinstance(note.body, Note)
    assert note.id == event_id and note.actor == "clinician"
    assert "245 U/L" in note.body.text
    assert note.body.text.endswith("Decided: Rifampin and isoniazid held by phone. By Dr A.")
    assert "Rifampin and isoniazid held by phone" in browser.get(address).text
    assert "Not answered by a clinician" not in browser.get(f"/desk/courses/{patient}").text


@pytest.mark.parametrize("lacking", ["decided", "by"])
def test_what_lacks_is_said_beside_its_field_and_nothing_is_kept(desk: DeskClinic, browser: Browser, lacking: str):
    patient = desk.whom("a level of cycloserine above")
    browser.get(f"/desk/courses/{patient}/results/unanswered")
    fields = {**DECIDED, lacking: " "}
    answer = send(browser, patient, id=browser.event_id, result=results_on(browser), **fields)
    assert answer.status_code == 422
    assert f'id="wrong-{lacking}"' in answer.text
    (kept,) = (name for name in DECIDED if name != lacking)
    assert DECIDED[kept] in answer.text
    assert notes(desk, patient) == []


def test_a_result_that_came_meanwhile_is_read_too_before_anything_is_kept(desk: DeskClinic, browser: Browser):
    patient = desk.whom("on time, cycloserine and linezolid")
    enter(browser, patient, "qtcf", "455")
    address = f"/desk/courses/{patient}/results/unanswered"
    browser.get(address)
    event_id, before = browser.event_id, results_on(browser)
    enter(browser, patient, "qtcf", "505")
    browser.get(address)
    answer = send(browser, patient, id=event_id, result=before, **DECIDED)
    assert answer.status_code == 422
    assert "A result came since this page was made" in answer.text
    assert "505 ms" in answer.text
    assert notes(desk, patient) == []
    assert send(browser, patient, id=browser.event_id, result=results_on(browser), **DECIDED).status_code == 200
    assert len(notes(desk, patient)) == 1


@pytest.mark.parametrize("results", [[], ["nothing"]])
def test_a_form_that_names_no_result_of_the_log_is_refused(desk: DeskClinic, browser: Browser, results: list[str]):
    patient = desk.whom("a level of cycloserine above")
    browser.get(f"/desk/courses/{patient}/results/unanswered")
    assert send(browser, patient, id=browser.event_id, result=results, **DECIDED).status_code == 400
    assert notes(desk, patient) == []


def test_of_a_result_of_which_no_statement_speaks_that_is_said(desk: DeskClinic, browser: Browser):
    patient = desk.whom("misses a dose now and then")
    enter(browser, patient, "potassium", "4.1")
    text = browser.get(f"/desk/courses/{patient}/results/unanswered").text
    assert "which is no all-clear" in text


def test_a_laboratory_and_a_patient_of_another_clinic_get_no_such_page(desk: DeskClinic):
    patient = desk.whom("dark urine and vomiting")
    for name, role, clinic in (("laboratory", "laboratory", "north"), ("stranger", "clinician", "south")):
        other = desk.at_the_desk(name, role, clinics=(clinic,))
        assert other.get(f"/desk/courses/{patient}/results/unanswered").status_code == 404


def test_the_list_of_the_programme_leads_to_that_page(desk: DeskClinic, browser: Browser):
    text = browser.get("/desk/programme/list?number=quality.results-not-answered").text
    assert f'/desk/courses/{desk.whom("a level of cycloserine above")}/results/unanswered"' in text

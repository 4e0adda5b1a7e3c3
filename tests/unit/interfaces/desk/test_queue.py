"""The list of a clinic as its staff see it: whose courses stand on it, what is said, what is left out and said."""

from collections.abc import Iterator

import pytest

from desk_clinic import Browser, DeskClinic, desk_clinic
from fullcourse.adapters.reminders.sent import Became, Ledger, Taken
from fullcourse.adapters.worklist.index import Worklist
from fullcourse.journey.phone import Reminder

SEEN = 12


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with desk_clinic(tmp_path_factory.mktemp("desk"), people=SEEN) as opened:
        yield opened


def whole(desk: DeskClinic, browser: Browser) -> None:
    """Have every course worked out, as it is a minute after the first look."""
    browser.get("/desk/queue")
    worklist = desk.clinic.service.parts["worklist"]
    assert isinstance(worklist, Worklist)
    worklist.finish(desk.clinic.clock())


@pytest.fixture(scope="module")
def browser(desk: DeskClinic) -> Browser:
    made = desk.at_the_desk("nurse", "nurse")
    whole(desk, made)
    return made


def test_what_is_not_worked_out_yet_is_said(desk: DeskClinic):
    first = desk.at_the_desk("first", "clinician").get("/desk/queue")
    assert first.status_code == 200
    assert "This list is not whole yet." in first.text
    assert first.text.count("at least ") == 7  # no number of a matter reads as if nobody else needed it


@pytest.mark.parametrize(
    ("tab", "shows"),
    [
        ("safety", "an emergency"),
        ("safety", "above the range"),
        ("silent", "nothing logged for five days"),
        ("refills", "refill"),
    ],
)
def test_somebody_who_needs_it_stands_under_the_matter(desk: DeskClinic, browser: Browser, tab: str, shows: str):
    answer = browser.get(f"/desk/queue?tab={tab}")
    assert answer.status_code == 200
    assert f"/desk/courses/{desk.whom(shows)}" in answer.text


def test_the_first_tab_with_somebody_is_open_and_each_tab_has_its_number(browser: Browser):
    text = browser.get("/desk/queue").text
    assert '<a href="/desk/queue?tab=safety" aria-current="page">' in text
    assert text.count('class="count') == 7
    assert "at least " not in text


def test_nobody_of_another_clinic_is_on_it_or_counted(desk: DeskClinic, browser: Browser):
    elsewhere = [it.patient for it in desk.patients[SEEN:]]
    texts = [browser.get(f"/desk/queue?tab={tab}").text for tab in ("safety", "missed", "visits", "outcome")]
    assert not [patient for patient in elsewhere for text in texts if patient in text]
    assert f"of {SEEN} courses" in texts[0]
    south = desk.at_the_desk("south", "nurse", clinics=("south",))
    assert f"of {len(desk.patients) - SEEN} courses" in south.get("/desk/queue").text


@pytest.mark.parametrize("role", ["laboratory", "programme", "administrator", "auditor"])
def test_who_treats_nobody_sees_no_list(desk: DeskClinic, role: str):
    assert desk.at_the_desk(f"the-{role}", role).get("/desk/queue").status_code == 403


def test_the_audit_names_each_person_on_the_page(desk: DeskClinic, browser: Browser):
    desk.at_the_desk("auditor", "auditor")
    patient = desk.whom("an emergency")
    browser.get("/desk/queue?tab=safety")
    seen = desk.clinic.ok("GET", f"/api/v1/audit?patient={patient}", "auditor")
    assert [it for it in seen["entries"] if it["did"] == "queue.read" and it["account"] == desk.clinic.ids["nurse"]]


@pytest.mark.parametrize("query", ["tab=other", "page=0", "page=x", "tab=safety&tab=missed", "colour=red"])
def test_what_cannot_be_asked_is_refused_on_a_page(browser: Browser, query: str):
    answer = browser.get(f"/desk/queue?{query}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_a_page_of_the_list_is_small(browser: Browser):
    assert len(browser.get("/desk/queue?tab=visits").content) < 100_000


def test_an_event_that_was_just_entered_is_on_the_list(desk: DeskClinic, browser: Browser):
    patient = desk.whom("on time, first-line")
    assert patient not in browser.get("/desk/queue?tab=safety").text
    browser.get(f"/desk/courses/{patient}/enter")
    told = {"symptom": "symptom_jaundice", "present": "yes", "told_by": "observed", "at": "2026-11-30T09:30"}
    answer = browser.post(f"/desk/courses/{patient}/symptoms", id=browser.event_id, **told)
    assert answer.status_code == 200, answer.text
    assert patient in browser.get("/desk/queue?tab=safety").text


def test_what_is_put_off_moves_to_its_own_tab_with_the_reason(desk: DeskClinic, browser: Browser):
    patient = desk.whom("nothing logged for five days")
    browser.get(f"/desk/courses/{patient}/follow-up?matter=silent")
    given = {"matter": "silent", "until": "2026-12-03", "because": "On a journey without the phone"}
    answer = browser.post(f"/desk/courses/{patient}/snooze", id=browser.event_id, **given)
    assert answer.status_code == 200, answer.text
    assert patient not in browser.get("/desk/queue?tab=silent").text
    text = browser.get("/desk/queue?tab=put-off").text
    assert patient in text
    assert "On a journey without the phone" in text


def test_reminders_that_could_not_be_sent_are_counted_for_their_clinic_alone(desk: DeskClinic, browser: Browser):
    assert "could not be sent" not in browser.get("/desk/queue").text
    here, elsewhere = desk.patients[0].patient, desk.patients[SEEN].patient
    access, now = desk.clinic.access, desk.clinic.clock()
    for patient, number in ((here, 1), (here, 2), (elsewhere, 3)):
        reminder = Reminder(f"reminder-{number}", "", "first", now, is_whole=True)
        ledger = Ledger(access, patient, 6)
        assert ledger.take(reminder, now) is Taken.MINE
        ledger.note(reminder, Became.NO_ADDRESS, "", now)
    text = browser.get("/desk/queue").text
    assert "Reminders that could not be sent in 7 days: 2, of 1 people" in text
    assert f'<a href="/desk/courses/{here}"><code>{here[:8]}</code></a>: 2' in text
    assert elsewhere not in text
    assert desk.clinic.ok("GET", f"/api/v1/courses/{here}/audit", "auditor")["entries"][-1]["did"] == "queue.read"

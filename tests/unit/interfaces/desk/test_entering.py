"""What is typed at the desk becomes one event of the log, or is said to be wrong with what was typed kept."""

from collections.abc import Iterator

import pytest

from desk_clinic import Browser, DeskClinic, desk_clinic
from fullcourse.clinical import Claim, Event

AT = "2026-11-30T09:30"  # half past nine at the patient's clock, and half past seven in UTC


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with desk_clinic(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(desk: DeskClinic) -> Browser:
    return desk.at_the_desk("clinician", "clinician")


@pytest.fixture(scope="module")
def patient(desk: DeskClinic) -> str:
    return desk.whom("misses a dose now and then")


def newest(desk: DeskClinic, patient: str) -> Event:
    store = desk.clinic.service.store
    assert store is not None
    return store.events(patient)[-1]


TAKEN = [
    ("results", "enter", {"fact": "creatinine", "value": "1,4", "unit": ""}, "result"),
    ("results", "enter", {"fact": "creatinine", "value": "124", "unit": "umol/L"}, "result"),
    ("findings", "enter", {"finding": "sputum_culture|negative"}, "test_result"),
    ("symptoms", "enter", {"symptom": "symptom_rash", "present": "yes", "told_by": "patient"}, "symptom"),
    ("dispensed", "enter", {"drug": "isoniazid", "form": "tablet 300 mg", "units": "28", "lot": "A"}, "dispensed"),
    ("visits", "enter", {"kept": "no", "purpose": "monthly"}, "visit"),
    ("contacts", "follow-up", {"how": "phone", "reached": "no", "about": "no answer"}, "contact"),
]


@pytest.mark.parametrize(("form", "place", "fields", "kind"), TAKEN)
def test_each_form_becomes_one_event_however_often_it_is_sent(
    desk: DeskClinic, browser: Browser, patient: str, form: str, place: str, fields: dict[str, str], kind: str
):
    browser.get(f"/desk/courses/{patient}/{place}")
    event_id = browser.event_id
    for _ in range(2):
        answer = browser.post(f"/desk/courses/{patient}/{form}", id=event_id, at=AT, **fields)
        assert answer.status_code == 200, answer.text
        assert "It is written down." in answer.text
    event = newest(desk, patient)
    assert (event.kind, event.id) == (kind, event_id)
    assert event.occurred_at.isoformat() == "2026-11-30T09:30:00+02:00"
    store = desk.clinic.service.store
    assert store is not None
    assert [it.id for it in store.events(patient)].count(event_id) == 1
    assert not store.set_aside(patient)


def test_what_the_patient_said_is_the_patients_word(desk: DeskClinic, browser: Browser, patient: str):
    browser.get(f"/desk/courses/{patient}/enter")
    fields = {"symptom": "symptom_headache", "present": "no", "told_by": "patient", "at": AT}
    browser.post(f"/desk/courses/{patient}/symptoms", id=browser.event_id, **fields)
    event = newest(desk, patient)
    assert (event.actor, event.claim) == ("patient", Claim.SELF)


WRONG = [
    ("results", {"fact": "creatinine", "value": "much", "unit": ""}, "it is no number"),
    ("results", {"fact": "creatinine", "value": "1.4", "unit": "km"}, "Number"),
    ("results", {"fact": "creatinine", "value": "4000", "unit": ""}, "outside what is possible"),
    ("results", {"fact": "shoe_size", "value": "42", "unit": ""}, "none of the list"),
    ("findings", {"finding": "sputum_culture|purple"}, "none of the list"),
    ("symptoms", {"symptom": "symptom_rash", "present": "perhaps", "told_by": "patient"}, "choose yes or no"),
    ("symptoms", {"symptom": "symptom_rash", "present": "yes", "told_by": "the neighbour"}, "none of the list"),
    ("dispensed", {"drug": "isoniazid", "form": "tablet 300 mg", "units": "-3"}, "no amount"),
    ("dispensed", {"drug": "isoniazid", "form": "", "units": "3"}, "nothing stands there"),
    ("contacts", {"how": "owl", "reached": "no"}, "none of the list"),
    ("snooze", {"matter": "missed", "until": "2026-12-31", "because": "away"}, "at the latest"),
    ("snooze", {"matter": "safety", "until": "2026-12-02", "because": "seen"}, "at the latest"),
    ("snooze", {"matter": "missed", "until": "2026-11-30", "because": "away"}, "from tomorrow"),
    ("snooze", {"matter": "missed", "until": "2026-12-02", "because": " "}, "nothing stands there"),
]


@pytest.mark.parametrize(("form", "fields", "says"), WRONG)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    desk: DeskClinic, browser: Browser, patient: str, form: str, fields: dict[str, str], says: str
):
    before = newest(desk, patient)
    browser.get(f"/desk/courses/{patient}/enter")
    more = {} if form == "snooze" else {"at": AT}
    answer = browser.post(f"/desk/courses/{patient}/{form}", id=browser.event_id, **fields, **more)
    assert answer.status_code == 422
    assert says in answer.text
    typed = [value for name, value in fields.items() if name in ("value", "unit", "units", "form", "because") and value]
    assert all(value.strip() in answer.text for value in typed)
    assert newest(desk, patient) == before


@pytest.mark.parametrize("at", ["2026-12-01T09:30", "yesterday", "2026-11-30T09:30+02:00", ""])
def test_what_lies_ahead_or_is_no_time_is_refused(browser: Browser, patient: str, at: str):
    browser.get(f"/desk/courses/{patient}/enter")
    fields = {"fact": "creatinine", "value": "1.1", "unit": "", "at": at}
    answer = browser.post(f"/desk/courses/{patient}/results", id=browser.event_id, **fields)
    assert answer.status_code == 422
    assert "When:" in answer.text


def test_a_laboratory_enters_results_and_sees_nothing_else(desk: DeskClinic, patient: str):
    laboratory = desk.at_the_desk("laboratory", "laboratory")
    text = laboratory.get(f"/desk/courses/{patient}/enter").text
    assert 'id="results"' in text
    assert 'id="symptoms"' not in text
    assert 'id="needed"' not in text
    fields = {"fact": "alt", "value": "31", "unit": "", "at": AT}
    assert laboratory.post(f"/desk/courses/{patient}/results", id=laboratory.event_id, **fields).status_code == 200
    laboratory.get(f"/desk/courses/{patient}/enter")
    told = {"symptom": "symptom_rash", "present": "yes", "told_by": "observed", "at": AT}
    sent = laboratory.post(f"/desk/courses/{patient}/symptoms", id=laboratory.event_id, **told)
    assert sent.status_code == 404
    assert laboratory.get(f"/desk/courses/{patient}/follow-up").status_code == 404


def test_a_form_without_the_proof_of_our_page_changes_nothing(desk: DeskClinic, browser: Browser, patient: str):
    before = newest(desk, patient)
    browser.get(f"/desk/courses/{patient}/enter")
    event_id, browser.text = browser.event_id, ""
    fields = {"fact": "alt", "value": "31", "unit": "", "at": AT}
    assert browser.post(f"/desk/courses/{patient}/results", id=event_id, **fields).status_code == 403
    assert newest(desk, patient) == before


def test_a_patient_of_another_clinic_is_as_if_nobody_was_there(desk: DeskClinic, patient: str):
    stranger = desk.at_the_desk("stranger", "clinician", clinics=("south",))
    assert stranger.get(f"/desk/courses/{patient}/enter").status_code == 404
    assert stranger.get(f"/desk/courses/{patient}/follow-up").status_code == 404

"""Where reminders go, set at the desk: what becomes of it, what is refused beside its field, and what undoing does."""

from collections.abc import Iterator

import pytest

from desk_clinic import Browser, DeskClinic, desk_clinic
from fullcourse.adapters.access.audit.reading import entries
from fullcourse.adapters.access.people.courses import subject_of, supporters_of
from fullcourse.adapters.languages import LANGUAGES, PREPARED
from fullcourse.adapters.reminders.reach import reached_of
from fullcourse.clinical.event_bodies import Consent
from fullcourse.interfaces.desk.patient_reminders import _LANGUAGES
from fullcourse.journey.phone.reminders import REMINDERS, SUPPORTER_TOLD

NUMBER, OTHER_NUMBER, MAIL = "+27825550100", "+27825550199", "someone@example.org"
YES = {"reminders": "yes", "supporter": "no", "quiet_from": "21:00", "quiet_until": "08:00", "language": "es"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with desk_clinic(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(desk: DeskClinic) -> Browser:
    return desk.at_the_desk("nurse", "nurse")


@pytest.fixture
def patient(desk: DeskClinic) -> str:
    """Return somebody of whom nothing was set."""
    access = desk.clinic.access
    return next(
        it.patient
        for it in desk.patients
        if not said(desk, it.patient) and not access.read(lambda c, it=it: supporters_of(c, it.patient))
    )


@pytest.fixture
def address(patient: str) -> str:
    return f"/desk/courses/{patient}/reminders"


def send(browser: Browser, address: str, **fields: str):
    browser.get(address)
    return browser.post(address, **{**YES, **fields})


def said(desk: DeskClinic, patient: str) -> list[tuple[str, bool, str]]:
    store = desk.clinic.service.store
    assert store is not None
    bodies = [(it.body, it.actor) for it in store.events(patient) if isinstance(it.body, Consent)]
    return [(body.purpose, body.given, actor) for body, actor in bodies if body.text_version == "reminders 1"]


def addresses(desk: DeskClinic, patient: str) -> list[tuple[str, str]]:
    access = desk.clinic.access
    listed = access.read(lambda connection: reached_of(connection, access.keys, patient))
    return [(it.way.value, it.to) for who in listed for it in who.addresses]


def test_before_anybody_said_anything_nobody_is_reminded(browser: Browser, address: str):
    text = browser.get(address).text
    assert "Nobody is reminded" in text
    assert 'name="quiet_from" type="time" value="22:00"' in text
    assert "This service sends no reminders" in text
    assert "Nobody was invited as a supporter." in text


def test_what_is_set_is_kept_and_an_address_is_shown_to_nobody(
    desk: DeskClinic, browser: Browser, patient: str, address: str
):
    answer = send(browser, address, sms=NUMBER, mail=MAIL)
    assert answer.status_code == 200
    assert "Reminders go by: text message; mail." in answer.text
    assert addresses(desk, patient) == [("sms", NUMBER), ("mail", MAIL)]
    assert said(desk, patient) == [(REMINDERS, True, "clinician")]
    again = browser.get(address).text
    assert 'name="quiet_from" type="time" value="21:00"' in again
    assert 'value="es" lang="es" selected' in again
    assert not [it for it in (NUMBER, MAIL) if it in answer.text + again]
    did = [it.did for it in entries(desk.clinic.access.kept, patient)]
    assert "reminders.set" in did and "reminder.set" in did


def test_a_form_that_is_sent_twice_is_one_word_of_the_patient(
    desk: DeskClinic, browser: Browser, patient: str, address: str
):
    for _ in range(2):
        assert send(browser, address, sms=NUMBER, supporter="yes").status_code == 200
    assert said(desk, patient) == [(REMINDERS, True, "clinician"), (SUPPORTER_TOLD, True, "clinician")]
    assert addresses(desk, patient) == [("sms", NUMBER)]


def fields_of_undo(text: str) -> dict[str, str]:
    """Return what the form that undoes holds, as a browser would send it."""
    form = text.partition('class="undo">')[2].partition("</form>")[0]
    pieces = [it.partition('"') for it in form.split('<input type="hidden" name="')[1:]]
    return {name: rest.partition('value="')[2].partition('"')[0] for name, _, rest in pieces if name != "csrf_token"}


def test_undoing_puts_everything_back_and_removes_what_is_new(
    desk: DeskClinic, browser: Browser, patient: str, address: str
):
    send(browser, address, mail=MAIL)
    answer = send(browser, address, sms=NUMBER, supporter="yes", quiet_from="23:00", language="en")
    assert "cannot be brought back" not in answer.text
    undone = browser.post(address, **fields_of_undo(answer.text))
    assert undone.status_code == 200
    assert addresses(desk, patient) == [("mail", MAIL)]
    assert said(desk, patient) == [
        (REMINDERS, True, "clinician"), (SUPPORTER_TOLD, True, "clinician"), (SUPPORTER_TOLD, False, "clinician"),
    ]  # fmt: skip
    assert 'name="quiet_from" type="time" value="21:00"' in undone.text
    assert 'value="es" lang="es" selected' in undone.text


@pytest.mark.parametrize("how", [{"sms": OTHER_NUMBER}, {"sms_gone": "yes"}, {"reminders": "no"}])
def test_what_undoing_cannot_bring_back_is_said(browser: Browser, address: str, how: dict[str, str]):
    send(browser, address, sms=NUMBER)
    assert "cannot be brought back" in send(browser, address, **how).text


def test_a_number_that_is_replaced_or_removed_is_gone(desk: DeskClinic, browser: Browser, patient: str, address: str):
    send(browser, address, sms=NUMBER, mail=MAIL)
    send(browser, address, sms=OTHER_NUMBER)
    assert addresses(desk, patient) == [("sms", OTHER_NUMBER), ("mail", MAIL)]
    send(browser, address, sms_gone="yes")
    assert addresses(desk, patient) == [("mail", MAIL)]
    assert "The patient agreed, and nobody is reached" in send(browser, address, mail_gone="yes").text
    send(browser, address, sms=NUMBER)
    send(browser, address, reminders="no")
    assert addresses(desk, patient) == []
    assert said(desk, patient)[-1] == (REMINDERS, False, "clinician")


WRONG = [
    ({"sms": "082 000 0000"}, "sms", "with its country"),
    ({"sms": "+123456"}, "sms", "with its country"),
    ({"mail": "no-address-at-all"}, "mail", "no mail address"),
    ({"quiet_from": "9 pm"}, "quiet_from", "no time of the clock"),
    ({"quiet_until": ""}, "quiet_until", "no time of the clock"),
    ({"language": "tlh"}, "language", "none of the list"),
    ({"reminders": ""}, "reminders", "Choose yes or no"),
    ({"supporter": "perhaps"}, "supporter", "Choose yes or no"),
    ({"reminders": "no", "sms": NUMBER}, "sms", "without the patient&#39;s word"),
    ({"sms": NUMBER, "sms_gone": "yes"}, "sms", "Choose one of the two"),
]


@pytest.mark.parametrize(("fields", "name", "says"), WRONG)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_set(
    desk: DeskClinic, browser: Browser, patient: str, address: str, fields: dict[str, str], name: str, says: str
):
    answer = send(browser, address, **fields)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="wrong-{name}">')[2].partition("</p>")[0]
    assert says in beside
    assert f'aria-invalid="true" aria-describedby="h-{name} wrong-{name}"' in answer.text or (
        f'aria-invalid="true" aria-describedby="wrong-{name}"' in answer.text
    )
    assert all(value in answer.text for key, value in fields.items() if key in ("sms", "mail"))
    assert addresses(desk, patient) == []
    assert said(desk, patient) == []


def test_everything_that_is_wrong_is_said_at_once(browser: Browser, address: str):
    answer = send(browser, address, sms="1", mail="2", quiet_from="3", language="4")
    assert [it for it in ("sms", "mail", "quiet_from", "language") if f'id="wrong-{it}"' not in answer.text] == []


@pytest.mark.parametrize(("role", "clinic"), [("pharmacist", "north"), ("laboratory", "north"), ("clinician", "south")])
def test_for_who_has_no_right_to_it_nothing_is_there(desk: DeskClinic, address: str, role: str, clinic: str):
    other = desk.at_the_desk("other", role, clinics=(clinic,))
    assert other.get(address).status_code in (403, 404)
    assert send(other, address).status_code in (403, 404)


def test_a_page_names_the_way_there_to_who_may_go_it(desk: DeskClinic, browser: Browser, patient: str, address: str):
    assert f'href="{address}"' in browser.get(f"/desk/courses/{patient}").text
    pharmacist = desk.at_the_desk("pharmacist", "pharmacist")
    assert f'href="{address}"' not in pharmacist.get(f"/desk/courses/{patient}").text


def test_a_form_without_the_proof_of_our_page_sets_nothing(
    desk: DeskClinic, browser: Browser, patient: str, address: str
):
    browser.text = ""
    assert browser.post(address, **YES, sms=NUMBER).status_code == 403
    assert addresses(desk, patient) == []


def test_the_patients_word_on_a_supporter_is_written_down_and_taken_back(
    desk: DeskClinic, browser: Browser, patient: str, address: str
):
    clinic = desk.clinic
    clinic.phone("supporter", patient, "supporter", "nurse")
    account = clinic.ids["supporter"]
    sees = []
    assert "the patient said nothing yet" in browser.get(address).text
    for word, says in (("yes", "the patient said yes"), ("no", "the patient took it back")):
        answer = browser.post(f"{address}/supporters", account=account, given=word)
        assert says in answer.text
        subject = clinic.access.read(lambda connection: subject_of(connection, patient))
        assert subject is not None
        sees.append(account in subject.supporters)
    assert sees == [True, False]
    did = [it.did for it in entries(clinic.access.kept, patient)]
    assert "consent.given" in did and "consent.withdrawn" in did


@pytest.mark.parametrize(("account", "word"), [("nobody", "yes"), ("", "no"), (None, "perhaps")])
def test_a_word_on_nobody_or_that_is_none_is_refused(
    desk: DeskClinic, browser: Browser, patient: str, address: str, account: str | None, word: str
):
    desk.clinic.phone("supporter", patient, "supporter", "nurse")
    browser.get(address)
    whose = desk.clinic.ids["supporter"] if account is None else account
    assert browser.post(f"{address}/supporters", account=whose, given=word).status_code == 422
    assert "the patient said nothing yet" in browser.get(address).text


def test_every_language_that_there_is_can_be_chosen():
    assert tuple(code for code, _ in _LANGUAGES) == (*LANGUAGES, *PREPARED)

"""Reminders over HTTP: who may set what, what becomes an event of the log, and that no address is ever given back."""

from pathlib import Path

import httpx
import pytest

from course_events import event
from fullcourse.adapters.access.store.tables import REACH
from fullcourse.clinical.event_bodies import Consent
from fullcourse.interfaces.api.reminding import push_key
from fullcourse.journey.phone.reminders import REMINDERS, SUPPORTER_TOLD
from phone_clinic import MORNING, PhoneClinic, phone_clinic

ONE = "cycloserine: 250 mg q12h"
NUMBER, MAIL = "+27820000000", "someone@example.org"
PUSH = "https://push.example.org/one"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """Run a clinic that sends by every way."""
    folder: Path = tmp_path_factory.mktemp("reminders")
    (folder / "outbox").mkdir()
    with phone_clinic(
        folder,
        FULLCOURSE_OUTBOX=str(folder / "outbox"),
        FULLCOURSE_PUSH_SERVICES="https://push.example.org",
        FULLCOURSE_PUBLIC_URL="https://tb.example.org",
    ) as opened:
        yield opened


class Phone:
    """A phone that joined by its link."""

    def __init__(self, clinic: PhoneClinic, patient: str, role: str = "patient") -> None:
        self.url, self.patient = clinic.url, patient
        word = clinic.link(patient, role).partition("#")[2]
        joined = httpx.post(f"{self.url}/api/v1/phones", json={"invitation": word, "pin": "8305"}).json()
        opened = httpx.post(f"{self.url}/api/v1/phones/session", json={**joined, "pin": "8305"}).json()
        self.token = {"Authorization": f"Bearer {opened['bearer']}"}

    def call(self, method: str, body: dict[str, object] | None = None, patient: str = "") -> httpx.Response:
        address = f"{self.url}/api/v1/courses/{patient or self.patient}/reminders"
        return httpx.request(method, address, json=body, headers=self.token)

    def set(self, **changes: object) -> dict[str, object]:
        answer = self.call("PUT", changes)
        assert answer.status_code == 200, answer.text
        return answer.json()


def consents(clinic: PhoneClinic, patient: str) -> list[tuple[str, bool, str]]:
    said = [it for it in clinic.store.events(patient) if isinstance(it.body, Consent)]
    return [(it.body.purpose, it.body.given, it.actor) for it in said]


def test_before_anything_was_said_nobody_is_reminded(clinic):
    phone = Phone(clinic, clinic.begin(ONE))
    assert phone.call("GET").json() == {
        "reminders": False, "supporter": False, "quiet_from": "22:00", "quiet_until": "07:00", "language": "en",
        "ways": [], "sent_by": ["push", "sms", "mail"], "push_key": push_key(clinic.access.keys).public,
    }  # fmt: skip


def test_what_the_patient_agrees_to_is_an_event_once_and_can_be_taken_back(clinic):
    patient = clinic.begin(ONE)
    phone = Phone(clinic, patient)
    told = phone.set(reminders=True, push=PUSH, language="es", quiet_from="21:30", quiet_until="08:00")
    assert (told["reminders"], told["ways"], told["language"]) == (True, ["push"], "es")
    assert (told["quiet_from"], told["quiet_until"]) == ("21:30", "08:00")
    phone.set(reminders=True)
    assert consents(clinic, patient) == [(REMINDERS, True, "patient")]
    assert phone.set(supporter=True)["supporter"] is True
    back = phone.set(reminders=False)
    assert (back["reminders"], back["ways"], back["supporter"]) == (False, [], True)
    assert phone.set(supporter=False)["supporter"] is False
    assert consents(clinic, patient) == [
        (REMINDERS, True, "patient"), (SUPPORTER_TOLD, True, "patient"),
        (REMINDERS, False, "patient"), (SUPPORTER_TOLD, False, "patient"),
    ]  # fmt: skip


def test_who_takes_reminders_back_leaves_no_address_behind(clinic):
    patient = clinic.begin(ONE)
    phone = Phone(clinic, patient)
    phone.set(reminders=True, push=PUSH, sms=NUMBER, mail=MAIL)
    rows = lambda: clinic.access.read(lambda it: it.execute(REACH.select().where(REACH.c.patient == patient)).all())  # noqa: E731
    assert len(rows()) == 3
    phone.set(reminders=False)
    assert rows() == []


def test_an_address_is_never_given_back(clinic):
    phone = Phone(clinic, clinic.begin(ONE))
    answer = phone.call("PUT", {"reminders": True, "push": PUSH, "sms": NUMBER, "mail": MAIL})
    assert answer.json()["ways"] == ["push", "sms", "mail"]
    for text in (answer.text, phone.call("GET").text):
        assert not [it for it in (PUSH, NUMBER, MAIL) if it in text]
    assert phone.set(sms="")["ways"] == ["push", "mail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"sms": "082 000 0000"}, 422),  # no country: https://github.com/simpledotorg/simple-server/pull/709
        ({"sms": "+1234567"}, 200),
        ({"sms": "+123456"}, 422),
        ({"sms": "+123456789012345"}, 200),
        ({"sms": "+1234567890123456"}, 422),
        ({"sms": "+0820000000"}, 422),
        ({"mail": "no-address-at-all"}, 422),
        ({"mail": "a@b.example\nBcc: everybody@example.org"}, 422),
        ({"mail": f"{'a' * 64}@example.org"}, 200),
        ({"mail": f"{'a' * 65}@example.org"}, 422),
        ({"push": "https://elsewhere.example.org/one"}, 422),
        ({"push": "http://169.254.169.254/latest"}, 422),
        ({"quiet_from": "22:00"}, 422),
        ({"quiet_from": "22:00", "quiet_until": "24:00"}, 422),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, 200),
        ({"quiet_from": "10pm", "quiet_until": "07:00"}, 422),
        ({"reminder": True}, 400),
        ({"language": "xx"}, 200),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_it(clinic, body, status):
    answer = Phone(clinic, clinic.begin(ONE)).call("PUT", body)
    assert answer.status_code == status, answer.text
    assert not [it for it in body.values() if isinstance(it, str) and len(it) > 5 and it in answer.text]


def test_a_language_that_is_not_there_is_told_in_english(clinic):
    assert Phone(clinic, clinic.begin(ONE)).set(language="xx")["language"] == "en"


def test_a_supporter_sets_what_is_their_own_and_nothing_of_the_patients(clinic):
    patient = clinic.begin(ONE)
    own, supporter = Phone(clinic, patient), Phone(clinic, patient, "supporter")
    own.set(reminders=True, sms=NUMBER)
    told = supporter.set(reminders=True, push=PUSH, quiet_from="20:00", quiet_until="09:00")
    assert (told["ways"], told["quiet_from"]) == (["push"], "20:00")
    assert own.call("GET").json()["ways"] == ["sms"]
    assert supporter.call("PUT", {"supporter": True}).status_code == 403
    assert supporter.set(reminders=False)["ways"] == []
    assert own.call("GET").json()["reminders"] is True
    assert consents(clinic, patient) == [(REMINDERS, True, "patient")]


def test_another_persons_course_is_as_if_it_was_not_there(clinic):
    phone, other = Phone(clinic, clinic.begin(ONE)), clinic.begin(ONE)
    assert phone.call("GET", patient=other).status_code == 404
    assert phone.call("PUT", {"reminders": True}, patient=other).status_code == 404
    assert consents(clinic, other) == []


def test_what_was_said_elsewhere_in_the_log_counts(clinic):
    patient = clinic.begin(ONE)
    said = event(Consent(REMINDERS, True), MORNING, patient=patient, zone="Asia/Kolkata")
    clinic.store.append([said], MORNING)
    assert Phone(clinic, patient).call("GET").json()["reminders"] is True


def test_a_service_that_sends_nothing_says_so(tmp_path):
    with phone_clinic(tmp_path) as quiet:
        told = Phone(quiet, quiet.begin(ONE)).call("GET").json()
    assert (told["sent_by"], told["push_key"]) == ([], "")

"""Reminders on a phone: turned on, woken by a push without content, shown without a name of anything, turned off."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from chromium import CHROMIUM
from fullcourse.adapters.messages.message import Way
from fullcourse.adapters.messages.push import PushSender
from fullcourse.adapters.reminders.round import Custom, Reminders
from fullcourse.adapters.reminders.sent import Became
from fullcourse.clinical.event_bodies import Consent, Held
from fullcourse.interfaces.api.reminding import push_key
from fullcourse.journey.phone import Rhythm
from fullcourse.journey.phone.reminders import REMINDERS, SUPPORTER_TOLD
from phone_browser import Phone, phone_of
from phone_clinic import PhoneClinic, phone_clinic

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

CYCLOSERINE = "cycloserine: 2 capsules of 250 mg q12h"
SUBSCRIBED = """
    PushManager.prototype.subscribe = async function (asked) {
      self.asked = asked;
      return { endpoint: '%s' };
    };
"""
"""Chromium without a network knows no push service: the address that one would give out is put in its place."""
SHOWN = "navigator.serviceWorker.ready.then(it => it.getNotifications())"
NAMES_NOTHING = ("It is time. Look at your day.", "Es la hora. Mire su día.")


class PushService:
    """A push service on this computer that keeps what it was asked."""

    def __init__(self) -> None:
        asked: list[tuple[str, dict[str, str], bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked.append((self.path, dict(self.headers), body))
                self.send_response(201)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.asked = asked
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service() -> Iterator[PushService]:
    opened = PushService()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


@pytest.fixture
def clinic(tmp_path: Path, service: PushService) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path, FULLCOURSE_PUSH_SERVICES=service.url) as running:
        yield running


@pytest.fixture
def phone(browser: Browser, clinic: PhoneClinic, service: PushService) -> Iterator[Phone]:
    with phone_of(browser, clinic.now, permissions=["notifications"]) as opened:
        opened.page.add_init_script(SUBSCRIBED % f"{service.url}/one")
        yield opened


def pushed(phone: Phone, url: str) -> list[dict[str, str]]:
    """Have the browser hand the worker a push, and return the notifications that are shown then."""
    phone.page.evaluate("navigator.serviceWorker.ready")
    before = phone.page.evaluate(f"{SHOWN}.then(it => it.map(one => one.timestamp))")
    heard: list[dict[str, Any]] = []
    session = phone.context.new_cdp_session(phone.page)
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: heard.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    while not heard:
        phone.page.wait_for_timeout(50)
    number = heard[-1]["registrationId"]
    session.send("ServiceWorker.deliverPushMessage", {"origin": url, "registrationId": number, "data": ""})
    phone.page.wait_for_function(f"old => {SHOWN}.then(it => it.some(one => !old.includes(one.timestamp)))", arg=before)
    shown: list[dict[str, str]] = phone.page.evaluate(
        f"{SHOWN}.then(it => it.map(({{ title, body, tag }}) => ({{ title, body, tag }})))"
    )
    return shown


def looks(clinic: PhoneClinic, service: PushService) -> Reminders:
    key = push_key(clinic.access.keys)
    sender = PushSender(key, "https://tb.example.org", (service.url,))
    custom = Custom(Rhythm(timedelta(hours=1), timedelta(hours=4)), 14, 6)
    return Reminders(clinic.service.knowledge, clinic.store, clinic.access, {Way.PUSH: sender}, custom)


def consents(clinic: PhoneClinic, patient: str) -> list[tuple[str, bool]]:
    return [(it.body.purpose, it.body.given) for it in clinic.store.events(patient) if isinstance(it.body, Consent)]


def test_a_patient_turns_reminders_on_is_woken_and_turns_them_off(
    clinic: PhoneClinic, phone: Phone, service: PushService
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    phone.screen("more")
    phone.page.get_by_role("button", name="Remind me").click()
    expect(phone.page.get_by_role("button", name="Stop reminders")).to_be_visible()
    expect(phone.page.locator("#reminded")).to_contain_text("names no medicine and no illness")
    assert phone.page.evaluate("self.asked") == {
        "userVisibleOnly": True, "applicationServerKey": push_key(clinic.access.keys).public,
    }  # fmt: skip
    assert consents(clinic, patient) == [(REMINDERS, True)]
    assert looks(clinic, service).look(clinic.now) == {Became.SENT: 1}  # ten past eight, and the dose is open
    ((path, headers, body),) = service.asked
    assert (path, body) == ("/one", b"")
    assert headers["Authorization"].startswith("vapid t=")
    phone.page.get_by_role("button", name="Stop reminders").click()
    expect(phone.page.get_by_role("button", name="Remind me")).to_be_visible()
    assert consents(clinic, patient) == [(REMINDERS, True), (REMINDERS, False)]
    assert looks(clinic, service).look(clinic.now + timedelta(hours=1)) == {}


@pytest.mark.parametrize(
    ("locale", "title", "body"), [("en-US", "My day", NAMES_NOTHING[0]), ("es-MX", "Mi día", NAMES_NOTHING[1])]
)
def test_a_push_shows_what_names_nothing_in_the_language_of_the_page(
    browser: Browser, clinic: PhoneClinic, locale: str, title: str, body: str
) -> None:
    with phone_of(browser, clinic.now, permissions=["notifications"], locale=locale) as phone:
        phone.join(clinic.link(clinic.begin(CYCLOSERINE)))
        assert pushed(phone, clinic.url) == [{"title": title, "body": body, "tag": "day"}]
        assert pushed(phone, clinic.url) == [
            {"title": title, "body": body, "tag": "day"}
        ]  # it took the first one's place


def test_a_push_has_the_page_fetch_what_is_new(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    expect(phone.page.locator("#state")).to_have_text("Due now")
    clinic.add(patient, Held(("cycloserine",), "side effects"), clinic.now - timedelta(minutes=1))
    pushed(phone, clinic.url)
    expect(phone.page.locator("#state")).not_to_have_text("Due now", timeout=15_000)


def test_quiet_hours_and_a_helper_are_set_on_the_phone(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    phone.screen("more")
    phone.page.get_by_role("button", name="Remind me").click()
    phone.page.get_by_text("Quiet hours").click()
    with phone.page.expect_response(re.compile("/reminders$")):
        phone.page.locator("#quiet_from").fill("20:30")
        phone.page.locator("#quiet_from").blur()
    phone.page.get_by_role("button", name="Tell my helper if I say nothing").click()
    expect(phone.page.get_by_role("button", name="Do not tell my helper")).to_be_visible()
    phone.page.get_by_text("Quiet hours").click()
    expect(phone.page.locator("#quiet_from")).to_have_value("20:30")
    expect(phone.page.locator("#quiet_until")).to_have_value("07:00")
    assert consents(clinic, patient) == [(REMINDERS, True), (SUPPORTER_TOLD, True)]
    phone.page.get_by_role("button", name="Do not tell my helper").click()
    expect(phone.page.get_by_role("button", name="Tell my helper if I say nothing")).to_be_visible()
    assert consents(clinic, patient)[2:] == [(SUPPORTER_TOLD, False)]


def test_a_supporter_says_nothing_for_the_patient(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient, "supporter"))
    phone.screen("more")
    phone.page.get_by_role("button", name="Remind me").click()
    expect(phone.page.get_by_role("button", name="Stop reminders")).to_be_visible()
    assert phone.page.locator("#tell").count() == 0
    assert consents(clinic, patient) == []


def test_who_forbids_notifications_is_told_to_ask_the_clinic(browser: Browser, clinic: PhoneClinic) -> None:
    with phone_of(browser, clinic.now) as phone:
        phone.join(clinic.link(clinic.begin(CYCLOSERINE)))
        phone.screen("more")
        phone.page.get_by_role("button", name="Remind me").click()
        expect(phone.page.locator("#reminded")).to_contain_text("cannot be reminded")


def test_without_a_network_the_screen_has_the_rest_and_no_reminders(clinic: PhoneClinic, phone: Phone) -> None:
    phone.join(clinic.link(clinic.begin(CYCLOSERINE)))
    phone.page.evaluate("navigator.serviceWorker.ready")
    phone.cut()
    phone.screen("more")
    expect(phone.page.get_by_role("heading", name="Read, print, keep")).to_be_visible()
    assert phone.page.locator("#remind").count() == 0
    phone.cut(is_offline=False)
    phone.screen("today")
    phone.screen("more")
    expect(phone.page.get_by_role("button", name="Remind me")).to_be_visible()


def test_a_clinic_that_sends_nothing_offers_nothing(browser: Browser, tmp_path: Path) -> None:
    with phone_clinic(tmp_path) as quiet, phone_of(browser, quiet.now) as phone:
        phone.join(quiet.link(quiet.begin(CYCLOSERINE)))
        with phone.page.expect_response(re.compile("/reminders$")) as told:
            phone.screen("more")
        assert told.value.status == 200
        phone.page.wait_for_timeout(500)
        assert phone.page.locator("#remind").count() == 0

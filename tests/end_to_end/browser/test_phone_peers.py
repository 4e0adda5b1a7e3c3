"""Faults that others reported of pages that work offline, tried on ours; each answer was written before it was run.

The reports: medic/cht-core 6337 (a sign-in page kept for an answer) and 7307 (an address with a parameter),
GoogleChrome/workbox 1480 (a request sent twice) and 1984 (one lost while the server is down), dexie/Dexie.js 1139 and
localForage 887 (the connection to the database is gone), element-hq/element-call 906 (no space left), getodk 1213
and getodk/collect 6022 (another zone on the phone), d07RiV/diabloweb 71 and medic/cht-core 5659 (a new edition that
nobody is told of).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from chromium import CHROMIUM
from fullcourse.clinical.event_bodies import DoseTaken
from phone_browser import Phone, phone_of
from phone_clinic import PhoneClinic, phone_clinic

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

DRUG = "cycloserine: 2 capsules of 250 mg q12h"
BASES = """
globalThis.bases = [];
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...given) {
  const asked = open.apply(this, given);
  asked.addEventListener('success', () => bases.push(asked.result));
  return asked;
};
"""
FULL = """() => {
  IDBObjectStore.prototype.add = function () {
    this.transaction.abort();
    throw new DOMException('no space left', 'QuotaExceededError');
  };
}"""
"""A browser on a full disk; its own limit lets a dose through, so that it is made to refuse."""


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path) as running:
        yield running


@pytest.fixture
def patient(clinic: PhoneClinic) -> str:
    return clinic.begin(DRUG)


@pytest.fixture
def phone(browser: Browser, clinic: PhoneClinic, patient: str) -> Iterator[Phone]:
    with phone_of(browser, clinic.now) as opened:
        opened.context.add_init_script(BASES)
        opened.join(clinic.link(patient))
        clinic.wait_seen(patient)
        opened.wait_sent()
        yield opened


def taken(clinic: PhoneClinic, patient: str) -> int:
    return len([it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)])


def waits(phone: Phone) -> None:
    expect(phone.page.locator("#status")).to_contain_text("1 note waits to be sent.")


def waits_for_a_network(phone: Phone) -> None:
    """Wait until the phone has tried, and takes what it heard for no network."""
    expect(phone.page.locator("#status")).to_have_text("Saved on this phone. 1 note waits to be sent. No network now.")


def all_sent(phone: Phone) -> None:
    phone.page.reload()
    phone.wait_sent()


def test_a_sign_in_page_of_a_network_counts_as_no_network(clinic: PhoneClinic, patient: str, phone: Phone) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to the airport</h1>")

    phone.page.route("**/api/v1/**", portal)
    phone.take()
    waits_for_a_network(phone)
    phone.page.unroute("**/api/v1/**")
    all_sent(phone)
    assert taken(clinic, patient) == 1


def test_json_that_is_not_the_clinics_counts_as_no_network(clinic: PhoneClinic, patient: str, phone: Phone) -> None:
    phone.page.route("**/api/v1/**", lambda route: route.fulfill(status=200, json={"error": "quota of the hotspot"}))
    phone.take()
    waits_for_a_network(phone)
    phone.page.unroute("**/api/v1/**")
    all_sent(phone)
    assert taken(clinic, patient) == 1


def test_an_answer_that_was_lost_on_its_way_makes_no_second_dose(
    clinic: PhoneClinic, patient: str, phone: Phone
) -> None:
    def taken_unheard(route: Route) -> None:
        route.fetch()
        unheard.append(taken(clinic, patient))
        route.abort()

    unheard: list[int] = []
    phone.page.route("**/events", taken_unheard, times=1)
    with phone.page.expect_event("requestfailed", lambda it: it.url.endswith("/events")):
        phone.take()
    assert unheard == [1]
    all_sent(phone)
    assert taken(clinic, patient) == 1


def test_a_service_that_is_down_for_a_while_loses_nothing(clinic: PhoneClinic, patient: str, phone: Phone) -> None:
    phone.page.route("**/events", lambda route: route.fulfill(status=503, json={"title": "later"}))
    phone.take()
    waits(phone)
    phone.page.clock.run_for(60_000)  # it tries again, and again
    waits(phone)
    phone.page.unroute("**/events")
    all_sent(phone)
    assert taken(clinic, patient) == 1


def test_a_database_that_was_closed_while_the_page_was_away_is_opened_again(
    clinic: PhoneClinic, patient: str, phone: Phone
) -> None:
    phone.page.evaluate("bases.forEach(it => it.close())")
    phone.take()
    all_sent(phone)
    assert taken(clinic, patient) == 1


def test_a_phone_without_space_says_so_and_calls_nothing_saved(phone: Phone) -> None:
    phone.page.evaluate(FULL)
    phone.page.locator("#took").click()
    expect(phone.page.get_by_text("This phone is full. It may not save.")).to_be_visible()
    expect(phone.page.locator("#state")).to_have_text("Due now")
    expect(phone.page.locator("#undo")).to_have_count(0)


def test_a_phone_in_another_zone_shows_the_clock_of_the_plan(
    browser: Browser, clinic: PhoneClinic, patient: str
) -> None:
    with phone_of(browser, clinic.now, timezone_id="America/New_York") as phone:
        phone.join(clinic.link(patient))
        expect(phone.page.locator(".clock time")).to_have_text("8:00 AM")
        phone.take()
        phone.screen("earlier")
        assert phone.page.locator("#status").inner_text()
        phone.screen("today")
        expect(phone.page.locator(".slot.taken")).to_contain_text("8:00 AM")


def test_an_address_with_a_parameter_opens_without_a_network(clinic: PhoneClinic, phone: Phone) -> None:
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.cut()
    phone.page.goto(f"{clinic.url}/p/?source=home&utm=1")
    expect(phone.page.locator("#state")).to_have_text("Due now")


def test_the_page_is_loaded_once_and_never_in_a_circle(clinic: PhoneClinic, phone: Phone) -> None:
    loaded: list[str] = []
    phone.page.on("load", lambda it: loaded.append(it.url))
    phone.page.reload()
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.page.wait_for_timeout(1500)
    assert len(loaded) == 1


def test_a_clock_of_a_year_ago_advises_no_dose_and_the_right_one_does_again(
    clinic: PhoneClinic, patient: str, phone: Phone
) -> None:
    phone.cut()
    phone.move_to(clinic.now - timedelta(days=365))
    expect(phone.page.locator("#state")).to_have_text("Call your clinic first")
    expect(phone.page.locator("button.main#took")).to_have_count(0)
    phone.move_to(clinic.now)
    phone.cut(is_offline=False)
    phone.page.reload()
    expect(phone.page.locator("#state")).to_have_text("Due now")

"""A supporter's phone before the patient has consented, once they have, and when they take it back."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from chromium import CHROMIUM
from phone_browser import Phone, phone_of
from phone_clinic import PhoneClinic, phone_clinic

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

DRUG = "cycloserine: 1 capsule of 250 mg q12h"
ENGLISH = "First the person you help must say yes to their clinic. Ask them. This page then goes on by itself."
SPANISH = "Antes, la persona a la que ayuda tiene que decir que sí a su clínica. Pídaselo."


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path_factory.mktemp("clinic")) as running:
        yield running


def start(phone: Phone, link: str) -> None:
    """Open a link and start, whatever is shown then."""
    phone.page.goto(link)
    phone.page.locator("button#join").click()
    expect(phone.page.locator("main[data-screen=today]")).to_be_visible(timeout=15_000)


def wait_for(phone: Phone, shown: Locator) -> None:
    """Let the phone's clock go on until something is shown, slowly enough for answers to come."""
    for _ in range(60):
        if shown.is_visible():
            return
        phone.page.clock.run_for(5_000)
        phone.page.wait_for_timeout(150)
    raise AssertionError(phone.page.locator("main").inner_text())


def test_before_the_consent_it_says_whose_yes_is_needed_and_then_goes_on_by_itself(
    browser: Browser, clinic: PhoneClinic
) -> None:
    patient = clinic.begin(DRUG)
    link, account = clinic.invite(patient, "supporter")
    with phone_of(browser, clinic.now, bypass_csp=True) as phone:
        start(phone, link)
        card = phone.page.locator(".card")
        expect(card).to_have_text(ENGLISH)
        assert phone.page.locator("#took").count() == 0
        expect(phone.page.locator("#help a")).to_be_visible()
        assert Axe().run(phone.page).response["violations"] == []
        phone.page.reload()
        expect(card).to_have_text(ENGLISH)
        for _ in range(6):  # it asks again, and stays
            phone.page.clock.run_for(5_000)
            expect(card).to_have_text(ENGLISH)
        clinic.consent(patient, account)
        wait_for(phone, phone.page.locator("#state", has_text="Due now"))
        expect(phone.page.locator("#took")).to_have_text("I watched it taken")


@pytest.mark.parametrize(("language", "words", "is_marked"), [("es", SPANISH, False), ("hi", ENGLISH, True)])
def test_it_says_so_in_the_language_of_the_phone_and_in_english_where_that_lacks_it(
    browser: Browser, clinic: PhoneClinic, language: str, words: str, *, is_marked: bool
) -> None:
    link, _ = clinic.invite(clinic.begin(DRUG), "supporter")
    with phone_of(browser, clinic.now) as phone:
        start(phone, link)
        phone.screen("language")
        phone.page.locator(f"#speak-{language}").click()
        expect(phone.page.locator(f"#speak-{language}")).to_have_attribute("aria-pressed", "true")
        phone.screen("today")
        expect(phone.page.locator(".card")).to_contain_text(words)
        assert phone.page.locator(".card span[lang=en]").count() == is_marked


def test_a_link_that_was_opened_elsewhere_before_the_consent_opens_again_here(
    browser: Browser, clinic: PhoneClinic
) -> None:
    patient = clinic.begin(DRUG)
    link, account = clinic.invite(patient, "supporter")
    with phone_of(browser, clinic.now) as other, phone_of(browser, clinic.now) as phone:
        start(other, link)
        expect(other.page.locator(".card")).to_have_text(ENGLISH)
        start(phone, link)
        expect(phone.page.locator(".card")).to_have_text(ENGLISH)
        clinic.consent(patient, account)
        wait_for(phone, phone.page.locator("#state", has_text="Due now"))
        wait_for(other, other.page.get_by_role("heading", name="This phone was signed out"))


def test_without_a_network_it_says_that_and_after_it_whose_yes_is_needed(browser: Browser, clinic: PhoneClinic) -> None:
    link, _ = clinic.invite(clinic.begin(DRUG), "supporter")
    with phone_of(browser, clinic.now) as phone:
        start(phone, link)
        expect(phone.page.locator(".card")).to_have_text(ENGLISH)
        phone.cut()
        wait_for(phone, phone.page.locator(".card", has_text="Go where there is a network"))
        phone.cut(is_offline=False)
        expect(phone.page.locator(".card")).to_have_text(ENGLISH, timeout=15_000)


def test_a_consent_that_is_taken_back_ends_the_phone_and_leaves_no_plan_on_it(
    browser: Browser, clinic: PhoneClinic
) -> None:
    patient = clinic.begin(DRUG)
    link, account = clinic.invite(patient, "supporter")
    clinic.consent(patient, account)
    with phone_of(browser, clinic.now) as phone:
        start(phone, link)
        expect(phone.page.locator("#state")).to_have_text("Due now", timeout=15_000)
        clinic.consent(patient, account, given=False)
        phone.page.reload()
        expect(phone.page.get_by_role("heading", name="This phone was signed out")).to_be_visible(timeout=15_000)
        assert phone.page.locator("#took").count() == 0


def test_a_patients_phone_that_was_shut_out_before_its_plan_came_is_signed_out(
    browser: Browser, clinic: PhoneClinic
) -> None:
    patient = clinic.begin(DRUG)
    with phone_of(browser, clinic.now) as phone:
        phone.context.route("**/phone?language=*", lambda route: route.abort())
        start(phone, clinic.link(patient))
        clinic.shut_out(patient)
        phone.context.unroute("**/phone?language=*")
        phone.page.reload()
        expect(phone.page.get_by_role("heading", name="This phone was signed out")).to_be_visible(timeout=15_000)

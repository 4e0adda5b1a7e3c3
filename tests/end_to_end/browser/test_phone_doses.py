"""A patient's day on a phone, from the QR code on: what to do now, one tap, a way back, and a stop."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from chromium import CHROMIUM
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, Held, Retracted
from phone_browser import Phone, phone_of
from phone_clinic import MORNING, PhoneClinic, phone_clinic

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

CYCLOSERINE = "cycloserine: 2 capsules of 250 mg q12h"
LINEZOLID = "linezolid: 1 tablet of 600 mg once a day"
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path) as running:
        yield running


@pytest.fixture
def phone(browser: Browser, clinic: PhoneClinic) -> Iterator[Phone]:
    with phone_of(browser, clinic.now) as opened:
        yield opened


def move(clinic: PhoneClinic, phone: Phone, hours: float) -> None:
    """Let hours go by, for the clinic and the phone."""
    clinic.move_to(MORNING + hours * HOUR)
    phone.move_to(clinic.now)


def doses(clinic: PhoneClinic, patient: str) -> list[object]:
    return [it.body for it in clinic.log(patient) if isinstance(it.body, DoseTaken | DoseSkipped)]


def test_the_link_of_the_qr_code_opens_the_page_and_its_secret_stays_in_no_address(
    clinic: PhoneClinic, phone: Phone
) -> None:
    patient = clinic.begin(CYCLOSERINE, LINEZOLID)
    link = clinic.link(patient)
    asked: list[str] = []
    phone.page.on("request", lambda it: asked.append(it.url))
    phone.page.goto(link)
    expect(phone.page.get_by_role("heading", name="Start on this phone")).to_be_visible()
    word = link.partition("#")[2]
    assert word not in phone.page.url
    phone.page.go_back()  # nor in the history
    assert word not in phone.page.url
    phone.join(clinic.link(patient))
    assert phone.state == "Due now"
    assert not any(word in url for url in asked)
    assert phone.page.locator(".clock").inner_text() == "8:00 AM"
    assert phone.page.locator(".doses > li").all_inner_texts() == ["2 capsules (500 mg)", "1 tablet (600 mg)"]
    assert phone.page.locator(".doses li").first.locator("svg").count() == 2  # the right number of capsules


def test_a_link_that_was_used_says_so_and_help_is_still_there(
    browser: Browser, clinic: PhoneClinic, phone: Phone
) -> None:
    link = clinic.link(clinic.begin(CYCLOSERINE))
    phone.join(link)
    with phone_of(browser, clinic.now) as other:
        other.page.goto(link)
        other.page.locator("button#join").click()
        expect(other.page.get_by_role("alert")).to_contain_text("This link was used")
        other.page.get_by_role("link", name="Get help").click()
        expect(other.page.get_by_role("heading", name="Get help")).to_be_visible()


def test_one_tap_is_kept_sent_and_can_be_taken_back_which_is_an_event_too(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    assert phone.page.locator("#took").bounding_box()["height"] >= 56  # type: ignore[index]  # it is on the screen
    phone.take()
    phone.wait_sent()
    phone.page.locator("#undo").click()
    expect(phone.page.locator("#state")).to_have_text("Due now")
    phone.wait_sent()
    phone.take()
    phone.wait_sent()
    said = [it for it in clinic.log(patient) if isinstance(it.body, DoseTaken | Retracted)]
    assert [it.body.kind for it in said] == ["dose_taken", "retracted", "dose_taken"]
    assert said[1].supersedes == said[0].id != said[2].id
    assert {it.actor for it in said} == {"patient"}
    assert {(it.body.slot, it.body.mg) for it in said if isinstance(it.body, DoseTaken)} == {(said[0].body.slot, 500.0)}


def test_the_way_back_is_gone_after_ten_seconds(clinic: PhoneClinic, phone: Phone) -> None:
    phone.join(clinic.link(clinic.begin(CYCLOSERINE)))
    phone.page.locator("#took").click()
    expect(phone.page.locator("#undo")).to_be_visible()
    phone.page.clock.run_for(11_000)
    expect(phone.page.locator("#undo")).to_have_count(0)
    expect(phone.page.locator("#state")).to_have_text("Done")


def test_a_triple_tap_offline_is_one_event(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    phone.page.evaluate("const it = document.getElementById('took'); it.click(); it.click(); it.click()")
    expect(phone.page.locator("#status")).to_have_text("Saved on this phone. 1 note waits to be sent. No network now.")
    phone.page.reload()  # it survives
    expect(phone.page.locator("#state")).to_have_text("Done")
    phone.cut(is_offline=False)
    phone.wait_sent()
    assert len(doses(clinic, patient)) == 1


@pytest.mark.parametrize(
    ("hours", "drugs", "state", "says"),
    [
        (0.0, (CYCLOSERINE,), "Due now", "take your dose"),
        (3.0, (CYCLOSERINE,), "Late. Take it now", "Take the next one at its usual time"),
        (9.0, (CYCLOSERINE,), "Too late. Skip this one", "Never take two doses at once"),
    ],
)
def test_a_late_dose_is_told_from_one_that_is_too_late(
    clinic: PhoneClinic, phone: Phone, hours: float, drugs: tuple[str, ...], state: str, says: str
) -> None:
    move(clinic, phone, hours)
    phone.join(clinic.link(clinic.begin(*drugs)))
    assert phone.state == state
    expect(phone.page.locator(".card .advice").first).to_contain_text(says)


def test_a_dose_that_is_skipped_because_it_is_too_late_leads_to_the_next(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    move(clinic, phone, 9)
    phone.join(clinic.link(patient))
    phone.page.locator("#skip").click()
    expect(phone.page.locator("#state")).to_have_text("Next dose")
    assert phone.page.locator(".clock time").inner_text() == "8:00 PM"
    assert "in 3 hours" in phone.page.locator(".clock").inner_text()
    phone.wait_sent()
    assert [type(it) for it in doses(clinic, patient)] == [DoseSkipped]


@pytest.mark.parametrize(
    ("picture", "reason", "then"),
    [
        ("forgot", "forgotten", "today"),
        ("ill", "medical", "feel"),
        ("effect", "medical", "feel"),
        ("none", "programme", "today"),
        ("away", "patient", "today"),
        ("other", "other", "today"),
    ],
)
def test_what_got_in_the_way_is_one_of_six_pictures(
    clinic: PhoneClinic, phone: Phone, picture: str, reason: str, then: str
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    phone.page.get_by_role("link", name="I missed a dose").click()
    expect(phone.page.locator(".choices button svg")).to_have_count(6)
    phone.page.locator(f"#why-{picture}").click()
    expect(phone.page.locator(f"main[data-screen={then}]")).to_be_visible()
    phone.wait_sent()
    assert [it.reason for it in doses(clinic, patient) if isinstance(it, DoseSkipped)] == [reason]


def test_a_second_dose_meets_a_stop_and_what_was_taken_all_the_same_is_known_at_the_clinic(
    clinic: PhoneClinic, phone: Phone
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    phone.take()
    phone.wait_sent()
    move(clinic, phone, 1)
    phone.page.locator("#took").click()
    expect(phone.page.get_by_role("heading", name="Stop. Do not take another")).to_be_visible()
    expect(phone.page.get_by_text("You took one at 8:10 AM.")).to_be_visible()
    assert len(doses(clinic, patient)) == 1
    phone.page.locator("#stop-not").click()
    expect(phone.page.locator("#state")).to_have_text("Done")
    phone.page.locator("#took").click()
    phone.page.locator("#stop-both").click()
    expect(phone.page.get_by_text("You may have taken two doses.")).to_be_visible()
    expect(phone.page.get_by_role("link", name="800-222-1222")).to_have_attribute("href", "tel:8002221222")
    phone.wait_sent()
    assert len(doses(clinic, patient)) == 2
    phone.screen("today")
    expect(phone.page.locator("#state")).to_have_text("Call your clinic first")


def test_a_stop_screen_leads_to_earlier_doses(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE, until=MORNING - 14 * HOUR)
    phone.join(clinic.link(patient))
    phone.take()
    phone.wait_sent()
    move(clinic, phone, 0.5)
    phone.page.locator("#took").click()
    phone.page.get_by_role("link", name="I mean an earlier dose").click()
    evening = phone.page.get_by_role("region", name="Sunday, November 29")
    evening.get_by_label("When?").fill("20:30")
    evening.get_by_role("button", name="I took the 8:00 PM dose").click()
    expect(phone.page.locator("#undo")).to_be_visible()  # it is kept
    phone.wait_sent()
    last = [it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)][-1]
    assert last.occurred_at.isoformat() == "2026-11-29T20:30:00+05:30"


def test_a_dose_before_its_time_is_warned_of_and_can_be_said_all_the_same(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    phone.take()
    phone.wait_sent()
    move(clinic, phone, 10)
    phone.page.locator("#took").click()
    expect(phone.page.get_by_text("This dose is for 8:00 PM")).to_be_visible()
    phone.page.get_by_role("link", name="I will wait").click()
    assert len(doses(clinic, patient)) == 1
    phone.page.locator("#took").click()
    phone.page.locator("#early-took").click()
    expect(phone.page.locator("#undo")).to_be_visible()  # it is kept
    phone.wait_sent()
    slots = [it.slot for it in doses(clinic, patient) if isinstance(it, DoseTaken)]
    assert len(set(slots)) == 2


def test_a_held_drug_is_not_among_those_to_take_and_is_shown_as_paused(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE, LINEZOLID)
    clinic.add(patient, Held(("linezolid",), "side effects"))
    phone.join(clinic.link(patient))
    assert phone.page.locator(".card > .doses > li").all_inner_texts() == ["2 capsules (500 mg)"]
    expect(phone.page.locator(".aside")).to_contain_text("Your care team has paused it")
    phone.take()
    phone.wait_sent()
    assert [it.drug for it in doses(clinic, patient) if isinstance(it, DoseTaken)] == ["cycloserine"]


def test_a_dose_that_was_due_before_everything_was_held_is_paused_too(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE, LINEZOLID)
    clinic.add(patient, Held(("cycloserine", "linezolid"), "side effects"))
    phone.join(clinic.link(patient))
    expect(phone.page.locator("#state")).to_have_text("Paused by your clinic")
    assert phone.page.locator(".slots .state").all_inner_texts() == ["Paused", "Paused"]


def test_a_supporter_who_watched_and_one_who_was_told_say_different_things(
    browser: Browser, clinic: PhoneClinic
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    for button, claim in (("#took", "observed"), ("#told", "supporter")):
        with phone_of(browser, clinic.now) as phone:
            phone.join(clinic.link(patient, "supporter"))
            phone.page.locator(button).click()
            expect(phone.page.locator("#state")).to_have_text("Done")
            phone.wait_sent()
            phone.page.locator("#undo").click()
            expect(phone.page.locator("#state")).to_have_text("Due now")
            phone.wait_sent()
        last = [it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)][-1]
        assert (last.actor, last.claim.value) == ("supporter", claim)

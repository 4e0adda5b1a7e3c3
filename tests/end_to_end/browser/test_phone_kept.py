"""What a phone keeps and how it stays true: weeks offline, two windows, a wrong clock, a PIN, a shared phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from chromium import CHROMIUM
from course_events import event
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, Held, PlanSeen
from fullcourse.journey.course import WhatIsKnown, course_from, overview_of
from phone_browser import Phone, phone_of
from phone_clinic import MORNING, PhoneClinic, knowledge, phone_clinic

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

CYCLOSERINE = "cycloserine: 2 capsules of 250 mg q12h"
LINEZOLID = "linezolid: 1 tablet of 600 mg once a day"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PIN = "8305"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path, FULLCOURSE_PHONE_DAYS="28") as running:
        yield running


@pytest.fixture
def phone(browser: Browser, clinic: PhoneClinic) -> Iterator[Phone]:
    with phone_of(browser, clinic.now) as opened:
        yield opened


def kept_shell(phone: Phone) -> None:
    """Wait until the files are on the phone."""
    phone.page.evaluate("navigator.serviceWorker.ready")
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")


def waiting(phone: Phone, count: int) -> None:
    expect(phone.page.locator("#status")).to_contain_text(f"{count} notes wait to be sent.")


def test_three_weeks_without_a_network_and_back_lose_nothing(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    kept_shell(phone)
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    for day in range(21):
        phone.move_to(MORNING + day * DAY)
        if day % 7 == 3:  # the phone was off in between
            phone.page.reload()
        expect(phone.page.locator("#state")).to_have_text("Due now")
        phone.take()
        if day % 5:
            phone.move_to(MORNING + day * DAY + 12 * HOUR)
            expect(phone.page.locator("#state")).to_have_text("Due now")
            phone.take()
    waiting(phone, 21 + 16)
    assert "21 days old" not in phone.page.locator("main").inner_text()  # it is 20: issued on the first of the days
    assert "20 days old" in phone.page.locator("main").inner_text()
    assert phone.page.locator(".panel .big").first.inner_text() == "Day 61 of 540"
    clinic.move_to(MORNING + 20 * DAY + 13 * HOUR)
    phone.move_to(clinic.now)
    phone.cut(is_offline=False)
    phone.page.reload()
    phone.wait_sent()
    taken = [it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)]
    assert len({it.id for it in taken}) == len(taken) == 37
    assert {it.occurred_at.date() - MORNING.date() for it in taken} == {n * DAY for n in range(21)}


def test_after_its_expiry_the_plan_advises_no_dose_and_what_is_taken_is_still_written_down(
    clinic: PhoneClinic, phone: Phone
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    kept_shell(phone)
    phone.cut()
    phone.move_to(MORNING + 27 * DAY)
    expect(phone.page.locator("#state")).to_have_text("Due now")
    expect(phone.page.get_by_text("Your plan ends soon.")).to_be_visible()
    phone.move_to(MORNING + 28 * DAY)
    expect(phone.page.locator("#state")).to_have_text("Call your clinic first")
    assert phone.page.locator("#took").count() == 0
    phone.page.get_by_role("link", name="I took a dose").click()
    phone.page.get_by_role("button", name="I took the 8:00 AM dose").first.click()
    expect(phone.page.locator("#status")).to_contain_text("Saved on this phone")


def test_two_windows_are_one_phone(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    clinic.wait_seen(patient)
    phone.wait_sent()
    other = phone.tab()
    other.goto(f"{clinic.url}/p/")
    expect(other.locator("#state")).to_have_text("Due now")
    phone.cut()
    for page in (phone.page, other):
        page.evaluate("document.getElementById('took')?.click()")
    # Where the first window was heard of in time, the second asks whether another dose was taken.
    is_asked = other.get_by_role("button", name="I did not take another")
    expect(other.locator("#state", has_text="Done").or_(is_asked)).to_be_visible(timeout=20_000)
    if is_asked.is_visible():
        is_asked.click()
    for page in (phone.page, other):
        expect(page.locator("#state")).to_have_text("Done")
        expect(page.locator("#status")).to_contain_text("1 note waits to be sent.")
    phone.cut(is_offline=False)
    phone.wait_sent()
    assert len([it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)]) == 1


def test_help_needs_no_network_and_no_sign_in(browser: Browser, clinic: PhoneClinic) -> None:
    with phone_of(browser, clinic.now) as phone:
        phone.page.goto(f"{clinic.url}/p/")
        kept_shell(phone)
        phone.cut()
        phone.page.goto(f"{clinic.url}/p/")
        phone.page.get_by_role("link", name="Get help").click()
        expect(phone.page.get_by_text("Call your local emergency number.")).to_be_visible()
        expect(phone.page.get_by_text("A fit (seizure): call for emergency help now.")).to_be_visible()
        phone.page.get_by_label("Country").select_option(label="United States")
        for number in ("911", "988", "8002221222"):
            expect(phone.page.locator(f"a[href='tel:{number}']")).to_be_visible()


def test_help_stands_in_the_same_place_on_every_screen_even_a_locked_one(clinic: PhoneClinic, phone: Phone) -> None:
    phone.join(clinic.link(clinic.begin(CYCLOSERINE)), pin=PIN)
    places = set()
    for name in ("today", "missed", "earlier", "feel", "more", "pin", "help", "people"):
        phone.screen(name)
        places.add(str(phone.page.locator("#help a").bounding_box()))
    phone.screen("today")
    phone.page.reload()
    expect(phone.page.locator("#unlock")).to_be_visible()
    places.add(str(phone.page.locator("#help a").bounding_box()))
    assert len(places) == 1
    phone.page.locator("#help a").click()
    expect(phone.page.locator("a[href^='tel:']").first.or_(phone.page.get_by_label("Country"))).to_be_visible()


def test_symptoms_are_judged_without_a_network_and_an_emergency_waits_for_no_other_answer(
    clinic: PhoneClinic, phone: Phone
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    kept_shell(phone)
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    phone.screen("feel")
    phone.page.locator("#face-bad").click()
    phone.page.locator("#group-danger-yes").click()
    phone.page.locator("#fact-symptom_seizure-yes").click()
    expect(phone.page.get_by_role("heading", name="Get help now")).to_be_visible()
    expect(phone.page.locator("a[href='tel:911']")).to_be_visible()
    phone.screen("today")
    expect(phone.page.locator("#state")).to_have_text("Call your clinic first")
    phone.cut(is_offline=False)
    phone.page.reload()
    phone.wait_sent()
    told = [it for it in clinic.log(patient) if it.body.kind == "symptom"]
    assert [it.body.symptom for it in told] == ["symptom_seizure"]  # type: ignore[union-attr]  # of its kind


def test_a_clock_that_is_set_wrong_advises_no_dose_until_it_is_right(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    kept_shell(phone)
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    phone.move_to(MORNING - 3 * HOUR)
    expect(phone.page.locator("#state")).to_have_text("Call your clinic first")
    expect(phone.page.get_by_text("The clock of this phone seems wrong.")).to_be_visible()
    phone.page.reload()
    expect(phone.page.get_by_text("The clock of this phone seems wrong.")).to_be_visible()
    phone.move_to(MORNING + HOUR)
    clinic.move_to(MORNING + HOUR)
    phone.cut(is_offline=False)
    phone.page.reload()
    expect(phone.page.locator("#state")).to_have_text("Due now")


def test_a_clock_that_runs_ahead_is_found_by_the_clinic(clinic: PhoneClinic, phone: Phone) -> None:
    phone.now = MORNING + 5 * HOUR
    phone.page.clock.set_system_time(phone.now)
    phone.join(clinic.link(clinic.begin(CYCLOSERINE)))
    expect(phone.page.get_by_text("The clock of this phone seems wrong.")).to_be_visible()
    assert phone.state == "Call your clinic first"


def test_a_pin_locks_what_is_kept_and_a_wrong_one_opens_nothing(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient), pin=PIN)
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    phone.take()
    everything = """async () => {
      const of = asked => new Promise(done => { asked.onsuccess = () => done(asked.result) })
      const base = await of(indexedDB.open('my-day'))
      const all = []
      for (const name of base.objectStoreNames) all.push(await of(base.transaction(name).objectStore(name).getAll()))
      return JSON.stringify(all, (_, it) => it instanceof ArrayBuffer ? new TextDecoder().decode(it) : it)
    }"""
    kept = phone.page.evaluate(everything)
    assert "cycloserine" not in kept
    assert "dose_taken" not in kept
    phone.cut(is_offline=False)
    phone.page.reload()
    phone.page.locator("#pin").fill("1357")
    phone.page.locator("#unlock").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("not the PIN")
    phone.page.locator("#pin").fill(PIN)
    phone.page.locator("#unlock").click()
    expect(phone.page.locator("#state")).to_have_text("Done")
    phone.wait_sent()
    assert len([it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)]) == 1


def test_a_pin_can_be_set_later_and_taken_off(clinic: PhoneClinic, phone: Phone) -> None:
    phone.join(clinic.link(clinic.begin(CYCLOSERINE)))
    phone.wait_sent()
    phone.screen("pin")
    for first, second, says in (
        ("1234", "1234", "too easy"),
        ("8305", "8306", "not the same"),
        ("83", "83", "4 to 12"),
    ):
        phone.page.locator("#first").fill(first)
        phone.page.locator("#second").fill(second)
        phone.page.locator("#pin-set").click()
        expect(phone.page.get_by_role("alert")).to_contain_text(says)
    phone.page.locator("#first").fill(PIN)
    phone.page.locator("#second").fill(PIN)
    phone.page.locator("#pin-set").click()
    expect(phone.page.get_by_role("link", name="Change my PIN")).to_be_visible()
    phone.screen("pin")
    phone.page.locator("#pin-off").click()
    expect(phone.page.get_by_role("link", name="Set a PIN")).to_be_visible()
    phone.page.reload()
    phone.screen("today")
    assert phone.state == "Due now"


def test_people_on_one_phone_are_kept_apart(clinic: PhoneClinic, phone: Phone) -> None:
    first, second = clinic.begin(CYCLOSERINE), clinic.begin(LINEZOLID)
    phone.join(clinic.link(first), "Ana")
    phone.join(clinic.link(second), "Noor", PIN)
    assert phone.page.locator(".doses li").all_inner_texts() == ["1 tablet (600 mg)"]
    phone.take()
    phone.wait_sent()
    phone.page.get_by_role("link", name="Noor").click()
    expect(phone.page.locator(".people li")).to_have_count(2)
    phone.page.get_by_role("button", name="Ana").click()
    expect(phone.page.locator(".doses li")).to_have_text(["2 capsules (500 mg)"])
    assert phone.state == "Due now"
    phone.page.reload()
    phone.screen("people")
    phone.page.get_by_role("button", name="Noor").click()
    expect(phone.page.locator("#unlock")).to_be_visible()
    assert [it for it in clinic.log(first) if isinstance(it.body, DoseTaken | DoseSkipped)] == []
    assert len([it for it in clinic.log(second) if isinstance(it.body, DoseTaken)]) == 1


def test_a_phone_that_the_clinic_ended_shows_no_plan_and_sends_what_waited_when_it_joins_again(
    clinic: PhoneClinic, phone: Phone
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    kept_shell(phone)
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    phone.page.locator("#took").click()
    expect(phone.page.locator("#status")).to_contain_text("1 note waits")
    clinic.shut_out(patient)
    phone.cut(is_offline=False)
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="This phone was signed out")).to_be_visible()
    expect(phone.page.get_by_text("Notes not sent yet: 1.")).to_be_visible()
    phone.join(clinic.link(patient))
    clinic.wait_seen(patient)
    phone.wait_sent()
    assert len([it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)]) == 1


def stops(clinic: PhoneClinic, patient: str) -> list[str]:
    course = course_from(clinic.store.events(patient), knowledge(), load_zone, clinic.now)
    overview = overview_of(course, knowledge(), clinic.now, WhatIsKnown("", None, None))
    return [task.drug for task in overview.tasks if "was stopped" in task.says]


def test_a_stop_stays_a_task_until_this_phone_shows_it(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE, LINEZOLID)
    phone.join(clinic.link(patient))
    clinic.wait_seen(patient)
    phone.wait_sent()
    assert [it.body.kind for it in clinic.log(patient)] == ["plan_seen"]
    phone.cut()
    clinic.move_to(MORNING + HOUR)
    phone.move_to(clinic.now)
    clinic.add(patient, Held(("linezolid",), "side effects"))
    clinic.move_to(MORNING + 2 * HOUR)
    phone.move_to(clinic.now)
    assert stops(clinic, patient) == ["linezolid"]
    phone.cut(is_offline=False)
    phone.page.reload()
    expect(phone.page.locator(".aside")).to_contain_text("paused")
    clinic.wait_seen(patient, times=2)
    phone.wait_sent()
    assert stops(clinic, patient) == []
    assert len([it for it in clinic.log(patient) if isinstance(it.body, PlanSeen)]) == 2


def test_an_event_that_the_clinic_cannot_take_keeps_no_other_back(clinic: PhoneClinic, phone: Phone) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    clinic.wait_seen(patient)
    phone.wait_sent()
    phone.cut()
    phone.page.evaluate(
        """async () => {
          const of = asked => new Promise(done => { asked.onsuccess = () => done(asked.result) })
          const base = await of(indexedDB.open('my-day'))
          const [person] = await of(base.transaction('people').objectStore('people').getAll())
          const id = '01234567-89ab-7def-8123-456789abcdef'
          const store = base.transaction('events', 'readwrite').objectStore('events')
          store.put({ id, state: 'unsent', at: 1, plain: { schema: 'fullcourse/event/1', id } }, [person.id, id])
        }"""
    )
    phone.page.locator("#took").click()
    expect(phone.page.locator("#state")).to_have_text("Done")  # said once it is kept
    phone.cut(is_offline=False)
    phone.page.reload()
    expect(phone.page.get_by_text("Your clinic could not take 1 note.")).to_be_visible()
    phone.wait_sent()
    assert len([it for it in clinic.log(patient) if isinstance(it.body, DoseTaken)]) == 1


def test_what_was_said_at_the_clinic_is_on_the_phone_and_contradictions_are_shown(
    clinic: PhoneClinic, phone: Phone
) -> None:
    patient = clinic.begin(CYCLOSERINE)
    phone.join(clinic.link(patient))
    phone.take()
    phone.wait_sent()
    slot = next(it.body.slot for it in clinic.log(patient) if isinstance(it.body, DoseTaken))
    said = event(DoseSkipped("cycloserine", slot), clinic.now, patient=patient, actor="supporter", device="other")
    clinic.store.append([said], clinic.now)
    phone.page.reload()
    expect(phone.page.locator("#state")).to_have_text("Call your clinic first")
    expect(phone.page.locator(".slot").first).to_contain_text("Ask")

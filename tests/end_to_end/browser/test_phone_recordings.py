"""What a clinic recorded, on a phone: a speaker where all of a text is there, kept without a network, never unasked."""

import io
import re
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from chromium import CHROMIUM
from fullcourse.adapters.languages import language_of
from fullcourse.adapters.recordings.slots import slots_of
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.interfaces.phone.screen_words import screen_words
from patients import knowledge
from phone_browser import Phone, phone_of
from phone_clinic import PhoneClinic, phone_clinic

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

DRUG = "linezolid: 1 tablet of 600 mg once a day"
CARD = ("Due now", "Up to 2 hours late: take your dose.")
STOP = ("Stop. Do not take another", "Never take two at once.")
HEARD = """
if (!globalThis.heard) {
  globalThis.heard = [];
  const play = HTMLMediaElement.prototype.play;
  globalThis.begun = 0;
  HTMLMediaElement.prototype.play = function () {
    this.addEventListener('playing', () => { begun += 1; }, { once: true });
    this.addEventListener('ended', () => heard.push(this.duration), { once: true });
    return play.call(this);
  };
}
"""
"""Notes how many recordings began to play, and what was played to its end: for how many seconds it went."""
KNOWS = "text => import('/p/js/spoken.js').then(it => it.recorded([text]) !== null)"


def sound(seconds: float) -> bytes:
    """Return so many seconds of silence, as a recording."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        file.writeframes(b"\x80" * round(8000 * seconds))
    return made.getvalue()


def names(language: str) -> dict[str, str]:
    """Return the name of the file of each text."""
    made = slots_of(language_of(language), screen_words(language), read_questions(), knowledge())
    return {it.text: it.name for it in made}


def record(folder: Path, language: str, *texts: str, seconds: float = 0.1) -> None:
    known = names(language)
    (folder / language).mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (folder / language / f"{known[text]}.wav").write_bytes(sound(seconds * (number + 1)))


@contextmanager
def listening(browser: Browser, clinic: PhoneClinic, **more: object) -> Iterator[Phone]:
    """Yield a phone that says what was played to its end."""
    with phone_of(browser, clinic.now, **more) as phone:
        phone.context.add_init_script(HEARD)
        phone.join(clinic.link(clinic.begin(DRUG)))
        phone.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        yield phone


def reload_knowing(phone: Phone, text: str) -> None:
    """Load the page anew, and wait until it knows of the recording of a text."""
    phone.page.reload()
    phone.page.wait_for_function(KNOWS, arg=text)


def has_begun(phone: Phone, count: int) -> None:
    """Wait until so many recordings have begun to play."""
    phone.page.wait_for_function("count => begun === count", arg=count)


def kept_recordings(phone: Phone, count: int) -> None:
    """Wait until so many files are on the phone: the list, and what it names."""
    phone.page.wait_for_function(
        "count => caches.open('spoken').then(it => it.keys()).then(it => it.length === count)", arg=count
    )


def heard(phone: Phone) -> list[float]:
    return [round(it, 1) for it in phone.page.evaluate("heard")]


def test_a_card_whose_every_text_is_recorded_is_heard_and_also_without_a_network(
    browser: Browser, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    record(spoken, "en", *CARD)
    with phone_clinic(tmp_path, FULLCOURSE_RECORDINGS=str(spoken)) as clinic, listening(browser, clinic) as phone:
        kept_recordings(phone, 3)
        assert heard(phone) == []  # nothing unasked
        phone.cut()
        phone.page.reload()
        phone.page.locator("#listen:has(svg)").click()
        phone.page.wait_for_function("() => heard.length === 2")
        assert heard(phone) == [0.1, 0.2]  # the state first, then what to do
        kept = phone.page.evaluate("caches.open('spoken').then(it => it.keys()).then(it => it.map(one => one.url))")
        assert not [it for it in kept if re.search(r"linezolid|dose|tb", it.rpartition("/p/")[2], re.IGNORECASE)]


def test_what_is_recorded_in_part_is_not_played_in_part(browser: Browser, tmp_path: Path) -> None:
    spoken = tmp_path / "spoken"
    record(spoken, "en", CARD[0], STOP[0])
    with phone_clinic(tmp_path, FULLCOURSE_RECORDINGS=str(spoken)) as clinic, listening(browser, clinic) as phone:
        reload_knowing(phone, CARD[0])
        expect(phone.page.locator("#state")).to_be_visible()
        # the phone's own voice at most, which says all of it
        expect(phone.page.locator("#listen svg")).to_have_count(0)
        phone.page.locator("#took").click()
        expect(phone.page.locator("#undo")).to_be_visible()  # it is kept
        phone.page.clock.run_for(11_000)
        phone.page.locator("#took").click()
        expect(phone.page.locator("#stop-both")).to_be_visible()
        expect(phone.page.locator(".speaker")).to_have_count(0)


def test_the_questions_and_the_stop_have_a_speaker_that_stops_where_it_is_tapped_again_or_hidden(
    browser: Browser, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    group = next(it for it in read_questions().groups if it.id == "danger")
    record(spoken, "en", *STOP, group.ask, seconds=1.5)
    with (
        phone_clinic(tmp_path, FULLCOURSE_RECORDINGS=str(spoken)) as clinic,
        listening(browser, clinic, bypass_csp=True) as phone,
    ):
        reload_knowing(phone, STOP[0])
        phone.screen("feel")
        phone.page.locator("#face-middling").click()
        expect(phone.page.locator(".group .speaker")).to_have_count(1)
        speaker = phone.page.locator(".group", has_text=group.ask).locator(".speaker")
        expect(speaker).to_have_accessible_name("Read it to me")
        assert Axe().run(phone.page).response["violations"] == []
        speaker.click()
        has_begun(phone, 1)
        speaker.click()  # again: silence
        phone.page.locator("#feel-done").scroll_into_view_if_needed()
        phone.screen("today")
        phone.page.locator("#took").click()
        expect(phone.page.locator("#undo")).to_be_visible()  # it is kept
        phone.page.clock.run_for(11_000)
        phone.page.locator("#took").click()
        expect(phone.page.locator(".stop .speaker")).to_be_visible()
        assert Axe().run(phone.page).response["violations"] == []
        phone.page.locator(".stop .speaker").click()
        has_begun(phone, 2)
        phone.page.locator("#hide").click()  # whoever looks over the shoulder hears nothing either
        phone.page.wait_for_timeout(2500)
        assert heard(phone) == []


def test_a_text_that_nobody_translated_may_be_recorded_and_another_language_has_its_own(
    browser: Browser, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    record(spoken, "hi", *CARD)
    with phone_clinic(tmp_path, FULLCOURSE_RECORDINGS=str(spoken)) as clinic, listening(browser, clinic) as phone:
        expect(phone.page.locator("#listen svg")).to_have_count(0)
        phone.screen("language")
        with phone.page.expect_response("**/phone?language=hi"):
            phone.page.locator("#speak-hi").click()
        phone.screen("today")
        phone.page.locator("#listen:has(svg)").click()
        phone.page.wait_for_function("() => heard.length === 2")


def test_a_recording_of_a_text_that_changed_is_heard_by_nobody_and_leaves_the_phone(
    browser: Browser, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    record(spoken, "en", *CARD)
    old = spoken / "en" / f"{names('en')[CARD[1]]}.wav"
    with phone_clinic(tmp_path, FULLCOURSE_RECORDINGS=str(spoken)) as clinic, listening(browser, clinic) as phone:
        kept_recordings(phone, 3)
        old.rename(old.with_name(f"{'0' * 16}.wav"))  # as if it were of another wording
        phone.page.reload()
        expect(phone.page.locator("#listen svg")).to_have_count(0)
        kept_recordings(phone, 3)
        phone.page.wait_for_function("async name => !(await caches.match(`spoken/${name}`))", arg=old.name)


def test_a_clinic_without_recordings_shows_no_speaker(browser: Browser, tmp_path: Path) -> None:
    with phone_clinic(tmp_path) as clinic, listening(browser, clinic) as phone:
        assert phone.page.request.get(f"{clinic.url}/p/spoken/en.json").json() == []
        assert phone.page.request.get(f"{clinic.url}/p/spoken/{'0' * 16}.mp3").status == 404
        with phone.page.expect_response("**/p/spoken/en.json"):
            phone.page.reload()
        expect(phone.page.locator("#state")).to_be_visible()
        expect(phone.page.locator("#listen svg")).to_have_count(0)

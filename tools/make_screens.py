"""Draws every screen of a patient's phone in every state, 360 pixels wide, as its user sees it, into ``docs/screens/``.

``make screens``. A real service over synthetic patients, a real browser; nothing is drawn that cannot come about.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page
from small_png import small_png

from chromium import chromium
from fullcourse.clinical.event_bodies import Dispensed, Held
from phone_browser import Phone, phone_of
from phone_clinic import MORNING, PhoneClinic, phone_clinic

PLACE = Path(__file__).parents[1] / "docs" / "screens"
DRUGS = ("cycloserine: 2 capsules of 250 mg q12h", "linezolid: 1 tablet of 600 mg once a day")
HOUR = timedelta(hours=1)
_TALLEST = 1500
"""Of a picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn: a name, and how the phone comes to show it.

    Attributes:
        name: Of the file.
        come: Brings the phone there.
        at: Hours after ten past eight in the morning at which the phone joins.
        role: Whose phone it is.
    """

    name: str
    come: Callable[[PhoneClinic, Phone, str], None]
    at: timedelta = timedelta(0)
    role: str = "patient"
    drugs: tuple[str, ...] = DRUGS


def _stay(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del clinic, phone, patient


def _go(name: str) -> Callable[[PhoneClinic, Phone, str], None]:
    def come(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
        del clinic, patient
        phone.screen(name)

    return come


def _move(clinic: PhoneClinic, phone: Phone, hours: float) -> None:
    clinic.move_to(MORNING + hours * HOUR)
    phone.move_to(MORNING + hours * HOUR)


def _taken(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del clinic, patient
    phone.page.locator("#took").click()
    phone.page.locator("#undo").wait_for()
    if not phone.is_offline:
        phone.page.get_by_text(re.compile("All sent|Todo enviado")).wait_for()


def _later(hours: float) -> Callable[[PhoneClinic, Phone, str], None]:
    def come(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
        _taken(clinic, phone, patient)
        _move(clinic, phone, hours)

    return come


def _skipped(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del patient
    phone.page.locator("#skip").click()
    phone.page.locator("#undo").wait_for()
    _move(clinic, phone, 9.1)


def _offline(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    phone.cut()
    _taken(clinic, phone, patient)
    _move(clinic, phone, 2)


def _expired(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del patient
    phone.cut()
    _move(clinic, phone, 15 * 24)


def _held(*drugs: str) -> Callable[[PhoneClinic, Phone, str], None]:
    def come(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
        clinic.add(patient, Held(drugs, "side effects"))
        phone.page.reload()
        phone.page.locator("#state").wait_for()

    return come


def _stop(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    _later(1)(clinic, phone, patient)
    phone.page.locator("#took").click()
    phone.page.locator(".stop").wait_for()


def _early(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    _later(8)(clinic, phone, patient)
    phone.page.locator("#took").click()
    phone.page.locator("#early-took").wait_for()


def _felt(face: str, *groups: str, done: bool = True) -> Callable[[PhoneClinic, Phone, str], None]:
    def come(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
        del clinic, patient
        phone.screen("feel")
        if face:
            phone.page.locator(f"#face-{face}").click()
        for group in groups:
            phone.page.locator(f"#{group}").click()
        if done and face:
            phone.page.locator("#feel-done").click()
            phone.page.locator("#feel-back").wait_for()

    return come


def _family(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del patient
    phone.join(clinic.link(clinic.begin(DRUGS[1])), "Noor", "8305")
    phone.screen("people")


def _helped(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del patient
    phone.join(clinic.link(clinic.begin(DRUGS[0]), "supporter"), "Tía Luz")
    phone.screen("people")


def _locked(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del clinic, patient
    phone.screen("pin")
    phone.page.locator("#first").fill("8305")
    phone.page.locator("#second").fill("8305")
    phone.page.locator("#pin-set").click()
    phone.page.locator("#papers").wait_for()
    phone.page.reload()
    phone.page.locator("#unlock").wait_for()


def _ended(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    clinic.shut_out(patient)
    phone.page.reload()
    phone.page.locator("#ended-remove").wait_for()


def _leaflet(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
    del clinic, patient
    phone.screen("leaflet")
    phone.page.locator(".leaflet").wait_for()


SCENES = (
    Scene("due", _stay),
    Scene("done", _taken),
    Scene("not-yet", _skipped, 9 * HOUR, drugs=DRUGS[:1]),
    Scene("done-long", _later(8)),
    Scene("late-take", _stay, 3 * HOUR),
    Scene("late-skip", _stay, 9 * HOUR, drugs=DRUGS[:1]),
    Scene("held", _held()),
    Scene("one-held", _held("linezolid")),
    Scene("expired", _expired),
    Scene("offline", _offline),
    Scene("stop", _stop),
    Scene("early", _early),
    Scene("missed", _go("missed"), 3 * HOUR),
    Scene("earlier", _go("earlier"), 3 * HOUR),
    Scene("feel", _felt("")),
    Scene("feel-questions", _felt("middling", "group-mind-yes", done=False)),
    Scene("feel-emergency", _felt("bad", "group-danger-yes", "fact-symptom_seizure-yes", done=False)),
    Scene("feel-today", _felt("bad", "group-head-and-nerves-yes", "fact-symptom_tremor-yes")),
    Scene("feel-nothing", _felt("good")),
    Scene("help", _go("help")),
    Scene("more", _go("more")),
    Scene("leaflet", _leaflet),
    Scene("pin", _go("pin")),
    Scene("unlock", _locked),
    Scene("hidden", _go("hidden")),
    Scene("family", _family),
    Scene("supporter", _stay, role="supporter"),
    Scene("supporter-people", _helped, role="supporter"),
    Scene("ended", _ended),
)
LANGUAGES = {"en": "en-US", "es": "es-MX"}
PREPARED = ("hi", "pt", "ru", "ar")
"""Of these one screen each is drawn: most of it is still English. The computer needs a font of each script."""


def draw(browser: Browser, place: Path, names: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield each picture as it is drawn."""
    for language, locale in LANGUAGES.items():
        for scene in SCENES:
            if not names or scene.name in names:
                yield _drawn(browser, place / f"{scene.name}-{language}.png", scene, locale)
        if not names or "join" in names:
            yield from _before_joining(browser, place, language, locale)
    for language in PREPARED:
        if not names or "due" in names:
            yield _drawn(browser, place / f"due-{language}.png", Scene("due", _speaking(language)), "en-US")


def _speaking(language: str) -> Callable[[PhoneClinic, Phone, str], None]:
    def come(clinic: PhoneClinic, phone: Phone, patient: str) -> None:
        del clinic, patient
        phone.screen("language")
        with phone.page.expect_response(f"**/phone?language={language}"):
            phone.page.locator(f"#speak-{language}").click()
        phone.page.wait_for_timeout(500)
        phone.screen("today")

    return come


def _drawn(browser: Browser, picture: Path, scene: Scene, locale: str) -> Path:
    with _clinic(scene) as (clinic, patient), phone_of(browser, clinic.now, locale=locale) as phone:
        phone.join(clinic.link(patient, scene.role), "Ana")
        phone.page.locator("#state").wait_for()
        scene.come(clinic, phone, patient)
        _shoot(phone.page, picture)
    return picture


@contextmanager
def _clinic(scene: Scene) -> Iterator[tuple[PhoneClinic, str]]:
    with TemporaryDirectory() as folder, phone_clinic(Path(folder)) as clinic:
        patient = clinic.begin(*scene.drugs)
        clinic.add(patient, Dispensed("cycloserine", "capsule 250 mg", 60, "SYN1"))
        clinic.add(patient, Dispensed("linezolid", "tablet 600 mg", 30, "SYN1"))
        clinic.move_to(MORNING + scene.at)
        yield clinic, patient


def _before_joining(browser: Browser, place: Path, language: str, locale: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder, phone_clinic(Path(folder)) as clinic:
        for name, address in (("welcome", f"{clinic.url}/p/"), ("join", clinic.link(clinic.begin(*DRUGS)))):
            with phone_of(browser, clinic.now, locale=locale) as phone:
                phone.page.goto(address)
                phone.page.locator(".languages").wait_for()
                _shoot(phone.page, place / f"{name}-{language}.png")
            yield place / f"{name}-{language}.png"
        link, _ = clinic.invite(clinic.begin(*DRUGS), "supporter")
        with phone_of(browser, clinic.now, locale=locale) as phone:
            phone.page.goto(link)
            phone.page.locator("button#join").click()
            phone.page.locator("main[data-screen=today] .card").wait_for()
            _shoot(phone.page, place / f"supporter-unasked-{language}.png")
        yield place / f"supporter-unasked-{language}.png"


def _shoot(page: Page, picture: Path) -> None:
    page.wait_for_timeout(250)
    height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
    page.set_viewport_size({"width": 360, "height": max(height, 740)})
    page.evaluate("scrollTo(0, 0)")
    picture.write_bytes(small_png(page.screenshot(animations="disabled")))
    page.set_viewport_size({"width": 360, "height": 740})


def main() -> None:
    """Draw all of them, or those that are named."""
    PLACE.mkdir(exist_ok=True)
    with chromium() as browser:
        for picture in draw(browser, PLACE, tuple(sys.argv[1:])):
            print(picture.name, f"{picture.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()

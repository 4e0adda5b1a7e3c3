"""The pages of a patient at the desk in Chromium: axe, policy, keyboard, a narrow window, print, a changed plan."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

import fullcourse
from desk_pages import PATIENT_PAGES

EXAMPLES = Path(fullcourse.__file__).parent / "examples"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and these tests look in it")


@dataclass
class Clinic:
    """The demonstration as it runs: where, who signs in, its synthetic patients by number, what pages complained of."""

    browser: Browser
    address: str
    login: str
    password: str
    people: dict[str, str]
    faults: list[str] = field(default_factory=list)

    def signed_in(self, width: int = 1440, height: int = 900) -> Page:
        page = self.browser.new_page(viewport={"width": width, "height": height})
        page.on("console", lambda it: self.faults.append(it.text) if it.type == "error" else None)
        page.on("pageerror", lambda it: self.faults.append(str(it)))
        page.goto(f"{self.address}/desk/sign-in")
        page.fill("input[name=login]", self.login)
        page.fill("input[name=password]", self.password)
        page.click("main button")
        page.wait_for_url(re.compile("/desk(?!/sign-in)"))
        return page

    def of(self, number: str) -> str:
        return f"{self.address}/desk/courses/{self.people[number]}"


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    command = [sys.executable, "-m", "fullcourse", "serve", "--demo", "--port", "0"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with (
        subprocess.Popen(command, text=True, **quiet) as served,  # noqa: S603 - a command of our own
        sync_playwright() as playwright,
    ):
        try:
            told = ""
            for line in served.stdout or ():
                told += line
                if line.startswith("Stop it"):
                    break
            address = re.search(r"serves on (\S+)", told)
            signed = re.search(r"sign in as\s+(\S+)\s+password\s+(\S+)", told)
            assert address, told
            assert signed, told
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            people = dict(re.findall(r"Synthetic Patient (\d\d)\s+(\S+)", told))
            opened = Clinic(browser, address[1], signed[1], signed[2], people)
            yield opened
            browser.close()
            assert opened.faults == []
        finally:
            served.terminate()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", PATIENT_PAGES)
def test_axe_finds_nothing(clinic: Clinic, path: str, width: int):
    page = clinic.signed_in(width)
    page.goto(clinic.of("05") + path)
    page.eval_on_selector_all("details", "all => all.forEach(it => it.open = true)")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("number", ["01", "02", "03", "05", "06", "07", "08", "13", "14"])
def test_what_is_to_be_done_and_both_drawings_are_seen_without_scrolling(clinic: Clinic, number: str):
    page = clinic.signed_in()
    page.goto(clinic.of(number))
    for name in ("today", "doses", "course"):
        box = page.locator(f"section[aria-labelledby={name}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, (name, box)


def test_a_narrow_window_shows_everything_without_going_sideways(clinic: Clinic):
    page = clinic.signed_in(360, 740)
    for path in PATIENT_PAGES:
        page.goto(clinic.of("06") + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_every_way_on_from_a_list_of_acts_is_large_enough_for_a_finger(clinic: Clinic):
    page = clinic.signed_in(360, 740)
    page.goto(clinic.of("07"))
    boxes = [box for it in page.locator(".today > ul .go").all() if (box := it.bounding_box()) is not None]
    assert len(boxes) >= 5
    assert min(box["height"] for box in boxes) >= 24


def test_a_curve_that_is_being_worked_out_takes_its_place_by_itself_and_leaves_what_is_typed(clinic: Clinic):
    page = clinic.signed_in()
    page.goto(clinic.of("06") + "/levels/cycloserine?dose=250+mg+q24h")
    page.fill("#dose", "500 mg q24h")
    page.locator("#levels svg").wait_for(timeout=120_000)
    assert page.input_value("#dose") == "500 mg q24h"
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_a_finding_opens_by_the_keyboard_and_shows_its_source(clinic: Clinic):
    page = clinic.signed_in()
    page.goto(clinic.of("06"))
    summary = page.locator("section[aria-labelledby=findings] summary").first
    summary.focus()
    page.keyboard.press("Enter")
    cited = page.locator("section[aria-labelledby=findings] details[open] .cite").first
    expect(cited).to_be_visible()
    expect(cited).to_contain_text("unreviewed")


def test_a_plan_is_changed_after_it_was_looked_at(clinic: Clinic):
    page = clinic.signed_in()
    page.goto(clinic.of("03"))
    page.click("text=Change the plan")
    page.wait_for_url("**/plan*")
    text = page.input_value("#plan")
    page.fill("#plan", text.replace("300 mg", "150 mg"))
    page.fill("#because", "a test in a browser")
    page.fill("#confirmed-by", "Dr A")
    page.click("text=Show what it moves")
    expect(page.get_by_text("Nothing has changed yet.")).to_be_visible()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    page.click("text=Confirm the change")
    page.wait_for_url(clinic.of("03"))
    expect(page.locator("section[aria-labelledby=log]")).to_contain_text("150 mg at 08:00")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_course_is_begun_from_a_record(clinic: Clinic, width: int):
    page = clinic.signed_in(width)
    page.click("text=Begin a course")
    page.fill("#record", (EXAMPLES / "widely-resistant.toml").read_text("utf-8"))
    page.fill("#f-zone", "Africa/Johannesburg")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    page.click("text=Look at what is proposed")
    expect(page.get_by_text("This plan can be put before a prescriber.")).to_be_visible()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#confirmed-by", "Dr A")
    page.click("button:text-is('Confirm and begin')")
    page.wait_for_url(re.compile("/desk/courses/"))
    assert "Plan begun: bedaquiline" in (page.locator("section[aria-labelledby=log]").text_content() or "")


def test_a_printed_page_has_the_acts_and_drawings_and_no_buttons(clinic: Clinic):
    page = clinic.signed_in()
    page.goto(clinic.of("07"))
    page.emulate_media(media="print")
    assert page.locator("section[aria-labelledby=today] li").first.is_visible()
    assert page.locator("svg.chart").first.is_visible()
    assert not page.locator(".patient-head .button").first.is_visible()

"""The leaflet on a phone: short before its parts open, and never a part that cannot be opened or is lost on paper."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

import fullcourse
from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.pages import leaflet_html
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.adapters.records import RecordReader
from fullcourse.journey.check import check, proposed_drugs
from patients import AT, knowledge

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
WIDTH, HEIGHT = 390, 844
MOST_SCREENS = 4
DRUGS = sorted(knowledge().drugs)
REGIMENS = ("BPaLM", "HRZE")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def of(name: str) -> str:
    known = knowledge()
    drugs = [known.drugs[name]] if name in known.drugs else proposed_drugs(read_regimen(name, known), known)[0]
    return leaflet_html(make_leaflet(known, drugs, "US"))


def for_one_person(inn: str = "cycloserine") -> str:
    """Return the leaflet of the made-up patient of the examples, of whom much is known that matters."""
    known = knowledge()
    reader = RecordReader(known.facts.values(), tuple(known.readings.values()), recognise, known.other_matters.values())
    drug = known.drugs[inn]
    result = check(reader.open(str(EXAMPLE), AT), known, known.profile("us"), AT, [drug])
    return leaflet_html(make_leaflet(known, drug, "US", result))


def opened(browser: Browser, html: str, width: int = WIDTH, *, scripts: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, java_script_enabled=scripts, bypass_csp=scripts, offline=True
    )
    page = context.new_page()
    page.set_content(html)
    return page


def shown(lines: Locator) -> list[bool]:
    return [line.is_visible() for line in lines.all()]


def part(page: Page, name: str) -> Locator:
    return page.locator(f"section[aria-labelledby={name}]")


@pytest.mark.parametrize("name", [*DRUGS, *REGIMENS])
def test_a_leaflet_is_four_screens_of_a_phone_at_most_before_its_parts_open(browser: Browser, name: str) -> None:
    page = opened(browser, of(name), scripts=True)
    assert page.evaluate("document.documentElement.scrollHeight") <= MOST_SCREENS * HEIGHT
    page.context.close()


@pytest.mark.parametrize("inn", DRUGS)
def test_so_is_the_leaflet_of_one_person(browser: Browser, inn: str) -> None:
    page = opened(browser, for_one_person(inn), scripts=True)
    assert page.evaluate("document.documentElement.scrollHeight") <= MOST_SCREENS * HEIGHT
    page.context.close()


def test_what_is_an_emergency_and_what_is_about_the_person_stands_open(browser: Browser) -> None:
    page = opened(browser, for_one_person())
    for always in (".urgent li", ".you li", ".danger"):
        assert shown(page.locator(always))
        assert all(shown(page.locator(always)))
    assert page.locator(".fold li").count() > 20
    assert not any(shown(page.locator(".fold li")))
    page.context.close()


def test_each_part_opens_and_closes_by_a_touch_without_scripts(browser: Browser) -> None:
    page = opened(browser, of("linezolid"))
    for folded in page.locator(".fold").all():
        folded.locator("summary").click()
        assert all(shown(folded.locator("li")))
    missed = part(page, "missed")
    missed.locator("summary").click()
    assert not any(shown(missed.locator("li")))
    assert all(shown(part(page, "avoid").locator("li")))
    page.context.close()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_each_part_opens_by_the_keyboard_and_is_named_by_its_heading(browser: Browser, key: str) -> None:
    page = opened(browser, of("linezolid"))
    today = part(page, "today")
    assert today.locator("summary").inner_text().strip() == today.locator("h2").inner_text()
    page.locator("a", has_text="What to look for").focus()
    for _ in range(80):
        page.keyboard.press("Tab")
        if today.locator("summary:focus").count():
            break
    page.keyboard.press(key)
    assert today.locator("details[open]").count() == 1  # the state that a screen reader says
    assert all(shown(today.locator("li")))
    page.context.close()


def test_all_parts_open_at_once(browser: Browser) -> None:
    page = opened(browser, of("BPaLM"))
    page.get_by_text("Show all parts").click()
    assert all(shown(page.locator("li:not(.jump li)")))
    assert not any(shown(page.locator(".opener summary")))  # none of them says that it is closed
    page.context.close()


def test_the_number_of_a_source_leads_to_it_though_the_list_is_closed(browser: Browser) -> None:
    page = opened(browser, of("linezolid"))
    assert not page.locator("#source-1").is_visible()
    page.locator(".urgent a.source").first.click()
    expect(page.locator("#source-1")).to_be_in_viewport()
    page.context.close()


@pytest.mark.parametrize("name", ["linezolid", "BPaLM"])
def test_on_paper_and_on_a_wide_screen_everything_is_open_and_nothing_asks_to_be_opened(
    browser: Browser, name: str
) -> None:
    for width, media in ((WIDTH, "print"), (768, "screen"), (1280, "screen"), (1280, "print")):
        page = opened(browser, of(name), width)
        page.emulate_media(media=media)
        assert all(shown(page.locator(".fold li"))), (width, media)
        assert not any(shown(page.locator("summary"))), (width, media)
        page.context.close()


def test_without_its_style_or_in_a_browser_that_knows_less_everything_is_shown(browser: Browser) -> None:
    html = of("linezolid")
    for without in (
        re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL),
        html.replace("@supports (inset: 0)", "@supports (inset: nothing-that-is-known)"),
    ):
        assert without != html
        page = opened(browser, without)
        assert all(shown(page.locator(".fold li")))
        page.context.close()


def test_sources_stand_open_where_a_browser_could_not_open_them_for_a_number(browser: Browser) -> None:
    html = of("linezolid").replace("@supports not selector(:has(*))", "@supports (color: red)")
    page = opened(browser, html)
    assert all(shown(page.locator(".sources li")))
    assert not any(shown(page.locator(".columns li")))
    page.context.close()


@pytest.mark.parametrize("name", ["linezolid", "BPaLM"])
def test_axe_finds_nothing_when_parts_are_open(browser: Browser, name: str) -> None:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    page = opened(browser, of(name), scripts=True)
    for summary in (page.locator(".fold summary").first, page.get_by_text("Show all parts")):
        summary.click()
        found = Axe().run(page, options=rules)
        assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.context.close()

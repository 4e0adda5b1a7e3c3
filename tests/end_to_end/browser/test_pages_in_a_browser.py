"""The leaflet and the review sheet in Chromium: accessible, readable on a phone, two pages on paper, no scripts."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

import fullcourse
from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.pages import leaflet_html, sheet_html
from fullcourse.adapters.documents.sheet import make_sheet, read_cases
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.journey.check import check
from patients import AT, knowledge

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
ROOT = Path(__file__).parents[3]
SPEC = ROOT / "tests" / "spec"
WIDTHS = (390, 1280)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def for_everybody() -> str:
    return leaflet_html(make_leaflet(knowledge(), knowledge().drugs["cycloserine"], "US"))


def for_one_person() -> str:
    known = knowledge()
    reader = RecordReader(known.facts.values(), tuple(known.readings.values()), recognise, known.other_matters.values())
    drug = known.drugs["cycloserine"]
    result = check(reader.open(str(EXAMPLE), AT), known, known.profile("us"), AT, [drug])
    return leaflet_html(make_leaflet(known, drug, "", result))


def review_sheet() -> str:
    """Return the page of a drug with cases, conflicts and readings; axe takes long over the longest page."""
    return sheet_html(make_sheet(knowledge(), knowledge().drugs["terizidone"], read_cases(SPEC, knowledge()), {}))


def manual_page(name: str = "linezolid.html") -> str:
    """Return a page of the manual, printed from the same cases."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - our own script
            [sys.executable, str(ROOT / "tools" / "make_manual.py"), "--out", folder],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        )
        return Path(folder, name).read_text("utf-8")


def manual_index() -> str:
    return manual_page("index.html")


PAGES = {
    "leaflet": for_everybody,
    "personal leaflet": for_one_person,
    "sheet": review_sheet,
    "manual": manual_page,
    "index of the manual": manual_index,
}


def opened(browser: Browser, html: str, width: int, *, scripts: bool) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, bypass_csp=scripts, offline=True
    )
    page = context.new_page()
    page.set_content(html)
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, name: str, width: int) -> None:
    page = opened(browser, PAGES[name](), width, scripts=True)
    found = Axe().run(page, options=RULES)
    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_screen(browser: Browser, name: str, width: int) -> None:
    page = opened(browser, PAGES[name](), width, scripts=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_heading_is_shown_without_scripts(browser: Browser, name: str) -> None:
    page = opened(browser, PAGES[name](), 390, scripts=False)
    headings = page.locator("h2")
    assert headings.count() > (0 if name == "index of the manual" else 5)
    for number in range(headings.count()):
        assert headings.nth(number).is_visible()
    page.context.close()


SMALLEST_PT = 9


def body_pt(page: Page) -> float:
    """Return the size of the smallest words of a leaflet's lines as printed, pt (a CSS pixel is three quarters)."""
    page.emulate_media(media="print")
    sizes = page.eval_on_selector_all(
        "section:not(.sources) li", "found => found.map(it => parseFloat(getComputedStyle(it).fontSize))"
    )
    return min(sizes) * 0.75


def pages_of(page: Page, paper: str) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


def leaflet_of(inn: str) -> str:
    return leaflet_html(make_leaflet(knowledge(), knowledge().drugs[inn], "US"))


def test_a_personal_leaflet_prints_on_two_pages_in_letters_that_can_be_read(browser: Browser) -> None:
    page = opened(browser, for_one_person(), 1280, scripts=True)
    assert {paper: pages_of(page, paper) for paper in ("A4", "Letter")} == {"A4": 2, "Letter": 2}
    assert body_pt(page) >= SMALLEST_PT
    page.context.close()


@pytest.mark.parametrize("inn", sorted(knowledge().drugs))
def test_the_leaflet_of_every_drug_prints_on_two_pages_at_most_and_axe_finds_nothing(
    browser: Browser, inn: str
) -> None:
    page = opened(browser, leaflet_of(inn), 390, scripts=True)
    found = Axe().run(page, options=RULES)
    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
    assert max(pages_of(page, paper) for paper in ("A4", "Letter")) <= 2
    assert body_pt(page) >= SMALLEST_PT
    page.context.close()


def test_a_number_to_call_is_printed_in_ink_and_not_in_white(browser: Browser) -> None:
    page = opened(browser, for_everybody(), 1280, scripts=True)
    page.emulate_media(media="print")
    colour = page.evaluate("getComputedStyle(document.querySelector('.danger a.tel')).color")
    assert colour == page.evaluate("getComputedStyle(document.querySelector('.danger')).color")
    assert colour != "rgb(255, 255, 255)"
    page.context.close()

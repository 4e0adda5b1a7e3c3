"""The manual in Chromium: built without a warning, accessible on a phone and a desk, searched, with no network."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TOOL = Path(__file__).parents[3] / "tools" / "make_site.py"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WIDTHS = (390, 1280)
PAGES = (
    "index.html", "for/clinician.html", "for/supporter.html", "reference/commands/check.html",
    "reference/drugs/cycloserine.html", "reference/json/check-2.html", "reference/facts.html",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the manual, whose build stops at a command that fails and at a link that leads nowhere."""
    folder = tmp_path_factory.mktemp("manual")
    done = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, str(TOOL), "--out", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"],
        )
        yield opened
        opened.close()


def opened(browser: Browser, place: str, width: int) -> tuple[Page, list[str]]:
    """Return a page in a window without a network; and what went wrong: errors, and what it asked the network for."""
    wrong: list[str] = []
    page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()

    def asked(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            wrong.append(request.url)

    page.on("request", asked)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(place)
    return page, wrong


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_asked_of_a_network(
    browser: Browser, manual: Path, name: str, width: int
) -> None:
    page, wrong = opened(browser, (manual / name).as_uri(), width)
    found = Axe().run(page, options=RULES)
    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert wrong == []
    page.context.close()


def test_the_search_finds_a_word_of_a_statement(browser: Browser, manual: Path) -> None:
    page, wrong = opened(browser, (manual / "search.html").as_uri() + "?q=pyridoxine", 1280)
    page.wait_for_selector("#search-results li a")
    assert any(
        "cycloserine" in (link.get_attribute("href") or "") for link in page.query_selector_all("#search-results a")
    )
    assert wrong == []
    page.context.close()


def test_a_statement_leads_to_its_cases(browser: Browser, manual: Path) -> None:
    page, _ = opened(browser, (manual / "reference" / "drugs" / "linezolid.html").as_uri(), 1280)
    page.click("a[href*='casebook/linezolid.html#']")
    page.wait_for_url("**/casebook/linezolid.html#*")
    assert page.locator(":target").count() == 1
    page.context.close()

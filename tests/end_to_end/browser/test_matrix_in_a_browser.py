"""The matrix of interactions in Chromium: accessible, filtered, read by keyboard, printed, without a network."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fullcourse.adapters.documents.matrix_page import matrix_html
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.journey.matrix import interaction_matrix
from patients import AT, knowledge

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (390, 1280)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


@pytest.fixture(scope="module")
def html() -> str:
    """Return a page of every tenth medicine and those that the tests name: axe takes long over all of them."""
    named = {"voriconazole", "warfarin", "calcium carbonate", "dolutegravir", "sertraline"}
    rows = [row for at, row in enumerate(load_co_medicines()) if at % 10 == 0 or row.name in named]
    drugs = list(knowledge().drugs.values())
    return matrix_html(interaction_matrix(knowledge(), knowledge().profile("who"), AT, rows, drugs), knowledge())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


def opened(browser: Browser, html: str, width: int, *, bypass: bool = False, scripts: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=bypass, java_script_enabled=scripts, offline=True
    )
    page = context.new_page()
    page.set_content(html)
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("drug", ["", "Rifampin"])
def test_axe_finds_nothing(browser: Browser, html: str, width: int, drug: str) -> None:
    page = opened(browser, html, width, bypass=True)
    page.select_option("#drug", label=drug or "all")
    page.select_option("#least", "")
    found = Axe().run(page, options=RULES)
    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
def test_nothing_is_wider_than_the_screen(browser: Browser, html: str, width: int) -> None:
    page = opened(browser, html, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_filters_leave_what_they_say(browser: Browser, html: str) -> None:
    page = opened(browser, html, 1280)
    page.fill("#search", "warf")
    assert page.locator("#all tbody tr:visible th").all_inner_texts() == ["warfarin"]
    page.fill("#search", "")
    page.select_option("#drug", label="Rifampin")
    page.select_option("#least", "5")
    never = page.locator("#one tbody th").all_inner_texts()
    assert "voriconazole" in never
    assert "warfarin" not in never
    page.select_option("#drug", label="Moxifloxacin")
    page.select_option("#least", "none")
    cleared = page.locator("#one tbody th").all_inner_texts()
    assert "calcium carbonate" in cleared
    assert "warfarin" not in cleared
    page.select_option("#least", "gap")
    assert "calcium carbonate" not in page.locator("#one tbody th").all_inner_texts()
    assert set(page.locator("#one tbody td").all_inner_texts()) == {"not covered"}
    page.context.close()


def test_a_cell_opens_by_keyboard_and_says_what_to_do_and_where_it_stands(browser: Browser, html: str) -> None:
    page = opened(browser, html, 1280)
    page.fill("#search", "voriconazole")
    at = page.locator("#all thead th").all_inner_texts().index("Rifampin")
    page.locator("#all tbody tr:visible").locator(f"td:nth-child({at + 1}) button").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog).to_be_visible()
    assert dialog.locator("h2").inner_text() == "Rifampin with voriconazole"
    assert "Not together" in dialog.inner_text()
    assert "no date given" in dialog.inner_text()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.context.close()


def test_a_phone_begins_with_one_drug_in_full(browser: Browser, html: str) -> None:
    page = opened(browser, html, 390)
    assert page.locator("#one").is_visible()
    assert not page.locator("#all").is_visible()
    page.context.close()


def test_the_table_is_whole_without_scripts_and_on_paper(browser: Browser, html: str) -> None:
    page = opened(browser, html, 1280, scripts=False)
    assert page.locator("#all tbody tr").count() > 40
    assert not page.locator("#filters").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#all").evaluate("it => getComputedStyle(it).overflow") == "visible"
    page.context.close()

"""The programme's pages and the knowledge browser in Chromium: accessible, within policy, by keyboard, printed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from desk_demo import ARGUMENTS, CHROMIUM, RULES, Demo
from desk_pages import PROGRAMME_PAGES
from fullcourse.cohort.programme.quarter import quarter_of
from running_service import RunningService

SIZES = ((1440, 900), (360, 740))
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    log: Path = tmp_path_factory.mktemp("demo") / "log"
    service = RunningService("--demo", log=log)
    try:
        yield Demo("\n".join(service.said))
    finally:
        service.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def go(demo: Demo, page: Page, path: str) -> None:
    demo.go(page, path.replace("{quarter}", str(quarter_of(datetime.now(UTC).date()))))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
def test_every_page_is_accessible_keeps_its_policy_and_fits_the_screen(
    browser: Browser, demo: Demo, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    demo.sign_in(page)
    for path in PROGRAMME_PAGES:
        go(demo, page, path)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, (path, [(it["id"], it["nodes"][0]["html"]) for it in found])
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert not faults
    context.close()


def test_a_number_leads_to_its_list_and_the_list_to_the_patient(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    demo.sign_in(page)
    page.click("nav >> text=Programme")
    page.click("text=Data quality")
    page.select_option("#f-clinic", label="all of yours")
    page.click("main button >> text=Show")
    number = page.locator("a[data-number='quality.no-susceptibility']")
    count = int(number.inner_text().split()[0])
    number.click()
    rows = page.locator("tbody tr")
    assert rows.count() == count
    row = page.locator(f"a[href='/desk/courses/{demo.patient}']")
    row.click()
    page.wait_for_url(f"**/desk/courses/{demo.patient}")
    assert demo.patient[:8] in page.inner_text("h1")
    context.close()


def test_the_report_is_walked_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    demo.sign_in(page)
    go(demo, page, "/desk/programme?quarter={quarter}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator("a[data-number]:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/programme/list?*")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("tbody a:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/courses/*")
    assert page.locator("h1").count() == 1
    context.close()


def test_the_matrix_is_filtered_and_a_cell_opened_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    page = browser.new_page()
    demo.sign_in(page)
    demo.go(page, "/desk/matrix?drug=rifampin")
    page.focus("#q")
    page.keyboard.type("dolutegravir")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=dolutegravir*")
    page.focus("td.k-major a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/matrix/rifampin/dolutegravir")
    assert "tier" in page.inner_text("main")
    page.close()


def test_text_of_twice_the_size_is_not_cut_off(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    demo.sign_in(page)
    for path in PROGRAMME_PAGES:
        go(demo, page, path)
        page.evaluate("document.documentElement.style.setProperty('font-size', '32px')")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        cut = page.evaluate(
            """() => [...document.querySelectorAll('main :is(h1, h2, p, button, label, li, dd)')]
                .filter(it => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflow !== 'visible')
                .map(it => it.outerHTML.slice(0, 80))"""
        )
        assert not cut, path
    context.close()


def test_what_is_printed_holds_the_numbers_and_nothing_to_click(browser: Browser, demo: Demo) -> None:
    page = browser.new_page()
    demo.sign_in(page)
    page.emulate_media(media="print")
    go(demo, page, "/desk/programme?quarter={quarter}")
    assert page.locator("table.figures").first.is_visible()
    for hidden in ("main form", "nav.tabs", ".top nav", "footer"):
        assert not page.locator(hidden).first.is_visible(), hidden
    demo.go(page, "/desk/knowledge/cycloserine/sheet?kind=contraindication")
    assert page.locator(".sign").first.is_visible()
    demo.go(page, "/desk/matrix")
    assert page.evaluate(
        "document.querySelector('.scroll').scrollWidth <= document.querySelector('.scroll').clientWidth"
    )
    page.close()

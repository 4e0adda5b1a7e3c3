"""The programme's pages and the knowledge browser in Chromium: accessible, within policy, by keyboard, printed."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from chromium import CHROMIUM, RULES
from desk_demo import Demo, at_the_desk
from desk_pages import PROGRAMME_PAGES
from fullcourse.cohort.programme.quarter import quarter_of

SIZES = ((1440, 900), (360, 740))
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


def go(demo: Demo, page: Page, path: str) -> None:
    demo.go(page, path.replace("{quarter}", str(quarter_of(datetime.now(UTC).date()))))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
def test_every_page_is_accessible_keeps_its_policy_and_fits_the_screen(
    browser: Browser, demo: Demo, size: tuple[int, int]
) -> None:
    with at_the_desk(browser, demo, viewport={"width": size[0], "height": size[1]}) as page:
        for path in PROGRAMME_PAGES:
            go(demo, page, path)
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, (path, [(it["id"], it["nodes"][0]["html"]) for it in found])
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_number_leads_to_its_list_and_the_list_to_the_patient(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, java_script_enabled=False) as page:
        page.click("nav >> text=Programme")
        page.click("text=Data quality")
        page.select_option("#f-clinic", label="all of yours")
        with page.expect_navigation():
            page.click("main button >> text=Show")
        number = page.locator("a[data-number='quality.no-susceptibility']")
        count = int(number.inner_text().split()[0])
        number.click()
        page.wait_for_url("**/desk/programme/list?*")
        expect(page.locator("tbody tr")).to_have_count(count)
        row = page.locator(f"a[href='/desk/courses/{demo.patient}']")
        row.click()
        page.wait_for_url(f"**/desk/courses/{demo.patient}")
        assert demo.patient[:8] in page.inner_text("h1")


def test_the_report_is_walked_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, viewport={"width": 1440, "height": 900}) as page:
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


def test_the_matrix_is_filtered_and_a_cell_opened_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo) as page:
        demo.go(page, "/desk/matrix?drug=rifampin")
        page.focus("#q")
        page.keyboard.type("dolutegravir")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=dolutegravir*")
        page.focus("td.k-major a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/matrix/rifampin/dolutegravir")
        assert "tier" in page.inner_text("main")


def test_text_of_twice_the_size_is_not_cut_off(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, viewport={"width": 1280, "height": 900}) as page:
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


def test_what_is_printed_holds_the_numbers_and_nothing_to_click(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo) as page:
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

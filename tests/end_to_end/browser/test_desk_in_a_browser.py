"""The desk in Chromium: accessible, within its policy, usable at 1440 and 360 px, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from chromium import CHROMIUM, RULES
from desk_demo import Demo, at_the_desk
from desk_pages import PAGES

SIZES = ((1440, 900), (360, 740))
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
def test_every_page_is_accessible_keeps_its_policy_and_fits_the_screen(
    browser: Browser, demo: Demo, size: tuple[int, int]
) -> None:
    with at_the_desk(browser, demo, viewport={"width": size[0], "height": size[1]}) as page:
        for path in PAGES:
            demo.go(page, path)
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, (path, [(it["id"], it["nodes"][0]["html"]) for it in found])
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_word_of_a_link_goes_into_its_field_and_out_of_the_address(browser: Browser, demo: Demo) -> None:
    page = browser.new_page()
    demo.go(page, "/desk/setup#a-word-that-nobody-was-given")
    assert page.input_value("input[name=link]") == "a-word-that-nobody-was-given"
    assert "#" not in page.url
    page.close()


def test_without_scripts_a_symptom_is_written_down_and_stands_on_the_list(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, refuses=401, java_script_enabled=False) as page:
        demo.go(page, "/desk/courses/{patient}/enter")
        form = page.locator("form[action$='/symptoms']")
        form.locator("select[name=symptom]").select_option("symptom_jaundice")
        form.locator("input[name=present][value=yes]").check()
        form.locator("button").click()
        expect(page.locator("main")).to_contain_text("It is written down.")
        demo.go(page, "/desk/queue?tab=safety")
        assert demo.patient[:8] in page.inner_text("main")
        page.click("text=Sign out")
        page.wait_for_url("**/desk/sign-in*")
        demo.go(page, "/desk/queue")
        expect(page.locator("input[name=password]")).to_have_count(1)


def test_the_list_is_walked_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, viewport={"width": 1440, "height": 900}) as page:
        page.keyboard.press("Tab")
        assert page.locator("a.skip:focus").count() == 1
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.locator("a.button:focus", has_text="Follow up").count():
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/follow-up?matter=*")
        assert page.locator("h1", has_text="Follow up").count() == 1

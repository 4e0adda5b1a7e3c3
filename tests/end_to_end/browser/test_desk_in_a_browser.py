"""The desk in Chromium: accessible, within its policy, usable at 1440 and 360 px, and without scripts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from desk_demo import Demo
from running_service import RunningService

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = ((1440, 900), (360, 740))
PAGES = (
    "/desk/queue",
    "/desk/queue?tab=visits",
    "/desk/digest",
    "/desk/find",
    "/desk/courses/{patient}/enter",
    "/desk/courses/{patient}/follow-up?matter=silent",
    "/desk/knowledge?q=seizure",
    "/desk/knowledge/rifampin/beside",
    "/desk/users",
    "/desk/account",
    "/desk/setup",
    "/desk/password",
)

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
    for path in PAGES:
        demo.go(page, path)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, (path, [(it["id"], it["nodes"][0]["html"]) for it in found])
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert not faults
    context.close()


def test_the_word_of_a_link_goes_into_its_field_and_out_of_the_address(browser: Browser, demo: Demo) -> None:
    page = browser.new_page()
    demo.go(page, "/desk/setup#a-word-that-nobody-was-given")
    assert page.input_value("input[name=link]") == "a-word-that-nobody-was-given"
    assert "#" not in page.url
    page.close()


def test_without_scripts_a_symptom_is_written_down_and_stands_on_the_list(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    demo.sign_in(page)
    demo.go(page, "/desk/courses/{patient}/enter")
    form = page.locator("form[action$='/symptoms']")
    form.locator("select[name=symptom]").select_option("symptom_jaundice")
    form.locator("input[name=present][value=yes]").check()
    form.locator("button").click()
    assert "It is written down." in page.inner_text("main")
    demo.go(page, "/desk/queue?tab=safety")
    assert demo.patient[:8] in page.inner_text("main")
    page.click("text=Sign out")
    demo.go(page, "/desk/queue")
    assert page.locator("input[name=password]").count() == 1
    context.close()


def test_the_list_is_walked_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    demo.sign_in(page)
    page.keyboard.press("Tab")
    assert page.locator("a.skip:focus").count() == 1
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("a.button:focus", has_text="Follow up").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/follow-up?matter=*")
    assert page.locator("h1", has_text="Follow up").count() == 1
    context.close()

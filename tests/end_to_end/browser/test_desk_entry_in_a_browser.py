"""What a clinician enters, in Chromium: a record uploaded, a course begun, its sheet printed and typed back by keys."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import fullcourse
from chromium import CHROMIUM, RULES
from desk_demo import Demo, at_the_desk

EXAMPLES = Path(fullcourse.__file__).parent / "examples"
BUNDLES = {
    "the example": EXAMPLES / "synthetic-patient.json",
    "another program's": min((Path(__file__).parents[2] / "data" / "synthea-bundles").glob("*.json")),
}
SIZES = {"1440 px": (1440, 900), "360 px": (360, 740), "200 per cent of 1280 px": (640, 512)}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)


def evening_zone() -> str:
    """Return a zone in which doses of eight in the morning are due already."""
    ahead = min(20 - datetime.now(UTC).hour, 14)
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def today_there() -> str:
    ahead = min(20 - datetime.now(UTC).hour, 14)
    return (datetime.now(UTC) + timedelta(hours=ahead)).date().isoformat()


def look(page: Page, demo: Demo, record: Path) -> None:
    """Upload a record, and go to what is proposed for it."""
    demo.go(page, "/desk/begin")
    page.set_input_files("#record-file", record)
    page.select_option("#r-group", "new")
    page.fill("#f-zone", evening_zone())
    page.fill("#f-start", today_there())
    page.click("text=Look at what is proposed")
    page.wait_for_selector("#plan")


@pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)
def test_from_a_bundle_to_a_course_to_its_sheet_typed_back_to_its_adherence(
    browser: Browser, demo: Demo, bundle: Path
) -> None:
    with at_the_desk(browser, demo, refuses=422, viewport={"width": 1440, "height": 900}) as page:
        look(page, demo, bundle)
        page.fill("#plan", "isoniazid: 300 mg in the morning\nrifampin: 600 mg in the morning")
        page.fill("#confirmed-by", "Dr A")
        page.click("button:has-text('Confirm and begin')")
        expect(page.locator("[role=alert]")).to_contain_text("Say why")  # another plan than was proposed asks a reason
        page.fill("#because", "what the person took elsewhere")
        page.click("button:has-text('Confirm and begin')")
        page.wait_for_url("**/desk/courses/*")
        patient = page.url.rpartition("/")[2]
        page.click("text=Paper sheet")
        printed = page.request.get(f"{demo.address}/desk/courses/{patient}/sheet.pdf?days=7")
        assert printed.body().startswith(b"%PDF")
        page.fill("#sheet-id", demo.sheet_of(page, patient, datetime.now(UTC)).lower())
        page.keyboard.press("Enter")
        page.wait_for_selector("table[data-grid]")
        boxes = page.locator("select[name=box]")
        expect(boxes).to_have_count(2)
        boxes.first.focus()
        page.keyboard.press("t")
        boxes.first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("m")
        assert [boxes.nth(place).input_value().partition(" ")[2] for place in (0, 1)] == ["taken", "missed"]
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Written down: 2 boxes.")
        demo.go(page, f"/desk/courses/{patient}")
        assert page.inner_text(".figures").startswith("50 % of doses, 28 days")


def test_first_line_treatment_begins_as_proposed_by_the_keyboard_alone(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, viewport={"width": 1440, "height": 900}) as page:
        look(page, demo, EXAMPLES / "first-line.toml")
        page.focus("#confirmed-by")
        page.keyboard.type("Dr A")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/courses/*")
        text = page.inner_text("main")
        assert "pyrazinamide" in text
        assert "1600 mg" in text


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_page_of_entering_is_accessible_and_fits(browser: Browser, demo: Demo, size: tuple[int, int]) -> None:
    with at_the_desk(browser, demo, refuses=422, viewport={"width": size[0], "height": size[1]}) as page:

        def judged(what: str) -> None:
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, (what, [(it["id"], it["nodes"][0]["html"]) for it in found])
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), what

        demo.go(page, "/desk/begin")
        judged("begin")
        page.set_input_files("#record-file", {"name": "a.pdf", "mimeType": "", "buffer": b"%PDF-1.7"})
        page.fill("#f-zone", "UTC")
        page.click("text=Look at what is proposed")
        page.wait_for_selector("[role=alert]")
        judged("begin, refused")
        look(page, demo, EXAMPLES / "first-line.toml")
        judged("look")
        demo.go(page, "/desk/courses/{patient}/sheet")
        judged("sheet")
        number = demo.sheet_of(page, demo.patient, datetime.now(UTC) - timedelta(days=3))
        demo.go(page, f"/desk/courses/{demo.patient}/sheet?id={number}")
        page.wait_for_selector("table[data-grid]")
        judged("sheet typed back")
        demo.go(page, "/desk/courses/{patient}")
        judged("patient")


def test_without_scripts_a_record_is_uploaded_and_a_sheet_typed_back(browser: Browser, demo: Demo) -> None:
    with at_the_desk(browser, demo, java_script_enabled=False) as page:
        look(page, demo, EXAMPLES / "first-line.toml")
        page.fill("#confirmed-by", "Dr A")
        page.click("button:has-text('Confirm and begin')")
        page.wait_for_url("**/desk/courses/*")
        patient = page.url.rpartition("/")[2]
        number = demo.sheet_of(page, patient, datetime.now(UTC))
        demo.go(page, f"/desk/courses/{patient}/sheet?id={number}")
        boxes = page.locator("select[name=box]")
        expect(boxes).to_have_count(4)
        for place in range(4):
            boxes.nth(place).select_option(label="Observed")
        page.check("input[name=by][value=supporter]")
        page.click("text=Write all of it down")
        expect(page.locator("main")).to_contain_text("Written down: 4 boxes.")
        expect(page.locator("table[data-grid]")).to_contain_text("seen: taken")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_reminders_are_set_refused_beside_the_field_and_undone_with_scripts_and_without(
    browser: Browser, demo: Demo, *, has_scripts: bool
) -> None:
    size = {"width": 360, "height": 740}
    with at_the_desk(browser, demo, refuses=422, viewport=size, java_script_enabled=has_scripts) as page:
        demo.go(page, "/desk/courses/{patient}")
        page.get_by_role("link", name="Reminders").click()
        page.get_by_role("group", name="Does the patient want reminders?").get_by_label("Yes").check()
        number = page.get_by_label("Number for text messages")
        number.fill("082 555 0100")
        page.get_by_role("button", name="Set it").click()
        expect(number).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#wrong-sms")).to_contain_text("with its country")
        expect(number).to_have_value("082 555 0100")
        number.fill("+27825550100")
        page.keyboard.press("Enter")
        page.get_by_text("Reminders go by: text message.").wait_for()
        expect(number).to_have_value("")
        page.get_by_role("button", name="Undo: as it was before").click()
        page.get_by_text("Nobody is reminded").wait_for()
        assert page.locator("#wrong-sms").count() == 0
        if has_scripts:
            assert Axe().run(page, options=RULES).violations_count == 0
            assert page.evaluate("document.documentElement.scrollWidth") <= 360

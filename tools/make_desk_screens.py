"""Writes pictures of the desk's pages into docs/screens/desk: the demonstration's clinic at 1440 and at 360 px.

Starts ``fullcourse serve --demo`` for itself, signs in as its clinician, and photographs what a browser shows. Usage:
``python tools/make_desk_screens.py [FOLDER]``. It ends with 1 where a page broke its policy or wrote to the console.
"""

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.published.event import read_event
from fullcourse.adapters.zones import load_zone
from fullcourse.journey.course import course_from
from fullcourse.journey.organizer import organizer_of

FOLDER: Final = Path(__file__).parents[1] / "docs" / "screens" / "desk"
SIZES: Final = {"1440": (1440, 900), "360": (360, 740)}
SHOWN: Final = {
    "patient-level-too-high": "/desk/courses/{06}",
    "patient-emergency": "/desk/courses/{07}",
    "patient-held": "/desk/courses/{05}",
    "patient-gone": "/desk/courses/{10}",
    "patient-cured": "/desk/courses/{11}",
    "begin": "/desk/begin",
    "patient-disputed-doses": "/desk/courses/{15}/doses",
    "patient-log": "/desk/courses/{05}/log",
    "patient-levels": "/desk/courses/{06}/levels/cycloserine?dose=250+mg+q8h",
    "patient-plan": "/desk/courses/{02}/plan",
    "patient-phase-due": "/desk/courses/{17}",
    "patient-reminders": "/desk/courses/{07}/reminders",
    "patient-results-unanswered": "/desk/courses/{13}/results/unanswered",
    "patient-seen": "/desk/courses/{05}/seen",
    "programme": "/desk/programme?quarter={quarter}",
    "programme-need": "/desk/programme/need",
    "programme-quality": "/desk/programme/quality",
    "programme-list": "/desk/programme/list?number=quality.no-susceptibility",
    "knowledge": "/desk/knowledge",
    "knowledge-sheet": "/desk/knowledge/cycloserine/sheet?kind=contraindication",
    "knowledge-statement": "/desk/statements/cycloserine.contraindication.epilepsy",
    "matrix": "/desk/matrix",
    "matrix-drug": "/desk/matrix?drug=rifampin&kind=avoid",
    "matrix-cell": "/desk/matrix/rifampin/dolutegravir",
    "sheet": "/desk/courses/{15}/sheet",
}
"""Name of the picture, and the address with the number of a synthetic patient, or the quarter of today, in it."""

RECORDS: Final = {
    "begin-proposed": "widely-resistant.toml",
    "begin-questions": "synthetic-patient.json",
    "begin-first-line": "first-line.toml",
}
"""Name of the picture, and the example whose course would begin."""

EXAMPLES: Final = Path(__file__).parents[1] / "src" / "fullcourse" / "examples"
_CURVE_MS: Final = 180_000
"""So long a curve of levels is waited for."""
CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def main() -> int:
    """Write the pictures; return 1 where a page broke its policy or wrote to the console."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "fullcourse", "serve", "--demo", "--port", "0"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **quiet) as served:  # noqa: S603 - a command of our own
        try:
            return _photographed(_told(served), folder)
        finally:
            served.terminate()


def _told(served: "subprocess.Popen[str]") -> str:
    """Return what the service printed until it answers."""
    lines = []
    for line in served.stdout or ():
        lines.append(line)
        if line.startswith("Stop it"):
            break
    return "".join(lines)


def _photographed(told: str, folder: Path) -> int:
    address = re.search(r"serves on (\S+)", told)
    signed = re.search(r"sign in as\s+(\S+)\s+password\s+(\S+)", told)
    if address is None or signed is None:
        sys.stderr.write(f"the demonstration did not begin:\n{told}")
        return 1
    people = dict(re.findall(r"Synthetic Patient (\d\d)\s+(\S+)", told))
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            page = _signed_in(browser, address[1], signed[1], signed[2], width, height)
            page.on("console", lambda message: faults.append(message.text) if _is_fault(message) else None)
            for name, path in SHOWN.items():
                page.goto(address[1] + _path(path, people))
                if "/levels/" in path:
                    page.locator("#levels svg").wait_for(timeout=_CURVE_MS)
                page.screenshot(path=folder / f"{name}-{size}.png", full_page=size == "360")
            for name, record in RECORDS.items():
                _look_at(page, address[1], record)
                page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)
            page.goto(f"{address[1]}/desk/begin")
            page.set_input_files("#record-file", {"name": "a.pdf", "mimeType": "", "buffer": b"%PDF-1.7"})
            page.fill("#f-zone", "Africa/Johannesburg")
            page.click("text=Look at what is proposed")
            page.screenshot(path=folder / f"begin-no-record-{size}.png", full_page=True)
            _type_back(page, address[1], people["15"])
            page.screenshot(path=folder / f"sheet-typed-{size}.png", full_page=True)
            page.goto(address[1] + _path("/desk/courses/{02}/plan", people))
            _preview(page)
            page.screenshot(path=folder / f"patient-plan-preview-{size}.png", full_page=True)
        browser.close()
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def _is_fault(message: ConsoleMessage) -> bool:
    """Return whether a message tells of a fault; that a form was refused is told as an error too, and is none."""
    return message.type == "error" and "status of 422" not in message.text


def _look_at(page: Page, address: str, record: str) -> None:
    """Go to what is proposed for a record."""
    page.goto(f"{address}/desk/begin")
    page.set_input_files("#record-file", EXAMPLES / record)
    page.fill("#f-zone", "Africa/Johannesburg")
    page.select_option("#r-group", "new")
    page.select_option("#r-site", "pulmonary")
    page.click("text=Look at what is proposed")
    page.wait_for_load_state()


def _type_back(page: Page, address: str, patient: str) -> None:
    """Type a few boxes of the sheet that a patient was handed four weeks ago."""
    told = page.request.get(f"{address}/api/v1/courses/{patient}/events?limit=500").json()
    events = [read_event(it) for it in told["events"]]
    knowledge, printed = knowledge_here(), datetime.now(UTC) - timedelta(days=10)
    sheet = organizer_of(course_from(events, knowledge, load_zone, printed), knowledge, printed, 7).sheet
    page.goto(f"{address}/desk/courses/{patient}/sheet?id={sheet.id}")
    boxes = page.locator("select[name=box]")
    for place, word in enumerate(("T", "T", "M", "O", "T")):
        boxes.nth(place).press(word)
    page.check("input[name=by][value=patient]")


def _preview(page: Page) -> None:
    """Go to what a lower dose of linezolid would move."""
    page.fill("#plan", page.input_value("#plan").replace("600 mg", "300 mg"))
    page.fill("#because", "numb feet")
    page.fill("#confirmed-by", "Dr A")
    page.click("text=Show what it moves")
    page.wait_for_load_state()


def _path(path: str, people: dict[str, Any]) -> str:
    today = datetime.now(UTC).date()
    path = path.replace("{quarter}", f"{today.year}-Q{(today.month + 2) // 3}")
    return re.sub(r"\{(\d\d)\}", lambda found: str(people[found[1]]), path)


def _signed_in(browser: Browser, address: str, login: str, password: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{address}/desk/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_load_state()
    time.sleep(0.2)
    return page


if __name__ == "__main__":
    sys.exit(main())

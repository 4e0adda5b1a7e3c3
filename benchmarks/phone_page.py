"""What the page of a patient's phone takes on a slow one: its bytes, its first paint, a tap, with two years of a log.

A real service, a real Chromium with its processor slowed four times and its scripts held to 512 MB. A bare text of
the same service is painted in turns with ours, since the machine may be busy with others: the ratio can be compared.
Lighthouse is asked where it is installed (``npm install --prefix DIR lighthouse``, then ``LIGHTHOUSE=DIR``).
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from timing import yardstick

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import phone_clinic as clinics
from chromium import ARGUMENTS, CHROMIUM
from fullcourse.adapters.languages import LANGUAGES, PREPARED
from fullcourse.interfaces.phone.shell import shell_of
from phone_browser import bytes_of_visit

DRUGS = ("cycloserine: 2 capsules of 250 mg q12h", "linezolid: 1 tablet of 600 mg once a day")
SLOWED = 4
ROUNDS = 5
MOST_BYTES, FIRST_PAINT_MS, TAP_MS = 60_000, 1_000, 100
TAPPED = """async () => {
  const button = document.getElementById('took');
  const began = performance.now();
  button.click();
  while (document.getElementById('state').textContent !== 'Done') await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""
AIMED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


def main() -> None:
    """Print every figure with its limit, and what the machine was doing meanwhile."""
    if CHROMIUM is None:
        sys.exit("no Chromium is installed, and this looks at a page in it")
    yardstick()
    print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    clinics.STARTED = date(2024, 12, 1)  # two years of doses before the morning of the tests
    with tempfile.TemporaryDirectory() as folder, clinics.phone_clinic(Path(folder)) as clinic:
        for language in (*LANGUAGES, *PREPARED):
            size = sum(bytes_of_visit(shell_of(clinic.service.knowledge), language).values())
            print(f"page with '{language}': {size:,} bytes packed   limit {MOST_BYTES:,}: {_met(size, MOST_BYTES)}")
        patient = clinic.begin(*DRUGS, days=1080)
        assert len(clinic.store.events(patient)) > 2000
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*ARGUMENTS, "--js-flags=--max-old-space-size=512"]
            )
            _paints_and_taps(browser, clinic, patient)
            browser.close()
        _lighthouse(clinic.url)


def _paints_and_taps(browser: Browser, clinic: clinics.PhoneClinic, patient: str) -> None:
    page = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-US", timezone_id=clinics.ZONE
    ).new_page()
    page.clock.install(time=clinic.now)
    page.goto(clinic.link(patient))
    page.locator("button#join").click()
    page.locator("#took").wait_for(timeout=60_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    taps = []
    for _ in range(ROUNDS):
        taps.append(page.evaluate(TAPPED))
        page.locator("#undo").click()
        page.locator("#state", has_text="Due now").wait_for()
        page.clock.run_for(2_000)
    fresh = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-US").new_page()
    fresh.context.new_cdp_session(fresh).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    ours, empty = [], []
    for _ in range(ROUNDS):
        empty.append(_paint(fresh, f"{clinic.url}/p/help.json"))
        ours.append(_paint(fresh, f"{clinic.url}/p/"))
    _say(f"first paint, slowed {SLOWED} times", ours, FIRST_PAINT_MS)
    print(
        f"   a bare text in turns: {statistics.median(empty):.0f} ms; ours takes {_ratio(ours, empty):.1f} times that"
    )
    _say("a tap on the button until the card says so, two years of a log", taps, TAP_MS)
    held = cdp.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    print(f"memory of its scripts: {held:.0f} MB   limit 512 MB: {_met(held, 512)}")


def _paint(page: Page, url: str) -> float:
    """Return when a page was first painted, ms after it was asked for."""
    page.goto(url)
    painted = "performance.getEntriesByName('first-contentful-paint')"
    page.wait_for_function(f"() => {painted}.length > 0", polling=50)
    return float(page.evaluate(f"{painted}[0].startTime"))


def _ratio(one: list[float], other: list[float]) -> float:
    return statistics.median(one) / max(statistics.median(other), 0.1)


def _say(what: str, figures: list[float], limit_ms: float) -> None:
    median = statistics.median(figures)
    print(f"{what}: {median:.0f} ms (least {min(figures):.0f})   limit {limit_ms:g} ms: {_met(median, limit_ms)}")


def _met(figure: float, limit: float) -> str:
    return "met" if figure <= limit else "MISSED"


def _lighthouse(url: str) -> None:
    place = os.environ.get("LIGHTHOUSE", "")
    program = shutil.which("lighthouse") or (place and shutil.which("lighthouse", path=f"{place}/node_modules/.bin"))
    if not program:
        print("lighthouse: it is not installed, and was not asked")
        return
    asked = [program, f"{url}/p/", "--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
    asked += [f"--only-categories={','.join(AIMED)}"]
    told = subprocess.run(  # noqa: S603 - our own words
        asked, capture_output=True, text=True, check=False, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}
    )
    if told.returncode:
        print(f"lighthouse: it did not answer ({told.stderr.strip().splitlines()[-1][:100]})")
        return
    report = json.loads(told.stdout)
    for name, aimed in AIMED.items():
        score = round(100 * (report["categories"][name]["score"] or 0))
        print(f"lighthouse, {name}: {score}   aim {aimed}: {'met' if score >= aimed else 'MISSED'}")
        for audit in report["categories"][name]["auditRefs"]:
            found = report["audits"][audit["id"]]
            if audit["weight"] and found["score"] is not None and found["score"] < 1:
                print(f"   {found['id']}: {found['title']} {found.get('displayValue', '')}")


if __name__ == "__main__":
    main()

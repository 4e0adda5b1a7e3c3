"""The demonstration's service as somebody at the desk has it in Chromium, and the sheet that a patient was handed."""

import re
import shutil
from datetime import datetime

from playwright.sync_api import Page

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.published.event import read_event
from fullcourse.adapters.zones import load_zone
from fullcourse.journey.course import course_from
from fullcourse.journey.organizer import organizer_of

__all__ = ["ARGUMENTS", "CHROMIUM", "RULES", "Demo"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Demo:
    """The demonstration's service, and somebody who may sign in to it."""

    def __init__(self, said: str) -> None:
        found = re.search(r"serves on (\S+)", said)
        signed = re.search(r"sign in as\s+(\S+)\s+password\s+(\S+)", said)
        person = re.search(r"Synthetic Patient 07\s+(\S+)", said)
        assert found is not None and signed is not None and person is not None, said
        self.address, self.login, self.password, self.patient = found[1], signed[1], signed[2], person[1]

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.address}/desk/sign-in")
        page.fill("input[name=login]", self.login)
        page.fill("input[name=password]", self.password)
        page.click("main button")
        page.wait_for_url("**/desk/queue")

    def go(self, page: Page, path: str) -> None:
        page.goto(self.address + path.replace("{patient}", self.patient))

    def sheet_of(self, page: Page, patient: str, printed: datetime) -> str:
        """Return the number of the week's sheet that was printed of a course at a moment."""
        told = page.request.get(f"{self.address}/api/v1/courses/{patient}/events?limit=500").json()
        events = [read_event(it) for it in told["events"]]
        knowledge = knowledge_here()
        return str(organizer_of(course_from(events, knowledge, load_zone, printed), knowledge, printed, 7).sheet.id)

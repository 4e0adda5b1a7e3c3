"""The demonstration's service as somebody at the desk has it in Chromium, and the sheet that a patient was handed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.published.event import read_event
from fullcourse.adapters.zones import load_zone
from fullcourse.journey.course import course_from
from fullcourse.journey.organizer import organizer_of
from running_service import RunningService

__all__ = ["Demo", "at_the_desk", "running_demo"]


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


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Run the demonstration's service, whose log is a file of a folder, and end it."""
    service = RunningService("--demo", log=folder / "log")
    try:
        yield Demo("\n".join(service.said))
    finally:
        service.stop()


@contextmanager
def at_the_desk(browser: Browser, demo: Demo, *, refuses: int = 0, **more: Any) -> Iterator[Page]:
    """Yield a page of somebody who is signed in; nothing may go wrong in it, nor break its policy.

    Args:
        browser: Gets a window of its own for it.
        demo: Is signed in to.
        refuses: The status by which something is refused meanwhile, of which the console speaks too; 0 for none.
        more: What the window is like.
    """
    context = browser.new_context(**more)
    page = context.new_page()
    faults: list[str] = []

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and not (refuses and f"status of {refuses}" in message.text):
            faults.append(message.text)

    page.on("console", told)
    page.on("pageerror", lambda error: faults.append(str(error)))
    demo.sign_in(page)
    try:
        yield page
        assert faults == []
    finally:
        context.close()

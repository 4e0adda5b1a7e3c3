"""A phone in Chromium: 360 pixels wide, its clock ours, whatever its console or its policy complains of kept."""

import gzip
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from fullcourse.interfaces.phone.shell import Asset

__all__ = ["Phone", "bytes_of_visit", "phone_of"]

_NETWORK = re.compile(
    r"Failed to load resource: (net::ERR_(INTERNET_DISCONNECTED|FAILED)|the server responded with a status of)"
    r"|The FetchEvent for .* resulted in a network error response|Service Worker registration blocked by Playwright"
)
"""What Chromium itself writes of a call that failed: what the page makes of it is tested by itself. The last one is
Playwright's word on a phone whose browser has no worker, because the test asked for that."""
_HAS_SENT_ALL = """async () => {
  const of = asked => new Promise(done => { asked.onsuccess = () => done(asked.result) });
  const person = sessionStorage.getItem('person');
  const base = await of(indexedDB.open('my-day'));
  const mine = IDBKeyRange.bound([person], [person, []]);
  const rows = await of(base.transaction('events').objectStore('events').getAll(mine));
  base.close();
  return rows.every(it => it.state !== 'unsent');
}"""
_HAS_PLAN_IN = """language => import('/p/js/app.js').then(({ app }) => app.person.plan.language === language)"""


class Phone:
    """One phone: a context of the browser, with what went wrong in it."""

    def __init__(self, browser: Browser, now: datetime | None, **more: Any) -> None:
        given = {"viewport": {"width": 360, "height": 740}, "locale": "en-US", "timezone_id": "Asia/Kolkata", **more}
        self.context: BrowserContext = browser.new_context(**given)
        self.faults: list[str] = []
        self.now, self.is_offline = now, False
        self.page = self.tab()

    def tab(self) -> Page:
        """Open another window of the same browser."""
        page = self.context.new_page()
        page.on("console", lambda it: self._heard(it.type, it.text))
        page.on("pageerror", lambda it: self.faults.append(str(it)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective))"
        )
        if self.now is not None:
            page.clock.install(time=self.now)
        return page

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not _NETWORK.match(text):
            self.faults.append(text)

    def join(self, link: str, name: str = "", pin: str = "") -> None:
        """Open the link of an invitation, as a camera does, and start."""
        self.page.goto(link)
        self.page.locator("#name").fill(name)
        self.page.locator("#pin").fill(pin)
        self.page.locator("button#join").click()
        expect(self.page.locator("#state")).to_be_visible(timeout=15_000)

    def cut(self, *, is_offline: bool = True) -> None:
        """Take the network away, or give it back."""
        self.is_offline = is_offline
        self.context.set_offline(is_offline)

    def move_to(self, now: datetime) -> None:
        """Set the phone's clock, in every window."""
        self.now = now
        for page in self.context.pages:
            page.clock.set_system_time(now)
            page.clock.run_for(16000)  # the page looks at its clock every quarter of a minute

    def wait_sent(self) -> None:
        """Wait until nothing that this phone wrote down of whom it shows is still to be sent, and until it says so.

        What a tap led to is expected before: a note that is not kept yet is no note that waits.
        """
        self.page.wait_for_function(_HAS_SENT_ALL)
        expect(self.page.get_by_text("All sent to your clinic")).to_be_visible(timeout=20_000)

    def wait_plan_in(self, language: str) -> None:
        """Wait until the plan that is shown is the one in a language."""
        self.page.wait_for_function(_HAS_PLAN_IN, arg=language)

    def take(self) -> None:
        """Tap "I took it", and wait until that is kept."""
        self.page.locator("#took").click()
        expect(self.page.locator("#state")).to_have_text("Done")

    @property
    def state(self) -> str:
        """Return the words of the card."""
        return self.page.locator("#state").inner_text()

    def screen(self, name: str) -> None:
        """Go to a screen by its address."""
        self.page.evaluate("to => { location.hash = `#/${to}` }", name)
        expect(self.page.locator(f"main[data-screen={name}]")).to_be_visible()


@contextmanager
def phone_of(browser: Browser, now: datetime | None, **more: Any) -> Iterator[Phone]:
    """Yield a phone, with the computer's own clock where none is given; nothing may have gone wrong in any window."""
    phone = Phone(browser, now, **more)
    try:
        yield phone
        assert phone.faults == []
    finally:
        phone.context.close()


def bytes_of_visit(shell: Mapping[str, Asset], language: str) -> dict[str, int]:
    """Return what a phone fetches, packed, that speaks a language: the page, English to fall back to, that language.

    Args:
        shell: Every file by its name.
        language: BCP 47 tag; words of the others are fetched by whoever chooses them.
    """
    own = ("words/en.", f"words/{language}.")
    return {
        name: len(gzip.compress(asset.body, 9))
        for name, asset in shell.items()
        if not name.startswith("words/") or name.startswith(own)
    }

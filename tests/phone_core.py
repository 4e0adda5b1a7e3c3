"""The phone's own modules, run where phones run them: in a browser, as they are sent, without a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

import fullcourse.interfaces as interfaces
from fullcourse.interfaces.phone.lean import lean_script

__all__ = ["CHROMIUM", "CORE", "PhoneCore", "phone_core"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CORE = Path(interfaces.__file__).parent / "phone" / "page" / "js" / "core"
_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
_ORIGIN = "http://phone.invalid/"
_LOAD = "async names => { globalThis.core = {}; for (const it of names) core[it] = await import(`/${it}.js`); }"


class PhoneCore:
    """A page in which the modules stand as ``core.advice``, ``core.card`` and so on."""

    def __init__(self, page: Page, folder: Path = CORE) -> None:
        self._page, self._folder = page, folder
        page.route("**/*", self._file)
        page.goto(_ORIGIN)
        names = sorted(path.stem for path in folder.glob("*.js"))
        page.evaluate(
            "async names => { globalThis.core = {}; for (const it of names) core[it] = await import(`/${it}.js`); }",
            names,
        )

    def run(self, script: str, given: object = None) -> Any:
        """Return what a function of JavaScript makes of plain values."""
        return self._page.evaluate(script, given)

    def _file(self, route: Route) -> None:
        """Answer with a module's file, whoever is asked: nothing leaves this computer."""
        name = route.request.url.removeprefix(_ORIGIN)
        if not name:
            route.fulfill(body="<!doctype html><title>core</title>", content_type="text/html")
            return
        script = lean_script((self._folder / name).read_text("utf-8"))
        route.fulfill(body=script, content_type="text/javascript")


@contextmanager
def phone_core(folder: Path = CORE) -> Iterator[PhoneCore]:
    """Open the modules of a folder in a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield PhoneCore(browser.new_page(), folder)
        browser.close()

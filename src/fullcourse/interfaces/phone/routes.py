"""The addresses of the patient's page. Whoever knows the address may have the page: nobody's data is in it."""

import hashlib
import json
import re
from pathlib import Path
from typing import Final

from fullcourse.adapters.languages import LANGUAGES, PREPARED
from fullcourse.adapters.recordings.folder import recording_of, recordings_in
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.phone.shell import later, shell_of

__all__ = ["PHONE_PAGE", "PHONE_POLICY"]

PHONE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""What the page may load: its own files, and nothing that stands in its text."""

_HEADERS: Final = {
    "Cache-Control": "no-cache",  # kept, and asked for again by its hash: yesterday's is never taken for today's
    "Content-Security-Policy": PHONE_POLICY,
    "Vary": "Accept-Encoding",
}
_GZIP: Final = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?:0?\.[0-9]*[1-9]|1(?:\.0*)?)\s*)?(?:,|$)", re.ASCII)


def _answer(folder: str, call: Call) -> Reply:
    name = folder + call.path.get("asset", "")
    asset = shell_of(call.service.knowledge).get(name) or later().get(name)
    if asset is None:
        raise NotFound
    headers = {**_HEADERS, "ETag": f'"{asset.tag}"'}
    if f'"{asset.tag}"' in call.headers.get("if-none-match", ""):
        return Reply(status=304, headers=headers)
    if _GZIP.search(call.headers.get("accept-encoding", "")):
        return Reply(asset.packed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Reply(asset.body, media_type=asset.media_type, headers=headers)


def _spoken(call: Call) -> Reply:
    """Give one recording of the clinic, or the list of those in a language; nobody's data is in either."""
    asked, folder = call.path["asset"], call.service.settings.text("FULLCOURSE_RECORDINGS")
    language = asked.removesuffix(".json")
    if asked != language and language in LANGUAGES + PREPARED:
        files = [it.file for it in recordings_in(Path(folder), language) if not it.fault] if folder else []
        return _fresh(call, json.dumps(files).encode(), "application/json")
    found = recording_of(Path(folder), asked) if folder else None
    if found is None:
        raise NotFound
    return _fresh(call, *found)


def _fresh(call: Call, body: bytes, media_type: str) -> Reply:
    headers = {**_HEADERS, "ETag": f'"{hashlib.sha256(body).hexdigest()}"'}
    if headers["ETag"] in call.headers.get("if-none-match", ""):
        return Reply(status=304, headers=headers)
    return Reply(body, media_type=media_type, headers=headers)


def _row(path: str, folder: str, says: str) -> Route:
    def answer(call: Call) -> Reply:
        return _answer(folder, call)

    return Route("GET", path, "phone.open", answer, says, gives_type="text/html", statuses={304: "It is the one had."})


PHONE_PAGE: Final = (
    _row("/p/", "", "The page of a patient's or supporter's phone."),
    _row("/p/{asset}", "", "A file of the page: its style, its worker, its icon, the numbers to call."),
    _row("/p/js/{asset}", "js/", "A script of the page."),
    _row("/p/js/views/{asset}", "js/views/", "A script of one of its screens."),
    _row("/p/js/core/{asset}", "js/core/", "A script of its advice."),
    _row("/p/words/{asset}", "words/", "Its words in one language."),
    _row("/p/later/{asset}", "later/", "A script that it asks for when it is wanted, and does not keep."),
    Route(
        "GET",
        "/p/spoken/{asset}",
        "phone.open",
        _spoken,
        "A text of the page as the clinic recorded it, or the list of those in a language (hi.json).",
        gives_type="audio/mpeg",
        statuses={304: "It is the one had."},
    ),
)
"""The addresses of the page."""

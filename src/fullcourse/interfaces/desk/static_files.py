"""What pages load: a style sheet and a short script, under addresses that change with their content."""

import functools
import hashlib
from importlib.resources import files
from typing import Final

from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound

__all__ = ["FILES_PATH", "address_of", "give_file"]

FILES_PATH: Final = "/desk/files/{file}"
_KINDS: Final = {
    "desk.css": "text/css; charset=utf-8",
    "patient.css": "text/css; charset=utf-8",
    "programme.css": "text/css; charset=utf-8",
    "sheet.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "sheet.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOR_GOOD: Final = "private, max-age=31536000, immutable"


@functools.cache
def _content(name: str) -> bytes:
    return (files("fullcourse.interfaces.desk") / "static" / name).read_bytes()


@functools.cache
def address_of(name: str) -> str:
    """Return the address of a file; another content has another, so that no browser shows an old one."""
    stem, _, kind = name.partition(".")
    return FILES_PATH.format(file=f"{stem}-{hashlib.sha256(_content(name)).hexdigest()[:12]}.{kind}")


def give_file(call: Call) -> Reply:
    """Give a file by its address; raises NotFound for one of another content."""
    asked = FILES_PATH.format(file=call.path["file"])
    name = next((name for name in _KINDS if address_of(name) == asked), None)
    if name is None:
        raise NotFound
    return Reply(_content(name), media_type=_KINDS[name], headers={"Cache-Control": _FOR_GOOD})

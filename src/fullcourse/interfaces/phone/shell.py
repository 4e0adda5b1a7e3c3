"""The files of the patient's page as they are sent: packed once, each known by the hash of its content.

Nobody's data is in them, so that they may be kept by any cache; the numbers to call are among them, so that they are on
the phone before it has joined a clinic and when there is no network.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from fullcourse.adapters.languages import ENGLISH, LANGUAGES, PREPARED, language_of
from fullcourse.adapters.published.phone_help import phone_help
from fullcourse.interfaces.phone.lean import lean_script, lean_style, lean_words
from fullcourse.knowledge.library import Knowledge

__all__ = ["Asset", "later", "shell_of"]

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_LEAN: Final[Mapping[str, Callable[[str], str]]] = {
    ".css": lean_style,
    ".js": lean_script,
    ".json": lean_words,
    ".webmanifest": lean_words,
}
_INDEX: Final = "index.html"
_WORKER: Final = "sw.js"
_LIST: Final = b"const SHELL={};const VERSION='shell-';"
"""Where the worker's list is put in, and the hash of it all."""
_OF_TAG: Final = 16
"""Digits of a hash in that list: 64 bits tell two editions of a file apart, and each more is fetched by every phone."""
_ENGLISH_HELP: Final = "help.json"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file.

    Attributes:
        body: As it is.
        packed: The same, with gzip.
        tag: SHA-256 of the body, in hexadecimal digits.
        media_type: Of it.
    """

    body: bytes
    packed: bytes
    tag: str
    media_type: str


_shells: dict[str, Mapping[str, Asset]] = {}


def shell_of(knowledge: Knowledge) -> Mapping[str, Asset]:
    """Return the files by their names below the address of the page; the page itself has the empty name.

    Args:
        knowledge: Holds the numbers of each country.
    """
    if knowledge.digest not in _shells:
        _shells[knowledge.digest] = MappingProxyType(dict(_made(knowledge)))
    return _shells[knowledge.digest]


@cache
def later() -> Mapping[str, Asset]:
    """Return the files that a page asks for when they are wanted, with a network: the worker keeps none of them."""
    found = _below(files(__package__) / "later", "later/")
    return MappingProxyType({name: _asset(_sent(name, place.read_bytes()), ".js") for name, place in found})


def _made(knowledge: Knowledge) -> Iterator[tuple[str, Asset]]:
    shell = {**_files(), **dict(_help(knowledge))}
    worker = shell.pop(_WORKER)
    shell[""] = shell.pop(_INDEX)
    listed = _packed({name: asset.tag[:_OF_TAG] for name, asset in sorted(shell.items())})
    yield from shell.items()
    yield _WORKER, _asset(_listing(worker.body, listed), ".js")


def _listing(worker: bytes, listed: bytes) -> bytes:
    """Return the worker with its list, under a version that is another where any file is another."""
    version = hashlib.sha256(listed).hexdigest()[:16].encode()
    return worker.replace(_LIST, b"const SHELL = " + listed + b";const VERSION='shell-" + version + b"';", 1)


def _help(knowledge: Knowledge) -> Iterator[tuple[str, Asset]]:
    """Yield whom to call, in each language by itself: a phone has English and the one that it speaks."""
    for code in (*LANGUAGES, *PREPARED):
        name = _ENGLISH_HELP if code == ENGLISH else f"words/{code}.{_ENGLISH_HELP}"
        yield name, _asset(_packed(phone_help(knowledge, language_of(code))), ".json")


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _files() -> Mapping[str, Asset]:
    found = _below(files(__package__) / "page", "")
    return {name: _asset(_sent(name, place.read_bytes()), "." + name.rpartition(".")[2]) for name, place in found}


def _sent(name: str, body: bytes) -> bytes:
    """Return a file as it is sent: without comments and without spaces that say nothing."""
    lean = _LEAN.get(name[name.rfind(".") :])
    return body if lean is None else lean(body.decode()).encode()


def _below(folder: Traversable, at: str) -> Iterator[tuple[str, Traversable]]:
    for place in sorted(folder.iterdir(), key=lambda it: it.name):
        if place.is_dir():
            yield from _below(place, f"{at}{place.name}/")
        elif "." + place.name.rpartition(".")[2] in _TYPES:
            yield at + place.name, place


def _asset(body: bytes, ending: str) -> Asset:
    return Asset(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest(), _TYPES[ending])

"""Languages that nobody speaks: every text of the page in letters of another script, and longer than English."""

import json
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

from phone_words import english
from playwright.sync_api import BrowserContext, Route

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.languages import language_of
from fullcourse.adapters.published.phone_help import phone_help

__all__ = ["ARABIC", "DEVANAGARI", "full_files", "speak_pseudo"]

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
DEVANAGARI = "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह"
_LONGER = 1.4
"""A translation's length beside English, as long as the longest usual ones."""
_FORMS = ("zero", "one", "two", "few", "many", "other")
_KEPT = re.compile(r"(\{\w+\}|\bmg\b|[\u2066-\u2069])")


def pseudo(text: str, letters: str) -> str:
    """Return a text in other letters, each word longer; values, figures and signs stay.

    Example:
        >>> pseudo("Take {n}.", "xy")
        'xyyyxy {n}.'
    """
    return "".join(
        part if _KEPT.fullmatch(part) else re.sub(r"[^\W\d_]+", lambda it: _word(it[0], letters), part)
        for part in _KEPT.split(text)
    )


def _word(word: str, letters: str) -> str:
    turned = "".join(letters[(ord(sign) * 7) % len(letters)] for sign in word.lower())
    more = round(len(word) * (_LONGER - 1))
    return turned + "".join(sign for sign, _ in zip(cycle(turned), range(more), strict=False))


def pseudo_words(letters: str) -> dict[str, Any]:
    """Return every word of the screens; one with a number in every form that there is."""
    return {
        name: pseudo(text, letters)
        if isinstance(text, str)
        else {form: pseudo(text["other"], letters) for form in _FORMS}
        for name, text in english().items()
    }


def full_files(language: str, letters: str) -> dict[str, bytes]:
    """Return the files of a language as they are when it is full: its words, and whom to call."""
    told = _everywhere(phone_help(knowledge_here(), language_of(language)), lambda it: pseudo(it, letters))
    files = {f"words/{language}.json": pseudo_words(letters), f"words/{language}.help.json": told}
    return {name: json.dumps(it, ensure_ascii=False, separators=(",", ":")).encode() for name, it in files.items()}


def speak_pseudo(context: BrowserContext, language: str, letters: str) -> None:
    """Have a browser fetch a language in full where the service has it in part: words, help, plan and leaflet."""
    for name, body in full_files(language, letters).items():
        context.route(f"**/p/{name}", _giving(body))

    def plan(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=_everywhere(answer.json(), lambda it: pseudo(it, letters)))

    def leaflet(route: Route) -> None:
        asked = {**json.loads(route.request.post_data or "{}"), "language": "en"}
        answer = route.fetch(post_data=json.dumps(asked))
        told = answer.json()
        route.fulfill(response=answer, json={**told, "leaflet": pseudo(told["leaflet"], letters)})

    context.route(f"**/phone?language={language}", plan)
    context.route("**/api/v1/leaflet", leaflet)


def _giving(body: bytes) -> Callable[[Route], None]:
    """Return what answers with a file; a second parameter would be given the request."""
    return lambda route: route.fulfill(body=body, content_type="application/json")


def _everywhere(value: object, said: Callable[[str], str]) -> Any:
    """Return plain values in which every English text that is marked as such is said otherwise, without the marks."""
    if isinstance(value, str):
        return said(value[1:-1]) if value.startswith("\u2066") else value
    if isinstance(value, dict):
        return {name: _everywhere(it, said) for name, it in value.items()}
    return [_everywhere(it, said) for it in value] if isinstance(value, list) else value

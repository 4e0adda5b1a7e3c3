"""What somebody may write to harm whoever reads it, and what an output may show of it."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

__all__ = ["HOSTILE", "LONG", "SAID_TOGETHER", "UNREADABLE", "cells_that_compute", "faults_in", "in_toml"]

HOSTILE: Final = {
    "bell, backspace, escape": "x\x07\x08\x1b[2J\x1b]0;title\x07y",
    "control of 8 bits": "x\x9b31m\x90\x85y",
    "turned right to left": "x\u202egnp.exe\u2066\u2069\u200f\u061cy",
    "no width": "x\u200b\u200d\u2060\ufeff\u00ad\u180ey",
    "tags and annotations": "x\U000e0041\U000e007f\ufff9\ufffby",
    "lines": "x\r\ny\u2028z\u2029w\x0bv\x0cu",
    "a formula": "=HYPERLINK(\"http://example.org\",1+1)",
    "other formulas": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a sign before": "+1+cmd|x",
    "a tab before": "\t=1+1",
    "HTML": "<script>hostile(1)</script><img src=x onerror=hostile(2)>&lt;b&gt;",
    "an attribute": "\"><svg/onload=hostile(3)>'",
    "a template": "{{ 99991 * 99989 }}{% raw %}${99991*99989}#{99991*99989}",
    "markup of the terminal": "[bold red]x[/bold red][link=http://example.org]y[/link]",
    "Markdown": "![x](http://example.org/a.png)[y](javascript:hostile(4))",
}  # fmt: skip
"""By what it does; each may be read by whatever takes text."""
UNREADABLE: Final = {"nothing": "x\x00y", "half a pair": "x\ud800y"}
"""What no file of JSON, TOML or XML holds as it stands, and what may be refused."""
LONG: Final = "long " * 4_000
SAID_TOGETHER: Final = " ".join(HOSTILE.values())

_LINES_AND_TABS: Final = "\n\t"
_FORMAT: Final = re.compile(
    "[\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u00ad\U000e0000-\U000e007f]"
)


def faults_in(output: str, *, html: bool = False) -> Iterator[str]:
    """Yield what an output must not hold: characters that nobody sees, and in a page what a browser would carry out.

    Args:
        output: All of it. Of JSON each text is looked at as a program holds it, escapes undone.
        html: Whether it is a page.
    """
    for text in _texts(output):
        for letter in text:
            is_control = unicodedata.category(letter) in ("Cc", "Cs") and letter not in _LINES_AND_TABS
            if is_control or _FORMAT.match(letter):
                yield f"U+{ord(letter):04X} in {text[:80]!r}"
                break
    if "9998000099" in output:
        yield "a template was carried out"
    if html and re.search(r"<(script>hostile|img src=x|svg/onload)|\]\(javascript", output):
        yield "a page would carry it out"


def in_toml(text: str) -> str:
    """Return a text as a string of TOML, whatever it holds: JSON writes pairs that TOML refuses."""
    return '"' + "".join(it if " " <= it <= "~" and it not in '"\\' else f"\\U{ord(it):08X}" for it in text) + '"'


def cells_that_compute(rows: Iterator[list[str]]) -> list[str]:
    """Return the cells of a table that a spreadsheet would work out; a number is none."""
    return [it for row in rows for it in row if it[:1] in tuple("=+-@\t\r") and not _is_number(it)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _texts(output: str) -> Iterator[str]:
    yield output.replace("\r\n", "\n")  # as calendars and tables end their lines
    try:
        waiting = [json.loads(output)]
    except ValueError:
        return
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            yield here
        elif isinstance(here, dict):
            waiting += (*here.keys(), *here.values())
        elif isinstance(here, list):
            waiting += here

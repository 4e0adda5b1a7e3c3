"""Fills the HTML templates: everything is escaped, and a name that a template uses and nobody gave is an error.

A page is one file: no script, no font, no picture and no style sheet from elsewhere, so that it can be kept, sent,
printed and read offline.
"""

import functools
import re
from pathlib import Path
from typing import Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from fullcourse.adapters.documents.leaflet_nouns import Leaflet
from fullcourse.adapters.documents.leaflet_text import DANGER, DIFFERS, DISCLAIMER, MORE, UNSAID, YIELDS
from fullcourse.adapters.documents.sheet import Sheet
from fullcourse.adapters.languages import language_of
from fullcourse.adapters.seen_text import seen_in_page
from fullcourse.clinical.answer_head import AnswerHead

__all__ = ["environment", "leaflet_html", "sheet_html"]

_NUMBER: Final = re.compile(r"(?<!\d)(\d{3}-\d{3}-\d{4}|(?<=call )\d{3})(?!\d)")
"""Numbers of the United States, and short ones behind the word call: no others stand in the statements."""

_TEMPLATES: Final = "adapters/documents/templates"


_PRINT_PT: Final = ((3370, 10), (6000, 12), (7000, 11), (9500, 10))
_SMALLEST_PRINT_PT: Final = 9
"""Size of printed letters, pt, by up to how much text: a short leaflet goes on one page, the others fill two.
Never smaller, whatever the length."""

_END_OF_LINE: Final = 30
"""How many characters' room a line of a leaflet takes besides its own: its end is seldom full."""


def leaflet_html(leaflet: Leaflet) -> str:
    """Return a leaflet as one HTML page that prints."""
    page = environment().get_template("leaflet.html")
    t = language_of(leaflet.language).text
    return page.render(
        leaflet=leaflet,
        t=t,
        head=AnswerHead(leaflet.knowledge, t(DISCLAIMER)),
        danger=t(DANGER),
        differs=t(DIFFERS),
        more=t(MORE),
        yields=t(YIELDS),
        unsaid=t(UNSAID),
        print_pt=_print_pt(leaflet),
    )


def sheet_html(sheet: Sheet) -> str:
    """Return a pharmacist's review sheet as one HTML page that prints."""
    return environment().get_template("sheet.html").render(sheet=sheet, head=AnswerHead(sheet.knowledge))


def _print_pt(leaflet: Leaflet) -> int:
    """Return how large a leaflet is printed, pt."""
    lines = [line.said for section in leaflet.sections for line in section.lines]
    sources = [f"{source.title}{source.issuer}" for source in leaflet.sources]
    if leaflet.personal is not None:
        you = leaflet.personal
        lines += [line.said for line in you.applies]
        lines += [*you.questions, *you.unknown_medicines, *you.unknown_matters]
    amount = sum(map(len, sources)) + sum(len(line) + _END_OF_LINE for line in lines)
    return next((size for most, size in _PRINT_PT if amount <= most), _SMALLEST_PRINT_PT)


@functools.cache
def environment(folder: Path | None = None) -> Environment:
    """Return what fills templates: those of the package, and those of a further folder, which may include them."""
    packaged = PackageLoader("fullcourse", _TEMPLATES)
    made = Environment(
        loader=packaged if folder is None else ChoiceLoader([FileSystemLoader(folder), packaged]),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        finalize=seen_in_page,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["web"] = _web
    made.filters["calls"] = _calls
    return made


def _calls(text: str) -> Markup:
    """Return a text, escaped, in which the numbers to call are links that a telephone dials."""
    return Markup("").join(
        Markup('<a class="tel" href="tel:{0}">{0}</a>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(_NUMBER.split(text))
    )


def _web(address: str) -> str:
    """Return an address that a page may link to, or an empty text: nothing but plain web addresses."""
    return address if address.startswith("https://") and " " not in address else ""

"""A leaflet as plain text, for a terminal, a message or a screen reader."""

import textwrap
from collections.abc import Iterable
from typing import Final

from fullcourse.adapters.documents.leaflet_nouns import Leaflet, Line
from fullcourse.adapters.languages import language_of
from fullcourse.clinical.answer_head import LEAFLET_NOTICE, AnswerHead

__all__ = [
    "DANGER",
    "DIFFERS",
    "DISCLAIMER",
    "MORE",
    "UNKNOWN_MATTERS",
    "UNKNOWN_MEDICINES",
    "UNSAID",
    "YIELDS",
    "leaflet_text",
]

_WIDTH: Final = 78

DANGER: Final = "Is a life in danger now?"
DISCLAIMER: Final = LEAFLET_NOTICE
MORE: Final = "We know of {} more that matter with it. Show your care team or pharmacist all that you take."
YIELDS: Final = "Is it on the list to get help right away? Then do that first."
UNSAID: Final = "We found no source on a missed dose of {}. Ask your care team before you take it."
UNKNOWN_MEDICINES: Final = "We do not know these medicines of yours. Show them to your pharmacist."
UNKNOWN_MATTERS: Final = "We could not read these in your record. Tell your care team about them."
DIFFERS: Final = "Not all sources say the same. Ask your care team."

OWN_WORDS: Final = (
    DANGER, DISCLAIMER, MORE, YIELDS, UNSAID, UNKNOWN_MEDICINES, UNKNOWN_MATTERS, DIFFERS, "For you",
    "Please tell your care team", "Not covered here", "Ask your care team.", "Sources",
    "All about {}", "About {}", "and",
)  # fmt: skip
"""What a leaflet says of its own, for translators."""


def leaflet_text(leaflet: Leaflet) -> str:
    """Return a leaflet as text, at most 78 characters wide."""
    t = language_of(leaflet.language).text
    brands = f"  ({', '.join(leaflet.synonyms)})" if leaflet.synonyms else ""
    out = [*_wrapped(f"{leaflet.title.upper()}{brands}"), *_wrapped(f"{t(DANGER)} {leaflet.emergency}")]
    if leaflet.personal is not None:
        personal = leaflet.personal
        out += ["", t("For you").upper(), *_wrapped(personal.headline)]
        out += _lines(personal.applies, t(DIFFERS))
        if personal.questions:
            out += [
                "",
                f"{t('Please tell your care team')}:",
                *(row for line in personal.questions for row in _item(line)),
            ]
        if personal.unknown_medicines:
            out += ["", *_wrapped(t(UNKNOWN_MEDICINES))]
            out += [row for line in personal.unknown_medicines for row in _item(line)]
        if personal.unknown_matters:
            out += ["", *_wrapped(t(UNKNOWN_MATTERS))]
            out += [row for line in personal.unknown_matters for row in _item(line)]
    for section in leaflet.sections:
        out += ["", section.heading.upper()]
        if section.tone == "urgent":
            out += [*_wrapped(leaflet.emergency), *_lines(section.lines, t(DIFFERS))]
        else:
            out += _item(t(YIELDS)) if section.yields else []
            out += _lines(section.lines, t(DIFFERS))
        if section.unsaid:
            out += _item(t(UNSAID).format(section.unsaid_of))
        if section.more:
            out += _item(t(MORE).format(section.more))
        if section.id == "much" and leaflet.poison:
            out += _wrapped(leaflet.poison)
    out += ["", *_lines(leaflet.reporting, t(DIFFERS))] if leaflet.reporting else []
    if leaflet.not_covered:
        out += ["", *_wrapped(f"{t('Not covered here')}: {', '.join(leaflet.not_covered)}. {t('Ask your care team.')}")]
    out += ["", t("Sources").upper()]
    for number, source in enumerate(leaflet.sources, 1):
        dated = f" {source.dated}." if source.dated else ""
        out += textwrap.wrap(f"[{number}] {source.title}. {source.issuer}.{dated}", _WIDTH, subsequent_indent="    ")
    out += [
        "",
        *_wrapped(t(DISCLAIMER)),
        AnswerHead(leaflet.knowledge).made_by(),
    ]
    return "\n".join(out) + "\n"


def _lines(lines: Iterable[Line], differs: str) -> list[str]:
    return [
        row for line in lines for row in _item(f"{line.said} [{line.source}]{' ' + differs if line.differs else ''}")
    ]


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="- ", subsequent_indent="  ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)

"""A leaflet in another language: the same lines from the same sources, each put through the catalogue by itself."""

import re
from dataclasses import replace
from typing import Final

from fullcourse.adapters.documents.leaflet_nouns import Leaflet, Line, Personal, Section
from fullcourse.adapters.languages import ENGLISH, Language

__all__ = ["in_language"]

_OF_ANOTHER_DRUG: Final = re.compile(r"About ([^:]+): (.+)")
_OF_SOME_DRUGS: Final = re.compile(r"(.+) \(([^)]+)\)")
_ALL_ABOUT: Final = re.compile(r"All about (.+)")


def in_language(leaflet: Leaflet, language: Language) -> Leaflet:
    """Return a leaflet in a language; what its catalogue lacks stays in English and says so.

    Args:
        leaflet: In English.
        language: To put it into.
    """
    if language.code == ENGLISH:
        return leaflet
    personal = leaflet.personal
    return replace(
        leaflet,
        language=language.code,
        titled=language.listed(tuple(drug.label for drug in leaflet.drugs)),
        personal=None if personal is None else _personal(personal, language),
        sections=tuple(_section(section, language) for section in leaflet.sections),
        not_covered=tuple(_heading(text, language) for text in leaflet.not_covered),
        emergency=language.text(leaflet.emergency),
        poison=language.text(leaflet.poison),
        reporting=tuple(_line(line, language) for line in leaflet.reporting),
    )


def _personal(personal: Personal, language: Language) -> Personal:
    return replace(
        personal,
        headline=language.text(personal.headline),
        applies=tuple(_line(line, language) for line in personal.applies),
        questions=tuple(language.text(question) for question in personal.questions),
    )


def _section(section: Section, language: Language) -> Section:
    return replace(
        section,
        heading=language.text(section.heading),
        lines=tuple(_line(line, language) for line in section.lines),
        unsaid=(language.listed(section.unsaid),) if section.unsaid else (),
    )


def _line(line: Line, language: Language) -> Line:
    pair = _OF_ANOTHER_DRUG.fullmatch(line.text)
    if pair is None:
        said = language.known(line.text)
    else:
        said = language.known(pair[2])
        said = said and f"{language.text('About {}').format(language.text(pair[1]))}: {said}"
    if not said:
        return replace(line, language=ENGLISH)
    return replace(line, text=f"{language.listed(line.about)}: {said}" if line.about else said, about=())


def _heading(text: str, language: Language) -> str:
    """Return the heading of a part that is not covered, with the drugs that lack it."""
    if whole := _ALL_ABOUT.fullmatch(text):
        return language.text("All about {}").format(language.text(whole[1]))
    if some := _OF_SOME_DRUGS.fullmatch(text):
        names = ", ".join(language.text(name) for name in some[2].split(", "))
        return f"{language.text(some[1])} ({names})"
    return language.text(text)

"""A leaflet in another language: the same lines from the same sources, each put through the catalogue by itself."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fullcourse.adapters.documents.leaflet_nouns import Leaflet, Line, Personal, Section
from fullcourse.adapters.languages import ENGLISH, Language
from fullcourse.knowledge.library import Knowledge

__all__ = ["in_language"]

_OF_ANOTHER_DRUG: Final = re.compile(r"About ([^:]+): (.+)")
_OF_SOME_DRUGS: Final = re.compile(r"(.+) \(([^)]+)\)")
_ALL_ABOUT: Final = re.compile(r"All about (.+)")


def in_language(leaflet: Leaflet, language: Language, knowledge: Knowledge) -> Leaflet:
    """Return a leaflet in a language; what its catalogue lacks stays in English and says so.

    Args:
        leaflet: In English.
        language: To put it into.
        knowledge: Has the wordings into which questions were put together.
    """
    if language.code == ENGLISH:
        return leaflet
    personal = leaflet.personal
    return replace(
        leaflet,
        language=language.code,
        titled=language.listed(tuple(drug.label for drug in leaflet.drugs)),
        personal=None if personal is None else _personal(personal, language, _wordings(knowledge)),
        sections=tuple(_section(section, language) for section in leaflet.sections),
        not_covered=tuple(_heading(text, language) for text in leaflet.not_covered),
        emergency=language.text(leaflet.emergency),
        poison=language.text(leaflet.poison),
        reporting=tuple(_line(line, language) for line in leaflet.reporting),
    )


def _wordings(knowledge: Knowledge) -> list[tuple[str, re.Pattern[str]]]:
    """Return every wording with a gap, and the questions that are made from it."""
    texts = [group.ask_patient for group in knowledge.groups.values()]
    texts += [fact.ask_below_patient for fact in knowledge.facts.values()]
    gaps = re.compile(r"\\\{(?:facts|bound)\\\}")
    return [
        (text, re.compile(gaps.sub("(.+)", re.escape(text)))) for text in dict.fromkeys(texts) if text and "{" in text
    ]


def _question(text: str, language: Language, wordings: Sequence[tuple[str, re.Pattern[str]]]) -> str:
    """Return a question: as it is known, or by the wording and the names that it was put together from."""
    if said := language.known(text):
        return said
    for wording, made in wordings:
        found = made.fullmatch(text)
        template = language.known(wording) if found else ""
        names = language.named(found[1]) if found and "{facts}" in wording else ""
        if found and template and (names or "{facts}" not in wording):
            return template.replace("{facts}", names).replace("{bound}", found[1])
    return text


def _personal(personal: Personal, language: Language, wordings: Sequence[tuple[str, re.Pattern[str]]]) -> Personal:
    return replace(
        personal,
        headline=language.text(personal.headline),
        applies=tuple(_line(line, language) for line in personal.applies),
        questions=tuple(_question(question, language, wordings) for question in personal.questions),
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

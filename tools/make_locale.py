"""Writes the catalogue of what is said to patients, and compiles it: ``python tools/make_locale.py``.

The texts are those of the knowledge files and of the leaflet itself. What a translator wrote in ``fullcourse.po`` of a
language stays; a text that is new stands there without a translation, and a test names it. ``.mo`` is made from it.
What the phone's screens say stands in ``phone.po`` beside it (``phone_words.py``).
"""

import argparse
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from phone_words import write as write_phone

from fullcourse.adapters.documents import leaflet_text
from fullcourse.adapters.documents.leaflet import HEADLINES, in_plural
from fullcourse.adapters.documents.leaflet_parts import PARTS
from fullcourse.adapters.documents.numbers import LOCAL_NUMBER
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.languages import ENGLISH, LANGUAGES, PREPARED
from fullcourse.adapters.reminders.words import REMINDER_WORDS
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.course.advice_words import PATIENT_WORDS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "fullcourse"
TEMPLATE = PACKAGE / "adapters" / "documents" / "templates" / "leaflet.html"
_IN_TEMPLATE = re.compile(r'\bt\("([^"]+)"\)')


def texts() -> Iterator[tuple[str, str]]:
    """Yield every English text that a patient may read, with where it is said."""
    knowledge = load_knowledge()
    for drug in knowledge.drugs.values():
        yield drug.label, f"name of a drug: {drug.inn}"
    yield from _of_leaflets()
    for name, text in PATIENT_WORDS.items():
        yield text, f"advice on a dose, {name}"
    yield from ((text, f"reminder, {name}: it names no drug and no disease") for name, text in REMINDER_WORDS.items())
    for statement in knowledge.statements.values():
        if statement.patient:
            yield statement.patient, statement.id
    for group in knowledge.groups.values():
        yield group.ask_patient, f"questions {group.id}"
    for fact in knowledge.facts.values():
        for text in (fact.ask_patient, fact.ask_below_patient):
            if text:
                yield text, f"question {fact.id}"
        if fact.plain:
            yield fact.plain, f"fact {fact.id}, within a sentence"


def _of_leaflets() -> Iterator[tuple[str, str]]:
    for name in leaflet_text.OWN_WORDS:
        yield name, "leaflet"
    for text in _IN_TEMPLATE.findall(TEMPLATE.read_text("utf-8")):
        yield text, "leaflet, page"
    for part in PARTS:
        yield part.heading, "leaflet, heading"
    for headline in HEADLINES.values():
        yield headline, "leaflet, headline"
        yield in_plural(headline), "leaflet of several drugs, headline"
    yield LOCAL_NUMBER, "leaflet"


def texts_for(language: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a catalogue; the questions on symptoms stand in Spanish beside their English."""
    yield from texts()
    if language != "es":
        asked = read_questions()
        for group in asked.groups:
            yield group.ask, f"question on symptoms, group {group.id}"
        for question in asked.questions:
            yield question.ask, f"question on symptoms, {question.fact}"


def catalogue_of(language: str) -> Catalog:
    """Return the catalogue of a language: every text, with the translation that its file has."""
    path = po_of(language)
    old = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    made = Catalog(locale=language, project="fullcourse", charset="utf-8", fuzzy=False)
    made.creation_date = made.revision_date = old.creation_date if path.exists() else made.creation_date
    for text, where in texts_for(language):
        known = old.get(text)
        made.add(
            text,
            string=known.string if known else "",
            auto_comments=[where],
            user_comments=known.user_comments if known else [],
        )
    return made


def po_of(language: str) -> Path:
    """Return where translators write."""
    return PACKAGE / "languages" / language / "LC_MESSAGES" / "fullcourse.po"


def main() -> None:
    """Write and compile the catalogue of every language."""
    argparse.ArgumentParser(description="Write and compile the catalogues of what is said to patients.").parse_args()
    for language in (*LANGUAGES, *PREPARED):
        if language != ENGLISH:
            made = catalogue_of(language)
            path = po_of(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, made, width=0, sort_output=False, omit_header=False)
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, made)
            lacking = sum(not message.string for message in made if message.id)
            of_screens = write_phone(language)
            print(f"{language}: {len(made)} texts, {lacking} not translated; of the phone's screens {of_screens}")


if __name__ == "__main__":
    main()

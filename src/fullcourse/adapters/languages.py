"""What is said to a patient, in another language: catalogues of gettext, by the English text.

A text that no catalogue has is handed back in English, and whoever shows it can see that it is: a safety text is never
left out because nobody has translated it yet. No translation has been reviewed by a clinician or a native reader.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["ENGLISH", "LANGUAGES", "PREPARED", "Language", "language_of"]

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "es")
"""BCP 47 tags of the languages that are whole: every text that a patient may read is there."""
PREPARED: Final = ("hi", "pt", "ru", "ar")
"""BCP 47 tags of the languages that have a catalogue to fill: what it lacks is said in English, and marked."""
_MARKED: Final = "\u2066{}\u2069"
"""English within another language: between Unicode's left-to-right isolate and its end."""

_SENTENCE: Final = re.compile(r"(?<=[.?!]) ")


class _None(NullTranslations):
    """Says of a text that no catalogue has it."""

    def gettext(self, message: str) -> str:
        """Return nothing."""
        return ""


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: BCP 47 tag.
        catalogue: Its texts; None for English.
    """

    code: str
    catalogue: GNUTranslations | None = field(default=None, repr=False)

    def known(self, english: str) -> str:
        """Return a text in this language; empty where its catalogue has it neither whole nor by its sentences."""
        if self.catalogue is None or not english:
            return english
        return self.catalogue.gettext(english) or self._by_sentences(english)

    def text(self, english: str) -> str:
        """Return a text in this language, or in English where it is not known."""
        return self.known(english) or english

    def marked(self, english: str) -> str:
        """Return a text in this language, or in English between signs by which a page sees that it is English."""
        return self.known(english) or (_MARKED.format(english) if english else "")

    def name(self, english: str) -> str:
        """Return a name as it begins a sentence, also where the catalogue has it in small letters only."""
        found = self.known(english) or self.known(english[:1].lower() + english[1:])
        return found[:1].upper() + found[1:] if found else english

    def listed(self, names: tuple[str, ...]) -> str:
        """Return names as a list in words, the first as it begins a sentence."""
        first, *others = (self.name(name) for name in names)
        *between, last = (first, *(other[:1].lower() + other[1:] for other in others))
        joint = self.text("and")
        if joint == "y" and re.match(r"h?i(?!e)", last):
            joint = "e"  # before the sound of an i, Spanish says e
        return f"{', '.join(between)} {joint} {last}" if between else last

    def named(self, english: str) -> str:
        """Return names that commas part, each of which may hold commas itself; empty where one is not known."""
        return self._of_parts(english.split(", "), ", ")

    def _by_sentences(self, english: str) -> str:
        """Return a text that was put together of known ones: several questions, numbers to call."""
        sentences = _SENTENCE.split(english)
        return self._of_parts(sentences, " ") if len(sentences) > 1 else ""

    def _of_parts(self, parts: list[str], joint: str) -> str:
        """Return a text of known ones, each as many parts as it can be; empty where one is not known."""
        found: list[str] = []
        at = 0
        while at < len(parts):
            for end in range(len(parts), at, -1):
                said = self.catalogue.gettext(joint.join(parts[at:end])) if self.catalogue is not None else ""
                if said:
                    found.append(said)
                    at = end
                    break
            else:
                return ""
        return joint.join(found)


@cache
def language_of(code: str) -> Language:
    """Return a language.

    Args:
        code: One of `LANGUAGES` or `PREPARED`.

    Raises:
        InputError: There is none of that name.
    """
    if code == ENGLISH:
        return Language(ENGLISH)
    if code not in LANGUAGES + PREPARED:
        raise InputError(f"--language: '{code[:20]}' is not there. Write one of: {', '.join(LANGUAGES)}.")
    place = files("fullcourse") / "languages" / code / "LC_MESSAGES" / "fullcourse.mo"
    with place.open("rb") as file:
        catalogue = GNUTranslations(file)
    catalogue.add_fallback(_None())
    return Language(code, catalogue)

"""What the screens of a phone say in a language, as its page reads it: for whoever reads it aloud."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from fullcourse.adapters.languages import ENGLISH

__all__ = ["screen_words"]

_WORDS: Final = files(__package__) / "page" / "words"


def screen_words(language: str) -> Mapping[str, str]:
    """Return every text by its name, in English where the language lacks it; one with a number in its widest form.

    Args:
        language: BCP 47 tag of one that the page offers.
    """
    read = {code: json.loads((_WORDS / f"{code}.json").read_text("utf-8")) for code in (ENGLISH, language)}
    chosen = {**read[ENGLISH], **read[language]}
    return {name: text if isinstance(text, str) else text["other"] for name, text in chosen.items()}

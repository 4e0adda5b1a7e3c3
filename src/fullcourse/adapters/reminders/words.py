"""What a reminder says: that there is something to do, and nothing of anybody: no name, no drug, no disease."""

from collections.abc import Mapping
from typing import Final

from fullcourse.adapters.languages import ENGLISH, language_of
from fullcourse.clinical.errors import InputError
from fullcourse.journey.phone.reminders import SUPPORTER

__all__ = ["REMINDER_WORDS", "known_language", "words_of"]

REMINDER_WORDS: Final[Mapping[str, str]] = {
    "subject": "My day",
    "patient": "It is time. Look at your day.",
    "supporter": "Something is still open today. Please look.",
}
"""By name; grade 6 at most. Every translation of it has to be as discreet."""


def known_language(tag: str) -> str:
    """Return the language in which somebody is told who wants one: English, where the other is not there."""
    try:
        return language_of(tag).code
    except InputError:
        return ENGLISH


def words_of(stage: str, language: str) -> tuple[str, str]:
    """Return subject and text of a reminder.

    Args:
        stage: Of the reminder.
        language: BCP 47 tag.
    """
    spoken = language_of(language)
    name = "supporter" if stage == SUPPORTER else "patient"
    return spoken.text(REMINDER_WORDS["subject"]), spoken.text(REMINDER_WORDS[name])

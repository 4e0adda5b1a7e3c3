"""Which texts may be recorded: each once, under a name that is another for another text, and that tells nothing."""

import hashlib
import re

import pytest

from fullcourse.adapters.languages import LANGUAGES, PREPARED, language_of
from fullcourse.adapters.recordings.slots import slots_of
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.course.advice_words import PATIENT_WORDS
from fullcourse.interfaces.phone.screen_words import screen_words
from patients import knowledge

STATES = {"not-yet", "due", "late-take", "late-skip", "done", "held", "call-first"}


def slots(code: str) -> dict[str, str]:
    made = slots_of(language_of(code), screen_words(code), read_questions(), knowledge())
    return {it.text: it.id for it in made}


@pytest.mark.parametrize("code", [*LANGUAGES, *PREPARED])
def test_whatever_a_card_a_question_and_the_stop_say_has_a_slot(code: str) -> None:
    said, words, asked, language = slots(code), screen_words(code), read_questions(), language_of(code)
    assert {words[f"state.{it}"] for it in STATES} | {words["stop.heading"], words["stop.do"]} <= set(said)
    assert {language.text(it) for it in PATIENT_WORDS.values()} <= set(said)
    is_spanish = code == "es"
    for it in (*asked.groups, *asked.questions):
        assert (it.ask_spanish if is_spanish else it.ask) in said


def test_a_text_is_there_once_and_has_no_gap() -> None:
    made = slots_of(language_of("en"), screen_words("en"), read_questions(), knowledge())
    assert len({it.text for it in made}) == len({it.name for it in made}) == len(made)
    assert not [it.text for it in made if "{" in it.text]


def test_the_name_is_made_of_the_language_and_the_text_as_a_phone_makes_it() -> None:
    made = {it.text: it for it in slots_of(language_of("hi"), screen_words("hi"), read_questions(), knowledge())}
    due = made["Due now"]  # which nobody has translated: it may be read in Hindi all the same
    assert due.name == hashlib.sha256(b"hi\nDue now").hexdigest()[:16]
    english = {it.text: it for it in slots_of(language_of("en"), screen_words("en"), read_questions(), knowledge())}
    assert due.name != english["Due now"].name


def test_no_name_tells_of_a_drug() -> None:
    for it in slots_of(language_of("en"), screen_words("en"), read_questions(), knowledge()):
        assert re.fullmatch(r"[0-9a-f]{16}", it.name)

"""The words of the page: each language whole, every word used, and none harder than grade 6."""

import json
import re
from pathlib import Path

import pytest

import fullcourse.interfaces.phone as package
from unit.knowledge.test_questions import HIGHEST_GRADE, reading_grade

PAGE = Path(package.__file__).parent / "page"
WORDS = {place.stem: json.loads(place.read_text("utf-8")) for place in sorted((PAGE / "words").iterdir())}
SCRIPTS = "\n".join(place.read_text("utf-8") for place in sorted(PAGE.rglob("*.js")))
COMPLETE = ("en", "es")
PUT_TOGETHER = re.compile(r"(?:t|warned)\(`([a-z.-]*)\$\{")
"""Names of words that a script puts together of a beginning and something else."""


@pytest.mark.parametrize("language", COMPLETE)
def test_a_language_says_every_word_with_the_same_values(language: str) -> None:
    assert set(WORDS[language]) == set(WORDS["en"])
    for key, text in WORDS[language].items():
        assert text.strip()
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", WORDS["en"][key])), key


def test_every_word_that_a_script_says_is_there() -> None:
    said = set(re.findall(r"\bt\('([a-z][\w.-]*)'", SCRIPTS)) | set(re.findall(r"\? '([a-z]+(?:\.[a-z-]+)+)'", SCRIPTS))
    assert sorted(said - set(WORDS["en"])) == []


def test_every_word_is_said() -> None:
    begun = tuple(PUT_TOGETHER.findall(SCRIPTS))
    unsaid = [
        key for key in WORDS["en"] if f"'{key}'" not in SCRIPTS and not any(it and key.startswith(it) for it in begun)
    ]
    assert unsaid == []


def test_the_words_read_at_grade_6_or_lower() -> None:
    lines = [re.sub(r"\{\w+\}", "3", it) for it in WORDS["en"].values()]
    assert reading_grade(" ".join(it if it[-1] in ".?!:" else f"{it}." for it in lines)) <= HIGHEST_GRADE


@pytest.mark.parametrize("key", [key for key, text in WORDS["en"].items() if len(text.split()) >= 8])
def test_so_does_each_longer_line_by_itself(key: str) -> None:
    assert reading_grade(re.sub(r"\{\w+\}", "3", WORDS["en"][key])) <= HIGHEST_GRADE


def test_no_word_names_the_disease_or_a_drug() -> None:
    for language in WORDS.values():
        assert not [it for it in language.values() if re.search(r"\bTB\b|tubercul", it, re.IGNORECASE)]


def test_the_words_of_what_comes_later_are_as_plain_and_as_discreet() -> None:
    script = (PAGE.parent / "later" / "remind.js").read_text("utf-8")
    said = {
        name: re.findall(r": '([^']+)'", block)
        for name, block in re.findall(r"^  (\w\w): \{(.*?)\n  \}", script, re.M | re.S)
    }
    assert {name: len(words) for name, words in said.items()} == dict.fromkeys(COMPLETE, 11)
    assert reading_grade(" ".join(it if it[-1] in ".?!" else f"{it}." for it in said["en"])) <= HIGHEST_GRADE
    assert not [it for words in said.values() for it in words if re.search(r"\bTB\b|tubercul", it, re.IGNORECASE)]
    assert not [
        it for it in WORDS.values() if re.search(r"dose|pill|medic|dosis|pastilla", it["remind.note"], re.IGNORECASE)
    ]

"""What a phone shows of an emergency without a network: sourced signs and numbers, in each language."""

import pytest

from fullcourse.adapters.languages import LANGUAGES, PREPARED, language_of
from fullcourse.adapters.published.phone_help import phone_help
from patients import knowledge

TOLD = phone_help(knowledge(), language_of("en"))


def test_the_numbers_of_a_country_are_those_that_its_statements_give() -> None:
    us = TOLD["countries"]["US"]  # type: ignore[index]
    assert [
        [it["statement"], it["shown"], it["call"]] for kind in ("emergency", "crisis", "poison") for it in us[kind]
    ] == [
        ["emergency.number.us", "911", "911"],
        ["emergency.crisis.us", "988", "988"],
        ["emergency.poison.us", "800-222-1222", "8002221222"],
    ]


def test_no_country_has_numbers_that_no_source_gives() -> None:
    assert set(TOLD["countries"]) == {"US"}  # type: ignore[call-overload]
    assert TOLD["otherwise"] == "Call your local emergency number."


@pytest.mark.parametrize(
    "statement",
    [
        "emergency.suicidal-thoughts",
        "emergency.seizure",
        "emergency.breathing",
        "emergency.paralysis",
        "emergency.collapse",
    ],
)
def test_the_signs_that_kill_first_are_among_those_shown(statement: str) -> None:
    sign = next(it for it in TOLD["signs"] if it["statement"] == statement)  # type: ignore[attr-defined]
    assert sign["says"] == knowledge().statements[statement].patient
    assert not sign["names_it"]


def test_a_line_that_names_the_disease_is_marked() -> None:
    signs = TOLD["signs"]
    assert {it["names_it"] for it in signs} == {True, False}  # type: ignore[attr-defined]
    assert all(it["names_it"] == ("TB" in it["says"].split()) for it in signs)  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", [*LANGUAGES, *PREPARED])
def test_every_language_has_the_same_signs_and_numbers_and_marks_what_is_english(code: str) -> None:
    told = phone_help(knowledge(), language_of(code))
    assert told["countries"] == TOLD["countries"]
    signs = list(zip(told["signs"], TOLD["signs"], strict=True))  # type: ignore[call-overload]
    assert [it["statement"] for it, _ in signs] == [it["statement"] for _, it in signs]
    for sign, english in signs:
        is_said = sign["says"] != f"\u2066{english['says']}\u2069"
        assert is_said == (code in LANGUAGES)
        assert (sign["says"] == english["says"]) == (code == "en")

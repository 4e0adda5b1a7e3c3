"""Names are compared in one spelling, and text that hides something is found out."""

import pytest

from fullcourse.adapters.medicines.spelling import fold, hidden


@pytest.mark.parametrize(
    "text", ["Rifampin", "RIFAMPIN", " rifampin ", "\trifampin\n", "ｒｉｆａｍｐｉｎ", "rifampin®", "Rifampin™"]
)
def test_case_width_spacing_and_trade_marks_do_not_matter(text):
    assert fold(text) == "rifampin"


def test_every_kind_of_dash_and_apostrophe_is_the_plain_one():
    assert fold("St John\u2019s\u2013wort") == "st john's-wort"


@pytest.mark.parametrize("text", ["rifampin", "Røde morfindråber", "ﬁlm", "5 µg", "Изониазид", "a\tb\r\n", "®"])
def test_text_that_a_person_can_read_is_not_refused(text):
    assert hidden(text) == ""


@pytest.mark.parametrize("text", ["a\u200db", "\u202eabc", "a\ufeff", "a\x07", "\u2066a", "\ue000", "\ud800"])
def test_characters_that_nobody_sees_are_found(text):
    assert hidden(text) == "characters that cannot be seen"


@pytest.mark.parametrize("text", ["is\u043eniazid", "\u0391spirin", "rifampin \u5229\u798f\u5e73"])
def test_letters_of_two_scripts_are_found(text):
    assert hidden(text) == "letters of more than one script"

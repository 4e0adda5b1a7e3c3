"""What is not seen does not get from a record into an output."""

import json
import unicodedata

import pytest

from fullcourse.adapters.answers import read_answers
from fullcourse.adapters.fhir.read.elements import shown
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.seen_text import seen_json, seen_lines, seen_text
from hostile_text import HOSTILE, LONG, UNREADABLE, faults_in
from patients import knowledge

_EVERY = [chr(code) for code in (*range(0x3000), *range(0xFE00, 0x10000), *range(0xE0000, 0xE0080))]


@pytest.mark.parametrize("turns", ["\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"])
def test_no_character_of_direction_is_left(turns: str):
    assert seen_text(f"a{turns}b") == seen_text(f"a{turns}b", lines=True) == "a b"


def test_every_character_of_control_goes_and_letters_stay():
    left = [it for it in _EVERY if unicodedata.category(it) in ("Cc", "Zl", "Zp") and seen_text(f"a{it}b") != "a b"]
    assert not left
    assert seen_text("Rifampicine 300 mg, Ärztin, 结核, ≥ 5 µg") == "Rifampicine 300 mg, Ärztin, 结核, ≥ 5 µg"


def test_line_breaks_stay_where_they_are_asked_for():
    assert seen_text("one\r\ntwo\u2028three\tfour\x1b[2J", lines=True) == "one\ntwo\nthree\tfour [2J"
    assert seen_text("one\ntwo") == "one two"


def test_records_in_both_forms_pass_through_it():
    name = "\x1b]0;pwn\x07\u202egnirud\u2066x"
    assert shown(name) == "]0;pwn gnirud x"
    known = knowledge()
    text = f"[[medicine]]\nname = {json.dumps(name)}\n"
    record = read_answers(text.encode(), tuple(known.facts.values()), recognise)
    assert [medicine.name for medicine in record.medicines] == ["]0;pwn gnirud x"]


@pytest.mark.parametrize("text", [*HOSTILE.values(), *UNREADABLE.values(), LONG], ids=[*HOSTILE, *UNREADABLE, "long"])
def test_nothing_hostile_is_left_of_any_text(text: str):
    in_json = seen_json({text: [text, {"x": text}]})
    for left in (seen_text(text), seen_text(text, lines=True), seen_lines(text), in_json):
        assert list(faults_in(left)) == []
        assert any(letter in left for letter in text if letter.isalnum() or letter in "()")


def test_json_is_the_same_where_nothing_is_unseen_and_keeps_lines_and_backslashes():
    told = {"a": ["C:\\back \\u0041", "one\ntwo\tthree", 1.5, None, True, {"ß": "结核"}]}
    assert json.loads(seen_json(told)) == told
    assert seen_json(told, indent=2) == json.dumps(told, indent=2, ensure_ascii=False)
    assert seen_json([1, "a"], separators=(",", ":")) == '[1,"a"]'
    assert json.loads(seen_json({"x": ("a\x1bb", {"k\u202e": "c\x00"})})) == {"x": ["a b", {"k ": "c "}]}
    with pytest.raises(ValueError, match="JSON compliant"):
        seen_json([float("nan")])


def test_lines_keep_the_blanks_around_them():
    assert seen_lines("  a\x07b \r\n") == "  a b \n"
    assert seen_lines("\n plain ") == "\n plain "

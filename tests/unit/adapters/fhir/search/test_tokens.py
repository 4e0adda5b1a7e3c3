"""Tokens: with a system, without one, of any; escaped signs are signs."""

import pytest

from fullcourse.adapters.fhir.search.tokens import read_token, split_values

CODED = {"coding": [{"system": "s", "code": "c"}, {"code": "bare"}], "text": "t"}


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [("c", True), ("s|c", True), ("s|", True), ("other|c", False), ("|c", False), ("|bare", True), ("bare", True),
     ("x", False), ("t", False)],
)  # fmt: skip
def test_a_token_finds_a_code_of_a_concept(asked, is_found):
    assert read_token(asked).matches(CODED) is is_found
    assert read_token(asked).matches([CODED]) is is_found


def test_a_code_and_an_identifier_are_found_too():
    assert read_token("final").matches("final")
    assert not read_token("s|final").matches("final")
    assert read_token("s|v").matches({"system": "s", "value": "v"})
    assert read_token("v").matches([{"value": "v"}])
    assert not read_token("v").matches(None)
    assert not read_token("v").matches({"display": "v"})


def test_escaped_signs_are_signs():
    assert split_values(r"a\,b,c") == (r"a\,b", "c")
    assert read_token(r"a\,b").code == "a,b"
    assert read_token(r"s\|x|c") == read_token(r"s\|x|c")
    assert (read_token(r"s\|x|c").system, read_token(r"s\|x|c").code) == ("s|x", "c")
    assert split_values("") == ()

"""A claim code survives being read aloud, and one misheard character is found before anything is tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.exchange.claim_code import CHANCE_BITS, base32, claim_code, parse_claim_code
from fullcourse.clinical.errors import InputError

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHANCES = st.integers(0, 2**CHANCE_BITS - 1)


@given(CHANCES)
def test_a_code_is_three_groups_of_four_and_is_read_as_itself_however_it_is_written(chance):
    code = claim_code(chance)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= {*LETTERS, "-"}
    for written in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')}\n", code.replace("-", "–")):
        assert parse_claim_code(written) == code
    assert parse_claim_code(code.replace("0", "o").replace("1", "l")) == code


@given(CHANCES, st.integers(0, 11), st.sampled_from(LETTERS))
def test_any_one_other_character_is_found(chance, place, letter):
    letters = claim_code(chance).replace("-", "")
    other = letters[:place] + letter + letters[place + 1 :]
    if other == letters:
        assert parse_claim_code(other) == claim_code(chance)
    else:
        with pytest.raises(InputError, match="misread"):
            parse_claim_code(other)


@pytest.mark.parametrize("text", ["", "0000-0000-001", "0000-0000-001BB", "0000-0000-00UB", "0000-0000-00ÉB"])
def test_what_is_no_code_is_refused_and_not_repeated(text):
    with pytest.raises(InputError, match="12 letters") as caught:
        parse_claim_code(text)
    assert not text or text not in str(caught.value)


def test_two_chances_are_two_codes():
    assert len({claim_code(chance) for chance in range(2000)}) == 2000
    assert base32(2**CHANCE_BITS - 1, 11) == "Z" * 11

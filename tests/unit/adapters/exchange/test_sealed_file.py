"""A sealed file is opened by its code alone, and any change of it is found."""

import pytest

from fullcourse.adapters.exchange.claim_code import claim_code
from fullcourse.adapters.exchange.sealed_file import fits_token, new_token, number_of, open_sealed, seal, short
from fullcourse.clinical.errors import InputError

CODE, OTHER = claim_code(7), claim_code(8)
TOKEN = new_token()
NUMBER = number_of(TOKEN)


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return seal(b"the course", CODE, NUMBER)


def refused(data: bytes, code: str = CODE) -> str:
    with pytest.raises(InputError) as caught:
        open_sealed(data, code, "the file")
    assert code not in str(caught.value)
    return str(caught.value)


def test_the_code_opens_it_and_another_does_not(sealed):
    assert open_sealed(sealed, CODE, "the file") == (b"the course", NUMBER)
    assert "the code does not open the file" in refused(sealed, OTHER)


def test_neither_what_is_in_it_nor_the_code_nor_the_token_can_be_read(sealed):
    for secret in (b"the course", CODE.encode(), CODE.replace("-", "").encode(), TOKEN.encode(), bytes.fromhex(TOKEN)):
        assert secret not in sealed
    assert NUMBER.encode() in sealed


def test_two_files_of_one_course_have_nothing_in_common_but_their_number(sealed):
    assert seal(b"the course", CODE, NUMBER)[49:] != sealed[49:]


@pytest.mark.parametrize("place", [22, 30, 48, 49, 60, 70, 77, 80, -1])
def test_a_change_anywhere_is_found(sealed, place):
    damaged = bytearray(sealed)
    damaged[place] ^= 1
    assert "altered or cut short" in refused(bytes(damaged))


def test_a_cut_or_foreign_file_is_told(sealed):
    assert "no transfer" in refused(b"PK\x03\x04")
    assert "no transfer" in refused(b"")
    assert "ends too early, after 92 bytes" in refused(sealed[:92])
    assert "altered or cut short" in refused(sealed[:93])
    assert "altered or cut short" in refused(sealed[:-1])
    assert "altered or cut short" in refused(sealed + b"\0")


def test_a_number_follows_from_its_token_and_from_no_other():
    assert len(NUMBER) == 26
    assert fits_token(TOKEN, NUMBER)
    assert not fits_token(new_token(), NUMBER)
    assert not fits_token(TOKEN, NUMBER[:-1])
    assert not fits_token(TOKEN, "é")
    assert short("ABCDEFGHIJ") == "ABCD-EFGH"

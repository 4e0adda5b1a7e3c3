"""Codes of boxes: one for each, no look-alikes, and a slip of the pen is never another box."""

import re
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.course.box_codes import box_codes, parse_sheet_id, sheet_id, typed_code

FIRST = date(2026, 3, 2)


def slots(number: int) -> list[str]:
    return [str(UUID(int=place * 7919)) for place in range(number)]


@pytest.mark.parametrize(("number", "signs"), [(1, 3), (14, 3), (196, 3), (784, 3), (825, 3), (826, 4), (1176, 4)])
def test_each_box_has_a_code_of_its_own(number, signs):
    codes = box_codes(sheet_id(28, FIRST, slots(number)), slots(number))
    assert sorted(codes.values()) == sorted(slots(number))
    assert {len(code) for code in codes} == {signs}
    assert not set("".join(codes)) & set("01ILOUZ")


@pytest.mark.parametrize("number", [28, 784, 1176])
def test_one_wrong_sign_or_two_swapped_are_no_other_box(number):
    codes = box_codes(sheet_id(7, FIRST, slots(number)), slots(number))
    for code in codes:
        for at in range(len(code)):
            for sign in "23456789ABCDEFGHJKMNPQRSTVWXY":
                assert sign == code[at] or code[:at] + sign + code[at + 1 :] not in codes
        for left, right in pairwise(range(len(code))):
            signs = list(code)
            signs[left], signs[right] = signs[right], signs[left]
            assert "".join(signs) == code or "".join(signs) not in codes


def test_no_code_and_no_id_spells_a_disease_or_a_drug():
    told = re.compile("TB|RR|MDR|XDR|DST|BDQ|EMB|ETH|MFX|PAS|TRD")
    for day in range(28):
        for number in (825, 1176):
            name = sheet_id(7, FIRST + timedelta(day), slots(number)[day:])
            codes = box_codes(name, slots(number))
            assert len(codes) == number
            assert not [code for code in codes if told.search(code)]
    names = [str(sheet_id(7, FIRST, slots(number))) for number in range(1, 1500)]
    assert not [name for name in names if told.search(name)]


def test_codes_of_another_sheet_are_others():
    one, other = sheet_id(7, FIRST, slots(28)), sheet_id(7, date(2026, 3, 9), slots(29))
    assert len(box_codes(one, slots(28)).keys() & box_codes(other, slots(29)).keys()) <= 2


def test_an_id_is_read_however_it_is_typed():
    name = sheet_id(7, FIRST, slots(3))
    for text in (str(name), str(name).lower(), f" {name} ".replace("-", ""), str(name).replace("-", " - ")):
        assert parse_sheet_id(text) == name
    assert typed_code(" k7-d, ") == "K7D"
    assert sheet_id(7, FIRST, slots(3)[::-1]) == name


@pytest.mark.parametrize("text", ["", "W260302", "X260302-K7QD4", "W269902-K7QD4", "W260302-K7QO4", "7KD"])
def test_what_is_no_id_is_refused_with_words(text):
    with pytest.raises(InputError, match="no id of a sheet"):
        parse_sheet_id(text)

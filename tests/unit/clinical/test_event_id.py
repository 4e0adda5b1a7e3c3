"""Ids of events are UUIDv7 made from a clock and chance that are handed in."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_id import event_id, is_event_id, parse_event_id


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_an_id_is_a_uuid_of_version_7_that_holds_its_time(unix_ms: int, chance: int):
    made = UUID(event_id(unix_ms, chance))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == unix_ms
    assert parse_event_id(str(made).upper(), "id") == str(made)


def test_a_later_id_sorts_behind_an_earlier_one_whatever_the_chance():
    assert event_id(1, 2**74 - 1) < event_id(2, 0)


@pytest.mark.parametrize(("unix_ms", "chance"), [(-1, 0), (2**48, 0), (0, -1), (0, 2**74)])
def test_a_number_outside_its_range_makes_no_id(unix_ms: int, chance: int):
    with pytest.raises(ValueError, match="bits"):
        event_id(unix_ms, chance)


@pytest.mark.parametrize(
    "text", ["", "john-smith", "9b2e1a44-0a5c-4f0e-8f50-6f3c2b1d0a99", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f"]
)
def test_what_is_no_uuid_of_version_7_is_refused_without_being_repeated(text: str):
    with pytest.raises(InputError, match=r"\$\.id") as refused:
        parse_event_id(text, "$.id")
    assert not text or text not in str(refused.value)


def test_an_id_is_one_in_its_one_form():
    assert is_event_id("017f22e2-79b0-7cc3-98c4-dc0c0c07398f") is True
    assert is_event_id("017F22E2-79B0-7CC3-98C4-DC0C0C07398F") is False
    assert is_event_id("9b2e1a44-0a5c-4f0e-8f50-6f3c2b1d0a99") is False

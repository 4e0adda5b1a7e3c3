"""A number to call stands only where a source gives one for that country."""

import pytest

from fullcourse.adapters.documents.numbers import country_code, emergency_line, told
from fullcourse.clinical.errors import InputError
from patients import knowledge


def test_the_united_states_have_the_numbers_of_the_article() -> None:
    assert emergency_line(knowledge(), "US") == "In the US, call 911."
    assert [item.patient for item in told(knowledge(), "poison help", "US")] == ["Poison help in the US: 800-222-1222."]


@pytest.mark.parametrize("country", ["", "IN", "ZA", "GB", "U"])
def test_every_other_country_is_told_its_local_emergency_number(country: str) -> None:
    assert emergency_line(knowledge(), country) == "Call your local emergency number."
    assert told(knowledge(), "poison help", country) == ()


@pytest.mark.parametrize(("given", "code"), [(None, ""), ("us", "US"), ("ZA", "ZA")])
def test_a_country_is_two_letters(given: str | None, code: str) -> None:
    assert country_code(given) == code


@pytest.mark.parametrize("given", ["", "U", "USA", "U1", "us\n", "ÜS"])
def test_anything_else_is_no_country(given: str) -> None:
    with pytest.raises(InputError, match="two letters"):
        country_code(given)

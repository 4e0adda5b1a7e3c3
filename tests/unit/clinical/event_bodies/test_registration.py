"""What a register holds of a case: every word from a list, or nothing at all."""

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies.registration import GROUPS, Registered


def test_what_nobody_wrote_down_is_empty():
    assert Registered() == Registered("", "", "", "", None, "", "")


@pytest.mark.parametrize("field", ["group", "confirmation", "site", "resistance", "sex", "hiv"])
def test_a_word_that_is_on_no_list_is_refused_with_the_list(field):
    with pytest.raises(InputError, match=f"^{field}: 'perhaps' is not one of"):
        Registered(**{field: "perhaps"})


@pytest.mark.parametrize("age", [0, 130])
def test_an_age_is_taken_from_0_to_130(age):
    assert Registered(age_years=age).age_years == age


@pytest.mark.parametrize("age", [-1, 131])
def test_an_age_that_nobody_has_is_refused(age):
    with pytest.raises(InputError, match="is no age"):
        Registered(age_years=age)


def test_every_group_is_one_that_a_source_defines():
    assert all(Registered(group).group == group for group in GROUPS)

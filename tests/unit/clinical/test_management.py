"""What is done about a finding: what stands in the way of a drug, and what speaks of one mechanism only."""

import pytest

from fullcourse.clinical.management import Do, Management


@pytest.mark.parametrize("do", list(Do))
def test_only_what_is_avoided_or_changed_first_stands_in_the_way(do: Do):
    assert Management(do, "as the source says").forbids is (do in {Do.AVOID, Do.CHANGE_FIRST})


def test_what_is_expected_through_one_way_only_says_so():
    assert Management(Do.NONE_NEEDED, "no change", through="metabolism").is_by_mechanism is True
    assert Management(Do.NONE_NEEDED, "no change").is_by_mechanism is False

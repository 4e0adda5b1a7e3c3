"""What came of giving a drug again, by what was said of it."""

import pytest

from fullcourse.pharmacovigilance.causality import Challenge, Rechallenge


@pytest.mark.parametrize(
    ("given_again", "came_back", "word"),
    [
        (None, None, None),
        (None, True, None),
        (False, None, Rechallenge.NOT_DONE),
        (True, None, Rechallenge.OUTCOME_UNKNOWN),
        (True, True, Rechallenge.CAME_BACK),
        (True, False, Rechallenge.DID_NOT_COME_BACK),
    ],
)
def test_nobody_said_is_neither_done_nor_not_done(given_again, came_back, word):
    assert Challenge(None, given_again, came_back).rechallenge is word

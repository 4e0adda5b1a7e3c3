"""What somebody took, in milligrams: only as far as it can be told."""

import pytest

from fullcourse.adapters.triage.took import amount_of, strength_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.quantity import Interval, exactly
from patients import knowledge

CYCLOSERINE = knowledge().drugs["cycloserine"]


@pytest.mark.parametrize(
    ("text", "strength", "mg"),
    [
        ("5 capsules", 250.0, exactly(1250.0)),
        ("1.5 capsules", 125.0, exactly(187.5)),
        ("1,5 caps", 250.0, exactly(375.0)),
        ("1250 mg", None, exactly(1250.0)),
        ("1.25 g", None, exactly(1250.0)),
        ("4 capsules", None, Interval(500.0, 1000.0)),  # 125 and 250 mg are made
        ("the whole bottle", 250.0, None),
        ("five capsules", 250.0, None),
        ("5 spoons", 250.0, None),
        ("5 tablets", None, None),  # none is made
        ("1,250 mg", None, None),  # a thousand and more, or one and a quarter: nobody can tell
        ("1.250 mg", None, None),
        ("12.500 mg", None, None),
        ("0.125 g", None, exactly(125.0)),
        ("1250.5 mg", None, exactly(1250.5)),
        ("1.25 mg", None, exactly(1.25)),
    ],
)
def test_an_amount_is_told_or_not_known(text, strength, mg):
    assert amount_of(text, CYCLOSERINE, strength).mg == mg


def test_a_medicine_that_is_not_known_has_no_strength():
    assert amount_of("3 pills", None, None).mg is None
    assert amount_of("3 pills", None, 100.0).mg == exactly(300.0)


@pytest.mark.parametrize(("text", "mg"), [("250 mg", 250.0), ("0.5 g", 500.0)])
def test_a_strength_is_an_amount(text, mg):
    assert strength_of(text) == mg


@pytest.mark.parametrize("text", ["250", "two", "0 mg", "5 capsules", "1,000 mg", "1.000 mg"])
def test_what_is_no_strength_is_refused(text):
    with pytest.raises(InputError, match="--strength"):
        strength_of(text)

"""Facts and evidence: nothing is known unless somebody said so."""

from dataclasses import FrozenInstanceError

import pytest

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.clinical.quantity import exactly


def test_evidence_is_stated_unless_it_says_otherwise():
    item = Evidence("weight", exactly(70.0), None, "Observation/1", 70.0, "kg")
    assert item.standing is Standing.STATED
    assert item.reason == ""


def test_equal_evidence_is_one_piece():
    one, other = (Evidence("weight", exactly(70.0), None, "Observation/1", 70.0, "kg") for _ in range(2))
    assert len({one, other}) == 1


def test_a_fact_that_nothing_establishes_is_unknown_and_not_no():
    fact = Fact("epilepsy", None)
    assert fact.value is None
    assert fact.value is not False
    assert (fact.because, fact.missing, fact.days) == ((), (), None)


def test_a_fact_never_changes():
    with pytest.raises(FrozenInstanceError):
        Fact("epilepsy", None).value = False

"""Serious by one criterion, not serious by six, and not known by anything else."""

import pytest

from fullcourse.pharmacovigilance.reaction import Seriousness

SIX = ("death", "life_threatening", "hospitalisation", "disability", "congenital_anomaly", "other_important")


@pytest.mark.parametrize("name", [*SIX, "required_intervention"])
def test_each_criterion_alone_makes_it_serious(name):
    assert Seriousness(**{name: True}).is_serious is True
    assert Seriousness(**(dict.fromkeys(SIX, False) | {name: True})).is_serious is True


@pytest.mark.parametrize("name", SIX)
def test_one_that_nobody_answered_leaves_it_unknown(name):
    assert Seriousness(**(dict.fromkeys(SIX, False) | {name: None})).is_serious is None


def test_six_times_no_is_not_serious_whatever_nobody_said_of_an_intervention():
    assert Seriousness(**dict.fromkeys(SIX, False)).is_serious is False
    assert Seriousness().is_serious is None

"""Kleene's tables, whole."""

import itertools

import pytest

from fullcourse.rules.kleene import all_of, any_of, at_least, negated

TRUTHS = (True, False, None)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_follow_kleene(one, other):
    order = {False: 0, None: 1, True: 2}
    assert all_of([one, other]) is min((one, other), key=order.__getitem__)
    assert any_of([one, other]) is max((one, other), key=order.__getitem__)


def test_of_nothing_all_hold_and_none_does():
    assert all_of([]) is True
    assert any_of([]) is False
    assert at_least(1, []) is False


def test_unknown_stays_unknown_when_turned_round():
    assert [negated(truth) for truth in TRUTHS] == [False, True, None]


@pytest.mark.parametrize("truths", list(itertools.product(TRUTHS, repeat=3)))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_count_is_known_when_every_way_to_fill_the_unknown_agrees(count, truths):
    ways = itertools.product(*[[truth] if truth is not None else [True, False] for truth in truths])
    answers = {sum(way) >= count for way in ways}
    assert at_least(count, truths) is (answers.pop() if len(answers) == 1 else None)

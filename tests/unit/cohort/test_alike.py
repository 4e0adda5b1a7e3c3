"""Rows are alike when every feature is equal, and never otherwise, however large features are."""

import math

import numpy as np
import pytest

from fullcourse.cohort.alike import alike, compared


def test_rows_are_of_one_kind_when_all_their_features_are_equal():
    kinds = alike([np.array([3, 3, 5, 3]), np.array([True, True, True, False])])
    assert kinds.kind[0] == kinds.kind[1]
    assert len({int(number) for number in kinds.kind}) == 3
    assert sorted(kinds.first.tolist()) == [0, 2, 3]


def test_features_that_together_pass_every_number_still_tell_rows_apart():
    large = np.array([0, 2**62 - 1, 2**62 - 1, 0, -(2**62)])
    other = np.array([0, 2**40, 7, 1, 0])
    assert len(alike([large, other, large, other]).first) == 5


def test_one_feature_that_is_the_same_for_everybody_makes_one_kind():
    assert alike([np.array([4, 4, 4])]).kind.tolist() == [0, 0, 0]


def test_nobody_is_of_no_kind():
    assert list(alike([np.zeros(0, np.int64)]).members()) == []


def test_every_row_is_a_member_of_its_kind_alone():
    members = {first: rows.tolist() for first, rows in alike([np.array([7, 5, 7, 7, 5])]).members()}
    assert members == {0: [0, 2, 3], 1: [1, 4]}


def test_rows_without_a_feature_are_refused():
    with pytest.raises(ValueError, match="without a feature"):
        alike([])


def test_numbers_compare_below_equal_above_or_not_at_all():
    numbers = np.array([1.0, 2.0, 3.0, math.nan, math.inf])
    assert compared(numbers, 2.0).tolist() == [-1, 0, 1, 2, 1]

"""Levels that one patient can have are let through, levels that no patient has are not."""

import math

import numpy as np
import pytest

from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.estimation.misfit import EXCLUDED, Misfit, chi_square_tail, misfit
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import ErrorKind, ResidualError
from fullcourse.pharmacokinetics.simulation.population import simulate
from pk_cases import drawn_effects, oral_model, record


def of(levels, model=None, **columns) -> Misfit:
    problem = estimation_problem(model or oral_model(), record(levels=levels, **columns))
    return misfit(problem, estimate(problem).effects)


@pytest.mark.parametrize("levels", [(24.0, 17.0), (40.0, 30.0), (12.0, 7.0)])
def test_levels_of_one_curve_are_let_through(levels):
    assert not of(levels).excluded[0]


@pytest.mark.parametrize("levels", [(60.0, 5.0), (5.0, 60.0), (600.0, 400.0), (0.1, 0.07)])
def test_levels_that_no_curve_has_together_or_that_nobody_has_are_excluded(levels):
    assert of(levels).excluded[0]


def test_the_edge_is_below_one_in_a_thousand():
    just, over = np.array([EXCLUDED]), np.array([EXCLUDED * (1 - 1e-9)])
    one = np.ones(1)
    assert not Misfit(just, one).excluded[0]
    assert Misfit(over, one).excluded[0]
    assert Misfit(one, over).excluded[0]


def test_one_bad_level_among_many_is_found_though_the_sum_is_not_far():
    model = oral_model(error=ResidualError(ErrorKind.PROPORTIONAL, 0.15))
    times = [194.0 + 0.5 * n for n in range(24)]
    table = event_table(
        [0.0, *times], evid=[1, *[0] * 24], amt=[250.0, *[0.0] * 24], ii=[12.0, *[0.0] * 24], addl=[16, *[0] * 24],
        cmt=1, dv=[np.nan, *[20.0] * 24],
    )  # fmt: skip
    typical = simulate(model, table, points=table.evid == 0)[0]
    for factor, excluded in ((1.0, False), (1.75, True)):
        dv = np.r_[np.nan, typical]
        dv[13] *= factor
        problem = estimation_problem(model, event_table(
            table.time_h, evid=table.evid, amt=table.amt, ii=table.ii, addl=table.addl, cmt=1, dv=dv
        ))  # fmt: skip
        found = misfit(problem, estimate(problem).effects)
        assert found.excluded[0] == excluded
        assert found.together[0] > EXCLUDED


def test_a_level_below_quantification_counts_only_where_the_prediction_is_above():
    low = {"blq": [False, False, True]}
    assert not of((24.0, np.nan), lloq=[0.0, 0.0, 17.0], **low).excluded[0]
    assert of((24.0, np.nan), lloq=[0.0, 0.0, 0.5], **low).excluded[0]


def test_without_a_level_nothing_is_excluded():
    assert of((np.nan, np.nan)).together.tolist() == [1.0]


def test_of_people_of_the_model_one_in_a_hundred_is_below_one_per_cent():
    model, count = oral_model(), 2000
    effects = drawn_effects(model, count, 7)
    one = record()
    drawn = simulate(model, one, effects, points=one.evid == 0)
    noisy = drawn * (1.0 + 0.15 * np.random.default_rng(3).standard_normal(drawn.shape))
    table = event_table(
        np.tile(one.time_h, count), subject=np.repeat(np.arange(count), 3), evid=np.tile(one.evid, count), cmt=1,
        amt=np.tile(one.amt, count), ii=np.tile(one.ii, count), addl=np.tile(one.addl, count),
        dv=np.concatenate([[np.nan, *row] for row in noisy]),
    )  # fmt: skip
    problem = estimation_problem(model, table)
    found = misfit(problem, estimate(problem, starts=1).effects)
    assert 0.004 < (found.together < 0.01).mean() < 0.02
    assert found.excluded.mean() < 0.006


@pytest.mark.parametrize("degrees", range(1, 8))
def test_the_tail_is_that_of_chi_square(degrees: int):
    squares = (np.random.default_rng(degrees).standard_normal((200_000, degrees)) ** 2).sum(axis=1)
    for square in (0.5, 3.0, 9.0):
        assert chi_square_tail(square, degrees) == pytest.approx((squares > square).mean(), abs=0.005)


def test_the_tail_at_the_ends():
    assert chi_square_tail(0.0, 3) == 1.0
    assert chi_square_tail(math.nan, 3) == chi_square_tail(math.inf, 4) == 0.0
    assert chi_square_tail(50.0, 0) == 1.0

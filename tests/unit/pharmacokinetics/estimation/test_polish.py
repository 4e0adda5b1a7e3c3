import dataclasses

import numpy as np
import pytest

from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, evaluate, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.estimation.polish import along_valleys, curvature_by_differences, into_kinks
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import EffectLink, RandomEffects, Site
from pk_cases import oral_model, record


def steep():
    """Levels over ten half-lives with wide priors: the objective is a narrow curved valley."""
    model = oral_model(omega=(2.0, 2.0), cl=4.0)
    table = event_table([0.0, 1.5, 4.6, 7.3, 27.2], evid=[1, 0, 0, 0, 0], amt=[1000.0, 0, 0, 0, 0], cmt=1,
                        dv=[np.nan, 94.89, 8.05, 0.57, 2e-6])  # fmt: skip
    return estimation_problem(model, table)


def ends_with_a_sample():
    """An input over a modelled time, and a sample at which it is likely to end: there the level has a corner."""
    model = oral_model()
    effects = RandomEffects(
        ("cl", "vc", "d"), tuple(EffectLink(i, n) for i, n in enumerate(("cl", "vc", "d"))), 0.2 * np.eye(3)
    )
    model = dataclasses.replace(
        model, parameters={**model.parameters, "d": 4.0}, sites=(Site("o", 1, duration="d"),), between_subjects=effects
    )
    table = event_table([0.0, 0.8, 3.9, 6.2, 25.2], evid=[1, 0, 0, 0, 0], amt=[400.0, 0, 0, 0, 0], cmt=1,
                        rate=[-2.0, 0, 0, 0, 0], dv=[np.nan, 1.4, 9.6, 16.0, 4.5])  # fmt: skip
    return estimation_problem(model, table)


def test_the_second_slopes_are_those_of_the_objective():
    problem = estimation_problem(oral_model(), record())
    at, scale = np.array([[0.1, -0.2]]), np.sqrt(np.diagonal(problem.covariance, axis1=1, axis2=2))
    slopes = curvature_by_differences(problem, at, scale)[0]
    h = 1e-4
    moved = [objective(problem, at + h * np.array([[a, b]]))[0] for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    assert slopes[0, 1] == pytest.approx((moved[0] - moved[1] - moved[2] + moved[3]) / (4 * h * h), rel=1e-4)


def test_a_curved_valley_is_followed_to_a_flat_place():
    problem = steep()
    scale = np.sqrt(np.diagonal(problem.covariance, axis1=1, axis2=2))
    x, at = along_valleys(problem, np.zeros((1, 2)), scale)
    assert np.abs(at.gradient).max() < 1e-4
    assert at.objective[0] == objective(problem, x)[0] < objective(problem, np.zeros((1, 2)))[0]


def test_the_bottom_of_a_kink_is_found_without_a_gradient():
    problem = ends_with_a_sample()
    found = estimate(problem, starts=8, candidates=64)
    assert found.converged.all()
    end = 4.0 * np.exp(found.effects[0, 2])
    assert end == pytest.approx(6.2, abs=1e-5)
    for step in 1e-3 * np.concatenate([np.eye(3), -np.eye(3)]):
        assert objective(problem, found.effects + step)[0] > found.objective[0]


def test_a_simplex_closes_on_the_flat_place_that_a_gradient_finds():
    problem = estimation_problem(oral_model(), record())
    best = estimate(problem)
    away = best.effects + 0.05
    found, closed = into_kinks(problem, away, evaluate(problem, away).curvature)
    assert closed.all()
    assert objective(problem, found)[0] == pytest.approx(best.objective[0], abs=1e-9)


def test_a_narrow_valley_before_a_sample_is_found_along_the_lag():
    model = oral_model()
    effects = RandomEffects(
        ("cl", "vc", "lag"), tuple(EffectLink(i, n) for i, n in enumerate(("cl", "vc", "lag"))), 0.2 * np.eye(3)
    )
    model = dataclasses.replace(
        model, parameters={**model.parameters, "lag": 1.0}, sites=(Site("o", 1, ka="ka", lag="lag"),),
        between_subjects=effects,
    )  # fmt: skip
    table = event_table(
        [0.0, 23.4, 24.7, 28.5, 33.3], evid=[1, 0, 0, 0, 0], amt=[1000.0, 0, 0, 0, 0], cmt=1, ii=[24.0, 0, 0, 0, 0],
        addl=[1, 0, 0, 0, 0], dv=[np.nan, 3.2, 6.5, 30.0, 24.0],
    )  # fmt: skip
    problem = estimation_problem(model, table)
    lags = np.linspace(-0.6, 0.3, 901)
    found = estimate(problem, starts=10, candidates=200)
    searched = min(
        estimate_near(problem, np.array([[a, b, lag]])) for a in (-0.5, 0.3) for b in (-0.4, 0.4) for lag in lags[::30]
    )
    assert found.objective[0] <= searched + 1e-9


def estimate_near(problem, start):
    scale = np.sqrt(np.diagonal(problem.covariance, axis1=1, axis2=2))
    return along_valleys(problem, start, scale)[1].objective[0]


def test_starts_chosen_among_candidates_find_what_spread_starts_miss():
    problem = steep()
    assert estimate(problem, starts=6, candidates=100).objective[0] <= estimate(problem, starts=1).objective[0] + 1e-9

import dataclasses

import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.chain import walk
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.estimation.posterior import sample_posterior, weighted_quantiles
from fullcourse.pharmacokinetics.estimation.sampling_times import sampling_plan
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import EffectLink, RandomEffects
from pk_cases import oral_model, record

PROBLEM = estimation_problem(oral_model(), record())


def by_grid(problem):
    """Mean, covariance and evidence by summing over a fine grid."""
    axis = np.linspace(-2.5, 2.5, 401)
    x = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    log_density = -0.5 * objective(problem, x)
    weight = np.exp(log_density - log_density.max())
    mean = weight @ x / weight.sum()
    offset = x - mean
    area = (axis[1] - axis[0]) ** 2
    evidence = np.log(weight.sum() * area) + log_density.max() - np.log(2 * np.pi)
    evidence -= 0.5 * np.linalg.slogdet(problem.covariance[0])[1]
    return mean, (offset * weight[:, None]).T @ offset / weight.sum(), evidence


def test_importance_sampling_gives_the_moments_and_evidence_of_a_fine_grid():
    got = sample_posterior(PROBLEM, draws=40_000, seed=1)
    mean, covariance, evidence = by_grid(PROBLEM)
    assert got.method == "importance"
    assert got.khat < 0.7
    assert got.ess > 10_000
    assert got.weights @ got.effects == pytest.approx(mean, abs=0.005)
    offset = got.effects - mean
    assert (offset * got.weights[:, None]).T @ offset == pytest.approx(covariance, abs=0.002)
    assert got.log_evidence == pytest.approx(evidence, abs=0.02)


def test_the_same_seed_gives_the_same_draws():
    first, second = (sample_posterior(PROBLEM, draws=500, seed=7) for _ in range(2))
    assert np.array_equal(first.effects, second.effects)
    assert first.resampled(100, 3).shape == (100, 2)


def test_the_chain_agrees_with_the_grid():
    mean, covariance, _ = by_grid(PROBLEM)
    generator = np.random.default_rng(2)
    chain = walk(lambda x: -0.5 * objective(PROBLEM, x), np.zeros(2), covariance, 20_000, generator)
    assert chain.rhat < 1.05
    assert chain.effects.mean(axis=0) == pytest.approx(mean, abs=0.02)


def test_weights_that_cannot_be_trusted_are_replaced_by_a_chain():
    got = sample_posterior(PROBLEM, draws=500, seed=1, trusted_k=-10.0)
    assert got.method == "chain"
    assert got.weights.sum() == pytest.approx(1.0)


def test_weighted_quantiles_are_those_of_repeated_values():
    values = np.array([3.0, 1.0, 2.0])
    assert weighted_quantiles(values, np.array([0.2, 0.4, 0.4]), np.array([0.0, 1.0])).tolist() == [1.0, 3.0]
    assert weighted_quantiles(np.c_[values, -values], np.full(3, 1 / 3), np.array([0.5])).tolist() == [[2.0, -2.0]]


def test_the_next_samples_are_informative_and_apart():
    got = sample_posterior(PROBLEM, draws=2000)
    plan = sampling_plan(
        oral_model(), record(), got.resampled(50, 1), np.ones(50), got.map.covariance[0], 204.0 + np.arange(0.0, 12.0),
        minimum_gap_h=3.0,
    )  # fmt: skip
    assert np.all(np.diff(plan.times_h, axis=1) >= 3.0)
    assert np.all(np.diff(plan.gain) <= 0.0)
    assert plan.gain[-1] > 0.0
    with pytest.raises(InputError, match="clinic hours"):
        sampling_plan(oral_model(), record(), got.effects[:2], np.ones(2), np.eye(2), np.array([200.0]))


def slow_or_fast(level, spread):
    """One level that is explained by slow absorption, or by fast absorption and fast clearance."""
    effects = RandomEffects(("ka", "cl"), (EffectLink(0, "ka"), EffectLink(1, "cl")), np.diag(spread))
    model = dataclasses.replace(oral_model(), parameters={"cl": 9.0, "vc": 25.0, "ka": 0.36}, between_subjects=effects)
    table = event_table([0.0, 3.0], evid=[1, 0], amt=[1000.0, 0.0], cmt=1, dv=[np.nan, level])
    return estimation_problem(model, table)


@pytest.mark.parametrize(("level", "spread"), [(4.0, (3.0, 1.0)), (8.0, (3.0, 0.1)), (12.0, (3.0, 0.1))])
def test_both_explanations_of_a_level_are_drawn_as_often_as_a_fine_grid_says(level, spread):
    problem = slow_or_fast(level, spread)
    best = estimate(problem, candidates=64)
    assert len(best.others) == 1
    assert best.others[0].objective > best.objective[0]
    got = sample_posterior(problem, draws=20_000, seed=3, found=best)
    assert got.method == "importance"
    axes = [np.linspace(-7.0, 7.0, 561) * np.sqrt(variance) / 1.2 for variance in spread]
    x = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    log_density = -0.5 * objective(problem, x)
    weights = np.exp(log_density - log_density.max())
    weights /= weights.sum()
    for index in range(2):
        for p in (0.05, 0.25, 0.75, 0.95):
            order = np.argsort(x[:, index])
            exact = x[order, index][np.searchsorted(np.cumsum(weights[order]), p)]
            share = float(got.weights[got.effects[:, index] <= exact].sum())
            assert share == pytest.approx(p, abs=0.03)  # a quantile between the two is anywhere

"""A posterior agrees with a long Markov chain of our own, whose quantiles stand in the data of the tests.

``tools/make_long_chains.py`` runs the chains again; here they are run short, to see that they walk as they should.
"""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from fullcourse.pharmacokinetics.estimation.likelihood import objective
from fullcourse.pharmacokinetics.estimation.posterior import sample_posterior
from long_chains import SHARES, long_chain, patients, split_rhat, summary

LONG = tomllib.loads((Path(__file__).parents[3] / "data" / "pk" / "long-chains.toml").read_text("utf-8"))
PATIENTS = patients()
DRAWS = {"at the kink of a lag": 32_000, "three levels of transit": 12_000}
"""With 4,000, the default, chance alone moves an outer quantile of these two by up to 0.14 and 0.09."""


def test_every_patient_has_a_chain_that_settled():
    assert LONG["shares"] == list(SHARES)
    assert LONG.keys() - {"shares"} == PATIENTS.keys()
    assert all(LONG[name]["rhat"] < 1.01 for name in PATIENTS)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", PATIENTS)
def test_quantiles_are_those_of_the_long_chain_within_015_standard_deviations(name, seed):
    found = sample_posterior(PATIENTS[name], draws=DRAWS.get(name, 4000), seed=seed)
    quantiles = found.quantiles(found.effects, np.array(SHARES))
    off = np.abs(quantiles - np.array(LONG[name]["quantiles"])) / np.array(LONG[name]["sd"])
    assert off.max() <= 0.15, off.round(3).tolist()


def test_draws_of_which_few_count_are_refitted_though_their_tail_is_light():
    """At the kink of a lag a proposal about the best passes Pareto's k and misses a corner of the posterior."""
    found = sample_posterior(PATIENTS["at the kink of a lag"], draws=32_000, seed=1)
    assert found.method == "importance, refitted"
    assert found.ess > 0.1 * found.weights.size


def test_the_bimodal_patient_has_two_modes_and_the_draws_visit_both():
    """Between fast absorption that is past its peak and slow absorption before it the density falls to a third."""
    problem = PATIENTS["bimodal"]
    axis = np.linspace(-3.0, 6.0, 181)
    grid = np.stack(np.meshgrid(axis, np.linspace(-2.0, 2.0, 81), indexing="ij"), axis=-1).reshape(-1, 2)
    density = (
        np.exp(-0.5 * (objective(problem, grid) - objective(problem, grid).min())).reshape(axis.size, -1).sum(axis=1)
    )
    peaks = [i for i in range(1, axis.size - 1) if density[i] > max(density[i - 1], density[i + 1])]
    assert len(peaks) == 2
    valley = peaks[0] + int(np.argmin(density[peaks[0] : peaks[1]]))
    assert density[valley] < density[peaks[1]] / 3.0
    share = density[valley:].sum() / density.sum()
    found = sample_posterior(problem, draws=4000, seed=1)
    assert found.weights[found.effects[:, 0] > axis[valley]].sum() == pytest.approx(share, abs=0.02)


def test_the_chain_of_the_tests_agrees_with_a_grid_over_both_modes():
    problem = PATIENTS["bimodal"]
    kept = long_chain(problem, seed=7, chains=40, warm_up=1000, steps=3000)
    assert split_rhat(kept) < 1.03
    axis = np.linspace(-4.0, 8.0, 241), np.linspace(-2.0, 2.0, 121)
    grid = np.stack(np.meshgrid(*axis, indexing="ij"), axis=-1).reshape(-1, 2)
    weight = np.exp(-0.5 * (objective(problem, grid) - objective(problem, grid).min()))
    quantiles, spread = summary(kept)
    for column in range(2):
        sums = np.bincount(np.searchsorted(axis[column], grid[:, column]), weights=weight)
        exact = np.interp(SHARES, (np.cumsum(sums) - 0.5 * sums) / sums.sum(), axis[column])
        assert np.abs(quantiles[:, column] - exact).max() < 0.1 * spread[column]

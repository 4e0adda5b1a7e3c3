import dataclasses

import numpy as np
import pytest

from fullcourse.clinical.errors import InputError, SolverStopped
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, evaluate, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate, starting_points
from fullcourse.pharmacokinetics.estimation.posterior import sample_posterior
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import EffectLink, ErrorKind, RandomEffects, ResidualError, Site, Transit
from fullcourse.pharmacokinetics.simulation.population import simulate
from pk_cases import oral_model, record


def test_no_neighbour_is_better_and_every_start_agrees():
    problem = estimation_problem(oral_model(), record())
    found = estimate(problem)
    assert found.gradient_norm[0] < 1e-6
    assert found.starts_agreed[0] == found.starts == 4
    for step in np.eye(2) * 1e-3:
        assert objective(problem, found.effects + step)[0] > found.objective[0]
        assert objective(problem, found.effects - step)[0] > found.objective[0]


def test_without_levels_the_estimate_is_the_typical_patient_with_the_prior():
    table = event_table([0.0, 2.0], evid=[1, 0], amt=[250.0, 0.0], cmt=1)
    found = estimate(estimation_problem(oral_model(), table))
    assert found.effects[0] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert np.diagonal(found.covariance[0]) == pytest.approx([0.12, 0.05])


def test_a_level_below_quantification_pulls_down_but_less_than_zero_would():
    low = record(levels=(24.0, np.nan), blq=[False, False, True], lloq=[0.0, 0.0, 17.0])
    below = estimate(estimation_problem(oral_model(), low))
    without = estimate(estimation_problem(oral_model(), record(levels=(24.0, np.nan))))
    assert below.effects[0, 0] > without.effects[0, 0]


def test_the_gradient_of_a_level_far_below_its_limit_and_far_above_is_finite():
    for limit in (1e-3, 1e3):
        table = record(levels=(24.0, np.nan), blq=[False, False, True], lloq=[0.0, 0.0, limit])
        problem = estimation_problem(oral_model(), table)
        x = np.array([[0.2, -0.1]])
        exact = evaluate(problem, x).gradient[0]
        for i, step in enumerate(np.eye(2) * 1e-5):
            difference = (objective(problem, x + step) - objective(problem, x - step))[0] / 2e-5
            assert exact[i] == pytest.approx(difference, rel=1e-5, abs=1e-6)


def test_each_occasion_gets_its_own_effect_and_an_unseen_dose_a_wider_one():
    table = event_table(
        [0.0, 1.0, 4.0, 100.0, 101.0, 104.0], evid=[1, 0, 0, 1, 0, 0], amt=[250.0, 0, 0, 250.0, 0, 0], cmt=1,
        dv=[np.nan, 3.0, 6.0, np.nan, 9.0, 8.0], occasion=[1, 1, 1, 2, 2, 2],
        observed=[True, True, True, False, True, True],
    )  # fmt: skip
    problem = estimation_problem(oral_model(occasions=True, factor=np.array([2.0])), table)
    assert np.diagonal(problem.covariance[0]) == pytest.approx([0.12, 0.05, 0.2, 0.8])
    found = estimate(problem)
    assert found.effects[0, 2] < 0.0 < found.effects[0, 3]


def test_an_uncertain_dose_time_is_estimated():
    table = event_table([0.0, 2.0, 3.0], evid=[1, 0, 0], amt=[250.0, 0, 0], cmt=1, dv=[np.nan, 0.5, 7.0],
                        time_sd_h=[1.0, 0.0, 0.0])  # fmt: skip
    problem = estimation_problem(oral_model(error=ResidualError(ErrorKind.COMBINED_2, 0.15, 0.5)), table)
    assert problem.n_effects == 3
    assert estimate(problem).effects[0, 2] > 0.8


def test_a_zero_level_under_a_log_normal_error_is_refused_with_what_to_do():
    with pytest.raises(InputError, match="below the limit of quantification"):
        estimation_problem(oral_model(error=ResidualError(ErrorKind.LOG_NORMAL, 0.2)), record(levels=(0.0, 3.0)))


def test_levels_of_a_log_normal_error_may_be_given_as_logarithms():
    m = oral_model(error=ResidualError(ErrorKind.LOG_NORMAL, 0.2))
    plain = estimate(estimation_problem(m, record()))
    logged = estimate(estimation_problem(m, record(levels=tuple(np.log([24.0, 17.0]))), logged=True))
    assert plain.effects == pytest.approx(logged.effects)


def test_starting_points_begin_at_zero_and_never_change():
    assert starting_points(3, 4)[0].tolist() == [0.0, 0.0, 0.0]
    assert np.array_equal(starting_points(3, 4), starting_points(3, 4))


def steady_chain(most_h):
    """A dose every hour since for ever, through a chain whose delay may grow without end."""
    m = oral_model(omega=(0.12, 0.05))
    site = Site("oral", 1, ka="ka", transit=Transit("n", "mtt"))
    delay = RandomEffects(("mtt",), (EffectLink(0, "mtt"),), np.array([[4.0]]))
    m = dataclasses.replace(m, parameters={**m.parameters, "n": 4.0, "mtt": most_h}, sites=(site,),
                            between_subjects=delay)  # fmt: skip
    table = event_table([0.0, 0.5], evid=[1, 0], amt=[25.0, 0.0], ii=[1.0, 0.0], ss=[1, 0], cmt=1, dv=[np.nan, 25.0])
    return estimation_problem(m, table)


def test_effects_beyond_the_solver_count_as_worthless_and_leave_the_others_alone():
    problem = steady_chain(1.0)
    x = np.array([[0.3], [30.0], [-0.2]])
    value = objective(problem, x)
    assert value[1] == 1e30
    assert value[[0, 2]] == pytest.approx([objective(problem, x[[i]])[0] for i in (0, 2)])
    assert evaluate(problem, x).gradient[1].tolist() == [0.0]


def test_nothing_that_can_be_predicted_is_no_estimate():
    problem = steady_chain(1e7)
    found = estimate(problem, starts=1)
    assert not found.converged[0]
    assert np.isinf(found.gradient_norm[0])
    with pytest.raises(SolverStopped, match="could predict no level"):
        sample_posterior(problem, found=found)


def test_a_model_without_a_residual_error_simulates_and_refuses_to_weigh_a_level():
    m = oral_model()
    silent = dataclasses.replace(m, outputs=(dataclasses.replace(m.outputs[0], residual=None),))
    assert simulate(silent, record())[0, 1] == pytest.approx(simulate(m, record())[0, 1])
    with pytest.raises(InputError, match="its paper prints none"):
        estimation_problem(silent, record())

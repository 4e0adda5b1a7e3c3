"""Metabolites formed on the way in, with compartments of their own, and rates that drift: against an oracle."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from formation_and_drift import LIVER, TWO_AND_TWO, WRITTEN, liver, record, two_and_two
from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, parameters_of
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.kernels.dual import tangent_of
from fullcourse.pharmacokinetics.model import (
    EffectLink,
    Elimination,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
    Transform,
)
from fullcourse.pharmacokinetics.simulation.population import simulate
from pk_cases import area_under

ERROR = ResidualError(ErrorKind.PROPORTIONAL, 0.1)


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("seed", range(4))
def test_levels_are_those_of_the_differential_equations(name, seed):
    case = WRITTEN[name]
    effects = seed * 0.4 * np.random.default_rng(seed).multivariate_normal(np.zeros(len(case.prior)), case.prior)
    expected = case.expected(effects)
    for output, levels in enumerate(expected):
        got = simulate(case.model, case.table(), effects[None], output=output)[0]
        assert np.abs(got - levels).max() <= case.near * levels.max()


@pytest.mark.parametrize("name", WRITTEN)
def test_sensitivities_are_the_slopes(name):
    case = WRITTEN[name]
    dv = np.array([np.nan if row["evid"] else 1.0 for row in case.records])
    problem = estimation_problem(case.model, case.table(dv))
    here = 0.3 * np.random.default_rng(5).standard_normal(len(case.prior))
    parameters = parameters_of(problem, here[None], sensitivities=True)
    step = 1e-4
    for output, found in enumerate(predict(case.model, problem.history, parameters)):
        slopes = tangent_of(found, here.size)[:, 0]
        for i in range(here.size):
            moved = [
                np.asarray(
                    predict(case.model, problem.history, parameters_of(problem, e[None], sensitivities=False))[output]
                )[0]
                for e in (here + k * step * np.eye(here.size)[i] for k in (-2, -1, 1, 2))
            ]
            central = (moved[0] - 8.0 * moved[1] + 8.0 * moved[2] - moved[3]) / (12.0 * step)
            assert np.abs(slopes[i] - central).max() <= 1e-5 * np.abs(np.asarray(found.value)).max()


@pytest.mark.parametrize(("name", "body", "individual"), [
    ("metabolite of two compartments", TWO_AND_TWO, two_and_two), ("liver before central", LIVER, liver),
])  # fmt: skip
def test_one_dose_agrees_with_dop853(name, body, individual):
    case, p = WRITTEN[name], individual(np.zeros(len(WRITTEN[name].prior)), record(0.0, 1))
    times = np.array([0.5, 2.0, 7.0, 30.0])
    begin, hours = p.get("lag", 0.0), 1.5
    a, rate = body.matrix(p), np.eye(body.size)[0] * 100.0 / hours
    ends = [begin + hours, *times[times > begin + hours]]
    whole = {}
    state, now, on = np.zeros(body.size), begin, rate
    for at in sorted({*times[times > begin], begin + hours, *ends}):
        slopes = lambda _, x, on=on: a @ x + on  # noqa: E731
        state = solve_ivp(slopes, (now, at), state, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
        now, whole[at] = at, state
        on = 0.0 * rate if at >= begin + hours - 1e-12 else on
    table = event_table(
        [0.0, *times], evid=[1, 0, 0, 0, 0], cmt=[1, *[2] * 4], amt=[100.0, *[0.0] * 4],
        rate=[100.0 / hours, *[0.0] * 4], covariates={"wt": np.full(5, 70.0)},
    )  # fmt: skip
    for output, place, volume in ((0, body.central, "vc"), (1, body.formed, "vm")):
        got = simulate(case.model, table, output=output)[0, 1:]
        expected = np.array([whole[t][place] for t in times]) / p[volume]
        assert np.abs(got - expected).max() <= 1e-8 * expected.max()


def test_what_is_formed_leaves_again():
    """AUC times clearance of the metabolite is what was formed at first pass and later, whatever its compartments."""
    for name, formed in (
        ("metabolite of two compartments", 0.4 + 0.6 / 3.0),
        ("liver before central", 0.3),  # of whatever the liver clears, before or after central
    ):
        case = WRITTEN[name]
        p = case.individual(np.zeros(len(case.prior)), record(0.0, 1))
        dose = event_table([0.0], evid=1, cmt=1, amt=100.0, covariates={"wt": np.array([70.0])})
        auc = area_under(case.model, dose, 0.0, 5000.0, output=1)
        assert auc * p["clm"] == pytest.approx(100.0 * formed, rel=1e-8)
        steady = event_table(
            [-4800.0], evid=1, cmt=1, amt=100.0, ii=24.0, addl=201, covariates={"wt": np.array([70.0])}
        )
        assert area_under(case.model, steady, 0.0, 24.0, output=1) == pytest.approx(auc, rel=1e-8)


@pytest.mark.parametrize("changing", [False, True])
def test_a_constant_rate_into_a_depot_is_divided_as_doses_are(changing):
    case = WRITTEN["liver before central"]
    table = event_table([0.0, 5.0], evid=[1, 0], cmt=[1, 2], amt=0.0, rate=[6.0, 0.0], ss=[1, 0],
                        covariates={"wt": np.array([70.0, 80.0 if changing else 70.0])})  # fmt: skip
    p = case.individual(np.zeros(4), record(0.0, 1))
    steady = 6.0 * np.linalg.solve(-LIVER.matrix(p), np.eye(LIVER.size)[0])
    got = [simulate(case.model, table, output=output)[0, 0] for output in (0, 1)]
    assert got == pytest.approx([steady[1] / p["vc"], steady[2] / p["vm"]], rel=1e-9)


def test_a_steady_state_of_what_drifts_is_refused():
    table = event_table([0.0, 1.0], evid=[1, 0], cmt=[1, 2], amt=[100.0, 0.0], ii=[12.0, 0.0], ss=[1, 0],
                        covariates={"wt": np.full(2, 70.0)})  # fmt: skip
    with pytest.raises(SolverStopped, match="no steady state"):
        simulate(WRITTEN["falling vmax"].model, table)


def test_the_clock_of_what_drifts_begins_with_the_first_dose():
    model = WRITTEN["falling vmax"].model
    curves = []
    for begin in (0.0, 51.25):
        table = event_table([begin, begin + 3.0, begin + 30.0], evid=[1, 0, 0], cmt=[1, 2, 2], amt=[100.0, 0.0, 0.0],
                            covariates={"wt": np.full(3, 70.0)})  # fmt: skip
        curves.append(simulate(model, table)[0])
    assert curves[1] == pytest.approx(curves[0], rel=1e-9)


def saturable_with_first_pass():
    """Return a model whose drug is cleared by Michaelis and Menten, and at first pass, into a metabolite."""
    values = {"vmax": 20.0, "km": 1.0, "vc": 40.0, "ka": 0.8, "share": 0.7, "fm": 0.5, "clm": 5.0, "vm": 30.0}
    return Model(
        "m", 1, values,
        (Site("in", 1, ka="ka", fraction="share"),
         Site("formed", 1, ka="ka", fraction="share", complement=True, target="m"), Site("given", 3, target="m")),
        (Output("c", 2, ERROR), Output("m", 3, ERROR, source="m", volume="vm")), Elimination.MICHAELIS_MENTEN,
        (Link("m", LinkKind.METABOLITE, fraction="fm", clearance="clm", volume="vm"),),
        between_subjects=RandomEffects(
            ("ka", "share", "clm"),
            (EffectLink(0, "ka"), EffectLink(1, "share", Transform.LOGIT_NORMAL), EffectLink(2, "clm")),
            0.1 * np.eye(3),
        ),
    )  # fmt: skip


def test_first_pass_of_a_saturable_drug_agrees_with_dop853():
    def change(_, x):
        c = x[1] / 40.0
        out = 20.0 * c / (1.0 + c)
        return [-0.8 * x[0], 0.7 * 0.8 * x[0] - out, 0.3 * 0.8 * x[0] + 0.5 * out - 5.0 / 30.0 * x[2]]

    tight = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-11}
    first = solve_ivp(change, (0.0, 3.0), [200.0, 0.0, 0.0], **tight).y[:, -1]
    last = solve_ivp(change, (3.0, 9.0), first + np.array([0.0, 0.0, 60.0]), **tight).y[:, -1]
    table = event_table([0.0, 3.0, 9.0, 9.0], evid=[1, 1, 0, 0], cmt=[1, 3, 2, 3], amt=[200.0, 60.0, 0.0, 0.0])
    got = simulate(saturable_with_first_pass(), table)[0, 2:]
    assert got == pytest.approx([last[1] / 40.0, last[2] / 30.0], rel=1e-6)


def test_first_pass_of_a_saturable_drug_has_the_slopes_of_its_curve():
    model = saturable_with_first_pass()
    table = event_table([0.0, 1.0, 2.0, 9.0], evid=[1, 1, 0, 0], cmt=[1, 3, 3, 3], amt=[200.0, 60.0, 0.0, 0.0],
                        dv=[np.nan, np.nan, 1.0, 1.0])  # fmt: skip
    problem = estimation_problem(model, table)
    here = np.array([0.2, -0.3, 0.1])

    def levels(e, *, sensitivities=False):
        return predict(model, problem.history, parameters_of(problem, e[None], sensitivities=sensitivities))[1]

    slopes = tangent_of(levels(here, sensitivities=True), 3)[:, 0]
    for i, direction in enumerate(1e-3 * np.eye(3)):
        central = (np.asarray(levels(here + direction)) - np.asarray(levels(here - direction)))[0] / 2e-3
        assert slopes[i] == pytest.approx(central, rel=1e-4, abs=1e-5)

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import gamma

from fullcourse.clinical.errors import SolverStopped
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.exposure import concentrations
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.nonlinear import inhibited_chain, predict_nonlinear, solve
from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.kernels.dual import variables
from fullcourse.pharmacokinetics.kernels.exponentials import cascade_value
from fullcourse.pharmacokinetics.model import (
    Elimination,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    ResidualError,
    Site,
    Transit,
)
from fullcourse.pharmacokinetics.simulation.population import individuals, simulate

VALUES = {
    "cl": 5.0, "vc": 50.0, "ka": 1.2, "vmax": 60.0, "km": 8.0, "rclf": 0.7, "ic50": 0.4, "kic": 0.01, "emax": 1.1,
    "ec50": 0.07, "kenz": 0.02, "q": 4.0, "vp": 60.0, "n": 5.0, "mtt": 0.8, "ke0": 0.3, "ppc": 0.4,
}  # fmt: skip
TIMES = np.array([0.5, 1.0, 3.0, 9.0, 12.0, 13.0, 20.0, 36.0, 49.0])


def model(kind, compartments=1, *, transit=False):
    drop = {"cl"} if "michaelis" in kind else set()
    site = Site("oral", 1, ka="ka", transit=Transit("n", "mtt") if transit else None)
    csf = Link("csf", LinkKind.EFFECT, fraction="ppc", rate_out="ke0")
    error = ResidualError(ErrorKind.PROPORTIONAL, 0.1)
    outputs = (Output("c", 1, error), Output("csf", 3, error, source="csf", volume=None))
    values = {name: value for name, value in VALUES.items() if name not in drop}
    return Model("n", compartments, values, (site, Site("vein", 2)), outputs, kind, links=(csf,))


def integrated(kind, compartments, transit):
    p = VALUES

    def slopes(t, x, live):
        depot, central, second, csf, memory = x
        c = central / p["vc"]
        into = sum(100.0 * gamma.pdf(t - s, 6.0, scale=0.8 / 6.0) for s in live) if transit else 0.0
        leaving = {
            "michaelis_menten": p["vmax"] * c / (p["km"] + c),
            "auto_inhibition": p["cl"] * c * (p["rclf"] + (1 - p["rclf"]) * p["ic50"] / (p["ic50"] + memory)),
            "auto_induction": p["cl"] * c * memory,
            "michaelis_menten_auto_induction": p["vmax"] * c / (p["km"] + c) * memory,
        }[kind]
        flow = p["q"] * (c - second / p["vp"]) if compartments == 2 else 0.0
        drift = p["kic"] * (c - memory)
        if "induction" in kind:
            drift = p["kenz"] * (1 + p["emax"] * c / (p["ec50"] + c) - memory)
        infusion = 8.0 if 20.0 <= t < 25.0 else 0.0
        gain = p["ke0"] * (p["ppc"] * c - csf)
        return [into - p["ka"] * depot, p["ka"] * depot + infusion - leaving - flow, flow, gain, drift]

    state = np.array([0.0, 0.0, 0.0, 0.0, 1.0 if "induction" in kind else 0.0])
    stops, now, kept = sorted({0.0, 12.0, 24.0, 20.0, 25.0, *TIMES}), 0.0, {}
    for stop in stops:
        if stop > now:
            live = [s for s in (0.0, 12.0, 24.0) if s <= now]
            solution = solve_ivp(
                slopes, (now, stop - 1e-12), state, args=(live,), method="DOP853", rtol=1e-10, atol=1e-11
            )
            state = solution.y[:, -1]
        now, kept[stop] = stop, state.copy()
        if stop in (0.0, 12.0, 24.0) and not transit:
            state[0] += 100.0
    return np.array([kept[t][1] / p["vc"] for t in TIMES]), np.array([kept[t][3] for t in TIMES])


@pytest.mark.parametrize("transit", [False, True], ids=["bolus", "transit"])
@pytest.mark.parametrize("compartments", [1, 2])
@pytest.mark.parametrize("kind", [k for k in Elimination if k is not Elimination.LINEAR])
def test_the_stated_tolerance_is_met(kind, compartments, transit):
    table = event_table([0.0, 20.0], evid=1, amt=[100.0, 40.0], cmt=[1, 2], rate=[0.0, 8.0], ii=[12.0, 0], addl=[2, 0])
    wide = with_points(table, TIMES)
    points = wide.evid == 0
    central, csf = integrated(kind, compartments, transit)
    m = model(kind, compartments, transit=transit)
    assert np.abs(simulate(m, wide, points=points, output=0)[0] - central).max() <= 1e-6 * central.max()
    assert np.abs(simulate(m, wide, points=points, output=1)[0] - csf).max() <= 1e-6 * csf.max()


@pytest.mark.parametrize(
    ("first", "interval", "points"),
    [
        (0.0, 24.0, np.arange(0.0, 73.0)),
        (8.2, 12.0, [8.2, 9.75, 20.2, 31.137, 44.199999, 44.200001, 70.0]),
        (0.0, 168.0, [1.0, 500.0]),
    ],
    ids=["on the hour", "at any time", "once a week"],
)
def test_even_steps_and_the_solver_agree(first, interval, points):
    m = model(Elimination.AUTO_INHIBITION, transit=True)
    m = dataclasses.replace(m, sites=m.sites[:1], outputs=m.outputs[:1], links=())
    wide = with_points(event_table([first], evid=1, amt=600.0, cmt=1, ii=interval, addl=2), points)
    history = compile_history(m, wide, wide.evid == 0)
    parameters = individuals(m, history, None)
    assert inhibited_chain.can_follow(m, history, parameters)
    stepped = inhibited_chain.inhibited_curve(m, history, parameters)
    solved = predict_nonlinear(m, history, parameters)[0]
    assert inhibited_chain.LARGEST_GAP == 2e-5
    assert np.abs(stepped - solved).max() <= 3e-6 * solved.max()


def test_even_steps_and_the_solver_agree_for_people_of_a_published_model(monkeypatch):
    people = draw_population(read_pk_models()["linezolid.mockeliunas-2022"], 40, 5, {"weight": 58.0, "hiv": 0.0}).draws
    table = event_table(
        [8.0, 202.3, 690.0], evid=[1, 0, 0], amt=[600.0, 0, 0], cmt=1, ii=[24.0, 0, 0], addl=[27, 0, 0],
        covariates={name: float(value) for name, value in people.covariates.items()},
    )  # fmt: skip
    stepped = concentrations(people, table)
    monkeypatch.setattr(solve, "can_follow", lambda *_: False)
    solved = concentrations(people, table)
    assert np.abs(stepped - solved).max() <= 1e-5 * solved.max()
    assert np.all(np.abs(stepped - solved) <= 1e-5 * solved.max(axis=1, keepdims=True))


def test_rows_whose_steps_do_not_agree_are_solved_and_the_others_kept(monkeypatch):
    people = draw_population(read_pk_models()["linezolid.mockeliunas-2022"], 40, 5, {"weight": 58.0, "hiv": 0.0}).draws
    table = event_table([8.0, 33.0], evid=[1, 0], amt=[600.0, 0], cmt=1, ii=[24.0, 0], addl=[1, 0],
                        covariates={name: float(value) for name, value in people.covariates.items()})  # fmt: skip
    stepped = concentrations(people, table)
    monkeypatch.setattr(inhibited_chain, "_MOST_HALVINGS", 1)
    assert concentrations(people, table) == pytest.approx(stepped, rel=1e-5, abs=1e-6)
    monkeypatch.setattr(inhibited_chain, "_MOST_LENGTHS", 0)
    assert concentrations(people, table) == pytest.approx(stepped, rel=1e-5, abs=1e-6)


def test_the_propagator_of_a_chain_is_what_closed_forms_say():
    leaving, entering = np.array([[9.0, 9.0, 1.7, 0.2]]), np.array([[9.0, 9.0, 1.7]])
    for step in (1e-6, 0.25, 8.0):
        moved = inhibited_chain._propagator(leaving, entering, step)[0]
        for source, target in ((0, 0), (0, 1), (0, 2), (0, 3), (2, 3)):
            rates = [np.array(rate) for rate in leaving[0, source : target + 1]]
            flow = float(np.prod(entering[0, source:target]))
            assert moved[target, source] == pytest.approx(flow * float(cascade_value(rates, np.array(step))), rel=1e-9)


def test_a_reset_and_a_steady_state_are_followed_dose_by_dose():
    m = model(Elimination.MICHAELIS_MENTEN)
    m = dataclasses.replace(m, parameters={**m.parameters, "vmax": 400.0})
    steady = with_points(event_table([0.0], evid=1, amt=100.0, cmt=1, ii=12.0, ss=1), [1.0, 11.0])
    many = with_points(event_table([-120.0], evid=1, amt=100.0, cmt=1, ii=12.0, addl=10), [1.0, 11.0])
    a = simulate(m, steady, points=steady.evid == 0, output=0)
    b = simulate(m, many, points=many.evid == 0, output=0)
    assert a == pytest.approx(b, rel=1e-5)
    reset = with_points(event_table([0.0, 5.0], evid=[1, 3], amt=[100.0, 0.0], cmt=1), [4.0, 6.0])
    got = simulate(m, reset, points=reset.evid == 0, output=0)[0]
    assert got[0] > 0.1
    assert got[1] == 0.0


def test_a_constant_infusion_at_steady_state_is_refused_by_name():
    with pytest.raises(SolverStopped, match="constant infusion"):
        simulate(model(Elimination.MICHAELIS_MENTEN), event_table([0.0], evid=1, amt=0.0, cmt=2, rate=8.0, ss=1))


def nearly_linear(site):
    values = {name: value for name, value in VALUES.items() if name != "cl"}
    error = ResidualError(ErrorKind.PROPORTIONAL, 0.1)
    common = (site, Site("vein", 2), Site("tissue", 3, target="vp")), (Output("c", 1, error),)
    saturable = Model("s", 2, {**values, "vmax": 5.0e6, "km": 1.0e6}, *common, Elimination.MICHAELIS_MENTEN)
    return saturable, Model("l", 2, VALUES, *common)


@pytest.mark.parametrize("site", [Site("oral", 1, ka="ka"), Site("oral", 1, ka="ka", transit=Transit("n", "mtt"))])
def test_far_below_saturation_every_kind_of_event_gives_what_the_closed_form_gives(site):
    saturable, linear = nearly_linear(site)
    times = [0.0, 3.0, 5.0, 7.0, 8.0, 20.0]
    table = event_table(
        times, evid=[1, 1, 1, 3, 1, 1], amt=[100.0, 40.0, 30.0, 0.0, 50.0, 60.0], cmt=[1, 2, 3, 1, 1, 2],
        rate=[0.0, 8.0, 0.0, 0.0, 0.0, 20.0], ii=[12.0, 0, 0, 0, 6.0, 0], addl=[3, 0, 0, 0, 2, 0],
    )  # fmt: skip
    wide = with_points(table, np.arange(0.25, 40.0, 0.5))
    points = wide.evid == 0
    exact = simulate(linear, wide, points=points)
    assert np.abs(simulate(saturable, wide, points=points) - exact).max() <= 1e-5 * exact.max()


def test_a_reset_stops_an_infusion_and_empties_a_delay():
    saturable, _ = nearly_linear(Site("oral", 1, ka="ka", transit=Transit("n", "mtt")))
    table = event_table([0.0, 0.0, 0.5], evid=[1, 1, 3], amt=[100.0, 40.0, 0.0], cmt=[1, 2, 1], rate=[0.0, 8.0, 0.0])
    wide = with_points(table, [0.4, 0.6, 3.0, 6.0])
    got = simulate(saturable, wide, points=wide.evid == 0)[0]
    assert got[0] > 0.01
    assert np.all(got[1:] == 0.0)


def test_one_person_gets_the_same_curve_alone_and_among_others_however_odd():
    m = model(Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION, transit=True)
    wide = with_points(event_table([0.0], evid=1, amt=100.0, cmt=1, ii=12.0, addl=3), TIMES)
    history = compile_history(m, wide, wide.evid == 0)
    typical = individuals(m, history, None)
    factor = np.array([[1.0], [0.02], [60.0], [1.3]])
    many = {name: np.repeat(value, 4, axis=0) for name, value in typical.items()}
    many["vmax"], many["vc"], many["ka"] = many["vmax"] * factor, many["vc"] / factor, many["ka"] * factor
    together = predict_nonlinear(m, history, many)[0]
    for i in range(4):
        alone = predict_nonlinear(m, history, {name: value[[i]] for name, value in many.items()})[0]
        assert np.abs(alone - together[[i]]).max() <= 1e-6 * alone.max()


def test_slopes_are_those_of_the_curve():
    m = model(Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION, 2, transit=True)
    sites = (dataclasses.replace(m.sites[0], lag="lag"), m.sites[1])
    m = dataclasses.replace(m, sites=sites, parameters={**m.parameters, "lag": 0.4})
    wide = with_points(
        event_table([0.0, 4.0], evid=1, amt=[100.0, 30.0], cmt=[1, 2], rate=[0, 10.0], ii=[12.0, 0], addl=[2, 0]), TIMES
    )
    history = compile_history(m, wide, wide.evid == 0)
    typical = individuals(m, history, None)
    names = ["vmax", "km", "vc", "ka", "n", "mtt", "emax", "ec50", "kenz", "q", "vp", "lag", "ke0"]
    seeds = variables(np.array([[float(typical[name][0, 0]) for name in names]]), len(names))
    for index, output in enumerate(predict_nonlinear(m, history, {**typical, **dict(zip(names, seeds, strict=True))})):
        for i, name in enumerate(names):
            step = 1e-3 * typical[name]
            high, low, higher, lower = (
                predict_nonlinear(m, history, {**typical, name: typical[name] + k * step})[index]
                for k in (1, -1, 2, -2)
            )
            slope = (8.0 * (high - low) - (higher - lower)) / (12.0 * step)
            scale = np.abs(slope).max() + 1e-3 * output.value.max() / typical[name].item()
            assert np.abs(output.tangent[i] - slope).max() <= 1e-4 * scale, name


def test_a_delay_that_begins_with_a_jump_is_refused_by_name():
    m = model(Elimination.MICHAELIS_MENTEN, transit=True)
    site = dataclasses.replace(m.sites[0], transit=Transit("n", "mtt", shape_plus=0.0))
    m = dataclasses.replace(m, sites=(site,), parameters={**m.parameters, "n": 0.05})
    with pytest.raises(SolverStopped, match="too abrupt"):
        simulate(m, event_table([0.0, 5.0], evid=[1, 0], amt=[100.0, 0.0], cmt=[1, 0]))

"""What holds for every model and history: superposition, proportionality, mass balance, sensitivities, coverage."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical.errors import FullcourseError
from fullcourse.pharmacokinetics.compiled.library import library
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, evaluate, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.model import (
    EffectLink,
    Elimination,
    ErrorKind,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
    Transform,
    Transit,
)
from fullcourse.pharmacokinetics.simulation.population import simulate
from pk_cases import area_under, drawn_effects

ERROR = ResidualError(ErrorKind.COMBINED_2, 0.15, 0.2)
NAMES = ("cl", "vc", "ka", "lag", "f")


def oral(compartments=1, *, transit=False, error=ERROR, elimination=Elimination.LINEAR, occasions=False):
    """A model with an effect on everything, in many structures."""
    values = {"cl": 2.0, "vc": 25.0, "ka": 1.3, "lag": 0.4, "f": 0.8, "q": 3.0, "vp": 40.0, "q2": 0.5, "vp2": 90.0,
              "n": 3.5, "mtt": 1.5, "vmax": 30.0, "km": 12.0}  # fmt: skip
    site = Site("oral", 1, ka="ka", lag="lag", bioavailability="f", transit=Transit("n", "mtt") if transit else None)
    clearance = "cl" if elimination is Elimination.LINEAR else "vmax"
    names = [clearance, *NAMES[1:], *(["mtt", "n"] if transit else [])]
    transforms = {"f": Transform.LOGIT_NORMAL, "vc": Transform.BOX_COX}
    links = tuple(
        EffectLink(i, name, transforms.get(name, Transform.LOG_NORMAL), shape=0.7 if name == "vc" else 0.0)
        for i, name in enumerate(names)
    )
    within = RandomEffects()
    if occasions:
        within = RandomEffects(("ka", "f"), (EffectLink(0, "ka"), EffectLink(1, "f")), 0.1 * np.eye(2))
    if elimination is not Elimination.LINEAR:
        values.pop("cl")
    return Model(
        "m", compartments, values, (site,), (Output("c", 1, error),), elimination,
        between_subjects=RandomEffects(tuple(names), links, 0.08 * np.eye(len(names))), between_occasions=within,
    )  # fmt: skip


def levels_table(dv=(9.0, 4.0, 6.0, 3.0), **columns):
    return event_table(
        [0.0, 2.0, 9.0, 24.0, 27.0, 34.0], evid=[1, 0, 0, 1, 0, 0], amt=[250.0, 0, 0, 250.0, 0, 0], cmt=1,
        dv=[np.nan, dv[0], dv[1], np.nan, dv[2], dv[3]], occasion=[1, 1, 1, 2, 2, 2], **columns,
    )  # fmt: skip


STRUCTURES = [
    oral(1), oral(2), oral(3), oral(1, transit=True), oral(2, transit=True), oral(2, occasions=True),
    oral(1, elimination=Elimination.MICHAELIS_MENTEN), oral(2, elimination=Elimination.MICHAELIS_MENTEN, transit=True),
    *(oral(1, error=ResidualError(kind, 0.2, 0.3, 0.8)) for kind in ErrorKind),
]  # fmt: skip


@pytest.mark.parametrize("model", STRUCTURES, ids=range(len(STRUCTURES)))
def test_gradients_are_those_of_the_objective(model):
    problem = estimation_problem(model, levels_table())
    generator = np.random.default_rng(5)
    effects = 0.3 * generator.standard_normal((1, problem.n_effects))
    exact = evaluate(problem, effects).gradient[0]
    for i in range(problem.n_effects):
        step = np.zeros_like(effects)
        step[0, i] = 1e-4
        far = objective(problem, effects + 2 * step) - objective(problem, effects - 2 * step)
        near = objective(problem, effects + step) - objective(problem, effects - step)
        difference = float((8.0 * near - far)[0]) / 12e-4
        assert exact[i] == pytest.approx(difference, rel=1e-5, abs=2e-4 if not model.is_linear else 1e-5)


@pytest.mark.parametrize("model", STRUCTURES[:8], ids=range(8))
def test_a_batch_gives_the_numbers_of_one_at_a_time(model):
    """The compiled kernel follows those of a solved model several at a time, whose steps suit each of them."""
    is_solved_together = not model.is_linear and library() is not None
    together, alone = batch_and_each(model)
    assert np.abs(together - alone).max() <= (1e-7 if is_solved_together else 1e-12) * together.max()


@pytest.mark.parametrize("model", STRUCTURES[:8], ids=range(8))
def test_a_batch_by_the_reference_gives_the_numbers_of_one_at_a_time(model, monkeypatch):
    library.cache_clear()
    monkeypatch.setenv("FULLCOURSE_KERNEL", "reference")
    try:
        together, alone = batch_and_each(model)
    finally:
        library.cache_clear()
    assert np.abs(together - alone).max() <= 1e-12 * together.max()


def batch_and_each(model):
    """Return what five people have when they are simulated together, and when each is simulated alone."""
    effects = drawn_effects(model, 5, 1)
    table = with_points(event_table([0.0], evid=1, amt=250.0, cmt=1, ii=12.0, addl=3), np.arange(0.0, 48.0, 3.7))
    return simulate(model, table, effects), np.concatenate([simulate(model, table, effects[[i]]) for i in range(5)])


LINEAR = [m for m in STRUCTURES[:5] if m.is_linear]
FOLLOWED = np.arange(0.5, 60.0, 4.3)


@settings(max_examples=examples(15), deadline=None)
@given(
    which=st.integers(0, len(LINEAR) - 1),
    first=st.floats(0.1, 1000.0),
    second=st.floats(0.1, 1000.0),
    gap=st.floats(0.0, 30.0),
    factor=st.floats(0.01, 100.0),
)
def test_doses_superpose_and_are_proportional(which, first, second, gap, factor):
    model = LINEAR[which]

    def curve(times, amounts):
        table = with_points(event_table(times, evid=1, amt=amounts, cmt=1), FOLLOWED)
        return simulate(model, table, points=table.evid == 0)[0]

    both = curve([0.0, gap], [first, second])
    alone = curve([0.0, gap], [first, 0.0]) + curve([0.0, gap], [0.0, second])
    assert np.allclose(both, alone, rtol=1e-9, atol=1e-9)
    assert np.allclose(curve([0.0, gap], [first * factor, second * factor]), factor * both, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("mtt", [0.5, 12.0, 20.0])
@pytest.mark.parametrize("n", [0.5, 4.0, 23.8])
def test_no_drug_is_lost_in_a_transit_chain_that_outlasts_the_interval(mtt, n):
    model = dataclasses.replace(
        oral(1, transit=True), parameters={**oral(1, transit=True).parameters, "mtt": mtt, "n": n}
    )
    table = event_table([0.0], evid=1, amt=250.0, cmt=1, ii=12.0, addl=9)
    assert area_under(model, table, 0.0, 3000.0) * 2.0 == pytest.approx(0.8 * 250.0 * 10, rel=1e-8)


@pytest.mark.parametrize("model", LINEAR, ids=range(len(LINEAR)))
def test_the_area_of_a_steady_interval_is_dose_over_clearance(model):
    steady = event_table([0.0], evid=1, amt=250.0, cmt=1, ii=12.0, ss=1, addl=5)
    times = np.arange(24.0, 36.0, 0.7)
    long = event_table([-9600.0], evid=1, amt=250.0, cmt=1, ii=12.0, addl=805)
    ever, late = (with_points(table, times) for table in (steady, long))
    levels = [simulate(model, table, points=table.evid == 0)[0] for table in (ever, late)]
    assert levels[0] == pytest.approx(levels[1], rel=1e-8)
    assert area_under(model, long, 24.0, 36.0) == pytest.approx(0.8 * 250.0 / 2.0, rel=1e-8)


@settings(max_examples=examples(60), deadline=None)
@given(
    cl=st.floats(allow_nan=True, allow_infinity=True),
    ka=st.floats(0.0, 1e300),
    amount=st.floats(allow_nan=True, allow_infinity=True),
    time=st.floats(allow_nan=True, allow_infinity=True),
)
def test_any_number_gives_a_finite_level_or_a_named_error(cl, ka, amount, time):
    base = oral(1)
    try:
        model = dataclasses.replace(base, parameters={**base.parameters, "cl": cl, "ka": ka})
        table = event_table([0.0, time], evid=[1, 0], amt=[amount, 0.0], cmt=1, ii=[12.0, 0], addl=[3, 0])
        got = simulate(model, table)
    except FullcourseError as refused:
        assert str(refused)
        return
    assert np.all(np.isfinite(got) & (got >= 0.0))


def test_ninety_per_cent_intervals_cover_ninety_per_cent():
    model = Model(
        "c", 1, {"cl": 1.0, "vc": 25.0, "ka": 2.0}, (Site("oral", 1, ka="ka"),),
        (Output("c", 1, ResidualError(ErrorKind.PROPORTIONAL, 0.15)),),
        between_subjects=RandomEffects(("cl", "vc"), (EffectLink(0, "cl"), EffectLink(1, "vc")), np.diag([0.12, 0.04])),
    )  # fmt: skip
    count = 2000
    truth = drawn_effects(model, count, 11)
    blank = event_table([0.0, 2.0, 10.0], evid=[1, 0, 0], amt=[250.0, 0, 0], cmt=1, ii=[12.0, 0, 0], ss=[1, 0, 0])
    exact = simulate(model, blank, truth)[:, 1:]
    noise = np.random.default_rng(3).standard_normal(exact.shape)
    table = event_table(
        np.tile([0.0, 2.0, 10.0], count), subject=np.repeat(np.arange(count), 3), cmt=1, evid=np.tile([1, 0, 0], count),
        amt=np.tile([250.0, 0, 0], count), ii=np.tile([12.0, 0, 0], count), ss=np.tile([1, 0, 0], count),
        dv=np.c_[np.full(count, np.nan), exact * (1.0 + 0.15 * noise)].ravel(),
    )  # fmt: skip
    found = estimate(estimation_problem(model, table), starts=2)
    half = 1.6448536 * np.sqrt(np.diagonal(found.covariance, axis1=1, axis2=2))
    covered = np.mean(np.abs(truth - found.effects) <= half, axis=0)
    assert np.all((covered >= 0.87) & (covered <= 0.93)), covered

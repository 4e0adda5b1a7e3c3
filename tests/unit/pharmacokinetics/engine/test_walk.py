"""Many individuals carried from point to point have the curves that superposition gives each of them alone."""

import dataclasses

import numpy as np
import pytest

from fullcourse.pharmacokinetics.compiled import walk as kernel
from fullcourse.pharmacokinetics.engine import predict as engine
from fullcourse.pharmacokinetics.engine import walk
from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.model import (
    EffectLink,
    ErrorKind,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
    Transit,
)
from fullcourse.pharmacokinetics.simulation.population import simulate
from pk_cases import drawn_effects

COUNT = 120


@pytest.fixture(autouse=True, params=["compiled", "reference"])
def _by_either_kernel(request):
    """Every case by the compiled kernel, and by the reference."""
    if request.param == "compiled" and kernel.library() is None:
        pytest.skip("no compiled kernels here: the build found no C compiler")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "reference":
            patch.setattr(kernel, "library", lambda: None)
        yield


def model(compartments=1, *, oral=True, lag=0.3, spread=0.2, transit=False):
    """Effects on clearance, volume and lag, so that nobody's doses enter at the same time."""
    values = {"cl": 1.2, "vc": 25.0, "q": 3.0, "vp": 30.0, "q2": 0.5, "vp2": 90.0, "lag": lag, "n": 3.0, "mtt": 1.0}
    site = Site("dose", 1, ka="ka" if oral else None, lag="lag", transit=Transit("n", "mtt") if transit else None)
    links = (EffectLink(0, "cl"), EffectLink(1, "vc"), EffectLink(2, "lag"))
    return Model(
        "walked", compartments, {**values, "ka": 2.0}, (site,),
        (Output("c", 1, ResidualError(ErrorKind.PROPORTIONAL, 0.1)),),
        between_subjects=RandomEffects(("a", "b", "c"), links, spread * np.eye(3)),
    )  # fmt: skip


TABLES = {
    "one dose": event_table([0.0], evid=1, amt=250.0, cmt=1),
    "two trains": event_table([0.0, 8.5], evid=1, amt=[250.0, 500.0], cmt=1, ii=24.0, addl=3),
    "doses that end": event_table([0.0, 60.0], evid=1, amt=[250.0, 100.0], cmt=1, ii=[6.0, 12.0], addl=[3, 1]),
    "for ever": event_table([-12.0, 0.0], evid=1, amt=[250.0, 500.0], cmt=1, ii=24.0, ss=[1, 2], addl=3),
    "a dose before the points": event_table([-30.0], evid=1, amt=250.0, cmt=1, ii=12.0, addl=4),
}
POINTS = {
    "even": np.arange(0.0, 97.0),
    "uneven": np.sort(np.r_[0.0, np.random.default_rng(2).uniform(0.0, 96.0, 60), 24.0, 48.0]),
    "just before doses": np.sort(np.r_[24.0 - 1e-6, 24.0, 24.3, 48.0 - 1e-6, 48.0, 96.0]),
    "begun between doses": np.arange(30.25, 96.0, 0.5),
}


def both(monkeypatch, m, table):
    """The curves as walked, and as superposed."""
    effects, walks = drawn_effects(m, COUNT, 4), []

    def counted(*given):
        walks.append(1)
        return walk.walked(*given)

    monkeypatch.setattr(engine, "walked", counted)
    ours = simulate(m, table, effects, points=table.evid == 0)
    monkeypatch.setattr(engine, "can_walk", lambda *_: False)
    return ours, simulate(m, table, effects, points=table.evid == 0), bool(walks)


@pytest.mark.parametrize("points", POINTS)
@pytest.mark.parametrize("doses", TABLES)
@pytest.mark.parametrize("compartments", [1, 2, 3])
@pytest.mark.parametrize("oral", [True, False], ids=["absorbed", "at once"])
def test_a_walk_gives_the_superposed_curves(monkeypatch, points, doses, compartments, oral):
    ours, superposed, was_walked = both(
        monkeypatch, model(compartments, oral=oral), with_points(TABLES[doses], POINTS[points])
    )
    assert was_walked
    assert np.abs(ours - superposed).max() <= 1e-11 * superposed.max()


@pytest.mark.parametrize("lag", [0.0, 1.0, 2.5, 30.0])
@pytest.mark.parametrize("oral", [True, False], ids=["absorbed", "at once"])
def test_a_dose_that_enters_exactly_at_a_point_counts_there(monkeypatch, lag, oral):
    m = dataclasses.replace(
        model(oral=oral, lag=lag), between_subjects=RandomEffects(("a",), (EffectLink(0, "cl"),), np.eye(1) / 9)
    )
    for doses in TABLES.values():
        ours, superposed, was_walked = both(monkeypatch, m, with_points(doses, POINTS["even"]))
        assert was_walked
        assert np.abs(ours - superposed).max() <= 1e-11 * superposed.max()
        monkeypatch.undo()


def test_a_point_recorded_before_a_dose_of_its_time_does_not_see_it(monkeypatch):
    table = event_table([0.0, 0.0, 24.0, 24.0, 24.0], evid=[0, 1, 0, 1, 0], amt=[0.0, 250.0, 0.0, 250.0, 0.0], cmt=1)
    ours, superposed, was_walked = both(monkeypatch, model(oral=False, lag=0.0), table)
    assert was_walked
    assert np.all(ours[:, 0] == 0.0)
    assert np.all(ours[:, 2] > ours[:, 1])
    assert np.abs(ours - superposed).max() <= 1e-11 * superposed.max()


def test_more_individuals_than_one_block_holds_are_walked_alike(monkeypatch):
    monkeypatch.setattr(walk, "_BLOCK", 50)
    ours, superposed, was_walked = both(monkeypatch, model(), with_points(TABLES["two trains"], POINTS["even"]))
    assert was_walked
    assert np.abs(ours - superposed).max() <= 1e-11 * superposed.max()


@pytest.mark.parametrize(("count", "expected"), [(99, False), (100, True)])
def test_few_individuals_are_superposed(monkeypatch, count, expected):
    table, walks = with_points(TABLES["one dose"], POINTS["even"]), []
    monkeypatch.setattr(engine, "walked", lambda *given: walks.append(1) or walk.walked(*given))
    simulate(model(), table, drawn_effects(model(), count, 1))
    assert bool(walks) is expected


@pytest.mark.parametrize(
    ("m", "table"),
    [
        (model(transit=True), TABLES["two trains"]),
        (model(), event_table([0.0], evid=1, amt=250.0, rate=50.0, cmt=1)),
        (model(), event_table([0.0, 30.0], evid=[1, 4], amt=250.0, cmt=1)),
        (model(), event_table([0.0, 12.0], evid=1, amt=250.0, cmt=1, ii=24.0, ss=[1, 2], addl=3)),
    ],
    ids=["a transit chain", "an infusion", "a reset", "a past that begins at a later record"],
)
def test_what_a_walk_does_not_know_is_superposed(monkeypatch, m, table):
    ours, superposed, was_walked = both(monkeypatch, m, with_points(table, POINTS["even"]))
    assert not was_walked
    assert np.array_equal(ours, superposed)

"""Individuals are parted by how long their doses take to enter: the same curves, at the cost of each group alone."""

import tracemalloc

import numpy as np
import pytest

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine import predict as engine
from fullcourse.pharmacokinetics.engine.alike import alike
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.individual import individual_parameters
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.kernels.dual import variables
from fullcourse.pharmacokinetics.model import (
    CovariateRelation,
    EffectLink,
    ErrorKind,
    Model,
    Output,
    RandomEffects,
    RelationKind,
    ResidualError,
    Site,
    Transit,
)

GRID = np.arange(0.0, 120.0, 0.5)
DAILY = event_table([0.0, 8.5], evid=1, amt=[250.0, 500.0], cmt=1, ii=24.0, addl=30)
TABLES = {
    "trains": DAILY,
    "doses that end": event_table([0.0, 30.0], evid=1, amt=[250.0, 100.0], cmt=1, ii=[6.0, 12.0], addl=[3, 1]),
    "for ever": event_table([-12.0], evid=1, amt=250.0, cmt=1, ii=24.0, ss=1, addl=3),
    "a reset": event_table([0.0, 30.0], evid=[1, 4], amt=250.0, cmt=1, ii=[12.0, 0.0], addl=[8, 0]),
    "infusions": event_table([0.0, 30.0], evid=1, amt=250.0, rate=[50.0, 5.0], cmt=1, ii=24.0, addl=2),
}


def model(*, changing=False, transit=True, change=0.01):
    """Transit times from minutes to days between individuals."""
    values = {"cl": 1.2, "vc": 25.0, "ka": 2.0, "n": 3.0, "mtt": 1.0, "f": 0.8}
    site = Site("dose", 1, ka="ka", bioavailability="f", transit=Transit("n", "mtt") if transit else None)
    links = (EffectLink(0, "cl"), EffectLink(1, "mtt"), EffectLink(2, "f"))
    relation = CovariateRelation("cl", "time_h", RelationKind.EXPONENTIAL, coefficient=change, reference=0.0)
    return Model(
        "slow and quick", 1, values, (site,), (Output("c", 1, ResidualError(ErrorKind.PROPORTIONAL, 0.1)),),
        relations=(relation,) if changing else (),
        between_subjects=RandomEffects(("a", "b", "c"), links, np.diag([0.1, 2.0, 0.1])),
    )  # fmt: skip


def case(m, table, count=60, points=GRID):
    """History and parameters of many individuals, the slowest last but one."""
    history = compile_history(m, with_points(table, points))
    eta = np.random.default_rng(3).standard_normal((count, 3)) * [0.3, 1.0, 0.3]
    eta[-2:, 1] = 3.5, -3.5
    return history, individual_parameters(m, history.covariates, [eta[:, [i]] for i in range(3)])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("changing", [False, True], ids=["constant", "changing"])
def test_each_has_the_curve_that_it_has_in_other_company(monkeypatch, table, changing):
    m = model(changing=changing, transit=table != "infusions")
    history, parameters = case(m, TABLES[table])
    assert len(alike(m, history, parameters)) > 1
    (parted,) = predict(m, history, parameters)
    monkeypatch.setattr(engine, "alike", lambda *_: [])
    (together,) = predict(m, history, parameters)
    assert together.max() > 1.0
    assert parted.shape == together.shape
    assert np.abs(parted - together).max() <= 1e-11 * together.max()


@pytest.mark.parametrize("table", ["trains", "doses that end", "infusions"])
def test_a_change_that_changes_nothing_cuts_no_dose_that_still_enters(table):
    curves = []
    for changing in (True, False):
        m = model(changing=changing, transit=table != "infusions", change=0.0)
        history, parameters = case(m, TABLES[table])
        assert engine.constant_system(m, parameters) is not changing
        curves.append(predict(m, history, parameters)[0])
    assert curves[1].max() > 1.0
    assert np.abs(curves[0] - curves[1]).max() <= 1e-11 * curves[1].max()


def test_everybody_is_in_one_group_and_the_quick_are_apart_from_the_slow():
    m = model()
    history, parameters = case(m, DAILY)
    groups = alike(m, history, parameters)
    assert sorted(np.concatenate(groups).tolist()) == list(range(60))
    assert 58 in groups[-1]
    assert 59 in groups[0]


def test_nobody_is_parted_where_the_work_is_small_or_doses_enter_at_once_or_slopes_are_asked():
    m = model()
    assert alike(m, *case(m, DAILY, count=5, points=GRID[:98])) == []  # by 100 points, 2 of them doses, by 2 trains
    assert alike(m, *case(m, DAILY, count=5, points=GRID[:99])) != []
    at_once = model(transit=False)
    assert alike(at_once, *case(at_once, DAILY)) == []
    history, parameters = case(m, DAILY)
    eta = variables(np.zeros((60, 3)), 3)
    assert alike(m, history, {**parameters, **individual_parameters(m, history.covariates, eta)}) == []


def test_one_whose_absorption_does_not_end_stops_as_in_other_company(monkeypatch):
    m = model()
    history, parameters = case(m, event_table([0.0], evid=1, amt=250.0, cmt=1, ii=0.01, addl=5000))
    for grouped in (True, False):
        if not grouped:
            monkeypatch.setattr(engine, "alike", lambda *_: [])
        with pytest.raises(SolverStopped, match="2000 dosing intervals"):
            predict(m, history, parameters)


def test_a_slow_one_does_not_make_the_rest_slow():
    m = model()
    history, parameters = case(m, DAILY, count=400)
    quick = {**parameters, "mtt": np.where(np.arange(400)[:, None] == 398, parameters["mtt"], 1.0)}

    def most_bytes(values):
        tracemalloc.start()
        predict(m, history, values)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    curves = 400 * history.point_time.shape[1] * 8
    assert most_bytes(quick) < 12 * curves
    assert most_bytes(parameters) < 12 * curves

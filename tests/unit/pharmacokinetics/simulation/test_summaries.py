import tracemalloc

import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
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
    Transit,
)
from fullcourse.pharmacokinetics.simulation.population import draw_effects, simulate
from fullcourse.pharmacokinetics.simulation.summaries import summarise


def model(kind="one"):
    values = {"cl": 1.2, "vc": 25.0, "ka": 2.0, "lag": 0.3, "q": 3.0, "vp": 30.0, "n": 4.0, "mtt": 1.0,
              "vmax": 40.0, "km": 20.0}  # fmt: skip
    site = Site("oral", 1, ka="ka", lag="lag", transit=Transit("n", "mtt") if kind == "transit" else None)
    links = (EffectLink(0, "vmax" if kind == "saturable" else "cl"), EffectLink(1, "vc"), EffectLink(2, "ka"))
    elimination = Elimination.MICHAELIS_MENTEN if kind == "saturable" else Elimination.LINEAR
    if kind == "saturable":
        values.pop("cl")
    return Model(
        kind, 2 if kind == "two" else 1, values, (site,), (Output("c", 1, ResidualError(ErrorKind.PROPORTIONAL, 0.1)),),
        elimination, between_subjects=RandomEffects(("a", "b", "c"), links, 0.1 * np.eye(3)),
    )  # fmt: skip


ASYMMETRIC = event_table([0.0, 12.0], evid=1, amt=[250.0, 500.0], cmt=1, ii=24.0, addl=6)


@pytest.mark.parametrize("kind", ["one", "two", "transit", "saturable"])
def test_summaries_are_those_of_a_very_fine_curve(kind):
    m = model(kind)
    effects = draw_effects(m, 4, 3)
    got = summarise(m, ASYMMETRIC, effects, window_h=(96.0, 120.0), thresholds=[12.0, 20.0])
    step = 0.005 if kind != "saturable" else 0.05
    times = np.arange(96.0, 120.0 + 1e-9, step)
    wide = with_points(ASYMMETRIC, times)
    curve = simulate(m, wide, effects, points=wide.evid == 0)
    area = ((curve[:, 1:] + curve[:, :-1]) / 2 * step).sum(axis=1)
    loose = 1e-3 if kind != "saturable" else 5e-3
    assert got.auc == pytest.approx(area, rel=1e-5 if kind != "saturable" else 1e-3)
    assert got.cmax == pytest.approx(curve.max(axis=1), rel=loose)
    assert got.cmin == pytest.approx(curve.min(axis=1), rel=loose)
    for i, level in enumerate((12.0, 20.0)):
        hours = (curve > level).mean(axis=1) * 24.0
        assert got.above_h[:, i] == pytest.approx(hours, abs=0.06)


def test_summaries_do_not_depend_on_how_many_are_asked_at_once():
    m = model()
    effects = draw_effects(m, 50, 3)
    together = summarise(m, ASYMMETRIC, effects, window_h=(96.0, 120.0), thresholds=[16.0])
    one = summarise(m, ASYMMETRIC, effects[[17]], window_h=(96.0, 120.0), thresholds=[16.0])
    assert together.cmax[17] == one.cmax[0]
    assert together.above_h[17, 0] == pytest.approx(one.above_h[0, 0], abs=1e-9)


def test_a_level_never_reached_and_one_always_exceeded_are_counted_whole():
    got = summarise(model(), ASYMMETRIC, window_h=(96.0, 120.0), thresholds=[1e-6, 1e6])
    assert got.above_h[0].tolist() == [24.0, 0.0]


def test_the_area_of_a_single_dose_is_dose_over_clearance():
    table = event_table([0.0], evid=1, amt=250.0, cmt=1)
    assert summarise(model(), table, window_h=(0.0, 2000.0)).auc[0] == pytest.approx(250.0 / 1.2, rel=1e-9)


@pytest.mark.parametrize("window", [(5.0, 5.0), (5.0, 4.0), (0.0, np.inf)])
def test_an_empty_window_is_refused(window):
    with pytest.raises(InputError, match="window"):
        summarise(model(), ASYMMETRIC, window_h=window)


def test_no_dose_is_refused():
    with pytest.raises(InputError, match="no dose"):
        summarise(model(), event_table([0.0], evid=0), window_h=(0.0, 1.0))


def peak_mb(m, days):
    table = event_table([0.0], evid=1, amt=250.0, cmt=1, ii=12.0, addl=2 * days)
    effects = draw_effects(m, 60, seed=2)
    tracemalloc.start()
    summarise(m, table, effects, window_h=(0.0, 24.0 * days), thresholds=[8.0])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


@pytest.mark.parametrize("kind", ["one", "two"])
def test_memory_does_not_grow_with_the_length_of_the_window(kind):
    assert peak_mb(model(kind), 112) <= 1.5 * peak_mb(model(kind), 28) + 1.0


def test_a_window_of_many_months_is_the_sum_of_its_weeks():
    m, effects = model("two"), draw_effects(model("two"), 5, seed=4)
    table = event_table([0.0], evid=1, amt=250.0, cmt=1, ii=12.0, addl=240)
    whole = summarise(m, table, effects, window_h=(0.0, 2880.0), thresholds=[8.0])
    weeks = [summarise(m, table, effects, window_h=(168.0 * k, min(168.0 * (k + 1), 2880.0)), thresholds=[8.0])
             for k in range(18)]  # fmt: skip
    assert whole.auc == pytest.approx(sum(week.auc for week in weeks), rel=1e-9)
    assert whole.above_h[:, 0] == pytest.approx(sum(week.above_h[:, 0] for week in weeks), abs=1e-2)
    assert whole.cmax == pytest.approx(np.max([week.cmax for week in weeks], axis=0), rel=1e-6)

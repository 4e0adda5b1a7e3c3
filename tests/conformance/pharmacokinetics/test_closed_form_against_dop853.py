"""The closed form agrees with an integrator at rtol 1e-12, structure by structure, dose form by dose form."""

import numpy as np
import pytest

from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.model import (
    CovariateRelation,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    RelationKind,
    ResidualError,
    Site,
    Transit,
)
from fullcourse.pharmacokinetics.simulation.population import simulate
from pk_oracle import concentrations

ERROR = ResidualError(ErrorKind.PROPORTIONAL, 0.1)
ONE = {"cl": 4.0, "vc": 30.0}
TWO = {**ONE, "q": 6.0, "vp": 50.0}
THREE = {**TWO, "q2": 1.0, "vp2": 200.0}
TIMES = np.array([0.3, 1.0, 4.0, 11.9, 12.5, 20.0, 24.0, 30.0, 47.0])


def model(parameters, *, ka=1.1, transit=None, links=(), outputs=None, **extra):
    values = {**parameters, "ka": ka, **extra}
    compartments = 1 + ("q" in parameters) + ("q2" in parameters)
    sites = (
        Site("oral", 1, ka="ka", transit=transit, lag="lag" if "lag" in extra else None),
        Site("vein", 2, duration="duration" if "duration" in extra else None, rate="r" if "r" in extra else None),
    )
    return Model("m", compartments, values, sites, outputs or (Output("c", 2, ERROR),), links=links)


def engine(model_, table):
    wide = with_points(table, TIMES)
    return simulate(model_, wide, points=wide.evid == 0)[0]


def agree(got, expected):
    assert np.abs(got - expected).max() <= 1e-8 * max(np.abs(expected).max(), 1e-3)


@pytest.mark.parametrize("parameters", [ONE, TWO, THREE], ids=["one", "two", "three"])
@pytest.mark.parametrize("ka", [1.1, 4.0 / 30.0], ids=["ka", "ka equal to ke"])
def test_oral_doses_agree(parameters, ka):
    table = event_table([0.0, 24.0], evid=1, amt=[100.0, 50.0], cmt=1, ii=[12.0, 0.0], addl=[1, 0])
    doses = [{"time": t, "mg": mg} for t, mg in ((0.0, 100.0), (12.0, 100.0), (24.0, 50.0))]
    agree(engine(model(parameters, ka=ka), table), concentrations({**parameters, "ka": ka}, doses, TIMES)[0])


@pytest.mark.parametrize("parameters", [ONE, TWO, THREE], ids=["one", "two", "three"])
def test_infusions_longer_than_their_interval_agree(parameters):
    table = event_table([0.0], evid=1, amt=100.0, cmt=2, rate=100.0 / 15.0, ii=6.0, addl=3)
    doses = [{"time": 6.0 * k, "mg": 100.0, "duration": 15.0, "to": "central"} for k in range(4)]
    agree(engine(model(parameters), table), concentrations(parameters, doses, TIMES)[0])


def test_infusion_into_the_depot_agrees():
    table = event_table([0.0], evid=1, amt=100.0, cmt=1, rate=20.0)
    doses = [{"time": 0.0, "mg": 100.0, "duration": 5.0, "to": "depot"}]
    agree(engine(model(TWO), table), concentrations({**TWO, "ka": 1.1}, doses, TIMES)[0])


@pytest.mark.parametrize("mtt", [0.5, 6.0, 14.0])
@pytest.mark.parametrize("parameters", [ONE, TWO], ids=["one", "two"])
def test_transit_chains_agree_also_where_the_transit_time_exceeds_the_interval(mtt, parameters):
    table = event_table([0.0], evid=1, amt=100.0, cmt=1, ii=12.0, addl=3)
    chain = model(parameters, transit=Transit("n", "mtt"), n=4.3, mtt=mtt)
    doses = [{"time": 12.0 * k, "mg": 100.0, "shape": 5.3, "ktr": 5.3 / mtt} for k in range(4)]
    agree(engine(chain, table), concentrations({**parameters, "ka": 1.1}, doses, TIMES)[0])


def test_lag_delays_every_dose():
    table = event_table([0.0], evid=1, amt=100.0, cmt=1, ii=12.0, addl=3)
    doses = [{"time": 12.0 * k + 1.7, "mg": 100.0} for k in range(4)]
    agree(engine(model(ONE, lag=1.7), table), concentrations({**ONE, "ka": 1.1}, doses, TIMES)[0])


@pytest.mark.parametrize("lag", [0.0, 3.0, 12.0])
@pytest.mark.parametrize("ss", [1, 2])
def test_steady_state_with_lag_is_an_infinite_past(lag, ss):
    table = event_table([0.0], evid=1, amt=100.0, cmt=1, ii=12.0, ss=ss, addl=1)
    past = [{"time": 12.0 * k + lag, "mg": 100.0} for k in range(-40, 2)]
    agree(engine(model(TWO, lag=lag), table), concentrations({**TWO, "ka": 1.1}, past, TIMES)[0])


@pytest.mark.parametrize("duration", [2.0, 12.0, 31.0])
def test_steady_infusions_keep_running_after_the_record(duration):
    table = event_table([0.0], evid=1, amt=100.0, cmt=2, rate=100.0 / duration, ii=12.0, ss=1)
    past = [{"time": 12.0 * k, "mg": 100.0, "duration": duration, "to": "central"} for k in range(-40, 1)]
    agree(engine(model(TWO), table), concentrations(TWO, past, TIMES)[0])


def test_steady_constant_infusion_ends_at_its_record():
    table = event_table([0.0], evid=1, amt=0.0, cmt=2, rate=8.0, ss=1)
    past = [{"time": -2000.0, "mg": 16000.0, "duration": 2000.0, "to": "central"}]
    agree(engine(model(TWO), table), concentrations(TWO, past, TIMES)[0])


def test_modelled_rate_and_duration_agree():
    table = event_table([0.0, 20.0], evid=1, amt=100.0, cmt=2, rate=[-2.0, -1.0])
    doses = [
        {"time": 0.0, "mg": 100.0, "duration": 3.5, "to": "central"},
        {"time": 20.0, "mg": 100.0, "duration": 100.0 / 16.0, "to": "central"},
    ]
    agree(engine(model(ONE, duration=3.5, r=16.0), table), concentrations(ONE, doses, TIMES)[0])


def test_a_metabolite_after_an_oral_dose_agrees():
    outputs = (Output("m", 3, ERROR, source="met", volume="v_m"),)
    link = Link("met", LinkKind.METABOLITE, fraction="fm", clearance="cl_m", volume="v_m")
    extra = {"fm": 0.7, "cl_m": 2.0, "v_m": 15.0}
    table = event_table([0.0], evid=1, amt=100.0, cmt=1, ii=12.0, addl=2)
    doses = [{"time": 12.0 * k, "mg": 100.0} for k in range(3)]
    expected = concentrations({**TWO, "ka": 1.1, **extra}, doses, TIMES)[1]
    agree(engine(model(TWO, links=(link,), outputs=outputs, **extra), table), expected)


def with_sex(base):
    relation = CovariateRelation("cl", "x", RelationKind.LINEAR, 1.0, 0.0)
    return Model(base.name, base.compartments, base.parameters, base.sites, base.outputs, relations=(relation,))


@pytest.mark.parametrize("parameters", [ONE, TWO, THREE], ids=["one", "two", "three"])
@pytest.mark.parametrize("mtt", [None, 7.0], ids=["bolus", "transit"])
def test_a_covariate_holds_from_the_record_before(parameters, mtt):
    transit = None if mtt is None else Transit("n", "mtt")
    extra = {} if mtt is None else {"n": 3.0, "mtt": mtt}
    changing = with_sex(model(parameters, transit=transit, **extra))
    table = event_table(
        [0.0, 10.0, 12.0, 26.0, 50.0], evid=[1, 2, 1, 2, 2], amt=[100.0, 0, 80.0, 0, 0], cmt=1,
        covariates={"x": [0.0, 0.0, 0.5, 0.5, 2.0]},
    )  # fmt: skip
    doses = [{"time": 0.0, "mg": 100.0}, {"time": 12.0, "mg": 80.0}]
    if mtt is not None:
        doses = [{**dose, "shape": 4.0, "ktr": 4.0 / mtt} for dose in doses]
    base = {**parameters, "ka": 1.1}
    changes = [(10.0, {**base, "cl": 6.0}), (26.0, {**base, "cl": 12.0})]
    agree(engine(changing, table), concentrations(base, doses, TIMES, changes)[0])


@pytest.mark.parametrize("ss", [0, 1])
def test_an_infusion_across_a_change_of_covariate_agrees(ss):
    changing = with_sex(model(TWO))
    table = event_table(
        [0.0, 10.0, 50.0], evid=[1, 2, 2], amt=[100.0, 0, 0], cmt=2, rate=[100.0 / 18.0, 0, 0], ii=[12.0, 0, 0],
        addl=[2, 0, 0], ss=[ss, 0, 0], covariates={"x": [0.0, 0.0, 1.0]},
    )  # fmt: skip
    first = -40 if ss else 0
    doses = [{"time": 12.0 * k, "mg": 100.0, "duration": 18.0, "to": "central"} for k in range(first, 3)]
    expected = concentrations(TWO, doses, TIMES, [(10.0, {**TWO, "cl": 8.0})])[0]
    agree(engine(changing, table), expected)


def test_a_reset_empties_the_body_and_cancels_what_was_to_come():
    table = event_table([0.0, 15.0, 15.0], evid=[1, 3, 1], amt=[100.0, 0.0, 60.0], cmt=[1, 0, 1], ii=[12.0, 0, 0],
                        addl=[5, 0, 0])  # fmt: skip
    got = engine(model(TWO), table)
    before = concentrations({**TWO, "ka": 1.1}, [{"time": 12.0 * k, "mg": 100.0} for k in range(2)], TIMES)[0]
    after = concentrations({**TWO, "ka": 1.1}, [{"time": 15.0, "mg": 60.0}], TIMES)[0]
    agree(got, np.where(TIMES < 15.0, before, after))


def test_reset_and_dose_in_one_record_is_the_same_as_two_records():
    one = event_table([0.0, 15.0], evid=[1, 4], amt=[100.0, 60.0], cmt=1, ii=[12.0, 0], addl=[5, 0])
    two = event_table([0.0, 15.0, 15.0], evid=[1, 3, 1], amt=[100.0, 0.0, 60.0], cmt=[1, 0, 1], ii=[12.0, 0, 0],
                      addl=[5, 0, 0])  # fmt: skip
    agree(engine(model(TWO), one), engine(model(TWO), two))


def test_steady_state_one_replaces_and_two_adds():
    replaced = event_table([0.0, 13.0], evid=1, amt=[500.0, 100.0], cmt=1, ii=[0.0, 12.0], ss=[0, 1])
    added = event_table([0.0, 13.0], evid=1, amt=[500.0, 100.0], cmt=1, ii=[0.0, 12.0], ss=[0, 2])
    alone = event_table([13.0], evid=1, amt=100.0, cmt=1, ii=12.0, ss=1)
    first = event_table([0.0], evid=1, amt=500.0, cmt=1)
    m = model(TWO)
    late = TIMES >= 13.0
    agree(engine(m, replaced)[late], engine(m, alone)[late])
    agree(engine(m, added)[late], (engine(m, alone) + engine(m, first))[late])

"""Random event tables, every kind of record in every structure: the engine against an oracle of NONMEM's semantics."""

import numpy as np
import pytest

from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import (
    CovariateRelation,
    Elimination,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    RelationKind,
    ResidualError,
    Site,
)
from fullcourse.pharmacokinetics.simulation.population import simulate
from nonmem_oracle import Body, amounts_at_records

ERROR = ResidualError(ErrorKind.PROPORTIONAL, 0.2)
VALUES = {
    "cl": 4.0, "vc": 20.0, "ka": 1.2, "slow": 0.3, "q": 3.0, "vp": 30.0, "q2": 1.0, "vp2": 80.0, "fm": 0.6, "clm": 2.0,
    "vm": 12.0, "vmax": 60.0, "km": 3.0, "f1": 1.0, "f2": 0.8, "r2": 5.0,
}  # fmt: skip
SITES = {
    1: {"ka": "ka", "f": "f1", "lag": "lag1"},
    2: {"f": "f2", "lag": "lag2", "duration": "d2", "rate": "r2"},
    3: {"ka": "slow"},
    4: {"target": "vp"},
}
CHANGES = (
    ("cl", "x", 1.0),
    ("vc", "x", 0.5),
    ("vmax", "x", 1.0),
    ("f2", "y", 1.0),
    ("lag1", "y", 1.0),
    ("d2", "y", 1.0),
)
COLUMNS = ("evid", "cmt", "amt", "rate", "ii", "addl", "ss")


def dose(g, site, *, saturable):
    ss = int(g.choice([0, 0, 1] if saturable else [0, 0, 1, 2]))
    rate = float(g.choice([0.0, 0.0, 7.0, 25.0, -1.0, -2.0] if site == 2 else [0.0, 0.0, 9.0]))
    ii, addl = float(g.choice([4.0, 6.0, 8.0, 12.0, 24.0])), int(g.choice([0, 0, 2, 5]))
    if ss and rate > 0.0 and not saturable and g.random() < 0.2:
        return {"evid": 1, "cmt": site, "amt": 0.0, "rate": rate, "ii": 0.0, "addl": 0, "ss": ss}
    interval = ii if ss or addl else 0.0
    evid = int(g.choice([1, 1, 1, 4]))
    return {"evid": evid, "cmt": site, "amt": float(g.choice([50.0, 100.0])), "rate": rate, "ii": interval,
            "addl": addl, "ss": ss}  # fmt: skip


def records(g, sites, *, saturable):
    count = int(g.integers(6, 16))
    times = np.sort(np.r_[0.0, np.round(2.0 * g.uniform(0.0, 60.0, count - 1)) / 2.0])
    if saturable:  # records at one time are a matter of their order alone, which the linear structures try
        times = np.unique(times)
    changing = g.integers(2)
    rows = []
    for i, at in enumerate(times):
        blank = {
            "evid": int(g.choice([0, 0, 0, 2, 3])),
            "cmt": 0,
            "amt": 0.0,
            "rate": 0.0,
            "ii": 0.0,
            "addl": 0,
            "ss": 0,
        }
        given = i == 0 or g.random() < 0.35
        row = dose(g, int(g.choice(sites)), saturable=saturable) if given else blank
        rows.append({"time": float(at), **row, "x": changing * g.normal(0.0, 0.3), "y": changing * g.uniform(0.0, 0.4)})
    return rows


def case(seed, *, saturable):
    g = np.random.default_rng(seed)
    compartments = int(g.integers(1, 3 if saturable else 4))
    metabolite = bool(g.integers(2)) and not saturable
    values = {**VALUES, "lag1": float(g.choice([0.0, 0.7, 5.0, 13.0])), "lag2": float(g.choice([0.0, 2.0, 11.0])),
              "d2": float(g.choice([0.5, 6.0, 15.0]))}  # fmt: skip
    if g.integers(4) == 0:
        values["ka"] = values["cl"] / values["vc"]
    sites = {n: site for n, site in SITES.items() if n < 4 or compartments > 1}
    rows = records(g, list(sites), saturable=saturable)
    for row in rows:
        row["p"] = dict(values)
        for name, covariate, slope in CHANGES:
            row["p"][name] *= np.exp(slope * row[covariate])
    return values, compartments, metabolite, sites, rows


def of_the_engine(values, compartments, metabolite, sites, rows, *, saturable, ahead=False):
    links = (Link("m", LinkKind.METABOLITE, fraction="fm", clearance="clm", volume="vm"),) if metabolite else ()
    outputs = (Output("c", 2, ERROR), *((Output("m", 3, ERROR, source="m", volume="vm"),) if metabolite else ()))
    entered = tuple(
        Site(str(n), n, ka=s.get("ka"), bioavailability=s.get("f"), lag=s.get("lag"), duration=s.get("duration"),
             rate=s.get("rate"), target=s.get("target", "central"))
        for n, s in sites.items()
    )  # fmt: skip
    relations = tuple(
        CovariateRelation(n, c, RelationKind.EXPONENTIAL, slope) for n, c, slope in CHANGES if saturable or n != "vmax"
    )
    kind = Elimination.MICHAELIS_MENTEN if saturable else Elimination.LINEAR
    model = Model("m", compartments, values, entered, outputs, kind, links, relations)
    table = event_table(
        [row["time"] for row in rows], **{name: [row[name] for row in rows] for name in COLUMNS},
        covariates={name: np.array([row[name] for row in rows]) for name in ("x", "y")}, reads_ahead=ahead,
    )  # fmt: skip
    return np.array([simulate(model, table, output=i)[0] for i in range(len(outputs))])


def largest_difference(seed, *, saturable=False, ahead=False):
    values, compartments, metabolite, sites, rows = case(seed, saturable=saturable)
    body = Body(compartments, sites, metabolite, saturable, past=60 if saturable else 800, ahead=ahead)
    amounts = amounts_at_records(body, rows)
    expected = [amounts[:, body.central] / np.array([row["p"]["vc"] for row in rows])]
    if metabolite:
        expected.append(amounts[:, -1] / values["vm"])
    got = of_the_engine(values, compartments, metabolite, sites, rows, saturable=saturable, ahead=ahead)
    return (np.abs(got - expected).max(axis=1) / np.maximum(np.max(expected, axis=1), 1e-3)).max()


@pytest.mark.parametrize("seed", range(40))
def test_linear_structures_follow_every_kind_of_record(seed):
    assert largest_difference(seed) <= 1e-8


@pytest.mark.parametrize("seed", range(100, 130))
def test_late_doses_take_their_parameters_from_the_record_ahead_where_the_table_says_so(seed):
    assert largest_difference(seed, ahead=True) <= 1e-8


@pytest.mark.parametrize("seed", range(100, 106))
def test_late_doses_of_saturable_structures_read_ahead_too(seed):
    assert largest_difference(seed, saturable=True, ahead=True) <= 1e-5


@pytest.mark.parametrize("seed", range(12))
def test_saturable_structures_follow_every_kind_of_record(seed):
    assert largest_difference(seed, saturable=True) <= 1e-5


def test_a_dose_that_empties_the_body_first_is_given_where_the_clearance_changes_with_it():
    rows = [
        {"time": 0.0, "evid": 1, "cmt": 1, "amt": 100.0, "rate": 0.0, "ii": 12.0, "addl": 5, "ss": 0, "x": 0.0},
        {"time": 33.0, "evid": 4, "cmt": 2, "amt": 100.0, "rate": 0.0, "ii": 24.0, "addl": 2, "ss": 0, "x": 0.1},
        {"time": 48.0, "evid": 0, "cmt": 0, "amt": 0.0, "rate": 0.0, "ii": 0.0, "addl": 0, "ss": 0, "x": 0.3},
    ]
    values = {**VALUES, "lag1": 0.0, "lag2": 0.0, "d2": 1.0}
    for row in rows:
        row.update(
            y=0.0, p={**values, "cl": values["cl"] * np.exp(row["x"]), "vc": values["vc"] * np.exp(row["x"] / 2)}
        )
    sites = {n: site for n, site in SITES.items() if n < 4}
    got = of_the_engine(values, 1, False, sites, rows, saturable=False)[0]
    gone = np.exp(-15.0 * rows[2]["p"]["cl"] / rows[2]["p"]["vc"])
    assert got[1] == pytest.approx(80.0 / rows[1]["p"]["vc"])
    assert got[2] == pytest.approx(80.0 * gone / rows[2]["p"]["vc"])

"""The compiled kernels give what the reference gives, curves and slopes to 1e-10: every shipped model, every way in."""

import numpy as np
import pytest

from bedside import BEDSIDE
from both_kernels import AGREE, ORDINARY, SOLVED, asked, curves, effects_of, hold
from fullcourse.pharmacokinetics.compiled import nonlinear
from fullcourse.pharmacokinetics.compiled.library import library
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.nonlinear import core, solve
from fullcourse.pharmacokinetics.engine.nonlinear.stretch import Tolerance
from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.model import (
    CovariateRelation,
    EffectLink,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    RandomEffects,
    RelationKind,
    ResidualError,
    Site,
    Transit,
)

pytestmark = pytest.mark.skipif(library() is None, reason="no compiled kernels here: the build found no C compiler")
ERROR = ResidualError(ErrorKind.PROPORTIONAL, 0.1)


@pytest.mark.parametrize("days", [1, 30, 180])
@pytest.mark.parametrize("name", sorted(BEDSIDE))
def test_a_shipped_model_has_the_same_curves_and_slopes(name, days):
    model, history = asked(name, days)
    for directions, parameters in effects_of(model, history, 6, seed=days):
        hold(*curves(model, history, parameters), history, directions, AGREE if model.is_linear else ORDINARY)


@pytest.mark.parametrize("days", [1, 3])
@pytest.mark.parametrize("name", SOLVED)
def test_a_model_that_is_solved_has_the_same_curves_where_both_kernels_solve_closely(monkeypatch, name, days):
    monkeypatch.setattr(nonlinear, "ACCURACY", (1e-12, 1e-14))
    monkeypatch.setattr(solve, "TOLERANCE", Tolerance(1e-13, 1e-15))
    monkeypatch.setattr(solve, "_MESH", 1e-13)
    for closeness in ("_NEWTON", "_RELAXED"):
        monkeypatch.setattr(core, closeness, 1e-12)
    model, history = asked(name, days)
    for directions, parameters in effects_of(model, history, 3, seed=days):
        hold(*curves(model, history, parameters), history, directions)


ORAL, VEIN = Site("oral", 1, ka="ka", lag="lag", bioavailability="f"), Site("vein", 2, duration="d", rate="r")
CHAIN = Site("oral", 1, ka="ka", transit=Transit("n", "mtt"), bioavailability="f")
STRAIGHT = Site("oral", 1, transit=Transit("n", "mtt", 0.0, 0.0))
SIDE = Site("side", 3, target="vp")
FORMED = Site("oral", 1, ka="ka", fraction="share", complement=True)
PASSED = Site("liver", 1, ka="ka", fraction="share", target="m")
ONE = {"cl": 4.0, "vc": 30.0}
TWO = {**ONE, "q": 6.0, "vp": 50.0}
THREE = {**TWO, "q2": 1.0, "vp2": 200.0}
MADE = {"ka": 1.1, "lag": 0.4, "f": 0.8, "d": 3.0, "r": 20.0, "n": 3.3, "mtt": 1.4, "share": 0.3}
METABOLITE = Link("m", LinkKind.METABOLITE, fraction="fm", clearance="clm", volume="vm")
SPREADING = Link("m", LinkKind.METABOLITE, fraction="fm", clearance="clm", volume="vm", q="qm", vp="vpm")
EFFECT = Link("e", LinkKind.EFFECT, rate_out="ke", fraction="part")
LINKED = {"fm": 0.6, "clm": 2.0, "vm": 15.0, "qm": 1.5, "vpm": 40.0, "ke": 0.2, "part": 0.4}
AFTER = (Output("m", 3, ERROR, source="m", volume="vm"),)
STRUCTURES = {
    "one": (1, ONE, (ORAL, VEIN), (), ()),
    "two": (2, TWO, (ORAL, VEIN, SIDE), (), ()),
    "three": (3, THREE, (ORAL, VEIN, SIDE), (), ()),
    "a chain": (1, ONE, (CHAIN, VEIN), (), ()),
    "a chain straight into central": (2, TWO, (STRAIGHT, VEIN), (), ()),
    "a metabolite": (2, TWO, (CHAIN, VEIN), (METABOLITE,), AFTER),
    "a metabolite that spreads": (3, THREE, (ORAL, VEIN), (SPREADING,), AFTER),
    "formed on the way": (1, ONE, (FORMED, PASSED, VEIN), (METABOLITE,), AFTER),
    "an effect site": (2, TWO, (ORAL, VEIN), (EFFECT,), (Output("e", 4, ERROR, source="e", volume=None),)),
}
WEIGHT = [50.0, 50.0, 62.0, 62.0, 62.0, 71.0, 55.0, 55.0]
TABLES = {
    "trains": {"evid": 1, "amt": 250.0, "cmt": 1, "ii": 12.0, "addl": [3, 0, 9, 0, 0, 2, 0, 1]},
    "infusions": {"evid": 1, "amt": 100.0, "cmt": 2, "rate": [10.0, 4.0, 0.0, -1.0, -2.0, 30.0, 2.0, 5.0]},
    "for ever": {"evid": 1, "amt": 250.0, "cmt": [1, 2, 1, 1, 2, 1, 2, 1], "ii": 12.0, "ss": [1, 2, 0, 1, 1, 0, 2, 0]},
    "resets": {"evid": [1, 4, 1, 3, 1, 4, 1, 2], "amt": [250.0, 100.0, 250.0, 0.0, 90.0, 50.0, 80.0, 0.0],
               "cmt": [1, 2, 1, 1, 2, 1, 1, 1], "ii": 8.0, "addl": [4, 0, 2, 0, 0, 3, 0, 0]},
}  # fmt: skip
LINKS = tuple(EffectLink(i, name) for i, name in enumerate(("cl", "vc", "ka", "n", "mtt", "lag", "d", "f")))


def made(structure, *, changing):
    """A model whose clearance and volume follow weight, which changes or does not."""
    compartments, values, sites, links, outputs = STRUCTURES[structure]
    named = {name for part in (*sites, *links) for name in part.named} | set(values)
    parameters = {name: value for name, value in {**values, **MADE, **LINKED}.items() if name in named}
    effects = [link for link in LINKS if link.parameter in parameters]
    spread = RandomEffects(
        tuple(link.parameter for link in effects),
        tuple(EffectLink(i, link.parameter) for i, link in enumerate(effects)), 0.04 * np.eye(len(effects)),
    )  # fmt: skip
    relations = tuple(
        CovariateRelation(name, "weight", RelationKind.POWER, coefficient=power, reference=60.0)
        for name, power in (("cl", 0.75), ("vc", 1.0))
    )
    return Model(
        structure, compartments, parameters, sites, (Output("c", 2, ERROR), *outputs), links=links,
        relations=relations if changing else (), between_subjects=spread,
    )  # fmt: skip


@pytest.mark.parametrize("changing", [False, True], ids=["constant", "changing"])
@pytest.mark.parametrize("doses", TABLES)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_structure_has_the_same_curves_and_slopes(structure, doses, changing):
    model = made(structure, changing=changing)
    times = [0.0, 20.0, 31.0, 50.0, 50.0, 74.0, 96.0, 120.0]
    rows = dict(TABLES[doses])
    known = {site.cmt for site in model.sites}
    rows["cmt"] = [cmt if cmt in known else 1 for cmt in np.broadcast_to(rows["cmt"], 8).tolist()]
    if doses == "infusions" and structure != "a metabolite that spreads":
        rows["cmt"] = 2
    table = with_points(event_table(times, covariates={"weight": WEIGHT}, **rows), np.r_[0.0, 1.0:130.0:4.7, 50.0])
    history = compile_history(model, table)
    for directions, parameters in effects_of(model, history, 4, seed=5):
        hold(*curves(model, history, parameters), history, directions)

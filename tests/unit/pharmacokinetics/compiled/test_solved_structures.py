"""The compiled kernel of non-linear systems gives what the reference gives: every elimination, way in and processor."""

import ctypes
from pathlib import Path

import numpy as np
import pytest

from both_kernels import ORDINARY, SOLVED, asked, curves, effects_of, hold
from fullcourse.pharmacokinetics.compiled import nonlinear
from fullcourse.pharmacokinetics.compiled.library import library
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.events import event_table, with_points
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
    Transit,
)

pytestmark = pytest.mark.skipif(library() is None, reason="no compiled kernels here: the build found no C compiler")
ERROR = ResidualError(ErrorKind.PROPORTIONAL, 0.1)
ELIMINATED = {
    Elimination.MICHAELIS_MENTEN: {"vmax": 40.0, "km": 4.0},
    Elimination.AUTO_INHIBITION: {"cl": 6.0, "rclf": 0.4, "ic50": 0.6, "kic": 0.02},
    Elimination.AUTO_INDUCTION: {"cl": 4.0, "kenz": 0.02, "emax": 1.5, "ec50": 0.8},
    Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION: {
        "vmax": 40.0, "km": 6.0, "kenz": 0.02, "emax": 1.5, "ec50": 0.8,
    },
}  # fmt: skip
ORAL, VEIN = Site("oral", 1, ka="ka", bioavailability="f"), Site("vein", 2)
LAGGED = Site("oral", 1, ka="ka", lag="lag")
CHAIN = Site("oral", 1, ka="ka", transit=Transit("n", "mtt"))
FIRST_PASS = (
    Site("in", 1, ka="ka", fraction="share"),
    Site("formed", 1, ka="ka", fraction="share", complement=True, target="m"),
    Site("vein", 2),
    Site("given", 3, target="m"),
)
METABOLITE = Link("m", LinkKind.METABOLITE, fraction="fm", clearance="clm", volume="vm")
EFFECT = Link("e", LinkKind.EFFECT, rate_out="ke", fraction="part")
AFTER = (Output("m", 3, ERROR, source="m", volume="vm"),)
FELT = (Output("e", 4, ERROR, source="e", volume=None),)
WAYS = {
    "oral": ((ORAL, VEIN), 1, (), ()),
    "after a lag": ((LAGGED, VEIN), 1, (), ()),
    "through a chain": ((CHAIN,), 1, (), ()),
    "into a peripheral": ((ORAL, VEIN, Site("side", 3, target="vp")), 2, (), ()),
    "formed at first pass": (FIRST_PASS, 1, (METABOLITE,), AFTER),
    "formed at first pass, two compartments": (FIRST_PASS, 2, (METABOLITE,), AFTER),
    "with an effect site": ((ORAL, VEIN), 1, (EFFECT,), FELT),
}
MADE = {
    "vc": 40.0, "ka": 0.9, "f": 0.8, "lag": 0.4, "n": 3.3, "mtt": 1.4, "share": 0.7, "fm": 0.5, "clm": 5.0, "vm": 30.0,
    "ke": 0.2, "part": 0.4, "q": 5.0, "vp": 60.0,
}  # fmt: skip


def made(elimination, way):
    """A model that eliminates in one of the ways, with an effect on each parameter that may have one."""
    sites, compartments, links, outputs = WAYS[way]
    named = (
        {name for part in (*sites, *links) for name in part.named}
        | {"vc"}
        | ({"q", "vp"} if compartments > 1 else set())
    )
    values = {**{name: MADE[name] for name in MADE if name in named}, **ELIMINATED[elimination]}
    effects = [name for name in values if name not in {"share", "fm", "f", "part", "rclf", "n"}]
    spread = RandomEffects(
        tuple(effects), tuple(EffectLink(i, name) for i, name in enumerate(effects)), 0.04 * np.eye(len(effects))
    )
    return Model(
        way, compartments, values, sites, (Output("c", 2, ERROR), *outputs), elimination, links,
        between_subjects=spread,
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("elimination", ELIMINATED, ids=lambda one: one.name.lower())
def test_a_structure_has_the_same_curves_and_slopes(elimination, way):
    model = made(elimination, way)
    known = {site.cmt for site in model.sites}
    given = [cmt if cmt in known else 1 for cmt in (1, 2, 3, 1, 2)]
    table = event_table(
        [0.0, 20.0, 31.0, 50.0, 74.0], evid=1, amt=[250.0, 100.0, 60.0, 250.0, 90.0], cmt=given,
        ii=12.0, addl=[3, 0, 0, 1, 0], rate=[0.0, 20.0 if given[1] == 2 else 0.0, 0.0, 0.0, 0.0],
    )  # fmt: skip
    history = compile_history(model, with_points(table, np.r_[0.0, 1.0:110.0:4.7]))
    for directions, parameters in effects_of(model, history, 9, seed=5):
        hold(*curves(model, history, parameters), history, directions, ORDINARY)


def codes():
    """What is compiled for processors, of those that this one can run."""
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split() if Path("/proc/cpuinfo").exists() else []
    needs = {"course": (), "course_wide": ("avx2",), "course_widest": ("avx512f", "avx512dq", "avx512vl")}
    return [name for name, flag in needs.items() if set(flag) <= set(flags)]


@pytest.mark.parametrize("days", [3, 180])
@pytest.mark.parametrize("name", SOLVED)
def test_the_code_for_every_processor_has_the_same_curves_and_slopes(monkeypatch, name, days):
    opened = library()

    class OfOneProcessor:
        fullcourse_nonlinear: ctypes._CFuncPtr

    chosen = OfOneProcessor()
    model, history = asked(name, days)
    for code in codes():
        chosen.fullcourse_nonlinear = getattr(opened, f"fullcourse_{code}")
        monkeypatch.setattr(nonlinear, "library", lambda: chosen)
        for directions, parameters in effects_of(model, history, 11, seed=days):
            hold(*curves(model, history, parameters), history, directions, ORDINARY)

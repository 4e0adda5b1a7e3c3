"""Small models and records for the tests of the level engine, with what can be said of them without it."""

import dataclasses

import numpy as np

from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.model import (
    EffectLink,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
)
from fullcourse.pharmacokinetics.simulation.population import simulate


def oral_model(*, omega=(0.12, 0.05), error=None, occasions=False, factor=None, cl=1.0):
    """One compartment, effects on clearance and volume, and on absorption of each occasion if asked."""
    within = RandomEffects()
    if occasions:
        within = RandomEffects(("ka",), (EffectLink(0, "ka"),), np.array([[0.2]]), factor)
    return Model(
        "case", 1, {"cl": cl, "vc": 25.0, "ka": 2.0}, (Site("oral", 1, ka="ka"),),
        (Output("c", 1, error or ResidualError(ErrorKind.PROPORTIONAL, 0.15)),),
        between_subjects=RandomEffects(("cl", "vc"), (EffectLink(0, "cl"), EffectLink(1, "vc")), np.diag(omega)),
        between_occasions=within,
    )  # fmt: skip


def record(levels=(24.0, 17.0), **columns):
    """250 mg every 12 h for eight days, then two samples."""
    return event_table(
        [0.0, 194.0, 202.0], evid=[1, 0, 0], amt=[250.0, 0, 0], ii=[12.0, 0, 0], addl=[16, 0, 0], cmt=1,
        dv=[np.nan, *levels], **columns,
    )  # fmt: skip


def drawn_effects(model, count, seed):
    """Random individuals: effects between subjects, then those of one occasion, ``(count, P)``."""
    generator = np.random.default_rng(seed)
    kinds = (model.between_subjects, model.between_occasions)
    return np.concatenate(
        [generator.standard_normal((count, k.count)) @ np.linalg.cholesky(k.covariance).T for k in kinds if k.count],
        axis=1,
    )


def area_under(model, table, begin, end, output=0):
    """Area under a linear model's curve, from a compartment that collects what passes through and loses nothing."""
    chosen = model.outputs[output]
    collector = Link("area", LinkKind.TRANSFER, chosen.source, rate_in="area in", rate_out="area out")
    collecting = dataclasses.replace(
        model,
        parameters={**model.parameters, "area in": 1.0, "area out": 0.0},
        links=(*model.links, collector),
        outputs=(*model.outputs, Output("area", -1, None, "area", chosen.volume, chosen.factor)),
    )
    wide = with_points(table, [begin, end])
    collected = simulate(collecting, wide, points=wide.evid == 0, output=len(model.outputs))[0]
    return collected[1] - collected[0]

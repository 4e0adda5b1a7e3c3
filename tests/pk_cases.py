"""One small model and one patient's record, for the tests of estimation."""

import numpy as np

from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import (
    EffectLink,
    ErrorKind,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
)


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

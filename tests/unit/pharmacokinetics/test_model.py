import dataclasses

import numpy as np
import pytest

from fullcourse.clinical.errors import KnowledgeError
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
)

GOOD = Model(
    "good", 1, {"cl": 1.0, "vc": 10.0, "ka": 1.0}, (Site("oral", 1, ka="ka"),),
    (Output("c", 1, ResidualError(ErrorKind.PROPORTIONAL, 0.2)),),
    relations=(CovariateRelation("cl", "weight_kg", RelationKind.POWER, 0.75, 70.0),),
    between_subjects=RandomEffects(("cl",), (EffectLink(0, "cl"),), np.array([[0.1]])),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"parameters": {"cl": 1.0, "vc": 10.0}}, "'ka', which has no value"),
        ({"parameters": {"cl": np.nan, "vc": 10.0, "ka": 1.0}}, "must be finite"),
        ({"compartments": 2}, "'q', which has no value"),
        ({"sites": ()}, "no site"),
        ({"outputs": (Output("c", 1, ResidualError(ErrorKind.ADDITIVE, 0.0, 0.0)),)}, "is zero"),
        ({"links": (Link("m", LinkKind.METABOLITE, source="nowhere"),)}, "not defined before it"),
        ({"between_subjects": RandomEffects(("a",), (), np.array([[-0.1]]))}, "not positive definite"),
        (
            {"between_subjects": RandomEffects(("a", "b"), (), np.array([[1.0, 2.0], [2.0, 1.0]]))},
            "not positive definite",
        ),
        ({"between_subjects": RandomEffects(("a",), (), np.eye(2))}, "shape"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused(change, says):
    with pytest.raises(KnowledgeError, match=says):
        dataclasses.replace(GOOD, **change)


def test_covariates_the_engine_knows_need_not_be_given():
    relation = CovariateRelation("cl", "treatment_day", RelationKind.FROM, 1.1, 5.0)
    assert dataclasses.replace(GOOD, relations=(*GOOD.relations, relation)).covariates == ("weight_kg",)

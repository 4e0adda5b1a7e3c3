"""The words of models hang together: every word of one table is a word of the others."""

from fullcourse.knowledge.pk.model_words import (
    DERIVED_FORMS,
    ELIMINATION,
    ENGINE_COVARIATES,
    FACTS_OF_FORMULA,
    FORMULAS,
    RELATION_FORMS,
    SMOOTH_RELATIONS,
    STEPPED_RELATIONS,
    ComputedForm,
    Elimination,
    RelationKind,
)
from fullcourse.pharmacokinetics.inputs.covariates import _FORMULAS


def test_every_elimination_says_what_it_needs():
    assert set(ELIMINATION) == set(Elimination)


def test_the_forms_of_a_file_are_those_of_the_engine_and_three_more():
    assert set(RELATION_FORMS) - set(RelationKind) == {"above", "step"}
    assert set(DERIVED_FORMS) - set(ComputedForm) == {"same"}
    assert not set(SMOOTH_RELATIONS) & set(STEPPED_RELATIONS)


def test_every_formula_is_computed_or_known_to_the_engine():
    assert set(_FORMULAS) | set(ENGINE_COVARIATES) == set(FORMULAS)
    assert set(FACTS_OF_FORMULA) <= set(FORMULAS)

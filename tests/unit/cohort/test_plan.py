"""The table of facts holds what statements, summaries and models of levels read."""

import pytest

from fullcourse.cohort.levels.question import facts_read
from fullcourse.cohort.plan import fact_columns
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.rules.sql import high_column, low_column, value_column
from patients import knowledge

MODELS = read_pk_models()


@pytest.mark.parametrize("model", MODELS)
def test_every_fact_of_the_vocabulary_that_a_model_reads_is_a_column(model: str):
    columns = fact_columns(knowledge())
    stems = [value_column(name) for name in facts_read(MODELS[model]) if name in knowledge().facts]
    lacking = [it for it in stems if it not in columns and not {low_column(it), high_column(it)} <= columns.keys()]
    assert lacking == []

"""What statements read, as SQL columns, and what has no form in SQL."""

import re

import pytest
import sqlglot.expressions as exp

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.statements import Bands, FirstOf, Tells, When
from fullcourse.rules.sql import columns, outcome_expression
from patients import knowledge


def test_the_columns_of_a_statement_are_those_that_its_expression_reads():
    executed = [it for it in knowledge().statements.values() if isinstance(it.body, When | FirstOf | Bands)]
    assert executed
    for statement in executed:
        read = {column.name for column in outcome_expression(statement).find_all(exp.Column)}

        assert columns([statement]).keys() == read, statement.id


def test_a_statement_that_sql_cannot_say_is_refused_by_its_name():
    told = next(one for one in knowledge().statements.values() if isinstance(one.body, Tells))

    with pytest.raises(KnowledgeError, match=re.escape(f"'{told.id}'")):
        outcome_expression(told)

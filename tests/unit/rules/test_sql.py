"""What statements read, as SQL columns."""

import sqlglot.expressions as exp

from fullcourse.knowledge.statements import Bands, FirstOf, When
from fullcourse.rules.sql import columns, outcome_expression
from patients import knowledge


def test_the_columns_of_a_statement_are_those_that_its_expression_reads():
    for statement in knowledge().statements.values():
        if isinstance(statement.body, When | FirstOf | Bands):
            read = {column.name for column in outcome_expression(statement).find_all(exp.Column)}

            assert columns([statement]).keys() == read, statement.id

"""Every executed statement comes out as its rows say, just inside each of its limits and just outside."""

from dataclasses import replace

import pytest

from fullcourse.knowledge.statements import NotFormalised, Tells
from patients import knowledge
from statement_rows import COLUMNS, differences, read_rows

ROWS = read_rows()
EXECUTED = {it.id for it in knowledge().statements.values() if not isinstance(it.body, Tells | NotFormalised)}


@pytest.mark.parametrize("row", ROWS, ids=[row.place for row in ROWS])
def test_a_statement_comes_out_as_its_row_says(row):
    assert differences(row, knowledge().statements[row.statement], knowledge()) == []


def test_every_executed_statement_has_a_row_and_no_other():
    assert {row.statement for row in ROWS} == EXECUTED


def test_no_row_stands_twice():
    said = [(row.statement, row.given, row.inside, row.outside) for row in ROWS]
    assert len(set(said)) == len(said)


def test_a_row_that_says_otherwise_fails():
    for row in ROWS[::25]:
        statement = knowledge().statements[row.statement]
        assert len(differences(replace(row, severity="none"), statement, knowledge())) == 1, row.place
        if row.outside:
            assert len(differences(replace(row, outside_is="nothing"), statement, knowledge())) == 1, row.place
        if row.left_out_is:
            assert len(differences(replace(row, left_out_is="nothing"), statement, knowledge())) == 1, row.place


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["statement\tsays"], "names the columns"),
        (["\t".join(COLUMNS), "a.b.c\tepilepsy = yes"], "2 columns, not 9"),
    ],
)
def test_a_line_that_is_no_row_is_refused(lines, fault, tmp_path):
    (tmp_path / "x.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(ValueError, match=fault):
        read_rows(tmp_path)


def test_a_phrase_that_is_none_is_refused():
    row = replace(ROWS[0], given=("no such fact = yes",))
    with pytest.raises(ValueError, match="is no phrase"):
        differences(row, knowledge().statements[row.statement], knowledge())

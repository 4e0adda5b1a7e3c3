"""The words about lines set aside name each line by its number in its file, wherever its block begins."""

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'fullcourse[cohort,spark]'")

import pyarrow as pa

from fullcourse.adapters.register.cluster.set_aside import PLACES, LineNumbers, with_places, worded

NUMBERS = LineNumbers(("/x/a.ndjson", "hdfs://h/y/b.ndjson.gz"), {(0, 0): 0, (0, 4_096): 1_200, (1, 0): 0})


def table(**columns: list[str | None]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def test_a_line_of_a_later_block_has_the_lines_before_it_counted():
    line = NUMBERS.aside(0, 4_096, 2, "it is not JSON", is_of_nobody=True)
    assert (line.file, line.line, line.reason, line.is_of_nobody) == ("/x/a.ndjson", 1_203, "it is not JSON", True)


def test_words_are_those_of_the_numbers_and_other_errors_stay():
    made = table(
        patient=["p", "q", "r"],
        error=["line 1 of lines.ndjson", "two Patients", None],
        set_aside=["line 1 of lines.ndjson", "line 2 of lines.ndjson", None],
    )
    aside = {"p": [((0, 4_096, 0), "cut off.")], "q": [((1, 0, 6), "not JSON"), ((0, 0, 1), "cut off.")]}

    found = worded(with_places(made, aside), NUMBERS).to_pylist()

    one = (
        "a line about this patient cannot be used, so that what is said there is missing: "
        "line 1,201 of a.ndjson: cut off."
    )
    two = (
        "2 lines about this patient cannot be used, so that what is said there is missing: "
        "line 7 of b.ndjson.gz: not JSON; line 2 of a.ndjson: cut off."
    )
    assert found == [
        {"patient": "p", "error": one, "set_aside": one},
        {"patient": "q", "error": "two Patients", "set_aside": two},
        {"patient": "r", "error": None, "set_aside": None},
    ]


def test_a_table_without_such_lines_is_as_it_was():
    made = table(patient=["p"], error=[None], set_aside=[None])
    packed = with_places(made, {})
    assert PLACES in packed.column_names
    assert worded(packed, NUMBERS).equals(made)


def test_a_block_that_was_not_counted_is_no_line_of_another():
    with pytest.raises(KeyError):
        NUMBERS.aside(1, 4_096, 0, "cut off", is_of_nobody=True)

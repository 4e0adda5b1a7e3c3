"""Single values: what stands there is read, and what nobody wrote is none."""

from datetime import date

import pytest

from fullcourse.adapters.pharmacovigilance.report_rows import Reading
from fullcourse.clinical.errors import Fault
from fullcourse.knowledge.tables import Table

READING = Reading(date(2026, 11, 20))


def table(**row: object) -> tuple[Table, list[Fault]]:
    faults: list[Fault] = []
    return Table(row, "", "[x]", faults), faults


@pytest.mark.parametrize(("value", "answer"), [(True, True), (False, False), ("unknown", None)])
def test_yes_no_and_unknown(value, answer):
    row, faults = table(key=value)
    assert (READING.answer(row, "key"), faults) == (answer, [])


def test_what_nobody_wrote_is_none_and_no_fault():
    row, faults = table()
    assert (READING.answer(row, "key"), READING.day(row, "key"), READING.text(row, "key")) == (None, None, "")
    assert READING.measured(row, "key", "kg", (0.0, 1.0), "on") is None
    assert (READING.meddra(row), READING.place(row, "key", ["a"]), READING.country(row), faults) == (None, None, "", [])


@pytest.mark.parametrize("value", [1, "no", "true", "", []])
def test_anything_else_is_no_answer(value):
    row, faults = table(key=value)
    assert READING.answer(row, "key") is None
    assert len(faults) == 1


@pytest.mark.parametrize(("value", "fits"), [(0.0, True), (1.0, True), (-0.1, False), (1.1, False)])
def test_both_ends_of_a_range_belong_to_it(value, fits):
    row, faults = table(key=value)
    assert (READING.number(row, "key", 0.0, 1.0) is not None, not faults) == (fits, fits)

"""Needs of patients add up to the same in any order and any parts."""

from fullcourse.cohort.need.total import DIED, UNREADABLE, NeedTotal
from need_cases import BPALM, need_of, plan_of

NEEDS = [need_of(plan_of()), need_of(plan_of(BPALM)), need_of(plan_of(BPALM, without=("qt_interval",)))]


def total_of(needs):
    total = NeedTotal()
    for need in needs:
        total.add(need)
    return total


def test_parts_in_any_order_come_to_the_whole():
    whole, parts = total_of(NEEDS), total_of(NEEDS[2:])
    parts.merge(total_of(NEEDS[1::-1]))
    assert parts == whole
    assert (whole.patients, dict(whole.statuses)) == (3, {"proposed": 2, "cannot_assess": 1})


def test_a_plan_that_waits_raises_what_is_possible_and_not_what_is_certain():
    total = total_of(NEEDS)
    (row,) = (
        row for (month, product), row in total.rows.items() if (month, product.drugs) == ("2026-12", ("bedaquiline",))
    )
    assert (row.certain, row.possible, row.patients_certain, row.patients_possible) == (70, 140, 1, 2)


def test_who_is_not_planned_is_counted_and_needs_nothing():
    total = NeedTotal()
    total.add_apart(DIED)
    total.add_apart(UNREADABLE)
    assert (total.patients, dict(total.statuses), total.rows) == (2, {"died": 1, "unreadable": 1}, {})

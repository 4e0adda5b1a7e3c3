"""Holds of dose plans: the statement itself decides, on both sides of its line, and says on what it rests."""

import pytest

from fullcourse.clinical.quantity import Interval
from fullcourse.journey.levels.holds import holds_by_statement, holds_left_open
from fullcourse.knowledge.pk.targets import Hold, read_targets
from patients import knowledge, patient


def holds(facts: dict[str, object]) -> list[Hold]:
    targets = read_targets("cycloserine", knowledge=knowledge())
    return holds_by_statement(targets.holds, patient(facts), knowledge())


def left_open(facts: dict[str, object]) -> list[str]:
    targets = read_targets("cycloserine", knowledge=knowledge())
    return holds_left_open(targets.holds, patient(facts), knowledge())


@pytest.mark.parametrize(
    "facts",
    [
        {"creatinine_clearance": 29.99},
        {"dialysis": True},
        {"severe_renal_impairment": True},
        {"creatinine_clearance": 80.0, "dialysis": True},
    ],
)
def test_the_statement_holds_with_what_it_rests_on_and_our_reading(facts: dict[str, object]):
    (hold,) = holds(facts)
    assert hold.id == "severe_renal"
    assert hold.says.startswith("Not in severe renal insufficiency (")
    assert hold.says.endswith("; our reading I-0001).")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"creatinine_clearance": 30.0},
        {"creatinine_clearance": Interval(30.0, 45.0)},
        {"creatinine_clearance": 30.0, "dialysis": False, "severe_renal_impairment": False},
        {"dialysis": False},
    ],
)
def test_nothing_is_held_above_the_line_nor_by_what_nobody_recorded(facts: dict[str, object]):
    assert holds(facts) == []


def test_a_clearance_that_may_lie_below_the_line_holds_and_says_what_is_not_known():
    (hold,) = holds({"creatinine_clearance": Interval(25.0, 35.0), "dialysis": False})
    assert hold.says.startswith("It cannot be ruled out. Not in severe renal insufficiency (")
    assert "not known: " in hold.says


def test_the_hold_names_the_clearance_and_the_line():
    (hold,) = holds({"creatinine_clearance": 22.0})
    assert "creatinine clearance" in hold.says.lower()
    assert "is 22 mL/min, the line is below 30" in hold.says


@pytest.mark.parametrize("facts", [{}, {"dialysis": False}, {"dialysis": False, "severe_renal_impairment": False}])
def test_a_clearance_that_nobody_recorded_is_a_note_that_names_it(facts: dict[str, object]):
    (note,) = left_open(facts)
    assert note.startswith("It cannot be ruled out: Not in severe renal insufficiency (not known: ")
    assert "creatinine clearance" in note.lower()


@pytest.mark.parametrize(
    "facts",
    [
        {"creatinine_clearance": 30.0},
        {"creatinine_clearance": 29.99},
        {"creatinine_clearance": Interval(25.0, 35.0)},
        {"dialysis": True},
    ],
)
def test_a_clearance_that_is_known_or_a_hold_that_is_true_leaves_no_such_note(facts: dict[str, object]):
    assert left_open(facts) == []

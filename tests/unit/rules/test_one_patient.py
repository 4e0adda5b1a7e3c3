"""The one-patient reader: each form, with numbers known exactly, as a range, or not at all."""

import itertools
import math
from datetime import date

import pytest

from fullcourse.clinical import Fact, Interval, Medicine, Patient, Record, Taken, exactly
from fullcourse.knowledge.actions import as_on_file
from fullcourse.rules.one_patient import NONE, evaluate
from fullcourse.rules.situation import Situation
from small_knowledge import small, statement

THEN = 'then = { finding = "caution", severity = "major" }'
INF = math.inf


def outcome(body: str, **values):
    known = small(statement(body))
    facts = {name: Fact(name, value, days=0) for name, value in values.items()}
    patient = Patient(date(2026, 1, 1), facts, (), (), Record({}))
    return evaluate(known.statements["exampline.caution.x"], Situation(patient, known))


def truth(condition: str, **values):
    found = outcome(f"when = [{condition}]\n{THEN}", **values)
    return None if found is None else found == 0


@pytest.mark.parametrize(
    ("bound", "below", "at", "above"),
    [
        ("below", True, False, False),
        ("at_most", True, True, False),
        ("above", False, False, True),
        ("at_least", False, True, True),
        ("is", False, True, False),
    ],
)
def test_each_comparison_on_both_sides_of_its_threshold(bound, below, at, above):
    condition = f'{{ fact = "weight", {bound} = 30.0, unit = "kg" }}'
    for value, expected in (
        (math.nextafter(30, 0), below),
        (30.0, at),
        (math.nextafter(30, 99), above),
    ):
        assert truth(condition, weight=exactly(value)) is expected


def test_a_value_is_compared_unrounded():
    assert truth('{ fact = "weight", below = 30, unit = "kg" }', weight=exactly(29.86)) is True


RANGES = [
    pair
    for pair in itertools.combinations_with_replacement([-INF, 10.0, 29.0, 30.0, 31.0, 50.0, INF], 2)
    if pair not in {(INF, INF), (-INF, -INF)}
]


@pytest.mark.parametrize("bound", ["below", "at_most", "above", "at_least"])
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_a_range_is_decided_only_when_all_its_numbers_agree(bound, low, high):
    condition = f'{{ fact = "weight", {bound} = 30.0, unit = "kg" }}'
    inside = [number for number in (-1e300, 10.0, 29.0, 30.0, 31.0, 50.0, 1e300) if low <= number <= high]
    answers = {truth(condition, weight=exactly(number)) for number in inside}
    assert truth(condition, weight=Interval(low, high)) is (answers.pop() if len(answers) == 1 else None)


def test_an_unknown_fact_is_never_a_no():
    for condition in (
        '{ fact = "weight", below = 30, unit = "kg" }',
        '{ fact = "fits", is = true }',
        '{ fact = "fits", is = false }',
        '{ fact = "sex", is = "male" }',
        '{ fact = "sex", in = ["male", "female"] }',
    ):
        assert truth(condition) is None


def test_words_and_yes_or_no_are_compared():
    assert truth('{ fact = "fits", is = true }', fits=True) is True
    assert truth('{ fact = "fits", is = true }', fits=False) is False
    assert truth('{ fact = "sex", in = ["female"] }', sex="male") is False


def test_evidence_older_than_the_window_leaves_it_open():
    known = small(statement('when = [{ fact = "fits", is = true, within_days = 14 }]\n' + THEN))
    for days, expected in ((14, 0), (15, None), (None, None)):
        facts = {"fits": Fact("fits", True, days=days)}
        patient = Patient(date(2026, 1, 1), facts, (), (), Record({}))
        assert evaluate(known.statements["exampline.caution.x"], Situation(patient, known)) == expected


def test_a_multiple_of_an_unknown_number_is_unknown():
    condition = '{ fact = "alt", above = { times = 3, of = "alt_upper_limit" } }'
    assert truth(condition, alt=exactly(121), alt_upper_limit=exactly(40)) is True
    assert truth(condition, alt=exactly(120), alt_upper_limit=exactly(40)) is False
    assert truth(condition, alt=exactly(120)) is None


ENZYME = """
[[fact]]
id = "enzyme"
kind = "number"
label = "enzyme"
unit = "U/L"

[[fact]]
id = "enzyme_limit"
kind = "number"
label = "upper limit of the enzyme"
unit = "U/L"
plausible = [20, 80]
"""


@pytest.mark.parametrize(
    ("enzyme", "limit", "expected"),
    [
        (241, None, 0),  # above three times the highest that a limit can be, which is 240
        (240, None, None),
        (61, None, None),
        (60, None, NONE),  # three times the lowest that a limit can be
        (121, 40, 0),
        (120, 40, NONE),
    ],
)
def test_a_limit_that_is_not_on_file_is_somewhere_in_what_it_can_be(enzyme, limit, expected):
    above = '{ fact = "enzyme", above = { times = 3, of = "enzyme_limit" } }'
    known = small(statement(f"when = [{above}]\n{THEN}"), facts__more=ENZYME)
    facts = {"enzyme": Fact("enzyme", exactly(enzyme)), "enzyme_limit": Fact("enzyme_limit", limit and exactly(limit))}
    patient = Patient(date(2026, 1, 1), facts, (), (), Record({}))
    assert evaluate(known.statements["exampline.caution.x"], Situation(patient, known)) == expected


def test_what_is_asked_of_a_number_on_file_fails_where_none_is_and_stays_open_where_it_is_a_range():
    known = small(statement('when = [{ fact = "weight", below = 30, unit = "kg" }]\n' + THEN))
    on_file = as_on_file(known.statements["exampline.caution.x"])
    for value, expected in ((None, NONE), (exactly(29), 0), (exactly(30), NONE), (Interval(20, 40), None)):
        patient = Patient(date(2026, 1, 1), {"weight": Fact("weight", value)}, (), (), Record({}))
        assert evaluate(on_file, Situation(patient, known)) == expected


def test_the_first_row_that_holds_wins_and_an_unknown_row_above_it_does_not_let_it():
    table = (
        'pick = "first"\nrows = [{ when = [{ fact = "fits", is = true }], then = { missed = "skip" } },'
        ' { when = [{ fact = "pregnant", is = true }], then = { missed = "take_now" } }]'
    )
    assert outcome(table, fits=True) == 0
    assert outcome(table, fits=False, pregnant=True) == 1
    assert outcome(table, fits=False, pregnant=False) == NONE
    assert outcome(table, pregnant=True) is None


def test_bands_are_half_open_and_a_range_over_two_of_them_is_unknown():
    bands = (
        'by = "weight"\nbands = [{ from = 16, below = 24, dose = { mg = 375 } },'
        " { from = 24, below = 46, dose = { mg = 500 } }, { from = 50, dose = { mg = 750 } }]"
    )
    for value, expected in ((15.999, NONE), (16, 0), (23.999, 0), (24, 1), (45.999, 1), (46, NONE), (50, 2), (9e9, 2)):
        assert outcome(bands, weight=exactly(value)) == expected
    assert outcome(bands, weight=Interval(20, 30)) is None
    assert outcome(bands, weight=Interval(46, 49)) == NONE
    # One number of the range alone lies in a band: its lowest possible weight, or its highest.
    assert outcome(bands, weight=Interval(10, 16)) is None
    assert outcome(bands, weight=Interval(46, 50)) is None
    assert outcome(bands, weight=Interval(10, 15)) == NONE
    assert outcome(bands, weight=Interval(60, INF)) == 2
    assert outcome(bands) is None


def test_what_is_only_told_has_no_outcome():
    assert outcome('tells = "storage"') == NONE


TITRATION = """steps = [
  { from_day = 1, doses = [{ at = "morning", mg = 250 }] },
  { from_day = 15, doses = [{ at = "morning", mg = 500 }], when = [{ fact = "weight", at_least = 30.0, unit = "kg" }] },
  { from_day = 29, doses = [{ at = "morning", mg = 750 }], when = [{ fact = "fits", is = false }] },
]"""


@pytest.mark.parametrize(
    ("day", "weight", "fits", "expected"),
    [
        (exactly(1), exactly(30), False, 0),
        (exactly(14), exactly(30), False, 0),
        (exactly(15), exactly(30), False, 1),
        (exactly(15), exactly(math.nextafter(30, 0)), False, 0),
        (exactly(28), exactly(30), False, 1),
        (exactly(29), exactly(30), False, 2),
        (exactly(29), exactly(30), True, 1),
        (exactly(29), exactly(29), False, 0),
        (exactly(29), exactly(30), None, None),
        (exactly(15), None, False, None),
        (None, exactly(30), False, None),
        (Interval(14, 15), exactly(30), False, None),
        (Interval(15, 28), exactly(30), False, 1),
    ],
)
def test_a_step_of_a_titration_waits_for_its_day_and_for_what_every_step_before_it_asked(day, weight, fits, expected):
    assert outcome(TITRATION, treatment_day=day, weight=weight, fits=fits) == expected


def test_a_titration_whose_first_step_does_not_begin_comes_to_nothing():
    first = """steps = [
      { from_day = 1, doses = [{ at = "morning", mg = 250 }], when = [{ fact = "fits", is = false }] },
      { from_day = 15, doses = [{ at = "morning", mg = 500 }] },
    ]"""
    assert outcome(first, treatment_day=exactly(20), fits=True) == NONE
    assert outcome(first, treatment_day=exactly(20), fits=False) == 1
    assert outcome(first, treatment_day=exactly(20)) is None


@pytest.mark.parametrize(
    ("taken", "complete", "listed", "plain"),
    [
        (Taken.NOW, True, False, False),
        (Taken.NOW, None, False, False),
        (Taken.MAYBE, True, True, None),
        (None, True, True, True),
        (None, None, True, None),
    ],
)
def test_what_is_not_listed_for_certain_is_never_unknown(taken, complete, listed, plain):
    def absent(more: str):
        condition = f'{{ taking = "drug.examplam", is = false{more} }}'
        known = small(statement(f"when = [{condition}]\n{THEN}"))
        facts = {"medicines_complete": Fact("medicines_complete", complete)}
        medicines = (Medicine("examplam", ("examplam",), (), "name", taken, None, None, "record"),) if taken else ()
        patient = Patient(date(2026, 1, 1), facts, medicines, (), Record({}))
        found = evaluate(known.statements["exampline.caution.x"], Situation(patient, known))
        return None if found is None else found == 0

    assert (absent(", listed = true"), absent("")) == (listed, plain)


def test_a_condition_for_certain_is_a_no_where_it_is_unknown():
    condition = '{ fact = "weight", below = 30, unit = "kg", for_certain = true }'
    assert truth(condition, weight=exactly(29.9)) is True
    assert truth(condition, weight=exactly(30.0)) is False
    assert truth(condition, weight=Interval(25.0, 35.0)) is False
    assert truth(condition) is False

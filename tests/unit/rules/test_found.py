"""Which pieces of evidence count and what they say together, on both sides of each limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullcourse.clinical import Evidence, Interval, Standing, exactly, parse_moment
from fullcourse.rules.found import found, same_value
from small_knowledge import small

AT = date(2026, 6, 15)
FACTS = small().facts
NUMBER = FACTS["weight"]  # counts for 30 days
STATE = FACTS["pregnant"]  # counts for 28 days
HISTORY = FACTS["fits"]
OPEN = "the record leaves it open"


def piece(value, on="2026-06-10", standing=Standing.STATED, reason="", **more):
    read = exactly(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    moment = parse_moment(on, "on") if on else None
    return Evidence("x", read, moment, more.get("origin", "Observation/1"), value, "kg", standing, reason)


def days_ago(days):
    return (AT - timedelta(days)).isoformat()


def by_another_formula(value, on):
    return piece(value, on, Standing.BESIDE, "it is of another formula")


def test_a_value_of_something_near_is_said_and_never_counted():
    alone = found(NUMBER, [by_another_formula(61.50, "2026-06-10"), by_another_formula(70.0, None)], AT)
    assert (alone.value, alone.because, alone.missing) == (None, (), ("weight",))
    assert alone.reason == (
        "61.5 kg of 2026-06-10 is on file and not used, since it is of another formula; "
        "70 kg is on file and not used, since it is of another formula"
    )
    counts = piece(60, "2026-06-01")
    beside = found(NUMBER, [by_another_formula(61.5, "2026-06-10"), counts], AT)
    assert (beside.value, beside.because, beside.reason) == (exactly(60.0), (counts,), "")


def test_a_value_of_something_near_is_said_as_it_was_written_where_that_is_no_number():
    (odd,) = [piece("about 60", None, Standing.BESIDE, "it is of another formula")]
    assert found(NUMBER, [odd], AT).reason.startswith("about 60 kg is on file and not used")


def test_what_is_dated_after_the_check_stands_beside_what_is_open_and_has_its_date_said():
    later, open_ = piece(70, "2026-06-16"), piece(None, "2026-06-10", Standing.UNUSABLE, "it has no unit")
    assert found(NUMBER, [later], AT).reason == "the record dates it after the check (2026-06-16)"
    both = found(NUMBER, [open_, later], AT)
    assert (both.value, both.because, both.reason) == (None, (open_, later), "it has no unit")


def test_of_what_leaves_a_history_open_the_first_reason_that_is_given_is_said():
    silent, said = (piece(None, standing=Standing.UNSURE, reason=it) for it in ("", "recorded as in remission"))
    assert found(HISTORY, [silent, said], AT).reason == "recorded as in remission"
    assert found(HISTORY, [silent], AT).reason == OPEN


@pytest.mark.parametrize(
    ("pieces", "value"),
    [
        ([piece(False, days_ago(30))], False),
        ([piece(False, days_ago(31))], None),
        ([piece(False, None)], None),
        ([piece(False, days_ago(31)), piece(False, days_ago(30))], False),
        ([piece(False, days_ago(400), Standing.OVER)], False),  # that one problem is over stays so
        ([piece(True, days_ago(400))], True),
    ],
)
def test_a_no_of_a_history_holds_for_as_long_as_the_vocabulary_says_and_a_yes_for_ever(pieces, value):
    fact = found(replace(HISTORY, valid_days=30), pieces, AT)
    assert fact.value is value
    assert fact.because == tuple(pieces)
    assert ("more than 30 days old" in fact.reason) is (value is None)
    assert found(HISTORY, pieces, AT).value is (value or False)


def test_a_state_that_was_raised_stays_open_though_a_like_problem_is_over_since():
    raised = piece(None, "2026-06-01", Standing.UNSURE, "recorded as provisional")
    over = piece(False, "2026-06-10", Standing.OVER)
    assert found(STATE, [over, raised], AT).reason == "recorded as provisional"


@pytest.mark.parametrize(
    ("raised", "denied", "value"),
    [
        ("2026-06-08", "2026-06-10", False),
        ("2026-06-10", "2026-06-10", None),
        ("2026-06-10T08:00:00Z", "2026-06-10T08:00:01Z", False),
        ("2026-06-10T08:00:00Z", "2026-06-10T08:00:00Z", None),
        ("2026-06-12", "2026-06-10", None),
        (None, "2026-06-10", None),  # it may be the newer of the two
    ],
)
def test_what_is_raised_is_answered_by_a_no_that_is_certainly_newer(raised, denied, value):
    pieces = [piece(False, denied), piece(None, raised, Standing.UNSURE)]
    assert found(replace(STATE, valid_days=None), pieces, AT).value is value
    assert found(replace(STATE, valid_days=None), pieces[::-1], AT).value is value


def test_a_no_without_a_date_answers_nothing_that_was_raised():
    pieces = [piece(False, None), piece(None, "2026-06-10", Standing.UNSURE, "recorded as provisional")]
    assert found(replace(STATE, valid_days=None), pieces, AT).value is None


def test_what_has_no_date_may_be_as_new_as_the_newest_where_nothing_expires():
    sex = FACTS["sex"]
    dated, undated, other = piece("male", "2026-06-10"), piece("male", None), piece("female", None)
    assert found(sex, [dated, undated], AT).value == "male"
    assert found(sex, [dated, other], AT).reason == "the record holds unequal values for one time"
    assert found(NUMBER, [piece(60, None)], AT).reason == "the record has no date"


def test_a_number_rests_on_its_newest_value_and_on_those_before_it_that_still_hold():
    newest, valid, stale = piece(60, "2026-06-10"), piece(58, days_ago(30)), piece(50, days_ago(31))
    unusable = piece(None, "2026-06-05", Standing.UNUSABLE, "it has no unit")
    assert found(NUMBER, [valid, stale, unusable, newest], AT).because == (newest, valid)
    assert found(FACTS["creatinine"], [piece(1, "2026-06-01"), newest], AT).because == (newest,)


def test_two_values_of_one_instant_are_each_named_once():
    pieces = [piece(60, "2026-06-10T08:00:00Z", origin=name) for name in ("Observation/1", "Observation/2")]
    assert found(NUMBER, pieces, AT).because == tuple(pieces)


def test_a_range_is_known_and_asked_for_still():
    assert found(NUMBER, [piece(Interval(50.0, 70.0))], AT).missing == ("weight",)
    assert found(NUMBER, [piece(60)], AT).missing == ()


@pytest.mark.parametrize(
    ("on", "days"),
    [("2026-06-15", 0), ("2026-06-14", 1), ("2026-06", 14), ("2026-06-16T06:00:00+08:00", 0)],
)
def test_a_fact_is_as_many_days_old_as_its_newest_evidence_may_be(on, days):
    assert found(NUMBER, [piece(60, on)], AT).days == days


@pytest.mark.parametrize(
    ("value", "other", "is_same"),
    [
        (exactly(1e6), exactly(1e6 + 1e-4), True),  # a ten-thousandth of a millionth: two units of one value
        (exactly(60.0), exactly(60.001), False),
        (exactly(60.0), exactly(-60.0), False),
        (exactly(0.0), exactly(0.0), True),
        (Interval(0.0, 30.0), Interval(0.0, 31.0), False),
        (Interval(1.0, 30.0), Interval(0.0, 30.0), False),
        (exactly(60.0), None, False),
        (None, exactly(60.0), False),
        ("male", "male", True),
        ("male", "female", False),
        (True, False, False),
    ],
)
def test_two_values_are_the_same_up_to_the_rounding_of_a_unit(value, other, is_same):
    assert same_value(value, other) is is_same

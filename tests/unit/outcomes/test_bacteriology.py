"""Conversion and reversion, at both sides of what the definitions ask for."""

from datetime import date, timedelta

import pytest

from fullcourse.outcomes.bacteriology import Bacteriology, Criterion, Specimen, bacteriology_of

START = date(2026, 1, 5)
TEST = "sputum_culture"
TWO = Criterion(2, 7)


def specimen(day: int, word: str, *, until: int | None = None, test: str = TEST) -> Specimen:
    collected = START + timedelta(days=day)
    return Specimen(collected, collected if until is None else START + timedelta(days=until), word, test)


def found(*rows: tuple[int, str]) -> Bacteriology:
    return bacteriology_of(TEST, [specimen(*row) for row in rows], START, TWO, TWO)


def days_of(specimens: tuple[Specimen, ...]) -> list[int]:
    return [(one.collected - START).days for one in specimens]


@pytest.mark.parametrize(("second", "converted"), [(36, []), (37, [30, 37])])
def test_two_negatives_convert_from_7_days_apart_on(second: int, converted: list[int]):
    assert days_of(found((30, "negative"), (second, "negative")).converted) == converted


@pytest.mark.parametrize(("second", "reverted"), [(106, []), (107, [100, 107])])
def test_two_positives_after_conversion_revert_from_7_days_apart_on(second: int, reverted: list[int]):
    results = found((30, "negative"), (60, "negative"), (100, "positive"), (second, "positive"))
    assert days_of(results.reverted) == reverted
    assert bool(results.converted) is not bool(reverted)


def test_one_negative_converts_nothing_and_three_within_a_row_count_from_the_first():
    assert not found((30, "negative")).converted
    assert days_of(found((30, "negative"), (33, "negative"), (37, "negative")).converted) == [30, 37]


@pytest.mark.parametrize("word", ["contaminated", "indeterminate", "cancelled", "negative, not valid"])
def test_what_nobody_can_read_breaks_a_row_of_negatives_and_leaves_the_conversion_open(word: str):
    results = found((30, "negative"), (40, word), (50, "negative"))
    assert (results.converted, results.may_be_converted) == ((), True)
    assert [one.result for one in results.unread] == [word]


def test_what_nobody_can_read_does_not_break_a_row_of_positives():
    results = found((30, "negative"), (60, "negative"), (100, "positive"), (105, "contaminated"), (110, "positive"))
    assert days_of(results.reverted) == [100, 110]


def test_a_positive_between_two_negatives_breaks_them_for_certain():
    results = found((30, "negative"), (40, "positive"), (50, "negative"))
    assert (results.converted, results.may_be_converted) == ((), False)


def test_one_day_that_says_both_is_no_negative_and_is_named():
    results = found((30, "negative"), (60, "negative"), (60, "positive"))
    assert (results.converted, results.may_be_converted, results.last_is_positive) == ((), True, True)
    assert len(results.unread) == 2


def test_a_negative_of_which_the_day_is_not_known_counts_for_none():
    rows = [specimen(30, "negative"), specimen(31, "negative", until=60)]
    results = bacteriology_of(TEST, rows, START, TWO, TWO)
    assert (results.converted, results.may_be_converted) == ((), True)


def test_results_until_the_first_day_are_of_the_beginning():
    assert not found((-20, "negative"), (0, "negative")).followed
    assert not found((0, "negative"), (30, "negative")).converted
    assert days_of(found((1, "negative"), (8, "negative")).converted) == [1, 8]


def test_without_a_first_day_every_result_counts():
    rows = [specimen(-20, "negative"), specimen(0, "negative")]
    assert bacteriology_of(TEST, rows, None, TWO, TWO).converted


def test_a_conversion_after_a_reversion_is_the_newest_and_both_before_it_are_kept():
    converted = ((30, "negative"), (60, "negative"))
    reverted = ((90, "positive"), (100, "positive"))
    results = found(*converted, *reverted, (120, "negative"), (150, "negative"))
    assert days_of(results.converted) == [120, 150]
    assert [what for _, what in results.earlier] == ["converted", "reverted"]
    assert not results.positives


def test_two_positives_without_a_conversion_since_stay_unresolved_whether_or_not_there_was_one_before():
    assert days_of(found((30, "positive"), (60, "positive"), (90, "negative")).positives) == [30, 60]
    assert not found((30, "positive"), (60, "positive")).reverted


def test_the_results_of_another_test_are_left_out_and_order_means_nothing():
    rows = [specimen(60, "negative"), specimen(45, "positive", test="sputum_smear"), specimen(30, "negative")]
    assert days_of(bacteriology_of(TEST, rows, START, TWO, TWO).converted) == [30, 60]

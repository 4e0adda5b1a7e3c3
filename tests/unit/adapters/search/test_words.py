"""Texts are compared by the stems of their words, and spellings by the slips between them."""

import pytest

from fullcourse.adapters.search.words import edits, fits, stems, tokens, within


def test_case_width_and_quotes_do_not_make_another_word() -> None:
    assert tokens("CAN’T I Drink?") == tokens("can't i drink") == ["can't", "i", "drink"]


def test_endings_do_not_make_another_word() -> None:
    assert stems("seizures breathing avoided") == stems("seizure breathe avoiding")


def test_a_wording_fits_in_its_order_only() -> None:
    asked = stems("how long until it works")
    assert fits(stems("how long work"), asked)
    assert not fits(stems("work how long"), asked)


@pytest.mark.parametrize(("between", "fitting"), [(2, True), (1, False), (None, True)])
def test_a_wording_fits_with_at_most_so_many_words_between(between: int | None, fitting: bool) -> None:
    assert fits(stems("cannot breathe"), stems("cannot really well breathe"), between) is fitting


def test_the_first_word_may_stand_twice_before_the_second_fits() -> None:
    assert fits(stems("not breathing"), stems("not sure why he is not breathing"), 0)


def test_only_a_long_word_may_be_misspelt_by_one_letter_where_that_is_asked_for() -> None:
    assert fits(stems("seizure"), stems("siezure"), near=True)
    assert not fits(stems("seizure"), stems("siezure"))
    assert not fits(stems("hives"), stems("lives"), near=True)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("cycloserine", "cycloserine", 0),
        ("cyclosrine", "cycloserine", 1),
        ("cyclosreine", "cycloserine", 1),
        ("cycloserin", "cycloserine", 1),
        ("cyclosporine", "cycloserine", 2),
        ("", "abc", 3),
    ],
)
def test_a_slip_is_a_letter_more_less_changed_or_swapped(one: str, other: str, slips: int) -> None:
    assert edits(one, other) == edits(other, one) == slips
    assert within(one, other, slips)
    assert slips == 0 or not within(one, other, slips - 1)

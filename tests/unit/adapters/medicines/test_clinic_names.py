"""Names as clinics write them: how many are read whole, and that none is read as another medicine."""

from collections import Counter

import pytest

from clinic_names import clinic_spellings, drawn_spellings, public_names, second_spellings

SPELLINGS = clinic_spellings()
KINDS = sorted({name.kind for name in SPELLINGS})
_NOT_FOUND = {"abbreviation": 2, "fixed combination": 9, "habit": 6, "brand": 6, "code": 5}
"""How many of a kind are not read; every other kind is read whole. None may be read wrongly."""


def test_at_least_95_per_cent_of_clinic_spellings_are_read_whole_and_none_wrongly():
    verdicts = Counter(name.verdict() for name in SPELLINGS)
    assert verdicts["wrong"] == 0
    assert verdicts["right"] >= 0.95 * len(SPELLINGS)
    medicines = [name for name in SPELLINGS if len(name.meanings) == 1]
    assert sum(name.verdict() == "right" for name in medicines) >= 0.95 * len(medicines)


def test_at_least_95_per_cent_of_the_medicines_of_public_sample_records_are_read_whole_and_none_wrongly():
    verdicts = Counter(name.verdict() for name in public_names())
    assert verdicts["wrong"] == 0
    assert verdicts["right"] >= 0.95 * verdicts.total()


def test_of_names_for_which_no_row_was_added_most_are_read_whole_and_none_wrongly():
    names = second_spellings()
    assert sum(name.verdict() == "wrong" for name in names) == 0
    medicines = [name for name in names if name.meanings]
    assert sum(name.verdict() == "right" for name in medicines) >= 0.88 * len(medicines)


@pytest.mark.parametrize(("which", "number", "right"), [("third", 150, 132), ("fourth", 100, 71), ("fifth", 100, 78)])
def test_of_names_drawn_from_other_lists_none_is_read_wrongly_and_as_many_whole_as_before(which, number, right):
    names = drawn_spellings(which)
    verdicts = Counter(name.verdict() for name in names)
    assert len(names) == number
    assert all(name.kind for name in names)
    assert verdicts["wrong"] == 0
    assert verdicts["right"] >= right


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_spelling_is_read_and_no_name_of_it_wrongly(kind):
    verdicts = Counter(name.verdict() for name in SPELLINGS if name.kind == kind)
    assert verdicts["wrong"] == 0
    assert verdicts["silent"] <= _NOT_FOUND.get(kind, 0)


def test_at_least_60_names_are_look_alikes_or_no_medicine_at_all():
    assert sum(name.kind in ("look-alike", "not a medicine", "ambiguous") for name in SPELLINGS) >= 60


@pytest.mark.parametrize(
    "name", [name for name in SPELLINGS if name.kind == "ambiguous"], ids=lambda name: name.names[0]
)
def test_a_name_of_two_medicines_names_both_and_chooses_none(name):
    reading = name.reading()
    assert reading.ingredients == ()
    assert set(reading.partial) == {ingredient for meaning in name.meanings for ingredient in meaning}
    assert reading.reason

"""Entries of medicine lists over columns: each gets what the one-patient rules say of it, in every window."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from columns_of import part_of
from fullcourse.clinical import Medicine, Record, Taken, Unrecognised, parse_moment
from fullcourse.cohort.medicines import dated_later, not_understood, taken_within
from fullcourse.rules import medicine_list
from fullcourse.rules.begun_medicines import begun, is_over
from small_knowledge import small

AT = date(2026, 6, 15)
STATES = (Taken.NOW, Taken.PAST, Taken.MAYBE)
DAYS = (None, -3, -1, 0, 1, 6, 7, 8, 29, 30, 31)


def moment(days):
    return None if days is None else parse_moment((AT - timedelta(days=days)).isoformat(), "on")


def everything():
    """Return an entry for each state, start, end and length that lie on both sides of every limit."""
    entry = Medicine("Product", (), (), "", Taken.NOW, None, None, "MedicationRequest/1")
    made = [
        replace(entry, taken=taken, since=moment(since), until=moment(until), lasts=lasts)
        for taken, since, until, lasts in product(Taken, (None, -1, 0, 40), DAYS, ((0, 0), (7, 30)))
    ]
    made += [replace(entry, taken=taken, until=parse_moment("2026-06", "until")) for taken in Taken]
    return made + [replace(entry, taken=taken, since=parse_moment("2026", "since")) for taken in Taken]


@pytest.fixture(scope="module")
def listed():
    entries = everything()
    records = [
        Record({}, (entry,), (Unrecognised("medicine", "Product", entry.origin, "it is not known"),))
        for entry in entries
    ]
    return entries, part_of(records, small()).medicines


@pytest.mark.parametrize("window", [None, 0, 7, 14])
def test_each_entry_counts_in_a_window_as_it_does_for_one_patient(window, listed):
    entries, columns = listed
    names = (Taken.NOW, Taken.PAST, Taken.MAYBE)
    found = [names[number] for number in taken_within(columns, AT, window)]
    expected = [medicine_list.taken_within(entry, AT, window) for entry in entries]
    assert found == expected
    assert set(found) == set(STATES)


def test_what_begins_later_and_what_is_over_is_told_as_for_one_patient(listed):
    entries, columns = listed
    assert dated_later(columns, AT, len(entries)).tolist() == [bool(begun([entry], AT)[1]) for entry in entries]
    assert not_understood(columns, AT, len(entries)).tolist() == [not is_over(entry, AT) for entry in entries]

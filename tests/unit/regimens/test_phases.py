"""Phases get their dates from weeks of days and months of the calendar."""

from datetime import date

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.regimens import Extension, PartDrug, Phase
from fullcourse.regimens.phases import add_months, dated_phases

DRUG = (PartDrug(("exampline",)), PartDrug(("sampline",), months=2))
NAMES = {0: ("exampline", "sampline"), 1: ("exampline",)}


def test_months_end_with_the_shorter_month():
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert add_months(date(2026, 11, 30), 0) == date(2026, 11, 30)


def test_a_regimen_beyond_the_calendar_is_refused():
    with pytest.raises(InputError, match="beyond the year"):
        add_months(date(9999, 6, 1), 7)


def test_a_phase_ends_the_day_before_the_next_begins():
    phases = (Phase("first", DRUG, weeks=8, doses=56, complete_within_months=3), Phase("second", DRUG, months=4))
    first, second = dated_phases(phases, date(2026, 12, 1), NAMES)
    assert (first.starts, first.ends, first.complete_by) == (date(2026, 12, 1), date(2027, 1, 25), date(2027, 2, 28))
    assert (second.starts, second.ends) == (date(2027, 1, 26), date(2027, 5, 25))
    assert (first.doses_required, second.doses_required, second.complete_by) == (56, None, None)


def test_a_drug_may_end_before_its_phase():
    (phase,) = dated_phases((Phase("first", DRUG, months=4),), date(2026, 12, 1), NAMES)
    assert [(it.drug, it.ends) for it in phase.drugs] == [
        ("exampline", date(2027, 3, 31)),
        ("sampline", date(2027, 1, 31)),
    ]


def test_an_extension_and_a_range_of_lengths_have_their_own_last_days():
    longer = Extension("where it is needed", weeks=39, complete_within_months=10)
    phases = (Phase("whole", DRUG, weeks=26, extension=longer), Phase("late", DRUG, months=18, months_at_most=20))
    whole, late = dated_phases(phases, date(2026, 12, 1), NAMES)
    assert (whole.ends, whole.extends_to) == (date(2027, 5, 31), date(2027, 8, 30))
    assert whole.extension_complete_by == date(2027, 9, 30)
    assert (late.length, late.ends, late.ends_at_latest) == ("18 to 20 months", date(2028, 11, 30), date(2029, 1, 31))


def test_without_a_start_nothing_has_a_date():
    (phase,) = dated_phases((Phase("first", DRUG, months=4, complete_within_days=70),), None, NAMES)
    assert {phase.starts, phase.ends, phase.complete_by, *(it.ends for it in phase.drugs)} == {None}

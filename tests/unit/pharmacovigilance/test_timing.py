"""Days between dates that are known to the day, the month or the year, and the last change of a dose."""

import pytest

from fullcourse.clinical.moment import parse_moment
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug
from fullcourse.pharmacovigilance.timing import change_before, days_between, first_of, may_agree, said_when


def day(text: str):
    return parse_moment(text, "day")


@pytest.mark.parametrize(
    ("first", "later", "days"),
    [
        ("2026-11-03", "2026-11-03", "0"),
        ("2026-10-20", "2026-11-03", "14"),
        ("2026-11-03", "2026-10-20", "-14"),
        ("2026-10", "2026-11-03", "3 to 33"),
        ("2026", "2026", "-364 to 364"),
        ("2026-11-03T23:00:00+00:00", "2026-11-04T01:00:00+00:00", "1"),
    ],
)
def test_days_are_a_range_as_wide_as_the_dates_leave_open(first, later, days):
    assert str(days_between(day(first), day(later))) == days


def test_without_one_of_them_nobody_knows():
    assert days_between(None, day("2026")) is None
    assert days_between(day("2026"), None) is None


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [("2026-11", "2026-11-30", True), ("2026-11", "2026-12-01", False), ("2026", "2026-12-31", True)],
)
def test_a_month_agrees_with_each_of_its_days(one, other, agrees):
    assert may_agree(day(one), day(other)) is agrees
    assert may_agree(day(other), day(one)) is agrees


def test_the_earliest_that_is_known():
    assert first_of([None, day("2026-11"), day("2026-10-31")]) == day("2026-10-31")
    assert first_of([None]) is None


def test_a_time_is_said_apart_from_its_day():
    assert said_when(day("2026-11-03T08:00:00Z")) == "2026-11-03 08:00 +00:00"
    assert said_when(day("2026-11-03T08:00:00")) == "2026-11-03 08:00"


def drug(*dosages: Dosage) -> ReportedDrug:
    return ReportedDrug("cycloserine", None, dosages=dosages)


LOW = Dosage(250.0, "mg", 12.0, "h", day("2026-10-01"))
HIGH = Dosage(500.0, "mg", 12.0, "h", day("2026-10-20"))


def test_the_last_change_before_the_onset_counts_and_one_after_it_does_not():
    assert change_before(drug(LOW, HIGH), day("2026-11-03")) == (
        day("2026-10-20"),
        "250 mg every 12 h, then 500 mg every 12 h",
    )
    assert change_before(drug(LOW, HIGH), day("2026-10-20")) is not None
    assert change_before(drug(LOW, HIGH), day("2026-10-19")) is None


def test_the_same_dose_twice_is_no_change_and_words_are_compared_where_no_amount_is_known():
    again = Dosage(250.0, "mg", 12.0, "h", day("2026-10-20"), text="as before")
    assert change_before(drug(LOW, again), day("2026-11-03")) is None
    words = [Dosage(text=text, start=day(on)) for text, on in (("one", "2026-10-01"), ("two", "2026-10-20"))]
    assert change_before(drug(*words), day("2026-11-03")) == (day("2026-10-20"), "one, then two")
    unknown = Dosage(start=day("2026-10-25"))
    change = change_before(drug(HIGH, unknown), day("2026-11-03"))
    assert change is not None and change[1].endswith("then not known")


def test_without_an_onset_or_a_start_there_is_no_change():
    assert change_before(drug(LOW, HIGH), None) is None
    assert change_before(drug(LOW, Dosage(500.0, "mg")), day("2026-11-03")) is None

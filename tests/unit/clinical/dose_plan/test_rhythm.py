"""Days and hours on which doses fall: what is counted, what is named, and what is two rhythms."""

import pytest

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError

MWF = ("mon", "wed", "fri")


def step(text: str) -> DoseStep:
    (read,) = parse_dose_plan(text)
    return read


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("tiw", MWF),
        ("tiw on tue, thu, sat", ("tue", "thu", "sat")),
        ("weekly", ("mon",)),
        ("weekly on tue", ("tue",)),
        ("on weekdays", ("mon", "tue", "wed", "thu", "fri")),
        ("6 days a week", ("mon", "tue", "wed", "thu", "fri", "sat")),
        ("fri to mon", ("mon", "fri", "sat", "sun")),
        ("tue through thu", ("tue", "wed", "thu")),
        ("sun to sat", ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
        ("mon-fri", ("mon", "tue", "wed", "thu", "fri")),
        ("daily on mon, wed, fri", MWF),
        ("q24h M-W-F", MWF),
    ],
)
def test_days_of_the_week(written: str, days: tuple[str, ...]):
    assert step(f"500 mg {written}").days_of_week == days


def test_seven_days_a_week_is_every_day():
    assert step("250 mg q12h 7 days a week") == step("250 mg q12h")


@pytest.mark.parametrize(
    ("written", "days"), [("every 2 weeks", 14), ("every 3 days", 3), ("q3d", 3), ("every two weeks", 14), ("qod", 2)]
)
def test_days_between_doses(written: str, days: int):
    assert step(f"500 mg {written}").every_days == days


@pytest.mark.parametrize("hours", [36, 48, 60, 156, 168])
def test_hours_that_keep_no_time_of_day_are_counted_in_hours(hours: int):
    assert step(f"500 mg q{hours}h").every_h == hours


@pytest.mark.parametrize("hours", [5, 25, 30, 37, 180, 0])
def test_hours_that_nobody_can_lay_out_are_refused(hours: int):
    with pytest.raises(InputError, match=f"'q{hours}h' is not understood"):
        step(f"500 mg q{hours}h")


def test_hours_from_a_time_are_counted_whatever_they_are():
    read = step("500 mg every 12 h from 06:00")
    assert (read.every_h, read.doses[0].at) == (12, "06:00")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("250 mg q12h every other day", ["08:00", "20:00"]),
        ("250 mg once a day every other day", ["08:00"]),
        ("250 mg daily on mon, thu", ["08:00"]),
        ("250 mg at 08:00, 14:00 and 20:00", ["08:00", "14:00", "20:00"]),
        ("250 mg morning and evening", ["morning", "evening"]),
    ],
)
def test_the_times_of_a_dosing_day(text: str, times: list[str]):
    assert [dose.at for dose in step(text).doses] == times


@pytest.mark.parametrize(
    "text",
    ["250 mg daily every other day", "250 mg q24h every other day", "250 mg every 24 hours every 3 days",
     "250 mg q48h twice a day", "250 mg q36h daily"],
)  # fmt: skip
def test_a_time_of_every_day_against_days_between_doses_is_two_rhythms(text: str):
    with pytest.raises(InputError, match="are two rhythms for one dose"):
        step(text)


def test_how_often_that_can_be_laid_out_in_several_ways_is_asked_back_in_its_own_words():
    with pytest.raises(InputError, match="'4 times a week' can be laid out in several ways"):
        step("250 mg 4 times a week")


def test_a_time_that_is_half_understood_is_refused_whole():
    with pytest.raises(InputError, match="'morning and teatime' is not understood"):
        step("250 mg morning and teatime")


DAYS = "on mon, tue, wed, thu, fri, sat, sun, mondays, tuesdays, wednesdays, thursdays"


def test_long_words_are_cut_in_messages():
    with pytest.raises(InputError, match=f": '{DAYS[:60]}' names a day twice"):
        step(f"250 mg {DAYS}")
    spans = "on mondays to tuesdays, wednesdays to thursdays, fridays, saturdays"
    with pytest.raises(InputError, match=f": '{spans[:60]}' mixes days"):
        step(f"250 mg {spans}")
    with pytest.raises(InputError, match=f": '{'x' * 40}' is not understood"):
        step(f"250 mg {'x' * 50}")

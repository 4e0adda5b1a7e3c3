"""Dose logs, and histories that cannot be weighed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.inputs.dose_log import (
    check_history,
    doses_as_prescribed,
    read_dose_log,
    refuse_simultaneous,
)
from fullcourse.pharmacokinetics.inputs.level_text import parse_level

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def test_a_csv_log_keeps_what_was_seen_taken():
    doses = read_dose_log("at,mg,observed\n2026-11-03T08:00Z,250,no\n2026-11-03T20:00Z,250,yes\n", "doses.csv")
    assert [dose.observed for dose in doses] == [False, True]


def test_a_toml_log_is_read():
    doses = read_dose_log("[[dose]]\nat = 2026-11-03T08:00:00Z\nmg = 250\ntime_sd_h = 1.5\n", "doses.toml")
    assert (doses[0].mg, doses[0].time_sd_h) == (250.0, 1.5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("at,mg\n", "holds no doses"),
        ("at,mg\n2026-11-03T20:00Z,250\n2026-11-03T08:00Z,250\n", "dose 2 is earlier than the one before it"),
        ("at,mg\n2026-11-03T08:00Z,250\n2026-11-03T08:00Z,250\n", "dose 2 has the time of the one before it"),
        ("at,mg\n2026-11-03T08:00Z,0\n", "is not above 0"),
        ("at,mg\n2026-11-03T08:00Z,lots\n", "not a number"),
        ("at,mg\n,250\n", "not understood"),
        ("at,mg\n2026-11-03T08:00Z,250\n2026-11-03T20:00,250\n", "dose 2: the time has no zone"),
        ("at,mg,observed\n2026-11-03T08:00Z,250,perhaps\n", "Write true or false"),
        ("at,mg,taken_probability\n2026-11-03T08:00Z,250,1.5\n", "not between 0 and 1"),
        ("at,mg,taken_probability\n2026-11-03T08:00Z,250,0.99\n", "once with the dose, and once with its row left out"),
        ("at,mg,taken_probability\n2026-11-03T08:00Z,250,0\n", "once with the dose, and once with its row left out"),
        ("at,mg,time_sd_h\n2026-11-03T08:00Z,250,48\n", "not between 0 and 24"),
    ],
)
def test_a_log_that_is_wrong_is_refused_with_the_row(text: str, why: str):
    with pytest.raises(InputError, match=why):
        read_dose_log(text, "doses.csv")


def test_a_dose_that_was_taken_for_certain_may_say_so():
    log = "[[dose]]\nat = 2026-11-03T08:00:00Z\nmg = 250\ntaken_probability = {}\n"
    assert read_dose_log(log.format(1), "doses.toml")[0].mg == 250.0
    with pytest.raises(InputError, match="counted as taken"):
        read_dose_log(log.format(0), "doses.toml")


def test_a_level_before_the_first_dose_is_refused():
    with pytest.raises(InputError, match="before the first known dose"):
        check_history([TakenDose(NOON, 250.0)], [parse_level("31 mg/L @ 2026-11-03T10:05Z")])


def test_a_sample_given_twice_is_refused():
    levels = [parse_level("31 mg/L @ 2026-11-03T14:05Z")] * 2
    with pytest.raises(InputError, match="given twice"):
        check_history([TakenDose(NOON, 250.0)], levels)


def test_two_values_of_one_moment_are_replicates():
    levels = [parse_level("31 mg/L @ 2026-11-03T14:05Z"), parse_level("29 mg/L @ 2026-11-03T14:05Z")]
    check_history([TakenDose(NOON, 250.0)], levels)


def test_levels_without_any_dose_are_refused():
    with pytest.raises(InputError, match="none is known"):
        check_history([], [parse_level("31 mg/L @ 2026-11-03T14:05Z")])


def test_prescribed_doses_are_doses_that_nobody_saw():
    doses = doses_as_prescribed(parse_dose_plan("250 mg q12h"), NOON - timedelta(days=2), NOON)
    assert len(doses) == 5
    assert not any(dose.observed for dose in doses)


def test_a_plan_that_names_another_first_day_is_refused():
    plan = parse_dose_plan(f"from {NOON.date()}: 250 mg q12h")
    assert len(doses_as_prescribed(plan, NOON, NOON)) == 1
    with pytest.raises(InputError, match="the plan begins on"):
        doses_as_prescribed(plan, NOON - timedelta(days=2), NOON)


def test_doses_after_dialysis_are_not_laid_out_for_a_model():
    with pytest.raises(InputError, match="what dialysis takes out"):
        doses_as_prescribed(parse_dose_plan("500 mg after dialysis on mon"), NOON - timedelta(days=9), NOON)


def test_a_treatment_that_begins_after_the_level_is_refused():
    with pytest.raises(InputError, match="earlier than the start"):
        doses_as_prescribed(parse_dose_plan("250 mg q12h"), NOON, NOON - timedelta(days=2))


def test_two_doses_of_a_record_at_one_instant_are_refused_whatever_their_amounts_and_zones():
    same = NOON.astimezone(timezone(timedelta(hours=2)))
    with pytest.raises(InputError, match="a/1 and a/2 have one time"):
        refuse_simultaneous([TakenDose(NOON, 250.0, origin="a/1"), TakenDose(same, 500.0, origin="a/2")])


def test_two_doses_of_a_record_a_second_apart_are_two():
    refuse_simultaneous([TakenDose(NOON, 250.0), TakenDose(NOON + timedelta(seconds=1), 250.0)])


@pytest.mark.parametrize(
    ("column", "value", "hours"), [("over_h", "0.5", 0.5), ("over_min", "30", 0.5), ("rate_mg_per_h", "1500", 0.5)]
)
def test_a_log_says_how_long_an_infusion_was(column: str, value: str, hours: float):
    (dose,) = read_dose_log(f"at,mg,{column}\n2026-11-03T08:00,750,{value}\n", "log.csv")
    assert dose.over_h == hours


@pytest.mark.parametrize(
    ("columns", "values"),
    [("over_h", "-1"), ("over_h", "24.5"), ("over_min", "0"), ("over_min", "soon"), ("over_h,over_min", "0.5,30"),
     ("rate_mg_per_h", "1")],
)  # fmt: skip
def test_a_length_of_an_infusion_that_cannot_be_is_refused(columns: str, values: str):
    with pytest.raises(InputError, match="dose 1"):
        read_dose_log(f"at,mg,{columns}\n2026-11-03T08:00,750,{values}\n", "log.csv")

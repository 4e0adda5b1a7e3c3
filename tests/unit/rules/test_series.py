"""A series is every stated result of a fact by date, whatever the fact itself comes to."""

from datetime import date

from fullcourse.clinical import Evidence, Record, parse_moment
from fullcourse.clinical.fact import Standing
from fullcourse.rules.series import stated_series


def culture(value: str | None, on: str | None, standing: Standing = Standing.STATED) -> Evidence:
    return Evidence(
        "sputum_culture", value, parse_moment(on, "on") if on else None, f"Observation/{on}", value, "", standing
    )


def series(*pieces: Evidence) -> list[str]:
    record = Record({"sputum_culture": pieces})
    return [str(piece.value) for piece in stated_series(record, "sputum_culture", date(2026, 11, 22))]


def test_results_stand_in_the_order_of_their_dates_and_the_undated_before_them():
    assert series(culture("negative", "2026-11-01"), culture("positive", "2026-09-01"), culture("positive", None)) == [
        "positive",
        "positive",
        "negative",
    ]


def test_results_of_one_day_that_disagree_both_stand():
    assert series(culture("positive", "2026-11-01"), culture("negative", "2026-11-01")) == ["negative", "positive"]


def test_a_result_of_the_day_of_the_check_is_seen_and_one_of_the_next_day_is_not():
    assert series(culture("negative", "2026-11-22"), culture("positive", "2026-11-23")) == ["negative"]


def test_what_is_not_stated_is_no_result():
    assert series(culture(None, "2026-11-01", Standing.UNUSABLE), culture(None, "2026-11-02", Standing.UNSURE)) == []


def test_a_fact_that_nobody_recorded_has_an_empty_series():
    assert stated_series(Record({}), "sputum_smear", date(2026, 11, 22)) == ()

"""What a day comes to agrees with closed forms and with its curve; what a next sample settles is said once."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bedside import asked_patient
from fullcourse.clinical.level import Level
from fullcourse.journey.levels.estimates import estimates_of
from fullcourse.pharmacokinetics.advice.own_course import OwnCourse
from fullcourse.pharmacokinetics.advice.own_exposure import next_settles, own_exposure

START = datetime(2026, 11, 1, tzinfo=UTC)
TIMES = np.arange(0.0, 72.25, 0.25)


def course(levels: np.ndarray, day: tuple[float, ...] = (8.0,)) -> OwnCourse:
    return OwnCourse(day, TIMES, {"c": np.atleast_2d(levels)})


def falling(half_life_h: float, top: float = 16.0) -> np.ndarray:
    return np.where(TIMES < 8.0, 0.0, top * 0.5 ** ((TIMES - 8.0) / half_life_h))


@pytest.mark.parametrize("half_life_h", [1.5, 6.0, 40.0])
def test_a_curve_that_falls_by_halves_has_its_area_its_ends_and_its_half_life(half_life_h: float):
    day = own_exposure(course(falling(half_life_h)), "c", START)
    rate = np.log(2.0) / half_life_h
    assert day.begins == START + timedelta(hours=8)
    assert day.auc24[0] == pytest.approx(16.0 / rate * -np.expm1(-24.0 * rate), rel=1e-9)
    assert day.peak[0] == pytest.approx(16.0)
    assert day.trough[0] == pytest.approx(16.0 * 0.5 ** (24.0 / half_life_h))
    assert day.half_life_h[0] == pytest.approx(half_life_h, rel=1e-9)


def test_the_time_above_a_level_is_that_until_the_curve_crosses_it():
    day = own_exposure(course(falling(6.0)), "c", START)
    assert day.percent_above(4.0)[0] == pytest.approx(100.0 * 12.0 / 24.0, abs=0.5)
    assert day.percent_above(1e-6)[0] == pytest.approx(100.0)
    assert day.percent_above(16.0)[0] == pytest.approx(0.0)


def test_the_trough_of_two_doses_is_the_lower_of_what_stands_before_them():
    levels = np.where(TIMES < 20.0, 5.0, 9.0)
    levels[TIMES == 20.0] = 3.0
    assert own_exposure(course(levels, (8.0, 20.0)), "c", START).trough[0] == 3.0


def test_a_level_that_rises_until_the_end_has_no_half_life():
    assert np.isinf(own_exposure(course(TIMES), "c", START).half_life_h[0])


def test_a_low_rifampicin_level_asks_for_a_sample_that_tells_late_from_little():
    person = asked_patient("rifampicin.smythe-2012", days=3, level="1.5 mg/L")
    settles = estimates_of(person, "rifampicin.smythe-2012", seed=1).first.settles
    assert settles is not None
    assert 6.0 <= settles.hours <= 8.0
    assert settles.if_late[1] > 2.0 * settles.if_little[1]


def test_a_level_as_expected_and_two_samples_of_one_dose_ask_nothing():
    model = "cycloserine.alghamdi-2019"
    assert estimates_of(asked_patient(model, days=20), model, seed=1).first.settles is None
    curve = course(np.tile(falling(6.0), (20, 1)))
    pair = [Level(3.0, START + timedelta(hours=hours)) for hours in (10, 14)]
    assert next_settles(own_exposure(curve, "c", START), curve, pair, START) is None

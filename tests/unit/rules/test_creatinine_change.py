"""The quick way through many creatinine values says what laying each beside every other says."""

import math
import random
import time

from fullcourse.clinical.acute_kidney_injury import KDIGO_LONGER_WINDOW_HOURS, meets_kdigo_creatinine_criterion
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.quantity import Interval
from fullcourse.rules.creatinine_change import is_unstable


def by_pairs(dated) -> bool:
    newest = max((on.end_s for on, _ in dated), default=-math.inf)
    recent = [(on, value) for on, value in dated if newest - on.end_s <= KDIGO_LONGER_WINDOW_HOURS * 3600]
    for index, (one, first) in enumerate(recent):
        for other, second in recent[index + 1 :]:
            lower, higher = sorted((first, second), key=lambda value: value.high)
            hours = max(0.0, one.start_s - other.end_s, other.start_s - one.end_s) / 3600
            if 0 < lower.high <= higher.low < math.inf and meets_kdigo_creatinine_criterion(
                lower.high, higher.low, hours
            ):
                return True
    return False


def any_moment(chance: random.Random):
    day = chance.randrange(1, 13)
    return parse_moment(
        chance.choice([f"2026-11-{day:02d}", f"2026-11-{day:02d}T{chance.randrange(24):02d}:00:00Z", "2026-11"]), "on"
    )


def any_value(chance: random.Random) -> Interval:
    low = chance.choice([0.8, 0.9, 1.0, 1.05, 1.2, 1.25, 1.6])
    high = chance.choice([low, low, low, low + 0.2, math.inf])
    return Interval(chance.choice([low, low, 0.0]), high)


def test_it_says_what_every_pair_says():
    chance, said = random.Random(26), []
    for _ in range(4000):
        dated = [(any_moment(chance), any_value(chance)) for _ in range(chance.randrange(0, 12))]
        said.append(is_unstable(dated))
        assert said[-1] is by_pairs(dated), dated
    assert 400 < sum(said) < 3600


def test_the_shorter_window_ends_after_48_hours():
    def apart(moment: str) -> bool:
        dated = [("2026-11-01T08:00:00Z", 0.9), (moment, 1.2)]
        return is_unstable([(parse_moment(on, "on"), Interval(value, value)) for on, value in dated])

    assert apart("2026-11-03T08:00:00Z")
    assert not apart("2026-11-03T09:00:00Z")


def test_thousands_of_values_cost_no_more_than_their_number():
    day = parse_moment("2026-11-20", "on")
    values = [(day, Interval(1 + place / 100_000, 1 + place / 100_000)) for place in range(8000)]
    hours = [
        (parse_moment(f"2026-11-20T{place // 3600 % 24:02d}:{place // 60 % 60:02d}:{place % 60:02d}Z", "on"), value)
        for place, (_, value) in enumerate(values)
    ]
    for dated in (values, hours):
        begun = time.process_time()
        assert not is_unstable(dated)
        assert time.process_time() - begun < 1


def unstable(*dated: tuple[str, float]) -> bool:
    return is_unstable([(parse_moment(on, "on"), Interval(value, value)) for on, value in dated])


def test_the_longer_window_holds_seven_days_before_the_newest_and_no_minute_more():
    assert unstable(("2026-11-01T08:00:00Z", 0.9), ("2026-11-08T08:00:00Z", 1.4))
    assert not unstable(("2026-11-01T07:59:00Z", 0.9), ("2026-11-08T08:00:00Z", 1.4))


def test_a_rise_within_two_days_counts_where_a_third_value_is_lower_and_too_far_off():
    assert unstable(("2026-11-01T08:00:00Z", 1.0), ("2026-11-02T08:00:00Z", 1.35), ("2026-11-06T08:00:00Z", 0.95))
    assert not unstable(("2026-11-01T08:00:00Z", 1.1), ("2026-11-02T08:00:00Z", 1.35), ("2026-11-06T08:00:00Z", 0.95))


def test_a_fall_over_exactly_two_days_counts_too():
    low = ("2026-11-07T08:00:00Z", 0.95)
    assert unstable(("2026-11-01T08:00:00Z", 1.35), ("2026-11-03T08:00:00Z", 1.0), low)
    assert not unstable(("2026-11-01T08:00:00Z", 1.35), ("2026-11-03T08:01:00Z", 1.0), low)


def test_a_lower_value_before_the_longer_window_hides_no_rise_within_it():
    assert unstable(("2026-11-01T07:59:00Z", 0.8), ("2026-11-03T08:00:00Z", 0.9), ("2026-11-08T08:00:00Z", 1.4))


def test_two_unequal_values_of_one_instant_count_beside_a_lower_one_long_before():
    at = "2026-11-06T08:00:00Z"
    assert unstable(("2026-11-01T08:00:00Z", 0.95), (at, 1.0), (at, 1.35))

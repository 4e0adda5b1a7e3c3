"""How long medicine lasts, by lot, as a range; and by when it is ordered."""

from datetime import date

import pytest

from course_cases import course
from course_events import at, event, started
from fullcourse.adapters.working_days import every_day_is_open, working_days_of
from fullcourse.clinical import Event, InputError
from fullcourse.clinical.event_bodies import Dispensed, DoseTaken, StockCounted
from fullcourse.course.supply import Supply
from fullcourse.journey.course import supplies_of
from patients import knowledge

FORM = "capsule 250 mg"
PLAN = started("cycloserine: 250 mg q12h")


def dispensed(units: float, on: str = "2026-03-02T07:00", lot: str = "A", **more: object) -> Event:
    return event(Dispensed("cycloserine", FORM, units, lot, **more), on)  # type: ignore[arg-type]


def doses(first: int, last: int) -> list[Event]:
    return [
        event(DoseTaken("cycloserine", 250.0), f"2026-03-{day:02}T{hour}:00")
        for day in range(first, last)
        for hour in ("08", "20")
    ]


def supply(log: list[Event], now: str, country: str = "") -> Supply:
    is_open = working_days_of(country) if country else every_day_is_open
    (one,) = supplies_of(course([PLAN, *log]), knowledge(), at(now), is_open)
    return one


def test_twenty_capsules_last_ten_days_and_are_ordered_five_days_before_they_run_out():
    one = supply([dispensed(20)], "2026-03-02T07:30")
    assert (one.lasts_low, one.lasts_high) == (date(2026, 3, 11), date(2026, 3, 11))
    assert one.order_on == date(2026, 3, 7)
    assert one.urgency == "none"


@pytest.mark.parametrize(
    ("day", "urgency"), [("2026-03-06", "none"), ("2026-03-07", "order"), ("2026-03-09", "urgent")]
)
def test_five_days_is_the_reminder_and_three_are_urgent(day: str, urgency: str):
    """S079, I-0008: at most 5 days, at most 3."""
    taken = doses(2, int(day[-2:]))
    one = supply([dispensed(20), *taken], f"{day}T07:00")
    assert one.lasts_low == date(2026, 3, 11)
    assert one.urgency == urgency
    assert all(said.citation.source == "article" for said in one.executed)


def test_doses_of_which_nobody_said_anything_make_a_range():
    one = supply([dispensed(20)], "2026-03-05T07:30")
    assert (one.lasts_low, one.lasts_high) == (date(2026, 3, 11), date(2026, 3, 14))


def test_a_count_ends_what_was_not_known_before():
    counted = event(StockCounted("cycloserine", FORM, 10, "A"), "2026-03-05T07:00")
    one = supply([dispensed(20), counted], "2026-03-05T07:30")
    # Last night's dose can still be taken: one capsule more or less.
    assert (one.lasts_low, one.lasts_high) == (date(2026, 3, 8), date(2026, 3, 9))


def test_a_lot_counts_for_nothing_after_its_last_day():
    one = supply([dispensed(20, expires_on=date(2026, 3, 5))], "2026-03-02T07:30")
    assert one.lasts_low == date(2026, 3, 5)
    later = supply([dispensed(8, expires_on=date(2026, 3, 5)), dispensed(20, lot="B")], "2026-03-02T07:30")
    assert later.lasts_low == date(2026, 3, 15)


def test_more_taken_than_was_ever_counted_is_said_and_lasts_nowhere():
    """Report MedTimer 784 and its kind: stock below nothing is no stock."""
    one = supply([dispensed(2), *doses(2, 5)], "2026-03-05T07:30")
    assert one.is_uncounted
    assert one.lasts_low == date(2026, 3, 4)
    assert one.order_on == date(2026, 3, 5)
    assert one.urgency == "urgent"


def test_no_repeats_left_means_the_prescriber_is_contacted():
    one = supply([dispensed(6, repeats_left=0)], "2026-03-02T07:30")
    assert "cycloserine.supply.no-repeats-left" in {said.statement for said in one.executed}
    assert one.repeats_left == 0
    with_repeats = supply([dispensed(6, repeats_left=1)], "2026-03-02T07:30")
    assert "cycloserine.supply.no-repeats-left" not in {said.statement for said in with_repeats.executed}


def test_an_order_day_on_a_weekend_moves_to_the_friday_before():
    one = supply([dispensed(20)], "2026-03-02T07:30", "ZA")
    assert date(2026, 3, 7).weekday() == 5
    assert one.order_on == date(2026, 3, 6)


def test_an_order_day_on_a_holiday_moves_to_the_working_day_before():
    # Out on 26 March; five days before is Saturday 21 March, Human Rights Day in South Africa.
    one = supply([dispensed(48)], "2026-03-02T07:30", "ZA")
    assert one.lasts_low == date(2026, 3, 25)
    assert one.order_on == date(2026, 3, 20)
    assert not working_days_of("ZA")(date(2026, 4, 3))  # Good Friday


def test_an_order_that_is_late_falls_on_the_next_working_day():
    one = supply([dispensed(4)], "2026-03-07T07:30", "ZA")  # a Saturday, and the stock is gone
    assert one.order_on == date(2026, 3, 9)


def test_a_country_that_nobody_knows_is_refused_with_the_mend():
    with pytest.raises(InputError, match="two letters"):
        working_days_of("Atlantis")


def test_enough_for_the_whole_plan_needs_no_order():
    log = [started("cycloserine: 250 mg q12h", days=5), dispensed(20)]
    (one,) = supplies_of(course(log), knowledge(), at("2026-03-02T07:30"), every_day_is_open)
    assert one.is_open_end
    assert one.order_on is None

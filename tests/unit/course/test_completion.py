"""A course is complete by doses taken inside their time; adherence is a range while something is not known."""

from datetime import date, timedelta

import pytest

from course_cases import course
from course_events import START, at, event, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, Event
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited, Held, Resumed
from fullcourse.course.completion import PhaseNeeds, completion_of, month_later
from fullcourse.course.days import Lapse, TreatmentDay, all_standings, days_of, lapses_of
from fullcourse.course.standing import Adherence, SlotStanding, Standing, adherence_of

UTC_ZONE = load_zone("UTC")


def dose(on: str, drug: str = "rifampin", mg: float = 600.0, **more: object) -> Event:
    return event(DoseTaken(drug, mg), on, **more)


def ordered(body: Held | Resumed, on: str) -> Event:
    return event(body, on, actor="clinician")


def standings(log: list[Event], now: str) -> tuple[SlotStanding, ...]:
    return all_standings(course([started("rifampin: 600 mg once a day"), *log]), at(now), 2.0)


def adherence(log: list[Event], now: str) -> Adherence:
    return adherence_of(standings(log, now), UTC_ZONE)


def test_unknown_is_never_missed_and_makes_a_range():
    one = adherence([dose("2026-03-02T08:00"), event(DoseSkipped("rifampin"), "2026-03-03T08:00")], "2026-03-06T07:00")
    assert (one.due, one.taken, one.not_complete, one.open) == (3, 1, 1, 1)
    assert (one.low, one.high) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([dose("2026-03-02T08:00")], Standing.TAKEN),
        ([dose("2026-03-02T10:00")], Standing.TAKEN),
        ([dose("2026-03-02T10:01")], Standing.LATE),
        ([event(DosePartlyTaken("rifampin", 300.0), "2026-03-02T08:00")], Standing.PARTLY),
        ([event(DoseVomited("rifampin", 600.0), "2026-03-02T08:00")], Standing.VOMITED),
        ([event(DoseSkipped("rifampin", reason="medical"), "2026-03-02T08:00")], Standing.SKIPPED),
        (
            [
                dose("2026-03-02T08:00"),
                event(DoseSkipped("rifampin"), "2026-03-02T08:30", actor="supporter", claim=Claim.SUPPORTER),
            ],
            Standing.DISPUTED,
        ),
        ([ordered(Held(("rifampin",)), "2026-03-01T12:00")], Standing.HELD),
        ([ordered(Held(), "2026-03-02T08:00"), ordered(Resumed(), "2026-03-02T09:00")], Standing.HELD),
        ([ordered(Held(), "2026-03-01T12:00"), ordered(Resumed(), "2026-03-02T08:00")], Standing.UNKNOWN),
        ([], Standing.UNKNOWN),
        ([dose("2026-03-03T00:30")], Standing.LATE),
    ],
)  # fmt: skip
def test_what_became_of_a_dose(claims: list[Event], expected: Standing):
    """The last: reports MedTimer 181 and 205, a dose after midnight belongs to the evening before."""
    assert standings(claims, "2026-03-03T08:00")[0].standing is expected


def test_a_slot_closes_when_the_next_is_due():
    assert standings([], "2026-03-03T07:59")[0].standing is Standing.DUE
    assert standings([], "2026-03-03T08:00")[0].standing is Standing.UNKNOWN


def test_a_claim_entered_days_later_counts_and_is_marked():
    late = dose("2026-03-02T08:00", recorded_at=at("2026-03-20T08:00"))
    (first, *_) = standings([late], "2026-03-21T09:00")
    assert first.standing is Standing.TAKEN
    assert first.is_back_entered


def test_endtbs_two_rates_come_from_the_same_days():
    """The calculator of endTB: fully observed days of days prescribed, and of all days; all held: 100 and 0."""
    log = [
        dose("2026-03-02T08:00"),
        ordered(Held(), "2026-03-03T00:00"),
        ordered(Resumed(), "2026-03-04T00:00"),
    ]
    one = adherence([*log, event(DoseSkipped("rifampin"), "2026-03-04T08:00")], "2026-03-05T07:00")
    assert one.rate == (50.0, 50.0)
    assert one.completeness == (pytest.approx(100 / 3), pytest.approx(100 / 3))
    held = adherence([ordered(Held(), "2026-03-01T12:00")], "2026-03-04T07:00")
    assert (held.rate, held.completeness, held.low) == ((100.0, 100.0), (0.0, 0.0), None)


def lapses(log: list[Event], now: str) -> tuple[Lapse, ...]:
    made = course([started("rifampin: 600 mg once a day"), *log])
    return lapses_of(days_of(made, all_standings(made, at(now), 2.0)), UTC_ZONE.day_of(at(now)))


def test_a_lapse_is_a_range_of_days_in_a_row():
    log = [dose("2026-03-02T08:00"), dose("2026-03-10T08:00")]
    log += [event(DoseSkipped("rifampin"), f"2026-03-0{day}T08:00") for day in (3, 4, 5)]
    (lapse,) = lapses(log, "2026-03-10T12:00")
    assert (lapse.first, lapse.ends) == (date(2026, 3, 3), date(2026, 3, 10))
    assert (lapse.days_low, lapse.days_high) == (3, 7)


def test_a_lapse_that_lasts_until_today():
    (lapse,) = lapses([dose("2026-03-02T08:00")], "2026-03-09T12:00")
    assert (lapse.ends, lapse.days_low, lapse.days_high) == (None, 0, 6)


def test_a_hold_for_side_effects_is_a_lapse_that_is_named_so():
    (lapse,) = lapses(
        [dose("2026-03-02T08:00"), ordered(Held((), "side effects"), "2026-03-02T12:00")],
        "2026-03-05T09:00",
    )
    assert lapse.for_side_effects
    assert lapse.days_low == 3


def full(first: date, count: int, complete: bool | None = True) -> list[TreatmentDay]:
    return [TreatmentDay(first + timedelta(days=number), complete, complete is False) for number in range(count)]


@pytest.mark.parametrize(
    ("days", "doses", "ends_by", "today", "answer", "owed"),
    [
        (full(START, 56), 56, date(2026, 6, 1), date(2026, 4, 27), "complete", (0, 0)),
        (full(START, 55), 56, date(2026, 6, 1), date(2026, 4, 26), "not complete", (1, 1)),
        (full(START, 55) + full(date(2026, 4, 26), 1, None), 56, date(2026, 6, 1), date(2026, 4, 28),
         "cannot be assessed", (0, 1)),
        (full(START, 50), 56, date(2026, 6, 1), date(2026, 5, 27), "not complete", (6, 6)),
        (full(START, 50), 56, date(2026, 6, 1), date(2026, 5, 28), "not in time", (6, 6)),
        (full(START, 54) + full(date(2026, 6, 2), 2), 56, date(2026, 6, 1), date(2026, 6, 4), "not in time", (2, 2)),
        (full(START, 400), None, None, date(2027, 5, 1), "ask", (0, 0)),
    ],
)  # fmt: skip
def test_a_phase_is_complete_by_doses_inside_its_time(days, doses, ends_by, today, answer, owed):
    """ATS/CDC/IDSA 2016: 56 doses within 3 months; a longer regimen has no count, and is never complete by itself."""
    one = completion_of(PhaseNeeds("intensive", doses, START, ends_by), days, (), today)
    assert (one.answer, one.owed) == (answer, owed)


def test_three_months_from_the_last_of_a_month_end_on_the_last_of_theirs():
    assert month_later(date(2025, 11, 30), 3) == date(2026, 2, 28)

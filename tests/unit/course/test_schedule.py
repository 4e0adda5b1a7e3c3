"""When doses are due: wall clocks, clock changes, changed plans; and how that stays as it is once it was made."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from course_cases import course
from course_events import START, at, event, plan, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import PlanChanged
from fullcourse.course.schedule import PlanInForce, Slot, gaps_of, slots_between, slots_of

ID = "0190f3a2-0000-7000-8000-000000000001"


def in_force(*drugs: str, zone: str = "UTC", start: date = START, **more: object) -> PlanInForce:
    made = plan(*drugs, zone=zone, start=start, **more)
    known = load_zone(zone)
    return PlanInForce(ID, made, known, known.instant(start, datetime.min.time()))


def local(current: PlanInForce, slots: tuple[Slot, ...]) -> list[str]:
    return [current.zone.local(slot.due).strftime("%m-%d %H:%M") for slot in slots]


def within(current: PlanInForce, drug: str, first: str, days: int) -> tuple[Slot, ...]:
    begins = datetime.fromisoformat(first).replace(tzinfo=current.zone.rules)
    return slots_of(current, drug, begins, begins + timedelta(days=days))


CASES = [
    # (name and source, dose, zone, start, first, days, expected)
    ("S013: twice a day is 12 hours apart", "250 mg q12h", "UTC", START, "2026-03-02", 2,
     ["03-02 08:00", "03-02 20:00", "03-03 08:00", "03-03 20:00"]),
    ("three times a day, in waking hours", "4000 mg q8h", "UTC", START, "2026-03-02", 1,
     ["03-02 06:00", "03-02 14:00", "03-02 22:00"]),
    ("days of the week: Monday, Wednesday, Friday", "200 mg M-W-F", "UTC", START, "2026-03-02", 7,
     ["03-02 08:00", "03-04 08:00", "03-06 08:00"]),
    ("every other day", "500 mg every other day", "UTC", START, "2026-03-02", 5,
     ["03-02 08:00", "03-04 08:00", "03-06 08:00"]),
    ("14 days daily, then three times a week", "400 mg q24h for 14 days then 200 mg M-W-F", "UTC", START, "2026-03-14",
     7,
     ["03-14 08:00", "03-15 08:00", "03-16 08:00", "03-18 08:00", "03-20 08:00"]),
    ("by the hour, across a day", "500 mg q36h", "UTC", START, "2026-03-02", 4,
     ["03-02 08:00", "03-03 20:00", "03-05 08:00"]),
    ("report HomeMedkit 134 and MedTimer 1337: the clock time stays after the change", "250 mg q12h", "Europe/Paris",
     date(2026, 3, 27), "2026-03-28", 3,
     ["03-28 08:00", "03-28 20:00", "03-29 08:00", "03-29 20:00", "03-30 08:00", "03-30 20:00"]),
    ("report MedTimer 519: every two days at 8 stays at 8", "500 mg every other day", "America/New_York",
     date(2026, 3, 6), "2026-03-06", 5, ["03-06 08:00", "03-08 08:00", "03-10 08:00"]),
    ("report MedTimer 561: by the hour keeps real hours, and the clock moves", "250 mg q36h", "Europe/Paris",
     date(2026, 3, 27), "2026-03-27", 4, ["03-27 08:00", "03-28 20:00", "03-30 09:00"]),
    ("RFC 5545: a skipped time is read by the offset before the gap", "250 mg at 02:30", "Europe/Paris",
     date(2026, 3, 28), "2026-03-28", 3, ["03-28 02:30", "03-29 03:30", "03-30 02:30"]),
    ("RFC 5545: a repeated time is first", "250 mg at 02:30", "Europe/Paris", date(2026, 10, 24), "2026-10-24", 3,
     ["10-24 02:30", "10-25 02:30", "10-26 02:30"]),
    ("tz vectors: Morocco goes back for Ramadan", "250 mg at 02:30", "Africa/Casablanca",
     date(2026, 2, 14), "2026-02-14", 3, ["02-14 02:30", "02-15 02:30", "02-16 02:30"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dose", "zone", "start", "first", "days", "expected"), CASES, ids=lambda it: str(it)[:60]
)
def test_slots_are_where_the_source_puts_them(name, dose, zone, start, first, days, expected):
    current = in_force(f"cycloserine: {dose}", zone=zone, start=start)
    assert local(current, within(current, "cycloserine", first, days)) == expected


@pytest.mark.parametrize(
    ("start", "day", "hours"), [(date(2026, 3, 27), "2026-03-28", 11.0), (date(2026, 10, 23), "2026-10-24", 13.0)]
)
def test_the_gap_of_a_night_when_clocks_change_is_said(start: date, day: str, hours: float):
    current = in_force("cycloserine: 250 mg q12h", zone="Europe/Paris", start=start)
    changed = [gap for gap in gaps_of(within(current, "cycloserine", day, 2), current.zone) if gap.has_clock_change]
    assert [(gap.hours, gap.by_the_clock) for gap in changed] == [(hours, 12.0)]


def test_a_slot_keeps_its_id_when_the_rules_of_its_zone_change():
    current = in_force("cycloserine: 250 mg q12h", zone="Europe/Paris")
    moved = replace(current, zone=replace(load_zone("Africa/Johannesburg"), name="Europe/Paris"))
    before, after = (within(it, "cycloserine", "2026-04-01", 2) for it in (current, moved))
    assert [slot.id for slot in before] == [slot.id for slot in after]
    assert [slot.due for slot in before] == [slot.due for slot in after]  # both are at +02:00 in summer
    winter = [within(it, "cycloserine", "2026-03-02", 1) for it in (current, moved)]
    assert [slot.id for slot in winter[0]] == [slot.id for slot in winter[1]]
    assert winter[0][0].due - winter[1][0].due == timedelta(hours=1)


def test_a_slot_is_the_same_through_every_window():
    current = in_force("cycloserine: 250 mg q12h", days=400)
    whole = within(current, "cycloserine", "2026-03-02", 400)
    assert len(whole) == 800
    assert len({slot.id for slot in whole}) == 800
    for first in (0, 17, 399):
        day = (START + timedelta(days=first)).isoformat()
        assert within(current, "cycloserine", day, 1) == whole[2 * first : 2 * first + 2]


def test_a_plan_ends_with_its_last_day_and_a_drug_with_its_own():
    current = in_force("cycloserine: 250 mg q12h", days=3)
    assert len(within(current, "cycloserine", "2026-03-01", 30)) == 6
    assert within(current, "linezolid", "2026-03-01", 30) == ()


def test_an_open_plan_goes_on_over_the_years():
    current = in_force("cycloserine: 250 mg q12h")
    assert local(current, within(current, "cycloserine", "2028-02-29", 1)) == ["02-29 08:00", "02-29 20:00"]


def test_a_change_of_plan_leaves_every_slot_before_it_as_it_was():
    first = started("cycloserine: 250 mg q12h")
    changed = PlanChanged(plan("cycloserine: 250 mg at 10:00 + 250 mg at 22:00", start=date(2026, 3, 5)), "Dr A")
    span = (at("2026-03-02T00:00"), at("2026-03-10T00:00"))
    before = slots_between(course([first]).timeline, *span)
    later = event(changed, "2026-03-04T12:00", recorded_at=at("2026-03-06T12:00"), actor="clinician")
    after = slots_between(course([later, first]).timeline, *span)
    written = at("2026-03-06T12:00")
    assert [slot for slot in after if slot.due < written] == [slot for slot in before if slot.due < written]
    assert [slot.due.hour for slot in after if slot.due >= written][:2] == [22, 10]


def test_a_reschedule_makes_one_dose_and_not_two():
    """Reports MedTimer 1487 and 1143: the dose stood at both times."""
    first = started("cycloserine: 500 mg at 16:00")
    body = PlanChanged(plan("cycloserine: 500 mg at 17:50", start=date(2026, 3, 4)), "Dr A")
    moved = event(body, "2026-03-04T15:00", actor="clinician")
    slots = slots_between(course([first, moved]).timeline, at("2026-03-04T00:00"), at("2026-03-05T00:00"))
    assert [slot.due for slot in slots] == [datetime(2026, 3, 4, 17, 50, tzinfo=UTC)]


def test_a_dose_counted_in_capsules_says_how_many():
    current = in_force("cycloserine: 2 capsules of 250 mg q12h")
    (slot, _) = within(current, "cycloserine", "2026-03-02", 1)
    assert (slot.mg, slot.units, slot.form) == (500.0, 2.0, "capsule 250 mg")

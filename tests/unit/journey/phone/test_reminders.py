"""Reminders by the rules of the phone's card; and ten and more bug reports of other programs, as cases with answers.

Each case of another program names the report that it is made of. The answers were written before anything was run.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

import course_cases
from course_events import PATIENT, at, event, plan, started
from fullcourse.clinical.event_bodies import (
    DoseSkipped,
    DoseTaken,
    Held,
    Outcome,
    PlanChanged,
    PlanStopped,
    ResultInWords,
    Resumed,
    Retracted,
    Symptom,
    Transfer,
)
from fullcourse.journey.phone import QuietHours, Rhythm, Told, reminding_at
from patients import knowledge
from reminder_walks import NEVER_QUIET, NIGHT, PATIENT_TOLD, RHYTHM, SUPPORTER, agreed, supporter_agreed, walk

ONE = "cycloserine: 250 mg q24h"
TWO = "linezolid: 600 mg q24h"
BOTH = (PATIENT_TOLD, SUPPORTER)
DAY = ("2026-03-10T00:00", "2026-03-11T00:00")
DUE = "2026-03-10T08:00"
"""Once a day is at eight."""


def begun(*drugs: str, **more: object) -> list:
    return [started(*(drugs or (ONE,)), **more), agreed()]


def taken(when: str, drug: str = "cycloserine", mg: float = 250.0, **more: object):
    return event(DoseTaken(drug, mg), when, **more)


def times(seen: list) -> list[str]:
    return [one.at for one in seen]


def test_a_dose_is_told_at_its_time_once_more_and_then_no_more():
    seen = walk(begun(), *DAY)
    assert [(one.at, one.stage) for one in seen] == [("03-10 08:00", "first"), ("03-10 09:00", "again")]
    assert {one.to for one in seen} == {""}
    assert all(one.is_whole for one in seen)


def test_it_is_not_told_again_where_the_clinic_wants_that():
    assert times(walk(begun(), *DAY, rhythm=Rhythm(None, timedelta(hours=4)))) == ["03-10 08:00"]


@pytest.mark.parametrize(("told", "expected"), [("2026-03-10T07:55", []), ("2026-03-10T08:20", ["03-10 08:00"])])
def test_a_dose_that_was_told_is_not_reminded_of(told: str, expected: list[str]):
    """https://github.com/CorruptedArk/did-i-take-my-meds/issues/16: told five minutes early, reminded all the same."""
    log = [*begun(), taken(told)]
    assert times(walk(lambda now: [it for it in log if it.recorded_at <= now], *DAY)) == expected


def test_a_dose_that_was_told_as_left_out_is_not_reminded_of_either():
    log = [*begun(), event(DoseSkipped("cycloserine", "", "forgotten"), "2026-03-10T08:10")]
    assert times(walk(lambda now: [it for it in log if it.recorded_at <= now], *DAY)) == ["03-10 08:00"]


def test_of_two_drugs_the_one_that_is_open_is_reminded_of_and_neither_once_both_are_told():
    """https://github.com/Futsch1/medTimer/issues/996: grouped with one that was taken already."""
    log = [*begun(ONE, TWO), taken("2026-03-10T08:05")]
    known = lambda now: [it for it in log if it.recorded_at <= now]  # noqa: E731
    seen = walk(known, *DAY)
    assert times(seen) == ["03-10 08:00", "03-10 09:00"]
    log.append(taken("2026-03-10T08:30", "linezolid", 600.0))
    assert times(walk(known, *DAY)) == ["03-10 08:00"]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-03-28T00:00+01:00", "2026-03-31T00:00+02:00"), ("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00")],
)
def test_a_reminder_keeps_the_wall_clock_when_clocks_change_and_comes_once_a_day(first: str, last: str):
    """https://github.com/pewaru-333/HomeMedkit-App/issues/134 (an hour late); https://github.com/Futsch1/medTimer/issues/56
    (without end on the night); https://github.com/HabitRPG/habitica/issues/6879 (twice)."""
    log = begun(zone="Europe/Berlin")
    seen = walk(log, first, last, minutes=5)
    day = at(first).astimezone(UTC).date() + timedelta(days=1)
    days = [f"{day + timedelta(days=number):%m-%d}" for number in range(3)]
    assert times(seen) == [f"{it} {clock}" for it in days for clock in ("08:00", "09:00")]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_nothing_is_told_at_night_by_the_clock_of_the_patient(zone: str):
    """https://github.com/tasks/tasks/issues/282: four alarms in the night for what was not done."""
    seen = walk(begun("cycloserine: 250 mg q6h", zone=zone), "2026-03-10T00:00", "2026-03-13T00:00", minutes=5)
    assert seen
    assert all("07:00" <= it[6:] < "22:00" for it in times(seen))


def test_what_falls_into_quiet_hours_comes_at_their_end_while_it_may_still_be_taken():
    """https://github.com/quarck/CalendarNotification/issues/58: after the quiet hours it never came."""
    late_riser = Told("", QuietHours(time(22), time(8, 30)))
    assert times(walk(begun(), *DAY, (late_riser,))) == ["03-10 08:30", "03-10 09:00"]


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [(time(22), True), (time(6, 59), True), (time(7), False), (time(21, 59), False), (time(0), True)],
)
def test_quiet_hours_go_over_midnight(clock: time, quiet: bool):
    """https://github.com/thunderbird/thunderbird-android/issues/3040: from and until taken the other way round."""
    assert NIGHT.covers(clock) is quiet
    assert QuietHours(time(7), time(22)).covers(clock) is not quiet
    assert not NEVER_QUIET.covers(clock)


def test_after_a_day_without_the_service_one_reminder_comes_and_not_all_of_them():
    """https://github.com/medic/cht-core/issues/1220: what was held up came all at once."""
    seen = walk(begun(), "2026-03-10T13:00", "2026-03-10T23:00")
    assert [(one.at, one.stage) for one in seen] == [("03-10 13:00", "again")]


@pytest.mark.parametrize(
    "closed",
    [
        event(Outcome("died", "who", "synthetic clinician"), "2026-03-09T20:00", actor="clinician"),
        event(PlanStopped("clinician", "side effects"), "2026-03-09T20:00", actor="clinician"),
        event(Transfer("out", "another place"), "2026-03-09T20:00", actor="clinician"),
    ],
    ids=["died", "stopped", "transferred"],
)
def test_nobody_is_told_anything_after_a_course_is_closed(closed: object):
    """https://github.com/AMPATH/ng2-amrs/pull/429, https://github.com/NHSDigital/manage-vaccinations-in-schools/pull/2058
    (of the dead), https://github.com/simpledotorg/simple-server/pull/2433 (not cancelled)."""
    log = [*begun(), supporter_agreed()]
    assert len(walk(log, *DAY, BOTH)) == 3
    assert walk([*log, closed], *DAY, BOTH) == []


def test_a_death_that_is_known_ends_reminders_whatever_hour_it_is_dated():
    died = event(
        Outcome("died", "who", "synthetic clinician"),
        "2026-03-10T23:59",
        actor="clinician",
        recorded_at=at("2026-03-10T06:00"),
    )
    assert walk([*begun(), supporter_agreed(), died], *DAY, BOTH) == []


def test_before_the_plan_begins_and_after_it_ends_nothing_is_told():
    log = begun(start=date(2026, 3, 10), days=2)
    assert times(walk(log, "2026-03-08T00:00", "2026-03-15T00:00", minutes=5)) == [
        "03-10 08:00", "03-10 09:00", "03-11 08:00", "03-11 09:00",
    ]  # fmt: skip


def test_a_drug_on_hold_is_not_told_of_and_is_again_once_a_clinician_resumes_it():
    hold = event(Held(("cycloserine",), "side effects"), "2026-03-09T12:00", actor="clinician")
    resumed = event(Resumed(("cycloserine",)), "2026-03-10T08:40", actor="clinician")
    assert walk([*begun(), hold], *DAY) == []
    log = [*begun(), hold, resumed]
    assert times(walk(lambda now: [it for it in log if it.recorded_at <= now], *DAY)) == ["03-10 08:40", "03-10 09:00"]


def test_beside_a_drug_on_hold_the_page_is_told_and_no_bare_text_is():
    """A text names no drug, so it cannot say which of them to leave out."""
    hold = event(Held(("cycloserine",), "side effects"), "2026-03-09T12:00", actor="clinician")
    seen = walk([*begun(ONE, TWO), hold], *DAY)
    assert [(one.at, one.is_whole) for one in seen] == [("03-10 08:00", False), ("03-10 09:00", False)]


def test_a_drug_that_waits_for_a_result_that_nobody_can_read_is_not_told_of():
    unread = event(ResultInWords("cycloserine_level", "high"), "2026-03-09T12:00", actor="clinician")
    assert walk([*begun(), unread], *DAY) == []
    seen = walk([*begun(ONE, TWO), unread], *DAY)
    assert [(one.at, one.is_whole) for one in seen] == [("03-10 08:00", False), ("03-10 09:00", False)]


def test_who_has_to_be_called_first_is_not_reminded_of_any_dose():
    fit = event(Symptom("symptom_seizure"), "2026-03-10T07:00")
    assert walk([*begun(ONE, TWO), fit], *DAY) == []


def test_a_second_dose_that_may_have_been_taken_stops_reminders():
    log = [*begun("cycloserine: 250 mg q12h"), taken("2026-03-09T20:00"), taken("2026-03-09T21:30")]
    assert walk(log, "2026-03-10T00:00", "2026-03-10T12:00") == []


def test_without_the_patients_word_nothing_is_told():
    assert walk([started(ONE)], *DAY) == []
    assert len(walk(begun(), *DAY)) == 2


@pytest.mark.parametrize("actor", ["patient", "clinician"])
def test_a_word_that_was_taken_back_ends_reminders_at_once(actor: str):
    back = agreed("2026-03-10T08:30", given=False, actor=actor)
    log = [*begun(), back]
    assert times(walk(lambda now: [it for it in log if it.recorded_at <= now], *DAY)) == ["03-10 08:00"]
    again = agreed("2026-03-10T08:45", actor=actor)
    log.append(again)
    assert times(walk(lambda now: [it for it in log if it.recorded_at <= now], *DAY)) == ["03-10 08:00", "03-10 09:00"]


def test_a_retracted_word_is_none():
    given = agreed("2026-03-09T08:00")
    assert walk([started(ONE), given, event(Retracted(), "2026-03-09T09:00", supersedes=given.id)], *DAY) == []


def test_a_supporter_cannot_speak_for_the_patient():
    assert walk([started(ONE), agreed(actor="supporter"), supporter_agreed(actor="supporter")], *DAY, BOTH) == []


def test_a_supporter_is_told_of_a_dose_nobody_told_of_with_the_patients_word_alone():
    assert [one.to for one in walk(begun(), *DAY, BOTH)] == ["", ""]
    seen = walk([*begun(), supporter_agreed()], *DAY, BOTH)
    assert [(one.at, one.to, one.stage) for one in seen][2:] == [("03-10 12:00", SUPPORTER.account, "supporter")]
    back = supporter_agreed("2026-03-10T11:59", given=False)
    assert [one.to for one in walk([*begun(), supporter_agreed(), back], *DAY, BOTH)] == ["", ""]


def test_a_supporter_is_told_nothing_once_the_dose_is_told_and_nothing_in_quiet_hours_of_their_own():
    log = [*begun(), supporter_agreed(), taken("2026-03-10T11:59")]
    assert SUPPORTER.account not in {
        one.to for one in walk(lambda now: [it for it in log if it.recorded_at <= now], *DAY, BOTH)
    }
    sleeper = Told(SUPPORTER.account, QuietHours(time(10), time(14)), is_supporter=True)
    seen = walk([*begun(), supporter_agreed()], *DAY, (PATIENT_TOLD, sleeper))
    assert [one.at for one in seen if one.to] == ["03-10 14:00"]


def test_a_supporter_may_be_told_where_the_patient_wants_no_reminders():
    seen = walk([started(ONE), supporter_agreed()], *DAY, BOTH)
    assert [(one.at, one.to) for one in seen] == [("03-10 12:00", SUPPORTER.account)]


@pytest.mark.parametrize(("ahead", "expected"), [(-1, []), (1, ["03-10 08:00"])])
def test_a_phone_whose_plan_is_past_its_expiry_is_not_reminded(ahead: int, expected: list[str]):
    """Its card says to call the clinic, and a reminder would say otherwise."""
    until = at(DUE) + timedelta(minutes=ahead)
    assert times(walk(begun(), *DAY, advises_until=until)) == expected


def test_what_is_not_told_since_a_phones_plan_is_too_old_is_counted():
    course = course_cases.course(begun())

    def looked(until: datetime) -> tuple[int, int]:
        seen = reminding_at(course, PATIENT, knowledge(), at(DUE), (PATIENT_TOLD,), RHYTHM, until)
        return len(seen.reminders), len(seen.withheld)

    assert looked(at(DUE)) == (0, 1)
    assert looked(at(DUE) + timedelta(seconds=1)) == (1, 0)


def test_a_plan_that_is_moved_to_another_zone_brings_no_dose_twice():
    """https://github.com/REAN-Foundation/reancare-service/pull/942: a change of zone made the same doses anew."""
    moved = event(
        PlanChanged(plan(ONE, start=date(2026, 3, 10), zone="Asia/Kolkata"), "synthetic clinician", "moved"),
        "2026-03-10T03:00", actor="clinician",
    )  # fmt: skip
    log = [*begun(zone="Africa/Johannesburg"), taken("2026-03-09T06:00"), taken("2026-03-10T06:01"), moved]
    seen = walk(lambda now: [it for it in log if it.recorded_at <= now], "2026-03-10T04:00", "2026-03-11T00:00")
    assert times(seen) == []  # eight in Kolkata is half past two UTC, before it counts; and the dose was taken at six


def test_ids_are_the_same_in_every_process_and_differ_by_dose_stage_and_person():
    log = [*begun("cycloserine: 250 mg q12h"), supporter_agreed()]

    def ids(moment: datetime) -> dict[tuple[str, str], str]:
        made = reminding_at(course_cases.course(log), PATIENT, knowledge(), moment, BOTH, RHYTHM, None)
        return {(one.account, one.stage): one.id for one in made.reminders}

    morning = ids(at("2026-03-10T08:30"))
    assert morning == ids(at("2026-03-10T08:59"))
    later, evening = ids(at("2026-03-10T12:30")), ids(at("2026-03-10T20:30"))
    every = [*morning.values(), *later.values(), *evening.values()]
    assert len(every) == len(set(every)) == 4


def test_a_look_says_when_the_next_one_is_worth_it():
    log = begun()
    course = course_cases.course(log)

    def following(moment: str) -> datetime:
        return reminding_at(course, PATIENT, knowledge(), at(moment), (PATIENT_TOLD,), RHYTHM, None).next_at

    assert following("2026-03-10T07:30") == at(DUE)
    assert following("2026-03-10T08:00") == at(DUE) + timedelta(hours=1)
    assert following("2026-03-10T02:00") == at("2026-03-10T03:00")  # an hour at most: advice may change by itself

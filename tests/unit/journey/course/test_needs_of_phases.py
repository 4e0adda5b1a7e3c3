"""The line of a phase that comes to its end: the cases were written before it was run.

A plan of HRZE from Monday 2 March 2026, eight weeks: its phase ends on 26 April, so that the next is due on
27 April and is asked for from 20 April on.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.clinical.event_bodies import Held, PlanChanged, PlanStopped, Resumed, Retracted, Snoozed, Transfer
from fullcourse.journey.course.needs import URGENCIES, Rank, hidden_now
from fullcourse.journey.course.queue import Need, needs_of, now_needed
from patients import knowledge

HRZE = (
    "isoniazid: 300 mg once a day",
    "rifampin: 600 mg once a day",
    "pyrazinamide: 1500 mg once a day",
    "ethambutol: 1200 mg once a day",
)
HR = HRZE[:2]
ENDS = date(2026, 4, 26)
BEGUN = started(*HRZE, phase_ends_on=ENDS)


def seen(log, now: datetime):
    return needs_of(course([it for it in log if it.occurred_at <= now]), knowledge(), now, None, every_day_is_open)


def lines(log, now: str | datetime) -> list[Need]:
    """Return the lines of phases that a course shows at a moment."""
    moment = at(now) if isinstance(now, str) else now
    shown, _ = now_needed(seen(log, moment), moment)
    return [it for it in shown if it.rank is Rank.PHASE]


def changed(when: str, *drugs: str, start: date, zone: str = "UTC", **more):
    body = PlanChanged(plan(*drugs, start=start, zone=zone, **more), "Dr A", "as planned")
    return event(body, when, actor="clinician", zone=zone)


def put_off(when: str, until: date, actor: str = "clinician"):
    return event(Snoozed("visits", until, "waits for the smear"), when, actor=actor)


@pytest.mark.parametrize(
    ("now", "by"),
    [
        ("2026-03-10T12:00", []),
        ("2026-04-19T23:59", []),
        ("2026-04-20T00:00", ["this week"]),
        ("2026-04-26T23:59", ["this week"]),
        ("2026-04-27T00:00", ["today"]),
        ("2026-06-30T12:00", ["today"]),
    ],
)
def test_a_line_stands_from_a_week_before_and_is_more_urgent_from_the_day_on(now, by):
    assert [it.by for it in lines([BEGUN], now)] == by


def test_the_line_names_the_day_and_what_to_do_and_stands_under_visits():
    (line,) = lines([BEGUN], "2026-04-22T12:00")
    assert "2026-04-27" in line.says
    assert "change the plan" in line.says.lower()
    assert line.matter == "visits"


def test_a_phase_stands_before_refills_and_visits_and_after_gaps():
    assert Rank.GAP < Rank.PHASE < Rank.REFILL < Rank.VISIT


@pytest.mark.parametrize("now", ["2026-04-22T12:00", "2026-04-27T00:00", "2026-09-01T12:00"])
def test_a_plan_without_a_further_phase_has_no_line(now):
    assert lines([started(*HRZE)], now) == []


def test_bedaquilines_loading_dose_is_no_phase_of_the_regimen():
    begun = started("bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F")
    assert lines([begun], "2026-03-16T12:00") == []


@pytest.mark.parametrize(
    ("zone", "before", "from_"),
    [
        ("Africa/Johannesburg", "2026-04-19T21:59", "2026-04-19T22:00"),  # two hours before UTC
        ("America/Lima", "2026-04-20T04:59", "2026-04-20T05:00"),  # five hours after it
    ],
)
def test_days_are_those_of_the_patients_calendar(zone, before, from_):
    begun = started(*HRZE, zone=zone, phase_ends_on=ENDS)
    assert lines([begun], before) == []
    assert [it.by for it in lines([begun], from_)] == ["this week"]


def test_the_day_on_which_clocks_change_begins_at_its_midnight():
    begun = started(*HRZE, zone="Europe/Berlin", phase_ends_on=date(2026, 3, 28))  # clocks change on the 29th
    assert [it.by for it in lines([begun], "2026-03-28T22:59")] == ["this week"]
    assert [it.by for it in lines([begun], "2026-03-28T23:00")] == ["today"]


@pytest.mark.parametrize("now", ["2026-04-22T12:00", "2026-04-27T12:00", "2026-06-01T12:00"])
def test_a_plan_that_was_changed_early_asks_no_more(now):
    assert lines([BEGUN, changed("2026-03-20T09:00", *HR, start=date(2026, 3, 21))], now) == []


def test_a_change_that_keeps_the_day_keeps_the_line():
    lower = changed("2026-03-20T09:00", *HRZE[:3], start=date(2026, 3, 21), phase_ends_on=ENDS)
    assert lines([BEGUN, lower], "2026-04-19T23:59") == []
    assert [it.by for it in lines([BEGUN, lower], "2026-04-27T00:00")] == ["today"]


def test_a_phase_that_was_prolonged_is_asked_for_at_its_new_day():
    longer = changed("2026-04-25T09:00", *HRZE, start=date(2026, 4, 26), phase_ends_on=date(2026, 5, 24))
    log = [BEGUN, longer]
    assert [it.by for it in lines(log, "2026-04-24T12:00")] == ["this week"]
    assert lines(log, "2026-04-27T12:00") == []
    assert lines(log, "2026-05-17T23:59") == []
    (line,) = lines(log, "2026-05-18T00:00")
    assert (line.by, "2026-05-25" in line.says) == ("this week", True)


def test_a_change_that_is_written_down_and_begins_later_answers_at_once():
    later = changed("2026-04-22T09:00", *HR, start=date(2026, 4, 27))
    assert len(lines([BEGUN, later], "2026-04-22T08:59")) == 1
    assert lines([BEGUN, later], "2026-04-22T09:00") == []
    assert lines([BEGUN, later], "2026-04-27T12:00") == []


def test_a_change_that_was_taken_back_asks_again():
    wrong = changed("2026-04-21T09:00", *HR, start=date(2026, 4, 27))
    back = event(Retracted("another patient"), "2026-04-22T09:00", actor="clinician", supersedes=wrong.id)
    assert lines([BEGUN, wrong, back], "2026-04-21T12:00") == []
    assert [it.by for it in lines([BEGUN, wrong, back], "2026-04-27T12:00")] == ["today"]


def test_a_line_that_was_put_off_is_hidden_and_comes_back_on_its_day():
    log = [BEGUN, put_off("2026-04-21T09:00", date(2026, 4, 25))]
    assert lines(log, "2026-04-24T23:59") == []
    assert len(lines(log, "2026-04-25T00:00")) == 1
    moment = at("2026-04-22T12:00")
    (hidden,) = hidden_now(seen(log, moment), moment)
    assert [it.rank for it in hidden.lines] == [Rank.PHASE]


def test_what_was_put_off_before_the_day_is_back_on_the_day():
    log = [BEGUN, put_off("2026-04-24T09:00", date(2026, 5, 5))]
    assert lines(log, "2026-04-26T23:59") == []
    assert [it.by for it in lines(log, "2026-04-27T00:00")] == ["today"]


def test_what_was_put_off_after_the_day_is_hidden_until_then():
    log = [BEGUN, put_off("2026-04-28T09:00", date(2026, 5, 8))]
    assert lines(log, "2026-05-07T23:59") == []
    assert [it.by for it in lines(log, "2026-05-08T00:00")] == ["today"]


def test_nobody_but_a_clinician_puts_it_off():
    assert len(lines([BEGUN, put_off("2026-04-21T09:00", date(2026, 4, 25), "patient")], "2026-04-22T12:00")) == 1


def test_days_on_hold_move_no_day_and_the_line_says_so():
    drugs = tuple(text.partition(":")[0] for text in HRZE)
    held = event(Held(drugs, "side effects"), "2026-03-10T09:00", actor="clinician")
    resumed = event(Resumed(drugs), "2026-03-24T09:00", actor="clinician")
    log = [BEGUN, held, resumed]
    assert lines(log, "2026-04-19T23:59") == []
    (line,) = lines(log, "2026-04-20T00:00")
    assert "hold" in line.more
    assert "calendar" in line.more


def test_where_a_source_counts_doses_the_line_says_how_many_of_them_can_have_been_taken():
    drugs = tuple(text.partition(":")[0] for text in HRZE)
    begun = started(*HRZE, regimen="us-1-daily", phase_ends_on=ENDS)
    held = event(Held(drugs, "side effects"), "2026-03-10T00:00", actor="clinician")
    resumed = event(Resumed(drugs), "2026-03-24T00:00", actor="clinician")  # fourteen of fifty-six days without a dose
    (line,) = lines([begun, held, resumed], "2026-04-26T12:00")
    assert "0 to 42 of 56 doses" in line.more
    assert "of 56 doses" not in lines([BEGUN], "2026-04-27T12:00")[0].more  # no regimen is named


def test_a_course_that_was_stopped_has_no_next_phase():
    stopped = event(PlanStopped("clinician", "hepatitis"), "2026-04-21T09:00", actor="clinician")
    assert lines([BEGUN, stopped], "2026-04-27T12:00") == []


def test_who_takes_a_patient_over_in_a_phase_is_asked_and_who_gave_them_away_is_not():
    left = event(Transfer("out", "South"), "2026-04-01T09:00", actor="clinician")
    came = event(Transfer("in", "South"), "2026-04-02T09:00", actor="clinician")
    assert lines([BEGUN, left], "2026-04-27T12:00") == []
    assert [it.by for it in lines([BEGUN, left, came], "2026-04-27T12:00")] == ["today"]


def test_a_plan_whose_phase_ends_with_it_still_asks():
    begun = started(*HRZE, days=56, phase_ends_on=ENDS)
    assert [it.by for it in lines([begun], "2026-04-27T12:00")] == ["today"]


def test_what_was_worked_out_weeks_before_shows_the_line_on_its_day():
    then = at("2026-03-10T12:00")
    kept = seen([BEGUN], then)
    for day in range(30, 60):
        moment = datetime(2026, 3, 10, 12, tzinfo=UTC) + timedelta(days=day)
        shown, _ = now_needed(kept, moment)
        assert [it.by for it in shown if it.rank is Rank.PHASE] == [it.by for it in lines([BEGUN], moment)]
    assert URGENCIES.index("today") < URGENCIES.index("this week")

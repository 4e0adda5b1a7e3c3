"""Days of tests as a calendar is told of them: found again, changed with a higher number, never forgotten."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_cases import course
from course_events import PATIENT, at, event, plan, started
from effort import examples
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event, Record
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Outcome, PlanChanged, Result, Retracted, Transfer
from fullcourse.journey.monitor import Monitor
from fullcourse.journey.visit_calendar import VisitEntry, visit_entries
from patients import knowledge

MONITOR = Monitor(knowledge(), knowledge().profile("us"))
LINEZOLID = "linezolid: 600 mg once a day"
BEDAQUILINE = "bedaquiline: 400 mg once a day"
COUNT = (("haemoglobin", 12.0, "g/dL"), ("platelets", 200.0, "10*9/L"), ("neutrophils", 3.0, "10*9/L"))


def entries(log: list[Event], now: str, days: int = 60, beside: Record | None = None) -> dict[date, VisitEntry]:
    lived = course([it for it in log if it.recorded_at <= at(now)])
    told = visit_entries(lived, PATIENT, beside or Record({}), MONITOR, load_zone, at(now), days)
    assert [it.day for it in told] == sorted({it.day for it in told})
    return {it.day: it for it in told}


def blood_count(on: str) -> list[Event]:
    return [event(Result(fact, value, unit), on, actor="clinician") for fact, value, unit in COUNT]


def test_tests_of_several_drugs_on_one_day_are_one_entry():
    told = entries([started(LINEZOLID, BEDAQUILINE, days=180)], "2026-03-01T12:00")
    day = told[date(2026, 4, 1)]  # day 31 of both
    assert {"liver function", "clinical review", "weight"} <= set(day.tests)
    assert len(day.tests) == len(set(day.tests))
    assert len({it.uid for it in told.values()}) == len(told)


def test_a_test_that_was_answered_early_is_no_longer_told_and_the_entry_keeps_its_id():
    log = [started(LINEZOLID, days=180)]
    before = entries(log, "2026-03-06T12:00")
    assert before[date(2026, 3, 9)].tests == ("blood count",)
    log += blood_count("2026-03-07T09:00")
    after = entries(log, "2026-03-07T12:00")
    gone = after[date(2026, 3, 9)]
    assert gone.is_cancelled
    assert gone.uid == before[date(2026, 3, 9)].uid
    assert gone.revision > before[date(2026, 3, 9)].revision
    assert after[date(2026, 3, 16)] == before[date(2026, 3, 16)]


@pytest.mark.parametrize(
    ("on", "answered"), [("2026-03-09T09:00", True), ("2026-03-08T09:00", True), ("2026-03-02T09:00", False)]
)
def test_a_result_answers_the_nearest_day_only(on, answered):
    """On 03-02 lies the first day, whose own count (before the start) is the nearer one."""
    told = entries([started(LINEZOLID, days=180), *blood_count(on)], f"{on[:10]}T12:00")
    assert (date(2026, 3, 9) in told and not told[date(2026, 3, 9)].is_cancelled) != answered


def test_what_another_plan_takes_away_is_cancelled_and_comes_back_with_a_higher_number():
    log = [started(LINEZOLID, days=180)]
    other, back = (PlanChanged(plan(it, start=date(2026, 3, 10)), "Dr A") for it in (BEDAQUILINE, LINEZOLID))
    log.append(event(other, "2026-03-09T08:00", actor="clinician"))
    weekly = entries(log, "2026-03-10T12:00")[date(2026, 4, 6)]
    assert weekly.is_cancelled
    log.append(event(back, "2026-03-11T18:00", actor="clinician"))
    again = entries(log, "2026-03-11T19:00")[date(2026, 4, 6)]
    assert not again.is_cancelled
    assert again.uid == weekly.uid
    assert again.revision > weekly.revision


@pytest.mark.parametrize(
    "body",
    [Outcome("died", "who-2021", "Dr A"), Transfer("out"), Outcome("lost to follow-up", "who-2021", "Dr A")],
    ids=["died", "transferred", "lost"],
)
def test_after_the_end_nothing_is_told(body):
    log = [started(LINEZOLID, days=180), event(body, "2026-03-20T08:00", actor="clinician")]
    told = entries(log, "2026-03-20T12:00")
    assert all(it.is_cancelled for day, it in told.items() if day >= date(2026, 3, 20))
    assert any(it.is_cancelled for it in told.values())


def test_what_is_done_after_the_end_of_a_cure_stays():
    log = [started("pretomanid: 200 mg once a day", LINEZOLID, BEDAQUILINE, days=182)]
    log.append(event(Outcome("cured", "who-2021", "Dr A"), "2026-08-30T08:00", actor="clinician"))
    told = entries(log, "2026-08-30T12:00", 400)
    kept = [it for it in told.values() if not it.is_cancelled and it.day > date(2026, 8, 31)]
    assert kept
    assert any("sputum culture" in it.tests for it in kept)


def test_a_day_is_the_patients_day():
    for zone, now in (("Pacific/Auckland", "2026-03-08T12:00"), ("America/Los_Angeles", "2026-03-10T05:00")):
        told = entries([started(LINEZOLID, zone=zone, days=180)], now)
        assert date(2026, 3, 9) in told


def test_the_same_log_is_told_the_same_and_no_plan_is_refused():
    log = [started(LINEZOLID, days=180), *blood_count("2026-03-07T09:00")]
    assert entries(log, "2026-03-08T12:00") == entries(log, "2026-03-08T12:00")
    with pytest.raises(InputError, match="no plan"):
        entries([], "2026-03-08T12:00")


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Draw a course: a plan, and what happens in the weeks after, each written down when it happens."""
    log = [started(LINEZOLID, BEDAQUILINE, days=120)]
    for _ in range(draw(st.integers(0, 5))):
        when = log[-1].occurred_at + timedelta(hours=draw(st.integers(1, 200)))
        kind = draw(st.sampled_from(["count", "change", "back", "kidneys"]))
        if kind == "count":
            log += [event(Result(*row), when, actor="clinician") for row in COUNT]
        elif kind == "kidneys":
            log.append(event(Result("creatinine", draw(st.sampled_from([0.8, 4.0])), "mg/dL"), when, actor="clinician"))
        elif kind == "change":
            drugs = draw(st.sampled_from([(LINEZOLID,), (BEDAQUILINE,), (LINEZOLID, BEDAQUILINE)]))
            changed = plan(*drugs, start=when.date() + timedelta(days=draw(st.integers(0, 3))))
            log.append(event(PlanChanged(changed, "Dr A"), when, actor="clinician"))
        elif len(log) > 1:
            log.append(event(Retracted(), when, actor="clinician", supersedes=draw(st.sampled_from(log[1:])).id))
    return log


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=logs(), first=st.integers(0, 40), later=st.integers(1, 30))
def test_whatever_was_told_is_told_again_unchanged_or_with_a_higher_number(log, first, later):
    start = datetime(2026, 3, 1, 10, tzinfo=at("2026-03-01").tzinfo)
    one, two = start + timedelta(days=first), start + timedelta(days=first + later)
    before, after = entries(log, one.isoformat(), 40), entries(log, two.isoformat(), 40)
    for day, told in before.items():
        if day >= two.date() - timedelta(days=7):
            assert day in after
            assert after[day].uid == told.uid
            assert after[day].revision >= told.revision
            assert after[day].tests == told.tests or after[day].revision > told.revision

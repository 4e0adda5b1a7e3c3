"""The order of the lines of a course, both sides of each threshold, and what a clinician put off."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_cases import Case, course
from course_events import event
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.clinical.event_bodies import MATTERS, Symptom
from fullcourse.journey.course.needs import URGENCIES, Need, Needs, PutOff, Rank, hidden_now, now_needed
from fullcourse.journey.course.queue import needs_of
from fullcourse.journey.monitor import Monitor
from patients import knowledge

NOW = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
CYCLOSERINE = {"plan": ["cycloserine: 500 mg q12h"], "taken_days": ["2026-03-02", "2026-03-10"]}
ISONIAZID = {"plan": ["isoniazid: 300 mg once a day"], "taken_days": ["2026-03-02", "2026-03-10"]}


@cache
def monitor() -> Monitor:
    return Monitor(knowledge(), knowledge().profile("us"))


def needs(now: str, row: dict[str, Any]) -> Needs:
    case = Case(row)
    at = case.at(now)
    return needs_of(
        course(it for it in case.log() if it.occurred_at <= at), knowledge(), at, monitor(), every_day_is_open
    )


def lines(now: str, row: dict[str, Any]) -> list[Need]:
    return list(now_needed(needs(now, row), Case(row).at(now))[0])


def ranked(now: str, row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what each line is about and by when; tests that are due stand in every course and are left out."""
    return [(it.rank.name, it.by) for it in lines(now, row) if not it.says.startswith("Due on ")]


EVERYTHING = {
    "plan": ["cycloserine: 500 mg q12h", "isoniazid: 300 mg once a day"],
    "taken_days": ["2026-03-02", "2026-03-08"],
    "skipped_days": ["2026-03-09", "2026-03-10"],
    "symptoms": [["symptom_tremor", "2026-03-09T09:00"], ["symptom_seizure", "2026-03-10T09:00"]],
    "results": [["cycloserine_level", "2026-03-10T10:00", 36, "mg/L"]],
    "events": [
        ["dispensed", "2026-03-02T07:00", {"drug": "isoniazid", "form": "tablet 300 mg", "units": 11}],
        ["visit", "2026-03-09T10:00", {"kept": False, "purpose": "first week"}, {"actor": "clinician"}],
    ],
}


def test_safety_stands_first_then_results_gaps_refills_and_visits():
    assert ranked("2026-03-10T20:30", EVERYTHING) == [
        ("EMERGENCY", "now"),
        ("SAFETY", "now"),
        ("SAFETY", "today"),
        ("RESULT", "now"),
        ("GAP", "today"),
        ("REFILL", "today"),
        ("VISIT", "this week"),
    ]


def test_what_an_emergency_and_a_call_before_the_next_dose_say():
    told, waiting, *_ = lines("2026-03-10T20:30", EVERYTHING)
    assert told.says.startswith("a fit: emergency now")
    assert waiting.says.startswith("No dose of cycloserine")
    assert told.statements


@pytest.mark.parametrize(
    ("plan", "symptom", "wanted"),
    [
        ("cycloserine: 500 mg q12h", "symptom_seizure", ("EMERGENCY", "now")),
        ("cycloserine: 500 mg q12h", "symptom_tremor", ("SAFETY", "today")),
        ("clofazimine: 100 mg once a day", "symptom_skin_darkening", ("VISIT", "next contact")),
    ],
)
def test_what_was_told_stands_where_its_urgency_puts_it(plan: str, symptom: str, wanted: tuple[str, str]):
    row = {**CYCLOSERINE, "plan": [plan], "symptoms": [[symptom, "2026-03-10T09:00"]]}
    found = lines("2026-03-10T20:30", row)
    label = knowledge().facts[symptom].label
    assert [(it.rank.name, it.by) for it in found if it.says.startswith(f"{label}: ")] == [wanted]


@pytest.mark.parametrize(("level", "by"), [(35.1, "now"), (35.0, "today"), (30.0, "today"), (29.9, "this week")])
def test_a_level_is_as_urgent_as_what_it_calls_for(level: float, by: str):
    """Above 35 mg/L cycloserine is withheld, from 30 on the dose is lowered, below it the level is looked at."""
    row = {**CYCLOSERINE, "results": [["cycloserine_level", "2026-03-10T10:00", level, "mg/L"]]}
    assert [it for it in ranked("2026-03-10T20:30", row) if it[0] == "RESULT"] == [("RESULT", by)]


ISONIAZID_THAT_DAY = ["isoniazid", "2026-03-09T08:00", "slot 2026-03-09T08:00"]


@pytest.mark.parametrize(("again", "is_emergency"), [([], False), ([["isoniazid", "2026-03-09T08:10"]], True)])
def test_a_double_dose_is_an_emergency_though_nobody_feels_anything(again: list[list[str]], is_emergency: bool):
    row = {**ISONIAZID, "taken_days": ["2026-03-02", "2026-03-08"], "taken": [ISONIAZID_THAT_DAY, *again]}
    assert (("EMERGENCY", "now") in ranked("2026-03-09T12:00", row)) is is_emergency


def test_a_dose_fourteen_hours_late_and_the_next_on_time_are_no_double_dose():
    late = ["isoniazid", "2026-03-09T22:00", "slot 2026-03-09T08:00"]
    row = {**ISONIAZID, "taken_days": ["2026-03-02", "2026-03-08"], "taken": [late, ["isoniazid", "2026-03-10T08:00"]]}
    assert "EMERGENCY" not in {rank for rank, _ in ranked("2026-03-10T12:00", row)}


UNTOLD_AFTER_SKIP = {**ISONIAZID, "taken_days": ["2026-03-02", "2026-03-07"], "skipped_days": ["2026-03-08"] * 2}
UNTOLD = {**ISONIAZID, "taken_days": ["2026-03-02", "2026-03-08"]}
SKIPPED = {**ISONIAZID, "taken_days": ["2026-03-02", "2026-03-07"], "skipped_days": ["2026-03-08", "2026-03-09"]}


@pytest.mark.parametrize(
    ("row", "now", "wanted"),
    [
        (SKIPPED, "2026-03-09T08:00", []),
        (SKIPPED, "2026-03-09T08:01", [("GAP", "today")]),
        (UNTOLD, "2026-03-11T07:59", []),
        (UNTOLD, "2026-03-11T08:00", [("GAP", "today")]),
        (UNTOLD_AFTER_SKIP, "2026-03-10T07:59", []),
        (UNTOLD_AFTER_SKIP, "2026-03-10T08:00", [("GAP", "today")]),
    ],
    ids=["one day skipped", "two", "told of an hour ago", "two days untold", "a day skipped", "and one untold"],
)
def test_two_days_without_a_known_dose_are_a_gap(row: dict[str, Any], now: str, wanted: list[tuple[str, str]]):
    assert ranked(now, row) == wanted


@pytest.mark.parametrize(("now", "is_due"), [("2026-03-11T23:59", False), ("2026-03-12T00:00", True)])
def test_an_outcome_is_due_from_the_day_after_the_plan_on(now: str, is_due: bool):
    row = {**ISONIAZID, "plan_days": 10, "taken_days": ["2026-03-02", "2026-03-11"]}
    assert (("OUTCOME", "this week") in ranked(now, row)) is is_due


@pytest.mark.parametrize(("now", "is_due"), [("2026-03-10T23:59", False), ("2026-03-11T00:00", True)])
def test_a_refill_stands_there_from_the_fifth_day_before_it_runs_out(now: str, is_due: bool):
    handed = ["dispensed", "2026-03-02T07:00", {"drug": "isoniazid", "form": "tablet 300 mg", "units": 14}]
    assert (("REFILL", "today") in ranked(now, {**ISONIAZID, "events": [handed]})) is is_due


SNOOZE = {"actor": "clinician"}


def snoozed(matter: str, at: str, until: date) -> list[object]:
    return ["snoozed", at, {"matter": matter, "until": until, "because": "Seen by the doctor"}, SNOOZE]


def shaking(*events: list[object], **more: object) -> dict[str, Any]:
    return {**CYCLOSERINE, "symptoms": [["symptom_tremor", "2026-03-08T09:00"]], "events": list(events), **more}


LATE = snoozed("safety", "2026-03-09T12:00", date(2026, 3, 20))


@pytest.mark.parametrize(("now", "is_hidden"), [("2026-03-10T23:59", True), ("2026-03-11T00:00", False)])
def test_safety_is_hidden_to_the_end_of_the_next_day_whatever_was_written(now: str, is_hidden: bool):
    row = shaking(LATE)
    assert (("SAFETY", "today") not in ranked(now, row)) is is_hidden
    hidden = hidden_now(needs(now, row), Case(row).at(now))
    assert [it.put_off.day for it in hidden] == ([date(2026, 3, 11)] if is_hidden else [])
    assert all(line.matter == "safety" for it in hidden for line in it.lines)


def test_what_is_put_off_names_the_reason_and_the_lines_that_it_hides():
    row = shaking(LATE)
    (hidden,) = hidden_now(needs("2026-03-10T12:00", row), Case(row).at("2026-03-10T12:00"))
    assert hidden.put_off.because == "Seen by the doctor"
    assert [it.says.partition(":")[0] for it in hidden.lines if it.by == "today"] == ["shaking"]


def test_a_symptom_that_is_told_later_shows_its_line_with_what_was_put_off():
    later = ["symptom_confusion", "2026-03-09T18:00"]
    row = shaking(LATE, symptoms=[["symptom_tremor", "2026-03-08T09:00"], later])
    told = next(it for it in lines("2026-03-10T12:00", row) if it.by == "today")
    assert "shaking" in told.says
    assert told.since == Case(row).at("2026-03-08T09:00")


def test_the_same_symptom_told_again_is_shown():
    row = shaking(LATE, symptoms=[["symptom_tremor", "2026-03-08T09:00"], ["symptom_tremor", "2026-03-09T18:00"]])
    assert ("SAFETY", "today") in ranked("2026-03-10T12:00", row)


def test_a_result_that_came_later_is_shown():
    row = shaking(LATE, results=[["cycloserine_level", "2026-03-10T10:00", 36, "mg/L"]])
    assert ("RESULT", "now") in ranked("2026-03-10T12:00", row)


def test_another_matter_is_hidden_until_the_day_that_was_written():
    row = {**UNTOLD, "events": [snoozed("silent", "2026-03-11T12:00", date(2026, 3, 20))]}
    assert ranked("2026-03-19T23:59", row) == []
    assert ranked("2026-03-20T00:00", row) == [("GAP", "today")]


@pytest.mark.parametrize(("told", "wanted"), [("2026-03-08T09:00", []), ("2026-03-09T09:00", [("EMERGENCY", "now")])])
def test_of_a_closed_course_what_came_up_since_is_left(told: str, wanted: list[tuple[str, str]]):
    row = {**CYCLOSERINE, "symptoms": [["symptom_seizure", told]], "outcome": ["completed", "2026-03-08T10:00"]}
    assert ranked("2026-03-10T12:00", row) == wanted


def test_nothing_is_left_of_a_course_whose_patient_died():
    row = {**EVERYTHING, "outcome": ["died", "2026-03-10T18:00"]}
    assert needs("2026-03-10T20:30", row).lines == ()


def test_a_fit_told_before_there_is_a_plan_is_an_emergency():
    told = [event(Symptom("symptom_seizure"), NOW - timedelta(hours=2))]
    found = needs_of(course(told), knowledge(), NOW, monitor(), every_day_is_open)
    assert [it.rank for it in now_needed(found, NOW)[0]][:1] == [Rank.EMERGENCY]


MOMENTS = st.integers(-200, 200).map(lambda hours: NOW + timedelta(hours=hours))
LINES = st.builds(
    Need, st.sampled_from(MATTERS), st.sampled_from(Rank), st.sampled_from(URGENCIES), st.text(max_size=5), MOMENTS,
    MOMENTS, st.none() | MOMENTS, newest=st.none() | MOMENTS,
)  # fmt: skip
PUT_OFF = st.builds(PutOff, st.sampled_from(MATTERS), MOMENTS, MOMENTS, st.just(NOW.date()), st.just("a reason"))


@given(st.lists(LINES, max_size=8), st.lists(PUT_OFF, max_size=3), MOMENTS)
def test_each_line_of_a_moment_is_shown_or_put_off_and_none_is_lost(
    found: list[Need], over: list[PutOff], at: datetime
):
    made = Needs(tuple(found), tuple(over), None, (), NOW)
    shown, hidden = now_needed(made, at)[0], hidden_now(made, at)
    there = [it for it in found if it.shows_from <= at and (it.shows_until is None or at < it.shows_until)]
    behind = [line for it in hidden for line in it.lines]
    assert sorted(map(repr, (*shown, *behind))) == sorted(map(repr, there))
    assert [it.order for it in shown] == sorted(it.order for it in shown)
    assert [it.rank for it in shown] == sorted(it.rank for it in shown)
    assert all((line.newest or line.since) <= it.put_off.at for it in hidden for line in it.lines)

"""A course asked through the journey says what the source says, or what a fault in another program taught."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from course_cases import Case, read_cases
from fullcourse.adapters.working_days import every_day_is_open, working_days_of
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.journey.course import (
    Course,
    Overview,
    WhatIsKnown,
    course_from,
    missed_doses,
    moved_plan_of,
    overview_of,
    schedule_of,
    supplies_of,
    travel_of,
)
from patients import knowledge


def opened(case: Case, now: str) -> Course:
    return course_from(case.log(), knowledge(), load_zone, case.at(now), case.row.get("profile", ""))


def named(table: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", read_cases(table), ids=lambda case: case.row["name"])


SAID_OF_SCHEDULES = {"due", "mg", "occasions", "clock_changes", "nights", "clashes", "uneven", "apart", "food"}


@named("schedule")
def test_the_schedule_is_what_the_source_says(case: Case):
    row = case.row
    if "move" in row or "travel" in row:
        _way(case)
        return
    assert SAID_OF_SCHEDULES & row.keys()
    course = opened(case, row["now"])
    schedule = schedule_of(course, knowledge(), case.at(row["now"]), row["days"])
    local = {slot.id: f"{schedule.zone.local(slot.due):%m-%d %H:%M}" for it in schedule.occasions for slot in it.slots}
    slots = [slot for it in schedule.occasions for slot in it.slots]
    if "due" in row:
        assert [local[slot.id] for slot in slots] == row["due"]
    if "mg" in row:
        assert [slot.mg for slot in slots] == row["mg"]
    if "occasions" in row:
        shown = [[local[it.slots[0].id], *(slot.drug for slot in it.slots)] for it in schedule.occasions]
        assert shown == row["occasions"]
    if "clock_changes" in row:
        assert {gap.drug: [gap.hours, gap.by_the_clock] for gap in schedule.clock_changes} == row["clock_changes"]
    if "nights" in row:
        clock = schedule.zone.local
        shown = {
            gap.drug: [gap.hours, f"{clock(gap.after):%H:%M}", f"{clock(gap.before):%H:%M}"] for gap in schedule.nights
        }
        assert shown == row["nights"]
    if "clashes" in row:
        shown = [[local[it.slots[0].id], one.drug, one.other] for it in schedule.occasions for one in it.clashes]
        assert shown == row["clashes"]
    if "uneven" in row:
        assert {drug: list(gaps) for drug, gaps in schedule.uneven.items()} == row["uneven"]
    for drug, other in row.get("apart", ()):
        assert any(one.drug == drug and other in one.patient for one in schedule.apart)
    for words in row.get("food", ()):
        assert any(words in one.says for one in schedule.food)


def _way(case: Case) -> None:
    row = case.row
    if "move" in row:
        last = case.at(row["move"]["last"])
        course = opened(case, row["move"]["last"])
        steps, way = moved_plan_of(course, row["move"]["drug"], row["move"]["by"], last)
        assert say_dose_plan(steps).startswith(row["moved_to"])
    else:
        last = case.at(row["travel"]["last"])
        course = opened(case, row["travel"]["last"])
        way = travel_of(course, row["travel"]["drug"], last, load_zone(row["travel"]["to"]))
    gaps = [(after - before) / timedelta(hours=1) for before, after in pairwise(way.doses)]
    assert min(gaps) >= row["least_h"]
    assert max(gaps) <= row.get("most_h", 1000.0)


@named("log")
def test_a_log_comes_to_what_the_source_says(case: Case):
    row = case.row
    now = case.at(row["now"])
    course = opened(case, row["now"])
    overview = overview_of(course, knowledge(), now, WhatIsKnown())
    adherence = next(iter(overview.adherence.values()))
    if "standings" in row:
        standings = [one.standing.value for one in overview.standings]
        assert standings[: len(row["standings"])] == row["standings"]
    if "share" in row:
        assert [adherence.low, adherence.high] == row["share"]
    if "back_entered" in row:
        assert sum(one.is_back_entered for one in overview.standings) == row["back_entered"]
    if "known_by" in row:
        assert dict(adherence.known_by) == row["known_by"]
    for drug, verdict in row.get("advice", {}).items():
        (advice,) = missed_doses(course, [drug], now)
        assert advice.verdict.value == verdict, advice.why
    assert len(overview.clashes) == row.get("clashes", 0)
    assert len(overview.unknown) == row.get("unknown", 0)
    if "closed" in row:
        assert (course.closing.why if course.closing else "") == row["closed"]
    for words in row.get("tasks", ()):
        assert any(words in task.says for task in overview.tasks)


def _overview(case: Case) -> Overview:
    known = WhatIsKnown(**case.row.get("known", {}))
    return overview_of(opened(case, case.row["now"]), knowledge(), case.at(case.row["now"]), known)


@named("interruptions_tried")
def test_interruptions_of_a_log_are_what_the_source_says(case: Case):
    row = case.row
    assert {"answers", "new_end", "owed", "none_applies"} & row.keys()
    overview = _overview(case)
    answers = {answer.statement: answer for answer in overview.interruption}
    for statement, (status, goes_on, *owes) in row.get("answers", {}).items():
        answer = answers[statement]
        if status == "-":
            assert answer.status != "applies"
            continue
        assert (answer.status, answer.goes_on) == (status, goes_on), answer
        if owes:
            assert answer.owes == tuple(owes)
    for statement, day in row.get("new_end", {}).items():
        assert answers[statement].new_end == (date.fromisoformat(day),) * 2
    for statement, owed in row.get("owed", {}).items():
        assert overview.owed[statement].days == tuple(owed)
    if "none_applies" in row:
        assert all(answer.status != "applies" for answer in answers.values())


@named("completion")
def test_completion_is_what_the_source_says(case: Case):
    row = case.row
    overview = _overview(case)
    expected = {"phases", "longest", "starts_on", "days_complete", "proposed", "recorded_outcome"}
    assert expected & row.keys()
    if "phases" in row:
        shown = [[one.phase.name, one.answer, *(one.owed or ())] for one in overview.completion]
        assert shown == row["phases"]
    if "longest" in row:
        assert list(overview.completion[0].longest_lapse) == row["longest"]
    if "starts_on" in row:
        assert overview.completion[0].phase.starts_on.isoformat() == row["starts_on"]
    if "days_complete" in row:
        (one,) = overview.adherence.values()
        assert [one.days_complete, one.days] == row["days_complete"]
    if "proposed" in row:
        proposed = overview.proposed_outcome
        assert ([proposed.outcome, proposed.definition] if proposed else []) == row["proposed"]
    if "recorded_outcome" in row:
        assert overview.outcome is not None
        assert [overview.outcome.outcome, overview.outcome.definition] == row["recorded_outcome"]


@named("supply")
def test_the_supply_is_what_the_source_says(case: Case):
    row = case.row
    is_open = working_days_of(row["country"]) if "country" in row else every_day_is_open
    until = date.fromisoformat(row["trip"][0]) if "trip" in row else None
    (one,) = supplies_of(opened(case, row["now"]), knowledge(), case.at(row["now"]), is_open, until)
    expected = {
        "lasts", "uncounted", "urgency", "mg_left", "not_counted", "trip", "order_on", "repeats_left", "statement",
    }  # fmt: skip
    assert expected & row.keys()
    if "lasts" in row:
        assert [one.lasts_low.isoformat(), one.lasts_high.isoformat()] == row["lasts"]
    if "uncounted" in row:
        assert one.is_uncounted == row["uncounted"]
    if "urgency" in row:
        assert one.urgency == row["urgency"]
    if "mg_left" in row:
        assert [sum(lot.mg_low for lot in one.lots), sum(lot.mg_high for lot in one.lots)] == row["mg_left"]
    if "not_counted" in row:
        assert list(one.forms_not_counted) == row["not_counted"]
    if until is not None:
        assert one.lasts_until(until) == row["trip"][1]
    if "order_on" in row:
        assert one.order_on == date.fromisoformat(row["order_on"])
    if "repeats_left" in row:
        assert one.repeats_left == row["repeats_left"]
    if "statement" in row:
        assert row["statement"] in {said.statement for said in one.executed}

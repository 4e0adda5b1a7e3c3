"""The cases of the care team's list, written before it was run, each with its rows."""

from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest

from course_cases import Case, course, read_cases
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.clinical.event_bodies import MATTERS
from fullcourse.journey.course.queue import Need, Needs, needs_of, now_needed
from fullcourse.journey.monitor import Monitor
from patients import knowledge

CASES = read_cases("queue")


def needs(case: Case, now: str | None = None, monitor: Monitor | None = None) -> Needs:
    at = case.at(now or case.row["now"])
    log = [event for event in case.log() if event.occurred_at <= at]
    return needs_of(course(log), knowledge(), at, monitor, every_day_is_open)


def rows(case: Case) -> list[Need]:
    shown, _ = now_needed(needs(case), case.at(case.row["now"]))
    return sorted(shown, key=lambda it: (MATTERS.index(it.matter), it.since))


@pytest.mark.parametrize("case", CASES, ids=[case.row["name"] for case in CASES])
def test_each_case_has_its_rows_and_no_other(case: Case):
    found = [row for row in rows(case) if row.matter != "visits"]
    wanted = case.row["rows"]
    assert {(row.matter, row.since) for row in found} == {(matter, case.at(since)) for matter, since, _ in wanted}
    for matter, _, words in wanted:
        assert any(words in row.says for row in found if row.matter == matter), [row.says for row in found]


@pytest.mark.parametrize("case", [case for case in CASES if "visits" in case.row], ids=lambda case: case.row["name"])
def test_each_case_has_its_missed_visits(case: Case):
    found = [(row.since, row.says) for row in rows(case) if row.matter == "visits"]
    wanted = case.row["visits"]
    assert [since for since, _ in found] == [case.at(since) for since, _ in wanted]
    assert all(words in says for (_, says), (_, words) in zip(found, wanted, strict=True))


@pytest.mark.parametrize("case", [case for case in CASES if "contact" in case.row], ids=lambda case: case.row["name"])
def test_each_case_has_its_last_contact(case: Case):
    last = needs(case).last_contact
    at, how, reached = case.row["contact"]
    assert last is not None
    assert (last.at, last.how, last.reached) == (case.at(at), how, reached)


@pytest.mark.parametrize("case", [case for case in CASES if "uncounted" in case.row], ids=lambda case: case.row["name"])
def test_each_case_names_the_drugs_that_nobody_counts(case: Case):
    assert list(needs(case).uncounted) == case.row["uncounted"]


@pytest.mark.parametrize("case", [case for case in CASES if "snoozed" in case.row], ids=lambda case: case.row["name"])
def test_each_case_names_what_is_put_off(case: Case):
    _, hiding = now_needed(needs(case), case.at(case.row["now"]))
    assert [it.matter for it in hiding] == case.row["snoozed"]
    assert all(it.because for it in hiding)


def untold(case: Case, days: int) -> tuple[Needs, Needs]:
    """Return what was worked out at the moment of a case, and anew days later, where nothing was added."""
    later = case.at(case.row["now"]) + timedelta(days=days)
    return needs(case), needs(case, later.isoformat())


@pytest.mark.parametrize("case", CASES, ids=[case.row["name"] for case in CASES])
def test_what_was_worked_out_once_says_a_day_later_what_is_said_anew(case: Case):
    kept, anew = untold(case, 1)
    later = case.at(case.row["now"]) + timedelta(days=1)
    kinds = ("silent", "outcome", "visits", "refills")
    seen = [{(it.matter, it.since) for it in now_needed(one, later)[0] if it.matter in kinds} for one in (kept, anew)]
    assert seen[0] == seen[1]


@cache
def monitor() -> Monitor:
    return Monitor(knowledge(), knowledge().profile("us"))


def test_tests_that_are_due_are_one_line_a_day_and_are_shown_from_that_day_on():
    case = next(case for case in CASES if "nobody needs anything" in case.row["name"])
    lines = [it for it in needs(case, monitor=monitor()).lines if it.matter == "visits"]
    assert lines
    assert all(before.since < after.since for before, after in pairwise(lines))
    assert all(line.shows_from == line.since for line in lines)


def test_a_level_that_calls_for_less_is_a_matter_of_safety():
    row = {
        "plan": ["cycloserine: 500 mg q12h"],
        "taken_days": ["2026-03-02", "2026-03-10"],
        "results": [["cycloserine_level", "2026-03-10T10:00", 36, "mg/L"]],
        "now": "2026-03-10T20:30",
    }
    case = Case(row)
    found = [it for it in needs(case, monitor=monitor()).lines if it.matter == "safety"]
    assert found
    assert {it.since for it in found} == {case.at("2026-03-10T10:00")}

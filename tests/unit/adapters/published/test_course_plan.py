"""The end of a phase in a plan that is lived: written where it was named, and read of older logs as none."""

import json
from dataclasses import replace
from datetime import date

import pytest

from course_events import event, plan, started
from fullcourse.adapters.published.course_plan import plan_json, read_plan
from fullcourse.adapters.published.event import event_line, read_event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import PlanChanged

PLAN = plan("rifampin: 600 mg once a day", "isoniazid: 300 mg once a day")
ENDS = date(2026, 4, 26)


def test_the_last_day_of_a_phase_is_written_and_read_back():
    written = plan_json(replace(PLAN, phase_ends_on=ENDS))
    assert written["phase_ends_on"] == "2026-04-26"
    assert read_plan(written, "$.plan").phase_ends_on == ENDS


def test_a_plan_without_one_is_written_as_before_and_an_older_one_is_read_as_without():
    written = plan_json(PLAN)
    assert "phase_ends_on" not in written
    assert read_plan(written, "$.plan") == PLAN
    assert read_plan({**written, "phase_ends_on": None}, "$.plan") == PLAN


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (5, r"\$\.plan\.phase_ends_on: a text is expected"),
        ("2026-13-01", r"\$\.plan\.phase_ends_on: '2026-13-01' is not a date"),
        ("", r"\$\.plan\.phase_ends_on: '' is not a date"),
        ("2026-03-01", r"\$\.plan: the phase ends on 2026-03-01, which is before its plan begins"),
        ("2036-03-01", "more than ten years after"),
        ("9999-12-31", "more than ten years after"),
    ],
)
def test_a_damaged_day_is_refused_and_its_place_is_named(value, why):
    with pytest.raises(InputError, match=why):
        read_plan({**plan_json(PLAN), "phase_ends_on": value}, "$.plan")


@pytest.mark.parametrize("day", ["2026-03-02", "2036-02-28"])
def test_a_phase_lasts_from_a_day_to_ten_years(day):
    assert read_plan({**plan_json(PLAN), "phase_ends_on": day}, "$.plan").phase_ends_on == date.fromisoformat(day)


@pytest.mark.parametrize("ends", [None, ENDS])
def test_events_of_plans_are_read_back_whole_and_keep_their_line(ends):
    begun = started("rifampin: 600 mg once a day", phase_ends_on=ends)
    changed = event(PlanChanged(replace(PLAN, phase_ends_on=ends), "Dr A", "mild rash"), "2026-03-09T09:00")
    for one in (begun, changed):
        line = event_line(one)
        assert ("phase_ends_on" in line) is (ends is not None)
        assert event_line(read_event(json.loads(line))) == line

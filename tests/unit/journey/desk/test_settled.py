"""Going on from what was worked out before gives what working everything out gives, at any two moments of one log."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_service import NOW
from course_events import event
from desk_courses import person
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken
from fullcourse.course.days import all_standings
from fullcourse.journey.course import course_from
from fullcourse.journey.desk import standings_since
from fullcourse.journey.desk.settled import Settled


def course_of(number, more=(), at=NOW):
    return course_from((*person(number).events, *more), knowledge_here(), load_zone, at)


@settings(max_examples=12, deadline=None)
@given(number=st.sampled_from([2, 4, 5, 10, 15]), early=st.integers(0, 60), hours=st.integers(0, 400))
def test_going_on_gives_what_working_everything_out_gives(number, early, hours):
    course = course_of(number)
    first = NOW - timedelta(days=early)
    now = first + timedelta(hours=hours)
    before = standings_since(course, first, None)
    assert standings_since(course, now, before).standings == all_standings(course, now, course.late_after_h)


@pytest.mark.parametrize("kind", [DoseTaken, DoseSkipped])
def test_what_was_told_of_a_dose_after_the_moment_is_not_passed_over(kind):
    one = person(10)
    at = NOW - timedelta(days=20)
    slot = next(
        it.slot
        for it in all_standings(course_of(10), at, 2.0)
        if not it.claims and it.slot.due < at - timedelta(days=15)
    )
    body = DoseTaken(slot.drug, slot.mg, slot.id) if kind is DoseTaken else DoseSkipped(slot.drug, slot.id)
    course = course_of(10, [event(body, at + timedelta(days=1), patient=one.patient)])
    now = NOW - timedelta(days=1)
    before = standings_since(course, at, None)
    assert standings_since(course, now, before).standings == all_standings(course, now, course.late_after_h)


def test_another_measure_of_late_is_worked_out_whole():
    course = course_of(2)
    odd = Settled(NOW - timedelta(days=1), -1.0, ())
    assert standings_since(course, NOW, odd).standings == all_standings(course, NOW, course.late_after_h)


def test_an_earlier_moment_is_worked_out_whole():
    course, early = course_of(2), NOW - timedelta(days=30)
    later = standings_since(course, NOW, None)
    assert standings_since(course, early, later).standings == all_standings(course, early, course.late_after_h)

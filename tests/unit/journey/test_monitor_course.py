"""A course as it is monitored: what a plan comes to whose day 1 lies before that of the plan before it."""

from datetime import UTC, date, datetime

from course_events import event, plan, started
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import PlanChanged
from fullcourse.journey.course import course_from
from fullcourse.journey.monitor_course import course_as_monitored

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def test_a_plan_whose_day_1_lies_before_that_of_the_plan_before_it_is_monitored():
    first = started("cycloserine: 250 mg q12h", on="2026-03-01T09:00", start=date(2026, 3, 10))
    other = PlanChanged(plan("linezolid: 600 mg once a day", start=date(2026, 3, 4)), "synthetic")
    log = [first, event(other, "2026-03-15T09:00")]
    course = course_from(log, knowledge_here(), load_zone, NOW)
    _, treatment = course_as_monitored(course, knowledge_here(), NOW)
    assert treatment.drugs == ("linezolid",)
    assert treatment.doses["linezolid"]

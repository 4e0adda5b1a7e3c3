"""A stop is a task until each phone that may still show the dose has confirmed it (HZ-27)."""

from datetime import UTC, datetime, timedelta

import pytest

from course_events import event, plan, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Held, PlanChanged, PlanSeen, PlanStopped, Resumed
from fullcourse.journey.course import course_from
from fullcourse.journey.course.stops import unconfirmed_stops
from patients import knowledge

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CYCLOSERINE, LINEZOLID = "cycloserine: 250 mg q12h", "linezolid: 600 mg once a day"
BEGUN = started(CYCLOSERINE, LINEZOLID)


def seen(hours: float, device: str = "phone", actor: str = "patient") -> Event:
    """Return that a phone shows the plan as it was so many hours after noon."""
    at = NOON + hours * HOUR
    return event(PlanSeen(at.timestamp() * 1000), at, device=device, actor=actor)


def by_clinician(body: object, hours: float) -> Event:
    return event(body, NOON + hours * HOUR, actor="clinician")  # type: ignore[arg-type]  # one of the bodies


def waiting(*events: Event, hours: float = 5) -> list[tuple[tuple[str, ...], int]]:
    now = NOON + hours * HOUR
    course = course_from([BEGUN, *events], knowledge(), load_zone, now)
    return [(it.drugs, it.phones) for it in unconfirmed_stops(course, now)]


@pytest.mark.parametrize(
    ("stop", "drugs"),
    [
        (Held(("linezolid",), "side effects"), ("linezolid",)),
        (Held((), "result"), ()),
        (PlanStopped("clinician", "done"), ()),
        (PlanChanged(plan(CYCLOSERINE), "Dr A"), ("linezolid",)),
    ],
)
def test_a_stop_waits_for_a_phone_whose_plan_is_older(stop: object, drugs: tuple[str, ...]) -> None:
    assert waiting(seen(0), by_clinician(stop, 1)) == [(drugs, 1)]
    assert waiting(seen(0), by_clinician(stop, 1), seen(2)) == []
    assert waiting(seen(2), by_clinician(stop, 1)) == []


@pytest.mark.parametrize(
    "other",
    [
        Held(("linezolid",), "result"),
        PlanStopped("patient", "tired"),
        PlanChanged(plan(CYCLOSERINE, LINEZOLID), "Dr A"),
    ],
)
def test_what_stops_nothing_waits_for_nobody(other: object) -> None:
    ended = [by_clinician(Resumed(("linezolid",)), 2)] if isinstance(other, Held) else []
    assert waiting(seen(0), by_clinician(other, 1), *ended) == []


def test_a_hold_of_two_drugs_is_over_when_both_were_resumed() -> None:
    hold = by_clinician(Held(("cycloserine", "linezolid"), "result"), 1)
    one = by_clinician(Resumed(("linezolid",)), 2)
    assert waiting(seen(0), hold, one) == [(("cycloserine", "linezolid"), 1)]
    assert waiting(seen(0), hold, one, by_clinician(Resumed(("cycloserine",)), 3)) == []


def test_each_phone_confirms_for_itself() -> None:
    hold = by_clinician(Held((), "result"), 1)
    phones = seen(0), seen(0.5, "supporter's", "supporter")
    assert waiting(*phones, hold) == [((), 2)]
    assert waiting(*phones, hold, seen(2)) == [((), 1)]
    assert waiting(*phones, hold, seen(2), seen(2, "supporter's", "supporter")) == []


def test_without_a_phone_nothing_waits() -> None:
    assert waiting(by_clinician(Held((), "result"), 1)) == []


def test_a_phone_needs_no_call_once_its_plan_has_expired() -> None:
    hold = by_clinician(Held((), "result"), 1)
    days = 28 * 24
    assert waiting(seen(0), hold, hours=days - 1) == [((), 1)]
    assert waiting(seen(0), hold, hours=days) == []

from datetime import UTC, datetime, timedelta

import pytest

from fullcourse.adapters.demo.clinic import DemoPatient, demo_clinic, fill_with_demo
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.zones import load_zone
from fullcourse.course.next_phase import next_phase_of
from fullcourse.journey.course import Overview, WhatIsKnown, course_from, overview_of, supplies_of

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def clinic() -> dict[int, DemoPatient]:
    return {int(person.name[-2:]): person for person in demo_clinic(load_knowledge(), NOW)}


def seen(person: DemoPatient, now: datetime) -> Overview:
    knowledge = load_knowledge()
    course = course_from(person.events, knowledge, load_zone, now)
    return overview_of(course, knowledge, now, WhatIsKnown("", None, None))


def test_it_is_the_same_for_the_same_moment_and_another_for_another_seed(clinic: dict[int, DemoPatient]):
    assert demo_clinic(load_knowledge(), NOW) == tuple(clinic.values())
    assert demo_clinic(load_knowledge(), NOW, seed=2) != tuple(clinic.values())


def test_nobody_in_it_can_be_taken_for_real(clinic: dict[int, DemoPatient]):
    assert 12 <= len(clinic) <= 20
    for number, person in clinic.items():
        assert person.name == f"Synthetic Patient {number:02d}"
        assert all("demonstration" in event.source for event in person.events)


def test_nothing_in_it_lies_ahead(clinic: dict[int, DemoPatient]):
    for person in clinic.values():
        assert max(event.occurred_at for event in person.events) <= NOW
        assert min(event.occurred_at for event in person.events) < NOW - timedelta(hours=20)


@pytest.mark.parametrize("hour", [0, 12])
def test_each_shows_what_it_is_said_to_show_at_any_hour(hour: int):
    now = NOW.replace(hour=hour, minute=30)
    told = {int(person.name[-2:]): seen(person, now) for person in demo_clinic(load_knowledge(), now)}
    says = {number: " ".join(task.says for task in overview.tasks) for number, overview in told.items()}
    for number in (1, 2, 8, 16):
        adherence = told[number].adherence
        assert all(one.taken >= one.due - 2 for one in adherence.values())
    assert told[3].adherence["rifampin"].not_complete >= 3
    assert told[4].adherence["rifampin"].open >= 4
    assert told[5].adherence["linezolid"].held >= 5
    assert "35 mg/L" in says[6]
    assert "seizure" in says[7]
    assert "liver" in says[13]
    assert "wants to stop" in says[14]
    assert "was taken and another that it was not" in says[15]
    assert told[9].adherence["rifampin"].open >= 15
    assert told[10].adherence["rifampin"].open >= 60
    assert told[11].adherence["rifampin"].due == 180
    assert told[11].outcome is not None
    assert told[12].outcome is None


@pytest.mark.parametrize("hour", [0, 12])
def test_the_next_phase_that_nobody_began_is_due(hour: int):
    now = NOW.replace(hour=hour, minute=30)
    people = {int(person.name[-2:]): person for person in demo_clinic(load_knowledge(), now)}
    courses = {it: course_from(person.events, load_knowledge(), load_zone, now) for it, person in people.items()}
    phases = {it: next_phase_of(course, now) for it, course in courses.items()}
    assert [it for it, phase in phases.items() if phase is not None] == [17]
    assert phases[17] is not None
    assert phases[17].standing(courses[17].timeline[-1].zone.day_of(now)) == "due"


def test_the_refill_that_is_due_within_days_is(clinic: dict[int, DemoPatient]):
    knowledge = load_knowledge()
    course = course_from(clinic[8].events, knowledge, load_zone, NOW)
    supplies = supplies_of(course, knowledge, NOW, lambda day: day.weekday() < 5)
    assert {supply.drug for supply in supplies} == {"isoniazid", "rifampin"}
    for supply in supplies:
        assert supply.lasts_low - NOW.date() <= timedelta(days=7)
        assert supply.urgency in {"order", "urgent"}


def test_a_store_takes_it_and_takes_it_again_without_a_change():
    store = MemoryRecorder()
    knowledge = load_knowledge()
    people = fill_with_demo(store, knowledge, NOW)
    before = {person.patient: store.events(person.patient) for person in people}
    fill_with_demo(store, knowledge, NOW)
    assert {person.patient: store.events(person.patient) for person in people} == before
    assert all(len(log) > 5 for log in before.values())

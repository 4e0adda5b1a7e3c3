"""What a course says at a moment: each resource with when it was so, and when what it says was last received."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from course_events import PATIENT, event, plan, started
from fullcourse.adapters.fhir.served.course import COURSE_TYPES, CourseLog, course_served
from fullcourse.adapters.store.contract import SetAside
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import (
    DoseTaken,
    Note,
    Outcome,
    PlanChanged,
    Registered,
    Result,
    Retracted,
    Symptom,
)
from patients import knowledge

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
BEGUN = started("cycloserine: 250 mg q12h", on="2026-03-01T09:00", start=date(2026, 3, 2))
INSTANT = timedelta(microseconds=1)


def received(told: Event, at: str) -> Event:
    return replace(told, received_at=datetime.fromisoformat(at).replace(tzinfo=UTC))


def log(*events: Event, aside: tuple[SetAside, ...] = ()) -> CourseLog:
    return CourseLog(PATIENT, (BEGUN, *events), aside)


def served(kind: str, *events: Event, now: datetime = NOW, **more):
    return course_served(log(*events, **more), knowledge(), now, [kind])


def dose(on: str = "2026-03-02T08:00") -> Event:
    return event(DoseTaken("cycloserine", 250.0), on)


def retracted(told: Event, on: str) -> Event:
    return event(Retracted(), on, supersedes=told.id)


def test_what_was_received_after_a_moment_was_not_known_then():
    early, late = received(dose(), "2026-03-02T09:00"), received(dose("2026-03-02T20:00"), "2026-03-05T09:00")
    set_aside = SetAside(received(dose(), "2026-03-04T09:00"), early)
    whole = log(early, late, aside=(set_aside,))
    at = datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert whole.until(at) == CourseLog(PATIENT, (BEGUN, early), (set_aside,))
    assert whole.until(at - INSTANT) == CourseLog(PATIENT, (BEGUN, early))
    assert whole.until(NOW) == whole


def test_what_was_not_received_was_known_when_it_was_written_down():
    assert log().until(BEGUN.recorded_at).events == (BEGUN,)
    assert log().until(BEGUN.recorded_at - INSTANT).events == ()


def test_a_log_of_nothing_says_nothing():
    assert course_served(CourseLog(PATIENT, ()), knowledge(), NOW, COURSE_TYPES) == []


def test_only_the_types_that_are_asked_for_are_made():
    events = (
        dose(),
        event(Symptom("symptom_seizure"), "2026-03-03T08:00"),
        event(Result("weight", 60.0, "kg"), "2026-03-03T09:00"),
    )
    for kind in COURSE_TYPES:
        assert {it.kind for it in served(kind, *events)} <= {kind}
    every = course_served(log(*events), knowledge(), NOW, COURSE_TYPES)
    wanted = {
        "AdverseEvent", "CarePlan", "MedicationAdministration", "MedicationRequest", "MedicationStatement",
        "Observation", "Patient", "Provenance", "QuestionnaireResponse",
    }  # fmt: skip
    assert {it.kind for it in every} >= wanted
    assert len({(it.kind, it.id) for it in every}) == len(every)
    assert course_served(log(*events), knowledge(), NOW, ["Practitioner"]) == []


def test_a_dose_was_so_when_it_happened_and_changed_when_it_or_a_correction_of_it_was_received():
    taken = received(dose(), "2026-03-02T09:00")
    (it,) = served("MedicationAdministration", taken)
    assert (it.starts, it.ends) == (taken.occurred_at, taken.occurred_at + INSTANT)
    assert it.updated == taken.received_at
    back = received(retracted(taken, "2026-03-03T08:00"), "2026-03-04T09:00")
    (it,) = served("MedicationAdministration", taken, back)
    assert it.updated == back.received_at
    assert it.resource["status"] == "entered-in-error"


def test_an_order_was_so_when_it_was_written_down_and_changes_with_the_course():
    last = received(dose(), "2026-03-05T09:00")
    (it,) = served("MedicationRequest", last)
    assert (it.starts, it.ends) == (BEGUN.recorded_at, BEGUN.recorded_at + INSTANT)
    assert it.updated == last.received_at


def test_the_orders_of_a_plan_are_active_until_the_plan_that_takes_its_place_begins():
    changed = PlanChanged(plan("linezolid: 600 mg daily", start=date(2026, 4, 20)), "Dr A", "nerves")
    log = event(changed, "2026-04-01T09:00", actor="clinician")

    def statuses(now: datetime) -> list[str]:
        return [it.resource["status"] for it in served("MedicationRequest", log, now=now)]

    assert statuses(datetime(2026, 4, 10, 12, tzinfo=UTC)) == ["active", "active"]
    begins = datetime(2026, 4, 20, tzinfo=UTC)
    assert statuses(begins - INSTANT) == ["active", "active"]
    assert statuses(begins) == ["stopped", "active"]
    for now, updated in ((begins - INSTANT, log.recorded_at), (begins, begins), (begins + INSTANT, begins)):
        assert {it.updated for it in served("MedicationRequest", log, now=now)} == {updated}


def test_a_plan_holds_from_its_first_day_on_and_to_the_day_of_its_end():
    (it,) = served("CarePlan")
    assert (it.starts, it.ends) == (datetime(2026, 3, 2), None)  # noqa: DTZ001 - a day has no offset
    closed = event(Outcome("cured", "who-2021", "Dr A"), "2026-03-20T09:00", actor="clinician")
    (it,) = served("CarePlan", closed)
    assert (it.starts, it.ends) == (datetime(2026, 3, 2), datetime(2026, 3, 21))  # noqa: DTZ001
    (it,) = served("MedicationStatement", closed)
    assert (it.starts, it.ends) == (datetime(2026, 3, 2), datetime(2026, 3, 21))  # noqa: DTZ001


def test_of_the_person_stand_the_sex_that_was_registered_last_and_the_day_of_death():
    (bare,) = served("Patient")
    assert {"gender", "deceasedDateTime"}.isdisjoint(bare.resource)
    assert (bare.starts, bare.ends) == (None, None)
    first = event(Registered(sex="male"), "2026-03-01T10:00")
    second = event(Registered(sex="female"), "2026-03-01T11:00")
    died = event(Outcome("died", "who-2021", "Dr A"), "2026-03-20T09:00", actor="clinician")
    (it,) = served("Patient", first, second, died)
    assert (it.resource["gender"], it.resource["deceasedDateTime"]) == ("female", "2026-03-20")
    cured = event(Outcome("cured", "who-2021", "Dr A"), "2026-03-20T09:00", actor="clinician")
    (it,) = served("Patient", event(Registered(), "2026-03-01T10:00"), cured)
    assert {"gender", "deceasedDateTime"}.isdisjoint(it.resource)


def test_what_was_said_of_symptoms_was_so_when_it_was_written_down_and_changed_with_the_last_of_it():
    told = [event(Symptom(name), "2026-03-03T08:00") for name in ("symptom_seizure", "symptom_rash")]
    first, second = received(told[0], "2026-03-03T09:00"), received(told[1], "2026-03-03T10:00")
    (it,) = served("QuestionnaireResponse", first, second)
    assert (it.starts, it.ends) == (first.recorded_at, first.recorded_at + INSTANT)
    assert it.updated == second.received_at


def test_the_provenance_of_an_event_leads_to_all_that_was_made_of_it():
    seizure = event(Symptom("symptom_seizure"), "2026-03-03T08:00")
    note = event(Note("x"), "2026-03-03T09:00")
    made = served("Provenance", seizure, note)
    assert [len(it.resource["target"]) for it in made] == [1, 2]
    kinds = [target["reference"].split("/")[0] for target in made[1].resource["target"]]
    assert sorted(kinds) == ["AdverseEvent", "Observation"]
    assert (made[1].starts, made[1].updated) == (seizure.recorded_at, seizure.recorded_at)


@pytest.mark.parametrize("zone", ["UTC", "Mars/Olympus"])
def test_a_course_in_a_zone_that_nobody_knows_is_read_all_the_same(zone):
    begun = started("cycloserine: 250 mg q12h", on="2026-03-01T09:00", start=date(2026, 3, 2), zone=zone)
    made = course_served(CourseLog(PATIENT, (begun,)), knowledge(), NOW, ["CarePlan"])
    assert len(made) == 1

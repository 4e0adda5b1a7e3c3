"""What is taken, drug by drug: each drug of the plans once, with how it stands at a moment and since when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from course_events import PATIENT, event, plan, started
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.clinical.event_bodies import DoseTaken, Held, Outcome, PlanChanged, PlanStopped, Resumed
from patients import knowledge

START = date(2026, 3, 2)
BEGUN = started("cycloserine: 250 mg q12h", "linezolid: 600 mg daily", on="2026-03-01T09:00", start=START)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def statements(now: str, *events) -> dict[str, dict]:
    log = CourseLog(PATIENT, (BEGUN, *events))
    made = [it.resource for it in course_served(log, knowledge(), at(now), ["MedicationStatement"])]
    return {it["medicationCodeableConcept"]["text"].split(" ")[0].lower(): it for it in made}


def said(statement: dict) -> tuple[str, str]:
    reasons = statement.get("statusReason", [{"text": ""}])
    return statement["status"], reasons[0]["text"]


def closed(outcome: str, on: str = "2026-06-01T09:00"):
    return event(Outcome(outcome, "who-2021", "Dr A"), on, actor="clinician")


def without_linezolid(on: str = "2026-04-01T09:00", start: date = date(2026, 4, 2)):
    changed = plan("cycloserine: 250 mg q12h", "bedaquiline: 200 mg M-W-F", start=start)
    return event(PlanChanged(changed, "Dr A", "neuropathy"), on, actor="clinician")


def test_every_drug_of_the_plans_stands_once_in_the_order_in_which_they_came():
    assert list(statements("2026-05-01")) == ["cycloserine", "linezolid"]
    assert list(statements("2026-05-01", without_linezolid())) == ["cycloserine", "linezolid", "bedaquiline"]


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-02-28", ("intended", "the plan has not begun")),
        ("2026-03-01", ("intended", "the plan has not begun")),
        ("2026-03-02", ("active", "")),
        ("2026-05-01", ("active", "")),
    ],
)
def test_a_drug_is_taken_from_its_first_day_on(now, status):
    assert said(statements(now)["cycloserine"]) == status


@pytest.mark.parametrize(
    ("now", "status"),
    [("2026-03-15", ("intended", "its first day is still to come")), ("2026-03-16", ("active", ""))],
)
def test_a_drug_that_begins_later_in_the_plan_is_intended_until_its_day(now, status):
    first, second = BEGUN.body.plan.drugs
    later = replace(BEGUN.body.plan, drugs=(first, replace(second, from_day=15)))
    events = (replace(BEGUN, body=replace(BEGUN.body, plan=later)),)
    made = course_served(CourseLog(PATIENT, events), knowledge(), at(now), ["MedicationStatement"])
    assert said(made[1].resource) == status
    assert made[1].resource["effectivePeriod"] == {"start": "2026-03-16"}
    assert said(made[0].resource) == ("active", "")


def test_a_drug_that_the_plan_in_force_is_without_is_stopped_and_a_new_one_is_taken():
    made = statements("2026-05-01", without_linezolid())
    assert said(made["linezolid"]) == ("stopped", "the plan in force is without it")
    assert said(made["cycloserine"]) == said(made["bedaquiline"]) == ("active", "")
    assert made["bedaquiline"]["effectivePeriod"] == {"start": "2026-04-02"}
    assert made["linezolid"]["effectivePeriod"] == {"start": "2026-03-02", "end": "2026-04-01"}


def test_a_drug_is_on_hold_from_the_hold_until_it_is_resumed():
    held = event(Held(("linezolid",), "result"), "2026-04-01T09:00", actor="clinician")
    resumed = event(Resumed(("linezolid",)), "2026-04-10T09:00", actor="clinician")
    assert said(statements("2026-03-31", held)["linezolid"]) == ("active", "")
    made = statements("2026-04-05", held, resumed)
    assert said(made["linezolid"]) == ("on-hold", "result")
    assert said(made["cycloserine"]) == ("active", "")
    assert said(statements("2026-04-11", held, resumed)["linezolid"]) == ("active", "")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("cured", "completed"),
        ("completed", "completed"),
        ("failed", "stopped"),
        ("died", "stopped"),
        ("lost to follow-up", "stopped"),
        ("not evaluated", "stopped"),
    ],
)
def test_a_course_that_is_closed_is_completed_by_its_outcome_alone(outcome, status):
    made = statements("2026-06-02", closed(outcome))
    assert {said(it) for it in made.values()} == {(status, outcome)}
    assert made["cycloserine"]["effectivePeriod"] == {"start": "2026-03-02", "end": "2026-06-01"}


def test_a_course_is_closed_from_the_moment_of_its_outcome_on():
    assert said(statements("2026-06-01", closed("cured", "2026-06-01T12:00"))["linezolid"]) == ("completed", "cured")
    later = statements("2026-06-01", closed("cured", "2026-06-01T12:01"))["linezolid"]
    assert said(later) == ("active", "")
    assert later["effectivePeriod"] == {"start": "2026-03-02"}


def test_a_plan_that_was_stopped_is_stopped():
    stopped = event(PlanStopped("clinician", "harm"), "2026-04-01T09:00", actor="clinician")
    status, _ = said(statements("2026-04-02", stopped)["cycloserine"])
    assert status == "stopped"


def test_a_course_that_ends_before_the_first_day_has_no_end_before_its_start():
    made = statements("2026-03-03", closed("not evaluated", "2026-03-01T12:00"))
    assert made["cycloserine"]["effectivePeriod"] == {"start": "2026-03-02"}


def test_it_ends_on_its_first_day_where_it_does():
    made = statements("2026-03-03", closed("died", "2026-03-02T12:00"))
    assert made["cycloserine"]["effectivePeriod"] == {"start": "2026-03-02", "end": "2026-03-02"}


def test_it_says_how_many_doses_are_told_of_and_which_orders_it_follows_from():
    doses = [event(DoseTaken("linezolid", 600.0), f"2026-03-0{day}T08:00") for day in (2, 3)]
    made = statements("2026-05-01", *doses, without_linezolid())
    assert made["linezolid"]["note"][0]["text"].startswith("As planned; 2 doses are told of")
    assert made["cycloserine"]["note"][0]["text"].startswith("As planned; 0 doses are told of")
    assert [len(made[it]["derivedFrom"]) for it in ("cycloserine", "linezolid", "bedaquiline")] == [2, 1, 1]
    assert made["cycloserine"]["identifier"][0]["value"] == "cycloserine"
    assert made["cycloserine"]["subject"]["reference"] == f"Patient/{PATIENT}"

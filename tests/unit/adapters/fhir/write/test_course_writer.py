"""Each resource of a course: what its event says, in FHIR's words, and nothing that was not said."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from course_events import PATIENT, event, plan, started
from fhir_records import fact
from fullcourse.adapters.fhir.write.course_writer import CourseWriter, fact_concept, plain, time_text
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import (
    Dispensed,
    DoseTaken,
    DoseVomited,
    Note,
    Outcome,
    PlanActivated,
    PlanChanged,
    Result,
    Retracted,
    Symptom,
)
from fullcourse.course.course import course_of
from fullcourse.course.fold import fold
from fullcourse.knowledge.vocabulary import Found
from patients import knowledge

START = date(2026, 3, 2)
CYCLOSERINE = "cycloserine: 250 mg q12h"
UCUM = "http://unitsofmeasure.org"


def begun(*drugs: str, **more: Any) -> Event:
    return started(*(drugs or (CYCLOSERINE,)), on="2026-03-01T09:00", start=START, **more)


def ended(why: str, on: str) -> Event:
    return event(Outcome(why, "who-2021", "Dr A"), on, actor="clinician")


def writer(*log: Event, now: datetime | None = None) -> CourseWriter:
    course = course_of(fold(log), load_zone, {}, ())
    return CourseWriter(course, list(log), knowledge(), ServerNames(PATIENT), now)


def written(*log: Event, kinds: list[str] | None = None, now: datetime | None = None) -> dict[str, list[dict]]:
    told: dict[str, list[dict]] = {}
    for resource, _ in writer(*log, now=now).resources(kinds):
        told.setdefault(str(resource["resourceType"]), []).append(resource)
    return told


def texts(resource: dict) -> list[str]:
    return [it["text"] for it in resource.get("note", [])]


def dose(on: str = "2026-03-02T08:00") -> Event:
    return event(DoseTaken("cycloserine", 250.0), on)


@pytest.mark.parametrize(
    "kinds",
    [["Patient"], ["CarePlan"], ["MedicationRequest"], ["MedicationAdministration"], ["Observation", "CarePlan"], []],
)
def test_only_what_is_wanted_is_written(kinds: list[str]):
    log = (
        begun(),
        dose(),
        event(Result("weight", 60.0, "kg"), "2026-03-03T09:00"),
        event(Note("x"), "2026-03-04T09:00"),
    )
    assert set(written(*log, kinds=kinds)) == set(kinds)
    assert set(written(*log)) == {
        "Patient", "CarePlan", "MedicationRequest", "MedicationAdministration", "Observation",
    }  # fmt: skip


def test_each_resource_comes_with_the_event_that_says_it():
    log = (begun(), dose())
    made = [(resource["resourceType"], told) for resource, told in writer(*log).resources()]
    assert made == [
        ("Patient", None), ("CarePlan", None), ("MedicationRequest", log[0]), ("MedicationAdministration", log[1]),
    ]  # fmt: skip


def test_a_course_without_a_plan_has_no_care_plan():
    assert set(written(dose())) == {"Patient", "MedicationAdministration"}


@pytest.mark.parametrize(
    ("why", "status", "of_orders"),
    [("cured", "completed", "completed"), ("completed", "completed", "completed"), ("failed", "revoked", "stopped")],
)
def test_an_outcome_ends_the_plan_and_its_orders(why: str, status: str, of_orders: str):
    made = written(begun(), ended(why, "2026-09-01T09:00"))
    (care,) = made["CarePlan"]
    assert (care["status"], care["intent"], care["period"]) == (
        status, "plan", {"start": "2026-03-02", "end": "2026-09-01"},
    )  # fmt: skip
    assert f"The course is closed: {why}." in texts(care)
    assert [it["status"] for it in made["MedicationRequest"]] == [of_orders]


@pytest.mark.parametrize(("on", "end"), [("2026-03-01T12:00", None), ("2026-03-02T12:00", "2026-03-02")])
def test_a_plan_never_ends_before_it_begins(on: str, end: str | None):
    (care,) = written(begun(), ended("not evaluated", on))["CarePlan"]
    assert care["period"].get("end") == end


def test_a_plan_leads_to_its_requests_and_counts_what_has_no_place():
    made = written(begun(CYCLOSERINE, "linezolid: 600 mg daily"), dose(), event(Note("x"), "2026-03-03T09:00"))
    (care,) = made["CarePlan"]
    assert care["activity"] == [
        {"reference": {"reference": f"MedicationRequest/{it['id']}", "type": "MedicationRequest"}}
        for it in made["MedicationRequest"]
    ]
    assert care["subject"] == {"reference": f"Patient/{PATIENT}", "type": "Patient"}
    assert "no clinician has reviewed" in texts(care)[0]
    assert texts(care)[1:] == ["Kept in the events and not in FHIR: note 1."]
    assert len(texts(written(begun(), dose())["CarePlan"][0])) == 1


def test_a_request_says_who_confirmed_it_when_and_why():
    first = begun(regimen="who-bpalm")
    changed = event(
        PlanChanged(plan(CYCLOSERINE, start=START), "Dr B", "nerves"), "2026-04-01T09:00", actor="clinician"
    )
    before, after = written(first, changed)["MedicationRequest"]
    assert before["requester"] == {"display": "Dr A"}
    assert (before["authoredOn"], after["authoredOn"]) == ("2026-03-01T09:00:00+00:00", "2026-04-01T09:00:00+00:00")
    assert before["identifier"] == [{"system": "urn:fullcourse:event", "value": first.id}]
    assert before["medicationCodeableConcept"]["text"] == knowledge().drug("cycloserine").label
    assert (texts(before), texts(after)) == (["Regimen who-bpalm"], ["nerves"])
    assert "note" not in written(begun())["MedicationRequest"][0]
    assert before["id"] != after["id"]


@pytest.mark.parametrize(
    ("at", "statuses"),
    [
        (None, ["stopped", "active"]),
        (datetime(2026, 4, 19, 23, 59, tzinfo=UTC), ["active", "active"]),
        (datetime(2026, 4, 20, tzinfo=UTC), ["stopped", "active"]),
    ],
)
def test_a_plan_counts_until_another_takes_its_place(at: datetime | None, statuses: list[str]):
    body = PlanChanged(plan(CYCLOSERINE, start=date(2026, 4, 20)), "Dr B", "nerves")
    log = (begun(), event(body, "2026-04-01T09:00", actor="clinician"))
    assert [it["status"] for it in written(*log, now=at)["MedicationRequest"]] == statuses


def test_each_step_is_an_instruction_in_words_with_its_first_day_and_in_codes():
    log = begun("bedaquiline: 400 mg daily for 14 days then 200 mg M-W-F")
    first, second = written(log)["MedicationRequest"][0]["dosageInstruction"]
    assert (first["sequence"], second["sequence"]) == (1, 2)
    assert first["text"].endswith("Day 1 is 2026-03-02, by the clocks of UTC.")
    assert first["text"].startswith("400 mg")
    assert second["text"].startswith("from day 15: 200 mg")
    assert second["timing"]["repeat"]["dayOfWeek"] == ["mon", "wed", "fri"]


def test_a_result_is_a_yes_or_no_where_its_fact_is_one_and_a_number_else():
    told = [
        ("epilepsy", 1.0, "1", {"valueBoolean": True}),
        ("epilepsy", 0.0, "1", {"valueBoolean": False}),
        ("epilepsy", 2.0, "1", {"valueQuantity": {"value": 2.0, "unit": "1", "system": UCUM, "code": "1"}}),
        ("weight", 1.0, "kg", {"valueQuantity": {"value": 1.0, "unit": "kg", "system": UCUM, "code": "kg"}}),
        ("weight", 60.0, "kg ", {"valueQuantity": {"value": 60.0, "unit": "kg"}}),
        ("weight", 60.0, "a  b", {"valueQuantity": {"value": 60.0, "unit": "a  b"}}),
    ]
    log = [event(Result(name, value, unit), "2026-03-03T09:00") for name, value, unit, _ in told]
    made = written(*log)["Observation"]
    assert [{key: it[key] for key in it if key.startswith("value")} for it in made] == [it for *_, it in told]
    assert all(it["status"] == "final" for it in made)
    assert made[3]["code"] == fact_concept(knowledge().facts["weight"])


def test_what_was_taken_back_was_entered_in_error():
    told = [
        event(Result("weight", 60.0, "kg"), "2026-03-03T09:00"),
        event(Symptom("symptom_rash"), "2026-03-03T10:00"),
        event(Dispensed("cycloserine", "capsule 250 mg", 60.0, "A1"), "2026-03-03T11:00"),
        dose(),
    ]
    back = [event(Retracted(), "2026-03-05T09:00", supersedes=it.id) for it in told]
    for log, statuses in ((told, {"final", "completed"}), ([*told, *back], {"entered-in-error"})):
        made = written(*log)
        resources = [it for kind, listed in made.items() if kind != "Patient" for it in listed]
        assert len(resources) == 4
        assert {it["status"] for it in resources} == statuses


def test_what_is_brought_up_again_says_after_how_many_minutes_where_that_is_known():
    known = event(DoseVomited("cycloserine", 250.0, minutes_after=20.0), "2026-03-02T08:00")
    unknown = event(DoseVomited("cycloserine", 250.0), "2026-03-02T20:00")
    first, second = written(known, unknown)["MedicationAdministration"]
    assert texts(first)[1] == "Brought up again, 20 minutes after it."
    assert texts(second)[1] == "Brought up again."
    assert first["dosage"] == {"dose": {"value": 250.0, "unit": "mg", "system": UCUM, "code": "mg"}}
    assert first["note"][0]["time"] == "2026-03-02T08:00:00+00:00"


@pytest.mark.parametrize(
    ("lot", "expires", "batch"),
    [
        ("A1", date(2027, 1, 31), {"lotNumber": "A1", "expirationDate": "2027-01-31"}),
        ("  ", date(2027, 1, 31), {"expirationDate": "2027-01-31"}),
        ("A1", None, {"lotNumber": "A1"}),
        ("", None, None),
    ],
)
def test_what_was_handed_out_has_its_form_its_number_and_the_batch_that_is_known(lot, expires, batch):
    given = event(Dispensed("cycloserine", "capsule 250 mg", 60.0, lot, expires), "2026-03-02T08:00")
    (it,) = written(given)["MedicationDispense"]
    (product,) = it["contained"]
    assert (product["resourceType"], product["form"]) == ("Medication", {"text": "capsule 250 mg"})
    assert product["code"]["text"] == knowledge().drug("cycloserine").label
    assert product.get("batch") == batch
    assert it["medicationReference"] == {"reference": f"#{product['id']}"}
    assert (it["quantity"], it["whenHandedOver"]) == ({"value": 60.0}, "2026-03-02T08:00:00+00:00")


def test_a_drug_is_its_own_copy_each_time():
    made = writer(begun())
    made.drug("cycloserine")["text"] = "changed"
    assert made.drug("cycloserine")["text"] == knowledge().drug("cycloserine").label
    assert made.drug("newdrugine") == {"text": "newdrugine"}


def test_a_fact_has_its_own_code_and_one_of_loinc_where_one_stands_for_it():
    weight = fact_concept(knowledge().facts["weight"])
    assert weight["coding"][0] == {"system": "urn:fullcourse:fact", "code": "weight"}
    assert weight["text"] == knowledge().facts["weight"].label
    for known in knowledge().facts.values():
        loinc = [code for way in known.found if way.resource == "Observation" for code in way.codes.get("loinc", ())]
        codes = [it["code"] for it in fact_concept(known)["coding"][1:] if it["system"] == "http://loinc.org"]
        assert codes == (loinc if len(loinc) == 1 else [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\x00\x07b", "ab"),
        ("a\u00a0b", "a b"),
        (" a b ", "a b"),
        ("a\nb", "a\nb"),
        ("", "not said"),
        (" \u2003 ", "not said"),
    ],
)
def test_a_text_is_one_that_fhir_can_hold(text: str, said: str):
    assert plain(text) == said


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        (timedelta(hours=14), "2026-03-02T08:05:00+14:00"),
        (timedelta(hours=-12), "2026-03-02T08:05:00-12:00"),
        (timedelta(hours=14, minutes=1), "2026-03-01T18:04:00+00:00"),
        (timedelta(hours=-14, minutes=-1), "2026-03-02T22:06:00+00:00"),
        (timedelta(minutes=30), "2026-03-02T08:05:00+00:30"),
        (timedelta(seconds=30), "2026-03-02T08:04:30+00:00"),
    ],
)
def test_a_time_is_written_in_its_own_offset_where_fhir_has_it(offset: timedelta, shown: str):
    assert time_text(datetime(2026, 3, 2, 8, 5, tzinfo=timezone(offset))) == shown


def test_a_plan_that_a_person_began_says_who_confirmed_it():
    body = PlanActivated(plan(CYCLOSERINE, start=START), "Dr A")
    (it,) = written(event(body, "2026-03-01T09:00"))["MedicationRequest"]
    assert (it["intent"], it["requester"]) == ("plan", {"display": "Dr A"})


def test_a_step_in_words_alone_ends_no_list():
    log = begun("cycloserine: 250 mg alternating with 500 mg for 14 days then 250 mg q12h")
    first, second = written(log)["MedicationRequest"][0]["dosageInstruction"]
    assert (first["sequence"], second["sequence"]) == (1, 2)
    assert ("timing" in first, second["timing"]["repeat"]["frequency"]) == (False, 2)


def test_a_code_of_a_section_is_no_code_of_what_was_observed():
    ways = Found("Observation", {"loinc": ("29463-7",)}), Found("Section", {"loinc": ("11450-4",)})
    coding = fact_concept(fact("weight", "number", *ways))["coding"]
    assert [it["code"] for it in coding] == ["weight", "29463-7"]

"""What the service answers of a course is valid FHIR R4, and read back it is the same course."""

import json
import warnings
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carried import every_kind
from course_events import event, events, started
from effort import examples
from fhir_service import MINE, NOW, sample, schema
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.fhir.search.parameters import PARAMETERS
from fullcourse.adapters.fhir.served.audit_event import audit_served
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.adapters.fhir.taken.resource import take_in
from fullcourse.adapters.fhir.taken.taking import Speaker, Taking
from fullcourse.adapters.fhir.write.naming import patient_of_id
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.store.contract import SetAside
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import (
    DoseSkipped,
    DoseTaken,
    Outcome,
    Registered,
    Result,
    ResultInWords,
    Retracted,
    Symptom,
)
from fullcourse.course.course import course_of
from fullcourse.course.fold import fold
from fullcourse.journey.monitor_course import course_evidence
from patients import knowledge

KINDS = tuple(PARAMETERS)
RECEIVED = datetime.fromisoformat("2026-11-29T09:00:00.123456+00:00")
AUDIT = (
    AuditEntry(NOW, "fhir.read", "id-1", MINE, ("clinician", "nurse"), "", 200, "c1", "127.0.0.1", "", 1),
    AuditEntry(NOW, "fhir.write", "id-2", MINE, ("integration",), "", 409, "c2", "", "emergency", 2),
    AuditEntry(NOW, "course.placed", "id-3", MINE, ("patient",), "clinic", 500, "c3", "::1", "", 3),
)


def served(log, aside=()):
    log = [replace(it, patient=MINE, received_at=RECEIVED) for it in log]
    kept = CourseLog(MINE, tuple(log), tuple(aside))
    return [*course_served(kept, knowledge(), NOW, KINDS), *audit_served(AUDIT, MINE)]


def worrying():
    """Return a course with results and symptoms that call for something."""
    begun = started("bedaquiline: 400 mg q24h", "linezolid: 600 mg once a day", "cycloserine: 250 mg q12h")
    return [
        begun,
        event(Registered(sex="female", age_years=34), "2026-03-01T09:00"),
        event(Result("qtcf", 530.0, "ms"), "2026-11-20T09:00"),
        event(Result("creatinine", 310.0, "umol/L"), "2026-11-20T09:00"),
        event(Result("alt", 400.0, "U/L"), "2026-11-20T09:00"),
        event(Result("cycloserine_level", 41.0, "mg/L"), "2026-11-20T10:00"),
        event(Result("potassium", 2.9, "mmol/L"), "2026-11-20T09:00"),
        event(Result("pregnant", 0.0, "1"), "2026-11-20T09:00"),
        event(ResultInWords("sputum_culture", "positive"), "2026-11-18T09:00"),
        event(Symptom("symptom_seizure"), "2026-11-19T22:00"),
        event(Symptom("symptom_rash", present=False), "2026-11-19T22:00"),
    ]


QT_TOGETHER = ("bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F", "moxifloxacin: 400 mg once a day")


LOGS = {
    "together": lambda: [started(*QT_TOGETHER)],
    "course": sample, "two-years": lambda: sample("two-years"), "every kind": every_kind, "worrying": worrying,
    "died": lambda: [*worrying(), event(Outcome("died", "who-2021", "Dr A"), "2026-11-21T09:00", actor="clinician")],
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_every_resource_of_a_course_is_valid_by_hl7s_schema_and_by_models_of_others(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fhir.resources.R4B import get_fhir_model_class
    found = served(LOGS[name]())
    for it in found:
        resource = json.loads(json.dumps(it.resource))
        schema().validate(resource)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            get_fhir_model_class(it.kind).model_validate(resource)
    assert len({(it.kind, it.id) for it in found}) == len(found)


def test_every_type_that_is_served_is_made_of_some_course():
    aside = replace(worrying()[2], patient=MINE, received_at=RECEIVED)
    found = [it for name in LOGS for it in served(LOGS[name](), aside=[SetAside(aside, aside)])]
    assert {it.kind for it in found} == set(KINDS)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(events(), min_size=1, max_size=6, unique_by=lambda it: it.id))
def test_any_log_is_valid_and_every_id_leads_back_to_its_patient(log):
    for listed in ([started("cycloserine: 250 mg q12h"), *log], log):
        for it in served(listed):
            schema().validate(json.loads(json.dumps(it.resource)))
            assert patient_of_id(it.kind, it.id) == MINE


@pytest.mark.parametrize("name", LOGS)
def test_every_reference_leads_to_a_resource_that_is_served(name):
    found = served(LOGS[name]())
    there = {f"{it.kind}/{it.id}" for it in found}

    def references(value):
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str) and "resourceType" not in value:
                yield value["reference"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for it in found:
        own = {name for name in references(it.resource) if not name.startswith(("#", "http"))}
        assert own <= there, it.kind


@pytest.mark.parametrize("name", LOGS)
def test_the_facts_of_a_course_are_read_back_as_they_were(name):
    """The record reader says of the resources what the journey says of the events: each value, on its day."""
    log = [replace(it, patient=MINE, received_at=RECEIVED) for it in LOGS[name]()]
    known = knowledge()
    expected = course_evidence(course_of(fold(log), load_zone, {}, ()), known, NOW)
    entries = [{"resource": it.resource} for it in served(log) if it.kind in ("Patient", "Observation")]
    bundle = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    reader = FhirReader(known.facts.values(), tuple(known.readings.values()), recognise)
    read = reader.read(bundle, NOW.date()).evidence
    told = {fact: [(it.value, it.on.first_day, it.standing) for it in pieces] for fact, pieces in expected.items()}
    back = {fact: [(it.value, it.on.first_day, it.standing) for it in read.get(fact, ())] for fact in expected}
    assert back == told
    if name == "worrying":
        assert {"qtcf", "creatinine", "alt", "cycloserine_level", "potassium", "pregnant", "sputum_culture"} <= set(
            told
        )


def test_a_resource_that_is_read_and_sent_elsewhere_is_the_same_event_there():
    """Doses, results and symptoms go out as FHIR and come in as the events that they were."""
    log = [replace(it, patient=MINE, received_at=RECEIVED) for it in (*sample(), *worrying()[2:])]
    taking = Taking(
        patient=MINE, zone="Africa/Johannesburg", now=NOW, knowledge=knowledge(), known={}, source="test 1",
        speaker=Speaker("s", "clinician", frozenset(("patient", "supporter", "clinician", "device"))),
    )  # fmt: skip
    by_id = {it.id: it for it in log}
    count = 0
    for it in served(log):
        if it.kind not in ("MedicationAdministration", "Observation"):
            continue
        sent = {key: value for key, value in it.resource.items() if key not in ("note",)}
        (event_back, *_) = take_in(sent, taking).events
        was = by_id[event_back.id]
        assert (event_back.body, event_back.occurred_at) == (was.body, was.occurred_at)
        count += 1
    told = DoseTaken | DoseSkipped | Result | ResultInWords | Symptom
    assert count == len([it for it in log if isinstance(it.body, told)])


def test_what_results_call_for_leads_to_its_results_its_orders_and_its_source():
    found = served(worrying())
    issues = [it.resource for it in found if it.kind == "DetectedIssue"]
    assert len(issues) > 3
    observations = {f"Observation/{it.id}": it.resource for it in found if it.kind == "Observation"}
    qt = [it for it in issues if "bedaquiline" in it["code"]["text"] and it["status"] == "final"]
    assert qt
    led = {
        observations[detail["reference"]]["code"]["coding"][0]["code"]
        for it in qt
        for evidence in it.get("evidence", ())
        for detail in evidence["detail"]
    }
    assert "qtcf" in led
    assert all(it["identifier"][0]["system"] == "urn:fullcourse:statement" for it in issues)
    assert all("no clinician has reviewed" in it["detail"] for it in issues)


def of_a_plan(*drugs, more=()):
    log = [started(*drugs), *more]
    found = served([replace(it, patient=MINE, received_at=RECEIVED) for it in log])
    issues = [it.resource for it in found if it.kind == "DetectedIssue"]
    return found, [it for it in issues if it["code"].get("coding", [{}])[0].get("code") == "DRG"]


def test_two_drugs_of_a_plan_that_a_source_warns_of_together_are_an_issue_that_leads_to_both_orders():
    found, issues = of_a_plan(*QT_TOGETHER)
    orders = {f"MedicationRequest/{it.id}" for it in found if it.kind == "MedicationRequest"}
    assert len(orders) == 2
    (issue,) = [it for it in issues if it["identifier"][0]["value"] == "bedaquiline.interaction.moxifloxacin"]
    assert (issue["status"], issue["severity"]) == ("final", "high")
    assert issue["code"]["text"] == "bedaquiline with moxifloxacin: caution"
    assert {it["reference"] for it in issue["implicated"]} == orders
    assert "no clinician has reviewed" in issue["detail"]
    assert issue["reference"].startswith("http")


def test_one_drug_has_no_interaction_and_a_course_that_was_closed_has_none_either():
    assert of_a_plan(QT_TOGETHER[0])[1] == []
    assert of_a_plan(*QT_TOGETHER)[1]
    closed = event(Outcome("cured", "who-2021", "Dr A"), "2026-11-20T09:00", actor="clinician")
    assert of_a_plan(*QT_TOGETHER, more=(closed,))[1] == []


def test_what_was_taken_back_or_corrected_is_never_final_and_changed_when_that_came():
    log = worrying()
    wrong = log[2]
    back = event(Retracted(), "2026-11-21T09:00", supersedes=wrong.id)
    later = RECEIVED + timedelta(hours=5)
    listed = [replace(it, patient=MINE, received_at=RECEIVED) for it in log]
    listed.append(replace(back, patient=MINE, received_at=later))
    found = course_served(CourseLog(MINE, tuple(listed)), knowledge(), NOW, KINDS)
    (observation,) = [
        it for it in found if it.kind == "Observation" and it.resource["identifier"][0]["value"] == wrong.id
    ]
    assert (observation.resource["status"], observation.updated) == ("entered-in-error", later)
    details = [it.resource for it in found if it.kind == "DetectedIssue"]
    assert not [it for it in details if f"Observation/{observation.id}" in json.dumps(it)]
    known_before = course_served(CourseLog(MINE, tuple(listed)).until(RECEIVED), knowledge(), NOW, ("Observation",))
    assert {it.resource["status"] for it in known_before} == {"final"}


def test_a_person_who_died_is_told_of_and_never_who_it_was():
    (person,) = [it.resource for it in served(LOGS["died"]()) if it.kind == "Patient"]
    assert set(person) == {"resourceType", "id", "meta", "identifier", "gender", "deceasedDateTime"}
    assert (person["gender"], person["deceasedDateTime"]) == ("female", "2026-11-21")
    statuses = {it.resource["status"] for it in served(LOGS["died"]()) if it.kind == "MedicationStatement"}
    assert statuses == {"stopped"}

"""A course as FHIR R4: what it can say it says, and what it cannot is counted."""

from carried import dose, every_kind
from course_events import PATIENT, event, started
from fullcourse.adapters.fhir.write.course_bundle import course_bundle
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import (
    Dispensed,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Note,
    Outcome,
    PlanChanged,
    Result,
    ResultInWords,
)
from patients import knowledge


def resources(*log) -> dict[str, list[dict]]:
    written: dict[str, list[dict]] = {}
    for it in course_bundle(log, knowledge(), load_zone)["entry"]:
        written.setdefault(it["resource"]["resourceType"], []).append(it["resource"])
    return written


def test_a_dose_taken_is_an_administration_with_its_amount_and_who_says_so():
    (it,) = resources(dose())["MedicationAdministration"]
    assert (it["status"], it["effectiveDateTime"]) == ("completed", "2026-03-02T08:05:00+00:00")
    assert it["dosage"]["dose"]["value"] == 250.0
    assert it["note"][0]["text"] == "As told by: patient. How it is known: self."
    assert {"system": "http://www.whocc.no/atc", "code": "J04AB01"} in it["medicationCodeableConcept"]["coding"]


def test_what_was_skipped_partly_taken_or_brought_up_says_so():
    skipped = event(DoseSkipped("linezolid", reason="forgotten"), "2026-03-02T08:00")
    partly = event(DosePartlyTaken("linezolid", 300.0), "2026-03-03T08:00")
    vomited = event(DoseVomited("linezolid", 600.0, minutes_after=20.0), "2026-03-04T08:00")
    written = resources(skipped, partly, vomited)["MedicationAdministration"]
    assert [it["status"] for it in written] == ["not-done", "completed", "completed"]
    assert written[0]["statusReason"] == [{"text": "forgotten"}]
    assert "dosage" not in written[0]
    assert written[1]["note"][1]["text"] == "Less than the planned dose."
    assert written[2]["note"][1]["text"] == "Brought up again, 20 minutes after it."


def test_a_dose_that_was_taken_back_is_entered_in_error():
    log = every_kind()
    told = {it["identifier"][0]["value"]: it for it in resources(*log)["MedicationAdministration"]}
    assert told[log[3].id]["status"] == "entered-in-error"
    assert told[log[1].id]["status"] == "completed"


def test_a_plan_is_a_request_for_each_drug_and_a_care_plan_and_never_an_order():
    begun = started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day", regimen="who-bpalm")
    written = resources(begun)
    assert [it["status"] for it in written["MedicationRequest"]] == ["active", "active"]
    assert {it["intent"] for it in written["MedicationRequest"]} == {"plan"}
    assert written["MedicationRequest"][0]["dosageInstruction"][0]["timing"]["repeat"]["timeOfDay"] == [
        "08:00:00", "20:00:00",
    ]  # fmt: skip
    (plan,) = written["CarePlan"]
    assert (plan["status"], plan["period"]) == ("active", {"start": "2026-03-02"})
    assert len(plan["activity"]) == 2


def test_a_changed_plan_stops_the_one_before_and_an_outcome_ends_the_course():
    begun = started("cycloserine: 250 mg q12h")
    changed = event(PlanChanged(begun.body.plan, "Dr B", "nerves"), "2026-04-01T09:00", actor="clinician")
    ended = event(Outcome("cured", "who-2021", "Dr A"), "2026-09-01T09:00", actor="clinician")
    assert [it["status"] for it in resources(begun, changed)["MedicationRequest"]] == ["stopped", "active"]
    written = resources(begun, changed, ended)
    assert [it["status"] for it in written["MedicationRequest"]] == ["stopped", "completed"]
    assert written["CarePlan"][0]["period"]["end"] == "2026-09-01"
    assert resources(begun, event(Outcome("died", "who-2021", "Dr A"), "2026-09-01T09:00"))["CarePlan"][0][
        "status"
    ] == ("revoked")


def test_amounts_in_turn_are_said_in_words_alone():
    (it,) = resources(started("cycloserine: 250 mg alternating with 500 mg"))["MedicationRequest"]
    (only,) = it["dosageInstruction"]
    assert set(only) == {"sequence", "text"}
    assert only["text"].startswith("250 mg alternating with 500 mg at 08:00. Day 1 is 2026-03-02")


def test_what_fhir_has_no_place_for_is_counted():
    notes = resources(*every_kind())["CarePlan"][0]["note"]
    assert "consent 1, held 1, hologram_shown 1, note 1" in notes[-1]["text"]
    assert "dose_taken" not in notes[-1]["text"]


def test_a_delivery_keeps_its_lot_and_a_level_its_unit():
    given = event(Dispensed("cycloserine", "capsule 250 mg", 60.0, "A1"), "2026-03-02T08:00")
    level = event(Result("cycloserine_level", 31.5, "mg/L"), "2026-03-02T08:00")
    odd = event(Result("nobody_knows", 1.0, ""), "2026-03-02T08:00")
    written = resources(given, level, odd)
    assert written["MedicationDispense"][0]["contained"][0]["batch"] == {"lotNumber": "A1"}
    assert written["Observation"][0]["valueQuantity"]["code"] == "mg/L"
    assert written["Observation"][1]["valueQuantity"] == {"value": 1.0, "unit": "not said"}


def test_a_result_in_words_keeps_its_word():
    culture = event(ResultInWords("sputum_culture", "contaminated"), "2026-03-02T08:00")
    assert resources(culture)["Observation"][0]["valueCodeableConcept"] == {"text": "contaminated"}


def test_times_that_fhir_cannot_write_are_written_in_utc():
    odd = dose(on="2026-03-02T08:05:00+00:00:30")
    far = dose(on="2026-03-02T08:05:00+15:00")
    near = dose(on="2026-03-02T08:05:00+14:00")
    told = [it["effectiveDateTime"] for it in resources(odd, far, near)["MedicationAdministration"]]
    assert told == ["2026-03-02T08:04:30+00:00", "2026-03-01T17:05:00+00:00", "2026-03-02T08:05:00+14:00"]


def test_the_person_is_a_random_identifier():
    (person,) = resources(dose())["Patient"]
    assert set(person) == {"resourceType", "id", "identifier"}
    assert person["identifier"][0]["value"] == PATIENT


def test_a_drug_that_the_knowledge_does_not_hold_is_named_as_it_is():
    (it,) = resources(event(DoseTaken("newdrugine", 5.0), "2026-03-02T08:00"))["MedicationAdministration"]
    assert it["medicationCodeableConcept"] == {"text": "newdrugine"}
    assert "CarePlan" not in resources(event(Note("alone"), "2026-03-02T08:00"))

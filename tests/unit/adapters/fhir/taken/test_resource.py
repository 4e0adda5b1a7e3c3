"""A resource is its own patient's alone, is taken in once, and is taken back by who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fhir_service import dose, observed
from fullcourse.adapters.fhir.served.symptoms import response_name
from fullcourse.adapters.fhir.taken.resource import TAKEN_TYPES, AnotherPatient, Clash, patient_named, take_in
from fullcourse.adapters.fhir.taken.taking import OWN_EVENT
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DoseTaken, Note, Result, Retracted, Symptom
from taking_in import CLINICIAN, MINE, NOW, PATIENT, PROGRAM, THEIRS, taking

BASE = "https://clinic.example/fhir"


def about(subject, kind="Observation"):
    return {"resourceType": kind, "subject": subject}


def answers(identifier="q1", **given):
    item = [
        {"linkId": name, "answer": [{"valueCoding": {"system": ANSWERS, "code": word}}]} for name, word in given.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "https://phone.example", "value": identifier},
        "status": "completed",
        "subject": {"reference": f"Patient/{MINE}"},
        "authored": "2026-11-29T21:00:00+02:00",
        "item": item,
    }


def back(resource):
    return resource | {"status": "entered-in-error"}


@pytest.mark.parametrize("kind", TAKEN_TYPES)
def test_whom_a_resource_of_each_type_is_about_stands_in_its_subject(kind):
    assert patient_named(about({"reference": f"Patient/{MINE}"}, kind), BASE) == MINE


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": f"{BASE}/Patient/{MINE}"},
        {"reference": f"Patient/{MINE}", "type": "Patient"},
        {"reference": f"Patient/{MINE}", "display": "Example"},
    ],
)
def test_a_reference_may_name_this_service_and_the_type(subject):
    assert patient_named(about(subject), BASE) == MINE


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (None, "whom it is about is not there"),
        ({"reference": f"Patient/{MINE}", "identifier": {}}, "only a reference is understood"),
        ({}, "no reference to a patient"),
        ({"reference": MINE}, "no reference to a patient"),
        ({"reference": f"Group/{MINE}"}, "no reference to a patient"),
        ({"reference": f"Patient/{MINE}/_history/1"}, "no reference to a patient"),
        ({"reference": f"https://other.example/fhir/Patient/{MINE}"}, "no reference to a patient"),
        ({"reference": f"Patient/{MINE}", "type": "Group"}, "no reference to a patient"),
    ],
)
def test_a_subject_that_is_no_patient_of_this_service_is_refused(subject, told):
    with pytest.raises(InputError, match=f"^Observation.subject: .*{told}|^Observation.subject: {told}"):
        patient_named(about(subject), BASE)


@pytest.mark.parametrize("resource", [[], None, "x", {}, {"resourceType": ["Observation"]}, about({}, "Patient")])
def test_a_type_that_is_not_taken_in_is_refused(resource):
    with pytest.raises(InputError, match=r"^(it is no resource|resourceType: only AdverseEvent)"):
        patient_named(resource, BASE)


def test_what_is_taken_in_is_new_once_and_keeps_its_place():
    first = take_in(dose(note=[{"text": "with food"}]), taking())
    assert [it.body.kind for it in first.events] == ["dose_taken", "note"]
    assert first.new == first.events
    again = take_in(dose(note=[{"text": "with food"}]), taking(known=first.events))
    assert (again.events, again.new) == (first.events, ())
    half = take_in(dose(note=[{"text": "with food"}]), taking(known=first.events[:1]))
    assert half.new == first.events[1:]
    assert first.location == again.location == f"MedicationAdministration/{place_of(first.events[0])}"


def place_of(event):
    return ServerNames(MINE).id("event", event.id)


def test_what_is_told_of_a_dose_is_read_back_as_a_dose_and_a_result_as_a_result():
    told = dose() | {
        "resourceType": "MedicationStatement",
        "dosage": [{"doseAndRate": [{"doseQuantity": {"value": 250, "unit": "mg"}}]}],
    }
    taken = take_in(told, taking())
    assert taken.location == f"MedicationAdministration/{place_of(taken.events[0])}"
    taken = take_in(observed(), taking())
    assert (taken.events[0].body, taken.location) == (
        Result("creatinine", 1.1, "mg/dL"),
        f"Observation/{place_of(taken.events[0])}",
    )


@pytest.mark.parametrize(
    "other",
    [
        dose(mg=500),
        dose(effectiveDateTime="2026-11-29T08:05:01+02:00"),
        dose(performer=[{"actor": {"reference": f"Patient/{MINE}"}}]),
        dose(status="not-done", dosage=None),
    ],
)
def test_another_content_under_one_identifier_clashes(other):
    kept = take_in(dose(), taking()).events
    with pytest.raises(Clash, match="something else was taken in under this identifier"):
        take_in(other, taking(known=kept))


def test_when_a_dose_was_written_down_makes_no_other_dose_of_it():
    (kept,) = take_in(dose(), taking()).events
    earlier = replace(kept, recorded_at=kept.recorded_at - timedelta(hours=1))
    assert take_in(dose(), taking(known=[earlier])).new == ()


def of_patient(patient):
    return f"Observation/{ServerNames(patient).id('event', '0190f3a2-0000-7000-8000-000000000000')}"


@pytest.mark.parametrize("place", ["", "https://other.example/fhir/"])
@pytest.mark.parametrize("end", ["", "/_history/1"])
def test_a_reference_to_what_is_another_patients_stops_it(place, end):
    beside = {"note": [{"authorReference": {"reference": f"{place}{of_patient(THEIRS)}{end}"}}]}
    with pytest.raises(AnotherPatient, match="refers to nothing of this patient"):
        take_in(dose(**beside), taking())
    with pytest.raises(AnotherPatient):
        take_in(dose(reasonReference=[{"reference": f"Patient/{THEIRS}"}]), taking())


@pytest.mark.parametrize(
    "reference", [of_patient(MINE), f"Patient/{MINE}", "Observation/17", "#contained", "urn:uuid:1", 7]
)
def test_a_reference_to_what_is_the_patients_own_or_nobodys_here_stands(reference):
    assert len(take_in(dose(reasonReference=[{"reference": reference}]), taking()).events) == 2


def test_what_was_entered_in_error_is_taken_back_with_all_that_came_of_it():
    sent = dose(note=[{"text": "with food"}])
    first = take_in(sent, taking())
    undone = take_in(back(sent), taking(known=first.events))
    assert [it.supersedes for it in undone.events] == [it.id for it in first.events]
    assert {it.body for it in undone.events} == {Retracted()}
    assert {(it.occurred_at, it.recorded_at, it.actor) for it in undone.events} == {
        (max(NOW, first.events[0].recorded_at + timedelta(microseconds=1)),) * 2 + ("clinician",)
    }
    assert undone.location == first.location
    again = take_in(back(sent), taking(known=[*first.events, *undone.events]))
    assert (again.new, again.location) == ((), first.location)


def test_it_is_taken_back_after_it_was_written_down_whatever_a_clock_said():
    (kept,) = take_in(dose(), taking()).events
    late = replace(kept, recorded_at=NOW + timedelta(minutes=5))
    (undone,) = take_in(back(dose()), taking(known=[late])).events
    assert undone.recorded_at == undone.occurred_at == NOW + timedelta(minutes=5, microseconds=1)
    early = replace(kept, recorded_at=NOW - timedelta(minutes=5))
    (undone,) = take_in(back(dose()), taking(known=[early])).events
    assert undone.recorded_at == NOW


def test_it_is_taken_back_once_whoever_tries_again_a_little_later():
    kept = take_in(dose(), taking()).events
    undone = take_in(back(dose()), taking(known=kept)).events
    later = replace(taking(known=[*kept, *undone]), now=NOW + timedelta(hours=1))
    assert take_in(back(dose()), later).new == ()


def test_answers_are_taken_back_each_and_keep_the_place_of_the_whole():
    sent = answers(symptom_seizure="yes", symptom_rash="no")
    first = take_in(sent, taking())
    assert {it.body for it in first.events} == {Symptom("symptom_seizure"), Symptom("symptom_rash", present=False)}
    place = f"QuestionnaireResponse/{ServerNames(MINE).id('response', response_name(first.events[0]))}"
    assert first.location == place
    undone = take_in(back(sent), taking(known=first.events))
    assert {it.supersedes for it in undone.events} == {it.id for it in first.events}
    assert undone.location == place


def test_answers_that_are_kept_are_read_back_where_they_stand():
    sent = answers(symptom_seizure="yes")
    (first,) = take_in(sent, taking()).events
    kept = replace(first, device="phone-1")
    place = f"QuestionnaireResponse/{ServerNames(MINE).id('response', response_name(kept))}"
    assert take_in(sent, taking(known=[kept])).location == place


@pytest.mark.parametrize("status", ["entered-in-error"])
def test_what_nobody_took_in_cannot_be_taken_back(status):
    with pytest.raises(InputError, match="nothing of this identifier was taken in"):
        take_in(dose(status=status), taking())


def test_a_type_takes_back_only_what_it_can_have_told_of():
    (kept,) = take_in(observed(), taking()).events
    sent = dose(identifier=[{"system": OWN_EVENT, "value": kept.id}])
    with pytest.raises(InputError, match="nothing of this identifier was taken in"):
        take_in(back(sent), taking(known=[kept]))
    own = observed() | {"identifier": [{"system": OWN_EVENT, "value": kept.id}]}
    assert take_in(back(own), taking(known=[kept])).events[0].supersedes == kept.id


def test_an_adverse_event_is_read_back_as_one():
    sent = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "event": {"coding": [{"system": "urn:fullcourse:fact", "code": "symptom_seizure"}]},
        "date": "2026-11-29T22:00:00+02:00",
    }
    taken = take_in(sent, taking())
    assert taken.events[0].body == Symptom("symptom_seizure")
    assert taken.location == f"AdverseEvent/{place_of(taken.events[0])}"


def test_an_adverse_event_has_no_status_and_takes_nothing_back():
    sent = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "event": {"coding": [{"system": "urn:fullcourse:fact", "code": "symptom_seizure"}]},
        "date": "2026-11-29T22:00:00+02:00",
        "status": "entered-in-error",
    }
    with pytest.raises(InputError, match=r"AdverseEvent\.status: it is not understood"):
        take_in(sent, taking())


@pytest.mark.parametrize(
    ("speaker", "actor", "by"),
    [
        (CLINICIAN, "clinician", "clinician"),
        (CLINICIAN, "patient", "clinician"),
        (PATIENT, "patient", "patient"),
        (PROGRAM, "patient", "patient"),
        (PROGRAM, "clinician", "clinician"),
        (PROGRAM, "device", "device"),
    ],
)
def test_a_clinician_takes_back_anything_and_everybody_else_the_own_word(speaker, actor, by):
    sent = dose(identifier=[{"system": OWN_EVENT, "value": "0190f3a2-0000-7000-8000-000000000000"}])
    (kept,) = take_in(sent, taking(speaker)).events
    kept = replace(kept, actor=actor)
    assert kept.body == DoseTaken("cycloserine", 250.0)
    (undone,) = take_in(back(sent), taking(speaker, known=[kept])).events
    assert undone.actor == by


@pytest.mark.parametrize(
    ("speaker", "actor"),
    [
        (PATIENT, "clinician"),
        (replace(PATIENT, may_speak_as=frozenset({"patient", "clinician"})), "clinician"),
        (replace(PROGRAM, may_speak_as=frozenset({"patient"})), "clinician"),
    ],
)
def test_nobody_else_takes_back_the_word_of_another(speaker, actor):
    sent = dose(identifier=[{"system": OWN_EVENT, "value": "0190f3a2-0000-7000-8000-000000000000"}])
    (kept,) = take_in(sent, taking(speaker)).events
    with pytest.raises(InputError, match="only who said it, or a clinician"):
        take_in(back(sent), taking(speaker, known=[replace(kept, actor=actor)]))


def test_a_note_that_stands_beside_is_taken_back_with_its_result():
    sent = observed(note=[{"text": "haemolysed"}])
    first = take_in(sent, taking())
    assert isinstance(first.events[1].body, Note)
    undone = take_in(back(sent), taking(known=first.events))
    assert [it.supersedes for it in undone.events] == [it.id for it in first.events]

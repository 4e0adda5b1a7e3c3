"""Resources in: each is the event that it says, once; what is not understood is refused by its name.

Longer than most: one table of refusals goes over every type that is taken in, and all share the course built here.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from course_events import new_id
from fhir_service import (
    CLINICIAN,
    ENGINES,
    INTEGRATION,
    MINE,
    NORTH,
    NOW,
    PATIENT,
    THEIRS,
    as_of,
    clinic,
    dose,
    observed,
    sample,
    schema,
    transaction,
)
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS
from fullcourse.clinical.event import Claim
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, Note, Result, ResultInWords, Retracted, Symptom

UCUM = "http://unitsofmeasure.org"
FACT = "urn:fullcourse:fact"


@pytest.fixture
def north():
    with clinic(log=sample()[:9]) as opened:
        yield opened


def bodies(north, patient=MINE):
    return [it.body for it in north.store.events(patient)[9:]]


def statement(identifier="s1", **more):
    amount = {"value": 250, "unit": "mg", "system": UCUM, "code": "mg"}
    resource = {
        "resourceType": "MedicationStatement",
        "identifier": [{"system": "https://phone.example", "value": identifier}],
        "status": "completed",
        "medicationCodeableConcept": {"text": "cycloserine"},
        "subject": {"reference": f"Patient/{MINE}"},
        "effectiveDateTime": "2026-11-29T20:05:00+02:00",
        "dosage": [{"doseAndRate": [{"doseQuantity": amount}]}],
        **more,
    }
    return {name: value for name, value in resource.items() if value is not None}


def answers(identifier="q1", **given):
    said = [
        {"linkId": name, "answer": [{"valueCoding": {"system": ANSWERS, "code": word}}]} for name, word in given.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "https://phone.example", "value": identifier},
        "status": "completed",
        "subject": {"reference": f"Patient/{MINE}"},
        "authored": "2026-11-29T21:00:00+02:00",
        "item": said,
    }


def adverse(name="symptom_seizure", **more):
    return {
        "resourceType": "AdverseEvent",
        "identifier": {"system": "https://ehr.example", "value": "ae1"},
        "actuality": "actual",
        "event": {"coding": [{"system": FACT, "code": name}]},
        "subject": {"reference": f"Patient/{MINE}"},
        "date": "2026-11-29T22:00:00+02:00",
        **more,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_dose_is_one_event_however_often_it_is_sent(engine):
    with clinic(engine, log=sample()[:9]) as north:
        first = north.post("/fhir/MedicationAdministration", dose())
        again = north.post("/fhir/MedicationAdministration", dose())
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.headers["location"] == again.headers["location"]
        assert bodies(north) == [DoseTaken("cycloserine", 250.0)]
        kept = north.store.events(MINE)[-1]
        assert (kept.claim, kept.actor, kept.zone) == (Claim.OBSERVED, "clinician", "Africa/Johannesburg")
        read = north.client.get(first.headers["location"], headers=CLINICIAN).json()
        assert (read["status"], read["dosage"]["dose"]["value"]) == ("completed", 250.0)
        assert read["effectiveDateTime"] == "2026-11-29T08:05:00+02:00"


def test_another_content_under_one_identifier_is_refused_and_the_first_stays(north):
    north.post("/fhir/MedicationAdministration", dose())
    other = north.post("/fhir/MedicationAdministration", dose(mg=500))
    assert (other.status_code, other.json()["issue"][0]["code"]) == (409, "conflict")
    moved = north.post("/fhir/MedicationAdministration", dose(effectiveDateTime="2026-11-29T09:05:00+02:00"))
    assert moved.status_code == 409
    assert bodies(north) == [DoseTaken("cycloserine", 250.0)]
    assert north.store.set_aside(MINE) == ()


def test_the_same_identifier_of_another_sender_is_another_dose(north):
    north.post("/fhir/MedicationAdministration", dose())
    assert north.post("/fhir/MedicationAdministration", dose(), INTEGRATION).status_code == 201


@pytest.mark.parametrize(
    "amount",
    [{"value": 0.25, "unit": "g", "system": UCUM, "code": "g"}, {"value": 250000, "system": UCUM, "code": "ug"},
     {"value": 250, "unit": "mg"}],
)  # fmt: skip
def test_an_amount_in_another_unit_of_mass_is_the_same_amount(north, amount):
    assert north.post("/fhir/MedicationAdministration", dose(dosage={"dose": amount})).status_code == 201
    assert bodies(north) == [DoseTaken("cycloserine", 250.0)]


def test_a_dose_that_was_not_taken_says_why_and_other_reasons_are_kept_as_they_came(north):
    skipped = {"status": "not-done", "dosage": None}
    one = dose("n1", statusReason=[{"text": "forgotten"}], **skipped)
    coded = {"coding": [{"system": "https://ehr.example", "code": "nausea"}]}
    other = dose("n2", statusReason=[coded], **skipped)
    assert north.post("/fhir/MedicationAdministration", one).status_code == 201
    assert north.post("/fhir/MedicationAdministration", other).status_code == 201
    first, second, note = bodies(north)
    assert first == DoseSkipped("cycloserine", reason="forgotten")
    assert second == DoseSkipped("cycloserine", reason="other")
    assert isinstance(note, Note)
    assert json.loads(note.text.partition(": ")[2]) == {"statusReason": [coded]}


_UNLIKE = {"text": "cyclosporine", "coding": [{"system": "http://www.whocc.no/atc", "code": "J04AB01"}]}
_DAYS = {"effectiveDateTime": None, "effectivePeriod": {"start": "2026-11-29"}}
REFUSED = {
    "no amount": (dose(dosage=None), "dosage"),
    "tablets": (dose(dosage={"dose": {"value": 1, "unit": "tablet"}}), "unit"),
    "units that differ": (dose(dosage={"dose": {"value": 1, "unit": "mg", "system": UCUM, "code": "g"}}), "unit"),
    "a bound": (dose(dosage={"dose": {"value": 250, "comparator": "<", "unit": "mg"}}), "comparator"),
    "nothing taken": (dose(mg=0), "mg"),
    "less than nothing": (dose(mg=-250), "mg"),
    "a number in words": (dose(dosage={"dose": {"value": "250", "unit": "mg"}}), "number"),
    "a day alone": (dose(effectiveDateTime="2026-11-29"), "offset"),
    "no offset": (dose(effectiveDateTime="2026-11-29T08:05:00"), "offset"),
    "the future": (dose(effectiveDateTime="2026-11-30T09:10:01+00:00"), "future"),
    "no such day": (dose(effectiveDateTime="2026-02-30T08:05:00+02:00"), "no such time"),
    "a period": (dose(effectiveDateTime=None, effectivePeriod={"start": "2026-11-29"}), "effectivePeriod"),
    "in progress": (dose(status="in-progress"), "status"),
    "no drug": (dose(medicationCodeableConcept=None), "drug"),
    "another drug's name": (dose(medicationCodeableConcept=_UNLIKE), "not understood"),
    "two drugs": (dose(medicationCodeableConcept={"text": "rifampicin/isoniazid"}), "not understood"),
    "a reference to a drug": (
        dose(medicationCodeableConcept=None, medicationReference={"reference": "Medication/1"}), "medicationReference"
    ),
    "an extension": (dose(extension=[{"url": "https://x.example", "valueBoolean": False}]), "extension"),
    "a modifier": (dose(modifierExtension=[{"url": "https://x.example", "valueBoolean": True}]), "modifierExtension"),
    "rules": (dose(implicitRules="https://x.example"), "implicitRules"),
    "an element of an element": (dose(_status={"id": "a"}), "_status"),
    "a label": (dose(meta={"security": [{"code": "R"}]}), "meta"),
    "a story": (dose(text={"status": "additional", "div": "<div>stopped</div>"}), "text"),
    "a rate": (dose(dosage={"dose": {"value": 250, "unit": "mg"}, "rateQuantity": {"value": 1}}), "rateQuantity"),
    "nobody": (dose(subject=None), "subject"),
    "a group": (dose(subject={"reference": "Group/1"}), "subject"),
    "a patient elsewhere": (dose(subject={"reference": f"https://other.example/fhir/Patient/{MINE}"}), "subject"),
    "a patient by identifier": (dose(subject={"identifier": {"value": MINE}}), "subject"),
    "a strange order": (dose(request={"reference": f"MedicationRequest/{THEIRS}.{'a' * 26}"}), "refers to nothing"),
    "a strange performer": (dose(performer=[{"actor": {"reference": f"Patient/{THEIRS}"}}]), "refers to nothing"),
    "nobody known gave it": (dose(performer=[{"actor": {"display": "Sam"}}]), "performer"),
    "an id that is none": (dose(identifier=[{"system": "urn:fullcourse:event", "value": "1"}]), "UUIDv7"),
    "a reason for what was taken": (dose(statusReason=[{"text": "forgotten"}]), "statusReason"),
    "an amount not taken": (dose(status="not-done"), "dosage"),
    "a statement of days": (statement(**_DAYS), "effectivePeriod"),
    "what is being taken": (statement(status="active"), "status"),
    "several dosages": (statement(dosage=[{}, {}]), "dosage"),
    "a preliminary result": (observed(status="preliminary"), "status"),
    "a changed result": (observed(status="amended"), "status"),
    "a bounded result": (observed(valueQuantity={"value": 1, "comparator": ">", "unit": "mg/dL"}), "comparator"),
    "a unit that cannot be": (observed(valueQuantity={"value": 1.1, "unit": "kg", "system": UCUM, "code": "kg"}), "kg"),
    "no unit": (observed(valueQuantity={"value": 1.1}), "unit"),
    "what nobody can have": (observed(valueQuantity={"value": 900, "unit": "mg/dL"}), "outside what is possible"),
    "a code that is not known": (observed(code="1234-5"), "not known here"),
    "no value": (observed(valueQuantity=None), "value"),
    "two values": (observed(valueString="1.1"), "value"),
    "a reason for none": (observed(dataAbsentReason={"text": "unknown"}), "dataAbsentReason"),
    "components": (observed(component=[]), "component"),
    "another's": (observed(focus=[{"reference": "RelatedPerson/x"}]), "focus"),
    "an answer that is unsure": (answers(symptom_seizure="unsure"), "symptom_seizure"),
    "a question nobody asks": (answers(symptom_unheard_of="yes"), "not known here"),
    "no answers": (answers(), "answers nothing"),
    "answers half given": (answers(symptom_seizure="yes") | {"status": "in-progress"}, "status"),
    "a suspect": (adverse(suspectEntity=[]), "suspectEntity"),
    "seriousness": (adverse(seriousness={"text": "serious"}), "seriousness"),
    "what may happen": (adverse(actuality="potential"), "actuality"),
    "a symptom nobody knows": (adverse("symptom_unheard_of"), "no symptom"),
    "a result as an event": (adverse("creatinine"), "no symptom"),
    "to take back what nobody sent": (dose("never", status="entered-in-error"), "nothing of this identifier"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_understood_is_refused_by_its_name_and_nothing_is_kept(north, name):
    resource, told = REFUSED[name]
    alone = north.post(f"/fhir/{resource['resourceType']}", resource)
    together = north.post("/fhir", transaction(dose("good"), resource))
    assert (alone.status_code, together.status_code) == (422, 422), alone.text
    assert told in alone.json()["issue"][0]["diagnostics"]
    assert together.json()["issue"][0]["expression"] == ["Bundle.entry[1]"]
    assert bodies(north) == []
    assert THEIRS not in alone.text
    schema().validate(alone.json())


def test_words_that_contradict_a_code_are_refused(north):
    code = {"coding": [{"system": "http://loinc.org", "code": "2160-0"}], "text": "ALT"}
    answer = north.post("/fhir/Observation", observed() | {"code": code})
    assert (answer.status_code, "different things" in answer.text) == (422, True)


def test_what_stands_beside_a_result_is_kept_as_it_came(north):
    beside = {
        "interpretation": [{"text": "high"}],
        "note": [{"text": "sample was haemolysed"}],
        "referenceRange": [{"high": {"value": 1.2, "unit": "mg/dL"}}],
    }
    assert north.post("/fhir/Observation", observed(**beside)).status_code == 201
    result, note = bodies(north)
    assert result == Result("creatinine", 1.1, "mg/dL")
    assert json.loads(note.text.partition(": ")[2]) == beside
    assert north.post("/fhir/Observation", observed(**beside)).status_code == 200
    assert len(bodies(north)) == 2


@pytest.mark.parametrize(
    ("code", "value", "body"),
    [
        ("sputum_culture", {"valueCodeableConcept": {"text": "negative"}}, ResultInWords("sputum_culture", "negative")),
        ("sputum_culture", {"valueString": "contaminated"}, ResultInWords("sputum_culture", "contaminated")),
        ("symptom_seizure", {"valueBoolean": False}, Symptom("symptom_seizure", present=False)),
        ("pregnant", {"valueBoolean": True}, Result("pregnant", 1.0, "1")),
        (
            "cycloserine_level",
            {"valueQuantity": {"value": 31, "unit": "ug/mL", "system": UCUM, "code": "ug/mL"}},
            Result("cycloserine_level", 31.0, "ug/mL"),
        ),
    ],
)
def test_results_in_words_signs_and_levels_by_our_own_codes(north, code, value, body):
    coded = {"code": {"coding": [{"system": FACT, "code": code}]}}
    answer = north.post("/fhir/Observation", observed(valueQuantity=None) | coded | value)
    assert answer.status_code == 201, answer.text
    assert bodies(north) == [body]


def test_the_answers_of_a_questionnaire_are_symptoms_each_yes_and_each_no(north):
    sent = answers(symptom_seizure="yes", symptom_rash="no")
    answer = north.post("/fhir/QuestionnaireResponse", sent)
    assert answer.status_code == 201, answer.text
    assert set(bodies(north)) == {Symptom("symptom_seizure"), Symptom("symptom_rash", present=False)}
    read = north.client.get(answer.headers["location"], headers=CLINICIAN)
    assert read.status_code == 200
    assert read.json()["status"] == "completed"
    assert north.post("/fhir/QuestionnaireResponse", sent).headers["location"] == answer.headers["location"]
    back = north.post("/fhir/QuestionnaireResponse", sent | {"status": "entered-in-error"})
    assert (back.status_code, back.headers["location"]) == (201, answer.headers["location"])
    assert north.client.get(answer.headers["location"], headers=CLINICIAN).json()["status"] == "entered-in-error"


def test_an_adverse_event_is_a_symptom_and_is_read_as_one(north):
    answer = north.post("/fhir/AdverseEvent", adverse())
    assert answer.status_code == 201
    assert bodies(north) == [Symptom("symptom_seizure")]
    read = north.client.get(answer.headers["location"], headers=CLINICIAN).json()
    assert read["event"]["coding"][0] == {"system": FACT, "code": "symptom_seizure"}


def test_what_was_entered_in_error_is_taken_back_and_counts_no_more(north):
    sent = dose()
    where = north.post("/fhir/MedicationAdministration", sent).headers["location"]
    back = north.post("/fhir/MedicationAdministration", sent | {"status": "entered-in-error"})
    again = north.post("/fhir/MedicationAdministration", sent | {"status": "entered-in-error"})
    assert (back.status_code, again.status_code) == (201, 200)
    assert isinstance(bodies(north)[1], Retracted)
    assert len(bodies(north)) == 2
    assert north.client.get(where, headers=CLINICIAN).json()["status"] == "entered-in-error"


def test_a_patient_takes_back_the_own_dose_and_not_the_plan_nor_a_clinicians(north):
    plan, seen = north.store.events(MINE)[0], north.store.events(MINE)[1]
    for event in (plan, seen):
        sent = dose(identifier=[{"system": "urn:fullcourse:event", "value": event.id}], status="entered-in-error")
        assert north.post("/fhir/MedicationAdministration", sent, PATIENT).status_code == 422
        assert north.post("/fhir/MedicationAdministration", sent, CLINICIAN).status_code == 422
    own = dose("mine")
    assert north.post("/fhir/MedicationAdministration", own, PATIENT).status_code == 201
    assert north.store.events(MINE)[-1].actor == "patient"
    assert (
        north.post("/fhir/MedicationAdministration", own | {"status": "entered-in-error"}, PATIENT).status_code == 201
    )


def test_a_patient_cannot_speak_as_a_clinician(north):
    sent = dose(performer=[{"actor": {"reference": "Practitioner/1"}}])
    answer = north.post("/fhir/MedicationAdministration", sent, PATIENT)
    assert (answer.status_code, "cannot speak" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("source", "actor"),
    [(None, "device"), ("Patient", "patient"), ("RelatedPerson", "supporter"), ("Practitioner", "clinician")],
)
def test_what_another_system_brings_is_known_by_import_and_says_whose_word_it_is(north, source, actor):
    name = MINE if source == "Patient" else "1"
    who = {} if source is None else {"informationSource": {"reference": f"{source}/{name}"}}
    assert north.post("/fhir/MedicationStatement", statement(**who), INTEGRATION).status_code == 201
    kept = north.store.events(MINE)[-1]
    assert (kept.claim, kept.actor, kept.body) == (Claim.IMPORT, actor, DoseTaken("cycloserine", 250.0))


def test_an_id_that_a_phone_made_is_the_events_own(north):
    name = new_id(77)
    sent = dose(identifier=[{"system": "urn:fullcourse:event", "value": name}])
    assert north.post("/fhir/MedicationAdministration", sent, PATIENT).status_code == 201
    assert north.store.events(MINE)[-1].id == name


@pytest.mark.parametrize("engine", ENGINES)
def test_a_transaction_is_kept_whole_and_sent_again_is_the_same(engine):
    with clinic(engine, log=sample()[:9]) as north:
        sent = transaction(dose(), statement(), observed(), answers(symptom_seizure="no"), adverse())
        first = north.post("/fhir", sent)
        assert first.status_code == 200, first.text
        schema().validate(first.json())
        assert [it["response"]["status"] for it in first.json()["entry"]] == ["201 Created"] * 5
        kept = len(north.store.events(MINE))
        again = north.post("/fhir", sent).json()
        assert [it["response"]["status"] for it in again["entry"]] == ["200 OK"] * 5
        assert len(north.store.events(MINE)) == kept
        for one, two in zip(first.json()["entry"], again["entry"], strict=True):
            assert one["response"]["location"] == two["response"]["location"]
            assert north.client.get(one["response"]["location"], headers=CLINICIAN).status_code == 200


@pytest.mark.parametrize("engine", ENGINES)
def test_of_a_transaction_with_one_bad_entry_nothing_is_kept(engine):
    with clinic(engine, log=sample()[:9]) as north:
        answer = north.post(
            "/fhir", transaction(dose("a"), dose("b"), dose("c", dosage=None), dose("d", status="on-hold"))
        )
        assert answer.status_code == 422
        places = [it["expression"] for it in answer.json()["issue"]]
        assert places == [["Bundle.entry[2]"], ["Bundle.entry[3]"], ["Bundle"]]
        assert bodies(north) == []


def test_a_strangers_entry_stops_a_transaction_and_tells_no_more_than_that(north):
    answer = north.post("/fhir", transaction(dose("a"), dose("b", patient=THEIRS)))
    nobody = north.post("/fhir", transaction(dose("a"), dose("b", patient="nobody")))
    assert (answer.status_code, answer.content) == (404, nobody.content)
    assert bodies(north) == bodies(north, THEIRS) == []


def test_a_transaction_is_about_one_patient(north):
    north.door.clinics["second"] = NORTH
    north.store.append([replace(it, patient="second") for it in sample()[:2]], NOW - timedelta(days=1))
    answer = north.post("/fhir", transaction(dose("a"), dose("b", patient="second")))
    assert (answer.status_code, "one patient" in answer.text) == (422, True)
    assert bodies(north) == []


def test_the_same_twice_in_one_transaction_is_one_event_and_two_contents_are_refused(north):
    answer = north.post("/fhir", transaction(dose("a"), dose("a")))
    assert [it["response"]["status"] for it in answer.json()["entry"]] == ["201 Created", "200 OK"]
    assert len(bodies(north)) == 1
    clash = north.post("/fhir", transaction(dose("b"), dose("b", mg=500)))
    assert (clash.status_code, len(bodies(north))) == (409, 1)


def test_of_a_batch_each_entry_stands_for_itself(north):
    sent = transaction(dose("a"), dose("b", dosage=None), dose("c", patient=THEIRS), dose("d"), kind="batch")
    answer = north.post("/fhir", sent)
    schema().validate(answer.json())
    statuses = [it["response"]["status"] for it in answer.json()["entry"]]
    assert statuses == ["201 Created", "422", "404", "201 Created"]
    assert len(bodies(north)) == 2
    assert {it[2] for it in north.door.log if it[1] == "fhir.write"} == {MINE}


@pytest.mark.parametrize(
    "entry",
    [
        {"resource": dose(), "request": {"method": "PUT", "url": "MedicationAdministration/1"}},
        {
            "resource": dose(),
            "request": {"method": "POST", "url": "https://other.example/fhir/MedicationAdministration"},
        },
        {"resource": dose(), "request": {"method": "POST", "url": "Observation"}},
        {"resource": dose(), "request": {"method": "POST", "url": "MedicationAdministration", "ifNoneExist": "a=b"}},
        {"request": {"method": "GET", "url": f"Patient/{THEIRS}"}},
        {"request": {"method": "DELETE", "url": f"Patient/{MINE}"}},
        {"resource": {"resourceType": ["MedicationAdministration"]}, "request": {"method": "POST", "url": "x"}},
        {"resource": {"resourceType": "Patient"}, "request": {"method": "POST", "url": "Patient"}},
        {"resource": dose()},
        "entry",
    ],
)
def test_any_other_request_in_a_bundle_is_refused_and_not_carried_out(north, entry):
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    answer = north.post("/fhir", sent)
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[0]"]
    assert bodies(north) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"resourceType":"Bundle","type":"history"}',
     b'{"resourceType":"Bundle","type":"batch"}', b'{"resourceType":"Patient"}', b'{"a":1,"a":2}', b'{"a":NaN}',
     b"\xff", b"[" * 5000,
     b'{"resourceType":"Bundle","type":"batch","entry":{}}'],
)  # fmt: skip
def test_a_body_that_is_no_bundle_is_a_bad_request(north, body):
    answer = north.client.post("/fhir", content=body, headers={**CLINICIAN, "Content-Type": "application/fhir+json"})
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_xml_is_not_read_and_a_condition_of_creating_is_not_passed_over(north):
    sent = {**CLINICIAN, "Content-Type": "application/fhir+xml"}
    assert north.client.post("/fhir", content=b"<Bundle/>", headers=sent).status_code == 415
    assert north.post("/fhir/MedicationAdministration", dose(), **{"If-None-Exist": "identifier=1"}).status_code == 400
    assert north.post("/fhir/Observation", dose()).status_code == 400


def test_who_may_not_write_writes_nothing(north):
    for headers, status in (({}, 401), (as_of("programme", NORTH), 403), (as_of("clinician", "clinic-south"), 404)):
        assert north.post("/fhir/MedicationAdministration", dose(), headers).status_code == status
        assert north.post("/fhir", transaction(dose()), headers).status_code == status
    assert bodies(north) == []


def test_a_course_that_has_no_plan_takes_nothing_in(north):
    north.door.clinics["planless"] = NORTH
    north.store.append([replace(sample()[4], patient="planless")], NOW - timedelta(days=1))
    answer = north.post("/fhir/MedicationAdministration", dose(patient="planless"))
    assert (answer.status_code, "no plan" in answer.text) == (422, True)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_sent_many_times_at_once_is_one_event_and_no_contradiction(engine):
    moments = count()
    with clinic(engine, log=sample()[:9], clock=lambda: NOW + timedelta(microseconds=next(moments))) as north:

        def send(number):
            if number % 2:
                return north.post("/fhir/MedicationAdministration", dose()).status_code
            return int(north.post("/fhir", transaction(dose())).json()["entry"][0]["response"]["status"][:3])

        with ThreadPoolExecutor(8) as pool:
            statuses = sorted(pool.map(send, range(16)))
        assert statuses == [200] * 15 + [201]
        assert bodies(north) == [DoseTaken("cycloserine", 250.0)]
        assert north.store.set_aside(MINE) == ()

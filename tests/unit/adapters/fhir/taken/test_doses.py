"""A dose that was taken says how much, one that was not says why, and no amount or drug is guessed."""

import json

import pytest

from fhir_service import dose
from fullcourse.adapters.fhir.taken.doses import read_administration, read_statement
from fullcourse.adapters.fhir.taken.taking import Draft
from fullcourse.clinical.errors import InputError
from taking_in import CLINICIAN, NOW, PATIENT, UCUM, taking

ATC = "http://www.whocc.no/atc"
MG = {"value": 250, "unit": "mg", "system": UCUM, "code": "mg"}


def statement(**more) -> dict:
    resource = {
        "resourceType": "MedicationStatement",
        "status": "completed",
        "medicationCodeableConcept": {"text": "cycloserine"},
        "subject": {"reference": "Patient/5f0c1111-2222-4333-8444-555566667777"},
        "effectiveDateTime": "2026-11-29T20:05:00+02:00",
        "dosage": [{"doseAndRate": [{"doseQuantity": MG}]}],
        **more,
    }
    return {name: value for name, value in resource.items() if value is not None}


def amount(**quantity) -> dict:
    return {"dosage": {"dose": quantity}}


def given(resource, speaker=CLINICIAN) -> list[Draft]:
    return read_administration(resource, taking(speaker))


def told(resource, speaker=CLINICIAN) -> list[Draft]:
    return read_statement(resource, taking(speaker))


def refused(read, resource, place) -> None:
    with pytest.raises(InputError) as error:
        read(resource)
    assert str(error.value).startswith(f"{resource['resourceType']}.{place}: ")


def test_a_dose_that_was_given_is_taken_when_it_says_and_written_down_now():
    (draft,) = given(dose())
    assert (draft.kind, draft.body) == ("dose_taken", {"drug": "cycloserine", "mg": 250.0})
    assert draft.occurred_at.isoformat() == "2026-11-29T08:05:00+02:00"
    assert (draft.part, draft.recorded_at, draft.actor, draft.supersedes) == ("", NOW, "clinician", "")


def test_a_dose_that_is_told_of_is_taken_and_written_down_when_it_was_asserted():
    (draft,) = told(statement(dateAsserted="2026-11-29T21:00:00+02:00"))
    assert (draft.kind, draft.body) == ("dose_taken", {"drug": "cycloserine", "mg": 250.0})
    assert draft.recorded_at.isoformat() == "2026-11-29T21:00:00+02:00"
    assert told(statement())[0].recorded_at == NOW


def test_who_gave_it_is_the_first_who_is_named():
    who = [{"actor": {"reference": "Patient/1"}}, {"actor": {"reference": "Practitioner/1"}}]
    assert given(dose(performer=who))[0].actor == "patient"
    assert given(dose(performer=[]))[0].actor == "clinician"
    assert given(dose(), PATIENT)[0].actor == "patient"


def test_who_tells_of_it_is_the_source_of_the_information():
    assert told(statement(informationSource={"reference": "RelatedPerson/1"}))[0].actor == "supporter"
    assert told(statement(), PATIENT)[0].actor == "patient"


@pytest.mark.parametrize(
    ("quantity", "mg"),
    [
        ({"value": 0.25, "system": UCUM, "code": "g"}, 250.0),
        ({"value": 250000, "unit": "micrograms", "system": UCUM, "code": "ug"}, 250.0),
        ({"value": 125, "unit": "mg"}, 125.0),
        ({"value": 125, "unit": "mg", "system": UCUM}, 125.0),
        ({"value": 1, "unit": "g", "system": UCUM, "code": "g"}, 1000.0),
        ({"value": 1, "unit": "gram", "system": UCUM, "code": "g"}, 1000.0),
    ],
)
def test_an_amount_is_in_mg_whatever_unit_of_mass_it_came_in(quantity, mg):
    assert given(dose(**amount(**quantity)))[0].body["mg"] == mg


@pytest.mark.parametrize(
    "quantity",
    [
        {"value": 1, "unit": "tablet"},
        {"value": 1, "unit": "tablet", "system": UCUM, "code": "{tbl}"},
        {"value": 5, "unit": "mL", "system": UCUM, "code": "mL"},
        {"value": 250},
        {"unit": "mg", "system": UCUM, "code": "mg"},
        {"value": 250, "unit": "mg", "code": "mg"},
        {"value": 250, "unit": "mg", "system": "http://snomed.info/sct", "code": "mg"},
        {"value": 1, "unit": "mg", "system": UCUM, "code": "g"},
        {"value": 250, "unit": "mg", "system": UCUM, "code": "milligrammes"},
        {"value": 250, "unit": "mg/kg", "system": UCUM, "code": "mg/kg"},
    ],
)
def test_an_amount_that_is_no_exact_mass_is_refused(quantity):
    refused(given, dose(**amount(**quantity)), "dosage.dose")


@pytest.mark.parametrize("quantity", [{**MG, "comparator": "<"}, {**MG, "extension": []}])
def test_an_amount_that_says_more_is_refused_by_its_name(quantity):
    with pytest.raises(InputError, match=r"MedicationAdministration\.dosage\.dose\.(comparator|extension)"):
        given(dose(**amount(**quantity)))


def test_a_dosage_that_says_more_is_refused_by_its_name():
    refused(given, dose(dosage={"dose": MG, "rateQuantity": MG}), "dosage.rateQuantity")
    refused(
        told,
        statement(dosage=[{"doseAndRate": [{"doseQuantity": MG}], "asNeededBoolean": True}]),
        "dosage.asNeededBoolean",
    )
    refused(
        told,
        statement(dosage=[{"doseAndRate": [{"doseQuantity": MG, "rateRatio": {}}]}]),
        "dosage.doseAndRate.rateRatio",
    )


def test_one_intake_has_one_dosage_and_one_amount():
    one = {"doseAndRate": [{"doseQuantity": MG}]}
    refused(told, statement(dosage=[one, one]), "dosage")
    refused(
        told, statement(dosage=[{"doseAndRate": [{"doseQuantity": MG}, {"doseQuantity": MG}]}]), "dosage.doseAndRate"
    )
    refused(told, statement(dosage=[{"text": "one capsule"}]), "dosage.doseAndRate")
    kind = {"coding": [{"code": "ordered"}]}
    assert told(statement(dosage=[{"doseAndRate": [{"doseQuantity": MG, "type": kind}]}]))[0].body["mg"] == 250.0


@pytest.mark.parametrize("dosage", [None, {}, {"text": "one capsule"}])
def test_a_dose_that_was_taken_says_how_much(dosage):
    refused(given, dose(dosage=dosage), "dosage")


def test_a_statement_without_an_amount_is_refused():
    refused(told, statement(dosage=None), "dosage")
    refused(told, statement(dosage=[{"doseAndRate": [{}]}]), "dosage")


@pytest.mark.parametrize("status", ["in-progress", "on-hold", "stopped", "unknown", "not-taken", None])
def test_a_status_that_does_not_say_what_happened_is_refused(status):
    refused(given, dose(status=status), "status")


@pytest.mark.parametrize("status", ["active", "intended", "on-hold", "not-done", None])
def test_a_statement_that_is_still_going_on_is_no_event(status):
    refused(told, statement(status=status), "status")


def test_a_dose_that_was_taken_has_no_reason_for_not():
    refused(given, dose(statusReason=[{"text": "forgotten"}]), "statusReason")
    refused(told, statement(statusReason=[{"text": "forgotten"}]), "statusReason")


@pytest.mark.parametrize("reason", ["forgotten", "programme", "medical", "patient", "other", "Forgotten"])
def test_a_dose_that_was_not_taken_says_why_in_our_words(reason):
    (draft,) = given(dose(status="not-done", dosage=None, statusReason=[{"text": reason}]))
    assert (draft.kind, draft.body) == ("dose_skipped", {"drug": "cycloserine", "reason": reason.lower()})
    assert (draft.recorded_at, draft.actor) == (NOW, "clinician")
    assert draft.occurred_at.isoformat() == "2026-11-29T08:05:00+02:00"
    (draft,) = told(statement(status="not-taken", dosage=None, statusReason=[{"text": reason}]))
    assert draft.body == {"drug": "cycloserine", "reason": reason.lower()}


def test_a_dose_that_was_not_taken_without_a_reason_is_another_reason_and_nothing_beside():
    (draft,) = given(dose(status="not-done", dosage=None))
    assert draft.body["reason"] == "other"


@pytest.mark.parametrize(
    "reasons",
    [
        [{"text": "nausea"}],
        [{"coding": [{"system": "https://ehr.example", "code": "nausea"}]}],
        [{"text": "forgotten"}, {"text": "medical"}],
        [{"text": "forgotten", "coding": [{"system": "https://ehr.example", "code": "nausea"}]}],
    ],
)
def test_a_reason_that_is_not_one_of_our_words_alone_is_kept_as_it_came(reasons):
    draft, note = given(dose(status="not-done", dosage=None, statusReason=reasons))
    assert draft.body["reason"] == "other"
    assert json.loads(str(note.body["text"]).partition(": ")[2]) == {"statusReason": reasons}


def test_a_dose_that_was_not_taken_has_no_amount():
    refused(given, dose(status="not-done"), "dosage")
    refused(told, statement(status="not-taken"), "dosage")


def test_what_stands_beside_a_dose_is_kept_and_its_words_too():
    dosage = {"text": "one capsule", "route": {"text": "oral"}, "dose": MG}
    draft, note = given(dose(dosage=dosage, note=[{"text": "with food"}]))
    kept = {"note": [{"text": "with food"}], "dosageText": {"text": "one capsule", "route": {"text": "oral"}}}
    assert json.loads(str(note.body["text"]).partition(": ")[2]) == kept
    assert (note.occurred_at, note.recorded_at, note.actor) == (draft.occurred_at, draft.recorded_at, draft.actor)


def test_what_stands_beside_a_statement_is_kept_and_its_words_too():
    dosage = [{"text": "one capsule", "doseAndRate": [{"doseQuantity": MG}]}]
    _, note = told(statement(dosage=dosage, category={"text": "outpatient"}))
    kept = {"category": {"text": "outpatient"}, "dosageText": {"text": "one capsule"}}
    assert json.loads(str(note.body["text"]).partition(": ")[2]) == kept


def test_what_stands_beside_a_dose_that_was_not_taken_is_kept():
    _, note = given(
        dose(status="not-done", dosage=None, statusReason=[{"text": "medical"}], note=[{"text": "at dialysis"}])
    )
    assert json.loads(str(note.body["text"]).partition(": ")[2]) == {"note": [{"text": "at dialysis"}]}


@pytest.mark.parametrize(
    "concept",
    [
        {"text": "Cycloserine 250 mg capsule"},
        {"coding": [{"system": ATC, "code": "J04AB01"}]},
        {"coding": [{"system": ATC, "code": "J04AB01", "display": "cycloserine"}], "text": "Seromycin"},
    ],
)
def test_a_drug_is_known_by_its_name_or_a_code_of_it(concept):
    assert given(dose(medicationCodeableConcept=concept))[0].body["drug"] == "cycloserine"


@pytest.mark.parametrize(
    "concept",
    [
        None,
        {},
        {"text": "something of nobody"},
        {"text": "Rifater"},
        {"text": "cyclosporine", "coding": [{"system": ATC, "code": "J04AB01"}]},
        {"text": "cycloserine", "coding": [{"system": ATC, "code": "J04AB01", "display": "linezolid"}]},
    ],
)
def test_a_drug_that_is_not_there_not_known_several_or_two_things_is_refused(concept):
    refused(given, dose(medicationCodeableConcept=concept), "medicationCodeableConcept")


@pytest.mark.parametrize(
    ("name", "why"),
    [("Rifater", "each is a dose of its own"), ("something of nobody", "is not understood: (?!it has several)")],
)
def test_why_a_drug_is_refused_is_told(name, why):
    with pytest.raises(InputError, match=why):
        given(dose(medicationCodeableConcept={"text": name}))


def test_what_is_not_understood_of_a_dose_is_refused_by_its_name():
    refused(given, dose(supportingInformation=[]), "supportingInformation")
    refused(told, statement(partOf=[]), "partOf")
    refused(told, statement(performer=[]), "performer")

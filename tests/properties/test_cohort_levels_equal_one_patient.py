"""A register predicts from the covariates that a single patient's command finds, and refuses for the same reason."""

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.patient import Patient
from fullcourse.cohort.facts import fact_row
from fullcourse.cohort.levels.people import Person, columns_read, people_of
from fullcourse.cohort.levels.question import LevelQuestion
from fullcourse.journey.levels.patient import patient_facts
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.inputs.covariates import Covariates, patient_covariates
from fullcourse.rules.establish import establish
from patients import AT, knowledge
from registers import Register, reader_of, written

MODELS = read_pk_models()
PATIENTS = 120


def complete(name: str, chance: random.Random) -> list[dict[str, Any]]:
    """Return a patient of whom nearly everything that models read is on record."""
    about = {"reference": f"Patient/{name}"}
    measured = [
        ("29463-7", "kg", chance.uniform(3, 120)), ("8302-2", "cm", chance.uniform(50, 200)),
        ("2160-0", "mg/dL", chance.uniform(0.3, 4)), ("1751-7", "g/dL", chance.uniform(1.5, 5)),
        ("1975-2", "mg/dL", chance.uniform(0.2, 3)),
    ]  # fmt: skip
    found: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": name, "gender": chance.choice(["male", "female"]),
         "birthDate": f"{chance.randint(1930, 2025)}-0{chance.randint(1, 9)}-11"}
    ]  # fmt: skip
    for number, (code, unit, value) in enumerate(measured):
        if chance.random() < 0.9:
            found.append({
                "resourceType": "Observation", "id": f"{name}-{number}", "status": "final", "subject": about,
                "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": "2026-11-20",
                "valueQuantity": {"value": round(value, 2), "unit": unit, "system": "http://unitsofmeasure.org",
                                  "code": unit},
            })  # fmt: skip
    if chance.random() < 0.2:
        found.append({
            "resourceType": "Condition", "id": f"{name}-c", "subject": about, "recordedDate": "2026-11-01",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10",
                                 "code": chance.choice(["Z99.2", "N18.4", "Z33"])}]},
        })  # fmt: skip
    if chance.random() < 0.7:
        request: dict[str, Any] = {
            "resourceType": "MedicationRequest", "id": f"{name}-m", "subject": about, "intent": "order",
            "status": chance.choice(["active", "completed", "on-hold"]), "authoredOn": "2026-06-01",
            "medicationCodeableConcept": {"text": chance.choice(["efavirenz", "lopinavir", "ritonavir"])},
        }  # fmt: skip
        if chance.random() < 0.5:
            period = {"start": "2026-06-01", "end": chance.choice(["2026-08-01", "2026-11-22", "2027-01-01"])}
            request["dosageInstruction"] = [{"timing": {"repeat": {"boundsPeriod": period}}}]
        found.append(request)
    items = [
        {"linkId": fact, "answer": [{"valueBoolean": chance.random() < 0.7}]}
        for fact in ("problems_complete", "medicines_complete", "allergies_complete", "dialysis", "pregnant")
    ]
    found.append({
        "resourceType": "QuestionnaireResponse", "id": f"{name}-q", "questionnaire": "urn:fullcourse:intake",
        "status": "completed", "subject": about, "authored": "2026-11-20", "item": items,
    })  # fmt: skip
    return found


def patients() -> list[Patient]:
    register, chance, known = Register(31), random.Random(5), knowledge()
    records = [register.patient(f"odd-{number}") for number in range(PATIENTS)]
    records += [complete(f"full-{number}", chance) for number in range(PATIENTS)]
    found = []
    for resources in records:
        try:
            record = reader_of(known).read(b"\n".join(map(written, resources)), AT)
            found.append(establish(record, known, AT))
        except InputError:
            continue
    return found


EVERYBODY = patients()


def in_columns(question: LevelQuestion) -> Mapping[str, Any]:
    rows = [fact_row(patient, knowledge()) for patient in EVERYBODY]
    cells: dict[str, Any] = {"error": np.ma.masked_all(len(rows), object)}
    for column in columns_read(question, knowledge()):
        values = [row[column] for row in rows]
        empty = [value is None for value in values]
        kind = object if any(isinstance(value, str) for value in values) else None
        cells[column] = np.ma.masked_array(np.array([0 if v is None else v for v in values], kind), empty)
    return cells


def alone(model: str, patient: Patient) -> Covariates | Exception:
    try:
        return patient_covariates(MODELS[model], patient_facts(patient, knowledge(), MODELS[model].drug))
    except (InputError, OutsideLabel) as error:
        return error


def same(one: Covariates | Exception, many: Person) -> bool:
    if isinstance(one, Exception):
        return many.found is None and many.because == str(one) and many.reason != ""
    return many.found is not None and (one.values, one.assumed, one.warnings) == (
        many.found.values, many.found.assumed, many.found.warnings,
    )  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_covariates_and_refusals_are_those_of_the_single_patient(model: str):
    file = MODELS[model]
    plan = parse_dose_plan(
        {"rifampicin": "600 mg once a day", "delamanid": "100 mg q12h"}.get(file.drug, "250 mg q12h")
    )
    question = LevelQuestion(file.drug, {model: file}, True, plan, None, 10, 1, read_targets(file.drug))

    people = people_of(question, knowledge(), in_columns(question), len(EVERYBODY))

    wrong = [
        (patient.medicines, one, many)
        for patient, many in zip(EVERYBODY, people, strict=True)
        if not same(one := alone(model, patient), many)
    ]
    assert not wrong, wrong[0]
    if any(row.formula == "fact" and row.assume is None for row in file.covariates.values()):
        return  # nobody's record holds what it needs
    assert any(one.found is not None for one in people)
    assert any(one.reason for one in people)

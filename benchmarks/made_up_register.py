"""A register of made-up patients as a bulk export: the same bytes for the same number, on any machine.

About 4 kB and 12 resources a patient, one file a type of resource and block of patients, so that the lines of one
patient stand in five files. Several processes write it.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

__all__ = ["AT", "KINDS", "generate", "lines_of", "name_of"]

AT: Final = date(2026, 11, 22)
KINDS: Final = ("Patient", "Condition", "Observation", "MedicationRequest", "QuestionnaireResponse")
BLOCK: Final = 25_000
"""Patients in one file of each type."""

ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
PROBLEMS: Final = (
    ("G40.9", "Epilepsy, unspecified"),
    ("F32.9", "Depressive episode, unspecified"),
    ("N18.4", "Chronic kidney disease, stage 4"),
    ("I10", "Essential (primary) hypertension"),
    ("E11.9", "Type 2 diabetes mellitus without complications"),
    ("A15.0", "Tuberculosis of lung"),
)
PRODUCTS: Final = (
    ("6038", "isoniazid"),
    ("3007", "cycloserine"),
    ("8183", "phenytoin"),
    ("684879", "pyridoxine"),
    ("6809", "metformin"),
)
MEASURED: Final = (
    ("29463-7", "Body weight", "kg", 60.0),
    ("8302-2", "Body height", "cm", 165.0),
    ("2160-0", "Creatinine", "mg/dL", 1.1),
    ("8867-4", "Heart rate", "/min", 80.0),
    ("718-7", "Hemoglobin", "g/dL", 12.0),
)
ANSWERED: Final = ("problems_complete", "medicines_complete", "allergies_complete")
STATUS: Final = "http://terminology.hl7.org/CodeSystem/condition-"
NARRATIVE: Final = "Generated for a benchmark; every person in it is made up. "
_DAYS: Final = tuple((AT - timedelta(days=days)).isoformat() for days in range(901))


def name_of(number: int) -> str:
    """Return the id of a patient."""
    return f"patient-{number:08d}"


def lines_of(number: int) -> list[tuple[str, str]]:
    """Return the 12 resources of one patient, each as its type and its line."""
    draw = Random(number).random  # noqa: S311 - made-up patients
    name = name_of(number)
    about = f'"subject":{{"reference":"Patient/{name}"}}'
    found = [("Patient", _person(number, name, draw))]
    found += [("Condition", _problem(at, name, about, draw)) for at in range(3)]
    found += [("Observation", _measurement(at, name, about, draw)) for at in range(len(MEASURED))]
    found += [("MedicationRequest", _order(at, name, about, draw)) for at in range(2)]
    found.append(("QuestionnaireResponse", _answers(name, about, draw)))
    return found


def _person(number: int, name: str, draw: Callable[[], float]) -> str:
    gender = ("male", "female")[int(draw() * 2)]
    born = f"{1940 + int(draw() * 73)}-{1 + int(draw() * 12):02d}-{1 + int(draw() * 28):02d}"
    return (
        f'{{"resourceType":"Patient","id":"{name}","text":{{"status":"generated","div":"<div>{NARRATIVE}</div>"}},'
        f'"name":[{{"family":"Family{number}","given":["Given"]}}],"gender":"{gender}","birthDate":"{born}",'
        f'"managingOrganization":{{"reference":"Organization/clinic-{number % 40}"}}}}\n'
    )


def _problem(at: int, name: str, about: str, draw: Callable[[], float]) -> str:
    code, display = PROBLEMS[int(draw() * len(PROBLEMS))]
    return (
        f'{{"resourceType":"Condition","id":"{name}-c{at}",'
        f'"clinicalStatus":{{"coding":[{{"system":"{STATUS}clinical","code":"active"}}]}},'
        f'"verificationStatus":{{"coding":[{{"system":"{STATUS}ver-status","code":"confirmed"}}]}},'
        f'"code":{{"coding":[{{"system":"{ICD_10}","code":"{code}","display":"{display}"}}]}},'
        f'{about},"recordedDate":"{_DAYS[int(draw() * 901)]}"}}\n'
    )


def _measurement(at: int, name: str, about: str, draw: Callable[[], float]) -> str:
    code, display, unit, middle = MEASURED[at]
    value = round(middle * (0.7 + 0.8 * draw()), 1)
    return (
        f'{{"resourceType":"Observation","id":"{name}-o{at}","status":"final",'
        f'"code":{{"coding":[{{"system":"http://loinc.org","code":"{code}","display":"{display}"}}]}},{about},'
        f'"effectiveDateTime":"{_DAYS[int(draw() * 61)]}T08:{10 + int(draw() * 50)}:00+02:00",'
        f'"valueQuantity":{{"value":{value},"unit":"{unit}","system":"http://unitsofmeasure.org","code":"{unit}"}}}}\n'
    )


def _order(at: int, name: str, about: str, draw: Callable[[], float]) -> str:
    code, display = PRODUCTS[int(draw() * len(PRODUCTS))]
    return (
        f'{{"resourceType":"MedicationRequest","id":"{name}-m{at}","status":"active","intent":"order",'
        f'"medicationCodeableConcept":{{"coding":[{{"system":"http://www.nlm.nih.gov/research/umls/rxnorm",'
        f'"code":"{code}","display":"{display}"}}]}},{about},"authoredOn":"{_DAYS[int(draw() * 101)]}"}}\n'
    )


def _answers(name: str, about: str, draw: Callable[[], float]) -> str:
    items = ",".join(
        f'{{"linkId":"{fact}","answer":[{{"valueBoolean":{"true" if draw() < 0.8 else "false"}}}]}}'
        for fact in ANSWERED
    )
    return (
        f'{{"resourceType":"QuestionnaireResponse","id":"{name}-q","questionnaire":"urn:fullcourse:intake",'
        f'"status":"completed",{about},"authored":"{_DAYS[int(draw() * 21)]}","item":[{items}]}}\n'
    )


def generate(count: int, folder: Path) -> int:
    """Write the register of so many patients into a new folder, and return its bytes."""
    folder.mkdir(parents=True)
    blocks = [(first, min(first + BLOCK, count), folder) for first in range(0, count, BLOCK)]
    if len(blocks) == 1:
        return _write_block(blocks[0])
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return sum(pool.map(_write_block, blocks))


def _write_block(block: tuple[int, int, Path]) -> int:
    first, last, folder = block
    size = 0
    files = {kind: (folder / f"{kind}.{first // BLOCK:04d}.ndjson").open("wb") for kind in KINDS}
    for begin in range(first, last, 1000):
        size += _write_some(range(begin, min(begin + 1000, last)), {kind: file.write for kind, file in files.items()})
    for file in files.values():
        file.close()
    return size


def _write_some(numbers: Iterable[int], write: dict[str, Callable[[bytes], int]]) -> int:
    lines: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for number in numbers:
        for kind, line in lines_of(number):
            lines[kind].append(line)
    return sum(write[kind]("".join(some).encode()) for kind, some in lines.items())

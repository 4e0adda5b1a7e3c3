"""Values of laboratories come to the same facts one by one and in a register, however they are coded and written."""

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fullcourse.cohort.facts import fact_row
from fullcourse.rules.establish import establish
from patients import AT, knowledge
from registers import facts_of, reader_of, written

PATIENTS = 400
LOINC = "http://loinc.org"
NUMBERS = {
    "2160-0": ([0.9, 2.4, 133], ["mg/dL", "mg%", "µmol/L", "UMOL/L", "mg", ""], "Creatinine"),
    "2823-3": ([2.7, 3.5, 4.2], ["mmol/L", "mEq/L", "mg/dL"], "Potassium"),
    "19123-9": ([0.4, 1.5, 2.0], ["mg/dL", "meq/L", "mmol/l"], "Magnesium"),
    "76634-5": ([410, 480, 512, 0.51], ["ms", "msec", "s"], "QTcF interval"),
    "76635-2": ([430, 540], ["ms"], "QTc Bazett"),
    "8636-3": ([430, 540], ["ms"], "QTc"),
    "8634-8": ([400, 470], ["ms", "msec"], "QT interval"),
    "8867-4": ([60, 75, 9000], ["/min", "bpm"], "Heart rate"),
    "1742-6": ([20, 410], ["U/L", "IU/L", "[IU]/L", "u/l"], "ALT"),
    "777-3": ([20, 150000], ["10*9/L", "x10^9/L", "K/uL", "/mm3", "G/L"], "Platelets"),
    "718-7": ([7, 13, 130], ["g/dL", "g/L", "gm%", "G/L"], "Hemoglobin"),
    "14631-6": ([34, 5], ["umol/L", "mg/dL"], "Total bilirubin"),
    "62238-1": ([24, 95], ["mL/min/{1.73_m2}", "mL/min/1.73 m2", "mL/min"], "eGFR"),
    "29463-7": ([52, 120], ["kg", "lbs", "Kg", "stone"], "Body weight"),
    "8302-2": ([160, 63], ["cm", "inches"], "Body height"),
}
WORDS = [words for _, _, words in NUMBERS.values()]


class Laboratory:
    """Makes the results of patients from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def patient(self, name: str) -> list[dict[str, Any]]:
        person = {"resourceType": "Patient", "id": name, "gender": "female", "birthDate": "1986-03-14"}
        return [person, *(self.result(name, number) for number in range(self.chance.randint(1, 10)))]

    def result(self, name: str, number: int) -> dict[str, Any]:
        chance = self.chance
        made: dict[str, Any] = {
            "resourceType": "Observation",
            "id": f"{name}-{number}",
            "status": chance.choice(["final"] * 9 + ["preliminary"]),
            "subject": {"reference": f"Patient/{name}"},
        }
        if chance.random() < 0.95:
            made["effectiveDateTime"] = f"2026-{chance.choice(['10', '11'])}-{chance.randint(1, 28):02d}"
        if chance.random() < 0.12:
            answer = chance.choice(["LA6576-8", "LA6577-6", "LA4489-6"])
            code = chance.choice(["55277-8", "75622-1"])
            made["valueCodeableConcept"] = {"coding": [{"system": LOINC, "code": answer}]}
            return {**made, "code": {"coding": [{"system": LOINC, "code": code}]}}
        code, (values, units, words) = chance.choice(list(NUMBERS.items()))
        if chance.random() < 0.1:
            words = chance.choice(WORDS)
        system = LOINC if chance.random() < 0.9 else "urn:local"
        made["code"] = {"coding": [{"system": system, "code": code}]}
        if chance.random() < 0.5:
            made["code"]["text"] = words
        unit = chance.choice(units)
        made["valueQuantity"] = {"value": chance.choice(values)}
        if unit:
            made["valueQuantity"]["unit"] = unit
        if unit and chance.random() < 0.5:
            made["valueQuantity"] |= {"system": "http://unitsofmeasure.org", "code": unit}
        if chance.random() < 0.1:
            del made["valueQuantity"]
            made |= {"hasMember": [{"reference": "Observation/x"}]} if chance.random() < 0.5 else {}
            return made
        if chance.random() < 0.3:
            high = {"value": chance.choice([35, 40, 1.2, 4000]), **({"unit": unit} if unit else {})}
            made["referenceRange"] = [{"high": high}] * chance.choice([1, 1, 2])
        return made


def differences(one: dict[str, Any], many: dict[str, Any]) -> list[str]:
    wrong = [f"{column}: {value} / {many[column]}" for column, value in one.items() if many[column] != value]
    return [*wrong, *([str(many["error"])] if many["error"] else [])]


@pytest.mark.parametrize("seed", [11, 12])
def test_results_come_to_the_same_facts_one_by_one_and_in_a_register(tmp_path: Path, seed: int):
    laboratory, known = Laboratory(seed), knowledge()
    people = {f"p{number}": laboratory.patient(f"p{number}") for number in range(PATIENTS)}
    lines = [written(resource) for resources in people.values() for resource in resources]
    (tmp_path / "all.ndjson").write_bytes(b"\n".join(lines) + b"\n")

    reader = reader_of(known)
    alone = {
        name: fact_row(establish(reader.read(b"\n".join(map(written, resources)), AT), known, AT), known)
        for name, resources in people.items()
    }
    assembler = facts_of([tmp_path], tmp_path / "rows")
    found: dict[str, dict[str, object]] = {}
    routed = 0
    for bucket in range(2):
        part = assembler.write(bucket, tmp_path / f"facts-{bucket}.parquet")
        routed += sum(part.routed.values())
        rows = duckdb.sql(f"SELECT * FROM '{tmp_path}/facts-{bucket}.parquet'")  # noqa: S608
        found |= {str(row[0]): dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()}

    assert alone.keys() == found.keys()
    wrong = {name: different for name, row in alone.items() if (different := differences(row, found[name]))}
    assert not wrong, (len(wrong), list(wrong.items())[:5])
    assert routed < PATIENTS * 0.7

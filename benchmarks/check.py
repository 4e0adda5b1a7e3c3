"""How long is one check of a record, reading a megabyte, the command from a cold shell; and a peer's rules.

The peer is fhirpathpy, evaluating conditions equivalent to ten of our statements over the same resources, without
evidence, citations or unknowns.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from datetime import date
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical import Status
from fullcourse.journey.check import Checker
from fullcourse.knowledge.library import Knowledge
from timing import line, median_s, yardstick

AT = date(2026, 11, 22)
EXAMPLE = Path(__file__).parents[1] / "src" / "fullcourse" / "examples" / "synthetic-patient.json"
ORDERED = "MedicationRequest.where(status = 'active').medicationCodeableConcept.coding"
MEASURED = "Observation.where(code.coding.where(code = '14682-9').exists())"
REAL = next((Path(__file__).parents[1] / "tests" / "data" / "synthea-bundles").glob("Stephen*.json"))
CONDITIONS = {
    "epilepsy": "Condition.where(code.coding.where(code.startsWith('G40')).exists()).exists()",
    "depression": "Condition.where(code.coding.where(code.startsWith('F32')).exists()).exists()",
    "lung TB": "Condition.where(code.coding.where(code.startsWith('A15')).exists()).exists()",
    "psychosis": "Condition.where(code.coding.where(code.startsWith('F2')).exists()).exists()",
    "alcohol": "Condition.where(code.coding.where(code.startsWith('F10')).exists()).exists()",
    "dialysis": "Condition.where(code.coding.where(code = 'Z99.2').exists()).exists()",
    "severe renal": "Condition.where(code.coding.where(code = 'N18.4' or code = 'N18.5').exists()).exists()",
    "creatinine": f"{MEASURED}.where(valueQuantity.value > 176.8).exists()",
    "isoniazid": f"{ORDERED}.where(code = '6038').exists()",
    "ethionamide": f"{ORDERED}.where(code = '4127').exists()",
    "pregnant": "Observation.where(code.coding.where(code = '82810-3').exists()).exists()",
}


def reader_of(knowledge: Knowledge) -> RecordReader:
    return RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )


def checking() -> float:
    knowledge = load_knowledge()
    record = reader_of(knowledge).open(str(EXAMPLE), AT)
    checker, drugs = Checker(knowledge, knowledge.profile("us")), [knowledge.drug("cycloserine")]
    findings = checker.check(record, AT, drugs).drugs[0].findings
    assert {finding.status for finding in findings} == set(Status)
    took = median_s(lambda: checker.check(record, AT, drugs), 100)
    line(f"a check of cycloserine, {len(findings)} statements, evidence and questions", took, 0.005)
    return took


def peer(ours: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fhirpathpy import compile as compile_path
    resources = [entry["resource"] for entry in json.loads(EXAMPLE.read_text("utf-8"))["entry"]]
    paths = [(text.split(".", 1)[0], compile_path(text)) for text in CONDITIONS.values()]
    by_type: dict[str, list[dict[str, object]]] = {}
    for resource in resources:
        by_type.setdefault(resource["resourceType"], []).append(resource)

    def run() -> list[bool]:
        return [any(path(item, {}) == [True] for item in by_type.get(kind, [])) for kind, path in paths]

    assert {name for name, found in zip(CONDITIONS, run(), strict=True) if found} == {"lung TB", "isoniazid"}
    took = median_s(run, 10)
    line(f"fhirpathpy, {len(CONDITIONS)} equivalent conditions, no evidence", took)
    print(f"ratio: fhirpathpy takes {took / ours:.0f} times as long, for {len(CONDITIONS)} conditions")


def reading() -> None:
    reader = reader_of(load_knowledge())
    bundle = json.loads(REAL.read_text("utf-8"))
    entries = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] != "Patient"]
    for copy in (1, 2):
        for entry in entries:
            twin = json.loads(json.dumps(entry))
            twin["fullUrl"] += f"-{copy}"
            twin["resource"]["id"] += f"-{copy}"
            bundle["entry"].append(twin)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "megabyte.json"
        path.write_text(json.dumps(bundle, indent=4), "utf-8")  # as Synthea writes it
        record = reader.open(str(path), AT)
        assert len(record.evidence["weight"]) % 3 == 0
        size = path.stat().st_size
        took = median_s(lambda: reader.open(str(path), AT), 15)
        line(f"reading a Bundle of {size / 1e6:.2f} MB, {len(bundle['entry'])} resources", took, 0.06 * size / 1e6)


def cold() -> None:
    program = str(Path(sys.executable).with_name("fullcourse"))
    for arguments, limit in (
        (["check", str(EXAMPLE), "--drug", "cycloserine", "--at", AT.isoformat()], 0.4),
        (["--help"], 0.15),
    ):

        def run(arguments: list[str] = arguments) -> None:
            # A shell of the user's keeps compiled modules; one that forbids it would time the compiler.
            environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
            subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603

        line(f"fullcourse {arguments[0]} from a cold shell", median_s(run, 15), limit)


if __name__ == "__main__":
    yardstick()
    peer(checking())
    reading()
    cold()

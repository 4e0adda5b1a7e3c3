"""How fast is a register screened, from records and from facts, and is it linear?

    python benchmarks/cohort.py [--patients N ...] [--folder DIR]

Asserts first that a sample of the same patients, checked one by one, gives identical decisions and hits. The generator
is deterministic: about 4 kB and 12 resources a patient, one file a type of resource, as bulk exports are.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from fullcourse.adapters.cohort.register import open_facts, reader_of
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.finding import Status
from fullcourse.cohort.plan import make_plan
from fullcourse.cohort.screen import read_legend
from fullcourse.cohort.screen_sql import decision_column
from fullcourse.journey import check

AT = date(2026, 11, 22)
DRUGS = ("cycloserine", "terizidone", "bedaquiline", "linezolid")
SAMPLE = 200
SNOMED, LOINC, RXNORM = "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"
PROBLEMS = [
    ("http://hl7.org/fhir/sid/icd-10", "G40.9", "Epilepsy, unspecified"),
    ("http://hl7.org/fhir/sid/icd-10", "F32.9", "Depressive episode, unspecified"),
    ("http://hl7.org/fhir/sid/icd-10", "N18.4", "Chronic kidney disease, stage 4"),
    ("http://hl7.org/fhir/sid/icd-10", "I10", "Essential (primary) hypertension"),
    ("http://hl7.org/fhir/sid/icd-10", "E11.9", "Type 2 diabetes mellitus without complications"),
    ("http://hl7.org/fhir/sid/icd-10", "A15.0", "Tuberculosis of lung"),
]
PRODUCTS = [
    ("6038", "isoniazid"),
    ("3007", "cycloserine"),
    ("8183", "phenytoin"),
    ("684879", "pyridoxine"),
    ("6809", "metformin"),
]
MEASURED = [("29463-7", "Body weight", "kg"), ("8302-2", "Body height", "cm"), ("2160-0", "Creatinine", "mg/dL"),
            ("8867-4", "Heart rate", "/min"), ("718-7", "Hemoglobin", "g/dL")]  # fmt: skip
STATUS = "http://terminology.hl7.org/CodeSystem/condition-"
NARRATIVE = "Generated for a benchmark; every person in it is made up. "


def resources(number: int) -> list[dict[str, object]]:
    """Return the 12 resources of one patient."""
    chance = random.Random(number)  # noqa: S311 - made-up patients
    name = f"patient-{number:08d}"
    about = {"reference": f"Patient/{name}"}

    def day(most: int) -> str:
        return (AT - timedelta(days=chance.randint(0, most))).isoformat()

    found: list[dict[str, object]] = [
        {
            "resourceType": "Patient", "id": name, "text": {"status": "generated", "div": f"<div>{NARRATIVE}</div>"},
            "name": [{"family": f"Family{number}", "given": ["Given"]}], "gender": chance.choice(["male", "female"]),
            "birthDate": f"{chance.randint(1940, 2012)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "managingOrganization": {"reference": f"Organization/clinic-{number % 40}"},
        }
    ]  # fmt: skip
    for at in range(3):
        system, code, display = chance.choice(PROBLEMS)
        found.append({
            "resourceType": "Condition", "id": f"{name}-c{at}",
            "clinicalStatus": {"coding": [{"system": f"{STATUS}clinical", "code": "active"}]},
            "verificationStatus": {"coding": [{"system": f"{STATUS}ver-status", "code": "confirmed"}]},
            "code": {"coding": [{"system": system, "code": code, "display": display}]},
            "subject": about, "recordedDate": day(900),
        })  # fmt: skip
    for at, (code, display, unit) in enumerate(MEASURED):
        value = round({"kg": 60, "cm": 165, "mg/dL": 1.1, "/min": 80, "g/dL": 12}[unit] * chance.uniform(0.7, 1.5), 1)
        found.append({
            "resourceType": "Observation", "id": f"{name}-o{at}", "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code, "display": display}]}, "subject": about,
            "effectiveDateTime": f"{day(60)}T08:{chance.randint(10, 59)}:00+02:00",
            "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        })  # fmt: skip
    for at in range(2):
        code, display = chance.choice(PRODUCTS)
        found.append({
            "resourceType": "MedicationRequest", "id": f"{name}-m{at}", "status": "active", "intent": "order",
            "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": display}]},
            "subject": about, "authoredOn": day(100),
        })  # fmt: skip
    items = [{"linkId": fact, "answer": [{"valueBoolean": chance.random() < 0.8}]} for fact in
             ("problems_complete", "medicines_complete", "allergies_complete")]  # fmt: skip
    found.append({
        "resourceType": "QuestionnaireResponse", "id": f"{name}-q", "questionnaire": "urn:fullcourse:intake",
        "status": "completed", "subject": about, "authored": day(20), "item": items,
    })  # fmt: skip
    return found


def written(one: dict[str, object]) -> bytes:
    return json.dumps(one, separators=(",", ":")).encode() + b"\n"


def generate(count: int, folder: Path) -> int:
    folder.mkdir(parents=True)
    files = {kind: (folder / f"{kind}.ndjson").open("wb") for kind in
             ("Patient", "Condition", "Observation", "MedicationRequest", "QuestionnaireResponse")}  # fmt: skip
    size = 0
    for number in range(count):
        for one in resources(number):
            size += files[str(one["resourceType"])].write(written(one))
    for file in files.values():
        file.close()
    return size


def timed(*command: str) -> tuple[float, float, float]:
    """Return seconds, seconds of work of all cores, and peak memory of the processes in GiB as /proc tells it."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = [sys.executable, "-m", "fullcourse", *command]
    process = subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603 - ours
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, memory_of(process.pid))
        time.sleep(0.1)
    said = process.stdout.read() if process.stdout else ""
    assert process.returncode == 0, said
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, work, peak


def memory_of(parent: int) -> float:
    """Return the resident memory of a process and its children, GiB."""
    total, waiting = 0.0, [parent]
    while waiting:
        one = waiting.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * resource.getpagesize() / 1024**3
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except (OSError, IndexError):
            continue
    return total


def assert_same(findings: Path, count: int) -> None:
    """Check a sample one by one: decisions and hits must be identical."""
    known = load_knowledge()
    plan = make_plan(known, known.profile("us"), [known.drug(name) for name in DRUGS])
    reader, legend = reader_of(known), read_legend(findings)
    for number in random.Random(1).sample(range(count), min(SAMPLE, count)):  # noqa: S311 - a sample
        lines = b"".join(written(one) for one in resources(number))
        result = check(reader.read(lines, AT), known, plan.profile, AT, [known.drug(name) for name in DRUGS])
        row = duckdb.from_parquet(str(findings)).filter(f"patient = 'patient-{number:08d}'")
        cells = dict(zip(row.columns, row.fetchall()[0], strict=True))
        found = {(one.drug, finding.id): finding.status for one in result.drugs for finding in one.findings}
        for one in legend["statements"]:  # type: ignore[attr-defined]
            status = found[one["drug"], one["statement"]]
            applies = cells[f"applies_{one['word']}"] >> one["bit"] & 1
            unknown = cells[f"cannot_assess_{one['word']}"] >> one["bit"] & 1
            assert (applies, unknown) == (status is Status.APPLIES, status is Status.CANNOT_ASSESS), one
        for one in result.drugs:
            assert cells[decision_column(one.drug)] == one.decision.value


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    base = options.folder or Path(tempfile.mkdtemp())
    drugs = [word for name in DRUGS for word in ("--drug", name)]
    known = load_knowledge()
    statements = len(make_plan(known, known.profile("us"), [known.drug(name) for name in DRUGS]).executed)
    print(f"{statements} statements, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for count in options.patients:
        folder = base / f"register-{count}"
        size = generate(count, folder)
        facts, out = base / f"facts-{count}", base / f"findings-{count}.parquet"
        at = ["--at", AT.isoformat()]
        seconds, work, memory = timed("cohort", "facts", str(folder), *at, "--out", str(facts))
        again, work_again, more = timed("cohort", "screen", str(facts), *drugs, "--out", str(out))
        assert open_facts(facts).patients == count
        assert_same(out, count)
        whole = seconds + again
        print(f"{count:>9,} patients of {size / count:,.0f} bytes, load {os.getloadavg()[0]:.1f}")
        print(f"  records to facts  {seconds:7.1f} s, {work:7.1f} s of work, {memory:.2f} GiB")
        print(f"  facts to findings {again:7.1f} s, {work_again:7.1f} s of work, {more:.2f} GiB")
        print(f"  {count / whole:,.0f} patients a second from records, {count / again:,.0f} from facts")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

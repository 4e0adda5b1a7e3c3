"""How many calls of CDS Hooks a second does one process answer, and how long does the slowest of a hundred take?

A real uvicorn on 127.0.0.1, held to one core, is called by a client on the other: `order-sign` of one draft order with
a prefetch of 15 resources and 10 kB, and with a public sample patient of about 60 kB; beside them a handler of the same
framework that answers two bytes, in the same run. The answer is checked before anything is timed.

Usage: python benchmarks/cds_hooks.py [--seconds 10] [--at-once 8]
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from timing import yardstick

HERE = Path(__file__).parent
DATA = HERE.parent / "tests" / "data" / "synthea-bundles"
RXNORM, LOINC, SNOMED = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://loinc.org", "http://snomed.info/sct"
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
LIMIT_PER_S, LIMIT_P99_MS = 1_000, 20.0
_SAMPLE_BYTES = 58_000
KEYS = {
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "Observation": "observations",
    "MedicationRequest": "medicationRequests",
    "Procedure": "procedures",
    "MedicationStatement": "medicationStatements",
    "MedicationAdministration": "medicationAdministrations",
    "MedicationDispense": "medicationDispenses",
    "List": "lists",
}


def serve(port: int, core: int, handler: str) -> None:
    """Serve until it is ended, on one core."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from fullcourse.adapters.knowledge_cache import load_knowledge
    from fullcourse.interfaces.api.app import make_app
    from fullcourse.interfaces.api.cds_hooks import CDS_HOOKS, prepare
    from fullcourse.interfaces.api.service import Service
    from fullcourse.interfaces.api.settings import read_settings

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    if handler == "trivial":

        async def trivial(request: Request) -> Response:
            await request.body()
            return Response(b"{}", media_type="application/json")

        app = Starlette(routes=[Route("/cds-services/{id}", trivial, methods=["POST"])])
    else:
        settings = read_settings({"FULLCOURSE_OPEN_ADVICE": "yes"})
        service = Service(settings, load_knowledge(), now=lambda: NOW)
        prepare(service)
        app = make_app(service, CDS_HOOKS)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def ordered(name: str, code: str, number: str, subject: dict[str, str], **more: Any) -> dict[str, Any]:
    """Return an order."""
    coding = [{"system": RXNORM, "code": code, "display": name}]
    return {
        "resourceType": "MedicationRequest",
        "id": number,
        "meta": {"versionId": "1", "lastUpdated": "2026-11-01T08:00:00Z"},
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"coding": coding, "text": name},
        "subject": subject,
        "authoredOn": "2026-11-01",
        "requester": {"reference": "Practitioner/example-7", "display": "A synthetic clinician"},
        "dosageInstruction": [
            {
                "text": "once a day",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [
                    {"doseQuantity": {"value": 100, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
                ],
            }
        ],
        **more,
    }


def measured(name: str, code: str, value: float, unit: str, number: str, subject: dict[str, str]) -> dict[str, Any]:
    """Return a result."""
    return {
        "resourceType": "Observation",
        "id": number,
        "meta": {"versionId": "1", "lastUpdated": "2026-11-20T09:00:00Z"},
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                        "display": "Laboratory",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name},
        "subject": subject,
        "effectiveDateTime": "2026-11-20T08:00:00Z",
        "issued": "2026-11-20T09:00:00Z",
        "performer": [{"reference": "Organization/example-laboratory"}],
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }


def made_record() -> list[dict[str, Any]]:
    """Return 15 resources of somebody who is made up."""
    subject = {"reference": "Patient/p1"}
    results = [
        ("Body weight", "29463-7", 61, "kg"),
        ("Creatinine", "2160-0", 0.8, "mg/dL"),
        ("Hemoglobin", "718-7", 12.1, "g/dL"),
        ("Platelets", "777-3", 210, "10*3/uL"),
        ("ALT", "1742-6", 22, "U/L"),
        ("AST", "1920-8", 22, "U/L"),
        ("Potassium", "2823-3", 4.1, "mmol/L"),
        ("QTc", "76634-5", 430, "ms"),
    ]
    problems = [("Tuberculosis", "56717001"), ("Depressive disorder", "35489007")]
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return [
        {
            "resourceType": "Patient",
            "id": "p1",
            "gender": "female",
            "birthDate": "1980-02-03",
            "name": [{"family": "Synthetic"}],
        },
        ordered("Bedaquiline", "1364504", "m1", subject),
        ordered("sertraline", "36437", "m2", subject),
        ordered("clofazimine", "2592", "m3", subject),
        *(
            measured(name, code, value, unit, f"o{number}", subject)
            for number, (name, code, value, unit) in enumerate(results)
        ),
        *(
            {
                "resourceType": "Condition",
                "id": f"c{number}",
                "subject": subject,
                "recordedDate": "2026-10-01",
                "clinicalStatus": {"coding": [{"system": clinical, "code": "active"}]},
                "verificationStatus": {"coding": [{"code": "confirmed"}]},
                "code": {"coding": [{"system": SNOMED, "code": code, "display": name}], "text": name},
            }
            for number, (name, code) in enumerate(problems)
        ),
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "patient": subject,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": SNOMED, "code": "716186003", "display": "No known allergy"}]},
        },
    ]


def sample_record() -> list[dict[str, Any]]:
    """Return so much of a public sample patient as comes to about 60 kB."""
    path = max(DATA.glob("*.json"), key=lambda it: it.stat().st_size)
    resources = [entry["resource"] for entry in json.loads(path.read_text("utf-8"))["entry"]]
    kept, length = [], 0
    for resource in resources:
        if resource["resourceType"] == "Patient" or resource["resourceType"] in KEYS:
            length += len(json.dumps(resource))
            if length > _SAMPLE_BYTES:
                break
            kept.append(resource)
    return kept


def body_of(resources: list[dict[str, Any]]) -> bytes:
    """Return a call that orders linezolid for the patient of a record."""
    patient = next(it for it in resources if it["resourceType"] == "Patient")
    prefetch: dict[str, Any] = {"patient": patient, **dict.fromkeys(KEYS.values())}
    for resource in resources:
        if resource is not patient:
            key = KEYS[resource["resourceType"]]
            held = prefetch[key] or {"resourceType": "Bundle", "type": "searchset", "entry": []}
            held["entry"].append({"resource": resource})
            prefetch[key] = {**held, "total": len(held["entry"])}
    draft = ordered("linezolid", "190376", "d1", {"reference": f"Patient/{patient['id']}"}, status="draft")
    return json.dumps(
        {
            "hook": "order-sign",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {
                "userId": "Practitioner/example-7",
                "patientId": patient["id"],
                "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": draft}]},
            },
            "prefetch": prefetch,
        }
    ).encode()


async def load(port: int, body: bytes, seconds: float, at_once: int) -> tuple[float, list[float], bytes]:
    """Return calls a second, the time of each in ms, and the last answer."""
    head = (
        f"POST /cds-services/fullcourse-order-sign HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    times: list[float] = []
    answers: list[bytes] = [b""]
    ends = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            writer.write(head + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b" 200 " not in answer[:16]:
                raise SystemExit(answer[:80].decode())
            length = int(answer.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            answers[0] = await reader.readexactly(length)
            times.append((time.perf_counter() - began) * 1e3)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return len(times) / (time.perf_counter() - began), times, answers[0]


def run(handler: str, body: bytes, seconds: float, at_once: int) -> tuple[float, float, float, bytes, float]:
    """Return calls a second, p50 and p99 in ms, an answer, and the seconds of the processor each call took, in ms."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(port, 0, handler), daemon=True)
    process.start()
    try:
        for _ in range(600):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        asyncio.run(load(port, body, min(2.0, seconds), at_once))
        before = _processor_s(process.pid)
        per_s, times, answer = asyncio.run(load(port, body, seconds, at_once))
        used = _processor_s(process.pid) - before
        ordered_times = sorted(times)
        p99 = ordered_times[int(len(ordered_times) * 0.99)]
        return per_s, statistics.median(times), p99, answer, used / len(times) * 1e3
    finally:
        process.terminate()
        process.join()


def _processor_s(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--at-once", type=int, default=8, help="connections that wait for an answer")
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {1})
    yardstick()
    made, sample = body_of(made_record()), body_of(sample_record())
    print(f"made up: 15 resources, {len(made)} bytes")
    print(f"sample patient: {len(sample_record())} resources, {len(sample)} bytes")
    for name, handler, body in (
        ("trivial handler", "trivial", made),
        ("order-sign, 15 resources", "cds", made),
        ("order-sign, sample patient", "cds", sample),
    ):
        per_s, p50, p99, answer, processor_ms = run(handler, body, asked.seconds, asked.at_once)
        if handler == "cds":
            cards = json.loads(answer)["cards"]
            assert any("Linezolid" in card["summary"] for card in cards), cards
            if body is made:
                assert cards[0]["indicator"] == "critical"
        limit = ""
        if name.endswith("15 resources"):
            met = per_s >= LIMIT_PER_S and p99 <= LIMIT_P99_MS
            limit = f"   limit {LIMIT_PER_S}/s, p99 {LIMIT_P99_MS:g} ms: {'met' if met else 'MISSED'}"
        times = f"p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  processor {processor_ms:5.2f} ms a call"
        print(f"{name:<28}{per_s:8.0f}/s  {times}{limit}")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()

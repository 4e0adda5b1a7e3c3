"""Faults that were reported of other software for medicines: each goes in by the door where it stood there."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dose_answers import answer_of
from fhir_records import ABOUT, PATIENT, UCUM
from fullcourse.adapters.fhir.write.medication_request import medication_requests
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.journey.dose import Doser
from harmless import HARMLESS_MEDICINES, harmless_facts
from need_cases import need_of
from patients import AT, knowledge, patient
from plan_answers import amounts_of, days_per_week_of, ends_of, planned_case

CASES = tomllib.loads((Path(__file__).parents[1] / "reported_cases.toml").read_text("utf-8"))["case"]


def through(door: str) -> pytest.MarkDecorator:
    cases = [case for case in CASES if case["door"] == door]
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


def test_every_case_has_a_door_and_names_its_report():
    assert {case["door"] for case in CASES} == {"record", "plan", "dose", "need", "fhir"}
    assert all(case["report"] and case["fault"] for case in CASES)


@through("record")
def test_a_measure_is_read_in_its_own_unit(case: dict) -> None:
    knows = knowledge()
    reader = RecordReader(knows.facts.values(), tuple(knows.readings.values()), recognise, knows.other_matters.values())
    read = reader.read(json.dumps(bundle_of(*case["value"]["weight"])).encode(), AT)
    beside = patient({**harmless_facts(), **case["facts"]}, HARMLESS_MEDICINES).record
    record = replace(beside, evidence={**beside.evidence, "weight": read.evidence["weight"]})
    doser = Doser(knows, knows.profile(case["profile"]))
    (dose,) = doser.doses(record, AT, [knows.drugs[case["drug"]]])
    assert amounts_of(dose) == case["mg"]
    (weight,) = dose.weight
    assert weight.value.low == pytest.approx(case["weight_kg"], abs=1e-4)


def bundle_of(value: float, unit: str) -> dict[str, Any]:
    """Return a record that says a weight in a unit."""
    observation = {
        "resourceType": "Observation",
        "id": "weight",
        "status": "final",
        "subject": ABOUT,
        "effectiveDateTime": AT.isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    }
    entries = [{"resource": it} for it in (PATIENT, observation)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@through("plan")
def test_a_plan_is_for_this_patient_and_these_days(case: dict) -> None:
    answer = planned_case(case)
    assert answer.regimen is not None
    doses = {it.drug: it for it in answer.doses}
    for name, days in case.get("days_per_week", {}).items():
        assert days_per_week_of(doses[name]) == {days}
    assert answer.regimen.id == case.get("chosen", answer.regimen.id)
    status = {it.id: it.status.value for it in answer.composition.regimens}
    assert {status[name] for name in case.get("ineligible", ())} <= {"ineligible"}
    if "ends" in case:
        assert ends_of(answer) == case["ends"]


@through("dose")
def test_a_dose_is_worked_out_and_held_against_every_limit(case: dict) -> None:
    answer = answer_of(case)
    intakes = [dose for it in answer.worked_out for dose in it.step.doses]
    assert [dose.mg for dose in intakes] == case["mg"]
    if "units" in case:
        assert [dose.units for dose in intakes] == case["units"]
    said = "\n".join(it.says for it in answer.dosed.conflicts)
    assert all(words in said for words in case.get("conflicts", ())), said


@through("need")
def test_what_is_needed_is_every_dose_of_every_day_once(case: dict) -> None:
    answer = planned_case(case)
    need = need_of(answer)
    # A proposed plan is need for certain; a regimen that is asked for beside a better one may wait for something.
    units = [count for (_, product), count in (need.certain or need.possible).items() if case["drug"] in product.drugs]
    assert float(sum(units)) == case["total"]
    if "ends" in case:
        assert ends_of(answer) == case["ends"]


@through("fhir")
def test_requests_say_in_which_unit_and_for_how_long(case: dict) -> None:
    answer = planned_case(case)
    requests = [it["resource"] for it in medication_requests(answer.doses, knowledge())["entry"]]
    assert {it["resourceType"] for it in requests} == {"MedicationRequest"}
    for dose, request in zip(answer.doses, requests, strict=True):
        instructions = request["dosageInstruction"]
        units = {rate["doseQuantity"]["unit"] for it in instructions for rate in it["doseAndRate"]}
        assert units == {case.get("dose_unit", "mg")}
        assert "dispenseRequest" not in request or request["dispenseRequest"]["quantity"]["unit"] != "mg"
        if case.get("bounded"):
            bounds = [it["timing"]["repeat"]["boundsDuration"] for it in instructions]
            wanted = case["bounds"].get(dose.drug)
            assert wanted is None or [bounds[-1]["value"], bounds[-1]["unit"]] == wanted

"""Medicines as records write them: what is taken, perhaps taken or over, by which route, and what was not checked.

The expected answers were written before the program was run. Records stand in ``data/records_tried``; the others are
built here, each from the resource whose meaning it tries. Date of the check: 2026-11-28.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, check
from patients import knowledge

AT = date(2026, 11, 28)
RECORDS = Path(__file__).parents[1] / "data" / "records_tried"
UCUM_DAYS = {"unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
LIST_IS_WHOLE = b'[[fact]]\nid = "medicines_complete"\nvalue = true\non = 2026-11-20\n'


def reader() -> RecordReader:
    known = knowledge()
    return RecordReader(known.facts.values(), tuple(known.readings.values()), recognise)


def checked(record: Record, drug: str) -> CheckResult:
    known = knowledge()
    return check(record, known, known.profile("us"), AT, [known.drug(drug)])


def of(*medicines: dict[str, Any]) -> Record:
    person = {"resourceType": "Patient", "id": "p"}
    about = {"subject": {"reference": "Patient/p"}}
    numbered = [{"id": f"m{number}", **medicine, **about} for number, medicine in enumerate(medicines, 1)]
    entries = [{"resource": resource} for resource in (person, *numbered)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    read = reader()
    return read.read(json.dumps(bundle).encode(), AT).plus(read.read_answers(LIST_IS_WHOLE))


def order(name: str, status: str = "active", **more: Any) -> dict[str, Any]:
    what = {"medicationCodeableConcept": {"text": name}}
    return {"resourceType": "MedicationRequest", "status": status, "intent": "order", **what, **more}


def given(name: str, on: str, **more: Any) -> dict[str, Any]:
    what = {"medicationCodeableConcept": {"text": name}, "effectiveDateTime": on}
    return {"resourceType": "MedicationAdministration", "status": "completed", **what, **more}


def handed_out(name: str, on: str, days: int | None) -> dict[str, Any]:
    made = {"resourceType": "MedicationDispense", "status": "completed", "whenHandedOver": on}
    made |= {"medicationCodeableConcept": {"text": name}}
    return made if days is None else {**made, "daysSupply": {"value": days, **UCUM_DAYS}}


def supply(days: int, repeats: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "expectedSupplyDuration": {"value": days, **UCUM_DAYS},
        **({"numberOfRepeatsAllowed": repeats} if repeats else {}),
        **more,
    }


@dataclass(frozen=True)
class Case:
    """What a list should come to.

    Attributes:
        name: What is tried.
        medicines: Resources.
        expected: State of each entry that is shown: ``now``, ``perhaps`` or ``past``.
    """

    name: str
    medicines: tuple[dict[str, Any], ...]
    expected: tuple[str, ...]


TAKEN = (
    Case("given this morning", (given("carbamazepine 200 mg tablet", "2026-11-28T06:00:00Z"),), ("now",)),
    Case("given two weeks ago", (given("carbamazepine 200 mg tablet", "2026-11-14T06:00:00Z"),), ("perhaps",)),
    Case("given two years ago", (given("carbamazepine 200 mg tablet", "2024-11-14"),), ("past",)),
    Case(
        "an order completed when issued, with a supply that lasts",
        (order("fluoxetine 20 mg capsule", "completed", authoredOn="2026-11-18", dispenseRequest=supply(28)),),
        ("perhaps",),
    ),
    Case(
        "an order completed when issued, whose supply ended long ago",
        (order("fluoxetine 20 mg capsule", "completed", authoredOn="2026-02-18", dispenseRequest=supply(28)),),
        ("past",),
    ),
    Case(
        "an order completed, whose repeats last until now",
        (order("fluoxetine 20 mg capsule", "completed", authoredOn="2026-07-01", dispenseRequest=supply(30, 5)),),
        ("perhaps",),
    ),
    Case(
        "an active order whose prescription is no longer valid and whose supply lasts",
        (
            order(
                "rifampicin 300 mg capsule",
                authoredOn="2026-10-20",
                dispenseRequest=supply(90, validityPeriod={"start": "2026-10-20", "end": "2026-10-27"}),
            ),
        ),
        ("now",),
    ),
    Case(
        "an active order of which only the validity of the prescription is known",
        (
            order(
                "rifampicin 300 mg capsule",
                authoredOn="2026-10-20",
                dispenseRequest={"validityPeriod": {"start": "2026-10-20", "end": "2026-10-27"}},
            ),
        ),
        ("now",),
    ),
    Case("an order on hold", (order("phenytoin 100 mg", "on-hold", authoredOn="2026-10-01"),), ("perhaps",)),
    Case("an order that was stopped", (order("rifampicin 300 mg", "stopped", authoredOn="2026-05-01"),), ("past",)),
    Case("handed out for a month last week", (handed_out("fluoxetine 20 mg", "2026-11-20", 30),), ("now",)),
    Case("a supply that ended last week", (handed_out("fluoxetine 20 mg", "2026-10-21", 30),), ("perhaps",)),
    Case("a supply that ended last year", (handed_out("fluoxetine 20 mg", "2025-10-21", 30),), ("past",)),
    Case("handed out, nobody knows for how long", (handed_out("fluoxetine 20 mg", "2026-10-21", None),), ("perhaps",)),
)


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_an_entry_is_taken_perhaps_or_past_as_its_acts_say(case):
    listed = checked(of(*case.medicines), "linezolid").medicines
    assert tuple(entry.state.value for entry in listed) == case.expected
    assert all(entry.why for entry in listed)

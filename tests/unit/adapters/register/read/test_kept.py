"""Of a resource is kept what the record reader looks at: no more, so that shapes are few, and no less."""

import json
import random
from typing import Any

import pytest

from fullcourse.adapters.register.read.kept import keep
from fullcourse.adapters.register.read.taken_out import DATE_A, DATE_B, VALUE, Kept
from patients import knowledge
from registers import Register, dates_of

DATES = dates_of(knowledge())
Resource = dict[str, Any]


def kept(resource: Resource) -> Kept:
    return keep(resource, resource["resourceType"], DATES)


@pytest.mark.parametrize("seed", [5, 6])
def test_an_observation_as_nearly_all_are_is_kept_as_any_other(seed: int):
    register, chance = Register(seed), random.Random(seed)
    observations = [
        resource
        for number in range(400)
        for resource in register.patient(f"p{number}")
        if resource["resourceType"] == "Observation"
    ]
    assert len(observations) > 200
    for observation in observations:
        # What is not there for the reader of records takes the short way from it.
        longer = {**observation, "focus": []}
        if chance.random() < 0.2:
            longer["issued"] = observation["issued"] = "2026-01-01"
        assert without_order(kept(observation)) == without_order(kept(longer))


def without_order(found: Kept) -> tuple[object, ...]:
    return json.dumps(found.shape, sort_keys=True), found.on, found.until, repr(found.value), found.linked, found.is_cut


def test_the_value_and_the_dates_are_taken_out():
    found = kept({
        "resourceType": "Observation", "status": "final", "code": {},
        "effectivePeriod": {"start": "2026", "end": " 2026-01 "},
        "valueQuantity": {"value": 7, "unit": "kg"},
    })  # fmt: skip
    assert (found.on, found.value) == ("2026-01", 7.0)
    assert found.shape["effectivePeriod"] == {"end": DATE_A}
    assert found.shape["valueQuantity"] == {"value": VALUE, "unit": "kg"}


@pytest.mark.parametrize("value", ["60", True, None, 10**400, {"a": 1}])
def test_a_value_that_is_no_number_stays_for_the_reader(value: object):
    found = kept({"resourceType": "Observation", "status": "final", "code": {}, "effectiveDateTime": "2026",
                  "valueQuantity": {"value": value}})  # fmt: skip
    assert found.value is None
    assert found.shape["valueQuantity"] == {"value": value}


@pytest.mark.parametrize(
    "other", [{"text": "2 x daily"}, {"doseAndRate": [{"doseQuantity": {"value": 3}}]}, {"sequence": 2}]
)
def test_directions_and_amounts_are_no_part_of_a_medicine_list(other: Resource):
    order = {"resourceType": "MedicationRequest", "dosageInstruction": [{"route": {"text": "oral"}}]}
    changed = {"resourceType": "MedicationRequest", "dosageInstruction": [{"route": {"text": "oral"}, **other}]}
    assert kept(order).shape == kept(changed).shape


def test_the_end_of_the_one_dosage_is_taken_out_and_ends_of_several_stay():
    def order(*ends: str) -> Resource:
        dosages = [
            {"timing": {"repeat": {"boundsPeriod": {"start": "2020", "end": end}, "frequency": 2}}} for end in ends
        ]
        return {"resourceType": "MedicationRequest", "dosageInstruction": dosages,
                "dispenseRequest": {"validityPeriod": {"start": "2021", "end": "2022"},
                                    "quantity": {"value": 3}}}  # fmt: skip

    one, two = kept(order("2026-01-01")), kept(order("2026-01-01", "2026-02-02"))
    assert one.until == "2026-01-01"
    assert one.shape["dosageInstruction"] == [{"timing": {"repeat": {"boundsPeriod": {"end": DATE_B}}}}]
    assert two.until == "2022"
    assert two.shape["dispenseRequest"] == {"validityPeriod": {"start": DATE_A, "end": DATE_B}}
    assert [it["timing"]["repeat"]["boundsPeriod"] for it in two.shape["dosageInstruction"]] == [
        {"end": "2026-01-01"}, {"end": "2026-02-02"}
    ]  # type: ignore[attr-defined]  # fmt: skip


def test_entries_of_a_list_are_taken_out_one_of_each_type_stays():
    found = kept({
        "resourceType": "List", "code": {}, "text": {"status": "generated", "div": "<div>x</div>"},
        "entry": [{"item": {"reference": name, "display": "x"}, "date": "2026"} for name in (
            "MedicationRequest/1", "https://a.example/fhir/MedicationRequest/2/_history/3", "MedicationStatement/1")],
    })  # fmt: skip
    assert found.entries == ("MedicationRequest/1", "MedicationRequest/2", "MedicationStatement/1")
    assert len(found.shape["entry"]) == 2  # type: ignore[arg-type]
    assert found.shape["text"] == {"status": "generated"}


@pytest.mark.parametrize("reference", ["urn:uuid:1", "#inside", "Medication/1", "1", "", None, 7])
def test_an_entry_that_is_no_resource_of_a_list_stays_as_it_is(reference: object):
    entry = {"item": {"reference": reference}}
    found = kept({"resourceType": "List", "code": {}, "entry": [entry]})
    assert found.shape["entry"] == [entry]
    assert found.entries == ()


def contained(*inside: object) -> dict[str, object]:
    return kept({"resourceType": "Encounter", "contained": list(inside)}).shape


def test_what_stands_inside_another_resource_is_kept_where_it_leaves_a_list_open():
    assert contained({"resourceType": "Coverage"}, {"resourceType": "Medication"}) == {"resourceType": ""}
    for inside in (
        {"resourceType": "Condition"},
        {"resourceType": "Strange"},
        {"resourceType": "Coverage", "contained": []},
        7,
    ):
        assert contained(inside) == {"resourceType": "Encounter", "contained": [inside]}
    assert kept({"resourceType": "Encounter", "contained": {}}).shape == {"resourceType": "Encounter", "contained": {}}

"""Orders of doses in a FHIR record: what is followed, and why another is not."""

import json
from datetime import date
from typing import Any

import pytest

from fhir_records import FACTS, PATIENT, readings
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.ordered_dose import OrderedDose

READER = RecordReader(FACTS, readings(), recognise)
RATE = {"value": 1500, "code": "mg/h"}
DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}
BOUNDS = {"boundsPeriod": {"start": "2026-10-23", "end": "2026-12-01"}}


def order(
    repeat: dict[str, Any] | None = None, amount: dict[str, Any] | None = None, **changes: Any
) -> tuple[OrderedDose, ...]:
    """Read one order of amikacin, changed as asked."""
    rate = {"rateQuantity": RATE} if amount is None else amount
    dosage = {
        "timing": {"repeat": {**BOUNDS, **(DAILY if repeat is None else repeat)}},
        "doseAndRate": [{"doseQuantity": {"value": 750, "unit": "mg"}, **rate}],
    }  # fmt: skip
    request = {
        "resourceType": "MedicationRequest", "id": "o", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "amikacin 250 MG/ML Injectable Solution"},
        "dosageInstruction": [dosage], **changes,
    }  # fmt: skip
    entries = [{"resource": resource} for resource in (PATIENT, request)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return READER.read(json.dumps(bundle).encode()).orders_of("amikacin")


def test_an_order_is_followed_with_its_days_and_the_length_of_its_infusion():
    (found,) = order()
    assert found.step is not None
    assert (found.step.mg_per_dosing_day, found.step.over_h, found.step.is_daily) == (750.0, 0.5, True)
    assert (found.since, found.until, found.origin) == (date(2026, 10, 23), date(2026, 12, 1), "MedicationRequest/o")


@pytest.mark.parametrize(
    ("amount", "hours"),
    [
        ({"rateQuantity": {"value": 25, "code": "mg/min"}}, 0.5),
        ({"rateRatio": {"numerator": {"value": 750, "code": "mg"}, "denominator": {"value": 1, "code": "h"}}}, 1.0),
        ({}, None),
    ],
)
def test_the_length_of_an_infusion_follows_its_rate(amount: dict[str, Any], hours: float | None):
    (found,) = order(amount=amount)
    assert found.step is not None
    assert found.step.over_h == hours


def test_the_length_of_an_infusion_may_be_that_of_the_event():
    (found,) = order({**DAILY, "duration": 30, "durationUnit": "min"}, {})
    assert found.step is not None
    assert found.step.over_h == 0.5


@pytest.mark.parametrize(
    ("repeat", "times", "days"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, 2, ()),
        ({"frequency": 1, "period": 12, "periodUnit": "h"}, 2, ()),
        ({"dayOfWeek": ["fri", "mon", "wed"]}, 1, ("mon", "wed", "fri")),
        ({"timeOfDay": ["20:00:00", "08:00:00"], "frequency": 2, "period": 1, "periodUnit": "d"}, 2, ()),
    ],
)
def test_a_rhythm_is_read(repeat: dict[str, Any], times: int, days: tuple[str, ...]):
    (found,) = order(repeat)
    assert found.step is not None
    assert (len(found.step.doses), found.step.days_of_week) == (times, days)


@pytest.mark.parametrize(
    ("repeat", "amount", "changes", "why"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, None, {}, "how often"),
        ({"frequency": 0, "period": 1, "periodUnit": "d"}, None, {}, "rhythm"),
        ({**DAILY, "frequencyMax": 2}, None, {}, "leaves a choice"),
        ({**DAILY, "timeOfDay": ["08:00:00", "20:00:00"]}, None, {}, "differ"),
        (None, {"rateQuantity": {"value": 100, "code": "mL/h"}}, {}, "rate of infusion"),
        (None, {"rateQuantity": {"value": 0, "code": "mg/h"}}, {}, "rate of infusion"),
        (None, {"rateQuantity": {"value": 1, "code": "mg/h"}}, {}, "above 24 hours"),
        (None, None, {"dosageInstruction": []}, "no dosage instructions"),
        (None, None, {"modifierExtension": [{"url": "http://example.org/x"}]}, "extension"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_followed_says_why(
    repeat: dict[str, Any] | None, amount: dict[str, Any] | None, changes: dict[str, Any], why: str
):
    (found,) = order(repeat, amount, **changes)
    assert found.step is None
    assert why in found.why


@pytest.mark.parametrize("changes", [{"status": "entered-in-error"}, {"intent": "proposal"}])
def test_what_is_no_order_is_not_followed(changes: dict[str, Any]):
    assert all(found.step is None for found in order(**changes))

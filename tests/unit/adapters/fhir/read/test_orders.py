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


def ratio(mg: float, length: float, unit: str) -> dict[str, Any]:
    denominator = {"value": length, "code": unit}
    return {"rateRatio": {"numerator": {"value": mg, "code": "mg"}, "denominator": denominator}}


@pytest.mark.parametrize(
    ("amount", "hours"),
    [
        (ratio(500, 30, "min"), 0.75),
        (ratio(1500, 2, "h"), 1.0),
        (ratio(1500, 0.5, "h"), 0.25),
        (ratio(750, 1, "d"), 24.0),
        (ratio(0.5, 3.6, "s"), 1.5),
    ],
)
def test_an_amount_in_a_time_says_how_long_the_whole_dose_takes(amount: dict[str, Any], hours: float):
    (found,) = order(amount=amount)
    assert found.step is not None
    assert found.step.over_h == pytest.approx(hours)


@pytest.mark.parametrize(
    "amount",
    [
        ratio(750, 0, "h"),
        ratio(750, -1, "h"),
        ratio(750, 1, "wk"),
        {"rateRatio": {"numerator": {"value": 750, "code": "mg"}}},
        {"rateRatio": {"numerator": {"value": 750, "code": "mg"}, "denominator": {"code": "h"}}},
    ],
)
def test_an_amount_in_no_time_that_is_understood_is_not_followed(amount: dict[str, Any]):
    (found,) = order(amount=amount)
    assert (found.step, found.why) == (None, "its rate of infusion is not an amount in a time")


@pytest.mark.parametrize(
    ("duration", "why"), [(0, "lasts 0 or above"), (24, ""), (24.1, "lasts 0 or above"), (-1, "lasts 0 or above")]
)
def test_an_infusion_lasts_above_no_time_and_at_most_a_day(duration: float, why: str):
    (found,) = order({**DAILY, "duration": duration, "durationUnit": "h"}, {})
    assert why in found.why
    assert (found.step is None) is bool(why)


@pytest.mark.parametrize(
    ("quantity", "mg"),
    [
        ({"value": 750, "code": "mg"}, 750.0),
        ({"value": 0.5, "unit": "mg"}, 0.5),
        ({"value": 1, "unit": "g"}, 1000.0),
        ({"value": 0, "unit": "mg"}, None),
        ({"value": -1, "unit": "mg"}, None),
        ({"value": 3, "unit": "mL"}, None),
        ({"value": 3}, None),
        ({"unit": "mg"}, None),
    ],
)
def test_an_amount_is_above_nothing_and_in_mg_or_g(quantity: dict[str, Any], mg: float | None):
    dosage = {"timing": {"repeat": {**BOUNDS, **DAILY}}, "doseAndRate": [{"doseQuantity": quantity}]}
    (found,) = order(dosageInstruction=[dosage])
    assert (None if found.step is None else found.step.mg_per_dosing_day) == mg
    assert ("mg or g" in found.why) is (mg is None)


@pytest.mark.parametrize(
    ("repeat", "times", "days", "every_days"),
    [
        ({"timeOfDay": ["20:00:00", "08:00:00"]}, ("08:00", "20:00"), (), 1),
        ({"timeOfDay": ["08:00:00"], "period": 1, "periodUnit": "d"}, ("08:00",), (), 1),
        ({"timeOfDay": ["09:30:00"], "dayOfWeek": ["thu"], "frequency": 2}, ("09:30",), ("thu",), 1),
        ({"dayOfWeek": ["mon", "thu"]}, ("08:00",), ("mon", "thu"), 1),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, ("08:00",), (), 2),
        ({"frequency": 1, "period": 3, "periodUnit": "d"}, ("08:00",), (), 3),
    ],
)
def test_a_rhythm_begins_on_the_first_day_at_its_times(
    repeat: dict[str, Any], times: tuple[str, ...], days: tuple[str, ...], every_days: int
):
    (found,) = order(repeat, {})
    step = found.step
    assert step is not None
    assert (step.from_day, tuple(dose.at for dose in step.doses)) == (1, times)
    assert (step.days_of_week, step.every_days) == (days, every_days)


@pytest.mark.parametrize(("frequency", "doses"), [(1, 1), (2, 2), (3, 3), (4, 4)])
def test_so_many_doses_a_day_are_as_far_apart_as_they_can_be(frequency: int, doses: int):
    (found,) = order({"frequency": frequency, "period": 1, "periodUnit": "d"}, {})
    assert found.step is not None
    assert (len(found.step.doses), found.step.mg_per_dosing_day) == (doses, 750.0 * doses)


@pytest.mark.parametrize(
    "repeat",
    [
        {"timeOfDay": ["08:00:00"], "period": 2, "periodUnit": "d"},
        {"timeOfDay": ["08:00:00"], "period": 1, "periodUnit": "wk"},
        {"timeOfDay": ["08:00:00"], "period": 1, "periodUnit": "d", "frequency": 2},
        {"frequency": 1.5, "period": 1, "periodUnit": "d"},
        {"frequency": 1, "period": 1.5, "periodUnit": "d"},
        {"frequency": 2, "period": 2, "periodUnit": "d"},
        {"frequency": 1, "period": 0, "periodUnit": "d"},
        {"frequency": 2, "period": 12, "periodUnit": "h"},
        {"frequency": 1, "period": 1.5, "periodUnit": "h"},
        {"frequency": 1, "periodUnit": "d"},
        {"period": 1, "periodUnit": "d"},
        {"timeOfDay": "08:00"},
        {**DAILY, "when": ["MORN"]},
        {**DAILY, "periodMax": 2},
    ],
)
def test_a_rhythm_that_is_not_understood_is_never_guessed(repeat: dict[str, Any]):
    (found,) = order(repeat, {})
    assert found.step is None
    assert found.why


@pytest.mark.parametrize("frequency", [0, 5, 6, 7, 8])
def test_so_many_doses_a_day_as_no_plan_can_hold_are_no_rhythm(frequency: int):
    (found,) = order({"frequency": frequency, "period": 1, "periodUnit": "d"}, {})
    assert (found.step, found.why) == (None, "its rhythm is not one of days, hours or days of the week")


@pytest.mark.parametrize("needed", [{"asNeededBoolean": True}, {"asNeededCodeableConcept": {"text": "pain"}}])
def test_what_is_given_as_needed_is_not_followed(needed: dict[str, Any]):
    dosage = {
        "timing": {"repeat": {**BOUNDS, **DAILY}},
        "doseAndRate": [{"doseQuantity": {"value": 750, "unit": "mg"}}],
        **needed,
    }
    (found,) = order(dosageInstruction=[dosage])
    assert (found.step, found.why) == (None, "it is to be given as needed")


@pytest.mark.parametrize(("authored", "since"), [("2026-10-20", date(2026, 10, 20)), ("2026-10", None), (None, None)])
def test_an_order_without_a_period_begins_on_the_day_it_was_written_where_that_is_a_day(
    authored: str | None, since: date | None
):
    dosage = {"timing": {"repeat": DAILY}, "doseAndRate": [{"doseQuantity": {"value": 750, "unit": "mg"}}]}
    (found,) = order(dosageInstruction=[dosage], authoredOn=authored)
    assert found.since == since
    assert ("no first day" in found.why) is (since is None)


@pytest.mark.parametrize(
    "product",
    ["cycloserine 250 MG / isoniazid 300 MG Oral Tablet", "amikacin with xyzzy"],
)
def test_an_order_of_what_is_not_surely_one_drug_is_not_followed(product: str):
    request = {
        "resourceType": "MedicationRequest", "id": "o", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": product},
        "dosageInstruction": [{
            "timing": {"repeat": {**BOUNDS, **DAILY}}, "doseAndRate": [{"doseQuantity": {"value": 750, "unit": "mg"}}],
        }],
    }  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": it} for it in (PATIENT, request)]}
    (found,) = READER.read(json.dumps(bundle).encode()).orders
    assert (found.step, found.why) == (None, "its product is not one drug that is recognised with certainty")

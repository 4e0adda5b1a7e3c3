"""Levels and given doses in a FHIR record: what counts, and what is counted as passed over."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from fhir_records import FACTS, PATIENT, readings
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.level import Level
from fullcourse.clinical.patient import Record
from fullcourse.clinical.taken_dose import TakenDose

WHEN = "2026-11-03T10:00:00Z"


def level(**changes: Any) -> dict[str, Any]:
    base = {
        "resourceType": "Observation", "id": "l", "status": "final", "code": {"text": "Cycloserine level"},
        "effectiveDateTime": WHEN, "valueQuantity": {"value": 31, "unit": "ug/mL"},
    }  # fmt: skip
    return {**base, **changes}


def dose(**changes: Any) -> dict[str, Any]:
    base = {
        "resourceType": "MedicationAdministration", "id": "d", "status": "completed",
        "medicationCodeableConcept": {"text": "cycloserine 250 MG Oral Capsule"},
        "effectiveDateTime": "2026-11-03T08:00:00Z", "dosage": {"dose": {"value": 250, "unit": "mg"}},
    }  # fmt: skip
    return {**base, **changes}


@dataclass
class OfCycloserine:
    """What a record says of one drug."""

    doses: tuple[TakenDose, ...]
    levels: tuple[Level, ...]
    passed_over: Mapping[str, int]


READER = RecordReader(FACTS, readings(), recognise)


def as_bundle(*resources: Mapping[str, Any]) -> bytes:
    entries = [{"resource": resource} for resource in (PATIENT, *resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def as_lines(*resources: Mapping[str, Any]) -> bytes:
    return "\n".join(json.dumps(resource) for resource in (PATIENT, *resources)).encode()


def of_cycloserine(record: Record) -> OfCycloserine:
    drug = "cycloserine"
    return OfCycloserine(record.doses_of(drug), record.levels_of(drug), record.passed_over_of(drug))


def read(*resources: Mapping[str, Any]) -> OfCycloserine:
    return of_cycloserine(READER.read(as_bundle(*resources)))


def test_a_level_and_a_dose_are_read_with_their_origin():
    found = read(level(), dose())
    assert (found.levels[0].mg_per_l, found.levels[0].origin) == (31.0, "Observation/l")
    assert (found.doses[0].mg, found.doses[0].origin) == (250.0, "MedicationAdministration/d")


@pytest.mark.parametrize(
    "words",
    [
        "Cycloserine MIC",
        "cycloSERINE [Susceptibility] by Minimum inhibitory concentration (MIC)",
        "Mycobacterium tuberculosis resistance to cycloserine",
        "Cycloserine critical concentration",
    ],
)
def test_a_test_of_the_organism_is_no_level_in_the_patient_and_is_counted(words: str):
    of_organism = read(level(code={"text": words}, valueQuantity={"value": 16, "unit": "mg/L"}))
    assert not of_organism.levels
    assert sum(of_organism.passed_over.values()) == 1
    assert "of the organism" in next(iter(of_organism.passed_over))


def test_a_word_that_only_looks_like_one_of_the_organism_stays_a_level():
    assert read(level(code={"text": "Cycloserine level, micro method"})).levels


@pytest.mark.parametrize(
    "words", ["Cycloserine metabolite level", "N-desmethyl cycloserine (M2) level", "M2 of cycloserine in serum"]
)
def test_a_level_of_a_metabolite_is_none_of_the_drug_and_is_counted(words: str):
    found = read(level(code={"text": words}))
    assert not found.levels
    assert list(found.passed_over) == ["Observation of a metabolite, which is not the drug itself"]


def test_newline_delimited_records_are_read():
    record = of_cycloserine(READER.read(as_lines(level(), dose())))
    assert (len(record.levels), len(record.doses)) == (1, 1)


def test_a_level_below_the_limit_keeps_that_limit():
    found = read(level(valueQuantity={"value": 2, "unit": "mg/L", "comparator": "<"}))
    assert found.levels[0].below_limit


def test_a_level_by_a_configured_code_needs_no_words():
    coded = level(code={"coding": [{"system": "http://example.org/lab", "code": "CYC"}]})
    assert not read(coded).levels
    codes = {"cycloserine": frozenset({"CYC"})}
    assert FhirReader(FACTS, readings(), recognise, codes).read(as_bundle(coded)).levels_of("cycloserine")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"effectiveDateTime": "2026-11-03"},
        {"effectiveDateTime": None},
        {"valueQuantity": {"value": 31, "unit": "mg/mL"}},
        {"valueQuantity": {"value": 31}},
        {"valueQuantity": {"value": 90, "unit": "mg/L", "comparator": ">"}},
        {"valueQuantity": {"value": 90, "unit": "mg/L", "comparator": ">="}},
        {"valueQuantity": {"value": 31, "unit": "mg/L", "comparator": "ad"}},
        {"valueQuantity": {"value": "31", "unit": "mg/L"}},
        {"valueQuantity": {"value": -1, "unit": "mg/L"}},
        {"valueQuantity": {"value": 0, "unit": "mg/L", "comparator": "<"}},
        {"valueQuantity": {"value": 31, "unit": "mg/L", "code": "ng/mL"}},
        {"valueQuantity": [31]},
        {"effectiveDateTime": 20261103},
        {"modifierExtension": [{"url": "http://example.org/x"}]},
        {"focus": [{"reference": "Patient/child"}]},
        {"dataAbsentReason": {"text": "error"}},
    ],
)
def test_a_level_that_cannot_be_used_is_counted(changes: dict[str, Any]):
    found = read(level(**changes))
    assert not found.levels
    assert list(found.passed_over.values()) == [1]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "not-done"},
        {"dosage": {"dose": {"value": 1, "unit": "capsule"}}},
        {"dosage": None},
        {"dosage": "250 mg"},
        {"dosage": {"dose": {"value": "250", "unit": "mg"}}},
        {"dosage": {"dose": {"value": 0, "unit": "mg"}}},
        {"dosage": {"dose": {"value": 250, "unit": "g", "code": "mg"}}},
        {"status": "in-progress"},
        {"status": "entered-in-error"},
        {"modifierExtension": [{"url": "http://example.org/x"}]},
        {"medicationCodeableConcept": {"text": "cycloserine 250 MG / isoniazid 300 MG Oral Tablet"}},
        {"effectiveDateTime": "2026-11-03"},
    ],
)
def test_a_dose_that_cannot_be_used_is_counted(changes: dict[str, Any]):
    found = read(dose(**changes))
    assert not found.doses
    assert list(found.passed_over.values()) == [1]


def test_another_drug_is_no_matter_of_ours():
    found = read(
        dose(medicationCodeableConcept={"text": "isoniazid 300 MG Oral Tablet"}),
        level(code={"text": "Linezolid level"}),
    )
    assert (found.doses, found.levels, found.passed_over) == ((), (), {})


def test_toml_holds_neither():
    record = READER.read(b'[[fact]]\nid = "weight"\nvalue = 59\nunit = "kg"\n')
    assert (record.levels, record.doses, record.passed_over) == ((), (), ())


def test_broken_json_is_refused():
    with pytest.raises(InputError):
        READER.read(b'{"resourceType": ')


def by_reference(identity: str, medicine: str, **changes: Any) -> dict[str, Any]:
    bare = {name: value for name, value in dose(id=identity).items() if name != "medicationCodeableConcept"}
    return {**bare, "medicationReference": {"reference": medicine}, **changes}


MEDICINE = {"resourceType": "Medication", "id": "m", "code": {"text": "cycloserine 250 MG Oral Capsule"}}
STORED_AGAIN = {"versionId": "2", "lastUpdated": "2026-11-04T00:00:00Z"}
EVENING = {"effectiveDateTime": "2026-11-03T20:00:00Z"}


@pytest.mark.parametrize("written", [as_bundle, as_lines])
@pytest.mark.parametrize(
    ("resources", "doses"),
    [
        ([dose()], 1),
        ([dose(), dose()], 1),
        ([dose(), dose(meta=STORED_AGAIN)], 1),
        ([dose(meta={"versionId": "1"}), dose(meta=STORED_AGAIN)], 1),
        ([MEDICINE, dose(), by_reference("e", "Medication/m", **EVENING)], 2),
        ([MEDICINE, by_reference("e", "Medication/m")], 1),
        ([by_reference("e", "#m", contained=[MEDICINE])], 1),
        ([dose(), dose(id="e", **EVENING)], 2),
        ([dose(), dose(id="e")], 2),
    ],
)
def test_each_administration_is_one_dose(
    written: Callable[..., bytes], resources: list[dict[str, Any]], doses: int
) -> None:
    record = of_cycloserine(READER.read(written(*resources)))
    assert [given.mg for given in record.doses] == [250.0] * doses
    assert not record.passed_over


def test_a_reference_to_an_entry_of_the_bundle_by_its_address_is_followed():
    medicine = {name: value for name, value in MEDICINE.items() if name != "id"}
    rows = [
        {"resource": PATIENT},
        {"fullUrl": "urn:uuid:7d1e", "resource": medicine},
        {"resource": by_reference("e", "urn:uuid:7d1e")},
    ]
    data = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": rows}).encode()
    assert len(READER.read(data).doses_of("cycloserine")) == 1


@pytest.mark.parametrize("written", [as_bundle, as_lines])
def test_a_level_that_is_listed_twice_is_one(written: Callable[..., bytes]):
    assert len(READER.read(written(level(), level())).levels_of("cycloserine")) == 1
    assert len(READER.read(written(level(), level(meta=STORED_AGAIN))).levels_of("cycloserine")) == 1
    assert len(READER.read(written(level(), level(id="k"))).levels_of("cycloserine")) == 2


def test_an_administration_under_one_id_with_two_amounts_is_passed_over_by_name():
    twice = [dose(), dose(dosage={"dose": {"value": 500, "unit": "mg"}})]
    record = READER.read(as_bundle(*twice))
    assert not record.doses_of("cycloserine")
    assert record.passed_over_of("cycloserine") == {"MedicationAdministration with another content under its id": 2}


def test_a_level_under_one_id_with_two_values_is_passed_over_by_name():
    other = {"value": 12.5, "unit": "mg/L", "code": "mg/L", "system": "http://unitsofmeasure.org"}
    record = READER.read(as_bundle(level(), level(valueQuantity=other)))
    assert not record.levels_of("cycloserine")
    assert record.passed_over_of("cycloserine") == {"Observation with another content under its id": 2}


def test_an_administration_whose_medicine_the_record_does_not_hold_is_counted_for_every_drug():
    record = read(by_reference("e", "Medication/elsewhere"))
    assert not record.doses
    assert sum(record.passed_over.values()) == 1


def test_grams_are_milligrams_and_the_start_of_a_period_is_the_hour():
    given = dose(dosage={"dose": {"value": 0.25, "unit": "g"}}, effectiveDateTime=None)
    given["effectivePeriod"] = {"start": "2026-11-03T08:00:00+02:00"}
    (read_dose,) = read(given).doses
    assert (read_dose.mg, read_dose.at.isoformat()) == (250.0, "2026-11-03T08:00:00+02:00")


def test_the_order_is_that_of_time_across_zones():
    later = dose(id="later", effectiveDateTime="2026-11-03T08:00:00Z")
    earlier = dose(id="earlier", effectiveDateTime="2026-11-03T09:00:00+02:00")
    assert [given.origin[-7:] for given in read(later, earlier).doses] == ["earlier", "n/later"]


@pytest.mark.parametrize(
    ("words", "matrix"),
    [
        ("Cycloserine in saliva", "saliva"),
        ("Cycloserine [Mass/volume] in CSF", "csf"),
        ("Cycloserine in cerebrospinal fluid", "csf"),
        ("Cycloserine in plasma", "plasma"),
        ("Cycloserine [Mass/volume] in Serum", "serum"),
        ("Cycloserine level", "serum"),
    ],
)
def test_a_level_is_of_the_fluid_that_its_words_name_and_of_serum_where_they_name_none(words: str, matrix: str):
    assert read(level(code={"text": words})).levels[0].matrix == matrix


def test_a_level_that_names_two_drugs_is_one_of_each():
    record = READER.read(as_bundle(level(code={"text": "Cycloserine and linezolid level"})))
    assert len(record.levels_of("cycloserine")) == len(record.levels_of("linezolid")) == 1


def test_a_malformed_dose_leaves_the_medicine_list_as_it_is():
    record = READER.read(as_bundle(dose(dosage="250 mg")))
    assert [medicine.ingredients for medicine in record.medicines] == [("cycloserine",)]


def test_an_administration_that_was_not_done_is_no_medicine_and_makes_no_note():
    record = READER.read(as_bundle(by_reference("e", "Medication/elsewhere", status="not-done")))
    assert (record.medicines, record.notes, record.doses) == ((), (), ())


AN_HOUR = {"start": "2026-11-03T08:00:00Z", "end": "2026-11-03T09:00:00Z"}


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({}, 0.0),
        ({"dosage": {"dose": {"value": 250, "unit": "mg"}, "rateQuantity": {"value": 500, "code": "mg/h"}}}, 0.5),
        ({"dosage": {"dose": {"value": 250, "unit": "mg"}, "rateQuantity": {"value": 5, "code": "mg/min"}}}, 250 / 300),
        ({"effectiveDateTime": None, "effectivePeriod": AN_HOUR,
          "dosage": {"dose": {"value": 250, "unit": "mg"}, "route": {"coding": [{"code": "47625008"}]}}}, 1.0),
        ({"effectiveDateTime": None, "effectivePeriod": AN_HOUR,
          "dosage": {"dose": {"value": 250, "unit": "mg"}, "route": {"text": "oral"}}}, 0.0),
    ],
)  # fmt: skip
def test_an_infusion_is_as_long_as_its_rate_or_its_period_says(changes: dict[str, Any], hours: float):
    given = {name: value for name, value in dose(**changes).items() if value is not None}
    assert read(given).doses[0].over_h == pytest.approx(hours)


@pytest.mark.parametrize(
    "dosage",
    [
        {"rateQuantity": {"value": 500, "code": "mL/h"}},
        {"rateQuantity": {"value": 0, "code": "mg/h"}},
        {"rateQuantity": {"value": 1, "code": "mg/h"}},
        {"rateRatio": {"numerator": {"value": 100, "code": "mL"}}},
    ],
)
def test_a_dose_whose_rate_is_not_understood_is_counted_and_not_taken_for_a_tablet(dosage: dict[str, Any]):
    found = read(dose(dosage={"dose": {"value": 250, "unit": "mg"}, **dosage}))
    assert found.doses == ()
    assert sum(found.passed_over.values()) == 1


@pytest.mark.parametrize(
    ("quantity", "mg_per_l", "is_below"),
    [
        ({"value": 0, "unit": "mg/L"}, 0.0, False),
        ({"value": 0.5, "unit": "mg/L"}, 0.5, False),
        ({"value": 1, "unit": "mg/L", "comparator": "<"}, 1.0, True),
        ({"value": 1, "unit": "mg/L", "comparator": "<="}, 1.0, True),
    ],
)
def test_a_small_level_is_a_level(quantity: dict[str, Any], mg_per_l: float, *, is_below: bool):
    (found,) = read(level(valueQuantity=quantity)).levels
    assert (found.mg_per_l, found.below_limit) == (mg_per_l, is_below)


@pytest.mark.parametrize("comparator", ["<", "<="])
def test_a_level_below_nothing_is_none(comparator: str):
    assert not read(level(valueQuantity={"value": 0, "unit": "mg/L", "comparator": comparator})).levels


def test_numbers_beyond_every_float_are_no_level_and_no_dose():
    reader = FhirReader(FACTS, readings(), recognise)
    beyond = {"value": 10**400, "unit": "mg/L"}
    found = of_cycloserine(reader.read_values([PATIENT, level(valueQuantity=beyond)]))
    assert (found.levels, list(found.passed_over.values())) == ((), [1])
    found = of_cycloserine(reader.read_values([PATIENT, dose(dosage={"dose": {**beyond, "unit": "mg"}})]))
    assert (found.doses, list(found.passed_over.values())) == ((), [1])


def test_a_dose_of_a_product_of_which_only_a_part_is_known_is_passed_over_and_never_taken_for_the_known_part():
    record = READER.read(as_bundle(dose(medicationCodeableConcept={"text": "cycloserine with xyzzy"})))
    assert record.doses == ()
    (passed,) = record.passed_over
    assert passed.why == "MedicationAdministration of a product that is not recognised with certainty"


def test_a_dose_that_was_given_was_seen():
    assert [given.observed for given in read(dose()).doses] == [True]


def infused(rate: dict[str, Any]) -> OfCycloserine:
    return read(dose(dosage={"dose": {"value": 250, "unit": "mg"}, "rateQuantity": rate}))


def test_a_rate_may_be_in_grams_and_below_one():
    assert [given.over_h for given in infused({"value": 0.5, "code": "g/h"}).doses] == [0.5]
    assert infused({"value": 0, "code": "g/h"}).doses == ()


def test_an_infusion_lasts_from_no_time_to_a_day_and_no_longer():
    drip = {"dose": {"value": 250, "unit": "mg"}, "route": {"text": "intravenous infusion"}}

    def over_h(end: str) -> list[float]:
        period = {"start": "2026-11-03T08:00:00Z", "end": end}
        given = {key: value for key, value in dose(dosage=drip).items() if key != "effectiveDateTime"}
        return [it.over_h for it in read({**given, "effectivePeriod": period}).doses]

    assert over_h("2026-11-03T08:00:00Z") == [0.0]
    assert over_h("2026-11-04T08:00:00Z") == [24.0]
    assert over_h("2026-11-04T08:00:01Z") == []
    assert over_h("2026-11-03T07:59:59Z") == []
    assert over_h("2026-11-04") == []

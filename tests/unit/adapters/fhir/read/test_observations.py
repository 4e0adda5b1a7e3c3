import math
from typing import Any

import pytest

from fhir_records import LOINC, SNOMED, UCUM, bundle, coded, observation, only, read, readings, unused
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import Interval, exactly
from patients import knowledge


def weight(value: object = 58.5, **more: Any) -> dict[str, Any]:
    return observation("29463-7", valueQuantity={"value": value, "unit": "kg", "system": UCUM, "code": "kg", **more})


def test_a_final_quantity_is_stated_with_its_unit_and_date() -> None:
    piece = only(read(weight()), "weight")
    assert (piece.value, piece.recorded, piece.unit, piece.origin) == (exactly(58.5), 58.5, "kg", "Observation/o")
    assert piece.on is not None
    assert piece.on.text == "2024-05-01"


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_value_that_is_final_counts(status: str) -> None:
    assert only(read({**weight(), "status": status}), "weight").standing is Standing.STATED


@pytest.mark.parametrize("status", ["preliminary", "registered", "unknown", "odd"])
def test_a_value_that_is_not_final_is_unusable(status: str) -> None:
    piece = only(read({**weight(), "status": status}), "weight")
    assert (piece.value, piece.standing) == (None, Standing.UNUSABLE)
    assert status in piece.reason


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_value_that_was_withdrawn_is_counted_only(status: str) -> None:
    record = read({**weight(), "status": status})
    assert "weight" not in record.evidence
    assert unused(record) == {f"Observation: status is '{status}'": 1}


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        ({"value": 58.5}, "no unit"),
        ({"value": 58.5, "unit": "kilos"}, "not a known UCUM"),
        ({"value": 58.5, "unit": "kg", "system": "https://example.org", "code": "kg"}, "not a UCUM code"),
        ({"value": 58.5, "unit": "g", "system": UCUM, "code": "kg"}, "in words"),
        ({"value": 58.5, "system": UCUM, "code": "cm"}, "does not measure"),
        ({"unit": "kg", "system": UCUM, "code": "kg"}, "no value"),
        ({"value": 58.5, "comparator": "ad", "system": UCUM, "code": "kg"}, "bounds nothing"),
    ],
)
def test_a_quantity_that_leaves_a_doubt_is_unusable_with_the_reason(quantity: dict[str, Any], reason: str) -> None:
    piece = only(read(observation("29463-7", valueQuantity=quantity)), "weight")
    assert (piece.value, piece.standing) == (None, Standing.UNUSABLE)
    assert reason in piece.reason


@pytest.mark.parametrize("quantity", [{"value": 58.5, "unit": "kg"}, {"value": 58.5, "code": "kg"}])
def test_a_unit_that_is_exactly_a_ucum_code_counts_without_the_system(quantity: dict[str, Any]) -> None:
    assert only(read(observation("29463-7", valueQuantity=quantity)), "weight").value == exactly(58.5)


def test_an_amount_of_substance_is_converted_by_the_molar_mass() -> None:
    quantity = {"value": 118, "unit": "µmol/L", "system": UCUM, "code": "umol/L"}
    piece = only(read(observation("14682-9", valueQuantity=quantity)), "creatinine")
    assert isinstance(piece.value, Interval)
    assert piece.value.low == pytest.approx(118 * 113.12 / 10_000)
    assert (piece.recorded, piece.unit) == (118.0, "µmol/L")


@pytest.mark.parametrize(
    ("comparator", "low", "high"),
    [
        ("<", -math.inf, math.nextafter(30, 0)),
        ("<=", -math.inf, 30.0),
        (">=", 30.0, math.inf),
        (">", math.nextafter(30, 99), math.inf),
    ],
)
def test_a_comparator_makes_a_range_and_no_number(comparator: str, low: float, high: float) -> None:
    piece = only(read(weight(30, comparator=comparator)), "weight")
    assert (piece.value, piece.recorded) == (Interval(low, high), f"{comparator}30")


def test_a_range_is_kept_as_a_range() -> None:
    end = {"unit": "kg", "system": UCUM, "code": "kg"}
    limits = {"low": {"value": 50, **end}, "high": {"value": 60, **end}}
    assert only(read(observation("29463-7", valueRange=limits)), "weight").value == Interval(50.0, 60.0)


@pytest.mark.parametrize("value", [7000, -60, 1e308, 0])
def test_an_impossible_value_is_absurd(value: float) -> None:
    piece = only(read(weight(value)), "weight")
    assert (piece.value, piece.standing, piece.recorded) == (None, Standing.ABSURD, float(value))
    assert "possible" in piece.reason


@pytest.mark.parametrize("value", ["58.5", True, [58.5], {"value": 58.5}])
def test_a_number_that_is_no_number_is_set_aside_by_its_place_and_leaves_its_fact_open(value: object) -> None:
    record = read(weight(value))
    piece = only(record, "weight")
    assert (piece.value, piece.standing) == (None, Standing.UNUSABLE)
    assert piece.on is not None
    assert "Observation/o.valueQuantity.value" in record.notes[0]
    assert record.unrecognised == ()


def test_a_value_in_words_is_unusable_and_never_parsed() -> None:
    piece = only(read(observation("29463-7", valueString="58 kg")), "weight")
    assert (piece.value, piece.standing, piece.recorded) == (None, Standing.UNUSABLE, "58 kg")


def test_a_declared_absence_is_absence_and_counted() -> None:
    record = read(observation("29463-7", dataAbsentReason=coded("x", "not-performed")))
    assert "weight" not in record.evidence
    assert unused(record) == {"Observation: its value is declared absent": 1}


def test_a_value_beside_a_reason_for_having_none_is_unusable() -> None:
    record = read({**weight(), "dataAbsentReason": coded("x", "error")})
    assert only(record, "weight").standing is Standing.UNUSABLE


@pytest.mark.parametrize(
    ("more", "may_matter"),
    [({}, True), ({"status": "preliminary"}, False), ({"hasMember": [{"reference": "Observation/p"}]}, False)],
)
def test_an_observation_without_a_value_is_counted_and_matters_where_it_was_measured(more, *, may_matter: bool) -> None:
    (part,) = read(observation("29463-7", **more)).not_used
    assert (part.what, part.why, part.count, part.may_matter) == ("Observation", "it has no value", 1, may_matter)


def test_components_are_read_each_for_itself() -> None:
    rate = {"code": coded(LOINC, "8867-4"), "valueQuantity": {"value": 71, "system": UCUM, "code": "/min"}}
    other = {"code": coded(LOINC, "8480-6"), "valueQuantity": {"value": 120, "system": UCUM, "code": "mm[Hg]"}}
    record = read(observation("85353-1", component=[other, rate]))
    assert only(record, "heart_rate").value == exactly(71.0)
    assert unused(record) == {}


def test_a_component_whose_value_is_absent_is_counted() -> None:
    part = {"code": coded(LOINC, "8867-4"), "dataAbsentReason": coded("x", "unknown")}
    assert unused(read(observation("85353-1", component=[part]))) == {"Observation: its value is declared absent": 1}


def test_observations_that_no_fact_uses_are_counted() -> None:
    named = {"code": coded(LOINC, "72514-3", text="Pain severity")}
    more = [{**observation("72514-3"), **named, "id": f"o{number}"} for number in range(12)]
    assert unused(read(*more)) == {"Observation: no fact uses it": 12}


def test_an_observation_about_somebody_beside_the_patient_is_set_aside() -> None:
    record = read({**weight(), "focus": [{"display": "the newborn"}]})
    assert "weight" not in record.evidence
    assert unused(record) == {"Observation: it is about somebody or something beside the patient": 1}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueCodeableConcept": coded(SNOMED, "77386006")}, True),
        ({"valueCodeableConcept": coded(SNOMED, "60001007")}, False),
        ({"valueCodeableConcept": {"text": "Not pregnant"}}, False),
        ({"valueBoolean": True}, True),
        ({"valueString": "pregnant"}, True),
    ],
)
def test_a_coded_answer_is_read_as_the_vocabulary_says(value: dict[str, Any], expected: bool) -> None:
    assert only(read(observation("82810-3", **value)), "pregnant").value is expected


def test_an_answer_that_leaves_it_open_is_unsure() -> None:
    piece = only(read(observation("82810-3", valueCodeableConcept=coded(LOINC, "LA4489-6"))), "pregnant")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)


def test_an_answer_that_nobody_knows_is_unusable() -> None:
    piece = only(read(observation("82810-3", valueCodeableConcept={"text": "ask again"})), "pregnant")
    assert (piece.value, piece.standing, piece.recorded) == (None, Standing.UNUSABLE, "ask again")
    assert piece.reason == "'ask again' is no answer that is known"


def test_answers_that_contradict_one_another_are_unusable() -> None:
    both = {"coding": [*coded(SNOMED, "77386006")["coding"], *coded(SNOMED, "60001007")["coding"]]}
    piece = only(read(observation("82810-3", valueCodeableConcept=both)), "pregnant")
    assert (piece.standing, piece.reason) == (Standing.UNUSABLE, "its codes contradict one another")


def test_susceptibility_is_read_from_its_value_or_from_its_interpretation() -> None:
    interpretation = [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "R")]
    mic = {"value": 64, "system": UCUM, "code": "mg/L"}
    for more in ({"valueString": "resistant"}, {"valueQuantity": mic, "interpretation": interpretation}):
        assert only(read(observation("103959-3", **more)), "cycloserine_susceptibility").value == "resistant"


@pytest.mark.parametrize(
    ("element", "value", "on"),
    [
        ("effectiveInstant", "2024-06-01T08:00:00Z", "2024-06-01T08:00:00Z"),
        ("effectivePeriod", {"start": "2024-05-30", "end": "2024-06-02"}, "2024-06-02"),
        ("issued", "2024-06-03T08:00:00Z", "2024-06-03T08:00:00Z"),
    ],
)
def test_every_form_of_date_is_read(element: str, value: object, on: str) -> None:
    piece = only(read({**weight(), "effectiveDateTime": None, element: value}), "weight")
    assert piece.on is not None
    assert piece.on.text == on


def test_a_value_of_the_wrong_type_is_set_aside_by_its_place() -> None:
    (note,) = read(observation("29463-7", valueQuantity="58 kg")).notes
    assert "Observation/o.valueQuantity: text stands where FHIR R4 has an object" in note


def test_a_result_whose_code_is_not_known_and_has_no_words_is_not_read() -> None:
    (part,) = read(observation("99999-8", valueQuantity={"value": 1})).not_used
    assert part.may_matter


def coded_as(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {**observation(code, **more), "code": coded(LOINC, code, name)}


EPILEPSY_ANSWER = {"valueCodeableConcept": coded(SNOMED, "84757009", "Epilepsy")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Medical history", EPILEPSY_ANSWER),
        ("History of epilepsy", {"valueBoolean": True}),
        ("History of epilepsy", {"valueBoolean": False}),  # nobody knows here what was asked
        ("Medical history", {"valueString": "epilepsy since childhood"}),
        ("Medical history", {"valueCodeableConcept": {"text": "Epilepsy, well controlled"}}),
    ],
)
def test_an_observation_without_a_known_code_raises_the_matter_that_it_speaks_of(name: str, value: Any) -> None:
    piece = only(read(coded_as("8339-4", name, **value)), "epilepsy")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)
    assert piece.reason == "its code is not known here, and it speaks of it"
    assert unused(read(coded_as("8339-4", name, **value))) == {}


def test_an_observation_that_was_entered_in_error_raises_nothing() -> None:
    for more in ({"status": "entered-in-error"}, {"focus": [{"display": "the mother"}]}):
        record = read(coded_as("8339-4", "Medical history", **EPILEPSY_ANSWER, **more))
        assert "epilepsy" not in record.evidence
        assert unused(record) == {"Observation: no fact uses it": 1}


def test_an_observation_whose_words_speak_of_nothing_is_counted_and_settles_nothing() -> None:
    record = read(coded_as("8339-4", "Birth weight of the other twin", valueBoolean=True))
    assert unused(record) == {"Observation: no fact uses it": 1}
    assert [part.may_matter for part in record.not_used] == [False]


def test_an_observation_whose_code_cannot_be_one_is_not_read() -> None:
    record = read(coded_as("8339-5", "Krampfleiden", valueBoolean=True))
    assert unused(record) == {"Observation: its code cannot be one of its code system": 1}
    assert [part.may_matter for part in record.not_used] == [True]


INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def susceptibility(**more: Any) -> Any:
    return only(read(observation("103959-3", **more)), "cycloserine_susceptibility")


@pytest.mark.parametrize(
    ("value", "letter", "expected"),
    [
        ("susceptible", "S", "susceptible"),
        ("resistant", "R", "resistant"),
        ("susceptible", "R", None),
        ("resistant", "S", None),
        ("susceptible", "I", "susceptible"),
    ],
)
def test_a_value_that_its_interpretation_contradicts_is_open(value: str, letter: str, expected: str | None) -> None:
    piece = susceptibility(valueString=value, interpretation=[coded(INTERPRETATION, letter)])
    assert piece.value == expected
    assert piece.recorded == value
    assert piece.standing is (Standing.UNSURE if expected is None else Standing.STATED)
    assert piece.reason == ("" if expected else "its value and its interpretation contradict one another")


def test_an_interpretation_is_one_by_its_own_code_system_or_its_words_alone() -> None:
    assert susceptibility(interpretation=[{"text": "Resistant"}]).value == "resistant"
    assert susceptibility(interpretation=[coded(LOINC, "R")]).value is None
    assert susceptibility(interpretation=[coded(INTERPRETATION, "I"), coded(INTERPRETATION, "R")]).value == "resistant"


def test_a_yes_or_no_is_no_answer_to_a_question_that_wants_a_word() -> None:
    piece = susceptibility(valueBoolean=True)
    assert (piece.value, piece.standing, piece.recorded) == (None, Standing.UNUSABLE, True)
    assert piece.reason == "a yes or no stands where a word is wanted"


@pytest.mark.parametrize(
    ("coding", "value", "recorded"),
    [
        ({"system": LOINC, "code": "LA6676-6"}, "resistant", "LA6676-6"),
        ({"display": "Resistant"}, "resistant", "Resistant"),
        ({"system": "https://example.org", "code": "resistant"}, "resistant", "resistant"),
        ({"code": "resistant"}, "resistant", "resistant"),
        ({"system": LOINC, "code": "LA0000-0", "display": "Resistant"}, "resistant", "Resistant"),
        ({"system": LOINC}, None, ""),
        ({"system": LOINC, "code": "resistant"}, None, "resistant"),
        ({"system": "https://example.org", "code": "77"}, None, "77"),
    ],
)
def test_a_coding_is_an_answer_by_its_code_or_its_display(coding: dict[str, Any], value: str | None, recorded) -> None:
    piece = susceptibility(valueCoding=coding)
    assert (piece.value, piece.recorded) == (value, recorded)


@pytest.mark.parametrize(
    ("quantity", "low", "remark"),
    [
        ({"value": 154, "unit": "[lb_av]"}, 69.85, "its unit stands in words, without a code"),
        ({"value": 70000, "unit": "g"}, 70.0, "its unit stands in words, without a code"),
        ({"value": 70, "unit": "kg"}, 70.0, ""),
        ({"value": 154, "unit": "[lb_av]", "code": "[lb_av]", "system": UCUM}, 69.85, ""),
    ],
)
def test_a_unit_in_words_alone_that_is_another_than_the_usual_one_is_remarked(quantity, low, remark) -> None:
    piece = only(read(observation("29463-7", valueQuantity=quantity)), "weight")
    assert isinstance(piece.value, Interval)
    assert piece.value.low == pytest.approx(low, abs=0.01)
    assert (piece.standing, piece.reason) == (Standing.STATED, remark)


def test_a_whole_number_without_a_unit_is_kept_as_it_was_recorded() -> None:
    piece = only(read(observation("29463-7", valueInteger=70)), "weight")
    assert (piece.value, piece.standing, piece.recorded) == (None, Standing.UNUSABLE, 70)
    assert "no unit" in piece.reason


def limit(value: float, unit: str = "kg", **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit, **more}


@pytest.mark.parametrize(
    ("limits", "low", "high"),
    [
        ({"low": limit(50), "high": limit(60)}, 50.0, 60.0),
        ({"low": limit(50)}, 50.0, math.inf),
        ({"high": limit(60)}, -math.inf, 60.0),
        ({"low": {"unit": "kg"}, "high": limit(60)}, -math.inf, 60.0),
        ({"low": {"unit": "g"}, "high": limit(60)}, -math.inf, 60.0),
    ],
)
def test_a_range_may_be_open_at_one_end(limits: dict[str, Any], low: float, high: float) -> None:
    piece = only(read(observation("29463-7", valueRange=limits)), "weight")
    assert isinstance(piece.value, Interval)
    assert (piece.value.low, piece.value.high) == (low, high)
    assert (piece.recorded, piece.unit) == (str(Interval(low, high)), "kg")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"low": limit(50, "g"), "high": limit(60)}, "have not one unit"),
        ({"low": {"value": 50}, "high": limit(60)}, "have not one unit"),
        ({}, "have not one unit"),
        ({"low": limit(50, "kg", system="https://example.org"), "high": limit(60)}, "not a UCUM code"),
    ],
)
def test_a_range_whose_ends_have_not_one_unit_is_unusable(limits: dict[str, Any], reason: str) -> None:
    piece = only(read(observation("29463-7", valueRange=limits)), "weight")
    assert (piece.value, piece.standing) == (None, Standing.UNUSABLE)
    assert reason in piece.reason


@pytest.mark.parametrize(
    ("quantity", "recorded"),
    [
        ({"value": 70, "unit": "kg"}, (70.0, "kg")),
        ({"value": 70, "comparator": "<", "code": "kg"}, ("<70", "kg")),
        ({"value": "70 or so", "unit": "kg"}, ("70 or so", "kg")),
        ({"value": True, "unit": 7}, (None, "")),
    ],
)
def test_a_number_under_an_unknown_code_is_shown_as_it_was_recorded(quantity: dict[str, Any], recorded: object) -> None:
    reader = FhirReader(knowledge().facts.values(), readings(), recognise)
    seen = {**observation("8339-4", valueQuantity=quantity), "code": {"text": "Body weight"}}
    piece = only(reader.read(bundle(seen)), "weight")
    assert (piece.value, piece.standing, (piece.recorded, piece.unit)) == (None, Standing.UNUSABLE, recorded)
    assert piece.reason == "its code is not known here, and words alone are not enough"


def test_what_raises_a_matter_is_called_by_its_question_and_its_answer() -> None:
    answered = coded_as("8339-4", "Medical history", **EPILEPSY_ANSWER)
    assert only(read(answered), "epilepsy").recorded == "Medical history: Epilepsy"
    told = {**observation("8339-4", valueString="epilepsy since childhood"), "code": {}}
    assert only(read(told), "epilepsy").recorded == "epilepsy since childhood"


def test_a_part_that_raises_a_matter_is_used_though_another_part_is_not() -> None:
    parts = [
        {"code": {"text": "History"}, "valueString": "epilepsy"}, {"code": {"text": "Colour"}, "valueString": "red"},
    ]  # fmt: skip
    for component in (parts, parts[::-1]):
        record = read({**observation("8339-4", component=component), "code": {"text": "Form"}})
        assert only(record, "epilepsy").standing is Standing.UNSURE
        assert unused(record) == {}

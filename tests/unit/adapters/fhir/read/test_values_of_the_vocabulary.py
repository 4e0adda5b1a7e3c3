"""What the shipped vocabulary reads from Observations as laboratories and electrocardiographs send them."""

from datetime import date
from typing import Any

import pytest

from fhir_records import LOINC, SNOMED, UCUM, bundle, coded, observation
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import exactly
from fullcourse.rules.establish import establish
from patients import knowledge
from registers import reader_of

AT = date(2024, 5, 10)
READER = reader_of(knowledge())
CIEL = "https://cielterminology.org"


def read(*resources: dict[str, Any]) -> Record:
    numbered = [{**resource, "id": f"o{number}"} for number, resource in enumerate(resources)]
    return READER.read(bundle(*numbered), AT)


def fact(name: str, *resources: dict[str, Any]):
    return establish(read(*resources), knowledge(), AT).facts[name]


def measured(code: str, value: float, unit: str, text: str = "", **more: Any) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return {**observation(code), "code": coded(LOINC, code, text=text), "valueQuantity": quantity, **more}


def under(code: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**observation(""), "code": code, **more}


@pytest.mark.parametrize(
    ("name", "code", "value", "unit", "expected"),
    [
        ("qtcf", "76634-5", 512, "ms", 512),
        ("potassium", "2823-3", 2.7, "mmol/L", 2.7),
        ("magnesium", "19123-9", 1.1, "mg/dL", 0.45258),
        ("magnesium", "2601-3", 0.45, "mmol/L", 0.45),
        ("calcium", "17861-6", 9.4, "mg/dL", 2.34543),
        ("calcium_ionised", "1995-0", 1.1, "mmol/L", 1.1),
        ("bilirubin", "14631-6", 34, "umol/L", 1.98788),
        ("bilirubin", "1975-2", 34, "umol/L", 1.98788),
        ("alt", "1743-4", 410, "U/L", 410),
        ("alt", "1744-2", 410, "[IU]/L", 410),
        ("ast", "88112-8", 380, "U/L", 380),
        ("alkaline_phosphatase", "6768-6", 120, "U/L", 120),
        ("platelets", "26515-7", 150, "K/uL", 150),
        ("neutrophils", "753-4", 900, "/uL", 0.9),
        ("cd4_count", "24467-3", 200, "cells/uL", 200),
        ("uric_acid", "3084-1", 14.0, "mg/dL", 14.0),
        ("uric_acid", "14933-6", 900, "umol/L", 15.1299),
        ("thyrotropin", "3016-3", 60, "m[IU]/L", 60),
        ("thyrotropin", "11579-0", 60, "u[IU]/mL", 60),
        ("egfr_reported", "62238-1", 24, "mL/min/{1.73_m2}", 24),
        ("egfr_reported", "98979-8", 24, "mL/min/1.73 m2", 24),
    ],
)
def test_a_laboratorys_code_is_read_into_its_fact(name, code, value, unit, expected):
    assert fact(name, measured(code, value, unit)).value.low == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("code", ["76635-2", "8636-3"])
def test_a_qtc_by_another_formula_is_shown_beside_qtcf_and_never_is_one(code):
    other = measured(code, 540, "ms")
    (near,) = read(other).evidence["qtcf"]
    assert (near.standing, near.value) == (Standing.BESIDE, exactly(540.0))
    alone = fact("qtcf", other)
    assert (alone.value, alone.because) == (None, ())
    assert "540 ms of 2024-05-01 is on file and not used, since it is QT interval corrected by" in alone.reason
    with_own = fact("qtcf", measured("76634-5", 470, "ms", effectiveDateTime="2024-04-20"), other)
    assert with_own.value == exactly(470.0)


def test_a_code_that_its_words_contradict_is_named_and_leaves_both_open():
    odd = measured("76635-2", 540, "ms", text="QTcF interval")
    for name in ("qtcf", "qtc_bazett"):
        found = fact(name, odd)
        assert found.value is None
        assert found.because[0].standing is Standing.UNSURE
        assert found.because[0].recorded == 540.0
        assert "its words say 'QTcF interval'" in found.reason


def test_words_that_agree_with_the_code_or_say_more_than_it_contradict_nothing():
    assert fact("qtcf", measured("76634-5", 470, "ms", text="QTcF")).value == exactly(470.0)
    said = "QT interval corrected based on Bazett"
    assert fact("qtc_formula_not_stated", measured("8636-3", 520, "ms", text=said)).value == exactly(520.0)
    assert fact("creatinine", measured("2160-0", 1.2, "mg/dL", text="Kreatinin im Serum")).value == exactly(1.2)


def test_of_a_measured_and_a_computed_qtcf_the_newer_counts_and_of_one_day_the_higher():
    def both(measured_ms: float, on: str):
        return fact(
            "qtcf",
            measured("76634-5", measured_ms, "ms", effectiveDateTime=on),
            measured("8634-8", 480, "ms"),
            measured("8867-4", 60, "/min"),
        )

    assert both(510, "2024-05-01").value == exactly(510.0)
    assert both(450, "2024-05-01").value == exactly(480.0)
    assert both(450, "2024-05-02").value == exactly(450.0)
    assert both(510, "2024-04-30").value == exactly(480.0)


def test_a_measured_qtcf_that_cannot_be_used_is_not_replaced_by_an_older_or_equal_computed_one():
    computed = [measured("8634-8", 420, "ms"), measured("8867-4", 60, "/min")]
    odd = measured("76634-5", 540, "furlong")
    found = fact("qtcf", odd, *computed)
    assert found.value is None
    assert "furlong" in found.reason
    assert found.missing == ("qt_interval", "heart_rate")
    assert fact("qtcf", {**odd, "effectiveDateTime": "2024-04-30"}, *computed).value == exactly(420.0)


def test_an_egfr_is_an_egfr_and_never_a_clearance():
    reported = measured("62238-1", 24, "mL/min/{1.73_m2}")
    (near,) = read(reported).evidence["creatinine_clearance"]
    assert (near.standing, near.value, near.recorded) == (Standing.BESIDE, None, 24.0)
    clearance = fact("creatinine_clearance", reported)
    assert clearance.value is None
    assert "24 mL/min/{1.73_m2} of 2024-05-01 is on file and not used" in clearance.reason
    assert fact("egfr_reported", measured("62238-1", 24, "mL/min")).value is None


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [
        (coded(CIEL, "790"), "Serum creatinine (umol/L)", "creatinine"),
        (coded(CIEL, "1133"), "Serum potassium", "potassium"),
        (coded(LOINC, "76636-0"), "QTcF interval", "qtcf"),
        (coded("urn:local", "HB"), "Haemoglobin", "haemoglobin"),
        (coded("urn:local", "HB"), "Hemoglobin", "haemoglobin"),
        (coded("urn:local", "SGPT"), "SGPT (ALT)", "alt"),
        (coded("urn:local", "B"), "Total bilirubin", "bilirubin"),
    ],
)
def test_a_number_under_an_unknown_code_raises_the_fact_of_its_words_and_is_never_used(code, text, name):
    quantity = {"value": 12, "unit": "umol/L"}
    record = read(under({**code, "text": text}, valueQuantity=quantity))
    (piece,) = record.evidence[name]
    assert (piece.value, piece.standing, piece.recorded, piece.unit) == (None, Standing.UNUSABLE, 12.0, "umol/L")
    assert piece.on is not None
    assert establish(record, knowledge(), AT).facts[name].value is None


@pytest.mark.parametrize(
    "text",
    [
        "Hemoglobin A1c/Hemoglobin.total in Blood", "Creatinine [Mass/volume] in Urine",
        "Microalbumin Creatinine Ratio",
        "Platelet mean volume [Entitic volume] in Blood", "Hemoglobin.gastrointestinal [Presence] in Stool",
        "Bilirubin.direct", "Creatinine clearance", "CT Heart for calcium scoring",
        "Neutrophils/100 leukocytes in Blood",
        "Albumin [Mass/volume] in Cerebral spinal fluid",
    ],
)  # fmt: skip
def test_what_is_another_matter_raises_nothing(text):
    value = {"value": 12, "unit": "mg/dL"}
    record = read(under(coded("urn:local", "X", text=text), valueQuantity=value))
    assert not {"haemoglobin", "creatinine", "platelets", "bilirubin", "calcium", "neutrophils", "albumin"} & set(
        record.evidence
    )


def test_words_without_a_number_raise_nothing():
    text = coded("urn:local", "X", text="Serum creatinine")
    assert "creatinine" not in read(under(text, valueString="see report")).evidence
    assert "creatinine" in read(under(text, valueString="2.4 mg/dL")).evidence


@pytest.mark.parametrize("code", ["55277-8", "75622-1", "7917-8", "56888-1"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (coded(LOINC, "LA6577-6"), False),
        (coded(SNOMED, "260385009"), False),
        ({"text": "Unknown"}, None),
        ({"text": "Indeterminate"}, None),
    ],
)
def test_an_hiv_status_or_test_is_read(code, answer, expected):
    assert fact("hiv_infection", observation(code, valueCodeableConcept=answer)).value is expected


@pytest.mark.parametrize("answer", [coded(LOINC, "LA6576-8"), coded(SNOMED, "10828004"), {"text": "Reactive"}])
def test_a_positive_hiv_status_is_a_yes_and_one_reactive_test_is_asked(answer):
    assert fact("hiv_infection", observation("55277-8", valueCodeableConcept=answer)).value is True
    for code in ("75622-1", "7917-8", "56888-1"):
        tested = fact("hiv_infection", observation(code, valueCodeableConcept=answer))
        assert (tested.value, tested.missing) == (None, ("hiv_infection",))
        assert "leaves it open" in tested.reason


def test_a_positive_hiv_status_stays_and_a_negative_one_says_nothing_of_later():
    old = {"effectiveDateTime": "2022-05-01"}
    assert fact("hiv_infection", observation("55277-8", valueString="positive", **old)).value is True
    late = fact("hiv_infection", observation("55277-8", valueString="negative", **old))
    assert (late.value, late.missing) == (None, ("hiv_infection",))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (coded(LOINC, "LA15173-0"), True),
        (coded(SNOMED, "77386006"), True),
        (coded(LOINC, "LA26683-5"), False),
        (coded(SNOMED, "60001007"), False),
        (coded(LOINC, "LA4489-6"), None),
    ],
)
def test_pregnancy_is_read_in_its_usual_answers(answer, expected):
    assert fact("pregnant", observation("82810-3", valueCodeableConcept=answer)).value is expected


@pytest.mark.parametrize(
    ("code", "value", "unit", "low"),
    [
        ("2823-3", 3.49, "mmol/L", True),
        ("2823-3", 3.5, "mmol/L", None),
        ("2823-3", 3.4, "mEq/L", True),
        ("2601-3", 0.74, "mmol/L", True),
        ("2601-3", 0.75, "mmol/L", None),
        ("19123-9", 1.1, "mg/dL", True),
    ],
)
def test_a_low_potassium_or_magnesium_shows_low_salts_and_a_normal_one_settles_nothing(code, value, unit, low):
    assert fact("electrolytes_low", measured(code, value, unit)).value is low


@pytest.mark.parametrize(
    ("potassium", "expected"),
    [
        (measured("2823-3", 2.7, "mmol/L"), True),
        (measured("2823-3", 4.2, "mmol/L"), False),
        (measured("2823-3", 2.7, "furlong"), None),
        ({**measured("2823-3", 2.7, "mmol/L"), "effectiveDateTime": None}, None),
        (measured("2823-3", 2700, "mmol/L"), None),
        (under(coded("urn:local", "K", text="Serum potassium"), valueQuantity={"value": 2.7, "unit": "mmol/L"}), None),
    ],
)
def test_a_complete_list_is_no_answer_where_a_potassium_on_file_may_be_low(potassium, expected):
    complete = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": coded("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-problems"),
        "recordedDate": "2024-05-01",
    }
    assert fact("electrolytes_low", complete, potassium).value is expected


def test_a_value_that_cannot_be_leaves_its_fact_unknown_and_the_rest_is_read():
    absurd = measured("2160-0", 133, "mg/dL")
    older = measured("2160-0", 1.0, "mg/dL", effectiveDateTime="2024-04-28")
    patient = establish(read(older, absurd, measured("718-7", 7.0, "g/dL")), knowledge(), AT)
    assert patient.facts["creatinine"].value is None
    assert "133 mg/dL is outside what is possible" in patient.facts["creatinine"].reason
    assert patient.facts["creatinine_clearance"].value is None
    assert patient.facts["haemoglobin"].value == exactly(7.0)


def alt(*ranges: dict[str, Any], **more: Any) -> dict[str, Any]:
    quantity = {"value": 410, "unit": "U/L", "system": UCUM, "code": "U/L"}
    return {**observation("1742-6", valueQuantity=quantity), "referenceRange": list(ranges), **more}


def up_to(value: float, **more: Any) -> dict[str, Any]:
    return {"high": {"value": value, "unit": "U/L", "system": UCUM, "code": "U/L"}, **more}


def test_the_upper_limit_that_a_laboratory_gives_with_its_result_is_read_with_its_date() -> None:
    (piece,) = read(alt(up_to(40))).evidence["alt_upper_limit"]
    assert (piece.value, piece.unit, piece.standing) == (exactly(40), "U/L", Standing.STATED)
    assert piece.on is not None


@pytest.mark.parametrize(
    "resource",
    [
        alt(),
        alt(up_to(40), up_to(35)),  # for whom is which?
        alt(up_to(40, appliesTo=[{"text": "men"}])),
        alt(up_to(40, age={"low": {"value": 18}})),
        alt(up_to(40, type={"text": "treatment target"})),
        alt({"low": {"value": 7, "unit": "U/L"}}),
        alt(up_to(40), status="preliminary"),
    ],
)
def test_a_range_that_is_not_one_upper_limit_of_normal_for_everybody_is_no_limit(resource: dict[str, Any]) -> None:
    record = read(resource)
    assert "alt_upper_limit" not in record.evidence
    assert "alt" in record.evidence


def test_a_limit_without_a_unit_is_not_used() -> None:
    (piece,) = read(alt({"high": {"value": 40}})).evidence["alt_upper_limit"]
    assert (piece.value, piece.standing) == (None, Standing.UNUSABLE)

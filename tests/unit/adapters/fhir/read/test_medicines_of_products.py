"""A medicine that points at a product: what the product holds, however deep, and what its reference leaves open."""

from typing import Any

import pytest

from fhir_records import ABOUT, ABSENT, LOINC, RXNORM, coded, order, read, unused
from fullcourse.clinical.medicine import Taken
from unit.adapters.fhir.read.test_medicines import CYCLOSERINE, ISONIAZID, medication, one


@pytest.mark.parametrize(
    "reference", ["Medication/x", "https://example.org/fhir/Medication/x", "Medication/x/_history/2"]
)
def test_a_medication_is_found_by_its_reference(reference: str) -> None:
    record = read(order(medicationReference={"reference": reference}), medication())
    assert one(record).ingredients == ("cycloserine",)
    assert record.notes == ()


def test_a_contained_medication_is_found_with_its_contained_ingredient() -> None:
    substance = {"resourceType": "Substance", "id": "s", "code": CYCLOSERINE}
    inside = medication(code={"text": "Capsule 17"}, ingredient=[{"itemReference": {"reference": "#s"}}])
    record = read(order(medicationReference={"reference": "#x"}, contained=[inside, substance]))
    assert one(record).ingredients == ("cycloserine",)
    assert record.unrecognised == ()


def test_ingredients_of_a_medication_count_and_inactive_ones_do_not() -> None:
    parts = [{"itemCodeableConcept": CYCLOSERINE}, {"itemCodeableConcept": ISONIAZID, "isActive": False}]
    record = read(
        order(medicationReference={"reference": "Medication/x"}), medication(code={"text": "Mix"}, ingredient=parts)
    )
    assert one(record).ingredients == ("cycloserine",)


def test_an_inactive_ingredient_does_not_end_the_list() -> None:
    parts = [{"itemCodeableConcept": ISONIAZID, "isActive": False}, {"itemCodeableConcept": CYCLOSERINE}]
    inside = medication(code={"text": "Capsule 17"}, ingredient=parts)
    taken = one(read(order(contained=[inside], medicationReference={"reference": "#x"})))
    assert taken.ingredients == ("cycloserine",)


@pytest.mark.parametrize("reference", [{}, {"reference": "Substance/nowhere"}])
def test_an_ingredient_that_is_known_by_its_display_alone_counts(reference: dict[str, Any]) -> None:
    parts = [{"itemReference": {**reference, "display": "Isoniazid"}}, {"itemCodeableConcept": CYCLOSERINE}]
    inside = medication(code={"text": "Capsule 17"}, ingredient=parts)
    taken = one(read(order(contained=[inside], medicationReference={"reference": "#x"})))
    assert taken.ingredients == ("isoniazid", "cycloserine")


def holds(name: str, *others: str, code: dict[str, Any] | None = None) -> dict[str, Any]:
    inside = [{"itemReference": {"reference": f"Medication/{other}"}} for other in others]
    return {"resourceType": "Medication", "id": name, "ingredient": inside, **({"code": code} if code else {})}


def test_ingredients_in_a_circle_are_named_and_leave_the_medicine_open() -> None:
    record = read(
        order(medicationReference={"reference": "Medication/x"}), holds("x", *["y"] * 30), holds("y", *["x"] * 30)
    )
    assert any("Medication/x > Medication/y > Medication/x" in note for note in record.notes)
    assert [(it.kind, it.origin) for it in record.unrecognised] == [("medicine", "MedicationRequest/m")]


def test_a_product_that_is_named_many_times_over_is_read_once() -> None:
    chain = [holds(f"n{place}", *[f"n{place + 1}"] * 30) for place in range(4)]
    record = read(
        order(medicationReference={"reference": "Medication/n0"}), *chain, holds("n4", code=CYCLOSERINE)
    )  # 30 to the power of 4, read one by one
    assert one(record).ingredients == ("cycloserine",)


@pytest.mark.parametrize(("last", "read_whole"), [(5, True), (6, False)])
def test_an_ingredient_too_deep_to_be_read_is_never_dropped_unsaid(last: int, read_whole: bool) -> None:
    chain = [holds(f"n{place}", f"n{place + 1}") for place in range(last)]
    record = read(
        order(medicationReference={"reference": "Medication/n0"}), *chain, holds(f"n{last}", code=CYCLOSERINE)
    )
    assert [it.ingredients for it in record.medicines] == ([("cycloserine",)] if read_whole else [])
    assert any("too deep" in note for note in record.notes) is not read_whole
    assert ("medicine", "MedicationRequest/m") in [(it.kind, it.origin) for it in record.unrecognised] or read_whole


def test_where_code_and_ingredient_list_disagree_both_count_and_it_is_told() -> None:
    parts = [{"itemCodeableConcept": ISONIAZID}]
    record = read(order(medicationReference={"reference": "Medication/x"}), medication(ingredient=parts))
    assert set(one(record).ingredients) == {"cycloserine", "isoniazid"}
    assert "disagree" in record.unrecognised[0].why


def test_a_reference_that_does_not_resolve_is_noted_and_listed() -> None:
    record = read(order(medicationReference={"reference": "Medication/gone"}))
    assert one(record).ingredients == ()
    assert [(listed.kind, listed.origin) for listed in record.unrecognised] == [("medicine", "MedicationRequest/m")]
    assert "does not resolve" in record.notes[0]


def test_the_display_of_a_reference_that_does_not_resolve_is_used() -> None:
    record = read(
        order(medicationReference={"reference": "Medication/gone", "display": "isoniazid 300 MG Oral Tablet"})
    )
    assert one(record).ingredients == ("isoniazid",)
    assert "does not resolve" in record.notes[0]


def test_a_reference_to_something_that_is_no_medication_is_set_aside_by_its_place_and_named() -> None:
    (named,) = read(order(medicationReference={"reference": "Patient/p"})).unrecognised
    assert (named.kind, named.origin) == ("medicine", "MedicationRequest/m")
    assert "MedicationRequest/m.medicationReference refers to a Patient" in named.why


def test_a_product_that_is_not_recognised_is_listed_while_it_may_be_taken() -> None:
    record = read(order({"text": "Seven-herb lung tea"}))
    assert one(record).ingredients == ()
    assert [listed.text for listed in record.unrecognised] == ["Seven-herb lung tea"]
    assert read(order({"text": "Seven-herb lung tea"}, status="stopped")).unrecognised == ()


def test_an_order_that_names_no_medicine_is_listed() -> None:
    record = read(order())
    assert record.unrecognised[0].text == "a medicine without a name"


def test_the_codes_of_a_product_are_its_own_and_never_those_of_an_ingredient() -> None:
    parts = [{"itemCodeableConcept": CYCLOSERINE}]
    record = read(
        order(medicationReference={"reference": "Medication/x"}), medication(code=ISONIAZID, ingredient=parts)
    )
    assert one(record).codes == (("rxnorm", "6038"),)
    record = read(
        order(medicationReference={"reference": "Medication/x"}),
        medication(code={"text": "Capsule 17"}, ingredient=parts),
    )
    assert (one(record).codes, one(record).ingredients) == ((), ("cycloserine",))


def test_what_is_recognised_by_the_display_of_a_dangling_reference_is_understood() -> None:
    reference = {"reference": "Medication/gone", "display": "isoniazid 300 MG Oral Tablet"}
    assert read(order(medicationReference=reference)).unrecognised == ()


def test_a_product_without_a_name_is_called_by_its_first_ingredient_that_has_one() -> None:
    parts = [{"itemCodeableConcept": ISONIAZID}]
    bare = {"resourceType": "Medication", "id": "x", "ingredient": parts}
    record = read(order(medicationReference={"reference": "Medication/x"}), bare)
    assert (one(record).name, one(record).ingredients) == ("isoniazid 300 MG Oral Tablet", ("isoniazid",))
    medicines = {"resourceType": "List", "id": "l", "status": "current", "mode": "working", "subject": ABOUT}
    listed = {**medicines, "code": coded(LOINC, "10160-0"), "entry": [{"item": {"reference": "Medication/x"}}]}
    record = read(listed, bare)
    assert (one(record).name, one(record).ingredients) == ("isoniazid 300 MG Oral Tablet", ("isoniazid",))
    assert one(record).origin == "Medication/x"


def test_a_code_that_says_no_more_than_that_nothing_is_known_is_counted_as_not_used() -> None:
    record = read(order(coded(ABSENT, "no-medication-info")))
    assert record.medicines == ()
    assert any("it says that nothing is known" in why for why in unused(record))
    record = read(order(coded(ABSENT, "no-known-medications")))
    assert record.medicines == ()
    assert not any("it says that nothing is known" in why for why in unused(record))


def test_what_is_called_by_a_display_alone_is_read_and_what_is_called_nothing_says_so() -> None:
    record = read(order(medicationReference={"display": "isoniazid 300 MG Oral Tablet"}))
    assert (one(record).ingredients, record.unrecognised) == (("isoniazid",), ())
    (named,) = read(order(medicationReference={"display": "Seven-herb lung tea"})).unrecognised
    assert "names no medicine" not in named.why
    (named,) = read(order(medicationReference={})).unrecognised
    assert named.why.startswith("the entry names no medicine")


def test_every_ingredient_that_has_a_code_counts_and_each_once() -> None:
    parts = [{"itemCodeableConcept": concept} for concept in (ISONIAZID, CYCLOSERINE, ISONIAZID)]
    record = read(
        order(medicationReference={"reference": "Medication/x"}),
        medication(code={"text": "Capsule 17"}, ingredient=parts),
    )
    assert one(record).ingredients == ("isoniazid", "cycloserine")
    assert one(record).recognised_by.startswith("ingredient list, by ")
    assert record.unrecognised == ()


def test_a_product_with_a_code_alone_is_called_by_the_display_and_keeps_its_code_and_every_ingredient() -> None:
    code = {"coding": [{"system": RXNORM, "code": "3007"}]}
    inside = medication(code=code, ingredient=[{"itemCodeableConcept": ISONIAZID}])
    taken = one(read(order(medicationReference={"reference": "Medication/x", "display": "Capsule 17"}), inside))
    assert (taken.name, taken.codes) == ("Capsule 17", (("rxnorm", "3007"),))
    assert taken.ingredients == ("cycloserine", "isoniazid")


def test_a_circle_as_long_as_a_product_may_be_deep_is_called_one() -> None:
    ring = [holds(f"n{place}", f"n{(place + 1) % 5}") for place in range(5)]
    record = read(order(medicationReference={"reference": "Medication/n0"}), *ring)
    assert any("in a circle" in note for note in record.notes)


def test_a_dosage_or_an_end_that_cannot_be_read_is_noted_and_the_medicine_stays() -> None:
    record = read(order(ISONIAZID, dosageInstruction=[{"route": "by mouth"}]))
    assert one(record).ingredients == ("isoniazid",)
    assert any("MedicationRequest/m.dosageInstruction.route" in note for note in record.notes)
    record = read(order(ISONIAZID, dispenseRequest={"validityPeriod": {"end": "2024-13-01"}}))
    assert (one(record).taken, one(record).until, one(record).lasts) == (Taken.MAYBE, None, (0, 0))
    assert any("2024-13-01" in note for note in record.notes)

from typing import Any

import pytest

from fhir_records import (
    ABOUT,
    ABSENT,
    FACTS,
    ICD10,
    RXNORM,
    SNOMED,
    bundle,
    coded,
    fact,
    only,
    order,
    read,
    readings,
    unused,
)  # fmt: skip
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Record
from fullcourse.knowledge.vocabulary import Found

ISONIAZID = coded(RXNORM, "6038", "isoniazid", "isoniazid 300 MG Oral Tablet")
CYCLOSERINE = coded(RXNORM, "3007", "cycloserine")


def one(record: Record) -> Medicine:
    (medicine,) = record.medicines
    return medicine


def entry(kind: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": "m",
        "status": status,
        "subject": ABOUT,
        "medicationCodeableConcept": ISONIAZID,
        **more,
    }


def medication(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Medication", "id": "x", "code": CYCLOSERINE, **more}


def test_an_active_order_is_a_medicine_taken_now_and_ordered() -> None:
    medicine = one(read(order(ISONIAZID)))
    assert (medicine.ingredients, medicine.taken, medicine.ordered) == (("isoniazid",), Taken.NOW, True)
    assert (medicine.name, medicine.codes) == ("isoniazid 300 MG Oral Tablet", (("rxnorm", "6038"),))
    assert medicine.recognised_by
    assert medicine.origin == "MedicationRequest/m"
    assert medicine.since is not None
    assert medicine.since.text == "2024-05-01"


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        ("active", Taken.NOW),
        ("on-hold", Taken.MAYBE),
        ("draft", Taken.MAYBE),
        ("unknown", Taken.MAYBE),
        ("new-word", Taken.MAYBE),
        ("completed", Taken.SUPPLIED),
        ("stopped", Taken.PAST),
    ],
)
def test_the_status_of_an_order_says_whether_it_is_taken(status: str, taken: Taken) -> None:
    assert one(read(order(ISONIAZID, status=status))).taken is taken


@pytest.mark.parametrize("more", [{"status": "cancelled"}, {"status": "entered-in-error"}, {"doNotPerform": True}])
def test_an_order_that_is_none_is_counted_only(more: dict[str, Any]) -> None:
    record = read(order(ISONIAZID, **more))
    assert record.medicines == ()
    assert sum(unused(record).values()) == 1


@pytest.mark.parametrize("intent", ["proposal", "plan", "option"])
def test_a_proposal_is_no_order_and_may_come_to_be_taken(intent: str) -> None:
    medicine = one(read(order(ISONIAZID, intent=intent)))
    assert (medicine.taken, medicine.ordered) == (Taken.MAYBE, False)


@pytest.mark.parametrize(
    ("kind", "status", "taken"),
    [
        ("MedicationStatement", "active", Taken.NOW),
        ("MedicationStatement", "intended", Taken.MAYBE),
        ("MedicationStatement", "on-hold", Taken.MAYBE),
        ("MedicationStatement", "unknown", Taken.MAYBE),
        ("MedicationStatement", "completed", Taken.PAST),
        ("MedicationStatement", "stopped", Taken.PAST),
        ("MedicationAdministration", "in-progress", Taken.NOW),
        ("MedicationAdministration", "completed", Taken.SUPPLIED),
        ("MedicationAdministration", "stopped", Taken.SUPPLIED),
        ("MedicationAdministration", "on-hold", Taken.MAYBE),
        ("MedicationDispense", "preparation", Taken.MAYBE),
        ("MedicationDispense", "completed", Taken.SUPPLIED),
    ],
)
def test_the_status_of_other_entries_says_whether_they_are_taken(kind: str, status: str, taken: Taken) -> None:
    medicine = one(read(entry(kind, status)))
    assert (medicine.taken, medicine.ordered) == (taken, False)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("MedicationStatement", "not-taken"),
        ("MedicationAdministration", "not-done"),
        ("MedicationDispense", "declined"),
        ("MedicationDispense", "entered-in-error"),
    ],
)
def test_what_was_not_taken_is_counted_only(kind: str, status: str) -> None:
    record = read(entry(kind, status))
    assert record.medicines == ()
    assert unused(record) == {f"{kind}: status is '{status}'": 1}


def test_an_extension_that_changes_the_meaning_leaves_it_open() -> None:
    assert one(read(order(ISONIAZID, modifierExtension=[{"url": "https://example.org/not"}]))).taken is Taken.MAYBE


@pytest.mark.parametrize(
    ("resource", "since", "until"),
    [
        (order(ISONIAZID), "2024-05-01", None),
        (order(ISONIAZID, dispenseRequest={"validityPeriod": {"end": "2024-09-01"}}), "2024-05-01", None),
        (
            order(ISONIAZID, dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"end": "2024-10-01"}}}}]),
            "2024-05-01",
            "2024-10-01",
        ),
        (
            order(
                ISONIAZID,
                dosageInstruction=[{"timing": {"repeat": {"boundsDuration": {"value": 2, "code": "wk"}}}}],
            ),
            "2024-05-01",
            "2024-05-15",
        ),
        (
            entry("MedicationStatement", "active", effectivePeriod={"start": "2024-01", "end": "2024-03"}),
            "2024-01",
            "2024-03",
        ),
        (entry("MedicationAdministration", "completed", effectiveDateTime="2024-05-06"), "2024-05-06", "2024-05-06"),
        (
            entry(
                "MedicationDispense", "completed", whenHandedOver="2024-05-06", daysSupply={"value": 30, "code": "d"}
            ),
            "2024-05-06",
            "2024-05-06",
        ),
        (
            entry(
                "MedicationDispense", "completed", whenHandedOver="2024-05-06", daysSupply={"value": 9e300, "code": "d"}
            ),
            "2024-05-06",
            "2024-05-06",
        ),
    ],
)
def test_since_and_until_are_taken_from_where_each_entry_has_them(
    resource: dict[str, Any], since: str, until: str | None
) -> None:
    medicine = one(read(resource))
    assert medicine.since is not None
    assert medicine.since.text == since
    assert (medicine.until.text if medicine.until else None) == until


def test_one_dosage_without_an_end_leaves_the_whole_order_without_an_end() -> None:
    ends = {"timing": {"repeat": {"boundsPeriod": {"end": "2024-10-01"}}}}
    assert one(read(order(ISONIAZID, dosageInstruction=[ends, {"text": "when needed"}]))).until is None


@pytest.mark.parametrize(
    ("supply", "lasts"),
    [({"value": 30, "code": "d"}, (30, 44)), ({"value": 2, "code": "wk"}, (14, 28)), (None, (0, 366))],
)
def test_what_was_handed_out_lasts_as_long_as_its_supply(supply: dict[str, Any] | None, lasts: tuple[int, int]) -> None:
    more = {} if supply is None else {"daysSupply": supply}
    medicine = one(read(entry("MedicationDispense", "completed", whenHandedOver="2024-05-06", **more)))
    assert (medicine.taken, medicine.lasts) == (Taken.SUPPLIED, lasts)


@pytest.mark.parametrize(
    ("status", "dispensed", "taken", "until", "lasts"),
    [
        ("active", {"expectedSupplyDuration": {"value": 30, "code": "d"}}, Taken.NOW, "2024-05-01", (0, 30)),
        (
            "active",
            {"expectedSupplyDuration": {"value": 30, "code": "d"}, "numberOfRepeatsAllowed": 2},
            Taken.NOW,
            "2024-05-01",
            (0, 90),
        ),
        (
            "active",
            {"expectedSupplyDuration": {"value": 30, "code": "d"}, "validityPeriod": {"end": "2024-06-01"}},
            Taken.NOW,
            "2024-06-01",
            (0, 30),
        ),
        ("active", {"numberOfRepeatsAllowed": 2}, Taken.NOW, None, (0, 0)),
        ("completed", {"expectedSupplyDuration": {"value": 30, "code": "d"}}, Taken.SUPPLIED, "2024-05-01", (0, 44)),
        ("completed", {}, Taken.SUPPLIED, "2024-05-01", (0, 92)),
        ("stopped", {"expectedSupplyDuration": {"value": 30, "code": "d"}}, Taken.PAST, None, (0, 0)),
        ("on-hold", {"expectedSupplyDuration": {"value": 30, "code": "d"}}, Taken.MAYBE, None, (0, 0)),
    ],
)
def test_an_order_lasts_for_its_supply_with_every_repeat(
    status: str, dispensed: dict[str, Any], taken: Taken, until: str | None, lasts: tuple[int, int]
) -> None:
    medicine = one(read(order(ISONIAZID, status=status, dispenseRequest=dispensed)))
    assert (medicine.taken, medicine.lasts) == (taken, lasts)
    assert (medicine.until.text if medicine.until else None) == until


def test_a_completed_order_with_an_end_may_be_taken_until_then() -> None:
    ends = [{"timing": {"repeat": {"boundsPeriod": {"end": "2024-10-01"}}}}]
    medicine = one(read(order(ISONIAZID, status="completed", dosageInstruction=ends)))
    assert (medicine.taken, medicine.until.text if medicine.until else None) == (Taken.MAYBE, "2024-10-01")


def test_a_dose_given_is_read_to_last_from_its_end() -> None:
    period = {"start": "2024-05-06", "end": "2024-05-07"}
    medicine = one(read(entry("MedicationAdministration", "completed", effectivePeriod=period)))
    assert (medicine.until.text if medicine.until else None, medicine.lasts) == ("2024-05-07", (1, 31))


def by(system: str, code: str) -> dict[str, Any]:
    return {"route": {"coding": [{"system": system, "code": code}]}}


@pytest.mark.parametrize(
    ("product", "dosages", "route"),
    [
        ("ciprofloxacin", [by("http://snomed.info/sct", "54485002")], Route.LOCAL),
        ("ciprofloxacin", [by("http://standardterms.edqm.eu", "20051000")], Route.LOCAL),
        (
            "ciprofloxacin",
            [by("http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "OPTHALTA")],
            Route.LOCAL,
        ),
        ("ciprofloxacin", [by("http://snomed.info/sct", "26643006")], Route.SYSTEMIC),
        ("ciprofloxacin", [{"route": {"text": "Ophthalmic"}}], Route.LOCAL),
        ("ciprofloxacin", [by("http://example.org", "OPH")], Route.UNKNOWN),
        ("ciprofloxacin eye drops", [by("http://example.org", "OPH")], Route.UNKNOWN),
        ("ciprofloxacin eye drops", [by("http://snomed.info/sct", "26643006")], Route.SYSTEMIC),
        ("ciprofloxacin", [by("http://snomed.info/sct", "54485002"), {"text": "later"}], Route.UNKNOWN),
        ("ciprofloxacin eye drops", [by("http://snomed.info/sct", "54485002"), {"text": "later"}], Route.LOCAL),
        ("ciprofloxacin", [], Route.UNKNOWN),
    ],
)
def test_the_route_comes_from_the_coded_dosage_or_from_the_words(
    product: str, dosages: list[dict[str, Any]], route: Route
) -> None:
    assert one(read(order({"text": product}, dosageInstruction=dosages))).route is route


def test_a_given_dose_and_the_form_of_a_product_say_the_route_too() -> None:
    given = entry("MedicationAdministration", "completed", dosage=by("http://snomed.info/sct", "54485002"))
    given["medicationCodeableConcept"] = {"text": "ciprofloxacin"}
    assert one(read(given)).route is Route.LOCAL
    product = medication(code={"text": "ketoconazole 2 %"}, form={"text": "shampoo"})
    assert one(read(order(medicationReference={"reference": "Medication/x"}), product)).route is Route.LOCAL


def test_the_same_product_stays_on_the_list_several_times() -> None:
    assert len(read(order(ISONIAZID), order(ISONIAZID, id="n")).medicines) == 2


def test_an_order_in_the_form_of_a_later_fhir_version_is_read() -> None:
    assert one(read(order(medication={"concept": ISONIAZID}))).ingredients == ("isoniazid",)


@pytest.mark.parametrize("kind", ["MedicationOrder", "MedicationUsage"])
def test_an_order_of_another_fhir_version_is_never_silent(kind: str) -> None:
    record = read({"resourceType": kind, "id": "m"})
    assert [(listed.kind, listed.origin) for listed in record.unrecognised] == [("medicine", f"{kind}/m")]


def test_no_known_medications_completes_the_list_and_no_information_does_not() -> None:
    statement = entry("MedicationStatement", "active", medicationCodeableConcept=coded(ABSENT, "no-known-medications"))
    record = read({**statement, "effectiveDateTime": "2024-05-01"})
    assert only(record, "medicines_complete").value is True
    assert record.medicines == ()
    record = read({**statement, "medicationCodeableConcept": coded(ABSENT, "no-medication-info")})
    assert "medicines_complete" not in record.evidence
    assert (record.medicines, record.unrecognised) == ((), ())


def test_the_reason_of_an_order_is_read() -> None:
    record = read(order(ISONIAZID, reasonCode=[coded(ICD10, "A15.0", "Tuberculosis of lung")]))
    assert only(record, "pulmonary_tuberculosis").value is True


def test_the_reason_of_an_order_that_is_not_running_is_unsure() -> None:
    record = read(order(ISONIAZID, status="stopped", reasonCode=[coded(ICD10, "A15.0")]))
    assert only(record, "pulmonary_tuberculosis").standing is Standing.UNSURE


def test_a_reason_that_matters_for_one_drug_is_not_read_from_another() -> None:
    influenza = [coded(ICD10, "J10.1", "Influenza")]
    assert "viral_infection_as_reason" not in read(order(ISONIAZID, reasonCode=influenza)).evidence
    assert only(read(order(CYCLOSERINE, reasonCode=influenza)), "viral_infection_as_reason").value is True


def test_a_code_of_an_unknown_system_is_not_kept_as_a_code() -> None:
    assert (
        one(read(order({"coding": [{"system": "https://example.org", "code": "1"}], "text": "isoniazid"}))).codes == ()
    )
    assert one(read(order(coded(SNOMED, "387472004", "isoniazid")))).codes == (("snomed", "387472004"),)


@pytest.mark.parametrize(
    ("reason", "is_read"),
    [
        ({"text": "Prevention of tuberculosis"}, True),
        (coded(SNOMED, "86406008", "Prevention of tuberculosis"), True),
        (coded(ICD10, "Z99.9", "Prevention of tuberculosis"), False),
        (coded(ICD10, "Z29.2", "Something else"), True),
        ({"text": "Prevention of malaria"}, False),
    ],
)
def test_a_reason_is_read_by_its_words_only_where_it_has_no_code_that_facts_are_coded_in(reason, is_read) -> None:
    way = Found("MedicationRequest.reasonCode", {"icd-10": ("Z29.2",)}, ("prevention of tuberculosis",))
    reader = FhirReader([*FACTS, fact("prevention", "state", way)], readings(), recognise)
    record = reader.read(bundle(order(ISONIAZID, reasonCode=[reason])))
    assert [piece.value for piece in record.evidence.get("prevention", ())] == ([True] if is_read else [])


def test_a_product_of_which_a_part_is_not_known_says_so() -> None:
    (unread,) = read(order({"text": "isoniazid with xyzzy"})).unrecognised
    assert unread.why == "a part of it is not in the vocabulary"

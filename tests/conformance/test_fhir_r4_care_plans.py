"""Composed regimens as FHIR R4: valid by HL7's schema, a draft plan for what may be proposed, none for the rest."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

from fullcourse.adapters.fhir.write.care_plan import care_plan_bundle
from fullcourse.clinical import Evidence, Record, parse_moment
from fullcourse.clinical.stock import Stock
from fullcourse.journey.regimen import Composer, RegimenAnswer, RegimenRequest
from patients import AT, evidence, knowledge

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parent / "data" / "fhir-r4-care-plan.schema.json").read_text("utf-8"))
)
PLAIN = RegimenRequest()
PROPOSAL = "proposal; to be confirmed by a prescriber"
ADULT = {
    "sex": "male", "weight": 60.0, "height": 170.0, "pulmonary_tuberculosis": True, "problems_complete": True,
    "medicines_complete": True, "allergies_complete": True, "rifampin_susceptibility": "susceptible",
    "isoniazid_susceptibility": "susceptible", "alcohol_use": False, "creatinine": 0.9, "dialysis": False,
    "platelets": 250.0, "haemoglobin": 14.0, "tb_central_nervous_system": False, "tb_meningitis": False,
    "tb_bone_or_joint": False, "tb_miliary": False, "tb_pericardium": False,
}  # fmt: skip


def answer(profile: str, request: RegimenRequest = PLAIN, **facts: object) -> RegimenAnswer:
    pieces = {name: (evidence(name, value),) for name, value in (ADULT | facts).items()}
    born = Evidence("birth_date", "1986-01-01", parse_moment(AT.isoformat(), "on"), "record", "1986-01-01")
    record = Record({**pieces, "birth_date": (born,)})
    return Composer(knowledge(), knowledge().profile(profile)).compose(record, AT, request)


def bundle(composed: RegimenAnswer) -> dict:
    written = care_plan_bundle(composed, knowledge())
    SCHEMA.validate(json.loads(json.dumps(written)))
    return written


@pytest.mark.parametrize("profile", ["us", "who", "india"])
@pytest.mark.parametrize("request_", [RegimenRequest(), RegimenRequest(start=date(2026, 12, 1), stock=Stock(()))])
@pytest.mark.parametrize("rifampicin", ["susceptible", "resistant"])
def test_each_regimen_that_may_be_proposed_is_a_draft_and_every_other_an_issue(profile, request_, rifampicin):
    composed = answer(profile, request_, rifampin_susceptibility=rifampicin)
    resources = [entry["resource"] for entry in bundle(composed)["entry"]]
    plans, (outcome,) = resources[:-1], resources[-1:]
    eligible = [it.id for it in composed.regimens if it.status.value == "eligible"]
    assert [plan["identifier"][0]["value"] for plan in plans] == eligible
    for plan in plans:
        assert (plan["status"], plan["intent"]) == ("draft", "proposal")
        assert PROPOSAL in plan["note"][0]["text"].lower()
        assert any(note["text"].startswith("Source: ") for note in plan["note"])
        assert PROPOSAL in plan["description"].lower()
    rest = [it for it in composed.regimens if it.status.value != "eligible"]
    said = " ".join(issue["diagnostics"] for issue in outcome["issue"])
    assert all(f"{it.id}: " in said for it in rest)
    assert "no clinician has reviewed" in outcome["issue"][-1]["diagnostics"]


def test_a_plan_holds_every_drug_of_every_phase_with_its_dates_doses_and_codes():
    written = bundle(answer("us", RegimenRequest(start=date(2026, 12, 1))))
    plan = written["entry"][0]["resource"]
    assert plan["title"] == "2HRZE/4HR, 7 days a week"
    assert plan["period"] == {"start": "2026-12-01", "end": "2027-05-31"}
    details = [activity["detail"] for activity in plan["activity"]]
    assert len(details) == 6
    assert details[0]["scheduledPeriod"] == {"start": "2026-12-01", "end": "2027-01-25"}
    assert details[-1]["scheduledPeriod"] == {"start": "2027-01-26", "end": "2027-05-31"}
    assert {detail["kind"] for detail in details} == {"MedicationRequest"}
    codings = {coding["system"] for coding in details[0]["productCodeableConcept"]["coding"]}
    assert "http://www.nlm.nih.gov/research/umls/rxnorm" in codings
    assert "56 doses complete it" in details[0]["description"]
    assert "No dose is proposed here" in details[0]["description"]


def test_without_a_start_lengths_stand_in_words_and_what_is_out_of_stock_is_said():
    plan = bundle(answer("us", RegimenRequest(stock=Stock(()))))["entry"][0]["resource"]
    assert "period" not in plan
    assert plan["activity"][0]["detail"]["scheduledString"] == "8 weeks"
    assert any(note["text"].startswith("Not in stock: isoniazid, rifampin") for note in plan["note"])


def test_two_answers_on_one_record_are_the_same_and_every_address_is_another():
    one, two = (bundle(answer("us")) for _ in range(2))
    assert one == two
    addresses = [entry["fullUrl"] for entry in one["entry"]]
    assert len(set(addresses)) == len(addresses)

"""Doses as FHIR R4: drafts of proposals, one instruction a step, and no request for what is no dose."""

from dataclasses import replace

import pytest

from dose_answers import answer_of
from fullcourse.adapters.fhir.write.medication_request import (
    dosage_instructions,
    medication_request,
    medication_requests,
)
from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.dosing.answer import Wait
from fullcourse.journey.dose import PlannedStep
from patients import knowledge

TITRATION = {"profile": "us", "drug": "cycloserine"}
SEVERE = {
    "profile": "us",
    "drug": "cycloserine",
    "facts": {"creatinine_clearance": 20.0},
    "overrides": {"cycloserine.contraindication.severe-renal": "no other drug is left"},
}
CASES = {
    "titration": TITRATION,
    "severe": SEVERE,
    "bedaquiline": {"profile": "who", "drug": "bedaquiline", "regimen": "who-bpalm"},
    "phases": {"profile": "who", "drug": "isoniazid", "regimen": "who-2hrze-4hr"},
    "volume": {"profile": "who", "drug": "cycloserine", "facts": {"birth_date": "2026-05-01", "weight": 6.0}},
    "four times": {"profile": "us", "drug": "terizidone"},
}


def request_of(case: dict) -> dict:
    return medication_request(answer_of(case), knowledge())


def test_a_dose_is_a_draft_and_a_proposal_with_one_instruction_a_step():
    request = request_of(TITRATION)
    assert (request["status"], request["intent"]) == ("draft", "proposal")
    assert [it["sequence"] for it in request["dosageInstruction"]] == [1, 2, 2, 3]
    first, morning, evening, _ = request["dosageInstruction"]
    assert first["timing"]["repeat"] == {
        "boundsDuration": {
            "value": 14, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d", "comparator": ">=",
        },
        "frequency": 2, "period": 1, "periodUnit": "d", "when": ["MORN", "EVE"],
    }  # fmt: skip
    assert [it["doseAndRate"][0]["doseQuantity"]["value"] for it in (morning, evening)] == [250, 500]
    assert first["maxDosePerPeriod"]["numerator"]["value"] == 1000
    assert any("below 30 mg/L" in it["text"] for it in morning["additionalInstruction"])
    assert request["note"][0]["text"] == "proposal; to be confirmed by a prescriber"


def test_days_of_the_week_and_the_length_of_phases_are_kept():
    first, then = request_of(CASES["bedaquiline"])["dosageInstruction"]
    assert first["timing"]["repeat"]["boundsDuration"]["value"] == 14
    assert "comparator" not in first["timing"]["repeat"]["boundsDuration"]
    assert then["timing"]["repeat"]["dayOfWeek"] == ["mon", "wed", "fri"]
    lengths = [it["timing"]["repeat"]["boundsDuration"] for it in request_of(CASES["phases"])["dosageInstruction"]]
    assert [(it["value"], it["unit"]) for it in lengths] == [(2, "mo"), (4, "mo")]


def test_what_is_no_dose_yields_an_outcome_and_no_request():
    answers = [
        answer_of({**TITRATION, "facts": {"creatinine_clearance": 20.0}}),
        answer_of({**TITRATION, "facts": {"weight": "unknown"}}),
        answer_of({**TITRATION, "facts": {"pulmonary_tuberculosis": False, "urinary_tract_infection": True}}),
    ]
    bundle = medication_requests(answers, knowledge())
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert {it["resourceType"] for it in resources} == {"OperationOutcome"}
    assert [it["issue"][0]["code"] for it in resources] == ["business-rule", "incomplete", "not-supported"]
    assert " mg" not in resources[1]["issue"][0]["diagnostics"]


MILLIGRAMS = {"unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
MORNING = Dose("morning", 250.0)


def instructions(*steps: PlannedStep) -> list[dict]:
    return list(dosage_instructions(steps))


def repeats(*steps: PlannedStep) -> list[dict]:
    return [it["timing"]["repeat"] for it in instructions(*steps)]


def days(value: int, **more: str) -> dict[str, object]:
    return {"value": value, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d", **more}


@pytest.mark.parametrize(
    ("step", "repeat"),
    [
        (DoseStep(1, (MORNING,)), {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["MORN"]}),
        (
            DoseStep(1, (MORNING, Dose("noon", 250.0), Dose("evening", 250.0), Dose("night", 250.0))),
            {"frequency": 4, "period": 1, "periodUnit": "d", "when": ["MORN", "NOON", "EVE", "NIGHT"]},
        ),
        (
            DoseStep(1, (Dose("08:00", 250.0), Dose("evening", 250.0))),
            {"frequency": 2, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00", "20:00:00"]},
        ),
        (
            DoseStep(1, (Dose("08:00", 250.0),), every_days=2),
            {"frequency": 1, "period": 2, "periodUnit": "d", "timeOfDay": ["08:00:00"]},
        ),
        (
            DoseStep(1, (Dose("08:00", 250.0),), days_of_week=("mon", "thu")),
            {"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "thu"], "timeOfDay": ["08:00:00"]},
        ),
        (DoseStep(1, (Dose("08:00", 250.0),), every_h=36), {"frequency": 1, "period": 36, "periodUnit": "h"}),
    ],
)
def test_a_rhythm_is_said_as_fhir_has_it(step: DoseStep, repeat: dict[str, object]):
    assert repeats(PlannedStep(step)) == [repeat]


def test_doses_after_dialysis_are_so_many_a_week_and_say_so():
    step = PlannedStep(DoseStep(1, (MORNING,), after_dialysis=True), days_per_week=3.0)
    (it,) = instructions(step)
    assert it["timing"]["repeat"] == {"frequency": 3, "period": 1, "periodUnit": "wk"}
    assert it["additionalInstruction"] == [{"text": "After dialysis"}]


def test_a_step_lasts_to_its_last_day_or_to_the_next_of_its_phase():
    first, second = DoseStep(1, (MORNING,)), DoseStep(15, (MORNING,))
    assert [it.get("boundsDuration") for it in repeats(PlannedStep(first), PlannedStep(second))] == [days(14), None]
    third = PlannedStep(DoseStep(29, (MORNING,)))
    assert [it.get("boundsDuration") for it in repeats(third, PlannedStep(second), PlannedStep(first))] == [
        None, days(14), days(14),
    ]  # fmt: skip
    assert repeats(PlannedStep(replace(first, to_day=7)), PlannedStep(second))[0]["boundsDuration"] == days(7)
    other = PlannedStep(second, phase="continuation")
    assert "boundsDuration" not in repeats(PlannedStep(first), other)[0]
    weeks = PlannedStep(first, lasts=(8, "wk"))
    assert repeats(weeks, PlannedStep(second))[0]["boundsDuration"] == {
        "value": 8, "unit": "wk", "system": "http://unitsofmeasure.org", "code": "wk",
    }  # fmt: skip


def test_a_step_lasts_at_least_so_long_where_the_next_waits():
    waiting = PlannedStep(
        DoseStep(15, (MORNING,)), waits_for=(Wait("cycloserine_level", "the level is below 30 mg/L", None),)
    )
    first, second = instructions(PlannedStep(DoseStep(1, (MORNING,))), waiting)
    assert first["timing"]["repeat"]["boundsDuration"] == days(14, comparator=">=")
    assert second["additionalInstruction"] == [{"text": "Only once: the level is below 30 mg/L"}]
    assert "additionalInstruction" not in first


def test_what_is_added_to_a_step_stands_in_words_in_its_order():
    planned = PlannedStep(DoseStep(1, (MORNING,)), prepare="crushed in water", note="with food", phase="intensive")
    (it,) = instructions(planned)
    assert [text["text"] for text in it["additionalInstruction"]] == [
        "crushed in water", "with food", "Days are counted from the first day of the phase: intensive",
    ]  # fmt: skip
    assert it["text"].startswith("Intensive: ")


def test_amounts_of_a_day_that_differ_are_one_instruction_each_under_one_number():
    step = DoseStep(1, (Dose("evening", 500.0), MORNING, Dose("night", 250.0)))
    smaller, larger = instructions(PlannedStep(step))
    assert (smaller["sequence"], larger["sequence"]) == (1, 1)
    assert smaller["doseAndRate"] == [{"doseQuantity": {"value": 250, **MILLIGRAMS}}]
    assert (smaller["timing"]["repeat"]["frequency"], smaller["timing"]["repeat"]["when"]) == (2, ["MORN", "NIGHT"])
    assert larger["doseAndRate"] == [{"doseQuantity": {"value": 500, **MILLIGRAMS}}]
    assert larger["timing"]["repeat"]["when"] == ["EVE"]
    assert smaller["text"] == larger["text"]
    numbers = [it["sequence"] for it in instructions(PlannedStep(step), PlannedStep(DoseStep(15, (MORNING,))))]
    assert numbers == [1, 1, 2]


def test_an_amount_that_is_no_whole_number_stays_what_it_is():
    (it,) = instructions(PlannedStep(DoseStep(1, (Dose("morning", 62.5),), max_mg_per_day=187.5)))
    assert it["doseAndRate"] == [{"doseQuantity": {"value": 62.5, **MILLIGRAMS}}]
    assert it["maxDosePerPeriod"] == {"numerator": {"value": 187.5, **MILLIGRAMS}, "denominator": days(1)}
    assert "maxDosePerPeriod" not in instructions(PlannedStep(DoseStep(1, (MORNING,))))[0]


def test_a_request_says_what_drug_for_whom_when_and_by_which_knowledge():
    answer = answer_of(TITRATION)
    request = medication_request(answer, knowledge())
    label = knowledge().drug("cycloserine").label
    assert request["medicationCodeableConcept"] == {
        "coding": [
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "3007", "display": label},
            {"system": "http://www.whocc.no/atc", "code": "J04AB01", "display": label},
        ],
        "text": label,
    }
    assert request["subject"] == {"display": "the patient of the record that was handed in"}
    assert request["authoredOn"] == answer.at.isoformat()
    notes = [it["text"] for it in request["note"]]
    assert notes[1:-1] == list(dict.fromkeys([*answer.dosed.notes, *(it.says for it in answer.dosed.conflicts)]))
    assert "no clinician has reviewed" in notes[-1]
    assert len(notes) == len(set(notes))
    uncoded = replace(knowledge().drug("cycloserine"), rxnorm="")
    known = replace(knowledge(), drugs={**knowledge().drugs, "cycloserine": uncoded})
    coding = medication_request(answer, known)["medicationCodeableConcept"]["coding"]
    assert [it["code"] for it in coding] == ["J04AB01"]


def test_what_was_set_aside_stands_with_its_reason():
    notes = [it["text"] for it in request_of(SEVERE)["note"]]
    assert "Set aside: cycloserine.contraindication.severe-renal. Reason: no other drug is left" in notes


def test_a_bundle_holds_a_request_for_each_dose_and_an_outcome_for_each_answer_that_is_none():
    refused = answer_of({**TITRATION, "facts": {"creatinine_clearance": 20.0}})
    open_ = answer_of({**TITRATION, "facts": {"weight": "unknown"}})
    bundle = medication_requests([answer_of(TITRATION), refused, open_], knowledge())
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    request, no_dose, waiting = [it["resource"] for it in bundle["entry"]]
    assert request["resourceType"] == "MedicationRequest"
    assert [it["fullUrl"] for it in bundle["entry"]] == [f"urn:uuid:{it['id']}" for it in (request, no_dose, waiting)]
    (issue,) = no_dose["issue"]
    assert (issue["severity"], issue["code"]) == ("error", "business-rule")
    assert issue["details"] == {"text": "cycloserine: contraindicated"}
    assert issue["diagnostics"].startswith(f"{'; '.join(it.says for it in refused.reasons)}.")
    assert refused.reasons
    (issue,) = waiting["issue"]
    assert (issue["code"], issue["details"]["text"]) == ("incomplete", "cycloserine: cannot_assess")
    assert open_.question_groups
    assert issue["diagnostics"].endswith(" ".join(it.ask_clinician for it in open_.question_groups))
    bare = replace(refused, reasons=(), why="", question_groups=())
    (only,) = medication_requests([bare], knowledge())["entry"]
    assert only["resource"]["issue"][0]["diagnostics"] == "contraindicated."
    told = replace(bare, why="it is harmful")
    (only,) = medication_requests([told], knowledge())["entry"]
    assert only["resource"]["issue"][0]["diagnostics"] == "it is harmful."

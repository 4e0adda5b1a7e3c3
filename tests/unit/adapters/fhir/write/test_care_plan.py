"""Composed regimens as FHIR R4: a draft for each that may be proposed, and what came of the rest beside them."""

import functools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fullcourse.adapters.fhir.write.care_plan import care_plan_bundle
from fullcourse.clinical import Evidence, Record, parse_moment
from fullcourse.clinical.patient import Unrecognised
from fullcourse.clinical.stock import Stock
from fullcourse.journey.regimen import Composer, RegimenAnswer, RegimenRequest
from fullcourse.regimens.composed import Composed, Objection, RegimenStatus
from patients import AT, evidence, knowledge

DATED = RegimenRequest(start=date(2026, 12, 1))
PROPOSAL = "proposal; to be confirmed by a prescriber"
ADULT = {
    "sex": "male", "weight": 60.0, "height": 170.0, "pulmonary_tuberculosis": True, "problems_complete": True,
    "medicines_complete": True, "allergies_complete": True, "rifampin_susceptibility": "susceptible",
    "isoniazid_susceptibility": "susceptible", "alcohol_use": False, "creatinine": 0.9, "dialysis": False,
    "platelets": 250.0, "haemoglobin": 14.0, "tb_central_nervous_system": False, "tb_meningitis": False,
    "tb_bone_or_joint": False, "tb_miliary": False, "tb_pericardium": False,
}  # fmt: skip


@functools.cache
def composer(profile: str) -> Composer:
    return Composer(knowledge(), knowledge().profile(profile))


def answer(profile: str = "us", request: RegimenRequest = DATED, **facts: object) -> RegimenAnswer:
    pieces = {name: (evidence(name, value),) for name, value in (ADULT | facts).items()}
    born = Evidence("birth_date", "1986-01-01", parse_moment(AT.isoformat(), "on"), "record", "1986-01-01")
    return composer(profile).compose(Record({**pieces, "birth_date": (born,)}), AT, request)


@functools.cache
def susceptible(profile: str = "us") -> RegimenAnswer:
    return answer(profile)


@functools.cache
def resistant() -> RegimenAnswer:
    return answer("who", rifampin_susceptibility="resistant", isoniazid_susceptibility="resistant")


def plans(of: RegimenAnswer) -> list[dict[str, Any]]:
    return [it["resource"] for it in care_plan_bundle(of, knowledge())["entry"][:-1]]


def issues(of: RegimenAnswer) -> list[dict[str, Any]]:
    outcome = care_plan_bundle(of, knowledge())["entry"][-1]["resource"]
    assert outcome["resourceType"] == "OperationOutcome"
    return outcome["issue"]


def first(of: RegimenAnswer, status: RegimenStatus = RegimenStatus.ELIGIBLE) -> Composed:
    return next(it for it in of.regimens if it.status is status)


def alone(of: RegimenAnswer, composed: Composed) -> RegimenAnswer:
    return replace(of, regimens=(composed,), test_next=(), question_groups=(), not_checked=())


def notes(of: RegimenAnswer, composed: Composed) -> list[str]:
    (plan,) = plans(alone(of, composed))
    return [it["text"] for it in plan["note"]]


@pytest.mark.parametrize("profile", ["us", "who"])
def test_each_regimen_that_may_be_proposed_is_a_draft_in_its_place_and_no_other_is(profile: str):
    of = susceptible(profile)
    made = care_plan_bundle(of, knowledge())
    assert (made["resourceType"], made["type"]) == ("Bundle", "collection")
    eligible = [it for it in of.regimens if it.status is RegimenStatus.ELIGIBLE]
    assert eligible
    assert len(eligible) < len(of.regimens)
    assert [it["identifier"][0]["value"] for it in plans(of)] == [it.id for it in eligible]
    assert len({it["fullUrl"] for it in made["entry"]}) == len(made["entry"])
    for place, (plan, composed) in enumerate(zip(plans(of), eligible, strict=True), 1):
        assert (plan["status"], plan["intent"], plan["created"]) == ("draft", "proposal", AT.isoformat())
        assert plan["title"] == composed.name
        assert plan["description"] == f"{composed.says} {PROPOSAL.capitalize()}."
        assert plan["category"] == [{"text": f"treatment of tuberculosis, {composed.path}"}]
        assert plan["subject"] == {"display": "the patient of the record that was handed in"}
        assert plan["note"][0]["text"].endswith(f"Place {place} among the regimens that may be proposed.")
        assert "no clinician has reviewed" in plan["note"][-1]["text"]
        assert composed.name in plan["text"]["div"]


def test_a_plan_holds_every_drug_of_every_phase_with_its_days_and_codes():
    plan = plans(susceptible())[0]
    assert plan["title"] == "2HRZE/4HR, 7 days a week"
    assert plan["period"] == {"start": "2026-12-01", "end": "2027-05-31"}
    details = [it["detail"] for it in plan["activity"]]
    assert [it["scheduledPeriod"] for it in details] == [
        *[{"start": "2026-12-01", "end": "2027-01-25"}] * 4, *[{"start": "2027-01-26", "end": "2027-05-31"}] * 2,
    ]  # fmt: skip
    assert {(it["kind"], it["status"], it["doNotPerform"]) for it in details} == {
        ("MedicationRequest", "not-started", False),
    }
    names = [it["productCodeableConcept"]["text"].split(" ")[0].lower() for it in details]
    composed = first(susceptible())
    assert names == [drug.drug for phase in composed.phases for drug in phase.drugs]
    assert all("56 doses complete it" in it["description"] for it in details[:4])
    assert all("7 days a week" in it["description"] for it in details)
    assert all(it["description"].endswith(f"No dose is proposed here: {PROPOSAL}.") for it in details)


def test_without_a_start_lengths_stand_in_words():
    plan = plans(answer(request=RegimenRequest()))[0]
    assert "period" not in plan
    composed = first(answer(request=RegimenRequest()))
    lengths = [phase.length for phase in composed.phases for _ in phase.drugs]
    assert [it["detail"]["scheduledString"] for it in plan["activity"]] == lengths
    assert not [it for it in plan["activity"] if "scheduledPeriod" in it["detail"]]
    (bare,) = plans(alone(susceptible(), replace(composed, phases=())))
    assert "period" not in bare
    assert bare["activity"] == []


def test_the_longest_usual_length_of_the_last_phase_ends_a_plan():
    composed = first(susceptible())
    *rest, last = composed.phases
    longer = replace(composed, phases=(*rest, replace(last, ends_at_latest=date(2027, 8, 31))))
    (plan,) = plans(alone(susceptible(), longer))
    assert plan["period"]["end"] == "2027-08-31"


def described(**changes: object) -> str:
    """Return how the first drug of the first phase is described, where the phase says just this."""
    composed = first(susceptible())
    plain: dict[str, object] = {"doses_required": None, "days_per_week": None, "complete_by": None}
    phase = replace(composed.phases[0], **{**plain, **changes})  # type: ignore[arg-type]
    (plan,) = plans(alone(susceptible(), replace(composed, phases=(phase,))))
    return str(plan["activity"][0]["detail"]["description"])


def test_a_drug_is_described_by_what_is_known_of_its_phase_and_no_more():
    phase = first(susceptible()).phases[0]
    drug = phase.drugs[0].drug
    bare = f"{phase.name} of {phase.length}; shown effective. No dose is proposed here: {PROPOSAL}."
    assert described() == bare
    assert "; 40 doses complete it; " in described(doses_required=40)
    assert "; 5 days a week; " in described(days_per_week=5)
    assert "; complete by 2027-03-01; " in described(complete_by=date(2027, 3, 1))
    shorter = tuple(replace(it, length="2 weeks") for it in phase.drugs)
    assert f"; {drug} for 2 weeks; " in described(drugs=shorter)


@pytest.mark.parametrize(
    ("role", "effective", "note", "words"),
    [
        ("counted", True, "", "; shown effective."),
        ("counted", False, "", "; shown resistant."),
        ("counted", None, "", "; not tested."),
        ("not_counted", None, "", "; not tested; not counted."),
        ("companion", None, "with vitamin B6", "; companion; with vitamin B6."),
    ],
)
def test_a_drug_says_what_it_is_to_the_regimen(role: str, effective: bool | None, note: str, words: str):
    composed = first(susceptible())
    drug = composed.phases[0].drugs[0].drug
    members = tuple(
        replace(it, role=role, effective=effective, note=note) if it.drug == drug else it for it in composed.drugs
    )
    (plan,) = plans(alone(susceptible(), replace(composed, drugs=members)))
    assert words in plan["activity"][0]["detail"]["description"]


def test_a_plan_cites_its_source_and_every_reason():
    composed = first(susceptible())
    told = notes(susceptible(), composed)
    source = composed.citation
    reading = f"; our reading {composed.interpretation}" if composed.interpretation else ""
    assert told[1] == (
        f"Source: {source.title}, {source.section}, tier {source.tier}, {source.address}{reading}; {composed.review}"
    )
    for reason in composed.reasons:
        cited = f"[{reason.citation.title}, {reason.citation.section}, tier {reason.citation.tier}]"
        assert f"Met: {reason.reads} {cited}" in told
    assert composed.reasons
    open_ = replace(composed.reasons[0], fits=None)
    told = notes(susceptible(), replace(composed, reasons=(open_,)))
    assert [it for it in told if it.startswith("Found out meanwhile: ")]
    assert "; our reading I-0999; " in notes(susceptible(), replace(composed, interpretation="I-0999"))[1]
    assert "our reading" not in notes(susceptible(), replace(composed, interpretation=""))[1]


def test_harms_that_are_shared_stand_with_their_drugs_and_their_source():
    composed = first(susceptible())
    assert composed.overlaps
    told = notes(susceptible(), composed)
    for it in composed.overlaps:
        cited = f"[{it.citation.title}, {it.citation.section}]"
        assert f"Shared harm, {it.label}: {', '.join(it.drugs)} {cited}" in told


def test_what_makes_a_phase_longer_is_said_as_far_as_it_is_known():
    composed = first(susceptible())
    phase, reason = composed.phases[0], composed.reasons[0]

    def told(**changes: object) -> list[str]:
        changed = replace(phase, **{"extension": "", "extended": None, **changes})  # type: ignore[arg-type]
        return notes(susceptible(), replace(composed, phases=(changed, *composed.phases[1:])))

    assert f"{phase.name} is longer with cavities" in told(extension="with cavities")
    assert f"{phase.name}: {reason.reads}" in told(extended=replace(reason, fits=True), extension="with cavities")
    assert f"{phase.name}: Not known yet: {reason.reads}" in told(extended=replace(reason, fits=None))
    assert not [it for it in told() if it.startswith(phase.name)]


def test_what_is_not_in_stock_is_said_and_nothing_where_no_list_was_given():
    composed = first(susceptible())
    assert "Not in stock: isoniazid" in notes(susceptible(), replace(composed, out_of_stock=("isoniazid",)))
    for none in (None, ()):
        assert not [it for it in notes(susceptible(), replace(composed, out_of_stock=none)) if "Not in stock" in it]
    assert any("Not in stock" in it["text"] for it in plans(answer(request=RegimenRequest(stock=Stock(()))))[0]["note"])


def test_an_address_that_is_none_of_the_web_is_not_followed():
    composed = first(susceptible())
    for address, uri in (("https://example.org/x", ["https://example.org/x"]), ("example.org/x", None)):
        changed = replace(composed, citation=replace(composed.citation, address=address))
        (plan,) = plans(alone(susceptible(), changed))
        assert plan.get("instantiatesUri") == uri


def test_what_is_not_for_this_patient_is_an_issue_with_everything_against_it():
    composed = first(susceptible(), RegimenStatus.INELIGIBLE)
    (it, notice) = issues(alone(susceptible(), composed))
    assert (it["severity"], it["code"]) == ("information", "business-rule")
    assert it["details"] == {"text": f"{composed.name}: not for this patient"}
    against = [reason.reads for reason in composed.reasons if reason.counts_as is False]
    against += [objection.says for objection in composed.objections if objection.fits is False]
    assert against
    assert it["diagnostics"] == f"{composed.id}: {'; '.join(one.rstrip('.') for one in against)}"
    assert "no clinician has reviewed" in notice["diagnostics"]
    bare = replace(composed, reasons=(), objections=())
    assert issues(alone(susceptible(), bare))[0]["diagnostics"] == f"{composed.id}: not for this patient"
    more = replace(
        bare, objections=(Objection("pair", ("a", "b"), "A with B."), Objection("x", (), "Open.", fits=None))
    )
    assert issues(alone(susceptible(), more))[0]["diagnostics"] == f"{composed.id}: A with B"


def test_what_cannot_be_assessed_is_an_issue_that_says_what_it_waits_for():
    composed = first(susceptible())
    waiting = replace(
        composed,
        status=RegimenStatus.CANNOT_ASSESS,
        reasons=(),
        objections=(
            Objection("untested", ("bedaquiline",), "Bedaquiline is not tested.", (), None, ("weight", "weight")),
            Objection("unassessed", ("linezolid",), "Not shown.", (), None, ("a_fact_that_nobody_knows",)),
        ),
    )
    it, _ = issues(alone(susceptible(), waiting))
    assert (it["severity"], it["code"]) == ("warning", "incomplete")
    assert it["details"] == {"text": f"{composed.name}: cannot be assessed yet"}
    label = knowledge().facts["weight"].label
    assert it["diagnostics"] == (
        f"{composed.id}: Bedaquiline is not tested; waits for {label}, a_fact_that_nobody_knows"
    )
    bare = replace(waiting, objections=())
    assert issues(alone(susceptible(), bare))[0]["diagnostics"] == f"{composed.id}: cannot be assessed yet"
    reason = replace(composed.reasons[0], fits=None, missing=("weight",))
    open_ = replace(waiting, reasons=(reason,), objections=())
    assert issues(alone(susceptible(), open_))[0]["diagnostics"] == f"{composed.id}: waits for {label}"


def test_what_is_tested_and_asked_next_and_was_not_checked_is_said():
    of = replace(resistant(), not_checked=(Unrecognised("medicine", "red pills", "MedicationRequest/m", "not known"),))
    assert of.test_next
    told = {it["diagnostics"]: (it["severity"], it["code"]) for it in issues(of)}
    informational = ("information", "informational")
    for test in of.test_next:
        assert told[f"Test next: {knowledge().facts[test.fact].label}: {test.because}"] == informational
    for group in of.question_groups:
        assert told[f"Ask: {group.ask_clinician}"] == informational
    unread = "Not checked: medicine “red pills” (MedicationRequest/m): not known"
    assert told[unread] == ("warning", "not-supported")


def test_the_same_answer_is_the_same_bundle():
    assert care_plan_bundle(answer(), knowledge()) == care_plan_bundle(susceptible(), knowledge())

"""What a clinician sees: the cases were written from their sources before they were run; `docs/how-to/cds-hooks.md`."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import pytest

from cds_calls import NOW, PATIENT, answered, bundle, call, condition, hooks, observation, order, sent
from fullcourse.adapters.cds_hooks.hooks import SERVICES
from fullcourse.adapters.cds_hooks.reading.request import BadCall, Hook, NeededData


@dataclass(frozen=True)
class Case:
    """A call and what is expected: cards that hold, as (indicator, words of the summary, words of the detail)."""

    asked: dict[str, Any]
    cards: tuple[tuple[str, str, str], ...] = ()
    never: tuple[str, ...] = ()
    silent: bool = False


def draft(name: str, number: str = "d1", **more: Any) -> Any:
    return order(name, number, status="draft", **more)


SIGN: dict[str, Case] = {
    # sources: the statements named, each with its own citation in src/fullcourse/knowledge
    "an SSRI that is taken, linezolid ordered": Case(
        call(drafts=(draft("linezolid"),), prefetch=sent(order("sertraline", "m1"))),
        (("critical", "Linezolid order with sertraline", "linezolid.interaction.serotonergic"),),
    ),
    "an SSRI ordered, linezolid taken: seen from the other side": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent(order("linezolid", "m1"))),
        (("critical", "Sertraline order with Linezolid", "linezolid.interaction.serotonergic"),),
    ),
    "an antibiotic beside linezolid, which does not speak of it": Case(
        call(drafts=(draft("amoxicillin"),), prefetch=sent(order("linezolid", "m1"))),
        (
            (
                "info",
                "Not checked, no source here says anything: Amoxicillin with Linezolid",
                "Amoxicillin with Linezolid",
            ),
        ),
        never=('"warning"', '"critical"'),
    ),
    "an antibiotic without bearing, and no list of medicines": Case(
        call(drafts=(draft("amoxicillin"),), prefetch=sent(without=("medicationRequests",))), silent=True
    ),
    "an SSRI, and no list of medicines": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent(without=("medicationRequests",))),
        (("info", "not known; lacking: medicine orders (not sent)", "medicine orders"),),
    ),
    "an SSRI, and a whole list without a drug against tuberculosis": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent(order("amlodipine", "m1"))), silent=True
    ),
    "linezolid above its maximum": Case(
        call(drafts=(draft("linezolid", mg=1200, times=2),), prefetch=sent()),
        (("critical", "2400 mg a day are above the maximum of 1200 mg", "Statement"),),
    ),
    "linezolid at its maximum": Case(
        call(drafts=(draft("linezolid", mg=600, times=2),), prefetch=sent()),
        (("info", "1200 mg a day are above the maximum of 600 mg", "BPaL"),),
        never=('"critical"', "maximum of 1200 mg"),
    ),
    "a dose that nobody can read says nothing wrong": Case(
        call(drafts=(draft("linezolid", dosageInstruction=[{"text": "as told"}]),), prefetch=sent()),
        never=("above the maximum",),
    ),
    "cycloserine in epilepsy": Case(
        call(drafts=(draft("cycloserine"),), prefetch=sent(condition("84757009", "Epilepsy"))),
        (("critical", "Cycloserine order", "cycloserine.contraindication.epilepsy"),),
    ),
    "ethambutol in optic neuritis": Case(
        call(drafts=(draft("ethambutol"),), prefetch=sent(condition("66760008", "Optic neuritis"))),
        (("critical", "Ethambutol order", "ethambutol.contraindication"),),
    ),
    "a protease inhibitor that is taken, rifampin ordered": Case(
        call(drafts=(draft("rifampin"),), prefetch=sent(order("lopinavir / ritonavir", "m1"))),
        (("critical", "Rifampin order", "rifampin.interaction"),),
    ),
    "terizidone beside cycloserine": Case(
        call(drafts=(draft("terizidone"),), prefetch=sent(order("cycloserine", "m1"))),
        (("critical", "Terizidone order", "cycloserine"),),
    ),
    "cycloserine drawn up beside terizidone": Case(
        call(drafts=(draft("terizidone", "d1"), draft("cycloserine", "d2")), prefetch=sent()),
        (("critical", "order", "cycloserine"),),
    ),
    "ondansetron ordered beside bedaquiline": Case(
        call(drafts=(draft("ondansetron"),), prefetch=sent(order("bedaquiline", "m1"))),
        (("critical", "Ondansetron order with Bedaquiline", "bedaquiline.interaction.ondansetron"),),
    ),
    "levofloxacin into the eye": Case(
        call(drafts=(draft("levofloxacin 5 mg/mL eye drops"),), prefetch=sent()), silent=True
    ),
    "an order without a medicine, beside linezolid": Case(
        call(drafts=(draft(""),), prefetch=sent(order("linezolid", "m1"))),
        (("warning", "not checked beside drugs against tuberculosis", "names no medicine"),),
    ),
    "an order that is not read, beside linezolid": Case(
        call(drafts=(draft("Xyzzolam forte"),), prefetch=sent(order("linezolid", "m1"))),
        (("warning", "Order “Xyzzolam forte”: not checked", "Xyzzolam"),),
    ),
    "an order without a medicine, and a whole list without a drug against tuberculosis": Case(
        call(drafts=(draft(""),), prefetch=sent(order("amlodipine", "m1"))), silent=True
    ),
    "a diet and a laboratory order": Case(
        call(
            drafts=(
                {"resourceType": "NutritionOrder", "id": "n1", "status": "draft"},
                {"resourceType": "ServiceRequest", "id": "s1", "status": "draft", "intent": "order"},
            ),
            prefetch=sent(order("linezolid", "m1")),
        ),
        silent=True,
    ),
    "an order that is stopped is no order": Case(
        call(drafts=(order("sertraline", "d1", status="stopped"),), prefetch=sent(order("linezolid", "m1"))),
        silent=True,
    ),
    "an order not to give something": Case(
        call(drafts=(draft("sertraline", doNotPerform=True),), prefetch=sent(order("linezolid", "m1"))), silent=True
    ),
    "a signed order that is signed again takes the place of the record's own": Case(
        call(drafts=(order("linezolid", "m1"),), prefetch=sent(order("linezolid", "m1"), order("sertraline", "m2"))),
        (("critical", "Linezolid order with sertraline", "serotonergic"),),
    ),
    "linezolid with nothing known": Case(
        call(drafts=(draft("linezolid"),), prefetch={"patient": PATIENT}),
        (("warning", "Linezolid order: cannot be assessed", "allergies \\(not sent\\)".replace("\\", "")),),
    ),
    "bedaquiline with a QTcF of 510 ms": Case(
        call(drafts=(draft("bedaquiline"),), prefetch=sent(observation("76634-5", "QTcF", 510, "ms", "o1"))),
        (("critical", "Bedaquiline order", "QT"),),
    ),
    # from reports on other services: cds-hooks/docs pull 545 and issue 157, HL7-DaVinci/CRD pull 286,
    # cqframework/cqf-ruler issues 18, 30 and 535, HL7-DaVinci/CRD pull 242 and issue 296, cds-hooks/docs issue 411
    "null for a key is no list that is complete": Case(
        call(drafts=(draft("linezolid"),), prefetch=sent()),
        (("warning", "cannot be assessed, not known", "medicine list complete"),),
    ),
    "an error in the place of the allergies": Case(
        call(
            drafts=(draft("linezolid"),),
            prefetch=sent() | {"allergies": {"resourceType": "OperationOutcome", "issue": []}},
        ),
        (("warning", "Linezolid order", "allergies (an error was sent in its place)"),),
    ),
    "a medicine order of DSTU2 beside linezolid": Case(
        call(
            drafts=(
                {
                    "resourceType": "MedicationOrder",
                    "id": "o1",
                    "status": "draft",
                    "patient": {"reference": "Patient/p1"},
                    "medicationCodeableConcept": {"text": "sertraline"},
                },
            ),
            prefetch=sent(order("linezolid", "m1")),
        ),
        (("warning", "not checked beside drugs against tuberculosis", "R4 is read"),),
    ),
    "a medicine inside the order": Case(
        call(
            drafts=(
                draft(
                    "",
                    contained=[{"resourceType": "Medication", "id": "x", "code": {"text": "sertraline"}}],
                    medicationReference={"reference": "#x"},
                ),
            ),
            prefetch=sent(order("linezolid", "m1")),
        ),
        (("critical", "Sertraline order with Linezolid", "serotonergic"),),
    ),
    "a medicine beside the order": Case(
        call(
            drafts=(
                draft("", medicationReference={"reference": "Medication/x"}),
                {"resourceType": "Medication", "id": "x", "code": {"text": "sertraline"}},
            ),
            prefetch=sent(order("linezolid", "m1")),
        ),
        (("critical", "Sertraline order with Linezolid", "serotonergic"),),
    ),
    "a key that nobody asked for, and a word for a resource": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent(order("linezolid", "m1")) | {"user": "123"}),
        (("critical", "Sertraline order with Linezolid", "serotonergic"),),
    ),
    "a patient in a Bundle, where one was to be read": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent(order("linezolid", "m1")) | {"patient": bundle(PATIENT)}),
        (("critical", "Sertraline order with Linezolid", "serotonergic"),),
    ),
    "one order where a list was to be sent is no whole list": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent() | {"medicationRequests": order("amlodipine", "m1")}),
        (("info", "lacking: medicine orders (sent in part)", "sent in part"),),
    ),
    "two drafts under one id are two orders": Case(
        call(drafts=(draft("amoxicillin", "d1"), draft("sertraline", "d1")), prefetch=sent(order("linezolid", "m1"))),
        (("critical", "Sertraline order with Linezolid", "serotonergic"),),
    ),
    "an order without an id": Case(
        call(
            drafts=({k: v for k, v in draft("sertraline").items() if k != "id"},),
            prefetch=sent(order("linezolid", "m1")),
        ),
        (("critical", "Sertraline order with Linezolid", "serotonergic"),),
    ),
}


@pytest.mark.parametrize("name", SIGN)
def test_a_case_of_order_sign(name: str):
    case = SIGN[name]
    cards = answered(case.asked)
    told = json.dumps([(card["indicator"], card["summary"]) for card in cards], ensure_ascii=False)
    if case.silent:
        assert cards == [], told
    for indicator, summary, detail in case.cards:
        assert any(
            card["indicator"] == indicator and summary in card["summary"] and detail in plain(card["detail"])
            for card in cards
        ), told
    for words in case.never:
        assert words not in told


def plain(markdown: str) -> str:
    return markdown.replace("\\", "")


def test_what_the_record_holds_and_nobody_understood_is_named_on_every_card():
    prefetch = sent(order("sertraline", "m1"), order("Xyzzolam forte", "m2"))
    for asked in (
        call(drafts=(draft("linezolid"),), prefetch=prefetch),
        call(
            "patient-view", prefetch=sent(order("linezolid", "m3"), order("sertraline", "m1"), order("Xyzzolam", "m2"))
        ),
    ):
        cards = answered(asked)
        assert cards
        assert all("not checked: Xyzzolam" in card["detail"] for card in cards)


def test_order_select_asks_about_what_was_selected_and_takes_the_rest_for_ordered():
    drafts = (draft("linezolid", "d1"), draft("sertraline", "d2"), draft("amoxicillin", "d3"))
    chosen = {
        it: answered(call("order-select", drafts, sent(), (f"MedicationRequest/{it}",))) for it in ("d1", "d2", "d3")
    }
    assert [it["indicator"] for it in chosen["d3"]] == ["info"]
    assert chosen["d3"][0]["summary"].endswith("Amoxicillin with Linezolid")
    assert any("Sertraline order with Linezolid" in card["summary"] for card in chosen["d2"])
    assert any("Linezolid order with sertraline" in card["summary"] for card in chosen["d1"])


def test_a_selection_that_is_not_among_the_drafts_is_named_beside_a_drug_against_tuberculosis():
    asked = call("order-select", (), sent(order("linezolid", "m1")), ("MedicationRequest/gone",))
    (card,) = answered(asked)
    assert card["indicator"] == "warning"
    assert "not checked" in card["summary"]
    assert answered(call("order-select", (), sent(), ("MedicationRequest/gone",))) == []


def test_patient_view_says_what_speaks_against_what_is_taken():
    cards = answered(call("patient-view", prefetch=sent(order("linezolid", "m1"), order("sertraline", "m2"))))
    assert cards[0]["indicator"] == "critical"
    assert "Linezolid, sertraline" in cards[0]["summary"]
    assert "Still open, and could forbid it" in cards[0]["detail"]


def test_patient_view_names_what_is_not_established():
    (card,) = answered(call("patient-view", prefetch=sent(order("linezolid", "m1"))))
    assert card["indicator"] == "warning"
    assert card["summary"].startswith("Linezolid: not established: ")
    assert card["selectionBehavior"] == "any"
    assert {it["actions"][0]["resource"]["resourceType"] for it in card["suggestions"]} == {"ServiceRequest"}


def test_patient_view_is_silent_for_everybody_else():
    assert answered(call("patient-view", prefetch=sent(order("sertraline", "m1")))) == []
    (card,) = answered(call("patient-view", prefetch=sent(without=("medicationRequests",))))
    assert card["indicator"] == "info"
    assert "not known" in card["summary"]


@pytest.mark.parametrize("hook", list(Hook))
def test_without_the_patient_nothing_is_said_of_a_drug_against_tuberculosis(hook: Hook):
    asked = call(hook, (draft("linezolid"),), {"medicationRequests": bundle(order("linezolid", "m1"))})
    with pytest.raises(NeededData, match="patient was not sent"):
        answered(asked)


def test_another_patient_than_the_one_of_the_call_is_refused():
    asked = call(drafts=(draft("linezolid"),), prefetch=sent() | {"patient": {**PATIENT, "id": "p2"}})
    with pytest.raises(NeededData, match="another"):
        answered(asked)


def test_discovery_names_three_services_with_what_each_asks_for():
    services: Any = hooks().discovery()["services"]
    assert [it["id"] for it in services] == [it.id for it in SERVICES]
    assert {it["hook"] for it in services} == {"patient-view", "order-select", "order-sign"}
    for service in services:
        assert set(service) == {"hook", "title", "description", "id", "prefetch", "usageRequirements"}
        assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"


def test_a_service_answers_its_own_hook_only():
    with pytest.raises(BadCall, match="'hook'"):
        hooks().answer(call("patient-view"), Hook.ORDER_SIGN, NOW)


def test_the_same_call_gives_the_same_answer_after_another_patient():
    asked = SIGN["an SSRI that is taken, linezolid ordered"].asked
    first = answered(asked)
    answered(call(drafts=(draft("linezolid"),), prefetch=sent()))
    assert answered(asked) == first


def test_calls_at_once_are_each_answered_about_their_own_patient():
    asked = [
        call(drafts=(draft("linezolid"),), prefetch=sent(order("sertraline", "m1"))),
        call(drafts=(draft("linezolid"),), prefetch=sent()),
        call(drafts=(draft("cycloserine"),), prefetch=sent(condition("84757009", "Epilepsy"))),
        call("patient-view", prefetch=sent(order("linezolid", "m1"), order("sertraline", "m2"))),
    ]
    alone = [answered(it) for it in asked]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(answered, asked * 15))
    finally:
        sys.setswitchinterval(before)
    assert together == alone * 15


def test_a_call_waits_while_the_rules_look_at_another_patient():
    answering = hooks()
    with ThreadPoolExecutor(1) as thread:
        with answering._one_at_a_time:
            waiting = thread.submit(answered, SIGN["cycloserine in epilepsy"].asked)
            assert wait([waiting], timeout=0.3).not_done
        assert waiting.result(timeout=30)[0]["indicator"] == "critical"

"""CDS Hooks 2.0: every example of the specification is answered or declined; every answer keeps its invariants.

The invariants are those of the logical models of HL7/cds-hooks, run as FHIRPath.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fhirpathpy import evaluate
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cds_calls import INSTANCE, NOW, allergy, answered, bundle, call, condition, hooks, observation, order, sent
from dose_answers import answer_of
from effort import examples
from fullcourse.adapters.cds_hooks.cards.card import CdsCard, Indicator, card_json
from fullcourse.adapters.cds_hooks.cards.suggestions import other_dose
from fullcourse.adapters.cds_hooks.hooks import SERVICES
from fullcourse.adapters.cds_hooks.reading.orders import Draft
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.cds_hooks import CDS_HOOKS
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.settings import read_settings

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE.parent / "data" / "cds-hooks-examples").glob("*.json"))
SCHEMA = jsonschema_rs.validator_for(json.loads((HERE / "data" / "cds-hooks-response.schema.json").read_text("utf-8")))
REQUEST = jsonschema_rs.validator_for(
    json.loads((HERE / "data" / "fhir-r4-medication-request.schema.json").read_text("utf-8"))
)
SUMMARY = "cards.all(summary.length() < 140)"
INVARIANTS = {
    "resp-1": "cards.all((selectionBehavior = 'at-most-one') implies suggestions.where(isRecommended).count() <= 1)",
    "resp-2": "cards.suggestions.actions.where(type = 'delete').all(resourceId.exists() and resource.exists().not())",
    "resp-3": "cards.links.where(type != 'smart').all(appContext.exists().not())",
    "resp-4": "cards.overrideReasons.all(display.exists())",
    "resp-5": "cards.suggestions.all(actions.all(description.exists()))",
    "resp-6": "cards.all(suggestions.exists() implies selectionBehavior.exists())",
    "indicator": "cards.all(indicator in ('info' | 'warning' | 'critical'))",
    "source": "cards.all(source.label.exists())",
}


@cache
def client() -> TestClient:
    service = Service(read_settings({"FULLCOURSE_OPEN_ADVICE": "yes"}), load_knowledge(), now=lambda: NOW)
    return TestClient(make_app(service, CDS_HOOKS), raise_server_exceptions=False)


def holds(answer: dict[str, Any]) -> None:
    assert [error.message for error in SCHEMA.iter_errors(answer)] == []
    for name, invariant in INVARIANTS.items():
        assert evaluate(answer, invariant) in ([True], []), name
    assert evaluate(answer, SUMMARY) in ([True], [])
    assert "null" not in json.dumps(answer).replace('"', " ").split()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda it: it.stem)
def test_every_example_of_the_specification_is_answered_or_declined(path: Path):
    example = json.loads(path.read_text("utf-8"))
    for service in SERVICES:
        whole = {"hook": service.hook.value, "hookInstance": INSTANCE, **example}
        for body in (example, whole):
            answer = client().post(f"/cds-services/{service.id}", json=body)
            assert answer.status_code in (200, 400, 412), answer.text
            if answer.status_code == 200:
                holds(answer.json())
        feedback = client().post(f"/cds-services/{service.id}/feedback", json=example)
        assert feedback.status_code in (400, 404)


def test_the_examples_come_to_what_they_did():
    """Whole calls are answered, or declined for want of the patient; parts of calls are declined."""
    statuses: Counter[int] = Counter()
    for path in EXAMPLES:
        example = json.loads(path.read_text("utf-8"))
        for service in SERVICES:
            whole = {"hookInstance": INSTANCE, **example, "hook": service.hook.value}
            statuses[client().post(f"/cds-services/{service.id}", json=whole).status_code] += 1
    assert len(EXAMPLES) == 58
    assert set(statuses) == {200, 400, 412}
    assert statuses[200] >= 9


PEOPLE: dict[str, tuple[Any, ...]] = {
    "nobody": (),
    "an SSRI": (order("sertraline", "m1"),),
    "linezolid and epilepsy": (order("linezolid", "m1"), condition("84757009", "Epilepsy")),
    "many": (
        order("bedaquiline", "m1"), order("clofazimine", "m2"), order("moxifloxacin", "m3"), order("fluoxetine", "m4"),
        observation("2823-3", "Potassium", 2.9, "mmol/L", "o1"), observation("76634-5", "QTcF", 470, "ms", "o2"),
        observation("777-3", "Platelets", 90, "10*3/uL", "o3"), allergy("294614007", "Allergy to isoniazid"),
        condition("35489007", "Depressive disorder"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("drug", sorted(hooks().knowledge.drugs))
def test_the_answer_about_every_drug_keeps_the_invariants(drug: str, person: str):
    draft = order(drug, "d1", status="draft", mg=20_000)
    holds({"cards": answered(call(drafts=(draft,), prefetch=sent(*PEOPLE[person])))})


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    "medicine", ["ondansetron", "sertraline", "ketoconazole", "warfarin", "phenytoin", "amoxicillin"]
)
def test_the_answer_about_what_is_ordered_beside_them_keeps_the_invariants(medicine: str, person: str):
    draft = order(medicine, "d1", status="draft")
    holds({"cards": answered(call(drafts=(draft,), prefetch=sent(*PEOPLE[person])))})
    holds({"cards": answered(call("patient-view", prefetch=sent(*PEOPLE[person])))})


def test_the_invariants_can_fail():
    for broken in (
        {"summary": "x" * 140, "indicator": "info", "source": {"label": "x"}},
        {"summary": "x", "indicator": "hard-stop", "source": {"label": "x"}},
        {"summary": "x", "indicator": "info", "source": {}},
        {"summary": "x", "indicator": "info", "source": {"label": "x"}, "suggestions": [{"label": "x", "actions": []}]},
    ):
        with pytest.raises(AssertionError):
            holds({"cards": [broken]})


NASTY = st.text(
    alphabet=st.sampled_from("ab <>&[]()!*_`\\|#~:/@'\"\n\r\t\0\u202e\u200bé𝔘http.javascript"), max_size=400
)


@settings(max_examples=examples(60), deadline=None)
@given(name=NASTY)
def test_no_name_makes_a_summary_long_or_a_detail_active(name: str):
    asked = call(drafts=(order(name or "x", "d1", status="draft"),), prefetch=sent(order("linezolid", "m1")))
    cards = answered(asked)
    holds({"cards": cards})
    for card in cards:
        detail = card["detail"]
        assert "<" not in detail
        links = [it.partition(")")[0] for it in detail.split("](")[1:]]
        assert all(link.startswith(("https://", "http://")) for link in links)
        assert not set(card["summary"]) & set("\n\r\t\0\u202e\u200b")


@pytest.mark.parametrize("attack", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](https://evil.example/x)",
    "<https://evil.example>", "https://evil.example/x", "www.evil.example", "a@evil.example", "`x` **b** _c_ ~~d~~",
    "# head", "- list", "1. list", "| a | b |\n|--|--|", "&lt;script&gt;", "\\[a\\](https://evil.example)", "[x]: https://evil.example",
    "</div><div>", "<!-- x -->", "&#60;script&#62;", "$x$", "^[note]", "[^1]", ":smile:",
])  # fmt: skip
def test_a_name_that_attacks_stays_a_name(attack: str):
    from fullcourse.adapters.cds_hooks.cards.markdown import recorded_words

    shown = recorded_words(attack)
    assert "<" not in shown
    for mark in "[]()!*_`#|~:@.":
        assert shown.count(mark) == shown.count(f"\\{mark}")
    asked = call(drafts=(order(attack, "d1", status="draft"),), prefetch=sent(order("linezolid", "m1")))
    for card in answered(asked):
        assert "<" not in card["detail"]
        assert "](https://evil" not in card["detail"]
        assert "javascript:" not in card["detail"]


@given(summary=st.text(max_size=400))
def test_a_summary_never_passes_the_limit(summary: str):
    card = card_json(CdsCard(f"x{summary}", "d", Indicator.INFO, None, ("x",)), "")
    assert 0 < len(str(card["summary"])) <= 139


@pytest.mark.parametrize("length", [139, 140])
def test_the_longest_summary(length: int):
    card = card_json(CdsCard("x" * length, "", Indicator.INFO, None, ("x",)), "")
    assert str(card["summary"]) == ("x" * 139 if length == 139 else "x" * 138 + "…")


def test_another_dose_is_a_whole_order_that_is_valid():
    sent_draft = order("cycloserine", "d1", status="draft", mg=2_000, encounter={"reference": "Encounter/1"})
    (suggestion,) = other_dose(
        Draft("MedicationRequest/d1", sent_draft, True, True), answer_of(TITRATION), "Cycloserine"
    )
    (action,) = suggestion.actions
    assert action.kind == "update"
    assert action.resource is not None
    assert action.resource["id"] == "d1"
    assert action.resource["encounter"] == {"reference": "Encounter/1"}
    assert [error.message for error in REQUEST.iter_errors(json.loads(json.dumps(action.resource)))] == []
    new = {name: value for name, value in sent_draft.items() if name != "id"}
    (made,) = other_dose(Draft("MedicationRequest/draft-1", new, False, True), answer_of(TITRATION), "Cycloserine")
    assert made.actions[0].kind == "create"
    assert made.actions[0].resource is not None
    assert "id" not in made.actions[0].resource
    assert other_dose(Draft("MedicationRequest/d1", sent_draft, True, True), None, "Cycloserine") == ()


TITRATION = {"profile": "us", "drug": "cycloserine"}


def test_what_a_source_names_in_the_place_of_an_order_is_shown_where_nothing_forbids_it():
    draft = order("ondansetron", "d1", status="draft")
    card = answered(call(drafts=(draft,), prefetch=sent(order("bedaquiline", "m1"))))[0]
    (instead, removal) = card["suggestions"]
    assert instead["label"].startswith("Order metoclopramide in place of ondansetron")
    assert [it["type"] for it in instead["actions"]] == ["delete", "create"]
    made = instead["actions"][1]["resource"]
    assert made["subject"] == {"reference": "Patient/p1"}
    assert "dosageInstruction" not in made
    assert [error.message for error in REQUEST.iter_errors(made)] == []
    assert removal["actions"] == [
        {"type": "delete", "description": "Remove the order of Ondansetron", "resourceId": "MedicationRequest/d1"}
    ]
    # Of metoclopramide beside cycloserine no statement speaks: it was not cleared, and is not shown.
    both = answered(call(drafts=(draft,), prefetch=sent(order("bedaquiline", "m1"), order("cycloserine", "m2"))))[0]
    assert not any("metoclopramide" in it["label"] for it in both["suggestions"])


def test_a_missing_test_is_an_order_with_its_code():
    cards = answered(call(drafts=(order("linezolid", "d1", status="draft"),), prefetch=sent()))
    (card,) = (it for it in cards if "cannot be assessed" in it["summary"])
    codes = {it["actions"][0]["resource"]["code"]["coding"][0]["code"] for it in card["suggestions"]}
    assert "777-3" in codes or "26515-7" in codes  # platelets
    for it in card["suggestions"]:
        resource = it["actions"][0]["resource"]
        assert (resource["status"], resource["intent"]) == ("draft", "order")
        assert resource["subject"] == {"reference": "Patient/p1"}
    assert card["selectionBehavior"] == "any"


def test_a_bundle_with_an_extension_in_every_place_is_read():
    extension = [{"url": "https://x.example", "valueString": "y"}]
    draft = order("sertraline", "d1", status="draft", extension=extension)
    held = bundle({**order("linezolid", "m1"), "extension": extension}, extension=extension)
    asked = call(
        drafts=(draft,), prefetch=sent() | {"medicationRequests": held}, extension={"com.example": {"a": None}}
    )
    assert answered(asked)[0]["indicator"] == "critical"

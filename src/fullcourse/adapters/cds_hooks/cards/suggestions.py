"""What a person may take with one click: another dose, another medicine, the test that is missing, no order at all.

Each is a draft that is signed like any other, and signing it asks again.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from fullcourse.adapters.cds_hooks.cards.card import Action, Suggestion
from fullcourse.adapters.cds_hooks.reading.orders import Draft
from fullcourse.adapters.fhir.write.elements import SYSTEMS, drug_concept
from fullcourse.adapters.fhir.write.medication_request import dosage_instructions
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.journey.dose import DoseAnswer
from fullcourse.journey.orders import OrderChecker, OrdersAnswer
from fullcourse.knowledge.library import Knowledge

__all__ = ["missing_tests", "other_dose", "removal", "replacements"]

_TB_DRUGS: Final = "class.tb_drugs"
_MOST_TESTS: Final = 4
_COPIED: Final = ("subject", "encounter", "requester", "recorder", "reasonCode", "reasonReference")
"""What a new order has from the one whose place it takes."""


def removal(draft: Draft, name: str) -> tuple[Suggestion, ...]:
    """Return the suggestion to take an order back; none for one that has no id of its own."""
    if not draft.has_own_id:
        return ()
    return (Suggestion(f"Remove the order of {name}", (_removed(draft, name),)),)


def _removed(draft: Draft, name: str) -> Action:
    return Action("delete", f"Remove the order of {name}", deletes=draft.origin)


def other_dose(draft: Draft, answer: DoseAnswer | None, name: str) -> tuple[Suggestion, ...]:
    """Return the suggestion of the dose that the sources give this patient; none where they give none."""
    if answer is None or not answer.steps:
        return ()
    instructions = list(dosage_instructions(answer.steps))
    says = f"Order {name} as: {'; '.join(str(it['text']) for it in instructions)}"
    resource = {**draft.sent, "dosageInstruction": instructions}
    if not draft.has_own_id:
        resource.pop("id", None)
    return (Suggestion(says, (Action("update" if draft.has_own_id else "create", says, resource),)),)


def replacements(
    findings: Iterable[Finding], orders: Mapping[str, Draft], answer: OrdersAnswer, checker: OrderChecker
) -> tuple[Suggestion, ...]:
    """Return the medicines that a source names in the place of an order, as far as nothing known forbids them.

    Args:
        findings: Of one card.
        orders: Draft orders that the card is about, by origin.
        answer: What is said of them.
        checker: By which it was said.
    """
    names = dict.fromkeys(
        name for finding in findings if finding.management is not None for name in finding.management.instead
    )
    made: list[Suggestion] = []
    for origin, draft in orders.items():
        ordered = answer.ordered.get(origin)
        if ordered is None or not draft.has_own_id:
            continue
        for name in names:
            read = recognise(name, ())
            is_of_kind = checker.is_against_tb(ordered) == _is_against_tb(read.ingredients, checker.knowledge)
            other = Medicine(name, read.ingredients, (), read.recognised_by, Taken.NOW, None, None, "instead")
            if not read.ingredients or not is_of_kind or not checker.may_stand_in(answer, other):
                continue
            says = f"Order {name} in place of {ordered.name}; its dose is to be written"
            resource = _order_of(name, read.ingredients, draft, checker.knowledge)
            made.append(Suggestion(says, (_removed(draft, ordered.name), Action("create", says, resource))))
    return tuple(made)


def _is_against_tb(ingredients: Iterable[str], knowledge: Knowledge) -> bool:
    return any(knowledge.in_class(it, {}, _TB_DRUGS) for it in ingredients)


def _order_of(name: str, ingredients: tuple[str, ...], draft: Draft, knowledge: Knowledge) -> dict[str, object]:
    drug = knowledge.drugs.get(ingredients[0]) if len(ingredients) == 1 else None
    concept: dict[str, object] = drug_concept(drug) if drug is not None else {"text": name}
    kept = {key: draft.sent[key] for key in _COPIED if key in draft.sent}
    return {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": concept,
        **kept,
    }


def missing_tests(facts: Iterable[str], patient: str, knowledge: Knowledge) -> tuple[Suggestion, ...]:
    """Return the orders of tests whose results are not known and would count.

    Args:
        facts: Ids of facts that are missing, the most decisive first.
        patient: FHIR id.
        knowledge: Says by which codes a result is found.
    """
    made: dict[str, Suggestion] = {}
    for name in facts:
        fact = knowledge.facts.get(name)
        if fact is None or fact.kind != "number" or fact.derived:
            continue
        codes = [code for way in fact.found if way.resource == "Observation" for code in way.codes.get("loinc", ())]
        if not codes or len(made) >= _MOST_TESTS:
            continue
        says = f"Order: {fact.label}"
        resource: dict[str, object] = {
            "resourceType": "ServiceRequest",
            "status": "draft",
            "intent": "order",
            "code": {"coding": [{"system": SYSTEMS["loinc"], "code": codes[0]}], "text": fact.label},
            "subject": {"reference": f"Patient/{patient}"},
        }
        made[codes[0]] = Suggestion(says, (Action("create", says, resource),))
    return tuple(made.values())

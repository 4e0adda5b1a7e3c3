"""Exports the statements about a drug as FHIR R5 ClinicalUseDefinition resources in a Bundle.

Doses, tests, supplements and advice on a missed dose have no place in that resource, and are left out and counted;
nothing is bent to fit. Every resource is a draft, because no clinician has reviewed any statement, and says its source
in its narrative. The conditions of a statement are not exported as executable expressions.
"""

from collections.abc import Iterable
from typing import Final

from fullcourse.adapters.fhir.write.elements import (
    Resource,
    cited,
    concept,
    drug_concept,
    entry,
    identifier,
    narrative,
    reference,
    stable_id,
)
from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.consequences import Consequence
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Statement, TakingCondition, Tells, When
from fullcourse.knowledge.vocabulary import DrugIdentity, FactDefinition
from fullcourse.knowledge.walk import atoms_of, facts_of, thens_of
from fullcourse.screening.rulebook import rulebook, slug

__all__ = ["clinical_use_bundle", "kind_of", "owner_of", "statements_of"]

_TOGETHER: Final = frozenset({"interaction", "duplicate"})
_SIDE_EFFECTS: Final = frozenset({"side effects", "expected changes"})
_SYMPTOM: Final = "symptom"
"""How the ids of facts begin that triage hands in."""


def statements_of(drug: DrugIdentity, knowledge: Knowledge) -> tuple[Statement, ...]:
    """Return the statements of a drug's files in their order, then the pairs that stand in the other drug's file."""
    own = [it for it in knowledge.statements.values() if owner_of(it, knowledge) == drug]
    names = {statement.id for statement in own}
    turned = [
        statement
        for statement in rulebook(knowledge, drug).statements
        if statement.id not in names and owner_of(statement, knowledge) is not None
    ]
    return (*own, *turned)


def owner_of(statement: Statement, knowledge: Knowledge) -> DrugIdentity | None:
    """Return the drug in whose file a statement stands; None for one that holds for every drug."""
    first = statement.id.split(".", 1)[0]
    return next((drug for drug in knowledge.drugs.values() if slug(drug) == first), None)


def kind_of(statement: Statement) -> str | None:
    """Return the type of ClinicalUseDefinition that a statement is; None where it is none.

    Returns:
        ``contraindication``, ``indication``, ``interaction``, ``undesirable-effect`` or ``warning``.
    """
    if isinstance(statement.body, Tells):
        return "undesirable-effect" if statement.body.topic in _SIDE_EFFECTS else None
    then = _strictest(statement)
    if then is None:
        return None
    if then.kind == "action":
        return "undesirable-effect" if any(it.startswith(_SYMPTOM) for it in facts_of(statement.body)) else "warning"
    if then.kind != "finding":
        return None
    if then.value in _TOGETHER:
        return "interaction"
    if then.severity is Severity.CONTRAINDICATED:
        return "warning" if then.value == "company" else "contraindication"
    return "indication" if then.value == "indication" and then.severity is Severity.INFO else "warning"


def clinical_use_bundle(drug: DrugIdentity, knowledge: Knowledge) -> tuple[Resource, tuple[Statement, ...]]:
    """Return the Bundle of a drug, and the statements that have no place in it.

    Args:
        drug: Whose statements.
        knowledge: What the sources say.
    """
    medication: Resource = {
        "resourceType": "Medication",
        "id": stable_id("drug", drug.inn),
        "identifier": [identifier("drug", drug.inn)],
        "code": drug_concept(drug),
    }
    resources, left_out = [medication], []
    for statement in statements_of(drug, knowledge):
        kind = kind_of(statement)
        if kind is None:
            left_out.append(statement)
        else:
            resources.append(_definition(statement, kind, drug, medication, knowledge))
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": stable_id("clinical-use", drug.inn),
        "identifier": identifier("knowledge", f"sha256:{knowledge.digest}"),
        "type": "collection",
        "entry": [entry(resource) for resource in resources],
    }
    return bundle, tuple(left_out)


def _definition(
    statement: Statement, kind: str, drug: DrugIdentity, medication: Resource, knowledge: Knowledge
) -> Resource:
    then = _strictest(statement)
    severity = then.severity.word if then is not None and then.severity is not None else ""
    owner = owner_of(statement, knowledge)
    beside = [] if owner is None or owner.inn == drug.inn else [f"Stated of {owner.label}."]
    plain = [statement.patient] if statement.patient else []
    said = [*beside, statement.says, *plain, cited(statement, knowledge)]
    body = {
        "contraindication": ("contraindication", {"diseaseSymptomProcedure": _matter(statement, knowledge)}),
        "indication": ("indication", {"diseaseSymptomProcedure": _matter(statement, knowledge)}),
        "interaction": ("interaction", _interaction(statement, knowledge)),
        "undesirable-effect": ("undesirableEffect", {"symptomConditionEffect": {"concept": concept(statement.says)}}),
        "warning": ("warning", {"description": statement.says}),
    }[kind]
    return {
        "resourceType": "ClinicalUseDefinition",
        "id": stable_id(f"statement:{drug.inn}", statement.id),
        "text": narrative(said),
        "identifier": [identifier("statement", statement.id)],
        "type": kind,
        **({"category": [{"text": f"severity: {severity}"}]} if severity else {}),
        "subject": [reference(medication)],
        "status": {"coding": [{"system": "http://hl7.org/fhir/publication-status", "code": "draft"}]},
        body[0]: body[1],
    }


def _matter(statement: Statement, knowledge: Knowledge) -> Resource:
    """Return the disease or state of a statement: a single fact by its name and code, else in words."""
    atoms = list(atoms_of(statement.body))
    if len(atoms) == 1 and isinstance(atoms[0], FactCondition) and atoms[0].equals is True:
        fact = knowledge.facts[atoms[0].fact]
        return {"concept": concept(fact.label, _codes(fact))}
    return {"concept": concept(statement.says)}


def _codes(fact: FactDefinition) -> dict[str, tuple[str, ...]]:
    """Return the codes of conditions that say yes to a fact."""
    codes_of: dict[str, tuple[str, ...]] = {}
    for way in fact.found:
        if way.resource == "Condition" and way.value is True:
            for system, codes in way.codes.items():
                codes_of[system] = (*codes_of.get(system, ()), *codes)
    return codes_of


def _interaction(statement: Statement, knowledge: Knowledge) -> Resource:
    targets = dict.fromkeys(
        it.target for it in atoms_of(statement.body) if isinstance(it, TakingCondition) and it.expected
    )
    drugs = [{"itemCodeableConcept": _interactant(target, knowledge)} for target in targets]
    return {**({"interactant": drugs} if drugs else {}), "effect": {"concept": concept(statement.says)}}


def _interactant(target: str, knowledge: Knowledge) -> Resource:
    name = target.split(".", 1)[1]
    if target.startswith("drug."):
        drug = knowledge.drugs.get(name)
        return drug_concept(drug) if drug else concept(name)
    members = knowledge.classes[target]
    return concept(members.label, {"atc": members.atc})


def _strictest(statement: Statement) -> Consequence | None:
    thens: Iterable[Consequence] = thens_of(statement.body)
    if isinstance(statement.body, When) and not statement.body.conditions and statement.body.then.kind != "finding":
        return None  # advice for everybody is no matter of one patient
    return max(thens, key=lambda then: then.severity or Severity.INFO, default=None)

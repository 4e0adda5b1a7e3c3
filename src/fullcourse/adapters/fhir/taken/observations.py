"""Results and signs: an Observation, and an AdverseEvent or the answers of a questionnaire as symptoms."""

import json
from functools import lru_cache
from typing import Final

from fullcourse.adapters.fhir.read.codes import Concept, concept_at
from fullcourse.adapters.fhir.read.elements import Element, boolean, child, children, number, text
from fullcourse.adapters.fhir.read.fact_index import FactIndex, Match
from fullcourse.adapters.fhir.read.observations import value_says
from fullcourse.adapters.fhir.read.questionnaire_response import read_response
from fullcourse.adapters.fhir.taken.taking import Draft, Taking, instant, kept_beside, only
from fullcourse.adapters.fhir.write.course_writer import FACT_SYSTEM
from fullcourse.adapters.measures import measure
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition, Found
from fullcourse.triage.report import Heard

__all__ = ["read_adverse_event", "read_observation", "read_questionnaire"]

_UCUM: Final = "http://unitsofmeasure.org"
_SYMPTOM: Final = "symptom"
"""What the ids of facts that are symptoms begin with."""
_BESIDE: Final = (
    "bodySite", "category", "device", "encounter", "interpretation", "method", "note", "performer", "referenceRange",
    "specimen", "basedOn",
)  # fmt: skip
_VALUES: Final = ("valueQuantity", "valueBoolean", "valueCodeableConcept", "valueString")


def read_observation(resource: Element, taking: Taking) -> list[Draft]:
    """Return a result, or a symptom.

    Raises:
        InputError: Something in it is not understood.
    """
    what = "Observation"
    only(resource, ("status", "code", "subject", "effectiveDateTime", "issued", *_VALUES, *_BESIDE), what)
    if text(resource, "status", what) != "final":
        raise InputError(
            f"{what}.status: only final and entered-in-error are taken in. Send a result when it is final; take a "
            "wrong one back as entered-in-error, and send the right one under an identifier of its own."
        )
    match = _fact(resource, taking.knowledge, what)
    values = [name for name in _VALUES if name in resource]
    if len(values) != 1:
        raise InputError(f"{what}.value: one value is needed, and there are {len(values)}. Correct it.")
    kind, body = _said(resource, match, what)
    performers = children(resource, "performer", what)
    actor = taking.actor(performers[0] if performers else None, f"{what}.performer")
    at = instant(text(resource, "effectiveDateTime", what), f"{what}.effectiveDateTime", taking.now)
    draft = Draft("", kind, body, at, taking.recorded(text(resource, "issued", what), f"{what}.issued"), actor)
    return [draft, *kept_beside(resource, _BESIDE, draft)]


def _said(resource: Element, match: Match, what: str) -> tuple[str, dict[str, object]]:
    """Return the kind and the body of what an Observation says of a fact."""
    fact = match.fact
    if fact.id.startswith(_SYMPTOM):
        present = boolean(resource, "valueBoolean", what)
        if present is None:
            raise InputError(f"{what}.value: {fact.label} is there or is not. Write valueBoolean.")
        return "symptom", {"symptom": fact.id, "present": present}
    if fact.kind == "number":
        return "result", _number(resource, fact, f"{what}.valueQuantity")
    value, recorded, _, standing, reason = value_says(match, resource, "value", what)
    if standing is Standing.STATED and isinstance(value, bool):
        return "result", {"fact": fact.id, "value": float(value), "unit": "1"}
    if standing is Standing.STATED:
        return "test_result", {"fact": fact.id, "value": str(value)}
    if fact.kind == "choice" and isinstance(recorded, str) and recorded and standing is Standing.UNUSABLE:
        return "test_result", {"fact": fact.id, "value": recorded}  # a laboratory's own word is kept, and not read
    raise InputError(f"{what}.value: it says nothing clear of {fact.label}: {reason}. Correct it.")


def _number(resource: Element, fact: FactDefinition, place: str) -> dict[str, object]:
    quantity = child(resource, "valueQuantity", place)
    if quantity is None:
        raise InputError(f"{place}: {fact.label} is a number, and there is none. Correct it.")
    if "comparator" in quantity:
        raise InputError(
            f"{place}.comparator: the log holds exact numbers, and this is a bound. It cannot be taken in."
        )
    only(quantity, ("value", "unit", "system", "code"), place)
    value = number(quantity, "value", place)
    system, code, unit = (text(quantity, name, place) for name in ("system", "code", "unit"))
    if value is None or (code and system != _UCUM):
        raise InputError(f"{place}: it is no number with a unit of UCUM. Correct it.")
    measured = measure(fact, exactly(value), code or unit)
    if measured.standing is not Standing.STATED:
        raise InputError(f"{place}: {measured.reason}. Correct it.")
    return {"fact": fact.id, "value": value, "unit": code or unit or "1"}


@lru_cache(maxsize=2)
def _index(knowledge: Knowledge) -> FactIndex:
    return FactIndex(knowledge.facts.values(), knowledge.other_matters.values())


def _fact(resource: Element, knowledge: Knowledge, what: str) -> Match:
    """Return the one fact that the code of a resource speaks of."""
    concept = concept_at(resource, "code", what)
    if concept is None:
        raise InputError(f"{what}.code: nobody can say what was observed. Write a code of it.")
    if name := _symptom(Concept(concept.codes, ()), knowledge):
        return Match(knowledge.facts[name], Found("Observation", {}))
    index = _index(knowledge)
    matches = {it.fact.id: it for it in reversed(index.by_code("Observation", concept.codes))}
    if len(matches) != 1:
        how = "speaks of several facts" if matches else "is not known here"
        raise InputError(f"{what}.code: it {how}, so that nothing would follow. Use LOINC, or {FACT_SYSTEM}.")
    (match,) = matches.values()
    spoken = index.spoken.of(concept.names)
    if spoken and match.fact.spoken_as and match.fact not in spoken:
        raise InputError(f"{what}.code: its code and its words say different things. Correct one of them.")
    return match


def read_adverse_event(resource: Element, taking: Taking) -> list[Draft]:
    """Return the symptom that an adverse event is.

    Raises:
        InputError: It is none that is known here, or says more than a log of symptoms holds.
    """
    what = "AdverseEvent"
    only(resource, ("actuality", "event", "subject", "date", "recordedDate", "recorder"), what)
    if text(resource, "actuality", what) != "actual":
        raise InputError(f"{what}.actuality: what did not happen is no event of a course. Only actual is taken in.")
    concept = concept_at(resource, "event", what)
    name = _symptom(concept, taking.knowledge) if concept is not None else ""
    if not name:
        raise InputError(
            f"{what}.event: it is no symptom that is known here. Use a code of {FACT_SYSTEM}; the Questionnaire of "
            "triage lists them."
        )
    actor = taking.actor(child(resource, "recorder", what), f"{what}.recorder")
    at = instant(text(resource, "date", what), f"{what}.date", taking.now)
    recorded = taking.recorded(text(resource, "recordedDate", what), f"{what}.recordedDate")
    return [Draft("", "symptom", {"symptom": name, "present": True}, at, recorded, actor)]


def _symptom(concept: Concept, knowledge: Knowledge) -> str:
    coded = {code for system, code in concept.codes if system == "fullcourse"}
    if not coded:
        words = {name.casefold() for name in concept.names}
        coded = {it.id for it in knowledge.facts.values() if words & {it.label.casefold(), it.plain.casefold()}}
    names = [it for it in coded if it.startswith(_SYMPTOM) and it in knowledge.facts]
    return names[0] if len(names) == len(coded) == 1 else ""


def read_questionnaire(resource: Element, taking: Taking) -> list[Draft]:
    """Return the symptoms that the answers to the questions of triage tell of, each yes and each no.

    Raises:
        InputError: An answer is not understood, or is neither yes nor no.
    """
    what = "QuestionnaireResponse"
    only(resource, ("questionnaire", "status", "subject", "authored", "author", "source", "item", "encounter"), what)
    if text(resource, "status", what) not in ("completed", "amended"):
        raise InputError(f"{what}.status: only completed and entered-in-error are taken in. Send it when it is whole.")
    symptoms, unread = read_response(json.dumps(resource).encode(), read_questions())
    if unread:
        raise InputError(f"{what}.item: {'; '.join(unread)}. Nothing of it is taken in: correct it.")
    unsure = [name for name, heard in symptoms if heard is Heard.UNSURE]
    if unsure:
        raise InputError(
            f"{what}.item: {', '.join(unsure)}: neither yes nor no, and a log holds no third. Ask again, or leave "
            "these answers out; triage answers what to do while it is not known."
        )
    if not symptoms:
        raise InputError(f"{what}.item: it answers nothing. Send the answers.")
    actor = taking.actor(child(resource, "source", what) or child(resource, "author", what), f"{what}.source")
    at = instant(text(resource, "authored", what), f"{what}.authored", taking.now)
    drafts = [
        Draft(name, "symptom", {"symptom": name, "present": heard is Heard.YES}, at, at, actor)
        for name, heard in symptoms
    ]
    return [*drafts, *kept_beside(resource, ("encounter",), drafts[0])]

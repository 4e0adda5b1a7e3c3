"""Writes who said what an event says, how it is known, and by which program it was written down."""

from typing import Final

from fullcourse.adapters.fhir.write.course_writer import plain, time_text
from fullcourse.adapters.fhir.write.elements import Resource, identifier
from fullcourse.adapters.fhir.write.naming import Names
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import PlanActivated, PlanChanged

__all__ = ["provenance"]

_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_CLAIM: Final = "urn:fullcourse:claim"
_SOFTWARE: Final = "urn:fullcourse:source"


def provenance(event: Event, targets: list[Resource], names: Names) -> Resource:
    """Return the provenance of what was made of an event.

    Args:
        event: The event.
        targets: References to the resources that say it, at least one.
        names: How resources are named.
    """
    agents: list[Resource] = [_agent("author", plain(event.actor))]
    if isinstance(event.body, PlanActivated | PlanChanged):
        agents.append(_agent("verifier", plain(event.body.confirmed_by)))
    agents.append(_agent("assembler", plain(event.source)))
    entities: list[Resource] = []
    if event.supersedes:
        entities.append({"role": "revision", "what": {"identifier": identifier("event", event.supersedes)}})
    if isinstance(event.body, PlanActivated | PlanChanged):
        digest = identifier("knowledge", event.body.plan.knowledge)
        entities.append({"role": "source", "what": {"identifier": digest, "display": "the knowledge of the plan"}})
    return {
        "resourceType": "Provenance",
        "id": names.id("provenance", event.id),
        "target": targets,
        "occurredDateTime": time_text(event.occurred_at),
        "recorded": time_text(event.recorded_at),
        "reason": [
            {"coding": [{"system": _CLAIM, "code": event.claim.value}], "text": f"how it is known: {event.claim.value}"}
        ],
        "activity": {"coding": [{"system": _OPERATION, "code": "UPDATE" if event.supersedes else "CREATE"}]},
        "agent": agents,
        **({"entity": entities} if entities else {}),
    }


def _agent(part: str, who: str) -> Resource:
    return {"type": {"coding": [{"system": _PARTICIPANT, "code": part}]}, "who": {"display": who}}

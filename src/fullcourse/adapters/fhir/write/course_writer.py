"""Writes a course that is lived as FHIR R4: the plans, what was taken and not taken, what was handed out, and results.

An order that somebody else confirmed is shown as a plan (intent ``plan``) and never as an order of its own. A dose
that was corrected or taken back is ``entered-in-error``; one that nobody spoke of is not there at all, and is not "not
done". Who says so, and how it is known, stands in a note of each dose: FHIR has no element for it. What FHIR has no
place for (holds, counts, consents, notes, kinds that nobody knows) is counted in the plan's last note and stands in the
events alone.

The person is a Patient with a random identifier: no log holds a name.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from fullcourse.adapters.fhir.write.elements import Resource, concept, drug_concept, identifier
from fullcourse.adapters.fhir.write.medication_request import dosage_instructions
from fullcourse.adapters.fhir.write.naming import Names
from fullcourse.clinical.answer_head import CONTENT_NOTICE
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import (
    DOSE_BODIES,
    Dispensed,
    DoseBody,
    DosePartlyTaken,
    DoseSkipped,
    DoseVomited,
    PlanActivated,
    PlanChanged,
    Result,
    ResultInWords,
    Symptom,
)
from fullcourse.course.course import Course
from fullcourse.course.schedule import PlanInForce
from fullcourse.journey.dose import PlannedStep
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["FACT_SYSTEM", "CourseWriter", "fact_concept", "plain", "time_text"]

FACT_SYSTEM: Final = "urn:fullcourse:fact"
"""The code system of the facts that a record is asked for, by their ids."""

_UCUM: Final = "http://unitsofmeasure.org"
_COMPLETED: Final = ("cured", "completed")
_FARTHEST: Final = timedelta(hours=14)
"""The largest offset of a time that FHIR R4 writes."""
_CODE: Final = re.compile(r"\S+( \S+)*")
_OTHER_SPACE: Final = re.compile(r"[^\S \r\n\t]")
"""A space that no text of FHIR may hold: one that does not break, a wide one."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


class CourseWriter:
    """Writes one course."""

    def __init__(
        self, course: Course, events: list[Event], knowledge: Knowledge, names: Names, now: datetime | None = None
    ) -> None:
        """Take a course.

        Args:
            course: The course.
            events: Its events, at least one, in the order of receipt.
            knowledge: Holds the codes of drugs and the labels of facts.
            names: How resources are named.
            now: The moment, by which a plan is still taken whose place another takes later; without one the newest
                plan alone is.
        """
        self._course, self._events, self._knowledge, self._names = course, events, knowledge, names
        self._now = now
        self._drugs: dict[str, Resource] = {}
        name = events[0].patient
        self._patient: Resource = {
            "resourceType": "Patient",
            "id": names.id("patient", name),
            "identifier": [identifier("patient", name)],
        }
        self.subject = names.reference(self._patient)

    def resources(self, kinds: Collection[str] | None = None) -> Iterator[tuple[Resource, Event | None]]:
        """Yield the Patient, the plan, its requests, then the events in order of receipt, each with its event.

        Args:
            kinds: Types of the resources that are wanted; all where it is None.
        """

        def is_wanted(kind: str) -> bool:
            return kind != "" and (kinds is None or kind in kinds)

        if is_wanted("Patient"):
            yield self._patient, None
        requests: list[tuple[Resource, Event]] = []
        if is_wanted("CarePlan") or is_wanted("MedicationRequest"):
            by_id = {event.id: event for event in self._events}
            requests = [
                (self._request(plan, drug), by_id[plan.event])
                for plan in self._course.timeline
                for drug in plan.plan.drugs
            ]
        if requests and is_wanted("CarePlan"):
            planned = {plan.event for plan in self._course.timeline}
            left_out = Counter(it.kind for it in self._events if not _type_of(it) and it.id not in planned)
            yield self._care_plan([request for request, _ in requests], left_out), None
        if is_wanted("MedicationRequest"):
            yield from requests
        for event in self._events:
            if is_wanted(_type_of(event)) and (resource := self._told(event)) is not None:
                yield resource, event

    def _care_plan(self, requests: list[Resource], left_out: Counter[str]) -> Resource:
        first, closing = self._course.timeline[0], self._course.closing
        period = {"start": first.plan.starts_on.isoformat()}
        if closing is not None and closing.at.date() >= first.plan.starts_on:
            period["end"] = closing.at.date().isoformat()
        notes = [CONTENT_NOTICE]
        if closing is not None:
            notes.append(f"The course is closed: {closing.why}.")
        if left_out:
            counted = ", ".join(f"{kind} {count}" for kind, count in sorted(left_out.items()))
            notes.append(f"Kept in the events and not in FHIR: {counted}.")
        return {
            "resourceType": "CarePlan",
            "id": self._names.id("course", self._events[0].patient),
            "status": self._plan_status(),
            "intent": "plan",
            "title": "Course of treatment",
            "subject": self.subject,
            "period": period,
            "activity": [{"reference": self._names.reference(request)} for request in requests],
            "note": [{"text": plain(text)} for text in notes],
        }

    def _plan_status(self) -> str:
        closing = self._course.closing
        if closing is None:
            return "active"
        return "completed" if closing.why in _COMPLETED else "revoked"

    def _request(self, plan: PlanInForce, drug: RegimenDrug) -> Resource:
        event = next(event for event in self._events if event.id == plan.event)
        body = event.body
        confirmed = body.confirmed_by if isinstance(body, PlanActivated | PlanChanged) else ""
        because = body.because if isinstance(body, PlanChanged) else ""
        status = {"active": "active", "completed": "completed", "revoked": "stopped"}[self._plan_status()]
        notes = [text for text in (because, f"Regimen {plan.plan.regimen}" if plan.plan.regimen else "") if text]
        return {
            "resourceType": "MedicationRequest",
            "id": self._names.id("planned", f"{event.id}:{drug.drug}"),
            "identifier": [identifier("event", event.id)],
            "status": "stopped" if self._is_replaced(plan) else status,
            "intent": "plan",
            "medicationCodeableConcept": self.drug(drug.drug),
            "subject": self.subject,
            "authoredOn": time_text(event.recorded_at),
            "requester": {"display": plain(confirmed)},
            "dosageInstruction": list(self._dosage(plan, drug)),
            **({"note": [{"text": plain(text)} for text in notes]} if notes else {}),
        }

    def _is_replaced(self, plan: PlanInForce) -> bool:
        """Return whether another plan has taken the place of this one."""
        if plan is self._course.timeline[-1]:
            return False
        return self._now is None or plan.ends is None or plan.ends <= self._now

    def _dosage(self, plan: PlanInForce, drug: RegimenDrug) -> Iterator[Resource]:
        """Yield the steps; one that FHIR's timing cannot say stands in words alone."""
        days = f"Day 1 is {plan.plan.starts_on.isoformat()}, by the clocks of {plan.plan.zone}"
        for number, step in enumerate(drug.steps, 1):
            words: Resource = {"sequence": number, "text": f"{say_dose_plan((step,))}. {days}."}
            if step.cycle or step.after_dialysis:
                yield words
                continue
            for coded in dosage_instructions([PlannedStep(step)]):
                yield {**coded, **words}

    def _told(self, event: Event) -> Resource | None:
        match event.body:
            case Dispensed() as body:
                return self._dispensed(event, body)
            case Result(fact, value, _) if self._is_yes_or_no(fact) and value in (0.0, 1.0):
                return self._observed(event, fact, {"valueBoolean": value == 1.0})
            case Result(fact, value, unit):
                coded = {"system": _UCUM, "code": unit} if _CODE.fullmatch(unit) else {}
                return self._observed(event, fact, {"valueQuantity": {"value": value, "unit": plain(unit), **coded}})
            case ResultInWords(fact, word):
                return self._observed(event, fact, {"valueCodeableConcept": {"text": plain(word)}})
            case Symptom(symptom, present):
                return self._observed(event, symptom, {"valueBoolean": present})
        return self._dose(event, event.body) if isinstance(event.body, DOSE_BODIES) else None

    def _dose(self, event: Event, body: DoseBody) -> Resource:
        notes = [f"As told by: {event.actor}. How it is known: {event.claim.value}."]
        written: Resource = {}
        if isinstance(body, DoseSkipped):
            status, written = "not-done", {"statusReason": [{"text": body.reason}]}
        else:
            status = "completed"
            written = {"dosage": {"dose": {"value": body.mg, "unit": "mg", "system": _UCUM, "code": "mg"}}}
        if isinstance(body, DosePartlyTaken):
            notes.append("Less than the planned dose.")
        if isinstance(body, DoseVomited):
            after = "" if body.minutes_after is None else f", {body.minutes_after:g} minutes after it"
            notes.append(f"Brought up again{after}.")
        return {
            "resourceType": "MedicationAdministration",
            "id": self._names.id("event", event.id),
            "identifier": [identifier("event", event.id)],
            "status": status if self._course.state.stands(event) else "entered-in-error",
            **{key: value for key, value in written.items() if key == "statusReason"},
            "medicationCodeableConcept": self.drug(body.drug),
            "subject": self.subject,
            "effectiveDateTime": time_text(event.occurred_at),
            "note": [{"time": time_text(event.recorded_at), "text": plain(text)} for text in notes],
            **{key: value for key, value in written.items() if key == "dosage"},
        }

    def _dispensed(self, event: Event, body: Dispensed) -> Resource:
        batch: Resource = {}
        if body.lot.strip():
            batch["lotNumber"] = plain(body.lot)
        if body.expires_on is not None:
            batch["expirationDate"] = body.expires_on.isoformat()
        product: Resource = {"resourceType": "Medication", "id": "product", "code": self.drug(body.drug)}
        product["form"] = concept(plain(body.form))
        if batch:
            product["batch"] = batch
        return {
            "resourceType": "MedicationDispense",
            "id": self._names.id("event", event.id),
            "contained": [product],
            "identifier": [identifier("event", event.id)],
            "status": "completed" if self._course.state.stands(event) else "entered-in-error",
            "medicationReference": {"reference": "#product"},
            "subject": self.subject,
            "quantity": {"value": body.units},
            "whenHandedOver": time_text(event.occurred_at),
        }

    def _is_yes_or_no(self, fact: str) -> bool:
        return fact in self._knowledge.facts and self._knowledge.facts[fact].kind in ("history", "state")

    def _observed(self, event: Event, fact: str, value: Resource) -> Resource:
        known = self._knowledge.facts.get(fact)
        return {
            "resourceType": "Observation",
            "id": self._names.id("event", event.id),
            "identifier": [identifier("event", event.id)],
            "status": "final" if self._course.state.stands(event) else "entered-in-error",
            "code": fact_concept(known) if known is not None else concept(plain(fact)),
            "subject": self.subject,
            "effectiveDateTime": time_text(event.occurred_at),
            **value,
        }

    def drug(self, inn: str) -> Resource:
        """Return a drug as a concept; one that the knowledge does not hold is named as it is."""
        if inn not in self._drugs:
            known = self._knowledge.drugs.get(inn)
            self._drugs[inn] = concept(plain(inn)) if known is None else drug_concept(known)
        return dict(self._drugs[inn])


def _type_of(event: Event) -> str:
    """Return the type of the resource that an event is written as; empty where it is in FHIR's plans, or nowhere."""
    if isinstance(event.body, DOSE_BODIES):
        return "MedicationAdministration"
    if isinstance(event.body, Dispensed):
        return "MedicationDispense"
    return "Observation" if isinstance(event.body, Result | ResultInWords | Symptom) else ""


def fact_concept(fact: FactDefinition) -> Resource:
    """Return a fact as a concept: by its own id, and by LOINC where one code alone stands for it."""
    loinc = [code for way in fact.found if way.resource == "Observation" for code in way.codes.get("loinc", ())]
    own: Resource = {"system": FACT_SYSTEM, "code": fact.id}
    coded = concept(fact.label, {"loinc": loinc}).get("coding")
    return {"coding": [own, *(coded if isinstance(coded, list) else ())], "text": fact.label}


def plain(text: str) -> str:
    """Return a text as FHIR holds one: without control characters, with plain spaces alone, and never empty."""
    return _OTHER_SPACE.sub(" ", _CONTROL.sub("", text)).strip() or "not said"


def time_text(at: datetime) -> str:
    """Return an instant as FHIR writes one, in its own offset where FHIR has it."""
    offset = at.utcoffset() or timedelta()
    is_written = abs(offset) <= _FARTHEST and offset.total_seconds() % 60 == 0
    return (at if is_written else at.astimezone(UTC)).isoformat()

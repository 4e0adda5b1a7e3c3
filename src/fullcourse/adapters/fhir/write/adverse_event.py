"""Writes a report of an adverse event as FHIR R4: an AdverseEvent for each reaction, with what they refer to.

It is a draft: an OperationOutcome says what lacks, what differs and what bears on causality. The Patient holds a sex
and nothing else that the user did not write for this report. A code of MedDRA stands only where the user gives it.
"""

import json
from collections.abc import Iterator
from typing import Final

from fullcourse.adapters.documents.report_words import (
    dosage_words,
    drug_heading,
    facts_words,
    history_words,
    measured_words,
    seriousness_words,
)
from fullcourse.adapters.fhir.write.elements import (
    Resource,
    concept,
    drug_concept,
    entry,
    identifier,
    narrative,
    reference,
    stable_id,
)
from fullcourse.adapters.published.report import report_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.knowledge.library import Knowledge
from fullcourse.pharmacovigilance.case_report import AdverseEventReport, Need
from fullcourse.pharmacovigilance.patient import HistoryEntry, ReportedTest
from fullcourse.pharmacovigilance.reaction import MeddraTerm, Outcome, Reaction
from fullcourse.pharmacovigilance.reported_drug import ActionTaken, ReportedDrug

__all__ = ["adverse_event_bundle"]

_HL7: Final = "http://terminology.hl7.org/CodeSystem"
_MEDDRA: Final = "https://www.meddra.org"
_UCUM: Final = "http://unitsofmeasure.org"
_OUTCOMES: Final = {
    Outcome.RECOVERED: "resolved",
    Outcome.RECOVERING: "recovering",
    Outcome.NOT_RECOVERED: "ongoing",
    Outcome.RECOVERED_WITH_SEQUELAE: "resolvedWithSequelae",
    Outcome.FATAL: "fatal",
    Outcome.UNKNOWN: "unknown",
}
_SERIOUS: Final = {
    "death": "SeriousResultsInDeath",
    "life_threatening": "SeriousIsLifeThreatening",
    "hospitalisation": "SeriousResultsInHospitalization",
    "disability": "SeriousResultsInDisability",
    "congenital_anomaly": "SeriousIsBirthDefect",
    "required_intervention": "SeriousRequiresPreventImpairment",
}


def adverse_event_bundle(report: AdverseEventReport, knowledge: Knowledge) -> Resource:
    """Return a Bundle of the type ``collection``; the same report gives the same Bundle.

    Args:
        report: The report.
        knowledge: Holds the codes of drugs.
    """
    resources = list(_Writer(report, knowledge).resources())
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry(it) for it in resources]}


class _Writer:
    def __init__(self, report: AdverseEventReport, knowledge: Knowledge) -> None:
        self._report, self._knowledge = report, knowledge
        self._name = report.id or json.dumps(report_json(report, knowledge, ""), sort_keys=True)
        patient = report.patient
        self._patient: Resource = {
            "resourceType": "Patient",
            "id": self._id("patient"),
            **({"identifier": [{"value": patient.record_number}]} if patient.record_number else {}),
            **({"name": [{"text": patient.initials}]} if patient.initials else {}),
            **({"gender": patient.sex} if patient.sex else {}),
            **({"birthDate": _date(patient.birth_date)} if patient.birth_date else {}),
        }
        self._subject = reference(self._patient)

    def resources(self) -> Iterator[Resource]:
        """Yield the Patient, the events, what they refer to, and what lacks."""
        report = self._report
        drugs = [self._drug(place, drug) for place, drug in enumerate(report.drugs)]
        history = [self._history(place, it) for place, it in enumerate(report.patient.history)]
        conditions = [self._condition(place, it) for place, it in enumerate(report.reactions)]
        yield self._patient
        for place, reaction in enumerate(report.reactions):
            yield self._event(place, reaction, conditions[place], drugs, history)
        yield from conditions
        yield from drugs
        yield from history
        for place, test in enumerate(report.patient.tests):
            yield self._observation(place, test)
        yield self._outcome()

    def _id(self, kind: str, place: int = 0) -> str:
        return stable_id(f"report-{kind}", f"{self._name}:{place}")

    def _event(
        self, place: int, it: Reaction, condition: Resource, drugs: list[Resource], history: list[Resource]
    ) -> Resource:
        report = self._report
        suspects = [
            self._suspect(number, place, drugs) for number, drug in enumerate(report.drugs) if drug in report.suspects
        ]
        recorder = report.reporters[0] if report.reporters else None
        qualification = recorder.qualification.value if recorder and recorder.qualification else ""
        event: Resource = {
            "resourceType": "AdverseEvent",
            "id": self._id("event", place),
            "text": narrative([f"{it.words}: {seriousness_words(it.seriousness)}", "A draft; nothing was sent."]),
        }
        if report.id:
            event["identifier"] = identifier("case", report.id)
        event |= {"actuality": "actual", "event": self._term(it.words, it.meddra), "subject": self._subject}
        if it.start is not None:
            event["date"] = _date(it.start)
        if report.reported_on is not None:
            event["recordedDate"] = _date(report.reported_on)
        event |= {"resultingCondition": [reference(condition)], "seriousness": _seriousness(it)}
        if it.outcome is not None:
            event["outcome"] = _coded("adverse-event-outcome", _OUTCOMES[it.outcome])
        if qualification:
            event["recorder"] = {"display": qualification}
        if suspects:
            event["suspectEntity"] = suspects
        if history:
            event["subjectMedicalHistory"] = [reference(entry_) for entry_ in history]
        return event

    def _suspect(self, number: int, place: int, drugs: list[Resource]) -> Resource:
        judged = [it for it in self._report.assessments if (it.drug, it.reaction) == (number, place)]
        causality = [
            {
                "assessment": {"text": it.result},
                "productRelatedness": f"judged by {it.by}",
                "method": {"text": it.method},
            }
            for it in judged
        ]
        return {"instance": reference(drugs[number]), **({"causality": causality} if causality else {})}

    def _condition(self, place: int, it: Reaction) -> Resource:
        return {
            "resourceType": "Condition",
            "id": self._id("reaction", place),
            "code": self._term(it.words, it.meddra),
            "subject": self._subject,
            **({"onsetDateTime": _date(it.start)} if it.start else {}),
            **({"abatementDateTime": _date(it.end)} if it.end else {}),
        }

    def _history(self, place: int, it: HistoryEntry) -> Resource:
        comment = [{"text": it.comment}] if it.comment else []
        return {
            "resourceType": "Condition",
            "id": self._id("history", place),
            "code": self._term(it.words, it.meddra),
            "subject": self._subject,
            **({"onsetDateTime": _date(it.since)} if it.since else {}),
            **({"abatementDateTime": _date(it.until)} if it.until else {}),
            **({"note": comment} if comment else {}),
        }

    def _drug(self, place: int, it: ReportedDrug) -> Resource:
        known = self._knowledge.drugs.get(it.inn)
        starts = {name: _date(at) for name, at in (("start", it.first_dose), ("end", it.last_dose)) if at is not None}
        if any(dosage.goes_on for dosage in it.dosages):
            starts.pop("end", None)
        notes = [f"Role in the report: {drug_heading(it)}."]
        if it.action is not None:
            on = f" on {it.action_on.text}" if it.action_on else ""
            notes.append(f"Action taken: {it.action.value}{on}.")
        return {
            "resourceType": "MedicationStatement",
            "id": self._id("drug", place),
            "status": _status(it),
            "medicationCodeableConcept": concept(it.name)
            if known is None
            else {**drug_concept(known), "text": it.name},
            "subject": self._subject,
            **({"effectivePeriod": starts} if starts else {}),
            **({"reasonCode": [self._term(it.indication, it.indication_meddra)]} if it.indication else {}),
            "note": [{"text": text} for text in notes],
            **({"dosage": [{"text": dosage_words(dosage)} for dosage in it.dosages]} if it.dosages else {}),
        }

    def _observation(self, place: int, it: ReportedTest) -> Resource:
        value: Resource = {"valueString": it.words}
        if it.value is not None and it.value.is_exact:
            known = read_unit(it.unit)  # a unit is coded only where it is known, however it is written
            coded = {"system": _UCUM, "code": known.code} if known is not None else {}
            value = {"valueQuantity": {"value": it.value.low, **({"unit": it.unit} if it.unit else {}), **coded}}
        elif it.value is not None:
            value = {"valueString": f"{it.value} {it.unit}".strip()}
        span = f"{it.low or '?'} to {it.high or '?'} {it.unit}".strip()
        return {
            "resourceType": "Observation",
            "id": self._id("test", place),
            "status": "final",
            "code": concept(it.name),
            "subject": self._subject,
            **({"effectiveDateTime": _date(it.on)} if it.on else {}),
            **value,
            **({"note": [{"text": it.comment}]} if it.comment else {}),
            **({"referenceRange": [{"text": span}]} if it.low or it.high else {}),
        }

    def _term(self, words: str, term: MeddraTerm | None) -> Resource:
        text = words or "not said"
        pairs = [] if term is None else [(term.llt_code, term.llt), (term.pt_code, term.pt)]
        codings = [
            {"system": _MEDDRA, "version": term.version, "code": code, **({"display": name} if name else {})}
            for code, name in pairs
            if code and term is not None
        ]
        return {**({"coding": codings} if codings else {}), "text": text}

    def _outcome(self) -> Resource:
        report = self._report
        severities = {Need.VALID_CASE: "error", Need.COMPLETE: "warning", Need.CLINICIAN: "information"}
        issues: list[Resource] = [
            {"severity": severities[it.need], "code": "required", "diagnostics": f"{it.what} ({it.key})"}
            for it in report.lacks
        ]
        issues += [
            {
                "severity": "warning",
                "code": "conflict",
                "diagnostics": f"{it.what}: the report says {it.given}; on file {it.on_file} [{it.origin}]",
            }
            for it in report.conflicts
        ]
        issues += [
            {"severity": "information", "code": "informational", "diagnostics": text}
            for text in (*self._bearing(), *self._of_patient())
        ]
        head = AnswerHead(self._knowledge.digest, CONTENT_NOTICE)
        issues.append({"severity": "information", "code": "informational", "diagnostics": head.foot()})
        return {"resourceType": "OperationOutcome", "id": self._id("outcome"), "issue": issues}

    def _bearing(self) -> Iterator[str]:
        for facts in self._report.facts:
            drug, reaction = self._report.drugs[facts.drug].name, self._report.reactions[facts.reaction].words
            lines = "; ".join(f"{heading}: {words}" for heading, words in facts_words(facts, self._report))
            yield f"{drug} and '{reaction}': {lines}"

    def _of_patient(self) -> Iterator[str]:
        patient = self._report.patient
        yield f"Age at onset: {measured_words(patient.age)}. Weight: {measured_words(patient.weight)}."
        yield f"History: {history_words(patient)}."
        if self._report.narrative.strip():
            yield f"Narrative: {self._report.narrative.strip()}"


def _seriousness(reaction: Reaction) -> Resource:
    serious, words = reaction.seriousness.is_serious, seriousness_words(reaction.seriousness)
    if serious is None:
        return {"text": words}
    met = [_SERIOUS[name] for name, answer in reaction.seriousness.answers() if answer and name in _SERIOUS]
    codes = met if len(met) == 1 else ["Serious" if serious else "Non-serious"]
    return {"coding": [{"system": f"{_HL7}/adverse-event-seriousness", "code": code} for code in codes], "text": words}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_HL7}/{system}", "code": code}]}


def _status(drug: ReportedDrug) -> str:
    """Return the status of what is taken; unknown where nobody said."""
    if drug.action is ActionTaken.WITHDRAWN:
        return "stopped"
    said = [dosage.goes_on for dosage in drug.dosages]
    if True in said:
        return "active"
    return "completed" if said and None not in said else "unknown"


def _date(moment: Moment) -> str:
    """Return a date as FHIR writes one: a time only with its offset."""
    has_zone = "T" in moment.text and (moment.text.endswith("Z") or moment.text[-6] in "+-")
    return moment.text if has_zone or "T" not in moment.text else moment.first_day.isoformat()

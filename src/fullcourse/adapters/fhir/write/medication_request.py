"""Exports doses as FHIR R4 MedicationRequest resources: drafts and proposals, which nobody takes for orders.

One dosage instruction stands for each step; a step whose intakes differ has one for each of them, with the same
sequence number, which in FHIR means together. What is no dose yields no request: an OperationOutcome says why. No
request names a person: its subject is the patient of the record that was handed in.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from fullcourse.adapters.documents.dose_words import length_words, step_words
from fullcourse.adapters.fhir.write.elements import SYSTEMS, Resource, entry, stable_id
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.dose import Dose
from fullcourse.clinical.dose_plan.clock import clock_hours, clock_text
from fullcourse.journey.dose import DoseAnswer, DoseStatus, PlannedStep
from fullcourse.knowledge.library import Knowledge

__all__ = ["dosage_instructions", "medication_request", "medication_requests"]

_UCUM: Final = "http://unitsofmeasure.org"
_WHEN: Final = {"morning": "MORN", "noon": "NOON", "evening": "EVE", "night": "NIGHT"}
_ISSUES: Final = {
    DoseStatus.CONTRAINDICATED: "business-rule",
    DoseStatus.CANNOT_ASSESS: "incomplete",
    DoseStatus.NOT_COVERED: "not-supported",
}


def medication_requests(answers: Sequence[DoseAnswer], knowledge: Knowledge) -> Resource:
    """Return a Bundle with a request for each dose, and an outcome for each answer that is none."""
    resources = [
        medication_request(answer, knowledge) if answer.status is DoseStatus.DOSE else _outcome(answer)
        for answer in answers
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry(resource) for resource in resources]}


def medication_request(answer: DoseAnswer, knowledge: Knowledge) -> Resource:
    """Return one dose as a draft of a proposal."""
    drug = knowledge.drugs[answer.drug]
    codes = [("rxnorm", drug.rxnorm), ("atc", drug.atc)]
    coding = [{"system": SYSTEMS[system], "code": code, "display": drug.label} for system, code in codes if code]
    head = AnswerHead(answer.knowledge, CONTENT_NOTICE, answer.profile, answer.at)
    said = [PROPOSAL, *answer.dosed.notes, *(conflict.says for conflict in answer.dosed.conflicts)]
    said += [f"Set aside: {it.finding}. Reason: {it.reason}" for it in answer.overrides]
    return {
        "resourceType": "MedicationRequest",
        "id": stable_id("dose", f"{answer.drug}:{answer.profile}:{answer.at.isoformat()}"),
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": {"coding": coding, "text": drug.label},
        "subject": {"display": "the patient of the record that was handed in"},
        "authoredOn": answer.at.isoformat(),
        "note": [{"text": text} for text in [*dict.fromkeys(said), head.foot()]],
        "dosageInstruction": list(dosage_instructions(answer.steps)),
    }


def _outcome(answer: DoseAnswer) -> Resource:
    why = "; ".join(it.says for it in answer.reasons) or answer.why or answer.status.value
    asked = " ".join(group.ask_clinician for group in answer.question_groups)
    return {
        "resourceType": "OperationOutcome",
        "id": stable_id("no-dose", f"{answer.drug}:{answer.profile}:{answer.at.isoformat()}"),
        "issue": [
            {
                "severity": "error",
                "code": _ISSUES[answer.status],
                "details": {"text": f"{answer.drug}: {answer.status.value}"},
                "diagnostics": " ".join(filter(None, (f"{why}.", asked))),
            }
        ],
    }


def dosage_instructions(steps: Sequence[PlannedStep]) -> Iterator[Resource]:
    """Yield one instruction for each step, or for each amount of a day in a step whose intakes differ."""
    for number, planned in enumerate(steps, 1):
        for together in _alike(planned.step.doses):
            yield _instruction(planned, steps, number, together)


def _alike(doses: Iterable[Dose]) -> Iterator[list[Dose]]:
    """Yield the intakes of a day of one amount together, in the order of the day."""
    ordered = sorted(doses, key=lambda dose: dose.mg)
    for _, group in groupby(ordered, key=lambda dose: (dose.mg, dose.units)):
        yield list(group)


def _instruction(planned: PlannedStep, steps: Sequence[PlannedStep], number: int, doses: Sequence[Dose]) -> Resource:
    step = planned.step
    instruction: Resource = {
        "sequence": number,
        "text": f"{length_words(planned, steps)}{step_words(planned)}",
        "timing": {"repeat": _repeat(planned, steps, doses)},
        "doseAndRate": [{"doseQuantity": _quantity(doses[0].mg, "mg")}],
    }
    more = [f"Only once: {wait.says}" for wait in planned.waits_for]
    more += ["After dialysis"] if step.after_dialysis else []
    more += [it for it in (planned.prepare, planned.note) if it]
    if planned.phase:
        more.append(f"Days are counted from the first day of the phase: {planned.phase}")
    if more:
        instruction["additionalInstruction"] = [{"text": text} for text in more]
    if step.max_mg_per_day is not None:
        instruction["maxDosePerPeriod"] = {
            "numerator": _quantity(step.max_mg_per_day, "mg"),
            "denominator": _quantity(1, "d"),
        }
    return instruction


def _repeat(planned: PlannedStep, steps: Sequence[PlannedStep], doses: Sequence[Dose]) -> Resource:
    step = planned.step
    bounds = _bounds(planned, steps)
    repeat: Resource = {} if bounds is None else {"boundsDuration": bounds}
    if step.every_h is not None:
        return {**repeat, "frequency": 1, "period": step.every_h, "periodUnit": "h"}
    if step.after_dialysis:
        return {**repeat, "frequency": round(planned.days_per_week), "period": 1, "periodUnit": "wk"}
    repeat |= {"frequency": len(doses), "period": step.every_days, "periodUnit": "d"}
    if step.days_of_week:
        repeat["dayOfWeek"] = list(step.days_of_week)
    if all(dose.at in _WHEN for dose in doses):
        repeat["when"] = [_WHEN[dose.at] for dose in doses]
    else:  # a word beside a clock time is its hour: FHIR has either all words or all times (tim-10)
        repeat["timeOfDay"] = [f"{clock_text(clock_hours(dose.at))}:00" for dose in doses]
    return repeat


def _bounds(planned: PlannedStep, steps: Sequence[PlannedStep]) -> Resource | None:
    """Return how long a step lasts: at least so long where the next waits for more than its day."""
    step = planned.step
    if planned.lasts is not None:
        return _quantity(*planned.lasts)
    if step.to_day is not None:
        return _quantity(step.to_day - step.from_day + 1, "d")
    later = [it for it in steps if it.phase == planned.phase and it.step.from_day > step.from_day]
    if not later:
        return None
    following = min(later, key=lambda it: it.step.from_day)
    days = _quantity(following.step.from_day - step.from_day, "d")
    return {**days, "comparator": ">="} if following.waits_for else days


def _quantity(value: float, unit: str) -> Resource:
    number = int(value) if float(value).is_integer() else value
    return {"value": number, "unit": unit, "system": _UCUM, "code": unit}

"""The JSON of a dose, ``fullcourse/dose/1``: stable, and described by ``schemas/dose-1.json``.

``steps`` is empty unless the answer is a dose. What was worked out while something is open stands under ``not_yet``, so
that nobody who reads steps alone takes it for a dose.
"""

from collections.abc import Iterable
from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.finding import evidence_json, finding_json
from fullcourse.adapters.published.on_file import on_file_json
from fullcourse.adapters.published.question import question_group_json, question_json
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.citation import Citation
from fullcourse.clinical.dose_plan.clock import clock_hours
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.patient import Override
from fullcourse.clinical.quantity import Interval
from fullcourse.journey.dose import Conflict, DoseAnswer, DosePlan, Offer, PlannedStep, Supplement, Watch, amount_words

__all__ = ["SCHEMA", "dose_json", "duration_days", "step_json"]

SCHEMA: Final = "fullcourse/dose/1"
_DAY_H: Final = 24.0


def dose_json(answer: DoseAnswer) -> dict[str, object]:
    """Return a dose as plain values that JSON can hold."""
    head = AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile, at=answer.at)
    dosed, leading = answer.dosed, answer.dosed.leading
    return {
        "schema": SCHEMA,
        **head.as_json(),
        "proposal": PROPOSAL,
        "drug": answer.drug,
        "regimen": answer.regimen or None,
        "status": answer.status.value,
        "why": answer.why,
        "decision": answer.decision.value,
        **_plan(answer.steps),
        "leading": None if leading is None or not answer.worked_out else _offer(leading),
        "not_yet": None
        if not answer.worked_out or answer.steps
        else {"says": _not_yet(answer), **_plan(answer.worked_out)},
        "because": [evidence_json(it) for it in (leading.because if leading else ())],
        "weight": [evidence_json(it) for it in answer.weight],
        "creatinine_clearance": _clearance(answer.clearance),
        "reasons": [finding_json(it) for it in answer.reasons],
        "cautions": [finding_json(it) for it in answer.cautions],
        "alternatives": [_alternative(*it) for it in (dosed.alternatives if answer.worked_out else ())],
        "conflicts": [_conflict(it) for it in (dosed.conflicts if answer.worked_out or not dosed.plan else ())],
        "supplements": [_supplement(it) for it in (dosed.supplements if answer.worked_out else ())],
        "watch": [_watch(it) for it in (dosed.watch if answer.worked_out else ())],
        "notes": list(dosed.notes if answer.worked_out else ()),
        "overrides": [_override(it) for it in answer.overrides],
        "citations": [citation_json(it) for it in _citations(answer)],
        "questions": [question_json(it, answer.question_groups) for it in answer.questions],
        "question_groups": [question_group_json(it) for it in answer.question_groups],
        "asked_beside": list(answer.asked_beside),
        "on_file": [on_file_json(it) for it in answer.on_file],
        "not_checked": [
            {"kind": it.kind, "text": it.text, "from": it.origin, "why": it.why} for it in answer.not_checked
        ],
    }


def _not_yet(answer: DoseAnswer) -> str:
    return f"Not a dose yet: {answer.why}."


def _plan(steps: tuple[PlannedStep, ...]) -> dict[str, object]:
    times = len(steps[0].step.doses) if steps else None
    return {
        "steps": [step_json(it) for it in steps],
        "strength": steps[0].step.form or None if steps else None,
        "times_per_day": times,
        "interval_h": _interval_h(steps[0]) if steps else None,
        "duration_days": duration_days(steps),
    }


def _interval_h(planned: PlannedStep) -> float | None:
    """Return the hours between intakes of the first step; None where days lie between them, or they are uneven."""
    step = planned.step
    if step.every_h is not None:
        return float(step.every_h)
    if not step.is_daily:
        return None
    hours = sorted(clock_hours(dose.at) for dose in step.doses)
    apart = {round(later - earlier, 6) for earlier, later in zip(hours, [*hours[1:], hours[0] + _DAY_H], strict=True)}
    return apart.pop() if len(apart) == 1 else None


def duration_days(steps: tuple[PlannedStep, ...]) -> int | None:
    """Return how many days the steps last together; None while the last is open, or is counted in months."""
    if not steps or steps[-1].phase:
        return None
    last = steps[-1]
    return last.lasts[0] * 7 if last.lasts is not None and last.lasts[1] == "wk" else last.step.to_day


def step_json(planned: PlannedStep) -> dict[str, object]:
    """Return one step of a plan."""
    step = planned.step
    return {
        "from_day": step.from_day,
        "to_day": step.to_day,
        "doses": [{"at": dose.at, "mg": dose.mg, "units": dose.units} for dose in step.doses],
        "form": step.form or None,
        "every_days": step.every_days if not (step.days_of_week or step.every_h or step.after_dialysis) else None,
        "every_h": step.every_h,
        "days_of_week": list(step.days_of_week) or None,
        "cycle": list(step.cycle) or None,
        "after_dialysis": step.after_dialysis,
        "days_per_week": planned.days_per_week,
        "max_mg_per_day": step.max_mg_per_day,
        "mg_per_day": step.mg_per_dosing_day,
        "mg_per_kg_per_day": planned.mg_per_kg_per_day,
        "waits_for": [{"fact": it.fact, "says": it.says, "holds": it.holds} for it in planned.waits_for],
        "prepare": planned.prepare or None,
        "holds_mg": dict(planned.holds_mg) or None,
        "phase": planned.phase or None,
        "lasts": None if planned.lasts is None else {"value": planned.lasts[0], "unit": planned.lasts[1]},
        "note": planned.note or None,
    }


def _offer(offer: Offer) -> dict[str, object]:
    return {
        "statement": offer.claim,
        "says": offer.says,
        "adjusts_for": offer.adjusts_for or None,
        "specialist": offer.specialist,
        "regimens": list(offer.regimens),
        "interpretation": offer.interpretation or None,
        "review": offer.review,
        "citation": citation_json(offer.citation),
    }


def _alternative(offer: Offer, plan: DosePlan) -> dict[str, object]:
    return {
        "says": amount_words(plan),
        "name": plan.name or None,
        "fits": plan.fits,
        "statement": offer.claim,
        "specialist": offer.specialist,
        "citation": citation_json(offer.citation),
        **_plan(plan.steps),
    }


def _conflict(conflict: Conflict) -> dict[str, object]:
    return {
        "kind": conflict.kind,
        "says": conflict.says,
        "statement": conflict.claim,
        "blocks": conflict.blocks,
        "overridden": conflict.overridden or None,
        "citation": citation_json(conflict.citation),
    }


def _supplement(supplement: Supplement) -> dict[str, object]:
    low, high = supplement.mg_per_day or (None, None)
    return {
        "supplement": supplement.name,
        "says": supplement.says,
        "statement": supplement.claim,
        "mg_per_day_low": low,
        "mg_per_day_high": high,
        "option": supplement.option or None,
        "because": [evidence_json(it) for it in supplement.because],
        "citation": citation_json(supplement.citation),
    }


def _watch(watch: Watch) -> dict[str, object]:
    return {
        "test": watch.name,
        "says": watch.says,
        "every_days": watch.every_days,
        "statement": watch.claim,
        "citation": citation_json(watch.citation),
    }


def _clearance(fact: Fact | None) -> dict[str, object] | None:
    if fact is None or not isinstance(fact.value, Interval):
        return None
    return {
        "ml_per_min_low": _finite(fact.value.low),
        "ml_per_min_high": _finite(fact.value.high),
        "how": fact.reason,
        "from": [evidence_json(it) for it in fact.because],
    }


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _override(override: Override) -> dict[str, object]:
    on = override.on.text if override.on else None
    return {"statement": override.finding, "reason": override.reason, "by": override.by, "on": on}


def _citations(answer: DoseAnswer) -> Iterable[Citation]:
    """Return every source that the answer rests on or shows, each once."""
    dosed = answer.dosed
    cited = [dosed.leading.citation] if dosed.leading and answer.worked_out else []
    cited += [offer.citation for offer in dosed.offers if not dosed.leading]
    if answer.worked_out or not dosed.plan:
        cited += [it.citation for it in dosed.conflicts]
    if answer.worked_out:
        cited += [offer.citation for offer, _ in dosed.alternatives]
        cited += [it.citation for it in dosed.supplements]
        cited += [it.citation for it in dosed.watch]
    cited += [citation for finding in (*answer.reasons, *answer.cautions) for citation in finding.citations]
    return dict.fromkeys(cited)

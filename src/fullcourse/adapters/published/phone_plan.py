"""A plan as a patient's phone is handed it, ``fullcourse/phone-plan/1``: compact, and enough to advise by for weeks.

Instants are milliseconds since 1970 in UTC, days are ISO dates. The phone's own modules read exactly this.
"""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Final

from fullcourse.adapters.documents.numbers import calls_for
from fullcourse.adapters.languages import Language
from fullcourse.adapters.published.course import course_head
from fullcourse.adapters.published.phone_rules import PhoneRules
from fullcourse.adapters.triage.questions import TriageQuestions
from fullcourse.clinical.dose import RegimenDrug, strength_of
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DOSE_BODIES, Result, Symptom
from fullcourse.clinical.zone import Zone
from fullcourse.course.advice_words import PATIENT_WORDS
from fullcourse.course.drug_rules import DrugRules
from fullcourse.course.schedule import Slot, last_day_of
from fullcourse.course.supply import Supply
from fullcourse.course.timeline import DIED, Hold, holds_claimed, holds_of
from fullcourse.journey.phone import PhonePart, PhonePlan

__all__ = ["PHONE_PLAN", "phone_plan_json"]

PHONE_PLAN: Final = "fullcourse/phone-plan/1"
_WHOM: Final = ("emergency number", "crisis line", "poison control", "care team")
_FORMS: Final = {"oral": "liquid", "dispersible": "tablet"}
"""What stands first in a dosage form, and what it looks like, where that is another word."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


def phone_plan_json(
    plan: PhonePlan, asked: TriageQuestions, country: str, language: Language, edition: str
) -> dict[str, object]:
    """Return a phone's plan as plain values that JSON can hold.

    Args:
        plan: What the phone is handed.
        asked: The questions on symptoms.
        country: Whose numbers to call; two letters in capitals, or empty.
        language: In which the patient is spoken to.
        edition: Of the time zone database.
    """
    rules = PhoneRules(plan.knowledge, language)
    current, closing = plan.current, plan.course.closing
    drugs = [_drug(plan, name, rules) for name in plan.drugs]
    emergencies = [rules.place(it.statement) for it in plan.course.emergencies]
    triage = _triage(plan, asked, rules, language)
    return {
        **course_head(PHONE_PLAN, plan.knowledge.digest, plan.profile, plan.issued_at, edition),
        "issued_at": _ms(plan.issued_at),
        "expires_at": _ms(plan.expires_at),
        "patient": plan.patient,
        "language": language.code,
        "zone": None if current is None else _zone(current.zone, plan),
        "day": _day_of_course(plan),
        "begun": _ms(plan.course.timeline[0].begins) if plan.course.timeline else None,
        "resumed": [_ms(it.occurred_at) for it in plan.course.state.of_kind("resumed") if it.actor == "clinician"],
        "closed": None if closing is None else {"at": _ms(closing.at), "died": closing.why == DIED},
        "plans": [_part(part, plan, rules) for part in plan.parts],
        "drugs": drugs,
        "slots": [_slot(place, it) for place, part in enumerate(plan.parts) for it in part.slots],
        "claims": [_claim(it, plan) for it in plan.events],
        "items": [
            {"kind": "unread result", "drug": it.drug, "since": _ms(it.since), "event": it.event} for it in plan.unread
        ],
        "supply": [_supply(it, plan) for it in plan.supplies],
        "visits": [{"on": day.isoformat(), "why": list(tests)} for day, tests in plan.visits],
        "triage": triage,
        "emergencies": emergencies,
        "rules": rules.rules,
        "words": {name: language.marked(text) for name, text in PATIENT_WORDS.items()},
        "help": {
            "country": country,
            "numbers": [
                {"whom": call.whom, "says": language.marked(call.says)}
                for call in calls_for(_WHOM, plan.knowledge, country)
            ],
        },
        "leaflets": {"address": "/api/v1/leaflet", "drugs": list(plan.drugs)},
    }


def _zone(zone: Zone, plan: PhonePlan) -> dict[str, object]:
    """Write what the patient's clock shows: from each instant on it is so many minutes ahead of UTC."""
    dues = [it.due for part in plan.parts for it in part.slots]
    first = min((plan.issued_at, *dues, *(it.occurred_at for it in plan.events)))
    changes = zone.changes(first, max((plan.expires_at, *dues)))
    return {"name": zone.name, "changes": [[_ms(at), ahead.total_seconds() / 60] for at, ahead in changes]}


def _day_of_course(plan: PhonePlan) -> dict[str, object] | None:
    current = plan.current
    if current is None:
        return None
    taken, before = current.plan, current.plan.treatment_day - 1
    of_course = (current.zone.day_of(plan.issued_at) - taken.starts_on).days + taken.treatment_day
    done = plan.adherence
    return {
        "of_course": of_course,
        "planned": None if taken.days is None else taken.days + before,
        "starts_on": (taken.starts_on - timedelta(days=before)).isoformat(),
        "done": 0 if done is None else done.days_complete,
        "open": 0 if done is None else done.days_open,
    }


def _part(part: PhonePart, plan: PhonePlan, rules: PhoneRules) -> dict[str, object]:
    current, taken = plan.current, part.plan.plan
    written: dict[str, object] = {
        "begins": _ms(part.plan.begins),
        "ends": None if part.plan.ends is None else _ms(part.plan.ends),
        "drugs": [
            {
                "drug": drug.drug,
                "day_0": (taken.starts_on - _EPOCH.date()).days + drug.from_day - 1 - taken.treatment_day,
                "last_day": _day(last_day_of(taken, drug.drug)),
            }
            for drug in taken.drugs
        ],
    }
    if current is not None and part.plan.zone.name != current.zone.name:
        written["zone"] = _zone(part.plan.zone, plan)
    if part.beyond:
        written["beyond"] = {drug: [_ms(at) for at in dues] for drug, dues in part.beyond.items()}
    if part.first:
        written["first"] = {drug: _ms(at) for drug, at in part.first.items()}
    return written


def _drug(plan: PhonePlan, name: str, rules: PhoneRules) -> dict[str, object]:
    course, own = plan.course, plan.course.rules.get(name)
    resumed = [
        it.occurred_at
        for it in course.state.of_kind("resumed")
        if it.actor == "clinician" and (not (of := getattr(it.body, "drugs", ())) or name in of)
    ]
    return {
        "drug": name,
        "label": name if own is None else rules.language.marked(own.label),
        "picture": {"form": _form(_planned(plan, name))},
        "hold": [_hold(it) for it in holds_of(course.state, name)],
        "hold_claimed": [_ms(at) for at in holds_claimed(course.state, name)],
        "resumed": [_ms(at) for at in sorted(resumed)],
        **({"rules": None} if own is None else _rules(own, rules)),
    }


def _rules(own: DrugRules, rules: PhoneRules) -> dict[str, object]:
    return {
        "least_share": own.least_share,
        "late_after_h": own.late_after_h,
        "rules": {
            "danger": [rules.place(it.statement) for it in own.danger],
            "just_late": rules.place(own.just_late.statement),
            "guards": [rules.place(it.statement) for it in own.guards],
            "missed": [rules.place(it.statement) for it in own.missed],
        },
    }


def _planned(plan: PhonePlan, name: str) -> RegimenDrug | None:
    plans = [part.plan.plan for part in plan.parts]
    current = plan.current
    return next((it for one in (*([current.plan] if current else ()), *plans) if (it := one.drug(name))), None)


def _form(drug: RegimenDrug | None) -> str:
    """Return what a dose looks like: capsule, tablet, liquid, injection; empty where the plan does not say."""
    word = drug.steps[0].form.split(" ", 1)[0] if drug is not None else ""
    return _FORMS.get(word, word)


def _hold(hold: Hold) -> dict[str, object]:
    return {
        "since": _ms(hold.begins),
        "until": None if hold.ends is None else _ms(hold.ends),
        "side_effects": hold.reason == "side effects",
    }


def _slot(place: int, slot: Slot) -> dict[str, object]:
    return {
        "id": slot.id,
        "plan": place,
        "drug": slot.drug,
        "due": _ms(slot.due),
        "mg": slot.mg,
        "units": slot.units,
        "form": slot.form,
        "day": slot.day,
    }


def _claim(event: Event, plan: PhonePlan) -> dict[str, object]:
    """Write an event in short: what a phone folds a log by, and its body; a result in the unit of its fact."""
    written: dict[str, object] = {
        "id": event.id,
        "kind": event.kind,
        "at": _ms(event.occurred_at),
        "recorded": _ms(event.recorded_at),
        "actor": event.actor,
        "device": event.device,
    }
    if event.supersedes:
        written["supersedes"] = event.supersedes
    body = event.body
    if isinstance(body, Result):
        number = plan.results.get(event.id)
        told: dict[str, object] = {"fact": body.fact, "number": None if number is None else [number.low, number.high]}
    elif isinstance(body, (*DOSE_BODIES, Symptom)):
        told = {it.name: getattr(body, it.name) for it in fields(body)}
    else:  # it corrects another: what it says beside that is not asked for here
        told = {}
    return {**written, **{name: value for name, value in told.items() if value not in ("", None)}}


def _triage(plan: PhonePlan, asked: TriageQuestions, rules: PhoneRules, language: Language) -> dict[str, object]:
    spoken = [(it.id, it.ask, it.ask_spanish) for it in asked.groups]
    return {
        "drugs": list(plan.current_drugs),
        "groups": [{"id": name, "ask": _ask(ask, spanish, language)} for name, ask, spanish in spoken],
        "questions": [
            {"fact": it.fact, "group": it.group, "ask": _ask(it.ask, it.ask_spanish, language)}
            for it in asked.questions
        ],
        "rules": [
            {
                "rule": rules.place(it.statement),
                "drug": it.drug,
                "symptoms": list(it.symptoms),
                "others": list(it.others),
            }
            for it in plan.triage
        ],
    }


def _ask(english: str, spanish: str, language: Language) -> str:
    return spanish if language.code == "es" else language.marked(english)


def _supply(supply: Supply, plan: PhonePlan) -> dict[str, object]:
    """Write how many units are left, as a range; None where nobody can say, or the plan counts none."""
    drug = _planned(plan, supply.drug)
    form = drug.steps[0].form if drug is not None else ""
    strength = strength_of(form)
    is_counted = strength and not supply.is_uncounted
    left = [sum(max(it.mg_low, 0.0) for it in supply.lots), sum(max(it.mg_high, 0.0) for it in supply.lots)]
    return {
        "drug": supply.drug,
        "form": form,
        "units_left": [mg / strength for mg in left] if strength and is_counted else None,
        "lasts": None if supply.is_uncounted else supply.lasts_low.isoformat(),
        "order_by": _day(supply.order_on),
        "urgent": supply.urgency == "urgent",
    }


def _ms(at: datetime) -> float:
    """Return milliseconds since 1970; a whole number where the instant is one, so that it is written short."""
    ms = (at - _EPOCH) / _MS
    return int(ms) if ms.is_integer() else ms


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

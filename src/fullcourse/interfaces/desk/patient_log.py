"""What happened in a course, entry by entry, in words: who says so, how it is known, when it was written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import (
    DOSE_BODIES,
    Consent,
    Contact,
    Dispensed,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Note,
    Outcome,
    PlanActivated,
    PlanChanged,
    PlanStopped,
    Registered,
    Result,
    ResultInWords,
    Resumed,
    Retracted,
    Snoozed,
    StockCounted,
    Symptom,
    Transfer,
    UnknownKind,
    Visit,
)
from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.course import Course
from fullcourse.knowledge.library import Knowledge

__all__ = ["LogLine", "log_lines", "said_event"]

_PAPER: Final = "paper "
_YES_NO: Final = frozenset(("history", "state"))


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log as it is read.

    Attributes:
        at: When it happened, by the patient's clock.
        says: What it says.
        who: Who says so, and how it is known; with the sheet that it was typed back from.
        written: When it was written down, where that is more than a day later; empty otherwise.
        counts: Whether it counts; else another entry corrects it or takes it back.
    """

    at: datetime
    says: str
    who: str
    written: str
    counts: bool


def log_lines(course: Course, events: Iterable[Event], knowledge: Knowledge) -> tuple[LogLine, ...]:
    """Return entries as they are read, the newest first.

    Args:
        course: Whose they are; it says which of them count.
        events: Which.
        knowledge: Holds the names of facts.
    """
    zone = course.timeline[-1].zone if course.timeline else None
    listed = sorted(events, key=lambda event: event.order, reverse=True)
    return tuple(_line(event, course, zone, knowledge) for event in listed)


def _line(event: Event, course: Course, zone: Zone | None, knowledge: Knowledge) -> LogLine:
    local = zone.local if zone is not None else (lambda at: at)
    who = event.actor if event.claim.value == "self" else f"{event.actor} ({event.claim.value})"
    who += f", {event.device}" if event.device.startswith(_PAPER) else ""
    written = f"{local(event.recorded_at):%Y-%m-%d}" if event.is_back_entered else ""
    return LogLine(local(event.occurred_at), said_event(event, knowledge), who, written, course.state.stands(event))


def said_event(event: Event, knowledge: Knowledge) -> str:
    """Return what an entry says, in words; nothing of it is left out but ids."""
    body = event.body
    if isinstance(body, DOSE_BODIES):
        return _dose(body)
    if isinstance(body, PlanActivated | PlanChanged | PlanStopped | Transfer | Outcome | Held | Resumed):
        return _decided(body)
    if isinstance(body, Visit | Contact | Snoozed):
        return _followed(body)
    match body:
        case Result():
            return _result(body, knowledge)
        case ResultInWords(fact, said):
            return f"{_name(fact, knowledge)}: {said}"
        case Symptom(symptom, present):
            return f"{_name(symptom, knowledge)}: {t('there') if present else t('gone')}"
        case Dispensed(drug=drug, form=form, units=units):
            return t("Handed out: ") + f"{drug}, {units:g} x {form}"
        case StockCounted(drug=drug, form=form, units=units):
            return t("Counted: ") + f"{drug}, {units:g} x {form}"
        case Note():
            return t("Note: ") + body.text
        case Registered():
            told = (body.group, body.confirmation, body.site, body.resistance, body.sex, body.hiv and f"HIV {body.hiv}")
            age = () if body.age_years is None else (f"{body.age_years} y",)
            return t("Registered: ") + ", ".join((*filter(None, told), *age))
        case Retracted():
            return t("An entry was taken back") + (f": {body.because}" if body.because else "")
        case Consent():
            return (t("Consents: ") if body.given else t("No longer consents: ")) + body.purpose
        case UnknownKind():
            return t("An entry of a kind that this version does not know: ") + event.kind
    raise TypeError(f"no words for {event.kind}")


def _result(body: Result, knowledge: Knowledge) -> str:
    """Return a result in words: what is kept as 1 or 0 of a history is a yes or a no."""
    known = knowledge.facts.get(body.fact)
    if known is not None and known.kind in _YES_NO and body.value in (0.0, 1.0):
        return f"{known.label}: {t('yes') if body.value else t('no')}"
    return f"{_name(body.fact, knowledge)}: {body.value:g} {body.unit}".rstrip()


def _dose(body: object) -> str:
    match body:
        case DoseTaken(drug, mg):
            return f"{drug} {mg:g} mg: {t('taken')}"
        case DosePartlyTaken(drug, mg):
            return f"{drug}: {t('partly taken')}, {mg:g} mg"
        case DoseVomited(drug, mg):
            return f"{drug} {mg:g} mg: {t('vomited')}"
        case DoseSkipped(drug, _, reason):
            return f"{drug}: {t('not taken')} ({reason})"
    raise TypeError(type(body).__name__)


def _followed(body: Visit | Contact | Snoozed) -> str:
    match body:
        case Visit(kept, purpose):
            return (t("Visit kept") if kept else t("Visit missed")) + (f": {purpose}" if purpose else "")
        case Contact(how, reached, about):
            came = t("reached") if reached else t("not reached")
            return t("Contact: ") + f"{how}, {came}" + (f": {about}" if about else "")
        case Snoozed(matter, until, because):
            return t("Put off: ") + f"{matter}, {t('until')} {until.isoformat()}: {because}"


def _phase(plan: CoursePlan) -> str:
    return "" if plan.phase_ends_on is None else f"; {t('Last day of this phase')} {plan.phase_ends_on.isoformat()}"


def _decided(
    body: PlanActivated | PlanChanged | PlanStopped | Transfer | Outcome | Held | Resumed,
) -> str:
    match body:
        case PlanActivated(plan, by):
            drugs = "; ".join(f"{drug.drug} {say_dose_plan(drug.steps)}" for drug in plan.drugs)
            return t("Plan begun: ") + f"{drugs}{_phase(plan)} ({t('confirmed by')} {by})"
        case PlanChanged(plan, by, because):
            drugs = "; ".join(f"{drug.drug} {say_dose_plan(drug.steps)}" for drug in plan.drugs)
            return (
                t("Plan changed: ")
                + f"{drugs}{_phase(plan)} ({t('confirmed by')} {by})"
                + (f". {because}" if because else "")
            )
        case PlanStopped(by, because):
            return t("Treatment stopped, decided by the ") + by + (f": {because}" if because else "")
        case Transfer(direction, facility):
            return t("Transfer ") + direction + (f": {facility}" if facility else "")
        case Outcome(outcome, definition, by):
            return t("Outcome: ") + f"{outcome}, {definition} ({t('confirmed by')} {by})"
        case Held(drugs, reason):
            return t("Held: ") + f"{', '.join(drugs) or t('every drug')} ({reason})"
        case Resumed(drugs):
            return t("Resumed: ") + (", ".join(drugs) or t("every drug"))


def _name(fact: str, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(fact)
    return definition.label if definition is not None else fact

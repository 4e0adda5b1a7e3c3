"""What to do about a dose at this moment: take it, wait, skip it, call first; a pure function of course and time.

Danger comes first: symptoms, levels, more than planned, a possible second dose, a hold. Then the statements of the
sources decide, the strictest of them where they differ, or the one that leads under the profile. A drug of whose
missed dose no source speaks has an answer by name. No answer ever brings two doses closer than the least gap.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseVomited
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import Interval
from fullcourse.course.advice_words import PATIENT_WORDS
from fullcourse.course.course import Course
from fullcourse.course.drug_rules import DrugRules, Executed, Rule
from fullcourse.course.intakes import is_intake
from fullcourse.course.moment_of_dose import DoseMoment, facts_at, look_at
from fullcourse.course.schedule import Slot, last_day_of, slots_of
from fullcourse.course.timeline import DIED, holds_claimed, holds_of, plan_at
from fullcourse.knowledge.actions import stops_a_dose
from fullcourse.knowledge.consequences import Missed
from fullcourse.rules.situation import Situation

__all__ = ["Advice", "MovedDose", "Verdict", "advise"]

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_FIRST_DOSES: Final = timedelta(days=366)
"""How far after the beginning of a plan its first dose of a drug is looked for."""
_FACTS_SHOWN: Final = (
    "hours_since_due", "hours_to_next_dose", "dose_interval_hours", "hours_since_last_dose", "treatment_day",
    "mg_in_7_days_if_taken", "mg_planned_in_7_days", "mg_taken_in_24_hours", "mg_planned_in_24_hours",
)  # fmt: skip


class Verdict(Enum):
    """What is advised."""

    TAKE_NOW = "take now"
    NOT_YET = "not yet"
    SKIP = "skip"
    ALREADY_TAKEN = "already taken"
    CALL_FIRST = "call first"
    HELD = "held"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class MovedDose:
    """A change of the plan that a source proposes; a clinician confirms it.

    Attributes:
        instead_of: The planned dose that moves.
        at: When it is taken instead.
        usual_from: When the usual days go on; None beyond the slots that were looked at.
    """

    instead_of: Slot
    at: datetime
    usual_from: datetime | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a dose.

    Attributes:
        drug: INN in lower case.
        at: The moment it holds for.
        verdict: What to do.
        why: In words, for whoever helps.
        patient: In words for the patient.
        slot: The planned dose at issue; None where there is none.
        next_at: When the next dose is taken at the earliest; None where nobody may say.
        executed: The statements that decided, with what followed.
        numbers: The numbers used.
        made_up: When a dose left out is made up; empty where it is not.
        proposal: A change of the plan that a source proposes; None for none.
    """

    drug: str
    at: datetime
    verdict: Verdict
    why: str
    patient: str
    slot: Slot | None = None
    next_at: datetime | None = None
    executed: tuple[Executed, ...] = ()
    numbers: Mapping[str, Interval] | None = None
    made_up: str = ""
    proposal: MovedDose | None = None


_DIED: Final = PATIENT_WORDS["nothing-due"]
_ASK: Final = PATIENT_WORDS["ask"]


def advise(course: Course, drug: str, now: datetime) -> Advice:
    """Return what to do about a drug's dose at a moment.

    Args:
        course: The course.
        drug: INN in lower case.
        now: The moment, with an offset.
    """
    rules = course.rules.get(drug)
    if course.closing is not None and course.closing.at <= now:
        why = f"The course is closed ({course.closing.why}): nothing is due."
        return Advice(drug, now, Verdict.ASK, why, _DIED if course.closing.why == DIED else _ASK)
    current = plan_at(course.timeline, now)
    if current is None and course.timeline and rules is not None:
        begins = course.timeline[0].begins
        first = next(iter(slots_of(course.timeline[0], drug, begins, begins + _FIRST_DOSES)), None)
        if first is not None:
            why = "The plan has not begun yet."
            return Advice(drug, now, Verdict.NOT_YET, why, PATIENT_WORDS["not-yet"], next_at=first.due)
    if current is None or rules is None or current.plan.drug(drug) is None:
        why = "No plan in force holds this drug, so no dose of it is due."
        return Advice(drug, now, Verdict.ASK, why, _ASK)
    moment = look_at(course, drug, now, current, rules)
    facts = facts_at(moment, course, rules)
    situation = rules.situation(facts)
    advice = (
        _danger(course, moment, rules, situation)
        or _held(course, moment)
        or _of_claims(moment, rules)
        or _of_slot(moment, rules, situation)
    )
    numbers = {name: fact.value for name in _FACTS_SHOWN if (fact := facts.get(name)) and _known(fact)}
    return replace(advice, numbers=numbers)  # type: ignore[arg-type]  # these facts are numbers


def _known(fact: Fact) -> bool:
    return isinstance(fact.value, Interval) and fact.value.high < float("inf")


def _danger(course: Course, moment: DoseMoment, rules: DrugRules, situation: Situation) -> Advice | None:
    """Return what comes before every advice: danger signs, levels, too much; None where nothing of it is so."""
    own = [(rule, then) for rule in rules.danger if stops_a_dose(then := rule.follows(situation))]
    if not own:  # what is an emergency with one drug is one with any
        own += [(it, then) for it in course.emergencies if stops_a_dose(then := it.follows(situation))]
    if own:
        own.sort(key=lambda pair: (pair[1].value != "emergency_now", -pair[1].severity, not pair[1].hold))
        executed = tuple(rule.executed(then.value) for rule, then in own)
        calls = ", ".join(dict.fromkeys(whom for _, then in own for whom in then.call)) or "care team"
        patient = next((it.patient for it in executed if it.patient), "")
        why = f"{executed[0].says} No dose is advised before somebody has been called: {calls}."
        words = patient or PATIENT_WORDS["call-first"]
        return _made(moment, Verdict.CALL_FIRST, why, words, executed=executed)
    since = _cleared_since(course, rules.drug, moment.now)
    reach = max(_DAY, (moment.interval_h(max(moment.place, 0)) or 0.0) * _HOUR)
    recent = [it for it in moment.doubles if it.at > moment.now - reach and (since is None or it.at > since)]
    if recent:
        at = moment.plan.zone.local(recent[-1].at).strftime("%Y-%m-%d %H:%M")
        why = f"A second dose may have been taken at {at}. It is urgent to find out, and no dose is advised before."
        words = PATIENT_WORDS["two-doses"]
        return _made(moment, Verdict.CALL_FIRST, why, words)
    if moment.to_come:
        why = "A dose is logged at a time that has not come yet: a clock is wrong, and hours cannot be counted."
        return _made(moment, Verdict.ASK, why, _ASK)
    return None


def _cleared_since(course: Course, drug: str, now: datetime) -> datetime | None:
    """Return when a clinician last resumed the drug; None where nobody did."""
    return max(
        (
            event.occurred_at
            for event in course.state.of_kind("resumed")
            if event.actor == "clinician" and event.occurred_at <= now and _names(event.body, drug)
        ),
        default=None,
    )


def _names(body: object, drug: str) -> bool:
    drugs: tuple[str, ...] = getattr(body, "drugs", ())
    return not drugs or drug in drugs


def _held(course: Course, moment: DoseMoment) -> Advice | None:
    hold = next((it for it in holds_of(course.state, moment.drug) if it.covers(moment.now)), None)
    if hold is None:
        if not any(at <= moment.now for at in holds_claimed(course.state, moment.drug)):
            return None
        why = "Somebody wrote that this drug is on hold, and no clinician did. Until that is settled none is advised."
        return _made(moment, Verdict.ASK, why, _ASK)
    begins = moment.plan.zone.local(hold.begins).strftime("%Y-%m-%d %H:%M")
    why = f"A clinician holds this drug since {begins} ({hold.reason}): it is no missed dose."
    words = PATIENT_WORDS["held"]
    return _made(moment, Verdict.HELD, why, words)


def _of_claims(moment: DoseMoment, rules: DrugRules) -> Advice | None:
    """Return what follows from what is said of the slot at issue; None where nothing of it decides."""
    slot = moment.slot
    said = moment.claims.get(slot.id, ()) if slot is not None else ()
    if slot is None or not said:
        return None
    intakes = [event for event in said if is_intake(event)]
    if intakes and any(isinstance(event.body, DoseSkipped) for event in said):
        why = "One says that this dose was taken and another that it was not. Until that is settled none is advised."
        return _made(moment, Verdict.ASK, why, _ASK, rules)
    if any(isinstance(event.body, DoseSkipped) and event.body.reason == "medical" for event in said):
        why = "This dose was left out for a medical reason: whether it is taken after all is the care team's to say."
        return _made(moment, Verdict.ASK, why, _ASK, rules)
    if any(isinstance(event.body, DoseVomited | DosePartlyTaken) for event in intakes):
        why = "This dose was brought up, or taken in part. No source that was read says whether it is repeated: ask."
        return _made(moment, Verdict.ASK, why, _ASK, rules)
    if intakes:
        at = moment.plan.zone.local(intakes[-1].occurred_at).strftime("%Y-%m-%d %H:%M")
        why = f"This dose is logged as taken at {at}."
        words = PATIENT_WORDS["taken"]
        return _made(moment, Verdict.ALREADY_TAKEN, why, words, rules)
    return None


def _of_slot(moment: DoseMoment, rules: DrugRules, situation: Situation) -> Advice:
    """Return what the sources say of the slot at issue: guards first, then whether it is late, then whether missed."""
    slot = moment.slot
    if slot is None:
        why = "The first dose is not due yet." if moment.following else "The plan has no dose around this time."
        words = PATIENT_WORDS["not-yet"] if moment.following else _ASK
        return _made(moment, Verdict.NOT_YET if moment.following else Verdict.ASK, why, words, rules)
    ends = last_day_of(moment.plan.plan, moment.drug)
    if moment.following is None and ends is not None and moment.plan.zone.day_of(moment.now) > ends:
        why = f"The plan of this drug ended on {ends.isoformat()}: no dose is due. Whether it goes on is to be asked."
        return _made(moment, Verdict.ASK, why, _ASK)
    moved = _waits_until(moment, rules)
    if moved is not None:
        why = "The last dose was taken late, and the one after it moves so that two days lie between them."
        words = PATIENT_WORDS["moved"]
        return replace(_made(moment, Verdict.NOT_YET, why, words), next_at=moved)
    guards = [(rule, rule.follows(situation)) for rule in _guards(moment, rules)]
    broken = [rule for rule, then in guards if then is not None]
    if broken or _is_too_soon(moment, rules):
        return _too_soon(moment, rules, broken)
    if any(rule.is_open(situation) for rule in _guards(moment, rules)):
        why = "What the sources ask for before any dose is not known, so none is advised: ask."
        return _made(moment, Verdict.ASK, why, _ASK)
    if isinstance(rules.just_late.follows(situation), Missed) and _leaves_gap(moment, rules):
        said = rules.just_late.executed("take_now")
        words = PATIENT_WORDS["take-now"] if _hours_late(moment) * 60 < 1 else said.patient
        return _made(moment, Verdict.TAKE_NOW, "The dose is due.", words, rules, executed=(said,))
    return _missed(moment, rules, situation)


def _missed(moment: DoseMoment, rules: DrugRules, situation: Situation) -> Advice:
    """Return what the sources say of a missed dose, the strictest of them."""
    if any(rule.is_open(situation) for rule in rules.missed):
        why = "What the source asks for to decide on a missed dose is not known: ask."
        return _made(moment, Verdict.ASK, why, _ASK)
    followed = [(rule, then) for rule in rules.missed if isinstance(then := rule.follows(situation), Missed)]
    executed = tuple(rule.executed(then.value) for rule, then in followed)
    if not followed:
        why = (
            f"No source that was read says what to do about a missed dose of {rules.drug} "
            f"more than {rules.late_after_h:g} hours late: never two together, and ask."
        )
        return _made(moment, Verdict.ASK, why, _ASK, rules)
    made_up = next((then.made_up for _, then in followed if then.made_up), "")
    moving = [then.next_after_h for _, then in followed if then.next_after_h is not None]
    is_taken = all(then.value == "take_now" for _, then in followed)
    if is_taken and len(moving) == len(followed):  # where one source leaves the next dose in its place, it stays
        proposal = _moved(moment, max(moving))
        if proposal is not None:
            why = f"{followed[0][0].statement.says} The next dose moves: a clinician confirms the change."
            words = executed[0].patient or _ASK
            advice = _made(moment, Verdict.TAKE_NOW, why, words, executed=executed, made_up=made_up)
            return replace(advice, next_at=proposal.at, proposal=proposal)
    if is_taken and _leaves_gap(moment, rules):
        words = PATIENT_WORDS["take-late"]
        return _made(moment, Verdict.TAKE_NOW, executed[0].says, words, rules, executed=executed, made_up=made_up)
    words = PATIENT_WORDS["skip"]
    deciding = next((rule for rule, then in followed if then.value == "skip"), followed[0][0])
    return _made(moment, Verdict.SKIP, deciding.statement.says, words, rules, executed=executed, made_up=made_up)


def _guards(moment: DoseMoment, rules: DrugRules) -> tuple[Rule, ...]:
    """Return the guards that are judged here; those on the gap since the last dose are judged by `_is_too_soon`.

    The interval that counts between two doses is the one between their slots, which the fact does not hold.
    """
    return tuple(rule for rule in rules.guards if "hours_since_last_dose" not in rule.facts)


def _is_too_soon(moment: DoseMoment, rules: DrugRules) -> bool:
    last = moment.taken[-1].at if moment.taken else None
    return last is not None and moment.now - last < _least_gap(moment, rules, moment.place)


def _next_time(moment: DoseMoment, rules: DrugRules, last: datetime | None) -> datetime | None:
    """Return when the next dose is taken: at its time, later where the last one is too near, or the one after it."""
    following = moment.following
    if following is None or last is None:
        return following.due if following else None
    earliest = last + _least_gap(moment, rules, moment.place + 1)
    if following.due >= earliest:
        return following.due
    if earliest - following.due <= rules.late_after_h * _HOUR:
        return earliest
    return moment.slots[moment.place + 2].due if moment.place + 2 < len(moment.slots) else None


def _least_gap(moment: DoseMoment, rules: DrugRules, place: int) -> timedelta:
    if not 0 <= place < len(moment.slots):
        return timedelta(0)
    slot, spacing = moment.slots[place], moment.spacing
    gap = spacing[slot.id]
    if slot.due < moment.plan.begins and place + 1 < len(moment.slots):  # of the plan before: the new one asks too
        gap = max(gap, spacing[moment.slots[place + 1].id])
    return rules.least_share * gap


def _leaves_gap(moment: DoseMoment, rules: DrugRules) -> bool:
    """Return whether a dose now leaves the least gap to the next one at its time."""
    following = moment.following
    return following is None or following.due - moment.now >= _least_gap(moment, rules, moment.place + 1)


def _hours_late(moment: DoseMoment) -> float:
    slot = moment.slot
    return 0.0 if slot is None else (moment.now - slot.due) / _HOUR


def _too_soon(moment: DoseMoment, rules: DrugRules, broken: Iterable[Rule]) -> Advice:
    """Return that nothing is taken now, and when the next dose is."""
    gaps = [rule for rule in rules.guards if "hours_since_last_dose" in rule.facts] if not broken else []
    executed = tuple(rule.executed("skip") for rule in (*broken, *gaps))
    why = executed[0].says if executed else "The last dose is too near."
    words = PATIENT_WORDS["too-soon"]
    last = moment.taken[-1].at if moment.taken else None
    if not broken and last is not None:
        earliest = last + _least_gap(moment, rules, moment.place)
        following = moment.following
        fits = following is None or following.due - earliest >= _least_gap(moment, rules, moment.place + 1)
        slot = moment.slot
        if fits and slot is not None and earliest - slot.due <= rules.late_after_h * _HOUR:
            return replace(_made(moment, Verdict.NOT_YET, why, words, rules, executed=executed), next_at=earliest)
    return _made(moment, Verdict.SKIP, why, words, rules, executed=executed)


def _waits_until(moment: DoseMoment, rules: DrugRules) -> datetime | None:
    """Return until when the slot at issue waits because the dose before it was late and it moved; None if not."""
    moving = [max(_moves(rule), default=0.0) for rule in rules.missed]
    before = moment.slots[moment.place - 1] if moment.place >= 1 else None
    slot = moment.slot
    if not moving or not all(moving) or before is None or slot is None:
        return None
    late = rules.late_after_h * _HOUR
    times = [event.occurred_at for event in moment.claims.get(before.id, ()) if is_intake(event)]
    if not times or max(times) - before.due <= late:
        return None
    zone = moment.plan.zone
    at = zone.instant(zone.day_of(max(times)) + timedelta(hours=max(moving)), zone.local(slot.due).time())
    return at if moment.now < at and at > slot.due else None


def _moves(rule: Rule) -> Iterator[float]:
    """Yield by how many hours a rule puts the dose after a late one off."""
    for then in rule.thens:
        if isinstance(then, Missed) and then.next_after_h is not None:
            yield then.next_after_h


def _moved(moment: DoseMoment, hours: float) -> MovedDose | None:
    """Return where the next dose moves to: so many days later at its usual time, where that is after its own."""
    following = moment.following
    if following is None:
        return None
    zone = moment.plan.zone
    day = zone.day_of(moment.now) + timedelta(hours=hours)
    at = zone.instant(day, zone.local(following.due).time())
    if following.due >= at:
        return None
    later = [it.due for it in moment.slots if it.due - at >= hours * _HOUR]
    return MovedDose(following, at, min(later, default=None))


def _made(
    moment: DoseMoment,
    verdict: Verdict,
    why: str,
    patient: str,
    rules: DrugRules | None = None,
    *,
    executed: tuple[Executed, ...] = (),
    made_up: str = "",
) -> Advice:
    next_at = None
    if verdict not in (Verdict.CALL_FIRST, Verdict.HELD) and rules is not None:
        last = moment.taken[-1].at if moment.taken else None
        next_at = _next_time(moment, rules, moment.now if verdict is Verdict.TAKE_NOW else last)
    return Advice(moment.drug, moment.now, verdict, why, patient, moment.slot, next_at, executed, made_up=made_up)

"""What the log of a course holds for a report: doses planned and taken, holds, changes, symptoms, what came of each.

The log tells what happened and when. What was done with a drug after the onset counts as done because of the event only
where the log says so or the dose was lowered, the drug stopped or dropped (I-1424).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.event_bodies import Dispensed, DoseTaken, Symptom
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.course.course import Course
from fullcourse.course.intakes import Intake, intakes_of, is_intake
from fullcourse.course.schedule import PlanInForce
from fullcourse.course.timeline import holds_of
from fullcourse.knowledge.library import Knowledge
from fullcourse.pharmacovigilance.causality import Challenge
from fullcourse.pharmacovigilance.on_file import OnFile, ToldSymptom
from fullcourse.pharmacovigilance.reported_drug import ActionTaken, Dosage, ReportedDrug, Substance

__all__ = ["course_on_file", "symptoms_told"]

_BECAUSE: Final = frozenset(("side effects", "result"))
_HOURS: Final = 24


def symptoms_told(course: Course, now: datetime) -> Mapping[str, ToldSymptom]:
    """Return what the log tells of each symptom, in order of time."""
    told: dict[str, list[tuple[Moment, bool]]] = {}
    for event in course.state.of_kind(Symptom.kind):
        if isinstance(event.body, Symptom) and event.occurred_at <= now:
            told.setdefault(event.body.symptom, []).append((_moment(event.occurred_at), event.body.present))
    return {symptom: ToldSymptom(symptom, tuple(listed)) for symptom, listed in told.items()}


def course_on_file(course: Course, knowledge: Knowledge, now: datetime, onset: Moment | None) -> OnFile:
    """Return what a log holds, results apart.

    Args:
        course: The course.
        knowledge: Holds the names of drugs.
        now: The moment; what happened later is not seen.
        onset: Of the first reaction; None where nobody knows it.
    """
    names = dict.fromkeys(drug.drug for plan in course.timeline if plan.begins <= now for drug in plan.plan.drugs)
    reader = _Log(course, now, onset)
    symptoms = symptoms_told(course, now)
    return OnFile(
        drugs=tuple(reader.drug(name, knowledge) for name in names),
        symptoms=symptoms,
        challenges={(name, it.symptom): reader.challenge(name, it) for name in names for it in symptoms.values()},
    )


class _Log:
    """Reads a log around an onset."""

    def __init__(self, course: Course, now: datetime, onset: Moment | None) -> None:
        self._course, self._now, self._onset = course, now, onset
        self._plans = [plan for plan in course.timeline if plan.begins <= now]

    def drug(self, name: str, knowledge: Knowledge) -> ReportedDrug:
        """Return one drug of the plans, with what was logged of it."""
        taken = self._intakes(name)
        before = [it for it in taken if self._is_before_onset(it.at)]
        action = self._action(name)
        known = knowledge.drugs.get(name)
        return ReportedDrug(
            name=known.label if known else name,
            role=None,
            inn=name if known else "",
            substances=(Substance(name),),
            dosages=tuple(self._dosages(name)),
            action=action[1] if action else None,
            action_on=_moment(action[0]) if action else None,
            first_dose=_moment(taken[0].at) if taken else None,
            last_dose=_moment(taken[-1].at) if taken else None,
            last_dose_before_onset=_moment(before[-1].at) if before else None,
            cumulative_mg=sum(it.mg for it in before) if before else None,
            comment=action[2] if action else "",
            origin="course",
        )

    def challenge(self, name: str, symptom: ToldSymptom) -> Challenge:
        """Return what came of stopping or reducing a drug, and of giving it again, for one symptom."""
        action = self._action(name)
        if action is None or not action[1].is_dechallenge:
            return Challenge()
        stopped_s = action[0].timestamp()
        gone = next((at for at, present in symptom.told if not present and at.start_s >= stopped_s), None)
        again = self._taken_again(name, action[0])
        if again is not None and gone is not None and gone.start_s > again.timestamp():
            gone = None  # it went after the drug was given again: that says nothing of stopping
        came_back = None
        if again is not None and gone is not None:
            later = [present for at, present in symptom.told if at.start_s > again.timestamp()]
            came_back = True if True in later else False if later else None
        return Challenge(True if gone else None, True if again else None, came_back)

    def _taken_again(self, name: str, stopped: datetime) -> datetime | None:
        """Return the first intake after a hold that a clinician ended; None where there was none."""
        ended = [it.ends for it in holds_of(self._course.state, name) if it.begins == stopped and it.ends is not None]
        if not ended or ended[0] > self._now:
            return None
        return next((it.at for it in self._intakes(name) if it.at >= ended[0]), None)

    def _intakes(self, name: str) -> tuple[Intake, ...]:
        told = [it for it in self._course.state.doses_of(name) if is_intake(it) and it.occurred_at <= self._now]
        return intakes_of(told, self._course.late_after_h)

    def _is_before_onset(self, at: datetime) -> bool:
        """Return whether a time lies surely before the onset: by the instant where it has one, else by the day."""
        if self._onset is None:
            return False
        if self._onset.start_s == self._onset.end_s:
            return at.timestamp() < self._onset.start_s
        return at.date() < self._onset.first_day

    def _action(self, name: str) -> tuple[datetime, ActionTaken, str] | None:
        """Return the first thing that was done with a drug since the onset: when, what, and how the log says it."""
        if self._onset is None:
            return None
        done = [it for it in self._done(name) if it[0].date() >= self._onset.first_day and it[0] <= self._now]
        return min(done, key=lambda it: it[0], default=None)

    def _done(self, name: str) -> Iterator[tuple[datetime, ActionTaken, str]]:
        for hold in holds_of(self._course.state, name):
            if hold.reason in _BECAUSE:
                yield hold.begins, ActionTaken.WITHDRAWN, f"held by a clinician, reason: {hold.reason}"
        for before, plan in pairwise(self._plans):
            was, now, begins = _most_mg(before, name), _most_mg(plan, name), plan.zone.local(plan.begins)
            if was is not None and now is None:
                yield begins, ActionTaken.WITHDRAWN, "the plan that followed is without it"
            elif was is not None and now is not None and now != was:
                word = ActionTaken.REDUCED if now < was else ActionTaken.INCREASED
                yield begins, word, f"changed by the plan from {was:g} to {now:g} mg a day"
        closing = self._course.closing
        if closing is not None and closing.why == "stopped":
            yield closing.at, ActionTaken.WITHDRAWN, "the whole treatment was stopped"

    def _dosages(self, name: str) -> Iterator[Dosage]:
        batch = ", ".join(dict.fromkeys(self._lots(name)))
        for plan in self._plans:
            drug = plan.plan.drug(name)
            if drug is None:
                continue
            for place, step in enumerate(drug.steps):
                following = drug.steps[place + 1] if place + 1 < len(drug.steps) else None
                start, end = _days(plan, step, following)
                if plan.ends is not None:
                    end = min(end or date.max, self._last_day(name, plan, plan.ends))
                if start > self._now.date() or (end is not None and end < start):
                    continue
                is_over = end is not None and end < self._now.date()
                amount, every, interval = _rhythm(step)
                yield Dosage(
                    amount=amount,
                    unit="mg" if amount is not None else "",
                    every=every,
                    interval=interval,
                    start=_moment(start),
                    end=_moment(end) if end is not None and is_over else None,
                    goes_on=not is_over and not self._is_held(name),
                    text=f"planned: {say_dose_plan((step,))}",
                    form=step.form,
                    batch=batch,
                    origin="course",
                )

    def _last_day(self, name: str, plan: PlanInForce, ends: datetime) -> date:
        """Return the day of the last dose of a plan that ended; the day on which it ended where no dose is logged."""
        taken = [it.at for it in self._intakes(name) if plan.begins <= it.at < ends]
        return plan.zone.day_of(taken[-1] if taken else ends)

    def _is_held(self, name: str) -> bool:
        return any(it.covers(self._now) for it in holds_of(self._course.state, name))

    def _lots(self, name: str) -> Iterator[str]:
        """Yield the lots that were handed out or taken."""
        for event in (*self._course.state.of_kind(Dispensed.kind), *self._course.state.doses_of(name)):
            body = event.body
            if (
                isinstance(body, Dispensed | DoseTaken)
                and body.drug == name
                and body.lot
                and event.occurred_at <= self._now
            ):
                yield body.lot


def _most_mg(plan: PlanInForce, name: str) -> float | None:
    """Return the most of a drug on a dosing day of a plan, mg; None where the plan is without it."""
    drug = plan.plan.drug(name)
    return None if drug is None else max(step.mg_per_dosing_day for step in drug.steps)


def _days(plan: PlanInForce, step: DoseStep, following: DoseStep | None) -> tuple[date, date | None]:
    first = plan.plan.starts_on
    last = step.to_day if step.to_day is not None else following.from_day - 1 if following else plan.plan.days
    return first + timedelta(days=step.from_day - 1), None if last is None else first + timedelta(days=last - 1)


def _rhythm(step: DoseStep) -> tuple[float | None, float | None, str]:
    """Return the amount of one dose and how far doses lie apart, where both are always the same; nothing otherwise."""
    amounts = {dose.mg for dose in step.doses}
    if len(amounts) != 1 or step.cycle or step.after_dialysis or step.days_of_week:
        return None, None, ""
    amount = amounts.pop()
    if step.every_h is not None:
        return amount, float(step.every_h), "h"
    if len(step.doses) == 1:
        return amount, float(step.every_days), "d"
    if step.every_days == 1 and _HOURS % len(step.doses) == 0:
        return amount, float(_HOURS // len(step.doses)), "h"
    return None, None, ""


def _moment(at: datetime | date) -> Moment:
    text = at.isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()
    return parse_moment(text, "the log")

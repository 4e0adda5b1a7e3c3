"""The cases of a course: its log, divided where a case is registered anew.

Only what a clinician registered is a registration, and what was corrected or taken back counts no more. A patient who
is registered again has a second case from that day on.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Held, Outcome, Registered, Result, ResultInWords, Symptom
from fullcourse.clinical.zone import Zone
from fullcourse.cohort.programme.case import Case, Dated, LivedPlan, Told
from fullcourse.course.fold import CourseState
from fullcourse.course.schedule import PlanInForce, last_day_of
from fullcourse.course.timeline import closing_of, plan_at, timeline_of
from fullcourse.course.unanswered import last_word_s

__all__ = ["cases_of"]

_CULTURE: Final = "sputum_culture"
_SIDE_EFFECTS: Final = "side effects"
_SUSCEPTIBILITY: Final = ("_susceptibility", "_mutation")
"""How facts end that a laboratory's test of the bacteria establishes."""
_RESULTS: Final = (Result.kind, ResultInWords.kind)

_Written = Callable[[CoursePlan], object]


def cases_of(
    patient: str, state: CourseState, zone_of: Callable[[str], Zone], drugs_json: _Written
) -> tuple[Case, ...]:
    """Return the cases of a course, in order; one at least.

    Args:
        patient: Random id.
        state: Of its log.
        zone_of: Returns a zone by its IANA name.
        drugs_json: Returns the drugs of a plan as plain values that JSON can hold.
    """
    return tuple(_Reader(patient, state, zone_of, drugs_json).cases())


class _Reader:
    """Reads one course."""

    def __init__(self, patient: str, state: CourseState, zone_of: Callable[[str], Zone], drugs_json: _Written) -> None:
        self._patient, self._state, self._zone_of, self._drugs_json = patient, state, zone_of, drugs_json
        self._timeline = timeline_of(state, zone_of)
        self._closing = closing_of(state)
        self._last_word_s = last_word_s(state)

    def cases(self) -> Iterator[Case]:
        """Yield the cases."""
        registered = [
            (self._day(event), event)
            for event in self._state.of_kind(Registered.kind)
            if event.actor == "clinician" and isinstance(event.body, Registered)
        ]
        begins: list[tuple[date, Event | None]] = list(registered) or [(date.min, None)]
        for place, (day, event) in enumerate(begins):
            first = date.min if place == 0 else day
            is_last = place + 1 == len(begins)
            last = date.max if is_last else begins[place + 1][0] - timedelta(days=1)
            yield self._case(place + 1, event, first, last, is_last=is_last)

    def _case(self, number: int, event: Event | None, first: date, last: date, *, is_last: bool) -> Case:
        plans = [plan for plan in self._timeline if first <= plan.plan.starts_on <= last]
        starts_on = plans[0].plan.starts_on - timedelta(days=plans[0].plan.treatment_day - 1) if plans else None
        unread: list[Event] = list(self._unknown(first, last))
        case = Case(
            self._patient,
            number,
            self._day(event) if event else starts_on,
            "registration" if event else "plan" if plans else "",
            event.id if event else plans[0].event if plans else "",
            starts_on=starts_on,
            length_days=_length(plans, starts_on),
            cultures=tuple(self._cultures(first, last, unread)),
            outcomes=tuple(self._outcomes(first, last)),
            ends=tuple(self._ends(first, last)),
            symptoms=tuple(self._symptoms(first, last)),
            holds=tuple(self._holds(first, last)),
            plan=self._in_force(plans) if is_last else None,
            unreadable=len(unread),
            susceptibility=tuple(self._susceptibility(first, last)),
            unanswered=self._unanswered(first, last),
        )
        body = event.body if event else None
        if not isinstance(body, Registered):
            return case
        return replace(
            case,
            group=body.group,
            confirmation=body.confirmation,
            site=body.site,
            resistance=body.resistance,
            age_years=body.age_years,
            sex=body.sex,
            hiv=body.hiv,
        )

    def _cultures(self, first: date, last: date, unread: list[Event]) -> Iterator[Dated]:
        for day, event in self._dated(ResultInWords.kind, first, last):
            if isinstance(event.body, ResultInWords) and event.body.fact == _CULTURE:
                yield Dated(day, event.body.value, event.id)
        for _, event in self._dated(Result.kind, first, last):
            if isinstance(event.body, Result) and event.body.fact == _CULTURE:
                unread.append(event)  # a culture is a word: nobody knows what a number of it means

    def _susceptibility(self, first: date, last: date) -> Iterator[Dated]:
        for day, event in self._dated(ResultInWords.kind, first, last):
            if isinstance(event.body, ResultInWords) and event.body.fact.endswith(_SUSCEPTIBILITY):
                yield Dated(day, f"{event.body.fact}: {event.body.value}", event.id)

    def _unanswered(self, first: date, last: date) -> Dated | None:
        results = [found for kind in _RESULTS for found in self._dated(kind, first, last)]
        if not results:
            return None
        day, newest = max(results, key=lambda found: (found[1].recorded_s, found[1].id))
        if self._last_word_s > newest.recorded_s:
            return None
        body = newest.body
        return Dated(day, body.fact if isinstance(body, Result | ResultInWords) else newest.kind, newest.id)

    def _outcomes(self, first: date, last: date) -> Iterator[Dated]:
        for day, event in self._dated(Outcome.kind, first, last):
            if isinstance(event.body, Outcome):
                yield Dated(day, event.body.outcome, event.id)

    def _ends(self, first: date, last: date) -> Iterator[Dated]:
        if self._closing is not None and first <= (day := self._day(self._closing.event)) <= last:
            yield Dated(day, self._closing.why, self._closing.event.id)

    def _symptoms(self, first: date, last: date) -> Iterator[Told]:
        for day, event in self._dated(Symptom.kind, first, last):
            if isinstance(event.body, Symptom) and event.body.present:
                yield Told(day, event.body.symptom, self._taken_at(event.occurred_at), event.id)

    def _holds(self, first: date, last: date) -> Iterator[Told]:
        for day, event in self._dated(Held.kind, first, last):
            body = event.body
            if isinstance(body, Held) and body.reason == _SIDE_EFFECTS and event.actor == "clinician":
                yield Told(day, body.reason, body.drugs or self._taken_at(event.occurred_at), event.id)

    def _unknown(self, first: date, last: date) -> Iterator[Event]:
        return (event for event in self._state.unknown() if first <= self._day(event) <= last)

    def _in_force(self, plans: Sequence[PlanInForce]) -> LivedPlan | None:
        """Return the plan that nothing took the place of, even where treatment ended: the end has its own day."""
        if not plans:
            return None
        plan = plans[-1].plan
        drugs = json.dumps(self._drugs_json(plan), ensure_ascii=False, separators=(",", ":"))
        return LivedPlan(drugs, plan.starts_on, plan.days, plans[-1].event)

    def _taken_at(self, at: datetime) -> tuple[str, ...]:
        """Return the drugs of the plan that is in force at a moment, each from its first planned day to its last."""
        current = plan_at(self._timeline, at)
        if current is None or (current.ends is not None and at >= current.ends):
            return ()
        plan, day = current.plan, current.zone.local(at).date()
        return tuple(
            drug.drug
            for drug in plan.drugs
            if plan.starts_on + timedelta(days=drug.from_day - 1) <= day <= (last_day_of(plan, drug.drug) or date.max)
        )

    def _dated(self, kind: str, first: date, last: date) -> Iterator[tuple[date, Event]]:
        for event in self._state.of_kind(kind):
            day = self._day(event)
            if first <= day <= last:
                yield day, event

    def _day(self, event: Event) -> date:
        return self._zone_of(event.zone).local(event.occurred_at).date()


def _length(plans: Sequence[PlanInForce], starts_on: date | None) -> int | None:
    """Return the days from the first of treatment to the last that is planned; None while that is open."""
    if starts_on is None:
        return None
    ends = [last_day_of(plans[-1].plan, drug.drug) for drug in plans[-1].plan.drugs]
    known = [end for end in ends if end is not None]
    return (max(known) - starts_on).days + 1 if len(known) == len(ends) else None

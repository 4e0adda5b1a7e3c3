"""Each drug of a course over its days: the doses of its plans as they counted, and the times in which it was held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.course.course import Course
from fullcourse.course.schedule import PlanInForce, last_day_of
from fullcourse.course.timeline import holds_of

__all__ = ["DrugSpan", "DrugSpans", "drug_spans"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DrugSpan:
    """Days over which a drug was taken at one dose, or held.

    Attributes:
        first: The first day.
        last: The last day; None while it goes on without an end.
        says: The dose as plans are written, or the reason of the hold.
        is_hold: Whether it is a hold.
    """

    first: date
    last: date | None
    says: str
    is_hold: bool


@dataclass(frozen=True, slots=True)
class DrugSpans:
    """A drug with its spans, in order of their first day; a hold stands beside the doses that it holds."""

    drug: str
    spans: tuple[DrugSpan, ...]


def drug_spans(course: Course) -> tuple[DrugSpans, ...]:
    """Return every drug of the plans of a course, in the order in which plans name them."""
    drugs = dict.fromkeys(drug.drug for current in course.timeline for drug in current.plan.drugs)
    return tuple(DrugSpans(drug, _spans(course, drug)) for drug in drugs)


def _spans(course: Course, drug: str) -> tuple[DrugSpan, ...]:
    local = course.timeline[-1].zone.local
    doses = [span for current in course.timeline for span in _of_plan(current, drug)]
    holds = [
        DrugSpan(local(it.begins).date(), None if it.ends is None else local(it.ends).date(), it.reason, is_hold=True)
        for it in holds_of(course.state, drug)
    ]
    return tuple(sorted((*_joined(doses), *holds), key=lambda span: (span.first, span.is_hold)))


def _of_plan(current: PlanInForce, drug: str) -> Iterator[DrugSpan]:
    """Yield the spans of a drug's steps in one plan, as far as the plan counted."""
    taken = current.plan.drug(drug)
    if taken is None:
        return
    begins = current.zone.local(current.begins).date()
    ends = None if current.ends is None else current.zone.local(current.ends).date() - _DAY
    for first, last, says in _steps(current, taken):
        first = max(first, begins)
        last = min((day for day in (last, ends) if day is not None), default=None)
        if last is None or first <= last:
            yield DrugSpan(first, last, says, is_hold=False)


def _steps(current: PlanInForce, taken: RegimenDrug) -> Iterator[tuple[date, date | None, str]]:
    start = current.plan.starts_on + timedelta(days=taken.from_day - 1)
    ends = last_day_of(current.plan, taken.drug)
    for place, step in enumerate(taken.steps):
        following = taken.steps[place + 1 :]
        last = start + timedelta(days=following[0].from_day - 2) if following else ends
        yield (
            start + timedelta(days=step.from_day - 1),
            last,
            say_dose_plan([replace(step, from_day=1, to_day=None, from_date=None)]),
        )


def _joined(spans: Sequence[DrugSpan]) -> list[DrugSpan]:
    """Return spans of one dose that follow each other as one: a new plan need not change the dose of every drug."""
    joined: list[DrugSpan] = []
    for span in spans:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.last is not None
            and before.says == span.says
            and span.first <= before.last + _DAY
        ):
            joined[-1] = DrugSpan(before.first, span.last, span.says, is_hold=False)
        else:
            joined.append(span)
    return joined

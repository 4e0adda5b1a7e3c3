"""What one plan needs of each product, month by month of the calendar.

Every dose is placed on its day: loading doses, days of the week, days of dialysis and phases as the plan has them. A
combination that holds several drugs of a regimen is counted once. Steps of a titration count on their proposed days,
and what waits for a level or for signs of harm is counted apart as well.

A plan that is proposed is need for certain, at the usual length of its regimen. What is worked out so far of a plan
that waits, and what the longest course of a source takes, is need that is possible. What is not for the patient is no
need.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Final

from fullcourse.clinical.dose import WEEKDAYS, Dose, DoseStep
from fullcourse.clinical.dose_plan import planned_doses
from fullcourse.clinical.dose_plan.rhythm import ON_DAYS_A_WEEK
from fullcourse.cohort.need.reasons import reasons_of
from fullcourse.cohort.need.stretches import Stretch, stretches_of
from fullcourse.cohort.need.units import Counter, Product
from fullcourse.journey.dose import DoseAnswer, PlannedStep
from fullcourse.journey.plan import PlanAnswer, PlanStatus
from fullcourse.knowledge.library import Knowledge

__all__ = ["Key", "Needer", "PatientNeed", "intakes_of"]

Key = tuple[str, Product]
"""A month of the calendar, ``2026-12``, and a product."""

_COUNTED: Final = frozenset({PlanStatus.PROPOSED, PlanStatus.CANNOT_ASSESS, PlanStatus.INCOMPLETE})
_MONTH: Final = 7
"""Letters of a date that are its month."""


@dataclass(frozen=True, slots=True)
class PatientNeed:
    """What the plan of one patient needs.

    Attributes:
        status: Of the plan.
        reasons: Why it is none; empty for a proposed plan.
        regimen: Id of its regimen; empty where there is none.
        certain: Units by month and product; empty unless the plan is proposed.
        waiting: Of these, units of steps that wait for something beside their day.
        possible: Units where what is worked out so far becomes the plan, and lasts as long as its source allows; never
            fewer than are certain.
        without_dose: Drugs of the regimen of which there is nothing to count yet.
        at_odds: Drugs that a combination of the plan holds and that the plan gives otherwise on the same day: they
            would be taken twice, or their tablets are counted in two ways.
        is_treated: Whether the record orders TB drugs already.
    """

    status: PlanStatus
    reasons: tuple[str, ...] = ()
    regimen: str = ""
    certain: Mapping[Key, Fraction] = field(default_factory=dict)
    waiting: Mapping[Key, Fraction] = field(default_factory=dict)
    possible: Mapping[Key, Fraction] = field(default_factory=dict)
    without_dose: tuple[str, ...] = ()
    at_odds: tuple[str, ...] = ()
    is_treated: bool = False


@dataclass(frozen=True, slots=True)
class _Used:
    """What one drug's plan uses of a product on one day."""

    day: date
    product: Product
    units: Fraction
    waits: bool


_Place = tuple[date, Product]
_Units = tuple[Fraction, bool]
"""Units of a day, and whether any of them waits for something."""


class Needer:
    """Works out needs by one knowledge; what does not depend on the plan is worked out once."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what the sources say."""
        self._knowledge = knowledge
        self._counter = Counter(knowledge)

    def need(self, answer: PlanAnswer) -> PatientNeed:
        """Return what a plan with a start needs."""
        regimen = answer.regimen
        reasons = reasons_of(answer, self._knowledge)
        is_treated = bool(answer.composition.current)
        if regimen is None or answer.status not in _COUNTED:
            return PatientNeed(answer.status, reasons, regimen.id if regimen else "", is_treated=is_treated)
        days = self._days(answer.doses, stretches_of(regimen))
        usual, waiting = _by_month(days), _by_month(days, waiting=True)
        longest = stretches_of(regimen, longest=True)
        possible = dict(usual)
        if longest != stretches_of(regimen):
            for key, units in _by_month(self._days(answer.doses, longest)).items():
                possible[key] = max(units, possible.get(key, Fraction()))
        is_plan = answer.status is PlanStatus.PROPOSED
        return PatientNeed(
            answer.status,
            reasons,
            regimen.id,
            usual if is_plan else {},
            waiting if is_plan else {},
            possible,
            tuple(dose.drug for dose in answer.doses if not dose.worked_out),
            _at_odds(days),
            is_treated,
        )

    def _days(
        self, doses: Sequence[DoseAnswer], stretches: Mapping[str, Sequence[Stretch]]
    ) -> dict[str, dict[_Place, _Units]]:
        """Return what the plan of each drug uses, by day and product."""
        days: dict[str, dict[_Place, _Units]] = {}
        for answer in doses:
            of_drug = days.setdefault(answer.drug, {})
            for used in self._used(answer, stretches.get(answer.drug, ())):
                before = of_drug.get((used.day, used.product), (Fraction(), False))
                of_drug[used.day, used.product] = before[0] + used.units, before[1] or used.waits
        return days

    def _used(self, answer: DoseAnswer, stretches: Sequence[Stretch]) -> Iterator[_Used]:
        """Yield what a drug's plan uses on each day that belongs to the regimen."""
        before: list[Stretch] = []
        for phase, group in groupby(answer.worked_out, key=lambda planned: planned.phase):
            mine = [stretch for stretch in stretches if phase in ("", stretch.phase)]
            if not mine:
                continue
            for used in self._used_in(list(group), mine, answer):
                if any(it.holds(used.day) for it in mine) and not any(it.holds(used.day) for it in before):
                    yield used
            before += mine

    def _used_in(self, steps: Sequence[PlannedStep], mine: Sequence[Stretch], answer: DoseAnswer) -> Iterator[_Used]:
        """Yield what steps use from the first day of their stretches to the last."""
        first = mine[0].first
        length = (max(it.last for it in mine) - first).days + 1
        ends = [planned.step.from_day - 1 for planned in steps[1:]] + [length]
        for planned, end in zip(steps, ends, strict=True):
            if planned.step.from_day > length:
                continue
            step = _placed(planned)
            waits = any(wait.holds is not True for wait in planned.waits_for)
            uses = {dose.mg: self._counter.intake(dose, step, answer) for dose in intakes_of(step)}
            for dose in planned_doses([step], min(end, length), first.weekday()):
                product, units = uses[dose.mg]
                yield _Used(first + timedelta(hours=dose.time_h), product, units, waits)


def _by_month(days: Mapping[str, Mapping[_Place, _Units]], *, waiting: bool = False) -> dict[Key, Fraction]:
    """Return the units by month and product, of all days or of what waits; a combination is counted once."""
    once: dict[_Place, _Units] = {}
    for of_drug in days.values():
        for place, (units, waits) in of_drug.items():
            before = once.get(place, (Fraction(), False))
            once[place] = max(units, before[0]), waits or before[1]
    total: dict[Key, Fraction] = {}
    for (day, product), (units, waits) in once.items():
        if waits or not waiting:
            key = day.isoformat()[:_MONTH], product
            total[key] = total.get(key, Fraction()) + units
    return total


def _at_odds(days: Mapping[str, Mapping[_Place, _Units]]) -> tuple[str, ...]:
    """Return the drugs that a combination holds and whose own plan gives them otherwise on the same day."""
    found: dict[str, None] = {}
    taken = {drug: {day for day, _ in of_drug} for drug, of_drug in days.items()}
    for drug, of_drug in days.items():
        for (day, product), used in of_drug.items():
            for other in product.drugs:
                if other != drug and day in taken.get(other, ()) and days[other].get((day, product)) != used:
                    found[other] = None
    return tuple(sorted(found))


def intakes_of(step: DoseStep) -> tuple[Dose, ...]:
    """Return every intake of a step; those of a cycle have the amounts of its turns."""
    return tuple(Dose(step.doses[0].at, mg) for mg in step.cycle) if step.cycle else step.doses


def _placed(planned: PlannedStep) -> DoseStep:
    """Return a step with its days; where nobody knows the days of dialysis, as many of the week."""
    step = planned.step
    if not step.after_dialysis or step.days_of_week:
        return step
    count = round(planned.days_per_week)
    return replace(step, days_of_week=ON_DAYS_A_WEEK.get(count, WEEKDAYS[:count]))

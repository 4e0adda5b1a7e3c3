"""What the plans of running courses still need of each product, month by month, from a day on.

Every planned dose is placed on its day as in `one_patient`, and a combination that holds several drugs is counted once.
Plans that are alike are worked out once: a programme has many patients and few plans. Sums are fractions.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from typing import Final

from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import planned_doses
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.need.one_patient import intakes_of
from fullcourse.cohort.need.units import Counter, Product
from fullcourse.cohort.programme.case import Case, LivedPlan
from fullcourse.course.completion import month_later
from fullcourse.knowledge.library import Knowledge

__all__ = ["MonthNeed", "RunningNeed", "running_need"]

_DAY_H: Final = 24.0
_ROUNDED_DAYS: Final = 128
"""Open plans are worked out in such lengths, so that those begun on near days share the work."""
_Read = Callable[[str], Sequence[RegimenDrug]]


@dataclass(slots=True)
class MonthNeed:
    """What is needed of one product in one month.

    Attributes:
        units: How many.
        cases: That need any of it.
    """

    units: Fraction = Fraction()
    cases: list[Case] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunningNeed:
    """What running courses need.

    Attributes:
        months: First day of each month that was looked at; the first is the day of the report.
        rows: By month, its place from 0, and product.
        open_ended: Cases whose plan has no end: they are counted to the last month.
        not_placed: Cases with a drug whose doses cannot be placed, such as after dialysis on days nobody knows.
    """

    months: tuple[date, ...]
    rows: dict[tuple[int, Product], MonthNeed]
    open_ended: list[Case]
    not_placed: list[Case]


def running_need(cases: Iterable[Case], at: date, months: int, knowledge: Knowledge, read: _Read) -> RunningNeed:
    """Return what running courses need.

    Args:
        cases: That run on the day.
        at: The first day that is counted.
        months: How many months of the calendar are looked at, that of the day among them.
        knowledge: Knows the products.
        read: Returns the drugs of a plan from its JSON.
    """
    edges = [at, *(month_later(at.replace(day=1), ahead) for ahead in range(1, months + 1))]
    counter, used = Counter(knowledge), dict[tuple[str, int], _Used]()
    alike: dict[tuple[str, date, int | None], list[Case]] = {}
    for case in cases:
        if case.plan is not None:
            alike.setdefault((case.plan.drugs, case.plan.starts_on, case.plan.days), []).append(case)
    need = RunningNeed(tuple(edges[:-1]), {}, [], [])
    for (drugs, starts_on, days), group in alike.items():
        plan = LivedPlan(drugs, starts_on, days, "")
        weekday = starts_on.weekday()
        if (drugs, weekday) not in used:
            used[drugs, weekday] = _Used(read(drugs), weekday, counter)
        _add(need, plan, group, used[drugs, weekday], edges)
    return need


def _add(need: RunningNeed, plan: LivedPlan, group: list[Case], used: "_Used", edges: Sequence[date]) -> None:
    if used.is_open(plan.days):
        need.open_ended.extend(group)
    try:
        totals = used.up_to((edges[-1] - plan.starts_on).days, plan.days)
    except InputError:
        need.not_placed.extend(group)
        return
    for product, (sums, unit) in totals.items():
        for place, (first, after) in enumerate(pairwise(edges)):
            begin, end = ((edge - plan.starts_on).days for edge in (first, after))
            count = _sum(sums, end) - _sum(sums, begin)
            if count:
                row = need.rows.setdefault((place, product), MonthNeed())
                row.units += Fraction(count, unit) * len(group)
                row.cases.extend(group)


def _sum(sums: Sequence[int], days: int) -> int:
    """Return what is used before a day, counted from 0 for the first day of the plan."""
    return sums[min(max(days, 0), len(sums) - 1)]


class _Used:
    """What one plan uses, day by day from its first, whenever it begins on one weekday."""

    def __init__(self, drugs: Sequence[RegimenDrug], weekday: int, counter: Counter) -> None:
        self._drugs, self._weekday, self._counter = drugs, weekday, counter
        self._known: dict[tuple[int, int | None], dict[Product, tuple[list[int], int]]] = {}

    def is_open(self, days: int | None) -> bool:
        """Return whether any drug of the plan is taken without an end."""
        return days is None and any(drug.to_day is None for drug in self._drugs)

    def up_to(self, horizon: int, days: int | None) -> dict[Product, tuple[list[int], int]]:
        """Return sums over the days, in parts of a unit, and how many parts a unit has, for each product.

        Args:
            horizon: Days from the first of the plan that are looked at.
            days: Length of the plan; None while it is open.

        Raises:
            InputError: The days of a dose are not known.
        """
        length = horizon if days is None else days
        rounded = -(-max(length, 1) // _ROUNDED_DAYS) * _ROUNDED_DAYS if days is None else max(length, 1)
        key = (rounded, days)
        if key not in self._known:
            self._known[key] = self._summed(rounded, days)
        return self._known[key]

    def _summed(self, length: int, days: int | None) -> dict[Product, tuple[list[int], int]]:
        by_product: dict[Product, dict[int, Fraction]] = {}
        for drug in self._drugs:
            ends = [day for day in (days, drug.to_day) if day is not None]
            last = min([length, *ends]) - drug.from_day + 1
            if last < 1:
                continue
            first = (self._weekday + drug.from_day - 1) % 7
            for product, own in self._of_drug(drug, last, first).items():
                together = by_product.setdefault(product, {})
                for day, units in own.items():
                    together[day] = max(units, together.get(day, Fraction()))
        return {product: _parts(days_used, length) for product, days_used in by_product.items()}

    def _of_drug(self, drug: RegimenDrug, last: int, weekday: int) -> dict[Product, dict[int, Fraction]]:
        used: dict[Product, dict[int, Fraction]] = {}
        of_step = [
            (step.from_day, {dose.mg: self._counter.of_plan(dose, step, drug.drug) for dose in intakes_of(step)})
            for step in drug.steps
        ]
        for dose in planned_doses(drug.steps, last, weekday):
            day = int(dose.time_h // _DAY_H)
            uses = next((uses for begins, uses in reversed(of_step) if begins <= day + 1), of_step[0][1])
            product, units = uses[dose.mg]
            place = day + drug.from_day - 1
            own = used.setdefault(product, {})
            own[place] = own.get(place, Fraction()) + units
        return used


def _parts(days_used: dict[int, Fraction], length: int) -> tuple[list[int], int]:
    unit = lcm(*(units.denominator for units in days_used.values()))
    whole = [0] * length
    for day, units in days_used.items():
        if day < length:
            whole[day] = int(units * unit)
    return [0, *accumulate(whole)], unit

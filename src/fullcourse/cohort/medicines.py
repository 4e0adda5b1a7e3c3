"""How many members of a class many patients take in a window.

Whether an entry counts is decided by `rules.medicine_list` and `rules.begun_medicines`, once for all entries whose
dates compare alike with the check; what a product is a member of, once for each product. Here they are only counted.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.moment import Moment, day_number, day_of
from fullcourse.cohort.alike import alike, compared
from fullcourse.cohort.evidence import F64, I32, I64, Bools, MedicineColumns
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules import medicine_list as rules
from fullcourse.rules.begun_medicines import begun, is_over
from fullcourse.rules.medicine_list import memberships_of, suggested_targets
from fullcourse.screening.rulebook import unchecked_fact
from fullcourse.screening.unchecked_medicines import UncheckedMedicines

__all__ = [
    "ProductTable",
    "count_members",
    "dated_later",
    "not_checked",
    "not_understood",
    "taken_within",
    "unchecked_in",
]

_STATES: Final = (Taken.NOW, Taken.PAST, Taken.MAYBE, Taken.SUPPLIED)
_NOW, _PAST = 0, 1
_DAY_S: Final = 86_400.0


class ProductTable:
    """Which products are members of which class, and under which names; worked out once for each product."""

    def __init__(self, knowledge: Knowledge, products: Sequence[Medicine]) -> None:
        """Take the products in the order of their numbers."""
        self._products = len(products)
        self._names: dict[str, int] = {}
        self._rows: dict[str, list[tuple[int, int, bool]]] = {}
        for number, product in enumerate(products):
            for target, names in memberships_of(product, knowledge).items():
                for name in names:
                    self._put(target, number, name, is_certain=True)
            for target in suggested_targets(product, knowledge):
                self._put(target, number, product.name, is_certain=False)

    def _put(self, target: str, product: int, name: str, *, is_certain: bool) -> None:
        row = (product, self._names.setdefault(name, len(self._names)), is_certain)
        self._rows.setdefault(target, []).append(row)

    def members(self, target: str) -> tuple[I64, I64, Bools]:
        """Return rows ``(product, number of the member's name, whether it is certain)`` of a class, by product."""
        table = np.array(self._rows.get(target, ()), np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2].astype(np.bool_)

    @property
    def products(self) -> int:
        """Return how many products there are."""
        return self._products

    @property
    def names(self) -> int:
        """Return how many different members there are so far."""
        return max(1, len(self._names))


def count_members(
    target: str, taken: I64, medicines: MedicineColumns, table: ProductTable, complete: Bools
) -> tuple[F64, F64]:
    """Return the range of the number of members that each patient takes.

    Args:
        target: ``drug.x`` or ``class.x``.
        taken: For each entry whether it counts in the window, as `taken_within` says.
        medicines: The lists of all patients.
        table: Knows the products.
        complete: For each patient, whether the medicine list is known to be complete.
    """
    count = len(complete)
    product, name, certain = table.members(target)
    low, high = np.zeros(count), np.where(complete, 0.0, np.inf)
    if not product.size:
        return low, high
    is_member = np.zeros(table.products, np.bool_)
    is_member[product] = True
    entry = np.flatnonzero(is_member[medicines.product] & (taken != _PAST))
    begin = np.searchsorted(product, medicines.product[entry])
    times = np.searchsorted(product, medicines.product[entry], "right") - begin
    of_row = np.repeat(np.arange(len(entry)), times)
    at_row = begin[of_row] + np.arange(len(of_row)) - np.repeat(np.cumsum(times) - times, times)
    key = medicines.patient[entry[of_row]] * table.names + name[at_row]
    sure = certain[at_row] & (taken[entry[of_row]] == _NOW)
    surely, possibly = np.unique(key[sure]), np.unique(key)
    low += np.bincount(surely // table.names, minlength=count)
    high[complete] = np.bincount(possibly // table.names, minlength=count)[complete]
    return low, high


def dated_later(medicines: MedicineColumns, at: date, count: int) -> Bools:
    """Return for each patient whether a medicine is dated after the check, so that nobody knows whether it is taken."""
    return _whose(medicines, _judged(medicines, at, None, lambda medicine: bool(begun([medicine], at)[1])) > 0, count)


def taken_within(medicines: MedicineColumns, at: date, within_days: int | None) -> I64:
    """Return for each entry whether it counts in a window that ends at the check: 0 surely, 1 surely not, 2 perhaps."""
    return _judged(
        medicines, at, within_days, lambda medicine: _STATES.index(rules.taken_within(medicine, at, within_days))
    )


def _judged(medicines: MedicineColumns, at: date, within_days: int | None, judge: Callable[[Medicine], int]) -> I64:
    """Return what is judged of each entry: of those whose dates compare alike with the check, once."""
    today, ends = day_number(at), medicines.has_until
    longest = np.where(ends, today - medicines.until_first - medicines.surely, 0)
    shortest = np.where(ends, today - medicines.until_last - medicines.perhaps, 0)
    features: list[I64 | I32 | Bools] = [medicines.taken.astype(np.int64), medicines.has_since, ends]
    for since in (medicines.since_first, medicines.since_last):
        features.append(np.where(medicines.has_since, compared(since, today), 0))
    for days in (longest, shortest):
        features += [compared(days, limit) for limit in (0, within_days) if limit is not None]
    entries = alike(features)
    return np.array([judge(_entry(medicines, first)) for first in entries.first.tolist()], np.int64)[entries.kind]


def _entry(medicines: MedicineColumns, number: int) -> Medicine:
    """Return one entry as far as its dates and its status go."""
    since, until = (
        _span(getattr(medicines, f"{end}_first")[number], getattr(medicines, f"{end}_last")[number])
        if getattr(medicines, f"has_{end}")[number]
        else None
        for end in ("since", "until")
    )
    lasts = int(medicines.surely[number]), int(medicines.perhaps[number])
    return Medicine("", (), (), "", _STATES[medicines.taken[number]], since, until, "", lasts=lasts)


def _span(first: int, last: int) -> Moment:
    return Moment("", day_of(int(first)), day_of(int(last)), float(first) * _DAY_S, float(last + 1) * _DAY_S - 1e-6)


def _whose(medicines: MedicineColumns, flagged: Bools, count: int) -> Bools:
    """Return for each patient whether one of the entries is flagged."""
    whose: Bools = np.bincount(medicines.patient[flagged], minlength=count) > 0
    return whose


@lru_cache(maxsize=4)
def unchecked_in(knowledge: Knowledge) -> UncheckedMedicines:
    """Return what tells which medicines no statement speaks of; it keeps what it learns of products."""
    return UncheckedMedicines(knowledge)


def not_checked(
    medicines: MedicineColumns, products: Sequence[Medicine], knowledge: Knowledge, taken: I64, patients: int
) -> dict[str, Bools]:
    """Return for each drug, by the name of the fact, which patients take or may take a medicine that was not checked.

    Args:
        medicines: The lists of all patients.
        products: By their numbers.
        knowledge: What the sources say.
        taken: For each entry whether it is taken now, as `taken_within` says.
        patients: Their number.
    """
    unchecked = unchecked_in(knowledge)
    may_be_taken = np.flatnonzero(taken != _PAST)
    who, product = medicines.patient[may_be_taken], medicines.product[may_be_taken]
    columns: dict[str, Bools] = {}
    for drug in knowledge.drugs.values():
        lacking = np.array([bool(unchecked.of(it, drug)) for it in products], np.bool_)
        flagged = who[lacking[product]] if products else who
        columns[unchecked_fact(drug)] = np.bincount(flagged, minlength=patients) > 0
    return columns


def not_understood(medicines: MedicineColumns, at: date, patients: int) -> Bools:
    """Return for each patient whether a listed product was not understood that is not certainly over."""
    over = _judged(medicines, at, None, lambda medicine: is_over(medicine, at)) > 0
    return _whose(medicines, medicines.unclear & ~over, patients)

"""How many members of a class many patients take in a window: `rules.medicine_list` over columns."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from fullcourse.clinical.moment import day_number
from fullcourse.clinical.patient import Medicine
from fullcourse.cohort.evidence import F64, I64, Bools, MedicineColumns
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.medicine_list import members, suggested

__all__ = ["ProductTable", "begins_later", "count_members", "taken_within"]

_NOW, _PAST, _MAYBE = 0, 1, 2


class ProductTable:
    """Which products are members of which class, and under which names; worked out once for each product."""

    def __init__(self, knowledge: Knowledge, products: Sequence[Medicine], at: date) -> None:
        """Take the products in the order of their numbers."""
        self._knowledge = knowledge
        self._products = products
        self._names: dict[str, int] = {}

    def members(self, target: str) -> tuple[I64, I64, Bools]:
        """Return rows ``(product, number of the member's name, whether it is certain)`` of a class."""
        rows: list[tuple[int, int, bool]] = []
        for number, product in enumerate(self._products):
            for name in members(product, target, self._knowledge):
                rows.append((number, self._names.setdefault(name, len(self._names)), True))
            hint = suggested(product, target, self._knowledge)
            if hint is not None:
                rows.append((number, self._names.setdefault(hint, len(self._names)), False))
        table = np.array(rows, np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2].astype(np.bool_)

    @property
    def products(self) -> int:
        """Return how many products there are."""
        return len(self._products)

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
    order = np.argsort(product, kind="stable")
    product, name, certain = product[order], name[order], certain[order]
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


def begins_later(medicines: MedicineColumns, at: date, count: int) -> Bools:
    """Return for each patient whether a medicine is dated after the check, so that nobody knows whether it is taken."""
    later = medicines.has_since & (medicines.since_first > day_number(at)) & (medicines.taken != _PAST)
    return np.asarray(np.bincount(medicines.patient[later], minlength=count) > 0, np.bool_)


def taken_within(medicines: MedicineColumns, at: date, within_days: int | None) -> I64:
    """Return for each entry whether it counts in a window that ends at the check: 0 surely, 1 surely not, 2 perhaps."""
    today = day_number(at)
    after = medicines.has_since & (medicines.since_first > today)
    perhaps_begun = medicines.has_since & (medicines.since_last > today)
    is_over = medicines.has_until & (medicines.until_last < today)
    # An order that is still active after its validity has run out may well be taken still.
    over = np.full(len(after), _MAYBE) if within_days is None else _ended(medicines, today, within_days, _MAYBE)
    now = np.where(is_over, over, np.where(perhaps_begun, _MAYBE, _NOW))
    ended = _ended(medicines, today, within_days, _PAST)
    maybe = np.where(is_over, ended, _MAYBE)
    past = np.full(len(after), _PAST) if within_days is None else ended
    taken = np.where(medicines.taken == _NOW, now, np.where(medicines.taken == _MAYBE, maybe, past))
    return np.where(after, _PAST, taken).astype(np.int64)


def _ended(medicines: MedicineColumns, today: int, within_days: int | None, at_least: int) -> I64:
    if within_days is None:
        with_end = np.where(medicines.until_last < today, _PAST, _MAYBE)
        return np.where(medicines.has_until, with_end, _PAST).astype(np.int64)
    surely = today - medicines.until_first <= within_days
    perhaps = today - medicines.until_last <= within_days
    with_end = np.where(surely, _NOW, np.where(perhaps, _MAYBE, at_least))
    return np.where(medicines.has_until, with_end, _MAYBE).astype(np.int64)

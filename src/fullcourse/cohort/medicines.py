"""How many members of a class many patients take in a window: `rules.medicine_list` over columns."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from fullcourse.clinical.moment import day_number
from fullcourse.clinical.patient import Medicine
from fullcourse.cohort.evidence import F64, I64, Bools, MedicineColumns
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.medicine_list import members, suggested
from fullcourse.screening.rulebook import unchecked_fact
from fullcourse.screening.unchecked_medicines import UncheckedMedicines

__all__ = ["ProductTable", "count_members", "dated_later", "not_checked", "not_understood", "taken_within"]

_NOW, _PAST, _MAYBE, _SUPPLIED = 0, 1, 2, 3


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


def dated_later(medicines: MedicineColumns, at: date, count: int) -> Bools:
    """Return for each patient whether a medicine is dated after the check, so that nobody knows whether it is taken."""
    later = _begins_later(medicines, at) & (medicines.taken != _PAST)
    return np.asarray(np.bincount(medicines.patient[later], minlength=count) > 0, np.bool_)


def taken_within(medicines: MedicineColumns, at: date, within_days: int | None) -> I64:
    """Return for each entry whether it counts in a window that ends at the check: 0 surely, 1 surely not, 2 perhaps."""
    today = day_number(at)
    after = _begins_later(medicines, at)
    begun = np.where(medicines.has_since & (medicines.since_last > today), _MAYBE, _NOW)
    longest = today - medicines.until_first - medicines.surely
    shortest = today - medicines.until_last - medicines.perhaps
    ends = medicines.has_until
    is_over = ends & (shortest > 0)
    # An order that is still active after its supply or course has run out may well be taken still.
    over = np.full(len(after), _MAYBE) if within_days is None else _ended(ends, longest, shortest, within_days, _MAYBE)
    ended = _ended(ends, longest, shortest, within_days, _PAST)
    now = np.where(is_over, over, begun)
    maybe = np.where(is_over, ended, _MAYBE)
    past = np.full(len(after), _PAST) if within_days is None else ended
    supplied = np.where(ends & (longest <= 0), begun, np.where(ends, ended, _MAYBE))
    taken = np.select([medicines.taken == state for state in (_NOW, _MAYBE, _SUPPLIED)], [now, maybe, supplied], past)
    return np.where(after, _PAST, taken).astype(np.int64)


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
    unchecked = UncheckedMedicines(knowledge)
    may_be_taken = np.flatnonzero(taken != _PAST)
    who, product = medicines.patient[may_be_taken], medicines.product[may_be_taken]
    columns: dict[str, Bools] = {}
    for drug in knowledge.drugs.values():
        lacking = np.array([bool(unchecked.of(it, drug)) for it in products], np.bool_)
        flagged = who[lacking[product]] if products else who
        columns[unchecked_fact(drug)] = np.bincount(flagged, minlength=patients) > 0
    return columns


def _begins_later(medicines: MedicineColumns, at: date) -> Bools:
    """Return for each entry whether it begins after the check."""
    later: Bools = medicines.has_since & (medicines.since_first > day_number(at))
    return later


def not_understood(medicines: MedicineColumns, at: date, patients: int) -> Bools:
    """Return for each patient whether a listed product was not understood that is not certainly over."""
    is_over = (taken_within(medicines, at, None) == _PAST) & ~_begins_later(medicines, at)
    open_ = medicines.patient[medicines.unclear & ~is_over]
    unclear: Bools = np.bincount(open_, minlength=patients) > 0
    return unclear


def _ended(ends: Bools, longest: I64, shortest: I64, within_days: int | None, at_least: int) -> I64:
    if within_days is None:
        with_end = np.where(shortest > 0, _PAST, _MAYBE)
        return np.where(ends, with_end, _PAST).astype(np.int64)
    with_end = np.where(longest <= within_days, _NOW, np.where(shortest <= within_days, _MAYBE, at_least))
    return np.where(ends, with_end, _MAYBE).astype(np.int64)

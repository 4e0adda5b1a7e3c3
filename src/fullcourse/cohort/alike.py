"""Which of many rows are alike, so that each kind is decided once, by the code of one patient.

Rows are alike when all their features are equal. A feature is a small whole number: a word, a flag, or how two numbers
compare. Whatever a decision depends on must be a feature, and what cannot be one makes its row a kind of its own.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np

from fullcourse.cohort.evidence import F64, I32, I64, Bools

__all__ = ["Alike", "alike", "compared"]

_MOST: Final = 2**62


class Alike(NamedTuple):
    """The kinds of some rows.

    Attributes:
        first: The first row of each kind.
        kind: Number of the kind of each row.
    """

    first: I64
    kind: I64

    def members(self) -> Iterator[tuple[int, I64]]:
        """Yield the first row of each kind, and all rows of it."""
        order = np.argsort(self.kind, kind="stable")
        ends = np.cumsum(np.bincount(self.kind, minlength=len(self.first)))
        for first, begin, end in zip(self.first.tolist(), [0, *ends[:-1].tolist()], ends.tolist(), strict=False):
            yield first, order[begin:end]


def alike(features: Iterable[I64 | I32 | Bools]) -> Alike:
    """Return the kinds of rows; exact, since features are put together as digits of one number.

    Args:
        features: One element a row each, at least one feature.

    Example:
        >>> alike([np.array([2, 2, 7]), np.array([True, True, True])])
        Alike(first=array([0, 2]), kind=array([0, 0, 1]))
    """
    whole: I64 | None = None
    kinds = 1
    for feature in features:
        digits = feature.astype(np.int64)
        if not digits.size:
            return Alike(np.zeros(0, np.int64), np.zeros(0, np.int64))
        least, most = int(digits.min()), int(digits.max())
        if least == most:
            whole = np.zeros(len(digits), np.int64) if whole is None else whole
            continue
        if whole is not None and kinds * (most - least + 1) > _MOST:
            values, whole = np.unique(whole, return_inverse=True)
            kinds = len(values)
        if most - least + 1 > _MOST // max(1, kinds):
            values, digits = np.unique(digits, return_inverse=True)
            least, most = 0, len(values) - 1
        whole = digits - least if whole is None else whole * (most - least + 1) + (digits - least)
        kinds *= most - least + 1
    if whole is None:
        raise ValueError("rows without a feature are not alike")
    _, first, kind = np.unique(whole, return_index=True, return_inverse=True)
    return Alike(first.astype(np.int64), kind.astype(np.int64))


def compared(numbers: F64 | I32 | I64, others: F64 | I32 | I64 | float) -> I64:
    """Return how numbers compare with others: -1 below, 0 equal, 1 above, 2 where one of them is no number."""
    with np.errstate(invalid="ignore"):
        below, above, equal = numbers < others, numbers > others, numbers == others
    return np.where(below, -1, np.where(above, 1, np.where(equal, 0, 2))).astype(np.int64)

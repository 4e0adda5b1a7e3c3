"""Write numbers, arrays and duals side by side, a value and then its slopes, as the compiled kernels read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.kernels.dual import Dual, tangent_of, value_of
from fullcourse.pharmacokinetics.model import F64

__all__ = ["pack", "width_of"]


def width_of(items: Iterable[Any]) -> int:
    """Return 1 and the number of slopes that anything carries."""
    return 1 + max((item.tangent.shape[0] for item in items if isinstance(item, Dual)), default=0)


def pack(value: Any, shape: tuple[int, ...], width: int) -> F64:
    """Return a number, an array or a dual that broadcasts to a shape, as ``(*shape, width)``."""
    result = np.zeros((*shape, width))
    result[..., 0] = value_of(value)
    if isinstance(value, Dual):
        result[..., 1:] = np.moveaxis(tangent_of(value, width - 1), 0, -1)
    return result

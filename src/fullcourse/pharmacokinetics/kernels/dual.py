"""Carry exact first derivatives beside values, so that every kernel yields its sensitivities without a second text.

A ``Dual`` is a value of shape ``s`` and its tangents of shape ``(n_directions, *s)``. Kernels are written once with
ordinary operators and the functions of this module; handed plain arrays they cost nothing extra, handed duals they
return derivatives that are exact to rounding (forward accumulation, Wengert 1964). No differences are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from fullcourse.pharmacokinetics.model import F64, Bool


class Dual:
    """A value with its tangents; supports ``+ - * /`` and indexing with arrays, numbers and other duals."""

    __slots__ = ("tangent", "value")
    __array_ufunc__ = None  # a NumPy array on the left hands the operation over to this class

    def __init__(self, value: F64, tangent: F64) -> None:
        """Keep ``value`` of shape ``s`` and ``tangent`` of shape ``(n_directions, *s)``, or one that broadcasts."""
        self.value = value
        self.tangent = tangent

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return self.value.shape

    def __neg__(self) -> Dual:
        """Return the negative."""
        return Dual(-self.value, -self.tangent)

    def __add__(self, other: Real) -> Dual:
        """Return the sum."""
        if isinstance(other, Dual):
            return Dual(self.value + other.value, _aligned(self, other) + _aligned(other, self))
        return Dual(self.value + other, _aligned(self, other))

    __radd__ = __add__

    def __sub__(self, other: Real) -> Dual:
        """Return the difference."""
        if isinstance(other, Dual):
            return Dual(self.value - other.value, _aligned(self, other) - _aligned(other, self))
        return Dual(self.value - other, _aligned(self, other))

    def __rsub__(self, other: F64 | float) -> Dual:
        """Return the difference with the operands the other way round."""
        return Dual(other - self.value, -_aligned(self, other))

    def __mul__(self, other: Real) -> Dual:
        """Return the product."""
        if isinstance(other, Dual):
            tangent = _aligned(self, other) * other.value + _aligned(other, self) * self.value
            return Dual(self.value * other.value, tangent)
        return Dual(self.value * other, _aligned(self, other) * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Real) -> Dual:
        """Return the quotient."""
        if isinstance(other, Dual):
            quotient = self.value / other.value
            tangent = (_aligned(self, other) - _aligned(other, self) * quotient) / other.value
            return Dual(quotient, tangent)
        return Dual(self.value / other, _aligned(self, other) / other)

    def __rtruediv__(self, other: F64 | float) -> Dual:
        """Return the quotient with the operands the other way round."""
        quotient = other / self.value
        return Dual(quotient, -_aligned(self, other) * (quotient / self.value))

    def __getitem__(self, key: Any) -> Dual:
        """Return a part; the tangents are broadcast to the value first, then cut alike."""
        full = np.broadcast_to(self.tangent, (self.tangent.shape[0], *self.value.shape))
        keys = key if isinstance(key, tuple) else (key,)
        return Dual(self.value[key], full[(slice(None), *keys)])


Real: TypeAlias = Dual | F64 | float
"""What a kernel computes with."""


def _aligned(dual: Dual, other: Any) -> F64:
    """Return the tangents with enough axes to broadcast against an operand of more dimensions."""
    more = np.ndim(value_of(other)) - dual.value.ndim
    if more <= 0:
        return dual.tangent
    directions, *shape = dual.tangent.shape
    return dual.tangent.reshape(directions, *([1] * more), *shape)


def value_of(x: Real) -> Any:
    """Return the value without its tangents."""
    return x.value if isinstance(x, Dual) else x


def tangent_of(x: Real, directions: int) -> F64:
    """Return the tangents, broadcast to the value; zeros for a constant; shape ``(directions, *shape)``."""
    if isinstance(x, Dual):
        return np.broadcast_to(x.tangent, (x.tangent.shape[0], *x.value.shape))
    return np.zeros((directions, *np.shape(x)))


def chain(x: Real, value: F64, slope: Callable[[], F64] | F64) -> Any:
    """Return ``f(x)`` from its value and slope; the slope is asked for only when ``x`` carries tangents."""
    if not isinstance(x, Dual):
        return value
    return Dual(value, x.tangent * (slope() if callable(slope) else slope))


def exp(x: Real) -> Any:
    """Return the exponential."""
    result = np.exp(value_of(x))
    return chain(x, result, result)


def log(x: Real) -> Any:
    """Return the natural logarithm."""
    return chain(x, np.log(value_of(x)), lambda: 1.0 / value_of(x))


def sqrt(x: Real) -> Any:
    """Return the square root."""
    result = np.sqrt(value_of(x))
    return chain(x, result, lambda: 0.5 / result)


def where(condition: Bool, yes: Real, no: Real) -> Any:
    """Return ``yes`` where the condition holds, else ``no``; tangents follow the branch taken."""
    value = np.where(condition, value_of(yes), value_of(no))
    if not isinstance(yes, Dual) and not isinstance(no, Dual):
        return value
    rank = value.ndim
    tangent = np.where(condition, _lifted(yes, rank), _lifted(no, rank))
    return Dual(value, tangent)


def _lifted(x: Real, rank: int) -> Any:
    """Return the tangents of ``x`` with ``rank`` trailing axes (0.0 for a constant)."""
    if not isinstance(x, Dual):
        return 0.0
    directions, *shape = x.tangent.shape
    return x.tangent.reshape(directions, *([1] * (rank - len(shape))), *shape)


def take(x: Real, index: Any, axis: int) -> Any:
    """Return ``np.take_along_axis`` of the value and of the tangents.

    Along axis 1 an index ``(1, n)`` stands for every row, which is many times as fast, and nothing is copied where it
    changes no place.
    """
    if axis == 1 and index.shape[0] == 1:
        return _columns(x, index[0])
    if not isinstance(x, Dual):
        return np.take_along_axis(np.asarray(x), index, axis)
    full = np.broadcast_to(x.tangent, (x.tangent.shape[0], *x.value.shape))
    lifted = np.broadcast_to(index, (full.shape[0], *index.shape))
    return Dual(np.take_along_axis(x.value, index, axis), np.take_along_axis(full, lifted, axis + 1))


def _columns(x: Real, columns: Any) -> Any:
    """Return some columns of every row."""
    width = np.shape(value_of(x))[1]
    if columns.size == width and (columns == np.arange(width)).all():
        return x
    if not isinstance(x, Dual):
        return np.asarray(x)[:, columns]
    full = np.broadcast_to(x.tangent, (x.tangent.shape[0], *x.value.shape))
    return Dual(x.value[:, columns], full[:, :, columns])


def total(x: Real, axis: int) -> Any:
    """Return the sum over one axis, counted from the end (negative)."""
    if not isinstance(x, Dual):
        return np.sum(x, axis=axis)
    full = np.broadcast_to(x.tangent, (x.tangent.shape[0], *x.value.shape))
    return Dual(x.value.sum(axis=axis), full.sum(axis=axis))


def expanded(x: Real, axes: int) -> Any:
    """Return ``x`` with that many axes of length 1 appended."""
    if not isinstance(x, Dual):
        array = np.asarray(x)
        return array.reshape(*array.shape, *([1] * axes))
    return Dual(
        x.value.reshape(*x.value.shape, *([1] * axes)),
        x.tangent.reshape(*x.tangent.shape, *([1] * axes)),
    )


def variables(values: F64, directions: int, first: int = 0) -> list[Any]:
    """Return the columns of ``values`` as duals that are independent directions.

    Args:
        values: Shape ``(batch, n)``.
        directions: Number of directions in all.
        first: Direction of the first column.

    Returns:
        ``n`` duals of shape ``(batch, 1)``, tangents ``(directions, 1, 1)``.
    """
    result: list[Any] = []
    for column in range(values.shape[1]):
        seed = np.zeros((directions, 1, 1))
        seed[first + column] = 1.0
        result.append(Dual(values[:, column, None], seed))
    return result


def any_dual(items: Sequence[Real]) -> bool:
    """Return whether any item carries tangents."""
    return any(isinstance(value, Dual) for value in items)


def side_by_side(parts: Sequence[Any], size: int) -> Any:
    """Return arrays or duals of shape ``(1 or size, n)`` joined along the second axis."""
    duals = [part for part in parts if isinstance(part, Dual)]
    values = [np.broadcast_to(value_of(part), (size, np.shape(value_of(part))[1])) for part in parts]
    if not duals:
        return np.concatenate(values, axis=1)
    directions = duals[0].tangent.shape[0]
    tangents = [
        np.broadcast_to(tangent_of(part, directions), (directions, *value.shape))
        for part, value in zip(parts, values, strict=True)
    ]
    return Dual(np.concatenate(values, axis=1), np.concatenate(tangents, axis=2))

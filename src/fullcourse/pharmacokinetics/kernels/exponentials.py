"""Evaluate chains of first-order steps exactly, also where their rate constants are equal or nearly so.

``cascade([x1, ..., xn], t)`` is the convolution of ``exp(-x1 t)``, ..., ``exp(-xn t)``: what arrives at the end of a
chain of compartments with these rate constants. It is, up to sign, the divided difference of the exponential. The
textbook partial fractions divide by differences of rates and fail at ``ka = ke``; here the pair uses ``expm1``, and
longer chains use the recursion of divided differences where the rates are apart and a Taylor series where they are
not (McCurdy, Ng & Parlett, Mathematics of Computation 43:501, 1984). A rate of 0 stands for a constant input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.kernels.dual import Dual, Real, any_dual, value_of
from fullcourse.pharmacokinetics.model import F64

_TAYLOR_TERMS = 20
_FACTORIAL = np.cumprod(np.r_[1.0, np.arange(1.0, 40.0)])


def cascade(rates: Sequence[Real], time: Real) -> Any:
    """Return the convolution of ``exp(-x t)`` over the rates ``x``.

    Args:
        rates: Rate constants, 1/h, at least 0; arrays or duals that broadcast with ``time``.
        time: Time, h, at least 0.

    Returns:
        Array, or dual when any argument is one; for one rate ``exp(-x t)``, for two equal rates ``t exp(-x t)``.

    Example:
        >>> float(np.round(cascade([np.array(1.0), np.array(1.0)], np.array(2.0)), 6))
        0.270671
    """
    plain = [np.asarray(value_of(rate)) for rate in rates]
    clock = np.asarray(value_of(time))
    value = cascade_value(plain, clock)
    if not any_dual([*rates, time]):
        return value
    tangent: F64 | float = 0.0
    for rate in rates:
        if isinstance(rate, Dual):
            tangent = tangent - _lift(rate, value.ndim) * cascade_value([*plain, rate.value], clock)
    if isinstance(time, Dual):
        shorter = cascade_value(plain[:-1], clock) if len(plain) > 1 else 0.0
        tangent = tangent + _lift(time, value.ndim) * (shorter - plain[-1] * value)
    return Dual(value, np.asarray(tangent))


def _lift(dual: Dual, rank: int) -> F64:
    """Return tangents reshaped to broadcast against a value with ``rank`` axes."""
    directions, *shape = dual.tangent.shape
    return dual.tangent.reshape(directions, *([1] * (rank - len(shape))), *shape)


def cascade_value(rates: Sequence[F64], time: F64) -> F64:
    """Return ``cascade`` for plain arrays; the rates may stand in any order and coincide."""
    if len(rates) == 1:
        return np.exp(-rates[0] * time)
    if len(rates) == 2:
        return _pair(rates[0], rates[1], time)
    stacked = np.stack(np.broadcast_arrays(*[rate * time for rate in rates]))
    stacked.sort(axis=0)
    scaled = _divided_difference(stacked)
    return np.asarray(np.exp(-stacked[0]) * scaled * time ** (len(rates) - 1))


def _pair(first: F64, second: F64, time: F64) -> F64:
    """Return ``(exp(-x1 t) - exp(-x2 t)) / (x2 - x1)`` without cancellation."""
    low = np.minimum(first, second)
    gap = np.abs(second - first) * time
    return np.exp(-low * time) * time * phi(gap)


def phi(u: F64) -> F64:
    """Return ``(1 - exp(-u)) / u`` for ``u`` at least 0, and 1 at 0."""
    safe = np.where(u > 1e-300, u, 1.0)
    return np.where(u > 1e-300, -np.expm1(-safe) / safe, 1.0)


def _divided_difference(points: F64) -> F64:
    """Return the chain integral for sorted scaled rates, with the factor of the smallest taken out.

    Args:
        points: Shape ``(n, ...)``, n at least 3, ascending along the first axis.
    """
    count = points.shape[0]
    base = points - points[0]
    row = [np.exp(-base[i]) for i in range(count)]
    for width in range(1, count):
        following = []
        for start in range(count - width):
            span = base[start + width] - base[start]
            if width == 1:
                following.append(row[start] * phi(span))
                continue
            if not span.any():  # equal rates: a power of time over a factorial
                following.append(row[0] * 0.0 + np.exp(-base[start]) / _FACTORIAL[width])
                continue
            close = span <= 1.0
            entry = (row[start] - row[start + 1]) / np.where(close, 1.0, span)
            if np.any(close):
                near = base[start : start + width + 1][:, close]
                entry = np.asarray(entry)
                entry[close] = np.exp(-near[0]) * _taylor(near - near[0])
            following.append(entry)
        row = following
    return np.asarray(row[0])


def _taylor(points: F64) -> F64:
    """Return the chain integral for points within 1 of 0, by complete homogeneous symmetric polynomials.

    The series is ``sum_k (-1)^k h_k(points) / (n - 1 + k)!``.
    """
    count = points.shape[0]
    result = np.zeros(points.shape[1:])
    partial = np.zeros_like(points)  # h_k of the first i + 1 points
    partial[:] = 1.0
    sign = 1.0
    for order in range(_TAYLOR_TERMS):
        term = partial[-1] / _FACTORIAL[count - 1 + order]
        result += sign * term
        if order and float(term.max()) < 1e-18 / _FACTORIAL[count - 1]:
            break
        sign = -sign
        partial[0] *= points[0]
        for i in range(1, count):
            partial[i] = partial[i - 1] + points[i] * partial[i]
    return result

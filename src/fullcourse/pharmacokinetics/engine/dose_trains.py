"""Sum a regular train of instantaneous doses in closed form, without a loop over the doses.

``m`` doses an interval apart through one exponential are a geometric series. Through two (absorption, then loss) they
are the divided difference of two such series; the latest dose is kept apart and taken with ``expm1``, so that nothing
cancels just after it. Slopes are written out, because estimation spends its time here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.dual import Dual, Real, value_of
from fullcourse.pharmacokinetics.model import F64

_CLOSE = 2e-6


def train_through_one(rate: Real, since: Real, count: F64, interval: F64) -> Any:
    """Return the sum over j < count of ``exp(-rate (since + j interval))``.

    Args:
        rate: 1/h, above 0.
        since: Time since the latest dose, h, at least 0.
        count: Number of doses, at least 0; may be infinite.
        interval: h, above 0.
    """
    k, t = np.asarray(value_of(rate)), np.asarray(value_of(since))
    value, slope = _series(k, t, count, interval)
    return _with_slopes(value, ((rate, lambda: slope), (since, lambda: -k * value)))


def train_through_two(first: Real, second: Real, since: Real, count: F64, interval: F64) -> Any:
    """Return the same sum of the convolution of two exponentials; the rates may be equal."""
    a, b, t = (np.asarray(value_of(x)) for x in (first, second, since))
    low, high = np.minimum(a, b), np.maximum(a, b)
    gap = high - low
    some = count > 0.0
    fall = np.exp(-low * t)
    u = gap * t
    phi, phi_slope = _phi_and_slope(u)
    latest = np.where(some, fall * t * phi, 0.0)
    older_count = np.maximum(count - 1.0, 0.0)
    close = gap * interval < _CLOSE
    half = np.where(close, _CLOSE / interval, 0.0)
    low_apart, high_apart = np.where(close, low - half, low), np.where(close, high + half, high)
    apart = high_apart - low_apart
    start = t + interval
    sum_low, slope_low = _series(low_apart, start, older_count, interval)
    sum_high, slope_high = _series(high_apart, start, older_count, interval)
    older = (sum_low - sum_high) / apart
    value = latest + older

    def in_high() -> F64:
        return np.asarray(np.where(some, t * t * fall * phi_slope, 0.0) - (slope_high + older) / apart)

    def in_low() -> F64:
        one = np.where(some, -t * t * fall * (phi + phi_slope), 0.0)
        return np.asarray(one + (slope_low + older) / apart)

    def in_time() -> F64:
        one = np.where(some, fall * np.exp(-u), 0.0) - low * latest
        return np.asarray(one + (high_apart * sum_high - low_apart * sum_low) / apart)

    if not any(isinstance(x, Dual) for x in (first, second, since)):
        return value
    above, below = in_high(), in_low()
    first_is_low = a <= b
    return _with_slopes(
        value,
        (
            (first, lambda: np.where(first_is_low, below, above)),
            (second, lambda: np.where(first_is_low, above, below)),
            (since, in_time),
        ),
    )


def _series(k: F64, t: F64, count: F64, interval: F64) -> tuple[F64, F64]:
    """Return the geometric series of one exponential and its slope in the rate."""
    step = k * interval
    ends = np.isinf(count)
    finite = np.where(ends, 0.0, count)
    left = np.where(ends, 0.0, np.exp(-step * finite))
    gone = -np.expm1(-step * finite)
    gone = np.where(ends, 1.0, gone)
    one = -np.expm1(-step)
    scale = np.exp(-k * t) / one
    value = scale * gone
    slope = scale * finite * interval * left - value * (t + interval * (1.0 - one) / one)
    return value, slope


def _phi_and_slope(u: F64) -> tuple[F64, F64]:
    """Return ``(1 - exp(-u)) / u`` and its slope, also at 0."""
    small = u < 0.05
    safe = np.where(small, 1.0, u)
    fall = np.expm1(-safe)
    phi = -fall / safe
    slope = (1.0 + fall - phi) / safe
    if small.any():
        series = np.zeros_like(u)
        bend = np.zeros_like(u)
        for n in range(9, 0, -1):
            series = 1.0 - u / (n + 1.0) * series if n < 9 else 1.0 - u / (n + 1.0)
        for coefficient in _PHI_SLOPE:
            bend = bend * u + coefficient
        phi = np.where(small, series, phi)
        slope = np.where(small, bend, slope)
    return phi, slope


_PHI_SLOPE = tuple((-1.0) ** (n + 1) * (n + 1) / math.factorial(n + 2) for n in range(8, -1, -1))
"""Series of the slope of phi: coefficients of u^8 down to u^0, ``(-1)^(n+1) (n+1) / (n+2)!``."""


def _with_slopes(value: F64, slopes: tuple[tuple[Real, Any], ...]) -> Any:
    """Return a dual from partial slopes; plain values when no argument carries tangents."""
    tangent: Any = None
    for argument, slope in slopes:
        if isinstance(argument, Dual):
            directions, *shape = argument.tangent.shape
            lifted = argument.tangent.reshape(directions, *([1] * (value.ndim - len(shape))), *shape)
            part = lifted * slope()
            tangent = part if tangent is None else tangent + part
    return value if tangent is None else Dual(value, tangent)

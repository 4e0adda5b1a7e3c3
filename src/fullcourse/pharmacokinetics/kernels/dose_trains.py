"""Sum a regular train of instantaneous doses in closed form, without a loop over the doses.

``m`` doses an interval apart through one exponential are a geometric series. Through two (absorption, then loss) they
are the divided difference of two such series; the latest dose is kept apart and taken with ``expm1``, so that nothing
cancels just after it. Slopes are written out, because estimation spends its time here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.kernels.dual import Dual, Real, value_of
from fullcourse.pharmacokinetics.kernels.exponentials import phi as phi_of
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
    value = _series(k, t, count, interval)
    return _with_slopes(
        value, ((rate, lambda: _series_slope(k, t, count, interval, value)), (since, lambda: -k * value))
    )


def train_through_two(first: Real, second: Real, since: Real, count: F64, interval: F64) -> Any:
    """Return the same sum of the convolution of two exponentials; the rates may be equal."""
    a, b, t = (np.asarray(value_of(x)) for x in (first, second, since))
    low, high = np.minimum(a, b), np.maximum(a, b)
    gap = high - low
    fall = np.exp(-low * t) * (count > 0.0)
    u = gap * t
    slopes = isinstance(first, Dual) or isinstance(second, Dual) or isinstance(since, Dual)
    phi, phi_slope = _phi_and_slope(u) if slopes else (phi_of(u), u)
    latest = fall * t * phi
    older_count = np.maximum(count - 1.0, 0.0)
    start = t + interval
    close = gap * interval < _CLOSE
    if close.any():
        half = np.where(close, _CLOSE / interval, 0.0)
        low_apart, high_apart = low - half * (low > half), high + half
        apart = high_apart - low_apart
        sum_low = _series(low_apart, start, older_count, interval)
        sum_high = _series(high_apart, start, older_count, interval)
    else:
        low_apart, high_apart, apart = low, high, gap
        sum_low = _series_after(fall, low, older_count, interval)
        sum_high = _series_after(fall - fall * u * phi, high, older_count, interval)
    older = (sum_low - sum_high) / apart
    value = latest + older
    if not slopes:
        return np.asarray(value)
    bend = t * t * fall * phi_slope
    below = -bend - t * latest + (_series_slope(low_apart, start, older_count, interval, sum_low) + older) / apart
    above = bend - (_series_slope(high_apart, start, older_count, interval, sum_high) + older) / apart
    first_is_low = a <= b

    def in_time() -> F64:
        term = fall * np.exp(-u) - low * latest
        return np.asarray(term + (high_apart * sum_high - low_apart * sum_low) / apart)

    return _with_slopes(
        np.asarray(value),
        (
            (first, lambda: np.where(first_is_low, below, above)),
            (second, lambda: np.where(first_is_low, above, below)),
            (since, in_time),
        ),
    )


def _series(k: F64, t: F64, count: F64, interval: F64) -> F64:
    """Return the geometric series of one exponential."""
    step = k * interval
    with np.errstate(invalid="ignore"):
        gone = np.expm1(-step * count)
    return np.asarray(np.exp(-k * t) * gone / np.expm1(-step))


def _series_after(now: F64, k: F64, count: F64, interval: F64) -> F64:
    """Return the geometric series that begins an interval after ``now``, which is ``exp(-k t)`` or 0 without doses."""
    step = np.expm1(-k * interval)
    with np.errstate(invalid="ignore"):
        gone = np.expm1(-k * interval * count)
    return np.asarray(now * ((1.0 + step) / step) * gone)


def _series_slope(k: F64, t: F64, count: F64, interval: F64, value: F64) -> F64:
    """Return the slope of the series in the rate."""
    step = k * interval
    gain = -np.expm1(-step)
    finite = np.where(np.isinf(count), 0.0, count)
    left = np.exp(-k * t - step * finite) / gain * (finite * interval)
    return np.asarray(left - value * (t + interval * (1.0 - gain) / gain))


def _phi_and_slope(u: F64) -> tuple[F64, F64]:
    """Return ``(1 - exp(-u)) / u`` and its slope, also at 0."""
    small = u < 0.05
    safe = np.where(small, 1.0, u)
    fall = np.expm1(-safe)
    phi = -fall / safe
    slope = (1.0 + fall - phi) / safe
    if small.any():
        near = u[small]
        bend = np.zeros_like(near)
        for coefficient in _PHI_SLOPE:
            bend = bend * near + coefficient
        slope[small] = bend
        phi[small] = phi_of(near)
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

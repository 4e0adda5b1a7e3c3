"""Evaluate a gamma-shaped delay (a transit chain) followed by first-order steps, in closed form.

The input after a transit chain is a gamma density with shape ``a`` and rate ``ktr``; what follows is convolved with
it. With one step of rate ``x`` the result is ``exp(-y) y^a / Gamma(a+1) * M(1, a+1, z)``, where ``y = ktr t``,
``z = (ktr - x) t`` and M is Kummer's function (NIST Handbook 13.4, 8.5): finite for either sign of ``z`` and at
``z = 0``, so nothing fails where the rates meet. Longer chains are divided differences of that in the rates. Each
dose keeps its own delay, however long: no drug is lost when doses overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.kernels.dual import Dual, Real, any_dual, value_of
from fullcourse.pharmacokinetics.model import F64

_NEAR = 1e-3
_MOST_STEPS = 12
_BETWEEN_CHECKS = 8
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


def log_gamma(x: F64) -> F64:
    """Return ``ln Gamma(x)`` for ``x`` above 0 (Stirling's series after shifting ``x`` beyond 12)."""
    shifted = np.asarray(x, dtype=np.float64)
    product = np.ones_like(shifted)
    for _ in range(12):
        low = shifted < 12.0
        product = np.where(low, product * shifted, product)
        shifted = np.where(low, shifted + 1.0, shifted)
    series = np.zeros_like(shifted)
    for coefficient in reversed(_STIRLING):
        series = series / (shifted * shifted) + coefficient
    series = series / shifted
    main = (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * np.log(2.0 * np.pi)
    return np.asarray(main + series - np.log(product))


def window_h(shape: F64, ktr: F64) -> F64:
    """Return a time after which less than 1e-18 of a dose is still in the chain, h."""
    return np.asarray((shape + 10.0 * np.sqrt(shape) + 46.0) / ktr)


def density(shape: F64, ktr: F64, time: F64) -> F64:
    """Return the gamma density, 1/h; 0 before time 0."""
    live = time > 0.0
    y = ktr * np.where(live, time, 1.0)
    logarithm = shape * np.log(y) - y - log_gamma(shape)
    return np.where(live, np.exp(logarithm) / np.where(live, time, 1.0), 0.0)


Singles = dict[tuple[int, float], tuple[F64, F64]]
"""Convolutions with one exponential that are known, each with its rate: by the rate's ``id`` and what was added to the
shape, as a share of it or as 1."""


def gamma_cascade(shape: Real, ktr: Real, rates: Sequence[Real], time: Real, known: Singles | None = None) -> Any:
    """Return the convolution of the gamma density with ``exp(-x t)`` over all rates ``x``.

    Args:
        shape: Shape of the delay, above 0 (number of steps).
        ktr: Rate of each step, 1/h.
        rates: One or more rate constants of what follows, 1/h, at least 0.
        time: Time since the dose, h; 0 is returned at and before time 0.
        known: What earlier calls with the same shape, ktr and time found, for this one to use and to add to.

    Returns:
        Array, or dual when any argument is one.

    Example:
        One step of the same rate as the delay is one step more: ``gamma(3, 1)`` after 2 h.

        >>> one = np.array(1.0)
        >>> float(np.round(gamma_cascade(2 * one, one, [one], 2 * one), 6))
        0.270671
    """
    plain = [np.asarray(value_of(rate), dtype=np.float64) for rate in rates]
    a, k, t = (np.asarray(value_of(x), dtype=np.float64) for x in (shape, ktr, time))
    known = {} if known is None else known
    value = _values(a, k, plain, t, known)
    if not any_dual([shape, ktr, *rates, time]):
        return value
    tangent: F64 | float = 0.0
    for rate, its in zip(rates, plain, strict=True):
        if isinstance(rate, Dual):
            tangent = tangent - _lift(rate, value.ndim) * _values(a, k, [*plain, its], t, known)
    if isinstance(time, Dual):
        shorter = _values(a, k, plain[:-1], t, known) if len(plain) > 1 else density(a, k, t)
        tangent = tangent + _lift(time, value.ndim) * (shorter - plain[-1] * value)
    if isinstance(ktr, Dual):
        tangent = tangent + _lift(ktr, value.ndim) * (a / k) * (value - _values(a + 1.0, k, plain, t, known, 1.0))
    if isinstance(shape, Dual):
        tangent = tangent + _lift(shape, value.ndim) * _shape_slope(a, k, plain, t, known)
    return Dual(value, np.asarray(tangent))


def _lift(dual: Dual, rank: int) -> F64:
    """Return tangents reshaped to broadcast against a value with ``rank`` axes."""
    directions, *shape = dual.tangent.shape
    return dual.tangent.reshape(directions, *([1] * (rank - len(shape))), *shape)


def _shape_slope(a: F64, k: F64, rates: Sequence[F64], t: F64, known: Singles) -> F64:
    """Return the slope in the shape: an eighth-order central difference, whose error is below 1e-10 here."""
    share = 0.02
    step = share * a
    weights = ((1, 4 / 5), (2, -1 / 5), (3, 4 / 105), (4, -1 / 280))
    slope = np.zeros(np.broadcast_shapes(a.shape, k.shape, t.shape, *[r.shape for r in rates]))
    for count, weight in weights:
        ahead, behind = (
            _values(a + sign * count * step, k, rates, t, known, sign * count * share) for sign in (1.0, -1.0)
        )
        slope = slope + weight * (ahead - behind)
    return slope / step


def _values(a: F64, k: F64, rates: Sequence[F64], t: F64, known: Singles, added: float = 0.0) -> F64:
    """Return the plain values of ``gamma_cascade`` for rates in any order; ``added``: to the shape, see ``Singles``."""
    singles = [_known(a, k, rate, t, known, added) for rate in rates]
    if len(rates) == 1:
        return singles[0]
    shape = np.broadcast_shapes(*[one.shape for one in singles])
    live = np.broadcast_to(t > 0.0, shape)
    result = np.zeros(shape)
    if not live.any():
        return result
    cut = [np.broadcast_to(x, shape)[live] for x in (a, k, t)]
    points = np.stack([np.broadcast_to(rate, shape)[live] for rate in rates])
    row = np.stack([np.broadcast_to(one, shape)[live] for one in singles])
    if len(rates) > 2:  # of two the order does not matter
        order = np.argsort(points, axis=0, kind="stable")
        points, row = np.take_along_axis(points, order, 0), np.take_along_axis(row, order, 0)
    result[live] = _divided_difference(cut[0], cut[1], points, cut[2], list(row))
    return result


def _known(a: F64, k: F64, rate: F64, t: F64, known: Singles, added: float) -> F64:
    """Return the convolution with one exponential, 0 at and before time 0, computed once for each rate and shape."""
    key = (id(rate), added)
    if key not in known:
        shape = np.broadcast_shapes(a.shape, k.shape, t.shape, rate.shape)
        live = np.broadcast_to(t > 0.0, shape)
        result = np.zeros(shape)
        if live.any():
            result[live] = single(*(np.broadcast_to(x, shape)[live] for x in (a, k, rate, t)))
        known[key] = (rate, result)  # the rate is kept, so that its id stays its own
    return known[key][1]


def _divided_difference(a: F64, k: F64, points: F64, t: F64, row: list[F64]) -> F64:
    """Return divided differences in the rates.

    Args:
        a, k, t: Shape, rate and time, ``(m,)``.
        points: Rates, ascending where there are more than two, ``(n, m)``.
        row: What each of them gives alone, ``(m,)`` each.
    """
    count = points.shape[0]
    for width in range(1, count):
        following = []
        for start in range(count - width):
            span = points[start + width] - points[start]
            close = np.abs(span) * t < _NEAR
            entry = (row[start] - row[start + 1]) / np.where(close, 1.0, span)
            if close.any():
                near = points[start : start + width + 1][:, close]
                entry[close] = _confluent(a[close], k[close], near, t[close])
            following.append(entry)
        row = following
    return np.asarray(row[0])


def _confluent(a: F64, k: F64, points: F64, t: F64) -> F64:
    """Return the divided difference of nearly equal rates from derivatives at their mean."""
    order = points.shape[0] - 1
    middle = points.mean(axis=0)
    spread = ((points - middle) ** 2).sum(axis=0) / 2.0
    first = _moment(a, k, middle, t, order) / _factorial(order)
    apart = np.flatnonzero(spread)  # a slope in a rate doubles that rate exactly, and has nothing to add
    if apart.size:
        second = _moment(a[apart], k[apart], middle[apart], t[apart], order + 2) / _factorial(order + 2)
        first[apart] += spread[apart] * second
    return first


def _factorial(n: int) -> float:
    """Return ``n!``."""
    return float(np.prod(np.arange(1.0, n + 1.0)))


def _moment(a: F64, k: F64, rate: F64, t: F64, order: int) -> F64:
    """Return the integral of density(u) (t - u)^order exp(-rate (t - u)), the derivative up to sign."""
    result = np.zeros_like(t)
    factor = np.ones_like(t)
    binomial = 1.0
    for j in range(order + 1):
        result += (-1.0) ** j * binomial * t ** (order - j) * factor * single(a + j, k, rate, t)
        factor = factor * (a + j) / k
        binomial = binomial * (order - j) / (j + 1)
    return result


def single(a: F64, k: F64, rate: F64, t: F64) -> F64:
    """Return the convolution with one exponential; all arguments of one shape, ``t`` above 0."""
    a, k, rate, t = np.broadcast_arrays(a, k, rate, t)
    y = k * t
    z = (k - rate) * t
    result = np.empty(y.shape)
    done = z > a + 10.0 * np.sqrt(a) + 46.0  # nothing is left in the chain: pure exponential decay
    with np.errstate(over="ignore", under="ignore"):
        if done.any():
            tail = a[done] * np.log(y[done] / z[done]) - rate[done] * t[done]
            result[done] = np.exp(tail)
        steps = ~done & (a <= _MOST_STEPS) & (a == np.floor(a)) & ((z >= a) | (z < -2.0 * a))
        if steps.any():
            result[steps] = _whole_steps(a[steps], k[steps], rate[steps], t[steps])
            done |= steps
        rising = (z >= 0.0) & ~done
        if rising.any():
            log_scale = a[rising] * np.log(y[rising]) - y[rising] - log_gamma(a[rising] + 1.0)
            result[rising] = np.exp(log_scale) * _kummer_rising(a[rising] + 1.0, z[rising])
        falling = (z < 0.0) & ~done
        if falling.any():
            log_scale = a[falling] * np.log(y[falling]) - y[falling] - log_gamma(a[falling] + 1.0)
            result[falling] = np.exp(log_scale) * _kummer_falling(a[falling], -z[falling])
    return result


def _whole_steps(a: F64, k: F64, rate: F64, t: F64) -> F64:
    """Return ``single`` for a whole number of steps, by its finite sum, where that does not cancel.

    That is where ``(k - rate) t`` is at least ``a`` or below ``-2 a``.
    """
    z = (k - rate) * t
    term, total = np.ones_like(z), np.zeros_like(z)
    for j in range(int(a.max())):
        total = np.where(j < a, total + term, total)
        term = term * (z / (j + 1.0))
    return np.asarray((k / (k - rate)) ** a * (np.exp(-rate * t) - np.exp(-k * t) * total))


def _kummer_rising(b: F64, z: F64) -> F64:
    """Return ``M(1, b, z)`` for ``z`` at least 0: a series of positive terms."""
    term = np.ones_like(z)
    result = np.ones_like(z)
    index = 0.0
    while np.any(term > 1e-17 * result):
        for _ in range(_BETWEEN_CHECKS):
            term *= z / (b + index)
            result += term
            index += 1.0
    return result


def _kummer_falling(a: F64, w: F64) -> F64:
    """Return ``M(1, a + 1, -w)`` for ``w`` above 0, by Kummer's transformation or, far out, its expansion."""
    result = np.empty_like(w)
    far = w > np.maximum(80.0, 2.5 * a)
    if far.any():
        factor, term = a[far] / w[far], a[far] / w[far]
        total = term.copy()
        for j in range(1, 60):
            factor = factor * (j - a[far]) / w[far]
            shrinking = np.abs(factor) < np.abs(term)
            term = np.where(shrinking, factor, 0.0)
            total = total + term
            if not np.any(np.abs(term) > 1e-17 * total):
                break
        result[far] = total
    near = ~far
    if near.any():
        x, shape = w[near], a[near]
        weight = np.exp(-x)
        total = weight.copy()
        index = 1.0
        limit = float(x.max()) + 12.0 * float(np.sqrt(x.max())) + 60.0
        while index < limit and not (index > x.max() and np.all(weight < 1e-18 * total)):
            for _ in range(_BETWEEN_CHECKS):
                weight *= x / index
                total += weight * (shape / (shape + index))
                index += 1.0
        result[near] = total
    return result

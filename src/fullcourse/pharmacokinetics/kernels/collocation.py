"""Hold smooth stretches of a differential equation as polynomials, many stretches and people at once.

On an element of length ``h`` a state is the polynomial through its start and its values at Radau's right nodes, where
it satisfies the equation (Radau IIA: order 15 at the end of an element, stiffly stable; Hairer and Wanner, Solving
Ordinary Differential Equations II, IV.5). A linear decay is solved in closed form, and elements are strung together
by an affine recursion, so that no step in time needs a step in Python.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre

from fullcourse.pharmacokinetics.model import F64, Bool

NODES = 8
"""Nodes of an element."""


def _radau_nodes(count: int) -> F64:
    """Return Radau's right nodes on (-1, 1]."""
    series = np.zeros(count + 1)
    series[count - 1 :] = -1.0, 1.0
    roots = np.sort(legendre.legroots(series))
    for _ in range(3):
        roots = roots - legendre.legval(roots, series) / legendre.legval(roots, legendre.legder(series))
    roots[-1] = 1.0
    return np.asarray(roots)


def _integrals(nodes: F64) -> F64:
    """Return integrals of the Legendre polynomials from -1 to each node, ``(nodes, degrees)``."""
    values = legendre.legvander(nodes, nodes.size)
    result = np.empty((nodes.size, nodes.size))
    result[:, 0] = nodes + 1.0
    for k in range(1, nodes.size):
        result[:, k] = (values[:, k + 1] - values[:, k - 1]) / (2 * k + 1)
    return result


_X = _radau_nodes(NODES)
POSITION: F64 = np.asarray(0.5 * (_X + 1.0))
"""Nodes within an element, from 0 (excluded) to 1 (included), ``(NODES,)``."""
SERIES: F64 = np.asarray(np.linalg.inv(legendre.legvander(_X, NODES - 1)), dtype=np.float64)
"""From values at the nodes to Legendre coefficients, ``(NODES, NODES)``."""
DIFFERENCE: F64 = np.asarray(np.linalg.inv(0.5 * _integrals(_X) @ SERIES), dtype=np.float64)
"""From increments since the start to slopes times the length, ``(NODES, NODES)``: ``DIFFERENCE @ (y - y0) = h y'``."""
FROM_START: F64 = DIFFERENCE.sum(axis=1)
"""``DIFFERENCE`` applied to ones."""
INTEGRAL: F64 = np.asarray(np.linalg.inv(DIFFERENCE), dtype=np.float64)
"""From slopes at the nodes to increments since the start over the length, ``(NODES, NODES)``."""
_WITH_START: F64 = np.asarray(np.linalg.inv(legendre.legvander(np.r_[-1.0, _X], NODES)), dtype=np.float64)


def decay_inverse(rate_times_length: F64) -> F64:
    """Return ``inv(DIFFERENCE + z I)``, the solution operator of a decay, ``(..., NODES, NODES)``.

    A state with ``x' = u - b x`` is ``decay_inverse(b h) @ (FROM_START x0 + h u)`` at the nodes.

    Args:
        rate_times_length: ``z``, at least 0, any shape.
    """
    z = np.asarray(rate_times_length)
    few, place = np.unique(z.ravel(), return_inverse=True)
    matrices = np.linalg.inv(DIFFERENCE + few[:, None, None] * np.eye(NODES))
    return np.asarray(matrices[place.reshape(z.shape)])


def left_out(slopes: F64) -> F64:
    """Return about how much of a polynomial lies in the degrees left out, ``(..., NODES)`` to ``(...,)``.

    It is the last coefficient, shrunk by the rate at which the coefficients fall off.
    """
    size = np.abs(slopes @ SERIES[-4:].T)
    last = np.maximum(size[..., 3], 0.2 * size[..., 2])
    earlier = np.maximum(size[..., 1], 0.2 * size[..., 0])
    fall = last / np.maximum(earlier, 1e-300)
    return np.asarray(last * np.sqrt(np.minimum(fall, 1.0)) / (2 * NODES))


def coefficients(start: F64, at_nodes: F64) -> F64:
    """Return Legendre coefficients of states, ``(...,)`` and ``(..., NODES)`` to ``(..., NODES + 1)``."""
    return np.asarray(start[..., None] * _WITH_START[:, 0] + at_nodes @ _WITH_START[:, 1:].T)


def basis(position: F64) -> F64:
    """Return the Legendre polynomials at positions from 0 to 1 within an element, ``(..., NODES + 1)``."""
    return np.asarray(legendre.legvander(2.0 * position - 1.0, NODES))


def basis_slope(position: F64) -> F64:
    """Return the slopes of ``basis`` in the position."""
    x = 2.0 * position - 1.0
    values = legendre.legvander(x, NODES)
    result = np.zeros_like(values)
    for k in range(1, NODES + 1):  # P'(k) = P'(k-2) + (2 k - 1) P(k-1)
        result[..., k] = (2 * k - 1) * values[..., k - 1] + (result[..., k - 2] if k > 1 else 0.0)
    return np.asarray(2.0 * result, dtype=np.float64)


def strung(transfer: F64, offset: F64, jump: F64, keep: Bool, begin: F64) -> tuple[F64, F64]:
    """Return states at the start of every element, and after the last.

    An element takes ``x`` to ``transfer x + offset``. At its start the state is set to 0 where ``keep`` is False, and
    then ``jump`` is added.

    Args:
        transfer: ``(B, E, n, n)``.
        offset: ``(B, E, n, k)``: k columns are followed alike.
        jump: ``(B, E, n, k)``.
        keep: ``(B, E)``.
        begin: ``(B, n, k)``, before the first element.

    Returns:
        ``(B, E, n, k)`` and ``(B, n, k)``.
    """
    batch, count, size, columns = offset.shape
    width = max(int(np.ceil(np.sqrt(count))), 1)
    blocks = -(-count // width)
    step = np.empty((batch, blocks * width, size, size))
    step[:, :count] = np.where(keep[:, :, None, None], transfer, 0.0)
    step[:, count:] = np.eye(size)
    moved = np.zeros((batch, blocks * width, size, columns))
    moved[:, :count] = np.matmul(transfer, jump) + offset
    step, moved = step.reshape(batch, blocks, width, size, size), moved.reshape(batch, blocks, width, size, columns)
    for i in range(1, width):
        moved[:, :, i] += np.matmul(step[:, :, i], moved[:, :, i - 1])
        step[:, :, i] = np.matmul(step[:, :, i], step[:, :, i - 1])
    into = np.empty((batch, blocks, size, columns))
    state = begin
    for i in range(blocks):
        into[:, i] = state
        state = np.matmul(step[:, i, -1], state) + moved[:, i, -1]
    ends = (np.matmul(step, into[:, :, None]) + moved).reshape(batch, blocks * width, size, columns)
    before = np.concatenate([begin[:, None], ends[:, : count - 1]], axis=1)
    return np.where(keep[:, :, None, None], before, 0.0) + jump, ends[:, count - 1]


def strung_decay(transfer: F64, offset: F64, jump: F64, keep: Bool, begin: F64) -> tuple[F64, F64]:
    """Return what ``strung`` does for one state.

    Args:
        transfer: ``(B, E)``.
        offset, jump: ``(B, E, k)``.
        keep: ``(B, E)``.
        begin: ``(B, k)``.

    Returns:
        ``(B, E, k)`` and ``(B, k)``.
    """
    step = transfer * keep
    moved = transfer[..., None] * jump + offset
    count, ahead = step.shape[1], 1
    while ahead < count:  # after this pass, every element holds what twice as many before it do
        moved[:, ahead:] += step[:, ahead:, None] * moved[:, :-ahead]
        step[:, ahead:] = step[:, ahead:] * step[:, :-ahead]
        ahead *= 2
    ends = moved + step[..., None] * begin[:, None]
    starts = jump + keep[..., None] * np.concatenate([begin[:, None], ends[:, :-1]], axis=1)
    return starts, ends[:, -1]

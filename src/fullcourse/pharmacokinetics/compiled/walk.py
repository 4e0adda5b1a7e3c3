"""Lay the way of many individuals from point to point out for the compiled kernel."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fullcourse.pharmacokinetics.compiled.library import address, library
from fullcourse.pharmacokinetics.model import F64, I64

__all__ = ["Added", "walk_on"]

_MOST_MODES: Final = 3


class _Addition(ctypes.Structure):
    """As in ``walk.c``."""

    _fields_ = [
        ("point", ctypes.c_int64), ("count", ctypes.c_int64), ("who", ctypes.c_void_p), ("depot", ctypes.c_void_p),
        ("modes", ctypes.c_void_p * _MOST_MODES),
    ]  # fmt: skip


class _Way(ctypes.Structure):
    """As in ``walk.c``."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in ("points", "size", "modes", "additions", "stride")),
        *((name, ctypes.c_void_p) for name in (
            "distance", "absorb", "keep", "cross", "added", "depot", "mode", "target",
        )),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What doses add at a point, mg, for some individuals; None: for everybody, or nothing to the depot."""

    point: int
    who: I64 | None
    depot: F64 | None
    modes: Sequence[F64]


def walk_on(
    target: F64, depot: F64 | None, modes: F64, distance: I64, factors: tuple[F64 | None, F64, F64],
    additions: Sequence[Added],
) -> bool:  # fmt: skip
    """Add the central amounts at every point after the first; False, and nothing done, where no kernel is.

    Args:
        target: mg, ``(M, N)``; rows may lie apart.
        depot: At the first point, mg, ``(N,)``; changed. None: doses enter the central compartment at once.
        modes: At the first point, mg, ``(modes, N)``; changed.
        distance: Which of the distances lies before each point; -1: none, ``(M,)``.
        factors: What each distance keeps of the depot ``(distances, N)`` and of each mode ``(distances, modes, N)``,
            and what of the depot reaches each mode.
        additions: In order of their points.
    """
    opened = library()
    if opened is None or target.strides[1] != target.itemsize:
        return False
    kept: list[Any] = [np.ascontiguousarray(part) if part is not None else None for part in factors]
    rows = (_Addition * max(len(additions), 1))()
    for row, addition in zip(rows, additions, strict=False):
        given = (addition.who, addition.depot, *addition.modes)
        parts: list[Any] = [None if part is None else np.ascontiguousarray(part) for part in given]
        kept += parts
        row.point, row.count = addition.point, parts[2].size
        row.who, row.depot = address(parts[0]), address(parts[1])
        for mode, part in enumerate(parts[2:]):
            row.modes[mode] = address(part)
    points, size = target.shape
    way = _Way(
        points, size, modes.shape[0], len(additions), target.strides[0] // target.itemsize, address(distance),
        *(address(part) for part in kept[:3]), ctypes.addressof(rows), address(depot), address(modes), address(target),
    )  # fmt: skip
    opened.fullcourse_walk(ctypes.byref(way))
    return True

"""Open the compiled kernels, which the build makes where it finds a C compiler, and say which kernel is used.

Nothing is compiled when the program runs. Where the library is absent, or made for another version of this package, the
reference in NumPy answers; ``FULLCOURSE_KERNEL=reference`` asks for it.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

__all__ = ["VERSION", "address", "library", "library_file"]

VERSION: Final = 3
"""Of what the library is handed; the library says which it was made for."""

_ASKED: Final = "FULLCOURSE_KERNEL"


def library_file() -> Path:
    """Return where the library lies, if it was built."""
    return Path(__file__).with_name("kernels.so")


@cache
def library() -> ctypes.CDLL | None:
    """Return the compiled kernels; None where they were not built, do not fit, or are not wanted."""
    path = library_file()
    if os.environ.get(_ASKED) == "reference" or not path.exists():
        return None
    try:
        opened = ctypes.CDLL(str(path))
        fits = opened.fullcourse_kernels_version() == VERSION
    except (OSError, AttributeError):  # of another machine, or of another time
        return None
    return opened if fits else None


def address(array: np.ndarray[Any, Any] | None) -> int | None:
    """Return where an array begins, for a field of a structure; the caller keeps the array."""
    return None if array is None else array.ctypes.data

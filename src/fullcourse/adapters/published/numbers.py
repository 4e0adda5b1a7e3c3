"""How numbers of models are written in JSON."""

import math

__all__ = ["rounded"]


def rounded(value: float, digits: int = 6) -> float | None:
    """Return a number for JSON with so many significant digits; None for what is not finite."""
    number = float(value)
    return float(f"{number:.{digits}g}") if math.isfinite(number) else None

"""A robust line through results: the median of all slopes between two of them, with its exact interval.

Distribution-free, so that nothing is assumed of how a laboratory scatters: P. K. Sen, Estimates of the regression
coefficient based on Kendall's tau, Journal of the American Statistical Association 1968;63:1379. The interval is taken
from the exact distribution of the number of inversions, since the normal approximation fails with few results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import factorial
from statistics import median
from typing import Final

__all__ = ["CONFIDENCE", "FEWEST", "Line", "line_through"]

CONFIDENCE: Final = 0.90
"""Of the interval of a slope: as in every answer about levels."""

FEWEST: Final = 4
"""With fewer results no interval of this confidence exists: three lie in order by chance once in six times."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line through results.

    Attributes:
        per_day: Slope, units a day.
        low: Lower end of its interval.
        high: Upper end.
        points: Day and value of each result, oldest first.
    """

    per_day: float
    low: float
    high: float
    points: tuple[tuple[float, float], ...]

    def reaches(self, value: float, per_day: float) -> float:
        """Return the day on which a line of a slope through the middle of the results reaches a value.

        Args:
            value: In the unit of the results.
            per_day: The slope: this line's, or an end of its interval; not 0.
        """
        return (value - median(y - per_day * day for day, y in self.points)) / per_day


def line_through(points: Sequence[tuple[float, float]]) -> Line | None:
    """Return the line through results; None where they are fewer than `FEWEST`.

    Args:
        points: Day and value, each day once.
    """
    ordered = tuple(sorted(points))
    if len(ordered) < FEWEST:
        return None
    slopes = sorted((y - x) / (later - day) for (day, x), (later, y) in combinations(ordered, 2))
    outside = _left_out(len(ordered))
    return Line(median(slopes), slopes[outside], slopes[-1 - outside], ordered)


@cache
def _left_out(results: int) -> int:
    """Return how many slopes at either end lie outside the interval.

    Source:
        The number of slopes below the true one is the number of inversions of a random order (Kendall 1938).
    """
    counts = [1]
    for size in range(2, results + 1):  # one element more can stand before 0 to size - 1 of those before it
        counts = [sum(counts[max(0, k - size + 1) : k + 1]) for k in range(len(counts) + size - 1)]
    each_side = (1.0 - CONFIDENCE) / 2.0 * factorial(results)
    at_most = outside = 0
    while at_most + counts[outside] <= each_side:
        at_most += counts[outside]
        outside += 1
    return outside - 1

"""Results as small multiples: one small drawing a test, all on the same days, with the limits that sources state."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from fullcourse.interfaces.desk.charts.drawing import (
    GRID,
    INK,
    QUIET,
    RED,
    DateAxis,
    drawing,
    said_day,
    shortened,
    titled,
    words,
)

__all__ = ["Limit", "ResultPoint", "ResultSeries", "result_series"]

_WIDTH, _HEIGHT = 200.0, 84.0
_LEFT, _RIGHT, _TOP, _BASE = 4.0, 196.0, 22.0, 66.0
_LINE: Final = "#0b3d91"
_USUAL: Final = "#e0efe6"
_Place = Callable[[float], float]
"""Returns the height at which a value is drawn, px."""


@dataclass(frozen=True, slots=True)
class ResultPoint:
    """A result: its day and its value, in the unit of the series."""

    on: date
    value: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that a source compares results with, and what it says."""

    value: float
    says: str


@dataclass(frozen=True, slots=True)
class ResultSeries:
    """The results of one test.

    Attributes:
        label: Name of the test.
        unit: Of every value.
        points: In order of their days; at least one.
        limits: Of sources; only those that are near to the results are drawn.
        usual_to: Up to where a laboratory calls it normal; None where none said so.
    """

    label: str
    unit: str
    points: tuple[ResultPoint, ...]
    limits: tuple[Limit, ...] = ()
    usual_to: Limit | None = None


def result_series(name: str, series: ResultSeries, days: tuple[date, date]) -> Markup:
    """Return the drawing of one test.

    Args:
        name: Of the chart on its page.
        series: Its results.
        days: First and last day of the axis.
    """
    axis = DateAxis(*days, _LEFT + 3, _RIGHT - 3)
    values = [point.value for point in series.points]
    low, high = _span(values)
    near = [limit for limit in series.limits if low <= limit.value <= high]

    def y(value: float) -> float:
        return _BASE - (value - low) / (high - low) * (_BASE - _TOP)

    newest = series.points[-1]
    unit = f" {series.unit}" if series.unit else ""
    value = f"{newest.value:.4g}{unit}"
    title = f"{series.label}: {value} on {said_day(newest.on)}"
    parts = [
        words(_LEFT, 12, shortened(series.label, _RIGHT - _LEFT - 7.6 * len(value)), f'fill="{QUIET}" font-size="11"'),
        words(_RIGHT, 12, value, 'text-anchor="end" font-weight="bold"'),
        f'<path d="M{_LEFT:g} {_BASE + 4:g}H{_RIGHT:g}" stroke="{GRID}"/>',
        *_usual(series.usual_to, (low, high), y),
        *_limits(near, y),
        *_line(series, axis, y),
        words(_LEFT, _HEIGHT - 3, f"{days[0]:%b %Y}", f'fill="{QUIET}" font-size="10"'),
        words(_RIGHT, _HEIGHT - 3, f"{days[1]:%b %Y}", f'fill="{QUIET}" font-size="10" text-anchor="end"'),
    ]
    return drawing(name, title, _description(series, near), (_WIDTH, _HEIGHT), parts)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and greatest value that are drawn: around the results, so that a change of a tenth is seen."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.35, abs(high) * 0.08, 1e-9)
    return low - room, high + room


def _usual(usual_to: Limit | None, span: tuple[float, float], y: _Place) -> Iterator[str]:
    """Yield what is usual as a pale field from below, as far as it is drawn; all is above it where it is not."""
    if usual_to is None or usual_to.value <= span[0]:
        return
    top = y(min(usual_to.value, span[1]))
    field = f'<rect x="{_LEFT:g}" y="{top:.1f}" width="{_RIGHT - _LEFT:g}" height="{_BASE - top:.1f}" fill="{_USUAL}"'
    yield titled(field, f"Usual up to {usual_to.value:g}, {usual_to.says}")


def _limits(limits: Sequence[Limit], y: _Place) -> Iterator[str]:
    for limit in limits:
        line = f'<path d="M{_LEFT:g} {y(limit.value):.1f}H{_RIGHT:g}" stroke="{RED}" stroke-dasharray="4 3"'
        yield titled(line, limit.says)


def _line(series: ResultSeries, axis: DateAxis, y: _Place) -> Iterator[str]:
    places = [(axis.middle(point.on), y(point.value)) for point in series.points]
    if len(places) > 1:
        path = " ".join(f"{x:.1f},{at:.1f}" for x, at in places)
        yield f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="1.5"/>'
    dots = "".join(f"M{x - 2:.1f} {at:.1f}a2 2 0 1 0 4 0a2 2 0 1 0-4 0" for x, at in places[:-1])
    if dots:
        yield f'<path d="{dots}" fill="{_LINE}"/>'
    x, at = places[-1]
    yield f'<circle cx="{x:.1f}" cy="{at:.1f}" r="3.5" fill="{INK}"/>'


def _description(series: ResultSeries, limits: Sequence[Limit]) -> str:
    values = [point.value for point in series.points]
    first, last = series.points[0], series.points[-1]
    times = f"{len(values)} results" if len(values) > 1 else "1 result"
    told = f"{times} from {said_day(first.on)} to {said_day(last.on)}, between {min(values):g} and {max(values):g}"
    lines = " ".join(f"Line at {limit.value:g}: {limit.says}." for limit in limits)
    usual = series.usual_to
    if usual is not None:
        unit = f" {series.unit}" if series.unit else ""
        lines = f"Usual up to {usual.value:g}{unit}, {usual.says}. {lines}".strip()
    return f"{told} {series.unit}.".replace(" .", ".") + (f" {lines}" if lines else "")

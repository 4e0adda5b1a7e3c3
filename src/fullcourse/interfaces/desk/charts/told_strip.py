"""What was told on the days of a course: symptoms as they came and went, smears and cultures as they were read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from markupsafe import Markup

from fullcourse.interfaces.desk.charts.drawing import (
    COURSE_LEFT,
    COURSE_WIDTH,
    GREEN,
    GREY,
    GRID,
    INK,
    RED,
    WHITE,
    DateAxis,
    drawing,
    month_marks,
    said_day,
    shortened,
    titled,
    words,
)

__all__ = ["Told", "ToldMark", "ToldRow", "told_strip"]

_WIDTH, _LEFT, _RIGHT = COURSE_WIDTH, COURSE_LEFT, COURSE_WIDTH - 8.0
_ROW: Final = 23.0
_TOP: Final = 4.0


class ToldMark(Enum):
    """How an entry is drawn, each with a shape of its own."""

    THERE = "there"
    """A symptom is there: a filled triangle."""
    GONE = "gone"
    """It is no longer there: an open circle."""
    POSITIVE = "positive"
    """A plus on red."""
    NEGATIVE = "negative"
    """A minus on green."""
    OTHER = "other"
    """Something else was read, such as contaminated: a question mark."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a row: its day, how it is drawn, and what it says."""

    on: date
    mark: ToldMark
    says: str


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What was told of one matter.

    Attributes:
        label: Name of the symptom or test.
        told: In order of the days.
    """

    label: str
    told: tuple[Told, ...]


_SHAPES: Final = {
    ToldMark.THERE: ("M{x:.1f} {y:.1f}m-6 5h12l-6-11z", RED, ""),
    ToldMark.GONE: ("M{x:.1f} {y:.1f}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", WHITE, ""),
    ToldMark.POSITIVE: ("M{x:.1f} {y:.1f}m-7-7h14v14h-14z", RED, "M{x:.1f} {y:.1f}m-4 0h8m-4-4v8"),
    ToldMark.NEGATIVE: ("M{x:.1f} {y:.1f}m-7-7h14v14h-14z", GREEN, "M{x:.1f} {y:.1f}m-4 0h8"),
    ToldMark.OTHER: (
        "M{x:.1f} {y:.1f}m-7-7h14v14h-14z",
        GREY,
        "M{x:.1f} {y:.1f}m-2.2-2.2a2.3 2.3 0 1 1 3.2 2.1q-1 .4-1 1.6m0 2v.3",
    ),
}
"""By the mark: its shape, what fills it, and what is drawn on it."""


def told_strip(name: str, title: str, rows: Sequence[ToldRow], days: tuple[date, date]) -> Markup:
    """Return the strip.

    Args:
        name: Of the chart on its page.
        title: What it is.
        rows: What was told.
        days: First and last day of the axis.
    """
    axis = DateAxis(*days, _LEFT, _RIGHT)
    bottom = _TOP + len(rows) * _ROW
    parts = [
        *month_marks(axis, _TOP, bottom + 3),
        *(shape for place, row in enumerate(rows) for shape in _row(row, axis, _TOP + (place + 0.5) * _ROW)),
    ]
    return drawing(name, title, _description(rows), (_WIDTH, bottom + 24), parts)


def _row(row: ToldRow, axis: DateAxis, y: float) -> Iterator[str]:
    yield words(0, y + 4, shortened(row.label, _LEFT - 10, 6.4))
    yield f'<path d="M{_LEFT:g} {y:.1f}H{_RIGHT:g}" stroke="{GRID}"/>'
    for told in row.told:
        if not axis.holds(told.on):
            continue
        x = axis.middle(told.on)
        shape, fill, sign = _SHAPES[told.mark]
        edge = f' stroke="{INK}"' if told.mark is ToldMark.GONE else f' stroke="{WHITE}"'
        said = f"{row.label}: {told.says}, {said_day(told.on)}"
        yield titled(f'<path data-mark="{told.mark.value}" fill="{fill}"{edge} d="{shape.format(x=x, y=y)}"', said)
        if sign:
            colour = INK if told.mark is ToldMark.OTHER else WHITE
            yield (
                f'<path d="{sign.format(x=x, y=y)}" fill="none" stroke="{colour}" stroke-width="2"'
                ' pointer-events="none"/>'
            )


def _description(rows: Sequence[ToldRow]) -> str:
    said = [f"{row.label}: " + ", ".join(f"{it.says} on {said_day(it.on)}" for it in row.told) for row in rows]
    return ". ".join(said) + "." if said else "Nothing was told."

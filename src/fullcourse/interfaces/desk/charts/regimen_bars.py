"""The regimen as bars: one row a drug, its dose steps one after another, and the times in which it was held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from fullcourse.interfaces.desk.charts.drawing import (
    BLUE,
    COURSE_LEFT,
    COURSE_WIDTH,
    GRID,
    INK,
    PALE,
    DateAxis,
    drawing,
    month_marks,
    said_day,
    shortened,
    titled,
    words,
)

__all__ = ["Bar", "DrugRow", "regimen_bars"]

_WIDTH, _LEFT, _RIGHT = COURSE_WIDTH, COURSE_LEFT, COURSE_WIDTH - 8.0
_ROW, _BAR = 25.0, 18.0
_TOP: Final = 6.0
_TONES: Final = ("#cfe3d6", "#e4eef6")
"""Steps that follow each other alternate between two tones: the words on them say which is which."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One span of days of a drug.

    Attributes:
        first: Its first day.
        last: Its last day; None while it goes on.
        says: The dose, or why it is held.
        is_hold: Whether the drug was held.
        is_planned: Whether it lies ahead.
    """

    first: date
    last: date | None
    says: str
    is_hold: bool = False
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class DrugRow:
    """One drug with its spans; holds stand beside the doses, not in their place.

    Attributes:
        drug: Its name.
        bars: In order of their first day.
    """

    drug: str
    bars: tuple[Bar, ...]


def regimen_bars(name: str, title: str, rows: Sequence[DrugRow], days: tuple[date, date], today: date) -> Markup:
    """Return the bars.

    Args:
        name: Of the chart on its page.
        title: What it is.
        rows: The drugs.
        days: First and last day of the axis.
        today: Marked by a line.
    """
    axis = DateAxis(*days, _LEFT, _RIGHT)
    bottom = _TOP + len(rows) * _ROW
    parts = [
        *month_marks(axis, _TOP, bottom + 3),
        *(shape for place, row in enumerate(rows) for shape in _row(row, axis, _TOP + place * _ROW)),
        *_today(axis, today, bottom),
    ]
    return drawing(name, title, _description(rows), (_WIDTH, bottom + 24), parts)


def _row(row: DrugRow, axis: DateAxis, y: float) -> Iterator[str]:
    yield words(0, y + 14, shortened(row.drug, _LEFT - 8, 6.6))
    steps = 0
    for bar in row.bars:
        last = bar.last or axis.last
        if last < axis.first or bar.first > axis.last:
            continue
        x, right = axis.x(bar.first), axis.x(last + timedelta(days=1))
        width = max(right - x, 2.0)
        until = f"to {said_day(bar.last)}" if bar.last else "and goes on"
        said = f"{row.drug}: {bar.says}, from {said_day(bar.first)} {until}"
        if bar.is_hold:
            yield from _hold(x, y, width, said)
            continue
        fill = PALE if bar.is_planned else _TONES[steps % 2]
        edge = f' stroke="{GRID}" stroke-dasharray="3 2"' if bar.is_planned else f' stroke="{GRID}"'
        yield titled(f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{_BAR:g}" fill="{fill}"{edge}', said)
        if label := shortened(bar.says, width - 8, 5.8):
            yield words(x + 4, y + 13, label, 'font-size="11" pointer-events="none"')
        steps += 1


def _hold(x: float, y: float, width: float, said: str) -> Iterator[str]:
    """Yield a hold: blue with bars across, so that it is told without its colour too."""
    tall = _BAR + 2
    yield titled(
        f'<rect x="{x:.1f}" y="{y - 1:g}" width="{width:.1f}" height="{tall:g}" fill="{BLUE}" stroke="{INK}"', said
    )
    lines = "".join(f"M{x + at:.1f} {y + 3:g}v{_BAR - 6:g}" for at in _marks_at(width))
    yield f'<path d="{lines}" stroke="{INK}" stroke-width="2" pointer-events="none"/>'


def _marks_at(width: float) -> Sequence[float]:
    """Return where the bars of a hold stand: two in a narrow one, and pairs along a wide one."""
    middle = width / 2.0
    if width < 60.0:
        return (middle - 2.5, middle + 2.5) if width >= 8.0 else (middle,)
    return [at + half for at in range(20, int(width) - 10, 40) for half in (-2.5, 2.5)]


def _today(axis: DateAxis, today: date, bottom: float) -> Iterator[str]:
    if axis.holds(today) and today < axis.last:
        at = axis.middle(today)
        line = f'<path d="M{at:.1f} {_TOP - 4:g}V{bottom:g}" stroke="{INK}" stroke-width="1.5"'
        yield titled(line, f"today, {said_day(today)}")


def _description(rows: Sequence[DrugRow]) -> str:
    said = []
    for row in rows:
        doses = "; ".join(bar.says for bar in row.bars if not bar.is_hold)
        holds = sum(bar.is_hold for bar in row.bars)
        held = f" (held {holds} time{'s' if holds > 1 else ''})" if holds else ""
        said.append(f"{row.drug}: {doses}{held}")
    return ". ".join(said) + "." if said else "No drug is planned."

"""The heat map of doses: the last weeks day by day, weeks across and days down, and the whole course week by week.

A day is told by a colour and by a mark: nothing on green, a slash, a cross, a question mark, two bars. A day on which
two people say different things has a frame and an exclamation mark, whatever else it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from markupsafe import Markup

from fullcourse.interfaces.desk.charts.drawing import (
    BLUE,
    GREEN,
    GREY,
    GRID,
    INK,
    QUIET,
    RED,
    WHITE,
    YELLOW,
    DateAxis,
    drawing,
    month_marks,
    month_name,
    said_day,
    titled,
    words,
)

__all__ = ["WEEKS_SHOWN", "Day", "DayMark", "heat_map"]

WEEKS_SHOWN: Final = 26
"""So many weeks are shown day by day: of more a mark could not be made out."""

_CELL, _GAP, _LEFT, _TOP = 17.0, 3.0, 40.0, 20.0
_STRIP = 28.0
"""Height of the strip of the whole course, px."""
_LEGEND_TOP: Final = 16.0
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class DayMark(Enum):
    """What became of the doses of a day, in the word that stands in legend and table."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "not known"
    HELD = "held"
    OPEN = "due"
    """A dose of it is still due."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day on which doses were planned.

    Attributes:
        on: The day.
        mark: What became of them.
        disputed: Whether two people say different things of one of them.
        says: The same in words, such as "3 of 4 taken".
    """

    on: date
    mark: DayMark
    disputed: bool = False
    says: str = ""


_FILLS: Final = {
    DayMark.ALL: GREEN,
    DayMark.SOME: YELLOW,
    DayMark.NONE: RED,
    DayMark.UNKNOWN: GREY,
    DayMark.HELD: BLUE,
    DayMark.OPEN: WHITE,
}
_STRIP_ORDER: Final = (DayMark.ALL, DayMark.SOME, DayMark.HELD, DayMark.UNKNOWN, DayMark.NONE)
_MARKS: Final = {
    DayMark.SOME: ("M{x:g} {y:g}m4 13l9-9", INK),
    DayMark.NONE: ("M{x:g} {y:g}m4.5 4.5l8 8m0-8l-8 8", WHITE),
    DayMark.UNKNOWN: ("M{x:g} {y:g}m6 6.5a2.6 2.6 0 1 1 3.6 2.4q-1.1 .5-1.1 1.8m0 2.2v.4", INK),
    DayMark.HELD: ("M{x:g} {y:g}m6 4.5v8m5-8v8", INK),
}
_DISPUTE: Final = "M{x:g} {y:g}m8.5 3.5v6m0 3v.6"


def heat_map(name: str, title: str, days: Sequence[Day], today: date) -> Markup:
    """Return the heat map.

    Args:
        name: Of the chart on its page.
        title: What it is.
        days: On which doses were planned, in order, up to today.
        today: The last day that is shown.
    """
    monday = today - timedelta(days=today.weekday())
    first = min(days[0].on, today) if days else today
    begins = max(monday - timedelta(weeks=WEEKS_SHOWN - 1), first - timedelta(days=first.weekday()))
    shown = [day for day in days if begins <= day.on <= today]
    weeks = (monday - begins).days // 7 + 1
    width = _LEFT + max(weeks * (_CELL + _GAP), 520.0) + 8
    bottom = _TOP + 7 * (_CELL + _GAP)
    has_strip = begins > first
    height = bottom + (_STRIP + 46.0 if has_strip else 0.0) + _LEGEND_TOP + 8
    parts = [*_labels(begins, weeks), *_cells(shown, begins), *_week_titles(shown, begins)]
    if has_strip:
        parts += _strip(days, DateAxis(first, today, _LEFT, width - 8), bottom + 14)
    parts += _legend(height - 8, days)
    return drawing(name, title, _description(days, shown), (width, height), parts)


def _place(day: date, begins: date) -> tuple[float, float]:
    week, weekday = divmod((day - begins).days, 7)
    return _LEFT + week * (_CELL + _GAP), _TOP + weekday * (_CELL + _GAP)


def _labels(begins: date, weeks: int) -> Iterator[str]:
    rows = "".join(words(0, _TOP + row * (_CELL + _GAP) + 13, name) for row, name in enumerate(_DAYS))
    yield f'<g font-size="11" fill="{QUIET}">{rows}'
    free = 0.0
    for week in range(weeks):
        monday = begins + timedelta(weeks=week)
        month = monday + timedelta(days=6)
        at = _LEFT + week * (_CELL + _GAP)
        if (month.day <= 7 or week == 0) and at >= free:
            named = month_name(month, is_first=week == 0)
            yield words(at, _TOP - 7, named)
            free = at + len(named) * 6.4 + 6
    yield "</g>"


def _cells(days: Iterable[Day], begins: date) -> Iterator[str]:
    by_mark: dict[DayMark, list[str]] = {}
    marks: dict[DayMark, list[str]] = {}
    disputes: list[str] = []
    frames: list[str] = []
    for day in days:
        x, y = _place(day.on, begins)
        by_mark.setdefault(day.mark, []).append(f"M{x:g} {y:g}h{_CELL:g}v{_CELL:g}h-{_CELL:g}z")
        if day.disputed:
            disputes.append(_DISPUTE.format(x=x, y=y))
            frames.append(f"M{x:g} {y:g}h{_CELL:g}v{_CELL:g}h-{_CELL:g}z")
        elif day.mark in _MARKS:
            marks.setdefault(day.mark, []).append(_MARKS[day.mark][0].format(x=x, y=y))
    for mark, path in by_mark.items():
        edge = f' stroke="{QUIET}" stroke-dasharray="2 2"' if mark is DayMark.OPEN else ""
        yield f'<path data-mark="{mark.value}" fill="{_FILLS[mark]}"{edge} d="{"".join(path)}"/>'
    for mark, path in marks.items():
        yield _stroked("".join(path), _MARKS[mark][1])
    if disputes:
        yield f'<path data-mark="disputed" fill="{WHITE}" fill-opacity="0.75" stroke="{INK}" d="{"".join(frames)}"/>'
        yield _stroked("".join(disputes), INK)


def _stroked(path: str, colour: str) -> str:
    return f'<path fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" d="{path}"/>'


def _week_titles(days: Iterable[Day], begins: date) -> Iterator[str]:
    """Yield what each week comes to, over its column, for whoever points at it."""
    by_week: dict[int, list[Day]] = {}
    for day in days:
        by_week.setdefault((day.on - begins).days // 7, []).append(day)
    yield '<g fill="transparent">'
    for week, of_week in by_week.items():
        less = [f"{day.on:%a} {_told(day)}" for day in of_week if day.mark is not DayMark.ALL or day.disputed]
        monday = begins + timedelta(weeks=week)
        said = f"Week of {said_day(monday)}: {', '.join(less) or 'all doses taken'}"
        x = _LEFT + week * (_CELL + _GAP)
        yield titled(f'<rect x="{x:g}" y="{_TOP:g}" width="{_CELL:g}" height="{7 * (_CELL + _GAP):g}"', said)
    yield "</g>"


def _told(day: Day) -> str:
    return f"{day.says or day.mark.value}{', told differently' if day.disputed else ''}"


def _strip(days: Sequence[Day], axis: DateAxis, top: float) -> Iterator[str]:
    """Yield the whole course, a bar a week: days with all doses at the bottom, days without any at the top."""
    by_week: dict[date, Counter[DayMark]] = {}
    for day in days:
        by_week.setdefault(day.on - timedelta(days=day.on.weekday()), Counter())[day.mark] += 1
    paths: dict[DayMark, list[str]] = {}
    for monday, counted in by_week.items():
        x, right = axis.x(monday), axis.x(monday + timedelta(days=7))
        width, y, all_days = max(right - x - 0.8, 0.6), top + _STRIP, sum(counted.values())
        for mark in _STRIP_ORDER:
            tall = _STRIP * counted[mark] / all_days
            if tall:
                y -= tall
                paths.setdefault(mark, []).append(f"M{x:.1f} {y:.1f}h{width:.1f}v{tall:.1f}h-{width:.1f}z")
    yield words(0, top + 12, "Whole", f'font-size="11" fill="{QUIET}"')
    yield words(0, top + 25, "course", f'font-size="11" fill="{QUIET}"')
    yield from month_marks(axis, top, top + _STRIP + 3)
    yield from (f'<path fill="{_FILLS[mark]}" d="{"".join(path)}"/>' for mark, path in paths.items())


def _legend(y: float, days: Sequence[Day]) -> Iterator[str]:
    """Yield what the marks mean, of those that are there."""
    there = {day.mark for day in days} | {DayMark.ALL}
    x = _LEFT
    yield f'<g font-size="11" fill="{QUIET}">'
    for mark in DayMark:
        if mark not in there:
            continue
        edge = f' stroke="{GRID}"' if mark is DayMark.OPEN else ""
        yield f'<path fill="{_FILLS[mark]}"{edge} d="M{x:g} {y - 12:g}h{_CELL:g}v{_CELL:g}h-{_CELL:g}z"/>'
        if mark in _MARKS:
            yield _stroked(_MARKS[mark][0].format(x=x, y=y - 12), _MARKS[mark][1])
        yield words(x + _CELL + 5, y + 1, mark.value)
        x += _CELL + 5 + len(mark.value) * 6.4 + 14
    if any(day.disputed for day in days):
        yield f'<path fill="{WHITE}" stroke="{INK}" d="M{x:g} {y - 12:g}h{_CELL:g}v{_CELL:g}h-{_CELL:g}z"/>'
        yield _stroked(_DISPUTE.format(x=x, y=y - 12), INK)
        yield words(x + _CELL + 5, y + 1, "told differently")
    yield "</g>"


def _description(days: Sequence[Day], shown: Sequence[Day]) -> str:
    if not days:
        return "No dose was due yet."
    return f"{_counted(days, 'Of all')} {_counted(shown, 'Of the days shown one by one:')}"


def _counted(days: Sequence[Day], begin: str) -> str:
    counted = Counter(day.mark for day in days)
    told = ", ".join(f"{mark.value} {counted[mark]}" for mark in DayMark if counted[mark])
    disputed = sum(day.disputed for day in days)
    more = f"; told differently on {disputed}" if disputed else ""
    return f"{begin} {len(days)} days with doses: {told}{more}."

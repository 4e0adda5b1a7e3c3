"""The parts that every chart shares: its frame with title and description, words, colours, and the axis of dates.

No script and no style: shapes carry their colours as attributes, so that the same drawing prints and stands under a
policy that forbids inline styles. Whatever is told by colour is told by a shape or a word too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from markupsafe import Markup

__all__ = [
    "BLUE", "COURSE_LEFT", "COURSE_WIDTH", "GREEN", "GREY", "GRID", "INK", "PALE", "QUIET", "RED", "WHITE", "YELLOW",
    "DateAxis", "drawing", "month_marks", "month_name", "month_starts", "said_day", "shortened", "titled", "words",
]  # fmt: skip

INK: Final = "#1b1f23"
QUIET: Final = "#57606a"
GRID: Final = "#d0d7de"
PALE: Final = "#eef1f4"
WHITE: Final = "#ffffff"
GREEN: Final = "#1a7f4b"
YELLOW: Final = "#f2cc60"
RED: Final = "#b3261e"
GREY: Final = "#c9d1d9"
BLUE: Final = "#b6ccf2"

COURSE_WIDTH: Final = 568.0
"""Of charts over the days of a course, px: they stand under each other and share their axis."""
COURSE_LEFT: Final = 124.0
"""Where their plots begin, px."""

_FONT: Final = "Noto Sans, DejaVu Sans, sans-serif"
_MONTH_PX: Final = 30.0
"""Room that the name of a month takes."""


@dataclass(frozen=True, slots=True)
class DateAxis:
    """Places days from left to right.

    Attributes:
        first: The day at the left end.
        last: The day whose end is the right end; not before ``first``.
        left: Of the plot, px.
        right: Of the plot, px.
    """

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return where a day begins, px; days outside are put at the nearer end."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def middle(self, day: date) -> float:
        """Return where the middle of a day is, px."""
        return (self.x(day) + self.x(day + timedelta(days=1))) / 2.0

    def holds(self, day: date) -> bool:
        """Return whether a day is on the axis."""
        return self.first <= day <= self.last

    def months(self) -> Iterator[tuple[date, str]]:
        """Yield first days of months with their names, so many that the names do not run into each other.

        The first one named carries its year, and a January is named by it.
        """
        starts = list(month_starts(self.first, self.last))
        fit = max(int((self.right - self.left) / _MONTH_PX), 1)
        step = next((it for it in (1, 2, 3, 6, 12) if len(starts) <= fit * it), 12)
        named = [start for start in starts if (start.month - 1) % step == 0] or starts[:1]
        for place, start in enumerate(named):
            yield start, month_name(start, is_first=place == 0)


def month_name(start: date, *, is_first: bool = False) -> str:
    """Return how a month is named on an axis: a January by its year."""
    return f"{start:%b %Y}" if is_first else f"{start:%Y}" if start.month == 1 else f"{start:%b}"


def said_day(day: date) -> str:
    """Return a day as charts and tables say it: 5 Oct 2026."""
    return f"{day.day} {day:%b %Y}"


def month_starts(first: date, last: date) -> Iterator[date]:
    """Yield the first days of the months that begin between two days, both included."""
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)


def month_marks(axis: DateAxis, top: float, bottom: float) -> Iterator[str]:
    """Yield thin lines at the beginnings of months, with their names under them."""
    lines, names, free = [], [], axis.left - 1.0
    for start, name in axis.months():
        at = axis.x(start)
        lines.append(f"M{at:.1f} {top:.1f}V{bottom:.1f}")
        if at >= free and at + len(name) * 6.2 <= axis.right + 14:
            names.append(words(at, bottom + 14, name))
            free = at + len(name) * 6.2 + 6.0
    if lines:
        yield f'<path d="{"".join(lines)}" stroke="{GRID}"/>'
    yield f'<g font-size="11" fill="{QUIET}">{"".join(names)}</g>'


def words(x: float, y: float, says: str, more: str = "") -> str:
    """Return a line of text; ``more`` are attributes, which come from this package alone."""
    return f'<text x="{x:.1f}" y="{y:.1f}"{" " if more else ""}{more}>{escape(says)}</text>'


def titled(shape: str, title: str) -> str:
    """Return a shape, written without its end, that says what it is when it is pointed at."""
    name = shape.partition(" ")[0].lstrip("<")
    return f"{shape}><title>{escape(title)}</title></{name}>"


def shortened(says: str, width_px: float, letter_px: float = 6.2) -> str:
    """Return a text cut so that it fits; nothing where not even three letters do. The table beside has it whole."""
    most = int(width_px / letter_px)
    if len(says) <= most:
        return says
    return says[: most - 1].rstrip() + "…" if most > 3 else ""


def drawing(name: str, title: str, description: str, size: tuple[float, float], parts: Iterable[str]) -> Markup:
    """Return a chart as an SVG element for a page.

    Args:
        name: Of the chart on its page, of letters and hyphens; the ids of title and description begin with it.
        title: What it is.
        description: What it shows, in words: somebody who does not see it is told the same.
        size: Width and height, px.
        parts: Its shapes, each escaped already.
    """
    width, height = size
    return Markup(  # noqa: S704 - words are escaped where they are put in, everything else is written here
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-t {name}-d"'
        f' font-family="{_FONT}" font-size="12" fill="{INK}">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )

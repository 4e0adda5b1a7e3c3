"""What is needed of one product as bars, one a month; a line says up to where the stock reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from fullcourse.interfaces.desk.charts.drawing import BLUE, GREEN, GRID, INK, QUIET, RED, drawing, titled, words

__all__ = ["NeedBar", "need_bars"]

_WIDTH, _HEIGHT = 360.0, 108.0
_LEFT, _RIGHT, _TOP, _BASE = 2.0, 358.0, 22.0, 84.0
_GAP: Final = 4.0
_LETTER_PX: Final = 6.0


@dataclass(frozen=True, slots=True)
class NeedBar:
    """One month.

    Attributes:
        month: Its first day; of the first one the day from which it is counted.
        units: How many, 0 or more.
        says: The number in words.
        is_covered: Whether the stock covers it; None where nobody said what is in stock.
    """

    month: date
    units: float
    says: str
    is_covered: bool | None = None


def need_bars(name: str, title: str, bars: Sequence[NeedBar]) -> Markup:
    """Return the chart.

    Args:
        name: Of the chart on its page, of letters and hyphens.
        title: What is needed, with its unit.
        bars: The months in order; at least one.
    """
    most = max(bar.units for bar in bars) or 1.0
    room = (_RIGHT - _LEFT) / len(bars)
    fits = all(len(bar.says) * _LETTER_PX <= room for bar in bars)
    highest = next((place for place, bar in enumerate(bars) if bar.units == most), 0)
    parts = [
        f'<path d="M{_LEFT:g} {_BASE:g}H{_RIGHT:g}" stroke="{GRID}"/>',
        *(
            shape
            for place, bar in enumerate(bars)
            for shape in _bar(bar, _LEFT + place * room, room, most, is_named=fits or place == highest)
        ),
    ]
    return drawing(name, title, _description(bars), (_WIDTH, _HEIGHT), parts)


def _bar(bar: NeedBar, x: float, room: float, most: float, *, is_named: bool) -> Iterator[str]:
    height = bar.units / most * (_BASE - _TOP)
    fill = {None: BLUE, True: GREEN, False: RED}[bar.is_covered]
    if bar.units:
        shape = f'<path d="M{x + _GAP / 2:.1f} {_BASE:g}v{-height:.1f}h{room - _GAP:.1f}v{height:.1f}z" fill="{fill}"'
        yield titled(shape, f"{bar.month:%b %Y}: {bar.says}{_stock_words(bar)}")
        middle = x + room / 2
        if is_named:  # where not all numbers fit only the highest stands there; the table has every one
            half = len(bar.says) * _LETTER_PX / 2
            yield words(
                min(max(middle, _LEFT + half), _RIGHT - half),
                _BASE - height - 4,
                bar.says,
                f'text-anchor="middle" font-size="10" fill="{INK}"',
            )
        if bar.is_covered is False:  # told by a sign too: not everybody tells red from green
            yield words(middle, _BASE - 4, "!", 'text-anchor="middle" font-size="11" font-weight="700" fill="#ffffff"')
    named = f"{bar.month:%b}" if bar.month.month != 1 else f"{bar.month:%Y}"
    yield words(x + room / 2, _BASE + 15, named, f'text-anchor="middle" font-size="11" fill="{QUIET}"')


def _stock_words(bar: NeedBar) -> str:
    return {None: "", True: ", covered by the stock", False: ", not covered by the stock"}[bar.is_covered]


def _description(bars: Sequence[NeedBar]) -> str:
    return "; ".join(f"{bar.month:%b %Y} {bar.says}{_stock_words(bar)}" for bar in bars)

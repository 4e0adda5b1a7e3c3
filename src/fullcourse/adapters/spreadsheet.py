"""What is written into tables that spreadsheets open: no cell is a formula, none holds what nobody sees."""

from collections.abc import Iterable
from typing import Final

from fullcourse.adapters.seen_text import seen_lines

__all__ = ["shown_cell", "shown_row"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet works out instead of showing it."""


def shown_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> shown_cell("=1+1"), shown_cell("cured")
    ("'=1+1", 'cured')
    """
    seen = seen_lines(cell)
    return f"'{seen}" if seen.startswith(_FORMULA) or cell.startswith(_FORMULA) else seen


def shown_row(row: Iterable[object]) -> tuple[object, ...]:
    """Return a row whose texts no spreadsheet takes for a formula; numbers stay numbers.

    >>> shown_row(("@x", -1.5, None))
    ("'@x", -1.5, None)
    """
    return tuple(shown_cell(cell) if isinstance(cell, str) else cell for cell in row)

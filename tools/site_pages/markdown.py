"""Small pieces of Markdown: a table, and text that no sign in it can break."""

import re
from collections.abc import Iterable, Sequence

__all__ = ["escaped", "table"]

_SIGNS = re.compile(r"([\\`*_\[\]<>|{}$~])")


def escaped(text: str) -> str:
    """Return text on one line in which no sign is read as markup."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table, one line a row; cells are Markdown already."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return lines

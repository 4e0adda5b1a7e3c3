"""Parts what somebody types into names: at commas, and at spaces where every word then belongs to a known name.

A space stands inside names too (``ferrous sulfate``, ``warfarin 5 mg``), so that a text between commas is one name
where it is known as one. Else it is parted only when nothing of it is left over, longest names first. An ion alone is
no name there: ``magnesium valproate`` is a salt, and not magnesium beside valproate.
"""

import re
from collections.abc import Callable
from typing import Final

from fullcourse.adapters.medicines.spelling import fold

__all__ = ["LONGEST_TEXT", "MOST_NAMES", "parts_at_commas", "parts_at_spaces"]

MOST_NAMES: Final = 60
LONGEST_TEXT: Final = 6_000
"""Longer text (characters) is no list of names, and is not parted."""

_COMMA: Final = re.compile(r"[;\n]\s*|,(?!(?<=\d,)\d{1,3}(?: ?(?:m?c?g|ml|iu)\b|\s|$))", re.IGNORECASE)
_LONGEST_NAME: Final = 8
"""A name between spaces has no more words than this."""

_IONS: Final = frozenset((
    *("aluminium", "aluminum", "ammonium", "arginine", "benzathine", "calcium", "choline", "ferric", "ferrous", "iron"),
    *("lithium", "lysine", "magnesium", "meglumine", "potassium", "procaine", "sodium", "zinc", "na", "k"),
    *("chloride", "citrate", "phosphate", "acetate"),
))  # fmt: skip


def parts_at_commas(text: str) -> list[str]:
    """Return what stands between commas, semicolons and line ends, as typed; an empty place is an empty part.

    A comma inside a number parts nothing (``2,5 mg``).

    >>> parts_at_commas("warfarin 2,5 mg, Akurit-4,3TC")
    ['warfarin 2,5 mg', 'Akurit-4', '3TC']
    """
    return [part.strip() for part in _COMMA.split(text)]


def parts_at_spaces(text: str, is_name: Callable[[str], bool]) -> list[str]:
    """Return the names in a text that is not known as one name; empty where a word of it belongs to none.

    Args:
        text: What stands between two commas.
        is_name: Whether words are a name that is known.
    """
    words, names, at = text.split(), [], 0
    while at < len(words):
        for end in range(min(len(words), at + _LONGEST_NAME), at, -1):
            name = " ".join(words[at:end])
            if fold(name) not in _IONS and is_name(name):
                break
        else:
            return []
        names.append(name)
        at = end
    return names if len(names) > 1 else []

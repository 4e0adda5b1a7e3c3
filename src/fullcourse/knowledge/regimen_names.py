"""Finds a regimen by its id, its name (``BPaLM``), or its intensive phase (``HRZE`` for ``2HRZE/4HR``)."""

import re
from collections.abc import Mapping

__all__ = ["regimens_named"]

_NAMES_END = re.compile(r", | \(")
_MONTHS = re.compile(r"^[\d-]+")


def regimens_named(wanted: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of the regimens that are called so, in their order; an id or a whole name alone where it is one.

    Args:
        wanted: As typed; case, spaces and the months in front do not matter.
        names: Name of each regimen, by id.

    >>> regimens_named("hrze", {"a": "2HRZE/4HR", "b": "2HRZE/10HR", "c": "BPaLM, BPaL"})
    ('a', 'b')
    >>> regimens_named("6BPaL", {"a": "2HRZE/4HR", "c": "BPaLM, BPaL"})
    ('c',)
    """
    if wanted in names:
        return (wanted,)
    asked = _plain(wanted)
    called = {id_: [_plain(part) for part in _NAMES_END.split(name)] for id_, name in names.items()}
    for same in (
        lambda part: part == asked,
        lambda part: part.partition("/")[0] == asked,
        lambda part: asked in (_bare(part), _bare(part.partition("/")[0])),
        lambda part: _bare(part) == _bare(asked),
    ):
        if found := tuple(id_ for id_, parts in called.items() if asked and any(map(same, parts))):
            return found
    return ()


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _bare(text: str) -> str:
    return _MONTHS.sub("", text)

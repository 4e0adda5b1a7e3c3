"""Reads a proposed regimen as somebody types it (``bedaquiline,linezolid``) into medicines with ingredients.

Names are read exactly, never by likeness: a name that is not known is refused with what may have been meant, because a
drug that was silently left out would be a check of another regimen.
"""

from typing import Final

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.splitting import parts_at_commas, parts_at_spaces
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Medicine, Taken
from fullcourse.knowledge.library import Knowledge

__all__ = ["read_regimen"]

_ORIGIN: Final = "regimen"
_MOST: Final = 30
_LONGEST: Final = 200


def read_regimen(text: str, knowledge: Knowledge) -> tuple[Medicine, ...]:
    """Return the medicines of a regimen, each product once, in ingredients.

    Args:
        text: Names with commas or spaces between them: drugs by INN, brand or WHO abbreviation, products by name, a
            fixed-dose combination among them (``Rifater``, ``isoniazid/rifampin``), and regimens (``2HRZE/4HR``,
            ``BPaLM``).
        knowledge: Knows the drugs.

    Raises:
        InputError: There is none, there are too many, or a name is not known.
    """
    parts, is_too_long = parts_at_commas(text), len(text) > _MOST * _LONGEST
    if not all(parts):
        raise InputError("--regimen has an empty place between its commas. Write it as NAME,NAME,NAME.")
    names = parts if is_too_long else [name for part in parts for name in _names_in(part, knowledge)]
    if is_too_long or len(names) > _MOST:
        raise InputError(
            f"--regimen names {len(names)} products; at most {_MOST} are read. Name the drugs of one regimen."
        )
    by_ingredients: dict[tuple[str, ...], Medicine] = {}
    for name in names:
        ingredients, how = _ingredients(name, knowledge)
        by_ingredients.setdefault(ingredients, Medicine(name, ingredients, (), how, Taken.NOW, None, None, _ORIGIN))
    return tuple(by_ingredients.values())


def _names_in(part: str, knowledge: Knowledge) -> list[str]:
    """Return the names between two commas: the whole where it is one, else what stands between its spaces."""
    if " " not in part or _is_name(part, knowledge):
        return [part]
    return parts_at_spaces(part, lambda name: _is_name(name, knowledge)) or [part]


def _is_name(name: str, knowledge: Knowledge) -> bool:
    try:
        _ingredients(name, knowledge)
    except InputError:
        return False
    return True


def _ingredients(name: str, knowledge: Knowledge) -> tuple[tuple[str, ...], str]:
    try:
        return (knowledge.drug(name).inn,), "name"
    except InputError as error:
        wanted = name.casefold()
        alike = any(wanted in map(str.casefold, drug.look_alikes) for drug in knowledge.drugs.values())
        read = recognise(name, [])
        if not alike and not read.ingredients and read.partial:
            shown = ", ".join(read.partial)
            raise InputError(
                f"--regimen: '{name[:60]}' is not read whole ({read.reason}); it names {shown}. Name each drug."
            ) from None
        if alike or not read.ingredients:
            raise InputError(f"--regimen: {error}") from None
        return tuple(sorted(read.ingredients)), read.recognised_by

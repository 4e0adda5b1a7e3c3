"""Reads a proposed regimen as somebody types it (``bedaquiline,linezolid``) into medicines with ingredients.

Names are read exactly, never by likeness: a name that is not known is refused with what may have been meant, because a
drug that was silently left out would be a check of another regimen.
"""

from typing import TYPE_CHECKING, Final

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.splitting import parts_at_commas, parts_at_spaces
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Medicine, Taken
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimen_names import regimens_named

if TYPE_CHECKING:
    from fullcourse.knowledge.regimens import Construction, StandardRegimen

__all__ = ["drugs_of_regimen", "drugs_typed", "guideline_regimen", "read_regimen"]

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


def drugs_of_regimen(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the drugs that a regimen is typed by, INN; empty where it is called by its id, or by a name of its own.

    Raises:
        InputError: A name between commas or spaces is not known.
    """
    if not text or _called(text, knowledge) or _called(text.split("/", 1)[0], knowledge):
        return ()
    try:
        return drugs_typed(text, knowledge)
    except InputError:
        if "," in text or " " in text.strip():
            raise
        return ()  # one word that is neither: whoever knows the regimens says which there are


def drugs_typed(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the drugs of a regimen as `read_regimen` reads it, INN; empty where nothing was typed.

    Raises:
        InputError: A name is not known.
    """
    medicines = read_regimen(text, knowledge) if text else ()
    return tuple(dict.fromkeys(name for medicine in medicines for name in medicine.ingredients))


def guideline_regimen(text: str, knowledge: Knowledge, profile: str) -> str:
    """Return the id of the regimen of the guidelines that a text means, by its id, its name, or all of its drugs.

    Args:
        text: ``who-bpalm``, ``BPaLM``, ``2HRZE/4HR``, or ``BDQ,Pa,Lzd,Mfx``; empty for none.
        knowledge: Knows the regimens.
        profile: Of the same regimens of several guidelines, its own is meant.

    Raises:
        InputError: It is none, or several and somebody has to say which.
    """
    if not text:
        return ""
    guidelines = knowledge.guidelines
    drugs = frozenset(drugs_of_regimen(text, knowledge))
    every = _every(knowledge)
    found = _called(text, knowledge) or tuple(
        id_ for id_, regimen in guidelines.regimens.items() if drugs and drugs == frozenset(regimen.members)
    )
    found = tuple(id_ for id_ in found if profile in every[id_].profiles) or found
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"--regimen: '{text[:60]}' is called {', '.join(found)} here. Name one of them.")
    longer = [id_ for id_, one in guidelines.constructions.items() if drugs <= frozenset(one.members)]
    beside = f" A longer regimen may hold them: {', '.join(longer)}." if drugs and longer else ""
    raise InputError(
        f"--regimen: '{text[:60]}' is no regimen of the guidelines.{beside} There are: {', '.join(every)}."
    )


def _called(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    return regimens_named(text, {id_: regimen.name for id_, regimen in _every(knowledge).items()})


def _every(knowledge: Knowledge) -> dict[str, "StandardRegimen | Construction"]:
    return {**knowledge.guidelines.regimens, **knowledge.guidelines.constructions}


def _names_in(part: str, knowledge: Knowledge) -> list[str]:
    """Return the names between two commas: the whole where it is one, else what stands between its spaces."""
    if " " not in part or _is_name(part, knowledge):
        return [part]
    names = parts_at_spaces(part, lambda name: _is_name(name, knowledge))
    words = {word: _is_name(word, knowledge) for word in part.split()}
    # Of several words some of which are names, the one that is none is what somebody has to look at.
    return names or (list(words) if any(words.values()) and not all(words.values()) else [part])


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

"""Reads names that somebody types beside one another (``apixaban,metformin``), and says which it cannot read.

Nothing is guessed: a name that is not read is handed back with why, with what it may mean, and with known names that
are spelt nearly so, of which a person chooses.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.adapters.medicines.routes import application_of
from fullcourse.adapters.medicines.short_forms import load_short_forms
from fullcourse.adapters.medicines.spelling import fold
from fullcourse.adapters.medicines.splitting import LONGEST_TEXT, MOST_NAMES, parts_at_commas, parts_at_spaces
from fullcourse.adapters.medicines.vocabulary import load_vocabulary
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.unread_name import UnreadName
from fullcourse.knowledge.library import Knowledge

__all__ = ["TypedNames", "read_asked", "read_names"]

_ORIGIN: Final = "named"
_MOST_OFFERED: Final = 3
_LIKE: Final = 0.8
_SLIP: Final = 2
"""A slip makes a name longer or shorter by no more letters than this."""

_LEAST_LETTERS: Final = 5
"""Of a shorter word nothing is offered: too many names are spelt nearly so."""
_LONGEST_SHOWN: Final = 80


class TypedNames(NamedTuple):
    """What was read of typed names.

    Attributes:
        medicines: What was read, each name once, in the order typed; each with an origin of its own.
        not_read: What was not.
    """

    medicines: tuple[Medicine, ...]
    not_read: tuple[UnreadName, ...]


def read_names(texts: Iterable[str], option: str = "--with") -> TypedNames:
    """Return the medicines that are named, and every name that could not be read.

    Args:
        texts: Names with commas or spaces between them; a name may have its strength and its habits of writing.
        option: What the names were given to, for messages.

    Raises:
        InputError: A place between commas is empty, or there are too many names.
    """
    parts = [part for text in texts for part in _parts(text, option)]
    if len(parts) > MOST_NAMES:
        raise InputError(f"{option} has {len(parts)} names; at most {MOST_NAMES} are read. Ask about fewer at once.")
    medicines: dict[str, Medicine] = {}
    not_read: dict[str, UnreadName] = {}
    for part in parts:
        one = _medicine(part)
        between = [] if one else parts_at_spaces(part, lambda name: _medicine(name) is not None)
        if one is None and not between:
            not_read.setdefault(part, _unread(part))
        for name in between or ([part] if one else []):
            medicine = _medicine(name)
            if medicine is not None:
                medicines.setdefault(fold(name), medicine)
    return TypedNames(tuple(medicines.values()), tuple(not_read.values()))


def read_asked(drugs: Iterable[str], regimen: str | None, knowledge: Knowledge) -> tuple[Medicine, ...]:
    """Return the drugs against tuberculosis that are asked about, each with an origin of its own.

    Args:
        drugs: Names of covered drugs, with commas or spaces between them.
        regimen: As `read_regimen` reads it; None without one.
        knowledge: Knows the drugs.

    Raises:
        InputError: A name is that of no covered drug, or of several; or a place between commas is empty.
    """
    parts = [part for text in drugs for part in _parts(text, "--drug")]
    names = [name for part in parts for name in _drugs_in(part, knowledge)]
    inns = dict.fromkeys(knowledge.drug(name).inn for name in names)
    asked = [Medicine(inn, (inn,), (), "name", Taken.NOW, None, None, "asked about") for inn in inns]
    proposed = () if regimen is None else read_regimen(regimen, knowledge)
    return tuple(replace(it, origin=f"{it.origin} {number}") for number, it in enumerate((*asked, *proposed), 1))


def _drugs_in(part: str, knowledge: Knowledge) -> Sequence[str]:
    if " " not in part or _is_drug(part, knowledge):
        return [part]
    return parts_at_spaces(part, lambda name: _is_drug(name, knowledge)) or [part]


def _is_drug(name: str, knowledge: Knowledge) -> bool:
    try:
        knowledge.drug(name)
    except InputError:
        return False
    return True


def _parts(text: str, option: str) -> Sequence[str]:
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{option} is longer than a list of at most {MOST_NAMES} names. Ask about fewer at once.")
    parts = parts_at_commas(text)
    if not all(parts):
        raise InputError(f"{option} has an empty place between its commas. Write it as NAME,NAME,NAME.")
    return parts


def _medicine(name: str) -> Medicine | None:
    read = recognise(name, [])
    form = None if read.ingredients else load_short_forms().get(name)
    ingredients, how = read.ingredients, read.recognised_by
    if form is not None and form.needs in ("strength", "mass") and not form.otherwise:
        ingredients, how = form.ingredients, "synonym"  # every word stands in the place of a medicine here
    if not ingredients:
        return None
    route, applied = application_of([name], ingredients)
    origin = f"{_ORIGIN} “{name}”"
    return Medicine(name, ingredients, (), how, Taken.NOW, None, None, origin, route=route, applied=applied)


def _unread(name: str) -> UnreadName:
    """Return why a name is not read, what single words of it name, and what its other words may be slips of."""
    words = name.split()[:MOST_NAMES]
    read = recognise(name, [])
    named = {word: recognise(word, []) for word in words if len(words) > 1}
    found = {it for word in named.values() for it in word.ingredients}
    lost = [word for word in words if word not in named or not (named[word].ingredients or named[word].partial)]
    near = [it for word in lost if len(word) >= _LEAST_LETTERS for it in _near(fold(word))] if lost != words[:1] else []
    whole = () if read.partial or found else _near(fold(name))
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
    offered = tuple(dict.fromkeys((*whole, *near)))[:_MOST_OFFERED]
    return UnreadName(shown, read.reason, tuple(sorted({*read.partial, *found})), offered)


def _near(folded: str) -> tuple[str, ...]:
    """Return known names that are spelt nearly so, the nearest first."""
    if not folded.isprintable() or len(folded) > _LONGEST_SHOWN:
        return ()
    # A slip seldom changes the first letter and the length at once; all fifty thousand names would take seconds.
    length = len(folded)
    known = load_vocabulary()
    names = [
        name
        for name in known.names
        if abs(len(name) - length) <= _SLIP and (name[:1] == folded[:1] or name[-3:] == folded[-3:])
    ]
    meant: dict[tuple[str, ...], str] = {}
    for name in difflib.get_close_matches(folded, names, 3 * _MOST_OFFERED, _LIKE):
        meant.setdefault(known.of_name(name) or known.of_brand(name), name)
    return tuple(meant.values())[:_MOST_OFFERED]

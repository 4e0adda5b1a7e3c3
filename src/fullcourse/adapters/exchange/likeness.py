"""Whether two records are likely of one person: each field agrees, is alike, differs or is unknown, and a rule decides.

The fields are those of Fellegi and Sunter's comparisons. No weights are added up: they are the shares of agreement
among true and false pairs of a register, which nobody knows for the records at hand, and a sum of invented ones would
look like knowledge. Names are compared by the American Soundex of the United States National Archives, and by Damerau's
one slip (a letter more, less, other, or two exchanged). A field that is missing, or stands in another script, is
unknown, never different.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Final

from fullcourse.adapters.fhir.read.identity import Identity

__all__ = ["Agreement", "Likeness", "RecordPair", "alike_records", "soundex"]

_CODES: Final = {letter: code for code, letters in enumerate(
    ("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1
) for letter in letters}  # fmt: skip
_LATIN: Final = re.compile(r"[a-z]+")


class Agreement(Enum):
    """How one field of two records compares."""

    SAME = "same"
    ALIKE = "alike"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Likeness(Enum):
    """What a person is told of a pair."""

    LIKELY = "likely one person"
    CANNOT_TELL = "cannot be told"


@dataclass(frozen=True, slots=True)
class RecordPair:
    """Two records that a person has to look at.

    Attributes:
        first: Place of the record in the list, from 1.
        second: Likewise.
        likeness: What is known of them.
        fields: How each field compares.
    """

    first: int
    second: int
    likeness: Likeness
    fields: tuple[tuple[str, Agreement], ...]


def alike_records(records: Sequence[Identity]) -> tuple[RecordPair, ...]:
    """Return the pairs that are likely of one person, or of which nobody can tell."""
    pairs = []
    for (first, one), (second, other) in combinations(enumerate(records, 1), 2):
        fields = {
            "identifier": _identifiers(one, other),
            "name": _names(one, other),
            "birth date": _born(one.born, other.born),
            "sex": _equal(one.sex, other.sex),
            "phone": Agreement.SAME if one.phones & other.phones else Agreement.UNKNOWN,
        }
        if (likeness := _judged(fields)) is not None:
            pairs.append(RecordPair(first, second, likeness, tuple(fields.items())))
    return tuple(pairs)


def _judged(fields: dict[str, Agreement]) -> Likeness | None:
    name, born, sex = fields["name"], fields["birth date"], fields["sex"]
    close = (Agreement.SAME, Agreement.ALIKE)
    if fields["identifier"] is Agreement.SAME:
        return Likeness.LIKELY
    if name not in (*close, Agreement.UNKNOWN) or born is Agreement.DIFFERS:
        return None
    if sex is Agreement.DIFFERS:  # written wrongly as often as anything; two with one name and birth date are looked at
        return Likeness.LIKELY if (name, born) == (Agreement.SAME, Agreement.SAME) else None
    if name in close and (born in close or fields["phone"] is Agreement.SAME):
        return Likeness.LIKELY
    return Likeness.CANNOT_TELL


def _identifiers(one: Identity, other: Identity) -> Agreement:
    systems = one.identifiers.keys() & other.identifiers.keys()
    if any(one.identifiers[system] & other.identifiers[system] for system in systems):
        return Agreement.SAME
    return Agreement.DIFFERS if systems else Agreement.UNKNOWN


def _equal(one: str, other: str) -> Agreement:
    if not one or not other:
        return Agreement.UNKNOWN
    return Agreement.SAME if one == other else Agreement.DIFFERS


def _born(one: str, other: str) -> Agreement:
    """Compare dates as far as both are written; day and month exchanged, or one other digit, are alike."""
    if not one or not other:
        return Agreement.UNKNOWN
    length = min(len(one), len(other))
    if one[:length] == other[:length]:
        return Agreement.SAME if length == len("2026-11-03") else Agreement.ALIKE
    if length < len("2026-11-03"):
        return Agreement.DIFFERS
    is_turned = one[:4] == other[:4] and (one[5:7], one[8:]) == (other[8:], other[5:7])
    digits = sum(left != right for left, right in zip(one, other, strict=True))
    return Agreement.ALIKE if is_turned or digits == 1 else Agreement.DIFFERS


def _names(one: Identity, other: Identity) -> Agreement:
    """Return the best agreement of any two names: somebody who married has two."""
    order = (Agreement.SAME, Agreement.ALIKE, Agreement.UNKNOWN, Agreement.DIFFERS)
    found = [_name(first, second) for first in one.names for second in other.names]
    return min(found, key=order.index, default=Agreement.UNKNOWN)


def _name(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    if any(map(_LATIN.fullmatch, one)) != any(map(_LATIN.fullmatch, other)):
        return Agreement.UNKNOWN  # the same name in two scripts cannot be told by its letters
    shorter, longer = sorted((one, other), key=len)
    if sorted(one) == sorted(other):
        return Agreement.SAME
    left = list(longer)
    for word in shorter:
        partner = next((it for it in left if it == word), None) or next(
            (it for it in left if _is_alike(word, it)), None
        )
        if partner is None:
            return Agreement.DIFFERS
        left.remove(partner)
    return Agreement.ALIKE


def _is_alike(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    sounds = _LATIN.fullmatch(one) and _LATIN.fullmatch(other) and soundex(one) == soundex(other)
    return bool(sounds) or _is_one_slip(one, other)


def _is_one_slip(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    at = next((place for place in range(len(shorter)) if shorter[place] != longer[place]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    is_turned = shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
    return is_turned or shorter[at + 1 :] == longer[at + 1 :]


def soundex(word: str) -> str:
    """Return the American Soundex of a word of Latin letters: vowels part equal codes, h and w do not.

    Example:
        >>> soundex("robert"), soundex("rupert"), soundex("ashcraft"), soundex("tymczak"), soundex("pfister")
        ('r163', 'r163', 'a261', 't522', 'p236')
    """
    coded, last = "", _CODES.get(word[0], 0)
    for letter in word[1:]:
        code = _CODES.get(letter, 0)
        if code and code != last:
            coded += str(code)
        if letter not in "hw":
            last = code
    return f"{word[0]}{coded}000"[:4]

"""Hears in a question that somebody took more than a dose: so many pills, a whole box, a child that took a medicine.

It decides only that the rule on too much is told, and how calmly; the words stand in ``search/amounts.toml``. How many
pills are many is a reading of ours (I-0217): whoever is given the number of poison help for nothing loses a minute.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["Amount", "AmountWords", "amount_taken"]

_REACH: Final = 5
"""How many words after the verb an amount may stand."""

_MG: Final = {"mg": 1.0, "milligrams": 1.0, "miligramos": 1.0, "g": 1000.0, "grams": 1000.0, "gramos": 1000.0}
_WRITTEN: Final = re.compile(r"(\d+(?:[.,]\d+)?)(mg|g)?")


class Amount(Enum):
    """What a question says was taken."""

    DOUBLED = "doubled"
    """One dose twice."""
    TOO_MUCH = "too much"


@dataclass(frozen=True, slots=True)
class AmountWords:
    """The words by which an amount is heard.

    Attributes:
        took: Verbs of taking.
        units: What medicines are counted in.
        all_of: Words for a whole package or a handful.
        all_as_planned: What is taken whole as planned: a course, a dose.
        everything: Words for all of something that is named next.
        little_ones: Children and animals.
        at_once: Phrases that say that several were taken together or by mistake.
        times_a_dose: Phrases for three doses and more.
        twice: Phrases for one dose twice.
        counted_in_time: What a number counts that is no amount.
        doubled: Phrases for it that need no verb of taking.
        many: So many units are more than a dose.
        some: So many are, with a phrase of ``at_once``.
        numbers: Numbers written as words.
    """

    took: frozenset[str]
    units: frozenset[str]
    all_of: frozenset[str]
    all_as_planned: frozenset[str]
    everything: frozenset[str]
    little_ones: frozenset[str]
    at_once: tuple[str, ...]
    times_a_dose: tuple[str, ...]
    twice: tuple[str, ...]
    counted_in_time: frozenset[str]
    doubled: tuple[str, ...]
    many: int
    some: int
    numbers: Mapping[str, int]


def amount_taken(
    words: Sequence[str], medicines: Sequence[str], most_mg_per_day: float | None, known: AmountWords
) -> Amount | None:
    """Return what a question says was taken, where it is more than a dose.

    Args:
        words: Of the question, folded.
        medicines: Names of the medicines in it, folded.
        most_mg_per_day: The highest daily amount that a source of the drug states, mg; None for none. A drug that
            has one may pass it by a doubled dose, so its doubled dose is too much.
        known: The words by which an amount is heard.
    """
    text = f" {' '.join(words)} "
    verbs = [at for at, word in enumerate(words) if word in known.took]
    units = known.units.union(*(name.split() for name in medicines))
    if not verbs and not _says(known.doubled, text):
        return None
    first = verbs[0] if verbs else 0
    little_one = not known.little_ones.isdisjoint(words[:first]) and not units.isdisjoint(words[first:])
    if little_one or _says(known.times_a_dose, text):
        return Amount.TOO_MUCH
    if any(_is_too_much(words[at + 1 :], text, units, most_mg_per_day, known) for at in verbs):
        return Amount.TOO_MUCH
    if _says((*known.twice, *known.doubled), text):
        return Amount.DOUBLED if most_mg_per_day is None else Amount.TOO_MUCH
    return None


def _is_too_much(
    after: Sequence[str], text: str, units: frozenset[str], most_mg_per_day: float | None, known: AmountWords
) -> bool:
    """Whether the amount that follows a verb is more than a dose."""
    near = after[:_REACH]
    if not known.all_of.isdisjoint(near) and known.all_as_planned.isdisjoint(near):
        return True
    if not known.everything.isdisjoint(near) and not units.isdisjoint(after[: _REACH + 2]):
        return known.counted_in_time.isdisjoint(near)
    at_once = _says(known.at_once, text)
    for at, word in enumerate(near):
        following = after[at + 1 : at + 4]
        if (mg := _milligrams(word, following)) is not None:
            return most_mg_per_day is not None and mg > most_mg_per_day
        count = known.numbers.get(word) or (int(word) if word.isdigit() and len(word) < 4 else 0)
        if following and following[0] in known.counted_in_time:
            continue
        if count >= known.some and at_once:
            return True
        if count >= known.many:
            return not units.isdisjoint(following) or not units.isdisjoint(after)
    return False


def _milligrams(word: str, following: Sequence[str]) -> float | None:
    written = _WRITTEN.fullmatch(word)
    if written is None:
        return None
    unit = written[2] or (following[0] if following and following[0] in _MG else "")
    return float(written[1].replace(",", ".")) * _MG[unit] if unit else None


def _says(phrases: Sequence[str], text: str) -> bool:
    return any(f" {phrase} " in text for phrase in phrases)

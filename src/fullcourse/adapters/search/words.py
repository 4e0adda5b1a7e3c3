"""How a text becomes words that can be compared: folded, cut, reduced to stems; and how far two spellings differ."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from fullcourse.adapters.medicines.spelling import fold

__all__ = ["edits", "fits", "stem", "stems", "tokens", "unaccented", "within"]

_THOUSANDS: Final = re.compile(r"(?<![\d.,])([1-9]\d{0,2})[.,](\d{3})(?![\d.,]*\d)")
"""``1,250`` and ``1.250`` are a thousand and more to some: the larger number is the one to ask about."""
_TOKEN: Final = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared.

    >>> tokens("Can't I drink Beer?")
    ["can't", 'i', 'drink', 'beer']
    >>> tokens("I took 1,250 mg")
    ['i', 'took', '1250', 'mg']
    """
    return _TOKEN.findall(_THOUSANDS.sub(r"\1\2", fold(text)))


def unaccented(word: str) -> str:
    """Return a word without its accents: many phones write none.

    >>> unaccented("tomé")
    'tome'
    """
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return what the endings of a word hang on.

    >>> stem("seizures"), stem("breathing")
    ('seizur', 'breath')
    """
    return str(_stemmer().stemWord(word))


@functools.cache
def _stemmer() -> Any:
    import snowballstemmer  # it loads the rules of some thirty languages, and only words that are compared wait for it

    return snowballstemmer.stemmer("english")


def stems(text: str) -> list[str]:
    """Return the stems of a text's words, in order."""
    return [stem(word) for word in tokens(text)]


def fits(wording: Sequence[str], asked: Sequence[str], most_between: int | None = None, *, near: bool = False) -> bool:
    """Return whether all words of a wording stand in a question in their order.

    Args:
        wording: Stems of the wording; at least one.
        asked: Stems of the question.
        most_between: How many other words may stand between two of them; None for any number.
        near: Whether a long word may be misspelt by one letter.
    """

    if not near and not set(wording) <= set(asked):
        return False

    def from_place(number: int, first: int, last: int) -> bool:
        if number == len(wording):
            return True
        for at in range(first, min(last, len(asked))):
            if _same(wording[number], asked[at], near):
                end = len(asked) if most_between is None else at + 2 + most_between
                if from_place(number + 1, at + 1, end):
                    return True
        return False

    return from_place(0, 0, len(asked))


def within(word: str, other: str, most: int) -> bool:
    """Return whether two spellings differ by at most so many slips; most pairs are told apart by their letters."""
    if abs(len(word) - len(other)) > most or len(set(word) ^ set(other)) > 2 * most:
        return False
    return edits(word, other) <= most


def edits(word: str, other: str) -> int:
    """Return how many letters are added, left out, changed or swapped with their neighbour between two spellings.

    >>> edits("cyclosrine", "cycloserine"), edits("siezure", "seizure")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        now = [at]
        for to, wanted in enumerate(other, 1):
            cost = min(row[to] + 1, now[to - 1] + 1, row[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and word[at - 2] == wanted:
                cost = min(cost, before[to - 2] + 1)
            now.append(cost)
        before, row = row, now
    return row[-1]


_LONG: Final = 6


def _same(wanted: str, asked: str, near: bool) -> bool:
    if wanted == asked:
        return True
    return near and len(wanted) >= _LONG and within(wanted, asked, 1)

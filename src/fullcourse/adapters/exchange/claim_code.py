"""The code that opens a transfer: twelve letters and digits that can be read aloud over a telephone.

They are Crockford's: no I, L, O or U, and one who hears an O or an L writes what is meant. Eleven are chance, 55 bits;
the twelfth follows from them, so that one misheard character is told apart from a wrong code before anything is tried.
"""

import re
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["CHANCE_BITS", "base32", "claim_code", "parse_claim_code"]

CHANCE_BITS: Final = 55

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEARD: Final = str.maketrans("OIL", "011")
_LENGTH: Final = 12
_BREAKS: Final = re.compile(r"[\s\-–—.]+")


def base32(number: int, length: int) -> str:
    """Return a number in Crockford's letters, the highest first.

    Example:
        >>> base32(32 * 31 + 10, 3)
        '0ZA'
    """
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(length)))


def claim_code(chance: int) -> str:
    """Return a code in three groups.

    Args:
        chance: 55 random bits.

    Example:
        >>> claim_code(1)
        '0000-0000-001N'
    """
    letters = base32(chance, _LENGTH - 1)
    letters += _check(letters)
    return "-".join(letters[place : place + 4] for place in range(0, _LENGTH, 4))


def parse_claim_code(text: str) -> str:
    """Return a code in its one form, however it was written down.

    Raises:
        InputError: It is no code, or one that was misread. The message does not repeat it.

    Example:
        >>> parse_claim_code("oooo oooo ooln")
        '0000-0000-001N'
    """
    letters = _BREAKS.sub("", text).upper().translate(_HEARD)
    if len(letters) != _LENGTH or any(letter not in _LETTERS for letter in letters):
        raise InputError(
            f"the code has {_LENGTH} letters and digits, without U and without accents. Ask for it again, in three "
            "groups of four."
        )
    if _check(letters[:-1]) != letters[-1]:
        raise InputError("the code was misread: its last character does not fit the others. Ask for it again.")
    return "-".join(letters[place : place + 4] for place in range(0, _LENGTH, 4))


def _check(letters: str) -> str:
    """Return the letter that follows from the others by odd multiples, so that any single other one changes it."""
    total = sum((2 * place + 1) * _LETTERS.index(letter) for place, letter in enumerate(letters))
    return _LETTERS[total % 32]

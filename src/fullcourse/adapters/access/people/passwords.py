"""Passwords: which are taken, and how one is kept, by NIST SP 800-63B (section 3.1.1 of revision 4).

Long enough, not among those that everybody tries first, and nothing else is asked: no kinds of letters, no change by
the calendar. Words are compared in one form of Unicode, so that a password typed on another keyboard is the same.
"""

import secrets
import threading
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fullcourse.clinical.errors import InputError

__all__ = ["LEAST_ALONE", "LEAST_WITH_SECOND", "MOST", "check_new", "has_password", "keep_password"]

LEAST_ALONE: Final = 15
"""Letters of a password that stands without a second factor, at least."""
LEAST_WITH_SECOND: Final = 8
"""Letters of one beside a second factor, at least."""
MOST: Final = 256
"""Letters at most: a longer one would only cost time."""

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with 19 MiB and two passes, as OWASP's Password Storage Cheat Sheet has it."""
_NOBODY: Final = _HASHER.hash(secrets.token_hex(32))
_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Each hash takes 19 MiB: more at once would let anybody fill the memory."""

_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "1q2w3e4r5t6y7u8i9o0p",
)  # fmt: skip
_LEET: Final = str.maketrans("@4301!$57", "aaeoiisst")
_RUN: Final = 4


def keep_password(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def has_password(kept: str | None, password: str) -> bool:
    """Return whether a password is the one that was kept; takes the same time where none was.

    Args:
        kept: What `keep_password` returned; None for an account without one, or for nobody.
        password: As it was sent.
    """
    if len(password) > MOST:
        return False
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _NOBODY, _normal(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def check_new(password: str, *, has_second: bool, own: tuple[str, ...] = ()) -> None:
    """Refuse a password that is too short, too long, or among the first that are tried.

    Args:
        password: New one.
        has_second: Whether the account has a second factor.
        own: Name and sign-in word of the account: a password is not made up of these.

    Raises:
        InputError: It cannot be taken. The message does not hold it.
    """
    text = _normal(password)
    least = LEAST_WITH_SECOND if has_second else LEAST_ALONE
    if len(text) < least:
        why = "beside a second factor" if has_second else "without a second factor"
        raise InputError(f"the password is too short: {why} it has {least} letters or more. Take a few words.")
    if len(text) > MOST:
        raise InputError(f"the password is longer than {MOST} letters. Shorten it.")
    if _left(text.casefold(), own) < _least_left(least):
        raise InputError(
            "the password is among the first that are tried: it is made up of common words, a row of keys, a "
            "repetition, or the account's own name. Take words that have nothing to do with one another."
        )


def _least_left(least: int) -> int:
    """Return how many letters must be left when whatever is easily guessed is taken out."""
    return least // 2


def _left(text: str, own: tuple[str, ...]) -> int:
    """Return how many letters of a password are no common word, row of keys, or repetition."""
    plain = "".join(letter for letter in text.translate(_LEET) if letter.isalnum())
    bare = "".join(letter for letter in text if letter.isalnum())
    words = {part for word in own for part in _normal(word).casefold().replace("@", " ").replace(".", " ").split()}
    for word in sorted(_common() | {word for word in words if len(word) > 2}, key=len, reverse=True):
        plain, bare = plain.replace(word, ""), bare.replace(word, "")
    return min(_varied(plain), _varied(bare))


def _varied(text: str) -> int:
    """Return the length of a text with runs along rows of keys and repetitions taken out."""
    for row in _ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), _RUN - 1, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], "")
    for period in range(1, len(text) // 2 + 1):
        if all(text[place] == text[place % period] for place in range(len(text))):
            return period
    return len(text) if len(set(text)) > 3 else len(set(text))


@cache
def _common() -> frozenset[str]:
    """Return common words; they are read once."""
    lines = (files("fullcourse.adapters.access.people") / "common_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)

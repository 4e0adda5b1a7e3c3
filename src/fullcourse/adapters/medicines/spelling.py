"""Brings a name into the one spelling in which names are compared, and refuses text that hides what it says.

Case, width and spacing never distinguish two medicines, so they are folded. Nothing else is: a name that differs by one
letter is another name (cycloserine, cyclosporine). Text with characters that nobody sees, or with letters of another
script that look like Latin ones, is refused: a person would read a name that is not there.
"""

import re
import unicodedata

__all__ = ["fold", "hidden"]

_MARKS = str.maketrans(dict.fromkeys("®™©℠"))
_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'"})
_MICRO = re.compile(r"(?<![^\W\d_])[\u00b5\u03bc](?=[glm])")
"""The Greek letter of micrograms, which is no letter of a name."""


def fold(text: str) -> str:
    """Return the name as it is compared: compatibility characters and case folded, one space between words.

    >>> fold("  HYDROcodone\u00a0Bitartrate ")
    'hydrocodone bitartrate'
    """
    plain = text.translate(_MARKS).translate(_DASHES).translate(_QUOTES)
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", plain).casefold()).strip()


def hidden(text: str) -> str:
    """Return why this text may not say what it seems to say, or an empty string.

    White space (tabs and line ends too) is harmless. Control, format, private and unassigned characters, among them the
    ones that turn the reading direction, are not; nor are Latin letters mixed with letters of another script.

    >>> hidden("rifampin")
    ''
    >>> hidden("rif\u0430mpin")
    'letters of more than one script'
    """
    if text.isascii() and text.isprintable():
        return ""
    scripts = set()
    for character in unicodedata.normalize("NFKC", _MICRO.sub("u", text)):
        category = unicodedata.category(character)
        if category.startswith("C") and not character.isspace():
            return "characters that cannot be seen"
        if category.startswith("L"):
            scripts.add(unicodedata.name(character, "").startswith("LATIN"))
    return "letters of more than one script" if len(scripts) > 1 else ""

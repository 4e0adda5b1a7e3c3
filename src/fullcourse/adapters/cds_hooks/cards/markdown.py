"""Text in Markdown that stays text: nothing that a record holds becomes a link, a picture, a list or HTML."""

import re
from typing import Final

__all__ = ["own_words", "plain_line", "recorded_words"]

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:@/=$^'\"])")
_OWN_MARKS: Final = re.compile(r"([\\`*_\[\]|~])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]+")
_SPACES: Final = re.compile(r"\s+")
_LONGEST: Final = 120
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain_line(text: str, longest: int = _LONGEST) -> str:
    """Return a text as one line without characters that steer, cut at a word.

    Args:
        text: Any.
        longest: Most characters, an ellipsis included.

    Example:
        >>> plain_line("one two three", 9)
        'one two…'
    """
    line = _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    word, _, _ = cut.rpartition(" ")
    return f"{(word or cut).rstrip(' ,;:')}…"


def recorded_words(text: str) -> str:
    r"""Return what a record says so that Markdown and HTML show it as it is, cut to a line.

    Example:
        >>> recorded_words("[x](http://a.b) <i>")
        '\\[x\\]\\(http\\:\\/\\/a\\.b\\) &lt;i&gt;'
    """
    return _MARKS.sub(r"\\\1", _escaped(plain_line(text)))


def own_words(text: str) -> str:
    """Return words of our own sources, which hold no link, so that no mark in them counts."""
    return _OWN_MARKS.sub(r"\\\1", _escaped(_SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()))


def _escaped(text: str) -> str:
    # Entities first: none of the marks stands in one.
    return "".join(_HTML.get(letter, letter) for letter in text)

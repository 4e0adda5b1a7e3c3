"""Text in Markdown that stays text: nothing that a record holds becomes a link, a picture, a list or HTML."""

import re
from functools import lru_cache
from typing import Final

__all__ = ["own_words", "plain_line", "recorded_words", "stated_words"]

_HTML: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_RECORDED: Final = {**_HTML, **{ord(mark): f"\\{mark}" for mark in "\\`*_{}[]()#+-.!|~:@/=$^'\""}}
_OWN: Final = {**_HTML, **{ord(mark): f"\\{mark}" for mark in "\\`*_[]|~"}}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]+")
_SPACES: Final = re.compile(r"\s+")
_LONGEST: Final = 120


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
    return plain_line(text).translate(_RECORDED)


@lru_cache(maxsize=4_096)
def own_words(text: str) -> str:
    """Return words of our own sources, which hold no link, so that no mark in them counts; they are kept."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip().translate(_OWN)


@lru_cache(maxsize=4_096)
def stated_words(text: str) -> str:
    """Return the same for words of a statement, which are those of every patient: they are kept."""
    return own_words(text)

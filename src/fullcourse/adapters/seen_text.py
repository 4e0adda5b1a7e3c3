"""Text from outside as outputs may show it: nothing that moves a cursor, turns the reading direction, or is not seen.

Readers of records, answers and reports pass what people wrote through here once, so that what is decided and what is
shown are the same words. What is kept as it was written (the log of a course, a file of E2B) passes through when it is
shown, and so does every answer in JSON, every line of a terminal and every message of an error.
"""

import json
import re
from typing import Final

__all__ = ["seen_in_page", "seen_json", "seen_lines", "seen_text"]

_CLASS: Final = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
_UNSEEN: Final = re.compile(f"[{_CLASS}]+")
_UNSEEN_IN_LINES: Final = re.compile(rf"(?![\n\t])[{_CLASS}]")
_LINES: Final = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")
_UNSEEN_IN_JSON: Final = re.compile(rf"\\(?:u00|b|f|r)|(?!\n)[{_CLASS}]")
"""As ``json.dumps`` writes it; a backslash that was written as such may look alike, and costs a second look alone."""


def seen_text(written: str, *, lines: bool = False) -> str:
    """Return a text without characters of control, direction and no width, each run of them as one blank.

    Args:
        written: As it came.
        lines: Whether line breaks and tabs stay, as in an account that somebody wrote.

    Example:
        >>> seen_text("a\\u202eb\\x1b[2J"), seen_text("one\\ntwo", lines=True)
        ('a b [2J', 'one\\ntwo')
    """
    return (seen_lines(written) if lines else _UNSEEN.sub(" ", written)).strip()


def seen_lines(written: str) -> str:
    """Return a text as `seen_text` does, its lines, tabs and the blanks around it left as they stand."""
    if _UNSEEN_IN_LINES.search(written) is None:
        return written
    broken = _LINES.sub("\n", written)
    return _UNSEEN.sub(lambda run: "".join(it for it in run[0] if it in "\n\t") or " ", broken)


def seen_in_page(value: object) -> object:
    """Return what a template is about to write, a text as `seen_lines` shows it; markup of ours stays what it is.

    It is the ``finalize`` of every environment of templates: what is escaped is cleaned too.
    """
    return seen_lines(value) if type(value) is str else value


def seen_json(value: object, indent: int | None = None, separators: tuple[str, str] | None = None) -> str:
    """Return plain values as JSON, each text and key in it as `seen_lines` shows it.

    Raises:
        ValueError: A number is NaN or infinite.
    """

    def written(plain: object) -> str:
        return json.dumps(plain, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False)

    first = written(value)
    return first if _UNSEEN_IN_JSON.search(first) is None else written(_seen(value))


def _seen(value: object) -> object:
    if isinstance(value, str):
        return seen_lines(value)
    if isinstance(value, dict):
        return {(seen_lines(key) if isinstance(key, str) else key): _seen(inner) for key, inner in value.items()}
    return [_seen(inner) for inner in value] if isinstance(value, list | tuple) else value

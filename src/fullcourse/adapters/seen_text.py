"""Text from outside as outputs may show it: nothing that moves a cursor, turns the reading direction, or is not seen.

Every reader of records, answers and reports passes what people wrote through here once, so that no output has to.
"""

import re
from typing import Final

__all__ = ["seen_text"]

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]+"
)
_LINES: Final = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")


def seen_text(written: str, *, lines: bool = False) -> str:
    """Return a text without characters of control, direction and no width, each run of them as one blank.

    Args:
        written: As it came.
        lines: Whether line breaks and tabs stay, as in an account that somebody wrote.

    Example:
        >>> seen_text("a\\u202eb\\x1b[2J"), seen_text("one\\ntwo", lines=True)
        ('a b [2J', 'one\\ntwo')
    """
    if not lines:
        return _UNSEEN.sub(" ", written).strip()
    broken = _LINES.sub("\n", written)
    return _UNSEEN.sub(lambda run: "".join(it for it in run[0] if it in "\n\t") or " ", broken).strip()

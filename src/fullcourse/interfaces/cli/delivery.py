"""Whether an answer reached whoever asked: on a full disk, a closed pipe or a terminal without its letters too.

A terminal that cannot write a letter is given plain ones that mean the same, and otherwise the number of the letter,
written as JSON writes it, so that an answer in JSON stays one.
"""

import codecs
import errno
import os
import sys
from typing import Final

__all__ = ["CLOSED", "UNDELIVERED", "drop_output", "is_undelivered", "prepare_streams"]

UNDELIVERED: Final = "the answer could not be written whole. Do not use the part that arrived; run again."
CLOSED: Final = "standard output is closed, so that no answer could be delivered. Open it, or write to a file."

_OF_OUTPUT: Final = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
_PLAIN: Final = {
    "≥": ">=", "≤": "<=", "–": "-", "—": "-", "−": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'",
    "×": "x", "µ": "u", "μ": "u", "→": "->", "·": "-", "•": "-", "±": "+/-", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip


def prepare_streams(*, json_asked: bool) -> None:
    """Let no letter of an answer fail in a terminal that does not know it.

    Args:
        json_asked: Whether the answer is JSON, in which a plain quotation mark would end a text.
    """

    def written(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        letters = error.object[error.start : error.end]
        return "".join(_numbered(it) if json_asked else _PLAIN.get(it, _numbered(it)) for it in letters), error.end

    codecs.register_error("fullcourse", written)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="fullcourse")


def is_undelivered(error: BaseException | None) -> bool:
    """Return whether an error says that the output did not take what was written: such an error names no file."""
    return isinstance(error, OSError) and error.filename is None and error.errno in _OF_OUTPUT


def drop_output() -> None:
    """Send what is still held back nowhere, so that leaving the program does not fail once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _numbered(letter: str) -> str:
    pairs = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[at : at + 2].hex()}" for at in range(0, len(pairs), 2))

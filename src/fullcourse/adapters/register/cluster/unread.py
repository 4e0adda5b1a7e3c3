"""What one machine reads and Spark does not yet: refused by name, never passed over as if it held nobody's lines."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from fullcourse.adapters.register.input.delta import LOG
from fullcourse.adapters.register.input.find import LINES, OWN_ASIDE
from fullcourse.adapters.register.input.manifest import DELETED, ERROR, MANIFEST
from fullcourse.clinical.errors import InputError

__all__ = ["is_of_register", "refuse_unread"]

_OF_LINES: Final = (".ndjson.", ".jsonl.")
_ELSE: Final = "Read it without --engine spark, or hand Spark a DataFrame with a row a line (file, number, line)."


def is_of_register(name: str) -> bool:
    """Return whether a file of a folder holds lines of a register, by its name."""
    return name.endswith(LINES) and not name.endswith(OWN_ASIDE)


def refuse_unread(names: Iterable[str]) -> None:
    """Refuse an input of which a part is in a form that is read on one machine only.

    Args:
        names: The files of a folder, relative to it, or the name of the one file.

    Raises:
        InputError: Says which form, and what to do.
    """
    # A Delta table is a table as a whole, whichever of its files comes first.
    for path in sorted(map(PurePosixPath, names), key=lambda path: (LOG not in path.parts, path)):
        why = _unread(path)
        if why:
            raise InputError(why)


def _unread(path: PurePosixPath) -> str:
    """Return in which form a file is that Spark does not read here, and what to do; empty for none."""
    if LOG in path.parts:
        return f"an input holds a Delta table, which is not read on Spark yet. {_ELSE}"
    if path.suffix == ".parquet":
        return f"'{path.name}' is a Parquet file, which is not read on Spark yet. {_ELSE}"
    if path.name == MANIFEST:
        return (
            "an input is or holds the manifest of an export, which is not read on Spark yet: what was deleted or "
            f"failed would not be known. {_ELSE}"
        )
    if path.parts[0] in (ERROR, DELETED) and len(path.parts) > 1:
        return (
            f"an input holds a folder '{path.parts[0]}' of an export, which is not read on Spark yet: what was deleted "
            f"or failed would be taken for lines of the register. {_ELSE}"
        )
    if any(part.startswith((".", "_")) for part in path.parts):
        return ""
    if any(part in path.name for part in _OF_LINES) and not path.name.endswith(LINES):
        return (
            f"'{path.name}' is packed in a way that is not read: only gzip is (.ndjson.gz). Unpack it, or pack it so."
        )
    if path.name.startswith("log.") and is_of_register(path.name):
        return (
            f"'{path.name}' may be the log of a program that fetches exports and no part of the register: that is not "
            "told apart on Spark. Move it away, or give it another name when it holds resources."
        )
    return ""

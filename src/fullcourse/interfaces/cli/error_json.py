"""With ``--format json`` an error is one line of JSON too, ``fullcourse/error/1``, on standard error."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from fullcourse.adapters.seen_text import seen_json
from fullcourse.clinical.errors import Fault

__all__ = ["SCHEMA", "error_json", "json_is_asked"]

SCHEMA: Final = "fullcourse/error/1"


def json_is_asked(arguments: Sequence[str]) -> bool:
    """Return whether a command line asks for JSON, by its words: an error may come before the options are read."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def error_json(code: str, exits_with: int, message: str, faults: Sequence[Fault] = ()) -> str:
    """Return an error as one line of JSON.

    Args:
        code: What kind it is: ``input``, ``usage``, ``knowledge``, ``outside_label``, ``solver_stopped``, ``internal``.
        exits_with: The exit code.
        message: What is wrong, where, why it matters and what to do.
        faults: Each thing that is wrong by itself, where it is known by itself.
    """
    each = [
        {"where": f"{fault.file} {fault.where}".strip(), "what": fault.what, "mend": fault.mend} for fault in faults
    ]
    told = {"schema": SCHEMA, "code": code, "exit": exits_with, "message": message, "faults": each}
    return seen_json(told)

"""The one table in which errors become exit codes."""

from typing import Final

from fullcourse.clinical.errors import FullcourseError, InputError, KnowledgeError, OutsideLabel, SolverStopped

__all__ = ["DONE", "INTERNAL", "REACHED", "USAGE", "exit_code"]

DONE: Final = 0
REACHED: Final = 1
"""A ``--fail-on`` severity was reached."""
USAGE: Final = 2
"""The command, or what it was given, cannot be used."""
INTERNAL: Final = 5

_CODES: Final[dict[type[FullcourseError], int]] = {
    InputError: USAGE,
    OutsideLabel: USAGE,
    KnowledgeError: 3,
    SolverStopped: INTERNAL,
}


def exit_code(error: FullcourseError) -> int:
    """Return the exit code of an error."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), INTERNAL)

"""The one table in which errors become exit codes, and words for programs."""

from typing import Final

from fullcourse.clinical.errors import FullcourseError, InputError, KnowledgeError, OutsideLabel, SolverStopped

__all__ = ["DONE", "INTERNAL", "KNOWLEDGE", "REACHED", "USAGE", "error_word", "exit_code"]

DONE: Final = 0
REACHED: Final = 1
"""A ``--fail-on`` severity was reached."""
USAGE: Final = 2
"""The command, or what it was given, cannot be used."""
INTERNAL: Final = 5

KNOWLEDGE: Final = 3
"""The knowledge files are wrong."""

_CODES: Final[dict[type[FullcourseError], tuple[str, int]]] = {
    InputError: ("input", USAGE),
    OutsideLabel: ("outside_label", USAGE),
    KnowledgeError: ("knowledge", KNOWLEDGE),
    SolverStopped: ("solver_stopped", INTERNAL),
}


def exit_code(error: FullcourseError) -> int:
    """Return the exit code of an error."""
    return next((code for kind, (_, code) in _CODES.items() if isinstance(error, kind)), INTERNAL)


def error_word(error: FullcourseError) -> str:
    """Return the word for an error that stands in JSON."""
    return next((word for kind, (word, _) in _CODES.items() if isinstance(error, kind)), "internal")

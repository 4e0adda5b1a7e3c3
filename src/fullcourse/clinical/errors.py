"""The errors of Fullcourse: four kinds, each with one meaning for whoever called.

They stand on the ground floor so that every floor can raise them. None of them knows an exit code or an HTTP
status: `interfaces` maps them in one table. A message says what, where, why it matters and what to do, and never
holds what identifies a patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Fault", "FullcourseError", "InputError", "KnowledgeError", "OutsideLabel", "SolverStopped"]


class FullcourseError(Exception):
    """The base of every error that Fullcourse raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a knowledge file.

    Attributes:
        file: Path inside the knowledge folder, for example ``drugs/cycloserine.toml``.
        where: The id of the statement, fact, class or source; empty when the whole file is meant.
        what: What is wrong.
        mend: What to do about it.
    """

    file: str
    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        """Return the fault on one line."""
        place = f"{self.file} '{self.where}'" if self.where else self.file
        return f"{place}: {self.what}. {self.mend}"


class KnowledgeError(FullcourseError):
    """Knowledge files are wrong. Carries every fault of every file, not the first alone.

    Attributes:
        faults: All faults found, in the order of the files.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults; the message lists them all."""
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"{count} fault{'' if count == 1 else 's'} in the knowledge; nothing can be checked until mended"
        super().__init__("\n  ".join([head, *map(str, self.faults)]))


class InputError(FullcourseError):
    """What the caller handed in cannot be used. The message names the field, the value, and the mend."""


class OutsideLabel(FullcourseError):
    """The source is silent for this patient; nothing is guessed."""


class SolverStopped(FullcourseError):
    """A numerical method did not converge. In a cohort it is that patient's result, not a crash."""

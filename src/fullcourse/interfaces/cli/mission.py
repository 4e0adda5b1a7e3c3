"""What a user runs for each thing that the mission names, S001 to S082.

A statement that is only told is done by the command that tells it: which one, no rule can know. So each thing names one
command on files that ship, and what its answer shows; a test runs every one of them.
"""

import shlex
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["MISSION", "Run", "runs_of_the_mission"]

MISSION: Final = tuple(f"S{number:03}" for number in range(1, 83))
"""Every thing that the mission names."""


class Run(NamedTuple):
    """A command that does one thing of the mission.

    Attributes:
        line: What follows ``fullcourse``, on the files of `fullcourse examples`.
        shows: Texts that the answer holds, each on one line however it is wrapped.
    """

    line: str
    shows: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return the words of the line as a shell splits them."""
        return tuple(shlex.split(self.line))


def runs_of_the_mission() -> dict[str, Run]:
    """Return the command of each thing, in the order of the mission.

    Raises:
        KeyError: A thing has no command.
    """
    read = tomllib.loads(Path(__file__).with_name("mission.toml").read_text("utf-8"))
    return {mission: Run(read[mission]["run"], tuple(read[mission]["shows"])) for mission in MISSION}

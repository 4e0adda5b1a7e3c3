"""Which statements and tests cover each thing that the mission names, computed from the files themselves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import NotFormalised, Tells

__all__ = ["Covered", "coverage_of"]

_MISSION = tuple(f"S{number:03}" for number in range(1, 83))
_WORD = re.compile(r"S0\d\d\b|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+){2,}")


@dataclass(frozen=True, slots=True)
class Covered:
    """What covers one thing of the mission.

    Attributes:
        id: ``S001`` to ``S082``.
        statements: Ids of the statements that name it.
        executed: Whether one of them makes the system do something, rather than only tell it.
        tests: Test files that name it, or one of its statements.
    """

    id: str
    statements: tuple[str, ...]
    executed: bool
    tests: tuple[str, ...]

    @property
    def word(self) -> str:
        """How far it has come, in words."""
        if not self.statements:
            return "not yet"
        done = ["stated", *(["executed"] if self.executed else []), *(["tested"] if self.tests else [])]
        return ", ".join(done)


def coverage_of(knowledge: Knowledge, tests: Path | None) -> list[Covered]:
    """Return the coverage of the whole mission.

    Args:
        knowledge: Whose statements name what they cover.
        tests: Folder of tests that are searched for the names; None where there is none.
    """
    named = _named_in(tests)
    rows = []
    for mission in _MISSION:
        statements = [item for item in knowledge.statements.values() if mission in item.covers]
        executed = any(not isinstance(item.body, Tells | NotFormalised) for item in statements)
        words = {mission, *(item.id for item in statements)}
        files = sorted(file for file, found in named.items() if words & found)
        rows.append(Covered(mission, tuple(item.id for item in statements), executed, tuple(files)))
    return rows


def _named_in(tests: Path | None) -> dict[str, set[str]]:
    if tests is None:
        return {}
    files: Iterable[Path] = (path for path in tests.rglob("*") if path.suffix in {".py", ".toml"})
    return {path.relative_to(tests).as_posix(): set(_WORD.findall(path.read_text("utf-8"))) for path in files}

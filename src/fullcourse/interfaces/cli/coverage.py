"""Which statements and tests cover each thing that the mission names, computed from the files themselves."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from fullcourse.adapters.documents.clauses import clauses_of
from fullcourse.interfaces.cli.mission import runs_of_the_mission
from fullcourse.journey.monitor import OF_ALL, is_monitored
from fullcourse.journey.outcome import is_definition
from fullcourse.journey.report import is_of_reports
from fullcourse.journey.triage import command_of_triage
from fullcourse.knowledge.actions import acts_on_numbers
from fullcourse.knowledge.consequences import Action, DoseAdvice, FindingOf, Interruption, Missed, Supplement, TestOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.targets import referred_statements
from fullcourse.knowledge.statements import NotFormalised, Statement, Steps, Tells
from fullcourse.knowledge.walk import facts_of, thens_of

__all__ = ["COMPANY", "Covered", "command_of", "coverage_of", "is_evaluated"]

COMPANY = "company"
"""The kind of finding that is judged over a regimen."""

_ON_DOSES = frozenset({"block_dose", "show_conflict"})

SUPPLY_LEFT = "supply_days_left"
"""The fact by which rules of refills are known."""

_WORD = re.compile(r"S0\d\d\b|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+){2,}")


@dataclass(frozen=True, slots=True)
class Covered:
    """What covers one thing of the mission.

    Attributes:
        id: ``S001`` to ``S082``.
        statements: Ids of the statements and of the tables of guidelines that name it.
        commands: The commands that execute one of them, rather than list or tell it.
        waiting: How many of them the rules evaluate and no command executes yet.
        tests: Test files that name it, or one of its statements.
        run: A command that does it, on the files of ``fullcourse examples``.
    """

    id: str
    statements: tuple[str, ...]
    commands: tuple[str, ...]
    waiting: int
    tests: tuple[str, ...]
    run: str

    @property
    def word(self) -> str:
        """How far it has come, in words."""
        if not self.statements:
            return "not yet"
        executed = [f"executed by {' and '.join(self.commands)}"] if self.commands else []
        waiting = [f"{self.waiting} evaluated, no command yet"] if self.waiting else []
        return ", ".join(["stated", *executed, *waiting, *(["tested"] if self.tests else [])])


def coverage_of(knowledge: Knowledge, tests: Path | None) -> list[Covered]:
    """Return the coverage of the whole mission.

    Args:
        knowledge: Whose statements name what they cover.
        tests: Folder of tests that are searched for the names; None where there is none.
    """
    named, levels, clauses = _named_in(tests), referred_statements(), clauses_of(knowledge).values()
    rows = []
    for mission, run in runs_of_the_mission().items():
        statements = [item for item in knowledge.statements.values() if mission in item.covers]
        tables = [clause for clause in clauses if mission in clause.covers]
        commands = [command_of(statement, levels, knowledge) for statement in statements if is_evaluated(statement)]
        monitored = ["monitor"] if any(is_monitored(statement, knowledge) for statement in statements) else []
        reported = ["report"] if any(is_of_reports(statement) for statement in statements) else []
        ids = (*(item.id for item in statements), *(item.id for item in tables))
        words = {mission, *ids}
        files = sorted(file for file, words_of_file in named.items() if words & words_of_file)
        executing = tuple(
            dict.fromkeys(
                command for command in (*commands, *monitored, *reported, *(it.command for it in tables)) if command
            )
        )
        rows.append(Covered(mission, ids, executing, commands.count(""), tuple(files), run.line))
    return rows


def is_evaluated(statement: Statement) -> bool:
    """Return whether the rules evaluate a statement; the others are told, or say why nothing follows."""
    return not isinstance(statement.body, Tells | NotFormalised)


def command_of(statement: Statement, levels: Collection[str], knowledge: Knowledge) -> str:
    """Return the command that executes what follows from a statement; empty while none does.

    Printing a statement on a sheet or a leaflet is no execution.

    Args:
        statement: One that is evaluated.
        levels: Ids of the statements that the targets of levels refer to.
        knowledge: Where it stands.
    """
    thens = thens_of(statement.body)
    if any(isinstance(then, Missed) for then in thens):
        return "missed"
    if any(isinstance(then, Interruption) for then in thens):
        return "course show"
    if is_definition(statement):
        return "outcome"
    if SUPPLY_LEFT in facts_of(statement.body):
        return "supply"
    kinds = {then.value for then in thens if isinstance(then, FindingOf)}
    if kinds:
        return "check --regimen" if kinds == {COMPANY} else "check"
    if command := command_of_triage(statement):
        return command
    if acts_on_numbers(statement, knowledge.facts):
        return "check"
    if statement.id in levels:
        return "levels advise"
    if any(isinstance(then, TestOf) for then in thens):
        return "monitor" if statement.id.split(".", 1)[0] == OF_ALL else "plan"
    if _makes_a_dose(statement):
        return "dose"
    return "monitor" if is_monitored(statement, knowledge) else ""


def _makes_a_dose(statement: Statement) -> bool:
    """Return whether a dose is made of a statement, held against it, or given with what it says."""
    thens = thens_of(statement.body)
    doses = isinstance(statement.body, Steps) or any(isinstance(then, DoseAdvice | Supplement) for then in thens)
    return doses or any(isinstance(then, Action) and then.value in _ON_DOSES for then in thens)


def _named_in(tests: Path | None) -> dict[str, set[str]]:
    if tests is None:
        return {}
    files: Iterable[Path] = (path for path in tests.rglob("*") if path.suffix in {".py", ".toml"})
    return {path.relative_to(tests).as_posix(): set(_WORD.findall(path.read_text("utf-8"))) for path in files}

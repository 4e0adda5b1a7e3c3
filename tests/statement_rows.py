"""The rows of the statements: for each limit of each executed statement a patient just inside it and one just outside.

A row is text that a pharmacist reads. Nothing of what it expects is taken from the statement that it is about: the rows
stand in ``tests/spec/statements``, and are held against the statement as the rules execute it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from fullcourse.clinical import Medicine, Patient, Taken, parse_moment
from fullcourse.clinical.finding import Finding, Status
from fullcourse.clinical.management import Management
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.actions import acts_on_numbers
from fullcourse.knowledge.consequences import Consequence, DoseRow, FindingOf, stated
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Steps
from fullcourse.knowledge.walk import thens_of
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import NONE, evaluate
from fullcourse.rules.situation import Situation
from fullcourse.screening.rulebook import COMPANY, slug
from fullcourse.screening.screen import Screener
from patients import AT, knowledge, medicine, patient

__all__ = ["COLUMNS", "ROWS", "Came", "Row", "came_of", "differences", "is_checked", "person_of", "read_rows", "split"]

ROWS: Final = Path(__file__).parent / "spec" / "statements"
COLUMNS: Final = (
    "statement",
    "given",
    "inside",
    "outside",
    "says",
    "severity",
    "decision",
    "outside_is",
    "left_out_is",
)
NOT: Final = "does_not_apply"
OPEN: Final = "cannot_assess"
NO_WORD: Final = "-"

_TAKES = re.compile(r"takes (?P<name>.+)")
_TOOK = re.compile(r"took (?P<name>.+) (?P<days>\d+) days ago")
_NUMBER = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?: to (?P<high>\d+(?:\.\d+)?))?(?: (?P<unit>\S+))?")
_LEFT_OUT: Final = frozenset({"says", "note", "prepare", "rated_because", "watch", "instead", "management"})
"""Free text, and what is said in words of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of one statement, or one thing that follows from it.

    Attributes:
        place: File and line.
        statement: Its id.
        given: What is known of the patient besides: ``epilepsy = yes``, ``takes sertraline``, ``took x 14 days ago``.
        inside: What puts the patient just inside the limit; numbers in the unit of the source.
        outside: What puts the same patient just outside; empty where the statement holds for everybody.
        says: What follows inside.
        severity: How serious that is; ``-`` where it has no severity.
        decision: What it alone comes to for the drug; ``-`` where it decides about none.
        outside_is: What follows outside, in the same words.
        left_out_is: What follows when what ``inside`` says is not known; empty where nothing can be left out.
    """

    place: str
    statement: str
    given: tuple[str, ...]
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    says: str
    severity: str
    decision: str
    outside_is: str
    left_out_is: str

    @property
    def inside_is(self) -> str:
        """What follows inside, in the words of the other two."""
        return f"{self.says}, {self.severity}, {self.decision}"


@dataclass(frozen=True, slots=True)
class Came:
    """What a statement came to: words as in a row."""

    words: str

    @classmethod
    def of(cls, says: str, severity: str, decision: str) -> "Came":
        """Return the words of something that follows."""
        return cls(f"{says}, {severity}, {decision}")


def read_rows(folder: Path = ROWS) -> list[Row]:
    """Return the rows of every file of a folder; a line that is no row is refused."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        lines = [(n, line) for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line and line[0] != "#"]
        if tuple(lines[0][1].split("\t")) != COLUMNS:
            raise ValueError(f"{path.name}: the first line names the columns: {', '.join(COLUMNS)}")
        for number, line in lines[1:]:
            cells = line.split("\t")
            if len(cells) != len(COLUMNS):
                raise ValueError(f"{path.name}:{number}: {len(cells)} columns, not {len(COLUMNS)}")
            name, given, inside, outside, *rest = cells
            found.append(Row(f"{path.name}:{number}", name, split(given), split(inside), split(outside), *rest))
    return found


def split(phrases: str) -> tuple[str, ...]:
    """Return the phrases of a cell."""
    return tuple(phrases.split("; ")) if phrases else ()


def differences(row: Row, statement: Statement, known: Knowledge) -> list[str]:
    """Return each expectation of a row that a statement does not meet, in words.

    Args:
        row: Of the statement.
        statement: As it stands, or changed.
        known: Holds what the statement names, and the others at its point.
    """
    expected = [((*row.given, *row.inside), row.inside_is)]
    if row.outside:
        expected.append(((*row.given, *row.outside), row.outside_is))
    if row.left_out_is:
        expected.append((without(row), row.left_out_is))
    unmet = []
    for phrases, words in expected:
        came = came_of(statement, person_of(phrases), known).words
        if came != words:
            unmet.append(
                f"{row.place}: {row.statement} with {'; '.join(phrases) or 'nothing'} is '{came}', not '{words}'"
            )
    return unmet


def without(row: Row) -> tuple[str, ...]:
    """Return what is known when what ``inside`` says is not: a medicine less leaves the list open."""
    asks_the_list = any(_TAKES.fullmatch(it) or _TOOK.fullmatch(it) for it in row.inside)
    return tuple(it for it in row.given if not (asks_the_list and it.startswith("medicines_complete")))


@cache
def person_of(phrases: tuple[str, ...]) -> Patient:
    """Return the patient that some phrases describe.

    Raises:
        ValueError: A phrase is none.
    """
    facts: list[dict[str, object]] = []
    taken: list[Medicine] = []
    for phrase in phrases:
        if match := _TOOK.fullmatch(phrase):
            until = parse_moment((AT - timedelta(days=int(match["days"]))).isoformat(), "until")
            taken.append(medicine(match["name"], Taken.PAST, until=until))
        elif match := _TAKES.fullmatch(phrase):
            taken.append(medicine(match["name"]))
        else:
            facts.append(_fact(phrase))
    return patient(facts, taken, AT)


def _fact(phrase: str) -> dict[str, object]:
    name, is_one, text = phrase.partition(" = ")
    definition = knowledge().facts.get(name)
    if not is_one or definition is None:
        raise ValueError(f"'{phrase}' is no phrase: write 'fact = value', 'takes x' or 'took x 3 days ago'")
    if text in definition.values:
        return {"id": name, "value": text}
    if text in {"yes", "no"}:
        return {"id": name, "value": text == "yes"}
    if match := _NUMBER.fullmatch(text):
        low, high = float(match["low"]), float(match["high"] or match["low"])
        return {"id": name, "value": low if low == high else Interval(low, high), "unit": match["unit"] or ""}
    return {"id": name, "value": text}


def came_of(statement: Statement, person: Patient, known: Knowledge) -> Came:
    """Return what a statement comes to for a patient, as check executes it where it does, else as the rules do."""
    if is_checked(statement, known):
        return _of_finding(_finding(statement, person, known))
    situation = Situation(person, known, person.facts, MedicineList(person, known))
    outcome = evaluate(statement, situation)
    if outcome == NONE:
        return Came(NOT)
    if outcome is None:
        return Came.of(OPEN, NO_WORD, NO_WORD)
    if isinstance(statement.body, Steps):
        step = statement.body.steps[outcome]
        doses = " and ".join(f"{dose.mg:g} mg {dose.at}" for dose in step.doses)
        return Came.of(f"step {outcome + 1}: {doses}", NO_WORD, NO_WORD)
    then = thens_of(statement.body)[outcome]
    return Came.of(said(then), then.severity.word if then.severity else NO_WORD, NO_WORD)


def is_checked(statement: Statement, known: Knowledge) -> bool:
    """Return whether check makes a finding of a statement about its own drug, or about drugs taken together."""
    is_finding = any(isinstance(then, FindingOf) for then in thens_of(statement.body))
    owner = statement.id.split(".", 1)[0]
    is_of_a_drug = owner in _drugs(known) or any(then.value == COMPANY for then in thens_of(statement.body))
    return is_of_a_drug and (is_finding or acts_on_numbers(statement, known.facts))


@cache
def _drugs(known: Knowledge) -> Mapping[str, str]:
    return {slug(drug): drug.inn for drug in known.drugs.values()}


def _finding(statement: Statement, person: Patient, known: Knowledge) -> Finding:
    screener = _screener(statement, known)
    if any(then.value == COMPANY for then in thens_of(statement.body)):
        return screener.company(person, [statement], {})[0]
    drug = known.drugs[_drugs(known)[statement.id.split(".", 1)[0]]]
    return next(it for it in screener.screen(person, drug).findings if it.id == statement.id)


_KEPT: list[tuple[Statement, Screener]] = []


def _screener(statement: Statement, known: Knowledge) -> Screener:
    """Return what checks one statement: the knowledge with this one alone, kept while the same is asked for again."""
    if not _KEPT or _KEPT[0][0] is not statement:
        alone = replace(known, statements={statement.id: statement})
        _KEPT[:] = [(statement, Screener(alone, alone.profile("us")))]
    return _KEPT[0][1]


def _of_finding(finding: Finding) -> Came:
    if finding.status is Status.DOES_NOT_APPLY:
        return Came(NOT)
    if finding.status is Status.CANNOT_ASSESS:
        return Came.of(OPEN, finding.weight.word, finding.comes_to.value)
    done = "" if finding.management is None else f" ({_management(finding.management)})"
    return Came.of(f"{finding.kind}{done}", finding.severity.word, finding.comes_to.value)


def _management(asked: Management) -> str:
    hours = [f"{name} {value:g} h" for name in ("hours_before", "hours_after") if (value := getattr(asked, name))]
    return ", ".join([asked.do.value, *hours, *([f"through {asked.through}"] if asked.through else [])])


def said(then: Consequence) -> str:
    """Return what follows in words of the file, without its free text."""
    rows = [f"[{_details(row)}]" for row in getattr(then, "rows", ())]
    return " ".join(part for part in (then.kind, str(then.value), _details(then), *rows) if part)


def _details(shape: Consequence | DoseRow) -> str:
    return " ".join(f"{key} {_plain(value)}" for key, value in stated(shape).items() if key not in _LEFT_OUT)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, tuple):
        return " and ".join(f"[{_details(it)}]" if isinstance(it, DoseRow) else _plain(it) for it in value)
    return str(value)

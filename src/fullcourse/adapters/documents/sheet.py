"""The pharmacist's review sheet: each statement beside what the machine makes of it, its cases and conflicts."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.adapters.documents.clauses import DOSE, Clause, clauses_about
from fullcourse.adapters.documents.rule_words import rule_lines
from fullcourse.adapters.documents.uncovered import elsewhere, uncovered
from fullcourse.clinical.citation import Source
from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.second_readings import SecondReading, is_severe_interaction
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import thens_of
from fullcourse.screening.rulebook import slug

__all__ = [
    "Case",
    "Conflict",
    "Entry",
    "Group",
    "Sheet",
    "Table",
    "entry_of",
    "given_words",
    "make_sheet",
    "read_cases",
    "read_interpretations",
]

_HEADING: Final = re.compile(r"^#\s*(I-\d{4}):\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: what is known of a patient, and what the statement then comes to."""

    name: str
    given: str
    expected: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What another source says on the same point.

    Attributes:
        statement: Its id.
        says: Its claim.
        source: Its source's title.
        severity: How serious it makes it; empty where it has no severity.
        leads: Profiles in which it leads.
    """

    statement: str
    says: str
    source: str
    severity: str
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of the sheet."""

    statement: Statement
    source: Source
    severity: str
    rule: tuple[str, ...]
    cases: tuple[Case, ...]
    conflicts: tuple[Conflict, ...]
    interpretation: str
    second: tuple[str, ...]
    """What a second reader found at the source, in lines; empty where none was asked for and none read."""


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one kind."""

    kind: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a guideline says of the doses of the drug in a table, a limit or a product.

    Attributes:
        clause: What the machine goes by, in words.
        source: Where it comes from.
        interpretation: Our reading with its title; empty when none was needed.
    """

    clause: Clause
    source: Source
    interpretation: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet of a drug.

    Attributes:
        drug: Whose.
        identity: Fields of its identity with value and source, for the review of the codes.
        uncovered: What no statement covers.
        elsewhere: Statements about it that stand on another drug's sheet, with the titles of their sources.
        groups: Statements by kind, in the order of the files.
        tables: Doses in tables of guidelines, with limits and products, in the order of the files.
        has_cases: Whether test cases were found; they stand beside the source and do not ship with the software.
        count: How many statements.
        unreviewed: How many of them and of the tables no clinician has signed.
        knowledge: Digest of the knowledge.
    """

    drug: DrugIdentity
    identity: tuple[tuple[str, str, str], ...]
    uncovered: tuple[str, ...]
    elsewhere: tuple[tuple[Statement, str], ...]
    groups: tuple[Group, ...]
    tables: tuple[Table, ...]
    has_cases: bool
    count: int
    unreviewed: int
    knowledge: str


def make_sheet(
    knowledge: Knowledge,
    drug: DrugIdentity,
    cases: Mapping[str, tuple[Case, ...]],
    interpretations: Mapping[str, str],
    second: Mapping[str, SecondReading] | None = None,
) -> Sheet:
    """Return the review sheet of a drug.

    Args:
        knowledge: What the sources say.
        drug: One of its drugs.
        cases: Test cases by the id of the statement; empty where there are none.
        interpretations: Titles of our readings by id; empty where the pages are not there.
        second: Second readings by the id of the statement.
    """
    prefix = f"{slug(drug)}."
    own = [statement for name, statement in knowledge.statements.items() if name.startswith(prefix)]
    at_point: dict[str, list[Statement]] = {}
    for statement in knowledge.statements.values():
        at_point.setdefault(statement.point, []).append(statement)
    by_kind: dict[str, list[Entry]] = {}
    for statement in own:
        parts = statement.id.split(".")
        entry = _entry(statement, at_point[statement.point], knowledge, cases, interpretations, second or {})
        by_kind.setdefault(parts[1] if len(parts) > 1 else "other", []).append(entry)
    tables = tuple(_tables(drug, knowledge, interpretations))
    return Sheet(
        drug=drug,
        identity=_identity(drug, knowledge),
        uncovered=uncovered(knowledge, drug),
        elsewhere=tuple(
            (statement, knowledge.sources[statement.source].title) for statement in elsewhere(knowledge, drug)
        ),
        groups=tuple(Group(kind.replace("-", " "), tuple(entries)) for kind, entries in by_kind.items()),
        tables=tables,
        has_cases=bool(cases),
        count=len(own),
        unreviewed=[*(it.review for it in own), *(it.clause.review for it in tables)].count("unreviewed"),
        knowledge=knowledge.digest,
    )


def entry_of(statement: Statement, knowledge: Knowledge, second: Mapping[str, SecondReading]) -> Entry:
    """Return one statement as a review sheet shows it, of any file; without cases, which do not ship.

    Args:
        statement: Of the knowledge.
        knowledge: What the sources say.
        second: Second readings by the id of the statement.
    """
    others = [it for it in knowledge.statements.values() if it.point == statement.point]
    return _entry(statement, others, knowledge, {}, {}, second)


def _entry(
    statement: Statement,
    at_point: Iterable[Statement],
    knowledge: Knowledge,
    cases: Mapping[str, tuple[Case, ...]],
    interpretations: Mapping[str, str],
    second: Mapping[str, SecondReading],
) -> Entry:
    return Entry(
        statement=statement,
        source=knowledge.sources[statement.source],
        severity=_severity(statement),
        rule=rule_lines(statement.body, knowledge),
        cases=cases.get(statement.id, ()),
        conflicts=tuple(_conflict(other, knowledge) for other in at_point if other is not statement),
        interpretation=_reading(statement.interpretation, interpretations),
        second=_second_words(statement, second.get(statement.id)),
    )


def read_cases(folder: Path, knowledge: Knowledge) -> dict[str, tuple[Case, ...]]:
    """Return the test cases of a folder of TOML files, by the statement that they are about."""
    by_statement: dict[str, list[Case]] = {}
    for path in sorted(folder.rglob("*.toml")):
        rows = tomllib.loads(path.read_text("utf-8")).get("case", [])
        for row in rows:
            given = given_words(row, knowledge)
            for statement, expected in row.get("expect", {}).items():
                by_statement.setdefault(statement, []).append(Case(row["name"], given, str(expected).replace("_", " ")))
    return {
        statement: tuple({(case.given, case.expected): case for case in cases}.values())
        for statement, cases in by_statement.items()
    }


def read_interpretations(folder: Path) -> dict[str, str]:
    """Return the titles of the pages of a folder on our readings, by id."""
    texts: Iterable[str] = (path.read_text("utf-8") for path in sorted(folder.glob("I-*.md")))
    return {match[1]: match[2].strip() for text in texts if (match := _HEADING.search(text))}


def given_words(row: Mapping[str, object], knowledge: Knowledge) -> str:
    """Return in words what a test case knows of a patient.

    Args:
        row: With ``facts`` (rows ``{id, value, unit}``), ``medicines`` (names, or rows ``{name, stopped_days_ago}``)
            and ``regimen`` (drugs ordered together); each may be absent.
        knowledge: Holds the labels of the facts.
    """
    words = [_fact_words(fact, knowledge) for fact in _rows(row, "facts") if isinstance(fact, Mapping)]
    words += [_medicine_words(medicine) for medicine in _rows(row, "medicines")]
    regimen = [str(drug) for drug in _rows(row, "regimen")]
    if regimen:
        words.append(f"ordered: {', '.join(regimen)}")
    return "; ".join(words) or "nothing known"


def _rows(row: Mapping[str, object], key: str) -> Iterable[object]:
    rows = row.get(key, ())
    return rows if isinstance(rows, Iterable) else ()


def _fact_words(fact: Mapping[str, object], knowledge: Knowledge) -> str:
    name, value = str(fact["id"]), fact["value"]
    definition = knowledge.facts.get(name)
    label = definition.label if definition is not None else name.replace("_", " ")
    shown = ("yes" if value else "no") if isinstance(value, bool) else str(value).replace("_", " ")
    unit = fact.get("unit") or (definition.unit if definition is not None else "")
    return f"{label}: {shown}{'' if unit in {'', '1'} else f' {unit}'}"


def _medicine_words(medicine: object) -> str:
    if not isinstance(medicine, Mapping):
        return f"takes {medicine}"
    days = medicine.get("stopped_days_ago")
    return f"takes {medicine['name']}" if days is None else f"stopped {medicine['name']} {days} days before"


def _tables(drug: DrugIdentity, knowledge: Knowledge, titles: Mapping[str, str]) -> Iterable[Table]:
    for clause in clauses_about(knowledge, drug.inn):
        if clause.command == DOSE:
            yield Table(clause, knowledge.sources[clause.source], _reading(clause.interpretation, titles))


def _reading(name: str, titles: Mapping[str, str]) -> str:
    title = titles.get(name, "")
    return f"{name}: {title}" if title else name


def _conflict(other: Statement, knowledge: Knowledge) -> Conflict:
    point = knowledge.points.get(other.point)
    leads = tuple(profile for profile, source in point.leads.items() if source == other.source) if point else ()
    return Conflict(other.id, other.says, knowledge.sources[other.source].title, _severity(other), leads)


def _second_words(statement: Statement, reading: SecondReading | None) -> tuple[str, ...]:
    if reading is None:
        return ("Not read a second time.",) if is_severe_interaction(statement) else ()
    lines = [f"Read a second time: {reading.result}. The source was opened: {reading.opened}."]
    if reading.asks:
        lines.append(
            f"The source asks for: {reading.asks.replace('_', ' ')}. {reading.says} It names: {reading.names}."
        )
    if reading.differs:
        lines.append(f"Differs ({', '.join(reading.differs)}): {reading.done}")
    if not reading.is_of(statement):
        lines.append("The statement has changed since.")
    return tuple(lines)


def _severity(statement: Statement) -> str:
    severities = [then.severity for then in thens_of(statement.body) if then.severity is not None]
    return Severity(max(severities)).word if severities else ""


def _identity(drug: DrugIdentity, knowledge: Knowledge) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for label, field, value in (
        ("INN", "inn", drug.inn),
        ("Other names", "synonyms", ", ".join(drug.synonyms)),
        ("WHO abbreviation", "abbreviation", drug.abbreviation),
        ("WHO group", "who_group", drug.who_group),
        ("ATC", "atc", drug.atc),
        ("RxNorm", "rxnorm", drug.rxnorm),
        ("UNII", "unii", drug.unii),
        ("SNOMED CT", "snomed", drug.snomed),
    ):
        source = knowledge.sources.get(drug.sources.get(field, ""))
        rows.append((label, value or "not covered", source.title if source and value else ""))
    for form in drug.forms:
        source = knowledge.sources.get(form.source)
        rows.append(("Form", form.words, source.title if source else ""))
    return tuple(rows)

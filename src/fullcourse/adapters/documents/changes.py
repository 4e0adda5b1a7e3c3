"""What moved between two editions of the knowledge, in words that a pharmacist can judge, and who is affected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from fullcourse.adapters.documents.clauses import Clause, clauses_of
from fullcourse.adapters.documents.rule_words import rule_lines, who_is_affected
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition
from fullcourse.knowledge.vocabulary import MedicineClass
from fullcourse.knowledge.walk import atoms_of, facts_of

__all__ = ["Changes", "ClauseChange", "FieldChange", "StatementChange", "TableChange", "changes_between"]

_FIELDS: Final = {
    "says": "claim",
    "patient": "wording for patients",
    "source": "source",
    "section": "section",
    "point": "point",
    "covers": "what it covers",
    "interpretation": "our reading",
    "review": "review",
    "file": "file",
}


_CLAUSE_FIELDS: Final = {
    name: _FIELDS[name] for name in ("says", "source", "section", "covers", "interpretation", "review")
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a statement or of another row, before and after; empty for none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StatementChange:
    """What happened to one statement.

    Attributes:
        id: The statement.
        says: Its claim, as it is now or was last.
        affects: Whom it is about, in words.
        fields: What changed; empty for a statement that was added or removed.
    """

    id: str
    says: str
    affects: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TableChange:
    """What happened to a source, a fact, a class, a drug or a point.

    Attributes:
        kind: ``source``, ``fact``, ``class``, ``drug`` or ``point``.
        id: Its name.
        what: ``added``, ``removed`` or ``changed``.
        fields: What changed.
        statements: How many statements rest on it now.
    """

    kind: str
    id: str
    what: str
    fields: tuple[FieldChange, ...]
    statements: int


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What happened to one table of a guideline: of doses, of a regimen, of who may have it.

    Attributes:
        kind: What it is, in words.
        id: Its name.
        what: ``added``, ``removed`` or ``changed``.
        says: Its claim, as it is now or was last.
        fields: What changed, a row of a table under whom it is for; empty for one that was added or removed.
    """

    kind: str
    id: str
    what: str
    says: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """All that moved.

    Attributes:
        before: Digest of the older knowledge.
        after: Digest of the newer one.
        added: Statements that are new.
        removed: Statements that are gone.
        changed: Statements that say or do something else.
        tables: Everything else.
        clauses: Tables of guidelines: of doses, limits, regimens and criteria.
    """

    before: str
    after: str
    added: tuple[StatementChange, ...]
    removed: tuple[StatementChange, ...]
    changed: tuple[StatementChange, ...]
    tables: tuple[TableChange, ...]
    clauses: tuple[ClauseChange, ...] = ()


def changes_between(old: Knowledge, new: Knowledge) -> Changes:
    """Return what moved from one edition of the knowledge to another.

    Args:
        old: The older edition.
        new: The newer one.
    """
    return Changes(
        before=old.digest,
        after=new.digest,
        added=tuple(_whole(statement, new) for name, statement in new.statements.items() if name not in old.statements),
        removed=tuple(
            _whole(statement, old) for name, statement in old.statements.items() if name not in new.statements
        ),
        changed=tuple(
            change
            for name, statement in new.statements.items()
            if name in old.statements and (change := _changed(old.statements[name], statement, old, new)) is not None
        ),
        tables=tuple(_tables(old, new)),
        clauses=tuple(_clauses(clauses_of(old), clauses_of(new))),
    )


def _clauses(old: Mapping[str, Clause], new: Mapping[str, Clause]) -> Iterable[ClauseChange]:
    for name in (*old, *(name for name in new if name not in old)):
        clause = new.get(name) or old[name]
        what = "removed" if name not in new else "added" if name not in old else "changed"
        moved = tuple(_moved(old[name], new[name])) if what == "changed" else ()
        if what != "changed" or moved:
            yield ClauseChange(clause.kind, clause.id, what, clause.says, moved)


def _moved(before: Clause, after: Clause) -> Iterable[FieldChange]:
    """Yield what changed in a clause, row by row."""
    for name, words in _CLAUSE_FIELDS.items():
        if getattr(before, name) != getattr(after, name):
            yield FieldChange(words, _text(getattr(before, name)), _text(getattr(after, name)))
    for label in (*before.lines, *(label for label in after.lines if label not in before.lines)):
        was, now = before.lines.get(label, ""), after.lines.get(label, "")
        if was != now:
            yield FieldChange(label, was, now)


def _whole(statement: Statement, knowledge: Knowledge) -> StatementChange:
    return StatementChange(statement.id, statement.says, who_is_affected(statement.body, knowledge))


def _changed(before: Statement, after: Statement, old: Knowledge, new: Knowledge) -> StatementChange | None:
    differences = [
        FieldChange(words, _text(getattr(before, name)), _text(getattr(after, name)))
        for name, words in _FIELDS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if before.body != after.body:
        was, now = " ".join(rule_lines(before.body, old)), " ".join(rule_lines(after.body, new))
        differences.append(FieldChange("rule", was, now))
    if not differences:
        return None
    affects = who_is_affected(after.body, new)
    earlier = who_is_affected(before.body, old)
    if earlier != affects:
        affects = f"{affects} (before: {earlier})"
    return StatementChange(after.id, after.says, affects, tuple(differences))


def _tables(old: Knowledge, new: Knowledge) -> Iterable[TableChange]:
    """Yield what changed beside the statements: rules rest on it too."""
    pairs: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("source", old.sources, new.sources),
        ("fact", old.facts, new.facts),
        ("class", old.classes, new.classes),
        ("drug", old.drugs, new.drugs),
        ("point", old.points, new.points),
    )
    for kind, before, after in pairs:
        for name in (*before, *(name for name in after if name not in before)):
            if name not in after:
                yield TableChange(kind, name, "removed", (), 0)
            elif name not in before:
                yield TableChange(kind, name, "added", (), _resting(kind, name, new))
            elif before[name] != after[name]:
                moved = tuple(_row_fields(before[name], after[name]))
                yield TableChange(kind, name, "changed", moved, _resting(kind, name, new))


def _row_fields(before: object, after: object) -> Iterable[FieldChange]:
    for field in fields(before):  # type: ignore[arg-type]
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was == now:
            continue
        if isinstance(before, MedicineClass) and isinstance(was, tuple):
            gone = [row for row in was if row not in now]
            new = [row for row in now if row not in was]
            yield FieldChange(field.name, _text(tuple(gone)), _text(tuple(new)))
        else:
            yield FieldChange(field.name, _text(was), _text(now))


def _resting(kind: str, name: str, knowledge: Knowledge) -> int:
    """Return how many statements rest on a row."""
    return sum(_rests(kind, name, statement) for statement in knowledge.statements.values())


def _rests(kind: str, name: str, statement: Statement) -> bool:
    match kind:
        case "source":
            return statement.source == name
        case "point":
            return statement.point == name
        case "drug":
            return statement.id.startswith(f"{name.replace(' ', '-')}.")
        case "class":
            return any(isinstance(atom, TakingCondition) and atom.target == name for atom in atoms_of(statement.body))
    return name in facts_of(statement.body)


def _text(value: object) -> str:
    """Return a value as short text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case tuple():
            return ", ".join(_text(part) for part in value)
        case Mapping():
            return ", ".join(f"{key} {_text(part)}" for key, part in value.items())
    return str(value)

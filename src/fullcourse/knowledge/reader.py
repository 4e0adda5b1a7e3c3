"""Reads the knowledge files into one `Knowledge`, or says everything that is wrong with them.

Cite or refuse: a statement without a source does not load. All faults of all files come at once, each with file,
statement and mend. The parsed tables can be kept between runs (`parse` and `build` are apart for that reason):
TOML is read by a parser in pure Python, and building from tables is quick.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.moieties import with_moieties
from fullcourse.knowledge.read_statements import StatementReader
from fullcourse.knowledge.read_vocabulary import (
    read_class,
    read_drug,
    read_fact,
    read_group,
    read_other_matter,
    read_point,
    read_profile,
    read_resource,
    read_source,
    read_test,
)
from fullcourse.knowledge.shelf import Shelf
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.table_shelf import TableShelf
from fullcourse.knowledge.tables import Table
from fullcourse.knowledge.vocabulary import FactDefinition, OtherMatter

if TYPE_CHECKING:
    from fullcourse.knowledge.doses import Doses
    from fullcourse.knowledge.regimens import Guidelines

__all__ = ["APART", "FOLDERS", "READ_ELSEWHERE", "build", "digest_of", "parse", "read_files", "read_knowledge"]

FOLDERS = ("sources", "profiles", "facts", "classes", "drugs", "guidelines")
"""Where statements, and what they name, are read from."""

READ_ELSEWHERE = ("medicines", "search", "triage", "programme", "pk_models", "mined", "matrix", "second_readings")
"""Names of medicines, words of questions, questions of triage, what reports count, models and targets of levels:
answers rest on them, statements do not. And what each cited document names, whether or not a statement says it, the
medicines of the matrix, and what a second reader found at the sources."""

_OF_GUIDELINES = ("criterion", "regimen", "construction", "named_regimen", "toxicity")
_OF_DOSES = ("product", "dose_table", "dose_limit")
APART = (*_OF_GUIDELINES, *_OF_DOSES)
"""The kinds of tables that are built only when somebody asks for a regimen or a dose."""

HERE = Path(__file__).parent

Tables = Mapping[str, Mapping[str, object]]


def read_files(folder: Path = HERE) -> dict[str, bytes]:
    """Return every knowledge file by its path inside the folder, in order.

    What is read elsewhere (``READ_ELSEWHERE``) stands among them unparsed, so that one digest covers all that an answer
    of any command can rest on.
    """
    paths = [path for name in (*FOLDERS, *READ_ELSEWHERE) for path in (folder / name).glob("*")]
    kept = sorted(path for path in paths if path.is_file() and path.suffix != ".md")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the files with their paths, in hexadecimal."""
    total = hashlib.sha256()
    for path, content in sorted(files.items()):
        total.update(f"{path}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def parse(files: Mapping[str, bytes]) -> Tables:
    """Return the files as tables.

    Raises:
        KnowledgeError: A file is not TOML or not UTF-8.
    """
    import tomllib  # tables that were kept need no parser

    tables: dict[str, Mapping[str, object]] = {}
    faults: list[Fault] = []
    for path, content in files.items():
        if not path.startswith(FOLDERS) or not path.endswith(".toml"):
            continue
        try:
            tables[path] = tomllib.loads(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            faults.append(Fault(path, "", f"byte {error.start} is not UTF-8", "Save the file as UTF-8."))
        except tomllib.TOMLDecodeError as error:
            faults.append(Fault(path, "", f"it is not TOML: {error}", "Correct the line."))
    if faults:
        raise KnowledgeError(faults)
    return tables


def build(tables: Tables, digest: str, *, linted: bool = False, apart: Callable[[], Tables] | None = None) -> Knowledge:
    """Build the knowledge from parsed tables.

    Args:
        tables: As `parse` returned them.
        digest: Of the files they came from.
        apart: Returns the tables of the kinds `APART` where ``tables`` do not hold them; called on first use.
        linted: These very files were built before without a fault, so what holds between them need not be looked at
            again.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    faults: list[Fault] = []
    rows = _Rows(tables, faults)
    facts = _facts(rows, faults)
    classes = {read.id: read for file, row in rows.of("class") for read in (read_class(row, file, faults),)}
    statement_reader = StatementReader(facts, classes, faults)
    statements = _statements(rows, statement_reader, faults, linted)
    rows_apart = _RowsApart(rows, apart, faults)
    guideline_shelf = TableShelf(
        rows_apart.of(_OF_GUIDELINES), partial(_guidelines, reader=statement_reader, faults=faults), faults
    )
    dose_shelf = TableShelf(rows_apart.of(_OF_DOSES), partial(_doses, reader=statement_reader, faults=faults), faults)
    knowledge = Knowledge(
        digest=digest,
        statements=statements,
        facts=facts,
        groups={read.id: read for file, row in rows.of("group") for read in (read_group(row, file, faults),)},
        classes=classes,
        drugs={read.inn: read for file, row in rows.of("drug") for read in (read_drug(row, file, faults),)},
        sources={read.id: read for file, row in rows.of("source") for read in (read_source(row, file, faults),)},
        points={read.id: read for file, row in rows.of("point") for read in (read_point(row, file, faults),)},
        profiles={read.id: read for file, row in rows.of("profile") for read in (read_profile(row, file, faults),)},
        readings={
            read.resource: read for file, row in rows.of("resource") for read in (read_resource(row, file, faults),)
        },
        other_matters=_other_matters(rows, faults),
        tests={read.id: read for file, row in rows.of("test") for read in (read_test(row, file, faults),)},
        guideline_shelf=guideline_shelf,
        dose_shelf=dose_shelf,
    )
    rows.leftovers()
    if not linted:
        from fullcourse.knowledge.doses_lint import lint_doses
        from fullcourse.knowledge.lint import lint  # kept files were looked at when they were kept
        from fullcourse.knowledge.regimens_lint import lint_guidelines

        guidelines = guideline_shelf.build()
        faults.extend(lint(knowledge))
        faults.extend(lint_guidelines(guidelines, knowledge.drugs, knowledge.profiles, knowledge.sources))
        faults.extend(lint_doses(dose_shelf.build(), guidelines, knowledge))
    if faults:
        raise KnowledgeError(faults)
    return knowledge


def read_knowledge(folder: Path = HERE) -> Knowledge:
    """Read the knowledge of a folder, by default the one that ships with the software.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    files = read_files(folder)
    return build(parse(files), digest_of(files))


def _guidelines(rows: "_ByKind", reader: StatementReader, faults: list[Fault]) -> "Guidelines":
    from fullcourse.knowledge.regimens_reader import read_guidelines  # a check of a drug does not wait for it

    return read_guidelines(rows, reader, faults)


def _doses(rows: "_ByKind", reader: StatementReader, faults: list[Fault]) -> "Doses":
    from fullcourse.knowledge.doses_reader import read_doses  # nor for this

    return read_doses(rows, reader, faults)


def _statements(rows: "_Rows", reader: StatementReader, faults: list[Fault], linted: bool) -> Mapping[str, Statement]:
    """Read the statements: all at once from new files, on demand from files that were read before without a fault."""
    stated = with_moieties(rows.of("statement"), rows.of("drug"))
    if linted:
        return Shelf([(file, row) for file, row in stated if isinstance(row, dict)], reader.statement, faults)
    statements: dict[str, Statement] = {}
    for file, row in stated:
        statement = reader.statement(row, file)
        if statement.id in statements:
            other = statements[statement.id].file
            faults.append(Fault(file, statement.id, f"the id stands in {other} too", "An id is given once."))
        statements[statement.id] = statement
    return statements


def _facts(rows: "_Rows", faults: list[Fault]) -> dict[str, FactDefinition]:
    """Read the facts; conditions of a fact may name any other fact, so they are read when all are there."""
    facts: dict[str, FactDefinition] = {}
    waiting: list[tuple[str, str, Mapping[str, Sequence[object]]]] = []
    for file, row in rows.of("fact"):
        fact, conditions = read_fact(row, file, faults)
        if fact.id in facts:
            faults.append(Fault(file, fact.id, "the fact is defined twice", "Keep one."))
        facts[fact.id] = fact
        if any(conditions.values()):
            waiting.append((file, fact.id, conditions))
    reader = StatementReader(facts, {}, faults)
    for file, name, by_key in waiting:
        never_when, shown_by = (
            tuple(reader.fact_condition(Table(condition, file, name, faults)) for condition in by_key[key])
            for key in ("never_when", "shown_by")
        )
        facts[name] = replace(facts[name], never_when=never_when, shown_by=shown_by)
    return facts


def _other_matters(rows: "_Rows", faults: list[Fault]) -> dict[str, OtherMatter]:
    matters: dict[str, OtherMatter] = {}
    for file, row in rows.of("other_matter"):
        matter = read_other_matter(row, file, faults)
        if matter.id in matters:
            faults.append(Fault(file, matter.id, "the other matter is defined twice", "Keep one."))
        matters[matter.id] = matter
    return matters


_ByKind = Mapping[str, Sequence[tuple[str, object]]]


class _RowsApart:
    """The rows of some kinds on first use: from the tables at hand, or from tables that are kept apart.

    A process that is handed the knowledge gets the rows with it, and no way to a cache.
    """

    def __init__(self, rows: "_Rows", apart: Callable[[], Tables] | None, faults: list[Fault]) -> None:
        self._rows: _Rows | None = rows if apart is None else None
        self._apart, self._faults = apart, faults

    def of(self, kinds: Sequence[str]) -> Callable[[], _ByKind]:
        """Return what gives the rows of some kinds; those at hand are asked for at once, so that none is left over."""
        if self._rows is not None:
            self._by_kind(kinds)
        return partial(self._by_kind, tuple(kinds))

    def _by_kind(self, kinds: Sequence[str]) -> _ByKind:
        if self._rows is None:
            self._rows = _Rows(self._apart() if self._apart is not None else {}, self._faults)
        return {kind: self._rows.of(kind) for kind in kinds}

    def __getstate__(self) -> dict[str, object]:
        self._by_kind(())
        return {"_rows": self._rows, "_apart": None, "_faults": self._faults}


class _Rows:
    """The tables of all files by kind, remembering which kinds were asked for."""

    def __init__(self, tables: Tables, faults: list[Fault]) -> None:
        self.tables, self.faults = tables, faults
        self.asked: set[str] = set()

    def of(self, kind: str) -> list[tuple[str, object]]:
        """Return each row of a kind with its file."""
        self.asked.add(kind)
        rows: list[tuple[str, object]] = []
        for file, table in self.tables.items():
            value = table.get(kind)
            if value is None:
                continue
            rows.extend((file, row) for row in (value if isinstance(value, list) else [value]))
        return rows

    def leftovers(self) -> None:
        """Note every kind of table that nothing reads."""
        for file, table in self.tables.items():
            for kind in table.keys() - self.asked:
                self.faults.append(
                    Fault(
                        file, kind, f"tables of kind '{kind}' are not known", f"Use: {', '.join(sorted(self.asked))}."
                    )
                )

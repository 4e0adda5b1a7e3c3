"""``fullcourse knowledge sources`` and ``knowledge diff``: what is read, and what moved between two editions."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.source import source_json
from fullcourse.adapters.published.unread import unread_json
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.mined import Unread, read_mined, unread
from fullcourse.knowledge.reader import read_knowledge

__all__ = ["diff", "sources"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("sources")
@click.option("--unread", "left", is_flag=True, help="Print what of the cited documents is still to be read.")
@format_option("text", "json")
def sources(left: bool, form: str) -> None:
    """Print every source with its tier, date and address, and how many statements and tables rest on it.

    With --unread: which cited documents were not read whole, and what they name that no statement says.
    """
    from fullcourse.adapters.documents.clauses import clauses_of

    knowledge = load_knowledge()
    counts = Counter(statement.source for statement in knowledge.statements.values())
    if left:
        _print_unread(unread(read_mined(), (name for name, _ in counts.most_common())), knowledge, form)
        return
    tables = Counter(clause.source for clause in clauses_of(knowledge).values())
    if form == "json":
        rows = [source_json(source, counts[source.id], tables[source.id]) for source in knowledge.sources.values()]
        print_json(rows)
        return
    for source in sorted(knowledge.sources.values(), key=lambda source: (source.tier, -counts[source.id], source.id)):
        count, of_tables = counts[source.id], tables[source.id]
        beside = f", {of_tables} table{'' if of_tables == 1 else 's'} of guidelines" if of_tables else ""
        echo(f"{source.tier}  {source.id}  ({count} statement{'' if count == 1 else 's'}{beside})")
        echo(f"   {source.title}. {source.issuer}. {source.dated or 'no date given'}.")
        echo(f"   {source.address}")
        if source.read_as:
            echo(f"   read as: {source.read_as}")
    tiers = {tier: sum(source.tier == tier for source in knowledge.sources.values()) for tier in "ABC"}
    echo(
        f"\n{len(knowledge.sources)} sources: {tiers['A']} of tier A (official text), "
        f"{tiers['B']} of tier B (faithful copy), {tiers['C']} of tier C (secondary). Digest {knowledge.digest[:12]}."
    )


def _print_unread(left: Unread, knowledge: Knowledge, form: str) -> None:
    """Print what is left of the cited documents: those begun, then those without a list."""
    if form == "json":
        print_json(unread_json(left, knowledge.digest))
        return
    for document in left.begun:
        echo(document.source)
        if document.not_read:
            echo(_wrapped(f"not read: {document.not_read}", "   "))
        if document.names:
            echo(_wrapped(f"named there, not decided: {', '.join(document.names)}", "   "))
    if left.without_list:
        echo()
        echo(_wrapped(f"Without a list: {', '.join(left.without_list)}."))
    echo()
    echo(
        _wrapped(
            f"Of {left.cited} cited documents {len(left.whole)} were read whole, {len(left.begun)} in part, and "
            f"{len(left.without_list)} have no list."
        )
    )


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, 78, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def _stated_in(folder: Path) -> Knowledge:
    """Read a folder; raises InputError where it states nothing: two such folders would look alike."""
    knowledge = read_knowledge(folder)
    if not knowledge.statements:
        raise InputError(f"{folder} holds no statement, so that nothing can be compared. Name a folder of knowledge.")
    return knowledge


@click.command("diff")
@click.argument("old", type=_FOLDER)
@click.argument("new", type=_FOLDER)
@format_option("text", "json")
def diff(old: Path, new: Path, form: str) -> None:
    """Print what moved from the knowledge of folder OLD to that of folder NEW, in words."""
    from fullcourse.adapters.documents.changes import StatementChange, changes_between
    from fullcourse.adapters.published.change import changes_json

    changes = changes_between(_stated_in(old), _stated_in(new))
    if form == "json":
        print_json(changes_json(changes))
        return
    echo(f"Knowledge {changes.before[:12]} -> {changes.after[:12]}")

    def print_all(heading: str, changes: Sequence[StatementChange]) -> None:
        if changes:
            echo(f"\n{heading} ({len(changes)})", bold=True)
        for change in changes:
            echo(f"\n  {change.id}")
            echo(f"    {change.says}")
            for field in change.fields:
                echo(f"    {field.field}: from “{field.before}” to “{field.after}”")
            echo(f"    Who is affected: {change.affects}")

    print_all("Statements added", changes.added)
    print_all("Statements removed", changes.removed)
    print_all("Statements changed", changes.changed)
    if changes.tables:
        echo(f"\nBeside the statements ({len(changes.tables)})", bold=True)
    for row in changes.tables:
        echo(f"\n  {row.kind} {row.id}: {row.what}; {row.statements} statements rest on it")
        for field in row.fields:
            echo(f"    {field.field}: from “{field.before}” to “{field.after}”")
    if changes.clauses:
        echo(f"\nTables of guidelines ({len(changes.clauses)})", bold=True)
    for clause in changes.clauses:
        echo(f"\n  {clause.kind} {clause.id}: {clause.what}")
        echo(f"    {clause.says}")
        for field in clause.fields:
            echo(f"    {field.field}: from “{field.before}” to “{field.after}”")
    if not (changes.clauses or changes.added or changes.removed or changes.changed or changes.tables):
        same = changes.before == changes.after
        echo("Nothing moved." if same else "No statement moved; names of medicines or words of questions did.")

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
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.print_json import print_json
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
        click.echo(f"{source.tier}  {source.id}  ({count} statement{'' if count == 1 else 's'}{beside})")
        click.echo(f"   {source.title}. {source.issuer}. {source.dated or 'no date given'}.")
        click.echo(f"   {source.address}")
        if source.read_as:
            click.echo(f"   read as: {source.read_as}")
    tiers = {tier: sum(source.tier == tier for source in knowledge.sources.values()) for tier in "ABC"}
    click.echo(
        f"\n{len(knowledge.sources)} sources: {tiers['A']} of tier A (official text), "
        f"{tiers['B']} of tier B (faithful copy), {tiers['C']} of tier C (secondary). Digest {knowledge.digest[:12]}."
    )


def _print_unread(left: Unread, knowledge: Knowledge, form: str) -> None:
    """Print what is left of the cited documents: those begun, then those without a list."""
    if form == "json":
        print_json(unread_json(left, knowledge.digest))
        return
    for document in left.begun:
        click.echo(document.source)
        if document.not_read:
            click.echo(_wrapped(f"not read: {document.not_read}", "   "))
        if document.names:
            click.echo(_wrapped(f"named there, not decided: {', '.join(document.names)}", "   "))
    if left.without_list:
        click.echo()
        click.echo(_wrapped(f"Without a list: {', '.join(left.without_list)}."))
    click.echo()
    click.echo(
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
    click.echo(f"Knowledge {changes.before[:12]} -> {changes.after[:12]}")

    def print_all(heading: str, changes: Sequence[StatementChange]) -> None:
        if changes:
            click.secho(f"\n{heading} ({len(changes)})", bold=True)
        for change in changes:
            click.echo(f"\n  {change.id}")
            click.echo(f"    {change.says}")
            for field in change.fields:
                click.echo(f"    {field.field}: from “{field.before}” to “{field.after}”")
            click.echo(f"    Who is affected: {change.affects}")

    print_all("Statements added", changes.added)
    print_all("Statements removed", changes.removed)
    print_all("Statements changed", changes.changed)
    if changes.tables:
        click.secho(f"\nBeside the statements ({len(changes.tables)})", bold=True)
    for row in changes.tables:
        click.echo(f"\n  {row.kind} {row.id}: {row.what}; {row.statements} statements rest on it")
        for field in row.fields:
            click.echo(f"    {field.field}: from “{field.before}” to “{field.after}”")
    if changes.clauses:
        click.secho(f"\nTables of guidelines ({len(changes.clauses)})", bold=True)
    for clause in changes.clauses:
        click.echo(f"\n  {clause.kind} {clause.id}: {clause.what}")
        click.echo(f"    {clause.says}")
        for field in clause.fields:
            click.echo(f"    {field.field}: from “{field.before}” to “{field.after}”")
    if not (changes.clauses or changes.added or changes.removed or changes.changed or changes.tables):
        same = changes.before == changes.after
        click.echo("Nothing moved." if same else "No statement moved; names of medicines or words of questions did.")

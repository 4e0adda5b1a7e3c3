"""``fullcourse knowledge``: check the files, show a drug, count what of the mission is covered."""

from collections.abc import Sequence
from pathlib import Path

import click

from fullcourse.adapters.documents.clauses import Clause, clauses_about, clauses_of
from fullcourse.adapters.documents.rule_words import form_of_body
from fullcourse.adapters.documents.uncovered import elsewhere, uncovered
from fullcourse.adapters.knowledge_cache import compare_kept, load_knowledge
from fullcourse.adapters.published.statement import clause_json, statement_json
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.interfaces.cli.coverage import Covered, command_of, coverage_of, is_evaluated
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.lazy import Commands
from fullcourse.interfaces.cli.reading_commands.knowledge_compare import compare
from fullcourse.interfaces.cli.reading_commands.knowledge_export import export
from fullcourse.interfaces.cli.reading_commands.knowledge_lists import diff, sources
from fullcourse.interfaces.cli.reading_commands.knowledge_matrix import matrix
from fullcourse.interfaces.cli.reading_commands.knowledge_sheet import sheet
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.targets import referred_statements
from fullcourse.knowledge.reader import HERE, read_knowledge
from fullcourse.knowledge.statements import Statement

__all__ = ["knowledge"]


@click.group(cls=Commands)
def knowledge() -> None:
    """Check, show and count what the sources say."""


for _command in (sheet, sources, diff, compare, export, matrix):
    knowledge.add_command(_command)


@knowledge.command("check")
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=HERE, help="Files.")
def check(folder: Path) -> None:
    """Read every file anew and report every fault, also where the cache holds something else; exit code 3 then."""
    from fullcourse.adapters.programme.rules import read_report_rules
    from fullcourse.adapters.search.wording import read_wording
    from fullcourse.adapters.search.wording_lint import wording_faults
    from fullcourse.adapters.triage.questions import question_faults, read_questions
    from fullcourse.knowledge.mined import mined_faults, read_mined
    from fullcourse.knowledge.second_readings import read_second_readings, second_reading_faults
    from fullcourse.knowledge.severity import severity_faults

    read = read_knowledge(folder)
    asked = read_questions(folder / "triage" / "questions.toml")
    if faults := [
        *wording_faults(read_wording(folder / "search"), read),
        *question_faults(asked, read),
        *severity_faults(read),
        *mined_faults(read_mined(folder / "mined").values(), read),
        *second_reading_faults(read_second_readings(folder / "second_readings").values(), read),
    ]:
        raise KnowledgeError(faults)
    read_report_rules(read, folder / "programme" / "reports.toml")
    kept, differing = compare_kept(folder)
    if differing:
        raise KnowledgeError(differing)
    guidelines = read.guidelines
    criteria, regimens = len(guidelines.criteria), len(guidelines.regimens) + len(guidelines.constructions)
    doses, limits = len(read.doses.tables), len(read.doses.limits)
    unreviewed = sum(statement.review == "unreviewed" for statement in read.statements.values())
    echo(
        f"{len(read.statements)} statements from {len(read.sources)} sources about {len(read.drugs)} drugs, "
        f"{len(read.facts)} facts, {len(read.classes)} classes, {regimens} regimens by {criteria} criteria, "
        f"{doses} tables of doses with {limits} limits: no fault. "
        f"Not reviewed by a clinician: {unreviewed} statements, and every table of regimens and doses. "
        f"Digest {read.digest[:12]}."
    )
    echo(kept)


@knowledge.command("show")
@click.argument("drug")
@format_option("text", "json")
def show(drug: str, form: str) -> None:
    """Print everything that is stated about DRUG, each claim with its source."""
    read = load_knowledge()
    identity = read.drug(drug)
    prefix = f"{identity.inn.replace(' ', '-')}."
    statements = [statement for name, statement in read.statements.items() if name.startswith(prefix)]
    clauses = list(clauses_about(read, identity.inn))
    if form == "json":
        rows = [statement_json(statement, read.citation(statement)) for statement in statements]
        rows += [clause_json(clause, read.citation(clause)) for clause in clauses]
        print_json(rows)
        return
    echo(f"{identity.label} ({identity.abbreviation or 'no abbreviation'}), WHO group {identity.who_group or 'none'}")
    echo(f"  Also called: {', '.join(identity.synonyms) or 'not covered: no source'}")
    for name, value in {
        "ATC": identity.atc,
        "RxNorm": identity.rxnorm,
        "UNII": identity.unii,
        "SNOMED CT": identity.snomed,
    }.items():
        echo(f"  {name}: {value or 'not covered: no source'}")
    for dosage_form in identity.forms:
        echo(f"  {dosage_form.words}")
    if gaps := uncovered(read, identity):
        echo(f"  Not covered, because no source that was read says it: {', '.join(gaps)}.")
    if pairs := elsewhere(read, identity):
        echo(f"  In the files of other drugs: {', '.join(other.id for other in pairs)}.")
    for statement in statements:
        echo(f"\n{statement.id}  [{form_of_body(statement)}]")
        echo(f"  {statement.says}")
        if statement.patient:
            echo(f"  For patients: {statement.patient}")
        echo(_basis(statement, read))
    for clause in clauses:
        echo(f"\n{clause.id}  [{clause.kind}]")
        echo(f"  {clause.says}")
        for label, words in clause.lines.items():
            echo(f"    {label}: {words}")
        echo(_basis(clause, read))


def _basis(claim: Statement | Clause, read: Knowledge) -> str:
    """Return the line that says on what a claim rests."""
    source = read.sources[claim.source]
    reading = f", our reading {claim.interpretation}" if claim.interpretation else ""
    return (
        f"  {source.title}, section {claim.section}, tier {source.tier}{reading}; {claim.review}; "
        f"covers {' '.join(claim.covers) or 'nothing of the mission'}"
    )


@knowledge.command("coverage")
@click.option(
    "--tests",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of tests; found beside the source where there is one.",
)
@format_option("text", "json")
def coverage(tests: Path | None, form: str) -> None:
    """Print for S001 to S082 the command that does it, and which statements, tables and tests cover it.

    The commands run on the files that 'fullcourse examples DIR' writes.
    """
    rows = coverage_of(load_knowledge(), tests or _tests_beside())
    if form == "json":
        print_json([_covered_json(row) for row in rows])
        return
    for row in rows:
        echo(f"{row.id}  {row.word}")
        echo(f"      fullcourse {row.run}")
        echo(f"      {_few(row.statements)}")
        if row.tests:
            echo(f"      in tests: {_few(row.tests)}")
    stated = sum(bool(row.statements) for row in rows)
    executed = sum(bool(row.commands) for row in rows)
    echo(
        f"\n{stated} of {len(rows)} stated, each with a command that does it; of {executed} a rule is executed by one. "
        "The commands run on the files of 'fullcourse examples DIR'."
    )
    levels, knowledge = referred_statements(), load_knowledge()
    evaluated = filter(is_evaluated, knowledge.statements.values())
    commands = [command_of(statement, levels, knowledge) for statement in evaluated]
    for command in sorted(set(commands) - {""}):
        echo(f"{commands.count(command):>5} statements executed by {command}")
    echo(f"{commands.count(''):>5} statements evaluated, no command yet")
    tables = [clause.command for clause in clauses_of(knowledge).values()]
    for command in sorted(set(tables)):
        echo(f"{tables.count(command):>5} tables of guidelines executed by {command}")


def _few(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _tests_beside() -> Path | None:
    folder = HERE.parents[2] / "tests"
    return folder if folder.is_dir() else None


def _covered_json(row: Covered) -> dict[str, object]:
    return {
        "id": row.id,
        "stated": bool(row.statements),
        "executed": bool(row.commands),
        "commands": list(row.commands),
        "run": f"fullcourse {row.run}",
        "evaluated_without_command": row.waiting,
        "tested": bool(row.tests),
        "statements": list(row.statements),
        "tests": list(row.tests),
    }

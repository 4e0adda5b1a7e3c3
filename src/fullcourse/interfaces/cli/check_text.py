"""A check as a busy clinician reads it: the decision, what applies, and one line on what is not established.

Nothing is hidden: what is counted here is listed in full by ``--format json``, and the questions by ``--ask``.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.interfaces.cli.on_file_text import clearance_line, print_on_file
from fullcourse.interfaces.cli.wording import fact_lines, short_source, source_line
from fullcourse.journey.check import CheckResult, DrugCheck, Pair, Question
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_check"]

_DECISIONS = {
    Decision.CONTRAINDICATED: ("✖ CONTRAINDICATED", "bold white on red"),
    Decision.CANNOT_ASSESS: ("? CANNOT BE ASSESSED YET", "bold black on yellow"),
    Decision.CAUTION: ("▲ CAUTION", "bold black on bright_yellow"),
    Decision.NO_OBJECTION: ("● NO OBJECTION FOUND", "bold white on green"),
}
_SEVERITY_STYLE = {
    Severity.CONTRAINDICATED: "bold red",
    Severity.MAJOR: "bold yellow",
    Severity.MODERATE: "yellow",
    Severity.MINOR: "cyan",
    Severity.INFO: "dim",
}
_MOST_QUESTIONS = 5
_MOST_NAMES = 8


def print_check(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    """Print a check."""
    for check in result.drugs:
        _drug(check, result, knowledge, console)
    _regimen(result, knowledge, console)
    print_on_file(result, console)
    _questions(result, knowledge, console)
    _not_checked(result, console)
    _foot(result, console)


def _drug(check: DrugCheck, result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    drug = knowledge.drugs[check.drug]
    words, style = _DECISIONS[check.decision]
    head = Text(drug.label.upper(), "bold")
    head.append("  ").append(f" {words} ", style)
    head.append(f"  {result.at.isoformat()}, profile {result.profile}", "dim")
    console.print()
    console.print(head)
    applies = [finding for finding in check.findings if finding.status is Status.APPLIES]
    for finding in applies:
        if finding.severity > Severity.INFO or not finding.leads:
            _finding(finding, knowledge, console)
    for finding in applies:
        if finding.severity is Severity.INFO and finding.leads:
            console.print(_hanging("  ·", Text(finding.says, "dim"), 3))
    if not applies or (check.not_cleared and not any(_counts(finding) for finding in applies)):
        console.print(_hanging("", Text(clearance_line(check), "dim"), 1))
    open_ = [finding for finding in check.findings if _is_open(finding)]
    if open_:
        names = dict.fromkeys(_fact_name(fact, knowledge) for finding in open_ for fact in finding.missing)
        line = Text(f"Not established ({len(names)}): ", "bold")
        line.append(_listed(list(names), _MOST_NAMES), "not bold")
        console.print(_hanging("  ?", line, 3))
    console.print()


def _is_open(finding: Finding) -> bool:
    return finding.status is Status.CANNOT_ASSESS and finding.leads and finding.override is None


def _counts(finding: Finding) -> bool:
    return finding.leads and finding.override is None and finding.severity >= Severity.MODERATE


def _finding(finding: Finding, knowledge: Knowledge, console: Console) -> None:
    counted = finding.leads and finding.override is None
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=17)
    grid.add_column(overflow="fold")
    style = _SEVERITY_STYLE[finding.severity] if counted else "dim"
    grid.add_row(Text(f"  {finding.severity.word}", style), Text(finding.says, "bold" if counted else "dim"))
    for line in _reasons(finding, knowledge):
        grid.add_row("", Text(line, "dim"))
    for line in _otherwise(finding, knowledge):
        short = Text(line, "dim italic", no_wrap=True, overflow="ellipsis")
        grid.add_row("", short)
    console.print(grid)


def _reasons(finding: Finding, knowledge: Knowledge) -> list[str]:
    lines = fact_lines(finding, knowledge)
    lines.append(source_line(finding, knowledge))
    if not finding.leads:
        lines.append("Shown; in this profile another source leads on this.")
    if finding.override is not None:
        lines.append(f"Overridden by {finding.override.by or 'a clinician'}: {finding.override.reason}")
    return lines


def _otherwise(finding: Finding, knowledge: Knowledge) -> list[str]:
    """Return what other sources say on the same point, each on a line that may be cut short; JSON has it whole."""
    said = [knowledge.statements[other] for other in finding.conflicts_with if other in knowledge.statements]
    return [f"Otherwise: {short_source(statement, knowledge)}: {statement.says}" for statement in said]


def _regimen(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    shown = [finding for finding in result.regimen_findings if finding.status is Status.APPLIES]
    open_ = [finding for finding in result.regimen_findings if _is_open(finding)]
    if not (shown or open_ or result.pairs):
        return
    console.print(Text("THE DRUGS TOGETHER", "bold"))
    for finding in shown:
        _finding(finding, knowledge, console)
    if open_:
        names = dict.fromkeys(_fact_name(fact, knowledge) for finding in open_ for fact in finding.missing)
        console.print(_hanging("  ?", Text(f"Not established ({len(names)}): {_listed(list(names), _MOST_NAMES)}"), 3))
    _pairs(result.pairs, knowledge, console)
    console.print()


def _pairs(pairs: Sequence[Pair], knowledge: Knowledge, console: Console) -> None:
    """Print one line for each pair that a finding is about, in order of severity, and count the others."""
    spoken = sorted((pair for pair in pairs if pair.severity), key=lambda pair: (-(pair.severity or 0), pair.drugs))
    for pair in spoken:
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=17)
        grid.add_column(overflow="fold")
        says = "; ".join(knowledge.statements[name].says for name in pair.findings)
        severity = pair.severity or Severity.INFO
        grid.add_row(Text(f"  {severity.word}", _SEVERITY_STYLE[severity]), Text(f"{' + '.join(pair.drugs)}: {says}"))
        console.print(grid)
    open_ = sum(bool(pair.unresolved) and pair.severity is None for pair in pairs)
    silent = len(pairs) - len(spoken) - open_
    counted = (
        (open_, "cannot be assessed yet"),
        (silent, "no statement here speaks against them, which does not say that they are safe"),
    )
    for count, says in counted:
        if count:
            console.print(_hanging("  ·", Text(f"{count} of {len(pairs)} pairs: {says}.", "dim"), 3))


def _questions(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    if not result.questions:
        return
    shown: Iterable[Question] = result.questions[:_MOST_QUESTIONS]
    console.print(Text("ASK FIRST", "bold"), Text("(an answer can still change the decision)", "dim"))
    for number, question in enumerate(shown, 1):
        console.print(_hanging(f"  {number}.", Text(question.ask_clinician), 4))
    more = len(result.questions) - _MOST_QUESTIONS
    if more > 0:
        console.print(Text(f"     and {more} more; --ask goes through them all", "dim"))
    console.print()


def _not_checked(result: CheckResult, console: Console) -> None:
    named = {(entry.origin, entry.recorded) for entry in result.on_file}
    not_checked = [entry for entry in result.not_checked if (entry.origin, entry.text) not in named]
    for entry in not_checked:
        line = Text("NOT CHECKED ", "bold yellow")
        line.append(f"{entry.kind} “{entry.text}” ({entry.origin}): {entry.why}")
        console.print(line)
    if not_checked:
        console.print()


def _foot(result: CheckResult, console: Console) -> None:
    if result.not_used:
        total: dict[str, int] = {}
        for unused in result.not_used:
            total[unused.what] = total.get(unused.what, 0) + unused.count
        counts = [f"{count} {what}" for what, count in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))]
        console.print(Text(f"Not used: {_listed(counts, 8)}.", "dim"))
    for note in result.notes:
        console.print(Text(f"Note: {note}", "dim"))
    console.print(Text(AnswerHead(result.knowledge, CONTENT_NOTICE).foot(), "dim"))


def _hanging(mark: str, text: Text, width: int) -> Table:
    """Return a text whose lines all begin behind its mark."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=width)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark, "bold"), text)
    return grid


def _fact_name(fact: str, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(fact)
    return definition.label if definition else fact.replace("_", " ")


def _listed(items: Sequence[str], most: int) -> str:
    shown = ", ".join(items[:most])
    return f"{shown} and {len(items) - most} more" if len(items) > most else shown

"""What a check found, as a busy clinician reads it: the decisions, then what applies, strictest first.

Each finding begins with what to do, where its source says it. Findings that share a mechanism are one card. For one
drug everything is shown in full; for several what is serious is, and the rest keeps to a line.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.interfaces.cli.medicines_text import INCOMPLETE
from fullcourse.interfaces.cli.on_file_text import clearance_line
from fullcourse.interfaces.cli.wording import (
    fact_line,
    fact_lines,
    fact_name,
    listed,
    partners,
    short_source,
    source_line,
    waiting_for,
)
from fullcourse.journey.check import Card, CheckResult, DrugCheck, Open, Pair, counts
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.knowledge.library import Knowledge

__all__ = ["hanging", "print_findings"]

_DECISIONS = {
    Decision.CONTRAINDICATED: ("✖ CONTRAINDICATED", "bold white on red"),
    Decision.AVOID: ("✖ AVOID", "bold white on red"),
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
_MECHANISMS: Final = {"qt": "QT"}
_MOST_NAMES: Final = 8
_MOST_SOURCES: Final = 3
_OPEN_ANYWAY: Final = frozenset({Decision.CONTRAINDICATED, Decision.NO_OBJECTION})


def print_findings(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    """Print the decision for each drug and what applies."""
    console.print()
    when = f"  {result.at.isoformat()}, profile {result.profile}"
    for number, check in enumerate(result.drugs):
        console.print(_head(check, knowledge).append("" if number else when, "dim"))
    in_full = len(result.drugs) == 1
    if (together := result.together) is not None and (not in_full or together.decision is not Decision.NO_OBJECTION):
        console.print(
            _decided("THE DRUGS TOGETHER" if not in_full else "AS A REGIMEN", together.decision, together.open)
        )
    elif not in_full:
        console.print(Text("THE DRUGS TOGETHER", "bold"))
    for card in result.cards:
        if not in_full and all(finding.kind == INCOMPLETE for _, finding in card.entries):
            continue  # the list of medicines says it for all drugs on one line
        _card(card, knowledge, console, in_full=in_full)
    _shown_besides(result, knowledge, console, in_full=in_full)
    _clearances(result.drugs, console, in_full=in_full)
    of_drugs = [finding for check in result.drugs for finding in check.findings if _is_open(finding)]
    left_open = [*of_drugs, *filter(_is_open, result.regimen_findings)]
    _waiting(left_open, knowledge, console)
    _not_established(left_open, knowledge, console)
    _pairs(result.pairs, console)
    console.print()


def _clearances(checks: Sequence[DrugCheck], console: Console, *, in_full: bool) -> None:
    """Print what may be said of drugs about which nothing applies, or that nothing serious keeps from being cleared."""
    lines: dict[str, list[str]] = {}
    for check in checks:
        says_nothing = not any(map(_applies, check.findings))
        if says_nothing or (check.not_cleared and check.known is Decision.NO_OBJECTION):
            lines.setdefault(clearance_line(check), []).append(check.drug)
    for line, drugs in lines.items():
        whom = "" if in_full else f"{', '.join(drugs)}: "
        console.print(hanging("", Text(f"{whom}{line}", "dim"), 1))


def _head(check: DrugCheck, knowledge: Knowledge) -> Text:
    return _decided(knowledge.drugs[check.drug].label.upper(), check.decision, check.open)


def _decided(whom: str, decision: Decision, left_open: Open) -> Text:
    words, style = _DECISIONS[decision]
    head = Text(whom, "bold")
    head.append("  ").append(f" {words} ", style)
    count = len(left_open.facts)
    if count and decision not in _OPEN_ANYWAY:
        still = "" if decision is Decision.CANNOT_ASSESS else "still "
        head.append(f" · {count} fact{'s' * (count > 1)} {still}open that could forbid it", "bold")
    return head


def _card(card: Card, knowledge: Knowledge, console: Console, *, in_full: bool) -> None:
    if len(card.entries) == 1:
        drug, finding = card.entries[0]
        names = "" if in_full or not card.drugs else f"{', '.join(card.drugs)}: "
        _finding(finding, knowledge, console, names=names, in_full=in_full)
        return
    label = _MECHANISMS.get(card.mechanism, card.mechanism.replace("_", " "))
    said: dict[str, list[str]] = {}
    named: set[str] = set()
    further = 0
    for drug, finding in card.entries:
        whom_it_names = " + ".join(filter(None, (drug, ", ".join(partners(finding)))))
        # A medicine that nothing else names here is never left out, unless what is said of it decides nothing.
        is_remark = finding.severity < min(card.severity, Severity.MODERATE)
        is_said_again = finding.severity < Severity.MAJOR and whom_it_names in named  # another source, on the same pair
        if not in_full and (is_remark or is_said_again):
            further += 1
            continue
        named.add(whom_it_names)
        said.setdefault(_headline(finding), []).append(whom_it_names)
    (first, whom), *others = said.items()
    grid = _grid()
    head = Text(f"{label} · {_of(whom)}")
    grid.add_row(Text(_weight(card.comes_to, card.severity), _style(card)), head.append(first, "bold"))
    for says, whom in others:
        grid.add_row("", Text(f"{_of(whom)}{says}"))
    sources = dict.fromkeys(short_source(knowledge.statements[finding.id], knowledge) for _, finding in card.entries)
    left_out = f"; {further} remark{'s' * (further > 1)} in JSON" if further else ""
    grid.add_row("", Text(f"Sources: {listed(list(sources), _MOST_SOURCES, joint='; ')}{left_out}", "dim"))
    console.print(grid)


def _of(whom: Sequence[str]) -> str:
    names = [name for name in dict.fromkeys(whom) if name]
    return f"{'; '.join(names)}: " if names else ""


def _style(card: Card) -> str:
    return "bold red" if card.comes_to is Decision.AVOID else _SEVERITY_STYLE[card.severity]


def _weight(decision: Decision, severity: Severity) -> str:
    return f"  avoid, {severity.word}" if decision is Decision.AVOID else f"  {severity.word}"


def _headline(finding: Finding) -> str:
    if finding.management is not None:
        return finding.management.says
    return f"{HEADLINES[finding.kind]}. {finding.says}" if finding.kind in HEADLINES else finding.says


def _finding(finding: Finding, knowledge: Knowledge, console: Console, *, names: str = "", in_full: bool) -> None:
    counted = finding.leads and finding.override is None
    grid = _grid()
    style = _SEVERITY_STYLE[finding.severity] if counted else "dim"
    headline = Text(f"{names}{_headline(finding)}", "bold" if counted else "dim")
    if finding.management is not None and in_full:
        headline.append(f" {finding.says}", "not bold")
    grid.add_row(Text(_weight(finding.comes_to, finding.severity), style), headline)
    reasons = _reasons(finding, knowledge)
    if not in_full and finding.severity < Severity.MAJOR:
        headline.append("".join(f" [{', '.join(taken)}]" for taken in (partners(finding),) if taken), "not bold")
        reasons = _standing(finding)
    elif not in_full:
        short = short_source(knowledge.statements[finding.id], knowledge)
        reasons = [f"{'; '.join(fact_lines(finding, knowledge))} · {short}", *_standing(finding)]
    for line in reasons:
        grid.add_row("", Text(line, "dim", no_wrap=not in_full, overflow="fold" if in_full else "ellipsis"))
    for line in _otherwise(finding, knowledge) if in_full else ():
        grid.add_row("", Text(line, "dim italic", no_wrap=True, overflow="ellipsis"))
    console.print(grid)


def _reasons(finding: Finding, knowledge: Knowledge) -> list[str]:
    return [*fact_lines(finding, knowledge), source_line(finding, knowledge), *_standing(finding)]


def _standing(finding: Finding) -> list[str]:
    """Return on how little a severe finding rests, and why one does not count, where that is so."""
    lines = ["On secondary pages alone (tier C): look for an official source."] if finding.tier_c_alone else []
    if not finding.leads:
        lines.append("Shown; in this profile another source leads on this.")
    if finding.override is not None:
        lines.append(f"Overridden by {finding.override.by or 'a clinician'}: {finding.override.reason}")
    return lines


def _otherwise(finding: Finding, knowledge: Knowledge) -> list[str]:
    """Return what other sources say on the same point, each on a line that may be cut short; JSON has it whole."""
    said = [knowledge.statements[other] for other in finding.conflicts_with if other in knowledge.statements]
    return [f"Otherwise: {short_source(statement, knowledge)}: {statement.says}" for statement in said]


def _shown_besides(result: CheckResult, knowledge: Knowledge, console: Console, *, in_full: bool) -> None:
    """Print what applies and does not count: what another source leads on, what was overridden, remarks."""
    every = [finding for check in result.drugs for finding in check.findings] + list(result.regimen_findings)
    besides = {finding.id: finding for finding in every if _applies(finding) and not counts(finding)}
    remarks = 0
    for finding in besides.values():
        is_remark = finding.severity is Severity.INFO and finding.leads and finding.override is None
        if is_remark and in_full:
            console.print(hanging("  ·", Text(finding.says, "dim"), 3))
        elif in_full or finding.override is not None or finding.severity >= Severity.MAJOR:
            _finding(finding, knowledge, console, in_full=in_full)
        else:
            remarks += 1
    if remarks:
        counted = f"Remarks that decide nothing: {remarks}; --format json has them."
        console.print(hanging("  ·", Text(counted, "dim"), 3))


def _applies(finding: Finding) -> bool:
    return finding.status is Status.APPLIES


def _is_open(finding: Finding) -> bool:
    return finding.status is Status.CANNOT_ASSESS and finding.leads and finding.override is None


def _not_established(findings: Iterable[Finding], knowledge: Knowledge, console: Console) -> None:
    """Print the facts that are not known, those that weigh most first."""
    weights: dict[str, int] = {}
    # A product that was not recognised is named once, in the list of medicines.
    for finding in (finding for finding in findings if finding.kind != INCOMPLETE):
        for fact in finding.missing:
            name = fact_name(fact, knowledge)
            weights[name] = max(weights.get(name, 0), finding.weight)
    if weights:
        names = sorted(weights, key=lambda name: -weights[name])
        line = Text(f"Not established ({len(names)}): ", "bold")
        line.append(listed(names, _MOST_NAMES), "not bold")
        console.print(hanging("  ?", line, 3))


def _waiting(findings: Iterable[Finding], knowledge: Knowledge, console: Console) -> None:
    """Print each number that is on file and cannot be judged, since what it is compared with is not known."""
    lines: dict[str, None] = {}
    for finding in findings:
        for name, limit in waiting_for(finding, knowledge):
            line = f"{fact_line(finding, name, knowledge)} cannot be judged without {fact_name(limit, knowledge)}."
            lines[line] = None
    for line in lines:
        console.print(hanging("  ?", Text(line), 3))


def _pairs(pairs: Sequence[Pair], console: Console) -> None:
    """Count the pairs about which nothing is printed above."""
    open_ = sum(bool(pair.unresolved) and pair.severity is None for pair in pairs)
    silent = sum(not pair.unresolved and pair.severity is None for pair in pairs)
    said = [f"{open_} cannot be assessed yet"] if open_ else []
    if silent:
        said.append(f"of {silent} no statement here speaks against them, which does not say that they are safe")
    if said:
        console.print(hanging("  ·", Text(f"{len(pairs)} pairs: {'; '.join(said)}.", "dim"), 3))


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=17)
    grid.add_column(overflow="fold")
    return grid


def hanging(mark: str, text: Text, width: int) -> Table:
    """Return a text whose lines all begin behind its mark."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=width)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark, "bold"), text)
    return grid

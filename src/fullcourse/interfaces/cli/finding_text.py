"""What a check found, as a busy clinician reads it: what applies, strictest first, and what is not known.

Each finding begins with what to do, where its source says it. Findings that share a mechanism are one card. For one
drug each finding has its facts, its source and what other sources say instead; for several what is serious has, and the
rest keeps to a line. Nothing is cut off; what only decides nothing is counted, and ``--full`` has it.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.interfaces.cli.on_file_text import clearance_line
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.interfaces.cli.verdict_text import headline
from fullcourse.interfaces.cli.wording import (
    fact_line,
    fact_lines,
    fact_name,
    facts_in_short,
    listed,
    partners,
    source_in_short,
    source_in_words,
    source_line,
    waiting_for,
)
from fullcourse.journey.check import Card, CheckResult, DrugCheck, Pair, counts
from fullcourse.journey.verdict import INCOMPLETE
from fullcourse.knowledge.library import Knowledge

__all__ = ["Detail", "print_finding", "print_findings"]

_SEVERITY_STYLE: Final = {
    Severity.CONTRAINDICATED: "grave",
    Severity.MAJOR: "warning",
    Severity.MODERATE: "notice",
    Severity.MINOR: "quiet",
    Severity.INFO: "quiet",
}
_MECHANISMS: Final = {"qt": "QT"}
_MOST_NAMES: Final = 8
_MOST_SOURCES: Final = 3
_MARK: Final = 17


class Detail(IntEnum):
    """How much is said of each finding."""

    SHORT = 1
    """Of several drugs: what is serious with its facts and source, the rest on a line."""
    LONG = 2
    """Of one drug: each finding with its facts, its source and what other sources say instead."""
    FULL = 3
    """Everything, with ids, how sources were read, and every fact that is not known."""


def print_findings(result: CheckResult, knowledge: Knowledge, console: Console, detail: Detail) -> None:
    """Print what applies, then what is not known."""
    for card in result.cards:
        if detail is Detail.SHORT and all(finding.kind == INCOMPLETE for _, finding in card.entries):
            continue  # the verdict and the list of medicines say it for all drugs on one line
        _card(card, knowledge, console, detail)
    _shown_besides(result, knowledge, console, detail)
    _clearances(result.drugs, console, detail)
    of_drugs = [finding for check in result.drugs for finding in check.findings if _is_open(finding)]
    left_open = [*of_drugs, *filter(_is_open, result.regimen_findings)]
    _waiting(left_open, knowledge, console)
    asked = () if detail is Detail.FULL else [fact for group in result.question_groups for fact in group.facts]
    _not_established(left_open, frozenset(asked), knowledge, console, detail)
    _pairs(result.pairs, console)
    if len(result.drugs) > 1 and result.together is None:
        console.print(hanging("  ·", Text("Each drug for itself; --regimen checks them together."), 3))


def _clearances(checks: Sequence[DrugCheck], console: Console, detail: Detail) -> None:
    """Print what may be said of drugs about which nothing applies, or that nothing serious keeps from being cleared."""
    lines: dict[str, list[str]] = {}
    for check in checks:
        says_nothing = not any(map(_applies, check.findings))
        if detail is Detail.SHORT and not check.not_cleared:
            continue  # the verdict says it
        if says_nothing or (check.not_cleared and check.known is Decision.NO_OBJECTION):
            lines.setdefault(clearance_line(check), []).append(check.drug)
    for line, drugs in lines.items():
        whom = "" if len(checks) == 1 else f"{', '.join(drugs)}: "
        console.print(hanging("  ·", Text(f"{whom}{line}"), 3))


def _card(card: Card, knowledge: Knowledge, console: Console, detail: Detail) -> None:
    names = "" if detail is not Detail.SHORT or not card.drugs else f"{', '.join(card.drugs)}: "
    if len(card.entries) == 1 or detail is Detail.FULL:
        for drug, finding in card.entries:
            whose = f"{drug}: " if detail is Detail.FULL and drug else names
            print_finding(finding, knowledge, console, detail, names=whose)
        return
    label = _MECHANISMS.get(card.mechanism, card.mechanism.replace("_", " "))
    said: dict[str, list[str]] = {}
    named: set[str] = set()
    further = 0
    ours = "; our reading" if any(finding.interpretation for _, finding in card.entries) else ""
    for drug, finding in card.entries:
        whom_it_names = " + ".join(filter(None, (drug, ", ".join(partners(finding)))))
        # A medicine that nothing else names here is never left out, unless what is said of it decides nothing.
        # Nor is what forbids a drug.
        forbids = finding.comes_to in (Decision.CONTRAINDICATED, Decision.AVOID)
        is_remark = finding.severity < min(card.severity, Severity.MODERATE)
        is_said_again = finding.severity < Severity.MAJOR and whom_it_names in named  # another source, on the same pair
        if detail is Detail.SHORT and not forbids and (is_remark or is_said_again):
            further += 1
            continue
        named.add(whom_it_names)
        said.setdefault(headline(finding), []).append(whom_it_names)
    (first, whom), *others = said.items()
    style = "grave" if card.comes_to is Decision.AVOID else _SEVERITY_STYLE[card.severity]
    head = Text(f"{label} · {_of(whom)}").append(first, "bold")
    console.print(hanging(Text(_weight(card.comes_to, card.severity), style), head, _MARK))
    for says, whom in others:
        console.print(hanging("", Text(f"{_of(whom)}{says}"), _MARK))
    sources = dict.fromkeys(source_in_short(knowledge.statements[finding.id], knowledge) for _, finding in card.entries)
    left_out = f"; {further} remark{'s' * (further > 1)} with --full" if further else ""
    shown = listed(list(sources), _MOST_SOURCES, joint="; ")
    console.print(hanging("", Text(f"Sources: {shown}{ours}{left_out}"), _MARK))


def _of(whom: Sequence[str]) -> str:
    names = [name for name in dict.fromkeys(whom) if name]
    return f"{'; '.join(names)}: " if names else ""


def _weight(decision: Decision, severity: Severity) -> str:
    return f"  avoid, {severity.word}" if decision is Decision.AVOID else f"  {severity.word}"


def print_finding(
    finding: Finding, knowledge: Knowledge, console: Console, detail: Detail, *, names: str = "", mark: str = ""
) -> None:
    """Print one finding.

    Args:
        finding: What a statement came to.
        knowledge: Holds its words.
        console: Where to.
        detail: How much is said of it.
        names: Of which drugs it is, before its headline.
        mark: What stands before it; its weight without it.
    """
    counted = finding.leads and finding.override is None
    says = Text(f"{names}{headline(finding)}", "bold" if counted else "quiet")
    if finding.management is not None and detail is not Detail.SHORT:
        says.append(f" {finding.says}", "not bold")
    lines = _below(finding, knowledge, detail)
    if detail is Detail.SHORT:
        shown = facts_in_short(finding, knowledge)
        source = _source_of(finding, knowledge, counted=True)
        behind = f" [{shown}] ({source})" if partners(finding) else f" ({'; '.join(filter(None, (shown, source)))})"
        says.append(behind, "not bold")
    style = _SEVERITY_STYLE[finding.severity] if counted else "quiet"
    weight = Text(mark or _weight(finding.comes_to, finding.severity), style)
    console.print(hanging(weight, says, _MARK))
    for line in lines:
        console.print(hanging("", Text(line), _MARK))


def _below(finding: Finding, knowledge: Knowledge, detail: Detail) -> list[str]:
    """Return what stands below the headline of a finding: its facts, its source, and what other sources say."""
    if detail is Detail.SHORT:
        return _standing(finding)
    facts = fact_lines(finding, knowledge, with_inputs=detail is Detail.FULL)
    others = [knowledge.statements[it] for it in finding.conflicts_with if it in knowledge.statements]
    source = (
        f"{source_line(finding, knowledge)} [{finding.id}]"
        if detail is Detail.FULL
        else f"Source: {_source_of(finding, knowledge)}"
    )
    otherwise = [f"Otherwise: {other.says} Says {source_in_words(other, knowledge)}" for other in others]
    return [*facts, source, *_standing(finding), *otherwise]


def _source_of(finding: Finding, knowledge: Knowledge, *, counted: bool = False) -> str:
    """Return the source of a finding in short; where they are only counted, how many others say otherwise."""
    others = sum(it in knowledge.statements for it in finding.conflicts_with)
    differ = f"; {others} other{'s say' if others > 1 else ' says'} otherwise: --full" if others and counted else ""
    ours = "; our reading" if finding.interpretation else ""
    return f"{source_in_short(knowledge.statements[finding.id], knowledge)}{ours}{differ}"


def _standing(finding: Finding) -> list[str]:
    """Return on how little a severe finding rests, and why one does not count, where that is so."""
    lines = ["On secondary pages alone: look for an official source."] if finding.tier_c_alone else []
    if not finding.leads:
        lines.append("Shown; another source leads on this here.")
    if finding.override is not None:
        lines.append(f"Overridden by {finding.override.by or 'a clinician'}: {finding.override.reason}")
    return lines


def _shown_besides(result: CheckResult, knowledge: Knowledge, console: Console, detail: Detail) -> None:
    """Print what applies and does not count: what another source leads on, what was overridden, remarks."""
    every = [finding for check in result.drugs for finding in check.findings] + list(result.regimen_findings)
    besides = {finding.id: finding for finding in every if _applies(finding) and not counts(finding)}
    remarks = 0
    for finding in besides.values():
        is_remark = finding.severity is Severity.INFO and finding.leads and finding.override is None
        if is_remark and detail is Detail.LONG:
            console.print(hanging("  ·", Text(finding.says), 3))
        elif detail is not Detail.SHORT or finding.override is not None or finding.severity >= Severity.MAJOR:
            print_finding(finding, knowledge, console, detail)
        else:
            remarks += 1
    if remarks:
        console.print(hanging("  ·", Text(f"Remarks that decide nothing: {remarks}; --full has them."), 3))


def _applies(finding: Finding) -> bool:
    return finding.status is Status.APPLIES


def _is_open(finding: Finding) -> bool:
    return finding.status is Status.CANNOT_ASSESS and finding.leads and finding.override is None


def _not_established(
    findings: Iterable[Finding], asked: frozenset[str], knowledge: Knowledge, console: Console, detail: Detail
) -> None:
    """Print the facts that are not known and that nobody is asked for below, those that weigh most first."""
    weights: dict[str, int] = {}
    every: set[str] = set()
    # A product that was not recognised is named once, in the list of medicines.
    for finding in (finding for finding in findings if finding.kind != INCOMPLETE):
        for fact in finding.missing:
            every.add(fact)
            if fact not in asked:
                name = fact_name(fact, knowledge)
                weights[name] = max(weights.get(name, 0), finding.weight)
    if not weights:
        return  # every one of them is asked below
    line = Text(f"Not established ({len(every)}): ", "bold")
    names = sorted(weights, key=lambda name: -weights[name])
    most = len(names) if detail is Detail.FULL else _MOST_NAMES
    asked_too = len(every & asked)
    line.append(
        listed(names, most) + (f"; {asked_too} {'is' if asked_too == 1 else 'are'} asked below" if asked_too else ""),
        "not bold",
    )
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
        said.append(f"of {silent} no statement speaks, which does not say that they are safe")
    if said:
        console.print(hanging("  ·", Text(f"{len(pairs)} pairs: {'; '.join(said)}.", "quiet"), 3))

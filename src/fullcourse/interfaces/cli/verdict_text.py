"""The verdict of a check, as it stands first and again at the end: one line a drug, and what was not read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.finding import Decision, Finding
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.interfaces.cli.wording import leading, listed, partners
from fullcourse.journey.check import CheckResult
from fullcourse.journey.verdict import Unread, Verdict, unread_of, verdicts_of
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.knowledge.library import Knowledge

__all__ = ["DECISIONS", "headline", "print_verdict", "print_verdict_again", "still_open", "verdict_in_short"]

DECISIONS: Final = {
    Decision.CONTRAINDICATED: ("✖ CONTRAINDICATED", "forbids"),
    Decision.AVOID: ("✖ AVOID", "forbids"),
    Decision.CANNOT_ASSESS: ("? CANNOT BE ASSESSED YET", "unsettled"),
    Decision.CAUTION: ("▲ CAUTION", "caution"),
    Decision.NO_OBJECTION: ("● NO OBJECTION FOUND", "clear"),
}
"""How each decision reads, with its style."""

_OPEN_ANYWAY: Final = frozenset({Decision.CONTRAINDICATED, Decision.NO_OBJECTION})
_PLURALS: Final = {"medicine": "medicines", "problem": "problems", "allergy": "allergies"}
_MOST_NAMES: Final = 4


def print_verdict(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    """Print one line a drug: the decision, the worst that is known with what to do, and what could still forbid it."""
    console.print(Text(f"VERDICT  {result.at.isoformat()}, {leading(result.profile)}", "bold"))
    verdicts = verdicts_of(result)
    names = [_name(verdict, verdicts, knowledge) for verdict in verdicts]
    said: dict[str, str] = {}
    for name, verdict in zip(names, verdicts, strict=True):
        console.print(hanging(name, _line(verdict, said), max(map(len, names))))
        if verdict.worst is not None:
            said.setdefault(verdict.worst.id, knowledge.drugs[verdict.drug].label if verdict.drug else "the regimen")
    _unread(unread_of(result), console, named=True)


def print_verdict_again(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    """Print the verdict once more below the details: of several drugs one line a decision, without what was said."""
    verdicts = verdicts_of(result)
    if len(result.drugs) == 1:
        print_verdict(result, knowledge, console)
        return
    again = "AGAIN "
    width = len(again) + max(len(DECISIONS[it.decision][0]) + 2 for it in verdicts)
    for decision, (words, style) in DECISIONS.items():
        whom = [it for it in verdicts if it.decision is decision]
        if whom:
            names = ", ".join(f"{_name(it, verdicts, knowledge)}{_how_open(it)}" for it in whom)
            mark = Text(again, "bold").append(f" {words} ", style)
            console.print(hanging(mark, Text(names), width))
            again = " " * len(again)
    _unread(unread_of(result), console, named=False)


def verdict_in_short(result: CheckResult, knowledge: Knowledge) -> str:
    """Return the verdict on one line: each decision with the drugs that it is about."""
    verdicts = verdicts_of(result)
    said = []
    for decision, (words, _) in DECISIONS.items():
        names = [f"{_name(it, verdicts, knowledge)}{_how_open(it)}" for it in verdicts if it.decision is decision]
        said += [f"{words} {', '.join(names)}"] if names else []
    return " · ".join(said)


def headline(finding: Finding) -> str:
    """Return what to do about a finding, where its source says it; else what it says."""
    if finding.management is not None:
        return finding.management.says
    return f"{HEADLINES[finding.kind]}. {finding.says}" if finding.kind in HEADLINES else finding.says


def still_open(verdict: Verdict) -> str:
    """Return how many facts could still forbid a drug, in words; empty where none could, or it is forbidden already."""
    count = len(verdict.open.facts)
    if not count or verdict.decision in _OPEN_ANYWAY:
        return ""
    still = "" if verdict.decision is Decision.CANNOT_ASSESS else "still "
    return f"{count} fact{'s' * (count > 1)} {still}open that could forbid it"


def _line(verdict: Verdict, before: Mapping[str, str]) -> Text:
    """Return a verdict behind its drug; the worst that stands on a line before it is not said again."""
    words, style = DECISIONS[verdict.decision]
    said = []
    if verdict.worst is not None:
        whom = partners(verdict.worst)
        said.append(
            f"As for {before[verdict.worst.id]}"
            if verdict.worst.id in before
            else headline(verdict.worst) + (f" [{', '.join(whom)}]" if whom else "")
        )
        if (more := verdict.forbidding - 1) > 0:
            said.append(f"and {more} more that forbid{'s' * (more == 1)} it")
    elif not verdict.is_cleared:
        said.append("Not cleared: see what was not read or covered")
    if left_open := still_open(verdict):
        said.append(left_open)
    badge = Text().append(f" {words} ", style)  # a style of the whole would colour what follows it
    return badge.append(f" {' · '.join(said)}" if said else "")


def _name(verdict: Verdict, verdicts: Sequence[Verdict], knowledge: Knowledge) -> str:
    if verdict.drug:
        return knowledge.drugs[verdict.drug].label.upper()
    return "AS A REGIMEN" if len(verdicts) == 2 else "TOGETHER"


def _how_open(verdict: Verdict) -> str:
    count = len(verdict.open.facts)
    return f" ({count} open)" if count and verdict.decision not in _OPEN_ANYWAY else ""


def _unread(unread: Unread, console: Console, *, named: bool) -> None:
    said = [*_not_understood(unread, named=named)]
    if unread.not_covered:
        said.append(f"nothing was checked for {_which(unread.not_covered, named=named, what='drug')}")
    if unread.perhaps_taken:
        said.append(f"perhaps taken: {_which(unread.perhaps_taken, named=named, what='medicine')}")
    if unread.without_a_statement:
        said.append(f"no statement speaks of {_which(unread.without_a_statement, named=named, what='medicine')}")
    if unread.on_file:
        said.append(f"{unread.on_file} {'entries' if unread.on_file > 1 else 'entry'} on file not used")
    if unread.not_read:
        said.append(f"{unread.not_read} part{'s' * (unread.not_read > 1)} of the record not read")
    if said:
        console.print(hanging("!", Text("NOT READ OR COVERED: ", "bold").append("; ".join(said), "not bold"), 1))


def _not_understood(unread: Unread, *, named: bool) -> Iterable[str]:
    for kind, texts in unread.not_understood:
        what = kind if len(texts) == 1 else _PLURALS.get(kind, kind)
        names = f" ({listed(texts, _MOST_NAMES)})" if named else ""
        yield f"{len(texts)} {what} not understood{names}"


def _which(names: Sequence[str], *, named: bool, what: str) -> str:
    if named:
        return listed(names, _MOST_NAMES)
    return f"{len(names)} {what}{'s' * (len(names) > 1)}"

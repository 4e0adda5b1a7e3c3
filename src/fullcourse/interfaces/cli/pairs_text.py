"""Names alone as a pharmacist reads them: the worst first, what nobody covers by name, and the worst again at the end.

A reader of a small terminal sees the end of a long answer, so that the last lines say the worst and what was not read.
Lines are not padded: what is piped elsewhere is text.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Decision, Finding, Severity
from fullcourse.interfaces.cli.wording import fact_name, source_in_short
from fullcourse.journey.pairs import NOBODY, NamedPair, PairsAnswer, PairState
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_pairs"]

_HEADINGS: Final = {
    Decision.CONTRAINDICATED: ("✖ NEVER TOGETHER", "forbids"),
    Decision.AVOID: ("✖ AVOID", "forbids"),
    Decision.CAUTION: ("▲ CHANGE SOMETHING, OR WATCH", "caution"),
    Decision.NO_OBJECTION: ("· FOR INFORMATION", "bold"),
}
_OPEN: Final = ("? DEPENDS ON THE PATIENT", "unsettled")
_NOT_READ: Final = ("✖ NOT READ", "forbids")
_MOST_SOURCES: Final = 2
_MOST_APART: Final = 6
_MOST_WORST: Final = 3


class _Said(NamedTuple):
    """Pairs of which the same is said."""

    pairs: list[str]
    finding: Finding
    rest: list[Finding]


def print_pairs(answer: PairsAnswer, knowledge: Knowledge, console: Console) -> None:
    """Print what is said of names alone."""
    _wrapped(console, f"{NOBODY} {answer.at.isoformat()}, profile {answer.profile}.", style="bold")
    _not_read(answer, knowledge, console)
    said = [pair for pair in answer.pairs if pair.state is PairState.FINDING]
    settled = [pair for pair in said if not pair.is_open]
    for decision in (Decision.CONTRAINDICATED, Decision.AVOID):
        _group([it for it in settled if it.comes_to is decision], _HEADINGS[decision], knowledge, console)
    _group([pair for pair in said if pair.is_open], _OPEN, knowledge, console)
    of_caution = [it for it in settled if it.comes_to is Decision.CAUTION]
    _group(of_caution, _HEADINGS[Decision.CAUTION], knowledge, console)
    _of_all(answer.together, knowledge, console)
    _uncovered(answer, console)
    remarks = [it for it in settled if it.comes_to is Decision.NO_OBJECTION]
    _group(remarks, _HEADINGS[Decision.NO_OBJECTION], knowledge, console)
    _unchanged(answer, knowledge, console)
    _read_as(answer, console)
    _summary(answer, console)
    _wrapped(console, AnswerHead(answer.knowledge, CONTENT_NOTICE).foot(), style="quiet")


def _not_read(answer: PairsAnswer, knowledge: Knowledge, console: Console) -> None:
    if not answer.not_read:
        return
    console.print(Text(_NOT_READ[0], _NOT_READ[1]))
    for name in answer.not_read:
        near = f" Did you mean {' or '.join(f'‘{it}’' for it in name.near)}?" if name.near else ""
        means = f" Words of it name {', '.join(name.may_mean)}: write what is meant." if name.may_mean else ""
        mend = "" if near or means else " Check the spelling, or put commas between names."
        _wrapped(console, f"“{name.written}”: {name.why or 'it is not known'}.{near}{means}{mend}", 2, style="bold")
    for said in _together(pair for pair in answer.pairs if pair.state is PairState.NOT_READ):
        _print_said(said, knowledge, console, before="if it is so: ")


def _group(pairs: Sequence[NamedPair], heading: tuple[str, str], knowledge: Knowledge, console: Console) -> None:
    if pairs:
        console.print(Text(*heading))
    for said in _together(pairs):
        _print_said(said, knowledge, console)


def _together(pairs: Iterable[NamedPair]) -> list[_Said]:
    said: dict[tuple[str, Severity], _Said] = {}
    for pair in pairs:
        if (leading := pair.leading) is None:
            continue
        entry = said.setdefault((_headline(leading), leading.severity), _Said([], leading, []))
        entry.pairs.append(_names(pair))
        entry.rest.extend(it for it in pair.findings[1:] if it.id not in {other.id for other in entry.rest})
    return list(said.values())


def _print_said(said: _Said, knowledge: Knowledge, console: Console, *, before: str = "") -> None:
    finding = said.finding
    head = Text("; ".join(said.pairs), "bold")
    lacks = f", needs {', '.join(fact_name(it, knowledge) for it in finding.missing)}" if finding.missing else ""
    head.append(f"  {before}{finding.severity.word}{lacks}: {_headline(finding)}", "not bold")
    _hung(console, head, 2)
    told, count = [finding], 0
    for other in said.rest:
        if _is_worth_a_line(other, finding) and _headline(other) not in map(_headline, told):
            whose = "" if other.leads else " (in this profile another source leads)"
            _wrapped(console, f"also {other.severity.word}{whose}: {_headline(other)}", 4)
            told.append(other)
        else:
            count += 1
    sources = list(dict.fromkeys(source_in_short(knowledge.statements[it.id], knowledge) for it in told))
    shown = "; ".join(sources[:_MOST_SOURCES])
    weak = " On secondary pages alone (tier C)." if finding.tier_c_alone else ""
    further = f" {count} more in JSON." if count else ""
    _wrapped(console, f"Source: {shown}.{weak}{further}", 4, style="quiet")


def _is_worth_a_line(other: Finding, leading: Finding) -> bool:
    """Return whether another finding on a pair adds what is as serious."""
    return other.severity >= max(leading.severity, Severity.MAJOR) or other.severity > leading.severity


def _of_all(findings: Sequence[Finding], knowledge: Knowledge, console: Console) -> None:
    if not findings:
        return
    console.print(Text("ALL OF THEM TOGETHER", "bold"))
    for finding in findings:
        taken = dict.fromkeys(str(it.recorded) for it in finding.because if it.fact.startswith(("drug.", "class.")))
        whom = f" [{', '.join(taken)}]" if taken else ""
        _wrapped(console, f"{finding.severity.word}: {_headline(finding)}{whom}", 2)
        _wrapped(console, f"Source: {source_in_short(knowledge.statements[finding.id], knowledge)}.", 4, style="quiet")


def _uncovered(answer: PairsAnswer, console: Console) -> None:
    gaps: dict[str, list[str]] = {}
    for pair in answer.pairs:
        if pair.state is PairState.NOT_COVERED or (pair.state is PairState.FINDING and pair.not_covered):
            gaps.setdefault(_second(pair), []).append(pair.names[0])
    if gaps:
        console.print(Text("? NOT COVERED", "unsettled"), Text("no source here speaks of:", "bold"))
        named = "; ".join(f"{name} with {', '.join(drugs)}" for name, drugs in gaps.items())
        _wrapped(console, f"{named}. That does not say that they are safe.", 2)
    if local := [_names(pair) for pair in answer.pairs if pair.state is PairState.LOCAL]:
        _wrapped(console, f"Acts only where it is put, and was not looked at: {'; '.join(local)}.")
    if answer.apart:
        apart = "; ".join(" + ".join(names) for names in answer.apart[:_MOST_APART])
        more = f" and {len(answer.apart) - _MOST_APART} more" if len(answer.apart) > _MOST_APART else ""
        _wrapped(console, f"Not looked at, since neither is a covered drug against TB: {apart}{more}.")


def _second(pair: NamedPair) -> str:
    """Return the second name, with the ingredients of it of which no statement speaks where it has others too."""
    name = pair.names[1]
    lacking = [it for it in pair.not_covered if it not in (*pair.names, name.casefold())]
    return f"{name} ({', '.join(lacking)})" if lacking else name


def _unchanged(answer: PairsAnswer, knowledge: Knowledge, console: Console) -> None:
    said = [
        f"{_names(pair)} ({source_in_short(knowledge.statements[pair.leading.id], knowledge)})"
        for pair in answer.pairs
        if pair.state is PairState.NO_INTERACTION_EXPECTED and pair.leading is not None
    ]
    if said:
        console.print(Text("· A SOURCE ASKS FOR NO CHANGE", "bold"))
        _wrapped(console, f"{'; '.join(said)}.", 2)


def _read_as(answer: PairsAnswer, console: Console) -> None:
    """Print what was read as something else than it is called, so that whoever typed it sees it."""
    shown = [
        f"{it.name} = {' + '.join(it.ingredients)}" for it in answer.named if it.ingredients != (it.name.casefold(),)
    ]
    if shown:
        _wrapped(console, f"Read: {'; '.join(shown)}.", style="quiet")
    if answer.named_again:
        _wrapped(console, f"Named more than once: {', '.join(answer.named_again)}.", style="bold")


def _summary(answer: PairsAnswer, console: Console) -> None:
    counts = {
        "contraindicated": _count(answer.pairs, Decision.CONTRAINDICATED),
        "avoid": _count(answer.pairs, Decision.AVOID),
        "depend on the patient": sum(pair.is_open for pair in answer.pairs),
        "change or watch": _count(answer.pairs, Decision.CAUTION),
        "not covered": sum(pair.state is PairState.NOT_COVERED for pair in answer.pairs),
    }
    said = ", ".join(f"{number} {word}" for word, number in counts.items() if number) or "nothing"
    worst = [pair for pair in answer.pairs if pair.state is PairState.FINDING and _rank(pair) == _rank(answer.pairs[0])]
    head = Text("WORST: ", "bold")
    if not worst or worst[0].severity is None or worst[0].severity <= Severity.INFO:
        head.append("no statement here speaks against a pair, which clears none.")
    else:
        named = "; ".join(map(_names, worst[:_MOST_WORST]))
        more = f" and {len(worst) - _MOST_WORST} more" if len(worst) > _MOST_WORST else ""
        head.append(f"{named}{more}, {worst[0].severity.word}.", "bold")
    head.append(f" Of {len(answer.pairs)} pairs: {said}.")
    _hung(console, head, 0)
    if answer.not_read:
        names = ", ".join(f"“{it.written}”" for it in answer.not_read)
        _wrapped(console, f"✖ NOT READ, and not looked at as a whole: {names}.", style="grave")


def _rank(pair: NamedPair) -> tuple[bool, Decision | None, Severity | None]:
    return pair.is_open, pair.comes_to, pair.severity


def _count(pairs: Iterable[NamedPair], decision: Decision) -> int:
    return sum(pair.comes_to is decision and not pair.is_open for pair in pairs if pair.state is PairState.FINDING)


def _names(pair: NamedPair) -> str:
    return " + ".join(pair.names)


def _headline(finding: Finding) -> str:
    if finding.management is not None:
        return finding.management.says
    return f"{HEADLINES[finding.kind]}. {finding.says}" if finding.kind in HEADLINES else finding.says


def _wrapped(console: Console, text: str, indent: int = 0, *, style: str = "") -> None:
    for line in textwrap.wrap(text, console.width - indent, break_on_hyphens=False):
        console.print(Text(" " * indent + line, style))


def _hung(console: Console, text: Text, indent: int) -> None:
    """Print a text whose first words keep their style, its further lines two places in."""
    for number, line in enumerate(text.wrap(console, console.width - indent - 2)):
        line.rstrip()
        console.print(Text(" " * (indent + 2 * (number > 0))) + line)

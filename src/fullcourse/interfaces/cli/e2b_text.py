"""An E2B(R3) file as text: what the rules make of it first, then every element, then what was not read."""

import textwrap
from collections.abc import Sequence

from fullcourse.adapters.e2b.acknowledgement import Answered, answered
from fullcourse.adapters.e2b.checking.rules import Finding, rules
from fullcourse.adapters.e2b.layout import KEYS
from fullcourse.adapters.e2b.read import Reading
from fullcourse.adapters.e2b.sections import Section, number_order
from fullcourse.adapters.e2b.table import element_of, said
from fullcourse.adapters.seen_text import seen_lines, seen_text
from fullcourse.interfaces.cli.echo import echo

__all__ = ["finding_lines", "print_acknowledgement", "print_file", "wrapped"]

_WIDTH = 80
_GROUPS = {
    "C.1.6.1.r": "Document",
    "C.1.9.1.r": "Number elsewhere",
    "C.1.10.r": "Linked report",
    "C.2.r": "Reporter",
    "C.4.r": "Literature",
    "C.5.1.r": "Study registration",
    "D.7.1.r": "History",
    "D.8.r": "Past drug",
    "D.9.2.r": "Reported cause of death",
    "D.9.4.r": "Cause of death by autopsy",
    "E.i": "Reaction",
    "F.r": "Test",
    "G.k": "Drug",
    "G.k.2.3.r": "Substance",
    "G.k.4.r": "Dosage",
    "G.k.7.r": "Indication",
    "G.k.9.i": "Drug and reaction",
    "G.k.9.i.2.r": "Assessment",
    "FDA.G.k.12.r": "Device",
    "H.3.r": "Sender's diagnosis",
    "H.5.r": "Summary in another language",
}
_CHAPTERS = {"C": "The case", "D": "The patient", "H": "The narrative"}


def print_file(reading: Reading, receiver: str, findings: Sequence[Finding]) -> None:
    """Print a batch of case safety reports.

    Args:
        reading: What the file says.
        receiver: By whose rules it was checked.
        findings: What they say.
    """
    batch, reports = reading.batch, reading.batch.repeated("N.2.r")
    count = f"{len(reports)} report{'' if len(reports) == 1 else 's'}"
    echo(f"E2B(R3): {count} · {_verdict(findings)}", bold=True)
    _lines(f"Checked by the rules of {'FDA and ICH' if receiver == 'fda' else 'ICH'}. {_unchecked(receiver)}")
    for line in finding_lines(findings):
        _lines(line, hang=4)
    if reading.unread:
        echo(f"\nNot read: {len(reading.unread)}", bold=True)
        for one in reading.unread:
            _lines(f"- line {one.line}, {one.place}: {one.value} ({one.why})", hang=4)
    echo("\nThe batch", bold=True)
    _elements(batch, 1)
    for index, report in enumerate(reports, start=1):
        echo(f"\nReport {index}: {seen_text(report.given('C.1.1') or 'without a number')}", bold=True)
        _report(report)
    if not reading.unread:
        echo("\nEvery value of the file is above.")


def print_acknowledgement(reading: Reading) -> None:
    """Print what a receiver answered."""
    batch, *reports = answered(reading.batch)
    _answer(batch, "The batch was ", f"Batch {batch.what}")
    for report in reports:
        echo()
        _answer(report, "A report was ", f"Report {report.what}")
    if reading.unread:
        echo(f"\nNot read: {len(reading.unread)}", bold=True)
        for one in reading.unread:
            _lines(f"- line {one.line}, {one.place}: {one.value} ({one.why})", hang=4)


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return what the rules say, each on one line."""
    lines = []
    for finding in findings:
        place = f" in {finding.place}" if finding.place else ""
        mend = finding.mend[0].upper() + finding.mend[1:].rstrip(".") + "."
        ids = ", ".join(finding.rules)
        lines.append(f"- {finding.severity}{place}: {finding.what}. {mend} [{ids}]")
    return lines


def wrapped(lines: Sequence[str], indent: int = 0) -> list[str]:
    """Return list entries, each in lines of 80 columns.

    Args:
        lines: The entries, each beginning with a dash.
        indent: Columns before each of them.
    """
    begin, hang = " " * indent, " " * (indent + 4)
    return [
        textwrap.fill(line, _WIDTH, initial_indent=begin, subsequent_indent=hang, break_on_hyphens=False)
        for line in lines
    ]


def _answer(one: Answered, begin: str, name: str) -> None:
    head, _, rest = one.meaning.partition(": ")
    known = begin + head.upper() if one.is_taken is not None else f"{begin}answered, and it is not known how"
    echo(known, bold=True)
    _lines(f"{name}, code {one.code or 'none'}{': ' + rest if rest else ''}.")
    for part in one.said:
        _lines(f"- {part}", hang=2)
    if one.is_cut:
        _lines("The receiver's text breaks off here: there may be more. Check the file with --read before it is sent.")


def _rejected(findings: Sequence[Finding]) -> int:
    return sum(finding.severity == "rejection" for finding in findings)


def _verdict(findings: Sequence[Finding]) -> str:
    rejections, warnings = _rejected(findings), len(findings) - _rejected(findings)
    words = (
        f"WOULD BE REJECTED, {rejections} reason{'' if rejections == 1 else 's'}"
        if rejections
        else "no rejection found"
    )
    return f"{words} · {warnings} warning{'' if warnings == 1 else 's'}"


def _unchecked(receiver: str) -> str:
    left = [rule.id for rule in rules() if rule.not_executed] if receiver == "fda" else []
    return f"{len(left)} rules cannot be checked here: {', '.join(left)}." if left else ""


def _report(report: Section) -> None:
    by_chapter: dict[str, list[str]] = {}
    for number in sorted(report.values, key=number_order):
        by_chapter.setdefault(number.removeprefix("FDA.")[0], []).append(number)
    groups = sorted(report.groups, key=lambda group: (not _is_flat(report, group), number_order(group)))
    reactions = {str(it.values.get("E.i@id")): at for at, it in enumerate(report.repeated("E.i"), start=1)}
    for chapter in "NCDEFGH":
        if chapter in _CHAPTERS and by_chapter.get(chapter):
            echo(f"  {_CHAPTERS[chapter]}", bold=True)
        for number in by_chapter.get(chapter, []):
            _element(report, number, 2)
        for group in groups:
            if group.removeprefix("FDA.").startswith(chapter):
                _group(report, group, 2, reactions)


def _is_flat(section: Section, group: str) -> bool:
    """Tell whether a group only repeats one element, so that it needs no heading."""
    return group not in _GROUPS and all(
        len(below.values) == 1 and not below.groups for below in section.repeated(group)
    )


def _group(section: Section, group: str, depth: int, reactions: dict[str, int]) -> None:
    for index, below in enumerate(section.repeated(group), start=1):
        if _is_flat(section, group):
            _elements(below, depth)
            continue
        name = f"{_GROUPS.get(group, group)} {index}"
        if group == "G.k.9.i":
            target = reactions.get(str(below.values.get("G.k.9.i.1")))
            name = f"This drug and reaction {target}" if target else f"{name}, which is none of this report"
        echo(f"{'  ' * (depth - 1)}{name}", bold=True)
        _elements(below, depth)
        for inner in sorted(below.groups, key=number_order):
            _group(below, inner, depth + 1, reactions)


def _elements(section: Section, depth: int) -> None:
    for number in sorted(section.values, key=number_order):
        _element(section, number, depth)


def _element(section: Section, number: str, depth: int) -> None:
    if number in KEYS.values():
        return  # an id by which the file points at itself; headings say at what
    element = element_of(number)
    value = said(number, section.values[number])
    name = f"{element.name}: " if element else ""
    _lines(f"{'  ' * depth}{number:<13} {name}{value}", hang=2 * depth + 14)


def _lines(text: str, hang: int = 0) -> None:
    for index, line in enumerate(seen_lines(text).splitlines() or [""]):
        begin = "" if not index else " " * hang
        echo(textwrap.fill(begin + line, _WIDTH, subsequent_indent=" " * hang, break_on_hyphens=False))

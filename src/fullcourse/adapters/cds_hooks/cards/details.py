"""The detail of a card: what to do first, then why, what is not known, who says otherwise, and where it stands."""

from collections.abc import Iterable, Sequence
from typing import Final

from fullcourse.adapters.cds_hooks.cards.markdown import own_words, recorded_words, stated_words
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.patient import Unrecognised
from fullcourse.knowledge.library import Knowledge

__all__ = ["detail_of", "fact_names", "foot", "headline", "not_read", "partners"]

_MOST_ENTRIES: Final = 5
_MOST_FACTS: Final = 8


def headline(finding: Finding) -> str:
    """Return what to do about a finding, where its source says it; else what it says."""
    return finding.says if finding.management is None else finding.management.says


def partners(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the medicines that findings rest on, as the record names them."""
    taken = (it for finding in findings for it in finding.because if it.fact.startswith(("drug.", "class.")))
    return tuple(dict.fromkeys(str(it.recorded) for it in taken))


def fact_names(facts: Iterable[str], knowledge: Knowledge, most: int = _MOST_FACTS) -> str:
    """Return facts by their names; beyond so many their number."""
    names = list(dict.fromkeys(knowledge.facts[it].label if it in knowledge.facts else it for it in facts))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def detail_of(findings: Sequence[Finding], knowledge: Knowledge, besides: Sequence[str], last: str) -> str:
    """Return the detail of one card.

    Args:
        findings: The strictest first.
        knowledge: Holds the names of facts.
        besides: Lines on the call as a whole: what was not sent, what is still open. Escaped.
        last: Line of software and knowledge.
    """
    parts = [_entry(finding, knowledge) for finding in findings[:_MOST_ENTRIES]]
    if len(findings) > _MOST_ENTRIES:
        rest = ", ".join(f"`{finding.id}`" for finding in findings[_MOST_ENTRIES:])
        parts.append(f"Also: {rest}")
    return "\n\n".join((*parts, *besides, last))


def _entry(finding: Finding, knowledge: Knowledge) -> str:
    lines = [f"**{stated_words(headline(finding))}**"]
    if finding.management is not None:
        lines.append(stated_words(finding.says))
    if finding.because:
        lines.append(f"Because: {'; '.join(_evidence(it, knowledge) for it in finding.because)}")
    if finding.missing:
        lines.append(f"Not known: {own_words(fact_names(finding.missing, knowledge))}")
    if finding.conflicts_with:
        lines.append(f"Another source says otherwise: {', '.join(f'`{it}`' for it in finding.conflicts_with)}")
    if finding.override is not None:
        lines.append(f"Set aside in the record: {recorded_words(finding.override.reason)}")
    ours = f", our reading {finding.interpretation}" if finding.interpretation else ""
    sources = "; ".join(_cited(citation) for citation in finding.citations)
    lines.append(f"Statement `{finding.id}`{ours}, {finding.review}. Source: {sources}")
    return "  \n".join(lines)


def _evidence(evidence: Evidence, knowledge: Knowledge) -> str:
    on = f", {evidence.on.text}" if evidence.on is not None else ""
    value = evidence.recorded
    said = _said(value)
    unit = f" {evidence.unit}" if evidence.unit else ""
    why = f", {evidence.reason}" if evidence.reason else ""
    name = knowledge.facts[evidence.fact].label if evidence.fact in knowledge.facts else ""
    told = " ".join(filter(None, (stated_words(name), recorded_words(f"{said}{unit}"))))
    return f"{told} ({recorded_words(f'{evidence.origin}{on}{why}')})"


def _said(value: bool | float | str | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float | int) else value


def _cited(citation: Citation) -> str:
    title = stated_words(f"{citation.title}, {citation.section}" if citation.section else citation.title)
    dated = f", {citation.dated}" if citation.dated else ""
    if not citation.address.startswith(("https://", "http://")):
        return f"{title}{dated}"
    address = citation.address.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    return f"[{title}]({address}){dated}"


def not_read(entries: Iterable[Unrecognised]) -> list[str]:
    """Return a line that names what stands in the record and was not understood; none where all was.

    Args:
        entries: Of the record.
    """
    told = [f"{recorded_words(it.text)} ({recorded_words(it.origin)})" for it in dict.fromkeys(entries)]
    if not told:
        return []
    more = f" and {len(told) - _MOST_ENTRIES} more" if len(told) > _MOST_ENTRIES else ""
    return [f"In the record and not checked: {', '.join(told[:_MOST_ENTRIES])}{more}"]


def foot(knowledge: str, profile: str) -> str:
    """Return the last line of every card."""
    head = AnswerHead(knowledge, CONTENT_NOTICE, profile)
    return f"_{own_words(head.foot())}_"

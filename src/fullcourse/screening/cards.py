"""One card a mechanism: what applies over all drugs of a check, each harm said once with the drugs that share it.

Three drugs that prolong QT are one matter for whoever reads: the findings on each pair stay as they are, and are named
on the card.
"""

from collections.abc import Iterable
from typing import NamedTuple

from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.screening.decision import STRICTEST_FIRST
from fullcourse.screening.screen import DrugCheck

__all__ = ["Card", "cards_of", "counts", "strictest_first"]


class Card(NamedTuple):
    """One matter that applies.

    Attributes:
        mechanism: What harms; empty where a finding stands for itself.
        severity: The most serious of its findings.
        comes_to: The strictest that its findings come to.
        drugs: The checked drugs that it is about, in the order of the check; none for a matter of the regimen alone.
        entries: Each finding once with the drug in whose check it stands (empty for the regimen), the strictest first.
    """

    mechanism: str
    severity: Severity
    comes_to: Decision
    drugs: tuple[str, ...]
    entries: tuple[tuple[str, Finding], ...]


def cards_of(checks: Iterable[DrugCheck], regimen: Iterable[Finding] = ()) -> tuple[Card, ...]:
    """Return what applies and counts, strictest first.

    Remarks of severity info are no cards, nor is what another source leads on or a clinician has overridden.

    Args:
        checks: Of each drug.
        regimen: What holds for the drugs together.
    """
    drugs: dict[str, dict[str, None]] = {}
    entries: dict[str, dict[str, tuple[str, Finding]]] = {}
    for drug, findings in (*((check.drug, check.findings) for check in checks), ("", tuple(regimen))):
        for finding in findings:
            if counts(finding):
                key = finding.mechanism or finding.id
                entries.setdefault(key, {}).setdefault(finding.id, (drug, finding))
                drugs.setdefault(key, {})[drug] = None
    cards = [_card(tuple(filter(None, drugs[key])), gathered.values()) for key, gathered in entries.items()]
    return tuple(sorted(cards, key=lambda card: (STRICTEST_FIRST[card.comes_to], -card.severity)))


def strictest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what applies and counts, each finding once, in the order of the cards: what forbids before the rest."""
    ordered = sorted((("", finding) for finding in findings if counts(finding)), key=_rank)
    return tuple({finding.id: finding for _, finding in ordered}.values())


def counts(finding: Finding) -> bool:
    """Whether a finding is a card or a part of one."""
    leads = finding.status is Status.APPLIES and finding.leads and finding.override is None
    return leads and finding.severity > Severity.INFO


def _card(drugs: tuple[str, ...], entries: Iterable[tuple[str, Finding]]) -> Card:
    ordered = tuple(sorted(entries, key=_rank))
    severity = max(finding.severity for _, finding in ordered)
    return Card(ordered[0][1].mechanism, severity, ordered[0][1].comes_to, drugs, ordered)


def _rank(entry: tuple[str, Finding]) -> tuple[int, int, bool, str]:
    _, finding = entry
    return (STRICTEST_FIRST[finding.comes_to], -finding.severity, finding.management is None, finding.id)

"""What findings come to: what is known, what is open, and the one word that both are given.

What is known and what is open are two things. A known reason against a drug is not hidden by a question that nobody has
answered, and the question is not hidden by what is known: both are said, side by side.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from fullcourse.clinical.finding import Decision, Finding, Severity, Status

__all__ = ["LEAST_DECISIVE", "STRICTEST_FIRST", "Open", "could_come_to", "decide", "known_of", "open_of", "weighed"]

LEAST_DECISIVE: Final = Severity.MAJOR
"""An open statement of at least this weight leaves a drug, against which nothing is known, not assessed."""

STRICTEST_FIRST: Final = {decision: place for place, decision in enumerate(Decision)}
"""The place of each decision, 0 for the strictest."""

_STRICT: Final = tuple(Decision)
_NONE, _CAUTION = Decision.NO_OBJECTION, Decision.CAUTION
_APPLIES, _CANNOT_ASSESS = Status.APPLIES, Status.CANNOT_ASSESS


class Open(NamedTuple):
    """What is not known and would count.

    Attributes:
        strictest: The strictest that the open statements could come to; `NO_OBJECTION` when none would count.
        is_decisive: Whether one of them is major or worse.
        facts: The facts that could forbid the drug, each once: those of contraindications and of what is avoided.
    """

    strictest: Decision
    is_decisive: bool
    facts: tuple[str, ...]


def weighed(severity: Severity, *, forbids: bool) -> Decision:
    """Return what one finding of a severity comes to.

    Args:
        severity: Of the finding, or of its being open.
        forbids: Whether its management is to avoid the drug, or to change something first.
    """
    if severity is Severity.CONTRAINDICATED:
        return Decision.CONTRAINDICATED
    if forbids:
        return Decision.AVOID
    return Decision.CAUTION if severity >= Severity.MODERATE else Decision.NO_OBJECTION


def could_come_to(severity: Severity, weight: Severity, *, forbids: bool) -> Decision:
    """Return what an open finding could come to.

    Args:
        severity: Of the finding, if it applies.
        weight: How serious it is that it is open; below major its being open forbids nothing.
        forbids: Whether its management is to avoid the drug, or to change something first.
    """
    if weight >= LEAST_DECISIVE:
        return weighed(max(severity, Severity.MODERATE), forbids=forbids)
    return weighed(weight, forbids=False)


def known_of(findings: Iterable[Finding]) -> Decision:
    """Return what the applying findings come to; only those that lead, and that nobody has overridden, count."""
    strictest = _NONE
    for finding in findings:
        comes_to = finding.comes_to  # asked first: most findings come to nothing
        if (
            comes_to is not _NONE
            and comes_to is not strictest
            and finding.status is _APPLIES
            and finding.leads
            and finding.override is None
        ):
            strictest = _stricter(strictest, comes_to)
    return strictest


def open_of(findings: Iterable[Finding]) -> Open:
    """Return what the findings that cannot be assessed could come to."""
    strictest, is_decisive = _NONE, False
    facts: dict[str, None] = {}
    for finding in findings:
        comes_to = finding.comes_to
        if (
            comes_to is _NONE
            or finding.status is not _CANNOT_ASSESS
            or not finding.leads
            or finding.override is not None
        ):
            continue
        is_decisive = is_decisive or finding.weight >= LEAST_DECISIVE
        if comes_to is not _CAUTION:
            for fact in finding.missing:
                facts[fact] = None
        if comes_to is not strictest:
            strictest = _stricter(strictest, comes_to)
    return Open(strictest, is_decisive, tuple(facts))


def _stricter(decision: Decision, other: Decision) -> Decision:
    for strict in _STRICT:  # the look-up of a place asks for the hash of a word, which takes ten times as long
        if decision is strict or other is strict:
            return strict
    return _NONE


def decide(known: Decision, left_open: Open) -> Decision:
    """Return the decision: what is known, or that nothing is known while something decisive is open."""
    if known is Decision.NO_OBJECTION and left_open.is_decisive:
        return Decision.CANNOT_ASSESS
    return known

"""A check in one line a drug: what is decided, the worst that is known, what could still forbid it, what was not read.

It adds nothing to the check and leaves out only what is milder than what it names: whoever reads no further has read
what matters most, and how much stands behind it.
"""

from typing import NamedTuple

from fullcourse.clinical.finding import Decision, Finding, Status
from fullcourse.journey.check import CheckResult
from fullcourse.screening.cards import strictest_first
from fullcourse.screening.decision import Open
from fullcourse.screening.screen import FORBIDDING
from fullcourse.screening.unchecked_medicines import INCOMPLETE, MEDICINE_BESIDE

__all__ = ["INCOMPLETE", "MEDICINE_BESIDE", "Unread", "Verdict", "unread_of", "verdicts_of"]

_DRUG = "drug"


class Verdict(NamedTuple):
    """What a check says about one drug, or about its drugs together.

    Attributes:
        drug: INN; empty for the drugs together.
        decision: As the check has it.
        open: The facts that could forbid it, and the strictest that is open.
        worst: The strictest finding that applies and counts, and says something; None where there is none.
        forbidding: How many findings forbid it, the worst among them.
        is_cleared: Whether nothing that was unused, not understood or not covered stands in the way of a clearance.
    """

    drug: str
    decision: Decision
    open: Open
    worst: Finding | None
    forbidding: int
    is_cleared: bool = True


class Unread(NamedTuple):
    """What of a record the decisions do not rest on, though it may matter.

    Attributes:
        not_understood: Entries that nobody understood, by kind (``medicine``, ``problem``, ``allergy``).
        not_covered: Drugs for which nothing was checked.
        perhaps_taken: Medicines of which nobody knows whether they are taken.
        without_a_statement: Medicines that are taken, of which no statement speaks beside one of the drugs.
        on_file: How many further entries are on file about facts that are needed, and were not used.
        not_read: How many parts of the record were not read and may matter.
    """

    not_understood: tuple[tuple[str, tuple[str, ...]], ...]
    not_covered: tuple[str, ...]
    perhaps_taken: tuple[str, ...]
    without_a_statement: tuple[str, ...]
    on_file: int
    not_read: int


def verdicts_of(result: CheckResult) -> tuple[Verdict, ...]:
    """Return one verdict for each drug in the order of the check, then that of the drugs together, if there is one."""
    verdicts = [
        _verdict(check.drug, check.decision, check.open, check.findings, is_cleared=not check.not_cleared)
        for check in result.drugs
    ]
    if (together := result.together) is not None:
        verdicts.append(_verdict("", together.decision, together.open, result.regimen_findings))
    return tuple(verdicts)


def _verdict(
    drug: str, decision: Decision, left_open: Open, findings: tuple[Finding, ...], *, is_cleared: bool = True
) -> Verdict:
    counting = strictest_first(findings)
    forbidding = sum(finding.comes_to in FORBIDDING for finding in counting)
    said = [finding for finding in counting if finding.kind != INCOMPLETE]
    is_covered = len(said) == len(counting)  # what no statement speaks of is named by its medicines
    return Verdict(drug, decision, left_open, said[0] if said else None, forbidding, is_cleared and is_covered)


def unread_of(result: CheckResult) -> Unread:
    """Return what of a record was not understood, not covered, not used or not read."""
    kinds: dict[str, dict[str, None]] = {}
    for entry in result.not_checked:
        kinds.setdefault(entry.kind, {})[entry.text] = None
    covered = tuple(kinds.pop(_DRUG, ()))
    named = {entry.origin for entry in result.not_checked}
    silent = {
        medicine: None
        for check in result.drugs
        for finding in check.findings
        if finding.kind == INCOMPLETE and finding.status is Status.APPLIES
        for evidence in finding.because
        for medicine in str(evidence.recorded).partition(MEDICINE_BESIDE)[2].split(", ")
    }
    return Unread(
        tuple((kind, tuple(texts)) for kind, texts in kinds.items()),
        covered,
        tuple(dict.fromkeys(entry.name for entry in result.medicines if entry.ask)),
        tuple(silent),
        sum(entry.origin not in named for entry in result.on_file),
        sum(unused.count for unused in result.not_used if unused.may_matter),
    )

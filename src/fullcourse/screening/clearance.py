"""When somebody may say that nothing in the record speaks against a drug, and why not.

Findings alone cannot say so: an entry that was not used, not understood or not read has no finding, and what it says
may be the very contraindication. Only what was positively understood may pass.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final

from fullcourse.clinical.finding import Decision, Finding, Severity
from fullcourse.clinical.on_file import NotCleared
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition
from fullcourse.knowledge.walk import atoms_of, facts_of, thens_of
from fullcourse.rules.on_file import facts_behind, some_did_not_count, was_left_unread
from fullcourse.rules.situation import LIST

__all__ = ["cleared", "facts_spoken_of", "facts_that_decide", "what_stands_in_the_way"]

_BEHIND: Final = 8
"""What another source leads stands behind every severity."""


def facts_that_decide(statement: Statement, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the facts of a statement that can move a decision, inputs of formulas among them; none where it cannot.

    A statement moves a decision when it is moderate or more serious, as it applies or as it stands open.
    """
    serious = (
        max(then.severity or Severity.INFO, then.unresolved or Severity.INFO) for then in thens_of(statement.body)
    )
    if max(serious, default=Severity.INFO) < Severity.MODERATE:
        return ()
    return facts_behind(facts_of(statement.body), knowledge)


def facts_spoken_of(findings: Iterable[Finding], knowledge: Knowledge) -> tuple[str, ...]:
    """Return the facts that the statements behind findings need, those of the most serious first.

    Inputs of derived facts are among them, and whether the lists are complete that a fact or a medicine stands in.
    """
    facts: dict[str, None] = {}
    lists: dict[str, None] = {}
    needs = _needs(knowledge)
    ranked: dict[int, list[Finding]] = {}
    for finding in findings:  # places are few, and a key for each finding would take longer than all the rest
        ranked.setdefault((0 if finding.leads else _BEHIND) - finding.severity, []).append(finding)
    for finding in (it for place in sorted(ranked) for it in ranked[place]):
        needed = needs.get(finding.id)
        if needed is None:
            body = knowledge.statements[finding.id].body
            asks = any(isinstance(atom, TakingCondition) for atom in atoms_of(body))
            needed = needs[finding.id] = dict.fromkeys(facts_behind(facts_of(body), knowledge)), asks
        facts.update(needed[0])
        if needed[1]:
            lists[LIST] = None
    for name in facts:
        if name in knowledge.facts and (listed_in := knowledge.facts[name].listed_in):
            lists[f"{listed_in}_complete"] = None
    return (*facts, *lists)


@lru_cache(maxsize=16)
def _needs(knowledge: Knowledge) -> dict[str, tuple[dict[str, None], bool]]:
    """Return what was found out so far of each statement: the facts it needs, and whether it asks what is taken."""
    return {}


def what_stands_in_the_way(patient: Patient, knowledge: Knowledge, decisive: frozenset[str]) -> tuple[NotCleared, ...]:
    """Return why a drug cannot be cleared; empty when nothing stands in the way.

    Args:
        patient: As established at a date.
        knowledge: What it was established with.
        decisive: Facts that can move the decision about the drug.
    """
    reasons = []
    if some_did_not_count(patient, knowledge, decisive):
        reasons.append(NotCleared.ON_FILE)
    if patient.unrecognised:
        reasons.append(NotCleared.NOT_UNDERSTOOD)
    if was_left_unread(patient.record):
        reasons.append(NotCleared.NOT_READ)
    return tuple(reasons)


def cleared(decision: Decision, in_the_way: Collection[NotCleared]) -> Decision:
    """Return a decision that is at best caution while something stands in the way of no objection."""
    return Decision.CAUTION if in_the_way and decision is Decision.NO_OBJECTION else decision

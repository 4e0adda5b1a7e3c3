"""May this patient take this drug? Every statement about it, executed, with reasons, and one decision.

A missing fact is never a no. The strictest finding decides, except at a point where the profile lets one source lead;
the others are shown all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.patient import Override, Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Then
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.knowledge.walk import thens_of
from fullcourse.rules.explain import explain
from fullcourse.rules.one_patient import NONE, Outcome, evaluate
from fullcourse.rules.situation import Situation
from fullcourse.screening.rulebook import COMPANY, Rulebook, rulebook

__all__ = ["DrugCheck", "Screener", "decide"]

UNRECOGNISED_FACT = "unrecognised_product_interacts"
"""Handed in by this step: unknown while a listed product was not recognised, else no."""


@dataclass(frozen=True, slots=True)
class DrugCheck:
    """What a check says about one drug.

    Attributes:
        drug: INN.
        decision: What follows from the findings.
        findings: Every statement executed, most serious first.
    """

    drug: str
    decision: Decision
    findings: tuple[Finding, ...]


class Screener:
    """Checks patients against the drugs of one knowledge in one profile; makes each drug's rulebook once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self._rulebooks: dict[str, Rulebook] = {}
        self._prepared: dict[Statement, _Prepared] = {}

    def screen(self, patient: Patient, drug: DrugIdentity) -> DrugCheck:
        """Return what the sources say about a drug for a patient.

        Args:
            patient: As established at a date.
            drug: A drug of this knowledge.
        """
        book = self._rulebook(drug)
        situation = Situation(patient, self.knowledge, _handed_in(patient))
        overrides = {item.finding: item for item in patient.record.overrides}
        outcomes = [(statement, evaluate(statement, situation)) for statement in book.statements]
        findings = [
            self._finding(statement, outcome, book, situation, overrides.get(statement.id))
            for statement, outcome in outcomes
        ]
        findings.sort(key=_order)
        return DrugCheck(drug.inn, decide(findings), tuple(findings))

    def company(self, patient: Patient, statements: Iterable[Statement], facts: Mapping[str, Fact]) -> list[Finding]:
        """Return what statements about company say of the drugs ordered together; it is no drug's decision."""
        situation = Situation(patient, self.knowledge, {**patient.facts, **facts})
        found = []
        for statement in statements:
            if any(then.value == COMPANY for then in thens_of(statement.body)):
                found.append(self._finding(statement, evaluate(statement, situation), None, situation, None))
        return sorted(found, key=_order)

    def _rulebook(self, drug: DrugIdentity) -> Rulebook:
        found = self._rulebooks.get(drug.inn)
        if found is None:
            found = self._rulebooks[drug.inn] = rulebook(self.knowledge, drug)
        return found

    def _finding(
        self,
        statement: Statement,
        outcome: Outcome,
        book: Rulebook | None,
        situation: Situation,
        override: Override | None,
    ) -> Finding:
        ready = self._prepared.get(statement)
        if ready is None:
            ready = self._prepared[statement] = _prepare(statement, book, self.knowledge, self.profile)
        reasons = explain(statement, outcome, situation)
        if outcome is None:
            status, then, weight = Status.CANNOT_ASSESS, ready.strictest, ready.unresolved
        elif outcome == NONE:
            status, then, weight = Status.DOES_NOT_APPLY, ready.strictest, Severity.INFO
        else:
            status, then = Status.APPLIES, ready.thens[outcome]
            weight = then.severity or Severity.INFO
        return Finding(
            id=statement.id,
            kind=str(then.value),
            status=status,
            severity=then.severity or Severity.INFO,
            weight=weight,
            says=statement.says,
            patient=statement.patient,
            because=reasons.because,
            missing=reasons.missing,
            citations=ready.citations,
            conflicts_with=ready.conflicts_with,
            leads=ready.leads,
            interpretation=statement.interpretation,
            review=statement.review,
            override=override,
        )


def decide(findings: Iterable[Finding]) -> Decision:
    """Return the decision that findings come to, strictest first.

    Only findings that lead, and that nobody has overridden, count. What cannot be assessed counts when it is major or
    worse.
    """
    counted = [finding for finding in findings if finding.leads and finding.override is None]
    applying = max((f.severity for f in counted if f.status is Status.APPLIES), default=Severity.INFO)
    if applying is Severity.CONTRAINDICATED:
        return Decision.CONTRAINDICATED
    open_ = max((f.weight for f in counted if f.status is Status.CANNOT_ASSESS), default=Severity.INFO)
    if open_ >= Severity.MAJOR:
        return Decision.CANNOT_ASSESS
    return Decision.CAUTION if applying >= Severity.MODERATE else Decision.NO_OBJECTION


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What every finding of a statement shares, worked out once."""

    thens: tuple[Then, ...]
    strictest: Then
    unresolved: Severity
    citations: tuple[Citation, ...]
    conflicts_with: tuple[str, ...]
    leads: bool


def _prepare(statement: Statement, book: Rulebook | None, knowledge: Knowledge, profile: Profile) -> _Prepared:
    thens = thens_of(statement.body)
    strictest = max(thens, key=lambda then: then.severity or Severity.INFO)
    point = knowledge.points.get(statement.point)
    leader = point.leads.get(profile.id) if point else None
    others = book.at_point.get(statement.point, ()) if book else ()
    return _Prepared(
        thens=thens,
        strictest=strictest,
        unresolved=max(then.unresolved or then.severity or Severity.INFO for then in thens),
        citations=(knowledge.citation(statement),),
        conflicts_with=tuple(
            other.id for other in others if other.source != statement.source and not _says_the_same(other, strictest)
        ),
        leads=leader is None or leader == statement.source,
    )


def _says_the_same(other: Statement, then: Then) -> bool:
    return any(it.kind == then.kind and it.severity == then.severity for it in thens_of(other.body))


_STATUS_ORDER = {Status.APPLIES: 0, Status.CANNOT_ASSESS: 1, Status.DOES_NOT_APPLY: 2}


def _order(finding: Finding) -> tuple[int, int, int, str]:
    return (_STATUS_ORDER[finding.status], not finding.leads, -finding.weight, finding.id)


def _handed_in(patient: Patient) -> Mapping[str, Fact]:
    """Return the patient's facts with the one that this step knows: whether a product was not recognised."""
    unrecognised = [item for item in patient.unrecognised if item.kind == "medicine"]
    because = tuple(
        Evidence(UNRECOGNISED_FACT, None, None, item.origin, item.text, reason=item.why) for item in unrecognised
    )
    value = None if unrecognised else False
    return {**patient.facts, UNRECOGNISED_FACT: Fact(UNRECOGNISED_FACT, value, "", because)}

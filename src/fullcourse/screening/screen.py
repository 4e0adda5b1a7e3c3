"""May this patient take this drug? Every statement about it, executed, with reasons, and one decision.

A missing fact is never a no. The strictest finding decides, except at a point where the profile lets one source lead;
the others are shown all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Then
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.knowledge.walk import thens_of
from fullcourse.rules.explain import explainer
from fullcourse.rules.one_patient import NONE, Outcome, evaluator
from fullcourse.rules.situation import Count, Situation
from fullcourse.screening.rulebook import Rulebook, rulebook

__all__ = ["DrugCheck", "Screener", "decide"]

_APPLIES, _DOES_NOT_APPLY, _CANNOT_ASSESS = Status.APPLIES, Status.DOES_NOT_APPLY, Status.CANNOT_ASSESS
_BY_RANK = itemgetter(0, 1)

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
        self._rulebooks: dict[str, tuple[_Rule, ...]] = {}
        self._of_company: dict[Statement, _Rule] = {}
        self._counted: tuple[Patient, dict[tuple[str, int | None], Count]] | None = None

    def screen(self, patient: Patient, drug: DrugIdentity) -> DrugCheck:
        """Return what the sources say about a drug for a patient.

        Args:
            patient: As established at a date.
            drug: A drug of this knowledge.
        """
        situation = Situation(patient, self.knowledge, _handed_in(patient), self._counts(patient))
        findings = _findings(self._rules(drug), situation, patient)
        return DrugCheck(drug.inn, decide(findings), findings)

    def company(self, patient: Patient, statements: Iterable[Statement], facts: Mapping[str, Fact]) -> list[Finding]:
        """Return what statements about company say of drugs taken together; it is no drug's decision.

        Args:
            patient: As established at a date.
            statements: Whose findings are of the kind `company`.
            facts: Handed in beside the patient's own.
        """
        situation = Situation(patient, self.knowledge, {**patient.facts, **facts})
        return list(_findings(map(self._company_rule, statements), situation, patient))

    def _company_rule(self, statement: Statement) -> "_Rule":
        found = self._of_company.get(statement)
        if found is None:
            found = self._of_company[statement] = _prepare(statement, None, self.knowledge, self.profile)
        return found

    def _counts(self, patient: Patient) -> dict[tuple[str, int | None], Count]:
        """Return the counts of a patient's medicines so far: the drugs of one check share them."""
        if self._counted is None or self._counted[0] is not patient:
            self._counted = (patient, {})
        return self._counted[1]

    def _rules(self, drug: DrugIdentity) -> tuple["_Rule", ...]:
        found = self._rulebooks.get(drug.inn)
        if found is None:
            book = rulebook(self.knowledge, drug)
            found = tuple(_prepare(statement, book, self.knowledge, self.profile) for statement in book.statements)
            self._rulebooks[drug.inn] = found
        return found


def _findings(rules: Iterable["_Rule"], situation: Situation, patient: Patient) -> tuple[Finding, ...]:
    """Execute rules, most serious findings first."""
    overrides = {item.finding: item for item in patient.record.overrides}
    ranked = []
    for rule in rules:
        outcome = rule.evaluate(situation)
        because, missing = rule.explain(outcome, situation)
        if outcome is None:
            rank, status, kind, severity, weight = 1, _CANNOT_ASSESS, *rule.strictest, rule.unresolved
        elif outcome == NONE:
            rank, status, kind, severity, weight = 2, _DOES_NOT_APPLY, *rule.strictest, Severity.INFO
        else:
            kind, severity = rule.thens[outcome]
            rank, status, weight = 0, _APPLIES, severity
        finding = Finding(
            rule.id,
            kind,
            status,
            severity,
            weight,
            rule.says,
            rule.patient,
            because,
            missing,
            rule.citations,
            rule.conflicts_with,
            rule.leads,
            rule.interpretation,
            rule.review,
            overrides.get(rule.id) if overrides else None,
        )
        # What applies before what is open, what leads before what does not, the most serious first.
        ranked.append(((rank * 2 + (not rule.leads)) * 8 - weight, rule.id, finding))
    ranked.sort(key=_BY_RANK)
    return tuple(finding for _, _, finding in ranked)


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
class _Rule:
    """A statement made ready for one drug and profile: its compiled outcome and reasons, and what findings share."""

    id: str
    evaluate: Callable[[Situation], Outcome]
    explain: Callable[[Outcome, Situation], tuple[tuple[Evidence, ...], tuple[str, ...]]]
    thens: tuple[tuple[str, Severity], ...]
    strictest: tuple[str, Severity]
    unresolved: Severity
    says: str
    patient: str
    citations: tuple[Citation, ...]
    conflicts_with: tuple[str, ...]
    leads: bool
    interpretation: str
    review: str


def _prepare(statement: Statement, book: Rulebook | None, knowledge: Knowledge, profile: Profile) -> _Rule:
    thens = thens_of(statement.body)
    strictest = max(thens, key=_severity)
    point = knowledge.points.get(statement.point)
    leader = point.leads.get(profile.id) if point else None
    others = book.at_point.get(statement.point, ()) if book else ()
    return _Rule(
        id=statement.id,
        evaluate=evaluator(statement),
        explain=explainer(statement),
        thens=tuple((str(then.value), _severity(then)) for then in thens),
        strictest=(str(strictest.value), _severity(strictest)),
        unresolved=max(then.unresolved or _severity(then) for then in thens),
        says=statement.says,
        patient=statement.patient,
        citations=(knowledge.citation(statement),),
        conflicts_with=tuple(
            other.id for other in others if other.source != statement.source and not _says_the_same(other, strictest)
        ),
        leads=leader is None or leader == statement.source,
        interpretation=statement.interpretation,
        review=statement.review,
    )


def _severity(then: Then) -> Severity:
    return then.severity or Severity.INFO


def _says_the_same(other: Statement, then: Then) -> bool:
    return any(it.kind == then.kind and it.severity == then.severity for it in thens_of(other.body))


def _handed_in(patient: Patient) -> Mapping[str, Fact]:
    """Return the patient's facts with the one that this step knows: whether a product was not recognised."""
    unrecognised = [item for item in patient.unrecognised if item.kind == "medicine"]
    because = tuple(
        Evidence(UNRECOGNISED_FACT, None, None, item.origin, item.text, reason=item.why) for item in unrecognised
    )
    value = None if unrecognised else False
    return {**patient.facts, UNRECOGNISED_FACT: Fact(UNRECOGNISED_FACT, value, "", because)}

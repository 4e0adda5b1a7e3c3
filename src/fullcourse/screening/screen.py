"""May this patient take this drug? Every statement about it, executed, with reasons, and one decision.

A missing fact is never a no. The strictest finding decides, except at a point where the profile lets one source lead;
the others are shown all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.management import Management
from fullcourse.clinical.on_file import NotCleared
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.consequences import Consequence, FindingOf, forbids, open_weight
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.rules.explain import Judgement, judge_of
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.situation import Situation
from fullcourse.screening.actions import weighs_of
from fullcourse.screening.clearance import cleared, facts_that_decide, what_stands_in_the_way
from fullcourse.screening.decision import Open, could_come_to, decide, known_of, open_of, weighed
from fullcourse.screening.rulebook import Rulebook, rulebook, unchecked_fact
from fullcourse.screening.unchecked_medicines import UncheckedMedicines

__all__ = ["FORBIDDING", "DrugCheck", "Screener"]

FORBIDDING: Final = frozenset({Decision.CONTRAINDICATED, Decision.AVOID})
"""Decisions by which a drug is not given as things stand."""

_APPLIES, _DOES_NOT_APPLY, _CANNOT_ASSESS = Status.APPLIES, Status.DOES_NOT_APPLY, Status.CANNOT_ASSESS
_ORDER, _BY_PLACE = (_APPLIES, _CANNOT_ASSESS, _DOES_NOT_APPLY), itemgetter(0)
_BY_ID = attrgetter("id")

UNRECOGNISED_FACT = "unrecognised_product_interacts"
"""Handed in by this step: unknown while a listed product was not recognised, else no."""


@dataclass(frozen=True, slots=True)
class DrugCheck:
    """What a check says about one drug.

    Attributes:
        drug: INN.
        known: What the findings that apply come to.
        open: What those that cannot be assessed could come to.
        findings: Every statement executed, most serious first.
        not_cleared: Why nobody may say that nothing in the record speaks against it; empty when somebody may.
    """

    drug: str
    known: Decision
    open: Open
    findings: tuple[Finding, ...]
    not_cleared: tuple[NotCleared, ...] = ()

    @property
    def decision(self) -> Decision:
        """What is known, or that nothing is while something decisive is open; no clearance past what was unused."""
        return cleared(decide(self.known, self.open), self.not_cleared)

    @property
    def is_unsettled(self) -> bool:
        """Whether an answer could still forbid the drug, or nothing is known while something decisive is open.

        It is what questions are asked for: whoever waits for a check waits only while there is something to answer. A
        caution that is open beside one that is known changes no decision.
        """
        return self.decision is Decision.CANNOT_ASSESS or self.open.strictest in FORBIDDING

    @property
    def strictest(self) -> Decision:
        """The one word for whoever is told a single one: what is open goes before a caution that is known."""
        if self.open.is_decisive and self.known not in FORBIDDING:
            return Decision.CANNOT_ASSESS
        return cleared(self.known, self.not_cleared)


class Screener:
    """Checks patients against the drugs of one knowledge in one profile; makes each drug's rulebook once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self._unchecked = UncheckedMedicines(knowledge)
        self._rulebooks: dict[str, tuple[_Rule, ...]] = {}
        self._asking: dict[tuple[str, frozenset[str]], tuple[_Rule, ...]] = {}
        self._of_company: dict[Statement, _Rule] = {}
        self._decisive: dict[str, frozenset[str]] = {}
        self._last: tuple[Mapping[str, Fact], MedicineList] | None = None

    def screen(self, patient: Patient, drug: DrugIdentity) -> DrugCheck:
        """Return what the sources say about a drug for a patient.

        Args:
            patient: As established at a date.
            drug: A drug of this knowledge.
        """
        findings = _findings(self._rules(drug), self._situation(patient, drug), patient)
        in_the_way = what_stands_in_the_way(patient, self.knowledge, self._decisive[drug.inn])
        return DrugCheck(drug.inn, known_of(findings), open_of(findings), findings, in_the_way)

    def beside(self, patient: Patient, drug: DrugIdentity, targets: frozenset[str]) -> tuple[Finding, ...]:
        """Return what those statements about a drug come to that ask whether one of some targets is taken.

        Args:
            patient: As established at a date.
            drug: A drug of this knowledge.
            targets: ``drug.x`` and ``class.x``.
        """
        rules = self._asking.get((drug.inn, targets))
        if rules is None:
            asking = {
                statement.id
                for statement in rulebook(self.knowledge, drug).statements
                if any(isinstance(it, TakingCondition) and it.target in targets for it in atoms_of(statement.body))
            }
            rules = self._asking[drug.inn, targets] = tuple(it for it in self._rules(drug) if it.id in asking)
        return _findings(rules, self._situation(patient, drug), patient)

    def _situation(self, patient: Patient, drug: DrugIdentity) -> Situation:
        facts, medicines = self._seen(patient)
        facts = {**facts, unchecked_fact(drug): self._unchecked.fact(patient, drug)}
        return Situation(patient, self.knowledge, facts, medicines)

    def company(self, patient: Patient, statements: Iterable[Statement], facts: Mapping[str, Fact]) -> list[Finding]:
        """Return what statements about company say of drugs taken together; it is no drug's decision.

        Args:
            patient: As established at a date.
            statements: Whose findings are of the kind `company`.
            facts: Handed in beside the patient's own.
        """
        situation = Situation(patient, self.knowledge, {**patient.facts, **facts}, self.medicines(patient))
        rules = sorted(map(self._company_rule, statements), key=_BY_ID)
        return list(_findings(rules, situation, patient))

    def _company_rule(self, statement: Statement) -> "_Rule":
        rule = self._of_company.get(statement)
        if rule is None:
            rule = self._of_company[statement] = _prepare(statement, None, self.knowledge, self.profile)
        return rule

    def medicines(self, patient: Patient) -> MedicineList:
        """Return a patient's medicine list: the drugs of one check share it, and what was counted in it."""
        return self._seen(patient)[1]

    def _seen(self, patient: Patient) -> tuple[Mapping[str, Fact], MedicineList]:
        """Return what the drugs of one check share: the facts, with the one that this step knows, and the list."""
        if self._last is None or self._last[1].patient is not patient:
            facts = {**patient.facts, UNRECOGNISED_FACT: _unrecognised(patient)}
            self._last = (facts, MedicineList(patient, self.knowledge))
        return self._last

    def _rules(self, drug: DrugIdentity) -> tuple["_Rule", ...]:
        known = self._rulebooks.get(drug.inn)
        if known is None:
            book = rulebook(self.knowledge, drug)
            rules = [_prepare(statement, book, self.knowledge, self.profile) for statement in book.statements]
            self._decisive[drug.inn] = frozenset(
                fact
                for statement, leads in zip(book.statements, (it.open[2][2] for it in rules), strict=True)
                if leads
                for fact in facts_that_decide(statement, self.knowledge)
            )
            known = self._rulebooks[drug.inn] = tuple(sorted(rules, key=_BY_ID))
        return known


def _findings(rules: Iterable["_Rule"], situation: Situation, patient: Patient) -> tuple[Finding, ...]:
    """Execute rules, which are in the order of their ids; most serious findings first."""
    overrides = {set_aside.finding: set_aside for set_aside in patient.record.overrides}
    ranked = []
    for rule in rules:
        outcome, because, missing = rule.judge(situation)
        if outcome is not None:
            place, head, tail = rule.settled[outcome]
        else:
            place, head, tail = rule.open if rule.weighs(situation) else rule.absent
        override = overrides.get(rule.id) if overrides else None
        # Most of a finding is known before the patient is; the class's own call would take half as long again.
        ranked.append((place, tuple.__new__(Finding, (*head, because, missing, *tail, override))))
    ranked.sort(key=_BY_PLACE)
    return tuple([finding for _, finding in ranked])


@dataclass(frozen=True, slots=True)
class _Rule:
    """A statement made ready for one drug and profile: compiled, with what its findings share.

    Attributes:
        id: Of the statement.
        judge: Its outcome and reasons for a patient.
        settled: The finding when it applies, by outcome; the last one, at ``NONE``, when it does not.
        weighs: Whether it holds the decision up while it cannot be assessed.
        open: The finding when it cannot be assessed, and that weighs.
        absent: The finding when it cannot be assessed, and that does not weigh: the number it is about is not on file.
    """

    id: str
    judge: Callable[[Situation], Judgement]
    settled: tuple["_State", ...]
    weighs: Callable[[Situation], bool]
    open: "_State"
    absent: "_State"


_State = tuple[
    int,
    tuple[str, str, Status, Severity, Severity, str, str],
    tuple[tuple[Citation, ...], tuple[str, ...], bool, str, str, Management | None, str, Decision],
]
"""Place in the order of findings, the finding up to its evidence, and what stands between that and an override."""


def _prepare(statement: Statement, book: Rulebook | None, knowledge: Knowledge, profile: Profile) -> _Rule:
    thens = thens_of(statement.body)
    strictest = max(thens, key=_severity)
    severity = _severity(strictest)
    point = knowledge.points.get(statement.point)
    leader = point.leads.get(profile.id) if point else None
    leads = leader is None or leader == statement.source
    others = book.at_point.get(statement.point, ()) if book else ()
    conflicts = (
        other.id for other in others if other.source != statement.source and not _says_the_same(other, strictest)
    )
    shared = ((knowledge.citation(statement),), tuple(conflicts), leads, statement.interpretation, statement.review)
    warned = next(filter(forbids, thens), strictest)

    def state(status: Status, then: Consequence, severity: Severity, weight: Severity, comes_to: Decision) -> _State:
        # What applies before what is open, what leads before what does not, the most serious first.
        place = (_ORDER.index(status) * 2 + (not leads)) * 8 - weight
        head = (statement.id, str(then.value), status, severity, weight, statement.says, statement.patient)
        doing = warned if status is _CANNOT_ASSESS else then
        management, mechanism = (doing.management, doing.mechanism) if isinstance(doing, FindingOf) else (None, "")
        return place, head, (*shared, management, mechanism, comes_to)

    def applying(then: Consequence) -> _State:
        of = _severity(then)
        return state(_APPLIES, then, of, of, weighed(of, forbids=forbids(then)))

    weight = max(map(open_weight, thens))
    could = could_come_to(severity, weight, forbids=forbids(warned))
    return _Rule(
        id=statement.id,
        judge=judge_of(statement),
        settled=(
            *map(applying, thens),
            state(_DOES_NOT_APPLY, strictest, severity, Severity.INFO, Decision.NO_OBJECTION),
        ),
        weighs=weighs_of(statement, knowledge.facts),
        open=state(_CANNOT_ASSESS, strictest, severity, weight, could),
        absent=state(_CANNOT_ASSESS, strictest, severity, Severity.INFO, Decision.NO_OBJECTION),
    )


def _severity(then: Consequence) -> Severity:
    return then.severity or Severity.INFO


def _says_the_same(other: Statement, then: Consequence) -> bool:
    return any(it.kind == then.kind and it.severity == then.severity for it in thens_of(other.body))


def _unrecognised(patient: Patient) -> Fact:
    """Return whether a listed product may interact that nobody recognised: unknown while there is one, else no."""
    unrecognised = [entry for entry in patient.unrecognised if entry.kind == "medicine"]
    because = tuple(
        Evidence(UNRECOGNISED_FACT, None, None, entry.origin, entry.text, reason=entry.why) for entry in unrecognised
    )
    return Fact(UNRECOGNISED_FACT, None if unrecognised else False, "", because)

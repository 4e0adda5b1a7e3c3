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
from fullcourse.clinical.medicine import Medicine
from fullcourse.clinical.on_file import NotCleared
from fullcourse.clinical.patient import Override, Patient
from fullcourse.knowledge.consequences import Consequence, FindingOf, forbids, open_weight
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.rules.explain import Judgement, judge_of
from fullcourse.rules.medicine_list import MedicineList, memberships_of
from fullcourse.rules.situation import Situation
from fullcourse.screening.actions import weighs_of
from fullcourse.screening.clearance import cleared, facts_that_decide, what_stands_in_the_way
from fullcourse.screening.decision import Open, could_come_to, decide, known_of, open_of, weighed
from fullcourse.screening.rulebook import Rulebook, rulebook
from fullcourse.screening.unchecked_medicines import Known, UncheckedMedicines

__all__ = ["FORBIDDING", "DrugCheck", "Screener"]

FORBIDDING: Final = frozenset({Decision.CONTRAINDICATED, Decision.AVOID})
"""Decisions by which a drug is not given as things stand."""

_APPLIES, _DOES_NOT_APPLY, _CANNOT_ASSESS = Status.APPLIES, Status.DOES_NOT_APPLY, Status.CANNOT_ASSESS
_ORDER, _BY_PLACE = (_APPLIES, _CANNOT_ASSESS, _DOES_NOT_APPLY), itemgetter(0)
_BY_ID = attrgetter("id")

_MOST_KEPT = 64
"""Of findings without evidence, for each state of a statement."""

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
        self._books: dict[str, Rulebook] = {}
        self._drugs: dict[str, _DrugRules] = {}
        self._asking: dict[tuple[str, frozenset[str], int | None], tuple[_Rule, ...]] = {}
        self._of_company: dict[Statement, _Rule] = {}
        self._last: _Seen | None = None

    def screen(self, patient: Patient, drug: DrugIdentity) -> DrugCheck:
        """Return what the sources say about a drug for a patient.

        Args:
            patient: As established at a date.
            drug: A drug of this knowledge.
        """
        ready = self._rules(drug)
        findings = _findings(ready.rules, self._situation(patient, drug), patient)
        in_the_way = what_stands_in_the_way(patient, self.knowledge, ready.decisive)
        return DrugCheck(drug.inn, known_of(findings), open_of(findings), findings, in_the_way)

    def beside(self, patient: Patient, drug: DrugIdentity, targets: frozenset[str]) -> tuple[Finding, ...]:
        """Return what those statements about a drug come to that ask whether one of some targets is taken.

        Args:
            patient: As established at a date.
            drug: A drug of this knowledge.
            targets: ``drug.x`` and ``class.x``.
        """
        return _findings(self._rules_asking(drug, targets), self._situation(patient, drug), patient)

    def _rules_asking(
        self, drug: DrugIdentity, targets: frozenset[str], most: int | None = None
    ) -> tuple["_Rule", ...]:
        """Return the rules that ask whether one of some targets is taken, or whether at least so many are.

        Args:
            drug: Whose.
            targets: ``drug.x`` and ``class.x``.
            most: The largest number of medicines that is asked for; None for any.
        """
        rules = self._asking.get((drug.inn, targets, most))
        if rules is None:
            asking = {
                statement.id
                for statement in self.rulebook(drug).statements
                if any(
                    isinstance(it, TakingCondition) and it.target in targets and (most is None or it.at_least <= most)
                    for it in atoms_of(statement.body)
                )
            }
            rules = tuple(it for it in self._rules(drug).rules if it.id in asking)
            self._asking[drug.inn, targets, most] = rules
        return rules

    def pair(self, patient: Patient, drug: DrugIdentity, medicine: Medicine) -> tuple[tuple[Finding, ...], Known]:
        """Return what statements about a drug come to because one medicine is taken, and how far they know it.

        Args:
            patient: Who takes the medicine, as established at a date.
            drug: A drug of this knowledge.
            medicine: An entry of the patient's list.

        Returns:
            Findings that apply or cannot be assessed and rest on the medicine, most serious first; and how far the
            statements speak of each of its ingredients.
        """
        targets = frozenset(memberships_of(medicine, self.knowledge))
        rules = self._rules_asking(drug, targets, most=1)  # one of several that make a regimen is no pair with each
        found = tuple(
            finding
            for finding in _findings(rules, self._situation(patient, drug), patient)
            if finding.status is not _DOES_NOT_APPLY
            and any(it.fact in targets and it.origin == medicine.origin for it in finding.because)
        )
        return found, self._unchecked.known(medicine, drug)

    def untouched(self, medicine: Medicine, drug: DrugIdentity | None) -> tuple[str, ...]:
        """Return the ingredients of a medicine of which no statement of a drug (None: it has none) speaks as a pair."""
        return self._unchecked.of(medicine, drug)

    def _situation(self, patient: Patient, drug: DrugIdentity) -> Situation:
        seen = self._seen(patient)
        if drug.inn not in seen.drugs:  # the fact has another name for each drug
            unchecked = self._unchecked.fact(patient, drug)
            seen.facts[unchecked.id] = unchecked
            seen.drugs.add(drug.inn)
        return Situation(patient, self.knowledge, seen.facts, seen.medicines)

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
        return self._seen(patient).medicines

    def _seen(self, patient: Patient) -> "_Seen":
        seen = self._last  # looked at once: another thread may put its own patient there at any moment
        if seen is None or seen.medicines.patient is not patient:
            facts = {**patient.facts, UNRECOGNISED_FACT: _unrecognised(patient)}
            self._last = seen = _Seen(facts, MedicineList(patient, self.knowledge), set())
        return seen

    def rulebook(self, drug: DrugIdentity) -> Rulebook:
        """Return the statements that a check of a drug executes."""
        book = self._books.get(drug.inn)
        if book is None:
            book = self._books[drug.inn] = rulebook(self.knowledge, drug)
        return book

    def _rules(self, drug: DrugIdentity) -> "_DrugRules":
        known = self._drugs.get(drug.inn)
        if known is None:
            book = self.rulebook(drug)
            rules = [_prepare(statement, book, self.knowledge, self.profile) for statement in book.statements]
            decisive = frozenset(
                fact
                for statement, leads in zip(book.statements, (it.open.tail[2] for it in rules), strict=True)
                if leads
                for fact in facts_that_decide(statement, self.knowledge)
            )
            known = self._drugs[drug.inn] = _DrugRules(tuple(sorted(rules, key=_BY_ID)), decisive)
        return known


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the drugs of one check share.

    Attributes:
        facts: The patient's own, and those that this step hands in.
        medicines: The patient's list, with what was counted in it.
        drugs: INN of those whose fact on medicines without a statement is among the facts.
    """

    facts: dict[str, Fact]
    medicines: MedicineList
    drugs: set[str]


@dataclass(frozen=True, slots=True)
class _DrugRules:
    """The statements about one drug, made ready.

    Attributes:
        rules: In the order of their ids.
        decisive: Facts that can move the decision.
    """

    rules: tuple["_Rule", ...]
    decisive: frozenset[str]


def _findings(rules: Iterable["_Rule"], situation: Situation, patient: Patient) -> tuple[Finding, ...]:
    """Execute rules, which are in the order of their ids; most serious findings first."""
    overrides = {set_aside.finding: set_aside for set_aside in patient.record.overrides}
    ranked = []
    for rule in rules:
        outcome, because, missing = rule.judge(situation)
        if outcome is not None:
            state = rule.settled[outcome]
        else:
            state = rule.open if rule.weighs is None or rule.weighs(situation) else rule.absent
        override = overrides.get(rule.id) if overrides else None
        kept = None if because or override else state.bare.get(missing)
        ranked.append((state.place, kept or state.finding(because, missing, override)))
    ranked.sort(key=_BY_PLACE)
    return tuple([finding for _, finding in ranked])


@dataclass(frozen=True, slots=True)
class _Rule:
    """A statement made ready for one drug and profile: compiled, with what its findings share.

    Attributes:
        id: Of the statement.
        judge: Its outcome and reasons for a patient.
        settled: The finding when it applies, by outcome; the last one, at ``NONE``, when it does not.
        weighs: Whether it holds the decision up while it cannot be assessed; None where it always does.
        open: The finding when it cannot be assessed, and that weighs.
        absent: The finding when it cannot be assessed, and that does not weigh: the number it is about is not on file.
    """

    id: str
    judge: Callable[[Situation], Judgement]
    settled: tuple["_State", ...]
    weighs: Callable[[Situation], bool] | None
    open: "_State"
    absent: "_State"


@dataclass(frozen=True, slots=True)
class _State:
    """What a statement comes to, with all of its finding that is known before the patient is.

    Attributes:
        place: In the order of findings.
        head: The finding up to its evidence.
        tail: What stands between what is missing and an override.
        bare: Findings without evidence, by what is missing: of most statements no record says anything.
    """

    place: int
    head: tuple[str, str, Status, Severity, Severity, str, str]
    tail: tuple[tuple[Citation, ...], tuple[str, ...], bool, str, str, Management | None, str, Decision, bool]
    bare: dict[tuple[str, ...], Finding]

    def finding(self, because: tuple[Evidence, ...], missing: tuple[str, ...], override: Override | None) -> Finding:
        """Return the finding of one patient."""
        if because or override:
            return self._made(because, missing, override)
        finding = self.bare.get(missing)
        if finding is None:
            finding = self._made((), missing, None)
            if len(self.bare) < _MOST_KEPT:
                self.bare[missing] = finding
        return finding

    def _made(self, because: tuple[Evidence, ...], missing: tuple[str, ...], override: Override | None) -> Finding:
        # The class's own call would take half as long again.
        return tuple.__new__(Finding, (*self.head, because, missing, *self.tail, override))


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
    backed = any(knowledge.sources[other.source].tier != "C" and _is_as_severe(other, severity) for other in others)
    on_c_alone = knowledge.sources[statement.source].tier == "C" and severity >= Severity.MAJOR and not backed

    def state(status: Status, then: Consequence, severity: Severity, weight: Severity, comes_to: Decision) -> _State:
        # What applies before what is open, what leads before what does not, the most serious first.
        place = (_ORDER.index(status) * 2 + (not leads)) * 8 - weight
        head = (statement.id, str(then.value), status, severity, weight, statement.says, statement.patient)
        doing = warned if status is _CANNOT_ASSESS else then
        management, mechanism = (doing.management, doing.mechanism) if isinstance(doing, FindingOf) else (None, "")
        return _State(place, head, (*shared, management, mechanism, comes_to, on_c_alone), {})

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


def _is_as_severe(other: Statement, severity: Severity) -> bool:
    return any(_severity(then) >= severity for then in thens_of(other.body))


def _says_the_same(other: Statement, then: Consequence) -> bool:
    return any(it.kind == then.kind and it.severity == then.severity for it in thens_of(other.body))


def _unrecognised(patient: Patient) -> Fact:
    """Return whether a listed product may interact that nobody recognised: unknown while there is one, else no."""
    because = tuple([
        Evidence(UNRECOGNISED_FACT, None, None, entry.origin, entry.text, reason=entry.why)
        for entry in patient.unrecognised
        if entry.kind == "medicine"
    ])  # fmt: skip
    return Fact(UNRECOGNISED_FACT, None, "", because) if because else _ALL_RECOGNISED


_ALL_RECOGNISED = Fact(UNRECOGNISED_FACT, False)

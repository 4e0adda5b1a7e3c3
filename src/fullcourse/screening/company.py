"""What holds for drugs taken together: judged over the drugs of a regimen, never for one drug alone.

A regimen is what a record orders, or what somebody proposes. Everything is counted in ingredients, so a fixed-dose
combination is its ingredients and nothing else. Pairs are drugs' own statements, found from either side; stacks, groups
and "never alone" are statements of the kind `company`, which decide about no single drug.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, NamedTuple

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Finding, Severity, Status
from fullcourse.clinical.patient import Medicine, Patient
from fullcourse.knowledge.statements import Statement, TakingCondition
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.rules.situation import LIST, Situation
from fullcourse.screening.effective import EFFECTIVE_DRUGS, EffectiveDrugs
from fullcourse.screening.rulebook import COMPANY, slug
from fullcourse.screening.screen import DrugCheck, Screener

__all__ = ["REGIMEN", "TB_DRUGS", "Company", "Pair", "company_findings", "with_regimen"]

TB_DRUGS: Final = "class.tb_drugs"
"""The class whose members make a regimen."""

REGIMEN: Final = "regimen"
"""Origin of the medicines of a proposed regimen."""

DUPLICATE: Final = "duplicate"
"""The kind of finding that says that two drugs are one; it is a drug's own, and shown for the regimen too."""

_TWICE: Final = "ingredient_in_two_products"
_OF_PAIRS: Final = frozenset({"interaction", DUPLICATE})


class Pair(NamedTuple):
    """Two drugs of a regimen, and what the sources say of them together.

    Attributes:
        drugs: Both, in alphabetical order.
        severity: The most serious of the findings that apply; None when none does, which says that no statement here
            speaks against the pair, not that somebody has found it safe.
        findings: Ids of the findings that apply, most serious first.
        unresolved: Ids of those that cannot be assessed.
    """

    drugs: tuple[str, str]
    severity: Severity | None
    findings: tuple[str, ...]
    unresolved: tuple[str, ...]


class Company:
    """Judges regimens with the statements of one screener, which it sorts out once."""

    def __init__(self, screener: Screener) -> None:
        """Find the statements about company."""
        self._screener = screener
        self._knowledge = knowledge = screener.knowledge
        self._tb_drugs = frozenset(knowledge.classes[TB_DRUGS].ingredients)
        names = (name.casefold() for drug in knowledge.drugs.values() for name in (drug.inn, *drug.synonyms))
        self._of_a_regimen = self._tb_drugs.union(names)
        owners = {slug(drug): drug.inn for drug in knowledge.drugs.values()}
        self._statements: list[tuple[Statement, str | None, bool]] = []
        for statement in knowledge.following("finding", COMPANY):
            if any(then.value == COMPANY for then in thens_of(statement.body)):
                owner = owners.get(statement.id.split(".", 1)[0])
                self._statements.append((statement, owner, self._asks_of_the_regimen_only(statement)))
        self._targets: dict[str, frozenset[str]] = {}
        self._effective = EffectiveDrugs(knowledge)

    def check(self, patient: Patient, drug: DrugIdentity, regimen: Sequence[Medicine]) -> DrugCheck:
        """Check one drug of a proposed regimen in the company of the others.

        Args:
            patient: With the whole regimen taken (`with_regimen`), the same for every drug of it.
            drug: A drug of the regimen; its own place in the regimen is never held against it.
            regimen: What was proposed.
        """
        check = self._screener.screen(patient, drug)
        itself = self._named_by(drug.inn)
        if any(evidence.fact in itself for finding in check.findings for evidence in finding.because):
            return self._screener.screen(_with_others(patient, drug.inn, regimen), drug)
        return check

    def findings(self, patient: Patient, checks: Iterable[DrugCheck] = (), *, proposed: bool = False) -> list[Finding]:
        """Return what holds for the drugs that a patient takes together.

        Args:
            patient: With the whole regimen taken.
            checks: Of the drugs of the regimen; their duplicates are shown for the regimen too.
            proposed: Somebody named the regimen, so a TB drug that neither it nor the record holds is not taken; nor is
                the clavulanate beside a carbapenem.
        """
        situation = Situation(patient, self._knowledge, None, self._screener.medicines(patient))
        taken = self._taken(situation)
        facts = {EFFECTIVE_DRUGS: self._effective.count(patient, taken), _TWICE: self._in_two_products(situation)}
        named = {LIST: _whole_regimen()} if proposed else {}
        judged = [(it, tb) for it, owner, tb in self._statements if owner is None or owner in taken]
        findings = self._screener.company(patient, [it for it, tb in judged if not tb], facts)
        findings += self._screener.company(patient, [it for it, tb in judged if tb], {**facts, **named})
        findings += _duplicates(checks)
        return sorted(findings, key=_order)

    def pairs(self, checks: Iterable[DrugCheck], ingredients: Iterable[str]) -> tuple[Pair, ...]:
        """Return every pair of a regimen of which at least one drug is covered, in alphabetical order.

        Args:
            checks: Of the covered drugs, each in the company of the others.
            ingredients: All ingredients of the regimen.
        """
        return self.pairs_of([(check.drug, check.findings) for check in checks], ingredients)

    def beside(self, patient: Patient, drug: str, other: str) -> tuple[Finding, ...]:
        """Return what a drug's statements that ask for another drug come to, for a patient who takes that one."""
        return self._screener.beside(patient, self._knowledge.drugs[drug], self._named_by(other))

    def pairs_of(self, said: Iterable[tuple[str, Iterable[Finding]]], ingredients: Iterable[str]) -> tuple[Pair, ...]:
        """Return every pair of some ingredients of which at least one drug is covered, in alphabetical order.

        Args:
            said: Each covered drug with its findings in the company of the others.
            ingredients: All of them.
        """
        names = sorted(set(ingredients))
        meant: dict[str, list[str]] = {}
        for name in names:
            for target in self._named_by(name):
                meant.setdefault(target, []).append(name)
        by_pair: dict[tuple[str, str], dict[str, Finding]] = {}
        covered = set()
        for drug, findings in said:
            covered.add(drug)
            for finding in findings:
                if finding.status is not Status.DOES_NOT_APPLY and finding.kind in _OF_PAIRS:
                    for partner in {name for evidence in finding.because for name in meant.get(evidence.fact, ())}:
                        pair = (drug, partner) if drug < partner else (partner, drug)
                        by_pair.setdefault(pair, {}).setdefault(finding.id, finding)
        return tuple(
            _pair(pair, by_pair[pair].values() if pair in by_pair else ())
            for pair in combinations(names, 2)
            if pair[0] in covered or pair[1] in covered
        )

    def _named_by(self, ingredient: str) -> frozenset[str]:
        """Return ``drug.x`` and every ``class.x`` that mean an ingredient."""
        targets = self._targets.get(ingredient)
        if targets is None:
            drug = self._knowledge.drugs.get(ingredient)
            codes = {"atc": (drug.atc,), "rxnorm": (drug.rxnorm,)} if drug else {}
            classes = (name for name in self._knowledge.classes if self._knowledge.in_class(ingredient, codes, name))
            targets = self._targets[ingredient] = frozenset((f"drug.{ingredient}", *classes))
        return targets

    def _taken(self, situation: Situation) -> dict[str, Evidence]:
        """Return each TB drug that is certainly taken now, with an entry that says so."""
        entries: dict[str, Evidence] = {}
        for medicine in situation.medicines.taken_now():
            for ingredient in medicine.ingredients:
                if ingredient in self._tb_drugs:
                    entries.setdefault(ingredient, _entry(f"drug.{ingredient}", medicine))
        return entries

    def _in_two_products(self, situation: Situation) -> Fact:
        """Return whether one TB drug stands in two different products that are taken: their doses add up.

        Two entries of the same ingredients are one product, recorded twice (an order and its refill).
        """
        products: dict[str, dict[tuple[str, ...], Medicine]] = {}
        for medicine in situation.medicines.taken_now():
            for ingredient in medicine.ingredients:
                if ingredient in self._tb_drugs:
                    products.setdefault(ingredient, {}).setdefault(tuple(sorted(medicine.ingredients)), medicine)
        shared = {it.name: it for kinds in products.values() if len(kinds) > 1 for it in kinds.values()}
        return Fact(_TWICE, bool(shared), "", tuple(_entry(_TWICE, medicine) for medicine in shared.values()))

    def _asks_of_the_regimen_only(self, statement: Statement) -> bool:
        """Whether all that a statement asks for is what a regimen names: TB drugs, and the companion of some."""
        return all(
            self._is_of_a_regimen(it.target) for it in atoms_of(statement.body) if isinstance(it, TakingCondition)
        )

    def _is_of_a_regimen(self, target: str) -> bool:
        if target.startswith("drug."):
            return target.removeprefix("drug.") in self._of_a_regimen
        members = self._knowledge.classes[target]
        return not members.names and self._of_a_regimen.issuperset(members.ingredients)


def with_regimen(patient: Patient, regimen: Sequence[Medicine]) -> Patient:
    """Return the patient with every medicine of a proposed regimen taken."""
    return replace(patient, medicines=(*patient.medicines, *regimen)) if regimen else patient


def company_findings(screener: Screener, patient: Patient) -> list[Finding]:
    """Return the findings on the TB drugs that a record orders together."""
    return Company(screener).findings(patient)


def _with_others(patient: Patient, drug: str, regimen: Sequence[Medicine]) -> Patient:
    """Return the patient without one drug of the regimen; the rest of a fixed-dose combination stays."""
    proposed = {id(medicine) for medicine in regimen}
    medicines: list[Medicine] = []
    for medicine in patient.medicines:
        if id(medicine) not in proposed or drug not in medicine.ingredients:
            medicines.append(medicine)
        elif len(medicine.ingredients) > 1:
            rest = tuple(it for it in medicine.ingredients if it != drug)
            medicines.append(replace(medicine, ingredients=rest, codes=()))  # a code is that of the whole product
    return replace(patient, medicines=tuple(medicines))


def _entry(fact: str, medicine: Medicine) -> Evidence:
    return Evidence(fact, None, medicine.since, medicine.origin, medicine.name)


def _pair(drugs: tuple[str, str], findings: Collection[Finding]) -> Pair:
    if not findings:
        return Pair(drugs, None, (), ())
    ordered = sorted(findings, key=_order)
    applying = [finding for finding in ordered if finding.status is Status.APPLIES]
    return Pair(
        drugs=drugs,
        severity=max((finding.severity for finding in applying), default=None),
        findings=tuple(finding.id for finding in applying),
        unresolved=tuple(finding.id for finding in ordered if finding.status is Status.CANNOT_ASSESS),
    )


def _whole_regimen() -> Fact:
    """Return that the list is complete, as far as TB drugs go."""
    said = Evidence(LIST, True, None, REGIMEN, True, reason="the regimen names every TB drug")
    return Fact(LIST, True, "", (said,))


def _duplicates(checks: Iterable[DrugCheck]) -> list[Finding]:
    """Return every duplicate of the checks once, as the check in which it came out most serious has it."""
    by_id: dict[str, Finding] = {}
    for finding in (it for check in checks for it in check.findings if it.kind == DUPLICATE):
        kept = by_id.get(finding.id)
        if kept is None or _order(finding) < _order(kept):
            by_id[finding.id] = finding
    return list(by_id.values())


_STATUS_ORDER: Final = {Status.APPLIES: 0, Status.CANNOT_ASSESS: 1, Status.DOES_NOT_APPLY: 2}


def _order(finding: Finding) -> tuple[int, bool, int, str]:
    return (_STATUS_ORDER[finding.status], not finding.leads, -finding.weight, finding.id)

"""The check of every drug that a guideline names, and of every pair, as composition reads them.

A drug is checked for itself, with the companion that it always goes with; a pair in each other's company and nobody
else's, since a statement may ask what a third drug does to it. Two drugs of which no statement asks for the other are a
pair about which nothing is said, and are not checked again.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final

from fullcourse.clinical.finding import Finding, Severity, Status
from fullcourse.clinical.patient import Medicine, Patient, Taken
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import TakingCondition
from fullcourse.knowledge.walk import atoms_of
from fullcourse.regimens.screened import DrugView, PairView, Screened
from fullcourse.rules.kleene import Truth
from fullcourse.screening.company import REGIMEN, Company, with_regimen
from fullcourse.screening.effective import EffectiveDrugs, Effectiveness
from fullcourse.screening.screen import FORBIDDING, DrugCheck, Screener

__all__ = ["RegimenScreening", "proposed"]

_EFFECTS: Final[Mapping[Effectiveness, Truth]] = {
    Effectiveness.RESISTANT: False,
    Effectiveness.SUSCEPTIBLE: True,
    Effectiveness.UNKNOWN: None,
}


class RegimenScreening:
    """Checks drugs and pairs with one screener; which pairs statements speak about is worked out once."""

    def __init__(
        self, screener: Screener, company: Company, companions: Mapping[str, str], plans: Sequence[frozenset[str]]
    ) -> None:
        """Take the drugs that may be composed.

        Args:
            screener: Checks one drug.
            company: Finds what is said of pairs.
            companions: What a drug always goes with.
            plans: The drugs that may stand in one regimen together, for each regimen; companions included.
        """
        self._screener, self._company, self._companions = screener, company, companions
        self._knowledge: Knowledge = screener.knowledge
        self._plans = tuple(plans)
        self._names = tuple(sorted(frozenset[str]().union(*plans)))
        self._effective = EffectiveDrugs(self._knowledge)
        self._spoken_of = tuple(self._spoken())

    def _spoken(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Yield each drug with those whose statements ask whether it is taken."""
        asked = {
            name: {
                atom.target
                for statement in self._screener.rulebook(self._knowledge.drugs[name]).statements
                for atom in atoms_of(statement.body)
                if isinstance(atom, TakingCondition)
            }
            for name in self._names
        }
        for name in self._names:
            drug = self._knowledge.drugs[name]
            codes = {"atc": (drug.atc,), "rxnorm": (drug.rxnorm,)}
            targets = set().union(*asked.values())
            means = {target for target in targets if self._knowledge.in_class(name, codes, target)}
            mates = frozenset[str]().union(*(plan for plan in self._plans if name in plan)) - {name}
            yield name, tuple(other for other in self._names if other in mates and means & asked[other])

    def screen(self, patient: Patient) -> tuple[Screened, dict[str, DrugCheck]]:
        """Return what is said of every drug and pair, and the check of each drug for itself.

        Args:
            patient: Without the TB drugs that the regimens would stand in place of.
        """
        drugs = self._knowledge.drugs
        alone: dict[str, DrugCheck] = {}
        with_companion = {name: with_regimen(patient, [proposed(name)]) for name in set(self._companions.values())}
        for name in self._names:
            company = self._companions.get(name)
            alone[name] = self._screener.screen(with_companion[company] if company else patient, drugs[name])
        beside: dict[tuple[str, str], list[tuple[str, tuple[Finding, ...]]]] = {}
        for name, others in self._spoken_of:
            together = with_regimen(patient, [proposed(name)])
            for other in others:
                pair = (name, other) if name < other else (other, name)
                beside.setdefault(pair, []).append((other, self._company.beside(together, other, name)))
        pairs = {}
        for pair in combinations(sorted(self._names), 2):
            if (said := beside.get(pair)) and (view := self._pair(pair, said)) is not None:
                pairs[pair] = view
        return Screened({name: self._view(name, check, patient) for name, check in alone.items()}, pairs), alone

    def _pair(self, pair: tuple[str, str], by_drug: Sequence[tuple[str, tuple[Finding, ...]]]) -> PairView | None:
        """Return what is said of a pair; None where nothing is."""
        (said,) = self._company.pairs_of(by_drug, pair)
        if not (said.findings or said.unresolved):
            return None
        severities = {finding.id: finding.severity for _, findings in by_drug for finding in findings}
        forbids = said.severity is Severity.CONTRAINDICATED
        is_open = any(severities[name] is Severity.CONTRAINDICATED for name in said.unresolved)
        allowed = False if forbids else None if is_open else True
        return PairView(pair, allowed, int(said.severity or 0), said.findings, said.unresolved)

    def _view(self, name: str, check: DrugCheck, patient: Patient) -> DrugView:
        counted = [finding for finding in check.findings if finding.leads and finding.override is None]
        return DrugView(
            drug=name,
            effective=_EFFECTS[self._effective.of(self._knowledge.drugs[name].moiety or name, patient)],
            allowed=False if check.known in FORBIDDING else None if check.is_unsettled else True,
            against=tuple(it for it in counted if it.status is Status.APPLIES and it.severity >= Severity.MODERATE),
            open=tuple(it for it in counted if it.status is Status.CANNOT_ASSESS and it.weight >= Severity.MAJOR),
        )


def proposed(name: str) -> Medicine:
    """Return a drug as an entry of a proposed regimen."""
    return Medicine(name, (name,), (), "name", Taken.NOW, None, None, REGIMEN)

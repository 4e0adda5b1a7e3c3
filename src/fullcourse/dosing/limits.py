"""What a dose does not pass: maxima, which block, and ranges for each kilogram, which are shown beside it.

A maximum blocks where its source leads in the profile, and everywhere where a statement says that it blocks. A
clinician may pass it by an override that names it and says why; that is part of the answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.dose import WEEKDAYS
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import exactly
from fullcourse.dosing.answer import Conflict, DosePlan, Offer
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.doses import DoseLimit
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, When
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.rules.one_patient import evaluate
from fullcourse.rules.situation import Situation

__all__ = ["DAILY", "PER_KG", "Limits", "limits_a_dose", "with_dose"]

DAILY = "dose_mg_per_day"
PER_KG = "dose_mg_per_kg_per_day"
"""Handed in by this step: the amount of a dosing day, mg and mg/kg."""


@dataclass(frozen=True, slots=True)
class _Maximum:
    claim: str
    says: str
    citation: Citation
    mg: float
    leads: bool


def limits_a_dose(statement: Statement) -> bool:
    """Return whether a statement says of an amount that it blocks, or that it is shown as a conflict."""
    return _action(statement) in {"block_dose", "show_conflict"}


def with_dose(situation: Situation, knowledge: Knowledge, mg: float, weight_kg: float | None) -> Situation:
    """Return the situation of a patient who takes so much a day."""
    facts = {**situation.facts, DAILY: Fact(DAILY, exactly(mg), "mg")}
    if weight_kg is not None:
        facts[PER_KG] = Fact(PER_KG, exactly(mg / weight_kg), "mg/kg")
    return Situation(situation.medicines.patient, knowledge, facts, situation.medicines)


class Limits:
    """The limits of one drug for one patient."""

    def __init__(
        self,
        drug: str,
        statements: Iterable[Statement],
        situation: Situation,
        knowledge: Knowledge,
        profile: Profile,
        regimen: str,
        weight_kg: float | None,
        overrides: Mapping[str, str],
    ) -> None:
        """Take the patient, and what was overridden: reasons by the id of a statement or limit."""
        self._drug, self._situation, self._knowledge = drug, situation, knowledge
        self._profile, self._regimen, self._weight_kg, self._overrides = profile, regimen, weight_kg, overrides
        self._blocking = [it for it in statements if _action(it) == "block_dose"]
        self._showing = [it for it in statements if _action(it) == "show_conflict"]

    def conflicts(self, plan: DosePlan) -> tuple[Conflict, ...]:
        """Return the limits that a plan passes, those that block first; ingredients of combinations are counted."""
        found: dict[tuple[str, str], Conflict] = {}
        holds: dict[tuple[str, int], float] = {}
        for planned in plan.steps:
            days = round(planned.days_per_week)
            for name, mg in {self._drug: planned.step.mg_per_dosing_day, **dict(planned.holds_mg)}.items():
                holds[name, days] = max(holds.get((name, days), 0.0), mg)
        for (name, days), mg in holds.items():
            # Without a regimen every limit holds: a high dose that only some regimens give is not for just anybody.
            known = self._knowledge.doses_of(name).limits_of(name, self._regimen)
            limits = [it for it in known if not it.days_per_week or days in it.days_per_week]
            for conflict in (*self._maxima(name, mg, days, limits), *self._ranges(name, mg, days, limits)):
                found.setdefault((conflict.claim, conflict.says), conflict)
        return tuple(sorted(found.values(), key=lambda it: not it.blocks))

    def first_allowed(self, offer: Offer) -> tuple[DosePlan | None, list[Conflict]]:
        """Return the first way to give an offer that no maximum blocks, and what blocks the others before it."""
        refused: list[Conflict] = []
        for plan in offer.plans:
            blocking = [it for it in self.conflicts(plan) if it.blocks]
            if not blocking:
                return plan, refused
            refused += blocking
        return None, refused

    def _maxima(self, drug: str, mg: float, days: int, limits: Sequence[DoseLimit]) -> Iterator[Conflict]:
        maxima = [*self._stated(drug), *self._listed(limits)]
        for most in maxima:
            if mg <= most.mg:
                continue
            reason = self._overrides.get(most.claim, "")
            of = "" if drug == self._drug else f" of {drug}"
            yield Conflict(
                "maximum",
                f"{mg:g} mg{of} {_rhythm(days)} are above the maximum of {most.mg:g} mg a day. {most.says}",
                most.claim,
                most.citation,
                blocks=most.leads and not reason,
                overridden=reason,
            )

    def _stated(self, drug: str) -> Iterator[_Maximum]:
        if drug != self._drug:
            return
        for statement in self._blocking:
            then = statement.body.then if isinstance(statement.body, When) else None
            if isinstance(then, Action) and then.max_mg_per_day is not None:
                # A statement that says to block is the ceiling of every source: no table goes higher.
                citation = self._knowledge.citation(statement)
                yield _Maximum(statement.id, statement.says, citation, then.max_mg_per_day, leads=True)

    def _listed(self, limits: Iterable[DoseLimit]) -> Iterator[_Maximum]:
        for limit in limits:
            # A limit whose patients cannot be told is counted as theirs.
            if limit.max_mg_per_day is not None and evaluate(limit.test, self._situation) in (0, None):
                leads = self._profile.id in limit.profiles
                citation = self._cited(limit.source, limit.section)
                yield _Maximum(limit.id, limit.says, citation, limit.max_mg_per_day, leads)

    def _ranges(self, drug: str, mg: float, days: int, limits: Iterable[DoseLimit]) -> Iterator[Conflict]:
        if self._weight_kg is None:
            return
        per_kg = mg / self._weight_kg
        if drug == self._drug:
            dosed = with_dose(self._situation, self._knowledge, mg, self._weight_kg)
            for statement in self._showing:
                if evaluate(statement, dosed) == 0:
                    says = f"{mg:g} mg are {per_kg:.3g} mg/kg {_rhythm(days)}. {statement.says}"
                    yield Conflict("range", says, statement.id, self._knowledge.citation(statement))
        for limit in limits:
            low, high = limit.mg_per_kg_low, limit.mg_per_kg_high
            if (low is None and high is None) or evaluate(limit.test, self._situation) != 0:
                continue
            if (low is None or per_kg >= low) and (high is None or per_kg <= high):
                continue
            of = "" if drug == self._drug else f" of {drug}"
            side = "below" if low is not None and per_kg < low else "above"
            says = f"{mg:g} mg{of} are {per_kg:.3g} mg/kg {_rhythm(days)}, {side} the range. {limit.says}"
            yield Conflict("range", says, limit.id, self._cited(limit.source, limit.section))

    def _cited(self, source: str, section: str) -> Citation:
        return self._knowledge.sources[source].cited(section)


def _rhythm(days: int) -> str:
    """Return how often an amount is given; what is given on some days of the week is no daily amount."""
    return "a day" if days >= len(WEEKDAYS) else f"on each of {days} days a week"


def _action(statement: Statement) -> str:
    body = statement.body
    return body.then.value if isinstance(body, When) and isinstance(body.then, Action) else ""

"""Orders that somebody is about to sign: what the sources say of them for one patient, and of nothing else.

A drug against tuberculosis that is ordered is checked whole. Every other drug against tuberculosis that the patient
takes is asked only what it says of the ordered medicines, so that an order of anything else is seen from its side. What
has no bearing on either says nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cached_property
from itertools import product
from typing import Final

from fullcourse.clinical.finding import Decision, Finding, Status
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Patient, Record, Unrecognised
from fullcourse.dosing.answer import Conflict
from fullcourse.journey.dose import DoseAnswer, Doser
from fullcourse.journey.doses_ordered import above_maxima
from fullcourse.journey.not_checked import NotChecked, pairs_not_checked
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.rules.establish import establish
from fullcourse.rules.medicine_list import taken_within
from fullcourse.rules.situation import Situation
from fullcourse.screening.cards import Card, cards_of
from fullcourse.screening.company import TB_DRUGS, Company
from fullcourse.screening.decision import known_of, open_of
from fullcourse.screening.screen import FORBIDDING, DrugCheck, Screener
from fullcourse.screening.unchecked_medicines import Known

__all__ = ["AboveMaximum", "Bearing", "OrderChecker", "OrdersAnswer"]

_MOST_PRODUCTS: Final = 4_096


class Bearing(Enum):
    """What orders have to do with tuberculosis, told before anything is known of the patient but the medicines."""

    NONE = "none"
    """Nothing: no drug against tuberculosis is ordered or taken, or none of which the sources speak beside it."""
    PERHAPS = "perhaps"
    """No such drug is ordered or seen; a statement speaks of an ordered medicine beside one, or an order is unread."""
    SOME = "some"
    """A drug against tuberculosis is ordered, or is taken beside what is ordered."""


@dataclass(frozen=True, slots=True)
class AboveMaximum:
    """An ordered dose that is above a daily maximum.

    Attributes:
        drug: INN.
        origins: Of the orders that come to it together.
        mg_per_day: What a dosing day comes to, mg.
        conflicts: The maxima, those that block first.
        instead: The dose of this patient by the sources; None where there is none to tell.
    """

    drug: str
    origins: tuple[str, ...]
    mg_per_day: float
    conflicts: tuple[Conflict, ...]
    instead: DoseAnswer | None


@dataclass(frozen=True)
class OrdersAnswer:
    """What is said of orders.

    Attributes:
        at: Date of the check.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        patient: As established, with the orders taken.
        ordered: Ordered medicines as read, by their origins.
        checks: Of each drug against tuberculosis that is ordered, whole.
        beside: Of each other one that is taken: what it says of the orders, and no more.
        together: What holds for the drugs together because of the orders.
        above: Ordered doses above a maximum.
        unread: Orders whose medicine was not read, beside a drug against tuberculosis.
        not_checked: What no statement speaks of, of pairs in which an order stands.
        not_covered: Drugs against tuberculosis that are ordered and of which no file speaks: INN.
    """

    at: date
    profile: str
    knowledge: str
    patient: Patient
    ordered: dict[str, Medicine]
    checks: tuple[DrugCheck, ...]
    beside: tuple[DrugCheck, ...]
    together: tuple[Finding, ...]
    above: tuple[AboveMaximum, ...]
    unread: tuple[Unrecognised, ...]
    not_checked: tuple[NotChecked, ...] = ()
    not_covered: tuple[str, ...] = ()

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Return what applies and counts: one card a mechanism, strictest first."""
        return cards_of((*self.checks, *self.beside), self.together)


class OrderChecker:
    """Checks orders with one knowledge and one profile; what does not depend on a patient is worked out once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self._screener = Screener(knowledge, profile)
        self._company = Company(self._screener)
        self._doser = Doser(knowledge, profile, self._screener)
        self._tb_drugs = frozenset(knowledge.classes[TB_DRUGS].ingredients)
        self._spoken_of: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], bool] = {}

    def is_against_tb(self, medicine: Medicine) -> bool:
        """Return whether a medicine is one against tuberculosis; a companion such as clavulanate alone is none."""
        return medicine.route is not Route.LOCAL and not self._tb_drugs.isdisjoint(medicine.ingredients)

    def bearing(self, medicines: Sequence[Medicine], unread: bool, orders: Iterable[str], at: date) -> Bearing:
        """Return what orders have to do with tuberculosis.

        Args:
            medicines: Of the record, the ordered ones among them.
            unread: Whether the medicine of an order was not read.
            orders: Origins of the orders.
            at: Date of the check.
        """
        asked = set(orders)
        ordered = [medicine for medicine in medicines if medicine.origin in asked]
        if not ordered and not unread:
            return Bearing.NONE
        if any(self.is_against_tb(medicine) for medicine in ordered) or self._taken(medicines, asked, at):
            return Bearing.SOME
        return Bearing.PERHAPS if unread or any(map(self.is_spoken_of, ordered)) else Bearing.NONE

    def _taken(self, medicines: Iterable[Medicine], orders: set[str], at: date) -> tuple[Medicine, ...]:
        """Return the drugs against tuberculosis that are or may be taken beside the orders."""
        return tuple(
            medicine
            for medicine in medicines
            if medicine.origin not in orders
            and self.is_against_tb(medicine)
            and taken_within(medicine, at, None) is not Taken.PAST
        )

    def is_spoken_of(self, medicine: Medicine) -> bool:
        """Return whether a drug against tuberculosis has a statement on a product; kept, since it is of no patient."""
        if not medicine.ingredients or medicine.route is Route.LOCAL:
            return False
        called = medicine.ingredients, medicine.codes
        known = self._spoken_of.get(called)
        if known is None:
            if len(self._spoken_of) >= _MOST_PRODUCTS:
                self._spoken_of.clear()
            known = self._spoken_of[called] = self._has_a_statement(medicine)
        return known

    def _has_a_statement(self, medicine: Medicine) -> bool:
        beside = Medicine(medicine.name, medicine.ingredients, medicine.codes, "", Taken.NOW, None, None, "order")
        # Nobody's day: whether a statement speaks of a pair does not depend on it.
        somebody = establish(Record({}, (beside,)), self.knowledge, date(2000, 1, 1))
        return any(
            finding.comes_to is not Decision.NO_OBJECTION
            for drug in self.knowledge.drugs.values()
            for finding in self._screener.pair(somebody, drug, beside)[0]
        )

    def check(self, record: Record, at: date, orders: Iterable[str], others: Iterable[str] = ()) -> OrdersAnswer:
        """Check orders.

        Args:
            record: What an adapter read, the ordered medicines among its own, as if they were signed.
            at: Date of the check.
            orders: Origins of the orders that are asked about.
            others: Origins of orders that are drawn up beside them: taken, and not asked about.

        Raises:
            InputError: A value of the record that would count cannot be.
        """
        asked = dict.fromkeys(orders)
        signed = {*asked, *others}
        record = replace(record, medicines=tuple(_as_signed(it, at, signed) for it in record.medicines))
        patient = establish(record, self.knowledge, at)
        ordered = {it.origin: it for it in patient.medicines if it.origin in asked}
        drawn_up = tuple(it for it in patient.medicines if it.origin in signed)
        drugs = [
            self.knowledge.drugs[inn]
            for inn in dict.fromkeys(inn for it in ordered.values() if self.is_against_tb(it) for inn in it.ingredients)
            if inn in self.knowledge.drugs
        ]
        checks = tuple(self._company.check(patient, drug, drawn_up) for drug in drugs)
        taken = self._taken(patient.medicines, set(asked), at)
        names = {drug.inn for drug in drugs}
        beside = self._beside(patient, taken, ordered.values(), names)
        together: tuple[Finding, ...] = ()
        if drugs or taken:
            together = tuple(
                finding
                for finding in self._company.findings(patient, checks)
                if finding.status is Status.APPLIES and any(it.origin in asked for it in finding.because)
            )
        unread = [it for it in record.unrecognised if it.kind == "medicine" and it.origin in asked]
        return OrdersAnswer(
            at=at,
            profile=self.profile.id,
            knowledge=self.knowledge.digest,
            patient=patient,
            ordered=ordered,
            checks=checks,
            beside=beside,
            together=together,
            above=self._above(patient, checks, asked, at),
            unread=tuple(unread) if drugs or taken else (),
            not_checked=self._orders_not_checked(patient, ordered.values(), taken),
            not_covered=tuple(inn for inn in self._tb_drugs_in(ordered.values()) if inn not in self.knowledge.drugs),
        )

    def not_checked(self, patient: Patient) -> tuple[NotChecked, ...]:
        """Return what no statement speaks of, of the medicines and drugs against tuberculosis that are or may be taken.

        Args:
            patient: As established.
        """
        taken = self._taken(patient.medicines, set(), patient.at)
        return pairs_not_checked(self._screener, product(self._tb_drugs_in(taken), _of_now(patient)))

    def _orders_not_checked(
        self, patient: Patient, ordered: Iterable[Medicine], taken: Iterable[Medicine]
    ) -> tuple[NotChecked, ...]:
        """Return it of pairs in which an order stands: of an ordered drug, or of a drug that is taken beside it."""
        listed = tuple(ordered)
        of_ordered = product(self._tb_drugs_in(listed), _of_now(patient))
        return pairs_not_checked(self._screener, [*of_ordered, *product(self._tb_drugs_in(taken), listed)])

    def _tb_drugs_in(self, medicines: Iterable[Medicine]) -> tuple[str, ...]:
        """Return the drugs against tuberculosis in medicines, with the companions that are covered as they are."""
        return tuple(
            dict.fromkeys(
                inn
                for it in medicines
                if self.is_against_tb(it)
                for inn in it.ingredients
                if inn in self.knowledge.drugs or inn in self._tb_drugs
            )
        )

    def _beside(
        self, patient: Patient, taken: Iterable[Medicine], ordered: Iterable[Medicine], names: set[str]
    ) -> tuple[DrugCheck, ...]:
        """Return what the drugs against tuberculosis that are taken say of the ordered medicines."""
        found: dict[str, dict[str, Finding]] = {}
        listed = tuple(ordered)
        for own in taken:
            for inn in own.ingredients:
                if inn not in self.knowledge.drugs or inn in names:
                    continue
                for medicine in listed:
                    # What a pair rests on names the ordered medicine: the drug's own place is never held against it.
                    said, _ = self._screener.pair(patient, self.knowledge.drugs[inn], medicine)
                    kept = found.setdefault(inn, {})
                    kept |= {it.id: it for it in said if it.id not in kept}
        made = ((inn, tuple(said.values())) for inn, said in found.items() if said)
        return tuple(DrugCheck(inn, known_of(said), open_of(said), said) for inn, said in made)

    def _above(
        self, patient: Patient, checks: Iterable[DrugCheck], orders: Iterable[str], at: date
    ) -> tuple[AboveMaximum, ...]:
        asked = set(orders)
        above = []
        for check in checks:
            doses = [it for it in patient.record.orders_of(check.drug) if it.origin in asked and it.step is not None]
            if not doses:
                continue
            situation = Situation(patient, self.knowledge, None, self._screener.medicines(patient))
            mg, conflicts = above_maxima(situation, check.drug, doses, self.knowledge, self.profile)
            if conflicts:
                instead = self._doser.dose_plan(patient, check)
                above.append(AboveMaximum(check.drug, tuple(it.origin for it in doses), mg, conflicts, instead))
        return tuple(above)

    def may_stand_in(self, answer: OrdersAnswer, medicine: Medicine) -> bool:
        """Return whether nothing that is known forbids a medicine beside the drugs that are taken or ordered.

        It is asked of a medicine that a source names as an alternative, before it is shown as one. A drug against
        tuberculosis that is not covered is never shown: nothing could be checked for it.
        """
        own = self._tb_drugs.intersection(medicine.ingredients)
        if any(inn not in self.knowledge.drugs for inn in own):
            return False
        left = tuple(it for it in answer.patient.medicines if it.origin not in answer.ordered)
        patient = replace(answer.patient, medicines=(*left, medicine))
        if any(self._screener.screen(patient, self.knowledge.drugs[inn]).known in FORBIDDING for inn in own):
            return False
        for other in left:
            for inn in other.ingredients if self.is_against_tb(other) else ():
                if inn in self.knowledge.drugs:
                    said, known = self._screener.pair(patient, self.knowledge.drugs[inn], medicine)
                    if known is not Known.WHOLE or known_of(said) in FORBIDDING:
                        return False
        return True


def _of_now(patient: Patient) -> list[Medicine]:
    """Return the medicines that are or may be taken."""
    return [it for it in patient.medicines if taken_within(it, patient.at, None) is not Taken.PAST]


def _as_signed(medicine: Medicine, at: date, signed: set[str]) -> Medicine:
    """Return an ordered medicine as it is once it is signed: taken from the day of the check on."""
    if medicine.origin not in signed:
        return medicine
    return replace(medicine, taken=Taken.NOW, since=parse_moment(at.isoformat(), "at"), until=None, ordered=True)

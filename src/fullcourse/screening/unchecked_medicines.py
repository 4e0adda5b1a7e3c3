"""Which recognised medicines no statement speaks of beside a drug: they were not checked, and never count as cleared.

A statement of the drug's own file touches a medicine when it asks whether the medicine, or a class of it, is taken. The
drugs of a TB regimen are left out: their pairs are listed one by one. So are the vitamins that sources give with them,
and what acts only where it is put. A statement that knows one way only, such as metabolism, touches nothing: by the
others the medicine was not checked.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.read_consequences import SUPPLEMENTS
from fullcourse.knowledge.statements import TakingCondition
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of, is_by_mechanism
from fullcourse.rules.medicine_list import memberships_of, taken_within
from fullcourse.screening.rulebook import UNCHECKED_FACT, slug, unchecked_fact

__all__ = ["INCOMPLETE", "MEDICINE_BESIDE", "Known", "UncheckedMedicines"]

INCOMPLETE: Final = "incomplete"
"""Kind of the findings that a product was not recognised, or that no statement speaks of a medicine."""
MEDICINE_BESIDE: Final = " with "
"""Between a drug and the medicines of which no statement speaks beside it, in what such a finding rests on."""


class Known(Enum):
    """How far the statements of a drug speak of a medicine."""

    WHOLE = "whole"
    """Of each of its ingredients."""
    BY_MECHANISM = "by_mechanism"
    """Of each, and of one at least by one way only."""
    IN_PART = "in_part"
    """Of one ingredient at least nothing is said."""


_LOCAL, _PAST = Route.LOCAL, Taken.PAST
_TB_DRUGS: Final = "class.tb_drugs"
_MOST_PRODUCTS: Final = 4_096
_Product = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]


class UncheckedMedicines:
    """Finds the medicines that were not checked, with the statements of one knowledge; sorts these out once a drug."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what the sources say."""
        self._knowledge = knowledge
        self._beside: dict[str, _Beside] = {}
        self._without_statements = _Beside(Fact(UNCHECKED_FACT, False), frozenset(), frozenset(), {})
        tb_drugs = knowledge.classes.get(_TB_DRUGS)
        drugs = knowledge.drugs.values()
        self._of_a_regimen = frozenset((
            *(tb_drugs.ingredients if tb_drugs else ()),
            *knowledge.drugs,
            *SUPPLEMENTS,  # what the sources themselves give beside the drugs
            # What a dosage form of a drug holds besides it, as cilastatin in imipenem's, is a part of that drug.
            *(name for drug in drugs for form in drug.forms for name, _ in form.with_mg),
        ))  # fmt: skip

    def fact(self, patient: Patient, drug: DrugIdentity) -> Fact:
        """Return whether a medicine that is or may be taken was not checked beside a drug, to be handed in.

        Args:
            patient: As established at a date.
            drug: The drug that is checked.
        """
        beside = self._beside_drug(drug)
        unchecked: dict[str, str] = {}
        for medicine in patient.medicines:
            for ingredient in self._of(medicine, beside):
                if ingredient not in unchecked and _may_be_taken(medicine, patient.at):
                    unchecked[ingredient] = medicine.origin
        if not unchecked:
            return beside.all_checked
        said = f"{drug.label}{MEDICINE_BESIDE}{', '.join(unchecked)}"
        where = ", ".join(dict.fromkeys(unchecked.values()))
        return Fact(beside.all_checked.id, True, "", (Evidence(UNCHECKED_FACT, True, None, where, said),))

    def of(self, medicine: Medicine, drug: DrugIdentity | None) -> tuple[str, ...]:
        """Return the ingredients of a medicine that no statement of a drug speaks of, whether or not it is taken.

        Args:
            medicine: As recorded.
            drug: Whose statements; None for a drug against tuberculosis that has none here.
        """
        return self._of(medicine, self._without_statements if drug is None else self._beside_drug(drug))

    def known(self, medicine: Medicine, drug: DrugIdentity) -> Known:
        """Return how far the statements of a drug speak of a medicine, whether or not it is taken."""
        beside = self._beside_drug(drug)
        if not self._of(medicine, beside):
            return Known.WHOLE
        by_one_way = self._untouched(medicine, beside.targets | beside.of_one_way)
        return Known.IN_PART if by_one_way else Known.BY_MECHANISM

    def _of(self, medicine: Medicine, beside: "_Beside") -> tuple[str, ...]:
        ingredients = medicine.ingredients
        if medicine.route is _LOCAL or self._of_a_regimen.issuperset(ingredients):
            return ()
        product = ingredients, medicine.codes
        unchecked = beside.known.get(product)
        if unchecked is None:
            if len(beside.known) >= _MOST_PRODUCTS:
                beside.known.clear()
            unchecked = beside.known[product] = self._untouched(medicine, beside.targets)
        return unchecked

    def _untouched(self, medicine: Medicine, targets: frozenset[str]) -> tuple[str, ...]:
        meanings = memberships_of(medicine, self._knowledge)
        touched = {name for target, names in meanings.items() if target in targets for name in names}
        return tuple(name for name in medicine.ingredients if name not in self._of_a_regimen and name not in touched)

    def _beside_drug(self, drug: DrugIdentity) -> "_Beside":
        beside = self._beside.get(drug.inn)
        if beside is None:
            targets, of_one_way = _targets(self._knowledge, drug)
            beside = self._beside[drug.inn] = _Beside(Fact(unchecked_fact(drug), False), targets, of_one_way, {})
        return beside


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of the medicines beside one drug.

    Attributes:
        all_checked: What is handed in when every medicine was checked.
        targets: Every ``drug.x`` and ``class.x`` that the drug's own statements ask about.
        of_one_way: Those that only statements by mechanism ask about.
        known: Ingredients that no statement of the drug speaks of, by product.
    """

    all_checked: Fact
    targets: frozenset[str]
    of_one_way: frozenset[str]
    known: dict[_Product, tuple[str, ...]]


def _targets(knowledge: Knowledge, drug: DrugIdentity) -> tuple[frozenset[str], frozenset[str]]:
    """Return every ``drug.x`` and ``class.x`` that a drug's own statements ask about; those of one way apart."""
    owner = slug(drug)
    targets: set[str] = set()
    of_one_way: set[str] = set()
    for statement in knowledge.about(drug, frozenset({owner})):
        if statement.id.split(".", 1)[0] == owner:
            asked = of_one_way if is_by_mechanism(statement) else targets
            asked.update(it.target for it in atoms_of(statement.body) if isinstance(it, TakingCondition))
    return frozenset(targets), frozenset(of_one_way - targets)


def _may_be_taken(medicine: Medicine, at: date) -> bool:
    return taken_within(medicine, at, None) is not _PAST

"""Which recognised medicines no statement speaks of beside a drug: they were not checked, and never count as cleared.

A statement of the drug's own file touches a medicine when it asks whether the medicine, or a class of it, is taken. The
drugs of a TB regimen are left out: their pairs are listed one by one. So are the vitamins that sources give with them,
and what acts only where it is put.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.read_consequences import SUPPLEMENTS
from fullcourse.knowledge.statements import TakingCondition
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of
from fullcourse.rules.medicine_list import memberships_of, taken_within
from fullcourse.screening.rulebook import UNCHECKED_FACT, slug, unchecked_fact

__all__ = ["UncheckedMedicines"]

_TB_DRUGS: Final = "class.tb_drugs"
_MOST_PRODUCTS: Final = 65_536
_Product = tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]


class UncheckedMedicines:
    """Finds the medicines that were not checked, with the statements of one knowledge; sorts these out once a drug."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what the sources say."""
        self._knowledge = knowledge
        self._targets: dict[str, frozenset[str]] = {}
        self._known: dict[_Product, tuple[str, ...]] = {}
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
        unchecked: dict[str, str] = {}
        for medicine in patient.medicines:
            for ingredient in self.of(medicine, drug):
                if ingredient not in unchecked and _may_be_taken(medicine, patient.at):
                    unchecked[ingredient] = medicine.origin
        if not unchecked:
            return Fact(unchecked_fact(drug), False)
        said = f"{drug.label} with {', '.join(unchecked)}"
        where = ", ".join(dict.fromkeys(unchecked.values()))
        return Fact(unchecked_fact(drug), True, "", (Evidence(UNCHECKED_FACT, True, None, where, said),))

    def of(self, medicine: Medicine, drug: DrugIdentity) -> tuple[str, ...]:
        """Return the ingredients of a medicine that no statement of a drug speaks of, whether or not it is taken."""
        if medicine.route is Route.LOCAL or not medicine.ingredients:
            return ()
        product = drug.inn, medicine.ingredients, medicine.codes
        unchecked = self._known.get(product)
        if unchecked is None:
            if len(self._known) >= _MOST_PRODUCTS:
                self._known.clear()
            unchecked = self._known[product] = self._of(medicine, drug)
        return unchecked

    def _of(self, medicine: Medicine, drug: DrugIdentity) -> tuple[str, ...]:
        others = [name for name in medicine.ingredients if name not in self._of_a_regimen]
        if not others:
            return ()
        touched = set(self._touched(medicine, drug))
        return tuple(name for name in others if name not in touched)

    def _touched(self, medicine: Medicine, drug: DrugIdentity) -> Iterator[str]:
        targets = self._targets_of(drug)
        for target, names in memberships_of(medicine, self._knowledge).items():
            if target in targets:
                yield from names

    def _targets_of(self, drug: DrugIdentity) -> frozenset[str]:
        targets = self._targets.get(drug.inn)
        if targets is None:
            targets = self._targets[drug.inn] = frozenset(_targets(self._knowledge, drug))
        return targets


def _targets(knowledge: Knowledge, drug: DrugIdentity) -> Iterable[str]:
    """Return every ``drug.x`` and ``class.x`` that the statements of a drug's own file ask about."""
    owner = slug(drug)
    for statement in knowledge.about(drug, frozenset({owner})):
        if statement.id.split(".", 1)[0] == owner:
            for atom in atoms_of(statement.body):
                if isinstance(atom, TakingCondition):
                    yield atom.target


def _may_be_taken(medicine: Medicine, at: date) -> bool:
    return taken_within(medicine, at, None) is not Taken.PAST

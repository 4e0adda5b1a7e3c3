"""How many units of a product one intake uses.

Units stand in a plan where a source counts them. A liquid is counted in millilitres. A tablet of which a part is taken
after it was dispersed in water counts as the whole ones that the source disperses: it describes no keeping of the rest.
What is measured out of a sachet, and halves of tablets, count as the part that is taken.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.dosing.making import StockForm, stock_of, written
from fullcourse.journey.dose import DoseAnswer
from fullcourse.knowledge.doses import Way
from fullcourse.knowledge.library import Knowledge

__all__ = ["Counter", "Product"]


@dataclass(frozen=True, slots=True, order=True)
class Product:
    """What is ordered and counted.

    Attributes:
        drugs: INNs that it holds; several in a fixed-dose combination.
        words: Form and strength, as plans name it; empty where a plan names none.
        unit: ``unit`` (a tablet, capsule, sachet, vial), ``mL``, or ``mg`` where no form is chosen.
    """

    drugs: tuple[str, ...]
    words: str
    unit: str


class Counter:
    """Counts intakes in products, by one knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what is on the market, and the tables that say how it is prepared."""
        self._knowledge = knowledge
        self._forms: dict[str, dict[str, StockForm]] = {}

    def intake(self, dose: Dose, step: DoseStep, answer: DoseAnswer) -> tuple[Product, Fraction]:
        """Return the product of an intake, and how much of it is used.

        Args:
            dose: The intake.
            step: Of which it is one.
            answer: Of which it is a step.
        """
        return self.of_plan(dose, step, answer.drug, [offer.claim for offer in answer.dosed.offers])

    def of_plan(self, dose: Dose, step: DoseStep, drug: str, claims: Iterable[str] = ()) -> tuple[Product, Fraction]:
        """Return the same for a plan, whoever made it.

        Args:
            dose: The intake.
            step: Of which it is one.
            drug: INN in lower case.
            claims: Ids of the tables that it may be prepared by; none where nobody says by which it was dosed.
        """
        mg = _exact(dose.mg)
        if not step.form:
            return Product((drug,), "", "mg"), mg
        form = self._forms_of(drug).get(written(step.form))
        strength = None if form is None else form.mg_of(drug)
        if form is None or not strength:
            counted = dose.units is not None
            return Product((drug,), step.form, "unit" if counted else "mg"), _exact(dose.units) if dose.units else mg
        product = Product(tuple(name for name, _ in form.contents), form.words, "mL" if form.is_liquid else "unit")
        if dose.units is not None and not form.is_liquid:
            return product, _exact(dose.units)
        part = mg / _exact(strength)
        return product, part if form.is_liquid or dose.mg in step.cycle else self._opened(
            dose, step, drug, claims, part
        )

    def _opened(self, dose: Dose, step: DoseStep, drug: str, claims: Iterable[str], part: Fraction) -> Fraction:
        """Return how many units are opened for an intake that no source counts."""
        ways = list(self._ways(dose, step, drug, claims))
        dispersed = [way.dissolved for way in ways if way.volume_ml is not None and way.in_ml is not None]
        if dispersed:
            return _exact(max(dispersed))
        return part if ways else Fraction(math.ceil(part))

    def _ways(self, dose: Dose, step: DoseStep, drug: str, claims: Iterable[str]) -> Iterator[Way]:
        tables = self._knowledge.doses_of(drug).tables
        for name in dict.fromkeys(claim for claim in claims if claim in tables):
            for band in tables[name].bands:
                for line in (line for option in band.options for line in option.lines if drug in line.drugs):
                    for way in line.ways:
                        if way.form == step.form and way.mg_of(drug, line.drug) == dose.mg:
                            yield way

    def _forms_of(self, drug: str) -> dict[str, StockForm]:
        if drug not in self._knowledge.drugs:  # a plan that is lived may hold a medicine that no statement speaks of
            return {}
        if drug not in self._forms:
            forms = stock_of(self._knowledge.drugs[drug], self._knowledge).forms
            self._forms[drug] = {written(form.words): form for form in forms}
        return self._forms[drug]


def _exact(value: float) -> Fraction:
    """Return a number as it is written, so that sums do not depend on their order."""
    return Fraction(repr(float(value)))

"""How much of a product one intake uses."""

from fractions import Fraction

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.cohort.need.units import Counter, Product
from need_cases import BPALM, plan_of
from patients import knowledge

CHILD = {**BPALM, "weight": 4.0, "birth_date": "2026-07-01"}


def intake(drug: str, dose: Dose, form: str):
    (answer,) = (it for it in plan_of(CHILD).doses if it.drug == drug)
    return Counter(knowledge()).intake(dose, DoseStep(1, (dose,), form), answer)


@pytest.mark.parametrize(
    ("drug", "dose", "form", "unit", "units"),
    [
        ("isoniazid", Dose("morning", 150.0, 1.5), "dispersible tablet 100 mg", "unit", Fraction(3, 2)),
        ("linezolid", Dose("morning", 50.0), "oral suspension 20 mg/mL", "mL", Fraction(5, 2)),
        # The source disperses one tablet of 100 mg in 10 mL and gives 5 mL of it.
        ("levofloxacin", Dose("morning", 50.0), "dispersible tablet 100 mg", "unit", Fraction(1)),
        # No source describes it, so that whole tablets are opened.
        ("levofloxacin", Dose("morning", 101.0), "dispersible tablet 100 mg", "unit", Fraction(2)),
        ("levofloxacin", Dose("morning", 101.0), "", "mg", Fraction(101)),
    ],
)
def test_an_intake_uses(drug, dose, form, unit, units):
    assert intake(drug, dose, form) == (Product((drug,), form, unit), units)

"""The dosage forms that hold one drug alone: what a plan is made of without combinations."""

from fullcourse.clinical.stock import Stock, StockedForm
from fullcourse.knowledge.library import Knowledge

__all__ = ["forms_alone"]


def forms_alone(knowledge: Knowledge) -> Stock:
    """Return every form of a drug alone that a source names, as a stock list without numbers.

    Args:
        knowledge: The files of the drugs, and the products that dose tables name.
    """
    forms = [
        StockedForm(
            form.form, ((drug.inn, form.strength_mg or form.strength_mg_per_ml or 0.0),), form.strength_mg is None
        )
        for drug in knowledge.drugs.values()
        for form in drug.forms
        if not form.with_mg
    ]
    forms += [
        StockedForm(product.form, product.contents, product.is_liquid)
        for inn in knowledge.drugs
        for product in knowledge.doses_of(inn).products_of(inn)
        if len(product.contents) == 1
    ]
    return Stock(tuple(dict.fromkeys(forms)))

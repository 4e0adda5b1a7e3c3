"""Which medicines no statement speaks of beside which drugs against tuberculosis, named as pairs.

It is what a check of a record says of them by one finding a drug (I-0603), put together for whoever asks about all of
them at once: silence here would be read as "nothing speaks against it".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fullcourse.clinical.medicine import Medicine
from fullcourse.screening.screen import Screener

__all__ = ["NotChecked", "pairs_not_checked"]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """An ingredient of a medicine, and the drugs beside which it was not checked.

    Attributes:
        ingredient: INN.
        drugs: INN of drugs against tuberculosis, in the order in which they were met.
        entries: Origin and name of each entry of the record that holds the ingredient.
    """

    ingredient: str
    drugs: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]


def pairs_not_checked(screener: Screener, pairs: Iterable[tuple[str, Medicine]]) -> tuple[NotChecked, ...]:
    """Return what no statement speaks of, one entry an ingredient.

    Args:
        screener: Knows the statements.
        pairs: INN of a drug against tuberculosis, covered or not, and a medicine beside it.
    """
    drugs: dict[str, dict[str, None]] = {}
    entries: dict[str, dict[tuple[str, str], None]] = {}
    for inn, medicine in pairs:
        for ingredient in screener.untouched(medicine, screener.knowledge.drugs.get(inn)):
            drugs.setdefault(ingredient, {})[inn] = None
            entries.setdefault(ingredient, {})[medicine.origin, medicine.name] = None
    return tuple(NotChecked(it, tuple(drugs[it]), tuple(entries[it])) for it in drugs)

"""What whole units of the forms at hand can make: an amount inside a range, or the neighbours of a range without one.

Units are never split here: half a tablet, or a volume of what was dissolved, stands only where a source describes it.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.stock import StockedForm
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["Made", "Stock", "StockForm", "made_within", "spread", "stock_of", "written"]

_MOST_UNITS: Final = 40
"""More units than that at one time are no dose that anybody takes; a guard against slips, and no limit of a source."""
_CLOSE: Final = 1e-9
_DRAWN: Final = ("injection", "powder for injection")


@dataclass(frozen=True, slots=True)
class StockForm:
    """One dosage form at hand.

    Attributes:
        words: Form and strength, as tables name it.
        contents: What one unit, or one mL of a liquid, holds, mg by INN.
        is_liquid: Whether it is measured and not counted.
    """

    words: str
    contents: tuple[tuple[str, float], ...]
    is_liquid: bool = False

    @property
    def is_counted(self) -> bool:
        """Whether it is taken in whole units: a liquid is measured, and so is what is drawn from a vial."""
        return not self.is_liquid and not self.words.startswith(_DRAWN)

    def mg_of(self, drug: str) -> float | None:
        """Return what one unit, or one mL, holds of a drug, mg."""
        return dict(self.contents).get(drug)


@dataclass(frozen=True, slots=True)
class Stock:
    """The forms of one drug that may be used.

    Attributes:
        forms: In order of preference.
        is_limited: Whether somebody said that there are no others.
    """

    forms: tuple[StockForm, ...]
    is_limited: bool = False

    def has(self, words: str) -> bool:
        """Return whether a form may be used; one that a source names is, unless somebody limited the forms."""
        return not self.is_limited or any(written(form.words) == written(words) for form in self.forms)

    def alone(self, drug: str) -> tuple[StockForm, ...]:
        """Return the counted forms that hold this drug and nothing else."""
        return tuple(form for form in self.forms if form.is_counted and len(form.contents) == 1 and form.mg_of(drug))


@dataclass(frozen=True, slots=True)
class Made:
    """A daily amount in whole units.

    Attributes:
        form: Words of the form.
        units: How many a day.
        mg: The amount, mg.
        fits: Whether it lies in the range.
    """

    form: str
    units: int
    mg: float
    fits: bool


def stock_of(
    drug: DrugIdentity, knowledge: Knowledge, form: str = "", in_stock: Sequence[StockedForm] | None = None
) -> Stock:
    """Return the forms of a drug that may be used.

    Args:
        drug: Whose.
        knowledge: Its file and the products that hold it.
        form: The one that is asked for; empty for any.
        in_stock: Those at hand that hold it; None where nobody said. One that no file names makes no dose.

    Raises:
        InputError: The form that is asked for is none of the drug's, or is not in stock.
    """
    every = [
        StockForm(it.words, ((drug.inn, it.strength_mg or it.strength_mg_per_ml or 0.0),), it.strength_mg is None)
        for it in drug.forms
    ]
    holding_it = knowledge.doses_of(drug.inn).products_of(drug.inn)
    every += [StockForm(it.words, it.contents, it.is_liquid) for it in holding_it]
    known = {written(it.words): it for it in every}
    if in_stock is not None:
        at_hand = [form for stocked in in_stock for form in _at_hand(stocked, known.values())]
        known = {written(it.words): it for it in at_hand}
    if not form:
        return Stock(tuple(known.values()), in_stock is not None)
    chosen = known.get(written(form))
    if chosen is None:
        have = ", ".join(it.words for it in (known.values() if in_stock is not None else every)) or "none of it"
        where = "in stock" if in_stock is not None else "known"
        raise InputError(f"--form: '{form[:60]}' is no form of {drug.label} that is {where}. There is: {have}.")
    return Stock((chosen,), is_limited=True)


def _at_hand(stocked: StockedForm, known: Iterable[StockForm]) -> list[StockForm]:
    """Return a form of the stock list under the words of the tables; none for one that no file or product names.

    What nobody has described is no base for a dose: a strength that happens to fall into some source's range would
    lead to another source's dose than the one that leads.
    """
    held = sorted(stocked.contents)
    return [
        it
        for it in known
        if sorted(it.contents) == held
        and it.is_liquid is stocked.is_liquid
        and written(it.words).startswith(written(stocked.form))
    ]


def written(words: str) -> str:
    """Return the words of a form in the one spelling by which forms are compared."""
    return re.sub(r"\s+", " ", words.strip().casefold())


def made_within(low_mg: float, high_mg: float, drug: str, forms: Iterable[StockForm]) -> tuple[Made, ...]:
    """Return the whole units that make a daily amount, those inside the range: form by form, from the least up.

    Of equal amounts the one with the fewest units stands.

    Where no whole number of any form lies inside, the nearest below and the nearest above are returned, the lower
    first; of equal amounts the one with the fewest units. Where one unit is too much already, there is nothing.

    Args:
        low_mg: Least amount, mg, included.
        high_mg: Most, mg, included.
        drug: INN.
        forms: Which may be used, in order of preference; one form makes the whole amount.
    """
    inside: list[Made] = []
    below: Made | None = None
    above: Made | None = None
    for form in forms:
        strength = form.mg_of(drug)
        if not strength:
            continue
        least = max(1, math.ceil(low_mg / strength - _CLOSE))
        most = math.floor(high_mg / strength + _CLOSE)
        for units in range(least, min(most, _MOST_UNITS) + 1):
            made = Made(form.words, units, units * strength, fits=True)
            same = next((place for place, it in enumerate(inside) if it.mg == made.mg), None)
            if same is None:
                inside.append(made)
            elif units < inside[same].units:
                inside[same] = made
        under, over = math.ceil(low_mg / strength - _CLOSE) - 1, most + 1
        if 1 <= under <= _MOST_UNITS and (below is None or (under * strength, -under) > (below.mg, -below.units)):
            below = Made(form.words, under, under * strength, fits=False)
        if 1 <= over <= _MOST_UNITS and (above is None or (over * strength, over) < (above.mg, above.units)):
            above = Made(form.words, over, over * strength, fits=False)
    if inside:
        return tuple(inside)
    # Without a number below there is no neighbour to begin with: one unit may hold many times the amount.
    return () if below is None else tuple(made for made in (below, above) if made is not None)


def spread(units: int, times: int) -> tuple[int, ...]:
    """Return units a day over so many intakes as evenly as whole units go, what is left over at the end of the day.

    Example:
        >>> spread(3, 2), spread(2, 1), spread(1, 2)
        ((1, 2), (2,), (1,))
    """
    each, left = divmod(units, times)
    parts = [each] * (times - left) + [each + 1] * left
    return tuple(part for part in parts if part)

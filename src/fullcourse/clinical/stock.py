"""Which dosage forms are in stock: what a dose can be made of, and what a regimen cannot be given without."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Stock", "StockedForm"]


@dataclass(frozen=True, slots=True)
class StockedForm:
    """One dosage form of the stock list.

    Attributes:
        form: What it is, without its strength: ``capsule``, ``dispersible tablet``, ``oral suspension``.
        contents: INN and amount of each ingredient, mg, in the order of the line; several in a fixed-dose combination.
        is_liquid: Whether the amounts are those of a millilitre; else those of one unit.
        quantity: How many units (millilitres of a liquid) there are, 0 or more; None where the list does not say.
    """

    form: str
    contents: tuple[tuple[str, float], ...]
    is_liquid: bool = False
    quantity: float | None = None

    @property
    def words(self) -> str:
        """The form with its strength, as `DoseStep` names one.

        >>> StockedForm("tablet", (("isoniazid", 75.0), ("rifampin", 150.0))).words
        'tablet 75/150 mg'
        """
        amounts = "/".join(f"{mg:g}" for _, mg in self.contents)
        return f"{self.form} {amounts} mg{'/mL' if self.is_liquid else ''}"


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock list, as it stands."""

    forms: tuple[StockedForm, ...]

    def of(self, drug: str) -> tuple[StockedForm, ...]:
        """Return the forms that hold a drug and of which there is something left, single drugs first."""
        holding = (it for it in self.forms if it.quantity != 0 and any(name == drug for name, _ in it.contents))
        return tuple(sorted(holding, key=lambda it: len(it.contents)))

    def missing(self, drugs: Iterable[str]) -> tuple[str, ...]:
        """Return those of some drugs of which no form is left, in their order, each once."""
        return tuple(name for name in dict.fromkeys(drugs) if not self.of(name))

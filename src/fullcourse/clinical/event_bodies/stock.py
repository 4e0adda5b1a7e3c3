"""What is said of a medicine's stock: handed out, and counted."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies.limits import above_0

__all__ = ["Dispensed", "StockCounted"]


@dataclass(frozen=True, slots=True)
class Dispensed:
    """A medicine was handed out.

    Attributes:
        drug: INN in lower case.
        form: Dosage form and strength, for example ``capsule 250 mg``.
        units: How many, above 0.
        lot: Lot number; empty where nobody read it.
        expires_on: Last day on which it may be used; None where nobody read it.
        repeats_left: How often the prescription can be filled again; None where nobody said.
    """

    kind: ClassVar[str] = "dispensed"
    drug: str
    form: str
    units: float
    lot: str = ""
    expires_on: date | None = None
    repeats_left: int | None = None

    def __post_init__(self) -> None:
        """Refuse a number that is none."""
        above_0(self.units, "units")
        if self.repeats_left is not None and self.repeats_left < 0:
            raise InputError("repeats_left: it counts from 0. Correct it.")


@dataclass(frozen=True, slots=True)
class StockCounted:
    """Somebody counted what is left of a lot.

    Attributes:
        drug: INN in lower case.
        form: Dosage form and strength.
        units: How many, 0 and above.
        lot: Lot number; empty where nobody read it.
        expires_on: Last day on which it may be used; None where nobody read it.
    """

    kind: ClassVar[str] = "stock_counted"
    drug: str
    form: str
    units: float
    lot: str = ""
    expires_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a number that is none."""
        if not self.units >= 0.0:
            raise InputError("units: a count is 0 or more. Correct it.")

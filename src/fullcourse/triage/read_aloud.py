"""What poison control asks first, in the order in which it is read aloud; what nobody knows is said to be not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.quantity import Interval

__all__ = ["NOT_KNOWN", "Overdose", "read_aloud"]

NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Overdose:
    """What is known of too much taken.

    Attributes:
        drug: As it is called here, or in the words of whoever reports.
        said: What was taken, in their words.
        mg: Amount, mg; None where it cannot be told.
        taken_at: When, in words; empty where nobody knows.
        weight_kg: Body weight, kg; None where nobody knows.
        planned_mg: What was planned for the day, mg; None where nobody knows.
        last: Doses before it by the log, each with its amount, mg.
        others: Other TB medicines that are taken.
        symptoms: How the person is, in words.
    """

    drug: str
    said: str
    mg: Interval | None
    taken_at: str
    weight_kg: float | None
    planned_mg: Interval | None
    last: Sequence[tuple[datetime, float]]
    others: tuple[str, ...]
    symptoms: tuple[str, ...]

    @property
    def mg_per_kg(self) -> Interval | None:
        """Return the amount for each kilogram, mg; None where either is not known."""
        if self.mg is None or self.weight_kg is None:
            return None
        return Interval(self.mg.low / self.weight_kg, self.mg.high / self.weight_kg)


def read_aloud(overdose: Overdose) -> tuple[tuple[str, str], ...]:
    """Return what is read aloud, each line with its heading."""
    amount = f"{_range(overdose.mg, '.0f')} mg" if overdose.mg is not None else f"{NOT_KNOWN} in milligrams"
    per_kg = overdose.mg_per_kg
    weight = NOT_KNOWN if overdose.weight_kg is None else f"{overdose.weight_kg:g} kg"
    lines = [
        ("Medicine", overdose.drug),
        ("Taken", f"{overdose.said} ({amount})" if overdose.said else amount),
        ("When", overdose.taken_at or NOT_KNOWN),
        ("Weight", weight if per_kg is None else f"{weight}, so {_range(per_kg, '.1f')} mg/kg"),
        ("Planned for the day", NOT_KNOWN if overdose.planned_mg is None else f"{_range(overdose.planned_mg, 'g')} mg"),
    ]
    if overdose.last:
        told = "; ".join(f"{mg:g} mg on {at:%d %B at %H:%M}" for at, mg in overdose.last)
        lines.append(("Last doses", told))
    else:
        lines.append(("Last doses", NOT_KNOWN))
    lines.append(("Other TB medicines", ", ".join(overdose.others) or NOT_KNOWN))
    lines.append(("How the person is", ", ".join(overdose.symptoms) or NOT_KNOWN))
    return tuple(lines)


def _range(amount: Interval, spec: str) -> str:
    low, high = format(amount.low, spec), format(amount.high, spec)
    return low if low == high else f"{low} to {high}"

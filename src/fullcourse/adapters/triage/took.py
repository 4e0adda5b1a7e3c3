"""What somebody says was taken ("5 capsules", "1.25 g"), in milligrams as far as that can be told; never guessed."""

import re
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["Took", "amount_of", "strength_of"]

_MG: Final = {"mg": 1.0, "milligram": 1.0, "milligrams": 1.0, "g": 1000.0, "gram": 1000.0, "grams": 1000.0}
_AMOUNT: Final = re.compile(r"\s*(\d+(?:[.,]\d+)?|\d*\.?\d+)\s*([a-z]+)\s*", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""``1,250`` and ``1.250``: a thousand and more to some, one and a quarter to others."""

_UNITS: Final = {
    "capsule": "capsule", "capsules": "capsule", "cap": "capsule", "caps": "capsule",
    "tablet": "tablet", "tablets": "tablet", "tab": "tablet", "tabs": "tablet",
    "pill": "", "pills": "", "sachet": "sachet", "sachets": "sachet", "piece": "", "pieces": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Took:
    """What was taken.

    Attributes:
        said: In the words of whoever says it.
        mg: Amount, mg; None where it cannot be told, a range where several strengths are made.
        units: How many pieces; None where an amount or nothing countable was said.
        strength_mg: Of one piece, mg, a range where several are made; None where nobody knows it.
    """

    said: str
    mg: Interval | None
    units: float | None
    strength_mg: Interval | None


def strength_of(text: str) -> float:
    """Return the strength of one piece, mg.

    Raises:
        InputError: It is no amount of milligrams or grams above 0, or its comma or point could part thousands.
    """
    found = _AMOUNT.fullmatch(text)
    if found is not None and _THOUSANDS.fullmatch(found[1]):
        either = f"{found[1]} may be a thousand and more, or less than that"
        raise InputError(f'--strength: {either}. Write it without a comma or a point, for example "1000 mg".')
    if found is None or found[2].casefold() not in _MG or _number(found[1]) <= 0.0:
        raise InputError(
            f"--strength: '{text[:40]}' is no amount. Write what one capsule holds, for example \"250 mg\"."
        )
    return _number(found[1]) * _MG[found[2].casefold()]


def amount_of(text: str, drug: DrugIdentity | None, strength_mg: float | None) -> Took:
    """Return what was taken.

    Args:
        text: ``5 capsules``, ``1250 mg``, or whatever somebody says; of ``1,250 mg`` nobody can tell which it is.
        drug: The medicine; None where it is not known here.
        strength_mg: Of one piece, as somebody says; None where nobody does: then the strengths made are the range.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None or _THOUSANDS.fullmatch(found[1]):
        return Took(text, None, None, None)
    number, word = _number(found[1]), found[2].casefold()
    if word in _MG:
        return Took(text, exactly(number * _MG[word]), None, None)
    if word not in _UNITS:
        return Took(text, None, None, None)
    strength = exactly(strength_mg) if strength_mg is not None else _made(drug, _UNITS[word])
    mg = None if strength is None else Interval(strength.low * number, strength.high * number)
    return Took(text, mg, number, strength)


def _made(drug: DrugIdentity | None, form: str) -> Interval | None:
    """Return the strengths in which a drug is made in a form; None where none is known."""
    forms = () if drug is None else drug.forms
    made = [it.strength_mg for it in forms if it.strength_mg is not None and form in it.form]
    return Interval(min(made), max(made)) if made else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))

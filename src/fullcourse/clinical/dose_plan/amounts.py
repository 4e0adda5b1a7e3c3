"""Amounts of a dose: milligrams and grams, capsules and tablets with their strength; nothing else is believed."""

import re
from dataclasses import dataclass
from typing import NoReturn

from fullcourse.clinical.errors import InputError

__all__ = ["COUNTS", "FORMS", "NUMBER", "PLANS", "Amount", "as_written", "read_amount", "refuse"]

NUMBER = r"[0-9]+(?:[.,][0-9]+)?"

COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
"""Numbers that directions write as words."""

FORMS = {"capsule": ("capsule", "cap"), "tablet": ("tablet", "tab"), "sachet": ("sachet",), "vial": ("vial",)}
"""Dosage forms that can be counted, and how they are written, in the singular."""

PLANS = (
    "'250 mg q12h', '500 mg once a day', '250 mg morning + 500 mg evening', '250 mg 08:00 + 500 mg 20:00', "
    "'500 mg M-W-F', '500 mg every other day', '2 capsules of 250 mg twice a day', '250 mg alternating with 500 mg', "
    "'500 mg after dialysis on mon, wed, fri', or '400 mg q24h for 14 days then 200 mg M-W-F'"
)

LEAST_MG, MOST_MG = 0.001, 50_000.0
"""No intake of a medicine is below a microgram or above 50 g: a guard against mistyped units,
and no limit of any dose."""

_SINGULAR = {written: form for form, words in FORMS.items() for written in words}
_WORD = "|".join(sorted(_SINGULAR, key=len, reverse=True))
_COUNTED = re.compile(
    rf"(?P<count>{NUMBER}|{'|'.join(COUNTS)}) (?P<form>{_WORD})s?(?P<of> of)? \(?(?P<value>{NUMBER}) ?"
    r"(?P<unit>[a-zµμ]+)(?![a-zµμ])(?: each)?\)?(?P<rest>.*)"
)
_PLAIN = re.compile(rf"(?P<value>{NUMBER}) ?(?P<unit>[a-zµμ]+)(?![a-zµμ])(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Amount:
    """What is taken at once.

    Attributes:
        mg: Amount, mg, above 0.
        units: How many of the form; None where the text names none.
        form: For example ``capsule 250 mg``; empty without one.
        rest: The words after it.
    """

    mg: float
    units: float | None
    form: str
    rest: str


def read_amount(words: str, text: str) -> Amount:
    """Read the amount that words begin with.

    Args:
        words: For example ``2 capsules of 250 mg q12h``, in lower case, single spaces.
        text: The whole plan, for messages.

    Raises:
        InputError: No amount, a unit that is none, an amount of 0 or beyond belief, or one that may mean two.
    """
    words = words.removeprefix("take ")
    if counted := _COUNTED.fullmatch(words):
        units = float(COUNTS[counted["count"]]) if counted["count"] in COUNTS else _number(counted["count"], text)
        strength = _mg(counted["value"], counted["unit"], text)
        if counted["of"] is None and units != 1.0:
            refuse(
                text,
                f"does '{counted['value']} {counted['unit']}' mean each, or together? "
                f"Write '{counted['count']} {_SINGULAR[counted['form']]}s of {counted['value']} {counted['unit']}'.",
            )
        if not units > 0.0 or units * 4.0 % 1.0:
            refuse(text, "a number of capsules or tablets is above 0, in quarters at most. Correct it.")
        form = f"{_SINGULAR[counted['form']]} {strength:.15g} mg"
        return Amount(_believed(units * strength, text), units, form, counted["rest"].strip(" ,"))
    plain = _PLAIN.fullmatch(words)
    if plain is None:
        raise InputError(f"{as_written(text)} is not understood. Write it as {PLANS}.")
    return Amount(_mg(plain["value"], plain["unit"], text), None, "", plain["rest"].strip(" ,"))


def refuse(text: str, why: str) -> NoReturn:
    """Refuse a plan, naming its text.

    Raises:
        InputError: Always.
    """
    raise InputError(f"{as_written(text)}: {why}")


def as_written(text: str) -> str:
    """Return a plan as a message names it: its first 80 characters."""
    return f"dose '{text[:80]}'"


def _number(written: str, text: str) -> float:
    """Return a number; ``1,000`` and ``1.000`` may be a thousand or one, and are refused."""
    whole, _, part = written.replace(",", ".").partition(".")
    # Three digits behind a mark are how thousands are written.
    if len(part) == 3 and int(whole) > 0:
        refuse(text, f"'{written}' may be a thousand times more or less. Write it without a mark for thousands.")
    return float(f"{whole}.{part or 0}")


def _mg(value: str, unit: str, text: str) -> float:
    """Return an amount in mg."""
    match unit:
        case "mg":
            return _believed(_number(value, text), text)
        case "g":
            return _believed(_number(value, text) * 1000.0, text)
    if unit.rstrip("s") in _SINGULAR:
        raise InputError(
            f"{as_written(text)} is in '{unit}' and names no strength. Write '2 capsules of 250 mg', or the amount "
            "in mg (or g)."
        )
    raise InputError(
        f"{as_written(text)} is in '{unit}'. Write the amount in mg (or g), not in micrograms, mL or units."
    )


def _believed(mg: float, text: str) -> float:
    """Return an amount that a person can take at once."""
    if not mg > 0.0:
        refuse(text, "an amount of 0 is no dose. Write the amount of one intake in mg.")
    if mg < LEAST_MG:
        refuse(text, f"{mg:g} mg at once is less than any medicine. Check the unit: mg or g.")
    if mg > MOST_MG:
        refuse(text, f"{mg / 1000.0:g} g at once is too much for any medicine. Check the unit: mg or g.")
    return mg

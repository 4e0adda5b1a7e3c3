"""Tells a well-formed clinical code from a mistyped one, so that a wrong digit in the knowledge never goes unseen.

A check digit says that a code was copied right, never that it means what its place says: that is the business of
``codes_from``. This module holds no list of codes and looks nothing up.
"""

import re

__all__ = ["CODE_SYSTEMS", "PREFIX_SYSTEMS", "code_fault", "loinc_check_digit", "verhoeff_valid"]

_PATTERNS = {
    # A prefix of at least three characters; the dot stands after the third, as in the printed classification.
    "icd-10": re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "icd-11": re.compile(r"[0-9A-Z][A-HJ-NP-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,2})?"),
    "icd-9-cm": re.compile(r"([0-9]{3}|V[0-9]{2}|E[0-9]{3})(\.[0-9]{1,2})?"),
    "snomed": re.compile(r"[1-9][0-9]{5,17}"),
    "loinc": re.compile(r"(LA)?[1-9][0-9]{0,5}-[0-9]"),
    "rxnorm": re.compile(r"[1-9][0-9]{0,7}"),
    # A prefix of the five levels of the classification: A, A10, A10B, A10BA, A10BA02.
    "atc": re.compile(r"[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?"),
    "unii": re.compile(r"[0-9A-Z]{10}"),
    "ndc": re.compile(r"[0-9]{10,11}|[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}|[0-9]{4,5}-[0-9]{3,4}"),
    "absent-unknown": re.compile(r"no-[a-z]+(-[a-z]+)*"),
    # HL7 version 3 ObservationInterpretation, as far as susceptibility goes, and HL7 table 0136.
    "interpretation": re.compile(r"S|I|R"),
    "yes-no": re.compile(r"Y|N"),
}

CODE_SYSTEMS = tuple(_PATTERNS)
"""The short names of the code systems that the knowledge may use."""

PREFIX_SYSTEMS = ("icd-10", "icd-11", "icd-9-cm", "atc")
"""Those of which the knowledge holds prefixes; a code of any other is compared whole."""

# The multiplication of the dihedral group D5 and the permutation that the position of a digit applies.
_TIMES = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_BY_POSITION = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)

# What the letters LA add to the sum before an even and before an odd number of digits.
_LETTERS_OF_ANSWERS = (5, 8)


def loinc_check_digit(number: str) -> int:
    """Return the check digit that belongs to the part of a LOINC code before its hyphen.

    Args:
        number: One digit or more, of an answer code with its letters (``LA15173``).

    Raises:
        ValueError: It is not made of digits.

    Source:
        LOINC Users' Guide, "Calculating Mod 10 check digits" (the algorithm of Luhn). That the letters of an answer
        code count in the sum is not documented there: it is read off real answer codes, which the tests list.

    Example:
        >>> loinc_check_digit("2160")
        0
    """
    digits = number.removeprefix("LA")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"'{number}' is not made of digits")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    letters = 0 if digits == number else _LETTERS_OF_ANSWERS[len(digits) % 2]
    return -(letters + sum(value // 10 + value % 10 for value in doubled)) % 10


def verhoeff_valid(identifier: str) -> bool:
    """Return whether the last digit of a SNOMED CT identifier fits the digits before it.

    Args:
        identifier: The whole identifier, digits only; anything else does not fit.

    Source:
        Verhoeff, Error Detecting Decimal Codes, 1969; SNOMED CT Technical Implementation Guide, "Check-digit".

    Example:
        >>> verhoeff_valid("387282000"), verhoeff_valid("387282001")
        (True, False)
    """
    if not (identifier.isascii() and identifier.isdigit()):
        return False
    check = 0
    for place, digit in enumerate(reversed(identifier)):
        check = int(_TIMES[check][int(_BY_POSITION[place % 8][int(digit)])])
    return check == 0


def code_fault(system: str, code: str) -> str:
    """Return what is wrong with a code, or an empty text when nothing can be seen to be wrong.

    Args:
        system: Short name of the code system, one of ``CODE_SYSTEMS``.
        code: The code, or the prefix where the system is matched by prefix (ICD, ATC).
    """
    pattern = _PATTERNS.get(system)
    if pattern is None:
        return f"the code system '{system}' is not known; use one of: {', '.join(CODE_SYSTEMS)}"
    if not pattern.fullmatch(code):
        return "it does not have the form of the code system"
    if system == "snomed":
        return _snomed_fault(code)
    if system == "loinc":
        number, _, digit = code.partition("-")
        if loinc_check_digit(number) != int(digit):
            return f"its check digit is {digit} and must be {loinc_check_digit(number)} if the rest is right"
    return ""


def _snomed_fault(code: str) -> str:
    if not verhoeff_valid(code):
        return "its check digit does not fit the rest"
    if code[-3:-1] not in {"00", "10"}:
        return "it is the identifier of a description or a relationship, not of a concept"
    return ""

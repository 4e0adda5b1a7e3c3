"""What people write into a record by hand: yes and no, F and M, an age in years, the common name of a fact, an allergy.

Only what means one thing is read; a name that several facts have, and a word that is none of a fact's, stay faults of
the file. An age is a birth date between two days, so that what follows from it is a range where it must be one.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.adapters.medicines.recognising import Recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Unrecognised
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["AGE", "BIRTH_DATE", "NamedFacts", "allergy_evidence", "birth_of_age", "said_value"]

AGE: Final = "age"
BIRTH_DATE: Final = "birth_date"
YES: Final = frozenset({"yes", "y", "true"})
NO: Final = frozenset({"no", "n", "false"})

_KIND: Final = "AllergyIntolerance"
_WORDS: Final = re.compile(r"[^\W_]+")
_REMARK: Final = re.compile(r"\s*\([^()]*\)")
_CALLED: Final[Mapping[str, str]] = {
    "date of birth": BIRTH_DATE,
    "dob": BIRTH_DATE,
    "born": BIRTH_DATE,
    "gender": "sex",
    "pulse": "heart_rate",
    "hr": "heart_rate",
}
"""What nobody's vocabulary holds: other words for a person's birth, sex and pulse."""
_SEXES: Final[Mapping[str, str]] = {
    "f": "female",
    "w": "female",
    "woman": "female",
    "girl": "female",
    "m": "male",
    "man": "male",
    "boy": "male",
}
_YEARS: Final = frozenset({"", "a", "y", "yr", "yrs", "year", "years"})


class NamedFacts:
    """Facts by their ids and by what people call them."""

    def __init__(self, facts: Iterable[FactDefinition]) -> None:
        """Gather every name; one that several facts have is none."""
        self._by_id = {fact.id: fact for fact in facts}
        self._by_name: dict[str, FactDefinition | None] = {}
        for fact in self._by_id.values():
            if fact.kind != "given":
                for name in {fact.id, fact.label, _REMARK.sub("", fact.label), *fact.spoken_as}:
                    self._add(name, fact)
        for name, called in _CALLED.items():
            if called in self._by_id:
                self._by_name[_folded(name)] = self._by_id[called]

    def _add(self, name: str, fact: FactDefinition) -> None:
        known = self._by_name.setdefault(_folded(name), fact)
        if known is not fact:
            self._by_name[_folded(name)] = None

    def get(self, name: str) -> FactDefinition | None:
        """Return the fact of a name; None where no fact, or more than one, is called so."""
        return self._by_id.get(name) or self._by_name.get(_folded(name))


def _folded(name: str) -> str:
    return " ".join(_WORDS.findall(name.casefold().replace("_", " ")))


def said_value(fact: FactDefinition, value: object) -> object:
    """Return a value as the vocabulary has it: a yes or no as such, a choice by its word, sex by its letter.

    Args:
        fact: Which fact.
        value: As written; what is nothing of these is returned as it is.
    """
    if not isinstance(value, str):
        return value
    folded = value.strip().casefold()
    if fact.kind in ("history", "state") and folded in YES | NO:
        return folded in YES
    if fact.kind == "choice":
        folded = _SEXES.get(folded, folded) if fact.id == "sex" else folded
        return next((word for word in fact.values if word.casefold() == folded), value)
    return value


def birth_of_age(value: object, unit: str, on: Moment | None, origin: str, plausible: tuple[float, float]) -> Evidence:
    """Return an age in years as what it says of the birth date: some day of the year that ends with it.

    Args:
        value: Completed years.
        unit: As written; empty for years.
        on: The day on which it was so.
        origin: How outputs name the file.
        plausible: Lowest and highest age that can be, years.

    Raises:
        InputError: It is no age in years, or its day is not known.
    """
    if unit.strip().casefold() not in _YEARS:
        raise InputError(f'an age is read in years, not in {unit[:20]}. Give the date of birth: id = "birth_date".')
    if not isinstance(value, int | float) or isinstance(value, bool) or not plausible[0] <= value <= plausible[1]:
        limits = f"{plausible[0]:g} to {plausible[1]:g}"
        raise InputError(f"an age is a number of years from {limits}, not {str(value)[:40]!r}. Correct it.")
    if on is None:
        raise InputError('an age needs the day on which it was so. Add on = 2026-11-02, or give id = "birth_date".')
    years = int(value)
    first = _years_before(on.first_day, years + 1) + timedelta(days=1)
    last = _years_before(on.last_day, years)
    return Evidence(BIRTH_DATE, f"{first.isoformat()}/{last.isoformat()}", on, origin, f"{years} years old")


def _years_before(day: date, years: int) -> date:
    """Return the day of that many years before; the 29th of February has its day before the 1st of March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def allergy_evidence(
    substance: str, on: Moment | None, origin: str, index: FactIndex, recognise: Recognise
) -> tuple[list[Evidence], Unrecognised | None]:
    """Return what an allergy says of the allergies that matter, and what of it was not understood.

    Args:
        substance: What it is to, as written.
        on: Since when it is known.
        origin: How outputs name the row.
        index: Every way in which facts are found.
        recognise: Reads a product's name into ingredients.
    """
    known = recognise(substance, ())
    substances = {*known.ingredients, *known.partial}
    matches = [match for match in index.ways(_KIND) if substances & set(match.found.ingredients)]
    if not matches and not known.ingredients:
        matches = index.by_name(_KIND, [substance])
    said: dict[str, set[bool | str]] = {}
    for match in matches:
        said.setdefault(match.fact.id, set()).add(match.found.value)
    raised = {match.fact.id for match in index.raised_by(_KIND, [substance])} - {*said}
    evidence = []
    for fact, values in said.items():
        values.discard("unsure")
        value = values.pop() if len(values) == 1 else None
        evidence.append(_said(fact, value, on, origin, substance))
    evidence += [_said(fact, None, on, origin, substance) for fact in raised]
    in_part = bool(known.partial) and not known.ingredients
    if known.ingredients or (matches and not in_part):
        return evidence, None
    why = "its substance is not one that is known"
    return evidence, Unrecognised("allergy", substance, origin, why)


def _said(fact: str, value: bool | str | None, on: Moment | None, origin: str, substance: str) -> Evidence:
    if value is not None:
        return Evidence(fact, value, on, origin, substance)
    why = f"recorded as '{substance}', which leaves it open"
    return Evidence(fact, None, on, origin, substance, "", Standing.UNSURE, why)

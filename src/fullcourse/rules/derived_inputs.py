"""What a derived fact is computed from: its inputs as ranges."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar, cast

from fullcourse.clinical.ages import age_days, age_months
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.formulas import Sex, age_years
from fullcourse.clinical.moment import parse_span
from fullcourse.clinical.quantity import Interval

__all__ = ["DAYS_OF_AGE", "MONTHS_OF_AGE", "OPEN", "Inputs", "hull_of"]

OPEN: Final = Interval(0.0, math.inf)
"""A quantity of which nothing is known but that it is not negative."""

MONTHS_OF_AGE: Final = "birth_date in months"
DAYS_OF_AGE: Final = "birth_date in days"
"""What a birth date is read as where completed years do not do."""

_AGES: Final[Mapping[str, Callable[[date, date], int]]] = MappingProxyType(
    {"birth_date": age_years, MONTHS_OF_AGE: age_months, DAYS_OF_AGE: age_days}
)
_Worked = TypeVar("_Worked")
_SEXES: Final[tuple[Sex, ...]] = ("male", "female")


class _Gap(NamedTuple):
    """What of an input is not known: what to ask for, and in words."""

    asked: tuple[str, ...]
    says: str


def _gap_of(name: str, fact: Fact | None) -> _Gap:
    state = "is not known" if fact is None or fact.value is None else "is known as a range only"
    because = f" ({fact.reason})" if fact is not None and fact.value is None and fact.reason else ""
    return _Gap((fact.missing if fact else ()) or (name,), f"{name} {state}{because}")


class Inputs:
    """The facts a formula reads, as ranges, at the date of the check."""

    __slots__ = ("_ages", "_gaps", "_numbers", "_once", "_sexes", "at", "facts")

    def __init__(self, facts: Mapping[str, Fact], at: date) -> None:
        """Keep the facts and the date; read nothing yet."""
        self.facts = facts
        self.at = at
        self._numbers: dict[str, Interval] = {}
        self._ages: dict[str, Interval] = {}
        self._gaps: dict[tuple[str, str], _Gap | None] = {}
        self._sexes: tuple[Sex, ...] = ()
        self._once: dict[object, object] = {}

    def once(self, work: Callable[["Inputs"], _Worked]) -> _Worked:
        """Return what is worked out of these inputs, worked out at the first time that it is asked for."""
        if work not in self._once:
            self._once[work] = work(self)
        return cast(_Worked, self._once[work])

    def number(self, name: str) -> Interval:
        """Return a quantity that cannot be negative as a range from 0.

        Raises:
            InputError: The whole range lies at or below 0, or is no number.
        """
        read = self._numbers.get(name)
        if read is None:
            read = self._numbers[name] = self._read_number(name)
        return read

    def _read_number(self, name: str) -> Interval:
        fact = self.facts.get(name)
        if fact is None or not isinstance(fact.value, Interval):
            return OPEN
        if not fact.value.high > 0 or not fact.value.low < math.inf:  # written so that NaN is refused as well
            raise InputError(f"{name} of {fact.value} {fact.unit} cannot be: it must be a number above 0. Correct it.")
        return Interval(max(fact.value.low, 0.0), fact.value.high)

    def sexes(self) -> tuple[Sex, ...]:
        """Return the sexes that the patient may have, as far as formulas know them."""
        if not self._sexes:
            fact = self.facts.get("sex")
            known = tuple(sex for sex in _SEXES if fact is not None and fact.value == sex)
            self._sexes = known or _SEXES
        return self._sexes

    def age(self, read_as: str = "birth_date") -> Interval | None:
        """Return the age in completed years, or as a birth date is read else; None when no birth date is known.

        Raises:
            InputError: The birth date is no date, or lies after the date of the check.
        """
        known = self._ages.get(read_as)
        if known is None:
            fact = self.facts.get("birth_date")
            if fact is None or not isinstance(fact.value, str):
                return None
            born, completed = parse_span(fact.value, "birth_date"), _AGES[read_as]
            youngest = completed(min(born.last_day, self.at), self.at)
            is_one = born.is_exact_day and born.last_day <= self.at
            oldest = youngest if is_one else completed(born.first_day, self.at)
            known = self._ages[read_as] = Interval(float(youngest), float(oldest))
        return known

    def range_of(self, name: str) -> tuple[float, float]:
        """Return the ends of a quantity; of a birth date, those of the age: 0 and infinite where it is not known."""
        known = (self.age(name) or OPEN) if name in _AGES else self.number(name)
        return known.low, known.high

    def still_open(self, names: Iterable[str], age_as: str = "birth_date") -> tuple[str, ...]:
        """Return the facts to ask for, so that each of the inputs becomes exact, the birth date as it is read."""
        asked: dict[str, None] = {}
        for name in names:
            if (gap := self._gap(name, age_as)) is not None:
                asked.update(dict.fromkeys(gap.asked))
        return tuple(asked)

    def why_open(self, names: Iterable[str], age_as: str = "birth_date") -> str:
        """Return in words what is not known exactly, with the reason where a fact gives one."""
        gaps = (self._gap(name, age_as) for name in names)
        return "; ".join([gap.says for gap in gaps if gap is not None])

    def _gap(self, name: str, age_as: str) -> _Gap | None:
        """Return what of an input is not known exactly; None for nothing. Several facts ask for the same inputs."""
        key = name, age_as if name == "birth_date" else ""
        if key not in self._gaps:
            self._gaps[key] = None if self._is_exact(name, age_as) else _gap_of(name, self.facts.get(name))
        return self._gaps[key]

    def _is_exact(self, name: str, age_as: str) -> bool:
        if name == "sex":
            return len(self.sexes()) == 1
        value = self.age(age_as) if name == "birth_date" else self.number(name)
        return value is not None and value.is_exact


def hull_of(ranges: Iterable[Interval]) -> Interval:
    """Return the smallest range that holds all of the ranges, of which there is at least one."""
    whole, *others = ranges
    for other in others:
        whole = whole.hull(other)
    return whole

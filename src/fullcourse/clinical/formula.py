"""What a published formula is: arithmetic, the domain it holds in, and how the result follows each input.

The arithmetic is written once, in operators that a float and an array of floats share, so that a patient and a register
get the same number to its last bit. Where a float needs another word than an array (a power, the lesser of two), it
stands here. The domain is asked apart from the arithmetic: `Formula.__call__` refuses who is outside the source, and
`Formula.arithmetic` refuses nobody. Nothing here imports an array library: arrays bring their own operators.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import update_wrapper
from itertools import repeat
from typing import Any, Final, Generic, Literal, NamedTuple, ParamSpec, TypeVar, cast

from fullcourse.clinical.errors import InputError, OutsideLabel

__all__ = [
    "ADULT_FROM_YEARS", "AGE_FALLS", "FALLS", "NEITHER", "RISES", "Formula", "Input", "Numbers", "Sex", "greater",
    "lesser", "of_sex", "positive", "power", "power_of", "published",
]  # fmt: skip

Sex = Literal["male", "female"]

ADULT_FROM_YEARS = 18
"""First age at which the formulas for adults hold: the youngest people in all their sources were 18."""

Numbers = TypeVar("Numbers")
"""A float, or an array of floats of one dimension."""

_Arguments = ParamSpec("_Arguments")
_Value = TypeVar("_Value")


class Input(NamedTuple):
    """How a formula's result follows one of its numbers, and where that number may lie.

    Attributes:
        rises: Whether the result rises with it (False: falls); None where that depends on the other numbers, so that no
            end of the result follows from its ends.
        is_adult_age: Whether it is the age of an adult, years; other numbers lie above 0.
        below: The formula ends here.
    """

    rises: bool | None
    is_adult_age: bool = False
    below: float = math.inf

    def refuse(self, title: str, name: str, number: float) -> None:
        """Refuse a number outside the domain.

        Args:
            title: The formula's name for people.
            name: The input's name, with its unit.
            number: As given.

        Raises:
            InputError: It cannot be.
            OutsideLabel: It is the age of a child.
        """
        if not self.is_adult_age:
            positive(name, number)
            return
        if not (math.isfinite(number) and number >= 0):
            raise InputError(
                f"{name} of {number:g} cannot be: it must be a number, 0 or above. Correct the birth date."
            )
        if number < ADULT_FROM_YEARS:
            raise OutsideLabel(
                f"{title} is for adults, and this age is {number:g} years. Its source says nothing of children: "
                "nothing is computed. Use a formula made for children."
            )
        if number >= self.below:
            raise InputError(
                f"{name} of {number:g} is beyond {title}, which ends at {self.below:g}. Correct the birth date."
            )


RISES: Final = Input(True)
FALLS: Final = Input(False)
NEITHER: Final = Input(None)
AGE_FALLS: Final = Input(False, is_adult_age=True)


class Formula(Generic[_Arguments, _Value]):
    """A published formula; called with floats it refuses what its source does not cover.

    Attributes:
        arithmetic: The formula alone, over floats or arrays. For callers with a domain of their own: a population
            model applies its formula to everybody in its population, whoever the formula was made from.
        title: Its name for people.
        inputs: Its numbers by name, in order; a formula that asks for the sex does so last.
    """

    def __init__(self, arithmetic: Callable[_Arguments, _Value], title: str, inputs: dict[str, Input]) -> None:
        """Take the arithmetic, with its name and its documentation, and what was declared of it."""
        update_wrapper(self, arithmetic)
        self.arithmetic, self.title, self.inputs = arithmetic, title, inputs
        self._declared = tuple(inputs.items())

    def __call__(self, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Value:
        """Return the result for one person.

        Raises:
            InputError: A number is outside the domain, or so extreme that no number comes out.
            OutsideLabel: The source says nothing of such people.
        """
        numbers: Any = [*args, *(kwargs[name] for name in self.inputs if name in kwargs)] if kwargs else args
        for (name, declared), number in zip(self._declared, numbers, strict=False):
            if declared.is_adult_age or not 0 < number < math.inf:  # most numbers need no closer look
                declared.refuse(self.title, name, number)
        try:
            value = self.arithmetic(*args, **kwargs)
        except (OverflowError, ZeroDivisionError):
            value = cast(_Value, math.inf)
        if isinstance(value, float) and not math.isfinite(value):
            said = ", ".join(str(number) for number in (*args, *kwargs.values()))
            name = getattr(self.arithmetic, "__name__", self.title)
            raise InputError(f"{name}: no number comes out for {said}. Check the values and their units.")
        return value

    def over(self, *numbers: Numbers, sex: Sex | None = None) -> Numbers:
        """Return the arithmetic over arrays; see `arithmetic`."""
        arithmetic: Callable[..., Numbers] = cast(Any, self.arithmetic)
        return arithmetic(*numbers) if sex is None else arithmetic(*numbers, sex)

    def ends(self, *ranges: tuple[Numbers, Numbers], sex: Sex | None = None) -> tuple[Numbers, Numbers]:
        """Return the ends of the result over ranges of the inputs, as their declared directions have it.

        Args:
            ranges: Lowest and highest of each number in order, 0 or above; floats for one patient, whose domain is
                checked, or arrays, whose domain the caller asks.
            sex: For formulas that need it.

        Returns:
            Lowest and highest. Where an input goes as far as a quantity can (0, infinite, or where the formula ends),
            the end is as far as a result can go: 0 or infinite. It may lie too far out, never too near.

        Raises:
            ValueError: An input that the result neither rises nor falls with is given as a range.
        """
        least, most = [], []
        for (name, declared), (low, high) in zip(self._declared, ranges, strict=True):
            if declared.rises is None and not _all(low == high):
                raise ValueError(f"{self.title} neither rises nor falls with {name}: no end follows from a range of it")
            least.append(low if declared.rises else high)
            most.append(high if declared.rises else low)
        if not isinstance(least[0], float | int):
            return self._end_of_columns(0, 0.0, least, sex), self._end_of_columns(-1, math.inf, most, sex)
        lowest = self._of_one(least, sex)
        highest = lowest if least == most else self._of_one(most, sex)
        return cast(Numbers, _end(lowest, 0, 0.0)), cast(Numbers, _end(highest, -1, math.inf))

    def _of_one(self, numbers: Sequence[Any], sex: Sex | None) -> Any:
        """Return the result for one patient; None where an input is as far as it can be."""
        for (_, declared), number in zip(self._declared, numbers, strict=True):
            if number == 0 or number >= declared.below:
                return None
        compute: Callable[..., Any] = self
        return compute(*numbers) if sex is None else compute(*numbers, sex)

    def _end_of_columns(self, which: int, limit: float, numbers: Sequence[Any], sex: Sex | None) -> Any:
        edge: Any = False
        for declared, number in zip(self.inputs.values(), numbers, strict=True):
            edge = edge | (number == 0) | (number >= declared.below)
        usable = [_replaced(number, edge, 1.0) for number in numbers]
        return _replaced(_end(self.over(*usable, sex=sex), which, limit), edge, limit)


def published(title: str, **inputs: Input) -> Callable[[Callable[_Arguments, _Value]], Formula[_Arguments, _Value]]:
    """Return the decorator that makes a formula of a function; its numbers are declared in their order.

    Args:
        title: Its name for people.
        inputs: What is declared of each number.
    """

    def formula(arithmetic: Callable[_Arguments, _Value]) -> Formula[_Arguments, _Value]:
        return Formula(arithmetic, title, inputs)

    return formula


def positive(name: str, value: float) -> float:
    """Return a number above 0.

    Raises:
        InputError: It is not.
    """
    if not (math.isfinite(value) and value > 0):
        raise InputError(f"{name} of {value:g} cannot be: it must be a number above 0. Correct the value or its unit.")
    return value


def of_sex(sex: str, male: float, female: float) -> float:
    """Return the constant of a sex.

    Raises:
        InputError: Formulas know no such sex.
    """
    if sex not in ("male", "female"):
        raise InputError(f"sex '{sex[:20]}' is not one this formula was made for. Use 'male' or 'female'.")
    return male if sex == "male" else female


def power(base: Numbers, exponent: float) -> Numbers:
    """Return a power; element by element over an array, because the last bit of NumPy's may differ."""
    if isinstance(base, float | int):
        return cast(Numbers, _power(base, exponent))
    return _powers(base, cast(Any, base).tolist(), repeat(exponent))


def power_of(base: float, exponent: Numbers) -> Numbers:
    """Return a number to a power, or to each power of an array; see `power`."""
    if isinstance(exponent, float | int):
        return cast(Numbers, _power(base, exponent))
    return _powers(exponent, repeat(base), cast(Any, exponent).tolist())


def lesser(numbers: Numbers, other: Numbers) -> Numbers:
    """Return the lesser of two numbers, or of each pair of two arrays; the second may be a float."""
    return _replaced(numbers, cast(Any, numbers) > other, other)


def greater(numbers: Numbers, other: Numbers) -> Numbers:
    """Return the greater of two numbers, or of each pair of two arrays; the second may be a float."""
    return _replaced(numbers, cast(Any, numbers) < other, other)


def _replaced(numbers: Numbers, where: Any, by: Any) -> Numbers:
    """Return the numbers with others where a condition holds."""
    if isinstance(numbers, float | int):
        return cast(Numbers, by if where else numbers)
    if not where.any():
        return numbers
    changed: Any = cast(Any, numbers).astype(float)
    changed[where] = by if isinstance(by, float | int) else by[where]
    return cast(Numbers, changed)


def _powers(like: Numbers, bases: Iterable[float], exponents: Iterable[float]) -> Numbers:
    powers: Any = cast(Any, like).astype(float)
    try:
        powers[...] = list(map(math.pow, bases, exponents))
    except OverflowError:
        powers[...] = list(map(_power, bases, exponents))
    return cast(Numbers, powers)


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def _end(value: Any, which: int, limit: float) -> Any:
    if value is None:
        return limit
    return value[which] if isinstance(value, tuple) else value


def _all(condition: Any) -> bool:
    return condition if isinstance(condition, bool) else bool(condition.all())

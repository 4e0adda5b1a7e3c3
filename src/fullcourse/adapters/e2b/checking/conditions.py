"""Judge the conditions of the rules on the elements of a report, and say each in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from fullcourse.adapters.e2b.layout import layout
from fullcourse.adapters.e2b.sections import Null, Section, Value, walk
from fullcourse.adapters.e2b.table import element_of

__all__ = ["Condition", "Scopes", "holds", "mend", "place_of", "repetitions", "title", "words"]

_MOST_EXPLAINED = 3

Scopes = dict[str, Section]
"""The section of each group that one stands in; the batch under the empty name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, as ``rules.toml`` explains them."""

    element: str = ""
    values: tuple[str, ...] = ()
    null: tuple[str, ...] = ()
    given: bool = False
    valued: bool = False
    contains: tuple[str, ...] = ()
    same_as: str = ""
    section: str = ""
    other_than: tuple[str, ...] = ()
    any_of: tuple["Condition", ...] = ()
    negated: bool = False


def repetitions(group: str, scopes: Scopes) -> Iterator[Scopes]:
    """Yield the scopes of each repetition of a group below what one stands in; those given, if one stands in it."""
    if group in scopes:
        yield scopes
        return
    around = layout().around[group]
    for outer in repetitions(around, scopes):
        for section in outer[around].repeated(group):
            yield {**outer, group: section}


def place_of(scopes: Scopes) -> str:
    """Return which repetition one stands in, for example ``G.k[2]/G.k.4.r[1]``; the only report is not named."""
    around = layout().around
    steps = []
    for group, section in scopes.items():
        if not group:
            continue
        repeated = scopes[around[group]].repeated(group)
        index = next(i for i, one in enumerate(repeated, start=1) if one is section)
        if group != layout().message or len(repeated) > 1:
            steps.append(f"{group}[{index}]")
    return "/".join(steps)


def holds(condition: Condition, scopes: Scopes) -> bool:
    """Tell whether a condition holds; of a repeated element, whether it does so once."""
    if condition.any_of:
        result = any(holds(one, scopes) for one in condition.any_of)
    elif condition.section:
        result = _anything(condition, scopes)
    elif condition.same_as:
        other = next(_found(condition.same_as, scopes), None)
        result = other is not None and any(value == other for value in _found(condition.element, scopes))
    else:
        result = any(_is(condition, value) for value in _found(condition.element, scopes))
    return result != condition.negated


def _found(number: str, scopes: Scopes) -> Iterator[Value]:
    group = layout().group_of(number)
    for inner in repetitions(group, scopes):
        value = inner[group].values.get(number)
        if value is not None:
            yield value


def _is(condition: Condition, value: Value) -> bool:
    if isinstance(value, Null):
        return condition.given or value.flavor in condition.null
    if condition.contains:
        return any(part in value for part in condition.contains)
    return condition.given or (condition.valued and bool(value.strip())) or value in condition.values


def _anything(condition: Condition, scopes: Scopes) -> bool:
    begins, group = condition.section, layout().message
    if condition.section in layout().around:
        group = condition.section
    for inner in repetitions(group, scopes):
        for _, number, _ in walk(inner[group]):
            if number.removeprefix("FDA.").startswith(begins + ".") and number not in condition.other_than:
                return True
    return False


def title(number: str) -> str:
    """Return an element's number with its name."""
    element = element_of(number)
    return element.title if element else number


def words(condition: Condition) -> str:
    """Return a condition in words."""
    no = "not " if condition.negated else ""
    if condition.any_of:
        return " or ".join(words(one) for one in condition.any_of)
    if condition.section:
        return f"{'nothing' if condition.negated else 'anything'} stands in {condition.section}"
    if condition.same_as:
        return f"{condition.element} is {no}the same as {condition.same_as}"
    if condition.given or condition.valued:
        return f"{condition.element} is {no}given"
    if condition.contains:
        return (
            f"{condition.element} {'holds none' if condition.negated else 'holds one'} of {_either(condition.contains)}"
        )
    return f"{condition.element} is {no}{_allowed(condition)}"


def _allowed(condition: Condition) -> str:
    element = element_of(condition.element)
    meanings = dict(element.codes) if element else {}
    is_short = len(condition.values) <= _MOST_EXPLAINED
    values = [
        f"{value} ({meanings[value]})" if is_short and meanings.get(value, value) != value else value
        for value in condition.values
    ]
    return _either([*values, *(f"the null flavour {flavor}" for flavor in condition.null)])


def _either(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def mend(condition: Condition) -> str:
    """Return what to do so that a condition holds."""
    if condition.any_of:
        return f"give {_either([one.element for one in condition.any_of])}"
    if condition.same_as:
        return f"make {condition.element} the same as {condition.same_as}"
    if condition.given or condition.valued:
        return f"take {condition.element} out" if condition.negated else f"give {title(condition.element)}"
    if condition.negated:
        return f"change {condition.element}"
    return f"set {condition.element} to {_allowed(condition)}"

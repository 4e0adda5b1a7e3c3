"""What a step of a titration waits for, in words, and whether it is so on the day of the check."""

from collections.abc import Iterable, Iterator
from typing import Final

from fullcourse.dosing.answer import Wait
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import AnyOf, AtLeast, Condition, FactCondition
from fullcourse.rules.one_patient import truth_of
from fullcourse.rules.situation import Situation

__all__ = ["waits_of"]

_WORDS: Final = {"below": "below", "at_most": "at most", "above": "above", "at_least": "at least"}


def waits_of(conditions: Iterable[Condition], situation: Situation, knowledge: Knowledge) -> tuple[Wait, ...]:
    """Return what conditions wait for, one entry each."""
    return tuple(
        Wait(atom.fact, _words(atom, knowledge), truth_of(condition, situation))
        for condition in conditions
        for atom in _facts(condition)
    )


def _facts(condition: Condition) -> Iterator[FactCondition]:
    if isinstance(condition, AnyOf | AtLeast):
        yield from (atom for atom in condition.conditions if isinstance(atom, FactCondition))
    elif isinstance(condition, FactCondition):
        yield condition


def _words(atom: FactCondition, knowledge: Knowledge) -> str:
    fact = knowledge.facts[atom.fact]
    if isinstance(atom.equals, bool):
        return fact.label if atom.equals else f"no {fact.label}"
    unit = f" {fact.unit}" if fact.unit not in ("", "1") else ""
    bounds = [f"{_WORDS[kind]} {bound:g}{unit}" for kind, bound in atom.bounds if isinstance(bound, float | int)]
    return " ".join((fact.label, " and ".join(bounds))).strip()

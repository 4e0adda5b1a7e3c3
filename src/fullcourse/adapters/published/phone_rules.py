"""The rules of a phone as compact JSON: each statement once, its conditions as short lists that a phone reads.

A condition is ``["=", fact, value]``, ``["in", fact, values]`` or ``["<", fact, bound]`` (so ``<=``, ``>``, ``>=``;
a bound is a number, or ``[times, fact]``, or ``[times, fact, least, most]``); ``["all", conditions]``,
``["any", conditions]``, ``["some", count, conditions]``; ``["sure", condition]``, which holds only where it is known;
or ``["is", truth]``: what a phone knows of a list of medicines, which is nothing. A statement is rows of conditions,
each with what follows: the first row that holds decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from fullcourse.adapters.languages import Language
from fullcourse.course.drug_rules import nobodys_situation
from fullcourse.knowledge.actions import stops_a_dose
from fullcourse.knowledge.consequences import Action, Missed
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    Row,
    Statement,
    TakingCondition,
    When,
)
from fullcourse.rules.one_patient import truth_of

__all__ = ["PhoneRules"]

_SIGNS: Final = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


@dataclass(slots=True)
class PhoneRules:
    """The rules that were asked for, each written once and named by its place.

    Attributes:
        knowledge: That they come from.
        language: In which they speak to the patient.
        rules: In the order in which they were asked for.
        places: Of each by its id.
    """

    knowledge: Knowledge
    language: Language
    rules: list[dict[str, object]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def place(self, statement: Statement) -> int:
        """Return the place of a statement, which is written where it was not yet.

        Raises:
            TypeError: It is of a form that no phone reads.
        """
        if statement.id not in self.places:
            self.places[statement.id] = len(self.rules)
            self.rules.append(self._rule(statement))
        return self.places[statement.id]

    def _rule(self, statement: Statement) -> dict[str, object]:
        body = statement.body
        if isinstance(body, When):
            rows: tuple[Row, ...] = (Row(body.conditions, body.then),)
        elif isinstance(body, FirstOf):
            rows = body.rows
        else:
            raise TypeError(f"{statement.id}: no phone reads {type(body).__name__}")
        written = [[self._all(row.conditions), _then(row.then, statement.id)] for row in rows]
        return {"id": statement.id, "words": self.language.marked(statement.patient), "rows": written}

    def _all(self, conditions: Iterable[Condition]) -> list[object]:
        return [self._condition(it) for it in conditions]

    def _condition(self, condition: Condition) -> list[object]:
        match condition:
            case AnyOf(conditions):
                return ["any", self._all(conditions)]
            case AtLeast(count, conditions):
                return ["some", count, self._all(conditions)]
            case TakingCondition():
                return ["is", truth_of(condition, nobodys_situation(self.knowledge, {}))]
            case FactCondition():
                written = _fact(condition)
                return ["sure", written] if condition.for_certain else written


def _fact(condition: FactCondition) -> list[object]:
    """Write one fact compared; its age is no matter, since all that a phone knows was told to it."""
    if condition.among:
        return ["in", condition.fact, list(condition.among)]
    if isinstance(condition.equals, bool | str):
        return ["=", condition.fact, condition.equals]
    compared: list[object] = [[_SIGNS[kind], condition.fact, _bound(bound)] for kind, bound in condition.bounds]
    first = compared[0]
    return first if len(compared) == 1 and isinstance(first, list) else ["all", compared]


def _bound(bound: float | str | Multiple) -> object:
    if not isinstance(bound, Multiple):
        return float(bound)
    ends = [bound.least, bound.most] if bound.least is not None and bound.most is not None else []
    return [bound.times, bound.of, *ends]


def _then(then: object, statement: str) -> dict[str, object]:
    match then:
        case Action():
            written: dict[str, object] = {"do": then.value, "severity": int(then.severity)}
            if stops_a_dose(then):
                written["stops"] = True
            if then.hold:
                written["hold"] = True
            if then.call:
                written["call"] = list(then.call)
            return written
        case Missed():
            written = {"dose": then.value}
            if then.made_up:
                written["made_up"] = then.made_up
            if then.next_after_h is not None:
                written["next_after_h"] = then.next_after_h
            return written
    raise TypeError(f"{statement}: no phone reads {type(then).__name__}")

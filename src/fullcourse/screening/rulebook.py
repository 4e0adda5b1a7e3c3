"""Which statements speak about a drug: those of its own, those of the general files, and pairs from the other side.

A pair of drugs stands once, in the file of the drug whose source states it. Seen from the other drug, the same
statement asks whether its owner is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fullcourse.knowledge.actions import acts_on_numbers
from fullcourse.knowledge.consequences import Consequence
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import AnyOf, Atom, Condition, FactCondition, Statement, TakingCondition, When
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import thens_of

__all__ = ["COMPANY", "GENERAL", "UNCHECKED_FACT", "Rulebook", "rulebook", "unchecked_fact"]

GENERAL = "screening"
"""First part of the id of statements that hold for every drug."""

COMPANY = "company"
"""The kind of finding that is judged over a regimen, never for one drug."""


UNCHECKED_FACT = "medicine_without_statement"
"""Handed in by this step, for each drug: whether a medicine is taken of which no statement speaks beside it."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The statements executed for one drug.

    Attributes:
        drug: Whose.
        statements: In the order of the files.
        at_point: Ids of all statements of a point, executed here or by another step, with their sources.
    """

    drug: DrugIdentity
    statements: tuple[Statement, ...]
    at_point: dict[str, tuple[Statement, ...]]


def rulebook(knowledge: Knowledge, drug: DrugIdentity) -> Rulebook:
    """Return the statements that a check of a drug executes."""
    mine = slug(drug)
    executed: list[Statement] = []
    points: dict[str, list[Statement]] = {}
    for statement in knowledge.about(drug, frozenset({mine, GENERAL})):
        owner = statement.id.split(".", 1)[0]
        if owner in {mine, GENERAL}:
            points.setdefault(statement.point, []).append(statement)
            if _is_executed(statement, knowledge):
                executed.append(_of_one_drug(statement, drug))
        elif _is_executed(statement, knowledge):
            seen = _from_the_other_side(statement, owner, drug, knowledge)
            if seen is not None:
                executed.append(seen)
                points.setdefault(statement.point, []).append(statement)
    return Rulebook(drug, tuple(executed), {point: tuple(statements) for point, statements in points.items()})


def unchecked_fact(drug: DrugIdentity) -> str:
    """Return the fact that says whether a medicine was not checked beside one drug: another for each drug."""
    return f"{UNCHECKED_FACT}__{slug(drug).replace('-', '_')}"


def _of_one_drug(statement: Statement, drug: DrugIdentity) -> Statement:
    """Return a statement with the fact on medicines that were not checked as it is of one drug."""
    body = statement.body
    if not isinstance(body, When) or not any(_asks_what_was_unchecked(it) for it in body.conditions):
        return statement
    named = tuple(
        replace(it, fact=unchecked_fact(drug)) if isinstance(it, FactCondition) and _asks_what_was_unchecked(it) else it
        for it in body.conditions
    )
    return replace(statement, body=When(named, body.then))


def _asks_what_was_unchecked(condition: Condition) -> bool:
    return isinstance(condition, FactCondition) and condition.fact == UNCHECKED_FACT


def slug(drug: DrugIdentity) -> str:
    """Return the first part of the ids of a drug's statements."""
    return drug.inn.replace(" ", "-")


def _is_executed(statement: Statement, knowledge: Knowledge) -> bool:
    return any(map(_is_finding, thens_of(statement.body))) or acts_on_numbers(statement, knowledge.facts)


def _is_finding(then: Consequence) -> bool:
    return then.kind == "finding" and then.value != COMPANY


def _from_the_other_side(
    statement: Statement, owner: str, drug: DrugIdentity, knowledge: Knowledge
) -> Statement | None:
    body = statement.body
    other = next((known.inn for known in knowledge.drugs.values() if slug(known) == owner), None)
    if other is None or not isinstance(body, When) or body.then.value not in {"interaction", "duplicate"}:
        return None
    turned, any_turned = _turned(body.conditions, f"drug.{other}", drug, knowledge)
    return replace(statement, body=When(turned, body.then)) if any_turned else None


def _turned(
    conditions: Iterable[Condition], owner: str, drug: DrugIdentity, knowledge: Knowledge
) -> tuple[tuple[Condition, ...], bool]:
    """Return the conditions with this drug replaced by the owner, and whether it stood among them."""
    turned = False
    result: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, TakingCondition) and _names(condition, drug, knowledge):
            result.append(replace(condition, target=owner))
            turned = True
        elif isinstance(condition, AnyOf) and (named := _naming(condition, drug, knowledge)):
            result.append(TakingCondition(owner, max((atom.within_days for atom in named), key=lambda it: it or 0)))
            turned = True
        else:
            result.append(condition)
    return tuple(result), turned


def _naming(condition: AnyOf, drug: DrugIdentity, knowledge: Knowledge) -> list[TakingCondition]:
    return [it for it in condition.conditions if isinstance(it, TakingCondition) and _names(it, drug, knowledge)]


def _names(condition: Condition | Atom, drug: DrugIdentity, knowledge: Knowledge) -> bool:
    if not isinstance(condition, TakingCondition) or not condition.expected or condition.at_least > 1:
        return False
    codes = {"atc": (drug.atc,), "rxnorm": (drug.rxnorm,)}
    return knowledge.in_class(drug.inn, codes, condition.target)

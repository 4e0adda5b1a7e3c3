"""Every statement on a result, at both sides of every threshold that it has."""

import math
from datetime import timedelta

import pytest

from fullcourse.clinical import Fact, Interval, Record, exactly
from fullcourse.clinical.fact import Value
from fullcourse.journey.monitor import CONTRAINDICATED, Do, Monitor, Treatment, is_monitored
from fullcourse.knowledge.consequences import Action, GradeOf
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    Statement,
    TakingCondition,
    When,
)
from fullcourse.knowledge.walk import thens_of
from fullcourse.monitoring.responses import as_reached, measured_by, reads_results
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import NONE, evaluate, truth_of
from fullcourse.rules.situation import Situation
from patients import AT, evidence, knowledge, patient

MEASURED = measured_by(knowledge())
ON_RESULTS = [
    it
    for it in knowledge().statements.values()
    if reads_results(it, knowledge(), MEASURED) or any(isinstance(then, GradeOf) for then in thens_of(it.body))
]
LIMIT = 40.0


def rows(statement: Statement) -> list[tuple[int, tuple[Condition, ...]]]:
    match statement.body:
        case When(conditions):
            return [(0, conditions)]
        case FirstOf(listed):
            return [(number, row.conditions) for number, row in enumerate(listed)]
    return []


def cases() -> list[object]:
    """Return each statement with one numeric bound of one of its rows."""
    found: list[object] = []
    for statement in ON_RESULTS:
        for number, conditions in rows(statement):
            for condition in conditions:
                atoms = condition.conditions if isinstance(condition, AnyOf | AtLeast) else (condition,)
                for atom in atoms:
                    if isinstance(atom, FactCondition) and atom.bounds and not isinstance(atom.equals, bool | str):
                        for kind, bound in atom.bounds:
                            name = f"{statement.id}-{number}-{atom.fact}-{kind}"
                            found.append(pytest.param(statement, number, conditions, atom, kind, bound, id=name))
    return found


def holding(condition: Condition, known: dict[str, Value]) -> dict[str, Value]:
    """Return values at which a condition holds: of several, its first; limits that are known already are kept."""
    if isinstance(condition, AnyOf | AtLeast):
        return holding(condition.conditions[0], known)
    if isinstance(condition, TakingCondition):
        return {}
    if condition.equals is not None:
        return {condition.fact: condition.equals}  # type: ignore[dict-item]  # no case compares a number with "is"
    if condition.among:
        return {condition.fact: condition.among[0]}
    values: dict[str, Value] = {}
    ends = {}
    for kind, bound in condition.bounds:
        if isinstance(bound, Multiple):
            values[bound.of] = known.get(bound.of, exactly(LIMIT))
        ends[kind] = place_of(bound, known)
    low = ends.get("at_least", math.nextafter(ends["above"], math.inf) if "above" in ends else None)
    high = ends.get("at_most", math.nextafter(ends["below"], -math.inf) if "below" in ends else None)
    values[condition.fact] = exactly(low if low is not None else high)  # type: ignore[arg-type]
    return values


def place_of(bound: object, known: dict[str, Value]) -> float:
    """Return where a threshold lies, by the limits that are known."""
    if not isinstance(bound, Multiple):
        return float(bound)  # type: ignore[arg-type]
    limit = known.get(bound.of, exactly(LIMIT))
    return bound.times * (limit.low if isinstance(limit, Interval) else LIMIT)


def situation(values: dict[str, Value], statement: Statement) -> Situation:
    targets = [
        atom.target.removeprefix("drug.")
        for _, conditions in rows(statement)
        for atom in conditions
        if isinstance(atom, TakingCondition)
    ]
    taking = patient({"medicines_complete": True}, targets)
    facts = {**taking.facts, **{name: Fact(name, value) for name, value in values.items()}}
    return Situation(taking, knowledge(), facts, MedicineList(taking, knowledge()))


def holds_by_another(conditions: tuple[Condition, ...], atom: FactCondition, seen: Situation) -> bool:
    """Return whether another condition of the same choice holds: age settles nothing where a clearance does."""
    others = [it for row in conditions if isinstance(row, AnyOf) and atom in row.conditions for it in row.conditions]
    return any(it != atom and truth_of(it, seen) is True for it in others)


@pytest.mark.parametrize(("statement", "number", "conditions", "atom", "kind", "bound"), cases())
def test_a_threshold_holds_on_its_side_and_not_on_the_other(statement, number, conditions, atom, kind, bound):
    above = [it for _, row in rows(statement)[:number] for it in row if isinstance(it, FactCondition)]
    values: dict[str, Value] = {it.fact: False for it in above if it.equals is True}  # rows above do not hold by a yes
    for condition in reversed(conditions):  # a limit that is measured against another comes after it
        of_atom = isinstance(condition, AnyOf | AtLeast) and atom in condition.conditions
        values |= holding(atom if of_atom else condition, values)
    at = place_of(bound, values)
    up = kind in ("above", "at_least")
    beyond = math.nextafter(at, math.inf if up else -math.inf)
    short = math.nextafter(at, -math.inf if up else math.inf)
    inside = at if kind in ("at_least", "at_most") else beyond
    outside = short if kind in ("at_least", "at_most") else at
    holds = evaluate(statement, situation({**values, atom.fact: exactly(inside)}, statement))
    fails = evaluate(statement, situation({**values, atom.fact: exactly(outside)}, statement))
    assert holds is not None
    assert holds != NONE
    assert holds <= number  # a stricter row above may hold at the same value
    assert fails != number or holds_by_another(
        conditions, atom, situation({**values, atom.fact: exactly(outside)}, statement)
    )
    if isinstance(bound, Multiple) and kind == "above":
        reached = evaluate(as_reached(statement), situation({**values, atom.fact: exactly(at)}, statement))
        assert reached == holds


@pytest.mark.parametrize("statement", ON_RESULTS, ids=lambda it: it.id)
def test_what_a_result_calls_for_has_a_source_is_unreviewed_and_raises_no_dose(statement: Statement):
    assert knowledge().citation(statement).source
    assert statement.review == "unreviewed"
    assert is_monitored(statement, knowledge())
    for then in thens_of(statement.body):
        assert not isinstance(then, Action) or "raise" not in then.value


def test_no_statement_of_a_result_waits_for_what_monitoring_does_not_hand_in():
    given = {
        name
        for it in ON_RESULTS
        for _, conditions in rows(it)
        for condition in conditions
        for atom in (condition.conditions if isinstance(condition, AnyOf | AtLeast) else (condition,))
        if isinstance(atom, FactCondition) and knowledge().facts[(name := atom.fact)].kind == "given"
    }
    assert given == {
        "creatinine_rise", "month_of_treatment", "pretomanid_in_regimen", "qtcf_rise", "treated_as_susceptible",
        "days_held", "treatment_day", "alt_baseline", "ast_baseline", "nine_month_regimen",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("drug", "at", "stops"),
    [
        ("bedaquiline", 500.0, False),
        ("bedaquiline", 500.1, True),
        ("moxifloxacin", 500.0, False),
        ("moxifloxacin", 500.1, True),
        ("clofazimine", 499.9, False),
        ("clofazimine", 500.0, True),
    ],
)
def test_a_number_by_which_a_drug_is_contraindicated_stops_it_while_it_is_taken(drug, at, stops):
    told = Monitor(knowledge(), knowledge().profile("us")).monitor(
        Record({"qtcf": (evidence("qtcf", at, on=(AT - timedelta(days=1)).isoformat()),)}),
        AT,
        Treatment((drug,), {}, AT - timedelta(days=60)),
    )
    (lead,) = [lead for lead in told.leads if lead.drug == drug]
    assert (lead.do == Do.STOP) == stops
    assert all(it.action == CONTRAINDICATED and it.hold for it in told.responses if it.statement in lead.by) == stops

"""The one query that screens a table of facts, as an expression tree that every engine's dialect is written from.

For each patient: the decision for each drug, what is known and what is open, and words of bits for the statements that
apply, those that cannot be assessed, and the facts that would settle these. Nothing is pasted together from text.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Final

import sqlglot.expressions as exp

from fullcourse.clinical.finding import Decision
from fullcourse.cohort.missing_sql import missing_facts
from fullcourse.cohort.on_file import BITS, NOT_CLEAR, aside_words, words_of
from fullcourse.cohort.plan import Executed, Plan, decisive_facts
from fullcourse.cohort.truths import DECIDED, FACTS, Outcome, Truths, named
from fullcourse.rules.sql import either, low_column, value_column
from fullcourse.screening.clearance import facts_that_decide
from fullcourse.screening.decision import LEAST_DECISIVE, could_come_to, weighed

__all__ = [
    "BITS",
    "ERROR",
    "LINES_SET_ASIDE",
    "SET_ASIDE",
    "decision_column",
    "known_column",
    "open_column",
    "screen_query",
    "word_columns",
]

_EXACT_BITS: Final = 21
"""Bits that are added as single-precision numbers, which are exact up to 24: the fastest sum of every engine."""

_KNOWN: Final = (Decision.CONTRAINDICATED, Decision.AVOID, Decision.CAUTION)
"""What findings come to, strictest first; nothing of it is no objection."""

PATIENT, CLINIC, SEX = "patient", "clinic", "sex"

ERROR: Final = "error"
"""The column that says why the record of a patient cannot be used; empty where it can."""

LINES_SET_ASIDE: Final = "lines_set_aside"
"""The column that counts the lines about a patient that could not be used."""

SET_ASIDE: Final = "set_aside"
"""The column that says which lines these are; empty for most."""


def word_columns(kind: str, count: int) -> list[str]:
    """Return the names of the words that hold so many bits: ``applies_0``, ``applies_1``, ..."""
    return [f"{kind}_{number}" for number in range(max(1, -(-count // BITS)))]


def decision_column(drug: str) -> str:
    """Return the column of a drug's decision."""
    return f"decision_{drug.replace(' ', '_').replace('-', '_')}"


def known_column(drug: str) -> str:
    """Return the column of what is known of a drug."""
    return decision_column(drug).replace("decision_", "known_", 1)


def open_column(drug: str) -> str:
    """Return the column of the strictest that what is open of a drug could come to."""
    return decision_column(drug).replace("decision_", "open_", 1)


def screen_query(plan: Plan, table: str) -> exp.Select:
    """Return the query over a table of facts; its rows are one patient each.

    Args:
        plan: What is screened.
        table: The table or view of facts, with the columns of `plan.fact_columns`.

    Raises:
        KnowledgeError: A statement has no form that SQL can say.
    """
    truths = Truths()
    outcomes = [truths.outcome(executed.statement) for executed in plan.executed]
    missing = missing_facts(plan, outcomes, truths)
    selected: dict[str, exp.Expression] = {}
    for drug in plan.drugs:
        selected |= _decisions(plan, drug, outcomes, truths)
    for kind, bits in (
        ("applies", [exp.column(executed.applies) for executed in outcomes]),
        ("cannot_assess", [exp.column(executed.unknown) for executed in outcomes]),
        ("missing", [missing.get(name) for name in plan.missing]),
    ):
        for number, name in enumerate(word_columns(kind, len(bits))):
            selected[name] = _word(bits[number * BITS : (number + 1) * BITS])
    people = [exp.column(name) for name in (PATIENT, CLINIC, "age_years", SEX)]
    below = truths.query(table, _people()).subquery("truths", copy=False)
    words = [named(expression, name) for name, expression in selected.items()]
    whole = exp.select(exp.Star(), *words, copy=False).from_(below, copy=False)
    usable = [named(_no_error(exp.column(name, quoted=True)), name) for name in selected]
    return exp.select(
        *people, *usable, exp.column(ERROR), exp.column(LINES_SET_ASIDE), exp.column(SET_ASIDE), copy=False
    ).from_(whole.subquery("findings", copy=False), copy=False)


def _people() -> list[exp.Expression]:
    age = exp.column(low_column(value_column("age")), quoted=True)
    return [
        exp.column(PATIENT),
        exp.column(CLINIC),
        exp.column(ERROR),
        exp.column(LINES_SET_ASIDE),
        exp.column(SET_ASIDE),
        named(age, "age_years"),
        named(exp.column(value_column(SEX), quoted=True), SEX),
    ]


def _decisions(plan: Plan, drug: str, outcomes: Sequence[Outcome], truths: Truths) -> dict[str, exp.Expression]:
    """Return what `screening.decision` says of one drug, from outcomes: the decision, what is known, what is open."""
    mine = [
        (executed, outcome)
        for executed, outcome in zip(plan.executed, outcomes, strict=True)
        if executed.drug == drug and executed.leads
    ]

    def applying(come_to: Callable[[Decision], bool]) -> exp.Expression:
        hits: list[str] = []
        for executed, outcome in mine:
            says = [
                come_to(weighed(severity, forbids=forbids))
                for severity, forbids in zip(executed.severities, executed.forbids, strict=True)
            ]
            hits += [outcome.applies] if all(says) else compress(outcome.follows, says)
        return either(map(exp.column, dict.fromkeys(hits)))

    def unknown(counts: Callable[[Executed], bool]) -> exp.Expression:
        columns = (_open(executed, outcome, truths) for executed, outcome in mine if counts(executed))
        return either(map(exp.column, dict.fromkeys(columns)))

    def column(key: str, write: Callable[[], exp.Expression]) -> exp.Expression:
        return exp.column(truths.add(DECIDED, (drug, key), write))

    known = {
        decision: column(f"known {decision.value}", partial(applying, partial(operator.is_, decision)))
        for decision in _KNOWN
    }
    left_open = {
        decision: column(f"open {decision.value}", partial(unknown, partial(_could_come_to, decision)))
        for decision in _KNOWN
    }
    is_decisive = column("open", partial(unknown, lambda executed: executed.unresolved >= LEAST_DECISIVE))
    nothing = exp.Literal.string(Decision.NO_OBJECTION.value)
    decided = _first_of(known).when(is_decisive, exp.Literal.string(Decision.CANNOT_ASSESS.value), copy=False)
    caution = exp.Literal.string(Decision.CAUTION.value)
    decided = decided.when(_in_the_way(plan, drug, truths), caution, copy=False)
    return {
        decision_column(drug): decided.else_(nothing, copy=False),
        known_column(drug): _first_of(known).else_(nothing.copy(), copy=False),
        open_column(drug): _first_of(left_open).else_(nothing.copy(), copy=False),
    }


def _could_come_to(decision: Decision, executed: Executed) -> bool:
    severity, forbids = max(executed.severities), any(executed.forbids)
    return could_come_to(severity, executed.unresolved, forbids=forbids) is decision


def _first_of(truths: Mapping[Decision, exp.Expression]) -> exp.Case:
    case = exp.Case()
    for decision, truth in truths.items():
        case = case.when(truth.copy(), exp.Literal.string(decision.value), copy=False)
    return case


def _open(executed: Executed, outcome: Outcome, truths: Truths) -> str:
    """Return the column that says whether a statement is open and weighs, its number being on file."""
    if executed.on_file is None:
        return outcome.unknown
    return truths.weighing(outcome, truths.outcome(executed.on_file))


def _in_the_way(plan: Plan, drug: str, truths: Truths) -> exp.Expression:
    """Return whether something keeps a drug from being cleared, as `screening.clearance` says it."""
    mine = {
        fact
        for executed in plan.executed
        if executed.drug == drug and executed.leads
        for fact in facts_that_decide(executed.statement, plan.knowledge)
    }
    decisive = decisive_facts(plan.knowledge)

    def write() -> exp.Expression:
        reasons: list[exp.Expression] = [exp.column(NOT_CLEAR, quoted=True)]
        for name, mask in zip(aside_words(decisive), words_of(mine, decisive), strict=True):
            if mask:
                common = exp.BitwiseAnd(this=exp.column(name, quoted=True), expression=_big(mask))
                reasons.append(exp.GT(this=exp.Paren(this=common), expression=_int(0)))
        return either(reasons)

    return exp.column(truths.add(FACTS, ("in the way", drug), write))


def _word(bits: Sequence[exp.Expression | None]) -> exp.Expression:
    """Return the sum of the bits of those that are so."""
    whole: exp.Expression = _big(0)
    for start in range(0, len(bits), _EXACT_BITS):
        part: exp.Expression | None = None
        for bit, truth in enumerate(bits[start : start + _EXACT_BITS]):
            if truth is None:
                continue
            term = exp.Mul(this=_single(truth), expression=_single(_int(1 << bit)))
            part = term if part is None else exp.Add(this=part, expression=term)
        if part is not None:
            number = exp.Cast(this=part, to=exp.DataType.build("BIGINT"))
            shifted = exp.Mul(this=number, expression=_big(1 << start)) if start else number
            whole = exp.Add(this=whole, expression=shifted)
    return whole


def _single(value: exp.Expression) -> exp.Expression:
    return exp.Cast(this=value, to=exp.DataType.build("FLOAT"))


def _no_error(value: exp.Expression) -> exp.Expression:
    """Return the value, and NULL for a patient whose record cannot be used."""
    return exp.Case().when(exp.Is(this=exp.column(ERROR), expression=exp.Null()), value, copy=False)


def _int(value: int) -> exp.Expression:
    return exp.Literal.number(value)


def _big(value: int) -> exp.Expression:
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType.build("BIGINT"))

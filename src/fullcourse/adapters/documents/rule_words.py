"""Says in words what the machine executes: the other half of what a pharmacist compares with the source."""

from collections.abc import Iterable, Mapping, Sequence

from fullcourse.clinical.dose import Dose
from fullcourse.clinical.management import Management
from fullcourse.knowledge.consequences import Consequence, DoseAdvice, DoseRow, Stated, stated
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Bands,
    Body,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    NotFormalised,
    Statement,
    Steps,
    TakingCondition,
    Tells,
    When,
)
from fullcourse.knowledge.walk import facts_of, thens_of

__all__ = ["condition_words", "form_of_body", "rule_lines", "then_words", "who_is_affected"]


def rule_lines(body: Body, knowledge: Knowledge) -> tuple[str, ...]:
    """Return a body as sentences, in the order in which the machine goes through it."""
    match body:
        case When(conditions, then):
            return (f"{_if(conditions, knowledge)}: {then_words(then, knowledge)}.",)
        case FirstOf(rows):
            lines = [f"{_if(row.conditions, knowledge)}: {then_words(row.then, knowledge)}." for row in rows]
            return ("The first row that holds decides; where one cannot be told, nothing below it does.", *lines)
        case Bands(by, bands):
            name = _fact(by, knowledge)
            unit = _unit(by, knowledge)
            return tuple(
                f"If {name} is {_band(band.from_value, band.below, unit)}: {then_words(band.then, knowledge)}."
                for band in bands
            )
        case Steps(steps, max_mg_per_day):
            lines = []
            for step in steps:
                doses = " and ".join(_intake(dose) for dose in step.doses)
                waits = f", once {_all(step.conditions, knowledge)}" if step.conditions else ""
                lines.append(f"From day {step.from_day}{waits}: {doses}.")
            limit = (f"Never more than {max_mg_per_day:g} mg a day.",) if max_mg_per_day is not None else ()
            return (*lines, *limit)
        case Tells(topic):
            return (f"Nothing is executed. It is told under “{topic}”.",)
        case NotFormalised(why):
            return (f"Nothing is executed, on purpose: {why}",)


def who_is_affected(body: Body, knowledge: Knowledge) -> str:
    """Return whom a body is about, in words."""
    match body:
        case When(conditions):
            return _all(conditions, knowledge) if conditions else "everybody"
        case FirstOf(rows):
            rules = [_all(row.conditions, knowledge) for row in rows if row.conditions]
            return "; or ".join(rules) if rules else "everybody"
        case Bands(by, bands):
            lowest, highest = bands[0].from_value, bands[-1].below
            return f"{_fact(by, knowledge)} {_band(lowest, highest, _unit(by, knowledge))}"
        case Steps():
            return "everybody who begins with it"
    return "whoever reads it"


def condition_words(condition: Condition, knowledge: Knowledge) -> str:
    """Return one condition in words."""
    match condition:
        case AnyOf(conditions):
            return _group("any of", conditions, knowledge)
        case AtLeast(count, conditions):
            return _group(f"at least {count} of", conditions, knowledge)
        case TakingCondition():
            return _taking(condition, knowledge)
        case FactCondition():
            return _compared(condition, knowledge)


def then_words(then: Consequence, knowledge: Knowledge) -> str:
    """Return what follows, in words."""
    if isinstance(then, DoseAdvice):
        what = "dose " + " or ".join(_row(stated(row)) for row in then.rows)
    else:
        what = f"{then.kind} {_plain(then.value)}"
    if then.severity is not None:
        what += f", severity {then.severity.word}"
    if then.unresolved is not None:
        what += f"; where it cannot be told, {then.unresolved.word}"
    details = _row(stated(then))
    return f"{what} ({details})" if details else what


def _if(conditions: Sequence[Condition], knowledge: Knowledge) -> str:
    return f"If {_all(conditions, knowledge)}" if conditions else "For everybody"


def _all(conditions: Iterable[Condition], knowledge: Knowledge) -> str:
    return ", and ".join(condition_words(condition, knowledge) for condition in conditions)


def _group(lead: str, conditions: Iterable[Condition], knowledge: Knowledge) -> str:
    return f"{lead} (" + "; ".join(condition_words(condition, knowledge) for condition in conditions) + ")"


def _taking(condition: TakingCondition, knowledge: Knowledge) -> str:
    members = knowledge.classes.get(condition.target)
    name = f"a member of “{members.label}”" if members else condition.target.removeprefix("drug.")
    if condition.at_least > 1:
        name = f"{condition.at_least} or more different members of “{members.label if members else condition.target}”"
    when = "" if condition.within_days is None else f" now or in the last {condition.within_days} days"
    return (
        f"takes {name}{when}"
        if condition.expected
        else f"{_NOT_LISTED if condition.listed else 'does not take'} {name}{when}"
    )


_NOT_LISTED = "is not known for certain to take"


def _compared(condition: FactCondition, knowledge: Knowledge) -> str:
    name, unit = _fact(condition.fact, knowledge), _unit(condition.fact, knowledge)
    parts = []
    if isinstance(condition.equals, bool):
        parts.append("yes" if condition.equals else "no")
    elif condition.equals is not None:
        parts.append(f"{condition.equals}{unit if not isinstance(condition.equals, str) else ''}")
    if condition.among:
        parts.append("one of " + ", ".join(condition.among))
    for words, bound in (
        ("at least", condition.at_least),
        ("above", condition.above),
        ("at most", condition.at_most),
        ("below", condition.below),
    ):
        if isinstance(bound, Multiple):
            parts.append(f"{words} {bound.times:g} times {_fact(bound.of, knowledge)}")
        elif bound is not None:
            parts.append(f"{words} {bound:g}{unit}")
    within = "" if condition.within_days is None else f", known from the last {condition.within_days} days"
    certainly = " for certain" if condition.for_certain else ""
    return f"{name} is{certainly} {' and '.join(parts)}{within}"


def _fact(fact: str, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(fact)
    return definition.label if definition is not None else fact.replace("_", " ")


def _unit(fact: str, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(fact)
    unit = definition.unit if definition is not None else ""
    return {"": "", "1": "", "a": " years"}.get(unit, f" {unit}")


def _band(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and high is not None:
        return f"{low:g} or more and below {high:g}{unit}"
    if low is not None:
        return f"{low:g}{unit} or more"
    return f"below {high:g}{unit}" if high is not None else "any"


def _intake(dose: Dose) -> str:
    units = "" if dose.units is None else f", units {dose.units:g}"
    return f"at {dose.at}, mg {dose.mg:g}{units}"


def _row(row: Mapping[str, Stated]) -> str:
    """Return the keys and values of a row as words."""
    return ", ".join(f"{key.replace('_', ' ')} {_plain(value)}" for key, value in row.items())


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case DoseRow():
            return f"({_row(stated(value))})"
        case str():
            return value.replace("_", " ")
        case Management(do, says):
            return f"({do.value.replace('_', ' ')}: {says})"
        case tuple():
            return " or ".join(_plain(part) for part in value)
    return str(value)


def form_of_body(statement: Statement) -> str:
    """Return on one line what kind of rule a statement comes to, and by which facts it goes."""
    match statement.body:
        case When() | FirstOf() | Bands():
            kinds = dict.fromkeys(then.kind for then in thens_of(statement.body))
            return f"{'/'.join(kinds)} by {', '.join(facts_of(statement.body)) or 'everybody or the medicine list'}"
        case Steps():
            return "titration"
        case Tells(topic):
            return f"tells: {topic}"
        case NotFormalised(why):
            return f"not formalised: {why}"

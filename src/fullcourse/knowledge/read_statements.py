"""From the tables of a drug or guideline file to statements, checked against the vocabulary.

Every fault is noted and none stops the reading, so that an author sees all of them at once. What a statement compares
is converted here to the unit of the fact: past this point no rule converts anything.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from fullcourse.clinical.dose import Dose
from fullcourse.clinical.errors import Fault, InputError
from fullcourse.clinical.units import convert
from fullcourse.knowledge.read_consequences import MOST_MG, MOST_UNITS, read_consequence
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Atom,
    Band,
    Bands,
    Body,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    NotFormalised,
    Row,
    Statement,
    Step,
    Steps,
    TakingCondition,
    Tells,
    When,
)
from fullcourse.knowledge.tables import Table, did_you_mean, nearest
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["StatementReader"]

_BODIES = ("when", "rows", "by", "steps", "tells", "not_formalised")
_BOUNDS = ("below", "at_most", "above", "at_least")


class StatementReader:
    """Reads statements against one vocabulary, noting faults as it goes."""

    def __init__(self, facts: Mapping[str, FactDefinition], classes: Mapping[str, object], faults: list[Fault]) -> None:
        """Take the vocabulary that conditions may name."""
        self.facts, self.classes, self.faults = facts, classes, faults

    def statement(self, row: object, file: str) -> Statement:
        """Read one ``[[statement]]``."""
        name = str(row.get("id", "?")) if isinstance(row, Mapping) else "?"
        table = Table(row, file, name, self.faults)
        says, point = table.text("says"), table.text("point")
        source, section = table.text("source"), table.text("section")
        statement = Statement(
            id=table.text("id"),
            file=file,
            point=point,
            source=source,
            section=section,
            says=says,
            body=self._body(table),
            patient=table.text("patient", required=False),
            covers=table.texts("covers"),
            interpretation=table.text("interpretation", required=False),
            review=table.text("review", required=False) or "unreviewed",
            through=table.text("through", required=False),
        )
        table.done()
        return statement

    def conditions(self, rows: Sequence[object], table: Table) -> tuple[Condition, ...]:
        """Read a list of conditions, all of which must hold."""
        return tuple(self._condition(table.inner(row)) for row in rows)

    def fact_condition(self, table: Table) -> FactCondition:
        """Read ``{ fact = F, ... }``."""
        name = table.text("fact")
        fact = self.facts.get(name)
        if fact is None:
            table.fault(f"fact '{name}' is not in the vocabulary", did_you_mean(name, self.facts))
        unit = table.text("unit", required=False)
        bounds = {bound: self._bound(table, bound, fact, unit) for bound in _BOUNDS if table.has(bound)}
        condition = FactCondition(
            fact=name,
            equals=self._equals(table, fact),
            among=table.texts("in"),
            within_days=table.whole("within_days", least=0),
            for_certain=table.raw("for_certain") is True,
            on_file=False,
            **bounds,
        )
        if table.has("for_certain") and table.raw("for_certain") is not True:
            table.fault("'for_certain' is not true", "Write for_certain = true, or leave the key out.")
        self._fits(table, condition, fact, unit)
        table.done(known=_BOUNDS)
        return condition

    def _body(self, table: Table) -> Body:
        given = [key for key in _BODIES if table.has(key)]
        if len(given) != 1:
            bodies = " and ".join(given) or "none"
            table.fault(f"a statement has exactly one body, this has {bodies}", f"Keep one of: {', '.join(_BODIES)}.")
            table.rest()
            return NotFormalised("the statement has no single body")
        match given[0]:
            case "when":
                return When(self.conditions(table.rows("when"), table), read_consequence(table.raw("then"), table))
            case "rows":
                return self._first_of(table)
            case "by":
                return self._bands(table)
            case "steps":
                return self._steps(table)
            case "tells":
                return Tells(table.text("tells"))
        return NotFormalised(table.text("not_formalised"))

    def _first_of(self, table: Table) -> FirstOf:
        table.choice("pick", ("first",))
        rows = []
        for row in table.rows("rows"):
            inner = table.inner(row)
            if not inner.has("when"):
                inner.fault("a row has no 'when'", "Write when = [] for the row that always holds.")
            rows.append(Row(self.conditions(inner.rows("when"), inner), read_consequence(inner.raw("then"), inner)))
            inner.done()
        return FirstOf(tuple(rows))

    def _bands(self, table: Table) -> Bands:
        by = table.text("by")
        fact = self.facts.get(by)
        if fact is None or fact.kind not in {"number", "given"}:
            table.fault(f"'{by}' is not a number of the vocabulary", did_you_mean(by, self.facts))
        bands: list[Band] = []
        for row in table.rows("bands"):
            inner = table.inner(row)
            low, high = inner.number("from"), inner.number("below")
            then = read_consequence(inner.rest(), inner)
            if bands and (bands[-1].below is None or low is None or low < bands[-1].below):
                inner.fault("bands overlap or are not ascending", "Give each band 'from' at or above the last 'below'.")
            if low is not None and high is not None and high <= low:
                inner.fault(f"band {low:g} to {high:g} is empty", "Correct 'from' and 'below'.")
            bands.append(Band(low, high, then))
        return Bands(by, tuple(bands))

    def _steps(self, table: Table) -> Steps:
        steps = []
        for row in table.rows("steps"):
            inner = table.inner(row)
            day = inner.whole("from_day")
            if day is None:
                inner.fault("a step has no 'from_day'", "Add from_day = 1 for the first.")
            conditions = self.conditions(inner.rows("when"), inner)
            doses = tuple(_intake(inner.inner(dose)) for dose in inner.rows("doses"))
            if not doses:
                inner.fault("a step has no doses", 'Add doses = [{ at = "morning", mg = ... }].')
            if len({dose.at for dose in doses}) < len(doses):
                inner.fault("two doses of a step fall on one time", "Write one amount for it.")
            steps.append(Step(day or 1, doses, inner.text("form", required=False), conditions))
            inner.done("a step")
        most = table.number("max_mg_per_day")
        days = [step.from_day for step in steps]
        if days != sorted(set(days)) or days[:1] != [1]:
            table.fault("steps are not in the order of their days from day 1", "Order them by from_day, each day once.")
        for step in steps:
            if most is not None and step.mg_per_day > most:
                added = f"'doses' from day {step.from_day} add up to {step.mg_per_day:g} mg"
                table.fault(f"{added}, above the maximum of {most:g} mg", "Correct one of the two.")
        return Steps(tuple(steps), most)

    def _condition(self, table: Table) -> Condition:
        if table.has("any"):
            atoms = self._atoms(table, "any")
            table.done()
            return AnyOf(atoms)
        if table.has("of"):
            count = table.whole("at_least") or 1
            atoms = self._atoms(table, "of")
            if count > len(atoms):
                table.fault(f"at_least = {count} of {len(atoms)} conditions can never hold", "Lower it.")
            table.done()
            return AtLeast(count, atoms)
        return self._atom(table)

    def _atoms(self, table: Table, key: str) -> tuple[Atom, ...]:
        atoms = []
        for row in table.rows(key):
            inner = table.inner(row)
            if inner.has("any") or inner.has("of"):
                table.fault("conditions nest too deep", "A form is a row: split the statement.")
                continue
            atoms.append(self._atom(inner))
        if not atoms:
            table.fault(f"'{key}' holds no condition", "Give at least one.")
        return tuple(atoms)

    def _atom(self, table: Table) -> Atom:
        return self._taking(table) if table.has("taking") else self.fact_condition(table)

    def _taking(self, table: Table) -> TakingCondition:
        target = table.text("taking")
        if target.startswith("class."):
            if target not in self.classes:
                table.fault(f"'{target}' is not a class", did_you_mean(target, self.classes))
        elif not target.startswith("drug."):
            table.fault(f"'{target}' is neither drug.x nor class.x", "Name a drug or a class.")
        expected = table.raw("is")
        if expected not in (None, True, False):
            table.fault(f"'is' must be true or false, not {expected!r}", "Correct it.")
        condition = TakingCondition(
            target=target,
            within_days=table.whole("within_days", least=0),
            at_least=table.whole("at_least") or 1,
            expected=expected is not False,
            listed=table.raw("listed") is True,
        )
        if table.has("listed") and (table.raw("listed") is not True or expected is not False):
            table.fault("'listed' stands beside no absence", "Write listed = true beside is = false, or leave it out.")
        table.done()
        return condition

    def _equals(self, table: Table, fact: FactDefinition | None) -> bool | float | str | None:
        value = table.raw("is")
        if value is None:
            return None
        if isinstance(value, bool | str):
            return value
        if isinstance(value, int | float):
            return float(value)
        table.fault(f"'is' must be yes, no, a word or a number, not {value!r}", "Correct it.")
        return None

    def _bound(self, table: Table, key: str, fact: FactDefinition | None, unit: str) -> float | Multiple | None:
        value = table.raw(key)
        if isinstance(value, Mapping):
            inner = table.inner(value)
            times, of = inner.number("times"), inner.text("of")
            inner.done()
            other = self.facts.get(of)
            if other is None or times is None:
                table.fault(f"multiple of '{of}' cannot be read", did_you_mean(of, self.facts))
                return None
            if fact is not None and other.unit != fact.unit:
                table.fault(f"'{of}' is in {other.unit}, '{fact.id}' in {fact.unit}", "Give both the same unit.")
            return Multiple(times, of, *(other.plausible or (None, None)))
        number = table.number(key)
        if fact is not None and fact.derived == "age" and (unit != fact.unit or (number is not None and number % 1)):
            table.fault("age is in completed years", "Compare 'age_months' or 'age_days' with a part of a year.")
        if number is None or fact is None or not unit or unit == fact.unit:
            return number
        try:
            return convert(number, unit, fact.unit, *fact.substance)
        except InputError as error:
            table.fault(str(error), f"Fact '{fact.id}' is in {fact.unit}.")
            return number

    def _fits(self, table: Table, condition: FactCondition, fact: FactDefinition | None, unit: str) -> None:
        """Note a comparison that the kind of the fact does not allow."""
        bounded = [bound for bound in _BOUNDS if getattr(condition, bound) is not None]
        compared = bool(bounded) + (condition.equals is not None) + bool(condition.among)
        if compared != 1:
            table.fault(
                f"condition on '{condition.fact}' makes {compared or 'no'} comparisons",
                "Give one of: is, in, or bounds (below, at_most, above, at_least).",
            )
        if fact is None:
            return
        if bounded and fact.kind not in {"number", "given"}:
            table.fault(f"'{fact.id}' is a {fact.kind}, not a number", "Compare it with 'is'.")
        if (
            bounded
            and fact.unit
            and not unit
            and not all(isinstance(getattr(condition, bound), Multiple) for bound in bounded)
        ):
            table.fault(f"a number of '{fact.id}' has no unit", f'Add unit = "{fact.unit}".')
        if fact.kind in {"history", "state"} and not isinstance(condition.equals, bool):
            table.fault(f"'{fact.id}' is yes or no", "Compare it with is = true or is = false.")
        words = {condition.equals, *condition.among} - {None}
        if fact.kind == "choice" and not words <= set(fact.values):
            table.fault(f"'{fact.id}' is one of {', '.join(fact.values)}", "Use these words.")


_TIMES_OF_DAY: Final = ("morning", "noon", "evening", "night")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _intake(table: Table) -> Dose:
    """Read ``{ at = "morning", mg = 250, units = 1 }``."""
    at = table.text("at")
    if at and at not in _TIMES_OF_DAY and not _CLOCK.fullmatch(at):
        words = ", ".join(_TIMES_OF_DAY)
        table.fault(f"'at' is '{at}'", f"{nearest(at, _TIMES_OF_DAY)}Use one of: {words}; or a time such as 08:00.")
    mg, units = table.number("mg"), table.number("units")
    if mg is None or not 0.0 < mg <= MOST_MG:
        said = "missing" if mg is None else f"{mg:g}"
        table.fault(f"'mg' is {said}", f"Add mg = ..., above 0 and at most {MOST_MG:g}.")
    if units is not None and not 0.0 < units <= MOST_UNITS:
        table.fault(f"'units' is {units:g}", f"It must be above 0 and at most {MOST_UNITS:g}: correct it.")
    table.done("a dose of a step", ("at", "mg", "units"))
    return Dose(at, mg or 0.0, units)

"""Reads what sources aim at and forbid for the levels of a drug.

Targets, greatest doses, dose plans that sources allow, holds, sampling times and MIC distributions stand in
``pk_models/targets.toml``; the code that weighs a patient against them holds no clinical number of its own. Where a
statement about the drug says it already, a row names the statement, whose number, wording, source and reading it takes.
"""

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from fullcourse.clinical.citation import Citation, Source
from fullcourse.clinical.dose import WEEKDAYS, Dose, DoseStep
from fullcourse.clinical.errors import Fault, InputError, KnowledgeError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.level_targets import (
    Condition,
    Hold,
    LevelTargets,
    Maximum,
    MicDistribution,
    Plan,
    SamplingTimes,
    Target,
)
from fullcourse.knowledge.pk.stated_doses import StatedDose, allows_mg_per_day, daily_maximum, stated_doses_of
from fullcourse.knowledge.read_vocabulary import read_source
from fullcourse.knowledge.reader import HERE, read_knowledge
from fullcourse.knowledge.tables import Table, did_you_mean

__all__ = [
    "Condition",
    "Hold",
    "LevelTargets",
    "Maximum",
    "MicDistribution",
    "Plan",
    "SamplingTimes",
    "Target",
    "read_targets",
    "referred_statements",
]

MEASURES = ("peak", "trough", "level", "ceiling", "auc24", "auc24_over_mic", "time_above_mic_percent")

Row = TypeVar("Row")


def referred_statements(folder: Path = HERE) -> frozenset[str]:
    """Return the ids of the statements whose doses, maxima and holds the advice on levels executes."""
    tables = tomllib.loads((folder / "pk_models" / "targets.toml").read_text("utf-8"))
    rows = [row for kind in ("maximum", "plan", "hold") for row in tables.get(kind, ())]
    return frozenset(str(row["statement"]) for row in rows if "statement" in row)


def read_targets(drug: str, folder: Path = HERE, knowledge: Knowledge | None = None) -> LevelTargets:
    """Read what sources say about the levels of one drug.

    Args:
        drug: INN in lower case; a drug of which nothing is said gives empty targets.
        folder: The knowledge folder.
        knowledge: What rows refer to, where it is read already; None reads that of the folder.

    Raises:
        KnowledgeError: With every fault of ``pk_models/targets.toml``, whatever the drug.
    """
    file = "pk_models/targets.toml"
    try:
        tables = tomllib.loads((folder / file).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError([Fault(file, "", f"it is not TOML: {error}", "Correct the line.")]) from None
    faults: list[Fault] = []
    reader = _Reader(tables, file, knowledge or _knowledge(folder), faults)
    targets = reader.rows("target", reader.target)
    maxima = reader.rows("maximum", reader.maximum)
    reader.conditions = {row.id: row for row in reader.rows("condition", reader.condition)}
    plans = reader.rows("plan", reader.plan)
    holds = reader.rows("hold", reader.hold)
    sampling = reader.rows("sampling", reader.sampling)
    mics = reader.rows("mic", reader.mic)
    policies = dict(reader.rows("policy", reader.policy))
    for plan in plans:
        lowest = min((row.mg_per_day for row in maxima if row.drug == plan.drug), default=None)
        if lowest is None or plan.greatest_mg_per_day > lowest:
            what = (
                "no source gives a daily maximum" if lowest is None else f"it passes the maximum of {lowest:g} mg a day"
            )
            faults.append(Fault(file, plan.id, f"{what} of {plan.drug}", "Drop the plan, or state the maximum."))
        if plan.only_if and plan.only_if not in {hold.id for hold in holds if hold.drug == plan.drug}:
            faults.append(Fault(file, plan.id, f"hold '{plan.only_if}' does not exist", "Name a hold of the drug."))
    if faults:
        raise KnowledgeError(faults)
    return LevelTargets(
        drug,
        tuple(row for row in targets if row.drug == drug),
        tuple(row for row in maxima if row.drug == drug),
        tuple(row for row in plans if row.drug == drug),
        tuple(row for row in holds if row.drug == drug),
        tuple(row for row in sampling if row.drug == drug),
        tuple(row for row in mics if row.drug == drug),
        policies,
    )


@cache
def _knowledge(folder: Path) -> Knowledge:
    return read_knowledge(folder)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a row claims: in its own words, or in those of the statement that it names; ``doses`` are its doses."""

    says: str
    citation: Citation
    statement: str = ""
    interpretation: str = ""
    doses: tuple[StatedDose, ...] | None = None


class _Reader:
    """Reads the rows of the targets file, noting every fault."""

    def __init__(self, tables: Mapping[str, object], file: str, knowledge: Knowledge, faults: list[Fault]) -> None:
        self.file, self.statements, self.faults = file, knowledge.statements, faults
        self.table = Table(tables, file, "", faults)
        self.conditions: dict[str, Condition] = {}
        beside = [read_source(row, file, faults) for row in self.table.rows("source")]
        # Where a source stands in sources/ too, that one counts.
        self.sources: dict[str, Source] = {**{source.id: source for source in beside}, **knowledge.sources}

    def rows(self, key: str, read: Callable[[Table], Row]) -> list[Row]:
        """Return every row of a kind."""
        rows = []
        for number, row in enumerate(self.table.rows(key), start=1):
            table = Table(row, self.file, f"{key} {number}", self.faults)
            rows.append(read(table))
            table.done()
        return rows

    def claim(self, table: Table, *, forbids: bool = False) -> _Claim:
        """Return what a row claims; a row without a source does not load, nor one whose statement does not exist.

        Args:
            table: The row.
            forbids: Whether it only forbids, so that a secondary source may stand under it alone.
        """
        name = table.text("statement", required=False)
        if not name:
            return _Claim(table.text("says"), self.citation(table, table.text("source"), table.text("section")))
        statement = self.statements.get(name)
        if statement is None:
            table.fault(f"statement '{name}' does not exist", did_you_mean(name, self.statements))
            return _Claim("", Citation("", "", "", "", ""), name)
        citation = self.citation(table, statement.source, statement.section, forbids=forbids)
        return _Claim(statement.says, citation, name, statement.interpretation, stated_doses_of(statement.body))

    def citation(self, table: Table, name: str, section: str, *, forbids: bool = False) -> Citation:
        """Return the citation of a section of a source."""
        source = self.sources.get(name)
        if source is None:
            if name:
                table.fault(f"source '{name}' is not known", did_you_mean(name, self.sources))
            return Citation(name, "", section, "", "")
        if source.tier == "C" and not forbids:
            table.fault(f"it rests on tier C ('{name}') alone", "Find a source of tier A or B.")
        return source.cited(section)

    def need(self, table: Table, key: str) -> float:
        """Return a positive number that must be there."""
        value = table.number(key)
        if value is None or not value > 0.0:
            table.fault(f"'{key}' must be a number above 0", f"Add {key} = ...")
            return 1.0
        return value

    def target(self, table: Table) -> Target:
        """Read one target."""
        claim = self.claim(table)
        read = Target(
            table.text("id"),
            table.text("drug"),
            table.choice("measure", MEASURES),
            table.number("low"),
            table.number("high"),
            table.text("unit"),
            claim.says,
            table.raw("default") is True,
            claim.citation,
            1.0 if (unbound := table.number("unbound_fraction")) is None else unbound,
        )
        if not 0.0 < read.unbound_fraction <= 1.0:
            table.fault(
                f"target '{read.id}' has the unbound fraction {read.unbound_fraction:g}", "It is above 0, at most 1."
            )
        if read.low is None and read.high is None:
            table.fault(f"target '{read.id}' has neither 'low' nor 'high'", "Add one.")
        if read.low is not None and read.high is not None and not read.low < read.high:
            table.fault(f"target '{read.id}' is empty", "'low' is below 'high'.")
        return read

    def maximum(self, table: Table) -> Maximum:
        """Read one daily maximum, its own or its statement's."""
        claim = self.claim(table)
        mg = daily_maximum(claim.doses or ()) if claim.statement else self.need(table, "mg_per_day")
        if mg is None and claim.doses is not None:
            table.fault(f"statement '{claim.statement}' gives no daily maximum", "Name one that gives max_mg_per_day.")
        return Maximum(table.text("drug"), mg or math.inf, claim.says, claim.citation)

    def plan(self, table: Table) -> Plan:
        """Read one dose plan: a numbered dose of a statement, or doses of its own, within a statement's daily range."""
        claim, days, form = self.claim(table), table.texts("days_of_week"), table.text("form")
        for day in days:
            if day not in WEEKDAYS:
                table.fault(f"'{day}' is no day of the week", f"Use: {', '.join(WEEKDAYS)}.")
        number = table.whole("dose")
        intakes = self.doses(table) if number is None else self.stated_doses(table, claim, number, len(days))
        mg_per_day = sum(mg for _, mg in intakes)
        if number is None and claim.doses is not None and not allows_mg_per_day(claim.doses, mg_per_day):
            table.fault(f"statement '{claim.statement}' does not allow {mg_per_day:g} mg a day", "Stay in its range.")
        strength = re.search(r" (\d+(?:\.\d+)?) mg$", form)
        if strength is None:
            table.fault(f"form '{form}' has no strength", "Write it as 'capsule 250 mg'.")
        each_mg = float(strength[1]) if strength else 1.0
        doses = tuple(Dose(at, mg, mg / each_mg) for at, mg in intakes)
        only_if = table.text("only_if", required=False)
        try:
            step = DoseStep(1, doses, form, tuple(day for day in WEEKDAYS if day in days))
        except InputError as fault:
            table.fault(f"a plan has a step that means nothing: {fault}", "Correct its doses or its form.")
            step = DoseStep(1, ())
        conditions = self.conditions_of(table)
        by_weight = self.mg_per_kg(table)
        return Plan(
            table.text("id"), table.text("drug"), step, only_if, claim.says, claim.citation, by_weight, conditions
        )

    def condition(self, table: Table) -> Condition:
        """Read for whom alone plans are offered."""
        claim = self.claim(table)
        least, below = table.number("at_least"), table.number("below")
        if (least is None) is (below is None):
            table.fault("a condition has one of 'at_least' and 'below'", "Give one.")
        return Condition(
            table.text("id"), table.text("drug"), table.text("fact"), least, below, table.text("unit"), claim.says,
            claim.citation,
        )  # fmt: skip

    def conditions_of(self, table: Table) -> tuple[Condition, ...]:
        """Return the conditions that a plan names, each of its own drug."""
        names = table.texts("only_for")
        named = [self.conditions.get(name) for name in names]
        for name, condition in zip(names, named, strict=True):
            if condition is None or condition.drug != table.text("drug"):
                table.fault(f"condition '{name}' of the drug does not exist", did_you_mean(name, self.conditions))
        return tuple(condition for condition in named if condition is not None)

    def mg_per_kg(self, table: Table) -> tuple[float, float] | None:
        """Return the range of a dose for each kilogram; None where there is none."""
        given = table.raw("mg_per_kg")
        if given is None:
            return None
        numbers = [float(x) for x in given if isinstance(x, int | float)] if isinstance(given, list) else []
        if len(numbers) != 2 or not 0.0 < numbers[0] <= numbers[1]:
            table.fault("'mg_per_kg' is a lower and an upper number above 0", "Write it as [15, 20].")
            return None
        return numbers[0], numbers[1]

    def doses(self, table: Table) -> tuple[tuple[str, float], ...]:
        """Read the doses of a row itself."""
        intakes = []
        for dose in table.rows("doses"):
            row = table.inner(dose)
            intakes.append((row.text("at"), self.need(row, "mg")))
            row.done()
        if not intakes:
            table.fault("a plan has no doses", 'Add doses = [{ at = "08:00", mg = ... }], or the number of a dose.')
        return tuple(intakes)

    def stated_doses(self, table: Table, claim: _Claim, number: int, days: int) -> tuple[tuple[str, float], ...]:
        """Return the doses of a row of a statement, by its number; ``days`` is how many days of the week are named."""
        if claim.doses is None and claim.statement:
            return ()  # that it does not exist is said
        dose = next(iter((claim.doses or ())[number - 1 : number]), StatedDose())
        intakes, per_week = dose.intakes, dose.per_week
        if not intakes:
            table.fault(f"statement '{claim.statement}' gives no amount as its dose {number}", "Correct the number.")
        elif days != (per_week or 0):
            table.fault(f"{days} days are named, the statement has {per_week or 'no'} a week", "Correct days_of_week.")
        return intakes

    def hold(self, table: Table) -> Hold:
        """Read one hold."""
        claim = self.claim(table, forbids=True)
        if not claim.statement:
            table.fault("a hold names no statement", 'Add statement = "<drug>.contraindication...".')
        name, drug = table.text("id"), table.text("drug")
        return Hold(name, drug, claim.statement, claim.says, claim.citation, claim.interpretation)

    def sampling(self, table: Table) -> SamplingTimes:
        """Read sampling times."""
        hours = table.raw("hours_after_dose")
        times = tuple(float(hour) for hour in hours) if isinstance(hours, list) else ()
        claim = self.claim(table)
        return SamplingTimes(table.text("drug"), times, claim.says, claim.citation)

    def mic(self, table: Table) -> MicDistribution:
        """Read one MIC distribution."""
        table.choice("unit", ("mg/L",))
        claim = self.claim(table)
        return MicDistribution(
            table.text("drug"),
            self.need(table, "median"),
            self.need(table, "low"),
            self.need(table, "high"),
            claim.says,
            claim.citation,
        )

    def policy(self, table: Table) -> tuple[str, float]:
        """Read one reading of ours: its id and its number."""
        table.text("says")
        return table.text("id"), self.need(table, "value")

"""What sources aim at and forbid for the levels of a drug, as values, each with its citation.

Targets, greatest doses, dose plans that sources allow, holds, sampling times and MIC distributions stand in
``pk_models/targets.toml``; the code that weighs a patient against them holds no clinical number of its own.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fullcourse.clinical.citation import Citation, Source
from fullcourse.clinical.dose import WEEKDAYS, Dose, DoseStep
from fullcourse.clinical.errors import Fault, InputError, KnowledgeError
from fullcourse.knowledge.read_vocabulary import read_source
from fullcourse.knowledge.tables import Table, did_you_mean

__all__ = ["Hold", "LevelTargets", "Maximum", "MicDistribution", "Plan", "SamplingTimes", "Target", "read_targets"]

HERE = Path(__file__).parents[1]

MEASURES = ("peak", "trough", "level", "ceiling", "auc24", "auc24_over_mic", "time_above_mic_percent")

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Target:
    """A range of a measure, or a line not to pass.

    Attributes:
        measure: ``peak``, ``trough``, ``level`` (time not known), ``ceiling``, ``auc24``, ``auc24_over_mic`` or
            ``time_above_mic_percent``.
        low: Lower end, in ``unit``; None for a ceiling.
        high: Upper end; None where only a lower end is aimed at.
        default: Whether it is the one aimed at when none is named.
        unbound_fraction: Share of the drug in plasma to which the range applies; 1 where it is of all of it.
    """

    id: str
    drug: str
    measure: str
    low: float | None
    high: float | None
    unit: str
    says: str
    default: bool
    citation: Citation
    unbound_fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class Maximum:
    """The highest daily amount of one source, mg."""

    drug: str
    mg_per_day: float
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Plan:
    """A dose plan that a source allows; ``only_if`` names a hold under which alone it is offered."""

    id: str
    drug: str
    step: DoseStep
    only_if: str
    says: str
    citation: Citation

    @property
    def greatest_mg_per_day(self) -> float:
        """The amount of a dosing day, mg."""
        return self.step.mg_per_dosing_day


@dataclass(frozen=True, slots=True)
class Hold:
    """A fact that, while true (or while a number is below ``below``), forbids advising a dose."""

    id: str
    drug: str
    fact: str
    below: float | None
    unit: str
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class SamplingTimes:
    """Hours after a dose at which a source draws samples."""

    drug: str
    hours_after_dose: tuple[float, ...]
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class MicDistribution:
    """MICs of a collection of isolates: median and range, mg/L."""

    drug: str
    median: float
    low: float
    high: float
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class LevelTargets:
    """Everything that sources say about the levels of one drug; ``policies`` are readings of ours, by id."""

    drug: str
    targets: tuple[Target, ...] = ()
    maxima: tuple[Maximum, ...] = ()
    plans: tuple[Plan, ...] = ()
    holds: tuple[Hold, ...] = ()
    sampling: tuple[SamplingTimes, ...] = ()
    mics: tuple[MicDistribution, ...] = ()
    policies: Mapping[str, float] = field(default_factory=dict)

    @property
    def aim(self) -> Target | None:
        """The range aimed at when none is named."""
        return next((target for target in self.targets if target.default), None)

    @property
    def ceilings(self) -> tuple[Target, ...]:
        """Lines of level not to pass, lowest first."""
        found = [target for target in self.targets if target.measure == "ceiling" and target.high is not None]
        return tuple(sorted(found, key=lambda target: target.high or 0.0))

    @property
    def mg_per_day(self) -> float | None:
        """The lowest of the daily maxima, mg; None where no source states one."""
        return min((row.mg_per_day for row in self.maxima), default=None)


def read_targets(drug: str, folder: Path = HERE, sources: Mapping[str, Source] | None = None) -> LevelTargets:
    """Read what sources say about the levels of one drug.

    Args:
        drug: INN in lower case; a drug of which nothing is said gives empty targets.
        folder: The knowledge folder.
        sources: The sources of the knowledge by id, where they are read already; None reads them.

    Raises:
        KnowledgeError: With every fault of ``pk_models/targets.toml``, whatever the drug.
    """
    file = "pk_models/targets.toml"
    try:
        tables = tomllib.loads((folder / file).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError([Fault(file, "", f"it is not TOML: {error}", "Correct the line.")]) from None
    faults: list[Fault] = []
    reader = _Reader(tables, file, _sources(tables, file, folder, sources, faults), faults)
    targets = reader.rows("target", reader.target)
    maxima = reader.rows("maximum", reader.maximum)
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


def _sources(
    tables: Mapping[str, object], file: str, folder: Path, known: Mapping[str, Source] | None, faults: list[Fault]
) -> dict[str, Source]:
    """Return the sources of the knowledge and those that stand beside the targets."""
    found: dict[str, Source] = dict(known or {})
    for path in sorted((folder / "sources").glob("*.toml")) if known is None else ():
        name = f"sources/{path.name}"
        for row in tomllib.loads(path.read_text("utf-8")).get("source", []):
            source = read_source(row, name, faults)
            found[source.id] = source
    for row in Table(tables, file, "source", faults).rows("source"):
        source = read_source(row, file, faults)
        found.setdefault(source.id, source)  # where a source stands in sources/ too, that one counts
    return found


class _Reader:
    """Reads the rows of the targets file, noting every fault."""

    def __init__(
        self, tables: Mapping[str, object], file: str, sources: Mapping[str, Source], faults: list[Fault]
    ) -> None:
        self.file, self.sources, self.faults = file, sources, faults
        self.table = Table(tables, file, "", faults)

    def rows(self, key: str, read: Callable[[Table], Row]) -> list[Row]:
        """Return every row of a kind."""
        found = []
        for number, item in enumerate(self.table.rows(key), start=1):
            table = Table(item, self.file, f"{key} {number}", self.faults)
            found.append(read(table))
            table.done()
        return found

    def citation(self, table: Table) -> Citation:
        """Return the citation of a row; a row without a source does not load."""
        name, section = table.text("source"), table.text("section")
        source = self.sources.get(name)
        if source is None:
            if name:
                table.fault(f"source '{name}' is not known", did_you_mean(name, self.sources))
            return Citation(name, "", section, "", "")
        if source.tier == "C":
            table.fault(f"it rests on tier C ('{name}') alone", "Find a source of tier A or B.")
        return Citation(name, source.title, section, source.address, source.tier)

    def need(self, table: Table, key: str) -> float:
        """Return a positive number that must be there."""
        value = table.number(key)
        if value is None or not value > 0.0:
            table.fault(f"'{key}' must be a number above 0", f"Add {key} = ...")
            return 1.0
        return value

    def target(self, table: Table) -> Target:
        """Read one target."""
        read = Target(
            table.text("id"),
            table.text("drug"),
            table.choice("measure", MEASURES),
            table.number("low"),
            table.number("high"),
            table.text("unit"),
            table.text("says"),
            table.raw("default") is True,
            self.citation(table),
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
        """Read one daily maximum."""
        return Maximum(table.text("drug"), self.need(table, "mg_per_day"), table.text("says"), self.citation(table))

    def plan(self, table: Table) -> Plan:
        """Read one dose plan."""
        doses = []
        for item in table.rows("doses"):
            row = table.inner(item)
            doses.append(Dose(row.text("at"), self.need(row, "mg"), row.number("units")))
            row.done()
        if not doses:
            table.fault("a plan has no doses", 'Add doses = [{ at = "08:00", mg = ... }].')
        days = table.texts("days_of_week")
        for day in days:
            if day not in WEEKDAYS:
                table.fault(f"'{day}' is no day of the week", f"Use: {', '.join(WEEKDAYS)}.")
        try:
            step = DoseStep(1, tuple(doses), table.text("form"), tuple(day for day in WEEKDAYS if day in days))
        except InputError as fault:
            table.fault(f"a plan has a step that means nothing: {fault}", "Correct its doses or its form.")
            step = DoseStep(1, ())
        return Plan(
            table.text("id"),
            table.text("drug"),
            step,
            table.text("only_if", required=False),
            table.text("says"),
            self.citation(table),
        )

    def hold(self, table: Table) -> Hold:
        """Read one hold."""
        return Hold(
            table.text("id"),
            table.text("drug"),
            table.text("fact"),
            table.number("below"),
            table.text("unit", required=False),
            table.text("says"),
            self.citation(table),
        )

    def sampling(self, table: Table) -> SamplingTimes:
        """Read sampling times."""
        hours = table.raw("hours_after_dose")
        times = tuple(float(hour) for hour in hours) if isinstance(hours, list) else ()
        return SamplingTimes(table.text("drug"), times, table.text("says"), self.citation(table))

    def mic(self, table: Table) -> MicDistribution:
        """Read one MIC distribution."""
        table.choice("unit", ("mg/L",))
        return MicDistribution(
            table.text("drug"),
            self.need(table, "median"),
            self.need(table, "low"),
            self.need(table, "high"),
            table.text("says"),
            self.citation(table),
        )

    def policy(self, table: Table) -> tuple[str, float]:
        """Read one reading of ours: its id and its number."""
        table.text("says")
        return table.text("id"), self.need(table, "value")

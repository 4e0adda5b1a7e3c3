"""What sources aim at and forbid for the levels of a drug, as values, each with its citation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.dose import DoseStep

__all__ = ["Condition", "Hold", "LevelTargets", "Maximum", "MicDistribution", "Plan", "SamplingTimes", "Target"]


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
class Condition:
    """For whom alone a source gives a plan: a number of the patient at least, or below, a line."""

    id: str
    drug: str
    fact: str
    at_least: float | None
    below: float | None
    unit: str
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Plan:
    """A dose plan that a source allows.

    Attributes:
        only_if: A hold under which alone it is offered; empty for none.
        mg_per_kg: What one dose comes to for each kilogram of the person, lowest and highest; None where the source
            gives an amount for everybody.
        conditions: For whom alone it is offered.
    """

    id: str
    drug: str
    step: DoseStep
    only_if: str
    says: str
    citation: Citation
    mg_per_kg: tuple[float, float] | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def greatest_mg_per_day(self) -> float:
        """The amount of a dosing day, mg."""
        return self.step.mg_per_dosing_day


@dataclass(frozen=True, slots=True)
class Hold:
    """A statement that, while it is true of a patient, forbids advising a dose, and how we read it."""

    id: str
    drug: str
    statement: str
    says: str
    citation: Citation
    interpretation: str = ""


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
        ceilings = [target for target in self.targets if target.measure == "ceiling" and target.high is not None]
        return tuple(sorted(ceilings, key=lambda target: target.high or 0.0))

    @property
    def mg_per_day(self) -> float | None:
        """The lowest of the daily maxima, mg; None where no source states one."""
        return min((row.mg_per_day for row in self.maxima), default=None)

"""Dose plans in the population of a published model, or with one patient's covariates: curves and attainment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.journey.levels.curve import QUANTILES, LevelCurve, metabolites_of, plan_doses
from fullcourse.journey.levels.models import ANY_ADULT_YEARS, choose_model, refuse_other_way_in
from fullcourse.journey.levels.patient import PatientFacts
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.targets import LevelTargets
from fullcourse.pharmacokinetics.advice.attainment import Attainment, Mics, attainments, interval
from fullcourse.pharmacokinetics.advice.exposure import Draws, Exposure, steady_exposure
from fullcourse.pharmacokinetics.advice.plan_curves import plan_curves
from fullcourse.pharmacokinetics.advice.population import VirtualPopulation, draw_population
from fullcourse.pharmacokinetics.inputs.covariates import Covariates, amounts_of, dose_refusal, patient_covariates
from fullcourse.pharmacokinetics.model import F64

__all__ = [
    "Attainment",
    "Covariates",
    "Mics",
    "People",
    "PlanAttainment",
    "Simulation",
    "attain",
    "people_of",
    "simulate_plan",
]

_CHUNK: Final = 2000
"""People simulated at a time, so that memory does not grow with their number."""

_MOST_VALUES: Final = 40_000_000
_MOST_DAYS: Final = 1000
_FINE_DAYS: Final = 3
"""A plan of so many days is shown in finer steps than hours."""

_QUARTER_H: Final = 0.25
_WEEK_H: Final = 168.0


@dataclass(frozen=True, slots=True)
class People:
    """Who is simulated.

    Attributes:
        file: The model.
        drawn: Everybody.
        covariates: Of the patient whose everybody has; None for those of the population.
        occasions: Whether people differ from occasion to occasion.
    """

    file: PkModelFile
    drawn: VirtualPopulation
    covariates: Covariates | None
    occasions: bool = True

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken for granted."""
        fixed = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in self.drawn.fixed.items())
        said = (f"no spread is printed, so everybody has: {fixed}",) if fixed else ()
        if not self.file.occasion_effects:
            return (*said, "the model has no variability between occasions")
        return (*said, f"variability between occasions is {'in' if self.occasions else 'left out of'} these numbers")


@dataclass(frozen=True, slots=True)
class Simulation:
    """Levels under a plan.

    Attributes:
        curve: Quantiles over everybody.
        time_h: Hours of ``levels``.
        levels: Of everybody, mg/L, ``(N, M)``.
        peak: Quantiles of the peak of the last day, mg/L.
        trough: The same of the trough.
        means: Arithmetic means of peak and trough of the last day, mg/L.
        metabolites: Each metabolite's name, and what part of the drug's area under the curve of the last week is its.
    """

    curve: LevelCurve
    time_h: F64
    levels: F64
    peak: Sequence[float]
    trough: Sequence[float]
    means: tuple[float, float]
    metabolites: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanAttainment:
    """How often a plan at steady state reaches what sources aim at.

    Attributes:
        reached: One for each target.
        mics: MIC in mg/L with its share; None where none is known.
        peak: Quantiles, mg/L.
        trough: Quantiles, mg/L.
        auc24: Quantiles, mg.h/L.
        means: Arithmetic means of peak, trough and AUC24, as papers print them.
        notes: What was taken for granted.
    """

    reached: tuple[Attainment, ...]
    mics: Mics | None
    peak: Sequence[float]
    trough: Sequence[float]
    auc24: Sequence[float]
    means: tuple[float, float, float]
    notes: tuple[str, ...]


def people_of(
    drug: str,
    wanted: PkModelFile | str | None,
    facts: PatientFacts | None,
    count: int,
    seed: int,
    *,
    occasions: bool = True,
) -> People:
    """Draw people of a model: of its population, or all with one patient's covariates.

    Args:
        drug: INN that has models.
        wanted: A model handed in or named; None for the default of the age.
        facts: Of the patient; None for the population of any adult.
        count: How many.
        seed: Of the random numbers.
        occasions: Whether people differ from occasion to occasion, as the model says.
    """
    if facts is None:
        file = choose_model(drug, wanted, ANY_ADULT_YEARS)
        return People(file, draw_population(file, count, seed, occasions=occasions), None, occasions)
    file = choose_model(drug, wanted, facts.number("age", "a"))
    own = patient_covariates(file, facts)
    drawn = draw_population(file, count, seed, dict(own.values), occasions=occasions)
    return People(file, drawn, own, occasions)


def simulate_plan(people: People, steps: Sequence[DoseStep], days: int) -> Simulation:
    """Return everybody's levels under a plan for so many days.

    Raises:
        InputError: So many days, or people over them, cannot be kept.
        OutsideLabel: The model knows no such dose.
    """
    _refuse_unknown_dose(people.file, steps)
    draws = people.drawn.draws
    if not 1 <= days <= _MOST_DAYS:
        raise InputError(f"--days {days}: between 1 and {_MOST_DAYS} days can be simulated.")
    time_h = np.arange(0.0, days * 24.0 + 1e-9, 1.0 if days > _FINE_DAYS else _QUARTER_H)
    if time_h.size * draws.count > _MOST_VALUES:
        raise InputError(
            f"--n {draws.count} people over {days} days are too many to keep. Simulate fewer people or days."
        )
    every = _curves(draws, steps, days, time_h)
    main = draws.model.outputs[0].name
    levels = every[main]
    # An hourly curve is enough to see and too coarse for a peak.
    last_day = _curves(draws, steps, days, np.arange((days - 1) * 24.0, days * 24.0 + 1e-9, _QUARTER_H))[main]
    quantiles = tuple(tuple(row) for row in np.quantile(levels, QUANTILES, axis=0).tolist())
    called = metabolites_of(draws.model)
    medians = tuple((name, tuple(np.median(every[output], axis=0).tolist())) for output, name in called.items())
    curve = LevelCurve(tuple(time_h.tolist()), quantiles, plan_doses(steps, days), metabolites=medians)
    week = time_h >= days * 24.0 - _WEEK_H
    parts = tuple(
        (name, float(np.median(every[output][:, week].sum(axis=1) / levels[:, week].sum(axis=1))))
        for output, name in called.items()
    )
    peak, trough = last_day.max(axis=1), last_day.min(axis=1)
    return Simulation(
        curve, time_h, levels, interval(peak), interval(trough), (float(peak.mean()), float(trough.mean())), parts
    )


def attain(people: People, steps: Sequence[DoseStep], targets: LevelTargets, mics: Mics | None) -> PlanAttainment:
    """Return how often a plan at steady state reaches what sources aim at.

    Args:
        people: Who takes it.
        steps: One step.
        targets: What sources aim at.
        mics: MIC in mg/L with its share; None for the published median.

    Raises:
        InputError: The plan has several steps.
        OutsideLabel: The model knows no such dose.
    """
    _refuse_unknown_dose(people.file, steps)
    if len(steps) > 1:
        raise InputError("--dose: attainment is for one plan at steady state. Give its last step alone.")
    said: tuple[str, ...] = ()
    if mics is None and targets.mics:
        row = targets.mics[0]
        mics, said = {row.median: 1.0}, (f"MIC {row.median:g} mg/L taken: {row.says} [{row.citation.source}]",)
    elif mics is None:
        said = ("no MIC is given and none is published here: targets that need one are left out",)
    exposure = _exposure(people.drawn.draws, steps[0])
    return PlanAttainment(
        tuple(attainments(exposure, targets, mics)),
        mics,
        interval(exposure.peak),
        interval(exposure.trough),
        interval(exposure.auc24),
        (float(exposure.peak.mean()), float(exposure.trough.mean()), float(exposure.auc24.mean())),
        (*people.notes, *said),
    )


def _refuse_unknown_dose(file: PkModelFile, steps: Sequence[DoseStep]) -> None:
    refuse_other_way_in(file, (step.over_h or 0.0 for step in steps))
    if refused := dose_refusal(file, amounts_of(steps)):
        raise OutsideLabel(f"{refused}. Choose another model with --model, or another plan.")


def _parts(count: int) -> Iterable[slice]:
    return (slice(start, start + _CHUNK) for start in range(0, count, _CHUNK))


def _curves(draws: Draws, steps: Sequence[DoseStep], days: int, time_h: F64) -> dict[str, F64]:
    """Return levels of everybody at every hour by output, a part at a time, ``(N, M)`` each."""
    parts = [plan_curves(draws.part(part), steps, days, time_h) for part in _parts(draws.count)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _exposure(draws: Draws, step: DoseStep) -> Exposure:
    """Return the exposure of everybody, a part at a time."""
    parts = [steady_exposure(draws.part(part), step) for part in _parts(draws.count)]
    return Exposure(
        parts[0].time_h,
        np.concatenate([part.mg_per_l for part in parts]),
        np.concatenate([part.peak for part in parts]),
        np.concatenate([part.trough for part in parts]),
        np.concatenate([part.auc24 for part in parts]),
        parts[0].cycle_h,
    )

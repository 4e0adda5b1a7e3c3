"""How often a dose plan reaches what sources aim at: for a population, or for one patient's own draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.pk.targets import LevelTargets, Target
from fullcourse.pharmacokinetics.advice.exposure import Exposure
from fullcourse.pharmacokinetics.model import F64

__all__ = ["Attainment", "attainments", "fraction_within", "interval", "measure_of"]

Mics = Mapping[float, float]
"""MIC, mg/L, to its share of isolates; shares add up to 1."""


@dataclass(frozen=True, slots=True)
class Attainment:
    """How often one target is reached.

    Attributes:
        target: What is aimed at.
        probability: 0 to 1; over the MIC distribution where the target needs an MIC.
        by_mic: Probability at each MIC, where the target needs one.
        standard_error: Of ``probability``, from the number of draws.
    """

    target: Target
    probability: float
    by_mic: Mapping[float, float]
    standard_error: float


def attainments(exposure: Exposure, targets: LevelTargets, mics: Mics | None = None) -> tuple[Attainment, ...]:
    """Return how often each target of a drug is reached; targets of unknown sampling time are left out.

    Args:
        exposure: Levels of N draws under one plan.
        targets: What sources aim at; a ceiling is reached when the peak stays below it.
        mics: MIC distribution; without it targets that need one are left out.

    Raises:
        InputError: An MIC is not above 0, or shares do not add up to 1.
    """
    check_mics(mics)
    reached = []
    for target in targets.targets:
        if target.measure == "level":
            continue
        needs_mic = target.measure in {"time_above_mic_percent", "auc24_over_mic"}
        if needs_mic and not mics:
            continue
        if needs_mic and mics:
            by_mic = {mic: fraction_within(measure_of(exposure, target, mic), target) for mic in sorted(mics)}
            probability = sum(by_mic[mic] * share for mic, share in mics.items())
        else:
            by_mic, probability = {}, fraction_within(measure_of(exposure, target), target)
        error = float(np.sqrt(probability * (1.0 - probability) / exposure.peak.size))
        reached.append(Attainment(target, probability, by_mic, error))
    return tuple(reached)


def measure_of(exposure: Exposure, target: Target, mic: float | None = None) -> F64:
    """Return what a target measures, for every draw, in the target's unit; ``(N,)``."""
    unbound = target.unbound_fraction
    match target.measure:
        case "peak" | "ceiling":
            return exposure.peak * unbound
        case "trough":
            return exposure.trough * unbound
        case "auc24":
            return exposure.auc24 * unbound
    if mic is None:
        raise InputError(f"target '{target.id}' needs an MIC. Give --mic in mg/L.")
    if target.measure == "time_above_mic_percent":
        return exposure.percent_above(mic / unbound)
    return exposure.auc24 * unbound / mic


def fraction_within(values: F64, target: Target) -> float:
    """Return the share of draws inside a target; both ends belong to it, a ceiling itself does not."""
    inside = np.ones(values.shape, dtype=bool)
    if target.low is not None:
        inside &= values >= target.low
    if target.high is not None:
        inside &= (values < target.high) if target.measure in {"ceiling", "trough"} else (values <= target.high)
    return float(inside.mean())


def interval(values: F64, quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> tuple[float, ...]:
    """Return quantiles of a measure over the draws."""
    return tuple(float(value) for value in np.quantile(values, quantiles))


def check_mics(mics: Mics | None) -> None:
    """Refuse MICs that are not above 0, and shares that do not add up to 1.

    Raises:
        InputError: Says which.
    """
    if mics is None:
        return
    for mic, share in mics.items():
        if not (mic > 0.0 and np.isfinite(mic)) or not 0.0 <= share <= 1.0:
            raise InputError(f"mic '{mic:g}' with share {share:g}: an MIC is above 0 mg/L, a share lies from 0 to 1.")
    if abs(sum(mics.values()) - 1.0) > 1e-6:
        raise InputError(f"mic: the shares add up to {sum(mics.values()):g}, not to 1. Correct the distribution.")

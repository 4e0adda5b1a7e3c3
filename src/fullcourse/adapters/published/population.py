"""A plan in a population, as JSON: its curve, and how often it reaches what sources aim at."""

from collections.abc import Sequence

from fullcourse.adapters.published.numbers import rounded
from fullcourse.adapters.published.target import target_json
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.journey.levels.curve import QUANTILES
from fullcourse.journey.levels.population import PlanAttainment, Simulation

__all__ = ["attainment_json", "simulation_json"]


def simulation_json(
    simulation: Simulation, steps: Sequence[DoseStep], days: int, count: int, seed: int, *, occasions: bool
) -> dict[str, object]:
    """Return the levels of so many people under a plan for so many days."""
    curve = simulation.curve
    return {
        "plan": say_dose_plan(steps),
        "days": days,
        "n": count,
        "seed": seed,
        "occasions": occasions,
        "last_day": {
            "mean_peak": rounded(simulation.means[0]),
            "mean_trough": rounded(simulation.means[1]),
            "peak": [rounded(value) for value in simulation.peak],
            "trough": [rounded(value) for value in simulation.trough],
        },
        "metabolites": [{"name": name, "part_of_drug": rounded(part)} for name, part in simulation.metabolites],
        "curve": {
            "time_h": [rounded(value) for value in curve.time_h],
            "quantiles": {
                f"p{round(q * 100)}": [rounded(value) for value in values]
                for q, values in zip(QUANTILES, curve.quantiles, strict=True)
            },
        },
    }


def attainment_json(
    attained: PlanAttainment, steps: Sequence[DoseStep], count: int, seed: int, *, occasions: bool
) -> dict[str, object]:
    """Return how often a plan at steady state reaches what sources aim at."""
    return {
        "plan": say_dose_plan(steps),
        "n": count,
        "seed": seed,
        "occasions": occasions,
        "means": {name: rounded(mean) for name, mean in zip(("peak", "trough", "auc24"), attained.means, strict=True)},
        "mics": [{"mic": value, "share": share} for value, share in (attained.mics or {}).items()],
        "auc24": [rounded(value) for value in attained.auc24],
        "peak": [rounded(value) for value in attained.peak],
        "trough": [rounded(value) for value in attained.trough],
        "targets": [
            {
                **target_json(reached.target),
                "probability": rounded(reached.probability),
                "standard_error": rounded(reached.standard_error),
                "by_mic": [{"mic": value, "probability": rounded(p)} for value, p in reached.by_mic.items()],
            }
            for reached in attained.reached
        ],
    }

"""An estimate of a patient, as JSON."""

from fullcourse.adapters.published.numbers import rounded
from fullcourse.journey.levels.estimates import PatientEstimate

__all__ = ["estimate_json"]


def estimate_json(item: PatientEstimate) -> dict[str, object]:
    """Return one estimate as plain values."""
    effects = item.effects
    return {
        "model": item.file.id,
        "parameters": [
            {"name": row.name, "unit": row.unit, "of": row.of, "typical": rounded(row.typical), "own": rounded(row.own),
             "interval_90": [rounded(row.low), rounded(row.high)]}
            for row in item.parameters
        ],
        "levels": [
            {"recorded": fit.level.recorded, "mg_per_l": rounded(fit.level.mg_per_l), "at": fit.level.at.isoformat(),
             "below_limit": fit.level.below_limit, "from": fit.level.origin,
             "expected": [rounded(value) for value in fit.expected], "predicted": rounded(fit.predicted),
             "percentile": None if fit.percentile is None else rounded(fit.percentile), "conflict": fit.conflict}
            for fit in item.fits
        ],
        "quality": {
            "objective": rounded(float(effects.objective[0])),
            "gradient_norm": rounded(float(effects.gradient_norm[0])),
            "starts": effects.starts,
            "starts_agreed": int(effects.starts_agreed[0]),
            "converged": bool(effects.converged[0]),
            "posterior": item.posterior.method,
            "effective_sample_size": rounded(item.posterior.ess),
            "pareto_k": rounded(item.posterior.khat),
        },
    }  # fmt: skip

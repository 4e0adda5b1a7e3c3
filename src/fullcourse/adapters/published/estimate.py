"""An estimate of a patient, as JSON."""

from collections.abc import Sequence

from fullcourse.adapters.published.numbers import rounded
from fullcourse.journey.levels.estimates import PatientEstimate
from fullcourse.journey.levels.exposure import Measure
from fullcourse.journey.levels.sampling import NextSamples

__all__ = ["estimate_json"]


def estimate_json(
    own: PatientEstimate, measures: Sequence[Measure] = (), next_sample: NextSamples | None = None
) -> dict[str, object]:
    """Return one estimate as plain values, with what its levels come to and the sample that would settle most."""
    effects, settles = own.effects, own.settles
    return {
        "model": own.file.id,
        "parameters": [
            {"name": row.name, "unit": row.unit, "of": row.of, "typical": rounded(row.typical), "own": rounded(row.own),
             "interval_90": [rounded(row.low), rounded(row.high)]}
            for row in own.parameters
        ],
        "levels": [
            {"recorded": fit.level.recorded, "mg_per_l": rounded(fit.level.mg_per_l), "at": fit.level.at.isoformat(),
             "below_limit": fit.level.below_limit, "from": fit.level.origin,
             "expected": [rounded(value) for value in fit.expected], "predicted": rounded(fit.predicted),
             "percentile": None if fit.percentile is None else rounded(fit.percentile), "conflict": fit.conflict}
            for fit in own.fits
        ],
        "exposure": {
            "begins": own.exposure.begins.isoformat(),
            "measures": [
                {"name": row.name, "of": row.of, "unit": row.unit, "own": rounded(row.own),
                 "interval_90": [rounded(row.low), rounded(row.high)]}
                for row in measures
            ],
        },
        "next_sample_settles": None if settles is None else {
            "absorbed_late": rounded(settles.late), "hours_after_dose": rounded(settles.hours),
            "if_late": [rounded(value) for value in settles.if_late],
            "if_little": [rounded(value) for value in settles.if_little],
        },
        "next_sample": None if next_sample is None else {
            "at": next_sample.at[0].isoformat(), "hours_after_dose": rounded(next_sample.hours_after_dose[0], 3),
            "gain": rounded(next_sample.gain, 4),
        },
        "together": {"probability": rounded(own.together), "excluded": own.excluded},
        "classes": [
            {"name": row.name, "before": rounded(row.before), "after": rounded(row.after)} for row in own.classes
        ],
        "quality": {
            "objective": rounded(float(effects.objective[0])),
            "gradient_norm": rounded(float(effects.gradient_norm[0])),
            "starts": effects.starts,
            "starts_agreed": int(effects.starts_agreed[0]),
            "converged": bool(effects.converged[0]),
            "posterior": own.posterior.method,
            "effective_sample_size": rounded(own.posterior.ess),
            "pareto_k": rounded(own.posterior.khat),
        },
    }  # fmt: skip

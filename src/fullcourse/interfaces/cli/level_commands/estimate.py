"""``fullcourse levels estimate``: what a patient's levels say about that patient."""

from collections.abc import Mapping, Sequence

import click
import numpy as np

from fullcourse.adapters.documents.level_chart import ChartBand, ChartDose, ChartPoint, LevelChart
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.level_commands.answer import (
    OUTSIDE,
    answer,
    curve_lines,
    echo_json,
    echo_lines,
    rounded,
    save_chart,
)
from fullcourse.interfaces.cli.level_commands.patient_input import (
    PatientInput,
    choose_model,
    patient_options,
    read_patient,
)
from fullcourse.knowledge.pk.model_choice import offered_models
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import LevelTargets, read_targets
from fullcourse.pharmacokinetics.advice.exposure import Draws, concentrations
from fullcourse.pharmacokinetics.advice.model_average import model_weights
from fullcourse.pharmacokinetics.advice.patient_estimate import (
    PatientEstimate,
    estimate_patient,
    history_table,
)
from fullcourse.pharmacokinetics.inputs.covariates import patient_covariates
from fullcourse.pharmacokinetics.model import ErrorKind, ResidualError

CHART_DRAWS = 200

__all__ = ["estimate", "estimate_json", "estimates_of", "model_shares", "patient_chart"]


@click.command()
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--average", is_flag=True, help="Use every model for the patient's age, weighted by the levels.")
@click.option("--plot", metavar="FILE", help="Write the curve as SVG.")
def estimate(patient: str, average: bool, plot: str | None, **options: object) -> None:
    """Say what PATIENT's levels say about that patient: own clearance and volume, own curve, and how sure that is.

    PATIENT is a FHIR record or a TOML file of facts; - reads standard input.
    """
    found = read_patient(patient, options)
    estimates, skipped = estimates_of(found, options, average=average)
    weights = model_weights(estimates)
    lead = estimates[int(np.argmax(weights))]
    as_json = options["form"] == "json"
    chart = None
    if plot or not as_json:
        chart = patient_chart(lead, found, read_targets(found.drug, knowledge=found.knowledge))
        save_chart(chart, plot)
    if as_json or chart is None:
        head = answer(
            "estimate", found.drug, [item.file for item in estimates], found, lead.covariates, weights, skipped
        )
        head["estimates"] = [estimate_json(item) for item in estimates]
        echo_json(head)
        return
    lines = list(_lines(lead, found))
    if len(estimates) > 1:
        lines += ["", f"Models weighted by the levels: {model_shares(estimates)}. The heaviest is shown."]
    lines += ["", *curve_lines(chart), *(f"Note: {note}" for note in (*found.notes, *skipped))]
    echo_lines(lines)


def model_shares(estimates: Sequence[PatientEstimate]) -> str:
    """Return each model's id and weight in words."""
    weights = model_weights(estimates)
    return ", ".join(f"{item.file.id} {weight:.0%}" for item, weight in zip(estimates, weights, strict=True))


def estimates_of(
    found: PatientInput, options: Mapping[str, object], *, average: bool
) -> tuple[list[PatientEstimate], list[str]]:
    """Return the estimate under the model chosen, or under every model for the patient, and why others were skipped."""
    age = found.facts.number("age", "a")
    wanted = options.get("model")
    first = choose_model(found.drug, str(wanted) if wanted else None, age)
    files = [first]
    if average and age is not None:
        files += [file for file in offered_models(read_pk_models(drug=found.drug), age) if file.id != first.id]
    seed = int(str(options["seed"]))
    estimates, skipped = [], []
    for number, file in enumerate(files):
        try:
            covariates = patient_covariates(file, found.facts)
            estimates.append(estimate_patient(file, covariates, found.doses, found.levels, seed=seed))
        except FullcourseError as error:
            if number == 0:
                raise
            skipped.append(f"{file.id} not used: {error}")
    return estimates, skipped


def _sd(error: ResidualError | None, mg_per_l: float) -> float:
    """Return the standard deviation of a level by its model; none where the model prints no residual error."""
    if error is None:
        return 0.0
    if error.kind is ErrorKind.COMBINED_2:
        return float(np.hypot(error.a * mg_per_l, error.b))
    return float(error.a * mg_per_l + (error.b if error.kind is ErrorKind.COMBINED_1 else 0.0))


def patient_chart(estimate: PatientEstimate, found: PatientInput, targets: LevelTargets) -> LevelChart:
    """Return the patient's own curve from a day before the last visit to a day after it; hour 0 is the last dose."""
    hours = [(level.at - estimate.start).total_seconds() / 3600.0 for level in found.levels]
    taken = [(dose.at - estimate.start).total_seconds() / 3600.0 for dose in found.doses]
    zero, last = max(taken), max(hours)
    first = max(min(taken), last - 36.0, 0.0)
    points = np.arange(np.floor(first * 4.0) / 4.0, last + 24.0, 0.25)
    model = estimate.draws.model
    table = history_table(model, estimate.covariates.values, found.doses, (), estimate.start, points.tolist())
    values = concentrations(_some(estimate.draws), table)
    quantiles = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    error = model.outputs[0].residual
    shown = []
    for hour, level in zip(hours, found.levels, strict=True):
        shown.append(ChartPoint(hour - zero, level.mg_per_l, _sd(error, level.mg_per_l)))
    doses = [ChartDose(hour - zero, dose.mg) for hour, dose in zip(taken, found.doses, strict=True) if hour >= first]
    aim = targets.aim
    band = None
    if aim is not None and aim.measure == "peak" and aim.low is not None and aim.high is not None:
        band = ChartBand(aim.low, aim.high, f"aimed at: peak {aim.low:g} to {aim.high:g} mg/L")
    ceilings = [
        (target.high, f"{target.high:g} mg/L, {target.citation.source}") for target in targets.ceilings if target.high
    ]
    return LevelChart(
        f"{found.drug.capitalize()}: own curve by {estimate.file.id}",
        (points - zero).tolist(),
        quantiles.tolist(),
        band,
        ceilings[:1],
        shown,
        doses,
        time_note=f"hours from the last known dose, {max(dose.at for dose in found.doses):%Y-%m-%d %H:%M}",
    )


def _some(draws: Draws) -> Draws:
    """Return the first draws, enough for a drawing."""
    return Draws(draws.model, draws.eta[:CHART_DRAWS], draws.kappa[:CHART_DRAWS], draws.covariates)


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


def _lines(item: PatientEstimate, found: PatientInput) -> Sequence[str]:
    """Return one estimate as text."""
    file, effects = item.file, item.effects
    lines = [
        f"{found.drug.capitalize()} levels by {file.id} (grade {file.grade}, {file.review})",
        f"{len(found.doses)} doses, last {found.doses[-1].at:%Y-%m-%d %H:%M}; {len(found.levels)} levels",
        "",
        "This patient            typical      own   (90 per cent)",
    ]
    for row in item.parameters:
        unit = "" if row.unit == "1" else row.unit
        lines.append(
            f"  {row.name:<10} {unit:<8} {row.typical:9.3g} {row.own:9.3g}   ({row.low:.3g} to {row.high:.3g})"
        )
    lines += ["", "Levels, mg/L                    measured  own curve   expected before (90 per cent)"]
    for fit in item.fits:
        sign = "<" if fit.level.below_limit else ""
        when = f"{fit.level.at:%Y-%m-%d %H:%M} {fit.level.matrix:<8}"
        before = f"{fit.expected[1]:.3g} ({fit.expected[0]:.3g} to {fit.expected[2]:.3g})"
        lines.append(f"  {when} {sign + format(fit.level.mg_per_l, '.3g'):>13} {fit.predicted:10.3g}   {before}")
    lines += [f"! {fit.level.mg_per_l:g} mg/L {OUTSIDE}" for fit in item.conflicts]
    agreed = f"{int(effects.starts_agreed[0])} of {effects.starts} starts agree"
    lines += ["", f"Optimum: objective {effects.objective[0]:.4f}, gradient {effects.gradient_norm[0]:.1e}, {agreed}."]
    posterior = item.posterior
    lines.append(
        f"Posterior by {posterior.method}: {posterior.ess:.0f} effective draws, Pareto k {posterior.khat:.2f}."
    )
    lines += [f"Assumed: {assumption.says}" for assumption in item.covariates.assumed]
    lines += [f"Warning: {warning}" for warning in item.covariates.warnings]
    return lines

"""``fullcourse levels estimate``: what a patient's levels say about that patient."""

from collections.abc import Mapping, Sequence
from typing import Final

import click

from fullcourse.adapters.published.estimate import estimate_json
from fullcourse.adapters.published.level_answer import level_answer_json
from fullcourse.interfaces.cli.level_commands.answer import (
    OUTSIDE,
    curve_lines,
    echo_json,
    echo_lines,
    knowledge_digest,
    level_chart,
    over_time_lines,
    save_chart,
)
from fullcourse.interfaces.cli.level_commands.patient_input import named_model, patient_options, read_patient
from fullcourse.interfaces.cli.out_file import force_option
from fullcourse.journey.levels.curve import averaged_curve, patient_curve
from fullcourse.journey.levels.estimates import CANNOT_BE, Estimates, PatientEstimate, estimates_of
from fullcourse.journey.levels.exposure import Measure, own_measures
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.journey.levels.sampling import next_best
from fullcourse.knowledge.pk.targets import read_targets

__all__ = ["estimate", "estimates_asked", "model_shares", "odd_levels", "own_curve_title"]

_STANDS_STILL: Final = 1e-6


@click.command()
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--average", is_flag=True, help="Use every model for the patient's age, weighted by the levels.")
@click.option("--mic", type=float, help="MIC of the patient's own strain, mg/L.")
@click.option("--plot", metavar="FILE", help="Write the curve as SVG (or PNG).")
@click.option("--course", is_flag=True, help="Draw the curve from the first dose on, not the last visit alone.")
@force_option
def estimate(patient: str, average: bool, mic: float | None, plot: str | None, course: bool, **options: object) -> None:
    """Say what PATIENT's levels say about that patient: own clearance and volume, own curve, and how sure that is.

    PATIENT is a FHIR record or a TOML file of facts; - reads standard input.
    """
    person = read_patient(patient, options)
    estimates = estimates_asked(person, options, average=average)
    best = estimates.best
    as_json = options["form"] == "json"
    targets = read_targets(person.drug, knowledge=person.knowledge)
    measures = own_measures(best, targets, mic)
    settling = next_best(best, person)
    chart = None
    if plot or not as_json:
        curve = patient_curve(best, person, whole=True) if course else averaged_curve(estimates, person)
        title = own_curve_title(best)
        if len(estimates.of_models) > 1 and not course:
            title = f"{person.drug.capitalize()}: own curve, average of {len(estimates.of_models)} models"
        chart = level_chart(title, curve, targets, _in_a_line(measures))
        save_chart(chart, plot)
    if as_json or chart is None:
        files = [own.file for own in estimates.of_models]
        head = level_answer_json(
            "estimate", knowledge_digest(), person.drug, files, person, best.covariates, estimates.weights,
            estimates.skipped,
        )  # fmt: skip
        head["estimates"] = [
            estimate_json(own, own_measures(own, targets, mic), settling if own is best else None)
            for own in estimates.of_models
        ]
        echo_json(head)
        return
    lines = list(_lines(best, person, measures))
    if settling is not None:
        when = f"{settling.at[0]:%Y-%m-%d %H:%M} ({settling.hours_after_dose[0]:.3g} h after a dose)"
        lines.append(f"The next sample that would settle most: {when}. 'levels sampling' gives pairs.")
    else:
        lines.append("The next sample that would settle most: 'levels sampling' works it out.")
    if len(estimates.of_models) > 1:
        drawn = "its own" if course else "the average"
        lines += ["", f"Models weighted by the levels: {model_shares(estimates)}."]
        lines.append(f"The numbers above are those of the heaviest; the curve is {drawn}.")
    lines += ["", *curve_lines(chart), *(f"Note: {note}" for note in (*person.notes, *estimates.skipped))]
    echo_lines(lines)


def estimates_asked(
    patient: LevelPatient, options: Mapping[str, object], *, average: bool, use: str = "estimate"
) -> Estimates:
    """Return the estimates of a patient under the model that the options name."""
    model, seed = named_model(options.get("model")), int(str(options["seed"]))
    return estimates_of(patient, model, seed, average=average, use=use)


def own_curve_title(estimate: PatientEstimate) -> str:
    """Return the title of a patient's own curve."""
    return f"{estimate.file.drug.capitalize()}: own curve by {estimate.file.id}"


def model_shares(estimates: Estimates) -> str:
    """Return each model's id and weight in words."""
    pairs = zip(estimates.of_models, estimates.weights, strict=True)
    return ", ".join(f"{own.file.id} {weight:.0%}" for own, weight in pairs)


def odd_levels(own: PatientEstimate) -> list[str]:
    """Return what is said of levels that the model hardly has, one by one and together."""
    lines = [f"! {fit.level.mg_per_l:g} mg/L {OUTSIDE}" for fit in own.conflicts]
    if own.excluded:
        return [f"CHECK LEVELS: {CANNOT_BE}", *lines]
    if own.unlikely and not lines:
        lines.append("! The levels together are in the outermost 1 per cent of what the model expects: check them.")
    return lines


def _in_a_line(measures: Sequence[Measure]) -> str:
    """Return the measures as the picture says them."""
    names = {"auc24": "AUC24", "half_life": "half-life", "time_above_mic": "above MIC"}
    return "; ".join(
        f"{names.get(row.name, row.name)} {row.own:.3g} ({row.low:.3g} to {row.high:.3g}) {row.unit}"
        for row in measures
    )


def _three(levels: Sequence[float]) -> str:
    low, middle, high = levels
    return f"{middle:.2g} mg/L ({low:.2g} to {high:.2g})"


def _exposure_lines(own: PatientEstimate, measures: Sequence[Measure]) -> list[str]:
    lines = ["", f"24 hours from {own.exposure.begins:%Y-%m-%d %H:%M}                        own   (90 per cent)"]
    for row in measures:
        lines.append(f"  {row.of:<43} {row.own:8.3g}   ({row.low:.3g} to {row.high:.3g}) {row.unit}")
    settles = own.settles
    if settles is not None:
        late, little = map(_three, (settles.if_late, settles.if_little))
        lines += [
            "",
            f"The level is low: absorbed late, or little? A sample {settles.hours:g} h after the dose would tell:",
            f"  if late ({settles.late:.0%} by the model){'':<12}  {late}",
            f"  if little (no model here knows it)  {little}",
        ]
    return lines


def _lines(own: PatientEstimate, patient: LevelPatient, measures: Sequence[Measure]) -> Sequence[str]:
    """Return one estimate as text."""
    file, effects = own.file, own.effects
    lines = [
        f"{patient.drug.capitalize()} levels by {file.id} (grade {file.grade}, {file.review})",
        f"{len(patient.doses)} doses, last {patient.doses[-1].at:%Y-%m-%d %H:%M}; {len(patient.levels)} levels",
        "",
        "This patient            typical      own   (90 per cent)",
    ]
    for row in own.parameters:
        unit = "" if row.unit == "1" else row.unit
        lines.append(
            f"  {row.name:<10} {unit:<8} {row.typical:9.3g} {row.own:9.3g}   ({row.low:.3g} to {row.high:.3g})"
        )
    if own.classes:
        shares = ", ".join(f"{row.name} {row.after:.0%} (before the levels {row.before:.0%})" for row in own.classes)
        lines.append(f"  Class that no record shows: {shares}")
    lines += ["", "Levels, mg/L                    measured  own curve   expected before (90 per cent)"]
    for fit in own.fits:
        sign = "<" if fit.level.below_limit else ""
        when = f"{fit.level.at:%Y-%m-%d %H:%M} {fit.level.matrix:<8}"
        before = f"{fit.expected[1]:.3g} ({fit.expected[0]:.3g} to {fit.expected[2]:.3g})"
        lines.append(f"  {when} {sign + format(fit.level.mg_per_l, '.3g'):>13} {fit.predicted:10.3g}   {before}")
    lines += odd_levels(own)
    lines += _exposure_lines(own, measures)
    agreed = f"{int(effects.starts_agreed[0])} of {effects.starts} starts agree"
    lines += ["", f"Optimum: objective {effects.objective[0]:.4f}, {_gradient(effects.gradient_norm[0])}, {agreed}."]
    posterior = own.posterior
    lines.append(
        f"Posterior by {posterior.method}: {posterior.ess:.0f} effective draws, Pareto k {posterior.khat:.2f}."
    )
    lines += over_time_lines(own.covariates)
    lines += [f"Assumed: {assumption.says}" for assumption in own.covariates.assumed]
    lines += [f"Warning: {warning}" for warning in own.covariates.warnings]
    return lines


def _gradient(norm: float) -> str:
    """Return the size of a gradient in words; below a millionth its digits are those of the machine, not of anybody."""
    return "gradient below 1e-6" if norm < _STANDS_STILL else f"gradient {norm:.1e}"

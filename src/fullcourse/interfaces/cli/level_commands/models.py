"""``fullcourse levels models`` and ``show``: the published models, with the place of every number."""

import textwrap
from collections.abc import Iterable

import click

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo, echo_file
from fullcourse.journey.levels.models import drug_name, model_named
from fullcourse.knowledge.pk.model_choice import why_no_advice
from fullcourse.knowledge.pk.model_file import (
    Covariance,
    CovariateRow,
    DoseSite,
    Effect,
    Parameter,
    PkModelFile,
    Precision,
    Relation,
    Residual,
)
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.knowledge.pk.validated import read_validations
from fullcourse.knowledge.tables import did_you_mean

__all__ = ["model_lines", "models", "models_page", "show"]


@click.command()
@click.option("--drug", metavar="NAME", help="Only the models of this drug (INN).")
@click.option("--page", is_flag=True, help="Print the reference page of all of them, in Markdown.")
def models(drug: str | None, page: bool) -> None:
    """List the published models and whom they hold for."""
    if page:
        echo_file(models_page())
        return
    knowledge = knowledge_here()
    files = read_pk_models(drug=drug_name(drug, knowledge) if drug else None)
    width = max(len(name) for name in files)
    validations = read_validations(read_pk_models())
    for file in files.values():
        default = f", default for {file.default_for}" if file.default_for else ""
        lacks = why_no_advice(file, read_targets(file.drug, knowledge=knowledge))
        uses = [use for use in file.uses if use != "advise" or not lacks]
        echo(f"{file.id:<{width}}  grade {file.grade:<2}  {', '.join(uses)}{default}")
        if lacks:
            echo(f"{'':<{width}}  advises no dose: {lacks}")
        echo(f"{'':<{width}}  {file.population.people}; {file.population.where}")
        echo("\n".join(textwrap.wrap(validations[file.id].line, 78, initial_indent="  ", subsequent_indent="    ")))
    echo(f"\n{len(files)} models. Grade A: two independent readings agree, or reproduced; B+: control stream or")
    echo("listing; B: one transcription. None has been reviewed by a clinician.")


@click.command()
@click.argument("model", metavar="MODEL")
def show(model: str) -> None:
    """Show one MODEL as a table with its sources, for example cycloserine.alghamdi-2019."""
    files = read_pk_models()
    wanted = model_named(model, knowledge_here())
    if wanted not in files:
        raise InputError(
            f"model '{model[:60]}' does not exist. {did_you_mean(wanted, files)} 'levels models' lists them."
        )
    echo("\n".join(model_lines(files[wanted])))


def models_page() -> str:
    """Return the reference page of every model, in Markdown; ``docs/reference/pk-models.md`` is this text."""
    parts = [
        "# The published models",
        "",
        "Printed by `fullcourse levels models --page` from `src/fullcourse/knowledge/pk_models/`; do not edit.",
        "No model has been reviewed by a clinician for this software.",
        "",
    ]
    for file in read_pk_models().values():
        parts += [f"## {file.id}", "", "```text", *model_lines(file), "```", ""]
    return "\n".join(parts)


def model_lines(file: PkModelFile) -> list[str]:
    """Return a model as lines of text, every number with its place in the paper."""
    shape = file.structure
    words = [
        f"{shape.compartments} compartment{'s' if shape.compartments > 1 else ''}",
        shape.absorption.replace("_", " "),
    ]
    words += [f"{shape.steps} steps"] if shape.steps else []
    words += ["lag"] if shape.lag else []
    words += [f"{shape.elimination.replace('_', ' ')} elimination"]
    words += [f"{shape.effect_compartment} fed by plasma"] if shape.effect_compartment else []
    words += [f"metabolite {shape.metabolite}"] if shape.metabolite else []
    return [
        file.title,
        f"{file.id}   grade {file.grade}   {file.review}   for: {', '.join(file.uses)}",
        f"{file.reference}   https://doi.org/{file.doi}",
        f"Read from {file.read_from}.",
        "",
        f"People: {file.population.people} ({file.population.subjects}); {file.population.where}; {file.population.at}",
        f"Doses:  {file.population.doses}",
        f"Shape:  {', '.join(words)}",
        "",
        *_table("Way in", map(_site_row, file.dose_sites)),
        *_table("Parameter", map(_parameter_row, file.parameters.values())),
        *_table("Computed", ((d.name, f"{d.form} of {', '.join(d.of)}", d.unit, d.at) for d in file.derived)),
        *_table("Covariate", map(_covariate_row, file.covariates.values())),
        *_table("Relation", map(_relation_row, file.relations)),
        *_table("Differs between people", map(_effect_row, file.random_effects)),
        *_table("", map(_pair_row, file.covariances)),
        *_table("Differs between occasions", map(_effect_row, file.occasion_effects)),
        *_table("", map(_pair_row, file.occasion_covariances)),
        *_table(
            "Hidden class",
            ((m.name, f"probability {m.probability:g}", f"{m.on} {m.value:g} {m.unit}", m.at) for m in file.mixture),
        ),
        *_table("Residual error", (_residual_row(row) for row in file.residuals)),
        *_table(
            "Must not be used",
            (
                (f"{limit.covariate} {_span(limit.low, limit.high)} {limit.unit}", limit.outside, limit.because)
                for limit in file.limits
            ),
        ),
        *_table("", ((row.fact, "refuse", row.because) for row in file.not_for)),
        *_table("Left out", ((row.what, row.because) for row in file.left_out)),
        *(f"Note: {caveat}" for caveat in file.caveats),
    ]


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows with columns aligned, under a heading; nothing when there is no row."""
    cells = [tuple(row) for row in rows]
    if not cells:
        return []
    widths = [min(44, max(len(row[at]) for row in cells)) for at in range(len(cells[0]))]
    lines = [head] if head else []
    for row in cells:
        lines.append("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    return [*lines, ""] if head else lines


def _site_row(row: DoseSite) -> tuple[str, ...]:
    words = {
        "ka": row.ka, "lag": row.lag, "duration": row.duration, "rate": row.rate, "times": row.bioavailability,
        "share": row.share, "what is left by": row.share_besides, "transit": f"{row.n_transit} {row.mtt}".strip(),
    }  # fmt: skip
    said = ", ".join(f"{word} {name}" for word, name in words.items() if name)
    return (f"compartment {row.compartment}", f"into {row.into}", said)


def _parameter_row(row: Parameter) -> tuple[str, ...]:
    how = "estimated" if row.estimated else "fixed"
    return (
        row.name,
        f"{row.value:g} {'' if row.unit == '1' else row.unit}".strip(),
        how,
        _precision(row.precision),
        row.at,
        row.of,
    )


def _covariate_row(row: CovariateRow) -> tuple[str, ...]:
    spread = "" if row.median is None else f"median {row.median:g}"
    spread += f" ({row.middle_half[0]:g} to {row.middle_half[1]:g})" if row.middle_half else ""
    spread += f" range {row.range[0]:g} to {row.range[1]:g}" if row.range else ""
    assumed = "" if row.assume is None else f"; {row.assume:g} assumed when not recorded"
    return (row.id, row.unit, spread, row.at, row.definition + assumed)


def _relation_row(row: Relation) -> tuple[str, ...]:
    about = f" about {row.reference:g}" if row.reference else ""
    when = f" when {row.when}" if row.when else f" unless {row.unless}" if row.unless else ""
    how = "estimated" if row.estimated else "fixed"
    said = f"{row.form} {row.coefficient:g}{about}{when}"
    return (row.on, row.covariate, said, how, _precision(row.precision), row.at + (f"; {row.note}" if row.note else ""))


def _effect_row(row: Effect) -> tuple[str, ...]:
    printed = f"{row.printed:g} printed as {row.printed_as.replace('_', ' ')}"
    factor = f"; SD x {row.unobserved_sd_factor:g} after an unobserved dose" if row.unobserved_sd_factor != 1.0 else ""
    on = " and ".join([row.on, *(f"{name} x {times:g}" for name, times in row.also_on)])
    return (on, row.form.replace("_", " "), printed, f"variance {row.variance:.4g}", row.at + factor)


def _pair_row(row: Covariance) -> tuple[str, ...]:
    return (" and ".join(row.between), f"{row.printed_as} {row.printed:g}", f"covariance {row.value:.4g}", row.at)


def _residual_row(row: Residual) -> tuple[str, ...]:
    numbers = {
        "proportional": row.proportional,
        "additive": row.additive,
        "SD of the logarithm": row.log_sd,
        "coefficient": row.coefficient,
    }
    said = ", ".join(f"{name} {value:g}" for name, value in numbers.items() if value)
    unit = f" {row.unit}" if row.unit else ""
    return (f"{row.analyte} in {row.matrix}", row.convention.replace("_", " "), said + unit, row.at)


def _precision(precision: Precision) -> str:
    if precision.rse_percent is not None:
        return f"RSE {precision.rse_percent:g}%"
    return f"{precision.ci95[0]:g} to {precision.ci95[1]:g}" if precision.ci95 else "not printed"


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"above {high:g}"
    return f"below {low:g}" if high is None else f"outside {low:g} to {high:g}"

"""``fullcourse levels simulate`` and ``attainment``: dose plans in a population, or with one patient's covariates."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from fullcourse.adapters.input_file import refuse_no_file
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.published.level_answer import level_answer_json
from fullcourse.adapters.published.population import attainment_json, simulation_json
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.level_commands.answer import (
    curve_lines,
    echo_json,
    echo_lines,
    knowledge_digest,
    level_chart,
    save_chart,
)
from fullcourse.interfaces.cli.level_commands.patient_input import named_model, read_facts
from fullcourse.interfaces.cli.out_file import force_option, keep_from_others, may_write, write_out
from fullcourse.journey.levels.models import drug_name
from fullcourse.journey.levels.population import Mics, People, attain, people_of, simulate_plan
from fullcourse.knowledge.pk.targets import Target, read_targets

__all__ = ["attainment", "parse_mics", "simulate"]


def _patient_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say whose covariates are used."""
    for option in (
        click.option(
            "--covariate", "covariates", multiple=True, metavar="NAME=VALUE", help="Of the patient: 'albumin=3.6 g/dL'."
        ),
        click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record."),
        click.option("--at", metavar="TIME", help="The moment at which the record is read; without it, now."),
        click.option(
            "--occasions",
            type=click.Choice(["on", "off"]),
            default="on",
            show_default=True,
            help="Whether people differ from occasion to occasion, where the model says so.",
        ),
        click.option(
            "--patient", metavar="PATIENT", help="Use this patient's covariates: FHIR record or TOML of facts."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--drug", required=True, metavar="NAME", help="The drug (INN).")
@click.option("--dose", required=True, metavar="PLAN", help="'250 mg q12h', '250 mg morning + 500 mg evening', ...")
@click.option("--days", default=28, show_default=True, help="How many days.")
@_patient_options
@click.option("--model", metavar="ID", help="The published model; without it, the default for adults.")
@click.option("--n", "count", default=1000, show_default=True, help="How many people are drawn.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Of the random numbers: the same gives the same.",
)
@click.option("--out", metavar="FILE", help="Write the curves of everybody: .parquet or .csv.")
@click.option("--plot", metavar="FILE", help="Write the curve as SVG (or PNG, with the extra 'charts').")
@force_option
@format_option("text", "json")
def simulate(
    drug: str, dose: str, days: int, patient: str | None, at: str | None, answers: str | None,
    covariates: tuple[str, ...], occasions: str, model: str | None, count: int, seed: int, out: str | None,
    plot: str | None, form: str,
) -> None:  # fmt: skip
    """Simulate levels under a dose plan, in the population of a published model or with one patient's covariates."""
    knowledge = knowledge_here()
    name = drug_name(drug, knowledge)
    facts = read_facts(patient, name, at, answers, covariates) if patient else None
    people = people_of(name, named_model(model), facts, count, seed, occasions=occasions == "on")
    steps = parse_dose_plan(dose)
    simulation = simulate_plan(people, steps, days)
    file = people.file
    targets = read_targets(file.drug, knowledge=knowledge)
    if out:
        _write(out, simulation.time_h, simulation.levels)
    title = f"{file.drug.capitalize()}, {say_dose_plan(steps)}: {file.id}"
    chart = level_chart(title, simulation.curve, targets)
    save_chart(chart, plot)
    if form == "json":
        head = _head("simulate", people, people.notes)
        head["simulation"] = simulation_json(simulation, steps, days, count, seed, occasions=people.occasions)
        echo_json(head)
        return
    lines = [f"{say_dose_plan(steps)} for {days} days, {count} people by {file.id} (grade {file.grade}, {file.review})"]
    for measure, values, mean in zip(
        ("peak", "trough"), (simulation.peak, simulation.trough), simulation.means, strict=True
    ):
        middle, low, high = values[2], values[0], values[4]
        said = f"{middle:.1f} mg/L (90 per cent {low:.1f} to {high:.1f}), mean {mean:.1f}"
        lines.append(f"  {measure} of the last day: {said}")
    lines += [
        f"  {name}: {part:.0%} of the drug's area under the curve, last week" for name, part in simulation.metabolites
    ]
    echo_lines([*lines, "", *curve_lines(chart), *(f"Note: {note}" for note in people.notes)])


@click.command()
@click.option("--drug", required=True, metavar="NAME", help="The drug (INN).")
@click.option("--dose", required=True, metavar="PLAN", help="The plan at steady state: '250 mg q12h', ...")
@click.option(
    "--mic", metavar="FILE|VALUE", help="MIC in mg/L, or a CSV of mic,share; without it, the published median."
)
@_patient_options
@click.option("--model", metavar="ID", help="The published model; without it, the default for adults.")
@click.option("--n", "count", default=2000, show_default=True, help="How many people are drawn.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Of the random numbers: the same gives the same.",
)
@format_option("text", "json")
def attainment(
    drug: str, dose: str, mic: str | None, patient: str | None, at: str | None, answers: str | None,
    covariates: tuple[str, ...], occasions: str, model: str | None, count: int, seed: int, form: str,
) -> None:  # fmt: skip
    """Say how often a dose plan at steady state reaches what sources aim at."""
    knowledge = knowledge_here()
    name = drug_name(drug, knowledge)
    facts = read_facts(patient, name, at, answers, covariates) if patient else None
    people = people_of(name, named_model(model), facts, count, seed, occasions=occasions == "on")
    steps, file = parse_dose_plan(dose), people.file
    targets = read_targets(file.drug, knowledge=knowledge)
    attained = attain(people, steps, targets, None if mic is None else parse_mics(mic))
    if form == "json":
        head = _head("attainment", people, attained.notes)
        head["attainment"] = attainment_json(attained, steps, count, seed, occasions=people.occasions)
        echo_json(head)
        return
    lines = [f"{say_dose_plan(steps)} at steady state, {count} people by {file.id} (grade {file.grade}, {file.review})"]
    names = ("peak, mg/L", "trough, mg/L", "AUC24, mg.h/L")
    for measure, (low, _, middle, _, high), mean in zip(
        names, (attained.peak, attained.trough, attained.auc24), attained.means, strict=True
    ):
        lines.append(f"  {measure:<14} {middle:7.1f} (90 per cent {low:.1f} to {high:.1f}), mean {mean:.1f}")
    lines.append("")
    for reached in attained.reached:
        share = f"{reached.probability:5.0%} +- {reached.standard_error:.1%}"
        lines.append(f"  {share}  {_reached(reached.target)}: {reached.target.says} [{reached.target.citation.source}]")
    echo_lines([*lines, *(f"Note: {note}" for note in attained.notes)])


def _head(command: str, people: People, notes: Iterable[str]) -> dict[str, object]:
    file = people.file
    return level_answer_json(command, knowledge_digest(), file.drug, [file], covariates=people.covariates, notes=notes)


def _reached(target: Target) -> str:
    """Return what a share of people do: reach a range, or stay on the safe side of a line."""
    if target.measure in {"ceiling", "trough"} and target.low is None:
        return f"stay under {target.high:g} {target.unit}"
    return "reach it"


def parse_mics(text: str) -> Mics:
    """Read an MIC in mg/L, or a CSV file of ``mic,share`` (shares or counts).

    Raises:
        InputError: It is neither, or a value cannot be.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return {float(text): 1.0}
    try:
        refuse_no_file(text, "--mic: it")
        rows = list(csv.DictReader(Path(text).read_text("utf-8").splitlines()))
        counts = {float(row["mic"]): float(row["share"]) for row in rows}
    except OSError:
        raise InputError(
            f"--mic: '{text[:40]}' is neither a number nor a file. Give mg/L, or a CSV of mic,share."
        ) from None
    except (KeyError, ValueError, TypeError):
        raise InputError("--mic: the file is not a CSV with columns mic,share of numbers. Correct it.") from None
    total = sum(counts.values())
    if not counts or not total > 0.0 or min(counts.values()) < 0.0:
        raise InputError("--mic: the shares do not add up to more than 0. Correct the file.")
    return {mic: share / total for mic, share in counts.items()}


def _write(path: str, time_h: npt.NDArray[np.float64], levels: npt.NDArray[np.float64]) -> None:
    """Write the curves of everybody, one row for each person and hour."""
    subject = np.repeat(np.arange(1, levels.shape[0] + 1), time_h.size)
    columns = {"subject": subject, "time_h": np.tile(time_h, levels.shape[0]), "mg_per_l": levels.reshape(-1)}
    if path.lower().endswith(".csv"):
        table, page = np.column_stack(list(columns.values())), io.BytesIO()
        np.savetxt(page, table, fmt=("%d", "%.6g", "%.6g"), delimiter=",", header=",".join(columns), comments="")
        write_out(path, page.getvalue())
        return
    if not path.lower().endswith(".parquet"):
        raise InputError("--out: the file must end in .parquet or .csv.")
    try:
        from fullcourse.adapters.register.engine.curves import write_curves  # only .parquet needs its engine
    except ImportError:
        raise InputError(
            "--out: Parquet needs the extra 'cohort' (pip install 'fullcourse[cohort]'); or use .csv."
        ) from None
    may_write(Path(path))
    keep_from_others()
    write_curves(columns, path)

"""``fullcourse levels simulate`` and ``attainment``: dose plans in a population, or with one patient's covariates."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
import numpy as np

from fullcourse.adapters.documents.level_chart import ChartBand, ChartDose, LevelChart
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan, planned_doses, say_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.interfaces.cli.level_commands.answer import (
    answer,
    cited,
    curve_lines,
    echo_json,
    echo_lines,
    rounded,
    save_chart,
)
from fullcourse.interfaces.cli.level_commands.patient_input import choose_model, drug_name, read_facts
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.targets import LevelTargets, Target, read_targets
from fullcourse.pharmacokinetics.advice.attainment import Mics, attainments, interval
from fullcourse.pharmacokinetics.advice.exposure import Draws, Exposure, concentrations, steady_exposure
from fullcourse.pharmacokinetics.advice.patient_estimate import history_table
from fullcourse.pharmacokinetics.advice.population import VirtualPopulation, draw_population
from fullcourse.pharmacokinetics.inputs.covariates import (
    Covariates,
    PatientFacts,
    amounts_of,
    dose_refusal,
    patient_covariates,
)
from fullcourse.pharmacokinetics.inputs.plan_rhythm import modelled_doses
from fullcourse.pharmacokinetics.model import F64

__all__ = ["attainment", "parse_mics", "simulate"]

MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001  # a clock without a place: day 1 of a plan is a Monday
QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]
CHUNK = 2000
"""People simulated at a time, so that memory does not grow with their number."""

MOST_VALUES = 40_000_000


def _patient_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say whose covariates are used."""
    for option in (
        click.option(
            "--covariate", "covariates", multiple=True, metavar="NAME=VALUE", help="Of the patient: 'hiv=no'."
        ),
        click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record."),
        click.option("--at", metavar="TIME", help="The moment at which the record is read; without it, now."),
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
@click.option("--seed", default=1, show_default=True, help="Of the random numbers: the same gives the same.")
@click.option("--out", metavar="FILE", help="Write the curves of everybody: .parquet or .csv.")
@click.option("--plot", metavar="FILE", help="Write the curve as SVG (or PNG, with the extra 'charts').")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def simulate(
    drug: str, dose: str, days: int, patient: str | None, at: str | None, answers: str | None,
    covariates: tuple[str, ...], model: str | None, count: int, seed: int, out: str | None, plot: str | None, form: str,
) -> None:  # fmt: skip
    """Simulate levels under a dose plan, in the population of a published model or with one patient's covariates."""
    facts = read_facts(patient, drug_name(drug), at, answers, covariates) if patient else None
    file, people, own = _people(drug, model, facts, count, seed)
    steps = _plan_for(file, dose)
    if not 1 <= days <= 1000:
        raise InputError(f"--days {days}: between 1 and 1000 days can be simulated.")
    step_h = max(0.25, days * 24.0 * count / MOST_VALUES)
    time_h = np.arange(0.0, days * 24.0 + 1e-9, 1.0 if days > 3 else step_h)
    if time_h.size * count > MOST_VALUES:
        raise InputError(f"--n {count} people over {days} days are too many to keep. Simulate fewer people or days.")
    levels = _curves(people.draws, steps, days, time_h)
    # An hourly curve is enough to see and too coarse for a peak.
    last_day = _curves(people.draws, steps, days, np.arange((days - 1) * 24.0, days * 24.0 + 1e-9, 0.25))
    targets = read_targets(file.drug, knowledge=load_knowledge())
    if out:
        _write(out, time_h, levels)
    chart = _chart(file, steps, days, time_h, levels, targets)
    save_chart(chart, plot)
    summary = {"peak": interval(last_day.max(axis=1)), "trough": interval(last_day.min(axis=1))}
    notes = _population_notes(people)
    if form == "json":
        head = answer("simulate", file.drug, [file], covariates=own, notes=notes)
        head["simulation"] = {
            "plan": say_dose_plan(steps),
            "days": days,
            "n": count,
            "seed": seed,
            "last_day": {name: [rounded(value) for value in values] for name, values in summary.items()},
            "curve": {
                "time_h": [rounded(value) for value in time_h],
                "quantiles": {
                    f"p{round(q * 100)}": [rounded(value) for value in values]
                    for q, values in zip(QUANTILES, chart.quantiles, strict=True)
                },
            },
        }
        echo_json(head)
        return
    lines = [f"{say_dose_plan(steps)} for {days} days, {count} people by {file.id} (grade {file.grade}, {file.review})"]
    for name, values in summary.items():
        lines.append(f"  {name} of the last day: {values[2]:.1f} mg/L (90 per cent {values[0]:.1f} to {values[4]:.1f})")
    echo_lines([*lines, "", *curve_lines(chart), *(f"Note: {note}" for note in notes)])


@click.command()
@click.option("--drug", required=True, metavar="NAME", help="The drug (INN).")
@click.option("--dose", required=True, metavar="PLAN", help="The plan at steady state: '250 mg q12h', ...")
@click.option(
    "--mic", metavar="FILE|VALUE", help="MIC in mg/L, or a CSV of mic,share; without it, the published median."
)
@_patient_options
@click.option("--model", metavar="ID", help="The published model; without it, the default for adults.")
@click.option("--n", "count", default=2000, show_default=True, help="How many people are drawn.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers: the same gives the same.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def attainment(
    drug: str, dose: str, mic: str | None, patient: str | None, at: str | None, answers: str | None,
    covariates: tuple[str, ...], model: str | None, count: int, seed: int, form: str,
) -> None:  # fmt: skip
    """Say how often a dose plan at steady state reaches what sources aim at."""
    facts = read_facts(patient, drug_name(drug), at, answers, covariates) if patient else None
    file, people, own = _people(drug, model, facts, count, seed)
    steps = _plan_for(file, dose)
    if len(steps) > 1:
        raise InputError("--dose: attainment is for one plan at steady state. Give its last step alone.")
    targets = read_targets(file.drug, knowledge=load_knowledge())
    mics, said = _mics(mic, targets)
    exposure = _chunked(people.draws, steps[0])
    found = attainments(exposure, targets, mics)
    notes = [*_population_notes(people), *said]
    if form == "json":
        head = answer("attainment", file.drug, [file], covariates=own, notes=notes)
        head["attainment"] = {
            "plan": say_dose_plan(steps),
            "n": count,
            "seed": seed,
            "mics": [{"mic": value, "share": share} for value, share in (mics or {}).items()],
            "auc24": [rounded(value) for value in interval(exposure.auc24)],
            "peak": [rounded(value) for value in interval(exposure.peak)],
            "trough": [rounded(value) for value in interval(exposure.trough)],
            "targets": [
                {**cited(item.target), "probability": rounded(item.probability),
                 "standard_error": rounded(item.standard_error),
                 "by_mic": [{"mic": value, "probability": rounded(p)} for value, p in item.by_mic.items()]}
                for item in found
            ],
        }  # fmt: skip
        echo_json(head)
        return
    lines = [f"{say_dose_plan(steps)} at steady state, {count} people by {file.id} (grade {file.grade}, {file.review})"]
    for name, values in (
        ("peak, mg/L", exposure.peak),
        ("trough, mg/L", exposure.trough),
        ("AUC24, mg.h/L", exposure.auc24),
    ):
        low, _, middle, _, high = interval(values)
        lines.append(f"  {name:<14} {middle:7.1f} (90 per cent {low:.1f} to {high:.1f})")
    lines.append("")
    for item in found:
        share = f"{item.probability:5.0%} +- {item.standard_error:.1%}"
        lines.append(f"  {share}  {_reached(item.target)}: {item.target.says} [{item.target.citation.source}]")
    echo_lines([*lines, *(f"Note: {note}" for note in notes)])


def _plan_for(file: PkModelFile, dose: str) -> tuple[DoseStep, ...]:
    """Return a dose plan that a model knows."""
    steps = tuple(parse_dose_plan(dose))
    if refused := dose_refusal(file, amounts_of(steps)):
        raise OutsideLabel(f"{refused}. Choose another model with --model, or another plan.")
    return steps


def _reached(target: Target) -> str:
    """Return what a share of people do: reach a range, or stay on the safe side of a line."""
    if target.measure in {"ceiling", "trough"} and target.low is None:
        return f"stay under {target.high:g} {target.unit}"
    return "reach it"


def _people(
    drug: str, model: str | None, facts: PatientFacts | None, count: int, seed: int
) -> tuple[PkModelFile, VirtualPopulation, Covariates | None]:
    """Return the model and the people drawn, with one patient's covariates where there is one."""
    name = drug_name(drug)
    if facts is None:
        file = choose_model(name, model, 40.0)
        return file, draw_population(file, count, seed), None
    file = choose_model(name, model, facts.number("age", "a"))
    own = patient_covariates(file, facts)
    return file, draw_population(file, count, seed, dict(own.values)), own


def _population_notes(people: VirtualPopulation) -> list[str]:
    fixed = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in people.fixed.items())
    return [f"no spread is printed, so everybody has: {fixed}"] if fixed else []


def _some(draws: Draws, part: slice) -> Draws:
    covariates = {
        name: np.asarray(value)[part] if np.ndim(value) else value for name, value in draws.covariates.items()
    }
    return Draws(draws.model, draws.eta[part], draws.kappa[part], covariates)


def _parts(count: int) -> Iterable[slice]:
    return (slice(start, start + CHUNK) for start in range(0, count, CHUNK))


def _curves(draws: Draws, steps: Sequence[DoseStep], days: int, time_h: F64) -> F64:
    """Return levels of everybody at every hour, ``(N, M)``."""
    doses = [
        TakenDose(MONDAY + timedelta(hours=dose.time_h), dose.mg)
        for dose in modelled_doses(steps, days, MONDAY.weekday())
    ]
    scalars = {name: float(np.asarray(value).reshape(-1)[0]) for name, value in draws.covariates.items()}
    table = history_table(draws.model, scalars, doses, (), MONDAY, time_h.tolist())
    return np.concatenate([concentrations(_some(draws, part), table) for part in _parts(draws.count)])


def _chunked(draws: Draws, step: DoseStep) -> Exposure:
    """Return the exposure of everybody, a part at a time."""
    parts = [steady_exposure(_some(draws, part), step) for part in _parts(draws.count)]
    return Exposure(
        parts[0].time_h,
        np.concatenate([part.mg_per_l for part in parts]),
        np.concatenate([part.peak for part in parts]),
        np.concatenate([part.trough for part in parts]),
        np.concatenate([part.auc24 for part in parts]),
        parts[0].cycle_h,
    )


def _chart(
    file: PkModelFile, steps: Sequence[DoseStep], days: int, time_h: F64, levels: F64, targets: LevelTargets
) -> LevelChart:
    aim = targets.aim
    band = None
    if aim is not None and aim.measure == "peak" and aim.low is not None and aim.high is not None:
        band = ChartBand(aim.low, aim.high, f"aimed at: peak {aim.low:g} to {aim.high:g} mg/L")
    lines = [(t.high, f"{t.high:g} mg/L, {t.citation.source}") for t in targets.ceilings if t.high]
    doses = [ChartDose(dose.time_h, dose.mg) for dose in planned_doses(steps, days)]
    quantiles = np.quantile(levels, QUANTILES, axis=0).tolist()
    title = f"{file.drug.capitalize()}, {say_dose_plan(steps)}: {file.id}"
    return LevelChart(title, time_h.tolist(), quantiles, band, lines[:1], (), doses)


def parse_mics(text: str) -> Mics:
    """Read an MIC in mg/L, or a CSV file of ``mic,share`` (shares or counts).

    Raises:
        InputError: It is neither, or a value cannot be.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return {float(text): 1.0}
    try:
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


def _mics(text: str | None, targets: LevelTargets) -> tuple[Mics | None, list[str]]:
    if text is not None:
        return parse_mics(text), []
    if targets.mics:
        row = targets.mics[0]
        return {row.median: 1.0}, [f"MIC {row.median:g} mg/L taken: {row.says} [{row.citation.source}]"]
    return None, ["no MIC is given and none is published here: targets that need one are left out"]


def _write(path: str, time_h: F64, levels: F64) -> None:
    """Write the curves of everybody, one row for each person and hour."""
    subject = np.repeat(np.arange(1, levels.shape[0] + 1), time_h.size)
    columns = {"subject": subject, "time_h": np.tile(time_h, levels.shape[0]), "mg_per_l": levels.reshape(-1)}
    if path.lower().endswith(".csv"):
        table = np.column_stack(list(columns.values()))
        try:
            np.savetxt(path, table, fmt=("%d", "%.6g", "%.6g"), delimiter=",", header=",".join(columns), comments="")
        except OSError:
            raise InputError("--out: the file cannot be written. Check the folder.") from None
        return
    if not path.lower().endswith(".parquet"):
        raise InputError("--out: the file must end in .parquet or .csv.")
    try:
        import duckdb  # only --out with .parquet needs it
    except ImportError:
        raise InputError(
            "--out: Parquet needs the extra 'cohort' (pip install 'fullcourse[cohort]'); or use .csv."
        ) from None
    connection = duckdb.connect()
    connection.register("curves", columns)
    connection.execute("COPY (SELECT * FROM curves) TO ? (FORMAT parquet)", [path])

"""``fullcourse cohort``: the statements over a whole register."""

from pathlib import Path
from typing import Literal

import click

from fullcourse.adapters.extras import needs
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.lazy import Commands
from fullcourse.interfaces.cli.out_file import force_option, keep_from_others, may_write

__all__ = ["cohort"]

_PROCESSES = click.option("--processes", type=click.IntRange(1), help="How many at once; all cores without it.")
_AT = click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
_COLUMN = click.option(
    "--column", default="", metavar="NAME", help="Column of a table that holds the resources; found by name without it."
)
_DRUG = click.option("--drug", "drugs", multiple=True, required=True, metavar="NAME", help="Drug to screen for.")
_ENGINE = click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What it runs on."
)
_PROFILE = click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who.")


@click.group(cls=Commands)
def cohort() -> None:
    """Screen a whole register: the same statements, the same answers, for many patients."""
    keep_from_others()


@cohort.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_DRUG
@_PROFILE
@_AT
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The Parquet file of findings to write.")
@_ENGINE
@click.option(
    "--summary", is_flag=True, help="Count by statement, clinic, age and sex; also written beside the findings."
)
@click.option("--long", "as_rows", is_flag=True, help="Also write one row a finding (slower).")
@click.option(
    "--partition-by",
    type=click.Choice(["clinic", "patient"]),
    help="Also write the findings as a folder of partitions, to be joined by patient.",
)
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
@_COLUMN
@force_option
def screen(
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    out: Path,
    engine: str,
    summary: bool,
    as_rows: bool,
    partition_by: Literal["clinic", "patient"] | None,
    strict: bool,
    processes: int | None,
    column: str,
) -> None:
    """Screen the patients of INPUT: FHIR bulk NDJSON, an export's manifest, tables of resources, or facts.

    Files or folders; lines also packed by gzip. A table is Parquet or Delta with one resource a row, as JSON in a
    column of text. Facts are what 'cohort facts' wrote.
    """
    with needs("cohort", "a register"):
        from fullcourse.interfaces.cli.cohort_run import screen_everybody
    may_write(out)
    screen_everybody(inputs, drugs, profile, at, out, engine, summary, as_rows, partition_by, strict, processes, column)


@cohort.command("facts")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_AT
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of facts to write.")
@_ENGINE
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
@_COLUMN
@force_option
def make(
    inputs: tuple[str, ...],
    at: str | None,
    out: Path,
    engine: str,
    strict: bool,
    processes: int | None,
    column: str,
) -> None:
    """Read FHIR bulk NDJSON into a folder of facts, which can be screened again and again."""
    with needs("cohort", "a register"):
        from fullcourse.interfaces.cli.cohort_run import make_everybody
    if not (out / "begun.json").is_file():  # a run that was stopped goes on, and is refused where it asked otherwise
        may_write(out, folder=True)
    make_everybody(inputs, at, out, engine, strict, processes, column)


@cohort.command()
@click.option("--knowledge", "editions", nargs=2, required=True, metavar="OLD NEW", help="Two folders of knowledge.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_DRUG
@_PROFILE
@_AT
@click.option("--out", type=click.Path(path_type=Path), help="Also write who is touched, as Parquet.")
@_PROCESSES
@_COLUMN
@force_option
def diff(
    editions: tuple[str, str],
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    out: Path | None,
    processes: int | None,
    column: str,
) -> None:
    """Show which statements differ between two editions of the knowledge, and how many patients that touches."""
    with needs("cohort", "a register"):
        from fullcourse.interfaces.cli.cohort_run import show_differences
    if out is not None:
        may_write(out)
    show_differences(editions, inputs, drugs, profile, at, out, processes, column)


@cohort.command()
@click.argument("patient")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_DRUG
@_PROFILE
@_AT
@_COLUMN
@format_option("text", "json")
def explain(
    patient: str, inputs: tuple[str, ...], drugs: tuple[str, ...], profile: str, at: str | None, form: str, column: str
) -> None:
    """Check one PATIENT of the register as ``fullcourse check`` does, with evidence and reasons."""
    with needs("cohort", "a register"):
        from fullcourse.interfaces.cli.cohort_run import explain_one
    explain_one(patient, inputs, drugs, profile, at, form, column)


@cohort.command("levels")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--drug", required=True, metavar="NAME", help="The drug (INN).")
@click.option("--dose", required=True, metavar="PLAN", help="The plan everybody is taken to follow: '250 mg q12h'.")
@click.option("--days", type=int, help="Predict the last of so many days; without it, steady state.")
@click.option("--model", metavar="ID", help="The published model; without it, the default for each patient's age.")
@click.option("--n", "count", default=1000, show_default=True, help="How many people are drawn for each patient.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Of the random numbers: the same gives the same.",
)
@_AT
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The Parquet file of exposures to write.")
@click.option("--summary", is_flag=True, help="Count by reason, and exposures by weight and clearance.")
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
@_COLUMN
@force_option
def predict(
    inputs: tuple[str, ...],
    drug: str,
    dose: str,
    days: int | None,
    model: str | None,
    count: int,
    seed: int,
    at: str | None,
    out: Path,
    summary: bool,
    strict: bool,
    processes: int | None,
    column: str,
) -> None:
    """Predict serum levels under a plan for everyone of INPUT, from the published models."""
    with needs("cohort", "a register"):
        from fullcourse.interfaces.cli.cohort_run import predict_everybody
    may_write(out)
    predict_everybody(inputs, drug, dose, days, model, count, seed, at, out, summary, strict, processes, column)


@cohort.command("plan")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us, who or india.")
@_AT
@click.option("--start", required=True, metavar="DATE", help="First day of every regimen, YYYY-MM-DD.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The CSV file of the need to write.")
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
@_COLUMN
@force_option
def plan_everybody(
    inputs: tuple[str, ...],
    profile: str,
    at: str | None,
    start: str,
    out: Path,
    strict: bool,
    processes: int | None,
    column: str,
) -> None:
    """Plan the treatment of everyone of INPUT, and count what that needs of each product, month by month.

    INPUT is FHIR bulk NDJSON (files or folders, also .gz) of the patients who are to begin treatment on --start.
    """
    with needs("cohort", "a register"):
        from fullcourse.interfaces.cli.cohort_run import plan_everybody
    may_write(out)
    plan_everybody(inputs, profile, at, start, out, strict, processes, column)


@cohort.command("views")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of views to write.")
@force_option
def write_views(out: Path) -> None:
    """Write SQL-on-FHIR views of the facts, for an engine of others, and an index of what no view expresses."""
    from fullcourse.interfaces.cli.cohort_views import write_all

    may_write(out, folder=True)
    write_all(out)

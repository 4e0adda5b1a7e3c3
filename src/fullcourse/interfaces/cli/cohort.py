"""``fullcourse cohort``: the statements over a whole register."""

import csv
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.engine.claim import claim_folder, stamps_of
from fullcourse.adapters.register.engine.diff import changed_statements, lacking_columns, write_differences
from fullcourse.adapters.register.engine.screen import legend_of, merge, screen_on_spark, screen_register, write_long
from fullcourse.adapters.register.engine.summary import Line, summarise
from fullcourse.adapters.register.read.fact_folder import FactFolder, make_facts, open_facts, read_patient_of
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.plan import Plan, make_plan
from fullcourse.interfaces.cli.cohort_input import check_inputs, is_facts
from fullcourse.interfaces.cli.cohort_output import Progress, tell_of_aside
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.journey.check import check as check_record
from fullcourse.knowledge.library import Knowledge

__all__ = ["cohort"]

_SHOWN = 12
_PROCESSES = click.option("--processes", type=click.IntRange(1), help="How many at once; all cores without it.")
_AT = click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
_DRUG = click.option("--drug", "drugs", multiple=True, required=True, metavar="NAME", help="Drug to screen for.")
_PROFILE = click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who.")


@click.group()
def cohort() -> None:
    """Screen a whole register: the same statements, the same answers, for many patients."""


@cohort.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_DRUG
@_PROFILE
@_AT
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The Parquet file of findings to write.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option(
    "--summary", is_flag=True, help="Count by statement, clinic, age and sex; also written beside the findings."
)
@click.option("--long", "as_rows", is_flag=True, help="Also write one row a finding (slower).")
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
def screen(
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    out: Path,
    engine: str,
    summary: bool,
    as_rows: bool,
    strict: bool,
    processes: int | None,
) -> None:
    """Screen the patients of INPUT: FHIR bulk NDJSON (files or folders, also .gz), or a folder of facts."""
    knowledge = load_knowledge()
    plan = make_plan(knowledge, knowledge.profile(profile), [knowledge.drug(name) for name in drugs])
    work = out.with_name(out.name + ".parts")
    facts = _facts(inputs, knowledge, at, work, processes)
    tell_of_aside(facts.aside, out, strict)
    about = {
        "patients": facts.patients,
        "lines": facts.lines,
        "lines_set_aside": len(facts.aside),
        "routed": facts.routed,
    }
    _screen(plan, facts, work, out, engine, processes, about)
    if as_rows:
        target = out.with_name(out.stem + ".long.parquet")
        write_long(plan, out, target)
        click.echo(f"one row a finding: {target}")
    shutil.rmtree(work, ignore_errors=True)
    _tell_of_routed(facts)
    click.echo(f"{facts.patients:,} patients at {facts.at}; {facts.errors:,} with a record that cannot be used: {out}")
    if summary:
        _print_summary(plan, out)


@cohort.command("facts")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_AT
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of facts to write.")
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
def make(inputs: tuple[str, ...], at: str | None, out: Path, strict: bool, processes: int | None) -> None:
    """Read FHIR bulk NDJSON into a folder of facts, which can be screened again and again."""
    check_inputs(inputs, why_no_facts="facts are made of records")
    facts = _facts(inputs, load_knowledge(), at, out, processes)
    tell_of_aside(facts.aside, out / "lines", strict)
    _tell_of_routed(facts)
    click.echo(f"{facts.patients:,} patients at {facts.at}: {out}")


@cohort.command()
@click.option("--knowledge", "editions", nargs=2, required=True, metavar="OLD NEW", help="Two folders of knowledge.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_DRUG
@_PROFILE
@_AT
@click.option("--out", type=click.Path(path_type=Path), help="Also write who is touched, as Parquet.")
@_PROCESSES
def diff(
    editions: tuple[str, str],
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    out: Path | None,
    processes: int | None,
) -> None:
    """Show which statements differ between two editions of the knowledge, and how many patients that touches."""
    old, new = (_edition(Path(edition)) for edition in editions)
    for change in changed_statements(old, new):
        click.echo(f"{change.what:8} {change.statement}")
    work = out.with_name(out.name + ".parts") if out else Path("differences.parts")
    target = out or work / "differences.parquet"
    plans, findings = [], []
    for name, edition in (("old", old), ("new", new)):
        known = [edition.drug(drug) for drug in drugs]
        plan = make_plan(edition, edition.profile(profile), known)
        facts = _facts(inputs, edition, at, work / name, processes, any_edition=True)
        whole = work / f"{name}.parquet"
        _screen(plan, facts, work / name, whole, "duckdb", processes, {})
        plans.append(plan)
        findings.append(whole)
    touched = write_differences(plans[0], plans[1], findings[0], findings[1], target)
    shutil.rmtree(work, ignore_errors=True)
    click.echo(f"{touched:,} patients are touched" + (f": {target}" if out else "."))


@cohort.command()
@click.argument("patient")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_DRUG
@_PROFILE
@_AT
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(
    patient: str, inputs: tuple[str, ...], drugs: tuple[str, ...], profile: str, at: str | None, form: str
) -> None:
    """Check one PATIENT of the register as ``fullcourse check`` does, with evidence and reasons."""
    check_inputs(inputs, why_no_facts="it holds no evidence, so nothing can be explained from it")
    knowledge = load_knowledge()
    day = day_asked(at)
    record = read_patient_of(inputs, patient, knowledge, day)
    result = check_record(record, knowledge, knowledge.profile(profile), day, [knowledge.drug(name) for name in drugs])
    if form == "json":
        from fullcourse.adapters.published.check import check_json

        click.echo(json.dumps(check_json(result), indent=2, ensure_ascii=False, allow_nan=False))
        return
    from rich.console import Console  # JSON does not wait for it

    from fullcourse.interfaces.cli.check_text import print_check

    print_check(result, knowledge, Console(highlight=False))


@cohort.command("levels")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--drug", required=True, metavar="NAME", help="The drug (INN).")
@click.option("--dose", required=True, metavar="PLAN", help="The plan everybody is taken to follow: '250 mg q12h'.")
@click.option("--days", type=int, help="Predict the last of so many days; without it, steady state.")
@click.option("--model", metavar="ID", help="The published model; without it, the default for each patient's age.")
@click.option("--n", "count", default=1000, show_default=True, help="How many people are drawn for each patient.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers: the same gives the same.")
@_AT
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The Parquet file of exposures to write.")
@click.option("--summary", is_flag=True, help="Count by reason, and exposures by weight and clearance.")
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
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
) -> None:
    """Predict serum levels under a plan for everyone of INPUT, from the published models."""
    # The engine of levels is loaded for this command alone.
    from fullcourse.adapters.register.engine.level_parts import legend_of_levels, predict_parts
    from fullcourse.interfaces.cli.cohort_levels import print_level_summary, question_of

    knowledge = load_knowledge()
    question = question_of(drug, dose, days, model, count, seed, knowledge)
    work = out.with_name(out.name + ".parts")
    facts = _facts(inputs, knowledge, at, work, processes)
    tell_of_aside(facts.aside, out, strict)
    belongs = {"version": __version__, "at": facts.at.isoformat(), "knowledge": facts.knowledge}
    parts = predict_parts(question, knowledge, facts.parts, work, belongs, partial(Progress(), "predicting"))
    about = {
        "version": __version__,
        "patients": facts.patients,
        "lines_set_aside": len(facts.aside),
        "routed": facts.routed,
    }
    merge(parts, out, legend_of_levels(question, knowledge, facts.at.isoformat(), about))
    shutil.rmtree(work, ignore_errors=True)
    click.echo(f"{facts.patients:,} patients at {facts.at}: {out}")
    if summary:
        print_level_summary(question, out)


@cohort.command("plan")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us, who or india.")
@_AT
@click.option("--start", required=True, metavar="DATE", help="First day of every regimen, YYYY-MM-DD.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The CSV file of the need to write.")
@click.option("--strict", is_flag=True, help="Fail when a line cannot be used.")
@_PROCESSES
def plan_everybody(
    inputs: tuple[str, ...], profile: str, at: str | None, start: str, out: Path, strict: bool, processes: int | None
) -> None:
    """Plan the treatment of everyone of INPUT, and count what that needs of each product, month by month.

    INPUT is FHIR bulk NDJSON (files or folders, also .gz) of the patients who are to begin treatment on --start.
    """
    from fullcourse.interfaces.cli.cohort_plan import plan_register  # planning is loaded for this command alone

    check_inputs(inputs, why_no_facts="plans are made of records")
    plan_register(inputs, profile, day_asked(at), start, out, strict, processes or os.cpu_count() or 1)


def _edition(folder: Path) -> Knowledge:
    if not any((folder / "drugs").glob("*.toml")):
        raise InputError("--knowledge: a folder named there holds no knowledge (drugs/*.toml). Check the paths.")
    return load_knowledge(folder)


def _facts(
    inputs: Sequence[str],
    knowledge: Knowledge,
    at: str | None,
    work: Path,
    processes: int | None,
    any_edition: bool = False,
) -> FactFolder:
    """Return the facts of the inputs: those that were made before, or made now."""
    check_inputs(inputs)
    if is_facts(inputs[0]):
        facts = open_facts(Path(inputs[0]))
        if at is not None and day_asked(at) != facts.at:
            raise InputError(
                f"--at {at} is not the date of these facts, {facts.at}: shelf lives and ages depend on it. "
                "Make the facts again for the date, or leave --at out."
            )
        _refuse_other_columns(facts, knowledge, any_edition)
        return facts
    return make_facts(inputs, knowledge, day_asked(at), work, processes or os.cpu_count() or 1, Progress())


def _refuse_other_columns(facts: FactFolder, knowledge: Knowledge, any_edition: bool) -> None:
    if facts.knowledge == knowledge.digest:
        return
    if not any_edition:
        raise InputError(
            "these facts were made with another edition of the knowledge, which may find facts otherwise. "
            "Make them again with 'cohort facts'."
        )
    lacking = lacking_columns(knowledge, facts.parts[0])
    if lacking:
        raise InputError(
            f"these facts lack what an edition reads: {', '.join(lacking[:6])}. Hand in the records, not the facts."
        )


def _screen(
    plan: Plan,
    facts: FactFolder,
    work: Path,
    out: Path,
    engine: str,
    processes: int | None,
    about: Mapping[str, object],
) -> None:
    mine = {
        "version": __version__,
        "knowledge": plan.knowledge.digest,
        "profile": plan.profile.id,
        "drugs": plan.drugs,
        "at": facts.at.isoformat(),
        "engine": engine,
        "facts": stamps_of(facts.parts),
    }
    claim_folder(work, "findings.json", mine)
    legend = legend_of(plan, facts.at.isoformat(), about)
    if engine == "spark":
        merge(_on_spark(plan, facts, work), out, legend)
    else:
        screen_register(plan, facts.parts, work, out, legend, processes or 0, Progress())


def _on_spark(plan: Plan, facts: FactFolder, work: Path) -> list[Path]:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError(
            "Spark is not installed. Install 'fullcourse[spark]' and Java 17, or use --engine duckdb."
        ) from None
    is_given = SparkSession.getActiveSession() is not None
    session = SparkSession.builder.appName("fullcourse cohort").getOrCreate()
    target = work / "findings-spark"
    screen_on_spark(session, plan, [part.absolute() for part in facts.parts], target.absolute())
    if not is_given:  # a session that was there belongs to others
        session.stop()
    return sorted(target.glob("*.parquet"))


def _tell_of_routed(facts: FactFolder) -> None:
    for reason, count in sorted(facts.routed.items(), key=lambda pair: -pair[1]):
        click.echo(f"{count:,} patients were read one by one: {reason}", err=True)


def _print_summary(plan: Plan, out: Path) -> None:
    lines = summarise(plan, out)
    target = out.with_name(out.stem + ".summary.csv")
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("by", "group", "drug", "what", "id", "patients"))
        writer.writerows((line.by, line.group, line.drug, line.what, line.id, line.patients) for line in lines)
    overall = [line for line in lines if line.by == "all"]
    for what, title in (
        ("decision", "Decisions"),
        ("applies", "Applies"),
        ("cannot_assess", "Cannot be assessed"),
        ("missing", "Missing"),
    ):
        click.echo(title)
        for line in _most(overall, what):
            click.echo(f"  {line.patients:>12,}  {line.drug + ': ' if what == 'decision' else ''}{line.id}")
    click.echo(f"by clinic, age and sex: {target}")


def _most(lines: Sequence[Line], what: str) -> list[Line]:
    counted = [line for line in lines if line.what == what]
    return sorted(counted, key=lambda line: -line.patients)[:_SHOWN]

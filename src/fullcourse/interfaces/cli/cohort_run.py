"""What the commands of ``fullcourse cohort`` do, apart from their options; it needs the extra `cohort`."""

import csv
import os
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.engine.claim import claim_folder, stamps_of
from fullcourse.adapters.register.engine.diff import changed_statements, lacking_columns, write_differences
from fullcourse.adapters.register.engine.partition import By, partition
from fullcourse.adapters.register.engine.room import said_when_full
from fullcourse.adapters.register.engine.screen import (
    legend_of,
    merge,
    read_legend,
    screen_on_spark,
    screen_register,
    write_long,
)
from fullcourse.adapters.register.engine.summary import Line, summarise
from fullcourse.adapters.register.read.fact_files import open_fact_files
from fullcourse.adapters.register.read.fact_folder import FactFolder, make_facts, read_patient_of
from fullcourse.adapters.spreadsheet import shown_row
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.plan import Plan, make_plan
from fullcourse.interfaces.cli.cohort_input import is_facts, register_of
from fullcourse.interfaces.cli.cohort_output import Progress, tell_of_aside
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.journey.check import check as check_record
from fullcourse.knowledge.library import Knowledge

__all__ = [
    "explain_one",
    "make_everybody",
    "plan_everybody",
    "predict_everybody",
    "screen_everybody",
    "show_differences",
]

_SHOWN = 12


def screen_everybody(
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    out: Path,
    engine: str,
    summary: bool,
    as_rows: bool,
    partition_by: By | None,
    strict: bool,
    processes: int | None,
    column: str,
) -> None:
    """Screen every patient of the inputs; see the command."""
    knowledge = load_knowledge()
    plan = make_plan(knowledge, knowledge.profile(profile), [knowledge.drug(name) for name in drugs])
    work = out.with_name(out.name + ".parts")
    written = ["one row a finding"] * as_rows + ["partitions"] * (partition_by is not None) + ["the summary"] * summary
    progress = Progress(("reading", "establishing", "screening", "joining the parts", *written))
    with said_when_full(work, progress.reached):
        if engine == "spark" and not is_facts(inputs):
            # On a cluster records are read where they are screened.
            from fullcourse.interfaces.cli.cohort_cluster import facts_on_cluster

            facts = facts_on_cluster(inputs, column, knowledge, at, work)
        else:
            facts = _facts(inputs, column, knowledge, at, work, processes, progress)
        tell_of_aside(facts.aside, out, strict)
        about = {
            "patients": facts.patients,
            "lines": facts.lines,
            "lines_set_aside": len(facts.aside),
            "routed": facts.routed,
        }
        _screen(plan, facts, work, out, engine, processes, about, progress)
        if as_rows:
            target = out.with_name(out.stem + ".long.parquet")
            write_long(plan, out, target)
            echo(f"one row a finding: {target}")
        if partition_by is not None:
            folder = out.with_name(f"{out.stem}.by-{partition_by}")
            count = partition(out, partition_by, folder, read_legend(out))
            echo(f"{count:,} partitions by {partition_by}: {folder}")
    shutil.rmtree(work, ignore_errors=True)
    _tell_of_routed(facts)
    echo(f"{facts.patients:,} patients at {facts.at}; {facts.errors:,} with a record that cannot be used: {out}")
    if summary:
        _print_summary(plan, out)


def make_everybody(
    inputs: tuple[str, ...],
    at: str | None,
    out: Path,
    engine: str,
    strict: bool,
    processes: int | None,
    column: str,
) -> None:
    """Write a folder of facts; see the command."""
    knowledge = load_knowledge()
    progress = Progress(("reading", "establishing"))
    with said_when_full(out, progress.reached):
        if engine == "spark":
            from fullcourse.interfaces.cli.cohort_cluster import facts_on_cluster

            facts = facts_on_cluster(inputs, column, knowledge, at, out)
        else:
            register = register_of(inputs, column, why_no_facts="facts are made of records")
            facts = make_facts(register, knowledge, day_asked(at), out, processes or os.cpu_count() or 1, progress)
        tell_of_aside(facts.aside, out / "lines", strict)
    _tell_of_routed(facts)
    echo(f"{facts.patients:,} patients at {facts.at}: {out}")


def show_differences(
    editions: tuple[str, str],
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    out: Path | None,
    processes: int | None,
    column: str,
) -> None:
    """Print which statements moved and whom that touches; see the command."""
    old, new = (_edition(Path(edition)) for edition in editions)
    for change in changed_statements(old, new):
        echo(f"{change.what:8} {change.statement}")
    work = out.with_name(out.name + ".parts") if out else Path("differences.parts")
    target = out or work / "differences.parquet"
    plans, findings = [], []
    for name, edition in (("old", old), ("new", new)):
        known = [edition.drug(drug) for drug in drugs]
        plan = make_plan(edition, edition.profile(profile), known)
        others = ("the new edition",) if name == "old" else ()
        progress = Progress(("reading", "establishing", "screening", "joining the parts", *others, "the comparison"))
        whole = work / f"{name}.parquet"
        with said_when_full(work, progress.reached):
            facts = _facts(inputs, column, edition, at, work / name, processes, progress, any_edition=True)
            _screen(plan, facts, work / name, whole, "duckdb", processes, {}, progress)
        plans.append(plan)
        findings.append(whole)
    touched = write_differences(plans[0], plans[1], findings[0], findings[1], target)
    shutil.rmtree(work, ignore_errors=True)
    echo(f"{touched:,} patients are touched" + (f": {target}" if out else "."))


def explain_one(
    patient: str,
    inputs: tuple[str, ...],
    drugs: tuple[str, ...],
    profile: str,
    at: str | None,
    form: str,
    column: str,
) -> None:
    """Check one patient of the inputs; see the command."""
    register = register_of(inputs, column, why_no_facts="it holds no evidence, so nothing can be explained from it")
    knowledge = load_knowledge()
    day = day_asked(at)
    record = read_patient_of(register, patient, knowledge, day)
    result = check_record(record, knowledge, knowledge.profile(profile), day, [knowledge.drug(name) for name in drugs])
    if form == "json":
        from fullcourse.adapters.published.check import check_json

        print_json(check_json(result))
        return
    from fullcourse.interfaces.cli.check_text import print_check
    from fullcourse.interfaces.cli.terminal import page  # JSON does not wait for it

    print_check(result, knowledge, page())


def predict_everybody(
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
    """Predict everybody's levels; see the command."""
    # The engine of levels is loaded for this command alone.
    from fullcourse.adapters.register.engine.level_parts import legend_of_levels, predict_parts
    from fullcourse.interfaces.cli.cohort_levels import print_level_summary, question_of

    knowledge = load_knowledge()
    question = question_of(drug, dose, days, model, count, seed, knowledge)
    work = out.with_name(out.name + ".parts")
    progress = Progress(("reading", "establishing", "predicting", "joining the parts", *["the summary"] * summary))
    with said_when_full(work, progress.reached):
        facts = _facts(inputs, column, knowledge, at, work, processes, progress)
        tell_of_aside(facts.aside, out, strict)
        belongs = {"version": __version__, "at": facts.at.isoformat(), "knowledge": facts.knowledge}
        parts = predict_parts(question, knowledge, facts.parts, work, belongs, partial(progress, "predicting"))
        about = {
            "version": __version__,
            "patients": facts.patients,
            "lines_set_aside": len(facts.aside),
            "routed": facts.routed,
        }
        merge(parts, out, legend_of_levels(question, knowledge, facts.at.isoformat(), about))
    shutil.rmtree(work, ignore_errors=True)
    echo(f"{facts.patients:,} patients at {facts.at}: {out}")
    if summary:
        print_level_summary(question, out)


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
    """Plan everybody's treatment; see the command."""
    from fullcourse.interfaces.cli.cohort_plan import plan_register  # planning is loaded for this command alone

    register = register_of(inputs, column, why_no_facts="plans are made of records")
    plan_register(register, profile, day_asked(at), start, out, strict, processes or os.cpu_count() or 1)


def _edition(folder: Path) -> Knowledge:
    if not any((folder / "drugs").glob("*.toml")):
        raise InputError("--knowledge: a folder named there holds no knowledge (drugs/*.toml). Check the paths.")
    return load_knowledge(folder)


def _facts(
    inputs: Sequence[str],
    column: str,
    knowledge: Knowledge,
    at: str | None,
    work: Path,
    processes: int | None,
    progress: Progress,
    any_edition: bool = False,
) -> FactFolder:
    """Return the facts of the inputs: those that were made before, or made now."""
    if is_facts(inputs):
        if column:
            raise InputError("--column names a column of a table of records, and facts are handed in. Leave it out.")
        facts = open_fact_files(Path(inputs[0]))
        if at is not None and day_asked(at) != facts.at:
            raise InputError(
                f"--at {at} is not the date of these facts, {facts.at}: shelf lives and ages depend on it. "
                "Make the facts again for the date, or leave --at out."
            )
        _refuse_other_columns(facts, knowledge, any_edition)
        return facts
    register = register_of(inputs, column)
    return make_facts(register, knowledge, day_asked(at), work, processes or os.cpu_count() or 1, progress)


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
    progress: Progress,
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
        screen_register(plan, facts.parts, work, out, legend, processes or 0, progress)


def _on_spark(plan: Plan, facts: FactFolder, work: Path) -> list[Path]:
    from fullcourse.interfaces.cli.cohort_cluster import session_here

    target = work / "findings-spark"
    with session_here() as session:
        screen_on_spark(session, plan, [part.absolute() for part in facts.parts], target.absolute())
    return sorted(target.glob("*.parquet"))


def _tell_of_routed(facts: FactFolder) -> None:
    for reason, count in sorted(facts.routed.items(), key=lambda pair: -pair[1]):
        echo(f"{count:,} patients were read one by one: {reason}", err=True)


def _print_summary(plan: Plan, out: Path) -> None:
    lines = summarise(plan, out)
    target = out.with_name(out.stem + ".summary.csv")
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("by", "group", "drug", "what", "id", "patients"))
        writer.writerows(shown_row((it.by, it.group, it.drug, it.what, it.id, it.patients)) for it in lines)
    overall = [line for line in lines if line.by == "all"]
    for what, title in (
        ("decision", "Decisions"),
        ("applies", "Applies"),
        ("cannot_assess", "Cannot be assessed"),
        ("missing", "Missing"),
    ):
        echo(title)
        for line in _most(overall, what):
            echo(f"  {line.patients:>12,}  {line.drug + ': ' if what == 'decision' else ''}{line.id}")
    echo(f"by clinic, age and sex: {target}")


def _most(lines: Sequence[Line], what: str) -> list[Line]:
    counted = [line for line in lines if line.what == what]
    return sorted(counted, key=lambda line: -line.patients)[:_SHOWN]

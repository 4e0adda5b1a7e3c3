"""What ``fullcourse cohort levels`` asks and prints: the question from its options, the summary of the answer."""

import csv
from collections.abc import Sequence
from pathlib import Path

from fullcourse.adapters.register.engine.level_summary import LevelLine, ReasonLine, summarise_levels, summarise_reasons
from fullcourse.adapters.spreadsheet import shown_row
from fullcourse.cohort.levels.predict import EXPOSURES
from fullcourse.cohort.levels.question import LevelQuestion, ask_everybody
from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.cli.level_commands.patient_input import named_model
from fullcourse.journey.levels.models import ANY_ADULT_YEARS, choose_model, drug_name
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_level_summary", "question_of"]

SHOWN = ("weight_kg", "clearance_ml_per_min")


def question_of(
    drug: str, dose: str, days: int | None, model: str | None, count: int, seed: int, knowledge: Knowledge
) -> LevelQuestion:
    """Return what the options ask.

    Raises:
        InputError: An option cannot be used; the message names it.
    """
    name = drug_name(drug, knowledge)
    chosen = choose_model(
        name, named_model(model), ANY_ADULT_YEARS
    )  # refuses a model that is none, and a drug given by infusion
    return ask_everybody(name, chosen if model else None, dose, days, count, seed, knowledge)


def print_level_summary(question: LevelQuestion, out: Path) -> None:
    """Print and write the counts by reason and the exposures by group."""
    lines, reasons = summarise_levels(question, out), summarise_reasons(out)
    columns = LevelLine.columns(question)
    target = out.with_name(out.stem + ".summary.csv")
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("by", "group", "patients", "predicted", *columns))
        writer.writerows(shown_row((row.by, row.group, row.patients, row.predicted, *row.values)) for row in lines)
        writer.writerows(shown_row((f"reason: {row.reason}", row.facts, row.patients, 0)) for row in reasons)
    _print_reasons(reasons)
    measures = ", ".join(f"{name} in {unit}" for name, unit in EXPOSURES.items())
    for by in SHOWN:
        echo(f"By {by}: patients, and medians of {measures}")
        for line in (row for row in lines if row.by == by):
            shown = ("       -" if value is None else f"{value:8.1f}" for value in line.values[: len(EXPOSURES)])
            echo(f"  {line.group:<22}{line.patients:>12,}  {'  '.join(shown)}")
    echo(f"all groups, with probabilities: {target}")


def _print_reasons(reasons: Sequence[ReasonLine]) -> None:
    echo("Not predicted")
    for row in reasons:
        echo(f"  {row.patients:>12,}  {row.reason}" + (f": {row.facts}" if row.facts else ""))

"""How answers about levels are printed and drawn."""

import importlib
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from fullcourse.adapters.documents.level_chart import (
    ChartBand,
    ChartDose,
    ChartPoint,
    LevelChart,
    svg_chart,
    terminal_chart,
)
from fullcourse.clinical.answer_head import MODELS_NOTICE, AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.out_file import write_out
from fullcourse.journey.levels.curve import LevelCurve, aimed_peak, lowest_ceiling
from fullcourse.journey.levels.population import Covariates
from fullcourse.knowledge.pk.targets import LevelTargets
from fullcourse.knowledge.reader import digest_of, read_files

__all__ = [
    "OUTSIDE",
    "curve_lines",
    "echo_json",
    "echo_lines",
    "knowledge_digest",
    "level_chart",
    "over_time_lines",
    "save_chart",
    "wrapped",
]

MOST_COLUMNS = 80
"""Sentences are broken at this width on a wider terminal too: longer lines are read badly."""

OUTSIDE = "is outside what the model has seen: check sampling time, dose times, units."


@cache
def knowledge_digest() -> str:
    """Return the digest of all knowledge, the same that every other command names."""
    return digest_of(read_files())


def echo_json(value: Mapping[str, object]) -> None:
    """Print JSON; NaN and infinity cannot stand in it."""
    print_json(value)


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines, and the notice that ends every answer."""
    said = [*lines, "", AnswerHead(knowledge_digest(), MODELS_NOTICE).foot()]
    if sys.stdout.isatty():
        said = wrapped(said, min(shutil.get_terminal_size().columns, MOST_COLUMNS))
    for line in said:
        echo(line)


def wrapped(lines: Iterable[str], columns: int) -> list[str]:
    """Return lines with sentences broken at a width; rows of tables and curves stay as they are.

    A row is indented, or has its columns apart. What is read by another program is never broken (``echo_lines``).

    Args:
        lines: As printed.
        columns: Of the terminal.
    """
    broken: list[str] = []
    for line in lines:
        if len(line) <= columns or line.startswith(" ") or "   " in line:
            broken.append(line)
        else:
            broken += textwrap.wrap(
                line, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            )
    return broken


def over_time_lines(covariates: Covariates) -> list[str]:
    """Return which value of what changed was used from when on; nothing where nothing changed."""
    if not covariates.over_time:
        return []
    lines = ["Over time, each value from its moment on:"]
    for span in covariates.over_time:
        because = ", ".join(
            f"{name.replace('_', ' ')} {_plain(fact.value)} {fact.unit} ({fact.on[:16] or 'no date'})"
            for name, fact in span.changed.items()
        )
        before = covariates.over_time[0].values
        differ = [name for name in before if len({part.values[name] for part in covariates.over_time}) > 1]
        came_to = ", ".join(f"{name.replace('_', ' ')} {span.values[name]:.3g}" for name in differ)
        lines.append(f"  from {span.begins:%Y-%m-%d %H:%M}: {because}: {came_to}")
    return lines


def _plain(value: float | bool | str) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def level_chart(title: str, curve: LevelCurve, targets: LevelTargets, says: str = "") -> LevelChart:
    """Return the drawing of a curve, with the range aimed at, the lowest line of level, and what it comes to."""
    aim, ceiling = aimed_peak(targets), lowest_ceiling(targets)
    band = ChartBand(*aim, f"aimed at: peak {aim[0]:g} to {aim[1]:g} mg/L") if aim else None
    lines = [(ceiling.high, f"{ceiling.high:g} mg/L, {ceiling.citation.source}")] if ceiling and ceiling.high else []
    chart = LevelChart(
        title,
        list(curve.time_h),
        [list(row) for row in curve.quantiles],
        band,
        lines,
        [ChartPoint(point.time_h, point.mg_per_l, point.sd) for point in curve.measured],
        [ChartDose(hour, mg) for hour, mg in curve.doses],
        says=says,
        beside=list(curve.metabolites),
    )
    if curve.zero is None:
        return chart
    return replace(chart, time_note=f"hours from the {curve.zero_is}, {curve.zero:%Y-%m-%d %H:%M}")


def save_chart(chart: LevelChart, path: str | None) -> None:
    """Write a chart as SVG, or as PNG where the extra ``charts`` is installed.

    Raises:
        InputError: The path is neither, the extra is missing, or the file cannot be written.
    """
    if path is None:
        return
    drawn = svg_chart(chart)
    content = drawn.encode("utf-8")
    if path.lower().endswith(".png"):
        try:
            rasterise = importlib.import_module("resvg_py").svg_to_bytes  # only PNG needs it
        except ImportError:
            raise InputError(
                "--plot: PNG needs the extra 'charts' (pip install 'fullcourse[charts]'); SVG needs nothing."
            ) from None
        content = bytes(rasterise(svg_string=drawn, zoom=2))
    elif not path.lower().endswith(".svg"):
        raise InputError("--plot: name a file ending in .svg or .png.")
    write_out(path, content, "--plot")


def curve_lines(chart: LevelChart) -> list[str]:
    """Return the small curve of the terminal, with what it shows."""
    band = f"; | marks {chart.band.name}" if chart.band else ""
    return [f"{chart.title} (median{band})", *terminal_chart(chart)]

"""How answers about levels are printed and drawn."""

import importlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

import click

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
from fullcourse.interfaces.cli.out_file import write_out
from fullcourse.journey.levels.curve import LevelCurve, aimed_peak, lowest_ceiling
from fullcourse.knowledge.pk.targets import LevelTargets
from fullcourse.knowledge.reader import digest_of, read_files

__all__ = ["OUTSIDE", "curve_lines", "echo_json", "echo_lines", "knowledge_digest", "level_chart", "save_chart"]

OUTSIDE = "is outside what the model has seen: check sampling time, dose times, units."


@cache
def knowledge_digest() -> str:
    """Return the digest of all knowledge, the same that every other command names."""
    return digest_of(read_files())


def echo_json(value: Mapping[str, object]) -> None:
    """Print JSON; NaN and infinity cannot stand in it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines, and the notice that ends every answer."""
    for line in lines:
        click.echo(line)
    click.echo("")
    click.echo(AnswerHead(knowledge_digest(), MODELS_NOTICE).foot())


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
    )
    if curve.zero is None:
        return chart
    return replace(chart, time_note=f"hours from the last known dose, {curve.zero:%Y-%m-%d %H:%M}")


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

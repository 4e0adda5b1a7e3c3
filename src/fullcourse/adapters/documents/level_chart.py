"""Draws a curve of serum levels as SVG of our own, and a small one for the terminal.

No library and no script: the same drawing prints, goes into a document, and is read aloud (title, description, and a
title on every mark). Bands are told apart by shade and by words, never by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["ChartBand", "ChartDose", "ChartPoint", "LevelChart", "svg_chart", "terminal_chart"]

WIDTH, HEIGHT = 720, 376
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 54, 92
INK, MEDIAN, SHADE, TARGET, MISSED = "#1b1f23", "#0b3d91", "#0b3d91", "#1e7f3c", "#b3261e"

BLOCKS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class ChartBand:
    """A range of levels aimed at, mg/L, and its name."""

    low: float
    high: float
    name: str


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A measured level: hour, mg/L, and the standard deviation of its residual error (assay and model)."""

    time_h: float
    mg_per_l: float
    sd: float


@dataclass(frozen=True, slots=True)
class ChartDose:
    """A dose: hour, mg, and whether it was taken."""

    time_h: float
    mg: float
    taken: bool = True


@dataclass(frozen=True, slots=True)
class LevelChart:
    """What is drawn.

    Attributes:
        title: Said above the chart.
        time_h: Hours of the curve, ascending.
        quantiles: Levels at 5, 25, 50, 75 and 95 per cent, each as long as ``time_h``, mg/L.
        band: The range aimed at, or None.
        lines: Lines of level not to pass, mg/L, with names.
        points: Measured levels.
        doses: Doses on the axis.
        unit_note: Said on the axis, for example that mg/L is mcg/mL.
        says: What the curve comes to, under the title; empty for nothing.
        time_note: What the hours are counted from; empty where the axis says it.
        beside: Median curves of other substances by their name, each as long as ``time_h``, mg/L.
    """

    title: str
    time_h: Sequence[float]
    quantiles: Sequence[Sequence[float]]
    band: ChartBand | None = None
    lines: Sequence[tuple[float, str]] = ()
    points: Sequence[ChartPoint] = ()
    doses: Sequence[ChartDose] = ()
    unit_note: str = "mg/L (mcg/mL)"
    time_note: str = ""
    says: str = ""
    beside: Sequence[tuple[str, Sequence[float]]] = ()


class _Scale:
    """Places hours and levels on the drawing."""

    def __init__(self, chart: LevelChart) -> None:
        self.first, self.last = chart.time_h[0], chart.time_h[-1]
        tops = [max(chart.quantiles[4]), *(point.mg_per_l + point.sd for point in chart.points)]
        tops += [max(values) for _, values in chart.beside]
        tops += [chart.band.high] if chart.band else []
        tops += [level for level, _ in chart.lines]
        self.step = _round_step(max(tops) / 5.0)
        self.top = self.step * (int(max(tops) / self.step) + 1)

    def x(self, time_h: float) -> float:
        """Return the place of an hour."""
        share = (time_h - self.first) / max(self.last - self.first, 1e-9)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, level: float) -> float:
        """Return the place of a level."""
        return HEIGHT - BOTTOM - level / self.top * (HEIGHT - TOP - BOTTOM)


def svg_chart(chart: LevelChart) -> str:
    """Return the chart as an SVG document of fixed size.

    Args:
        chart: What is drawn; at least two hours.
    """
    scale = _Scale(chart)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' role="img" aria-labelledby="t d" font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="12">',
        f'<title id="t">{escape(chart.title)}</title><desc id="d">{escape(_description(chart))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _title(chart.title),
        *_says(chart.says),
        *_target(chart, scale),
        *_axes(chart, scale),
        *_curve(chart, scale),
        *_beside(chart, scale),
        *_lines(chart, scale),
        *_doses(chart, scale),
        *_points(chart, scale),
        _legend(chart),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(title: str) -> str:
    """Return the title, in a size at which it fits above the chart."""
    size = min(14.0, (WIDTH - LEFT - RIGHT) / (0.66 * max(len(title), 1)))
    return f'<text x="{LEFT}" y="17" font-size="{size:.1f}" font-weight="bold" fill="{INK}">{escape(title)}</text>'


def _says(words: str) -> list[str]:
    """Return what the curve comes to, in a size at which it fits under the title."""
    if not words:
        return []
    size = min(11.0, (WIDTH - LEFT - RIGHT) / (0.52 * len(words)))
    return [f'<text x="{LEFT}" y="31" font-size="{size:.1f}" fill="{INK}">{escape(words)}</text>']


def _target(chart: LevelChart, scale: _Scale) -> list[str]:
    shapes = []
    if chart.band:
        top, bottom = scale.y(chart.band.high), scale.y(chart.band.low)
        shapes.append(
            f'<rect x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{bottom - top:.1f}" '
            f'fill="{TARGET}" fill-opacity="0.15"><title>{escape(chart.band.name)}</title></rect>'
        )
    return shapes


def _lines(chart: LevelChart, scale: _Scale) -> list[str]:
    """Return the lines not to pass, over the curve; their names stand out from it by a white edge."""
    shapes = []
    for level, name in chart.lines:
        at = scale.y(level)
        shapes.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="{MISSED}" '
            f'stroke-dasharray="6 4"><title>{escape(name)}</title></line>'
        )
        shapes.append(
            f'<text x="{WIDTH - RIGHT}" y="{at - 3:.1f}" text-anchor="end" font-size="11" '
            f'fill="{MISSED}" stroke="#ffffff" stroke-width="3" paint-order="stroke">{escape(name)}</text>'
        )
    return shapes


def _axes(chart: LevelChart, scale: _Scale) -> list[str]:
    base = HEIGHT - BOTTOM
    shapes = [f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}" stroke="{INK}"/>']
    level = 0.0
    while level <= scale.top + 1e-9:
        at = scale.y(level)
        shapes.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="{INK}" stroke-opacity="0.12"/>'
        )
        shapes.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end" fill="{INK}">{level:g}</text>')
        level += scale.step
    by_day = scale.last - scale.first > 60.0
    width = _round_step((scale.last - scale.first) / (24.0 if by_day else 1.0) / 8.0) * (24.0 if by_day else 1.0)
    time = scale.first - scale.first % width if scale.first % width == 0 else scale.first - scale.first % width + width
    while time <= scale.last + 1e-9:
        name = f"day {time / 24.0 + 1:.0f}" if by_day else f"{time:g} h"
        shapes.append(f'<text x="{scale.x(time):.1f}" y="{base + 34}" text-anchor="middle" fill="{INK}">{name}</text>')
        time += width
    if chart.time_note:
        shapes.append(
            f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end" font-size="11" fill="{INK}">'
            f"{escape(chart.time_note)}</text>"
        )
    shapes.append(f'<text x="14" y="{TOP - 8}" fill="{INK}">{escape(chart.unit_note)}</text>')
    return shapes


def _curve(chart: LevelChart, scale: _Scale) -> list[str]:
    low, quarter, middle, three, high = chart.quantiles
    shapes = []
    for under, over, opacity, name in ((low, high, 0.15, "90 per cent"), (quarter, three, 0.28, "50 per cent")):
        ahead = [f"{scale.x(t):.1f},{scale.y(v):.1f}" for t, v in zip(chart.time_h, over, strict=True)]
        back = [f"{scale.x(t):.1f},{scale.y(v):.1f}" for t, v in zip(chart.time_h, under, strict=True)]
        shapes.append(
            f'<polygon points="{" ".join(ahead + back[::-1])}" fill="{SHADE}" fill-opacity="{opacity}">'
            f"<title>{name} band</title></polygon>"
        )
    line = " ".join(f"{scale.x(t):.1f},{scale.y(v):.1f}" for t, v in zip(chart.time_h, middle, strict=True))
    shapes.append(
        f'<polyline points="{line}" fill="none" stroke="{MEDIAN}" stroke-width="2"><title>median</title></polyline>'
    )
    return shapes


def _beside(chart: LevelChart, scale: _Scale) -> list[str]:
    """Return the curves of other substances, dashed, each named at its end."""
    shapes = []
    for name, values in chart.beside:
        line = " ".join(f"{scale.x(t):.1f},{scale.y(v):.1f}" for t, v in zip(chart.time_h, values, strict=True))
        shapes.append(
            f'<polyline points="{line}" fill="none" stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 3">'
            f"<title>{escape(name)}, median</title></polyline>"
        )
        at = scale.y(values[-1]) - 4
        shapes.append(
            f'<text x="{WIDTH - RIGHT}" y="{at:.1f}" text-anchor="end" font-size="11" fill="{INK}" '
            f'stroke="#ffffff" stroke-width="3" paint-order="stroke">{escape(name)}</text>'
        )
    return shapes


def _doses(chart: LevelChart, scale: _Scale) -> list[str]:
    base, shapes = HEIGHT - BOTTOM, []
    seen = [dose for dose in chart.doses if scale.first <= dose.time_h <= scale.last]
    largest = max((dose.mg for dose in seen), default=1.0)
    half = min(4.0, 0.35 * (WIDTH - LEFT - RIGHT) / max(len(seen), 1))
    for dose in seen:
        colour, name = (INK, f"{dose.mg:g} mg") if dose.taken else (MISSED, f"{dose.mg:g} mg missed")
        at, tall = scale.x(dose.time_h), 9.0 * max(dose.mg / largest, 0.4)
        shapes.append(
            f'<path d="M{at:.1f} {base + 13 - tall:.1f} l{-half:.1f} {tall:.1f} h{2.0 * half:.1f} z" '
            f'fill="{colour if dose.taken else "none"}" stroke="{colour}">'
            f"<title>{name} at hour {dose.time_h:.1f}</title></path>"
        )
    return shapes


def _points(chart: LevelChart, scale: _Scale) -> list[str]:
    shapes = []
    for point in chart.points:
        at, level = scale.x(point.time_h), scale.y(point.mg_per_l)
        top, bottom = scale.y(point.mg_per_l + point.sd), scale.y(max(point.mg_per_l - point.sd, 0.0))
        name = f"measured {point.mg_per_l:g} mg/L, residual error {point.sd:.1f}"
        shapes.append(
            f'<g stroke="{INK}" stroke-width="1.5"><title>{name}</title>'
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>'
            f'<line x1="{at - 4:.1f}" x2="{at + 4:.1f}" y1="{top:.1f}" y2="{top:.1f}"/>'
            f'<line x1="{at - 4:.1f}" x2="{at + 4:.1f}" y1="{bottom:.1f}" y2="{bottom:.1f}"/>'
            f'<circle cx="{at:.1f}" cy="{level:.1f}" r="4" fill="#ffffff"/></g>'
        )
    return shapes


def _legend(chart: LevelChart) -> str:
    curve = ["line: median", "dark: 50 per cent", "light: 90 per cent"]
    curve += [f"dashed: {name}" for name, _ in chart.beside]
    if chart.doses:
        several = len({dose.mg for dose in chart.doses}) > 1
        curve += ["triangle: dose, as tall as it is large" if several else "triangle: dose"]
    marks = [f"green: {chart.band.name}"] if chart.band else []
    marks += ["circle: measured, with one SD of the model's residual error"] if chart.points else []
    return "".join(
        f'<text x="{LEFT}" y="{HEIGHT - below}" font-size="11" fill="{INK}">{escape("; ".join(said))}</text>'
        for below, said in ((34, curve), (20, marks))
        if said
    )


def _description(chart: LevelChart) -> str:
    middle = chart.quantiles[2]
    said = (
        f"Median between {min(middle):.1f} and {max(middle):.1f} mg/L; 90 per cent up to {max(chart.quantiles[4]):.1f}."
    )
    measured = ", ".join(f"{point.mg_per_l:g}" for point in chart.points)
    return f"{said} Measured: {measured} mg/L." if measured else said


def _round_step(rough: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least as large as ``rough``."""
    if not rough > 0.0:
        return 1.0
    power = 1e-6
    while True:
        for factor in (1.0, 2.0, 5.0):
            if power * factor >= rough:
                return float(f"{power * factor:.6g}")
        power *= 10.0


def terminal_chart(chart: LevelChart, width: int = 60, height: int = 8) -> list[str]:
    """Return a small curve of the median in lines of text, the band aimed at marked beside it.

    Args:
        chart: What is drawn.
        width: Columns of the curve.
        height: Lines of the curve, each of eight steps.
    """
    scale = _Scale(chart)
    median = _sampled(chart, width)
    lines = []
    for row in range(height, 0, -1):
        low, high = scale.top * (row - 1) / height, scale.top * row / height
        cells = "".join(BLOCKS[max(0, min(8, round((value - low) / (high - low) * 8)))] for value in median)
        aimed = chart.band is not None and chart.band.low < high and chart.band.high > low
        lines.append(f"{high:6.3g} {'|' if aimed else ' '}{cells}")
    by_day = scale.last - scale.first > 60.0
    unit = 24.0 if by_day else 1.0
    name = "day" if by_day else "h"
    start, end = f"{name} {scale.first / unit + by_day:.0f}", f"{name} {scale.last / unit + by_day:.0f}"
    lines.append(f"{'mg/L':>6}  {start}{end:>{max(width - len(start), 1)}}")
    return lines


def _sampled(chart: LevelChart, width: int) -> list[float]:
    """Return the highest median in each column, so that no peak is lost between columns."""
    first, last = chart.time_h[0], chart.time_h[-1]
    columns: list[list[float]] = [[] for _ in range(width)]
    for time, value in zip(chart.time_h, chart.quantiles[2], strict=True):
        place = int((time - first) / max(last - first, 1e-9) * (width - 1) + 0.5)
        columns[place].append(value)
    sampled, before = [], chart.quantiles[2][0]
    for column in columns:
        before = max(column) if column else before
        sampled.append(before)
    return sampled

"""What is foreseen of each drug, on one screen: the warning first, and under it every part with its numbers."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.quantity import Interval
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.journey.monitor import (
    CONTRAINDICATED,
    FORESEEN_READING,
    Exposure,
    Foreseen,
    Heading,
    MonitorAnswer,
    Trend,
    TrendStanding,
)
from fullcourse.knowledge.actions import HEADLINES

__all__ = ["print_foreseen"]

_WHAT: Final = {
    **HEADLINES,
    CONTRAINDICATED: "Contraindicated from there on",
    "test_susceptibility_again": "Test the susceptibility again",
}
_RUNS: Final = (TrendStanding.HEADING, TrendStanding.DRIFTING)
_QUIET: Final = {
    TrendStanding.STEADY: "running towards no number that its sources act on",
    TrendStanding.REACHED: "past every number that its sources act on",
    TrendStanding.TOO_FEW: "too few results for a line (4 are needed)",
    TrendStanding.STALE: "the newest result is too old to follow",
    TrendStanding.NO_THRESHOLD: "no number that a source acts on can be named",
}
_MOST_LEFT_OUT: Final = 3
_THOUSAND: Final = 1000.0


def print_foreseen(answer: MonitorAnswer, console: Console) -> None:
    """Print what is foreseen; nothing where no result can be followed.

    Args:
        answer: What monitoring said.
        console: Where to.
    """
    if not answer.foreseen:
        return
    console.print(Text("\nFORESEEN", "bold").append("  if results go on as they do", "quiet"))
    says = (
        f"Ours ({FORESEEN_READING}), tried on simulated patients and validated in none. It adds to what is due: it "
        "puts no test off, clears nothing and speaks for no dose."
    )
    console.print(hanging("", Text(says, "quiet"), 1))
    for it in sorted(answer.foreseen, key=lambda it: not it.warns):
        _drug(it, console)


def _drug(it: Foreseen, console: Console) -> None:
    heads = _heads(it)
    mark, style = ("  ▲", "warning") if it.warns else ("  ·", "bold")
    console.print(hanging(mark, Text(f"{it.drug}: {'; '.join(heads)}", style), 3))
    for trend in it.trends:
        if trend.standing in _RUNS:
            _running(trend, console)
    quiet: dict[TrendStanding, list[str]] = {}
    for trend in it.trends:
        if trend.standing not in _RUNS:
            quiet.setdefault(trend.standing, []).append(_quiet(trend))
    for standing, names in quiet.items():
        console.print(hanging("     ·", Text(f"{_QUIET[standing]}: {'; '.join(names)}", "quiet"), 6))
    for trend in it.trends:
        if trend.lacks_baseline:
            says = f"{trend.label}: no value before treatment is on file, so that no rise can be followed"
            console.print(hanging("     ?", Text(says, "notice"), 6))
    _left_out(it.trends, console)
    if it.exposure is not None:
        _exposure(it.exposure, console)
    for ask in it.ask:
        when = "it has no planned day" if ask.planned is None else f"the plan has it on {ask.planned.isoformat()}"
        says = f"ask for {ask.test} now: {when}, and a limit could be passed from {ask.before.isoformat()} on."
        text = Text(says, "warning").append(" No source states this; it is ours.", "notice")
        console.print(hanging("     →", text, 6))


def _heads(it: Foreseen) -> list[str]:
    """Return what is foreseen of a drug, in a few words."""
    first = [trend.headings[0].first for trend in it.trends if trend.standing is TrendStanding.HEADING]
    heads = [f"a result could pass a limit from {min(first).isoformat()} on"] if first else []
    heads += [f"its {above.measure} is likelier above {above.value:g} mg/L than below" for above in it.likely_above]
    return heads or (["no result runs towards a limit"] if it.trends else ["no result to follow"])


def _running(trend: Trend, console: Console) -> None:
    text = Text(f"{_slope(trend)}. ", "not bold")
    for heading in trend.headings:
        text.append(f"{_when(heading, trend)} ", "notice" if trend.standing is TrendStanding.HEADING else "not bold")
        threshold = heading.threshold
        waits = " (for some patients; facts that decide it are open)" if threshold.missing else ""
        text.append(f"{_WHAT.get(threshold.action, threshold.do.word)}{waits}. ", "not bold")
        text.append(f"[{threshold.citation.source}, {threshold.citation.section}] ", "quiet")
    if trend.standing is TrendStanding.DRIFTING:
        text.append("That is further ahead than the results reach back: no warning.", "quiet")
    console.print(hanging("     ·", text, 6))


def _slope(trend: Trend) -> str:
    low, high = sorted(abs(it) for it in (trend.low or 0.0, trend.high or 0.0))
    runs = "rises" if (trend.per_week or 0.0) > 0.0 else "falls"
    span = f"{_on(trend.counted[0])} to {_on(trend.counted[-1])}"
    return (
        f"{trend.label} {runs} {abs(trend.per_week or 0.0):.3g} {trend.unit} a week (90%: {low:.3g} to {high:.3g}; "
        f"{len(trend.counted)} results, {span}, the last {_number(trend.counted[-1])})"
    )


def _when(heading: Heading, trend: Trend) -> str:
    limit = f"{heading.threshold.value:.4g} {trend.unit}"
    if heading.last is None:
        return f"It could pass {limit} from {heading.first.isoformat()} on, or not at all:"
    if heading.first == heading.last:
        return f"It could pass {limit} about {heading.first.isoformat()}:"
    return f"It could pass {limit} between {heading.first.isoformat()} and {heading.last.isoformat()}:"


def _quiet(trend: Trend) -> str:
    if trend.per_week is None or trend.low is None or trend.high is None:
        return f"{trend.label} ({len(trend.counted)})"
    return f"{trend.label} {trend.per_week:+.2g} {trend.unit} a week ({trend.low:+.2g} to {trend.high:+.2g})"


def _left_out(trends: Sequence[Trend], console: Console) -> None:
    every = [f"{_number(it)} on {_on(it)} ({it.reason})" for trend in trends for it in trend.left_out if it.reason]
    told = [it for it in every if "earlier than the newest" not in it and "before this drug began" not in it]
    if told:
        more = f"; {len(told) - _MOST_LEFT_OUT} more" if len(told) > _MOST_LEFT_OUT else ""
        says = f"left out of the lines: {'; '.join(told[:_MOST_LEFT_OUT])}{more}"
        console.print(hanging("     ·", Text(says, "quiet"), 6))


def _exposure(it: Exposure, console: Console) -> None:
    if it.why_not:
        console.print(hanging("     ?", Text(f"levels could not be worked out: {it.why_not}", "notice"), 6))
        return
    doses = f"{it.doses} doses {'as recorded' if it.taken else 'as prescribed, which nobody recorded'}"
    moved = f"{it.levels} measured levels" if it.levels else "no measured level"
    last = "" if it.last_dose is None else f", the last on {it.last_dose.isoformat()}"
    trough, peak, area = map(_spread, (it.trough, it.peak, it.auc24))
    text = Text(
        f"levels by {it.model}, {doses}{last}, {moved} (90% of draws): trough {trough} mg/L, peak {peak} mg/L, "
    )
    text.append(f"AUC24 {area} mg.h/L. ", "not bold")
    for limit in it.limits:
        above = f"{limit.measure} above {limit.value:g} mg/L in {limit.share_above:.0%} of draws: {limit.says}"
        text.append(above[:1].upper() + above[1:], "not bold").append(
            f" [{limit.citation.source}, {limit.citation.section}] ", "quiet"
        )
    console.print(hanging("     ·", text, 6))
    if it.notes:
        console.print(hanging("      ", Text(f"taken for granted: {'; '.join(it.notes)}", "quiet"), 8))


def _spread(values: Sequence[float]) -> str:
    low, middle, high = values
    return f"{_figure(middle)} ({_figure(low)} to {_figure(high)})"


def _figure(value: float) -> str:
    return f"{value:.3g}" if value < _THOUSAND else f"{value:.0f}"


def _on(piece: Evidence) -> str:
    return "no date" if piece.on is None else piece.on.text[:10]


def _number(piece: Evidence) -> str:
    if isinstance(piece.value, Interval):
        return f"{piece.value.low:.5g}" if piece.value.is_exact else str(piece.value)
    return str(piece.recorded)

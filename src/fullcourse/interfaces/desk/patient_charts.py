"""Hands what a course comes to to the charts: dates, words and marks; nothing is decided here."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from fullcourse.interfaces.desk.charts.drawing import said_day
from fullcourse.interfaces.desk.charts.heat_map import Day, DayMark, heat_map
from fullcourse.interfaces.desk.charts.regimen_bars import Bar, DrugRow, regimen_bars
from fullcourse.interfaces.desk.charts.result_series import Limit, ResultPoint, ResultSeries, result_series
from fullcourse.interfaces.desk.charts.told_strip import Told, ToldMark, ToldRow, told_strip
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import CourseDay, CourseView, MeasuredOver

__all__ = ["MOST_SERIES", "PatientCharts", "patient_charts"]

MOST_SERIES: Final = 6
"""So many tests are drawn; all stand in the table."""

_MARKS: Final = {
    "positive": ToldMark.POSITIVE,
    "negative": ToldMark.NEGATIVE,
    "there": ToldMark.THERE,
    "gone": ToldMark.GONE,
}


@dataclass(frozen=True, slots=True)
class PatientCharts:
    """The drawings of a patient's page; each is empty where there is nothing to draw.

    Attributes:
        doses: Heat map.
        regimen: Bars of drugs.
        told: Cultures, smears and symptoms, on the days of the bars.
        results: One small drawing a test.
    """

    doses: Markup
    regimen: Markup
    told: Markup
    results: tuple[Markup, ...]


def patient_charts(view: CourseView) -> PatientCharts:
    """Return the drawings of a course."""
    days = _axis(view)
    bars = [
        DrugRow(
            drug.drug,
            tuple(
                Bar(it.first, it.last, t("held: ") + it.says if it.is_hold else it.says, it.is_hold)
                for it in drug.spans
            ),
        )
        for drug in view.drugs
    ]
    told = [
        ToldRow(it.label, tuple(Told(on, _MARKS.get(word, ToldMark.OTHER), word) for on, word in it.said))
        for it in view.said
    ]
    results = [it for it in view.measured if not it.is_limit]
    shown = sorted(results, key=lambda it: (not it.fact.endswith("_level"), -len(it.values)))[:MOST_SERIES]
    title = t("Doses of each day")
    return PatientCharts(
        heat_map("doses", title, [_day(day) for day in view.days], view.today) if view.days else Markup(""),
        regimen_bars("regimen", t("Drugs and their doses"), bars, days, view.today) if bars else Markup(""),
        told_strip("told", t("Cultures, smears and symptoms"), told, days) if told else Markup(""),
        tuple(result_series(f"result-{place}", _series(it, view), days) for place, it in enumerate(shown)),
    )


def _axis(view: CourseView) -> tuple[date, date]:
    """Return the days that the charts share: from the first of the course, or of what was told, to its end or today."""
    told = [on for it in view.measured for on, _ in it.values[:1]] + [on for it in view.said for on, _ in it.said[:1]]
    first = min([*([view.starts_on] if view.starts_on else []), *told, view.today])
    return first, max(view.today, view.ends_on or view.today)


def _day(day: CourseDay) -> Day:
    says = f"{day.taken} of {day.planned} taken" + (f", {day.unknown} not known" if day.unknown else "")
    return Day(day.on, DayMark(day.standing.value), day.disputed, says if day.planned else day.standing.value)


def _series(measured: MeasuredOver, view: CourseView) -> ResultSeries:
    points = tuple(ResultPoint(on, value) for on, value in measured.values)
    unit = "" if measured.unit == "1" else measured.unit
    usual = None
    if measured.usual_to is not None:
        on, limit = measured.usual_to
        usual = Limit(limit, f"{t('as the laboratory gave it on')} {said_day(on)}")
    return ResultSeries(measured.label, unit, points, _limits(measured.fact, view), usual)


def _limits(fact: str, view: CourseView) -> tuple[Limit, ...]:
    """Return the values at which a source acts and which the results run towards, each once."""
    found: dict[float, Limit] = {}
    foreseen = view.monitor.foreseen if view.monitor is not None else ()
    for trend in (trend for it in foreseen for trend in it.trends if trend.fact == fact):
        for heading in trend.headings:
            limit = heading.threshold
            found.setdefault(limit.value, Limit(limit.value, f"{limit.citation.source}: {limit.says}"))
    return tuple(found.values())

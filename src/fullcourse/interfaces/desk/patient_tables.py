"""What the charts of a patient's page show, as tables: everything that is drawn can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import CourseView, MeasuredOver
from fullcourse.journey.monitor import DueStanding

__all__ = [
    "ResultRow",
    "SupplyRow",
    "WatchRow",
    "WeekRow",
    "results_table",
    "supply_table",
    "tests_table",
    "weeks_table",
]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of doses: its Monday, the month whose page has each dose, and the word of each of its days."""

    monday: date
    month: str
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One test with all its results, the newest first; what is usual; and those that are not used, with why."""

    label: str
    unit: str
    usual: str
    values: str
    not_used: str


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """One drug: what is known to be left, and by when it is ordered."""

    drug: str
    left: str
    order: str


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One test: how it stands, the day that is open, the day it was done last, whether it is certainly asked for."""

    test: str
    standing: str
    on: str
    last: str
    is_certain: bool


def weeks_table(view: CourseView) -> Sequence[WeekRow]:
    """Return the days of doses week by week, the newest first."""
    by_day = {day.on: day for day in view.days}
    if not by_day:
        return ()
    first = min(by_day)
    monday, rows = view.today - timedelta(days=view.today.weekday()), []
    while monday >= first - timedelta(days=6):
        days = (by_day.get(monday + timedelta(days=place)) for place in range(7))
        words = tuple("" if it is None else it.standing.value + (" (!)" if it.disputed else "") for it in days)
        rows.append(WeekRow(monday, f"{monday:%Y-%m}", words))
        monday -= timedelta(days=7)
    return rows


def results_table(view: CourseView) -> Sequence[ResultRow]:
    """Return every result, those in words too."""
    rows = [
        ResultRow(
            it.label,
            "" if it.unit == "1" else it.unit,
            _usual(it),
            "; ".join(f"{value:g} ({on.isoformat()})" for on, value in reversed(it.values)),
            "; ".join(f"{what} ({on}: {why})" for on, what, why in it.not_used),
        )
        for it in view.measured
    ]
    rows += [
        ResultRow(it.label, "", "", "; ".join(f"{word} ({on.isoformat()})" for on, word in reversed(it.said)), "")
        for it in view.said
    ]
    return rows


def _usual(measured: MeasuredOver) -> str:
    """Return what a laboratory called normal, with its day."""
    if measured.is_limit:
        return ""
    if measured.usual_to is None:
        return t("none was given")
    on, limit = measured.usual_to
    return f"{t('up to')} {limit:g} ({t('the laboratory')}, {on.isoformat()})"


def supply_table(view: CourseView) -> Sequence[SupplyRow]:
    """Return how long each drug lasts."""
    rows = []
    for it in view.supplies:
        left = f"{t('to')} {it.lasts_low.isoformat()}"
        if it.is_uncounted:
            left = t("nobody counted")
        elif it.is_open_end:
            left = t("to the end of the plan")
        elif it.lasts_high != it.lasts_low:
            left += f" ({t('perhaps')} {it.lasts_high.isoformat()})"
        rows.append(SupplyRow(it.drug, left, it.order_on.isoformat() if it.order_on and not it.is_uncounted else ""))
    return rows


def tests_table(view: CourseView) -> Sequence[WatchRow]:
    """Return the tests of monitoring, what is overdue first, then by the day that is open."""
    watched = view.monitor.watched if view.monitor is not None else ()
    order = (DueStanding.OVERDUE, DueStanding.DUE)
    ranked = sorted(
        watched,
        key=lambda it: (not it.watch.certain, it.due.standing not in order, it.due.next_on or date.max),
    )
    return [
        WatchRow(
            it.watch.test,
            it.due.standing.value,
            it.due.next_on.isoformat() if it.due.next_on else "",
            it.due.last_done.isoformat() if it.due.last_done else "",
            it.watch.certain,
        )
        for it in ranked
    ]

"""Phases with their dates: first and last day, the doses that complete them, and the day by which they must be done.

Weeks are counted in days; months are those of the calendar, so that two months from 31 December end with February. A
last day is the day before the next phase begins. Windows count from the first day of the phase, or of the regimen.
"""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.regimens import Phase
from fullcourse.regimens.composed import DatedDrug, DatedPhase
from fullcourse.regimens.eligibility import Reason

__all__ = ["add_months", "dated_phases"]

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or the last of a shorter month.

    Raises:
        InputError: It lies beyond the calendar.

    Example:
        >>> add_months(date(2026, 12, 31), 2)
        datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        raise InputError(f"--start: from {day.isoformat()} the regimen would run beyond the year {date.max.year}.")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def dated_phases(
    phases: Sequence[Phase],
    start: date | None,
    chosen: Mapping[int, Sequence[str]],
    extended: Mapping[int, Reason] = MappingProxyType({}),
) -> tuple[DatedPhase, ...]:
    """Return phases with their dates.

    Args:
        phases: In order of time.
        start: First day of the regimen; None leaves every date out.
        chosen: The drugs of each phase, by its place: those taken of its places, in order.
        extended: What the extensions that are due come to, by the place of their phase.
    """
    dated: list[DatedPhase] = []
    begins = start
    for place, planned in enumerate(phases):
        judged = extended.get(place)
        phase = _longer(planned) if judged is not None and judged.fits else planned
        dated.append(_dated(phase, begins, chosen[place], judged))
        begins = None if begins is None else _after(phase.weeks, phase.months)(begins)
    return tuple(dated)


def _longer(phase: Phase) -> Phase:
    extension = phase.extension
    if extension is None:
        return phase
    within = extension.complete_within_months
    return replace(
        phase, weeks=extension.weeks, months=extension.months, complete_within_days=None, complete_within_months=within
    )


def _dated(phase: Phase, begins: date | None, names: Sequence[str], judged: Reason | None) -> DatedPhase:
    ends = _last(begins, _after(phase.weeks, phase.months))
    extension = phase.extension
    limits = {name: part.months for part in phase.drugs for name in part.one_of}
    return DatedPhase(
        name=phase.name,
        length=_length(phase),
        starts=begins,
        ends=ends,
        ends_at_latest=_last(begins, _after(None, phase.months_at_most)) if phase.months_at_most else None,
        doses_required=phase.doses,
        days_per_week=phase.days_per_week,
        complete_by=_window(begins, phase.complete_within_days, phase.complete_within_months),
        drugs=tuple(_taken(name, begins, ends, limits.get(name), phase) for name in names),
        extension=extension.says if extension else "",
        extends_to=_last(begins, _after(extension.weeks, extension.months)) if extension else None,
        extension_complete_by=_window(begins, None, extension.complete_within_months) if extension else None,
        extended=judged,
    )


def _taken(name: str, begins: date | None, ends: date | None, months: int | None, phase: Phase) -> DatedDrug:
    if months is None:
        return DatedDrug(name, _length(phase), begins, ends)
    return DatedDrug(name, f"{months} months", begins, _last(begins, _after(None, months)))


def _after(weeks: int | None, months: int | None) -> Callable[[date], date]:
    """Return what moves a first day to the first day after a length."""
    return lambda day: day + _WEEK * weeks if weeks is not None else add_months(day, months or 0)


def _last(begins: date | None, after: Callable[[date], date]) -> date | None:
    return None if begins is None else after(begins) - _DAY


def _window(begins: date | None, days: int | None, months: int | None) -> date | None:
    """Return the last day of a window; None where there is none."""
    if begins is None or (days is None and months is None):
        return None
    return (begins + _DAY * days if days is not None else add_months(begins, months or 0)) - _DAY


def _length(phase: Phase) -> str:
    if phase.weeks is not None:
        return f"{phase.weeks} weeks"
    at_most = f" to {phase.months_at_most}" if phase.months_at_most else ""
    return f"{phase.months}{at_most} months"

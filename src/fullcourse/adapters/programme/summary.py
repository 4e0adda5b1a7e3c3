"""The cases of one course as a few bytes, and back without loss: what is kept of a course for reports."""

import hashlib
import json
from datetime import date
from functools import lru_cache
from typing import Any, Final

from fullcourse import __version__
from fullcourse.adapters.zones import EDITION as ZONES
from fullcourse.clinical.event_bodies import BODIES
from fullcourse.cohort.programme.case import Case, Dated, LivedPlan, Told

__all__ = ["EDITION", "full_edition", "read_summary", "write_summary"]

EDITION: Final = "2"
"""Of the bytes, and of how cases are read from a log: it changes with either, and what was kept before is not used."""

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Row = list[Any]
"""What JSON holds of a case: only what `write_summary` wrote is ever read, since it is sealed."""


def full_edition() -> str:
    """Return everything that summaries depend on beside events: whoever knows more kinds of events reads a log anew."""
    kinds = hashlib.sha256(" ".join(sorted(BODIES)).encode()).hexdigest()[:16]
    return f"{EDITION} fullcourse {__version__} zones {ZONES} kinds {kinds}"


def write_summary(cases: tuple[Case, ...]) -> bytes:
    """Return cases as bytes."""
    return _ENCODE([_case(case) for case in cases]).encode()


def read_summary(patient: str, summary: bytes) -> tuple[Case, ...]:
    """Return the cases of bytes that `write_summary` wrote."""
    return tuple([_read(patient, row) for row in json.loads(summary)])


def _case(case: Case) -> _Row:
    plan = case.plan
    return [
        case.number,
        _day(case.registered_on),
        case.registered_by,
        case.event,
        case.group,
        case.confirmation,
        case.site,
        case.resistance,
        case.age_years,
        case.sex,
        case.hiv,
        _day(case.starts_on),
        case.length_days,
        [_dated(one) for one in case.cultures],
        [_dated(one) for one in case.outcomes],
        [_dated(one) for one in case.ends],
        [_told(one) for one in case.symptoms],
        [_told(one) for one in case.holds],
        None if plan is None else [plan.drugs, plan.starts_on.toordinal(), plan.days, plan.event],
        case.unreadable,
        [_dated(one) for one in case.susceptibility],
        None if case.unanswered is None else _dated(case.unanswered),
    ]


def _read(patient: str, row: _Row) -> Case:
    number, registered, by, event, group, confirmation, site, resistance, age, sex, hiv, starts, length, *rest = row
    cultures, outcomes, ends, symptoms, holds, plan, unreadable, susceptibility, unanswered = rest
    return Case(  # by place: it is made a hundred thousand times
        patient,
        number,
        _date(registered),
        by,
        event,
        group,
        confirmation,
        site,
        resistance,
        age,
        sex,
        hiv,
        _date(starts),
        length,
        tuple([Dated(_date_of(day), says, event_id) for day, says, event_id in cultures]),
        tuple([Dated(_date_of(day), says, event_id) for day, says, event_id in outcomes]),
        tuple([Dated(_date_of(day), says, event_id) for day, says, event_id in ends]),
        tuple([Told(_date_of(day), what, tuple(drugs), event_id) for day, what, drugs, event_id in symptoms]),
        tuple([Told(_date_of(day), what, tuple(drugs), event_id) for day, what, drugs, event_id in holds]),
        None if plan is None else LivedPlan(plan[0], _date_of(plan[1]), plan[2], plan[3]),
        unreadable,
        tuple([Dated(_date_of(day), says, event_id) for day, says, event_id in susceptibility]),
        None if unanswered is None else Dated(_date_of(unanswered[0]), unanswered[1], unanswered[2]),
    )


def _day(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


@lru_cache(maxsize=65_536)
def _date_of(number: int) -> date:
    return date.fromordinal(number)


def _date(number: int | None) -> date | None:
    return None if number is None else _date_of(number)


def _dated(one: Dated) -> _Row:
    return [one.day.toordinal(), one.says, one.event]


def _told(one: Told) -> _Row:
    return [one.day.toordinal(), one.what, list(one.drugs), one.event]

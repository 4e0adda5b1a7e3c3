"""A patient's doses as they were taken, and their place on the clock of the engine.

A dose that nobody saw is not the same as a dose that was watched: published models give it a wider spread, and a
patient's own log may be wrong about the hour. Both are kept with each dose.
"""

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import numpy as np

from fullcourse.clinical.dose import MOST_HOURS_OVER, DoseStep
from fullcourse.clinical.dose_plan import planned_doses
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import check_clock, in_zone, parse_instant, seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.inputs.plan_rhythm import check_modelled

__all__ = ["check_history", "doses_as_prescribed", "on_one_clock", "read_dose_log", "refuse_simultaneous"]

MOST_DAYS = 1830
"""The most days for which a plan is followed as prescribed: five years."""


def read_dose_log(text: str, name: str) -> tuple[TakenDose, ...]:
    """Read a dose log: TOML with ``[[dose]] at, mg, observed``, or CSV with these columns.

    An infusion says how long it was: ``over_h``, ``over_min`` or ``rate_mg_per_h``.

    Args:
        text: Content of the file.
        name: Its name, which says the format (``.csv``, else TOML).

    Raises:
        InputError: The file cannot be read, a column is missing, a dose has no positive amount, or doses are out
            of order.
    """
    rows: Sequence[Mapping[str, object]]
    if name.lower().endswith(".csv"):
        rows = list(csv.DictReader(io.StringIO(text)))
    else:
        try:
            parsed = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(
                f"dose log: it is not TOML ({error}). Use [[dose]] tables with at and mg, or CSV."
            ) from None
        tables = parsed.get("dose")
        rows = tables if isinstance(tables, list) else []
    if not rows:
        raise InputError('dose log: it holds no doses. Give [[dose]] at = "...", mg = 250, or CSV columns at,mg.')
    doses = tuple(_dose(row, number) for number, row in enumerate(rows, start=1))
    check_clock([(f"dose {number}", dose.at) for number, dose in enumerate(doses, start=1)])
    for number, (before, after) in enumerate(pairwise(doses), start=2):
        if after.at < before.at:
            raise InputError(f"dose log: dose {number} is earlier than the one before it. Sort the doses by time.")
        if after.at == before.at:
            raise InputError(
                f"dose log: dose {number} has the time of the one before it. Keep one, or add the amounts."
            )
    return doses


def _dose(row: Mapping[str, object], number: int) -> TakenDose:
    where = f"dose {number}"
    at, mg = row.get("at"), row.get("mg")
    if isinstance(at, datetime):
        instant = at
    elif isinstance(at, str):
        instant = parse_instant(at, where)
    else:
        raise InputError(f"{where}: 'at' is missing. Give the date and time of the dose.")
    amount = _number(mg, where, "mg")
    if not amount > 0.0:
        raise InputError(f"{where}: the amount {amount:g} mg is not above 0. Leave a dose out that was not taken.")
    given = row.get("taken_probability")
    probability = _number(1.0 if given in (None, "") else given, where, "taken_probability")
    if not 0.0 <= probability <= 1.0:
        raise InputError(f"{where}: taken_probability {probability:g} is not between 0 and 1.")
    if probability < 1.0:
        raise InputError(
            f"{where}: taken_probability {probability:g}: a doubtful dose would be counted as taken, and the "
            "estimate be wrong. Estimate once with the dose, and once with its row left out."
        )
    spread = _number(row.get("time_sd_h") or 0.0, where, "time_sd_h")
    if not 0.0 <= spread < 24.0:
        raise InputError(f"{where}: time_sd_h {spread:g} is not between 0 and 24 hours.")
    over = _hours_over(row, amount, where)
    return TakenDose(instant, amount, _yes(row.get("observed"), where), probability, spread, over_h=over)


def _hours_over(row: Mapping[str, object], mg: float, where: str) -> float:
    """Return how long a dose was infused, h: as ``over_h``, ``over_min`` or ``rate_mg_per_h`` say; 0 without them."""
    given = {name: row.get(name) for name in ("over_h", "over_min", "rate_mg_per_h") if row.get(name) not in (None, "")}
    if not given:
        return 0.0
    if len(given) > 1:
        raise InputError(f"{where}: {' and '.join(given)} both say how long the infusion was. Keep one.")
    name, value = next(iter(given.items()))
    number = _number(value, where, name)
    if not number > 0.0:
        raise InputError(f"{where}: {name} {number:g} is not above 0. Correct it, or leave it out for a dose by mouth.")
    hours = {"over_h": number, "over_min": number / 60.0, "rate_mg_per_h": mg / number}[name]
    if hours > MOST_HOURS_OVER:
        raise InputError(f"{where}: an infusion of {hours:g} h. It lasts up to {MOST_HOURS_OVER:g} h; correct {name}.")
    return hours


def _number(value: object, where: str, key: str) -> float:
    try:
        number = float(str(value)) if not isinstance(value, bool) and value is not None else float("nan")
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(f"{where}: '{key}' is {str(value)[:20]!r}, not a number. Correct it.")
    return number


def _yes(value: object, where: str) -> bool:
    if value is None or value == "":
        return True
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "yes", "1"}:
        return True
    if word in {"false", "no", "0"}:
        return False
    raise InputError(f"{where}: observed is '{word[:20]}'. Write true or false.")


def doses_as_prescribed(steps: Sequence[DoseStep], since: datetime, until: datetime) -> tuple[TakenDose, ...]:
    """Return the doses of a plan up to an instant, as doses that nobody saw taken.

    Args:
        steps: The plan; its clock is that of ``since``.
        since: The day of the first dose.
        until: Doses after it are left out.

    Raises:
        InputError: ``until`` lies before ``since``, a zone is given for one of the two alone, the plan names another
            first day, or it follows dialysis.
    """
    check_modelled(steps)
    if steps and steps[0].from_date not in {None, since.date()}:
        raise InputError(
            f"the plan begins on {steps[0].from_date} and the start of treatment is given as {since.date()}. Write one "
            "of them."
        )
    if (since.tzinfo is None) is not (until.tzinfo is None):
        raise InputError("the start of treatment and the levels must both have a zone, or neither. Write the offset.")
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (until - midnight).days + 1
    if days < 1:
        raise InputError(
            "the levels are earlier than the start of treatment. Check --since and the times of the levels."
        )
    if days > MOST_DAYS:
        raise InputError(
            f"the plan would run for {days} days; at most {MOST_DAYS} are followed, longer than any treatment. "
            "Check --since and the moment that is asked about."
        )
    doses = [
        TakenDose(
            midnight + timedelta(hours=dose.time_h),
            dose.mg,
            observed=False,
            origin="prescribed plan",
            over_h=dose.over_h,
        )
        for dose in planned_doses(steps, days, midnight.weekday())
    ]
    return tuple(dose for dose in doses if dose.at <= until)


def refuse_simultaneous(doses: Sequence[TakenDose]) -> None:
    """Refuse two doses of one instant in a record, as in a log: one dose recorded twice, or two that were taken.

    Args:
        doses: Of one drug, in order of time.

    Raises:
        InputError: Names the two entries and the mend; nobody can say from the record which of the two it is.
    """
    for before, after in pairwise(doses):
        if seconds_since_1970(before.at) == seconds_since_1970(after.at):
            raise InputError(
                f"doses: {before.origin} and {after.origin} have one time. One dose recorded twice would count double. "
                "Correct the record, or give the doses as taken with --doses FILE."
            )


def on_one_clock(
    doses: Sequence[TakenDose], levels: Sequence[Level], zone: timezone | None = None
) -> tuple[tuple[TakenDose, ...], tuple[Level, ...], bool]:
    """Return doses and levels on one clock, and whether that clock has no zone.

    Args:
        doses: Doses, each with or without a zone.
        levels: Levels, each with or without a zone.
        zone: Offset for times that have none.

    Raises:
        InputError: Some times have a zone and others have none, and no zone was given.
    """
    named = [(f"dose {number}", dose.at) for number, dose in enumerate(doses, start=1)]
    named += [(f"level {number}", level.at) for number, level in enumerate(levels, start=1)]
    local = check_clock(named, None if zone is None else str(zone))
    if zone is None:
        return tuple(doses), tuple(levels), local
    return (
        tuple(replace(dose, at=in_zone(dose.at, zone)) for dose in doses),
        tuple(replace(level, at=in_zone(level.at, zone)) for level in levels),
        False,
    )


def check_history(doses: Sequence[TakenDose], levels: Sequence[Level]) -> None:
    """Refuse a history that cannot be weighed: no dose, a level before the first dose, a sample given twice.

    Two values of one moment are replicates, and both count; one value twice is one result said twice.

    Raises:
        InputError: Names the dose or level, and the mend.
    """
    if not doses:
        raise InputError("doses: none is known, so no level can be judged. Give --doses FILE, or --dose and --since.")
    first = min(dose.at for dose in doses)
    seen: set[tuple[datetime, str, str, float]] = set()
    for number, level in enumerate(levels, start=1):
        if level.at < first:
            raise InputError(
                f"level {number} was drawn before the first known dose. "
                "Give the doses before it, or correct the time of the sample."
            )
        key = (level.at, level.matrix, level.analyte, level.mg_per_l)
        if key in seen:
            raise InputError(f"level {number}: the sample of that time is given twice, with one value. Keep one.")
        seen.add(key)

"""A patient's doses, levels and points in time as one event table, with the visits that occasion effects belong to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.events import OTHER, EventTable, event_table
from fullcourse.pharmacokinetics.inputs.covariates import CovariateSpan
from fullcourse.pharmacokinetics.model import F64, I64, Model

__all__ = ["DAY_H", "VISIT_GAP_H", "history_table", "hours_since", "output_of"]

DAY_H = 24.0
VISIT_GAP_H = 36.0
"""Samples further apart than this belong to different visits."""


def history_table(
    model: Model,
    covariates: Mapping[str, float],
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    start: datetime,
    points_h: Sequence[float] = (),
    over_time: Sequence[CovariateSpan] = (),
) -> EventTable:
    """Return doses, levels and further points in time as one event table; regular doses become trains.

    A covariate that changed holds from its moment on, and not before it: the table has a record at that moment with the
    values of until then, because a value of a record reaches back to the record before.

    Args:
        model: Says which output a level is of.
        covariates: Of the patient; in effect where ``over_time`` says nothing of one.
        doses: As taken.
        levels: As measured.
        start: Hours count from here.
        points_h: Further times at which levels are predicted, h.
        over_time: The spans of covariates that changed; empty where none did.

    Raises:
        InputError: A level is of a matrix or analyte that the model does not have.
    """
    rows: list[dict[str, float]] = []
    turns = [hours_since(start, span.begins) for span in over_time[1:]]
    for dose, addl in _trains(doses, levels, [span.begins for span in over_time[1:]]):
        site = _site(model, dose.at)
        occasion = _occasion(dose.at, dose.observed, levels)
        rows.append(
            {"time": hours_since(start, dose.at), "evid": 1, "amt": dose.mg, "cmt": site, "addl": addl,
             "over": dose.over_h, "occasion": occasion, "observed": dose.observed, "taken": dose.taken_probability,
             "sd": dose.time_sd_h}
        )  # fmt: skip
    for level in levels:
        rows.append(
            {"time": hours_since(start, level.at), "evid": 0, "cmt": output_of(model, level), "dv": level.mg_per_l,
             "blq": level.below_limit, "occasion": _occasion(level.at, None, levels)}
        )  # fmt: skip
    last = max((row["occasion"] for row in rows), default=0)
    rows += [{"time": time, "evid": 0, "cmt": 1, "point": 1, "occasion": last} for time in points_h]
    latest = max((row["time"] for row in rows), default=0.0)
    rows += [{"time": time, "evid": OTHER, "cmt": 0, "occasion": last} for time in turns if time < latest]
    rows.sort(key=lambda row: (row["time"], row["evid"] != 1))
    _settle_occasions(rows)

    def column(name: str, default: float = 0.0) -> F64:
        return np.array([float(row.get(name, default)) for row in rows])

    dose_rows, factor = column("evid") == 1, _factors(model, rows)
    below = column("blq") > 0
    return event_table(
        column("time"),
        evid=column("evid").astype(np.int64),
        cmt=column("cmt").astype(np.int64),
        amt=column("amt"),
        duration_h=column("over"),
        addl=column("addl").astype(np.int64),
        ii=np.where(column("addl") > 0, DAY_H, 0.0),
        dv=np.where(dose_rows | (column("point") > 0) | below, np.nan, column("dv") * factor),
        blq=below,
        lloq=np.where(below, column("dv") * factor, 0.0),
        occasion=column("occasion").astype(np.int64),
        observed=column("observed", 1.0) > 0,
        taken_probability=column("taken", 1.0),
        time_sd_h=column("sd"),
        covariates=_columns(covariates, over_time, np.searchsorted(turns, column("time"), side="left")),
    )


def _columns(covariates: Mapping[str, float], over_time: Sequence[CovariateSpan], span: I64) -> dict[str, F64 | float]:
    """Return each covariate, by the span of each record where it changed."""
    columns: dict[str, F64 | float] = dict(covariates)
    for name in over_time[0].values if over_time else ():
        values = np.array([part.values[name] for part in over_time])
        if np.ptp(values) > 0.0:
            columns[name] = values[span]
    return columns


def hours_since(start: datetime, at: datetime) -> float:
    """Return hours from the start to a moment."""
    return (at - start).total_seconds() / 3600.0


def _trains(
    doses: Sequence[TakenDose], levels: Sequence[Level], turns: Sequence[datetime]
) -> list[tuple[TakenDose, int]]:
    """Return doses that repeat every 24 hours as one with additional doses; an uncertain dose stands alone.

    A train ends where a covariate changes, so that each dose is taken up as covariates were then.
    """
    left = sorted(doses, key=lambda dose: seconds_since_1970(dose.at))
    open_trains: dict[tuple[object, ...], list[int]] = {}
    trains: list[tuple[TakenDose, int]] = []
    ends: list[datetime] = []
    for dose in left:
        alone = dose.time_sd_h > 0.0 or dose.taken_probability < 1.0
        span = sum(turn < dose.at for turn in turns)
        key = (dose.mg, dose.over_h, dose.observed, _occasion(dose.at, dose.observed, levels), span)
        match = None
        for index in [] if alone else open_trains.get(key, []):
            if abs((dose.at - ends[index]).total_seconds() - DAY_H * 3600.0) < 1.0:
                match = index
        if match is None:
            trains.append((dose, 0))
            ends.append(dose.at)
            if not alone:
                open_trains.setdefault(key, []).append(len(trains) - 1)
        else:
            trains[match] = (trains[match][0], trains[match][1] + 1)
            ends[match] = dose.at
    return trains


def _occasion(at: datetime, observed: bool | None, levels: Sequence[Level]) -> int:
    """Return the number of the visit that a time belongs to: the first whose last sample is not before it."""
    visit, last = 0, None
    for level in sorted(levels, key=lambda measured: seconds_since_1970(measured.at)):
        if last is not None and (level.at - last).total_seconds() > VISIT_GAP_H * 3600.0:
            visit += 1
        if level.at >= at:
            return 2 * visit + (1 if observed is not False else 0)
        last = level.at
    return 2 * visit + 1


def _settle_occasions(rows: list[dict[str, float]]) -> None:
    """Give levels the occasion of the dose before them, and number occasions from 1 without gaps."""
    current = None
    for row in rows:
        if row["evid"] == 1:
            current = row["occasion"]
        elif current is not None:
            row["occasion"] = current
    numbers = {value: number for number, value in enumerate(dict.fromkeys(row["occasion"] for row in rows), start=1)}
    for row in rows:
        row["occasion"] = numbers[row["occasion"]]


def _site(model: Model, at: datetime) -> int:
    """Return where a dose enters: the second site takes doses from noon on."""
    return 2 if len(model.sites) > 1 and at.hour >= 12 else 1


def output_of(model: Model, level: Level) -> int:
    """Return the compartment number of the output that a level is of.

    Raises:
        InputError: The model knows no such matrix or analyte.
    """
    blood = {"serum", "plasma"}
    for output in model.outputs:
        same_matrix = output.matrix == level.matrix or {output.matrix, level.matrix} <= blood
        if same_matrix and (not level.analyte or level.analyte == output.name.split(" in ")[0]):
            return output.cmt
    known = sorted({output.matrix for output in model.outputs})
    raise InputError(
        f"a level in {level.matrix} cannot be weighed by {model.name}, which knows {', '.join(known)}. "
        "Choose a model fitted to that fluid with --model."
    )


def _factors(model: Model, rows: Sequence[Mapping[str, float]]) -> F64:
    factors = {output.cmt: output.factor for output in model.outputs}
    return np.array([factors.get(int(row.get("cmt", 1)), 1.0) if row["evid"] == 0 else 1.0 for row in rows])

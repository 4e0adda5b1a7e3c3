"""Lay event tables out as rectangular arrays: dose trains, points in time, and states of the covariates.

A dose record with its additional doses is one train; it is never unrolled. What NONMEM's columns mean is decided
here, once: which doses a reset cancels, from when a covariate holds, what a record without a compartment means.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.events import OBSERVATION, EventTable, RowsOf, event_table, is_dosing, is_resetting
from fullcourse.pharmacokinetics.model import ELAPSED, F64, I64, Bool, Model

FOR_EVER = np.iinfo(np.int64).max // 4
NEVER_AHEAD, IF_LAGGED, AHEAD = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Histories of S subjects with up to K dose trains, M points, G states and R runs.

    Times run on one clock a subject: where a reset set the clock back, the later stretch is moved on.

    Attributes:
        dose_time, dose_amount, dose_rate, dose_interval: Shape ``(S, K)``; amount 0 pads.
        dose_count: Doses in the train, ``(S, K)``.
        dose_steady: The train also runs back into the infinite past, ``(S, K)``.
        dose_constant: A steady constant infusion that ends at the record, ``(S, K)``.
        dose_cmt, dose_row, dose_cancel_row, dose_state: ``(S, K)``; the row that cancels what is still to come.
        dose_ahead: Where the dose's parameters are those of the record at or after its entry, ``(S, K)``; additional
            doses are then trains of their own. ``None``: nowhere.
        point_time, point_row, point_state, point_output: ``(S, M)``; output index.
        point_valid: False pads, ``(S, M)``.
        point_record: Records of the points, ``(S, M)``; of the first one where a point pads.
        dose_record: Records of the doses, ``(S, K)``; of the first one where a dose pads.
        covariates: Name to ``(S, G)``.
        occasion: Index of the occasion of each state, ``(S, G)``.
        n_occasions: Largest number of occasions of a subject.
        occasion_observed: False where a dose of that occasion was not observed, ``(S, n_occasions)``.
        run_start, run_end: Times of the runs of constant system parameters, ``(S, R)``.
        run_end_row, run_state, run_reset: ``(S, R)``; the reset happens at the end of the run.
        run_reset_time: ``(S, R)``; the end of the run, unless a past is to be followed dose by dose after the reset.
    """

    dose_time: F64
    dose_amount: F64
    dose_rate: F64
    dose_interval: F64
    dose_count: I64
    dose_steady: Bool
    dose_constant: Bool
    dose_cmt: I64
    dose_row: I64
    dose_cancel_row: I64
    dose_state: I64
    point_time: F64
    point_row: I64
    point_state: I64
    point_output: I64
    point_valid: Bool
    point_record: RowsOf
    dose_record: RowsOf
    covariates: Mapping[str, F64]
    occasion: I64
    n_occasions: int
    occasion_observed: Bool
    run_start: F64
    run_end: F64
    run_end_row: I64
    run_state: I64
    run_reset: Bool
    run_reset_time: F64
    dose_ahead: I64 | None = None

    @property
    def n_subjects(self) -> int:
        """Number of subjects."""
        return int(self.dose_time.shape[0])


def compile_history(model: Model, table: EventTable, points: Bool | None = None) -> History:
    """Return the arrays of an event table for one model.

    Args:
        model: Decides which covariates and compartments matter.
        table: Events of one or many subjects.
        points: Rows at which amounts are wanted, ``(n_rows,)``; None: every row.

    Raises:
        InputError: A covariate is missing, a record names a compartment or output the model does not have, or a
            modelled rate or duration is asked of a site without one.
    """
    if table.n_rows == 0:
        raise InputError("the event table is empty: there is nothing to predict; give doses and times")
    wanted = np.ones(table.n_rows, dtype=bool) if points is None else np.asarray(points, dtype=bool)
    if any(relation.covariate == "treatment_day" for relation in model.relations):
        table, wanted = _with_days(table, wanted, model)
    clock = _clock(table)
    first = np.searchsorted(table.subject, np.arange(table.n_subjects))
    row = np.arange(table.n_rows) - first[table.subject]
    features = _features(model, table, clock, first)
    changed = _changes(model, table, features)
    state = _count_within(changed, first, table.subject)
    doses = _doses(model, table, clock, row, state, unrolled=table.reads_ahead and bool(state.any()))
    at = _points(model, table, clock, row, state, wanted)
    occasion_of_row, observed = _occasions(table, first)
    n_states = int(state.max()) + 1
    start = np.flatnonzero(changed)
    covariates = {}
    for name, values in features.items():
        covariates[name] = _spread(values[start], table.subject[start], state[start], n_states)
    occasion = _spread(occasion_of_row[start], table.subject[start], state[start], n_states)
    parts: dict[str, Any] = {**doses, **at, **_runs(table, clock, row, state)}
    for name in ("dose_record", "point_record"):
        parts[name] = RowsOf(table, parts[name])
    return History(
        **parts, covariates=covariates, occasion=occasion, n_occasions=observed.shape[1], occasion_observed=observed,
    )  # fmt: skip


def _clock(table: EventTable) -> F64:
    """Return times on one rising clock: a stretch after a reset that goes back in time is moved on."""
    step = np.r_[0.0, np.diff(table.time_h)]
    step[np.r_[True, np.diff(table.subject) != 0]] = 0.0
    back = step < 0.0
    if not back.any():
        return table.time_h
    shift = np.where(back, -step, 0.0)
    total = np.cumsum(shift)
    first = np.searchsorted(table.subject, np.arange(table.n_subjects))
    return np.asarray(table.time_h + total - (total - shift)[first][table.subject])


def _with_days(table: EventTable, wanted: Bool, model: Model) -> tuple[EventTable, Bool]:
    """Add a record at the end of every treatment day up to which a relation changes with the day."""
    last = max(
        (r.high if np.isfinite(r.high) else r.reference) for r in model.relations if r.covariate == "treatment_day"
    )
    rows, times = [], []
    for subject in range(table.n_subjects):
        mine = np.flatnonzero(table.subject == subject)
        given = mine[is_dosing(table.evid[mine])]
        start = table.time_h[given[0]] if given.size else table.time_h[mine[0]]
        ends = start + 24.0 * np.arange(1, int(last) + 1)
        ends = ends[ends < table.time_h[mine[-1]]]
        nearest = mine[np.minimum(np.searchsorted(table.time_h[mine], ends), mine.size - 1)]
        rows.append(np.r_[mine, nearest])
        times.append(np.r_[table.time_h[mine], ends])
    chosen, when = np.concatenate(rows), np.concatenate(times)
    is_new = np.concatenate([np.arange(r.size) >= np.sum(table.subject == s) for s, r in enumerate(rows)])
    order = np.lexsort((np.arange(chosen.size), ~is_new, when, table.subject[chosen]))
    chosen, when, is_new = chosen[order], when[order], is_new[order]
    taken = table.take(chosen)
    zero = np.zeros(chosen.size)
    plain = event_table(
        when, subject=taken.subject, covariates=taken.covariates, labels=taken.labels,
        evid=np.where(is_new, 2, taken.evid), cmt=taken.cmt, amt=np.where(is_new, zero, taken.amt),
        rate=np.where(is_new, zero, taken.rate), ii=np.where(is_new, zero, taken.ii),
        addl=np.where(is_new, 0, taken.addl), ss=np.where(is_new, 0, taken.ss), dv=taken.dv,
        mdv=taken.mdv | is_new, blq=taken.blq & ~is_new, lloq=taken.lloq, occasion=taken.occasion,
        observed=taken.observed, taken_probability=taken.taken_probability, time_sd_h=taken.time_sd_h,
        reads_ahead=taken.reads_ahead,
    )  # fmt: skip
    return plain, wanted[chosen] & ~is_new


def _features(model: Model, table: EventTable, clock: F64, first: I64) -> dict[str, F64]:
    """Return the covariates the model uses, one value a row, those the engine knows included."""
    result: dict[str, F64] = {}
    is_dose = is_dosing(table.evid)
    for name in dict.fromkeys(relation.covariate for relation in model.relations if relation.covariate != ELAPSED):
        if name in table.covariates:
            result[name] = table.covariates[name]
        elif name == "dose_mg":
            result[name] = _carried(table.amt, is_dose, table.subject, first)
        elif name == "treatment_day":
            start = _carried(clock, is_dose, table.subject, first, only_first=True)
            result[name] = np.maximum(1.0, np.ceil((clock - start) / 24.0))
        elif name == "time_h":
            result[name] = clock
        else:
            raise InputError(
                f"model '{model.name}' needs the covariate '{name}', which the records do not hold; without it the "
                "prediction would be for another patient: record it"
            )
    return result


def _carried(values: F64, known: Bool, subject: I64, first: I64, only_first: bool = False) -> F64:
    """Return the last known value of the subject at each row; before the first one, that first one."""
    result = np.zeros(values.size)
    ends = np.r_[first[1:], values.size]
    for begin, end in zip(first, ends, strict=True):
        at = np.flatnonzero(known[begin:end])
        if at.size:
            seen = np.maximum(np.searchsorted(at, np.arange(end - begin), side="right") - 1, 0)
            result[begin:end] = values[begin + at[seen * 0 if only_first else seen]]
    return result


def _changes(model: Model, table: EventTable, features: Mapping[str, F64]) -> Bool:
    """Return True on rows where a subject's covariates or occasion differ from the row before."""
    changed: Bool = np.r_[True, np.diff(table.subject) != 0]
    for values in features.values():
        changed[1:] |= np.diff(values) != 0.0
    if model.between_occasions.count:
        changed[1:] |= np.diff(table.occasion) != 0
    return changed


def _count_within(flag: Bool, first: I64, subject: I64) -> I64:
    """Return the running count of a flag within each subject, from 0 at its first row."""
    running = np.cumsum(flag)
    return np.asarray(running - running[first][subject], dtype=np.int64)


def _spread(values: np.ndarray, subject: I64, column: I64, width: int) -> np.ndarray:
    """Return values as ``(S, width)``; unfilled columns repeat the subject's last value."""
    result = np.zeros((int(subject.max()) + 1, width), dtype=values.dtype)
    filled = np.zeros(result.shape, dtype=bool)
    result[subject, column] = values
    filled[subject, column] = True
    for j in range(1, width):
        result[:, j] = np.where(filled[:, j], result[:, j], result[:, j - 1])
    return result


def _rectangle(subject: I64, n_subjects: int) -> tuple[I64, int]:
    """Return the column of each item within its subject, and the largest number of items."""
    if subject.size == 0:
        return np.zeros(0, dtype=np.int64), 0
    counts = np.bincount(subject, minlength=n_subjects)
    begin = np.r_[0, np.cumsum(counts)[:-1]]
    return np.arange(subject.size) - begin[subject], int(counts.max())


def _doses(
    model: Model, table: EventTable, clock: F64, row: I64, state: I64, *, unrolled: bool
) -> dict[str, np.ndarray]:
    """Return the dose trains of every subject as rectangles; ``unrolled``: additional doses as trains of one."""
    is_dose = is_dosing(table.evid)
    cancel = _cancelled_by(table, is_resetting(table.evid) | (is_dose & (table.ss == 1)), row)
    at = np.flatnonzero(is_dose)
    cmt = np.where(table.cmt[at] == 0, model.sites[0].cmt, table.cmt[at])
    _check_sites(model, table, at, cmt)
    number = np.zeros(at.size, dtype=np.int64)
    if unrolled:
        many = np.where(table.amt[at] > 0.0, table.addl[at] + 1, 1)
        number = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        at, cmt = np.repeat(at, many), np.repeat(cmt, many)
    column, width = _rectangle(table.subject[at], table.n_subjects)
    shape = (table.n_subjects, width)

    def spread(values: np.ndarray, pad: float | bool) -> np.ndarray:
        result = np.full(shape, pad, dtype=values.dtype)
        result[table.subject[at], column] = values
        return result

    constant = (table.ss[at] > 0) & (table.amt[at] == 0.0)
    given = np.where(constant, 0, 1 if unrolled else table.addl[at] + 1)
    steady = (table.ss[at] > 0) & ~constant & (number == 0)
    result = {
        "dose_time": spread(clock[at] + number * table.ii[at], 0.0),
        "dose_amount": spread(table.amt[at], 0.0),
        "dose_rate": spread(table.rate[at], 0.0),
        "dose_interval": spread(table.ii[at], 0.0),
        "dose_count": spread(given, 0),
        "dose_steady": spread(steady, False),
        "dose_constant": spread(constant, False),
        "dose_cmt": spread(cmt, -1),
        "dose_row": spread(row[at], FOR_EVER),
        "dose_cancel_row": spread(cancel[at], FOR_EVER),
        "dose_state": spread(state[at], 0),
        "dose_record": spread(at, 0),
    }
    if unrolled:
        result["dose_ahead"] = spread(
            np.where(steady | constant, NEVER_AHEAD, np.where(number > 0, AHEAD, IF_LAGGED)), 0
        )
    return result


def _cancelled_by(table: EventTable, is_reset: Bool, row: I64) -> I64:
    """Return, for each row, the row of the subject's next reset."""
    cancel = np.full(table.n_rows, FOR_EVER)
    upcoming, owner = FOR_EVER, -1
    for i in range(table.n_rows - 1, -1, -1) if is_reset.any() else ():
        if table.subject[i] != owner:
            owner, upcoming = int(table.subject[i]), FOR_EVER
        cancel[i] = upcoming
        if is_reset[i]:
            upcoming = int(row[i])
    return cancel


def _check_sites(model: Model, table: EventTable, at: I64, cmt: I64) -> None:
    """Raise for doses into a compartment, or by a modelled input, that the model does not have."""
    known = {site.cmt for site in model.sites}
    if set(cmt.tolist()) - known:
        raise InputError(
            f"doses go into compartment {sorted(set(cmt.tolist()) - known)}, but model '{model.name}' takes doses into "
            f"{sorted(known)}: correct CMT"
        )
    for code, field in ((-1.0, "rate"), (-2.0, "duration")):
        asked = {int(c) for c in cmt[table.rate[at] == code]}
        able = {site.cmt for site in model.sites if getattr(site, field)}
        if asked - able:
            raise InputError(
                f"doses into compartment {sorted(asked - able)} ask for a modelled {field} (rate {code:g}), which "
                f"model '{model.name}' does not have: give a rate or a duration"
            )


def _points(model: Model, table: EventTable, clock: F64, row: I64, state: I64, wanted: Bool) -> dict[str, np.ndarray]:
    """Return the points in time at which amounts are wanted, as rectangles."""
    at = np.flatnonzero(wanted)
    column, width = _rectangle(table.subject[at], table.n_subjects)
    shape = (table.n_subjects, max(width, 1))
    by_cmt = {output.cmt: i for i, output in reversed(list(enumerate(model.outputs)))}
    cmt = table.cmt[at]
    is_level = table.evid[at] == OBSERVATION
    strange = set(cmt[is_level & ~table.mdv[at]].tolist()) - set(by_cmt) - {0}
    if strange:
        raise InputError(
            f"levels are given for compartment {sorted(strange)}, but model '{model.name}' measures {sorted(by_cmt)}: "
            "correct CMT"
        )
    output = np.array([by_cmt.get(int(c), 0) if level else 0 for c, level in zip(cmt, is_level, strict=True)])
    output = output.astype(np.int64)
    result = {
        "point_time": np.zeros(shape),
        "point_row": np.zeros(shape, dtype=np.int64),
        "point_state": np.zeros(shape, dtype=np.int64),
        "point_output": np.zeros(shape, dtype=np.int64),
        "point_valid": np.zeros(shape, dtype=bool),
        "point_record": np.zeros(shape, dtype=np.int64),
    }
    values = (clock[at], row[at], state[at], output, np.ones(at.size, dtype=bool), at)
    for name, value in zip(result, values, strict=True):
        result[name][table.subject[at], column] = value
    return result


def _occasions(table: EventTable, first: I64) -> tuple[I64, Bool]:
    """Return the occasion index of each row, and which occasions had every dose observed."""
    new = np.r_[True, (np.diff(table.subject) != 0) | (np.diff(table.occasion) != 0)]
    index = np.zeros(table.n_rows, dtype=np.int64)
    ends = np.r_[first[1:], table.n_rows]
    if np.any(new[1:] & (np.diff(table.subject) == 0)):
        for begin, end in zip(first, ends, strict=True):
            _, appearance, inverse = np.unique(table.occasion[begin:end], return_index=True, return_inverse=True)
            index[begin:end] = np.argsort(np.argsort(appearance))[inverse]
    observed = np.ones((table.n_subjects, int(index.max()) + 1), dtype=bool)
    unseen = ~table.observed & is_dosing(table.evid)
    observed[table.subject[unseen], index[unseen]] = False
    return index, observed


def _runs(table: EventTable, clock: F64, row: I64, state: I64) -> dict[str, np.ndarray]:
    """Return runs of rows with one state; a reset or a steady-state record ends its run."""
    is_dose = is_dosing(table.evid)
    reset = is_resetting(table.evid) | (is_dose & (table.ss == 1))
    closing = reset | (is_dose & (table.ss > 0))
    next_differs = np.r_[(np.diff(table.subject) != 0) | (np.diff(state) != 0), True]
    last = np.flatnonzero(next_differs | closing)
    column, width = _rectangle(table.subject[last], table.n_subjects)
    owner = table.subject[last]
    end = _spread(clock[last], owner, column, width)
    first = np.searchsorted(table.subject, np.arange(table.n_subjects))
    begin = np.concatenate([clock[first][:, None], end[:, :-1]], axis=1)
    is_reset = np.zeros(end.shape, dtype=bool)
    is_reset[owner, column] = reset[last]
    return {
        "run_start": begin,
        "run_end": end,
        "run_end_row": _spread(row[last], owner, column, width),
        "run_state": _spread(state[last], owner, column, width),
        "run_reset": is_reset,
        "run_reset_time": end,
    }


def pick(history: History, rows: I64) -> History:
    """Return the histories of chosen subjects, in that order, repeats allowed."""
    cut: dict[str, Any] = {}
    for field in dataclasses.fields(history):
        value = getattr(history, field.name)
        if isinstance(value, np.ndarray):
            cut[field.name] = value[rows]
        elif isinstance(value, RowsOf):
            cut[field.name] = value.pick(rows)
    cut["covariates"] = {name: values[rows] for name, values in history.covariates.items()}
    return dataclasses.replace(history, **cut)

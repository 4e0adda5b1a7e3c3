"""Hold doses and levels as one event table, with the meaning that NONMEM gives its columns.

Rows are grouped by subject and ordered by time within a subject. The table says what was recorded; what a record
does to a compartment is the engine's concern.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.model import F64, I64, Bool

OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = 0, 1, 2, 3, 4


def is_dosing(evid: I64) -> Bool:
    """Return which records give a dose; `numpy.isin` would sort them first, and load a package to do so."""
    return np.asarray((evid == DOSE) | (evid == RESET_AND_DOSE))


def is_resetting(evid: I64) -> Bool:
    """Return which records empty the body."""
    return np.asarray((evid == RESET) | (evid == RESET_AND_DOSE))


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Doses, levels and other records of one or many subjects; every array has shape ``(n_rows,)``.

    Attributes:
        subject: Index 0..n-1 of the subject, not decreasing.
        time_h: Time since the subject's start, h, not decreasing within a subject.
        evid: 0 level or prediction point, 1 dose, 2 other, 3 reset, 4 reset and dose.
        cmt: Compartment number: site of a dose, output of a level (0: the model's first).
        amt: Amount, mg (0 with ``rate`` above 0 and ``ss`` 1: constant infusion for ever).
        rate: Rate, mg/h; 0 at once; -1 the site's modelled rate; -2 its modelled duration.
        duration_h: Duration of the input, h; 0 unknown. Where it is above 0 and rate is 0, rate is amt / duration.
        ii: Interval to the next additional or steady-state dose, h.
        addl: Number of additional doses.
        ss: 0; 1 steady state, replacing what was there; 2 steady state, added to what was there.
        dv: Measured level in the output's unit (nan: none).
        mdv: True where the level is to be ignored in estimation.
        blq: True where the level is below the limit of quantification, which ``lloq`` then holds.
        lloq: Limit of quantification, in the output's unit.
        occasion: Number of the occasion (visit), any integers.
        observed: False for a dose that nobody saw being taken.
        taken_probability: Probability that the dose was taken at all.
        time_sd_h: Standard deviation of the true dose time about ``time_h``.
        covariates: Name to values; a value holds from the previous record to this one (NONMEM's convention).
        labels: Name of each subject, shape ``(n_subjects,)``; never shown in a message.
        reads_ahead: True: bioavailability, duration, rate and share of an additional or a lagged dose are those of the
            first record at or after its entry, as NONMEM has them; False: those of the record that gave the dose.
    """

    subject: I64
    time_h: F64
    evid: I64
    cmt: I64
    amt: F64
    rate: F64
    duration_h: F64
    ii: F64
    addl: I64
    ss: I64
    dv: F64
    mdv: Bool
    blq: Bool
    lloq: F64
    occasion: I64
    observed: Bool
    taken_probability: F64
    time_sd_h: F64
    covariates: Mapping[str, F64] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    reads_ahead: bool = False

    @property
    def n_rows(self) -> int:
        """Number of records."""
        return int(self.subject.size)

    @property
    def n_subjects(self) -> int:
        """Number of subjects."""
        return int(self.subject[-1]) + 1 if self.subject.size else 0

    def rows_of(self, subject: int) -> EventTable:
        """Return the records of one subject, as a table of one."""
        return self.take(np.flatnonzero(self.subject == subject))

    def take(self, rows: I64) -> EventTable:
        """Return the chosen records, subjects renumbered from 0 in order of appearance."""
        chosen, subject = np.unique(self.subject[rows], return_inverse=True)
        labels = tuple(self.labels[i] for i in chosen) if self.labels else ()
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        covariates = {name: values[rows] for name, values in self.covariates.items()}
        return EventTable(
            subject=subject.astype(np.int64),
            covariates=covariates,
            labels=labels,
            reads_ahead=self.reads_ahead,
            **columns,
        )


@dataclass(frozen=True, slots=True, eq=False)
class RowsOf:
    """Rows of one event table, kept together with it.

    An index into a table that was rewritten fits the table it was made from as well, and reads another record there.
    Nobody but this class therefore holds both, and a column is read here alone.
    """

    _table: EventTable
    _index: I64

    def column(self, name: str) -> np.ndarray:
        """Return a column of ``EventTable`` at these rows, in their shape."""
        return np.asarray(getattr(self._table, name)[self._index])

    def pick(self, chosen: I64) -> RowsOf:
        """Return chosen ones along the first axis, repeats allowed."""
        return RowsOf(self._table, self._index[chosen])


_DEFAULTS: dict[str, tuple[type, float | int | bool]] = {
    "evid": (np.int64, 0),
    "cmt": (np.int64, 0),
    "amt": (np.float64, 0.0),
    "rate": (np.float64, 0.0),
    "duration_h": (np.float64, 0.0),
    "ii": (np.float64, 0.0),
    "addl": (np.int64, 0),
    "ss": (np.int64, 0),
    "dv": (np.float64, np.nan),
    "mdv": (np.bool_, False),
    "blq": (np.bool_, False),
    "lloq": (np.float64, 0.0),
    "occasion": (np.int64, 1),
    "observed": (np.bool_, True),
    "taken_probability": (np.float64, 1.0),
    "time_sd_h": (np.float64, 0.0),
}
_MOST_HOURS, _MOST_MG, _MOST_DOSES = 1e7, 1e9, 1_000_000
_COLUMNS = ("time_h", *_DEFAULTS)


def event_table(
    time_h: Sequence[float] | F64,
    *,
    subject: Sequence[int] | I64 | None = None,
    covariates: Mapping[str, Sequence[float] | F64 | float] | None = None,
    labels: Sequence[str] = (),
    reads_ahead: bool = False,
    **columns: object,
) -> EventTable:
    """Build an event table from columns; a scalar fills its column, a missing one takes the default.

    Args:
        time_h: Times, h; shape ``(n_rows,)``.
        subject: Subject index of each row; None: one subject.
        covariates: Covariate name to column or scalar.
        labels: Name of each subject.
        reads_ahead: See ``EventTable``.
        **columns: Any other column of ``EventTable`` by name.

    Returns:
        The table, checked. ``mdv`` is True wherever there is no usable level.

    Raises:
        InputError: A column is unknown, has the wrong length, or holds values that no record may have.

    Example:
        >>> table = event_table([0.0, 2.0], evid=[1, 0], amt=[250.0, 0.0], dv=[np.nan, 12.0])
        >>> table.n_subjects, table.mdv.tolist()
        (1, [True, False])
    """
    times = np.atleast_1d(np.asarray(time_h, dtype=np.float64))
    unknown = set(columns) - set(_DEFAULTS)
    if unknown:
        raise InputError(f"event table: unknown columns {sorted(unknown)}; known are {sorted(_DEFAULTS)}")
    built: dict[str, np.ndarray] = {"time_h": times}
    for name, (kind, default) in _DEFAULTS.items():
        built[name] = _column(name, columns.get(name, default), times.size, kind)
    owner = _column("subject", 0 if subject is None else subject, times.size, np.int64)
    extra = {k: _column(f"covariate {k}", v, times.size, np.float64) for k, v in (covariates or {}).items()}
    built["mdv"] = built["mdv"] | (built["evid"] != OBSERVATION) | (np.isnan(built["dv"]) & ~built["blq"])
    given_duration = (built["duration_h"] > 0.0) & (built["rate"] == 0.0)
    per_hour = built["amt"] / np.where(given_duration, built["duration_h"], 1.0)
    built["rate"] = np.where(given_duration, per_hour, built["rate"])
    table = EventTable(subject=owner, covariates=extra, labels=tuple(labels), reads_ahead=reads_ahead, **built)
    _check(table)
    return table


def _column(name: str, values: object, size: int, kind: type) -> np.ndarray:
    """Return one column with the right length and type."""
    array: np.ndarray = np.asarray(values, dtype=kind)
    if array.ndim == 0:
        return np.full(size, array)
    if array.shape != (size,):
        raise InputError(f"event table: column '{name}' has shape {array.shape}, expected ({size},)")
    return array


def _check(table: EventTable) -> None:
    """Raise for the first kind of record that has no meaning, naming the row and the mend."""
    dose = (table.evid == DOSE) | (table.evid == RESET_AND_DOSE)
    later = np.diff(table.time_h) < 0.0
    same = np.diff(table.subject) == 0
    reset = is_resetting(table.evid[1:])
    rules: list[tuple[np.ndarray, str]] = [
        (~(np.abs(table.time_h) <= _MOST_HOURS), "the time is not a number of hours within a thousand years"),
        (~(table.amt <= _MOST_MG), "the amount is not a number below a tonne: check its unit"),
        (~(table.ii <= _MOST_HOURS), "II is not a number of hours within a thousand years"),
        (table.addl > _MOST_DOSES, "ADDL is above a million"),
        (np.r_[False, np.diff(table.subject) < 0], "subjects are not in order: sort the rows by subject"),
        (np.r_[False, later & same & ~reset], "the time runs backwards: sort the rows by time"),
        (~np.isin(table.evid, (0, 1, 2, 3, 4)), "EVID must be 0, 1, 2, 3 or 4"),
        (~np.isin(table.ss, (0, 1, 2)), "SS must be 0, 1 or 2"),
        (~(np.isfinite(table.amt) & (table.amt >= 0.0)), "the amount must be finite and not negative"),
        (
            ~(np.isfinite(table.rate) & ((table.rate >= 0.0) | np.isin(table.rate, (-1.0, -2.0)))),
            "the rate must be 0, positive, -1 or -2",
        ),
        (~(np.isfinite(table.ii) & (table.ii >= 0.0)), "II must be finite and not negative"),
        (~(np.isfinite(table.duration_h) & (table.duration_h >= 0.0)), "the duration must not be negative"),
        (table.addl < 0, "ADDL must not be negative"),
        (dose & (table.addl > 0) & (table.ii <= 0.0), "ADDL needs an interval II above 0"),
        (dose & (table.ss > 0) & (table.ii <= 0.0) & (table.amt > 0.0), "SS needs an interval II above 0"),
        (
            dose & (table.amt == 0.0) & (table.ss > 0) & (table.rate <= 0.0),
            "a steady-state record without an amount needs a rate above 0",
        ),
        (~table.mdv & ~table.blq & (table.dv < 0.0), "a level below zero cannot have been measured"),
        (~table.mdv & ~table.blq & np.isinf(table.dv), "the level is not finite"),
        (
            table.blq & ~(np.isfinite(table.lloq) & (table.lloq > 0.0)),
            "a level below the limit of quantification needs that limit (lloq), above 0",
        ),
        (
            ~((table.taken_probability >= 0.0) & (table.taken_probability <= 1.0)),
            "the probability that a dose was taken must lie from 0 to 1",
        ),
        (~(np.isfinite(table.time_sd_h) & (table.time_sd_h >= 0.0)), "time_sd_h must be finite and not negative"),
    ]
    for name, values in table.covariates.items():
        rules.append((~np.isfinite(values), f"covariate '{name}' is missing or not finite"))
    if table.n_rows and table.subject[0] != 0:
        raise InputError("event table: subjects must be numbered from 0")
    if np.any(np.diff(table.subject) > 1):
        raise InputError("event table: subject numbers must not leave gaps")
    for broken, mend in rules:
        if np.any(broken):
            row = int(np.flatnonzero(broken)[0])
            raise InputError(f"event table: row {row}: {mend}")


def with_points(table: EventTable, times_h: Sequence[float] | F64, *, cmt: int = 0) -> EventTable:
    """Return the doses of a table with the same points added for every subject, its levels left out.

    Args:
        table: Of one or many subjects.
        times_h: Times at which a prediction is wanted, h; need not be sorted.
        cmt: Output compartment of the points; 0 the model's first output.

    Returns:
        A new table; a point takes covariates and occasion of the next record (NONMEM's convention), and comes after
        doses recorded at the same time.
    """
    times = np.sort(np.asarray(times_h, dtype=np.float64))
    rows, when, is_point = [], [], []
    for subject in range(table.n_subjects):
        mine = np.flatnonzero(table.subject == subject)
        doses = mine[table.evid[mine] != OBSERVATION]
        following = mine[np.minimum(np.searchsorted(table.time_h[mine], times, side="left"), mine.size - 1)]
        at = np.r_[table.time_h[doses], times]
        added = np.r_[np.zeros(doses.size, dtype=bool), np.ones(times.size, dtype=bool)]
        order = np.lexsort((np.r_[np.arange(doses.size), np.arange(times.size)], added, at))
        rows.append(np.r_[doses, following][order])
        when.append(at[order])
        is_point.append(added[order])
    chosen, new = np.concatenate(rows), np.concatenate(is_point)
    columns = {name: getattr(table, name)[chosen] for name in _COLUMNS if name not in ("time_h", "duration_h")}
    for name, blank in (("evid", OBSERVATION), ("cmt", cmt), ("dv", np.nan), ("blq", False)):
        columns[name] = np.where(new, blank, columns[name])
    for name in ("amt", "rate", "ii", "addl", "ss"):
        columns[name] = np.where(new, 0, columns[name])
    return event_table(
        np.concatenate(when),
        subject=table.subject[chosen],
        covariates={name: values[chosen] for name, values in table.covariates.items()},
        labels=table.labels,
        reads_ahead=table.reads_ahead,
        **columns,
    )

"""Levels of many draws of one person, or of many people, under a dose plan: at steady state and on the way to it.

A plan is laid out as dose trains, which the engine sums in closed form, so a year of doses costs what a day does.
Peaks and troughs are read from a grid that is fine where absorption is; AUC is exact where elimination is linear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.individual import Parameters, individual_parameters
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.events import EventTable, event_table
from fullcourse.pharmacokinetics.inputs.plan_rhythm import DAY_H, WEEK_H, steady_cycle
from fullcourse.pharmacokinetics.model import F64, Model

__all__ = [
    "Draws",
    "Exposure",
    "concentrations",
    "every_concentration",
    "has_steady_state",
    "plan_table",
    "response_to_1_mg",
    "steady_exposure",
]

WEEKS_WHEN_NOT_LINEAR = 4
"""When a plan is judged under a model that is not linear."""

LONGEST_CYCLE_WHEN_NOT_LINEAR_H = 336.0
"""Two weeks: a longer cycle does not repeat before that time."""

AFTER_DOSE_H = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0)
"""Hours after each dose at which levels are read, finest where peaks lie."""


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """N draws of one person's random effects (from a posterior), or of N people (from a population).

    Attributes:
        model: The model they belong to.
        eta: Effects between subjects, ``(N, n)``.
        kappa: Effects of an occasion to come, ``(N, m)``; m 0 for none.
        covariates: Name to a number, or to ``(N,)`` values for N people.
    """

    model: Model
    eta: F64
    kappa: F64
    covariates: Mapping[str, float | F64]

    @property
    def count(self) -> int:
        """Number of draws."""
        return int(self.eta.shape[0])

    def part(self, part: slice) -> "Draws":
        """Return some of the draws, with their covariates."""
        covariates = {
            name: np.asarray(value)[part] if np.ndim(value) else value for name, value in self.covariates.items()
        }
        return Draws(self.model, self.eta[part], self.kappa[part], covariates)


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """Levels of N draws over one cycle of a plan at steady state.

    Attributes:
        time_h: Hours since midnight of the first day of the cycle, ascending, ``(M,)``.
        mg_per_l: Concentrations, mg/L, ``(N, M)``.
        peak: Highest level of the cycle, mg/L, ``(N,)``.
        trough: Lowest level of the cycle, mg/L, ``(N,)``.
        auc24: Mean AUC of 24 hours over the cycle, mg.h/L, ``(N,)``.
        cycle_h: Length of the cycle, h: a day, a week, or what the rhythm of the plan repeats after.
    """

    time_h: F64
    mg_per_l: F64
    peak: F64
    trough: F64
    auc24: F64
    cycle_h: float

    def percent_above(self, mg_per_l: float) -> F64:
        """Return the percentage of the cycle spent above a level, by straight lines between grid points; ``(N,)``.

        Args:
            mg_per_l: The level, for example an MIC, mg/L, above 0.
        """
        left, right = self.mg_per_l[:, :-1], self.mg_per_l[:, 1:]
        width = np.diff(self.time_h)
        above_left, above_right = left > mg_per_l, right > mg_per_l
        rise = np.where(left == right, 1.0, right - left)
        share_of_crossing = np.where(above_left, (left - mg_per_l) / -rise, (right - mg_per_l) / rise)
        share = np.where(above_left == above_right, above_left.astype(np.float64), share_of_crossing)
        return np.asarray(100.0 * (share * width).sum(axis=1) / self.cycle_h)


def has_steady_state(model: Model) -> bool:
    """Return whether a plan has a steady state that is reached soon; else it is judged in its fourth week."""
    return model.is_linear and not any(relation.covariate == "treatment_day" for relation in model.relations)


def plan_table(
    step: DoseStep, covariates: Mapping[str, float], *, linear: bool = True
) -> tuple[EventTable, F64, float]:
    """Return a plan as an event table with points over one cycle: at steady state, or after four weeks.

    Args:
        step: One step of a plan, taken for ever (linear), or for four weeks from the first dose.
        covariates: Of the person; values of N people are given to the engine apart.
        linear: Whether the model has a steady state that is reached soon; elimination that inhibits or induces itself,
            or changes with the day of treatment, is judged by its fourth week.

    Returns:
        The table, the times of its points (h), and the length of the cycle (h).

    Raises:
        InputError: The plan ends, follows dialysis, or repeats too late for a model that is not linear.
    """
    cycle, doses = steady_cycle(step)
    if not linear and cycle > LONGEST_CYCLE_WHEN_NOT_LINEAR_H:
        raise InputError(
            f"dose '{say_dose_plan([step])[:80]}': it repeats after {cycle / DAY_H:g} days, and this model's levels "
            "are judged in the fourth week. Ask for levels of its days with 'levels simulate'."
        )
    shift = 0.0 if linear else (WEEKS_WHEN_NOT_LINEAR * WEEK_H - WEEK_H) // cycle * cycle
    points = np.asarray(_grid([time for time, _ in doses], doses[-1][0], cycle, step.over_h or 0.0)) + shift
    more = 2 if linear else int(shift / cycle) + 2
    rows: list[tuple[float, int, float, int]] = []  # time, evid, amount, ss
    for number, (time, mg) in enumerate(doses):
        rows.append((time, 1, mg, (1 if number == 0 else 2) if linear else 0))
    rows += [(time, 0, 0.0, 0) for time in points.tolist()]
    rows.sort(key=lambda row: (row[0], row[1] == 0))  # a dose stands before a point of its time
    evid = np.array([row[1] for row in rows])
    table = event_table(
        np.array([row[0] for row in rows]),
        evid=evid,
        amt=np.array([row[2] for row in rows]),
        duration_h=np.where(evid == 1, step.over_h or 0.0, 0.0),
        ss=np.array([row[3] for row in rows]),
        ii=np.where(evid == 1, cycle, 0.0),
        addl=np.where(evid == 1, more, 0),
        covariates=dict(covariates),
    )
    return table, points, cycle


def _grid(doses: Sequence[float], begin: float, cycle: float, over_h: float) -> list[float]:
    """Return points over one cycle from ``begin``: just before each dose, at its infusion's end, on rise and fall."""
    times = {begin, begin + cycle}
    later = [time + shift for time in doses for shift in (0.0, cycle) if begin <= time + shift <= begin + cycle]
    for time in later:
        times.update(time + after for after in (*AFTER_DOSE_H, over_h) if time + after < begin + cycle)
        times.add(time - 1e-6) if time > begin else None
    times.update(np.arange(begin, begin + cycle, 1.0 if cycle <= DAY_H else 2.0).tolist())
    return sorted(times)


def concentrations(draws: Draws, table: EventTable) -> F64:
    """Return the main analyte's concentrations of every draw at the points of a table of one subject.

    Args:
        draws: N draws.
        table: Doses and points; rows with ``evid`` 0 are points.

    Returns:
        Concentrations, mg/L, ``(N, M)``, in the order of the points.
    """
    return _predicted(draws, table)[0]


def every_concentration(draws: Draws, table: EventTable) -> dict[str, F64]:
    """Return the concentrations of every output of the model by its name, mg/L, ``(N, M)`` each."""
    every, _ = _every_predicted(draws, table)
    outputs = draws.model.outputs
    return {output.name: levels / output.factor for output, levels in zip(outputs, every, strict=True)}


def _predicted(draws: Draws, table: EventTable) -> tuple[F64, Parameters]:
    """Return concentrations of the main analyte ``(N, M)`` and the parameters they came from."""
    every, parameters = _every_predicted(draws, table)
    return every[0], parameters


def _every_predicted(draws: Draws, table: EventTable) -> tuple[list[F64], Parameters]:
    """Return concentrations of every output, in the output's unit, and the parameters they came from."""
    history = compile_history(draws.model, table, table.evid == 0)
    covariates: dict[str, F64] = {
        name: np.asarray(draws.covariates[name]).reshape(-1, 1) if name in draws.covariates else values
        for name, values in history.covariates.items()
    }
    if draws.model.mixture and draws.model.mixture.covariate in draws.covariates:
        covariates[draws.model.mixture.covariate] = np.asarray(draws.covariates[draws.model.mixture.covariate]).reshape(
            -1, 1
        )
    eta = [draws.eta[:, [i]] for i in range(draws.eta.shape[1])]
    kappa = [draws.kappa[:, [i]] for i in range(draws.kappa.shape[1])]
    parameters = individual_parameters(draws.model, covariates, eta, kappa)
    valid = history.point_valid[0]
    every = [np.asarray(levels) for levels in predict(draws.model, history, parameters)]
    return [np.broadcast_to(levels, (draws.count, levels.shape[1]))[:, valid] for levels in every], parameters


def steady_exposure(draws: Draws, step: DoseStep) -> Exposure:
    """Return levels of every draw over one cycle of a plan at steady state (in the fourth week when not linear).

    Args:
        draws: N draws.
        step: One step of a plan.
    """
    table, time_h, cycle = plan_table(step, _scalars(draws), linear=has_steady_state(draws.model))
    levels, parameters = _predicted(draws, table)
    auc24 = _exact_auc24(draws, step, cycle, parameters)
    if auc24 is None:
        auc24 = _auc24(levels, time_h, cycle)
    return Exposure(time_h, levels, levels.max(axis=1), levels.min(axis=1), auc24, cycle)


def response_to_1_mg(draws: Draws, ages_h: F64, *, steady: bool) -> tuple[F64, F64]:
    """Return levels after 1 mg, once or once a day for ever, and the AUC of 24 hours of the latter.

    Args:
        draws: N draws of a linear model.
        ages_h: Hours after the dose, from 0, ascending, ``(M,)``; at steady state below 24, and hour 0 is just
            before the dose.
        steady: Once a day for ever.

    Returns:
        Concentrations, mg/L, ``(N, M)``, and AUC, mg.h/L, ``(N,)``.
    """
    points = np.where(ages_h == 0.0, DAY_H - 1e-9, ages_h) if steady else np.maximum(ages_h, 1e-9)
    order = np.argsort(points)
    dose = np.r_[1, np.zeros(points.size, dtype=np.int64)]
    table = event_table(
        np.r_[0.0, points[order]],
        evid=dose,
        amt=dose.astype(np.float64),
        ss=dose * int(steady),
        ii=dose * DAY_H * int(steady),
        covariates=_scalars(draws),
    )
    levels, parameters = _predicted(draws, table)
    placed = np.empty(levels.shape)
    placed[:, order] = levels
    auc24 = _exact_auc24(draws, DoseStep(1, (Dose("00:00", 1.0),)), DAY_H, parameters)
    return placed, auc24 if auc24 is not None else _auc24(placed, ages_h, DAY_H)


def _scalars(draws: Draws) -> dict[str, float]:
    """Return one value of each covariate, for the shape of a table; values of N people replace it later."""
    return {name: float(np.asarray(value).reshape(-1)[0]) for name, value in draws.covariates.items()}


def _exact_auc24(draws: Draws, step: DoseStep, cycle: float, parameters: Parameters) -> F64 | None:
    """Return F times dose over CL, mg.h/L; None where elimination or a dose-dependent parameter forbids it."""
    model = draws.model
    by_dose = any(relation.covariate in {"dose_mg", "treatment_day"} for relation in model.relations)
    if not model.is_linear or by_dose or len(model.sites) > 1:
        return None
    site = model.sites[0]
    absorbed = np.asarray(parameters[site.bioavailability]) if site.bioavailability else np.ones((1, 1))
    scale = np.asarray(parameters["vc"]) / np.asarray(parameters[model.outputs[0].volume or "vc"])
    daily = sum(mg for _, mg in steady_cycle(step)[1]) * DAY_H / cycle
    result = absorbed[:, 0] * daily * model.outputs[0].factor * scale[:, 0] / np.asarray(parameters["cl"])[:, 0]
    return np.broadcast_to(result, (draws.count,))


def _auc24(levels: F64, time_h: F64, cycle: float) -> F64:
    """Return the mean AUC of 24 hours: linear trapezoids up, logarithmic down, mg.h/L."""
    left, right, width = levels[:, :-1], levels[:, 1:], np.diff(time_h)
    falling = (right < left) & (right > 0.0)
    ratio = np.where(falling, left / np.where(falling, right, 1.0), np.e)
    area = np.where(falling, (left - right) / np.log(ratio), 0.5 * (left + right)) * width
    return np.asarray(area.sum(axis=1) * DAY_H / cycle)

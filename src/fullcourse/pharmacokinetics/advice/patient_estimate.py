"""From a patient's doses and levels to draws of the patient's own kinetics, under one model or several.

The prior is the published population; the levels move it. What the answer rests on is kept with it: how good the
optimum is, how each level compares with what the model expected before and after seeing it, and a warning when a level
lies outside what the model has seen, which is more often a wrong hour, dose or unit than an unusual patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.instant import seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.pharmacokinetics.advice.exposure import Draws, concentrations
from fullcourse.pharmacokinetics.advice.population import draw_effects
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.individual import individual_parameters
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, estimation_problem, parameters_of
from fullcourse.pharmacokinetics.estimation.map_estimate import MapEstimate, estimate
from fullcourse.pharmacokinetics.estimation.posterior import Posterior, sample_posterior
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of
from fullcourse.pharmacokinetics.events import EventTable, event_table
from fullcourse.pharmacokinetics.inputs.covariates import Covariates, dose_refusal
from fullcourse.pharmacokinetics.inputs.dose_log import check_history
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import F64, ErrorKind, Model, ResidualError

__all__ = [
    "LevelFit",
    "OwnParameter",
    "PatientEstimate",
    "estimate_patient",
    "history_table",
]

_CANDIDATES = 64
"""Points of the prior that are looked at for starts; the solver's models are too slow for it and have no need."""

DAY_H = 24.0
VISIT_GAP_H = 36.0
"""Samples further apart than this belong to different visits."""

PRIOR_DRAWS = 500
CONFLICT = 0.005
"""A level further out than this, on either side of what the model expects, is called a conflict."""


@dataclass(frozen=True, slots=True)
class LevelFit:
    """One level beside what the model expected.

    Attributes:
        level: As measured.
        expected: Before the level was seen: 5, 50 and 95 per cent, mg/L, assay error included.
        predicted: After, the patient's own curve, mg/L.
        percentile: Where the level lies among what was expected, 0 to 1; None below the limit of quantification.
        conflict: Whether it lies outside what the model has seen.
    """

    level: Level
    expected: tuple[float, float, float]
    predicted: float
    percentile: float | None
    conflict: bool


@dataclass(frozen=True, slots=True)
class OwnParameter:
    """One parameter: typical for this patient's covariates, and the patient's own with its 90 per cent interval."""

    name: str
    unit: str
    of: str
    typical: float
    own: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class PatientEstimate:
    """What the levels say about one patient under one model.

    Attributes:
        file: The model.
        covariates: Of the patient.
        effects: The most probable effects and how good the optimum is.
        posterior: The weighted draws, and whether they may be trusted.
        parameters: The patient's own.
        fits: Each level beside what was expected.
        draws: Of the patient's effects, for prediction.
        start: Midnight of the day of the first dose; hours count from here.
        table: Doses and levels as the engine saw them.
        log_evidence: Logarithm of the marginal likelihood of the levels, up to a constant shared by all models.
    """

    file: PkModelFile
    covariates: Covariates
    effects: MapEstimate
    posterior: Posterior
    parameters: tuple[OwnParameter, ...]
    fits: tuple[LevelFit, ...]
    draws: Draws
    start: datetime
    table: EventTable
    log_evidence: float

    @property
    def conflicts(self) -> tuple[LevelFit, ...]:
        """The levels outside what the model has seen."""
        return tuple(fit for fit in self.fits if fit.conflict)


def estimate_patient(
    file: PkModelFile,
    covariates: Covariates,
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    *,
    seed: int,
    count: int = 1000,
) -> PatientEstimate:
    """Estimate one patient's kinetics.

    Args:
        file: The model; its file must allow estimation.
        covariates: Of the patient.
        doses: As taken.
        levels: As measured; without one the answer is the population's.
        seed: Of the random numbers.
        count: Draws of the posterior.

    Raises:
        InputError: The history cannot be weighed, a level is of a matrix the model does not know, or the model
            may only simulate.
        OutsideLabel: A dose is outside what the model knows.
    """
    if "estimate" not in file.uses:
        why = file.left_out[0].because if file.left_out else "see its file"
        raise InputError(f"{file.id} can simulate and cannot estimate: {why}. Choose another model with --model.")
    if refused := dose_refusal(file, {dose.mg for dose in doses}):
        raise OutsideLabel(f"{refused}. Choose another model with --model.")
    check_history(doses, levels)
    random = np.random.default_rng(seed)
    model = engine_model(file, covariates.values)
    start = min(dose.at for dose in doses).replace(hour=0, minute=0, second=0, microsecond=0)
    table = history_table(model, covariates.values, doses, levels, start)
    if not levels:
        raise InputError('levels: none is given. Give --level "31 mg/L @ 2026-11-03T10:05+02:00", or simulate instead.')
    problem = estimation_problem(model, table)
    optimum = estimate(problem, candidates=_CANDIDATES if model.is_linear else 0)
    posterior = sample_posterior(problem, draws=2 * count, seed=seed, found=optimum)
    between = model.between_subjects.count
    effects = posterior.resampled(count, seed)
    kappa = draw_effects(model.between_occasions, count, random)
    draws = Draws(model, effects[:, :between], kappa, dict(covariates.values))
    return PatientEstimate(
        file=file,
        covariates=covariates,
        effects=optimum,
        posterior=posterior,
        parameters=_own_parameters(file, model, draws, optimum.effects[0, :between]),
        fits=_fits(model, table, levels, _own_levels(problem, optimum), covariates.values, random),
        draws=draws,
        start=start,
        table=table,
        log_evidence=posterior.log_evidence,
    )


def history_table(
    model: Model,
    covariates: Mapping[str, float],
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    start: datetime,
    points_h: Sequence[float] = (),
) -> EventTable:
    """Return doses, levels and further points in time as one event table; regular doses become trains.

    Args:
        model: Says which output a level is of.
        covariates: Of the patient.
        doses: As taken.
        levels: As measured.
        start: Hours count from here.
        points_h: Further times at which levels are predicted, h.

    Raises:
        InputError: A level is of a matrix or analyte that the model does not have.
    """
    rows: list[dict[str, float]] = []
    for dose, addl in _trains(doses, levels):
        site = _site(model, dose.at)
        occasion = _occasion(dose.at, dose.observed, levels)
        rows.append(
            {"time": _hours(start, dose.at), "evid": 1, "amt": dose.mg, "cmt": site, "addl": addl, "occasion": occasion,
             "observed": dose.observed, "taken": dose.taken_probability, "sd": dose.time_sd_h}
        )  # fmt: skip
    for level in levels:
        rows.append(
            {"time": _hours(start, level.at), "evid": 0, "cmt": _output(model, level), "dv": level.mg_per_l,
             "blq": level.below_limit, "occasion": _occasion(level.at, None, levels)}
        )  # fmt: skip
    last = max((row["occasion"] for row in rows), default=0)
    rows += [{"time": time, "evid": 0, "cmt": 1, "point": 1, "occasion": last} for time in points_h]
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
        addl=column("addl").astype(np.int64),
        ii=np.where(column("addl") > 0, DAY_H, 0.0),
        dv=np.where(dose_rows | (column("point") > 0) | below, np.nan, column("dv") * factor),
        blq=below,
        lloq=np.where(below, column("dv") * factor, 0.0),
        occasion=column("occasion").astype(np.int64),
        observed=column("observed", 1.0) > 0,
        taken_probability=column("taken", 1.0),
        time_sd_h=column("sd"),
        covariates=dict(covariates),
    )


def _hours(start: datetime, at: datetime) -> float:
    return (at - start).total_seconds() / 3600.0


def _trains(doses: Sequence[TakenDose], levels: Sequence[Level]) -> list[tuple[TakenDose, int]]:
    """Return doses that repeat every 24 hours as one with additional doses; an uncertain dose stands alone."""
    left = sorted(doses, key=lambda dose: seconds_since_1970(dose.at))
    open_trains: dict[tuple[object, ...], list[int]] = {}
    trains: list[tuple[TakenDose, int]] = []
    ends: list[datetime] = []
    for dose in left:
        alone = dose.time_sd_h > 0.0 or dose.taken_probability < 1.0
        key = (dose.mg, dose.observed, _occasion(dose.at, dose.observed, levels))
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


def _output(model: Model, level: Level) -> int:
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


def _own_parameters(file: PkModelFile, model: Model, draws: Draws, eta: F64) -> tuple[OwnParameter, ...]:
    """Return the parameters that differ between people, typical and own."""
    table = event_table([0.0], evid=[1], amt=[1.0], covariates={k: float(v) for k, v in draws.covariates.items()})
    features = compile_history(model, table).covariates
    typical = individual_parameters(model, features)
    own = individual_parameters(model, features, [np.array([[value]]) for value in eta])
    spread = individual_parameters(model, features, [draws.eta[:, [i]] for i in range(draws.eta.shape[1])])
    rows = []
    for name in dict.fromkeys(link.parameter for link in model.between_subjects.links):
        row = file.parameters.get(name)
        unit = row.unit if row else next((computed.unit for computed in file.derived if computed.name == name), "")
        low, high = np.quantile(np.asarray(spread[name]), [0.05, 0.95])
        rows.append(
            OwnParameter(
                name,
                unit,
                row.of if row else name.replace("_", " "),
                float(np.asarray(typical[name]).reshape(-1)[0]),
                float(np.asarray(own[name]).reshape(-1)[0]),
                float(low),
                float(high),
            )
        )
    return tuple(rows)


def _own_levels(problem: Problem, optimum: MapEstimate) -> F64:
    """Return the patient's own curve at the levels of the main analyte, the effects of their occasions included."""
    parameters = parameters_of(problem, optimum.effects, sensitivities=False)
    own = np.asarray(predict(problem.model, problem.history, parameters)[0])
    main = problem.history.point_valid & (problem.history.point_output == 0)
    return np.asarray(np.broadcast_to(own, main.shape)[main])


def _fits(
    model: Model,
    table: EventTable,
    levels: Sequence[Level],
    own: F64,
    covariates: Mapping[str, float],
    random: np.random.Generator,
) -> tuple[LevelFit, ...]:
    """Return each level beside what the population and the patient's own curve say; main analyte in blood alone."""
    first = {output.cmt for output in model.outputs[:1]}
    usable = (table.evid == 1) | np.isin(table.cmt, list(first))
    shown = table.take(np.flatnonzero(usable))
    between, within = model.between_subjects, model.between_occasions
    prior = Draws(
        model,
        draw_effects(between, PRIOR_DRAWS, random),
        draw_effects(within, PRIOR_DRAWS, random),
        covariates,
    )
    expected = _with_noise(concentrations(prior, shown), error_of(model.outputs[0]), random)
    ordered = sorted(
        (level for level in levels if _output(model, level) in first), key=lambda level: seconds_since_1970(level.at)
    )
    fits = []
    for index, level in enumerate(ordered):
        values = expected[:, index]
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        percentile = None if level.below_limit else float((values < level.mg_per_l).mean())
        conflict = percentile is not None and not CONFLICT <= percentile <= 1.0 - CONFLICT
        fits.append(LevelFit(level, (float(low), float(middle), float(high)), float(own[index]), percentile, conflict))
    return tuple(fits)


def _with_noise(levels: F64, error: ResidualError, random: np.random.Generator) -> F64:
    """Return levels with the residual error of the model, never below 0."""
    noise = random.standard_normal(levels.shape)
    if error.kind is ErrorKind.LOG_NORMAL:
        return np.asarray(levels * np.exp(error.a * noise))
    share = error.a * levels**error.c if error.kind is ErrorKind.POWER else error.a * levels
    spread = share + error.b if error.kind is ErrorKind.COMBINED_1 else np.sqrt(share**2 + error.b**2)
    return np.maximum(levels + spread * noise, 0.0)

"""From a patient's doses and levels to draws of the patient's own kinetics, under one model or several.

The prior is the published population; the levels move it. What the answer rests on is kept with it: how good the
optimum is, how each level compares with what the model expected before and after seeing it, and a warning when a level
lies outside what the model has seen, which is more often a wrong hour, dose or unit than an unusual patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.instant import seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.pharmacokinetics.advice.exposure import Draws, concentrations
from fullcourse.pharmacokinetics.advice.history_table import history_table, hours_since, output_of
from fullcourse.pharmacokinetics.advice.own_course import OwnCourse, OwnDraws, own_course
from fullcourse.pharmacokinetics.advice.own_exposure import NextSettles, OwnExposure, next_settles, own_exposure
from fullcourse.pharmacokinetics.advice.population import draw_effects
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.individual import individual_parameters
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import MapEstimate, estimate
from fullcourse.pharmacokinetics.estimation.misfit import OUTERMOST, Misfit, misfit
from fullcourse.pharmacokinetics.estimation.posterior import Posterior, sample_posterior
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of
from fullcourse.pharmacokinetics.events import EventTable, event_table
from fullcourse.pharmacokinetics.inputs.covariates import Covariates, dose_refusal
from fullcourse.pharmacokinetics.inputs.dose_log import check_history
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import F64, ErrorKind, Model, ResidualError

__all__ = [
    "HiddenClass",
    "LevelFit",
    "OwnParameter",
    "PatientEstimate",
    "estimate_patient",
]

_CANDIDATES = 64
"""Points of the prior that are looked at for starts; the solver's models are too slow for it and have no need."""

_CURVE_DRAWS = 200
"""Draws of the patient's own curve where each takes a solver or an incomplete gamma function; elsewhere all of them,
which keep its middle within one per cent."""

LOW = 0.25
"""A level below this part of what was expected is looked into: is the drug absorbed late, or little?"""

PRIOR_DRAWS = 500
CONFLICT = 0.005
"""A level further out than this, on either side of what the model expects, is called a conflict; it gets a line."""


@dataclass(frozen=True, slots=True)
class LevelFit:
    """One level beside what the model expected.

    Attributes:
        level: As measured.
        expected: Before the level was seen: 5, 50 and 95 per cent, mg/L, assay error included.
        predicted: After, the patient's own curve (the middle of its draws), mg/L.
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


@dataclass(frozen=True, slots=True)
class HiddenClass:
    """A class of people that no record shows: how many are of it, and how probably this patient is, 0 to 1."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, eq=False)
class PatientEstimate:
    """What the levels say about one patient under one model.

    Attributes:
        file: The model.
        covariates: Of the patient.
        effects: The most probable effects and how good the optimum is; of the likeliest hidden class.
        posterior: The weighted draws, and whether they may be trusted; of the likeliest hidden class.
        parameters: The patient's own.
        fits: Each level beside what was expected.
        together: How probable levels are, all together, that fit the model as badly: 0 to 1; in the hidden class that
            explains them best.
        excluded: Whether the levels cannot be those of one patient of the model (``misfit``).
        draws: Of the patient's effects, for prediction; every hidden class as often as it is probable.
        settings: Covariates of the likeliest hidden class; empty where the model has none.
        classes: The hidden classes of the model; empty where it has none.
        own: Draws of everything that the levels say, as many as the patient's own curve is drawn from.
        course: The patient's own curve about the last visit.
        exposure: What the day that was sampled comes to, main analyte.
        settles: What the next sample would settle; None where nothing of the kind is open.
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
    together: float
    excluded: bool
    draws: Draws
    settings: Mapping[str, float]
    classes: tuple[HiddenClass, ...]
    own: OwnDraws
    course: OwnCourse
    exposure: OwnExposure
    settles: NextSettles | None
    start: datetime
    table: EventTable
    log_evidence: float

    @property
    def conflicts(self) -> tuple[LevelFit, ...]:
        """The levels outside what the model has seen."""
        return tuple(fit for fit in self.fits if fit.conflict)

    @property
    def unlikely(self) -> bool:
        """Whether the levels are possible together, and in the outermost per cent of what the model expects."""
        return not self.excluded and self.together < OUTERMOST


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
    if not levels:
        raise InputError('levels: none is given. Give --level "31 mg/L @ 2026-11-03T10:05+02:00", or simulate instead.')
    random = np.random.default_rng(seed)
    model = engine_model(file, covariates.values)
    start = min(dose.at for dose in doses).replace(hour=0, minute=0, second=0, microsecond=0)
    found = [
        _of_class(
            model, replace(covariates, values={**covariates.values, **setting}), doses, levels, start, seed, count
        )
        for setting in _settings(model)
    ]
    shares = _shares(model, found)
    best = found[int(np.argmax(shares))]
    between = model.between_subjects.count
    effects, settings = _drawn(model, found, shares, count, seed, random)
    kappa = draw_effects(model.between_occasions, count, random)
    draws = Draws(model, effects[:, :between], kappa, {**covariates.values, **settings})
    dear = not model.is_linear or any(site.transit for site in model.sites)
    some = slice(_CURVE_DRAWS if dear else None)
    curve = OwnDraws(best.problem, effects[some], {name: values[some] for name, values in settings.items()})
    course = own_course(curve, covariates, doses, levels, start)
    exposure = own_exposure(course, model.outputs[0].name, start)
    fits = _fits(model, best.table, levels, course, start, random)
    classes = zip(model.mixture.names, model.mixture.probabilities, shares, strict=True) if model.mixture else ()
    return PatientEstimate(
        file=file,
        covariates=covariates,
        effects=best.optimum,
        posterior=best.posterior,
        parameters=_own_parameters(file, model, draws, best),
        fits=fits,
        together=max(float(part.misfit.together[0]) for part in found),
        excluded=all(bool(part.misfit.excluded[0]) for part in found),
        draws=draws,
        settings=best.settings,
        classes=tuple(HiddenClass(name, before, float(after)) for name, before, after in classes),
        own=curve,
        course=course,
        exposure=exposure,
        settles=next_settles(exposure, course, levels, start) if _is_low(fits) else None,
        start=start,
        table=best.table,
        log_evidence=_log_evidence(model, found),
    )


def _is_low(fits: Sequence[LevelFit]) -> bool:
    """Return whether the last level lies in the lowest quarter of what was expected."""
    return bool(fits) and (fits[-1].percentile if fits[-1].percentile is not None else 0.0) < LOW


@dataclass(frozen=True, slots=True, eq=False)
class _ClassEstimate:
    """What the levels say where the patient is of one hidden class, or where the model has none."""

    settings: Mapping[str, float]
    table: EventTable
    problem: Problem
    optimum: MapEstimate
    posterior: Posterior
    misfit: Misfit


def _settings(model: Model) -> list[dict[str, float]]:
    """Return the covariates of every hidden class; one without any where the model has no class."""
    if model.mixture is None:
        return [{}]
    return [{model.mixture.covariate: value} for value in model.mixture.values]


def _of_class(
    model: Model,
    covariates: Covariates,
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    start: datetime,
    seed: int,
    count: int,
) -> _ClassEstimate:
    table = history_table(model, covariates.values, doses, levels, start, over_time=covariates.over_time)
    problem = estimation_problem(model, table)
    optimum = estimate(problem, candidates=_CANDIDATES if model.is_linear else 0)
    posterior = sample_posterior(problem, draws=2 * count, seed=seed, found=optimum)
    hidden = {model.mixture.covariate} if model.mixture else set()
    settings = {name: value for name, value in covariates.values.items() if name in hidden}
    return _ClassEstimate(settings, table, problem, optimum, posterior, misfit(problem, optimum.effects))


def _weighed(model: Model, found: Sequence[_ClassEstimate]) -> F64:
    """Return the logarithm of how probable each class was before the levels, times how well it explains them."""
    before = np.array(model.mixture.probabilities if model.mixture else (1.0,))
    return np.asarray(np.log(before) + np.array([part.posterior.log_evidence for part in found]))


def _shares(model: Model, found: Sequence[_ClassEstimate]) -> F64:
    """Return how probably the patient is of each class (Bayes' rule)."""
    weighed = _weighed(model, found)
    share = np.exp(weighed - weighed.max())
    return np.asarray(share / share.sum())


def _log_evidence(model: Model, found: Sequence[_ClassEstimate]) -> float:
    return float(np.logaddexp.reduce(_weighed(model, found)))


def _drawn(
    model: Model, found: Sequence[_ClassEstimate], shares: F64, count: int, seed: int, random: np.random.Generator
) -> tuple[F64, dict[str, F64]]:
    """Return draws of every class as often as it is probable, in no order, and the class of each."""
    ends = np.round(np.cumsum((0.0, *shares)) * count).astype(int)
    many = np.diff(ends)
    order = random.permutation(count)
    effects = np.concatenate([part.posterior.resampled(int(n), seed) for part, n in zip(found, many, strict=True)])
    settings = {}
    if model.mixture is not None:
        settings[model.mixture.covariate] = np.repeat(np.array(model.mixture.values), many)[order]
    return effects[order], settings


def _own_parameters(file: PkModelFile, model: Model, draws: Draws, best: _ClassEstimate) -> tuple[OwnParameter, ...]:
    """Return the parameters that differ between people, typical and own; those of the likeliest hidden class."""
    known = {name: float(v) for name, v in draws.covariates.items() if not np.ndim(v)}
    table = event_table([0.0], evid=[1], amt=[1.0], covariates={**known, **best.settings})
    features = compile_history(model, table).covariates
    by_draw = {**features, **{name: np.asarray(v)[:, None] for name, v in draws.covariates.items() if np.ndim(v)}}
    eta = best.optimum.effects[0, : model.between_subjects.count]
    typical = individual_parameters(model, features)
    own = individual_parameters(model, features, [np.array([[value]]) for value in eta])
    spread = individual_parameters(model, by_draw, [draws.eta[:, [i]] for i in range(draws.eta.shape[1])])
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


def _fits(
    model: Model,
    table: EventTable,
    levels: Sequence[Level],
    course: OwnCourse,
    start: datetime,
    random: np.random.Generator,
) -> tuple[LevelFit, ...]:
    """Return each level beside what the population and the patient's own curve say; main analyte in blood alone."""
    first = {output.cmt for output in model.outputs[:1]}
    usable = (table.evid != 0) | np.isin(table.cmt, list(first))
    shown = table.take(np.flatnonzero(usable))
    between, within = model.between_subjects, model.between_occasions
    eta, kappa = draw_effects(between, PRIOR_DRAWS, random), draw_effects(within, PRIOR_DRAWS, random)
    settings: dict[str, F64] = {}
    if model.mixture is not None:
        chances = np.array(model.mixture.probabilities)
        settings[model.mixture.covariate] = random.choice(np.array(model.mixture.values), PRIOR_DRAWS, p=chances)
    prior = Draws(model, eta, kappa, settings)  # all else as the table has it, changes over time included
    expected = _with_noise(concentrations(prior, shown), error_of(model.outputs[0]), random)
    ordered = sorted(
        (level for level in levels if output_of(model, level) in first), key=lambda level: seconds_since_1970(level.at)
    )
    fits = []
    for index, level in enumerate(ordered):
        values = expected[:, index]
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        percentile = None if level.below_limit else float((values < level.mg_per_l).mean())
        conflict = percentile is not None and not CONFLICT <= percentile <= 1.0 - CONFLICT
        predicted = course.median_at(model.outputs[0].name, hours_since(start, level.at))
        fits.append(LevelFit(level, (float(low), float(middle), float(high)), predicted, percentile, conflict))
    return tuple(fits)


def _with_noise(levels: F64, error: ResidualError, random: np.random.Generator) -> F64:
    """Return levels with the residual error of the model, never below 0."""
    noise = random.standard_normal(levels.shape)
    if error.kind is ErrorKind.LOG_NORMAL:
        return np.asarray(levels * np.exp(error.a * noise))
    share = error.a * levels**error.c if error.kind is ErrorKind.POWER else error.a * levels
    spread = share + error.b if error.kind is ErrorKind.COMBINED_1 else np.sqrt(share**2 + error.b**2)
    return np.maximum(levels + spread * noise, 0.0)

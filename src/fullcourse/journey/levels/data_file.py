"""Every subject and record of a data file in NONMEM's format, under a model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fullcourse.clinical.errors import InputError, SolverStopped
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.pharmacokinetics.estimation.likelihood import WORTHLESS, estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import MapEstimate, estimate
from fullcourse.pharmacokinetics.estimation.misfit import Misfit, misfit
from fullcourse.pharmacokinetics.estimation.nonmem_data import read_nonmem, with_compartments
from fullcourse.pharmacokinetics.estimation.occasion_effects import effect_columns
from fullcourse.pharmacokinetics.events import EventTable
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import F64, Model
from fullcourse.pharmacokinetics.simulation.population import simulate

__all__ = ["DataFile", "Fit", "fit_subjects", "predict_records", "read_data"]

_LINEAR, _SOLVED = (10, 200), (4, 24)
"""Starts for each subject, and points of the prior that are looked at for them; a solver takes longer for each."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file as a model reads it.

    Attributes:
        file: The model.
        engine: The same for the engine.
        table: The records; without the class that no record shows, where the data have no column for it.
        hidden: Whether the class of each subject is not known.
    """

    file: PkModelFile
    engine: Model
    table: EventTable
    hidden: bool = False

    @property
    def by_class(self) -> tuple[tuple[str, float, EventTable], ...]:
        """Each hidden class with its probability and the records of subjects of it; one where none is hidden."""
        mixture = self.engine.mixture
        if not self.hidden or mixture is None:
            return (("", 1.0, self.table),)
        size = self.table.n_rows
        return tuple(
            (name, probability, self._with({mixture.covariate: np.full(size, value)}))
            for name, probability, value in zip(mixture.names, mixture.probabilities, mixture.values, strict=True)
        )

    def _with(self, columns: Mapping[str, F64]) -> EventTable:
        return replace(self.table, covariates={**self.table.covariates, **columns})


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates of every subject.

    Attributes:
        names: Of the effects.
        effects: Per subject, ``(S, E)``.
        covariance: Conditional covariances, ``(S, E, E)``.
        estimate: Objective, gradient, starts and convergence, per subject.
        misfit: Whether the levels of a subject can be those of one patient of the model, in the class that explains
            them best.
        classes: Hidden classes; empty where none is hidden. Effects and covariances are then averaged over them, and
            ``estimate`` is that of the class that is likeliest for most subjects.
        shares: How probably each subject is of each class, ``(S, K)``.
    """

    names: Sequence[str]
    effects: F64
    covariance: F64
    estimate: MapEstimate
    misfit: Misfit
    classes: tuple[str, ...] = ()
    shares: F64 | None = None

    @property
    def unpredicted(self) -> int:
        """How many subjects have levels of which the model could predict none."""
        return int((self.estimate.objective >= WORTHLESS).sum())


def read_data(lines: Sequence[str], file: PkModelFile, occasion: str) -> DataFile:
    """Return the records of a data file, their compartment numbers those of the model.

    Args:
        lines: Of the file, its header first.
        file: The model.
        occasion: Column of the occasion; empty for OCC where there is one.
    """
    engine = engine_model(file)
    wanted, hidden = engine.covariates, False
    if engine.mixture is not None and engine.mixture.covariate not in _header(lines):
        wanted, hidden = tuple(name for name in wanted if name != engine.mixture.covariate), True
    table = read_nonmem(lines, wanted, occasion=occasion)
    numbered = bool(file.dose_sites) or any(row.compartment for row in file.observations)
    return DataFile(file, engine, with_compartments(table, engine, numbered=numbered), hidden)


def _header(lines: Sequence[str]) -> set[str]:
    """Return the names of the columns, small."""
    first = next((line for line in lines if line.strip()), "")
    return {name.strip().strip('#\ufeff"').lower() for name in re.split(r"[,;\s]+", first)}


def fit_subjects(data: DataFile, starts: int | None) -> Fit:
    """Estimate every subject.

    Args:
        data: What was read.
        starts: Starting points for each; None for what the model needs.

    Raises:
        InputError: Fewer than one starting point, or a model whose paper prints no residual error.
        SolverStopped: No level of any subject can be predicted.
    """
    if starts is not None and starts < 1:
        raise InputError(f"--starts {starts}: at least one starting point is needed.")
    if "estimate" not in data.file.uses:
        raise InputError(f"{data.file.id} can simulate and cannot estimate: its paper prints no residual error.")
    fits = [_fitted(data, table, starts) for _, _, table in data.by_class]
    if all((fit.estimate.objective >= WORTHLESS).all() for fit in fits):
        raise SolverStopped(
            f"{data.file.id} could predict no level of any subject, not even for a typical person, so nothing is "
            "estimated: check doses, intervals and durations of input"
        )
    return fits[0] if len(fits) == 1 else _averaged(data, fits)


def _fitted(data: DataFile, table: EventTable, starts: int | None) -> Fit:
    """Return estimates of every subject, each of one class."""
    problem = estimation_problem(data.engine, table)
    usual, candidates = _LINEAR if data.engine.is_linear else _SOLVED
    estimated = estimate(problem, starts=starts or usual, candidates=candidates)
    columns = effect_columns(data.engine, table, problem)
    covariance = columns.covariance(estimated.covariance, problem.covariance)
    fitted = misfit(problem, estimated.effects)
    return Fit(columns.names, columns.effects(estimated.effects), covariance, estimated, fitted)


def _averaged(data: DataFile, fits: Sequence[Fit]) -> Fit:
    """Return estimates averaged over hidden classes, each subject by how probably it is of each (Bayes' rule).

    Source:
        The marginal likelihood of a subject in a class is Laplace's approximation at its optimum; the mean and the
        covariance are those of a mixture of normal distributions.
    """
    before = np.log(np.array([probability for _, probability, _ in data.by_class]))
    held = [-0.5 * fit.estimate.objective + 0.5 * np.linalg.slogdet(fit.estimate.covariance)[1] for fit in fits]
    weighed = before + np.stack(held, axis=1)
    shares = np.exp(weighed - weighed.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    effects = np.einsum("sk,ske->se", shares, np.stack([fit.effects for fit in fits], axis=1))
    apart = np.stack([fit.effects - effects for fit in fits], axis=1)
    covariance = np.einsum("sk,skef->sef", shares, np.stack([fit.covariance for fit in fits], axis=1))
    covariance += np.einsum("sk,ske,skf->sef", shares, apart, apart)
    best = shares.argmax(axis=1)

    def of_best(values: Sequence[np.ndarray]) -> np.ndarray:
        return np.asarray(np.stack(values, axis=1)[np.arange(best.size), best])

    estimated = replace(
        fits[0].estimate,
        objective=of_best([fit.estimate.objective for fit in fits]),
        gradient_norm=of_best([fit.estimate.gradient_norm for fit in fits]),
        starts_agreed=of_best([fit.estimate.starts_agreed for fit in fits]),
        converged=of_best([fit.estimate.converged for fit in fits]),
        effects=of_best([fit.estimate.effects for fit in fits]),
        covariance=of_best([fit.estimate.covariance for fit in fits]),
    )
    explained = Misfit(
        np.max([fit.misfit.together for fit in fits], axis=0), np.max([fit.misfit.worst for fit in fits], axis=0)
    )
    classes = tuple(name for name, _, _ in data.by_class)
    return Fit(fits[0].names, effects, covariance, estimated, explained, classes, shares)


def predict_records(data: DataFile, effects: Mapping[str, F64] | None) -> list[F64]:
    """Return the prediction of every record for a typical person, and for the subject where effects are given.

    Of a typical person whose class no record shows, it is that of every class by its probability.

    Raises:
        InputError: Effects are given, and the class of the subjects is not known: averaged ones predict nobody's level.
    """
    typical = [chance * _by_record(table, simulate(data.engine, table)) for _, chance, table in data.by_class]
    predicted = [np.asarray(np.sum(typical, axis=0))]
    if effects is not None and data.hidden and data.engine.mixture is not None:
        raise InputError(
            f"--effects: {data.file.id} has classes that these data do not show. Add the column "
            f"{data.engine.mixture.covariate.upper()}, or predict without effects."
        )
    if effects is not None:
        problem = estimation_problem(data.engine, data.table)
        own = effect_columns(data.engine, data.table, problem).placed(dict(effects))
        predicted.append(_by_record(data.table, simulate(data.engine, data.table, own)))
    return predicted


def _by_record(table: EventTable, levels: F64) -> F64:
    """Return predictions ``(S, M)`` record by record, ``(n_rows,)``."""
    first = np.searchsorted(table.subject, np.arange(table.n_subjects))
    return np.asarray(levels[table.subject, np.arange(table.n_rows) - first[table.subject]])

"""Every subject and record of a data file in NONMEM's format, under a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        table: The records.
    """

    file: PkModelFile
    engine: Model
    table: EventTable


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates of every subject.

    Attributes:
        names: Of the effects.
        effects: Per subject, ``(S, E)``.
        covariance: Conditional covariances, ``(S, E, E)``.
        estimate: Objective, gradient, starts and convergence, per subject.
        misfit: Whether the levels of a subject can be those of one patient of the model.
    """

    names: Sequence[str]
    effects: F64
    covariance: F64
    estimate: MapEstimate
    misfit: Misfit

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
    table = read_nonmem(lines, engine.covariates, occasion=occasion)
    numbered = bool(file.dose_sites) or any(row.compartment for row in file.observations)
    return DataFile(file, engine, with_compartments(table, engine, numbered=numbered))


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
    problem = estimation_problem(data.engine, data.table)
    usual, candidates = _LINEAR if data.engine.is_linear else _SOLVED
    estimated = estimate(problem, starts=starts or usual, candidates=candidates)
    if (estimated.objective >= WORTHLESS).all():
        raise SolverStopped(
            f"{data.file.id} could predict no level of any subject, not even for a typical person, so nothing is "
            "estimated: check doses, intervals and durations of input"
        )
    columns = effect_columns(data.engine, data.table, problem)
    covariance = columns.covariance(estimated.covariance, problem.covariance)
    fitted = misfit(problem, estimated.effects)
    return Fit(columns.names, columns.effects(estimated.effects), covariance, estimated, fitted)


def predict_records(data: DataFile, effects: Mapping[str, F64] | None) -> list[F64]:
    """Return the prediction of every record for a typical person, and for the subject where effects are given."""
    predicted = [_by_record(data.table, simulate(data.engine, data.table))]
    if effects is not None:
        problem = estimation_problem(data.engine, data.table)
        own = effect_columns(data.engine, data.table, problem).placed(dict(effects))
        predicted.append(_by_record(data.table, simulate(data.engine, data.table, own)))
    return predicted


def _by_record(table: EventTable, levels: F64) -> F64:
    """Return predictions ``(S, M)`` record by record, ``(n_rows,)``."""
    first = np.searchsorted(table.subject, np.arange(table.n_subjects))
    return np.asarray(levels[table.subject, np.arange(table.n_rows) - first[table.subject]])
